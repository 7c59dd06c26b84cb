"""Taking in what applications report: on which decision each use rests, whom and what it concerns, and then one chunk."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.designation.model import Document, Information
from service.evidence.permits import decisions_at
from service.identity.callers import Caller, Named
from service.identity.on_record import callers_on_record
from service.ledger import Log, RowSeals, begin_act, instant
from service.personnel.model import Alias, Organization, Person
from service.registers.model import Line
from service.registers.operations.reporting import Receipt, Report, ReusedId, record_uses
from service.registers.reported import Decided, ReportedAs, is_late, standing_of
from service.statute.periods import legal_day


@dataclass(frozen=True, slots=True)
class Told:
    """A use as an application tells it: on a decision, by the index of its entry, or else of whom and of what it was."""

    use_id: str
    use: str
    at: datetime
    index: int | None = None
    check: int = 0
    subject: str | None = None
    resource_type: str | None = None
    resource: str | None = None
    organization: str | None = None
    copies: int | None = None
    medium: str | None = None

    @property
    def digest(self) -> bytes:
        """The digest of all that was told but the id: the same id must say the same."""
        said = {**asdict(self), "at": instant(self.at)}
        return sha256(json.dumps(said, sort_keys=True, ensure_ascii=True).encode()).digest()


@dataclass(frozen=True, slots=True)
class Asking:
    """What one request reports, and how whoever sent it named itself."""

    named: Named
    uses: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class House:
    """What this deployment chose: how far ahead a permit has its `recheck_at`, and how late a report is late."""

    recheck: timedelta
    late: timedelta


def take_in(
    session: Session, *, log: Log, seals: RowSeals, at: datetime, house: House, asking: Sequence[Asking]
) -> list[list[Receipt] | ReusedId | None]:
    """Record what some requests report, and return what each is answered; None where it came from nobody.

    Who calls is looked at under the act lock: whoever lost their key reports nothing behind that entry. What is read before
    it never changes. Raises RecordMismatchError, ClockUnsureError.
    """
    known = _Known(session, asking, at)
    begin_act(session)
    callers = callers_on_record(session, seals=seals, named={one.named for one in asking}, at=at)
    reports = [
        None if caller is None else Report(caller.id, [known.recorded(caller, told, at=at, house=house) for told in one.uses])
        for one in asking
        for caller in [callers.get(one.named)]
    ]
    answers = iter(record_uses(session, log=log, at=at, reports=[one for one in reports if one is not None]))
    return [None if one is None else next(answers) for one in reports]


class _Known:
    """What the uses of some requests name: decisions, aliases, and what each id is the id of."""

    def __init__(self, session: Session, asking: Sequence[Asking], at: datetime) -> None:
        uses = [told for one in asking for told in one.uses]
        self._on = legal_day(at)
        self._decisions = decisions_at(session, indexes={told.index for told in uses if told.index is not None})
        words = {word for told in uses for word in (told.subject, told.resource) if word is not None}
        self._aliases = _aliases(session, {word.partition(":")[2] for word in words if ":" in word})
        things = {one.object for one in self._decisions.values() if one.object is not None} | words
        things |= {str(alias.target_id) for alias in self._aliases}
        self._people = _there(session, Person.id, things)
        self._tables: Mapping[str, frozenset[str]] = {
            "document": _there(session, Document.id, things),
            "information": _there(session, Information.id, things),
            "area": _there(session, Line.id, things, Line.kind == "area"),
        }
        named = {told.organization for told in uses if told.organization is not None}
        self._organizations = _there(session, Organization.id, named)

    def recorded(self, caller: Caller, told: Told, *, at: datetime, house: House) -> ReportedAs:
        """Return a use as it is recorded. Whom and what it concerns are ids alone, never a word of the application's own."""
        decided = None if told.index is None else self._decisions.get((told.index, told.check))
        standing = standing_of(
            use=told.use, at=told.at, named=told.index is not None, decided=decided, application=caller.id, reach=house.recheck
        )
        # INVARIANT: of another application's decision nothing is taken over; it is as if there were none.
        concerns = self._told(caller, told) if standing == "no_permit" else self._decided(decided if standing != "unknown_permit" else None)
        return ReportedAs(
            use_id=told.use_id,
            digest=told.digest,
            use=told.use,
            at=told.at,
            standing=standing,
            late=is_late(at=told.at, told_at=at, late=house.late),
            index=told.index,
            check=None if told.index is None else told.check,
            copies=told.copies,
            medium=told.medium,
            **concerns,
        )

    def _decided(self, decided: Decided | None) -> dict[str, str | None]:
        if decided is None:
            return {}
        kind = next((kind for kind, ids in self._tables.items() if decided.object in ids), None)
        thing = {} if kind is None else {f"{kind}_id": decided.object}
        return {"person_id": decided.person, "organization_id": decided.organization, **thing}

    def _told(self, caller: Caller, told: Told) -> dict[str, str | None]:
        kind = told.resource_type if told.resource_type in self._tables else None
        thing = None if kind is None else self._resolved(caller, told.resource or "", kind, self._tables[kind])
        person = self._resolved(caller, told.subject or "", "person", self._people)
        organization = caller.organization if told.organization is None else told.organization
        if told.organization is not None:
            may = not caller.organizations or told.organization in caller.organizations
            organization = told.organization if may and told.organization in self._organizations else None
        return {"person_id": person, "organization_id": organization, **({} if thing is None else {f"{kind}_id": thing})}

    def _resolved(self, caller: Caller, word: str, kind: str, ids: frozenset[str]) -> str | None:
        """Return an id as it is registered, or what an alias names in one of the caller's namespaces."""
        if word in ids:
            return word
        namespace, _colon, value = word.partition(":")
        if caller.namespaces is not None and namespace not in caller.namespaces:
            return None
        for alias in self._aliases:
            named = (alias.namespace, alias.value, alias.target_kind) == (namespace, value, kind)
            runs = (alias.from_on is None or alias.from_on <= self._on) and (alias.until_on is None or self._on < alias.until_on)
            if named and runs and alias.target_id in ids:
                return alias.target_id
        return None


def _aliases(session: Session, values: Collection[str]) -> Sequence[Alias]:
    return session.scalars(select(Alias).where(Alias.value.in_(values))).all() if values else ()


def _there(session: Session, column: object, ids: Collection[str], *conditions: object) -> frozenset[str]:
    """Return which of some ids a table has."""
    if not ids:
        return frozenset()
    return frozenset(session.scalars(select(column).where(column.in_(ids), *conditions)))  # type: ignore[call-overload,attr-defined]  # a mapped column
