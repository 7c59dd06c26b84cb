"""The inbox of whoever is signed in: what waits for them and what they are told; as a page, and as a sheet to print."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from service.acts.asking import UnfitError
from service.acts.reading.notices import Notice, keep_seen, notices_for, notices_known, seen_up_to
from service.acts.told_by_mail import LANGUAGES, keep_wish, wish_of
from service.console.approving.inbox import lines_of
from service.console.days.deadlines import Told, told
from service.console.labels import labels
from service.console.people_words import people_words
from service.console.visit import Visit
from service.database import read
from service.statute.periods import legal_day

ON_THE_PAGE, ON_PAPER = 50, 200
LONGEST_PLACE = 7
TONES: Mapping[str, str] = {
    "to_decide": "warn",
    "to_view": "warn",
    "sent_back": "warn",
    "approved": "good",
    "granted": "good",
    "rejected": "bad",
    "declined": "quiet",
    "expired": "quiet",
    "deadline": "info",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A notice as it is shown."""

    kind: str
    tone: str
    title: str
    more: str
    path: str
    at: datetime
    new: bool
    waits: bool
    on: str
    """The last day in time of a deadline."""


def inbox(visit: Visit) -> Response:
    """GET of /notices."""
    return _inbox(visit)


def _inbox(visit: Visit, *, status: int = 200, problem: str = "", typed: str | None = None) -> Response:
    notices, as_of = notices_known(visit.desk, visit.member, at=visit.at, wait=False)
    seen_at = _seen_at(visit)
    first = _place(visit.asked("cursor"))
    shown = _rows(visit, notices[first : first + ON_THE_PAGE], seen_at)
    with read(visit.desk.engine) as session:
        wish = wish_of(session, person_id=visit.member.person_id)
        address, language = ("", "ja") if wish is None else (wish.address or "", wish.language)
    return visit.page(
        "days/notices.html",
        status=status,
        waiting=[one for one in shown if one.waits],
        waiting_count=sum(one.waits for one in notices),
        others=[one for one in shown if not one.waits],
        onward=str(first + ON_THE_PAGE) if len(notices) > first + ON_THE_PAGE else None,
        any_new=any(one.is_new(seen_at) for one in notices),
        as_of=as_of,
        mails=visit.desk.mail_domains is not None,
        domains=visit.desk.mail_domains or (),
        address=address if typed is None else typed,
        chosen=language,
        languages=LANGUAGES,
        problem=problem,
    )


def _place(words: str) -> int:
    return int(words) if words.isascii() and words.isdigit() and len(words) <= LONGEST_PLACE else 0


def seen(visit: Visit) -> Response:
    """POST of /notices/seen: everything up to now was looked at."""
    keep_seen(visit.desk, visit.member, at=visit.at)
    return visit.goes_to("/notices")


def mail(visit: Visit) -> Response:
    """POST of /notices/mail: where the visitor wishes to be told by mail; an empty address ends it."""
    address = visit.one("address").strip()
    try:
        keep_wish(visit.desk, visit.member, at=visit.at, address=address, language=visit.one("language"))
    except UnfitError:
        return _inbox(visit, status=422, problem=people_words(visit.language)["days_mail_unfit"], typed=address)
    return visit.goes_to("/notices")


def sheet(visit: Visit) -> Response:
    """GET of /notices/sheet: what waits today, on paper; whoever prints it waits until all dates are found."""
    seen_at = _seen_at(visit)
    notices = [one for one in notices_for(visit.desk, visit.member, at=visit.at) if one.waits or one.is_new(seen_at)]
    rows = _rows(visit, notices[:ON_PAPER], seen_at)
    return visit.page("days/sheet.html", rows=rows, left=len(notices) - len(rows), today=legal_day(visit.at))


def _seen_at(visit: Visit) -> datetime | None:
    with read(visit.desk.engine) as session:
        return seen_up_to(session, person_id=visit.member.person_id)


def _rows(visit: Visit, notices: Sequence[Notice], seen_at: datetime | None) -> list[Row]:
    """Return some notices as they are shown: the others are counted only, for there may be very many."""
    with read(visit.desk.engine) as session:
        about = [one.request.information_id for one in notices if one.request is not None]
        called = labels(session, about, roles={"information_manager"} if about else set())
    dates = iter(told(visit, [one.line for one in notices if one.line is not None]))
    called |= {one.id: one.title for one in lines_of(visit, [one.proposal for one in notices if one.proposal is not None])}
    return [_row(one, seen_at, called, dates) for one in notices]


def _row(one: Notice, seen_at: datetime | None, called: Mapping[str, str], dates: Iterator[Told]) -> Row:
    new = one.is_new(seen_at)
    tone = TONES[one.kind]
    if one.proposal is not None:
        by = one.proposal.proposed_name if one.kind in {"to_decide", "to_view"} else one.proposal.decided_name or ""
        return Row(one.kind, tone, called[one.proposal.id], by, f"/proposals/{one.proposal.id}", one.at, new, one.waits, "")
    if one.request is not None:
        return Row(one.kind, tone, called.get(one.request.information_id, ""), "", "", one.at, new, one.waits, "")
    date = next(dates)  # one for each notice of a date, in their order
    tone = "bad" if date.stage == "passed" else "warn" if one.waits else "info"
    path = f"/deadlines?first={date.on}&last={date.on}"
    return Row(one.kind, tone, date.says, date.about, path, one.at, new, one.waits, date.on)
