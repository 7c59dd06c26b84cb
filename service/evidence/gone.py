"""What was erased, destroyed or sealed away, by which entry; and whether what should be gone can still be read."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, LiteralString

import psycopg

from service.evidence import rows
from service.evidence.form import EntryV1, readable_entry
from service.ledger import Kind, spill_key
from service.retention.rules import ERASED
from service.tlog.salted import decode

State = Literal["open", "sealed", "destroyed", "erased", "absent"]
"""Whether a disclosure can be read, was sealed away, lay under a key that was destroyed, or that went with a person; or is not there."""
_TOLD = {"sealed": Kind.SPILL_SEALED.value, "unsealed": Kind.SPILL_UNSEALED.value, "destroyed": Kind.SPILL_DESTROYED.value}
_LEFT: Mapping[str, LiteralString] = {
    "need_to_know.requests": "select 1 from need_to_know.requests"
    " where person_id = any(%(people)s) and num_nonnulls(task, reference, reason) > 0",
    "deadlines.mail_wishes": "select 1 from deadlines.mail_wishes where person_id = any(%(people)s) and address is not null",
    "identity.credentials": "select 1 from identity.credentials c join identity.accounts a on a.id = c.account_id"
    " where a.person_id = any(%(people)s) and (c.label is not null or c.sealed <> '')",
    "identity.sessions": "select 1 from identity.sessions s join identity.accounts a on a.id = s.account_id"
    " where a.person_id = any(%(people)s) and s.provider_session is not null",
    "proposals.proposals": "select 1 from proposals.proposals p left join identity.accounts a on a.id = p.decided_by"
    " where (p.proposed_person = any(%(people)s) and p.proposed_name <> %(erased)s)"
    " or (a.person_id = any(%(people)s) and p.decided_name <> %(erased)s)",
    "proposals.remarks": "select 1 from proposals.remarks r join identity.accounts a on a.id = r.by"
    " where a.person_id = any(%(people)s) and r.name <> %(erased)s",
}
"""Of tables that are compared with no entry: what finds a word there of somebody who was erased."""


@dataclass(frozen=True, slots=True)
class Spill:
    """What was done last about the disclosures of an entry, as an entry tells: `by` is that one, `sealed_by` the last that sealed them."""

    state: str
    by: int
    sealed_by: int
    subject: str

    @property
    def closed(self) -> bool:
        """Whether nothing of them is to be read."""
        return self.state != "unsealed"


def spills(connection: psycopg.Connection) -> dict[int, Spill]:
    """Return by entry what was done about its disclosures, as entries tell it; a row alone says nothing."""
    found: dict[int, Spill] = {}
    query = (
        "select s.entry_index, s.state, s.subject, e.index, e.body from ledger.spills s join ledger.entries e on e.index = s.changed_index"
        " order by e.index"
    )
    for index, state, subject, by, body in connection.cursor(binary=True).execute(query):
        entry = readable_entry(body)
        if entry is not None and (entry.kind, entry.out, entry.object) == (_TOLD[state], "accepted", str(index)):
            before = found.get(index)
            found[index] = Spill(state, by, by if state == "sealed" or before is None else before.sealed_by, subject)
    return found


@dataclass(frozen=True, slots=True)
class Standing:
    """How a disclosure stands: made with the entry `index`, and, where it cannot be read, `by` which entry."""

    state: State
    index: int | None = None
    by: int | None = None


def standings(connection: psycopg.Connection, digests: Sequence[str]) -> dict[str, Standing]:
    """Return how each of some disclosures stands, by its digest as entries write it.

    `sealed`, `destroyed` and `erased` come with the entry that covers it. `absent` is not there and nothing covers it; `open`
    is not opened here, it only should be.
    """
    told, destroyed = spills(connection), rows.destroyed_keys(connection)
    kinds = {index: entry.kind for index, entry in _entries(connection, set(destroyed.values()))}
    found = connection.cursor(binary=True).execute(
        "select digest, index, key_id from ledger.disclosures where digest = any(%s) order by index desc",
        ([decode(one) for one in digests],),
    )
    # A digest is made once; should it stand twice, the first counts.
    places = {bytes(digest): (index, key_id) for digest, index, key_id in found}
    standing = {}
    for name in digests:
        place = places.get(decode(name))
        standing[name] = Standing("absent") if place is None else _standing(*place, told, destroyed, kinds)
    return standing


def _standing(index: int, key_id: str, told: Mapping[int, Spill], destroyed: Mapping[str, int], kinds: Mapping[int, str]) -> Standing:
    by = destroyed.get(key_id)
    if by is not None and index < by:
        return Standing("erased" if kinds.get(by) == Kind.PERSON_ERASED.value else "destroyed", index, by)
    spill = told.get(index)
    if spill is not None and spill.state == "sealed" and key_id == spill_key(index):
        return Standing("sealed", index, spill.by)
    return Standing("open", index)


def word_of(connection: psycopg.Connection) -> Mapping[str, State]:
    """Return for each key that is gone or sealed away how what lay under it stands."""
    destroyed = rows.destroyed_keys(connection)
    kinds = {index: entry.kind for index, entry in _entries(connection, set(destroyed.values()))}
    words: dict[str, State] = {spill_key(index): "sealed" for index, spill in spills(connection).items() if spill.state == "sealed"}
    for key_id, by in destroyed.items():
        words[key_id] = "erased" if kinds.get(by) == Kind.PERSON_ERASED.value else "destroyed"
    return words


def leftovers(connection: psycopg.Connection, people: Sequence[str]) -> Iterator[str]:
    """Yield the tables in which words of people stand who were erased, of those that are compared with no entry."""
    for table, query in _LEFT.items():
        if connection.execute(query + " limit 1", {"people": list(people), "erased": ERASED}).fetchone() is not None:
            yield table


def _entries(connection: psycopg.Connection, indexes: set[int]) -> Iterator[tuple[int, EntryV1]]:
    query = "select index, body from ledger.entries where index = any(%s)"
    for index, body in connection.cursor(binary=True).execute(query, (sorted(indexes),)):
        entry = readable_entry(body)
        if entry is not None:
            yield index, entry
