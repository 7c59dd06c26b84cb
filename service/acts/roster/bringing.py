"""A roster at a door: read, compared line by line, tried, and proposed whole as one file for a second person.

An import must not be a way around anybody: what it does are the acts that could be done one by one, each judged for whoever
asks, and all of them wait together for somebody else, as `bring_forward` does. A line that cannot be taken is left out and
said; it stops no other. What is on record already is left out too, so that a file may come again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Engine

from service.acts import asking
from service.acts.asking import Asked, Waiting, known_act
from service.acts.balance.bringing import MOST_ACTS, Who
from service.acts.entitled import require_any_role
from service.acts.roster.acts import acts_of, acts_of_new
from service.acts.roster.lines import rejected_lines
from service.database import read
from service.personnel.model import new_id
from service.personnel.roster.comparing import chunks_of, name_new, planned, records_of, survey
from service.personnel.roster.headers import columns, signature
from service.personnel.roster.options import Import, Options, Report
from service.personnel.roster.plan import Change
from service.personnel.roster.reading import RosterFile
from service.personnel.roster.recorded import organization_of, remembered_mapping
from service.personnel.roster.rows import Rejection
from service.statute.periods import legal_day


@dataclass(frozen=True, slots=True)
class Line:
    """A line that changes something: the person as the file names them, what it changes, and its acts."""

    line: int
    number: str
    name: str
    person_id: str | None
    change: Change
    acts: tuple[Asked, ...]


@dataclass(slots=True)
class Roster:
    """What a file comes to: lines that make somebody new, lines that change somebody, how many change nothing, and what is wrong."""

    file: RosterFile
    organization: str
    on: date
    mapping: dict[str, str]
    remembered: dict[str, str]
    created: list[Line] = field(default_factory=list)
    changed: list[Line] = field(default_factory=list)
    unchanged: int = 0
    rejected: list[Rejection] = field(default_factory=list)
    new_units: list[str] = field(default_factory=list)
    new_agencies: list[str] = field(default_factory=list)
    first: list[Asked] = field(default_factory=list)
    """The acts that register what the file names for the first time."""

    @property
    def acts(self) -> list[Asked]:
        """The acts of the file behind the one that names it."""
        return [*self.first, *(act for line in (*self.created, *self.changed) for act in line.acts)]

    @property
    def is_too_large(self) -> bool:
        """Whether it is more than one proposal may hold: the command line brings such a file in."""
        return len(self.acts) > MOST_ACTS


def read_roster(
    engine: Engine,
    *,
    who: Who,
    file: RosterFile,
    organization: str | None = None,
    mapping: Mapping[str, str] | None = None,
    on: date | None = None,
) -> Roster:
    """Return what a roster comes to, each line tried for whoever asks, and nothing kept.

    `mapping` says for headers of the file what they are; without it what was remembered. `on` is the day on which changes
    without one of their own take effect. Raises RosterFileError, NotAllowedError, UnfitError.
    """
    if who.member is not None:
        for verb in ("bring_forward", "register_person"):
            require_any_role(who.member, known_act(verb, log=who.log).roles)
    found = compare_roster(engine, who=who, file=file, organization=organization, mapping=mapping, on=on)
    _try(engine, who, found)
    return found


def compare_roster(
    engine: Engine,
    *,
    who: Who,
    file: RosterFile,
    organization: str | None = None,
    mapping: Mapping[str, str] | None = None,
    on: date | None = None,
) -> Roster:
    """Return what a roster says against what is recorded, before anything of it is tried. Raises RosterFileError."""
    with read(engine) as session:
        here = organization_of(session, who.log, organization)
        remembered = remembered_mapping(session, file.headers)
    taken = dict(remembered if mapping is None else mapping)
    where = columns(file.headers, taken)
    day = on or legal_day(who.at)
    found = Roster(file, here, day, taken, remembered)
    run = Import(engine, who.log, who.actor, lambda: who.at, here, day, Options(here, taken, day, dry_run=True))
    report = Report(file.name, file.encoding, dry_run=True)
    _seen, units, agencies = survey(file, where, report)
    known = name_new(run, units, agencies, report)
    made = {name: new_id() for name in report.new_agencies}
    found.new_units, found.new_agencies = report.new_units, report.new_agencies
    found.first = acts_of_new(organization=here, units=report.new_units, agencies=made)
    changes: list[Change] = []
    rejected = {rejection.line for rejection in report.rejected}
    with read(engine) as session:
        for chunk in chunks_of(records_of(file, where, rejected)):
            changes += planned(session, run, chunk, known | made, frozenset(), report)
    shows = f"{file.name} ({file.digest[:12]})"[:200]
    lines = [_line(one, here, shows) for one in changes]
    found.unchanged, found.rejected = report.unchanged, report.rejected
    found.created = [line for line in lines if line.change.person is None]
    found.changed = [line for line in lines if line.change.person is not None]
    return found


def _line(change: Change, organization: str, shows: str) -> Line:
    acts = tuple(acts_of(change, organization=organization, why=shows))
    name = change.record.name or (change.person.name if change.person is not None else "")
    return Line(change.record.line, change.record.number, name, None if change.person is None else change.person.id, change, acts)


def _try(engine: Engine, who: Who, found: Roster) -> None:
    """Try each line, and place those that cannot be taken among the rejected. Too much for one proposal is only told."""
    if found.is_too_large:
        return
    lines = sorted((*found.created, *found.changed), key=lambda one: one.line)
    wrong = {one.line: one for one in rejected_lines(engine, who=who, first=found.first, lines=[(one.line, one.acts) for one in lines])}
    found.rejected = sorted([*found.rejected, *wrong.values()], key=lambda one: one.line)
    found.created = [line for line in found.created if line.line not in wrong]
    found.changed = [line for line in found.changed if line.line not in wrong]


def bring_roster_in(engine: Engine, *, who: Who, roster: Roster) -> Waiting:
    """Propose what a roster comes to as one file. Raises as the acts do; UnfitError where there is nothing to do, or too much."""
    assert who.member is not None  # a door knows who asks
    acts = roster.acts
    if not acts or roster.is_too_large:
        message = f"file: between 1 and {MOST_ACTS} changes can be brought in at once"
        raise asking.UnfitError(message)
    words: dict[str, Any] = {
        "sheet": "people",
        "file_digest": roster.file.digest,
        "file_name": roster.file.name,
        "acts": len(acts),
        "on": roster.on.isoformat(),
        "organization_id": roster.organization,
    }
    if roster.mapping != roster.remembered:
        words["columns"] = [f"{header}={roster.mapping.get(header, '')}" for header in signature(roster.file.headers)]
    said = f"{roster.file.name} ({roster.file.digest[:12]})"
    asked = [Asked("bring_forward", words), *acts]
    waiting = asking.ask(engine, log=who.log, member=who.member, at=who.at, acts=asked, words=said, given=True)
    assert isinstance(waiting, Waiting)  # what brings a file in takes two
    return waiting
