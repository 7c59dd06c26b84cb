"""Candidates and results, many at once, over HTTP as a browser sends them."""

import re
from typing import Any

import httpx2
import pytest
from sqlalchemy import text

from service.personnel.operations import register_organization
from tests.doors.console.test_people_pages import browser, token
from tests.doors.console.test_staff_import import again as roster_again
from tests.doors.console.test_staff_people import does, looks, worker
from tests.doors.management.conftest import WORLDS as DESKS
from tests.doors.management.conftest import Desk, desk, desk_world

__all__ = ["desk"]

HIDDEN = re.compile(r'type="hidden" name="(\w+)" value="([^"]*)"')
TWENTY = range(20)


def lay_twenty(desk: Desk) -> None:
    """Twenty people with numbers, and an organ."""
    does(desk, register_organization, kind="organ", name="架空経済省", organization_id="keizai")
    for place in TWENTY:
        desk.town.people[f"w{place}"] = worker(desk, f"架空 働{place:02}", "", f"W{place:02}")


WORLDS = {"twenty": desk_world(lay_twenty), **DESKS}


@pytest.fixture
def twenty(desk: Desk) -> Desk:
    return desk


def send(page: httpx2.Client, path: str, content: str = "", **fields: Any) -> httpx2.Response:
    files = {"file": ("一覧.csv", content.encode("cp932"), "text/csv")} if content else {"file": ("", b"", "text/csv")}
    return page.post(path, data={"form_token": token(page.get(path)), "step": "check", **fields}, files=files)


def on(page: httpx2.Client, path: str, shown: httpx2.Response, step: str = "confirm", **fields: str) -> httpx2.Response:
    form: dict[str, Any] = {"step": step}
    for name, value in HIDDEN.findall(shown.text):
        form.setdefault(name, []).append(value.replace("&#9;", "\t"))
    return page.post(path, data=form | fields, files={"nothing": ("", b"", "text/plain")})


def count(desk: Desk, words: str) -> int:
    with desk.town.engine.connect() as connection:
        return int(connection.execute(text(words)).scalar_one())


LETTER = {
    "head_id": "架空経済省",
    "document_number": "経保第9号",
    "letter_on": "R8.11.2",
    "arrived_on": "2026-11-04",
    "outcome": "positive",
}


def test_a_roster_of_twenty_becomes_twenty_candidates_by_one_file_and_one_confirmation(twenty: Desk) -> None:
    clerk = browser(twenty, "clerk")
    file = "社員番号,氏名,部署\n" + "".join(f"W{place:02},架空 働{place:02},技術開発部\n" for place in TWENTY)
    shown = send(clerk, "/people/candidates", file, explanation="説明書 第3版", consent="paper")
    assert shown.status_code == 200
    assert count(twenty, "select count(*) from assessment.candidates") == 0
    assert "20人の登載を求める" in shown.text
    done = on(clerk, "/people/candidates", shown)
    assert "done=" in str(done.url)
    assert count(twenty, "select count(*) from assessment.candidates where answer = 'agreed' and explanation = '説明書 第3版'") == 20


def test_who_answered_no_on_paper_is_on_no_list_and_who_said_nothing_is_asked(twenty: Desk) -> None:
    clerk = browser(twenty, "clerk")
    file = "社員番号,同意,説明文書の版\nW01,はい,第2版\nW02,いいえ,\nW03,,\nNOBODY,はい,\n"
    shown = send(clerk, "/people/candidates", file, explanation="第3版")
    assert "同意していないため" in shown.text
    assert "該当するものがありません" in shown.text
    on(clerk, "/people/candidates", shown)
    with twenty.town.engine.connect() as connection:
        rows = connection.execute(text("select person_id, answer, explanation from assessment.candidates")).all()
    people = twenty.town.people
    assert {tuple(row) for row in rows} == {(people["w1"], "agreed", "第2版"), (people["w3"], None, "第3版")}


def test_people_are_ticked_from_a_search_and_stay_chosen(twenty: Desk) -> None:
    clerk = browser(twenty, "clerk")
    found = send(clerk, "/people/candidates", step="find", q="働03", explanation="第3版")
    person = twenty.town.people["w3"]
    assert f'name="person" value="{person}"' in found.text
    more = send(clerk, "/people/candidates", step="find", q="働04", person=person, explanation="第3版")
    assert f'value="{person}" checked' in more.text
    assert 'value="第3版"' in more.text
    on(clerk, "/people/candidates", send(clerk, "/people/candidates", person=[person, twenty.town.people["w4"]]))
    assert count(twenty, "select count(*) from assessment.candidates") == 2


