"""The Act's own doors keep the rules that AuthZEN asks of every decision point."""

import httpx2

from tests.builders.authzen import Point, keeps_the_rules_of_a_batch, keeps_the_rules_of_one_check
from tests.doors.api.conftest import World

PERMITTED = {"subject": {"type": "person", "id": "permit"}, "action": {"name": "read"}, "resource": {"type": "information", "id": "d1"}}


def test_single_checks_and_batches_keep_the_rules_of_authzen(served: World) -> None:
    with httpx2.Client() as line:
        point = Point(served.address, served.key, PERMITTED, PERMITTED | {"resource": {"type": "information", "id": "d2"}}, line)
        keeps_the_rules_of_one_check(point)
        keeps_the_rules_of_a_batch(point)
