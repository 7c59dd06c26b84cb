"""People looked for and their cards, over HTTP as a browser sends it."""

import json
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from sqlalchemy import text

from service.clearance.operations import record_result
from service.database import transaction
from service.designation.operations.notice import Notice
from service.personnel.operations import grant_alias, register_organization, register_person, register_unit, take_post
from service.statute.periods import legal_day
from tests.builders.site import ACTOR
from tests.doors.console.test_people_pages import browser
from tests.doors.management.conftest import WORLDS as DESKS
from tests.doors.management.conftest import Desk, desk, desk_world

__all__ = ["desk"]


def does(desk: Desk, operation: Any, **words: Any) -> Any:
    with transaction(desk.town.engine) as session:
        return operation(session, log=desk.town.log, actor=ACTOR, at=desk.town.now(), **words)


def worker(desk: Desk, name: str, kana: str, number: str, *, unit: str | None = None, organization: str | None = None) -> str:
    """Somebody who works at the town's organization, under a number."""
    person = str(does(desk, register_person, legal_name=name, kana=kana or None))
    does(desk, take_post, person_id=person, organization_id=organization or desk.town.organization, unit_id=unit)
    does(desk, grant_alias, namespace="employee", value=number, target_kind="person", target_id=person)
    return person


def looks(desk: Desk) -> list[dict[str, Any]]:
    with desk.town.engine.connect() as connection:
        rows = connection.execute(text("select body from ledger.entries order by index")).scalars()
        entries = [json.loads(bytes(body)) for body in rows]
    return [one for one in entries if one["kind"] == "evidence:disclosure:read"]


def result(desk: Desk, person: str, outcome: str, organ: str = "keizai") -> None:
    today = legal_day(desk.town.now())
    letter = Notice("経保第1号", today - timedelta(days=2), today - timedelta(days=1))
    does(desk, record_result, person_id=person, head_id=organ, outcome=outcome, notified_on=today - timedelta(days=2), notice=letter)


def lay_staff(desk: Desk) -> None:
    """A town with an organ, a unit and a few people of like names."""
    does(desk, register_organization, kind="organ", name="架空経済省", organization_id="keizai")
    does(desk, register_organization, kind="operator", name="架空他社", organization_id="tasha")
    for unit in ("給電指令所", "技術開発部"):
        does(desk, register_unit, organization_id=desk.town.organization, name=unit, unit_id=unit)
    desk.town.people["kyoko"] = worker(desk, "髙橋 京子", "タカハシ キョウコ", "A0101", unit="給電指令所")
    desk.town.people["kyoko2"] = worker(desk, "髙橋 京子", "タカハシ キョウコ", "A0202", unit="技術開発部")
    desk.town.people["erika"] = worker(desk, "斎藤 エリー", "サイトウ エリー", "B0303", unit="技術開発部")
    desk.town.people["outsider"] = worker(desk, "他社 京子", "タシャ キョウコ", "X1", organization="tasha")


WORLDS = {"staffed": desk_world(lay_staff), **DESKS}


@pytest.fixture
def staffed(desk: Desk) -> Desk:
    return desk


@pytest.mark.parametrize("words", ["きょうこ", "きようこ", "ｷｮｳｺ", "たかはし", "高橋", "髙橋", "a0101", "A01"])
def test_somebody_is_found_by_small_and_large_kana_by_half_width_by_old_and_new_characters_and_by_number(staffed: Desk, words: str) -> None:
    page = browser(staffed, "clerk").get("/people", params={"q": words})
    assert page.status_code == 200
    assert f'href="/people/{staffed.town.people["kyoko"]}"' in page.text


@pytest.mark.parametrize("words", ["えり", "エリー", "えりい", "ｴﾘｰ"])
def test_a_lengthened_sound_is_found_with_and_without_its_mark(staffed: Desk, words: str) -> None:
    found = staffed.town.people["erika"] in browser(staffed, "clerk").get("/people", params={"q": words}).text
    assert found == (words != "えりい")


def test_people_of_one_name_are_told_apart_by_number_and_unit_wherever_they_are_named(staffed: Desk) -> None:
    clerk = browser(staffed, "clerk")
    page = clerk.get("/people", params={"q": "髙橋"}).text
    assert all(one in page for one in ("A0101", "給電指令所", "A0202", "技術開発部"))
    form = clerk.get("/acts/record_name", params={"person_id": staffed.town.people["kyoko"]}).text
    assert "髙橋 京子 (A0101)" in form
    assert "斎藤 エリー (B0303)" not in form


