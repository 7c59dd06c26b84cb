"""Pages of searches in the log: verified by searching again, bounded by a budget, and never behind a change."""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from service import clock
from service.api.admission import admission_of
from service.api.gateway import Gateway
from service.api.page_budget import HOUR, PageBudget
from service.api.search_doors import SearchDoors
from service.api.search_tokens import PURPOSE, Tokens
from service.api.searching import Searches
from service.database import read
from service.decision.searching import Found, Searcher
from service.evidence import rows
from service.evidence.disclosures import keyring_opener
from service.evidence.findings import Wrong
from service.evidence.report import Report
from service.evidence.verification import verify
from service.identity.entitlements import seen
from service.ledger import Kind, entries, log_size, read_entry
from tests.doors.api.conftest import World
from tests.doors.api.test_budget import Time
from tests.doors.api.test_search import how, searching_key, take_off, what, whose

Heard = tuple[int, dict[str, Any], dict[bytes, bytes]]


class Asking:
    """The search doors over a gateway of their own, within one loop."""

    def __init__(self, world: World, gateway: Gateway, budget: PageBudget) -> None:
        admission = admission_of(world.settings, engine=world.engine, clock=clock.now)
        self.world, self.gateway = world, gateway
        self.doors = SearchDoors(gateway, admission, Searches(Tokens(world.log.keyring.derived(PURPOSE))), budget, clock=clock.now)

    async def __call__(self, searched: str, body: Mapping[str, Any], *, key: str | None = None) -> Heard:
        sent: list[Any] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": json.dumps(body).encode()}

        async def send(message: Any) -> None:
            sent.append(message)

        headers = [(b"content-type", b"application/json"), (b"authorization", f"Bearer {key or self.world.key}".encode())]
        scope = {"type": "http", "method": "POST", "path": f"/access/v1/search/{searched}", "headers": headers, "scheme": "http"}
        await self.doors(scope, receive, send)
        return sent[0]["status"], json.loads(sent[1]["body"]), dict(sent[0]["headers"])


def asking(world: World, body: Callable[[Asking], Any], *, budget: PageBudget | None = None) -> None:
    async def run() -> None:
        gateway = Gateway(url=world.url, log=world.log, clock=clock.now)
        await gateway.start()
        try:
            await body(Asking(world, gateway, budget or PageBudget(1000)))
        finally:
            await gateway.stop()

    asyncio.run(run())


def verified(world: World) -> Report:
    with rows.snapshot(world.url) as connection:
        return verify(connection=connection, vkey=world.log.vkey, opener=lambda opened: keyring_opener(opened, world.log.keyring.scratch()))


def searched(world: World) -> list[dict[str, Any]]:
    with read(world.engine) as session:
        found = [read_entry(body) for _index, body in entries(session, start=0, end=log_size(session))]
    return [one for one in found if one["kind"] == Kind.ACCESS_SEARCHED]


async def ask_everything(ask: Asking, key: str) -> None:
    for which, body in (
        ("subject", whose(page={"limit": 1})),
        ("subject", whose("d9")),
        ("subject", whose(context={"on_behalf_of": "nowhere"})),
        ("subject", whose(kind="thing")),
        ("resource", what()),
        ("resource", what("nobody")),
        ("resource", what(kind="document")),
        ("resource", what() | {"action": {"name": "fly"}}),
        ("action", how()),
        ("action", how(page={"limit": 2})),
    ):
        status, told, _headers = await ask(which, body, key=key)
        assert status == 200
        if token := told["page"]["next_token"]:
            page = {name: value for name, value in body.items() if name != "page"} | {"page": {"token": token}}
            assert (await ask(which, page, key=key))[0] == 200


def test_a_log_with_searches_verifies_and_each_was_searched_again(world: World) -> None:
    key = searching_key(world)

    async def ask(asks: Asking) -> None:
        await ask_everything(asks, key)
        assert (await asks("subject", whose()))[0] == 403
        take_off(world, "permit")
        await ask_everything(asks, key)

    asking(world, ask)
    pages = searched(world)
    assert {one["out"] for one in pages} == {"accepted", "refused"}
    report = verified(world)
    assert (report.findings.total, report.counts.not_rerun, report.counts.answered) == (0, 0, len(pages))


Lie = Callable[[Found], Found]


