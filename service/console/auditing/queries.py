"""/auditing/queries: searches that auditors keep: saved, run, sampled, exported; and more of one opened than a day's budget."""

from collections.abc import Mapping
from secrets import token_hex
from typing import Any

from starlette.responses import Response

from service.acts.asking import UnfitError
from service.acts.auditing import allowing, exporting, keeping, overlooking, running
from service.acts.auditing.asking import LISTS, WITHHELD
from service.acts.reading.ledger_views import TooLargeError
from service.console.auditing.asked import OUTCOMES
from service.console.auditing.explorer import in_utc, readable, told
from service.console.auditing.kind_words import KINDS, ROOMS
from service.console.auditing.sentences import outcomes, phrase, sentence
from service.console.auditing.withheld import Opened, opened
from service.console.labels import labels
from service.console.pages import HEADERS
from service.console.people_words import people_words
from service.console.visit import LONGEST_INDEX, Visit
from service.console.words import REASONS
from service.database import read
from service.evidence.queries import predicate_of
from service.evidence.view_export import FORMATS
from service.evidence.view_files import TYPES
from service.identity.entitlements import OF_CLEARANCE, PURPOSES
from service.personnel.roster.eras import parse_day

TYPED = ("people", "accounts", "applications", "informations", "documents", "organizations", "actions", "requests")
"""The words that are typed as ids with commas between them."""
CHOSEN = ("kinds", "outcomes", "reasons", "purposes")


def queries(visit: Visit) -> Response:
    """GET and POST of /auditing/queries: those of all auditors, and a form for a new one."""
    if visit.request.method == "POST":
        saved = keeping.save(
            visit.seated,
            name=visit.one("name").strip(),
            reason=visit.one("reason").strip(),
            case_number=visit.one("case_number").strip() or None,
            words=_words(visit),
        )
        return visit.goes_to(f"/auditing/queries/{saved.id}?done={saved.changed_index}")
    rows = keeping.every(visit.seated)
    with read(visit.desk.engine) as session:
        called = labels(session, [one.account_id for one in rows], roles=visit.member.role_names)
    kinds = [(room, [(kind, phrase(kind, visit.language)) for kind in KINDS if kind.startswith(f"{room}:")]) for room in ROOMS]
    place = 0 if visit.language == "ja" else 1
    return visit.page(
        "auditing/queries.html",
        rows=rows,
        called=called,
        typed=TYPED,
        kinds=kinds,
        rooms={room: both[place] for room, both in ROOMS.items()},
        outcomes=OUTCOMES,
        reasons=[(code, both[place]) for code, both in REASONS.items() if code not in OF_CLEARANCE],
        purposes=PURPOSES,
    )


def _words(visit: Visit) -> Mapping[str, Any]:
    """Return the words of the form: lists that were typed or chosen, days as somebody writes them."""
    words: dict[str, Any] = {name: _parted(visit.one(name)) for name in (*TYPED, "objects", "citations")}
    words |= {name: [one for one in visit.form.get(name, ()) if one] for name in CHOSEN}
    words["purposes"] += _parted(visit.one("named_purposes"))
    return {**words, "since": visit.one("since"), "until": visit.one("until")}


def _parted(text: str) -> list[str]:
    return [one.strip() for one in text.replace("、", ",").replace("，", ",").split(",") if one.strip()]


def query(visit: Visit) -> Response:
    """GET of /auditing/queries/{query_id}: what it asks, its runs, and what one can do with it."""
    return _page(visit)


def run(visit: Visit) -> Response:
    """POST of /auditing/queries/{query_id}/run: a page of what it finds."""
    purpose = visit.one("purpose") or None
    found = running.run(visit.seated, query_id=_id(visit), purpose=purpose, before=_number(visit.one("before")))
    with read(visit.desk.engine) as session:
        values = [[one.clear for one in found.parts], list(found.shown.values())]
        called = labels(session, values, roles=visit.member.role_names, purpose=purpose)
    lines = []
    for part in found.parts:
        shown = found.shown.get((part.index, part.check), {})
        opened_ones: list[Opened] = opened(
            [{"digest": "", "name": name, "value": value} for name, value in sorted(shown.items())],
            visit,
            at=str(part.clear["at"]),
            called=called,
        )
        says = sentence(part.clear, visit.language, called)
        lines.append((part, says, sorted(outcomes(part.clear).items(), reverse=True), opened_ones))
    return _page(visit, found=found, lines=lines, purpose=purpose or "")


