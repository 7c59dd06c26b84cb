"""The page of an act: its form, what it would record, and what came of it.

1. The form, with what a link brought along already filled in. 2. What was typed is judged and tried; what is wrong is said
beside its field. 3. What would be recorded is shown. 4. Once that is confirmed, the act is asked for.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from sqlalchemy.orm import Session
from starlette.responses import JSONResponse, Response

from service.acts import asking
from service.acts.asking import Asked, Done
from service.acts.concerning import OutsideError
from service.acts.entitled import require_any_role
from service.acts.hindrances import PROBLEMS
from service.acts.hindrances import told as why
from service.acts.table import Known
from service.acts.trying import Tried, try_out
from service.console.act_words import FIELDS, VERBS, said
from service.console.act_words.duties import told
from service.console.acting.choices import PERSON_WORDS, found_people, options_for
from service.console.acting.drafts import forget_draft, kept_draft
from service.console.acting.fields import Field, Options, field_of, fields_of, words_sent
from service.console.acting.unfit import said_plainly
from service.console.labels import labels
from service.console.people_words import people_words
from service.console.visit import Visit, own_path
from service.database import read
from service.identity.members import Member
from service.statute.periods import legal_day
from service.statute.refusals import Conflict, Refusal

ID = re.compile(r"(?:[a-z]+_)?[0-9a-f]{32}")
FIRST = frozenset(
    {
        "person_id",
        "unit_id",
        "post",
        "information_id",
        "document_id",
        "contract_id",
        "organization_id",
        "number",
        "title",
        "kana",
        "document_number",
        "letter_on",
        "arrived_on",
        "notified_on",
    }
)
"""Words that are asked for first though they may be left out."""
TODAY = frozenset({"on"})
"""Words that are today unless one says otherwise."""


def act(visit: Visit) -> Response:
    """GET and POST of /acts/{verb}."""
    known = asking.known_act(visit.request.path_params["verb"], log=visit.desk.log)
    require_any_role(visit.member, known.roles)
    if visit.request.method != "POST":
        kept = kept_draft(visit, known)
        wanted = kept is not None and visit.asked("draft") == "yes"
        form = {name: list(values) for name, values in kept.words.items()} if kept is not None and wanted else _brought(visit, known)
        return _form_page(visit, known, form, kept_at=None if kept is None or wanted else kept.at)
    form = _resolved(visit, known)
    confirmed = visit.one("confirmed") == "yes"
    try:
        return _asked(visit, known, form) if confirmed else _tried(visit, known, form)
    except asking.UnfitError as unfit:
        return _form_page(visit, known, form, problem=str(unfit))
    except OutsideError as outside:
        return _form_page(visit, known, form, problem=f"{outside.word}: {people_words(visit.language)['not_found_text']}")
    except (Refusal, Conflict) as refused:
        if confirmed:
            raise
        return _form_page(visit, known, form, refused=refused)


def _tried(visit: Visit, known: Known, form: Mapping[str, list[str]]) -> Response:
    words = words_sent(known, form)
    asked = Asked(known.verb, words)
    tried = try_out(visit.desk.engine, log=visit.desk.log, member=visit.member, at=visit.at, asked=asked)
    return _confirm_page(visit, known, form, words, tried)


def _asked(visit: Visit, known: Known, form: Mapping[str, list[str]]) -> Response:
    acts = [Asked(known.verb, words_sent(known, form))]
    given: dict[str, Any] = {"log": visit.desk.log, "member": visit.member, "at": visit.at}
    outcome = asking.ask(visit.desk.engine, **given, acts=acts, words=visit.one("remark"), again=visit.one("again") or None)
    forget_draft(visit, known)
    return _done(visit, known, outcome) if isinstance(outcome, Done) else visit.goes_to(f"/proposals/{outcome.proposal}")


def again(visit: Visit) -> Response:
    """POST of /acts/{verb}/again: the form as it was typed, to be changed."""
    known = asking.known_act(visit.request.path_params["verb"], log=visit.desk.log)
    require_any_role(visit.member, known.roles)
    return _form_page(visit, known, visit.form)


def changed_form(visit: Visit, verb: str, form: Mapping[str, list[str]], *, again: str) -> Response:
    """Return the form of an act as a proposal that was sent back has it; once changed, that proposal is made again."""
    known = asking.known_act(verb, log=visit.desk.log)
    require_any_role(visit.member, known.roles)
    return _form_page(visit, known, form, sent_back=again)


def _brought(visit: Visit, known: Known) -> dict[str, list[str]]:
    """Return what a link brought along for the form, and today for the day of the act."""
    query = visit.request.query_params
    form = {name: query.getlist(name) for name in fields_of(known) if name in query}
    today = legal_day(visit.at).isoformat()
    return {name: [today] for name in fields_of(known) if name in TODAY} | form


def _resolved(visit: Visit, known: Known) -> dict[str, list[str]]:
    """Return the form with people who were named in words replaced by who they are, where the words leave no doubt."""
    form = {name: list(values) for name, values in visit.form.items()}
    for name in PERSON_WORDS & set(form):
        typed = form[name][0].strip()
        if typed and not ID.fullmatch(typed):
            with read(visit.desk.engine) as session:
                found = found_people(session, visit, known, typed)
            exactly = [person for person, called in found if called == typed] or [person for person, _called in found]
            if len(exactly) == 1:
                form[name] = exactly
    return form


def _form_page(
    visit: Visit,
    known: Known,
    form: Mapping[str, list[str]],
    *,
    problem: str = "",
    refused: Refusal | Conflict | None = None,
    kept_at: datetime | None = None,
    sent_back: str = "",
) -> Response:
    again = sent_back or visit.one("again")
    word, said_of_it = said_plainly(problem, visit.language)
    with read(visit.desk.engine) as session:
        options = options_for(session, visit, known)
        called = {} if again else _called(session, visit.member, form)
        wrong = word if word in fields_of(known) else ""
        if wrong in PERSON_WORDS and form.get(wrong):
            options[wrong] = found_people(session, visit, known, form[wrong][0]) or options.get(wrong, ())
    fields = [_field(visit, known, name, form, options, called, said_of_it if name == wrong else "") for name in fields_of(known)]
    needed = [one for one in fields if one.needed or one.problem or one.values or one.name in FIRST]
    return visit.page(
        "acting/act.html",
        status=422 if problem else 409 if isinstance(refused, Conflict) else 403 if refused is not None else 200,
        known=known,
        title=said(VERBS, known.verb, visit.language),
        fields=needed,
        more=[one for one in fields if one not in needed],
        problem="" if wrong else said_of_it,
        wrong=wrong,
        refused=None if refused is None else _refusal(visit, refused),
        back=f"/proposals/{again}" if sent_back else _back(visit),
        remark=visit.one("remark"),
        kept_at=kept_at,
        again=again,
    )


def _refusal(visit: Visit, refused: Refusal | Conflict) -> dict[str, Any]:
    """Return why an act cannot be done as asked, with its citations."""
    if isinstance(refused, Conflict):
        return {"text": PROBLEMS[refused.slug][0] if visit.language == "ja" else str(refused), "basis": []}
    return {
        "text": why(refused, visit.language),
        "basis": [one.ja() if visit.language == "ja" else str(one) for one in refused.basis],
    }


def _field(
    visit: Visit,
    known: Known,
    name: str,
    form: Mapping[str, list[str]],
    options: Mapping[str, Options],
    called: Mapping[str, str],
    problem: str,
) -> Field:
    values = tuple(form.get(name, ()))
    brought = visit.request.method != "POST" or visit.one(f"fixed-{name}") == "yes"
    fixed = called.get(values[0], "") if brought and len(values) == 1 and not problem else ""
    choices = options.get(name, ())
    if not values and len(choices) == 1:
        # Where there is one choice, nobody is asked to make it.
        values = (choices[0][0],)
    return field_of(known, name, language=visit.language, options=choices, values=values, problem=problem, fixed=fixed)


def _called(session: Session, member: Member, form: Mapping[str, list[str]]) -> dict[str, str]:
    return labels(session, [value for values in form.values() for value in values], roles=member.role_names | {"person"})


def _confirm_page(visit: Visit, known: Known, form: Mapping[str, list[str]], words: Mapping[str, Any], tried: Tried) -> Response:
    """Show what would be recorded, before anything is."""
    with read(visit.desk.engine) as session:
        called = labels(session, [dict(words), list(tried.foreseen)], roles=visit.member.role_names | {"person"})
    return visit.page(
        "acting/confirm.html",
        known=known,
        title=said(VERBS, known.verb, visit.language),
        waits=tried.waits or bool(visit.one("again")),
        said_words=[(said(FIELDS, name, visit.language), value) for name, value in words.items()],
        sent=[(name, value) for name in (*fields_of(known), "remark") for value in form.get(name, ()) if value],
        foreseen=tried.foreseen,
        called=called,
        back=_back(visit),
        remark=visit.one("remark"),
        again=visit.one("again"),
    )


def _back(visit: Visit) -> str:
    """Return the page that the act began from, or an empty text."""
    asked = visit.one("back") or visit.asked("back")
    return asked if asked and own_path(asked) == asked else ""


def _done(visit: Visit, known: Known, outcome: Done) -> Response:
    """Lead back to where the act began; what it made is shown first, where that is more than an id."""
    back = _back(visit)
    # A number is the entry's, which is told beside it.
    made = [one for one in outcome.made if not isinstance(one, int)]
    plain = all(one is None or (isinstance(one, str) and ID.fullmatch(one)) for one in made)
    if back and plain:
        mark = "&" if "?" in back else "?"
        return visit.goes_to(f"{back}{mark}done={outcome.first_index}")
    lines = [line for one in made for line in (told(one, visit.language) if isinstance(one, dict) else [one])]
    title = said(VERBS, known.verb, visit.language)
    return visit.page("acting/done.html", title=title, index=outcome.first_index, made=lines, back=back)


def choices(visit: Visit) -> Response:
    """GET of /acts/{verb}/people?q=: the people whom words find, as JSON for the form's search field."""
    known = asking.known_act(visit.request.path_params["verb"], log=visit.desk.log)
    require_any_role(visit.member, known.roles)
    with read(visit.desk.engine) as session:
        found = found_people(session, visit, known, visit.asked("q")) if visit.asked("q") else ()
    return JSONResponse([{"id": person, "name": name} for person, name in found], headers={"cache-control": "no-store"})


def link(verb: str, *, back: str, **words: str | None) -> str:
    """Return the address of an act's form with words filled in, and the page that it leads back to."""
    given = "&".join(f"{name}={quote(value)}" for name, value in words.items() if value is not None)
    return f"/acts/{verb}?{given}{'&' if given else ''}back={quote(back)}"
