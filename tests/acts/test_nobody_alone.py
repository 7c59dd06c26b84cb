"""A search for a way by which one person alone comes by a permit, a role or an account; none is found, and no removal waits."""

import random
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from service.acts import asking
from service.acts.table import ACTS
from service.identity.roles import in_the_way
from tests.acts.lone import MISSING, Lone
from tests.builders.members import found_town

ROLES = ("hr_officer", "information_manager", "custodian", "approver", "complaint_officer", "auditor", "administrator", "nobody")
FEW, MANY, SEARCHES = 8, 60, 34
"""Steps of a search in the short form and in the long one, and searches of the long one for each profile: 4,080 steps."""


def search(engine: Engine, url: str, folder: Path, *, seed: int, profile: Any, steps: int) -> None:
    """One search: a person with roles that they may hold together, one thing missing, and as many steps as are said."""
    dice = random.Random(seed)
    town = found_town(engine, folder / "keys", profile=profile)
    role = dice.choice(ROLES)
    villain = {"approver": "boss", "administrator": "admin"}.get(role, "villain")
    if villain == "villain":
        others = [one for one in ROLES[:6] if role not in {"nobody", one} and in_the_way(one, {role}, profile=profile) is None]
        town.admit("villain", *([] if role == "nobody" else [role, *dice.sample(others, min(len(others), dice.randrange(2)))]))
    town.admit("second", "information_manager")
    town.admit("third", "hr_officer")
    lone = Lone(town, url, villain, dice.choice(MISSING))
    permits, (grants, accounts, credentials) = lone.permits(), lone.authority()
    told = [f"{role} in {profile}, missing {lone.missing}"]
    for _ in range(steps):
        told.append(lone.step(dice))
        now = lone.authority()
        assert lone.permits() <= permits, told
        assert (now[0] <= grants, now[1] <= accounts, now[2] <= credentials) == (True, True, True), told
        permits, (grants, accounts, credentials) = lone.permits(), now


@pytest.mark.parametrize("profile", ["standard", "small"])
@pytest.mark.parametrize("seed", range(3))
def test_a_few_searches_find_no_way(engine: Engine, database_url: str, tmp_path: Path, seed: int, profile: str) -> None:
    search(engine, database_url, tmp_path, seed=seed, profile=profile, steps=FEW)


@pytest.mark.long
@pytest.mark.parametrize("profile", ["standard", "small"])
@pytest.mark.parametrize("seed", range(100, 100 + SEARCHES))
def test_no_person_alone_finds_a_way(engine: Engine, database_url: str, tmp_path: Path, seed: int, profile: str) -> None:
    search(engine, database_url, tmp_path, seed=seed, profile=profile, steps=MANY)


def test_the_search_would_find_a_way_if_there_were_one(
    engine: Engine, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An information manager lists a cleared worker alone, if nothing waits for a second person."""
    monkeypatch.setattr(type(ACTS["list_handler"]), "widens", lambda _self, _values, **_words: False)
    town = found_town(engine, tmp_path / "keys")
    town.admit("villain", "information_manager")
    lone = Lone(town, database_url, "villain", "listing")
    before = lone.permits()
    today = town.now().date().isoformat()
    words = {"information_id": "d1", "organization_id": town.organization, "person_id": "worker", "from_on": today}
    asking.ask(town.engine, log=town.log, member=town.member("villain"), at=town.now(), acts=[asking.Asked("list_handler", words)])
    assert lone.permits() > before
