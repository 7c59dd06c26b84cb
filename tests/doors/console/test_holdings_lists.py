"""Scopes and lists as work: several at once, shown first, then done or proposed; and what must not get through."""

import re
from typing import Any

import httpx2
import pytest

from service.database import read
from service.ledger import log_size
from service.need_to_know.operations import Target, list_handler, request_listing
from service.need_to_know.queries import open_requests, roll
from service.personnel.operations import register_unit, take_post
from service.statute.periods import day_after, legal_day
from tests.doors.console.test_holdings_informations import CARD, WORLDS, today_of
from tests.doors.console.test_people_pages import browser, token
from tests.doors.management.conftest import Desk, desk
from tests.doors.management.test_deadlines import given

__all__ = ["WORLDS", "desk"]

NEW, REMOVAL = f"{CARD}/handlers/new", f"{CARD}/handlers/removal"


@pytest.fixture
def works(desk: Desk) -> Desk:
    return desk


def listed(desk: Desk) -> set[str]:
    on = legal_day(desk.town.now())
    with read(desk.town.engine) as session:
        return {line.name for line in roll(session, information_id="d1", organization_id=desk.town.organization, on=on, at=desk.town.now())}


def waiting(desk: Desk) -> list[str]:
    with read(desk.town.engine) as session:
        return [row.id for row in open_requests(session, organization_id=desk.town.organization)]


def size(desk: Desk) -> int:
    with read(desk.town.engine) as session:
        return log_size(session)


def sends(client: httpx2.Client, desk: Desk, path: str, **words: Any) -> httpx2.Response:
    """Post a form as its page would, with its token and the organization that it is of."""
    page = client.get(f"{CARD}?tab=handlers")
    return client.post(path, data={"form_token": token(page), "organization_id": desk.town.organization} | words)


def test_ticked_lines_are_shown_before_they_are_removed_and_removed_at_once(works: Desk) -> None:
    place = {"organization_id": works.town.organization, "information_id": "d1"}
    given(works, list_handler, from_on=today_of(works), listing_id="l2", target=Target(person_id=works.town.people["clerk"]), **place)
    manager = browser(works, "manager")
    before = size(works)
    shown = sends(manager, works, REMOVAL, listings=["l1", "l2"])
    assert "まだ何も記録されていません" in shown.text
    assert {"nobody 花子", "clerk 花子"} <= set(re.findall(r"<li>([^<]+)</li>", shown.text))
    assert (size(works), listed(works)) == (before, {"nobody 花子", "clerk 花子"})
    done = sends(manager, works, REMOVAL, listings=["l1", "l2"], confirmed="yes")
    assert done.url.path == CARD
    assert "行いました" in done.text
    assert listed(works) == set()


def test_nothing_ticked_is_said_in_one_message(works: Desk) -> None:
    manager = browser(works, "manager")
    before = size(works)
    assert "一件も選ばれていません" in sends(manager, works, REMOVAL).text
    assert "一件も選ばれていません" in sends(manager, works, NEW, step="check").text
    assert "一件も選ばれていません" in sends(manager, works, "/lists/requests", step="grant").text
    assert size(works) == before


def test_a_line_of_another_list_is_not_removed_under_this_one(works: Desk) -> None:
    manager = browser(works, "manager")
    for listings in (["no-such"], ["l1", "no-such"]):
        assert sends(manager, works, REMOVAL, listings=listings, confirmed="yes").status_code == 404
    page = manager.get(f"{CARD}?tab=handlers")
    words = {"form_token": token(page), "organization_id": works.town.organization, "listings": ["l1"], "confirmed": "yes"}
    assert manager.post("/informations/d2/handlers/removal", data=words).status_code == 404
    assert manager.post(REMOVAL, data=words | {"organization_id": "tasha"}).status_code == 404
    assert listed(works) == {"nobody 花子"}


def test_several_people_become_one_proposal(works: Desk) -> None:
    manager = browser(works, "manager")
    found = sends(manager, works, NEW, step="search", q="花子")
    people = dict(re.findall(r'name="person_id" value="(\w+)"[^>]*> <span>([^<]+?)(?: <|<)', found.text))
    assert "clerk 花子" in people.values()
    chosen = [works.town.people["clerk"], works.town.people["nobody"]]
    kept = sends(manager, works, NEW, step="search", q="kato", person_id=chosen)
    assert all(re.search(rf'value="{one}" checked', kept.text) for one in chosen)
    words = {"step": "check", "person_id": [works.town.people["clerk"]], "from_on": today_of(works).isoformat(), "purpose": "assigned_work"}
    shown = sends(manager, works, NEW, **words)
    assert "起案すると、別の人の決裁を待ちます" in shown.text
    waits = sends(manager, works, NEW, confirmed="yes", remark="四月から", **words)
    assert waits.url.path.startswith("/proposals/")
    assert "四月から" in waits.text
    assert listed(works) == {"nobody 花子"}
    works.town.approve("deputy", waits.url.path.removeprefix("/proposals/"))
    assert listed(works) == {"nobody 花子", "clerk 花子"}


def test_whom_it_cannot_be_done_for_is_told_by_name_and_nothing_is_half_done(works: Desk) -> None:
    manager = browser(works, "manager")
    words = {"step": "check", "person_id": [works.town.people["clerk"], works.town.people["eye"]], "from_on": today_of(works).isoformat()}
    answer = sends(manager, works, NEW, **words)
    assert answer.status_code == 403
    hindered = answer.text.split('role="alert"')[1].split("</div>")[0]
    assert "eye 花子" in hindered
    assert "clerk 花子" not in hindered
    assert listed(works) == {"nobody 花子"}
    assert sends(manager, works, NEW, confirmed="yes", **words).status_code == 403
    assert listed(works) == {"nobody 花子"}


