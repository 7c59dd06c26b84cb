"""The pages of informations: the list with its states, the card with its tabs, and what is shown to whom."""

import re
from datetime import date, timedelta
from typing import Any

import pytest

from service.clearance.operations import record_result
from service.designation.operations import Notice, Subject, record_designation, record_lifting, register_document
from service.need_to_know.operations import Target, list_handler, request_listing
from service.personnel.operations import register_organization
from service.provision.operations import Terms, record_certification, record_contract, record_provision
from service.provision.rules import CONTRACT_ITEMS
from service.statute.periods import legal_day
from tests.doors.console.test_people_pages import browser
from tests.doors.management.conftest import WORLDS as DESKS
from tests.doors.management.conftest import Desk, desk, desk_world
from tests.doors.management.test_deadlines import given

__all__ = ["desk"]

CARD = "/informations/d1"


def today_of(desk: Desk) -> date:
    return legal_day(desk.town.now())


def held(desk: Desk) -> None:
    """An operator that holds d1, which stands long, d2, which ends soon, and d3, which was lifted; d9 is another operator's."""
    today, here = today_of(desk), desk.town.organization
    begun = today - timedelta(days=60)
    letter = Notice("経保第1号", begun, begun)
    given(desk, register_organization, kind="organ", name="架空経済省", organization_id="keizai")
    given(desk, register_organization, kind="operator", name="架空他社", organization_id="tasha")
    for name, days in (("d1", 900), ("d2", 30), ("d3", 900), ("d9", 900)):
        subject = Subject(title=f"架空の件名{name}", number=f"経保{name}", released_to=["keizai"] if name == "d1" else None)
        until = today + timedelta(days=days)
        given(desk, record_designation, organ_id="keizai", on=begun, until=until, notice=letter, information_id=name, subject=subject)
    for operator, names in ((here, ["d1", "d2", "d3"]), ("tasha", ["d9"])):
        parties = {"operator_id": operator, "organ_id": "keizai"}
        given(desk, record_certification, on=begun, notice=letter, **parties)
        terms = Terms(
            informations=names, settled=tuple(CONTRACT_ITEMS), from_on=begun, last_day=today + timedelta(days=800), number="契約1"
        )
        given(desk, record_contract, terms=terms, contract_id=f"c-{operator}", **parties)
        for name in names:
            words = {"information_id": name, "giver_id": "keizai", "receiver_id": operator, "under": "Act 10(1)"}
            given(desk, record_provision, on=begun, notice=letter, **words)
    given(desk, record_lifting, information_id="d3", on=today - timedelta(days=5), notice=letter)
    for person in ("nobody", "clerk"):
        result = {"person_id": desk.town.people[person], "head_id": "keizai", "outcome": "positive"}
        given(desk, record_result, notified_on=begun, notice=letter, **result)
    place = {"organization_id": here, "information_id": "d1"}
    given(desk, list_handler, from_on=today, listing_id="l1", target=Target(person_id=desk.town.people["nobody"]), **place)
    asked = {"person_id": desk.town.people["clerk"], "purpose": "assigned_work"}
    given(desk, request_listing, on=today, request_id="r1", **asked, **place)
    for name, kind, parent in (("doc-1", "document", None), ("doc-1-copy", "copy", "doc-1"), ("doc-2", "document", None)):
        words = {"document_id": name, "kind": kind, "parent_id": parent, "title": f"架空の資料{name}", "organization_id": here}
        given(desk, register_document, carries=["d1"] if parent is None else [], **words)
    desk.town.admit("kato", "custodian")
    desk.town.equip("kato")


WORLDS = {"works": desk_world(held), **DESKS}


@pytest.fixture
def works(desk: Desk) -> Desk:
    return desk


