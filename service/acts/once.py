"""Requests that are done once, however often they are sent; and acts that wait for nobody else's change.

A caller that had no answer cannot know whether the act was done. It sends the same request with the same key again, and
is told what the first one came to; the key is kept in the transaction of the act itself, for a day.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from service.identity.account_model import AnsweredRequest

KEPT = timedelta(hours=24)


class KeyReusedError(ValueError):
    """The same key came with another request."""


class ChangedSinceError(RuntimeError):
    """Something that the act is about has changed since the caller saw it; nothing was done."""


@dataclass(frozen=True, slots=True)
class Once:
    """A request under a key of its caller's choosing; `digest` says which request it is."""

    account_id: str
    key: str
    digest: bytes


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms something is asked: done once, and only if nothing it is about changed after an index of the ledger."""

    once: Once | None = None
    unless_changed_after: int | None = None


FREE = Terms()


def answered(session: Session, once: Once | None, *, at: datetime) -> Mapping[str, Any] | None:
    """Return what the same request came to before, or None. Raises KeyReusedError for another request under its key.

    Under the act lock nothing comes between this and `keep_answer`.
    """
    row = None if once is None else session.get(AnsweredRequest, (once.account_id, once.key))
    if once is None or row is None or row.answered_at < at - KEPT:
        return None
    if row.digest != once.digest:
        message = "Idempotency-Key: this key came with another request"
        raise KeyReusedError(message)
    return row.answer


def keep_answer(session: Session, once: Once | None, answer: Mapping[str, Any], *, at: datetime) -> None:
    """Keep what a request came to, in the transaction in which it was done; answers of its caller that are too old go."""
    if once is None:
        return
    session.execute(
        delete(AnsweredRequest).where(AnsweredRequest.account_id == once.account_id, AnsweredRequest.answered_at < at - KEPT),
        execution_options={"synchronize_session": "fetch"},
    )
    session.add(AnsweredRequest(account_id=once.account_id, key=once.key, digest=once.digest, answer=dict(answer), answered_at=at))
