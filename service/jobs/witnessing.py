"""Asks the witnesses: each by itself, in its own time, so that a dead one delays neither the others nor anything else.

Signing does not wait for this, and no decision waits for signing. A witness that does not answer is asked less often; one that
refuses is told of at once, for then either the log was restored or rewritten, or the witness was.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from time import monotonic
from typing import Any, Literal

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from service.database import read, transaction
from service.identity.outgoing import Answer, Outgoing, OutgoingError, Place
from service.ledger import (
    Published,
    Witnessing,
    keep_cosignatures,
    known_size,
    latest_checkpoint,
    published_checkpoint,
    submission,
    witnessing,
)
from service.ledger.floor import BelowFloorError
from service.tlog.cosignatures import Cosigner
from service.tlog.notes import NoteError, parse_checkpoint, split_note
from service.tlog.trust import WitnessLine

WITHIN = 5.0
"""Seconds for one answer."""
LARGEST_ANSWER = 65_536
LONGEST_PAUSE = 300.0
MOST_DOUBLINGS = 10
LONGEST_SIZE = 19
OK, CONFLICT = 200, 409
UNPROCESSABLE, FORBIDDEN, UNKNOWN = 422, 403, 404
Sort = Literal["waiting", "cosigned", "unreachable", "refused", "ahead", "behind"]
TOLD: Mapping[int, str] = {
    FORBIDDEN: "it does not accept this log's signature, or closed this log",
    UNKNOWN: "it was not told of this log",
    UNPROCESSABLE: "it says that this log does not continue what it cosigned; it has kept both checkpoints as evidence",
}
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands with one witness in this process: the size it is known to have cosigned, and what came of asking last."""

    name: str
    size: int = 0
    sort: Sort = "waiting"
    words: str = ""
    failures: int = 0
    not_before: float = 0.0

    @property
    def is_alarm(self) -> bool:
        """Whether somebody must look: the log and the witness do not agree on the past."""
        return self.sort in {"refused", "ahead", "behind"}


