"""The inbox: what waits for the visitor first, then what they proposed, then the others that they may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session
from starlette.responses import Response

from service.acts import deciders
from service.acts.reading.inbox import Pile, pile_of, waiting_to_be_viewed
from service.console.act_words import STATES, VERBS, said
from service.console.approving.sentences import sentence_of
from service.console.area_words.approving import AND_MORE, AND_OTHERS, DAYS_OLD, SENT_ON, SO_MANY_PEOPLE, TODAY
from service.console.labels import labels
from service.console.values import Reader
from service.console.visit import Visit
from service.database import read
from service.identity.entitlements import access
from service.proposals.model import Proposal
from service.proposals.rules import state_at
from service.statute.periods import legal_day

SHOWN, GLIMPSED = 50, 5
"""Proposals on a page, and those of each other pile that the first page shows."""
STALLED, NEAR = timedelta(days=7), timedelta(days=5)
"""How long something has waited that is called stalled, and how near its end something expires soon."""
TONES = {"open": "info", "sent_back": "warn", "approved": "good", "rejected": "bad", "withdrawn": "quiet", "expired": "quiet"}
PILES: tuple[Pile, ...] = ("decide", "own", "others")


@dataclass(frozen=True, slots=True)
class Line:
    """A proposal in a list: what is asked for, by whom, about whom, how old it is and when it expires."""

    id: str
    title: str
    by: str
    about: str
    state: str
    tone: str
    age: str
    proposed_on: date
    expires_on: date
    stalled: bool
    near: bool
    own: bool


def lines_of(visit: Visit, rows: Sequence[Proposal]) -> list[Line]:
    """Return proposals as lines of a list."""
    with read(visit.desk.engine) as session:
        roles = visit.member.role_names
        shown = {row.id: deciders.is_in_full(session, row, visit.member) for row in rows}
        named = [[row.acts[0], row.people[:1]] for row in rows if shown[row.id]]
        reader = Reader(visit.language, visit.calendar, labels(session, named, roles=roles | ({"person"} if named else set())))
        return [_line(visit, row, reader, in_full=shown[row.id]) for row in rows]


def _line(visit: Visit, row: Proposal, reader: Reader, *, in_full: bool) -> Line:
    state = state_at(row.state, row.expires_at, visit.at)
    waited = (legal_day(visit.at) - legal_day(row.proposed_at)).days
    return Line(
        id=row.id,
        title=title_of(row, reader, in_full=in_full),
        by=row.proposed_name if in_full or access(visit.member.role_names, "name") == "yes" else row.proposed_by,
        about=_about(row, reader, in_full=in_full),
        state=said(STATES, state, visit.language),
        tone=TONES[state],
        age=TODAY[_place(reader)] if waited <= 0 else DAYS_OLD[_place(reader)].format(count=waited),
        proposed_on=legal_day(row.proposed_at),
        expires_on=legal_day(row.expires_at),
        stalled=state == "open" and visit.at - row.proposed_at >= STALLED,
        near=state in {"open", "sent_back"} and row.expires_at - visit.at <= NEAR,
        own=row.proposed_person == visit.member.person_id,
    )


def title_of(row: Proposal, reader: Reader, *, in_full: bool) -> str:
    """Return what a proposal asks for: its first act in a sentence, and how many more there are."""
    first = sentence_of(row.acts[0], reader) if in_full else said(VERBS, row.acts[0]["verb"], reader.language)
    return first if len(row.acts) == 1 else AND_MORE[_place(reader)].format(first=first, count=len(row.acts) - 1)


def _about(row: Proposal, reader: Reader, *, in_full: bool) -> str:
    """Return whom a proposal is about: the first by name where names are to be seen, and how many."""
    if not row.people:
        return ""
    first = reader.names.get(row.people[0]) if in_full else None
    if first is None:
        return SO_MANY_PEOPLE[_place(reader)].format(count=len(row.people))
    return first if len(row.people) == 1 else AND_OTHERS[_place(reader)].format(first=first, count=len(row.people) - 1)


def _place(reader: Reader) -> int:
    return 0 if reader.language == "ja" else 1


def listing(visit: Visit) -> Response:
    """GET of /proposals: all three piles, or one of them page by page."""
    pile = next((one for one in PILES if one == visit.asked("pile")), None)
    return _all(visit) if pile is None else _one(visit, pile)


def _all(visit: Visit) -> Response:
    waiting, more = pile_of(visit.seated, pile="decide", limit=SHOWN)
    piles = {"decide": lines_of(visit, waiting), "view": lines_of(visit, waiting_to_be_viewed(visit.seated))}
    for pile in PILES[1:]:
        piles[pile] = lines_of(visit, pile_of(visit.seated, pile=pile, limit=GLIMPSED)[0])
    stalled = sum(line.stalled for line in piles["decide"])
    told = SENT_ON.get(visit.asked("told"))
    return visit.page(
        "approving/inbox.html",
        piles=piles,
        more=more,
        stalled=stalled,
        told="" if told is None else told[0 if visit.language == "ja" else 1],
    )


def _one(visit: Visit, pile: Pile) -> Response:
    asked = visit.asked("state")
    states = [asked] if asked in STATES and pile != "decide" else []
    rows, onward = pile_of(visit.seated, pile=pile, states=states, limit=SHOWN, cursor=visit.asked("cursor") or None)
    if visit.asked("stalled") == "yes":
        rows = [row for row in rows if visit.at - row.proposed_at >= STALLED]
    return visit.page(
        "approving/pile.html",
        pile=pile,
        piles=PILES,
        lines=lines_of(visit, rows),
        onward=onward,
        asked=asked,
        states=[(code, said(STATES, code, visit.language)) for code in STATES],
    )


def called_for(session: Session, visit: Visit, values: object) -> dict[str, str]:
    """Return what the ids in some values are called to whoever visits."""
    return labels(session, values, roles=visit.member.role_names | {"person"})
