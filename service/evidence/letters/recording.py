"""That a letter was made, with the digest of its bytes: an entry of the ledger, so that a paper can be held against it later."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy.orm import Session

from service.actor import Actor
from service.ledger import Draft, Kind, Log, begin_act, record

OF_THE_CIRCLE = "assessment"
"""What the entry of any letter about somebody's assessment says in clear (Act 16): not which, and not of whom."""


@dataclass(frozen=True, slots=True)
class Made:
    """Who made which letter, in which roles and what for: of what it is, of which organization, and whom it is about if of the circle."""

    actor: Actor
    roles: Collection[str]
    purpose: str | None
    kind: str
    of: str
    organization_id: str | None = None
    person_id: str | None = None
    form: str = "pdf"


def record_letter(session: Session, *, log: Log, at: datetime, made: Made, content: bytes) -> int:
    """Record that a letter was made, and return the index of that; its kind, its subject and the SHA-256 of its bytes are withheld."""
    begin_act(session)
    note = {
        "letter": made.kind,
        "of": made.of,
        "form": made.form,
        "sha256": sha256(content).hexdigest(),
        "roles": sorted(made.roles),
        "purpose": made.purpose,
    }
    draft = Draft(
        kind=Kind.LETTER_MADE,
        actor=made.actor,
        at=at,
        object=OF_THE_CIRCLE if made.person_id is not None else made.kind,
        organization=made.organization_id,
        subject=made.person_id or "log",
        note=note,
    )
    return record(session, log=log, draft=draft, rows=[])
