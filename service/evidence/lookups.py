"""Looking at what an entry withholds: within one's entitlement, and itself an entry; and who looked at one's record."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.actor import Actor
from service.database import Base
from service.evidence.gone import word_of
from service.identity.account_model import LookCount
from service.ledger import (
    DestroyedKeyError,
    DisclosureError,
    Draft,
    Kind,
    Log,
    begin_act,
    digests_in,
    entries,
    key_ids_of,
    log_size,
    open_disclosure,
    read_entry,
    record,
    record_many,
    ring_of,
    subject_of,
)
from service.personnel.model import Person
from service.statute.periods import legal_day
from service.statute.refusals import Refusal
from service.tlog.salted import decode, encode

MOST = 200
"""Disclosures that one look opens at most."""


LOOKS_A_DAY = 200
"""How often somebody may look at what entries withhold, on a day in Japan; who needs more asks for an export."""


class BudgetSpentError(Refusal):
    """Somebody looked as often as they may today."""

    slug = "budget-spent"


@dataclass(frozen=True, slots=True)
class Opened:
    """A disclosure as it was made: its name and value, or None where it cannot be read; `gone` says why, where an entry does."""

    digest: str
    name: str | None
    value: Any
    gone: str | None = None


def entry(session: Session, *, index: int) -> dict[str, Any] | None:
    """Return the clear part of an entry, or None where the log does not reach so far."""
    found = next(iter(entries(session, start=index, end=index + 1)), None)
    return None if found is None else read_entry(found[1])


def page(session: Session, *, after: int, limit: int) -> Sequence[tuple[int, dict[str, Any]]]:
    """Return the entries behind an index, at most `limit`."""
    end = min(after + 1 + limit, log_size(session))
    return [(index, read_entry(body)) for index, body in entries(session, start=after + 1, end=end)]


def opened(session: Session, *, log: Log, clear: Mapping[str, Any]) -> list[Opened]:
    """Return the disclosures that an entry (or one decision of several in it) names, opened; nothing is judged here."""
    digests = [decode(one) for one in digests_in(clear)][:MOST]
    rows = session.execute(text("select digest, key_id, sealed from ledger.disclosures where digest = any(:digests)"), {"digests": digests})
    found: list[Opened] = []
    words: Mapping[str, str] | None = None
    # In the order in which the entry names them: where they lie says nothing.
    for digest, key_id, sealed in sorted(rows, key=lambda row: digests.index(bytes(row.digest))):
        name = encode(bytes(digest))
        try:
            ring = ring_of(session, log=log, key_id=key_id)
            found.append(Opened(name, *open_disclosure(ring.open(key_id, digest=bytes(digest), sealed=bytes(sealed)), digest=name)))
        except (DisclosureError, DestroyedKeyError):
            words = words if words is not None else word_of(session.connection().connection.driver_connection)  # type: ignore[arg-type]  # psycopg's own
            found.append(Opened(name, None, None, words.get(key_id)))
    return found


@dataclass(frozen=True, slots=True)
class Look:
    """Who looks, in which roles, at which entry (or at which kind of record, by its name), what for."""

    actor: Actor
    roles: Collection[str]
    index: int | str
    purpose: str | None


def sealed_for(session: Session, *, clear: Mapping[str, Any]) -> str | None:
    """Return the person under whose key an entry is sealed, where it names nobody in clear; None where it is nobody's."""
    digests = [decode(one) for one in clear.get("_sd", ())][:1]
    key = session.execute(text("select key_id from ledger.disclosures where digest = any(:digests)"), {"digests": digests}).scalar()
    person = None if key is None else session.get(Person, subject_of(key)[0])
    return None if person is None else person.id


def record_look(session: Session, *, log: Log, at: datetime, look: Look, clear: Mapping[str, Any]) -> int:
    """Record that somebody looked at what an entry withholds, and return the index of that."""
    begin_act(session)
    return record(session, log=log, draft=_draft(session, at, look, clear), rows=[])


def record_looks(session: Session, *, log: Log, at: datetime, looks: Sequence[tuple[Look, Mapping[str, Any]]]) -> int:
    """Record that somebody looked at several decisions of one entry, once on the record of each whom they are about.

    Returns the index of the first entry that says so. Whose several were looked at in the same roles has one entry.
    """
    begin_act(session)
    about = {(clear.get("person") or sealed_for(session, clear=clear), tuple(sorted(look.roles))): (look, clear) for look, clear in looks}
    drafts = [(_draft(session, at, look, clear), list[Base]()) for look, clear in about.values()]
    return record_many(session, log=log, drafts=drafts)[0]


def _draft(session: Session, at: datetime, look: Look, clear: Mapping[str, Any]) -> Draft:
    note = {"entry": look.index, "roles": sorted(look.roles), "purpose": look.purpose}
    return Draft(
        kind=Kind.DISCLOSURE_READ,
        actor=look.actor,
        at=at,
        person=clear.get("person"),
        object=str(look.index),
        organization=clear.get("for"),
        # Whoever it is about may know of the look, also where the entry does not say whom it is about.
        subject=str(clear.get("person") or sealed_for(session, clear=clear) or "log"),
        note=note,
    )


def record_list_look(
    session: Session, *, log: Log, at: datetime, actor: Actor, roles: Collection[str], purpose: str | None, people: Sequence[str], of: str
) -> None:
    """Record on the record of each of some people that somebody saw them in a list.

    Whom it is about stands under their own key alone: who is in such a list is nobody else's to read off the log.
    """
    begin_act(session)
    note = {"list": of, "roles": sorted(roles), "purpose": purpose}
    drafts = [Draft(kind=Kind.DISCLOSURE_READ, actor=actor, at=at, object=of, subject=person, note=note) for person in people]
    record_many(session, log=log, drafts=[(draft, []) for draft in drafts])


@dataclass(frozen=True, slots=True)
class Looked:
    """Somebody looked at what concerns a person: when, in which roles, what for."""

    at: str
    roles: tuple[str, ...]
    purpose: str | None


def looks_at(session: Session, *, log: Log, person_id: str, limit: int = 200) -> list[Looked]:
    """Return who looked at a person's record, by role and purpose and never by name, the newest first."""
    rows = session.execute(
        text(
            "select e.body from ledger.entries e join ledger.disclosures d on d.index = e.index"
            " where d.key_id = any(:keys)"
            " and position(convert_to(:kind, 'UTF8') in e.body) > 0 order by e.index desc limit :limit"
        ),
        {"keys": key_ids_of(session, person_id), "kind": f'"kind":"{Kind.DISCLOSURE_READ.value}"', "limit": limit},
    ).all()
    found = []
    for (body,) in rows:
        clear = read_entry(bytes(body))
        notes = [one.value for one in opened(session, log=log, clear=clear) if one.name == "note"]
        note = notes[0] if notes else {}
        found.append(Looked(clear["at"], tuple(note.get("roles", ())), note.get("purpose")))
    return found


def spend_look(session: Session, *, account_id: str, at: datetime, looks: int = 1) -> None:
    """Count a look, or several at once, against today's budget. Raises BudgetSpentError where it is spent."""
    made = insert(LookCount).values(account_id=account_id, on=legal_day(at), looks=looks)
    counted = made.on_conflict_do_update(index_elements=["account_id", "on"], set_={"looks": LookCount.looks + looks}).returning(
        LookCount.looks
    )
    if session.scalars(counted).one() > LOOKS_A_DAY:
        reason = "look_budget_spent"
        raise BudgetSpentError(reason)
