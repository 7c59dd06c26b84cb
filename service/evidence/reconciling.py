"""An application's own log held against the ledger: what it did without a permit, and what it was permitted and does not tell of.

1. Each line that was done is put beside the decision that it names, or the newest one of the same person, thing and action
before it. 2. What rests on a permit is asked again as of its own instant, on what was known then. 3. Permits of the same time
that no line rests on are listed, but for those by which something that was open was asked about again.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.evidence.led import Ends, Led
from service.evidence.own_log import OwnLine, OwnLog, spans, words_of
from service.evidence.permits import decisions_at, decisions_between
from service.ledger import Log, log_size
from service.ledger.reading import index_range
from service.personnel.model import Alias
from service.registers.model import ReportedUse
from service.registers.reported import ACTIONS, ENDING, SKEW, Decided, standing_of
from service.statute.periods import legal_day

Sort = Literal["use_without_permit", "denied_but_opened", "use_after_change", "permit_without_use", "reported_not_logged"]
SORTS: tuple[Sort, ...] = ("denied_but_opened", "use_after_change", "use_without_permit", "permit_without_use", "reported_not_logged")
"""In the order in which they are to be looked at."""
Key = tuple[str | None, str | None]
A_DAY = timedelta(days=1)
"""How long before a use its decision may lie; a use and its decision are of one day (an answer ends at midnight)."""


@dataclass(frozen=True, slots=True)
class Noted:
    """One thing to look at: in which line of the file, at which entry of the ledger, and the entry that changed it where one did."""

    sort: Sort
    at: datetime
    line: int | None = None
    index: int | None = None
    person: str | None = None
    object: str | None = None
    changed: int | None = None
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What a comparison found, and how much it compared."""

    application: str
    digest: str
    since: datetime
    until: datetime
    lines: int
    done: int
    permits: int
    found: tuple[Noted, ...]
    untold: int
    """Uses of which it cannot be told any more what would have been answered: what was known then was destroyed."""

    @property
    def counts(self) -> dict[str, int]:
        """How many of each sort."""
        counted = Counter(one.sort for one in self.found)
        return {sort: counted[sort] for sort in SORTS}


@dataclass(frozen=True, slots=True)
class Compared:
    """Which log: of which application, with which tolerances, and the namespaces of names that have none of their own."""

    application: str
    reach: timedelta
    """How long after a permit something may begin on it: what the deployment has for `recheck_at`."""
    people: str | None = None
    things: str | None = None


def reconcile(session: Session, *, log: Log, own: OwnLog, compared: Compared) -> Reconciled:
    """Return what holding a log against the ledger finds. Nothing is written."""
    since, until = spans(own.lines)
    comparing = _Comparing(session, own, compared, since, until)
    rests = comparing.lines(own.lines)
    after, untold = _changed(session, log, rests)
    silent = comparing.silent({(one.decided.index, one.decided.check) for one in rests})
    found = sorted([*comparing.found, *after, *silent], key=lambda one: (SORTS.index(one.sort), one.at, one.line or 0))
    done = sum(1 for line in own.lines if line.done)
    return Reconciled(compared.application, own.digest, since, until, len(own.lines), done, comparing.permits, tuple(found), untold)


@dataclass(frozen=True, slots=True)
class Rests:
    """A use and the permit that it rests on, `permitted` or `after_permit`."""

    line: OwnLine
    decided: Decided
    standing: str


