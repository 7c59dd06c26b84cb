"""A search for a way by which one person alone comes by a permit, a role or an account; none is found, and no removal waits."""

import random
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from service.acts import asking
from service.acts.entitled import NotAllowedError, OwnRecordRefusedError
from service.acts.table import ACTS
from service.identity.roles import in_the_way
from service.need_to_know.rules import ListingRefusedError
from service.statute.periods import legal_day
from tests.acts.lone import MISSING, Lone
from tests.builders.members import found_town
from tests.builders.share import share_of

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
    # Who is named in advance must be cleared, and was it by two people.
    missing = dice.choice(MISSING)
    named = dice.random() < 0.5 and missing not in {"result", "certification"}
    lone = Lone(town, url, villain, missing, acting=named)
    permits, (grants, accounts, credentials) = lone.permits(), lone.authority()
    told = [f"{role} in {profile}, missing {lone.missing}, named {named}"]
    for _ in range(steps):
        told.append(lone.step(dice))
        now = lone.authority()
        # The one exception: somebody else who is cleared, for hours, by whoever two people named in advance.
        gained = {person for person, _action in lone.permits() - permits}
        assert gained <= (lone.excepted() if named else set()), told
        assert (now[0] <= grants, now[1] <= accounts, now[2] <= credentials) == (True, True, True), told
        permits, (grants, accounts, credentials) = lone.permits(), now


@pytest.mark.parametrize("profile", ["standard", "small"])
@pytest.mark.parametrize("seed", range(1))
def test_a_few_searches_find_no_way(engine: Engine, database_url: str, tmp_path: Path, seed: int, profile: str) -> None:
    search(engine, database_url, tmp_path, seed=seed, profile=profile, steps=FEW)


@pytest.mark.long
@pytest.mark.parametrize("profile", ["standard", "small"])
@pytest.mark.parametrize("seed", share_of(range(100, 100 + SEARCHES)))
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


def named_town(engine: Engine, url: str, folder: Path, *, missing: str = "listing") -> Lone:
    """An information manager whom two people named as acting manager, in a world where one thing is missing."""
    town = found_town(engine, folder / "keys")
    town.admit("villain", "information_manager")
    return Lone(town, url, "villain", missing, acting=True)


def alone(lone: Lone, person: str, **words: Any) -> Any:
    given = {"information_id": "d1", "organization_id": lone.town.organization, "person_id": person, "ground": "night"}
    return lone.town.ask("villain", "list_in_emergency", **given | words)


def test_one_person_named_in_advance_lets_somebody_cleared_in_for_hours(engine: Engine, database_url: str, tmp_path: Path) -> None:
    lone = named_town(engine, database_url, tmp_path)
    before = lone.permits()
    assert isinstance(alone(lone, "worker"), asking.Done)
    assert {person for person, _action in lone.permits() - before} == {"worker"} == lone.excepted()
    # No job has run: the decision itself reads the instant.
    lone.town.ahead += timedelta(hours=71, minutes=59)
    assert lone.permits() > before
    lone.town.ahead += timedelta(minutes=2)
    assert lone.permits() == before


def test_what_was_listed_alone_is_confirmed_by_two(engine: Engine, database_url: str, tmp_path: Path) -> None:
    lone = named_town(engine, database_url, tmp_path)
    before = lone.permits()
    done = alone(lone, "worker")
    waiting = lone.town.ask("villain", "confirm_emergency", listing_id=done.made[0], on=legal_day(lone.town.now()).isoformat())
    assert isinstance(waiting, asking.Waiting)
    lone.town.approve("boss", waiting.proposal)
    lone.town.ahead += timedelta(days=10)
    assert lone.permits() > before


def test_nobody_alone_lets_in_themselves_or_somebody_who_is_not_cleared(engine: Engine, database_url: str, tmp_path: Path) -> None:
    lone = named_town(engine, database_url, tmp_path)
    lone.town.admit("uncleared")
    with pytest.raises(OwnRecordRefusedError):
        alone(lone, lone.town.people["villain"])
    with pytest.raises(ListingRefusedError, match="not_cleared"):
        alone(lone, lone.town.people["uncleared"])
    assert lone.permits() == set()


def test_a_manager_or_custodian_who_was_not_named_lists_nobody_alone(engine: Engine, database_url: str, tmp_path: Path) -> None:
    town = found_town(engine, tmp_path / "keys")
    town.admit("villain", "information_manager")
    lone = Lone(town, database_url, "villain", "listing")
    with pytest.raises(ListingRefusedError, match="not_named_in_advance"):
        alone(lone, "worker")
    today = legal_day(town.now())
    words = {"organization_id": town.organization, "person_id": town.people["villain"], "from_on": today, "last_day": today}
    with pytest.raises(OwnRecordRefusedError):
        town.ask("villain", "name_acting_manager", **{name: str(value) for name, value in words.items()})
    town.admit("hr", "hr_officer")
    with pytest.raises(NotAllowedError):
        given = {"information_id": "d1", "organization_id": town.organization, "person_id": "worker", "ground": "night"}
        town.ask("hr", "list_in_emergency", **given)
    assert lone.permits() == set()
