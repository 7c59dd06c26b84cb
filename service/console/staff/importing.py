"""Bringing a roster in: the file, what its columns are, what would become of each row, and one confirmation.

Until it is confirmed nothing is kept; then it is one proposal, which somebody else approves. Rows that cannot be taken are put
right where they stand, or left out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from starlette.responses import Response

from service.acts.asking import UnfitError
from service.acts.balance.bringing import MOST_ACTS, Who
from service.acts.roster.bringing import Line, Roster, bring_roster_in, read_roster
from service.acts.roster.undoing import imports_of
from service.acts.table import HR
from service.console.act_words import STATES, said
from service.console.labels import labels
from service.console.people_words import people_words
from service.console.staff.carried import TooMuchError, corrected, opened_file, shut, unshut, without_lines
from service.console.visit import Visit
from service.database import read
from service.personnel.roster.eras import parse_day
from service.personnel.roster.headers import FIELDS, field_of
from service.personnel.roster.reading import RosterFile, RosterFileError
from service.proposals.rules import state_at
from service.statute.periods import ONE_DAY

MOST_TO_CORRECT = 120
"""Cells that one page offers to be put right: a form takes no more fields."""
SAMPLES = 3
UNUSED = ""


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that a line changes: its name, what stood there, what will, and on which day."""

    name: str
    before: str
    after: str
    on: date | None = None


def importing(visit: Visit) -> Response:
    """GET and POST of /people/import."""
    if visit.request.method != "POST":
        return _upload_page(visit)
    try:
        file = unshut(visit.form["carried"], token=visit.seated.token) if visit.form.get("carried") else opened_file(visit.sent.files)
        on = _day(visit.one("on"))
    except (RosterFileError, TooMuchError) as wrong:
        return _upload_page(visit, problem=_told(visit, wrong))
    except ValueError as wrong:
        if isinstance(wrong, UnfitError):
            raise
        return _upload_page(visit, day_problem=people_words(visit.language)["staff_no_day"])
    if file is None:
        return _upload_page(visit, problem=people_words(visit.language)["staff_no_file"])
    return _read(visit, file, on)


def _read(visit: Visit, file: RosterFile, on: date | None) -> Response:
    """Show what a file comes to, or ask what its columns are; propose it once that is confirmed."""
    mapping = _mapping(visit, file)
    cells = cells_of_form(visit)
    put_right = corrected(file, cells, left_out={int(one) for one in visit.form.get("leave", ()) if one.isascii() and one.isdigit()})
    who = Who(visit.desk.log, visit.member.actor, visit.at, visit.member)
    try:
        roster = read_roster(visit.desk.engine, who=who, file=put_right, organization=_organization(visit), mapping=mapping, on=on)
    except RosterFileError as wrong:
        return _columns_page(visit, file, mapping or {}, problem=_told(visit, wrong))
    if visit.one("step") == "columns":
        return _columns_page(visit, put_right, roster.mapping)
    # What was put right is shown once more before it is confirmed.
    if visit.one("step") == "confirm" and corrected(file, cells) == file and roster.acts and not roster.is_too_large:
        return visit.goes_to(f"/proposals/{bring_roster_in(visit.desk.engine, who=who, roster=roster).proposal}")
    return _preview_page(visit, roster)


def _organization(visit: Visit) -> str:
    """Return whose roster it is: the one chosen among those for which the visitor keeps people, or the only one."""
    held = dict.fromkeys(one.organization_id for one in visit.member.roles if one.role == HR)
    return visit.one("organization_id") if visit.one("organization_id") in held else next(iter(held))


def _day(text: str) -> date | None:
    return parse_day(text) if text.strip() else None


def _mapping(visit: Visit, file: RosterFile) -> dict[str, str] | None:
    """Return what the visitor said of the columns; None where they were not asked."""
    if not any(name.startswith("map-") for name in visit.form):
        return None
    chosen = {header: visit.one(f"map-{place}") for place, header in enumerate(file.headers)}
    return {header: field if field in FIELDS else UNUSED for header, field in chosen.items()}


def cells_of_form(visit: Visit) -> dict[tuple[int, int], str]:
    """Return the cells that were put right, by line and column."""
    found = {}
    for name, values in visit.form.items():
        kind, _mark, place = name.partition("-")
        line, _mark, column = place.partition("-")
        if (
            kind == "cell"
            and line.isascii()
            and line.isdigit()
            and column.isascii()
            and column.isdigit()
            and len(place) < len("1000000-999")
        ):
            found[int(line), int(column)] = values[0]
    return found


def _told(visit: Visit, wrong: Exception) -> str:
    """Return what is wrong with a file, as its reader can use it."""
    told = people_words(visit.language)
    if isinstance(wrong, TooMuchError):
        return told["staff_too_large"]
    message = str(wrong)
    if "the header" in message and "is missing" in message:
        return told["staff_number_missing"]
    if "both say" in message:
        return told["staff_said_twice"]
    return told["staff_unreadable"]


