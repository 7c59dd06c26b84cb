"""What waits, over HTTP: lists, portions, requests, letters, readiness; by role and reach, and nothing of other organizations."""

from datetime import date, timedelta

import pytest

from service.clearance.operations import record_result
from service.designation.operations import Notice, record_designation
from service.need_to_know.operations import Target, list_handler, request_listing
from service.personnel.operations import register_organization
from service.provision.operations import Terms, record_certification, record_contract, record_provision, record_readiness
from service.provision.rules import CONTRACT_ITEMS, READINESS_ITEMS
from service.statute.periods import legal_day
from tests.doors.management.conftest import Desk, desk_world
from tests.doors.management.test_deadlines import given

OTHERS = {"organization": "tasha"}


def lay_works(desk: Desk) -> None:
    """An operator that holds d1 and d2 of an organ; nobody is on the list for d1, and asks to be on that for d2."""
    today = legal_day(desk.town.now())
    begun = today - timedelta(days=60)
    letter = Notice("第1号", begun, begun)
    given(desk, register_organization, kind="organ", name="架空省", organization_id="sho")
    given(desk, register_organization, kind="operator", name="架空他社", organization_id="tasha")
    parties = {"operator_id": desk.town.organization, "organ_id": "sho"}
    until = today + timedelta(days=900)
    for name in ("d1", "d2"):
        given(desk, record_designation, organ_id="sho", on=begun, until=until, notice=letter, information_id=name)
    given(desk, record_certification, on=begun, notice=letter, **parties)
    terms = Terms(informations=["d1", "d2"], settled=tuple(CONTRACT_ITEMS), from_on=begun, last_day=until)
    given(desk, record_contract, terms=terms, contract_id="c1", **parties)
    for name in ("d1", "d2"):
        held = {"information_id": name, "giver_id": "sho", "receiver_id": desk.town.organization, "under": "Act 10(1)"}
        given(desk, record_provision, on=begun, notice=letter, **held)
    person = desk.town.people["nobody"]
    result = {"person_id": person, "head_id": "sho", "outcome": "positive"}
    given(desk, record_result, notified_on=begun, notice=letter, **result)
    place = {"organization_id": desk.town.organization}
    line = {"information_id": "d1", "target": Target(person_id=person)} | place
    given(desk, list_handler, from_on=today, listing_id="l1", **line)
    given(desk, request_listing, information_id="d2", person_id=person, purpose="assigned_work", on=today, **place)
    given(desk, record_readiness, operator_id=desk.town.organization, item="education", met=True, on=today)


WORLDS = {"works": desk_world(lay_works)}


@pytest.fixture
def works(desk: Desk) -> Desk:
    return desk


def test_a_manager_sees_the_list_as_it_stands_and_nothing_of_assessments(works: Desk) -> None:
    where = {"organization": works.town.organization}
    manager = works.sign_in("manager")
    (row,) = manager.get("/api/v1/lists/d1", params=where).json()
    assert (row["listing_id"], row["name"], row["from_on"]) == ("l1", "nobody 花子", legal_day(works.town.now()).isoformat())
    assert not {"outcome", "notified_on", "cleared"} & set(row)
    assert manager.get("/api/v1/lists/d2", params=where).json() == []
    assert manager.get("/api/v1/lists/no-such", params=where).json() == []


def test_requests_portions_letters_and_readiness_are_told_as_they_stand(works: Desk) -> None:
    where = {"organization": works.town.organization}
    manager = works.sign_in("manager")
    (asked,) = manager.get("/api/v1/listing-requests", params=where).json()
    assert (asked["information_id"], asked["person_id"], asked["purpose"]) == ("d2", works.town.people["nobody"], "assigned_work")
    assert manager.get("/api/v1/portions", params=where).json() == []
    assert manager.get("/api/v1/letters-owed", params=where).json() == []
    found = manager.get("/api/v1/readiness-states", params={"operator": works.town.organization}).json()
    assert {one["item"]: one["met"] for one in found if one["met"] is not None} == {"education": True}
    assert len(found) == len(READINESS_ITEMS)
    assert date.fromisoformat(next(one["noted_on"] for one in found if one["met"])) == legal_day(works.town.now())


LIST_DOORS = ("lists/d1", "portions", "listing-requests")


def test_whoever_may_not_see_lists_or_titles_is_not_let_in(works: Desk) -> None:
    where = {"organization": works.town.organization}
    for name in ("clerk", "nobody", "eye"):
        browser = works.sign_in(name)
        for door in (*LIST_DOORS, "letters-owed"):
            assert browser.get(f"/api/v1/{door}", params=where).status_code == 403, (name, door)
        assert browser.get("/api/v1/readiness-states", params={"operator": works.town.organization}).status_code == 403


def test_another_organization_and_one_that_is_not_there_are_told_alike(works: Desk) -> None:
    manager = works.sign_in("manager")
    for door in (*LIST_DOORS, "letters-owed"):
        told = [manager.get(f"/api/v1/{door}", params={"organization": name}) for name in ("tasha", "sho", "no-such")]
        assert {one.status_code for one in told} == {404}
        assert len({one.text for one in told}) == 1
    told = [manager.get("/api/v1/readiness-states", params={"operator": name}) for name in ("tasha", "no-such")]
    assert {one.status_code for one in told} == {404}
    assert len({one.text for one in told}) == 1


def test_a_role_for_one_information_reaches_that_list_alone(works: Desk) -> None:
    works.town.admit("part", "information_manager", informations=["d2"])
    works.town.equip("part")
    where = {"organization": works.town.organization}
    part = works.sign_in("part")
    assert part.get("/api/v1/lists/d1", params=where).status_code == 404
    assert part.get("/api/v1/lists/d2", params=where).status_code == 200
    assert [one["information_id"] for one in part.get("/api/v1/listing-requests", params=where).json()] == ["d2"]
