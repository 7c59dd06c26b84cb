"""An operator that holds information of two organs, with somebody named on both lists, and an organ with a scope."""

from datetime import date

import pytest

from service.clearance import operations as clearance
from service.designation import operations as designation
from service.need_to_know import operations as need_to_know
from service.need_to_know.operations import Target
from service.personnel import operations as personnel
from service.provision import operations as provision
from service.provision.rules import CONTRACT_ITEMS
from tests.builders.law import CERTIFIED_ON, CONTRACT_FROM, CONTRACT_TO, DESIGNATED_ON, PROVIDED_ON, operators_world
from tests.builders.site import Site, notice, world_of
from tests.builders.worlds import World, chosen

LISTED_ON = date(2026, 7, 10)


def lay_firm(operator: Site) -> None:
    operators_world(operator)
    letter = notice(DESIGNATED_ON)
    words = {"organ_id": "mof", "on": DESIGNATED_ON, "until": date(2031, 5, 31), "notice": letter, "information_id": "d2"}
    operator.act(designation.record_designation, day=DESIGNATED_ON, **words)
    parties = {"operator_id": "denryoku", "organ_id": "mof"}
    operator.act(provision.record_certification, day=CERTIFIED_ON, on=CERTIFIED_ON, notice=notice(CERTIFIED_ON), **parties)
    terms = provision.Terms(informations=["d2"], from_on=CONTRACT_FROM, last_day=CONTRACT_TO, settled=tuple(CONTRACT_ITEMS))
    operator.act(provision.record_contract, day=CONTRACT_FROM, terms=terms, **parties)
    given = {"information_id": "d2", "giver_id": "mof", "receiver_id": "denryoku", "under": "Act 10(1)", "on": PROVIDED_ON}
    operator.act(provision.record_provision, day=PROVIDED_ON, notice=notice(PROVIDED_ON), **given)
    for head_id, information_id in (("meti", "d1"), ("mof", "d2")):
        result = {"person_id": "sato", "head_id": head_id, "outcome": "positive", "notified_on": date(2026, 6, 15)}
        operator.act(clearance.record_result, day=date(2026, 6, 16), notice=notice(date(2026, 6, 16)), **result)
        line = {"information_id": information_id, "organization_id": "denryoku", "target": Target(person_id="sato")}
        operator.act(need_to_know.list_handler, day=LISTED_ON, from_on=LISTED_ON, listing_id=f"line-{information_id}", **line)
    operator.act(personnel.register_person, day=LISTED_ON, legal_name="森 花子", person_id="mori")


@pytest.fixture
def firm(operator: Site) -> Site:
    return operator


WORLDS = {"firm": world_of("operator", lay_firm)}


@pytest.fixture
def world_laid(request: pytest.FixtureRequest, world_laid: World | None) -> World | None:
    return world_laid or chosen(request.fixturenames, WORLDS)
