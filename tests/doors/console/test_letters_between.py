"""Letters between organs and operators, over HTTP: what became of a designation, certification, contract, results, changes."""

import re
from datetime import date, timedelta

import pytest

from service.designation.operations import close, extend, lift
from service.identity.accounts import grant_role
from service.personnel.corrections import Grounds
from service.personnel.operations import register_organization, register_person, take_post
from service.provision.correcting import correct_certification
from service.provision.operations import Terms, certify, conclude_contract, plan_change, provide, report_change, send_notice
from service.provision.rules import CONTRACT_ITEMS, Conditions
from service.statute.eras import in_era
from service.statute.periods import legal_day
from tests.doors.console.test_letters_pages import WORLDS, entries_of, make, organ, text_of, walk
from tests.doors.console.test_people_pages import browser
from tests.doors.management.conftest import Desk, desk
from tests.doors.management.test_deadlines import given
from tests.doors.management.test_waiting import works

__all__ = ["WORLDS", "desk", "organ", "works"]


@pytest.fixture
def given_on(organ: Desk) -> Desk:
    """The organ gave d1 to another organ ten days ago, extended the designation five days ago and lifted it today."""
    today, here = legal_day(organ.town.now()), organ.town.organization
    ago = today - timedelta(days=10)
    words = {"information_id": "d1", "giver_id": here, "receiver_id": "kokudo", "under": "Act 6(1)"}
    given(organ, provide, on=ago, conditions=Conditions(consulted_on=ago), **words)
    given(organ, extend, information_id="d1", until=date(today.year + 5, today.month, 1), on=today - timedelta(days=5))
    given(organ, lift, information_id="d1", on=today)
    return organ


def test_each_thing_that_became_of_a_designation_has_its_letter(given_on: Desk) -> None:
    manager, today = browser(given_on, "manager"), legal_day(given_on.town.now())
    paths = sorted(set(re.findall(r'href="(/letters/recipient_notice/[^"]+)"', manager.get("/letters").text)))
    texts = {text_of(make(manager, one).content) for one in paths}
    assert len(texts) == 3
    (extended,) = [one for one in texts if "指定の有効期間の延長について（通知）" in one]
    (lifted,) = [one for one in texts if "指定の解除について（通知）" in one]
    (validity,) = [one for one in texts if "施行令第13条" in one]
    for words in (in_era(today - timedelta(days=5)), in_era(date(today.year + 5, today.month, 1)), "施行令第8条", "架空国土省"):
        assert words in extended, words
    for words in (in_era(today), "指定解除表示", "施行令第10条", "行政機関の長 殿"):
        assert words in lifted, words
    assert "令和　　年　　月　　日" in validity


def test_a_letter_that_went_out_has_its_number_and_day_and_is_owed_no_more(given_on: Desk) -> None:
    today = legal_day(given_on.town.now())
    words = {"information_id": "d1", "giver_id": given_on.town.organization, "receiver_id": "kokudo", "about": "lifted"}
    message = given(given_on, send_notice, on=today, number="架経保第77号", **words)
    manager = browser(given_on, "manager")
    boss = browser(given_on, "boss").get("/letters")
    assert "まだ送っていない通知" in boss.text
    assert "/acts/send_notice?" not in boss.text
    assert "解除" not in manager.get("/letters").text.split('id="kinds"')[0].split('id="owed"')[1]
    text = text_of(make(manager, f"/letters/recipient_notice/{message}").content)
    assert text.startswith(f"架経保第77号{in_era(today)}")
    assert message in manager.get("/letters/recipient_notice").text


def test_whoever_got_an_information_makes_no_letter_of_its_giver(given_on: Desk) -> None:
    town = given_on.town
    today = legal_day(town.now())
    person = town.admit("theirs")
    town.equip("theirs")
    words = {"role": "information_manager", "organization_id": "kokudo", "from_on": today}
    given(given_on, grant_role, person_id=person, **words)
    message = given(
        given_on,
        send_notice,
        on=today,
        number="第1号",
        information_id="d1",
        giver_id=town.organization,
        receiver_id="kokudo",
        about="lifted",
    )
    theirs = browser(given_on, "theirs")
    assert theirs.get(f"/letters/recipient_notice/{message}").status_code == 404
    assert message not in theirs.get("/letters/recipient_notice").text
    assert not entries_of(given_on, "evidence:letter:made")


