"""My page over HTTP: one's own state, tasks and rights; agreeing and declining alike, and nothing of others."""

import re
from datetime import timedelta

import httpx2
import pytest

from service.assessment.operations import give_notice, list_candidate
from service.clearance.operations import record_doubt_notice, record_result
from service.designation.operations import Notice
from service.need_to_know.operations import Target, list_handler
from service.personnel.operations import register_organization, take_post
from service.registers.duties.operations import exclude_person
from service.statute.periods import legal_day
from tests.builders.members import town_world
from tests.doors.console.test_people_pages import browser, token
from tests.doors.management.conftest import WORLDS as DESKS
from tests.doors.management.conftest import Desk, desk, settle
from tests.doors.management.test_deadlines import given
from tests.doors.management.test_waiting import WORLDS as WAITING
from tests.doors.management.test_waiting import works

WORLDS = {"organ_desk": town_world(settle, seat="organ"), **WAITING, **DESKS}
__all__ = ["WORLDS", "desk", "works"]
WAY = re.compile(r'<a class="button" href="(/acts/[^"]+)">([^<]+)</a>')


def ways(page: httpx2.Response) -> dict[str, str]:
    return {name: path.replace("&amp;", "&") for path, name in WAY.findall(page.text)}


def walk(client: httpx2.Client, path: str) -> tuple[int, httpx2.Response]:
    """Answer by a way of the page, sending each form as it comes; return how many times one had to click, and the last page."""
    page, clicks = client.get(path), 1
    while 'name="form_token"' in page.text and page.url.path.startswith("/acts/"):
        form = page.text.split("<main", 1)[1]
        fields = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form))
        for name, body in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
            chosen = re.search(r'value="([^"]+)" selected', body)
            fields[name] = chosen[1] if chosen else ""
        page, clicks = client.post(page.url.path, data=fields), clicks + 1
        assert clicks < 6, page.text
    return clicks, page


def test_everybody_sees_state_tasks_and_rights_on_one_page_in_both_languages(works: Desk) -> None:
    person = browser(works, "nobody")
    page = person.get("/me")
    for words in ("取り扱える情報があります", "有効です", "取り扱えます", "架空省", "あなたの記録を見た人", "変わったことを届け出る"):
        assert words in page.text
    english = person.get("/me", params={"lang": "en"})
    assert "There is information that you may handle" in english.text
    assert "You may" in english.text


def test_whoever_is_on_no_list_is_told_so_and_nothing_of_others(works: Desk) -> None:
    page = browser(works, "eye").get("/me")
    assert "いま取り扱える情報はありません" in page.text
    assert "nobody 花子" not in page.text
    assert "有効です" not in page.text


def test_at_an_operator_the_question_of_being_listed_is_answered_either_way_with_as_many_clicks(desk: Desk) -> None:
    today = legal_day(desk.town.now())
    given(desk, register_organization, kind="organ", name="架空省", organization_id="sho")
    asked = {"person_id": desk.town.people["nobody"], "organization_id": desk.town.organization, "head_id": "sho", "on": today}
    given(desk, list_candidate, **asked)
    person = browser(desk, "nobody")
    page = person.get("/me")
    assert "候補者名簿に載せてよいですか" in page.text
    offered = ways(page)
    assert {"同意する", "同意しない"} <= set(offered)
    buttons = re.search(r'<p class="own-ways">(.*?)</p>', page.text)
    assert buttons is not None
    shapes = {re.sub(r'href="[^"]*"|>[^<]*<', "", one) for one in re.findall(r"<a .*?</a>", buttons[1])}
    assert len(shapes) == 1, "both answers look alike"
    declined, after = walk(person, offered["同意しない"])
    assert after.url.path == "/me"
    assert "候補者名簿に載ることに同意していません" in after.text
    agreed, after = walk(person, ways(after)["同意する"])
    assert "候補者名簿に載ることに同意しています" in after.text
    assert agreed == declined


@pytest.fixture
def organ_desk(desk: Desk) -> Desk:
    return desk


def test_a_page_of_the_other_seat_is_nowhere(organ_desk: Desk) -> None:
    # What an operator records from the organ's letters, an organ does itself.
    assert browser(organ_desk, "clerk").get("/people/results").status_code == 404


def assessed(desk: Desk, name: str = "nobody") -> None:
    """Somebody was told that they would be assessed by the town's own head."""
    at = desk.town.now()
    given(desk, give_notice, person_id=desk.town.people[name], head_id=desk.town.organization, on=legal_day(at))


