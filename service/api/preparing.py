"""From checks to a batch: who asks, about what, decided at one instant, as entries with their disclosures."""

import asyncio
import os
from base64 import b32encode
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from service.decision.decide import Decision, Known
from service.decision.entries import KIND, DecisionEntry, Disclosing, encode_entry
from service.decision.judge import ACTIONS, Answer, visible_reason
from service.decision.snapshot import Snapshot
from service.decision.world import World
from service.designation.marks import State, mark
from service.identity.callers import Caller, Client, caller_of, caller_of_client
from service.ledger import Keyring, Log, instant, key_id_of
from service.ledger.batches import PreparedBatch, Sealed, grow
from service.statute.periods import day_start, instant_ms, legal_day

REFERENCE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
REFERENCE_LETTERS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", REFERENCE_ALPHABET)
REFERENCE_BYTES = 5
"""40 bits: eight letters that cannot be mistaken for one another when they are read out."""
LONGEST_ID = 256
REMEMBERED = 100_000
RESOURCES = {"information": "designation.designations", "document": "designation.documents"}
"""The types of resources that are judged here, and the table that knows their ids."""
NOBODY = "?"
"""Stands for an organization that is not registered, or not the caller's to act for: it holds nothing."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A check as it was asked. `caller` is known already for commands on the server; else `key` is the hash of a key.

    Who came with a token is a `client`, until the token ends; `key` is then the client's name.
    """

    key: str | None
    subject_type: str
    subject: str
    resource_type: str
    resource: str
    action: str
    organization: str | None = None
    request_id: str | None = None
    caller: Caller | None = None
    client: Client | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is on record for a check, and what of it the caller may know."""

    caller: Caller
    answer: Answer
    index: int
    at: datetime
    reference: str
    code: str
    recheck_at: datetime
    mark: dict[str, Any] | None
    policy: str


class Settled(msgspec.Struct, frozen=True):
    """A question whose answer stands and whose disclosures are on record: until its horizon, or until a row changes."""

    answer: Answer
    names: tuple[str, ...]
    person: str | None
    resource: str | None
    organization: str | None
    action: str
    mark: dict[str, Any] | None
    known: tuple[Known, ...]


@dataclass(slots=True)
class Prepared:
    """A batch, what it discloses, and whom it answers."""

    batch: PreparedBatch | None
    disclosing: Disclosing
    outcomes: list[tuple[Any, Outcome | None]]
    settled: list[Settled]
    """What was decided, in the order of the entries."""
    now_ms: int

    @property
    def nobody(self) -> bool:
        """Whether a check came with a key that is nobody's."""
        return any(outcome is None for _future, outcome in self.outcomes)


async def prepare(
    asked: Sequence[Asked],
    futures: Sequence[Any],
    *,
    snapshot: Snapshot,
    log: Log,
    at: datetime,
    recheck: timedelta,
    wrapped_keys: Callable[[list[str]], Awaitable[dict[str, bytes]]],
) -> Prepared:
    """Return the batch that answers these checks at `at`, decided on the snapshot as it is now."""
    head = snapshot.head
    if head is None:
        message = "the head of the log is unknown"
        raise RuntimeError(message)
    maker = _Maker(snapshot, at, recheck, head.size)
    for one, future in zip(asked, futures, strict=True):
        maker.add(one, future)
    if not maker.bodies:
        return Prepared(None, maker.disclosing, maker.outcomes, maker.settled, maker.now_ms)
    disclosures, keys = await _seal(maker.disclosing, log, snapshot.world, wrapped_keys)
    frontier, leaves = grow(head.frontier, maker.bodies)
    horizon = datetime.fromtimestamp(min(maker.horizons) / 1000, UTC) if maker.horizons else None
    batch = PreparedBatch(head.size, at, frontier, head.changed_index, head.changed_at, horizon, maker.bodies, leaves, disclosures, keys)
    return Prepared(batch, maker.disclosing, maker.outcomes, maker.settled, maker.now_ms)