class Witnesses:
    """What asks the witnesses of a log, one for each process."""

    def __init__(
        self, engine: Engine, *, clock: Callable[[], datetime], seconds: float, loopback_http: bool = True, within: float = WITHIN
    ) -> None:
        """Take the database and how often to ask. Plain HTTP is spoken to this machine itself alone, as through a tunnel."""
        self._engine, self._clock, self._seconds = engine, clock, seconds
        self._loopback_http, self._within = loopback_http, within
        self._outgoing: tuple[str, Outgoing] = ("", Outgoing(()))
        self._standings: dict[str, Standing] = {}
        self.published: Published | None = None
        """What was published when they were last looked after; None before."""

    @property
    def standings(self) -> tuple[Standing, ...]:
        """How it stands with each witness that has an address."""
        return tuple(self._standings.values())

    def figures(self) -> dict[str, Any]:
        """Return what /health tells: what is published, whether it is witnessed, since when entries are not, and who disagrees."""
        found = self.published
        if found is None:
            return {"published": 0, "expected": False, "witnessed": False, "unwitnessed_since": None, "alarms": 0}
        return {
            "published": found.size,
            "expected": found.is_expected,
            "witnessed": found.is_witnessed,
            "unwitnessed_since": None if found.since is None else found.since.isoformat(),
            "alarms": sum(one.is_alarm for one in self.standings),
        }

    async def run(self) -> None:
        """Ask until cancelled."""
        while True:
            await asyncio.sleep(self._seconds)
            try:
                await self.ask_all()
            except (SQLAlchemyError, OSError, BelowFloorError) as failed:
                logger.warning("the witnesses were not asked: %s", failed)

    async def ask_all(self) -> None:
        """Ask every witness whose turn it is and that has not cosigned the newest checkpoint."""
        how, known, newest = await asyncio.to_thread(self._read)
        asked = [one for one in how.trust.witnesses if one.url is not None]
        self._standings = {
            one.vkey: replace(self._standings.get(one.vkey, Standing(one.name)), name=one.name, size=known[one.vkey]) for one in asked
        }
        due = [one for one in asked if known[one.vkey] < newest and self._standings[one.vkey].not_before <= monotonic()]
        if due:
            self._reach(how)
            await asyncio.gather(*(self._ask(one) for one in due))

    def _read(self) -> tuple[Witnessing, dict[str, int], int]:
        with read(self._engine) as session:
            how, newest = witnessing(session), latest_checkpoint(session)
            self.published = published_checkpoint(session)
            known = {one.vkey: known_size(session, Cosigner.parse(one.vkey)) for one in how.trust.witnesses}
        return how, known, newest[0] if newest else 0

    def _reach(self, how: Witnessing) -> None:
        policy = how.trust.text()
        if self._outgoing[0] != policy:
            places = [Place.of(one.url, private=True) for one in how.trust.witnesses if one.url is not None]
            reaching = Outgoing(places, loopback_http=self._loopback_http, largest=LARGEST_ANSWER, within=self._within)
            self._outgoing = (policy, reaching)

    async def _ask(self, witness: WitnessLine) -> None:
        before = self._standings[witness.vkey]
        try:
            after = await self._submit(witness, old=before.size, again=True)
        except (OutgoingError, NoteError) as failed:
            after = Standing(witness.name, before.size, "unreachable", str(failed))
        if after.sort == "cosigned":
            self._standings[witness.vkey] = after
            return
        failures = before.failures + 1
        pause = min(LONGEST_PAUSE, self._seconds * 2 ** min(failures, MOST_DOUBLINGS))
        self._standings[witness.vkey] = replace(after, failures=failures, not_before=monotonic() + pause)
        if (after.sort, after.words) != (before.sort, before.words):
            tell = logger.error if after.is_alarm else logger.warning
            tell("the witness %s did not cosign: %s", witness.name, after.words)

    async def _submit(self, witness: WitnessLine, *, old: int, again: bool) -> Standing:
        def prepare() -> tuple[str, int] | None:
            with read(self._engine) as session:
                asked = submission(session, old=old)
            return None if asked is None else (asked.text(), parse_checkpoint(split_note(asked.note)[0]).size)

        prepared = await asyncio.to_thread(prepare)
        if prepared is None:
            return Standing(witness.name, old, "waiting")
        body, size = prepared
        url = f"{(witness.url or '').rstrip('/')}/add-checkpoint"
        answer = await self._outgoing[1].ask(url, method="POST", content=body.encode(), headers={"content-type": "text/plain"})
        if answer.status == CONFLICT:
            return await self._conflict(witness, answer, old=old, size=size, again=again)
        if answer.status != OK:
            sort: Sort = "refused" if answer.status in {UNPROCESSABLE, FORBIDDEN} else "unreachable"
            return Standing(witness.name, old, sort, TOLD.get(answer.status, f"it answered {answer.status}"))
        await asyncio.to_thread(self._keep, witness, size, answer)
        return Standing(witness.name, size, "cosigned")

    async def _conflict(self, witness: WitnessLine, answer: Answer, *, old: int, size: int, again: bool) -> Standing:
        """Go on from the size that a witness says it cosigned, once; say what it means where that cannot be."""
        digits = answer.body.decode("ascii", "replace").removesuffix("\n")
        if not digits.isascii() or not digits.isdigit() or len(digits) > LONGEST_SIZE:
            return Standing(witness.name, old, "unreachable", "it answered 409 without a size")
        told = int(digits)
        if told > size:
            words = f"it cosigned {told} entries, but only {size} are signed here: this database lost entries, or another serves this log"
            return Standing(witness.name, old, "ahead", words)
        if not again or told == old:
            return Standing(witness.name, old, "unreachable", f"it says that it cosigned {told} entries, and does not go on from there")
        standing = await self._submit(witness, old=told, again=False)
        if told < old:
            logger.error("the witness %s knew of %s entries only, and had cosigned %s: its files were restored", witness.name, told, old)
            return replace(standing, sort="behind", words=f"it knew of {told} entries only, though it had cosigned {old}")
        return standing

    def _keep(self, witness: WitnessLine, size: int, answer: Answer) -> None:
        text = answer.body.decode("utf-8", "replace")
        with transaction(self._engine) as session:
            keep_cosignatures(session, size=size, answer=text, cosigners=[Cosigner.parse(witness.vkey)], at=self._clock())