def test_the_list_tells_the_state_of_everything_within_reach_and_of_nothing_else(works: Desk) -> None:
    page = browser(works, "manager").get("/informations").text
    states = dict(re.findall(r'<td><span class="state \w+">([^<]+)</span></td>\s*<th scope="row"><a href="/informations/(\w+)"', page))
    assert states == {"指定中": "d1", "指定中(満了間近)": "d2", "終了(措置が未了)": "d3"}
    assert "d9" not in page


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("state=expiring", {"d2"}),
        ("state=closing", {"d3"}),
        ("state=ended", set()),
        ("q=件名d1", {"d1"}),
        ("q=経保d2", {"d2"}),
        ("q=%25", set()),
    ],
)
def test_the_list_is_narrowed_by_state_and_by_words(works: Desk, asked: str, found: set[str]) -> None:
    page = browser(works, "manager").get(f"/informations?{asked}").text
    assert set(re.findall(r'href="/informations/(\w+)"', page)) == found


def test_the_card_says_by_whom_until_when_by_which_letter_and_on_what_conditions(works: Desk) -> None:
    manager = browser(works, "manager")
    page = manager.get(CARD).text
    until = today_of(works) + timedelta(days=900)
    for words in ("指定中", "経保d1", "架空経済省", "経保第1号", f"{until.year}年", "提供元の付けた条件"):
        assert words in page, words
    english = manager.get(f"{CARD}?lang=en").text
    assert "Conditions of the originator" in english
    assert "指定中" not in english


@pytest.mark.parametrize("name", ["manager", "kato", "boss"])
def test_what_is_out_of_reach_and_what_is_not_there_are_told_alike(works: Desk, name: str) -> None:
    client = browser(works, name)
    for tail in ("", "?tab=documents", "?tab=handlers", "/closing", "/label"):
        told = [client.get(f"/informations/{one}{tail}") for one in ("d9", "zz")]
        assert [one.status_code for one in told] == [404, 404], tail
        assert told[0].text.replace("/d9", "/zz") == told[1].text
    told = [client.get(path) for path in ("/contracts/c-tasha", "/contracts/c-zzzzz", "/operators/tasha", "/operators/zzzzz")]
    assert {one.status_code for one in told} == {404}
    assert told[0].text.replace("c-tasha", "c-zzzzz") == told[1].text
    assert told[2].text.replace("tasha", "zzzzz") == told[3].text


@pytest.mark.parametrize("name", ["clerk", "admin", "eye", "nobody"])
def test_pages_of_informations_are_for_those_who_keep_them(works: Desk, name: str) -> None:
    client = browser(works, name)
    for path in ("/informations", CARD, f"{CARD}/closing", f"{CARD}/label", "/lists", "/contracts", "/certifications"):
        assert client.get(path).status_code == 403, path


def test_a_custodian_sees_documents_and_no_handler(works: Desk) -> None:
    client = browser(works, "kato")
    for tail in ("", "?tab=handlers", "?tab=history", "?tab=documents", "?tab=provisions"):
        answer = client.get(f"{CARD}{tail}")
        assert answer.status_code == 200, tail
        page = answer.text
        assert "nobody 花子" not in page, tail
        assert "?tab=handlers" not in page.replace(f"{CARD}?tab=handlers&", ""), tail
        assert "取扱者の登載" not in page, tail
    assert "架空の資料doc-1" in client.get(f"{CARD}?tab=documents").text
    assert client.get("/lists").status_code == 403
    assert client.get(f"{CARD}/handlers/new").status_code == 403


def test_a_manager_sees_the_list_the_requests_and_nothing_of_assessments(works: Desk) -> None:
    page = browser(works, "manager").get(f"{CARD}?tab=handlers").text
    assert "nobody 花子" in page
    assert "clerk 花子" in page
    assert "適性評価" not in page.split('id="main"')[1].split('class="cited"')[0]


