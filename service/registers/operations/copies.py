"""Copies, prints, translations and media: each a document with a number of its own (NPSC Rule 23(2), 24 to 26)."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from service.actor import Actor
from service.designation import queries as designation
from service.designation.model import Document, DocumentInformation
from service.ledger import Kind, Log, begin_act
from service.personnel.model import new_id
from service.personnel.rules import require_words
from service.registers import queries, rules
from service.registers.model import Line
from service.registers.operations.entering import Act, enter, in_charge, keeping, line, staff
from service.statute.citations import cite

MOST_COPIES = 200


def make_copy(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    document_id: str,
    organization_id: str,
    form: rules.Form,
    copies: int,
    purpose: str,
    on: date,
    maker_id: str | None = None,
) -> tuple[str, ...]:
    """Record what was made of a document, each with its own number; return the ids of the documents made.

    As few as the purpose needs (NPSC Rule 25), which is why it is asked; each carries all that the original carries.
    Raises UnknownIdError; RegisterRefusedError (not_in_ledger, on_loan, lost, no_longer_held, carries_nothing,
    not_of_the_organization); ValueError for none or too many.
    """
    begin_act(session)
    act = Act(session, log, actor, at, on)
    keeping(act, organization_id)
    require_words(purpose=purpose)
    staff(act, organization_id, maker_id=maker_id)
    if not 1 <= copies <= MOST_COPIES:
        msg = f"copies: from 1 to {MOST_COPIES}"
        raise ValueError(msg)
    informations = in_charge(act, organization_id, document_id)
    if not informations:
        raise rules.RegisterRefusedError(reason="carries_nothing", basis=(cite("Act 3(2)(i)"),))
    first = queries.next_serial(session, organization_id=organization_id, kind="document")
    numbers = [first + place for place in range(copies)]
    copying = line(
        act,
        "copying",
        organization_id,
        document_id=document_id,
        person_id=maker_id,
        label=purpose,
        details={"form": form, "copies": copies, "numbers": numbers},
    )
    made, rows = _made(act, copying, informations=informations, numbers=numbers)
    enter(act, Kind.DOCUMENT_COPIED, [copying, *rows], informations=informations)
    return made


def _made(act: Act, copying: Line, *, informations: Sequence[str], numbers: Sequence[int]) -> tuple[tuple[str, ...], list[object]]:
    """Return the ids of new documents of a making, and their rows: each document, what it carries, its number."""
    original = designation.document(act.session, document_id=str(copying.document_id))
    rows: list[object] = []
    made: list[str] = []
    for number in numbers:
        copy = Document(
            id=new_id(),
            kind="copy",
            title=original.title,
            number=None,
            parent_id=original.id,
            organization_id=copying.organization_id,
        )
        made.append(copy.id)
        rows.append(copy)
        rows += [
            DocumentInformation(id=new_id(), document_id=copy.id, information_id=each, from_on=act.on, recorded_at=act.at)
            for each in informations
        ]
        details = {"way": "made", "form": copying.details["form"]}
        rows.append(line(act, "document", copying.organization_id, serial=number, document_id=copy.id, of_id=copying.id, details=details))
    return tuple(made), rows