async def _seal(
    disclosing: Disclosing, log: Log, world: World, wrapped_keys: Callable[[list[str]], Awaitable[dict[str, bytes]]]
) -> tuple[list[Sealed], dict[str, bytes]]:
    """Seal what is disclosed anew; keys that nobody has yet are made, and count only if the batch goes in.

    Which of a subject's keys is in use is known as of the head behind which the batch is appended.
    """
    keys = {
        subject: key_id_of(subject, 1 + sum(1 for _row in world.of("destroyed keys by subject", subject)))
        for subject in {subject for _place, subject, _one in disclosing.made}
    }
    absent = sorted({key_id for key_id in keys.values() if not log.keyring.knows(key_id)})
    found = await wrapped_keys(absent) if absent else {}
    # New keys wait for the disk, a new master key for a file or a KMS; whoever asks something else need not.
    fresh = await asyncio.to_thread(_learn, log.keyring, found, absent) if absent else {}
    ring = log.keyring.scratch()
    for key_id, wrapped in fresh.items():
        ring.unwrap(key_id, wrapped)
    sealed = []
    for place, subject, disclosure in disclosing.made:
        key_id = keys[subject]
        sealed.append(Sealed(place, key_id, disclosure, (ring if key_id in fresh else log.keyring).seal(key_id, disclosure)))
    return sealed, fresh


def _learn(keyring: Keyring, found: Mapping[str, bytes], absent: Sequence[str]) -> dict[str, bytes]:
    """Learn the keys that have rows, and return fresh ones for those that have none."""
    for key_id, wrapped in found.items():
        keyring.unwrap(key_id, wrapped)
    return keyring.make_all([key_id for key_id in absent if key_id not in found])