def test_without_words_everybody_within_reach_stands_there_page_by_page(staffed: Desk) -> None:
    for place in range(55):
        worker(staffed, f"架空 {place:02}", "", f"N{place:02}")
    clerk = browser(staffed, "clerk")
    first = clerk.get("/people").text
    assert "cursor=" in first
    second = clerk.get("/people" + first.split('href="/people?cursor=')[1].split('"')[0].join(("?cursor=", ""))).text
    everybody = first + second
    assert all(f">架空 {place:02}<" in everybody for place in range(55))
    assert staffed.town.people["outsider"] not in everybody


def test_who_works_elsewhere_is_not_there_and_no_other_role_looks_for_anybody(staffed: Desk) -> None:
    clerk, outsider = browser(staffed, "clerk"), staffed.town.people["outsider"]
    assert outsider not in clerk.get("/people", params={"q": "きょうこ"}).text
    there, nowhere = clerk.get(f"/people/{outsider}"), clerk.get("/people/nobody-at-all")
    assert (there.status_code, nowhere.status_code) == (404, 404)
    assert there.text.replace(outsider, "nobody-at-all") == nowhere.text
    for name in ("eye", "boss", "nobody", "admin"):
        assert browser(staffed, name).get("/people").status_code == 403


def test_the_state_of_a_clearance_is_shown_for_a_purpose_alone_once_the_look_is_on_record(staffed: Desk) -> None:
    person, clerk = staffed.town.people["kyoko"], browser(staffed, "clerk")
    result(staffed, person, "positive")
    before = looks(staffed)
    for tab in ("overview", "clearance", "handled", "duties", "reports", "history"):
        page = clerk.get(f"/people/{person}", params={"tab": tab})
        assert page.status_code == 200
        assert "取扱資格あり" not in page.text
        assert "経保第1号" not in page.text
    assert looks(staffed) == before
    shown = clerk.get(f"/people/{person}", params={"tab": "clearance", "purpose": "listing"})
    assert "取扱資格あり" in shown.text
    assert "経保第1号" in shown.text
    assert [one["person"] for one in looks(staffed)[len(before) :]] == [person]
    assert clerk.get(f"/people/{person}", params={"tab": "clearance", "purpose": "curiosity"}).status_code == 200
    assert len(looks(staffed)) == len(before) + 1


def body(page: httpx2.Response, person: str) -> str:
    return page.text.partition("<main")[2].replace(person, "ID")


@pytest.mark.parametrize("tab", ["overview", "clearance", "history"])
def test_an_information_manager_cannot_tell_a_negative_result_from_none(staffed: Desk, tab: str) -> None:
    person, manager = staffed.town.people["kyoko"], browser(staffed, "manager")
    before = body(manager.get(f"/people/{person}", params={"tab": tab, "purpose": "listing"}), person)
    result(staffed, person, "negative")
    assert body(manager.get(f"/people/{person}", params={"tab": tab, "purpose": "listing"}), person) == before
    told = browser(staffed, "clerk").get(f"/people/{person}", params={"tab": "clearance", "purpose": "listing"}).text
    assert "漏らすおそれがないと認められなかった" in told


def test_the_card_offers_what_the_visitor_may_do_and_nothing_else(staffed: Desk) -> None:
    person = staffed.town.people["kyoko"]
    office = browser(staffed, "clerk")
    clerk, manager = office.get(f"/people/{person}").text, browser(staffed, "manager").get(f"/people/{person}").text
    assert "/acts/record_result?" in clerk
    assert "/acts/list_handler?" not in clerk
    assert "/acts/list_handler?" in manager
    assert "/acts/record_result?" not in manager
    own = office.get(f"/people/{staffed.town.people['clerk']}").text
    assert "/acts/record_result?" not in own


@pytest.mark.parametrize("language", ["ja", "en"])
def test_cards_speak_both_languages(staffed: Desk, language: str) -> None:
    manager = browser(staffed, "manager")
    for tab in ("overview", "clearance", "handled", "duties", "reports", "history"):
        page = manager.get(f"/people/{staffed.town.people['kyoko']}", params={"tab": tab, "lang": language, "purpose": "incident"})
        assert page.status_code == 200
        assert "staff_" not in page.text
