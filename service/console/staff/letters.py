"""Results as an organ's letter brings them: a list, what all of it shares, what would be recorded, and one confirmation."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import Response

from service.acts.asking import Waiting
from service.acts.balance.bringing import Balance, Who, bring_in, read_balance
from service.acts.balance.letters import SHARED, SHEET, ResultList, is_called, result_list
from service.acts.table import HR
from service.clearance.rules import outcomes_at
from service.console.act_words import OUTCOME_WORDS, said
from service.console.labels import labels
from service.console.people_words import people_words
from service.console.staff.carried import TooMuchError, corrected, opened_file, shut, unshut
from service.console.staff.importing import MOST_TO_CORRECT, cells_of_form, cells_of_line
from service.console.visit import Visit
from service.database import read
from service.personnel.model import Organization, Person
from service.personnel.roster.eras import parse_day
from service.personnel.roster.reading import RosterFileError
from service.personnel.roster.rows import Rejection
from service.statute.periods import legal_day

DAYS = frozenset({"notified_on", "letter_on", "arrived_on"})
HEADER = "社員番号"
"""What stands above numbers that were typed."""
OTHER_NAME = ("氏名が、社員番号の人の氏名と違います", "the name is not that of the person who has the number")


def organs(session: Session) -> list[tuple[str, str]]:
    """Return the organs whose results can be told, by name."""
    found = select(Organization.id, Organization.name).where(Organization.kind.in_(("organ", "police"))).order_by(Organization.name)
    return [(row.id, row.name) for row in session.execute(found)]


def day_of(text: str) -> date | None:
    """Return a day as it was typed, western or by era; None for what is no day."""
    try:
        return parse_day(text)
    except ValueError:
        return None


def letters(visit: Visit) -> Response:
    """GET and POST of /people/results."""
    if visit.request.method != "POST":
        return _form(visit)
    told = people_words(visit.language)
    problems = {name: told["staff_no_day"] for name in DAYS if visit.one(name).strip() and day_of(visit.one(name)) is None}
    try:
        file = (
            unshut(visit.form["carried"], token=visit.seated.token)
            if visit.form.get("carried")
            else opened_file(visit.sent.files, visit.one("numbers"), header=HEADER)
        )
        if file is None:
            problems["file"] = told["staff_no_list"]
        if problems or file is None:
            return _form(visit, problems=problems)
        put_right = corrected(file, cells_of_form(visit), left_out=_left(visit))
        # What comes back is in the columns of the sheet already, with what all rows share written into each.
        shared = {} if visit.form.get("carried") else _shared(visit)
        return _read(visit, result_list(put_right, shared=shared, language=visit.language), same=put_right == file)
    except (RosterFileError, TooMuchError) as wrong:
        return _form(visit, problems={"file": told["staff_too_large"] if isinstance(wrong, TooMuchError) else told["staff_nobody_in_file"]})


def _left(visit: Visit) -> set[int]:
    return {int(one) for one in visit.form.get("leave", ()) if one.isascii() and one.isdigit()}


def _shared(visit: Visit) -> dict[str, str]:
    """Return what all rows share, days in western form."""
    typed = {name: visit.one(name).strip() for name in SHARED if visit.one(name).strip()}
    return {name: str(day_of(value)) if name in DAYS else value for name, value in typed.items()}


def _read(visit: Visit, listed: ResultList, *, same: bool) -> Response:
    """Show what a list comes to, or propose it once that is confirmed."""
    held = dict.fromkeys(one.organization_id for one in visit.member.roles if one.role == HR)
    who = Who(visit.desk.log, visit.member.actor, visit.at, visit.member)
    balance = read_balance(visit.desk.engine, who=who, sheet=SHEET, file=listed.sheet, organization=next(iter(held)))
    if balance.before is None:
        _compare_names(visit, balance, listed)
    if visit.one("step") == "confirm" and same and balance.acts and not balance.rejected and balance.before is None:
        outcome = bring_in(visit.desk.engine, who=who, balance=balance, on=legal_day(visit.at))
        assert isinstance(outcome, Waiting)  # what brings a file in takes two
        return visit.goes_to(f"/proposals/{outcome.proposal}")
    return _preview(visit, balance, listed)


def _compare_names(visit: Visit, balance: Balance, listed: ResultList) -> None:
    """Reject the rows in which the name beside a number is somebody else's: a slip there would clear the wrong person."""
    ids = [asked.words["person_id"] for _line, asked in balance.acts]
    with read(visit.desk.engine) as session:
        names = {row.id: row.legal_name for row in session.execute(select(Person.id, Person.legal_name).where(Person.id.in_(ids)))}
    wrong = [
        line
        for line, asked in balance.acts
        if listed.name_on(line) and not is_called(listed.name_on(line), names.get(asked.words["person_id"], ""))
    ]
    balance.acts = [(line, asked) for line, asked in balance.acts if line not in wrong]
    balance.rejected += [Rejection(line, listed.file.headers[0], *OTHER_NAME) for line in wrong]


def _form(visit: Visit, *, problems: Mapping[str, str] | None = None) -> Response:
    with read(visit.desk.engine) as session:
        heads = organs(session)
    language = visit.language
    return visit.page(
        "staff/results.html",
        status=422 if problems else 200,
        problems=defaultdict(str, problems or {}),
        typed={name: visit.one(name) for name in (*SHARED, "numbers")},
        heads=heads,
        outcomes=[(code, said(OUTCOME_WORDS, code, language)) for code in outcomes_at(visit.desk.log.seat)],
    )


def _preview(visit: Visit, balance: Balance, listed: ResultList) -> Response:
    """Show what would be recorded of each row, and why some cannot be; these are put right where they stand."""
    words = [dict(asked.words) for _line, asked in balance.acts]
    with read(visit.desk.engine) as session:
        called = labels(session, words, roles=visit.member.role_names)
    rejected: list[tuple[Any, list[str]]] = [(one, cells_of_line(listed.file, one.line)) for one in balance.rejected]
    most = MOST_TO_CORRECT // len(listed.file.headers)
    return visit.page(
        "staff/results_preview.html",
        balance=balance,
        file=listed.file,
        acts=[(line, defaultdict(str, asked.words)) for line, asked in balance.acts],
        called=called,
        rejected=rejected[:most],
        more_rejected=rejected[most:],
        unread=listed.unread,
        carried=shut(listed.file, token=visit.seated.token),
        on="",
        organization_id="",
    )
