"""Refused, withdrawn, negative and never listed: every door, act and page, asked by everybody who is outside the circle."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from service.ledger import Seat
from tests.builders.alike import OUTSIDE
from tests.builders.share import share_of
from tests.doors.management.test_outside_alike import four, told_alike

pytestmark = pytest.mark.long
SEATS: tuple[Seat, Seat] = ("organ", "operator")
JOURNEYS = [(SEATS[(place + turn) % 2], who) for turn in range(2) for place, who in enumerate(OUTSIDE)]
"""Everybody at one seat, and then at the other."""


@pytest.mark.parametrize(("seat", "who"), share_of(JOURNEYS))
def test_no_door_tells_the_four_apart(
    engine: Engine, database_url: str, tmp_path: Path, seat: Seat, who: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.evidence.lookups.LOOKS_A_DAY", 100_000)
    for many in ("SHOWN", "GLIMPSED"):
        monkeypatch.setattr(f"service.console.approving.inbox.{many}", 100)
    with four(engine, database_url, tmp_path, seat, who) as (town, (outsider,)):
        differences = [
            *town.applications(),
            *town.reading(outsider),
            *town.looking(outsider),
            *town.looking_back(outsider),
            *town.acting(outsider),
            *town.turning_pages(outsider),
        ]
    told_alike(differences)
