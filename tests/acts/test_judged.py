"""What one person may do alone, as the table and the judges of corrections say, lets nobody do more: held against decisions."""

import random
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from service.acts.table import ACTS, Known
from service.database import read
from service.ledger import Seat
from service.statute.periods import day_start, instant_ms
from tests.acts.machine import INFORMATIONS, PEOPLE, PLACES
from tests.acts.machine_more import Further
from tests.acts.test_act_11 import OF_SEAT, SEATS, STEPS
from tests.builders.share import share_of
from tests.builders.site import open_site

FEW, MANY, SEARCHES = 30, 150, 20
"""Steps of a search in the short form and in the long one, and searches of the long one."""
AHEAD = (0, 1, 40, 400, 3_000)
OPENING = {"list_in_emergency", "notify_result"}
"""Alone, but only after two others: who may act in an emergency is named, what a notice tells was decided by two."""
MORE = {one: 3 for one in STEPS if one.startswith("correct_")}


class Watched(Further):
    """A machine in which every act that one person could do alone is held against what was permitted before."""

    def done(self, operation: Callable[..., Any], **words: Any) -> Any:
        known = ACTS.get(operation.__name__)
        if known is None or known.verb in OPENING or not self.record.listings:
            return super().done(operation, **words)
        with read(self.site.engine) as session:
            if known.widens_as_recorded(session, words, at=day_start(self.today)):
                return super().done(operation, **words)
        before = self._permits(known)
        made = super().done(operation, **words)
        more = self._permits(known) - before
        assert not more, [operation.__name__, words, more, self.record, *self.told[-30:]]
        self.counted[f"alone {known.verb}"] += 1
        return made

    def _permits(self, known: Known) -> set[tuple[str, ...]]:
        self.refresh()
        # Ended sooner, a contract's lists stand as of that day for whoever brings back: those of today, and nobody else.
        ahead = AHEAD[:1] if known.verb == "end_contract" else AHEAD
        return {
            (*one, str(days))
            for one in product(PEOPLE, INFORMATIONS, PLACES, ("handle", "return"))
            for days in ahead
            if self.answer(*one, instant_ms(day_start(self.today + timedelta(days=days)))).api
        }


def search(engine: Engine, url: str, folder: Path, *, seed: int, steps: int, seat: Seat) -> Counter[str]:
    machine = Watched(open_site(engine, folder / "keys", seat), url, random.Random(seed), seat=seat)
    for _ in range(steps):
        machine.step(STEPS | OF_SEAT[seat] | MORE)
    return machine.counted


@pytest.mark.parametrize("seat", SEATS)
def test_a_few_acts_of_one_person_let_nobody_do_more(engine: Engine, database_url: str, tmp_path: Path, seat: Seat) -> None:
    search(engine, database_url, tmp_path, seed=3, steps=FEW, seat=seat)


@pytest.mark.long
@pytest.mark.parametrize("seed", share_of(range(SEARCHES)))
def test_no_act_of_one_person_lets_anybody_do_more(engine: Engine, database_url: str, tmp_path: Path, seed: int) -> None:
    counted = search(engine, database_url, tmp_path, seed=seed, steps=MANY, seat=SEATS[seed % 2])
    assert sum(number for name, number in counted.items() if name.startswith("alone ")) >= 5, counted


def test_the_search_would_find_an_act_that_lets_somebody_do_more(
    engine: Engine, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nothing widened, the first listing that counts is one too many."""
    monkeypatch.setattr(Known, "widens_as_recorded", lambda *_words, **_more: False)
    with pytest.raises(AssertionError, match="_"):
        search(engine, database_url, tmp_path, seed=3, steps=MANY, seat="organ")
