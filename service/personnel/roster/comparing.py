"""What a roster says against what is recorded: which rows are wrong, what is new, and what each row changes. Nothing is written."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.database import read
from service.personnel.model import Organization, Unit
from service.personnel.roster.headers import name_of
from service.personnel.roster.options import Import, Report
from service.personnel.roster.plan import Change, Known, change_of
from service.personnel.roster.reading import RosterFile
from service.personnel.roster.recorded import known_on_record
from service.personnel.roster.rows import BLANKS, Record, Rejection, record_of

CHUNK = 1_000
AGENCY = "dispatch_agency"


def survey(roster: RosterFile, where: Mapping[str, int], report: Report) -> tuple[set[str], set[str], set[str]]:
    """Read the file once: find wrong and doubled rows, and return its employee numbers, units and agencies."""
    lines: dict[str, int] = {}
    ids: dict[str, int] = {}
    seen: set[str] = set()
    units: set[str] = set()
    agencies: set[str] = set()
    for line, cells in roster.rows():
        if where["number"] < len(cells):
            # Whoever stands on a wrong line is in the file all the same, and not missing.
            seen.add(str(cells[where["number"]]).strip(BLANKS))
        found = record_of(line, cells, where, width=len(roster.headers))
        wrong = found if isinstance(found, Rejection) else _doubled(found, lines, ids)
        if isinstance(found, Rejection) or wrong is not None:
            report.rejected += [wrong] if wrong else []
            continue
        lines[found.number] = line
        if found.id:
            ids[found.id] = line
        units |= {unit for unit in (found.unit, found.moved_to, *(one for one, _post in found.concurrent or ())) if unit}
        agencies |= {found.agency} if found.agency else set()
    return seen, units, agencies


def _doubled(found: Record, lines: Mapping[str, int], ids: Mapping[str, int]) -> Rejection | None:
    if found.number in lines:
        first = lines[found.number]
        ja, en = f"{first}行目と社員番号が重複しています", f"the employee number stands on line {first} already"
        return Rejection(found.line, name_of("number"), ja, en)
    if found.id is not None and found.id in ids:
        first = ids[found.id]
        return Rejection(found.line, name_of("id"), f"{first}行目とIDが重複しています", f"the id stands on line {first} already")
    return None


def records_of(roster: RosterFile, where: Mapping[str, int], rejected: set[int]) -> Iterator[Record]:
    """Yield the records of a roster, but for lines that were rejected."""
    for line, cells in roster.rows():
        if line not in rejected:
            found = record_of(line, cells, where, width=len(roster.headers))
            if isinstance(found, Record):
                yield found


def chunks_of(records: Iterator[Record]) -> Iterator[list[Record]]:
    """Yield records in chunks, each of which is compared at once."""
    while chunk := list(islice(records, CHUNK)):
        yield chunk


def name_new(run: Import, units: set[str], agencies: set[str], report: Report) -> dict[str, str]:
    """Name in the report what the file names for the first time; return the ids of dispatch agencies by name, new ones blank."""
    with read(run.engine) as session:
        known_units = set(session.scalars(select(Unit.id).where(Unit.organization_id == run.organization)))
        rows = session.execute(select(Organization.name, Organization.id).where(Organization.kind == AGENCY))
        ids = {str(row[0]): str(row[1]) for row in rows}
    report.new_units = sorted(units - known_units)
    report.new_agencies = sorted(name for name in agencies if name not in ids)
    return ids | dict.fromkeys(report.new_agencies, "")


def planned(
    session: Session, run: Import, chunk: Sequence[Record], agencies: Mapping[str, str], clears: frozenset[str], report: Report
) -> list[Change]:
    """Return what a chunk changes about the state as the session sees it, and count it in the report."""
    known = known_on_record(session, run, chunk)
    changes = []
    for one in chunk:
        person = known.get(one.number)
        wrong = _misnamed(one, person)
        if wrong is not None:
            report.rejected.append(wrong)
            continue
        employer = agencies.get(one.agency) if one.agency else None
        change = change_of(one, person, on=run.on, employer=employer, clears=clears)
        if change.is_empty:
            report.unchanged += 1
            continue
        changes.append(change)
        if person is None:
            report.created += 1
        else:
            report.changed += 1
    return changes


def _misnamed(record: Record, known: Known | None) -> Rejection | None:
    if known is None and record.name is None:
        return Rejection(record.line, name_of("name"), "新しい社員番号に氏名がありません", "a new employee number without a name")
    if known is not None and record.id is not None and record.id != known.id:
        return Rejection(record.line, name_of("id"), "社員番号は別の人のものです", "the employee number is another person's")
    return None
