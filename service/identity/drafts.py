"""Forms that somebody has begun to fill in, kept for them alone so that nothing typed is lost.

A draft is sealed under its writer's key, is nobody's record and no evidence, and goes when its form was sent or after a month.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from service.identity.account_model import Draft
from service.identity.members import Member
from service.ledger import DestroyedKeyError, DisclosureError, Log, begin_act, open_text, seal_text

KEPT = timedelta(days=30)
LARGEST = 32_768
"""Characters of a draft, at most."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A draft as it was kept: its words, and when."""

    words: Mapping[str, Sequence[str]]
    at: datetime


def keep_draft(session: Session, *, log: Log, member: Member, at: datetime, form: str, words: Mapping[str, Sequence[str]]) -> bool:
    """Keep what somebody has typed into a form so far in place of what was kept before; False where it is too large to keep."""
    text = json.dumps({name: list(values) for name, values in words.items()})
    if len(text) > LARGEST:
        return False
    # The first draft of somebody without a key makes them one, which acts alone may.
    begin_act(session)
    session.execute(delete(Draft).where(Draft.kept_at < at - KEPT), execution_options={"synchronize_session": False})
    sealed = seal_text(session, log=log, key_id=member.person_id, place=_place(member, form), text=text)
    row = session.get(Draft, (member.account_id, form))
    if row is None:
        session.add(Draft(account_id=member.account_id, form=form, sealed=sealed, kept_at=at))
    else:
        row.sealed, row.kept_at = sealed, at
    return True


def draft_of(session: Session, *, log: Log, member: Member, at: datetime, form: str) -> Kept | None:
    """Return what somebody had typed into a form, or None where nothing is kept or its key is gone."""
    row = session.get(Draft, (member.account_id, form))
    if row is None or row.kept_at < at - KEPT:
        return None
    try:
        text = open_text(session, log=log, key_id=member.person_id, place=_place(member, form), sealed=row.sealed)
    except (DisclosureError, DestroyedKeyError):
        return None
    return Kept(json.loads(text), row.kept_at)


def drop_draft(session: Session, *, member: Member, form: str) -> None:
    """Forget what somebody had typed into a form."""
    session.execute(
        delete(Draft).where(Draft.account_id == member.account_id, Draft.form == form), execution_options={"synchronize_session": False}
    )


def _place(member: Member, form: str) -> str:
    return f"identity.drafts/sealed/{member.account_id}/{form}"