def test_a_day_that_is_none_is_said_beside_its_field(works: Desk) -> None:
    manager = browser(works, "manager")
    answer = sends(manager, works, NEW, step="check", person_id=[works.town.people["clerk"]], from_on="someday")
    assert answer.status_code == 422
    assert 'id="from_on-problem"' in answer.text
    assert 'value="someday"' in answer.text


def test_requests_are_granted_several_at_once_or_declined_for_a_reason(works: Desk) -> None:
    given(
        works,
        request_listing,
        information_id="d2",
        person_id=works.town.people["nobody"],
        purpose="assigned_work",
        on=today_of(works),
        organization_id=works.town.organization,
        request_id="r2",
    )
    manager = browser(works, "manager")
    page = manager.get("/lists").text
    assert page.count('name="request_id"') == 2
    waits = sends(manager, works, "/lists/requests", step="grant", request_id=["r1", "r2"], confirmed="yes")
    assert waits.url.path.startswith("/proposals/")
    works.town.approve("deputy", waits.url.path.removeprefix("/proposals/"))
    assert waiting(works) == []
    assert "clerk 花子" in listed(works)
    given(
        works,
        request_listing,
        information_id="d2",
        person_id=works.town.people["clerk"],
        purpose="assigned_work",
        on=today_of(works),
        organization_id=works.town.organization,
        request_id="r3",
    )
    shown = sends(manager, works, "/lists/requests", step="decline", reason="not_needed", request_id=["r3"])
    assert 'name="step" value="decline"' in shown.text
    assert waiting(works) == ["r3"]
    declined = sends(manager, works, "/lists/requests", step="decline", reason="not_needed", request_id=["r3"], confirmed="yes")
    assert (declined.url.path, waiting(works)) == ("/lists", [])


def test_a_request_out_of_reach_is_decided_by_nobody(works: Desk) -> None:
    works.town.admit("part", "information_manager", informations=["d2"])
    works.town.equip("part")
    part = browser(works, "part")
    page = part.get("/lists")
    assert "clerk 花子" not in page.text
    words = {
        "form_token": token(page),
        "organization_id": works.town.organization,
        "request_id": ["r1"],
        "step": "decline",
        "reason": "not_needed",
    }
    assert part.post("/lists/requests", data=words | {"confirmed": "yes"}).status_code == 404
    assert waiting(works) == ["r1"]


def test_lines_are_confirmed_together_from_the_page_of_lists(works: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    # A half that begins tomorrow: all there is began before it.
    monkeypatch.setattr("service.need_to_know.queries.inspection.half_of", day_after)
    manager = browser(works, "manager")
    page = manager.get("/lists").text
    assert 'name="listings" value="l1"' in page
    done = sends(manager, works, "/lists/confirmation", listings=["l1"], confirmed="yes")
    assert done.url.path == "/lists"
    again = sends(manager, works, "/lists/confirmation", listings=["l1"])
    assert again.status_code == 409
    assert "行えないものがあります" in again.text


@pytest.mark.parametrize("name", ["kato", "boss", "clerk", "eye"])
def test_nobody_else_adds_removes_decides_or_confirms(works: Desk, name: str) -> None:
    client = browser(works, name)
    words = {"form_token": token(client.get("/home")), "organization_id": works.town.organization, "confirmed": "yes", "step": "grant"}
    words |= {"listings": "l1", "request_id": "r1", "person_id": works.town.people["clerk"]}
    for path in (REMOVAL, NEW, "/lists/requests", "/lists/confirmation"):
        assert client.post(path, data=words).status_code == 403, path
    assert (listed(works), waiting(works)) == ({"nobody 花子"}, ["r1"])


def test_an_approver_sees_the_lists_without_any_box_to_tick(works: Desk) -> None:
    boss = browser(works, "boss")
    for path in (f"{CARD}?tab=handlers", "/lists"):
        page = boss.get(path).text
        assert "clerk 花子" in page
        assert 'type="checkbox"' not in page, path
        assert "/acts/" not in page, path


def test_a_role_for_a_unit_sees_the_people_of_that_unit_alone(works: Desk) -> None:
    here = works.town.organization
    given(works, register_unit, organization_id=here, name="架空係", unit_id="kakari")
    given(works, take_post, person_id=works.town.people["clerk"], organization_id=here, unit_id="kakari")
    asked = {"information_id": "d2", "purpose": "assigned_work", "on": today_of(works), "organization_id": here}
    given(works, request_listing, person_id=works.town.people["nobody"], request_id="r9", **asked)
    works.town.admit("part", "information_manager", units=["kakari"])
    works.town.equip("part")
    part = browser(works, "part")
    page = part.get("/lists").text
    assert "clerk 花子" in page
    assert "nobody 花子" not in page
    assert 'value="r9"' not in page
    words = {
        "form_token": token(part.get("/lists")),
        "organization_id": here,
        "request_id": ["r9"],
        "step": "decline",
        "reason": "not_needed",
    }
    assert part.post("/lists/requests", data=words | {"confirmed": "yes"}).status_code == 404
    assert sorted(waiting(works)) == ["r1", "r9"]
