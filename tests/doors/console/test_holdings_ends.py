"""At an organ: what the end of a designation requires, step by step; contracts with what they must fix; how ready an operator is."""

import re
from datetime import date, timedelta

import pytest

from service.designation.operations import Subject, designate, lift
from service.personnel.operations import register_organization
from service.provision.operations import Terms, certify, conclude_contract, provide
from service.provision.rules import CONTRACT_ITEMS, READINESS_ITEMS
from service.provision.rules.routes import Conditions
from service.statute.periods import legal_day
from tests.doors.console.test_people_pages import browser, token
from tests.doors.management.conftest import Desk, desk, desk_world
from tests.doors.management.test_deadlines import given

__all__ = ["desk"]

CLOSING = "/informations/d1/closing"


def today_of(desk: Desk) -> date:
    return legal_day(desk.town.now())


def lay_ends(desk: Desk) -> None:
    """An organ that designated d1 and gave it to another organ and to an operator."""
    here, begun = desk.town.organization, today_of(desk) - timedelta(days=60)
    given(desk, register_organization, kind="organ", name="架空財務省", organization_id="zaimu")
    given(desk, register_organization, kind="operator", name="架空電機", organization_id="denki")
    given(desk, designate, organ_id=here, on=begun, years=4, subject=Subject(title="架空の件名", number="経保1"), information_id="d1")
    parties = {"operator_id": "denki", "organ_id": here}
    given(desk, certify, on=begun, **parties)
    terms = Terms(informations=["d1"], from_on=begun, settled=tuple(CONTRACT_ITEMS), number="契約第1号")
    given(desk, conclude_contract, terms=terms, contract_id="c1", **parties)
    lacking = tuple(one for one in CONTRACT_ITEMS if one not in {"education", "inspection"})
    given(desk, conclude_contract, terms=Terms(informations=["d1"], from_on=begun, settled=lacking), contract_id="c2", **parties)
    for receiver, under, conditions in (
        ("zaimu", "Act 6(1)", Conditions(consulted_on=begun)),
        ("denki", "Act 10(1)", Conditions()),
    ):
        words = {"information_id": "d1", "giver_id": here, "receiver_id": receiver, "under": under, "conditions": conditions}
        given(desk, provide, on=begun, provision_id=f"p-{receiver}", expiry_notice_number="通第1号", **words)


WORLDS = {"works": desk_world(lay_ends, seat="organ")}


@pytest.fixture
def works(desk: Desk) -> Desk:
    return desk


def lifted(desk: Desk) -> None:
    given(desk, lift, information_id="d1", on=today_of(desk) - timedelta(days=3))


def tells(desk: Desk, receiver: str) -> None:
    words = {"information_id": "d1", "giver_id": desk.town.organization, "receiver_id": receiver, "about": "lifted"}
    desk.town.ask("manager", "send_notice", number=f"解第1号-{receiver}", on=today_of(desk).isoformat(), **words)


def untold(page: str) -> list[str]:
    table = page.split("まだ通知していない相手", 1)[1].split("</table>", maxsplit=1)[0] if "まだ通知していない相手" in page else ""
    return re.findall(r'<th scope="row">([^<]+)</th>', table)


def test_before_the_end_the_page_leads_to_it(works: Desk) -> None:
    page = browser(works, "manager").get(CLOSING).text
    assert "指定はまだ終わっていません" in page
    assert "/acts/lift?information_id=d1" in page
    assert "/acts/record_lifting" not in page
    assert "/acts/close?" not in page


def test_the_page_tells_which_recipients_were_not_told_and_then_that_all_were(works: Desk) -> None:
    lifted(works)
    manager = browser(works, "manager")
    page = manager.get(CLOSING).text
    assert sorted(untold(page)) == ["架空財務省", "架空電機"]
    assert "2 の相手にまだ通知していません" in page
    assert "施行令第10条" in page
    tells(works, "zaimu")
    page = manager.get(CLOSING).text
    assert untold(page) == ["架空電機"]
    assert "全ての相手に通知しました" not in page
    assert "解第1号-zaimu" in page
    tells(works, "denki")
    page = manager.get(CLOSING).text
    assert untold(page) == []
    assert "全ての相手に通知しました" in page
    assert "受領書を 2 件待っています" in page


def test_a_letter_and_its_receipt_are_recorded_from_the_page_and_lead_back_to_it(works: Desk) -> None:
    lifted(works)
    manager = browser(works, "manager")
    forms = re.findall(r'href="(/acts/send_notice\?[^"]+)"', manager.get(CLOSING).text)
    assert len(forms) == 2
    form = manager.get(next(one for one in forms if "denki" in one).replace("&amp;", "&"))
    back = re.search(r'name="back" value="([^"]+)"', form.text)
    assert back is not None
    words = {"information_id": "d1", "giver_id": works.town.organization, "receiver_id": "denki", "about": "lifted", "number": "解第2号"}
    sent = words | {"form_token": token(form), "on": today_of(works).isoformat(), "confirmed": "yes", "back": back[1]}
    done = manager.post("/acts/send_notice", data=sent)
    assert done.url.path == CLOSING
    assert "解第2号" in done.text
    receipt = re.search(r'href="(/acts/record_receipt\?message_id=[^"]+)"', done.text)
    assert receipt is not None
    assert manager.get(receipt[1].replace("&amp;", "&")).status_code == 200