def test_parts_and_copies_stand_below_what_they_belong_to(works: Desk) -> None:
    page = browser(works, "manager").get(f"{CARD}?tab=documents").text
    rows = re.findall(r'<th scope="row" class="depth-(\d)">.*?架空の資料([\w-]+)', page)
    assert rows == [("0", "doc-1"), ("1", "doc-1-copy"), ("0", "doc-2")]


def test_the_history_is_one_line_of_time(works: Desk) -> None:
    page = browser(works, "manager").get("/informations/d3?tab=history").text
    told = re.findall(r"<b>([^<]+)</b>", page.split('class="timeline"')[1])
    assert told == ["指定の解除", "通知の受領", "通知の発出", "提供", "指定"]
    assert "経保第1号" in page


def test_acts_are_offered_to_those_who_may_do_them_at_this_seat_alone(works: Desk) -> None:
    seen = {name: browser(works, name).get(CARD).text for name in ("manager", "kato", "boss")}
    assert "/acts/record_extension?" in seen["manager"]
    assert "/acts/record_lifting?" in seen["manager"]
    for name, page in seen.items():
        for verb in ("extend", "lift", "lift_in_part", "switch_to_marking", "review_reasons", "record_grounds"):
            assert f"/acts/{verb}?" not in page, (name, verb)
    assert "/acts/record_lifting" not in seen["kato"] + seen["boss"]
    assert "/acts/record_marking_switch?" in seen["kato"]
    assert "/acts/" not in seen["boss"]


def test_every_form_that_a_card_leads_to_opens_with_what_it_brings(works: Desk) -> None:
    manager = browser(works, "manager")
    for tail in ("", "?tab=documents", "?tab=handlers", "?tab=provisions"):
        for path in sorted(set(re.findall(r'href="(/acts/[^"]+)"', manager.get(f"{CARD}{tail}").text))):
            form = manager.get(path.replace("&amp;", "&"))
            assert form.status_code == 200, path
            assert CARD in form.text, path


def test_a_role_for_one_information_sees_that_one(works: Desk) -> None:
    works.town.admit("part", "information_manager", informations=["d2"])
    works.town.equip("part")
    part = browser(works, "part")
    assert set(re.findall(r'href="/informations/(\w+)"', part.get("/informations").text)) == {"d2"}
    assert part.get(CARD).status_code == 404
    assert part.get("/informations/d2?tab=handlers").status_code == 200


def test_the_mark_is_shown_with_its_number_and_not_its_title(works: Desk) -> None:
    manager = browser(works, "manager")
    for path in (f"{CARD}/label", "/documents/doc-1/label"):
        page = manager.get(path).text.split('id="main"')[1]
        assert "重要経済安保情報" in page
        assert "経保d1" in page
        assert "架空の件名" not in page
    assert "指定解除" in manager.get("/informations/d3/label").text
    others: list[Any] = [manager.get(f"/documents/{one}/label") for one in ("doc-9", "zzz-9")]
    assert [one.status_code for one in others] == [404, 404]


def test_a_foreign_cursor_is_refused_in_one_message(works: Desk) -> None:
    manager = browser(works, "manager")
    assert manager.get("/informations?cursor=%21%21").status_code == 422
    assert manager.get(f"{CARD}?tab=handlers&cursor=YWJj").status_code == 422


def test_pages_go_on_where_the_last_one_ended(works: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.console.holdings.informations.ON_THE_PAGE", 2)
    manager = browser(works, "manager")
    first = manager.get("/informations").text
    assert set(re.findall(r'href="/informations/(\w+)"', first)) == {"d1", "d2"}
    onward = re.search(r'href="(/informations\?cursor=[^"]+)"', first)
    assert onward is not None
    assert set(re.findall(r'href="/informations/(\w+)"', manager.get(onward[1]).text)) == {"d3"}


def test_what_was_typed_stays_text_in_the_list(works: Desk) -> None:
    script = "<script>alert(1)</script>"
    page = browser(works, "manager").get("/informations", params={"q": script}).text
    assert script not in page
    assert "条件に合う情報はありません" in page
