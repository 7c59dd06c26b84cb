"""From checks to a batch: who asks, about what, decided at one instant, as entries with their disclosures."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, Literal

import msgspec
from msgspec import structs

from service.api.resolving import Resolver
from service.api.sealing import seal
from service.api.settled import Settled, Together, new_reference
from service.decision import areas
from service.decision.entries import (
    KIND,
    Check,
    DecisionEntry,
    Disclosing,
    TogetherEntry,
    encode_entry,
    joined,
    out_of,
)
from service.decision.judge import ACTIONS, Answer, visible_reason
from service.decision.obligations import obligations_of
from service.decision.snapshot import Snapshot
from service.identity.callers import Caller, Client, caller_of, caller_of_client
from service.ledger import Log, instant
from service.ledger.batches import PreparedBatch, grow
from service.ledger.entries import SD_ALG
from service.statute.periods import day_start, instant_ms, legal_day

LONGEST_ID = 256
REMEMBERED = 100_000
Semantic = Literal["execute_all", "deny_on_first_deny", "permit_on_first_permit"]
STOPS: Mapping[str, bool | None] = MappingProxyType({"execute_all": None, "deny_on_first_deny": False, "permit_on_first_permit": True})
"""The answer behind which nothing more of a request is decided (AuthZEN 1.0, 7.1.2)."""
RESOURCES = {"information": "designation.designations", "document": "designation.documents"}
"""The types of resources that are searched here, and the table that knows their ids."""
JUDGED = {**RESOURCES, "area": areas.TABLE}
"""Those that are judged here."""


class Asked(msgspec.Struct, frozen=True):
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
    purpose: str | None = None
    """What for, as a code: it is recorded, and decides nothing."""
    caller: Caller | None = None
    client: Client | None = None
    until: datetime | None = None


Makes = Callable[["Maker", Caller], Any]
"""Adds one entry of its own to a batch, for a caller, and returns what its request is answered with."""


class Request(msgspec.Struct, frozen=True, gc=False):
    """The checks that came in one request, asked by whoever asks the first; or one that makes an entry of its own (`makes`)."""

    asked: tuple[Asked, ...]
    semantic: Semantic = "execute_all"
    makes: Makes | None = None


class Outcome(msgspec.Struct, frozen=True, gc=False):
    """What is on record for a check, and what of it the caller may know. Checks of one request may share an entry, and so an index."""

    caller: Caller
    answer: Answer
    index: int
    at: datetime
    reference: str
    code: str
    recheck_at: datetime
    mark: dict[str, Any] | None
    policy: str
    obligations: tuple[str, ...] = ()


@dataclass(slots=True)
class Prepared:
    """A batch, what it discloses, and whom it answers: each request with the outcomes of its checks, or None for a key that is nobody's."""

    batch: PreparedBatch | None
    disclosing: Disclosing
    outcomes: list[tuple[Any, Sequence[Outcome] | None]]
    settled: list[Settled]
    """What was decided."""
    now_ms: int

    @property
    def nobody(self) -> bool:
        """Whether a request came with a key that is nobody's."""
        return any(outcomes is None for _future, outcomes in self.outcomes)


async def prepare(
    requests: Sequence[Request],
    futures: Sequence[Any],
    *,
    snapshot: Snapshot,
    log: Log,
    at: datetime,
    recheck: timedelta,
    wrapped_keys: Callable[[list[str]], Awaitable[dict[str, bytes]]],
) -> Prepared:
    """Return the batch that answers these requests at `at`, decided on the snapshot as it is now."""
    head = snapshot.head
    if head is None:
        message = "the head of the log is unknown"
        raise RuntimeError(message)
    maker = Maker(snapshot, at, recheck, head.size)
    for request, future in zip(requests, futures, strict=True):
        maker.add(request, future)
    if not maker.bodies:
        return Prepared(None, maker.disclosing, maker.outcomes, maker.settled, maker.now_ms)
    disclosures, keys = await seal(maker.disclosing, log, snapshot.world, wrapped_keys)
    frontier, leaves = grow(head.frontier, maker.bodies)
    horizon = datetime.fromtimestamp(min(maker.horizons) / 1000, UTC) if maker.horizons else None
    batch = PreparedBatch(head.size, at, frontier, head.changed_index, head.changed_at, horizon, maker.bodies, leaves, disclosures, keys)
    return Prepared(batch, maker.disclosing, maker.outcomes, maker.settled, maker.now_ms)