def test_closing_is_offered_after_the_end_with_what_is_known_filled_in(works: Desk) -> None:
    lifted(works)
    tells(works, "denki")
    manager = browser(works, "manager")
    page = manager.get(CLOSING).text
    address = re.search(r'href="(/acts/close\?[^"]+)"', page)
    assert address is not None
    assert "まだ通知していない相手がいます" in page
    assert {"end_mark=lifted", "told=denki", "documents_struck=0"} <= set(re.split(r"\?|&amp;", address[1]))
    closed = {"information_id": "d1", "organization_id": works.town.organization, "on": today_of(works).isoformat()}
    works.town.both("manager", "boss", "close", end_mark="lifted", documents_struck=0, **closed)
    page = manager.get(CLOSING).text
    assert "に措置を終えました" in page
    assert "/acts/close?" not in page
    assert "終了(措置済み)" in manager.get("/informations").text


def test_who_has_not_closed_is_told_by_name(works: Desk) -> None:
    lifted(works)
    holders = browser(works, "manager").get(CLOSING).text.split('id="holders"')[1]
    states = re.findall(r'<th scope="row">([^<]+)</th><td><span class="state \w+">([^<]+)<', holders)
    assert states == [("架空電力", "未了"), ("架空財務省", "ここでは不明"), ("架空電機", "ここでは不明")]


def test_whoever_only_looks_finds_no_act_there(works: Desk) -> None:
    lifted(works)
    page = browser(works, "boss").get(CLOSING).text
    assert "架空電機" in page
    assert "/acts/" not in page


def test_provisions_tell_by_which_article_and_what_is_owed(works: Desk) -> None:
    lifted(works)
    page = browser(works, "manager").get("/informations/d1?tab=provisions").text
    for words in ("架空電力 から 架空財務省 へ", "法第6条第1項", "協議", "まだ発出していない通知", "通第1号"):
        assert words in page, words
    assert "/acts/send_notice?information_id=d1" in page
    assert "/acts/provide?" not in page


def test_acts_of_an_organ_are_offered_at_an_organ(works: Desk) -> None:
    page = browser(works, "manager").get("/informations/d1").text
    for verb in ("extend", "lift", "review_reasons", "record_grounds", "switch_to_marking"):
        assert f"/acts/{verb}?" in page, verb
    assert "/acts/record_extension?" not in page
    assert "/acts/provide?information_id=d1" in browser(works, "deputy").get("/informations/d1?tab=provisions").text


def test_a_contract_shows_what_it_must_fix_and_what_is_missing(works: Desk) -> None:
    manager = browser(works, "manager")
    assert "不足 2" in manager.get("/contracts").text
    whole = manager.get("/contracts/c1").text
    assert "定めるべき事項がそろっています" in whole
    assert "complete_contract_item" not in whole
    page = manager.get("/contracts/c2").text
    rows = re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)
    missing = {re.sub(r"<[^>]+>", "", one.split("<th")[1].split("</th>")[0]).split(">")[-1] for one in rows if ">なし</span>" in one}
    assert missing == {"教育", "検査"}
    forms = re.findall(r'href="(/acts/complete_contract_item\?[^"]+)"', page)
    assert {re.search(r"item=(\w+)", one)[1] for one in forms} == {"education", "inspection"}  # type: ignore[index]
    assert manager.get(forms[0].replace("&amp;", "&")).status_code == 200
    assert "法第10条第3項第四号" in page


def test_an_operator_s_readiness_is_examined_item_by_item(works: Desk) -> None:
    manager = browser(works, "manager")
    page = manager.get("/operators/denki").text
    assert len(re.findall(r'href="/acts/examine_readiness\?', page)) == len(READINESS_ITEMS)
    assert "record_readiness" not in page
    words = {
        "operator_id": "denki",
        "organ_id": works.town.organization,
        "item": "education",
        "met": True,
        "on": today_of(works).isoformat(),
    }
    works.town.ask("manager", "examine_readiness", **words)
    assert f"{len(READINESS_ITEMS)} 項目のうち 1 項目が整っています" in manager.get("/operators/denki").text
    assert "/acts/" not in browser(works, "boss").get("/operators/denki").text


def test_the_other_seat_s_contract_form_is_nowhere(works: Desk) -> None:
    page = browser(works, "manager").get("/contracts").text
    assert "/acts/conclude_contract" in page
    assert "record_contract" not in page
    page = browser(works, "deputy").get("/certifications").text
    assert "/acts/certify" in page
    assert "record_certification" not in page


def test_a_designation_is_entered_in_the_order_of_the_law_and_shown_before_it_is_recorded(works: Desk) -> None:
    manager = browser(works, "manager")
    assert 'href="/designating"' in manager.get("/informations").text
    form = manager.get("/designating")
    headings = re.findall(r'<h2 id="dsg_\w+">(\d)', form.text)
    assert headings == ["1", "2", "3", "4", "5", "6"]
    assert 'value="vulnerability"' in form.text
    assert "指定の日" in form.text
    words = {
        "organ_id": works.town.organization,
        "on": today_of(works).isoformat(),
        "years": "5",
        "title": "架空の新しい件名",
        "number": "経保2",
    }
    shown = manager.post("/acts/designate", data=words | {"form_token": token(form), "back": "/informations"})
    assert "架空の新しい件名" in shown.text
    assert "起案すると、別の人の決裁を待ちます" in shown.text
    assert browser(works, "boss").get("/designating").status_code == 403
    long = manager.post("/acts/designate", data=words | {"form_token": token(form), "years": "6"})
    assert (long.status_code, "5年を超えられません" in long.text) == (403, True)
