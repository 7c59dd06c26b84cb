"""The issuers whose tokens count here, and their keys: fetched when needed, kept five minutes, never asked for in a storm."""

import asyncio
import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from service.identity.compact import TokenError
from service.identity.keysets import KeySet
from service.identity.outgoing import Answer, OutgoingError
from service.identity.tokens import AccessToken, Rules, claimed, verify

KEPT = timedelta(minutes=5)
UNKNOWN_KEY_PAUSE, FAILURE_PAUSE = timedelta(seconds=30), timedelta(seconds=5)
"""How long after an attempt the keys are asked for again: for a key that is not known, and after a failure."""
OK = 200
NO_KEYS = KeySet(())
logger = logging.getLogger(__name__)


class KeysUnavailableError(RuntimeError):
    """The keys of an issuer cannot be had now, so nothing can be said of its tokens."""


class Asking(Protocol):
    """What fetches: `Outgoing`, or a fake of it."""

    async def ask(self, url: str) -> Answer:
        """Return the answer. Raises OutgoingError."""
        ...


@dataclass(frozen=True, slots=True)
class Issuer:
    """An issuer: what its tokens must be, and where its keys are."""

    rules: Rules
    jwks_uri: str


@dataclass(frozen=True, slots=True)
class Verified:
    """A token that holds, and until when that need not be looked at again: its end, or the age of the keys."""

    token: AccessToken
    ends_at: datetime
    look_again_at: datetime


@dataclass(slots=True)
class _Held:
    keys: KeySet = NO_KEYS
    fetched_at: datetime | None = None
    tried_at: datetime | None = None
    failed: bool = False


class Issuers:
    """Verifies tokens of several issuers with keys as they are now. One for each process."""

    def __init__(self, issuers: Iterable[Issuer], outgoing: Asking) -> None:
        """Take the issuers; nothing is fetched yet."""
        self._issuers: Mapping[str, Issuer] = {one.rules.issuer: one for one in issuers}
        self._outgoing = outgoing
        self._held = {name: _Held() for name in self._issuers}
        self._turns = {name: asyncio.Lock() for name in self._issuers}

    @property
    def algorithms(self) -> Sequence[str]:
        """The algorithms that any of the issuers may use, in alphabetical order."""
        return sorted({algorithm for one in self._issuers.values() for algorithm in one.rules.algorithms})

    async def verify(self, token: str, *, at: datetime) -> Verified:
        """Return what a token proves at `at`. Raises TokenError, KeysUnavailableError."""
        says = claimed(token)
        issuer = self._issuers.get(says.issuer)
        if issuer is None:
            code = "unknown_issuer"
            raise TokenError(code)
        held = await self._keys(issuer, says.kid, at)
        proved = verify(token, keys=held.keys, rules=issuer.rules, at=at)
        ends_at = proved.expires_at + issuer.rules.leeway
        return Verified(proved, ends_at, min(ends_at, (held.fetched_at or at) + KEPT))

    async def _keys(self, issuer: Issuer, kid: str | None, at: datetime) -> _Held:
        name = issuer.rules.issuer
        if self._wanting(name, kid, at):
            async with self._turns[name]:
                # Whoever waited here finds what the first one fetched.
                if self._wanting(name, kid, at):
                    await self._fetch(issuer, at)
        held = self._held[name]
        if not _fresh(held, at):
            message = f"the keys of {name} cannot be had"
            raise KeysUnavailableError(message)
        return held

    def _wanting(self, name: str, kid: str | None, at: datetime) -> bool:
        """Say whether to fetch: the keys are old, or do not hold this one, and the last attempt was long enough ago."""
        held = self._held[name]
        if not _fresh(held, at):
            return held.tried_at is None or not held.failed or abs(at - held.tried_at) >= FAILURE_PAUSE
        known = held.keys.knows(kid)
        return not known and held.tried_at is not None and abs(at - held.tried_at) >= UNKNOWN_KEY_PAUSE

    async def _fetch(self, issuer: Issuer, at: datetime) -> None:
        held, keys = self._held[issuer.rules.issuer], None
        try:
            answer = await self._outgoing.ask(issuer.jwks_uri)
            if answer.status == OK:
                keys = KeySet.from_jwks(json.loads(answer.body), algorithms=issuer.rules.algorithms)
            else:
                logger.warning("the keys of %s were answered with %d", issuer.rules.issuer, answer.status)
        except (OutgoingError, TokenError, ValueError, RecursionError) as failed:
            logger.warning("the keys of %s were not had: %s", issuer.rules.issuer, failed)
        finally:
            # Only now: who comes while the keys are under way waits for them, and is not told of a failure.
            held.tried_at, held.failed = at, keys is None
        if keys is not None:
            held.keys, held.fetched_at = keys, at


def _fresh(held: _Held, at: datetime) -> bool:
    return held.fetched_at is not None and abs(at - held.fetched_at) < KEPT