def sample(visit: Visit) -> Response:
    """POST of /auditing/queries/{query_id}/sample: some of what it finds, by a seed."""
    size = _number(visit.one("size")) or 25
    seed = visit.one("seed").strip() or token_hex(6)
    drawn = running.sample(visit.seated, query_id=_id(visit), seed=seed, size=size, upto=_number(visit.one("upto")))
    with read(visit.desk.engine) as session:
        called = labels(session, list(readable(drawn.rows)), roles=visit.member.role_names)
    return _page(visit, drawn=drawn, rows=told(drawn.rows, visit, called))


def export(visit: Visit) -> Response:
    """POST of /auditing/queries/{query_id}/export: everything that it finds, as a file."""
    form = next((one for one in FORMATS if one == visit.one("format")), None)
    words = people_words(visit.language)
    if form is None:
        raise UnfitError(words["audit_bad_filter"])
    try:
        file = exporting.export_query(
            visit.seated,
            query_id=_id(visit),
            form=form,
            language=visit.language,
            title=words["audit_export_title"],
            purpose=visit.one("purpose") or None,
        )
    except TooLargeError as error:
        text = words["audit_export_large"].format(most=f"{error.most:,}")
        return visit.page("trouble.html", status=422, title=words["malformed"], text=text, citations=[])
    headers = HEADERS | {"content-disposition": f'attachment; filename="{file.name}"'}
    return Response(file.content, media_type=TYPES[form], headers=headers)


def end(visit: Visit) -> Response:
    """POST of /auditing/queries/{query_id}/end: end a query of one's own."""
    return visit.goes_to(f"/auditing/queries?done={keeping.end(visit.seated, query_id=_id(visit))}")


def ask_for_more(visit: Visit) -> Response:
    """POST of /auditing/queries/{query_id}/more: ask to open more of it on a day."""
    rows = _number(visit.one("rows"))
    if rows is None:
        message = "rows: a number"
        raise UnfitError(message)
    try:
        on = parse_day(visit.one("on")) if visit.one("on") else None
    except ValueError as unfit:
        message = "on: no day that there is"
        raise UnfitError(message) from unfit
    allowing.ask_for_more(visit.seated, query_id=_id(visit), rows=rows, on=on, reason=visit.one("reason").strip())
    return visit.goes_to("/auditing/requests")


def _page(visit: Visit, **shown: Any) -> Response:
    saved = keeping.one(visit.seated, query_id=_id(visit))
    with read(visit.desk.engine) as session:
        budget, spent = overlooking.budget_today(session, visit.seated)
        called = labels(session, [saved.row.account_id], roles=visit.member.role_names)
    value = predicate_of(saved.row).value
    asked = [(name, value[name]) for name in ("from_at", "to_at", *dict.fromkeys(LISTS.values())) if name in value]
    asked += [(name, value["disclosed"][name]) for name in WITHHELD if name in value.get("disclosed", {})]
    shown = {"found": None, "lines": [], "drawn": None, "rows": None, "purpose": ""} | shown
    shown |= {"saved": saved, "asked": asked, "budget": budget, "spent": spent, "called": called, "value": value}
    shown |= {"utc": False, "in_utc": in_utc}
    shown |= {"purposes": PURPOSES, "own": saved.row.account_id == visit.member.account_id, "here": f"/auditing/queries/{saved.row.id}"}
    return visit.page("auditing/query.html", **shown)


def _id(visit: Visit) -> str:
    return str(visit.request.path_params["query_id"]).replace("\x00", "")


def _number(word: str) -> int | None:
    return int(word) if word.isascii() and word.isdigit() and len(word) <= LONGEST_INDEX else None
