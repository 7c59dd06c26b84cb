"""What the service says of its own doors: the address that was configured, and no door that is not there."""

import json

import httpx2
import pytest

from service.api.metadata import MEMBERS, WELL_KNOWN, Metadata, metadata
from service.app import build
from tests.builders.served import serving
from tests.doors.api.conftest import World


def test_the_metadata_names_the_doors_that_are_there_and_nothing_empty() -> None:
    told = metadata("https://pdp.example/", ["/access/v1/evaluation", "/elsewhere"])
    assert told == {
        "policy_decision_point": "https://pdp.example",
        "access_evaluation_endpoint": "https://pdp.example/access/v1/evaluation",
    }
    assert len(metadata("https://pdp.example", MEMBERS)) == 6


def test_the_place_of_the_metadata_is_between_host_and_path() -> None:
    assert Metadata("https://pdp.example/site/a", []).paths == {WELL_KNOWN, f"{WELL_KNOWN}/site/a"}
    assert Metadata(None, []).paths == Metadata("https://pdp.example/", []).paths == {WELL_KNOWN}


@pytest.mark.parametrize("public_url", ["https://pdp.example", "https://pdp.example/site", None])
def test_the_service_describes_itself_by_its_public_address_or_says_that_it_has_none(world: World, public_url: str | None) -> None:
    settings = world.settings.model_copy(update={"public_url": public_url})
    with serving(build(settings=settings, url=world.url, engine=world.engine, log=world.log)) as address:
        found = httpx2.get(f"{address}{WELL_KNOWN}", headers={"X-Request-ID": "m-1"})
        assert found.headers["x-request-id"] == "m-1"
        assert found.headers["content-type"] == "application/json"
        if public_url is None:
            assert (found.status_code, "SEKISHO_PUBLIC_URL" in found.json()["message"]) == (404, True)
            return
        told = found.json()
        assert (found.status_code, told["policy_decision_point"]) == (200, public_url)
        assert told["access_evaluation_endpoint"] == f"{public_url}/access/v1/evaluation"
        assert all(told.values())
        for member in told.values():
            # Every door that is named answers, if only that it wants a key.
            if member != public_url:
                body = json.dumps({}).encode()
                there = httpx2.post(member.replace(public_url, address), content=body, headers={"Content-Type": "application/json"})
                assert there.status_code in {400, 401}, member
        assert "max-age" in found.headers["cache-control"]
        path = public_url.removeprefix("https://pdp.example")
        assert httpx2.get(f"{address}{WELL_KNOWN}{path}").json() == told
        assert httpx2.post(f"{address}{WELL_KNOWN}").status_code == 405
