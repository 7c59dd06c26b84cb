"""Bringing a roster in: one bulk act in chunks, each of which leaves a lawful state, framed by a begin and an end.

1. Read and understand the file; a wrong row stops nothing else. 2. Register units and dispatch agencies it names for the
first time. 3. Chunk by chunk: read the present state, plan, write an entry for each person changed. 4. Record the end.
An import that was broken off is resumed by importing its file again, or ended as partial by the next import.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice

from sqlalchemy import Engine, select

from service.actor import Actor
from service.database import Base, read, transaction
from service.ledger import Draft, Kind, Log, begin_act, record, record_many
from service.personnel.model import ColumnMapping, Organization, Person, Post, RosterImport, Unit, new_id
from service.personnel.operations import register_organization, register_unit
from service.personnel.roster.headers import columns, name_of
from service.personnel.roster.options import Import, Options, Report
from service.personnel.roster.plan import Change, change_of
from service.personnel.roster.reading import Cell, RosterFile
from service.personnel.roster.recorded import known_on_record, missing_on_record, organization_of, remembered_mapping
from service.personnel.roster.rows import Record, Rejection, record_of
from service.personnel.roster.writing import rows_of
from service.statute.periods import legal_day

CHUNK = 1_000
Progress = Callable[[int], None]


def import_people(
    engine: Engine,
    *,
    log: Log,
    actor: Actor,
    clock: Callable[[], datetime],
    roster: RosterFile,
    options: Options,
    progress: Progress = lambda _rows: None,
) -> Report:
    """Bring a roster in and return what became of its rows. Raises RosterFileError for a file that cannot be understood.

    `progress` is told the number of rows done. Importing a file twice changes nothing the second time.
    """
    with read(engine) as session:
        organization = organization_of(session, log, options.organization)
        mapping = dict(options.mapping) or remembered_mapping(session, roster.headers)
    where = columns(roster.headers, mapping)
    run = Import(engine, log, actor, clock, organization, options.effective_on or legal_day(clock()), options)
    report = Report(roster.name, roster.encoding, options.dry_run)
    seen, units, agencies = _survey(roster, where, report)
    agency_ids = _register_new(run, units, agencies, report)
    begun = None if options.dry_run else _resume(run, roster)
    done = 0
    for chunk in _chunks(_records(roster, where, {rejection.line for rejection in report.rejected})):
        changes = _plan(run, chunk, agency_ids, report)
        if changes and not options.dry_run:
            begun = begun or _begin(run, roster, mapping)
            _write(run, changes)
        done += len(chunk)
        progress(done)
    if begun is not None:
        _end(run, begun, done, "ended", report)
    if options.complete:
        report.missing = missing_on_record(run, seen)
    return report


def _survey(roster: RosterFile, where: Mapping[str, int], report: Report) -> tuple[set[str], set[str], set[str]]:
    """Read the file once: find wrong and doubled rows, and return its employee numbers, units and agencies."""
    lines: dict[str, int] = {}
    units: set[str] = set()
    agencies: set[str] = set()
    for line, cells in roster.rows():
        found = record_of(line, cells, where)
        if isinstance(found, Rejection):
            report.rejected.append(found)
            continue
        if found.number in lines:
            first = lines[found.number]
            ja, en = f"{first}行目と社員番号が重複しています", f"the employee number stands on line {first} already"
            report.rejected.append(Rejection(line, name_of("number"), ja, en))
            continue
        lines[found.number] = line
        units |= {unit for unit in (found.unit, found.moved_to, *(one for one, _post in found.concurrent or ())) if unit}
        agencies |= {found.agency} if found.agency else set()
    return set(lines), units, agencies


def _records(roster: RosterFile, where: Mapping[str, int], rejected: set[int]) -> Iterator[Record]:
    for line, cells in roster.rows():
        if line not in rejected:
            found = record_of(line, cells, where)
            if isinstance(found, Record):
                yield found


def _chunks(records: Iterator[Record]) -> Iterator[list[Record]]:
    while chunk := list(islice(records, CHUNK)):
        yield chunk


def _register_new(run: Import, units: set[str], agencies: set[str], report: Report) -> dict[str, str]:
    """Register what the file names for the first time, and return the ids of dispatch agencies by name."""
    with read(run.engine) as session:
        known_units = set(session.scalars(select(Unit.id).where(Unit.organization_id == run.organization)))
        rows = session.execute(select(Organization.name, Organization.id).where(Organization.kind == "dispatch_agency"))
        ids = {str(row[0]): str(row[1]) for row in rows}
    report.new_units = sorted(units - known_units)
    report.new_agencies = sorted(name for name in agencies if name not in ids)
    if run.options.dry_run:
        return ids | dict.fromkeys(report.new_agencies, "")
    for unit in report.new_units:
        with transaction(run.engine) as session:
            register_unit(session, log=run.log, actor=run.actor, at=run.clock(), organization_id=run.organization, name=unit, unit_id=unit)
    for name in report.new_agencies:
        with transaction(run.engine) as session:
            ids[name] = register_organization(session, log=run.log, actor=run.actor, at=run.clock(), kind="dispatch_agency", name=name)
    return ids


def _plan(run: Import, chunk: Sequence[Record], agencies: Mapping[str, str], report: Report) -> list[Change]:
    with read(run.engine) as session:
        known = known_on_record(session, run, chunk)
    changes = []
    for one in chunk:
        if known.get(one.number) is None and one.name is None:
            report.rejected.append(
                Rejection(one.line, name_of("name"), "新しい社員番号に氏名がありません", "a new employee number without a name")
            )
            continue
        employer = agencies.get(one.agency) if one.agency else None
        change = change_of(one, known.get(one.number), on=run.on, employer=employer, blank_clears=run.options.blank_clears)
        if change.is_empty:
            report.unchanged += 1
            continue
        changes.append(change)
        if change.person is None:
            report.created += 1
        else:
            report.changed += 1
    return changes


def _write(run: Import, changes: Sequence[Change]) -> None:
    """Write a chunk: the rows of each person and its entry, in one transaction."""
    at = run.clock()
    with transaction(run.engine) as session:
        begin_act(session)
        touched = [change.person.id for change in changes if change.person]
        people = {row.id: row for row in session.scalars(select(Person).where(Person.id.in_(touched)))} if touched else {}
        ended = [post for change in changes for post, _day in change.ends]
        posts = {row.id: row for row in session.scalars(select(Post).where(Post.id.in_(ended)))} if ended else {}
        drafts = []
        for change in changes:
            person, rows = rows_of(run, change, people, posts, at)
            kind = Kind.PERSON_REGISTERED if change.person is None else Kind.PERSON_CHANGED
            drafts.append((Draft(kind, run.actor, at, on=change.on, person=person, organization=run.organization, subject=person), rows))
        record_many(session, log=run.log, drafts=drafts)


def _resume(run: Import, roster: RosterFile) -> str | None:
    """Return the id of a broken-off import of the same file; end one of another file as partial."""
    with read(run.engine) as session:
        begun = session.execute(select(RosterImport.id, RosterImport.file_digest).where(RosterImport.state == "begun")).all()
    same = None
    for import_id, digest in begun:
        if digest == roster.digest:
            same = str(import_id)
        else:
            _end(run, str(import_id), None, "partial", None)
    return same


def _begin(run: Import, roster: RosterFile, mapping: Mapping[str, str]) -> str:
    at = run.clock()
    import_id = new_id()
    options = {"effective_on": run.on.isoformat(), "complete": run.options.complete, "blank_clears": run.options.blank_clears}
    row = RosterImport(
        id=import_id,
        file_digest=roster.digest,
        file_name=roster.name,
        state="begun",
        options=options,
        rows_done=0,
        begun_at=at,
        ended_at=None,
    )
    rows: list[Base] = [row]
    if run.options.mapping:
        rows.append(ColumnMapping(id=new_id(), headers=list(roster.headers), mapping=dict(mapping), remembered_at=at))
    with transaction(run.engine) as session:
        begin_act(session)
        draft = Draft(
            Kind.IMPORT_BEGUN, run.actor, at, object=import_id, organization=run.organization, note={"sha256": roster.digest, **options}
        )
        record(session, log=run.log, draft=draft, rows=rows)
    return import_id


def _end(run: Import, import_id: str, done: int | None, state: str, report: Report | None) -> None:
    at = run.clock()
    with transaction(run.engine) as session:
        begin_act(session)
        row = session.get_one(RosterImport, import_id)
        row.state, row.ended_at = state, at
        if done is not None:
            row.rows_done = done
        counts = (
            {}
            if report is None
            else {"created": report.created, "changed": report.changed, "unchanged": report.unchanged, "rejected": len(report.rejected)}
        )
        draft = Draft(Kind.IMPORT_ENDED, run.actor, at, object=import_id, organization=run.organization, note={"state": state, **counts})
        record(session, log=run.log, draft=draft, rows=[row])


def rejected_rows(roster: RosterFile, rejections: Sequence[Rejection]) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    """Yield the rows that were rejected, as they stood."""
    lines = {rejection.line for rejection in rejections}
    return ((line, cells) for line, cells in roster.rows() if line in lines)
