"""Filters that the ledger's page once kept for one auditor each, carried over to queries of auditors, once."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlencode

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from service.actor import Actor
from service.acts.asking import UnfitError
from service.acts.auditing.asking import fitting, query_from
from service.acts.auditing.filtering import words_of_filter
from service.database import read, transaction
from service.evidence.predicate import Predicate
from service.evidence.queries import bring_query
from service.ledger import Log, begin_act
from service.statute.periods import legal_day

BEFORE = "services_2026_11_29"
"""The last revision with those filters."""
REASON = "台帳の画面で{day}に保存した条件の引継ぎ / carried over: a filter saved on {day} at the ledger's page"
_THERE = text("select to_regclass('identity.saved_queries') is not null")
_KEPT = text("select id, account_id, name, words, saved_at from identity.saved_queries where ended_at is null order by saved_at, id")
_END = text("update identity.saved_queries set ended_at = :at where id = :id")


class Left(NamedTuple):
    """A filter that no query says: whose, its name, and the address that shows the same."""

    account_id: str
    name: str
    address: str
    why: str


def filters_wait(engine: Engine) -> bool:
    """Say whether a database has filters that were not carried over yet."""
    with read(engine) as session:
        return bool(session.scalar(_THERE)) and session.execute(_KEPT).first() is not None


def carry_filters(engine: Engine, *, log: Log, actor: Actor, at: datetime) -> tuple[int, Sequence[Left]]:
    """Save each filter as a query of its owner's; return how many, and those of which no query says the same. None of them stays."""
    carried, left = 0, list[Left]()
    with read(engine) as session:
        kept = session.execute(_KEPT).all()
    for id_, account_id, name, words, saved_at in kept:
        with transaction(engine) as session:
            begin_act(session)
            session.execute(_END, {"id": id_, "at": at})
            try:
                query = _query(session, words)
            except UnfitError as unfit:
                left.append(Left(account_id, name, f"/ledger?{urlencode(words)}", str(unfit)))
            else:
                reason = REASON.format(day=legal_day(saved_at).isoformat())
                bring_query(session, log=log, actor=actor, at=at, account_id=account_id, name=name, query=query, reason=reason)
                carried += 1
    return carried, left


def _query(session: Session, words: dict[str, str]) -> Predicate:
    with fitting():
        return query_from(session, words_of_filter(session, words))