@pytest.mark.parametrize(
    "lie",
    [
        lambda found: replace(found, ids=(*found.ids, "negative")),
        lambda found: replace(found, ids=()),
        lambda found: replace(found, ids=(), judged=0),
        lambda found: replace(found, judged=1),
        lambda found: replace(found, onward="permit"),
        lambda found: replace(found, doubted=("permit",)),
    ],
)
def test_an_answer_that_does_not_follow_is_found_by_whoever_searches_again(world: World, lie: Lie, monkeypatch: pytest.MonkeyPatch) -> None:
    key, find = searching_key(world), Searcher.find
    monkeypatch.setattr(Searcher, "find", lambda *args, **words: lie(find(*args, **words)))

    async def ask(asks: Asking) -> None:
        await asks("subject", whose(), key=key)

    asking(world, ask)
    assert verified(world).findings.counts == {Wrong.SEARCH_DIFFERS: 1}


def test_an_answer_to_whom_none_was_granted_is_found(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.api.searching._is_granted", lambda _request, _caller: True)

    async def ask(asks: Asking) -> None:
        assert (await asks("subject", whose()))[0] == 200

    asking(world, ask)
    assert verified(world).findings.counts == {Wrong.SEARCH_DIFFERS: 1}


def test_a_page_is_decided_again_when_somebody_came_between(world: World) -> None:
    key = searching_key(world)

    async def ask(asks: Asking) -> None:
        told = await asks("subject", whose(), key=key)
        assert [one["id"] for one in told[1]["results"]] == ["permit"]
        before = asks.gateway.snapshot.since
        # This process does not know of it yet; the page's entry would not go in where it thinks.
        take_off(world, "permit")
        assert asks.gateway.snapshot.since == before
        assert (await asks("subject", whose(), key=key))[1]["results"] == []
        assert asks.gateway.snapshot.since > before

    asking(world, ask)
    last, first = searched(world)[-1], searched(world)[-2]
    assert last["seen"] > first["seen"]


def test_pages_are_bounded_by_the_hour_whatever_they_find(world: World) -> None:
    time = Time()

    async def ask(asks: Asking) -> None:
        answers = [await asks("resource", what()) for _ in range(5)]
        # What is refused or opens nothing counts, too.
        answers += [await asks("subject", whose()), await asks("action", how(page={"token": "guess"}))]
        assert [status for status, _body, _headers in answers] == [200] * 5 + [403, 400]
        with read(world.engine) as session:
            before = log_size(session)
        status, body, headers = await asks("resource", what("nobody"))
        assert (status, "page" in body) == (429, False)
        assert 0 < int(headers[b"retry-after"]) <= HOUR
        with read(world.engine) as session:
            assert log_size(session) == before
        assert (await asks("resource", what(), key=world.trial_key))[0] == 200
        time.now += HOUR
        assert (await asks("resource", what()))[0] == 200

    asking(world, ask, budget=PageBudget(7, now=time))


def test_others_have_their_turn_while_a_page_is_judged(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    key = searching_key(world)
    turns: dict[int, int] = {}

    async def ask(asks: Asking) -> None:
        page = asyncio.create_task(asks("subject", whose(), key=key))
        # Once it waits for its batch, everything was judged.
        while not page.done() and not asks.gateway._queue:
            turns[at_once] += 1
            await asyncio.sleep(0)
        assert [one["id"] for one in (await page)[1]["results"]] == ["permit"]

    for at_once in (500, 1):
        turns[at_once] = 0
        monkeypatch.setattr("service.api.search_doors.ASKED_AT_ONCE", at_once)
        asking(world, ask)
    # Five people are listed.
    assert turns[1] >= turns[500] + 3


def test_a_page_leaves_at_a_stroke_whatever_was_found(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.api.search_doors.ANSWER_SECONDS", 0.3)

    async def ask(asks: Asking) -> None:
        loop = asyncio.get_running_loop()
        for body in (what("nobody"), what(), what("negative"), what(kind="thing")):
            began = loop.time()
            assert (await asks("resource", body))[0] == 200
            assert loop.time() - began >= 0.299

    asking(world, ask)


def test_what_was_found_is_told_to_those_who_may_know_the_list_and_who_is_cleared() -> None:
    for roles, purpose, told in (({"auditor"}, "audit", True), ({"auditor"}, None, False), ({"administrator"}, "audit", False)):
        assert (seen("results", ["p"], roles, purpose=purpose) is not None) is told