def _upload_page(visit: Visit, *, problem: str = "", day_problem: str = "") -> Response:
    held = dict.fromkeys(one.organization_id for one in visit.member.roles if one.role == HR)
    with read(visit.desk.engine) as session:
        rows, _older = imports_of(session, member=visit.member)
        called = labels(session, list(held), roles=visit.member.role_names)
        before = [
            {
                "id": row.id,
                "name": row.acts[0]["words"]["file_name"],
                "at": row.proposed_at,
                "by": row.proposed_name,
                "count": len(row.acts) - 1,
                "state": state_at(row.state, row.expires_at, visit.at),
            }
            for row in rows
        ]
    return visit.page(
        "staff/import.html",
        status=422 if problem or day_problem else 200,
        problem=problem,
        day_problem=day_problem,
        on=visit.one("on"),
        organizations=[(one, called.get(one, one)) for one in held],
        before=before,
        state_words={code: said(STATES, code, visit.language) for code in STATES},
        most=MOST_ACTS,
    )


def _columns_page(visit: Visit, file: RosterFile, mapping: Mapping[str, str], *, problem: str = "") -> Response:
    """Ask what the columns of a file are, each with what stands in it."""
    rows = [cells for _line, cells in zip(range(SAMPLES), file.rows(), strict=False)]
    columns = [
        {
            "place": place,
            "header": header,
            "chosen": field_of(mapping.get(header, header)) or UNUSED,
            "samples": [str(cells[place]) for _number, cells in rows if place < len(cells) and cells[place] != ""],
        }
        for place, header in enumerate(file.headers)
    ]
    return visit.page(
        "staff/columns.html",
        status=422 if problem else 200,
        columns=columns,
        fields=list(FIELDS),
        problem=problem,
        **_kept(visit, file),
    )


def _kept(visit: Visit, file: RosterFile) -> dict[str, Any]:
    """Return what a form carries on."""
    return {"carried": shut(file, token=visit.seated.token), "file": file, "on": visit.one("on"), "organization_id": _organization(visit)}


def _preview_page(visit: Visit, roster: Roster) -> Response:
    """Show what would become of each row; what changes nothing is not carried on."""
    lines = {line.line for line in (*roster.created, *roster.changed)} | {one.line for one in roster.rejected}
    unchanged = roster.unchanged + (int(visit.one("unchanged")) if visit.one("unchanged").isdigit() else 0)
    carried = without_lines(roster.file, lines)
    wide = max(1, len(roster.file.headers))
    ids = [line.person_id for line in roster.changed]
    with read(visit.desk.engine) as session:
        called = labels(session, [ids, [_posts(line) for line in roster.changed]], roles=visit.member.role_names)
    rejected = [(one, cells_of_line(roster.file, one.line)) for one in roster.rejected]
    # Where the columns were said they are said again: what comes back is read by them.
    chosen = {place: field_of(roster.mapping.get(header, header)) or UNUSED for place, header in enumerate(roster.file.headers)}
    return visit.page(
        "staff/preview.html",
        roster=roster,
        created=[(line, _said(line, visit, called)) for line in roster.created],
        changed=[(line, _said(line, visit, called)) for line in roster.changed],
        unchanged=unchanged,
        rejected=rejected[: MOST_TO_CORRECT // wide or 1],
        more_rejected=rejected[MOST_TO_CORRECT // wide or 1 :],
        chosen=chosen,
        changes=len(roster.acts),
        most=MOST_ACTS,
        **_kept(visit, carried),
    )


def cells_of_line(file: RosterFile, line: int) -> list[str]:
    """Return what stands in each column of a line."""
    cells = [str(cell) for cell in (file.sheet or ())[line - 1]]
    return cells + [""] * (len(file.headers) - len(cells))


def _posts(line: Line) -> Sequence[Any]:
    held = () if line.change.person is None else line.change.person.posts
    return [(post.unit, post.employer) for post in held]


def _said(line: Line, visit: Visit, called: Mapping[str, str]) -> list[Said]:
    """Return what a line changes, in words."""
    told, change = people_words(visit.language), line.change
    found = []
    if change.person is not None:
        before = {"name": change.person.name, "kana": change.person.kana, "birth": change.person.birth}
        found = [Said(told[f"staff_field_{name}"], _text(before[name]), _text(value)) for name, value in change.details.items()]
        if not change.person.numbered:
            found.append(Said(told["staff_number"], "", line.number))
        held = {one.id: one for one in change.person.posts}
        for post_id, day in change.ends:
            post = held[post_id]
            found.append(Said(told["staff_post_ends"], _place(post.unit, post.post or post.title, called), "", day - ONE_DAY))
    for new in change.begins:
        found.append(Said(told["staff_post_begins"], "", _place(new.unit, new.post or new.title, called), new.from_on))
        if new.until_on is not None:
            found.append(Said(told["staff_last"], "", "", new.until_on - ONE_DAY))
    return found


def _place(unit: str | None, post: str | None, called: Mapping[str, str]) -> str:
    return " ".join(called.get(one, one) for one in (unit, post) if one)


def _text(value: object) -> str:
    return "" if value is None else str(value)