class _Maker:
    """Makes the entries of one batch."""

    def __init__(self, snapshot: Snapshot, at: datetime, recheck: timedelta, first_index: int) -> None:
        self.snapshot, self.at, self.first_index = snapshot, at, first_index
        self.world, self.decider = snapshot.world, snapshot.decider
        self.now_ms = instant_ms(at)
        self.stamp = instant(at)
        midnight = day_start(legal_day(at) + timedelta(days=1))
        self.recheck_at = min(at + recheck, midnight)
        self.policies, self.seen = self.decider.policies, snapshot.since
        self.disclosing = Disclosing()
        self.bodies: list[bytes] = []
        self.horizons: set[int] = set()
        self.outcomes: list[tuple[Any, Outcome | None]] = []
        self.settled: list[Settled] = []

    def add(self, asked: Asked, future: Any) -> None:
        """Decide one check and add its entry."""
        caller = asked.caller or self._caller(asked)
        if caller is None:
            self.outcomes.append((future, None))
            return
        # The key is part of the question, for what a name means depends on who asks.
        question = (asked.key, asked.subject_type, asked.subject, asked.resource_type, asked.resource, asked.action, asked.organization)
        settled: Settled | None = self.snapshot.remembered.get(question)
        if settled is None or self.now_ms >= settled.answer.horizon_ms:
            settled = self._decide(asked, caller, question if asked.caller is None else None)
        self._record(asked, caller, settled, future)
        self.settled.append(settled)

    def _decide(self, asked: Asked, caller: Caller, question: tuple[Any, ...] | None) -> Settled:
        person = self._resolve(caller, asked.subject, "person", "personnel.people") if asked.subject_type == "person" else None
        action = asked.action if asked.action in ACTIONS else "read"
        known_kind = asked.resource_type in RESOURCES and asked.resource_type in caller.resource_types and action == asked.action
        kind = asked.resource_type if known_kind else "information"
        resource = self._resolve(caller, asked.resource, kind, RESOURCES[kind]) if known_kind else None
        organization, foreign = self._organization(caller, asked.organization)
        decision = self.decider.decide(
            person=person, kind=kind, resource=resource, action=action, organization=organization, now_ms=self.now_ms, asker=caller.id
        )
        words = {
            "subject": f"{asked.subject_type[:LONGEST_ID]} {asked.subject[:LONGEST_ID]}" if person is None else "",
            "resource": f"{asked.resource_type[:LONGEST_ID]} {asked.resource[:LONGEST_ID]}" if resource is None else "",
            "action": asked.action[:LONGEST_ID] if action != asked.action else "",
            "organization": (asked.organization or "")[:LONGEST_ID] if foreign else "",
        }
        told = {name: value for name, value in words.items() if value}
        answer = decision.answer
        names = self.disclosing.names(len(self.bodies), decision.known, answer, told or None)
        mark = self._mark(decision) if answer.api else None
        settled = Settled(answer, names, person, resource, None if foreign else organization, action, mark, decision.known)
        if question is not None and not told and self.disclosing.is_on_record(decision.known, answer):
            if len(self.snapshot.remembered) >= REMEMBERED:
                self.snapshot.remembered.clear()
            self.snapshot.remembered[question] = settled
        return settled

    def _caller(self, asked: Asked) -> Caller | None:
        if asked.until is not None and asked.until <= self.at:
            return None
        key = asked.key or ""
        known: Caller | None = self.snapshot.remembered.get(key)
        if known is None:
            client = asked.client
            known = caller_of(self.world, key_hash=key, at=self.at) if client is None else caller_of_client(self.world, client=client)
            if known is not None:
                self.snapshot.remembered[key] = known
        elif known.expires_at is not None and known.expires_at <= self.at:
            return None
        return known

    def _record(self, asked: Asked, caller: Caller, settled: Settled, future: Any) -> None:
        answer = settled.answer
        reference = "" if answer.api else b32encode(os.urandom(REFERENCE_BYTES)).decode().translate(REFERENCE_LETTERS)
        place = len(self.bodies)
        entry = DecisionEntry(
            sd=settled.names,
            sd_alg="sha-256",
            action=settled.action,
            actor=caller.id,
            at=self.stamp,
            acting_for=settled.organization,
            kind=KIND,
            object=settled.resource,
            out="permit" if answer.api else "deny",
            person=settled.person,
            policy=self.policies.digest,
            ref=reference or None,
            req=asked.request_id,
            seen=self.seen,
            v=1,
        )
        self.bodies.append(encode_entry(entry))
        if answer.api and self.policies.now_is_only_compared:
            self.horizons.add(answer.horizon_ms)
        index, code = self.first_index + place, visible_reason(answer)
        outcome = Outcome(caller, answer, index, self.at, reference, code, self.recheck_at, settled.mark, self.policies.digest)
        self.outcomes.append((future, outcome))

    def _resolve(self, caller: Caller, name: str, kind: str, table: str) -> str | None:
        """Return an id as it is registered, or an alias in one of the caller's namespaces."""
        if table == "designation.designations":
            if name in self.world.by["designations by information"]:
                return name
        elif name in self.world.rows[table]:
            return name
        namespace, colon, value = name.partition(":")
        if not colon or (caller.namespaces is not None and namespace not in caller.namespaces):
            return None
        return self.world.resolve(namespace, value, kind=kind, now_ms=self.now_ms)

    def _organization(self, caller: Caller, named: str | None) -> tuple[str | None, bool]:
        """Return the organization acted for: the one named, else the application's own; one it may not act for is nobody's."""
        if named is None:
            return caller.organization, False
        known = named in self.world.rows["personnel.organizations"]
        if not known or (caller.organizations and named not in caller.organizations):
            return NOBODY, True
        return named, False

    def _mark(self, decision: Decision) -> dict[str, Any]:
        """Return the mark that must be seen whenever the record is shown (Order 4); after the end, the end mark (Order 7, 10)."""
        informations = [str(one.facts["information"]) for one in decision.known]
        ended = decision.answer.decision == "not_controlled"
        lifted = "Act 4(7)" in decision.answer.basis
        state: State = "designated" if not ended else "lifted" if lifted else "expired"
        organs = {row["organ_id"] for one in informations for row in self.world.of("designations by information", one)}
        names = sorted(str(self.world.rows["personnel.organizations"].get(organ, {}).get("name", organ)) for organ in organs)
        numbers = [self.world.rows["designation.information"].get(one, {}).get("number") for one in informations]
        return mark(state, number=[number for number in numbers if number], originator=names).plain()
