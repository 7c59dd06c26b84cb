"""An organ and an operator with units, an information, and people some of whom are cleared."""

from datetime import date

import pytest

from service.need_to_know import operations
from service.need_to_know.operations import Target
from service.personnel import operations as personnel
from tests.builders.law import DESIGNATED_ON, cleared, contracted, designated, organizations, provided
from tests.builders.personnel import employee
from tests.builders.site import Site, world_of
from tests.builders.worlds import World, chosen

ON = date(2026, 7, 10)


def lay_kept(organ: Site) -> None:
    organizations(organ)
    organ.act(personnel.register_unit, day=DESIGNATED_ON, organization_id="denryoku", name="hoan", unit_id="hoan")
    organ.act(personnel.register_unit, day=DESIGNATED_ON, organization_id="denryoku", name="hoan-2", unit_id="hoan-2", parent_id="hoan")
    employee(organ, "sato", "meti")
    employee(organ, "ito", "meti")
    employee(organ, "officer", "meti")
    employee(organ, "moriya", "denryoku", unit_id="hoan")
    employee(organ, "nishi", "denryoku", unit_id="hoan-2")
    designated(organ)
    contracted(organ, units=["hoan"])
    provided(organ)
    for person_id in ("sato", "officer", "moriya", "nishi"):
        cleared(organ, person_id)


@pytest.fixture
def kept(organ: Site) -> Site:
    """An organ's seat: sato at METI, moriya in hoan at the operator, each cleared by METI on 2026-06-15; a contract and a provision."""
    return organ


WORLDS = {"kept": world_of("organ", lay_kept)}


def put(site: Site, person_id: str = "sato", at: str = "meti", *, on: date = ON, **facts: object) -> str:
    """List somebody for d1."""
    return str(
        site.act(
            operations.list_handler,
            day=on,
            information_id="d1",
            organization_id=at,
            target=Target(person_id=person_id),
            from_on=on,
            **facts,
        )
    )


@pytest.fixture
def world_laid(request: pytest.FixtureRequest, world_laid: World | None) -> World | None:
    return world_laid or chosen(request.fixturenames, WORLDS)