class Maker:
    """Makes the entries of one batch."""

    def __init__(self, snapshot: Snapshot, at: datetime, recheck: timedelta, first_index: int) -> None:
        self.snapshot, self.at, self.first_index = snapshot, at, first_index
        self.world, self.decider = snapshot.world, snapshot.decider
        self.now_ms = instant_ms(at)
        self.resolver = Resolver(self.world, self.now_ms)
        self.stamp = instant(at)
        midnight = day_start(legal_day(at) + timedelta(days=1))
        self.recheck_at = min(at + recheck, midnight)
        self.policies, self.seen = self.decider.policies, snapshot.since
        self.disclosing = Disclosing()
        self.bodies: list[bytes] = []
        self.horizons: set[int] = set()
        self.outcomes: list[tuple[Any, Sequence[Outcome] | None]] = []
        self.settled: list[Settled] = []

    def add(self, request: Request, future: Any) -> None:
        """Decide one request and add its entry, or its entries where one would be too long."""
        first = request.asked[0]
        caller = first.caller or self._caller(first)
        if caller is None:
            self.outcomes.append((future, None))
        elif request.makes is not None:
            self.outcomes.append((future, request.makes(self, caller)))
        elif len(request.asked) == 1:
            settled = self._settled(first, caller)
            reference = "" if settled.answer.api else new_reference()
            self.outcomes.append((future, (self._outcome(caller, settled, reference),)))
            self._single(caller, settled, reference, first.request_id)
        else:
            self.outcomes.append((future, self._several(request, caller)))

    def _settled(self, asked: Asked, caller: Caller) -> Settled:
        # The key is part of the question, for what a name means depends on who asks.
        question = (asked.key, asked.subject_type, asked.subject, asked.resource_type, asked.resource, asked.action, asked.organization)
        settled: Settled | None = self.snapshot.remembered.get(question)
        if settled is None or self.now_ms >= settled.answer.horizon_ms:
            settled = self._decide(asked, caller, question if asked.caller is None else None)
        if asked.purpose is not None or settled.words:
            settled = self._in_words(settled, asked.purpose)
        self.settled.append(settled)
        return settled

    def _several(self, request: Request, caller: Caller) -> list[Outcome]:
        """Decide the checks of a request in their order, up to the answer that its semantic stops at."""
        first, stop = request.asked[0], STOPS[request.semantic]
        own = len({one.organization for one in request.asked}) > 1
        outcomes: list[Outcome] = []
        entry = Together(first.request_id, own=own)
        for asked in request.asked:
            made = len(self.disclosing.made)
            settled = self._settled(asked, caller)
            reference = "" if settled.answer.api else new_reference()
            if not entry.add(settled, reference):
                self._close(entry, caller)
                # What this check discloses anew lies at the entry that names it.
                self.disclosing.move(made, place=len(self.bodies))
                entry = Together(first.request_id, own=own)
                entry.add(settled, reference)
            outcomes.append(self._outcome(caller, settled, reference))
            if settled.answer.api is stop:
                break
        self._close(entry, caller)
        return outcomes

    def _decide(self, asked: Asked, caller: Caller, question: tuple[Any, ...] | None) -> Settled:
        person = self.resolver.resolve(caller, asked.subject, "person", "personnel.people") if asked.subject_type == "person" else None
        action = asked.action if asked.action in ACTIONS else "read"
        kinds = JUDGED if action in areas.ACTIONS else RESOURCES
        known_kind = asked.resource_type in kinds and asked.resource_type in caller.resource_types and action == asked.action
        kind = asked.resource_type if known_kind else "information"
        resource = self.resolver.resolve(caller, asked.resource, kind, JUDGED[kind]) if known_kind else None
        organization, foreign = self.resolver.organization(caller, asked.organization)
        if kind == "area" and organization is None:
            organization = areas.owner_of(self.world, resource)
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
        names = self.disclosing.names(len(self.bodies), decision.known, answer)
        mark = self.resolver.mark(decision) if answer.api and kind != "area" else None
        check = encode_entry(Check(sd=names, action=action, object=resource, out=out_of(answer), person=person))
        clear = (person, resource, None if foreign else organization, action)
        obligations = obligations_of(self.policies, answer.policies) if answer.api else ()
        settled = Settled(answer, names, *clear, mark, check, visible_reason(answer), decision.known, obligations, told)
        if question is not None and not told and self.disclosing.is_on_record(decision.known, answer):
            if len(self.snapshot.remembered) >= REMEMBERED:
                self.snapshot.remembered.clear()
            self.snapshot.remembered[question] = settled
        return settled

    def _in_words(self, settled: Settled, purpose: str | None) -> Settled:
        """Return a settled question with what was said beside it: words that named nothing known, and what for."""
        asked = settled.words if purpose is None else {**settled.words, "purpose": purpose}
        names = (*settled.names, self.disclosing.asked(len(self.bodies), asked))
        out, person = out_of(settled.answer), settled.person
        check = encode_entry(Check(sd=names, action=settled.action, object=settled.resource, out=out, person=person))
        return structs.replace(settled, names=names, check=check)

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

    def _single(self, caller: Caller, settled: Settled, reference: str, request_id: str | None) -> None:
        """Add the entry of one check."""
        entry = DecisionEntry(
            sd=settled.names,
            sd_alg=SD_ALG,
            action=settled.action,
            actor=caller.id,
            at=self.stamp,
            acting_for=settled.organization,
            hold=caller.hold_seconds or None,
            kind=KIND,
            object=settled.resource,
            out=out_of(settled.answer),
            person=settled.person,
            policy=self.policies.digest,
            ref=reference or None,
            req=request_id,
            seen=self.seen,
            v=1,
        )
        self.bodies.append(encode_entry(entry))

    def _close(self, together: "Together", caller: Caller) -> None:
        """Add the entry of some checks of a request; one alone is written as any single check is."""
        settled, reference = together.first
        if len(together.checks) == 1:
            self._single(caller, settled, reference, together.request_id)
            return
        entry = TogetherEntry(
            sd_alg=SD_ALG,
            actor=caller.id,
            at=self.stamp,
            checks=joined(together.checks),
            acting_for=None if together.own else settled.organization,
            hold=caller.hold_seconds or None,
            kind=KIND,
            policy=self.policies.digest,
            req=together.request_id,
            seen=self.seen,
            v=2,
        )
        self.bodies.append(encode_entry(entry))

    def _outcome(self, caller: Caller, settled: Settled, reference: str) -> Outcome:
        """Return the outcome of a check whose entry is the next one."""
        answer = settled.answer
        if answer.api and self.policies.now_is_only_compared:
            self.horizons.add(answer.horizon_ms)
        index = self.first_index + len(self.bodies)
        return Outcome(
            caller,
            answer,
            index,
            self.at,
            reference,
            settled.code,
            self.recheck_at,
            settled.mark,
            self.policies.digest,
            settled.obligations,
        )
