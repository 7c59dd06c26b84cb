"""`sekisho explain`: why a decision came out as it did, what the law answers and why, and who could handle something on a day."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any

import typer
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from service import clock
from service.acts.reading.explaining import could_told, names_of, require_fit, shown_decision, shown_question
from service.cli.check import ANSWERS, Language
from service.cli.logs import visible
from service.cli.site import Site, SiteNotReadyError, account, open_site, takes_two
from service.cli.verify import language_of, terminal_language
from service.database import read, transaction
from service.decision.judge import ACTIONS
from service.designation.model import Document, Information
from service.evidence import explained, lookups
from service.evidence.explaining import Question, Thing, When, decision_at, decision_named, explain_decision, explain_question
from service.evidence.who_could import Asked, who_could
from service.identity.entitlements import PURPOSES
from service.personnel.model import Alias, Organization, Person
from service.registers.model import Line
from service.statute.periods import legal_day

EVERYTHING = frozenset({"person", "auditor"})
"""As whom the server itself reads, as long as nobody signs in here."""
PAGE = 500
THINGS: Mapping[Thing, Any] = {"information": Information, "document": Document, "area": Line}
FORMS = {
    "decided": ("判定時の事実による", "on the facts of the decision"),
    "now": ("現在", "now"),
    "known_today": ("今日知られている事実による", "what held then, as known today"),
    "known_then": ("当時知られていた事実による", "what was known then"),
}
STATES = {
    "holds": ("○", "holds"),
    "missing": ("×", "missing"),
    "open": ("?", "open"),
    "not_asked": ("-", "not asked"),
    "ended": ("終", "ended"),
}
SAID = {
    "changes": ("許可には次の変更が必要です", "for a permit this would have to change"),
    "unread": ("事実を読み出せないため説明できません", "the facts cannot be read any more, so nothing is explained"),
    "partly": ("読み出せなくなった記録があります", "some entries of that time cannot be read any more"),
    "differs": ("記録された答えと一致しません", "the recorded answer does not follow from these facts"),
    "policy": ("規程", "policies"),
    "known": ("番号 {0} より前の記録による", "by the entries before {0}"),
    "difference": ("番号 {0} ({1}, {2}) から: {3}", "from entry {0} on ({1}, {2}): {3}"),
    "looked": ("この照会の記録番号", "this look is entry"),
    "channel": ("経路 {0}", "channel {0}"),
    "nobody": ("取り扱えた者はいません", "nobody could"),
}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("explain")(explain)


def explain(
    index: Annotated[int | None, typer.Argument(help="The entry of a decision.")] = None,
    *,
    place: Annotated[int, typer.Option(help="Which decision, where the entry holds several.")] = 1,
    reference: Annotated[str | None, typer.Option(help="The reference that a denial showed.")] = None,
    person: Annotated[str | None, typer.Option(help="An id, or an alias: employee:000123.")] = None,
    information: Annotated[str | None, typer.Option(help="An id, or an alias.")] = None,
    document: Annotated[str | None, typer.Option(help="An id, or an alias.")] = None,
    area: Annotated[str | None, typer.Option(help="An id, or an alias: gate:7.")] = None,
    organization: Annotated[str | None, typer.Option(help="The organization acted for; default: where the person works.")] = None,
    action: Annotated[str, typer.Option(help=f"One of {', '.join(ACTIONS)}.")] = "handle",
    on: Annotated[str | None, typer.Option(help="A day, YYYY-MM-DD; told in both forms.")] = None,
    known_on: Annotated[str | None, typer.Option(help="By the end of which day it must have been known; default: the same.")] = None,
    purpose: Annotated[str | None, typer.Option(help=f"One of {', '.join(PURPOSES)}.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As the API tells it.")] = False,
    language: Annotated[str | None, typer.Option("--lang", help="ja or en; default: that of the terminal.")] = None,
) -> None:
    """Explain a decision, or a question that is recorded as no check; without --person, who could handle something on a day.

    For whoever sets a deployment up. Once people sign in, explanations are for those
    entitled, in the console or over the API. Exit code 0 for a permit, 1 for a denial.
    """
    spoken = language_of(language or terminal_language())
    if purpose is not None and purpose not in PURPOSES:
        message = f"--purpose: one of {', '.join(PURPOSES)}"
        raise ValueError(message)
    things: dict[Thing, str | None] = {"information": information, "document": document, "area": area}
    named = [(kind, word) for kind, word in things.items() if word is not None]
    wanted = _wanted(index, reference, person, [kind for kind, _word in named])
    when = When(_day("--on", on), _day("--known-on", known_on))
    with open_site() as site:
        _require_alone(site)
        at = clock.now()
        if wanted == "decision":
            told = _decision(site, index, reference, place, at=at, purpose=purpose)
        else:
            with read(site.engine) as session:
                found = _Words(session, at)
                kind, resource = named[0][0], found.thing(*named[0])
                place_named = found.organization(organization)
                who = None if person is None else found.person(person)
            question = Question(who or "", resource, kind, place_named, action)
            require_fit(question, when, today=legal_day(at))
            if wanted == "question":
                told = _question(site, question, when, at=at, purpose=purpose)
            else:
                told = _handlers(site, question, when, at=at, purpose=purpose)
    typer.echo(json.dumps(told, ensure_ascii=False, indent=1) if as_json else "\n".join(map(visible, _lines(told, spoken))))
    raise typer.Exit(0 if _permits(told) else 1)


def _wanted(index: int | None, reference: str | None, person: str | None, things: Sequence[Thing]) -> str:
    """Return what is asked for. Raises ValueError for words that do not go together."""
    decision = index is not None or reference is not None
    if decision and not person and not things and (index is None or reference is None):
        return "decision"
    if not decision and len(things) == 1:
        if person is not None:
            return "question"
        if things == ["information"]:
            return "handlers"
    message = (
        "give INDEX, or --reference, or --person with --information, --document or --area, or --information with --on and --organization"
    )
    raise ValueError(message)


def _day(word: str, said: str | None) -> date | None:
    try:
        return None if said is None else date.fromisoformat(said)
    except ValueError:
        message = f"{word}: a day is written YYYY-MM-DD"
        raise ValueError(message) from None


def _require_alone(site: Site) -> None:
    """Refuse once people sign in: who is at the command line has no entitlement of their own. Raises SiteNotReadyError."""
    with read(site.engine) as session:
        if takes_two(session, site.log):
            message = "explain: people sign in here; ask in the console or over the API, POST /api/v1/explanations"
            raise SiteNotReadyError(message)


class _Words:
    """Finds what words on the command line name."""

    def __init__(self, session: Session, at: datetime) -> None:
        self.session, self.on = session, legal_day(at)

    def person(self, word: str) -> str:
        return self._known("--person", word, Person, "person")

    def thing(self, kind: Thing, word: str) -> str:
        return self._known(f"--{kind}", word, THINGS[kind], kind)

    def organization(self, word: str | None) -> str | None:
        return None if word is None else self._known("--organization", word, Organization, "")

    def _known(self, option: str, word: str, model: Any, kind: str) -> str:
        if self.session.get(model, word) is not None:
            return word
        namespace, _, value = word.partition(":")
        alias = select(Alias.target_id).where(
            Alias.namespace == namespace,
            Alias.value == value,
            Alias.target_kind == kind,
            or_(Alias.from_on.is_(None), Alias.from_on <= self.on),
            or_(Alias.until_on.is_(None), Alias.until_on > self.on),
        )
        found = self.session.scalar(alias)
        if found is None:
            message = f"{option}: nothing here is called {word!r}"
            raise ValueError(message)
        return found


def _look(site: Site, *, at: datetime, what: int | str, purpose: str | None, clear: Mapping[str, Any]) -> int:
    """Record that somebody at the server looked, before anything is shown."""
    with transaction(site.engine) as session:
        look = lookups.Look(account(), ("server",), what, purpose)
        return lookups.record_look(session, log=site.log, at=at, look=look, clear=clear)


def _decision(site: Site, index: int | None, reference: str | None, place: int, *, at: datetime, purpose: str | None) -> dict[str, Any]:
    with read(site.engine) as session:
        try:
            decided = decision_at(session, index=index, place=place) if index is not None else decision_named(session, reference or "")
        except LookupError as none:
            raise ValueError(str(none)) from None
    made = _look(site, at=at, what=decided.index, purpose=purpose, clear=decided.clear)
    with read(site.engine) as session:
        found = explain_decision(session, log=site.log, decided=decided)
    answers = [explained.told(found, EVERYTHING)]
    return shown_decision(decided) | {"answers": answers, "differences": [], "recorded_as": made}


def _question(site: Site, question: Question, when: When, *, at: datetime, purpose: str | None) -> dict[str, Any]:
    clear = {"person": question.person, "for": question.organization}
    made = _look(site, at=at, what=f"explanation:{question.resource}", purpose=purpose, clear=clear)
    with read(site.engine) as session:
        found, differences = explain_question(session, log=site.log, question=question, when=when, at=at)
    answers = [explained.told(one, EVERYTHING) for one in found]
    told = {"answers": answers, "differences": explained.differences_told(differences, EVERYTHING), "recorded_as": made}
    return shown_question(question) | told


def _handlers(site: Site, question: Question, when: When, *, at: datetime, purpose: str | None) -> dict[str, Any]:
    if question.organization is None or when.on is None:
        message = "--organization, --on: for which organization, and on which day"
        raise ValueError(message)
    asked = Asked(question.resource, question.organization, when.on, question.action)
    what = f"handlers:{asked.information}:{asked.on.isoformat()}:{asked.action}"
    made = _look(site, at=at, what=what, purpose=purpose, clear={"for": asked.organization})
    items: list[dict[str, Any]] = []
    behind: str | None = ""
    unread = False
    with read(site.engine) as session:
        while behind is not None:
            page = who_could(session, log=site.log, asked=asked, after=behind, scanned=PAGE)
            names = names_of(session, [one.person for one in page.found])
            items += [could_told(one, names.get(one.person), EVERYTHING) for one in page.found]
            behind, unread = page.behind, unread or page.unread
    return {"items": items, "next": None, "unread": unread, "recorded_as": made}


def _permits(told: Mapping[str, Any]) -> bool:
    if "items" in told:
        return bool(told["items"])
    answer = told["answers"][0]["answer"]
    return answer is not None and bool(answer["permit"])


def _lines(told: Mapping[str, Any], language: Language) -> Iterator[str]:
    say = _Say(language)
    if "items" in told:
        for one in told["items"]:
            yield f"{one['person_id']}  {one['legal_name']}"
            for form in ("known_today", "known_then"):
                yield f"  {say.one(FORMS, form)}: {say.answer(one[form])}{say.grounds(one[form]['grounds'])}"
        if not told["items"]:
            yield say.one(SAID, "nobody")
        if told["unread"]:
            yield say.one(SAID, "partly")
    else:
        for answer in told["answers"]:
            yield from say.form(answer)
        for one in told["differences"]:
            yield say.one(SAID, "difference").format(one["index"], one["kind"], one["at"], say.answer(one["answer"]))
    yield f"{say.one(SAID, 'looked')}: {told['recorded_as']}"


class _Say:
    """Says what was found in one language."""

    def __init__(self, language: Language) -> None:
        self.language: Language = language
        self.place = 0 if language == "ja" else 1

    def one(self, words: Mapping[str, tuple[str, str]], name: str) -> str:
        return words[name][self.place]

    def basis(self, basis: Sequence[Mapping[str, str]]) -> str:
        told = ("、" if self.language == "ja" else ", ").join(one[self.language] for one in basis)
        return f" [{told}]" if told else ""

    def answer(self, answer: Mapping[str, Any]) -> str:
        decision = self.one(ANSWERS, answer["decision"])
        return f"{decision}: {answer['reason']}: {answer[self.language]}{self.basis(answer['basis'])}"

    def grounds(self, grounds: Mapping[str, Any]) -> str:
        entries = [f"{name} {fact['entry']}" for name, fact in grounds.items() if "entry" in fact]
        return f" ({', '.join(entries)})" if entries else ""

    def form(self, answer: Mapping[str, Any]) -> Iterator[str]:
        known = answer["known_before"]
        told = "" if known is None or answer["form"] != "known_then" else f", {self.one(SAID, 'known').format(known)}"
        yield f"{self.one(FORMS, answer['form'])} ({answer['at']}{told}; {self.one(SAID, 'policy')} {answer['policy'][:12]})"
        if answer["answer"] is None:
            yield f"  {self.one(SAID, 'unread')}"
            return
        yield f"  {self.answer(answer['answer'])}"
        if not answer["agrees"]:
            yield f"  {self.one(SAID, 'differs')}"
        for information in answer["informations"]:
            yield f"  {information['information_id'] or information['area_id'] or '-'}"
            for number, channel in enumerate(information["channels"], 1):
                if len(information["channels"]) > 1:
                    yield f"   {self.one(SAID, 'channel').format(number)}"
                yield from self.channel(channel)
        if answer["unread"]:
            yield f"  {self.one(SAID, 'partly')}"

    def channel(self, channel: Mapping[str, Any]) -> Iterator[str]:
        number = 0
        for step in channel["steps"]:
            if step["state"] == "not_asked":
                continue
            number += 1
            policies = f" <{', '.join(step['policies'])}>" if step["policies"] else ""
            facts = f" {json.dumps(step['facts'], ensure_ascii=False)}" if step["facts"] else ""
            yield f"   {number:2}. {self.one(STATES, step['state'])} {step[self.language]}{self.basis(step['basis'])}{policies}{facts}"
        if channel["changes"]:
            yield f"   {self.one(SAID, 'changes')}:"
            yield from (f"     - {one[self.language]}{self.basis(one['basis'])}" for one in channel["changes"])
