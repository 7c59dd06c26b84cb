"""Informations within reach: a page of them with the state of each, and one of them with all that stands around it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from service.acts.concerning import Concern, OutsideError, concerns_of_informations
from service.acts.reach import unreached
from service.acts.reading.paging import CHUNK, MOST_SCANNED, closed
from service.acts.reading.seeing import seers
from service.designation.model import Closing, Designation, Information
from service.designation.queries import designations_of_several
from service.designation.rules import Designated
from service.identity.desk import Seated
from service.identity.members import Held
from service.statute.periods import legal_day

State = Literal["care", "planned", "designated", "expiring", "closing", "ended", "sds", "undesignated"]
STATES: tuple[State, ...] = get_args(State)
EXPIRING = timedelta(days=180)
"""How long before its last day a designation is shown as expiring: the first step of the reminders, a default of this product."""


@dataclass(frozen=True, slots=True)
class InformationLine:
    """An information with its state: of the designations that stand, or else of the one that ended last.

    `last_day` is the last day of validity; `ended_on` the first day on which nothing of it stands; `closed_on` says which
    organizations have closed it. `mine` are the organizations in which the reader has it within reach.
    """

    id: str
    number: str | None
    title: str | None
    state: State
    shown: Sequence[Designated]
    designations: Sequence[Designated]
    last_day: date | None
    ended_on: date | None
    closed_on: Mapping[str, date]
    mine: tuple[str, ...] = ()

    @property
    def stands(self) -> bool:
        """Whether a designation stands today."""
        return self.state in {"designated", "expiring"}


def informations_page(
    session: Session, seated: Seated, *, words: str, state: State | None, after: str | None, limit: int
) -> tuple[list[InformationLine], str | None]:
    """Return a page of the informations within reach, by number and title or in a state, and the cursor of the page behind it.

    Raises NotAllowedError.
    """
    held = seers(seated, "title")
    found: list[InformationLine] = []
    last = after
    for _ in range(MOST_SCANNED // CHUNK):
        rows = session.scalars(_wanted(words, last)).all()
        lines = lines_of(session, seated, rows)
        concerns = concerns_of_informations(session, [row.id for row in rows])
        for row in rows:
            if len(found) == limit:
                return found, closed(last)
            last = row.id
            line = lines[row.id]
            # What is over may be closed here or not: that is known once it is known who reaches it.
            if state not in {None, line.state} and not (state in {"closing", "ended"} and line.state in {"closing", "ended"}):
                continue
            told = _reached(session, held, line, concerns[row.id])
            if told is not None and state in {None, told.state}:
                found.append(told)
        if len(rows) < CHUNK:
            return found, None
    return found, closed(last)


def information_of(session: Session, seated: Seated, *, information_id: str) -> InformationLine:
    """Return one information within reach. Raises OutsideError, NotAllowedError."""
    held = seers(seated, "title")
    row = session.get(Information, information_id)
    concern = concerns_of_informations(session, [information_id])[information_id]
    told = None if row is None else _reached(session, held, lines_of(session, seated, [row])[row.id], concern)
    if told is None:
        word = "information_id"
        raise OutsideError(word)
    return told


def designation_rows(session: Session, line: InformationLine) -> dict[str, Designation]:
    """Return the designations of an information by id, with what was recorded of each."""
    return {row.id: row for row in session.scalars(select(Designation).where(Designation.id.in_([one.id for one in line.designations])))}


def lines_of(session: Session, seated: Seated, rows: Collection[Information]) -> dict[str, InformationLine]:
    """Return informations with their states today, by id; nothing of whom they are within reach of."""
    today = legal_day(seated.at)
    ids = [row.id for row in rows]
    designations = designations_of_several(session, informations=ids, at=seated.at)
    closings: dict[str, dict[str, date]] = {}
    for row in session.scalars(select(Closing).where(Closing.information_id.in_(ids), Closing.known(seated.at))):
        closings.setdefault(row.information_id, {})[row.organization_id] = row.closed_on
    return {row.id: _line(row, designations.get(row.id, []), closings.get(row.id, {}), today) for row in rows}


def _line(row: Information, designations: Sequence[Designated], closings: Mapping[str, date], today: date) -> InformationLine:
    made = [one for one in designations if one.on <= today]
    standing = [one for one in made if one.in_force(today)]
    shown = standing or sorted(made, key=lambda one: one.ended_on(today))[-1:] or designations[:1]
    # A closing from before the last designation was of another end.
    since = max((one.on for one in made), default=date.min)
    return InformationLine(
        id=row.id,
        number=row.number,
        title=row.title,
        state=_state(row, designations, made, today),
        shown=shown,
        designations=designations,
        last_day=max((one.last_day_as_of(today) for one in shown), default=None),
        ended_on=None if standing or not made else max(one.ended_on(today) for one in made),
        closed_on={organization: day for organization, day in closings.items() if day >= since},
    )


def _state(row: Information, designations: Sequence[Designated], made: Sequence[Designated], today: date) -> State:
    standing = [one for one in made if one.in_force(today)]
    if row.sds_from_on is not None and row.sds_from_on <= today:
        return "sds"
    if standing:
        last = max(one.last_day_as_of(today) for one in standing)
        return "expiring" if last - today <= EXPIRING else "designated"
    if made:
        return "closing"
    if designations:
        return "planned"
    in_care = row.care_from_on is not None and (row.care_until_on is None or today < row.care_until_on)
    return "care" if in_care else "undesignated"


def _reached(session: Session, held: Sequence[Held], line: InformationLine, concern: Concern) -> InformationLine | None:
    """Return an information as somebody has it within reach, None where no role of theirs reaches it."""
    mine = tuple(dict.fromkeys(one.organization_id for one in held if unreached(session, one, concern) is None))
    if not mine:
        return None
    over = line.state == "closing" and all(place in line.closed_on for place in mine)
    return InformationLine(
        line.id,
        line.number,
        line.title,
        "ended" if over else line.state,
        line.shown,
        line.designations,
        line.last_day,
        line.ended_on,
        line.closed_on,
        mine,
    )


def _wanted(words: str, after: str | None) -> Select[Information]:
    wanted = select(Information).order_by(Information.id).limit(CHUNK)
    if after is not None:
        wanted = wanted.where(Information.id > after)
    for word in words.split():
        wanted = wanted.where(or_(Information.title.icontains(word, autoescape=True), Information.number.icontains(word, autoescape=True)))
    return wanted
