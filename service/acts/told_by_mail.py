"""Where somebody wishes to be told by mail that something waits for them: their own choice, and no fact of the ledger.

A mail says how many things wait and where to look, and nothing else; so whoever has an account chooses their address
themselves, within the domains that the site allows.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.acts.asking import UnfitError
from service.database import transaction
from service.deadlines.model import MailedRow, MailWishRow
from service.identity.desk import Desk
from service.identity.members import Member

Language = Literal["ja", "en", "both"]
LANGUAGES: tuple[Language, ...] = ("ja", "en", "both")
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@([A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,8})")
"""An address as it stands in a mail without quoting: no space, no comma, no line end."""


def is_allowed(address: str, *, domains: Sequence[str]) -> bool:
    """Say whether mails may go to an address."""
    found = ADDRESS.fullmatch(address)
    return found is not None and (not domains or found[1].lower() in {one.lower() for one in domains})


def wish_of(session: Session, *, person_id: str) -> MailWishRow | None:
    """Return where somebody wishes to be written to, or None."""
    row = session.get(MailWishRow, person_id)
    return row if row is not None and row.address is not None else None


def wishes(session: Session) -> Sequence[MailWishRow]:
    """Return everybody's wishes."""
    return session.scalars(select(MailWishRow).where(MailWishRow.address.is_not(None)).order_by(MailWishRow.person_id)).all()


def keep_wish(desk: Desk, member: Member, *, at: datetime, address: str, language: str) -> None:
    """Keep where somebody wishes to be written to; an empty address ends it. Raises UnfitError."""
    if language not in LANGUAGES:
        message = f"language: one of {', '.join(LANGUAGES)}"
        raise UnfitError(message)
    if address and (desk.mail_domains is None or not is_allowed(address, domains=desk.mail_domains)):
        message = "address: none to which mails go from here"
        raise UnfitError(message)
    kept = {"address": address or None, "language": language, "wished_at": at}
    row = insert(MailWishRow).values(person_id=member.person_id, **kept)
    with transaction(desk.engine) as session:
        session.execute(row.on_conflict_do_update(index_elements=["person_id"], set_=kept))


def last_mail(session: Session, *, person_id: str) -> datetime | None:
    """Return when somebody was last written to, or None."""
    return session.scalar(select(func.max(MailedRow.taken_at)).where(MailedRow.person_id == person_id))


def take_day(session: Session, *, person_id: str, on: date, at: datetime) -> bool:
    """Take the one mail that somebody gets on a day; False where it is taken already, here or by another process."""
    row = insert(MailedRow).values(person_id=person_id, on=on, taken_at=at).on_conflict_do_nothing().returning(MailedRow.person_id)
    return session.execute(row).first() is not None


def keep_sent(session: Session, *, person_id: str, on: date, at: datetime) -> None:
    """Keep that the mail of a day was given to the mail server."""
    session.execute(update(MailedRow).where(MailedRow.person_id == person_id, MailedRow.on == on).values(sent_at=at))
