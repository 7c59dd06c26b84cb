"""An application looks at itself: what it was granted, and of aliases only what is in its own namespaces."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from service import clock
from service.api.self_test import COST, HOUR, Spent
from service.identity.operations import end_application, issue_key
from service.personnel.operations import end_alias, grant_alias
from service.statute.periods import legal_day
from tests.builders.used import USED, Used, used_site
from tests.builders.worlds import World, Worlds

WORLDS = {"used": USED}


@pytest.fixture
def used(engine: Engine, database_url: str, tmp_path: Path, worlds: Worlds, world_laid: World | None) -> Iterator[Used]:
    """The operator, served; an hour allows 40 names."""
    assert world_laid is not None
    with used_site(engine, database_url, tmp_path, worlds.of(world_laid).told, enumeration_budget=40) as site:
        yield site


def look(used: Used, *aliases: str, key: str = "dms", **more: Any) -> httpx2.Response:
    headers = {"Authorization": f"Bearer {used.keys.get(key, key)}"}
    return httpx2.get(f"{used.address}/access/v1/self-test", params={"alias": list(aliases), **more}, headers=headers)


def test_an_application_is_told_what_it_was_granted_and_that_it_asked_is_an_entry(used: Used) -> None:
    told = look(used).json()
    assert told == {
        "application": "dms",
        "organization": "denryoku",
        "organizations": ["denryoku"],
        "any_organization": False,
        "resource_types": ["document", "information"],
        "namespaces": {"dms": {"document": 1}, "employee": {"person": 1}},
        "search": False,
        "ledger": False,
        "hold_seconds": 0,
        "trial": False,
        "key_expires_at": None,
        "limits": {"body_bytes": 65536, "checks_a_request": 50, "unknown_names_an_hour": 40},
        "aliases": [],
        "ledger_index": used.size() - 1,
    }
    entry = used.entry(told["ledger_index"])
    assert (entry["kind"], entry["actor"], entry["object"], "person" in entry) == ("identity:application:tested", "dms", "dms", False)
    own = look(used, key="own").json()
    assert (own["any_organization"], own["hold_seconds"], own["namespaces"]) == (True, 30, {})


def test_aliases_resolve_in_the_namespaces_that_were_granted_and_nowhere_else(used: Used) -> None:
    asked = ("employee:00001", "dms:2026-1", "employee:99999", "badge:00001", "haru:x")
    found = {one["alias"]: (one["resolves"], one["type"]) for one in look(used, *asked).json()["aliases"]}
    no = (False, None)
    assert found == {asked[0]: (True, "person"), asked[1]: (True, "document"), asked[2]: no, asked[3]: no, asked[4]: no}
    of_another = look(used, *asked, key="other").json()["aliases"]
    assert all((one["resolves"], one["type"]) == no for one in of_another)


def test_nobody_is_named_not_by_id_either(used: Used) -> None:
    text = look(used, "employee:00001").text
    assert "haru" not in text
    assert "doc-1" not in text
    assert "花子" not in text


def test_an_alias_that_ended_or_is_to_come_does_not_resolve(used: Used) -> None:
    today = legal_day(clock.now())
    (alias,) = [row["id"] for row in used.rows("personnel.aliases") if row["value"] == "00001"]
    used.act(end_alias, alias_id=alias, on=today)
    words = {"namespace": "employee", "target_kind": "person", "target_id": "natsu"}
    used.act(grant_alias, value="00002", from_on=today + timedelta(days=1), **words)
    told = look(used, "employee:00001", "employee:00002").json()
    assert [one["resolves"] for one in told["aliases"]] == [False, False]
    assert told["namespaces"]["employee"] == {}


def test_whoever_looks_too_often_is_told_when_to_come_back_whatever_the_names(used: Used) -> None:
    """A second key of the same application does not help: 40 names an hour, and each look costs some."""
    known = look(used, *["employee:00001"] * 10).status_code
    size = used.size()
    spent = look(used, *(f"employee:{number}" for number in range(40)), key=str(used.act(issue_key, application="dms")))
    assert (known, spent.status_code) == (200, 429)
    assert 3500 < int(spent.headers["retry-after"]) <= 3600
    assert used.size() == size + 1  # the key
    assert look(used, key="other").status_code == 200


def test_nobody_looks_with_a_key_that_is_nobody_s(used: Used) -> None:
    size = used.size()
    assert look(used, key="sk_wrong").status_code == 401
    assert look(used, key="a.b.c").status_code == 401
    used.act(end_application, application="other")
    assert look(used, key="other").status_code == 401
    assert used.size() == size + 1


@pytest.mark.parametrize(
    ("aliases", "more", "message"),
    [
        (("x",), {}, "alias[0] must be NAMESPACE:VALUE"),
        (("a:" + "b" * 300,), {}, "alias[0] must be"),
        (tuple(f"a:{number}" for number in range(101)), {}, "100 times"),
        ((), {"person": "haru"}, "not known here: 'person'"),
    ],
)
def test_what_is_not_of_the_form_is_refused_by_what_and_where(used: Used, aliases: Any, more: Any, message: str) -> None:
    refused = look(used, *aliases, **more)
    assert (refused.status_code, message in refused.json()["message"]) == (400, True)


@given(st.lists(st.tuples(st.integers(0, 900), st.integers(COST, 120)), max_size=40), st.integers(20, 200))
def test_no_hour_has_more_than_its_budget_and_who_waits_as_told_is_answered(steps: list[tuple[int, int]], most: int) -> None:
    now = [0.0]
    spent, answered = Spent(most, now=lambda: now[0]), list[tuple[float, int]]()
    for pause, cost in steps:
        now[0] += pause
        wait = spent.wait("a", cost)
        if wait is not None:
            now[0] += wait
            assert spent.wait("a", cost) is None
        answered.append((now[0], cost))
        within = [one for at, one in answered if at > now[0] - HOUR]
        assert sum(within) <= max(most, *within)
