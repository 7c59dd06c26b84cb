"""The form of an act: what is wrong is said beside its field, what would be recorded is shown, and nothing typed is lost."""

import re

import httpx2
from sqlalchemy import text

from service.database import transaction
from tests.doors.console.test_people_pages import WORLDS, browser, desk, token
from tests.doors.management.conftest import Desk

__all__ = ["WORLDS", "desk"]


def size(desk: Desk) -> int:
    with transaction(desk.town.engine) as session:
        return int(session.execute(text("select count(*) from ledger.entries")).scalar_one())


def form(client: httpx2.Client, verb: str) -> dict[str, str]:
    return {"form_token": token(client.get(f"/acts/{verb}"))}


def test_what_would_be_recorded_is_shown_before_anything_is(desk: Desk) -> None:
    clerk = browser(desk, "clerk")
    words = form(clerk, "register_person") | {"legal_name": "架空 確認", "kana": "かくう かくにん"}
    before = size(desk)
    page = clerk.post("/acts/register_person", data=words)
    assert page.status_code == 200
    assert "架空 確認" in page.text
    assert "まだ何も記録されていません" in page.text
    assert size(desk) == before
    again = clerk.post("/acts/register_person/again", data=words)
    assert 'value="架空 確認"' in again.text
    clerk.post("/acts/register_person", data=words | {"confirmed": "yes"})
    assert size(desk) == before + 1


def test_a_day_may_be_written_by_era(desk: Desk) -> None:
    clerk = browser(desk, "clerk")
    words = form(clerk, "take_post") | {"person_id": desk.town.people["nobody"], "organization_id": desk.town.organization}
    page = clerk.post("/acts/take_post", data=words | {"from_on": "令和8年4月1日", "title": "係員"})
    assert page.status_code == 200
    assert 'name="from_on" value="令和8年4月1日"' in page.text
    assert "2026-04-01" in page.text


def test_what_is_wrong_with_a_day_is_said_beside_its_field_in_the_reader_s_language(desk: Desk) -> None:
    clerk = browser(desk, "clerk")
    words = form(clerk, "take_post") | {"person_id": desk.town.people["nobody"], "organization_id": desk.town.organization}
    page = clerk.post("/acts/take_post", data=words | {"from_on": "令和0年13月"})
    assert page.status_code == 422
    assert 'id="from_on-problem">日付は 2026-11-28 または R8.11.28' in page.text
    assert 'value="令和0年13月"' in page.text
    english = clerk.post("/acts/take_post?lang=en", data=words | {"from_on": "soon"})
    assert 'id="from_on-problem">Write a day as 2026-11-28' in english.text


def test_people_are_named_in_words_where_these_leave_no_doubt(desk: Desk) -> None:
    desk.town.admit("twin")
    clerk = browser(desk, "clerk")
    words = form(clerk, "take_post") | {"organization_id": desk.town.organization}
    page = clerk.post("/acts/take_post", data=words | {"person_id": "twin 花子"})
    assert f'name="person_id" value="{desk.town.people["twin"]}"' in page.text
    several = clerk.post("/acts/take_post", data=words | {"person_id": "花子"})
    assert several.status_code == 422
    assert 'id="person_id-problem"' in several.text
    assert desk.town.people["twin"] in several.text


def test_the_search_of_a_form_tells_nobody_who_may_not_do_the_act(desk: Desk) -> None:
    clerk = browser(desk, "clerk")
    found = clerk.get("/acts/take_post/people", params={"q": "花子"})
    assert desk.town.people["manager"] in {one["id"] for one in found.json()}
    assert browser(desk, "eye").get("/acts/take_post/people", params={"q": "花子"}).status_code == 403


def test_an_act_leads_back_to_where_it_began_and_nowhere_else(desk: Desk) -> None:
    clerk = browser(desk, "clerk")
    words = form(clerk, "register_person") | {"legal_name": "架空 戻る", "confirmed": "yes"}
    done = clerk.post("/acts/register_person", data=words | {"back": "/deadlines"})
    assert done.url.path == "/deadlines"
    assert re.search(r"台帳の記録 \d+ に残っています", done.text)
    for elsewhere in ("https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example"):
        done = clerk.post("/acts/register_person", data=words | {"back": elsewhere})
        assert done.url.path == "/acts/register_person"


def test_a_refusal_of_law_stands_on_the_form_with_its_citation_and_in_the_ledger(desk: Desk) -> None:
    manager = browser(desk, "manager")
    words = form(manager, "list_handler") | {"organization_id": desk.town.organization, "information_id": "none", "from_on": "2026-11-01"}
    page = manager.post("/acts/list_handler", data=words | {"person_id": desk.town.people["clerk"]})
    assert page.status_code in {403, 422}
    assert 'value="none"' in page.text or "none" in page.text


def test_a_draft_is_kept_for_its_writer_alone_and_goes_when_the_form_is_sent(desk: Desk) -> None:
    clerk = browser(desk, "clerk")
    words = form(clerk, "register_person") | {"legal_name": "書きかけの架空氏名"}
    assert clerk.post("/acts/register_person/draft", data=words).status_code == 204
    assert "書きかけの内容があります" in clerk.get("/acts/register_person").text
    assert 'value="書きかけの架空氏名"' in clerk.get("/acts/register_person?draft=yes").text
    with transaction(desk.town.engine) as session:
        sealed = session.execute(text("select sealed from identity.drafts")).scalar_one()
    assert "書きかけ".encode() not in bytes(sealed)
    desk.town.admit("second", "hr_officer")
    desk.town.equip("second")
    assert "書きかけの内容があります" not in browser(desk, "second").get("/acts/register_person").text
    clerk.post("/acts/register_person", data=words | {"confirmed": "yes"})
    assert "書きかけの内容があります" not in clerk.get("/acts/register_person").text


def test_a_draft_that_was_laid_under_another_s_name_or_form_does_not_open(desk: Desk) -> None:
    clerk = browser(desk, "clerk")
    clerk.post("/acts/register_person/draft", data=form(clerk, "register_person") | {"legal_name": "書きかけの架空氏名"})
    with transaction(desk.town.engine) as session:
        session.execute(text("update identity.drafts set form = 'register_unit'"))
    opened = clerk.get("/acts/register_unit").text
    assert "書きかけの内容があります" not in opened
    assert "書きかけの架空氏名" not in opened


def test_a_draft_is_dropped_when_its_writer_says_so_and_a_huge_one_is_not_kept(desk: Desk) -> None:
    clerk = browser(desk, "clerk")
    words = form(clerk, "register_person")
    assert clerk.post("/acts/register_person/draft", data=words | {"legal_name": "あ" * 6_000}).status_code == 413
    clerk.post("/acts/register_person/draft", data=words | {"legal_name": "捨てる"})
    page = clerk.post("/acts/register_person/draft/drop", data=words)
    assert "書きかけの内容があります" not in page.text


def test_a_draft_of_an_act_that_one_may_not_do_is_not_taken(desk: Desk) -> None:
    eye = browser(desk, "eye")
    answer = eye.post("/acts/register_person/draft", data={"form_token": token(eye.get("/home")), "legal_name": "x"})
    assert answer.status_code == 403
