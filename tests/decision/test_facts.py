"""Facts of one person among many: other lines, contracts and operators change nothing of them, and cost nothing."""

from datetime import timedelta
from typing import Any

import pytest

from benchmarks.worlds import invented
from service.decision import facts
from service.decision.facts import facts_for
from service.decision.world import World
from service.jobs.history import given_rows

MANY = 2_000


def world_of(given: dict[str, Any]) -> World:
    world = World()
    for table, row in given_rows(given):
        world.apply(table, row)
    return world


def crowded(people: int) -> dict[str, Any]:
    """Return facts in which everybody is listed for one information, each from another day on.

    The operator has as many other contracts, and as many other operators were provided with the information.
    """
    given = invented(people, 1)
    (contract,) = given["contracts"]
    others = []
    for place, one in enumerate(given["handlers"]):
        begun = one["from"]
        others.append({**contract, "id": f"other{place}", "information": ["another"], "from": begun, "to": begun + timedelta(days=700)})
    designation, (provision,) = {**given["designations"][0], "id": "another"}, given["provisions"]
    provisions = [{**provision, "to": f"operator{place}", "on": one["from"]} for place, one in enumerate(given["handlers"])]
    more = {
        "organizations": [{"id": one["to"], "kind": "operator"} for one in provisions],
        "contracts": others,
        "designations": [designation],
        "provisions": provisions,
    }
    return {name: [*rows, *more.get(name, ())] for name, rows in given.items()}


def test_other_lines_contracts_and_operators_make_no_segments_to_look_at(monkeypatch: pytest.MonkeyPatch) -> None:
    given = crowded(MANY)
    world = world_of(given)
    looked: list[int] = []
    moment = facts._Moment

    def counted(*words: Any) -> Any:
        looked.append(words[4])
        return moment(*words)

    monkeypatch.setattr(facts, "_Moment", counted)
    found = facts_for(world, person="p7", information="d0", organization="operator")
    assert any("listing" in channel for segment in found["segments"] for channel in segment["channels"])
    assert len(looked) < 30
    assert any("contract" in channel for segment in found["segments"] for channel in segment["channels"])
    assert MANY == len(given["handlers"]) < len(given["contracts"]) == len(given["provisions"])


def test_the_facts_of_a_person_are_the_same_alone_and_among_many() -> None:
    given = crowded(60)
    world = world_of(given)
    for one in ("p0", "p7", "p59"):
        lines = [row for row in given["handlers"] if row["person"] == one]
        alone = world_of({**given, "handlers": lines, "contracts": given["contracts"][:1], "provisions": given["provisions"][:1]})
        asked = {"person": one, "information": "d0", "organization": "operator"}
        told, told_alone = (_without_indexes(facts_for(each, **asked)) for each in (world, alone))
        assert told == told_alone


def _without_indexes(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_indexes(inner) for name, inner in value.items() if name != "index"}
    return [_without_indexes(inner) for inner in value] if isinstance(value, list) else value
