"""The compiled policies of a process that answers: taken up beside it, watched, and dropped at the first difference."""

import asyncio
import dataclasses
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import pytest

from service import clock
from service.actor import Actor
from service.api import compiling
from service.api.compiling import Compiling
from service.api.gateway import Gateway
from service.api.preparing import Asked
from service.database import transaction
from service.decision.compiled import admission
from service.decision.compiled.admission import Compiled, compiled_of
from service.decision.policies_in_force import activate
from service.decision.policyset import PolicySet
from service.identity.callers import hash_of
from service.statute.policies import PolicyTexts, read_policies
from tests.doors.api.conftest import World

ACTOR = Actor(id="a_test", kind="person")
HOUSE = """@id("house-{0}") @reason("house_{0}") @rank("90") @concerns("organization") @citation("Act 11(1)") @ja("い") @en("a")
forbid (principal, action in Sekisho::Action::"handling", resource) when {{ {1} }};"""


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few questions, and nothing remembered of what other tests admitted."""
    monkeypatch.setattr(admission, "QUESTIONS", 60)
    monkeypatch.setattr(admission, "_KEPT", {})
    monkeypatch.setattr(compiling, "LOOK_SECONDS", 0.01)


def house(name: str, condition: str) -> PolicyTexts:
    texts = read_policies()
    return dataclasses.replace(texts, files={**texts.files, f"house/{name}.cedar": HOUSE.format(name, condition)})


def bring_into_force(world: World, texts: PolicyTexts) -> None:
    with transaction(world.engine) as session:
        activate(session, log=world.log, actor=ACTOR, at=clock.now(), texts=texts)


def with_gateway(world: World, body: Callable[[Gateway], Awaitable[None]], *, every: int = 1_000) -> None:
    async def run() -> None:
        gateway = Gateway(url=world.url, log=world.log, clock=clock.now)
        gateway.compiling = Compiling(gateway.snapshot, clock.now, every=every)
        await gateway.start()
        try:
            await body(gateway)
        finally:
            await gateway.stop()

    asyncio.run(run())


async def answers(gateway: Gateway, world: World, person: str = "permit") -> str:
    outcome = await gateway.check(Asked(hash_of(world.key.encode()), "person", person, "information", "d1", "read"))
    assert outcome is not None
    return outcome.answer.reason


async def becomes(gateway: Gateway, **expected: object) -> dict[str, Any]:
    for _ in range(1_000):
        figures = gateway.compiling.figures()
        if expected.items() <= figures.items():
            return figures
        await asyncio.sleep(0.02)
    pytest.fail(f"{gateway.compiling.figures()} did not become {expected}")


def wrong(policies: PolicySet) -> Compiled:
    """Return policies that permit whatever no forbid of theirs refuses, and know none that forbids."""
    compiled = compiled_of(policies)
    permits = 1 << next(place for place, name in enumerate(compiled.names) if policies.policies[name].id == "act-11-1")
    return dataclasses.replace(compiled, decide={action: lambda *_given: (0, permits, 0) for action in compiled.decide})


def test_the_engine_answers_first_and_the_compiled_policies_once_they_were_admitted(world: World) -> None:
    async def body(gateway: Gateway) -> None:
        assert gateway.compiling.figures()["answered_by"] == "engine"
        first = await answers(gateway, world)
        figures = await becomes(gateway, answered_by="compiled", refused=None)
        assert figures["compared"] == 60
        assert await answers(gateway, world) == first == "clearance_valid"
        decider = gateway.snapshot.decider
        assert decider.admitted is not None
        assert decider.admitted.policies.digest == decider.policies.digest

    with_gateway(world, body)


def test_another_set_is_answered_by_the_engine_until_it_was_admitted_itself(world: World) -> None:
    async def body(gateway: Gateway) -> None:
        await becomes(gateway, answered_by="compiled")
        bring_into_force(world, house("nobody", 'context.asked == "read"'))
        assert await answers(gateway, world) == "house_nobody"
        await becomes(gateway, answered_by="compiled")
        assert gateway.snapshot.decider.policies.digest != read_policies().digest
        assert await answers(gateway, world) == "house_nobody"

    with_gateway(world, body)


def test_compiled_policies_that_answer_otherwise_never_come_into_use(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(admission, "compiled_of", wrong)
    # The compiler is wrong in this process alone, so the comparison is made here.
    monkeypatch.setattr(compiling, "compare_apart", lambda admission: admission.step())

    async def body(gateway: Gateway) -> None:
        with caplog.at_level(logging.WARNING):
            await becomes(gateway, answered_by="engine", refused="mismatch")
        assert await answers(gateway, world, "expired") != "clearance_valid"

    with_gateway(world, body)
    assert "the policies in force are not compiled, the engine answers" in caplog.text


def test_a_set_that_cannot_be_compiled_is_answered_by_the_engine_and_said_so(world: World, caplog: pytest.LogCaptureFixture) -> None:
    bring_into_force(world, house("never", 'ip("10.0.0.1").isLoopback()'))

    async def body(gateway: Gateway) -> None:
        with caplog.at_level(logging.WARNING):
            await becomes(gateway, answered_by="engine", refused="unsupported")
        assert await answers(gateway, world) == "clearance_valid"

    with_gateway(world, body)
    assert "house-never: the operator" in caplog.text


def test_a_live_decision_that_the_engine_answers_otherwise_ends_the_use_of_the_compiled_policies(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    async def body(gateway: Gateway) -> None:
        await becomes(gateway, answered_by="compiled")
        assert await answers(gateway, world) == "clearance_valid"
        figures = await becomes(gateway, asked_again=1)
        assert figures["differing"] == 0
        admitted = gateway.snapshot.decider.admitted
        assert admitted is not None
        gateway.snapshot.engine_alone()
        gateway.snapshot.admit(dataclasses.replace(admitted, compiled=wrong(admitted.policies)))
        gateway.snapshot.remembered["a question"] = "an answer"
        with caplog.at_level(logging.ERROR):
            assert await answers(gateway, world, "not-listed") == "clearance_valid", "the wrong answer is there to be found"
            await becomes(gateway, answered_by="engine", refused="mismatch", differing=1)
        assert "a question" not in gateway.snapshot.remembered
        assert await answers(gateway, world, "not-listed") == "not_a_handler", "and what was answered is not remembered"
        await asyncio.sleep(0.1)
        assert gateway.compiling.figures()["answered_by"] == "engine", "nobody takes it up again"

    with_gateway(world, body, every=1)
    assert "answered otherwise than the engine" in caplog.text


def test_one_of_so_many_decisions_is_asked_again(world: World) -> None:
    async def body(gateway: Gateway) -> None:
        await becomes(gateway, answered_by="compiled")
        for _ in range(25):
            await answers(gateway, world)
        await becomes(gateway, asked_again=2, differing=0)

    with_gateway(world, body, every=10)


def test_whoever_looks_after_a_process_sees_who_answers(served: World) -> None:
    told = httpx2.get(f"{served.address}/health").json()["policies"]
    assert told.keys() == {"answered_by", "refused", "compared", "asked_again", "differing"}
    assert told["answered_by"] in ("engine", "compiled")


def test_the_admission_of_a_set_is_kept_while_it_is_asked_for() -> None:
    shipped = admission.admission_of(PolicySet.load(), now_ms=0)
    for number in range(2 * admission.KEPT):
        other = admission.admission_of(PolicySet.load(house(f"n{number}", "context.person_known")), now_ms=0)
        assert admission.admission_of(PolicySet.load(), now_ms=1) is shipped
    assert admission.admission_of(other.policies, now_ms=1) is other
    for number in range(admission.KEPT):
        admission.admission_of(PolicySet.load(house(f"m{number}", "context.person_known")), now_ms=0)
    assert admission.admission_of(PolicySet.load(), now_ms=1) is not shipped