class _Comparing:
    """The decisions of an application around the time of its log, and what its lines say of them."""

    def __init__(self, session: Session, own: OwnLog, compared: Compared, since: datetime, until: datetime) -> None:
        self._compared, self._since, self._until = compared, since - SKEW, until + SKEW
        self._session = session
        self.found: list[Noted] = []
        self._aliases = _aliases(session, own.lines)
        start, _end = index_range(session, since=since - A_DAY, until=None)
        _start, end = index_range(session, since=None, until=until + A_DAY)
        self._own = [one for one in decisions_between(session, start=start, end=end) if one.application == compared.application]
        self._by_place = {(one.index, one.check): one for one in self._own}
        named = {line.index for line in own.lines if line.index is not None}
        self._by_place |= {
            place: one for place, one in decisions_at(session, indexes=named).items() if one.application == compared.application
        }
        self._by_reference = {one.reference: one for one in self._own if one.reference is not None}
        self._by_key: dict[Key, list[Decided]] = {}
        for one in self._own:
            self._by_key.setdefault((one.person, one.object), []).append(one)
        self.permits = sum(1 for one in self._own if one.permit and self._since <= one.at <= self._until)

    def lines(self, lines: Sequence[OwnLine]) -> "list[Rests]":
        """Return each use that rests on a permit, or on one that had run out; note the others."""
        rests = []
        for line in lines:
            if not line.done:
                continue
            decided = self._of(line)
            standing = self._standing(line, decided)
            if standing in {"permitted", "after_permit"} and decided is not None:
                rests.append(Rests(line, decided, standing))
            elif standing is not None:
                sort: Sort = "denied_but_opened" if standing == "denied" else "use_without_permit"
                index = line.index if decided is None else decided.index
                self.found.append(Noted(sort, line.at, line.line, index, line.person, line.resource, why=standing))
        return rests

    def _standing(self, line: OwnLine, decided: Decided | None) -> str | None:
        """Return on what a use rests; None for an end whose beginning is not told of in these lines' time."""
        if decided is None and line.index is None and line.reference is None:
            return None if line.use in ENDING else "no_permit"
        standing = standing_of(
            use=line.use, at=line.at, named=True, decided=decided, application=self._compared.application, reach=self._compared.reach
        )
        if standing == "permitted" and decided is not None and not self._agrees(line, decided):
            return "other_subject"
        return standing

    def _agrees(self, line: OwnLine, decided: Decided) -> bool:
        """Say whether a line that names a permit by its index names the same person and thing, where it names them at all."""
        person = line.person is None or decided.person in self._named(line.person, "person", line.at)
        return person and (line.resource is None or decided.object in self._named(line.resource, "thing", line.at))

    def _of(self, line: OwnLine) -> Decided | None:
        """Return the decision that a line is about: the one it names, else the newest that could bear it, else a denial."""
        if line.index is not None:
            return self._by_place.get((line.index, line.check))
        if line.reference is not None:
            return self._by_reference.get(line.reference)
        fitting = [one for one in self._around(line) if one.action in ACTIONS[line.use]]
        # What was answered last before it counts; only where nothing was, the clocks may differ a little.
        before = [one for one in fitting if one.at <= line.at]
        return max(before, key=_order) if before else min(fitting, key=_order, default=None)

    def _around(self, line: OwnLine) -> Iterable[Decided]:
        for person in self._named(line.person or "", "person", line.at):
            for thing in self._named(line.resource or "", "thing", line.at):
                some = self._by_key.get((person, thing), [])
                for one in some[: bisect_right(some, line.at + SKEW, key=lambda each: each.at)]:
                    if line.at - one.at <= A_DAY:
                        yield one

    def _named(self, word: str, kind: str, at: datetime) -> set[str]:
        """Return what a name may name: itself, and what it is an alias of that day, also without its namespace."""
        namespace = self._compared.people if kind == "person" else self._compared.things
        names = {word} | ({f"{namespace}:{word}"} if namespace is not None else set())
        on, found = legal_day(at), {word}
        for alias in (*self._aliases.get(word, ()), *self._aliases.get(word.partition(":")[2], ())):
            runs = (alias.from_on is None or alias.from_on <= on) and (alias.until_on is None or on < alias.until_on)
            is_person = alias.target_kind == "person"
            if runs and is_person is (kind == "person") and f"{alias.namespace}:{alias.value}" in names:
                found.add(alias.target_id)
        return found

    def silent(self, borne: Collection[tuple[int, int]]) -> list[Noted]:
        """Return the permits of the time of the log that no line rests on, and the reported uses that it does not tell of."""
        indexes = [one.index for one in self._own if one.permit]
        reported = {(row.permit_index, row.permit_check) for row in _reported(self._session, self._compared.application, indexes)}
        last: dict[tuple[Key, str], datetime] = {}
        found = []
        for one in self._own:
            key, place = ((one.person, one.object), one.action), (one.index, one.check)
            if not one.permit or one.action == "list":
                continue
            asked_again = key in last and one.at - last[key] <= self._compared.reach + timedelta(seconds=one.hold_seconds) + SKEW
            if place in borne or asked_again:
                last[key] = one.at
            elif self._since <= one.at <= self._until:
                sort: Sort = "reported_not_logged" if place in reported else "permit_without_use"
                found.append(Noted(sort, one.at, None, one.index, one.person, one.object))
        return found


def _reported(session: Session, application: str, indexes: Sequence[int]) -> Sequence[ReportedUse]:
    found = select(ReportedUse).where(ReportedUse.application_id == application, ReportedUse.permit_index.in_(indexes))
    return session.scalars(found).all() if indexes else ()


def _aliases(session: Session, lines: Sequence[OwnLine]) -> Mapping[str, list[Alias]]:
    """Return the aliases that words of a log may be, by their value."""
    values = {one for word in words_of(lines) for one in (word, word.partition(":")[2]) if one}
    found: dict[str, list[Alias]] = {}
    for alias in session.scalars(select(Alias).where(Alias.value.in_(values))) if values else ():
        found.setdefault(alias.value, []).append(alias)
    return found


def _order(one: Decided) -> tuple[datetime, int, int]:
    return one.at, one.index, one.check


def _changed(session: Session, log: Log, rests: Sequence[Rests]) -> tuple[list[Noted], int]:
    """Return the uses that would not have been permitted any more at their own instant, and of how many it cannot be told.

    One on a permit that had run out is noted either way.
    """
    if not rests:
        return [], 0
    ends = Ends(session, start=min(one.decided.index for one in rests))
    past, size, untold = Led(session, log=log), log_size(session), 0
    found = []
    for one in sorted(rests, key=lambda each: each.line.at):
        line, decided = one.line, one.decided
        if line.use in ENDING:
            continue
        # The clocks differ by a little, so what became known within that little before a use is not held against it.
        at = max(line.at - SKEW, decided.at)
        past.lead(min(max(ends.at(at), decided.index), size))
        answered = past.answer(decided, at=at)
        who = (line.line, decided.index, decided.person, decided.object)
        if answered is not None and not answered[0].api:
            found.append(Noted("use_after_change", line.at, *who, changed=answered[1]))
        elif one.standing != "permitted":
            found.append(Noted("use_without_permit", line.at, *who, why=one.standing))
        untold += answered is None
    return found, untold
