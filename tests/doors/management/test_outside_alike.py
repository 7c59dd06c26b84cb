"""Refused, withdrawn, negative and never listed are answered alike, byte for byte, to everybody outside the circle (short form)."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import Engine

from service.app import build
from service.ledger import Seat
from service.settings import Settings
from tests.builders import alike
from tests.builders.alike import OUTSIDE, TOLD_RESULTS, Alike, Difference, Outsider, leak
from tests.builders.members import found_town
from tests.builders.served import serving
from tests.doors.management.conftest import Desk
from tests.doors.management.test_matrix import routes

SHORT = ("/results", "/doubt-notices", "/passed-results", "/pledges", "/people/{person_id}", "/deadlines", "/entries", "/proposals")
"""Where what differs about the four is kept; every other door is in the long form."""


@contextmanager
def four(engine: Engine, url: str, folder: Path, seat: Seat, *names: str) -> Iterator[tuple[Alike, list[Outsider]]]:
    """A served town with the four, and outsiders who are signed in."""
    settings = Settings(data_dir=folder)
    town = found_town(engine, settings.keys_dir, seat=seat)
    head = alike.peopled(town, engine, seat=seat)
    app = build(settings=settings, url=url, engine=engine, log=town.log)
    with serving(app) as address:
        desk = Desk(town, address)
        document = httpx2.get(f"{address}/api/v1/openapi.json", timeout=120).json()
        pages = [(method, path) for method, path, kind in routes(app._app._rest, document) if kind == "page"]  # type: ignore[attr-defined]  # the doors behind the hot one
        found = Alike(town, address, document, pages, head, alike.key_for(town))
        found.learned()
        try:
            yield found, [Outsider(name, desk.sign_in(name)) for name in names or OUTSIDE]
        finally:
            for client in desk.clients:
                client.close()


def told_alike(differences: list[Difference]) -> None:
    """Fail with the differences, where there are any."""
    assert not differences, "\n".join(map(str, differences))


@pytest.mark.long
@pytest.mark.parametrize("seat", ["organ", "operator"])
def test_managers_and_auditors_read_the_same_of_all_four(
    engine: Engine, database_url: str, tmp_path: Path, seat: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.evidence.lookups.LOOKS_A_DAY", 100_000)
    for many in ("SHOWN", "GLIMPSED"):
        monkeypatch.setattr(f"service.console.approving.inbox.{many}", 100)
    with four(engine, database_url, tmp_path, seat, "manager", "eye") as (town, outsiders):
        differences = [*town.applications()]
        for who in outsiders:
            differences += [
                *town.reading(who, only=SHORT),
                *town.looking(who, kinds=("decision", "assessment", "clearance")),
                *town.looking_back(who),
            ]
    told_alike(differences)


def dates_told(town: Alike, outsiders: list[Outsider]) -> list[Difference]:
    """Compare the dates that everybody is told of the four, on the pages and over the API."""
    found = [one for who in outsiders for one in town.reading(who, only=("/deadlines",))]
    return found + [one for who in outsiders for one in town.turning_to(who, "/deadlines", "/")]


def test_open_steps_and_complaints_are_in_nobody_s_dates_outside(engine: Engine, database_url: str, tmp_path: Path) -> None:
    with four(engine, database_url, tmp_path, "organ", *OUTSIDE, *TOLD_RESULTS) as (town, outsiders):
        told_alike(dates_told(town, outsiders))


@pytest.mark.parametrize(
    ("role", "name"),
    [
        ("auditor", "eye"),
        pytest.param("hr_officer", "clerk", marks=pytest.mark.long),
        pytest.param("information_manager", "manager", marks=pytest.mark.long),
    ],
)
def test_the_comparison_notices_dates_that_are_told_to_whoever_is_outside(
    engine: Engine, database_url: str, tmp_path: Path, role: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    leak(role, monkeypatch)
    with four(engine, database_url, tmp_path, "organ", name) as (town, outsiders):
        differences = dates_told(town, outsiders)
    told = "".join(str(one) for one in differences)
    assert "/deadlines" in told
    assert "complaint_unanswered" in "".join(answer for one in differences for answer in one.answers.values())
