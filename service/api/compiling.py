"""The compiled policies of this process: admitted by a process of its own, watched from then on, dropped at a difference.

Until a set is admitted, and for a set that cannot be, the engine answers. Nothing here holds up a check.
"""

import asyncio
import logging
import random
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from service.api.settled import Settled
from service.decision.compiled.admission import Admission, MismatchError, admission_of
from service.decision.compiled.apart import compare_apart
from service.decision.shadow import EVERY, Sample, difference
from service.decision.snapshot import Snapshot
from service.statute.periods import instant_ms

LOOK_SECONDS = 0.2
"""How often to look for another set in force, and for decisions to ask again."""
WAITING = 64
logger = logging.getLogger(__name__)


class Compiling:
    """Has the set in force compiled and admitted, and asks a sample of decisions again."""

    def __init__(self, snapshot: Snapshot, clock: Callable[[], datetime], *, every: int = EVERY) -> None:
        """Take the world whose policies are meant; of `every` decisions one is asked again."""
        self._snapshot, self._clock, self._every = snapshot, clock, every
        self._until_next = every
        self._samples: deque[tuple[str, Sample]] = deque(maxlen=WAITING)
        self._admission: Admission | None = None
        self._taken_up = False
        """Whether what the admission came to has been acted on."""
        self.asked_again = self.differing = 0

    def figures(self) -> dict[str, Any]:
        """Return who answers, why, and what the comparison came to; nothing of it tells a decision."""
        admission = self._admission
        by_compiled = self._snapshot.has_policies and self._snapshot.decider.admitted is not None
        refused = admission.refused if admission else None
        return {
            "answered_by": "compiled" if by_compiled else "engine",
            "refused": None if refused is None else "mismatch" if isinstance(refused, MismatchError) else "unsupported",
            "compared": admission.compared.questions if admission else 0,
            "asked_again": self.asked_again,
            "differing": self.differing,
        }

    def answered(self, settled: Sequence[Settled], now_ms: int) -> None:
        """Take note of decisions that were answered; now and then one of them waits to be asked again."""
        self._until_next -= len(settled)
        if self._until_next > 0 or not settled:
            return
        self._until_next = self._every
        one = random.choice(settled)  # noqa: S311 - a sample, not a secret
        decider = self._snapshot.decider
        if decider.admitted is not None:
            facts = [known.facts for known in one.known]
            self._samples.append((decider.policies.digest, Sample(facts, one.action, now_ms, one.answer)))

    async def run(self) -> None:
        """Look after the set in force, until cancelled."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await self._look()
            except Exception:
                # Whatever breaks here must leave the engine answering, and be seen.
                logger.exception("the compiled policies cannot be looked after; the engine answers")
                self._snapshot.engine_alone()
                return

    async def _look(self) -> None:
        if not self._snapshot.has_policies:
            return
        policies = self._snapshot.decider.policies
        if self._admission is None or self._admission.policies.digest != policies.digest:
            self._admission, self._taken_up = admission_of(policies, now_ms=instant_ms(self._clock())), False
        if not self._taken_up:
            self._take_up(self._admission)
        while self._samples:
            await self._ask_again(*self._samples.popleft())

    def _take_up(self, admission: Admission) -> None:
        """Have the set in force compared; once that is decided, answer by its compiled form, or say why not."""
        if not admission.decided:
            compare_apart(admission)
            return
        self._taken_up = True
        if admission.admitted is None:
            logger.warning("the policies in force are not compiled, the engine answers: %s", admission.refused)
        else:
            self._snapshot.admit(admission.admitted)
            logger.info("the policies in force are compiled, %d questions compared", admission.compared.questions)

    async def _ask_again(self, digest: str, sample: Sample) -> None:
        decider, admission = self._snapshot.decider, self._admission
        if admission is None or decider.policies.digest != digest or decider.admitted is None:
            return
        found = await asyncio.to_thread(difference, decider.policies, sample)
        self.asked_again += 1
        if found is None:
            return
        self.differing += 1
        admission.refuse(MismatchError(found))
        if self._in_force(admission):
            self._snapshot.engine_alone()
        logger.error("compiled policies answered otherwise than the engine, which answers from now on: %s", found)

    def _in_force(self, admission: Admission) -> bool:
        return self._snapshot.decider.policies.digest == admission.policies.digest
