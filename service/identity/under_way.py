"""Sign-ins that are under way: kept for minutes, used once, and never more of them than the table should hold.

Anybody may begin one, so their number is bounded: the oldest make room for new ones.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from service.identity.account_model import PendingSignIn

FORGOTTEN_AFTER = timedelta(minutes=15)
MOST = 2_000


def keep_under_way(session: Session, *, id_hash: bytes, content: str, at: datetime) -> None:
    """Keep a sign-in that somebody began; what is over goes, and what is too many."""
    beyond = session.scalars(select(PendingSignIn.begun_at).order_by(PendingSignIn.begun_at.desc()).offset(MOST - 1).limit(1)).first()
    until = at - FORGOTTEN_AFTER if beyond is None else max(beyond, at - FORGOTTEN_AFTER)
    # What another request is about to use or remove is left to it.
    over = select(PendingSignIn.id_hash).where(PendingSignIn.begun_at <= until).with_for_update(skip_locked=True)
    session.execute(delete(PendingSignIn).where(PendingSignIn.id_hash.in_(over)).execution_options(synchronize_session=False))
    session.add(PendingSignIn(id_hash=id_hash, content=content, begun_at=at))
