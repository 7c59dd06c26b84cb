"""The first entry of an opening balance: from which file, of which day, the entries behind it were brought forward."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.actor import Actor
from service.database import Base
from service.ledger import Draft, Kind, Log, begin_act, record
from service.personnel.model import ColumnMapping, RosterImport, new_id
from service.personnel.rules import AlreadyRecordedError, require_words

Sheet = Literal["clearances", "handlers", "designations", "contracts", "documents", "registers"]
Register = Literal["document", "storage", "loan", "area", "entry", "device", "inspection", "origin", "other_use", "trainings", "pledges"]
"""The registers that can be brought in."""
Brought = Literal["clearances", "handlers", "designations", "contracts", "documents", "registers", "people"]
"""What a file brings: an opening balance, or people and their posts, which may come again and again."""


def brought_in(session: Session, *, file_digest: str) -> RosterImport | None:
    """Return the record of a file that was brought in, or None."""
    return session.scalars(
        select(RosterImport).where(RosterImport.file_digest == file_digest, RosterImport.options["sheet"].is_not(None))
    ).first()


def numbered_to(session: Session, *, organization_id: str, register: str) -> int:
    """Return the highest number of a register that was brought forward, 0 where none was."""
    told = RosterImport.options
    found = select(func.max(told["numbers_to"].as_integer())).where(
        told["register"].as_string() == register, told["organization"].as_string() == organization_id
    )
    return session.scalar(found) or 0


def bring_forward(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    sheet: Brought,
    file_digest: str,
    file_name: str,
    acts: int,
    on: date,
    register_kind: Register | None = None,
    organization_id: str | None = None,
    numbers_to: int | None = None,
    columns: Sequence[str] | None = None,
) -> str:
    """Record that the next `acts` entries are brought forward from a file as it stood on a day, and return the import's id.

    A register is one of an organization, and goes on behind its highest number. `columns` are the headers of a roster, each
    with what it was read as (`header=field`, nothing behind it for one that was not read): to be remembered. Raises
    AlreadyRecordedError for a file that was brought in before, unless it is a roster; ValueError for a blank name.
    """
    begin_act(session)
    require_words(file_digest=file_digest, file_name=file_name)
    before = None if sheet == "people" else brought_in(session, file_digest=file_digest)
    if before is not None:
        message = f"this very file was brought in already, by entry {before.changed_index}"
        raise AlreadyRecordedError(message=message, facts={"import": before.id, "entry": before.changed_index})
    told: dict[str, Any] = {"sheet": sheet, "acts": acts, "as_of": on.isoformat()}
    if register_kind is not None:
        told |= {"register": register_kind, "organization": organization_id, "numbers_to": numbers_to or 0}
    if sheet == "people":
        told |= {"organization": organization_id}
    row = RosterImport(id=new_id(), file_digest=file_digest, file_name=file_name, state="ended", options=told, rows_done=acts, begun_at=at)
    draft = Draft(
        kind=Kind.BALANCE_BROUGHT, actor=actor, at=at, on=on, object=row.id, note={"file": file_digest, "name": file_name, **told}
    )
    rows: list[Base] = [row]
    if columns:
        read_as = [(header, field) for header, _mark, field in (one.rpartition("=") for one in columns)]
        headers = [header for header, _field in read_as]
        # A header may be any text, and not every text can be a key of an entry.
        mapping = {"columns": [field for _header, field in read_as]}
        rows.append(ColumnMapping(id=new_id(), headers=headers, mapping=mapping, remembered_at=at))
    record(session, log=log, draft=draft, rows=rows)
    return row.id
