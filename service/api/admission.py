"""Who is let in by a token: verified once, remembered until it ends or the issuer's keys are old, bound ones proved each time.

Which application a token stands for is settled later, in the world as the batch knows it; so ending an application works at
once, however long its token lives.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from service.api.gateway import UnavailableError
from service.database import transaction
from service.identity.callers import Client
from service.identity.compact import TokenError
from service.identity.dpop import Proof, check_proof
from service.identity.issuers import Issuer, Issuers, KeysUnavailableError, Verified
from service.identity.outgoing import Outgoing, Place
from service.identity.replays import remember, sweep
from service.identity.tokens import Rules, require_bearer, require_bound
from service.settings import Settings

REMEMBERED = 10_000
MOST_PROOFS = 256
SWEEP_EVERY = timedelta(minutes=1)
FETCH_SECONDS = 3.0
logger = logging.getLogger(__name__)


class NotValidError(Exception):
    """A token that is not valid. Why is in our own log and told to nobody."""


@dataclass(frozen=True, slots=True)
class Admitted:
    """Who a token stands for, until when."""

    client: Client
    until: datetime


class Admission:
    """Verifies the tokens of requests. One for each process."""

    def __init__(self, *, issuers: Issuers, engine: Engine, clock: Callable[[], datetime], public_address: str) -> None:
        """Take the issuers, the database of seen proofs, and the address that proofs must be made for."""
        self._issuers, self._clock, self._public_address = issuers, clock, public_address
        self._known: dict[bytes, Verified] = {}
        self._proofs = Proofs(engine)

    @property
    def challenges(self) -> Sequence[bytes]:
        """The values of WWW-Authenticate by which a request may come in, without an error."""
        algorithms = " ".join(self._issuers.algorithms)
        bearer = b'Bearer realm="sekisho"'
        return (bearer, f'DPoP realm="sekisho", algs="{algorithms}"'.encode()) if algorithms else (bearer,)

    async def admit(self, token: bytes, *, bound: bool, proofs: Sequence[bytes], method: str, path: str) -> Admitted:
        """Return who sent a token, as `Bearer` or (`bound`) as `DPoP` with its proof. Raises NotValidError, UnavailableError."""
        at = self._clock()
        try:
            words = token.decode("ascii")
            known = await self._verified(token, words, at)
            if bound:
                proof = self._proof(proofs, method=method, path=path, token=words, at=at)
                require_bound(known.token, thumbprint=proof.thumbprint)
                await self._require_first(proof, at)
            else:
                require_bearer(known.token)
        except (TokenError, UnicodeDecodeError) as refused:
            code = refused.code if isinstance(refused, TokenError) else "not_ascii"
            logger.info("a token was not valid: %s", code)
            raise NotValidError from refused
        except (KeysUnavailableError, SQLAlchemyError) as failed:
            message = "tokens cannot be verified now"
            raise UnavailableError(message) from failed
        return Admitted(Client(known.token.issuer, known.token.client_id), known.ends_at)

    async def _verified(self, token: bytes, words: str, at: datetime) -> Verified:
        name = sha256(token).digest()
        known = self._known.get(name)
        if known is not None and at < known.look_again_at:
            return known
        fresh = await self._issuers.verify(words, at=at)
        if len(self._known) >= REMEMBERED:
            self._known.clear()
        self._known[name] = fresh
        return fresh

    def _proof(self, proofs: Sequence[bytes], *, method: str, path: str, token: str, at: datetime) -> Proof:
        if len(proofs) != 1:
            code = "not_one_proof"
            raise TokenError(code)
        return check_proof(proofs[0].decode("ascii"), method=method, url=self._public_address + path, token=token, at=at)

    async def _require_first(self, proof: Proof, at: datetime) -> None:
        if not await self._proofs.is_first(proof, at=at):
            code = "proof_seen_before"
            raise TokenError(code)


class Proofs:
    """Remembers proofs in the database, many in one statement: what comes while one is under way makes the next."""

    def __init__(self, engine: Engine) -> None:
        """Take the database."""
        self._engine = engine
        self._waiting: list[tuple[Proof, asyncio.Future[bool]]] = []
        self._running: asyncio.Task[None] | None = None
        self._swept_at: datetime | None = None

    async def is_first(self, proof: Proof, *, at: datetime) -> bool:
        """Say whether a proof was never seen, by any process, and remember it. Raises SQLAlchemyError."""
        answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((proof, answer))
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._run(at), name="proofs")
        return await answer

    async def _run(self, at: datetime) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:MOST_PROOFS], self._waiting[MOST_PROOFS:]
            try:
                answers = await asyncio.to_thread(self._remember, [proof for proof, _answer in batch], at)
            except BaseException as failed:
                for _proof, answer in batch:
                    if not answer.done():
                        answer.set_exception(failed)
                if not isinstance(failed, Exception):
                    raise
            else:
                for (_proof, answer), first in zip(batch, answers, strict=True):
                    if not answer.done():
                        answer.set_result(first)

    def _remember(self, proofs: Sequence[Proof], at: datetime) -> list[bool]:
        with transaction(self._engine) as session:
            if self._swept_at is None or abs(at - self._swept_at) >= SWEEP_EVERY:
                sweep(session, at=at)
                self._swept_at = at
            return remember(session, proofs=proofs)


def admission_of(settings: Settings, *, engine: Engine, clock: Callable[[], datetime]) -> Admission:
    """Return the admission that the settings describe. Raises OutgoingError for an address of keys that is none."""
    issuers = [
        Issuer(
            Rules(
                issuer=one.issuer,
                audience=one.audience,
                algorithms=one.algorithms,
                leeway=timedelta(seconds=one.leeway_seconds),
                longest=timedelta(seconds=one.longest_seconds),
            ),
            one.jwks_uri,
        )
        for one in settings.issuers
    ]
    places = [Place.of(one.jwks_uri, private=one.private) for one in settings.issuers]
    outgoing = Outgoing(places, loopback_http=settings.outgoing_http_on_loopback, within=FETCH_SECONDS)
    return Admission(issuers=Issuers(issuers, outgoing), engine=engine, clock=clock, public_address=settings.public_address)
