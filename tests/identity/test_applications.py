"""Applications by the client of an issuer: granted, unique while they live, and what they may do."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from service.database import transaction
from service.decision.world import World
from service.identity.callers import Client, Named, caller_named, caller_of_client
from service.identity.model import Application
from service.identity.operations import UnknownApplicationError, end_application, grant_application
from service.ledger.acts import row_form
from service.personnel.operations import register_organization
from service.statute.refusals import Conflict
from tests.builders.site import Site, open_site

DAY = date(2026, 4, 1)
CLIENT = Client("https://issuer.example", "dms")


@pytest.fixture
def site(engine: Engine, tmp_path: Path) -> Site:
    site = open_site(engine, tmp_path, "operator")
    for one in ("denryoku", "kinzoku", "meti"):
        site.act(register_organization, day=DAY, organization_id=one, name=one, kind="organ" if one == "meti" else "operator")
    return site


def grant(site: Site, **words: Any) -> str:
    return str(site.act(grant_application, day=DAY, name="DMS", **words))


def world_of(site: Site) -> World:
    world = World()
    with transaction(site.engine) as session:
        for row in session.query(Application):
            world.apply("identity.applications", row_form(row)["row"])
    return world


def test_an_application_is_found_by_the_client_of_its_issuer_with_all_it_may(site: Site) -> None:
    made = grant(site, client=CLIENT, organization="denryoku", organizations=["kinzoku"], may_search=True, batch_limit=20, hold_seconds=30)
    caller = caller_of_client(world_of(site), client=CLIENT)
    assert caller is not None
    assert (caller.id, caller.organization, caller.organizations) == (made, "denryoku", {"denryoku", "kinzoku"})
    assert (caller.may_search, caller.batch_limit, caller.hold_seconds) == (True, 20, 30)


@pytest.mark.parametrize(
    "other", [Client("https://issuer.example", "dms2"), Client("https://issuer.example/", "dms"), Client("None", "None")]
)
def test_another_client_or_issuer_is_nobody(site: Site, other: Client) -> None:
    grant(site, client=CLIENT)
    grant(site)
    assert caller_of_client(world_of(site), client=other) is None


def test_whoever_waits_is_nobody_from_the_instant_at_which_its_token_ends(site: Site) -> None:
    made = grant(site, client=CLIENT)
    ends = datetime(2026, 4, 1, 3, tzinfo=UTC)
    named = Named(None, CLIENT, ends)
    before = caller_named(world_of(site), named=named, at=ends - timedelta(microseconds=1))
    assert before is not None
    assert before.id == made
    assert caller_named(world_of(site), named=named, at=ends) is None


def test_a_client_stands_for_one_live_application_and_is_free_again_when_that_has_ended(site: Site) -> None:
    first = grant(site, client=CLIENT)
    with pytest.raises(Conflict, match="already"):
        grant(site, client=CLIENT)
    grant(site, client=Client("https://other.example", "dms"))
    site.act(end_application, day=DAY, application=first)
    assert caller_of_client(world_of(site), client=CLIENT) is None
    second = grant(site, client=CLIENT)
    found = caller_of_client(world_of(site), client=CLIENT)
    assert found is not None
    assert found.id == second


def test_the_database_holds_both_rules_too(site: Site) -> None:
    made, other = grant(site, client=CLIENT), grant(site)
    for change in ("set issuer = 'x'", f"set issuer = '{CLIENT.issuer}', client_id = '{CLIENT.client_id}'", "set batch_limit = 0"):
        with pytest.raises(IntegrityError), transaction(site.engine) as session:
            session.execute(text(f"update identity.applications {change} where id = :id"), {"id": other})
    assert made != other


@pytest.mark.parametrize(
    "wrong",
    [
        {"client": Client("", "dms")},
        {"client": Client("https://issuer.example", "")},
        {"client": Client("https://issuer example", "dms")},
        {"client": Client("https://issuer.example", "d\nms")},
        {"batch_limit": 0},
        {"batch_limit": 101},
        {"hold_seconds": -1},
        {"hold_seconds": 3_601},
        {"resource_types": ["safe"]},
    ],
)
def test_what_is_not_of_its_form_is_refused(site: Site, wrong: dict[str, Any]) -> None:
    size = site.size()
    with pytest.raises(ValueError, match=r"needs|must|held|unknown"):
        grant(site, **wrong)
    assert site.size() == size


def test_an_organization_that_is_not_there_is_refused(site: Site) -> None:
    with pytest.raises(UnknownApplicationError):
        grant(site, organizations=["nowhere"])


def test_two_clients_are_never_one_name() -> None:
    names = {Client(issuer, client).name for issuer in ("https://a", "https://a/b") for client in ("b", "/b", "b b", " b")}
    assert len(names) == 8
