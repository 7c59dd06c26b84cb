"""Bringing a roster in: one bulk act in chunks, each of which leaves a lawful state, framed by a begin and an end.

1. Read and understand the file; a wrong row stops nothing else. 2. Record the begin, if anything is to change; register
units and dispatch agencies it names for the first time. 3. Chunk by chunk, under the act lock: read the present state,
plan, write an entry for each person changed. 4. Record the end.
An import that was broken off is resumed by importing its file again, or ended as partial by the next import.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from service.actor import Actor
from service.database import Base, read, transaction
from service.ledger import Draft, Kind, Log, begin_act, record, record_many
from service.personnel.model import ColumnMapping, Organization, Person, Post, RosterImport, Unit, new_id
from service.personnel.operations import register_organization, register_unit
from service.personnel.roster.comparing import AGENCY, chunks_of, name_new, planned, records_of, survey
from service.personnel.roster.headers import columns, signature
from service.personnel.roster.options import Import, Options, Report
from service.personnel.roster.reading import Cell, RosterFile
from service.personnel.roster.recorded import missing_on_record, organization_of, remembered_mapping
from service.personnel.roster.rows import Record, Rejection
from service.personnel.roster.writing import rows_of
from service.statute.periods import legal_day

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
        remembered = remembered_mapping(session, roster.headers)
    mapping = dict(options.mapping) or remembered
    where = columns(roster.headers, mapping)
    run = Import(engine, log, actor, clock, organization, options.effective_on or legal_day(clock()), options)
    report = Report(roster.name, roster.encoding, options.dry_run)
    seen, units, agencies = survey(roster, where, report)
    agency_ids = name_new(run, units, agencies, report)
    begun = None if options.dry_run else _resume(run, roster)
    if not options.dry_run:
        if begun is None and (report.new_units or report.new_agencies or mapping != remembered):
            with transaction(engine) as session:
                begun = _begin(session, run, roster, mapping if mapping != remembered else {})
        agency_ids |= _register_new(run, report)
    clears = frozenset(where) if options.blank_clears else frozenset()
    done = 0
    for chunk in chunks_of(records_of(roster, where, {rejection.line for rejection in report.rejected})):
        if options.dry_run:
            with read(engine) as session:
                planned(session, run, chunk, agency_ids, clears, report)
        else:
            begun = _write(run, roster, chunk, agency_ids, clears, report, begun)
        done += len(chunk)
        progress(done)
    if begun is not None:
        _end(run, begun, done, "ended", report)
    if options.complete:
        report.missing = missing_on_record(run, seen)
    return report


def _register_new(run: Import, report: Report) -> dict[str, str]:
    """Register what is new, unless another import did so meanwhile, and return the ids of the new agencies by name."""
    for unit in report.new_units:
        with transaction(run.engine) as session:
            begin_act(session)
            if session.get(Unit, (run.organization, unit)) is None:
                register_unit(
                    session, log=run.log, actor=run.actor, at=run.clock(), organization_id=run.organization, name=unit, unit_id=unit
                )
    ids = {}
    for name in report.new_agencies:
        with transaction(run.engine) as session:
            begin_act(session)
            there = session.scalar(select(Organization.id).where(Organization.kind == AGENCY, Organization.name == name))
            ids[name] = there or register_organization(session, log=run.log, actor=run.actor, at=run.clock(), kind=AGENCY, name=name)
    return ids


def _write(
    run: Import,
    roster: RosterFile,
    chunk: Sequence[Record],
    agencies: Mapping[str, str],
    clears: frozenset[str],
    report: Report,
    begun: str | None,
) -> str | None:
    """Write what a chunk changes, the rows of each person and its entry, in one transaction; return the id of the import.

    The first change of an import that has not begun begins it.
    """
    with transaction(run.engine) as session:
        begin_act(session)
        changes = planned(session, run, chunk, agencies, clears, report)
        if not changes:
            return begun
        begun = begun or _begin(session, run, roster, {})
        at = run.clock()
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
    return begun


def _resume(run: Import, roster: RosterFile) -> str | None:
    """Return the id of a broken-off import of the same file; end one of another file as partial."""
    with read(run.engine) as session:
        begun = session.execute(
            select(RosterImport.id, RosterImport.file_digest, RosterImport.options).where(RosterImport.state == "begun")
        ).all()
    same = None
    for import_id, digest, options in begun:
        if same is None and digest == roster.digest and options.get("organization", run.organization) == run.organization:
            same = str(import_id)
        else:
            _end(run, str(import_id), None, "partial", None)
    return same


def _begin(session: Session, run: Import, roster: RosterFile, mapping: Mapping[str, str]) -> str:
    """Record that an import begins, with a mapping to be remembered if there is one, and return its id."""
    begin_act(session)
    at = run.clock()
    import_id = new_id()
    options = {
        "organization": run.organization,
        "effective_on": run.on.isoformat(),
        "complete": run.options.complete,
        "blank_clears": run.options.blank_clears,
    }
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
    if mapping:
        rows.append(ColumnMapping(id=new_id(), headers=signature(roster.headers), mapping=dict(mapping), remembered_at=at))
    draft = Draft(
        Kind.IMPORT_BEGUN, run.actor, at, object=import_id, organization=run.organization, note={"sha256": roster.digest, **options}
    )
    record(session, log=run.log, draft=draft, rows=rows)
    return import_id


def _end(run: Import, import_id: str, done: int | None, state: str, report: Report | None) -> None:
    with transaction(run.engine) as session:
        begin_act(session)
        at = run.clock()
        row = session.get_one(RosterImport, import_id)
        if row.state != "begun":
            # Another import of the same file ended it first.
            return
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
