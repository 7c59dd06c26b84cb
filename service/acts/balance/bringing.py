"""An opening balance: read, tried row by row, and brought in whole: one file, one approval, or nothing of it.

A file with a single wrong row brings nothing in. What is on record already is left out, and so is a file that was brought in
before. The first entry names the file; those behind it are its acts, each judged by the law as of its own day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from service.actor import Actor
from service.acts import asking
from service.acts.asking import Asked, UnfitError, judged_now, known_act, values_of
from service.acts.balance.acts import acts_of
from service.acts.balance.register_acts import acts_of_line
from service.acts.balance.registers import columns_of_register, has_ended
from service.acts.balance.rows import NOTHING, Names, Wrong, is_count, words_of_row
from service.acts.balance.sheets import COLUMNS, Column, places_of
from service.acts.concerning import OutsideError
from service.acts.entitled import NotAllowedError, require_any_role
from service.acts.hindrances import told as why
from service.database import transaction, trial
from service.identity.members import Member
from service.ledger import Log, Seat, begin_act, preview, read_head
from service.personnel.bringing import brought_in
from service.personnel.roster.reading import Cell, RosterFile, RosterFileError
from service.personnel.roster.recorded import organization_of
from service.personnel.roster.rows import Rejection
from service.personnel.rules import UnknownIdError
from service.statute.periods import legal_day
from service.statute.refusals import Conflict, Refusal

MOST_ACTS = 1_000
"""Acts that one file may hold: they are shown, approved and done as one."""


@dataclass(slots=True)
class Balance:
    """What a file comes to: its acts with their lines, what is wrong, and how many rows are on record already."""

    sheet: str
    file: RosterFile
    acts: list[tuple[int, Asked]] = field(default_factory=list)
    rejected: list[Rejection] = field(default_factory=list)
    unchanged: int = 0
    before: int | None = None
    """The entry by which this very file was brought in, where it was."""
    register: str | None = None
    organization: str | None = None
    ended: list[int] = field(default_factory=list)
    """Lines of a register that tell of what is over: they stay in the old one."""
    numbers_to: int = 0

    def asked(self, on: date) -> list[Asked]:
        """Return the acts of the file behind the one that names it."""
        words: dict[str, Any] = {
            "sheet": self.sheet,
            "file_digest": self.file.digest,
            "file_name": self.file.name,
            "acts": len(self.acts),
            "on": on.isoformat(),
        }
        if self.register is not None:
            words |= {"register_kind": self.register, "organization_id": self.organization, "numbers_to": self.numbers_to}
        return [Asked("bring_forward", words), *(asked for _line, asked in self.acts)]


@dataclass(frozen=True, slots=True)
class Who:
    """Who brings a file in: somebody with roles, or (None) whoever may run commands on the server."""

    log: Log
    actor: Actor
    at: datetime
    member: Member | None = None


def read_balance(
    engine: Engine, *, who: Who, sheet: str, file: RosterFile, organization: str | None = None, register: str | None = None
) -> Balance:
    """Return what a file comes to, each row tried behind those before it, and nothing kept; `register` is its kind where it is one.

    Raises RosterFileError for a file that cannot be understood or holds too much; ValueError for a register that is not
    brought in; NotAllowedError.
    """
    columns = _columns(sheet, register, seat=who.log.seat)
    where = places_of(columns, file.headers, seat=who.log.seat)
    if who.member is not None:
        require_any_role(who.member, known_act("bring_forward", log=who.log).roles)
    balance = Balance(sheet, file, register=register)
    with trial(engine) as session:
        begin_act(session)
        before = brought_in(session, file_digest=file.digest)
        if before is not None:
            balance.before = before.changed_index
            return balance
        here = organization_of(session, who.log, organization) if sheet in OF_ONE else organization
        balance.organization = here
        preview(session)
        names, made = Names(session, here, read_head(session).size), set[str]()
        for line, cells in file.rows():
            if register is not None and _stays(balance, line, where, cells, on=legal_day(who.at)):
                continue
            found = words_of_row(line, cells, where, headers=file.headers, names=names, seat=who.log.seat)
            if isinstance(found, Rejection):
                balance.rejected.append(found)
                continue
            try:
                acts = (
                    acts_of(session, sheet, found, seat=who.log.seat, organization=here, at=who.at, made=made)
                    if register is None
                    else acts_of_line(session, register, found, organization=str(here), now=who.at)
                )
            except Wrong as wrong:
                balance.rejected.append(Rejection(line, "-", wrong.ja, wrong.en))
                continue
            balance.unchanged += not acts
            _try(session, who, balance, line, acts)
    return balance


OF_ONE = ("handlers", "documents", "registers")
"""Files of one organization: that of the site, where there is but one."""


def _columns(sheet: str, register: str | None, *, seat: Seat) -> Sequence[Column]:
    if (sheet == "registers") != (register is not None):
        message = "kind: say which register it is, of registers alone"
        raise UnfitError(message)
    return COLUMNS[sheet] if register is None else columns_of_register(register, organization_kind=seat)


def _stays(balance: Balance, line: int, where: Mapping[Column, int], cells: Sequence[Cell], *, on: date) -> bool:
    """Keep the highest number of a register, and say of a row whether it stays in the old one."""
    assert balance.register is not None
    numbers = [cells[place] for column, place in where.items() if column.word == "serial" and place < len(cells)]
    if balance.register == "document":
        balance.numbers_to = max(balance.numbers_to, *(int(one) for one in numbers if isinstance(one, str) and is_count(one)), 0)
    ended = has_ended(balance.register, where, cells, on=on)
    balance.ended += [line] if ended else []
    return ended


def _try(session: Session, who: Who, balance: Balance, line: int, acts: Sequence[Asked]) -> None:
    """Do the acts of a row for those behind it to see; or reject the row."""
    if len(balance.acts) + len(acts) > MOST_ACTS:
        message = f"a file holds at most {MOST_ACTS} acts; divide it"
        raise RosterFileError(message)
    try:
        with session.begin_nested():
            for asked in acts:
                _perform(session, who, asked)
    except (OutsideError, UnknownIdError):
        balance.rejected.append(Rejection(line, "-", NOTHING.ja, NOTHING.en))
    except Refusal as refusal:
        ja, en = "、".join(one.ja() for one in refusal.basis), ", ".join(map(str, refusal.basis))
        balance.rejected.append(
            Rejection(
                line,
                "-",
                f"記録できません: {why(refusal, 'ja')}" + (f"({ja})" if ja else ""),
                f"refused: {why(refusal, 'en')}" + (f" [{en}]" if en else ""),
            )
        )
    except (Conflict, ValueError, NotAllowedError) as wrong:
        balance.rejected.append(Rejection(line, "-", f"記録できません: {wrong}", str(wrong)))
    else:
        balance.acts += [(line, asked) for asked in acts]


def _perform(session: Session, who: Who, asked: Asked) -> None:
    known = known_act(asked.verb, log=who.log)
    values = values_of(known, asked, given=True, today=legal_day(who.at))
    if who.member is not None:
        judged_now(session, log=who.log, member=who.member, at=who.at, known=[known], values=[values], wide=True, brought=True)
    known.operation()(session, log=who.log, actor=who.actor, at=who.at, **values)


def bring_in(engine: Engine, *, who: Who, balance: Balance, on: date) -> asking.Done | asking.Waiting:
    """Bring a file in as it stood on a day: proposed by somebody with roles, done at once on the server. Raises as the acts do."""
    if balance.rejected or not balance.acts or balance.before is not None:
        message = "file: nothing of it can be brought in"
        raise UnfitError(message)
    acts = balance.asked(on)
    if who.member is not None:
        words = f"{balance.file.name} ({balance.file.digest[:12]})"
        return asking.ask(engine, log=who.log, member=who.member, at=who.at, acts=acts, words=words, given=True)
    made = []
    with transaction(engine) as session:
        begin_act(session)
        first = read_head(session).size
        for one in acts:
            known = known_act(one.verb, log=who.log)
            made.append(known.operation()(session, log=who.log, actor=who.actor, at=who.at, **values_of(known, one, given=True)))
    return asking.Done(first, tuple(made))
