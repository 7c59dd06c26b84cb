"""A set that comes into force decides the next check, in every process that answers."""

import asyncio

from service import clock
from service.api.gateway import Gateway
from service.api.preparing import Asked
from service.database import transaction
from service.decision.policies_in_force import activate_policies
from service.identity.callers import hash_of
from tests.builders.policies import CLOSED, with_house
from tests.doors.api.conftest import ACTOR, World


def test_two_gateways_deny_with_the_first_check_after_a_set_came_into_force(world: World) -> None:
    closed = with_house(CLOSED, name="closed")
    asked = Asked(hash_of(world.key.encode()), "person", "permit", "information", "d1", "read")

    async def run() -> list[tuple[bool, str, str]]:
        gateways = [Gateway(url=world.url, log=world.log, clock=clock.now) for _ in range(2)]
        told = []
        try:
            for gateway in gateways:
                await gateway.start()
            for round_ in range(2):
                for gateway in gateways:
                    outcome = await gateway.check(asked)
                    assert outcome is not None
                    told.append((outcome.answer.api, outcome.answer.reason, outcome.policy))
                if round_ == 0:
                    with transaction(world.engine) as session:
                        activate_policies(session, log=world.log, actor=ACTOR, at=clock.now(), bundle=closed.bundle())
        finally:
            for gateway in gateways:
                await gateway.stop()
        return told

    first, second, third, fourth = asyncio.run(run())
    assert (first[:2], second[:2]) == ((True, "clearance_valid"),) * 2
    assert (third, fourth) == ((False, "house_closed", closed.digest),) * 2


def test_a_served_application_is_told_what_concerns_the_house(served: World) -> None:
    assert served.ask("permit", "d1").json()["decision"] is True
    with transaction(served.engine) as session:
        bundle = with_house(CLOSED, name="closed").bundle()
        activate_policies(session, log=served.log, actor=ACTOR, at=clock.now(), bundle=bundle)
    answer = served.ask("permit", "d1").json()
    assert answer["decision"] is False
    assert "house_closed" in str(answer["context"])
    # What concerns the person is said first, and to nobody outside.
    assert "house_closed" not in str(served.ask("negative", "d1").json()["context"])
