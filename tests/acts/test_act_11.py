"""A search through sequences of acts for a permit that the Act forbids; the oracle is written from the Act and not from the code."""

import random
from pathlib import Path

import pytest
from sqlalchemy import Engine

from service.ledger import Seat
from tests.acts import oracle
from tests.acts.machine_more import Further
from tests.builders.share import share_of
from tests.builders.site import open_site

FEW, MANY, SEARCHES = 40, 250, 80
"""Steps of a search in the short form and in the long one, and searches of the long one (20,000 steps)."""

STEPS = {
    "take_post": 5,
    "leave_post": 2,
    "designate": 3,
    "extend": 2,
    "lift": 1,
    "certify": 3,
    "end_certification": 1,
    "conclude_contract": 4,
    "end_contract": 1,
    "provide": 8,
    "record_return": 1,
    "record_result": 7,
    "record_doubt_notice": 1,
    "record_office": 1,
    "list_handler": 14,
    "remove_handler": 2,
    "correct_post": 1,
    "correct_office": 1,
    "correct_certification": 1,
    "correct_provision": 1,
    "correct_listing": 3,
    "correct_contract": 1,
    "correct_designation": 1,
    "correct_extension": 1,
    "correct_result": 4,
    "correct_doubt_notice": 1,
    "exclude_person": 1,
    "end_exclusion": 3,
    "report_doubt": 1,
    "report_event": 1,
    "list_in_emergency": 4,
    "confirm_emergency": 2,
}
"""The acts, and how often each is tried."""
OF_SEAT = {"organ": {"assess": 8, "hand_over_as_sds": 1}, "operator": {"record_notice_day": 5}}


SEATS: tuple[Seat, ...] = ("organ", "operator")


def search(engine: Engine, url: str, folder: Path, *, seed: int, steps: int, seat: Seat) -> Further:
    machine = Further(open_site(engine, folder / "keys", seat), url, random.Random(seed), seat=seat)
    acts = STEPS | OF_SEAT[seat]
    machine.look()
    for _ in range(steps):
        if machine.step(acts):
            machine.look()
    return machine


@pytest.mark.parametrize("seat", SEATS)
def test_a_few_steps_find_no_permit_that_the_act_forbids(engine: Engine, database_url: str, tmp_path: Path, seat: Seat) -> None:
    search(engine, database_url, tmp_path, seed=7, steps=FEW, seat=seat)


@pytest.mark.long
@pytest.mark.parametrize("seed", share_of(range(SEARCHES)))
def test_no_sequence_of_acts_leads_to_a_permit_that_the_act_forbids(engine: Engine, database_url: str, tmp_path: Path, seed: int) -> None:
    machine = search(engine, database_url, tmp_path, seed=seed, steps=MANY, seat=SEATS[seed % 2])
    # A search that permits nobody would find nothing: one that met few permits goes on.
    for _ in range(MANY):
        if machine.counted["permit"] >= 3:
            break
        if machine.step(STEPS | OF_SEAT[SEATS[seed % 2]]):
            machine.look()
    assert machine.counted["permit"] >= 3, machine.counted


def test_the_search_would_find_a_permit_that_the_act_forbids(
    engine: Engine, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With an oracle for which nobody is cleared, the first permit is one too many."""
    monkeypatch.setattr(oracle, "cleared", lambda *_words: False)
    with pytest.raises(AssertionError, match="permit"):
        search(engine, database_url, tmp_path, seed=7, steps=MANY, seat="organ")