def test_a_closing_is_told_with_what_was_done(given_on: Desk) -> None:
    today = legal_day(given_on.town.now())
    closing = given(given_on, close, information_id="d1", on=today)
    manager = browser(given_on, "manager")
    text = text_of(make(manager, f"/letters/closing_message/{closing}").content)
    for words in ("終了措置の完了", "経保1", in_era(today)):
        assert words in text, words


@pytest.fixture
def certified(organ: Desk) -> Desk:
    """The organ certified an operator and has a contract with it; one of its people stands to be assessed."""
    today, here = legal_day(organ.town.now()), organ.town.organization
    given(organ, register_organization, kind="operator", name="架空電機株式会社", organization_id="denki")
    parties = {"operator_id": "denki", "organ_id": here}
    given(organ, certify, on=today - timedelta(days=20), certification_id="cert", **parties)
    terms = Terms(informations=["d1"], settled=tuple(CONTRACT_ITEMS), from_on=today, last_day=today + timedelta(days=365), number="契第5号")
    given(organ, conclude_contract, terms=terms, contract_id="c1", **parties)
    for name in ("fit", "unfit"):
        person = given(organ, register_person, legal_name="栁沢 㐂一", person_id=name)
        given(organ, take_post, person_id=person, organization_id="denki")
        organ.town.people[name] = person
    return organ


def test_an_operator_is_told_the_result_alone_and_alike_whatever_it_is(certified: Desk) -> None:
    assessor = browser(certified, "assessor")
    texts = []
    for name, outcome in (("fit", "positive"), ("unfit", "negative")):
        case = walk(certified, outcome, name=name)
        texts.append(text_of(make(assessor, f"/letters/result_to_operator/{case}?purpose=inquiry").content))
    for text in texts:
        assert "架空電機株式会社" in text
        assert "栁沢 㐂一" in text
        assert "理由" not in text
        assert "手書き" not in text
    assert texts[0].replace("認められた", "") == texts[1].replace("認められなかった", "")


def test_a_certification_and_a_contract_s_annex_say_what_is_recorded(certified: Desk) -> None:
    manager, today = browser(certified, "manager"), legal_day(certified.town.now())
    text = text_of(make(manager, "/letters/certification_notice/cert").content)
    for words in ("架空電機株式会社", in_era(today - timedelta(days=20)), "施行令第16条"):
        assert words in text, words
    annex = text_of(make(manager, "/letters/contract_annex/c1").content)
    for words in ("契第5号", "経保1", "疑いを生じさせる事情の報告", in_era(today), in_era(today + timedelta(days=365))):
        assert words in annex, (words, annex)
    for name in ("clerk", "kato", "assessor"):
        assert browser(certified, name).get("/letters/contract_annex/c1").status_code == 403, name


def test_a_change_is_reported_beforehand_by_the_operator(works: Desk) -> None:
    today, here = legal_day(works.town.now()), works.town.organization
    planned = today + timedelta(days=90)
    words = {"operator_id": here, "organ_id": "sho", "matter": "officer", "planned_on": planned, "on": today}
    change = given(works, plan_change, **words)
    manager = browser(works, "manager")
    before = text_of(make(manager, f"/letters/change_report/{change}").content)
    assert in_era(planned) in before
    assert "令和　　年　　月　　日" in before
    given(works, report_change, change_id=change, on=today, number="報第3号")
    after = text_of(make(manager, f"/letters/change_report/{change}").content)
    assert after.startswith(f"報第3号{in_era(today)}架空省")


def test_what_was_put_right_is_no_letter_as_it_stood_before(certified: Desk) -> None:
    today = legal_day(certified.town.now())
    right = today - timedelta(days=15)
    grounds = Grounds("mistyped", "訂第1号")
    new = given(certified, correct_certification, certification_id="cert", grounds=grounds, on=right)
    manager = browser(certified, "manager")
    assert manager.get("/letters/certification_notice/cert").status_code == 404
    assert in_era(right) in text_of(make(manager, f"/letters/certification_notice/{new}").content)