def test_whoever_has_no_place_in_it_puts_nobody_forward(twenty: Desk) -> None:
    for name in ("eye", "boss", "nobody", "admin"):
        assert browser(twenty, name).get("/people/candidates").status_code == 403
    clerk = browser(twenty, "clerk")
    own = send(clerk, "/people/candidates", person=twenty.town.people["clerk"])
    assert 'value="confirm"' not in own.text
    assert send(clerk, "/people/candidates").status_code == 422


def test_the_list_of_candidates_shows_who_agreed_for_a_purpose_alone(twenty: Desk) -> None:
    clerk, before = browser(twenty, "clerk"), len(looks(twenty))
    on(clerk, "/people/candidates", send(clerk, "/people/candidates", "社員番号,同意\nW01,はい\nW02,\n"))
    assert "架空 働01" not in clerk.get("/people/candidates").text
    assert len(looks(twenty)) == before
    shown = clerk.get("/people/candidates", params={"purpose": "listing"}).text
    assert "架空 働01" in shown
    assert "架空 働02" not in shown
    assert len(looks(twenty)) == before + 1


def test_a_result_list_of_twenty_becomes_twenty_clearances_by_one_file_and_one_confirmation(twenty: Desk) -> None:
    clerk = browser(twenty, "clerk")
    file = "社員番号,氏名,備考\n" + "".join(f"W{place:02},架空働{place:02},x\n" for place in TWENTY)
    shown = send(clerk, "/people/results", file, **LETTER, notified_on="R8.11.5")
    assert shown.status_code == 200
    assert "使わなかった列:備考" in shown.text
    assert count(twenty, "select count(*) from clearance.results") == 0
    waiting = on(clerk, "/people/results", shown)
    assert waiting.url.path.startswith("/proposals/")
    assert count(twenty, "select count(*) from clearance.results") == 0
    twenty.town.approve("boss", waiting.url.path.rpartition("/")[2])
    found = "select count(*) from clearance.results where outcome = 'positive' and notified_on = '2026-11-05' and letter_on = '2026-11-02'"
    assert count(twenty, found) == 20
    again = send(clerk, "/people/results", file, **LETTER, notified_on="R8.11.5")
    assert "すでに取り込まれています" in again.text
    assert 'value="confirm"' not in again.text


def test_a_number_beside_somebody_else_s_name_is_not_taken_until_it_is_put_right(twenty: Desk) -> None:
    clerk = browser(twenty, "clerk")
    shown = send(clerk, "/people/results", "社員番号,氏名\nW01,架空 働02\n", **LETTER)
    assert "氏名が、社員番号の人の氏名と違います" in shown.text
    assert 'value="confirm"' not in shown.text
    forced = on(clerk, "/people/results", shown)
    assert forced.url.path == "/people/results"
    better = on(clerk, "/people/results", shown, "check", **{"cell-2-0": "W02"})
    assert 'value="confirm"' in better.text
    assert on(clerk, "/people/results", better).url.path.startswith("/proposals/")


def test_numbers_can_be_typed_and_names_where_they_are_plain(twenty: Desk) -> None:
    worker(twenty, "同姓 同名", "", "D1")
    worker(twenty, "同姓 同名", "", "D2")
    clerk = browser(twenty, "clerk")
    shown = send(clerk, "/people/results", numbers="W05\n架空 働06\n同姓 同名", **LETTER)
    assert "該当するものが複数あります" in shown.text
    left = on(clerk, "/people/results", shown, "check", leave="4")
    assert "2人の結果" in left.text


def test_a_day_that_is_none_is_said_beside_its_field_and_what_was_typed_stays(twenty: Desk) -> None:
    clerk = browser(twenty, "clerk")
    told = send(clerk, "/people/results", numbers="W05", **LETTER | {"letter_on": "きのう"})
    assert told.status_code == 422
    assert 'id="letter_on-problem"' in told.text
    assert 'value="経保第9号"' in told.text
    assert "W05" in told.text


def test_results_are_recorded_by_hr_alone_and_never_of_oneself(twenty: Desk) -> None:
    for name in ("manager", "eye", "boss", "nobody"):
        assert browser(twenty, name).get("/people/results").status_code == 403
    own = send(browser(twenty, "clerk"), "/people/results", numbers=twenty.town.people["clerk"], **LETTER)
    assert 'value="confirm"' not in own.text


@pytest.mark.parametrize("path", ["/people", "/people/import", "/people/candidates", "/people/results"])
def test_pages_for_files_speak_english(twenty: Desk, path: str) -> None:
    page = browser(twenty, "clerk").get(path, params={"lang": "en"})
    assert page.status_code == 200
    assert "staff_" not in page.text.replace("staff_sheet", "")


def test_the_form_of_another_page_carries_no_roster(twenty: Desk) -> None:
    clerk = browser(twenty, "clerk")
    shown = send(clerk, "/people/results", numbers="W05", **LETTER)
    assert roster_again(clerk, shown, "confirm").url.path == "/people/import"
