"""Nothing stale behind a revocation of any kind, while processes that share one log are busy with as much as they can take.

How many are revoked in the long form is told by SEKISHO_TEST_REVOCATIONS. What is measured beside: how long a revocation
takes to be acknowledged, and whether one process answers as much as another.
"""

import os
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import Engine

from service import clock
from service.database import transaction
from service.identity.accounts import grant_role
from service.identity.operations import issue_key, key_hash
from service.statute.periods import legal_day
from tests.builders.revocations import REVOCATIONS, Place
from tests.long.asking import Asking, asking
from tests.long.fleet import ACTOR, INFORMATIONS, PEOPLE, Laid, fleet, lay, report
from tests.long.saturating import saturated
from tests.long.test_promise_three import decisions_that_miss_a_change

REVOKED = int(os.environ.get("SEKISHO_TEST_REVOCATIONS", "1000"))
EVERY = ("listing", "doubt", "contract", "listing", "certification", "doubt", "key", "listing", "doubt", "role")
"""The kinds in turn; every twentieth is a policy set, which each process loads anew."""
FOR_EVERYBODY = frozenset({"contract", "certification", "policy"})
"""Behind these nobody is permitted anything: answers are waited for before and behind them, or one denial would hide another's lack."""
GROUP = 10
SHARED_MACHINE = "CI" in os.environ
"""A machine that others use too tells little of times: only what is far off fails there."""
ACKNOWLEDGED_SECONDS = 1.0 if SHARED_MACHINE else 0.25
FAIR = 0.5 if SHARED_MACHINE else 0.8


def kind_of(number: int) -> str:
    return "policy" if number % 20 == 19 else EVERY[number % len(EVERY)]


def place_in(laid: Laid) -> tuple[Place, str]:
    """Return what is taken away, and a second key that is."""
    with transaction(laid.engine) as session:
        key = issue_key(session, log=laid.log, actor=ACTOR, at=clock.now(), application="fleet")
    words = {"role": "custodian", "organization_id": "operator", "person_id": "p0", "from_on": legal_day(clock.now())}
    with transaction(laid.engine) as session:
        grant = grant_role(session, log=laid.log, actor=ACTOR, at=clock.now(), **words)
    given = {"operator": "operator", "organ": "organ", "contract": "c1", "grant": grant}
    return Place(log=laid.log, person="p0", information="d0", key_hash=key_hash(key), **given), key


@dataclass
class Revoking:
    """What is revoked and asked about, and what was found."""

    laid: Laid
    first: Place
    second_key: str
    lines: Sequence[Asking]
    took: list[float] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    longest: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    taken: list[tuple[str, Place]] = field(default_factory=list)
    """What is not given back yet."""
    asked: list[tuple[str, Future[bool]]] = field(default_factory=list)
    """What was asked behind a revocation, and is not answered yet."""

    def revoke_and_ask(self, number: int, askers: Sequence[ThreadPoolExecutor]) -> None:
        """Take one right away, and ask at every process as soon as that is acknowledged; the next is taken away meanwhile."""
        kind, one = kind_of(number), number % PEOPLE
        place = self.first.about(f"p{one}", f"d{one % INFORMATIONS}")
        if kind in FOR_EVERYBODY:
            self.hear()
        began = time.monotonic()
        with transaction(self.laid.engine) as session:
            REVOCATIONS[kind][0](session, place)
        self.took.append(time.monotonic() - began)
        self.longest[kind] = max(self.longest[kind], self.took[-1])
        self.kinds[kind] += 1
        self.taken.append((kind, place))
        # A role is not what checks rest on; whoever uses it is asked for it by the database, each time anew.
        if kind != "role":
            words = (self._key_of(kind), place.person, place.information)
            for asker, line in zip(askers, self.lines, strict=True):
                self.asked.append((f"{kind} {number} at {line.port}", asker.submit(line.ask, *words)))
        if kind in FOR_EVERYBODY or number % GROUP == GROUP - 1:
            self.give_back()

    def hear(self) -> None:
        """Wait for all answers: whoever is still permitted something is told of something stale."""
        self.stale += [what for what, permitted in self.asked if permitted.result()]
        self.asked.clear()

    def give_back(self) -> None:
        """Undo what was taken; of every kind the last is permitted again: the answers before were not denials of everything."""
        self.hear()
        with transaction(self.laid.engine) as session:
            for kind, place in self.taken:
                REVOCATIONS[kind][1](session, place)
        for kind, place in {kind: place for kind, place in self.taken if kind != "role"}.items():
            assert self.lines[0].ask(self._key_of(kind), place.person, place.information), kind
        self.taken.clear()

    def _key_of(self, kind: str) -> str:
        return self.second_key if kind == "key" else self.laid.key

    def __str__(self) -> str:
        """How many of each kind, and how long they took."""
        took = sorted(self.took)
        return (
            f"{len(took)} revocations ({', '.join(f'{kind} {count}' for kind, count in sorted(self.kinds.items()))});"
            f" acknowledged p50 {took[len(took) // 2] * 1e3:.0f} ms, p99 {took[len(took) * 99 // 100] * 1e3:.0f} ms,"
            f" longest {', '.join(f'{kind} {one * 1e3:.0f}' for kind, one in sorted(self.longest.items()))} ms"
        )


def run(engine: Engine, url: str, folder: Path, *, revocations: int, processes: int, connections: int) -> tuple[list[float], list[float]]:
    """Revoke, ask everywhere, give back; return how long each took to be acknowledged, and what each process answered."""
    laid = lay(engine, url, folder)
    first, second = place_in(laid)
    with (
        fleet(laid, processes) as running,
        asking(running) as lines,
        ExitStack() as stack,
        saturated(laid, running, connections) as shares,
    ):
        time.sleep(2.5)
        askers = [stack.enter_context(ThreadPoolExecutor(1)) for _line in lines]
        revoking = Revoking(laid, first, second, lines)
        for number in range(revocations):
            revoking.revoke_and_ask(number, askers)
        revoking.hear()
        time.sleep(1.5)
    decisions, wrong = decisions_that_miss_a_change(url)
    told = f"shares {', '.join(f'{one:.0f}' for one in shares)}, slowest {min(shares) / max(shares):.2f} of the fastest"
    report(f"{revoking}; {decisions} decisions; {told}")
    assert revoking.stale == []
    assert wrong == 0
    return sorted(revoking.took), shares


@pytest.mark.long
@pytest.mark.alone
def test_nothing_is_stale_behind_many_revocations_of_every_kind_under_load(engine: Engine, database_url: str, short_dir: Path) -> None:
    took, shares = run(engine, database_url, short_dir, revocations=REVOKED, processes=3, connections=16)
    assert took[len(took) * 99 // 100] <= ACKNOWLEDGED_SECONDS
    assert min(shares) >= FAIR * max(shares)
