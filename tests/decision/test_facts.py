"""Facts of one person among many: other lines, contracts and operators change nothing of them, and cost nothing."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from benchmarks.worlds import invented
from service.decision import facts
from service.decision.facts import facts_for
from service.decision.reach import Reach
from service.decision.world import World
from service.jobs.case_format import read_case
from service.jobs.cases import case_files
from service.jobs.history import given_rows
from tests.builders.questions import FOLDER

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


def everything(world: World, *, information: str | None, **_whom: str | None) -> Reach:
    """Return what there is of an information, whoever is meant by it."""
    subjects = world.of("subjects by information", information or "")
    contracts = {row["contract_id"]: world.rows["provision.contracts"][row["contract_id"]] for row in subjects}
    lines, given = (list(world.of(name, information or "")) for name in ("listings by information", "provisions by information"))
    return Reach(sorted(world.rows["personnel.organizations"]), lines, list(contracts.values()), given)


def handed_back() -> dict[str, Any]:
    """Return facts in which an organ holds what arose with one operator, and what another handed over that it had from the organ."""
    given = invented(3, 1)
    (provision,) = given["provisions"]
    more = [
        {**provision, "to": "another", "under": "Act 10(2)"},
        {**provision, "from": "operator", "to": "organ", "under": "Act 10(5)", "on": provision["on"] + timedelta(days=9)},
    ]
    people = [*given["people"], {"id": "clerk", "works_at": "organ"}]
    return given | {
        "organizations": [*given["organizations"], {"id": "another", "kind": "operator"}],
        "people": people,
        "provisions": [provision, *more],
    }


def differing(given: dict[str, Any], patch: pytest.MonkeyPatch) -> Iterator[dict[str, str | None] | None]:
    """Yield each question to whose facts something that was left out would add, and None for each other one."""
    world = world_of(given)
    tables = ("personnel.people", "designation.information", "personnel.organizations")
    for person, information, organization in product(*([None, *sorted(world.rows[table])] for table in tables)):
        asked = {"person": person, "information": information, "organization": organization}
        with patch.context() as patched:
            patched.setattr(facts, "reach_of", everything)
            whole = facts_for(world, **asked)
        yield None if facts_for(world, **asked) == whole else asked


def test_what_facts_leave_out_has_no_part_in_them(monkeypatch: pytest.MonkeyPatch) -> None:
    cases = [read_case(path).get("given") or {} for path in case_files([FOLDER])]
    found = [one for given in (*cases, handed_back()) for one in differing(given, monkeypatch)]
    assert [one for one in found if one is not None] == []
    assert len(found) > 3_000


def _without_indexes(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_indexes(inner) for name, inner in value.items() if name != "index"}
    return [_without_indexes(inner) for inner in value] if isinstance(value, list) else value