@pytest.mark.parametrize(("way", "after"), [("同意する", "同意を取り下げる"), ("同意しない", "苦情を申し出る")])
def test_at_an_organ_consent_and_refusal_take_as_many_clicks(organ_desk: Desk, way: str, after: str) -> None:
    assessed(organ_desk)
    person = browser(organ_desk, "nobody")
    page = person.get("/me")
    assert "適性評価を受けることに同意しますか" in page.text
    clicks, done = walk(person, ways(page)[way])
    assert clicks == CLICKS
    assert done.url.path == "/me"
    assert after in done.text
    assert "適性評価を受けることに同意しますか" not in done.text


CLICKS = 3
"""The way, the form, and the confirmation of what it records."""


def test_a_consent_is_taken_back_as_easily_as_it_was_given(organ_desk: Desk) -> None:
    assessed(organ_desk)
    person = browser(organ_desk, "nobody")
    given_in, page = walk(person, ways(person.get("/me"))["同意する"])
    taken_in, page = walk(person, ways(page)["取り下げる"])
    assert given_in == taken_in
    assert page.url.path == "/me", re.sub(r"<[^>]+>", " ", page.text)
    assert ">同意を取り下げる<" not in page.text


def test_what_one_is_asked_is_on_nobody_else_s_page(organ_desk: Desk) -> None:
    assessed(organ_desk)
    for name in ("deputy", "clerk", "boss"):
        assert "適性評価を受けることに同意しますか" not in browser(organ_desk, name).get("/me").text


def test_who_looked_is_told_by_role_and_is_sealed_while_a_doubt_is_open(works: Desk) -> None:
    today = legal_day(works.town.now())
    person = works.town.people["nobody"]
    looked = works.sign_in("clerk").get("/api/v1/results", params={"person_id": person, "purpose": "listing"})
    assert looked.status_code == 200
    own = browser(works, "nobody")
    page = own.get("/me")
    assert "人事担当" in page.text
    assert "名簿の作成・見直し" in page.text
    assert "clerk" not in page.text.split("<main", 1)[1]
    given(works, record_doubt_notice, person_id=person, head_id="sho", notified_on=today, notice=Notice("第9号", today, today))
    page = own.get("/me")
    assert "再評価の告知を受けています" in page.text
    assert "いまは表示できません" in page.text
    assert "名簿の作成・見直し" not in page.text


def test_a_clearance_that_ended_is_told_as_not_valid_and_nothing_may_be_handled(works: Desk) -> None:
    person = works.town.people["eye"]
    long_ago = legal_day(works.town.now()) - timedelta(days=5_000)
    words = {"person_id": person, "head_id": "sho", "outcome": "negative"}
    given(works, record_result, notified_on=long_ago, notice=Notice("第3号", long_ago, long_ago), **words)
    page = browser(works, "eye").get("/me")
    assert "この機関の情報は取り扱えません" in page.text
    assert "いま取り扱える情報はありません" in page.text


def test_a_scope_by_post_reaches_its_holder_and_is_told_as_such(works: Desk) -> None:
    today, here = legal_day(works.town.now()), works.town.organization
    person = works.town.people["eye"]
    given(works, take_post, person_id=person, organization_id=here, post="主任")
    given(works, list_handler, information_id="d2", organization_id=here, target=Target(post="主任"), from_on=today)
    eye = browser(works, "eye")
    page = eye.get("/me")
    assert "部署・役職による範囲" in page.text
    assert "取り扱える情報があります" not in page.text
    result = {"person_id": person, "head_id": "sho", "outcome": "positive"}
    given(works, record_result, notified_on=today, notice=Notice("第4号", today, today), **result)
    assert "取り扱える情報があります" in eye.get("/me").text
    given(works, exclude_person, person_id=person, organization_id=here, on=today)
    assert "取り扱える情報があります" not in eye.get("/me").text


def test_whoever_has_a_result_alone_may_complain_of_it(organ_desk: Desk) -> None:
    today, here = legal_day(organ_desk.town.now()), organ_desk.town.organization
    person = browser(organ_desk, "nobody")
    assert ">苦情を申し出る<" not in person.get("/me").text
    given(organ_desk, record_result, person_id=organ_desk.town.people["nobody"], head_id=here, outcome="positive", notified_on=today)
    assert ">苦情を申し出る<" in person.get("/me").text


def test_days_are_written_in_the_calendar_that_one_chose(works: Desk) -> None:
    person = browser(works, "nobody")
    shown = person.get("/me/settings")
    kept = person.post("/me/settings", data={"form_token": token(shown), "language": "ja", "calendar": "era"})
    assert "設定しました" in kept.text
    assert re.search(r">R\d+\.\d+\.\d+<", person.get("/me").text)
    person.post("/me/settings", data={"form_token": token(kept), "language": "ja", "calendar": "western"})
    assert not re.search(r"\bR\d+\.\d+\.\d+", person.get("/me").text)
    odd = person.post("/me/settings", data={"form_token": token(kept), "language": "xx", "calendar": "<b>"})
    assert odd.status_code == 200
    assert person.cookies["calendar"] == "both"
