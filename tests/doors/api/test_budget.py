"""Guessing names: nothing is learnt, and soon nothing is answered."""

import asyncio
import json
from collections.abc import Callable

import pytest

from service import clock
from service.actor import Actor
from service.api.admission import admission_of
from service.api.authzen import Evaluation
from service.api.budget import HOUR, Budget
from service.api.gateway import Gateway
from service.database import read, transaction
from service.identity.operations import issue_key
from service.ledger import log_size
from tests.doors.api.conftest import World

ACTOR = Actor(id="a_test", kind="person")
BUDGET = 50


class Time:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


async def post(door: Evaluation, key: str, person: str, resource: str = "d1") -> tuple[int, bytes, dict[bytes, bytes]]:
    body = json.dumps(
        {"subject": {"type": "person", "id": person}, "resource": {"type": "information", "id": resource}, "action": {"name": "read"}}
    )
    headers = [(b"content-type", b"application/json"), (b"authorization", b"Bearer " + key.encode())]
    sent = []

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": body.encode()}

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    await door({"type": "http", "method": "POST", "headers": headers, "scheme": "http"}, receive, send)  # type: ignore[arg-type]
    return sent[0]["status"], sent[1]["body"], dict(sent[0]["headers"])  # type: ignore[return-value, arg-type]


def with_door(world: World, budget: Budget, body: Callable[[Evaluation], object]) -> None:
    async def run() -> None:
        gateway = Gateway(url=world.url, log=world.log, clock=clock.now)
        await gateway.start()
        try:
            await body(Evaluation(gateway, admission_of(world.settings, engine=world.engine, clock=clock.now), budget))  # type: ignore[misc]
        finally:
            await gateway.stop()

    asyncio.run(run())


def test_ten_thousand_guesses_learn_nothing_and_are_throttled(world: World) -> None:
    async def guess(door: Evaluation) -> None:
        answers = []
        for first in range(0, 10_000, 500):
            answers += await asyncio.gather(*(post(door, world.key, f"guess-{number}") for number in range(first, first + 500)))
        told = [json.loads(body) for status, body, _headers in answers if status == 200]
        assert len(told) <= BUDGET
        assert {(one["decision"], one["context"]["code"], *sorted(one["context"])) for one in told} == {
            (False, "not_authorized", "code", "message", "reference")
        }
        throttled = [(body, headers) for status, body, headers in answers if status == 429]
        assert len(throttled) == 10_000 - len(told)
        assert len({body for body, _headers in throttled}) == 1
        assert b'decision"' not in throttled[0][0]
        assert all(0 < int(headers[b"retry-after"]) <= HOUR for _body, headers in throttled)

        # Whoever is permitted, denied or unknown: the throttled caller hears one and the same.
        with read(world.engine) as session:
            before = log_size(session)
        heard = {await_[:2] for await_ in [await post(door, world.key, name) for name in ("permit", "negative", "guess-1", "new")]}
        assert heard == {(429, throttled[0][0])}
        with read(world.engine) as session:
            assert log_size(session) == before
        # Another application goes on as before.
        assert (await post(door, world.trial_key, "permit"))[0] == 200

    with_door(world, Budget(BUDGET), guess)


def test_a_second_key_of_the_same_application_opens_no_second_budget(world: World) -> None:
    with transaction(world.engine) as session:
        second = issue_key(session, log=world.log, actor=ACTOR, at=clock.now(), application=world.application)

    async def guess(door: Evaluation) -> None:
        for number in range(BUDGET + 1):
            await post(door, world.key, "permit", f"guess-{number}")
        assert (await post(door, second, "permit"))[0] == 429
        assert (await post(door, world.key, "permit"))[0] == 429

    with_door(world, Budget(BUDGET), guess)


def test_known_names_and_the_same_wrong_name_cost_nothing(world: World) -> None:
    async def ask(door: Evaluation) -> None:
        for _ in range(3 * BUDGET):
            assert (await post(door, world.key, "permit"))[0] == 200
            assert (await post(door, world.key, "not-listed"))[0] == 200
            assert (await post(door, world.key, "always-wrong"))[0] == 200

    with_door(world, Budget(BUDGET), ask)


def test_the_hour_passes_and_the_caller_is_answered_again(world: World) -> None:
    time = Time()

    async def ask(door: Evaluation) -> None:
        for number in range(BUDGET + 1):
            status, _body, headers = await post(door, world.key, f"guess-{number}")
        assert status == 429
        time.now += int(headers[b"retry-after"]) - 2
        assert (await post(door, world.key, "permit"))[0] == 429
        time.now += 3
        assert (await post(door, world.key, "permit"))[0] == 200

    with_door(world, Budget(BUDGET, now=time), ask)


def test_the_last_guess_cannot_be_counted_out(monkeypatch: pytest.MonkeyPatch, world: World) -> None:
    drawn = iter((0, 5))
    monkeypatch.setattr("service.api.budget.secrets.randbelow", lambda _most: next(drawn))

    async def ask(door: Evaluation) -> None:
        for key, most in ((world.key, BUDGET), (world.trial_key, BUDGET - 5)):
            answered = [(await post(door, key, f"guess-{number}"))[0] for number in range(BUDGET + 1)].count(200)
            assert answered == most

    with_door(world, Budget(BUDGET), ask)


def test_the_service_takes_its_budget_from_its_settings(world: World) -> None:
    from service.app import build

    limits = build(settings=replace_budget(world, 7), url=world.url, engine=world.engine, log=world.log)
    assert limits._app.hot._budget._most == 7  # type: ignore[attr-defined]


def replace_budget(world: World, most: int) -> object:
    return world.settings.model_copy(update={"enumeration_budget": most})
