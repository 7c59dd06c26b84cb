"""Letters over HTTP: what they say, who may make them, and their digest in the ledger."""

import base64
import json
import re
from datetime import date, timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx2
import pytest
from pypdf import PdfReader

from service.acts.reading.letters import letter_of, list_subjects
from service.assessment.operations import (
    answer_listing,
    decide,
    give_notice,
    list_candidate,
    notify_result,
    receive_opinion,
    record_consent,
    request_investigation,
)
from service.database import read
from service.designation.operations import Subject, designate, register_document
from service.evidence.lookups import opened
from service.identity.desk import Desk as Place
from service.identity.desk import Seated
from service.identity.entitlements import PurposeNeededError
from service.ledger import entries, log_size, read_entry
from service.need_to_know.operations import Target, list_handler
from service.personnel.operations import register_organization, register_person, take_post
from service.provision.operations import provide
from service.provision.rules import Conditions
from service.registers.operations import dispose_document, enter_document, lend_document
from service.statute.eras import in_era
from service.statute.periods import legal_day
from tests.builders.members import town_world
from tests.doors.console.test_people_pages import browser, token
from tests.doors.management.conftest import WORLDS as DESKS
from tests.doors.management.conftest import Desk, desk, settle
from tests.doors.management.test_deadlines import given
from tests.doors.management.test_waiting import WORLDS as WAITING
from tests.doors.management.test_waiting import works

__all__ = ["WORLDS", "desk", "works"]


def settle_organ(town: Any) -> None:
    settle(town)
    for name, role in (("assessor", "assessment_officer"), ("kato", "custodian")):
        town.admit(name, role)
        town.equip(name)


WORLDS = {"organ": town_world(settle_organ, seat="organ"), **WAITING, **DESKS}


def text_of(content: bytes) -> str:
    """What a letter says, without the ends of its lines."""
    return "".join(page.extract_text().replace("\n", "") for page in PdfReader(BytesIO(content)).pages)


def make(client: httpx2.Client, path: str, **words: str) -> httpx2.Response:
    """Make a letter from its page, as a browser does."""
    page = client.get(path)
    assert page.status_code == 200, page.text
    bare = path.partition("?")[0]
    purpose = re.search(r'name="purpose" value="([^"]+)"', page.text)
    given_words = {"purpose": purpose[1]} if purpose else {}
    return client.post(bare, data={"form_token": token(page), "form": "pdf", **given_words, **words})


def entries_of(desk: Desk, kind: str) -> list[dict[str, Any]]:
    with read(desk.town.engine) as session:
        found = [read_entry(body) for _index, body in entries(session, start=0, end=log_size(session))]
    return [one for one in found if one["kind"] == kind]


def note_of(desk: Desk, entry: dict[str, Any]) -> dict[str, Any]:
    with read(desk.town.engine) as session:
        return next(one.value for one in opened(session, log=desk.town.log, clear=entry) if one.name == "note")


@pytest.fixture
def keeping(works: Desk) -> Desk:
    """An operator with a custodian and two documents: one was lent, one destroyed before a witness."""
    town = works.town
    town.admit("kato", "custodian")
    town.equip("kato")
    for person, name in (("taka", "髙﨑 邉子"), ("hama", "濵田 德")):
        given(works, register_person, legal_name=name, person_id=person)
        given(works, take_post, person_id=person, organization_id=town.organization)
    today = legal_day(town.now())
    for name in ("doc-1", "doc-2"):
        given(works, register_document, carries=["d1"], document_id=name, title=f"点検記録 {name}", organization_id=town.organization)
        given(works, enter_document, document_id=name, organization_id=town.organization, on=today, line_id=f"in-{name}")
    place = {"organization_id": town.organization, "on": today}
    words = {"person_id": "taka", "witness_id": "hama", "method": "shredded", "substance": "paper"}
    works.disposal = given(works, dispose_document, document_id="doc-1", **words, **place)  # type: ignore[attr-defined]
    due = today + timedelta(days=10)
    works.loan = given(works, lend_document, document_id="doc-2", due_on=due, person_id="taka", way="hand", **place)  # type: ignore[attr-defined]
    return works


def test_a_certificate_of_destruction_says_what_the_register_says_and_its_digest_is_in_the_ledger(keeping: Desk) -> None:
    kato = browser(keeping, "kato")
    listed = kato.get("/letters/destruction_certificate")
    path = f"/letters/destruction_certificate/{keeping.disposal}"  # type: ignore[attr-defined]
    assert path in listed.text
    done = make(kato, path)
    assert done.headers["content-type"] == "application/pdf"
    text = text_of(done.content)
    for words in (
        "廃棄証明書",
        "点検記録 doc-1",
        "第1号",
        "細断",
        "髙﨑 邉子",
        "濵田 德",
        in_era(legal_day(keeping.town.now())),
        "架空電力",
    ):
        assert words in text, (words, text)
    (entry,) = entries_of(keeping, "evidence:letter:made")
    note = note_of(keeping, entry)
    digest = sha256(done.content)
    assert (entry["object"], entry["for"]) == ("destruction_certificate", keeping.town.organization)
    assert (note["sha256"], note["roles"], note["letter"]) == (digest.hexdigest(), ["custodian"], "destruction_certificate")
    assert done.headers["repr-digest"] == f"sha-256=:{base64.b64encode(digest.digest()).decode()}:"
    assert make(kato, path).content == done.content


def test_a_loan_says_by_when_it_comes_back(keeping: Desk) -> None:
    text = text_of(make(browser(keeping, "kato"), f"/letters/loan_receipt/{keeping.loan}").content)  # type: ignore[attr-defined]
    assert "返却期限" in text
    assert in_era(legal_day(keeping.town.now()) + timedelta(days=10)) in text
    assert "点検記録 doc-2" in text


@pytest.mark.parametrize("name", ["clerk", "boss", "eye", "nobody", "admin"])
def test_a_letter_about_documents_is_made_by_those_who_keep_them_alone(keeping: Desk, name: str) -> None:
    client = browser(keeping, name)
    path = f"/letters/destruction_certificate/{keeping.disposal}"  # type: ignore[attr-defined]
    answers = [
        client.get(path),
        client.post(path, data={"form_token": token(client.get("/me/settings"))}),
        client.get("/letters/destruction_certificate"),
    ]
    assert {one.status_code for one in answers} == {403}
    assert not entries_of(keeping, "evidence:letter:made")
    assert "髙﨑" not in "".join(one.text for one in answers)


def test_what_is_out_of_reach_is_told_as_what_is_not_there(keeping: Desk) -> None:
    keeping.town.admit("part", "custodian", informations=["d2"])
    keeping.town.equip("part")
    part = browser(keeping, "part")
    told = [part.get(f"/letters/destruction_certificate/{one}") for one in (keeping.disposal, "no-such")]  # type: ignore[attr-defined]
    assert [one.status_code for one in told] == [404, 404]
    assert "髙﨑" not in part.get("/letters/destruction_certificate").text
    assert part.get("/letters/no_such/x").status_code == 404
    assert browser(keeping, "kato").get(f"/letters/loan_receipt/{keeping.disposal}").status_code == 404  # type: ignore[attr-defined]


def test_the_list_of_handlers_is_a_pdf_and_a_workbook_of_one_information(keeping: Desk) -> None:
    manager = browser(keeping, "manager")
    here = keeping.town.organization
    given(
        keeping, list_handler, information_id="d1", target=Target(post="主任"), organization_id=here, from_on=legal_day(keeping.town.now())
    )
    path = f"/letters/handler_list/{here}~d1"
    assert path in manager.get("/letters/handler_list").text
    text = text_of(make(manager, path).content)
    assert "nobody 花子" in text
    assert in_era(legal_day(keeping.town.now())) in text
    assert "認められた" not in text
    book = make(manager, path, form="xlsx")
    assert book.content.startswith(b"PK")
    notes = [note_of(keeping, one) for one in entries_of(keeping, "evidence:letter:made")]
    assert {one["form"]: one["sha256"] for one in notes}["xlsx"] == sha256(book.content).hexdigest()
    assert manager.get(f"/letters/handler_list/{here}~no-such").status_code == 404
    assert manager.get("/letters/handler_list/sho~d1").status_code == 404
    for name in ("kato", "clerk", "eye"):
        assert browser(keeping, name).get(path).status_code == 403, name


def test_a_name_that_cannot_be_printed_is_named_and_may_be_stood_in_for(keeping: Desk) -> None:
    here, today = keeping.town.organization, legal_day(keeping.town.now())
    given(keeping, register_person, legal_name="𠮷川 花子", person_id="yoshi")
    given(keeping, take_post, person_id="yoshi", organization_id=here)
    words = {"person_id": "yoshi", "witness_id": "hama", "method": "burnt", "substance": "paper"}
    given(keeping, register_document, carries=["d1"], document_id="doc-3", title="三", organization_id=here)
    given(keeping, enter_document, document_id="doc-3", organization_id=here, on=today)
    line = given(keeping, dispose_document, document_id="doc-3", organization_id=here, on=today, **words)
    kato = browser(keeping, "kato")
    path = f"/letters/destruction_certificate/{line}"
    seen = kato.get(path)
    assert "印刷できない文字があります" in seen.text
    assert "廃棄した者:𠮷 (U+20BB7" in seen.text
    refused = make(kato, path)
    assert (refused.status_code, refused.headers["content-type"][:9]) == (422, "text/html")
    assert not entries_of(keeping, "evidence:letter:made")
    text = text_of(make(kato, path, stand_in="yes").content)
    assert "〓川 花子" in text
    assert "U+20BB7" in text


def test_a_broken_template_of_the_site_is_told_of_and_ours_can_be_chosen(keeping: Desk, tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "letter.typ").write_text("#let broken = (", encoding="utf-8")
    kato = browser(keeping, "kato")
    path = f"/letters/loan_receipt/{keeping.loan}"  # type: ignore[attr-defined]
    told = make(kato, path)
    assert told.status_code == 422
    assert "この組織の様式ファイルが使えません" in told.text
    assert not entries_of(keeping, "evidence:letter:made")
    assert "借受書" in text_of(make(kato, path, ours="yes").content)
    (tmp_path / "letters" / "letter.typ").write_text(
        '#let l = json(bytes(sys.inputs.data))\n#set text(font: "BIZ UDMincho")\n架空様式 #l.title', "utf-8"
    )
    assert "架空様式" in text_of(make(kato, path).content)


def test_receipts_answer_the_letters_that_came(works: Desk) -> None:
    manager = browser(works, "manager")
    begun = legal_day(works.town.now()) - timedelta(days=60)
    listed = manager.get("/letters/designation_receipt")
    paths = re.findall(r'href="(/letters/designation_receipt/[0-9a-f]{32})"', listed.text)
    assert len(paths) == 2
    text = text_of(make(manager, paths[0]).content)
    for words in ("受領書", "架空省", f"{in_era(begun)}付け第1号", "受領の年月日", in_era(begun)):
        assert words in text, (words, text)


def test_a_register_goes_on_paper_and_the_reading_has_the_digest(keeping: Desk) -> None:
    kato, here = browser(keeping, "kato"), keeping.town.organization
    assert f"/letters/registers/disposal/{here}" in kato.get("/letters/registers").text
    path = f"/letters/registers/disposal/{here}"
    page = kato.get(path)
    for form, kind in (("pdf", b"%PDF"), ("xlsx", b"PK"), ("csv", b"\xef\xbb\xbf")):
        done = kato.post(path, data={"form_token": token(page), "form": form, "in": "ja"})
        assert done.content.startswith(kind)
        note = note_of(keeping, entries_of(keeping, "registers:register:read")[-1])
        assert (note["form"], note["sha256"]) == (form, sha256(done.content).hexdigest())
    assert "髙﨑 邉子" in text_of(kato.post(path, data={"form_token": token(page), "form": "pdf", "in": "ja"}).content)
    assert kato.get("/letters/registers/disposal/sho").status_code == 404
    assert kato.get(f"/letters/registers/assessed/{here}").status_code == 404
    eye = browser(keeping, "eye")
    asked = eye.get(path)
    assert 'name="purpose"' in asked.text
    assert eye.post(path, data={"form_token": token(asked), "form": "pdf"}).status_code == 422
    assert eye.post(path, data={"form_token": token(asked), "form": "pdf", "purpose": "audit"}).content.startswith(b"%PDF")


def test_candidates_who_agreed_stand_on_the_list_and_nobody_else(works: Desk) -> None:
    here, today = works.town.organization, legal_day(works.town.now())
    for person, name, agreed in (("yes", "架空 同意", True), ("no", "架空 不同意", False), ("silent", "架空 未回答", None)):
        given(works, register_person, legal_name=name, person_id=person)
        given(works, take_post, person_id=person, organization_id=here)
        one = given(works, list_candidate, person_id=person, organization_id=here, head_id="sho", on=today)
        if agreed is not None:
            given(works, answer_listing, candidate_id=one, agreed=agreed, on=today)
    clerk, path = browser(works, "clerk"), f"/letters/candidate_list/{here}~sho"
    asked = clerk.get(path)
    assert "架空 同意" not in asked.text
    assert "目的を選ぶと表示します" in asked.text
    assert f"{path}?purpose=listing" in clerk.get("/letters/candidate_list", params={"purpose": "listing"}).text
    text = text_of(make(clerk, f"{path}?purpose=listing").content)
    assert "架空 同意" in text
    assert "不同意" not in text
    assert "未回答" not in text
    looks = [one for one in entries_of(works, "evidence:disclosure:read") if one["object"] == "candidates"]
    assert len(looks) == 2
    for name in ("manager", "boss", "nobody"):
        assert browser(works, name).get(f"{path}?purpose=listing").status_code == 403, name
    assert clerk.get(f"/letters/candidate_list/{here}~other?purpose=listing").status_code == 404


@pytest.mark.parametrize("purpose", [None, "", "curiosity"])
def test_no_door_gets_a_letter_that_takes_a_purpose_without_one(works: Desk, purpose: str | None) -> None:
    town = works.town
    place = Place(town.engine, town.log, town.now)
    seated = Seated(place, town.member("clerk"), town.now(), "")
    with pytest.raises(PurposeNeededError):
        letter_of(seated, kind="candidate_list", subject=f"{town.organization}~sho", purpose=purpose)
    with pytest.raises(PurposeNeededError):
        list_subjects(seated, kind="candidate_list", purpose=purpose)


@pytest.fixture
def organ(desk: Desk) -> Desk:
    """An organ that designated d1, certified an operator and gave it d1, and assesses somebody of its own."""
    town = desk.town
    today = legal_day(town.now())
    given(desk, register_organization, kind="organ", name="架空国土省", organization_id="kokudo")
    subject = Subject(title="系統の点検", number="経保1", information_class="measures", outline="点検の記録")
    given(
        desk,
        designate,
        organ_id=town.organization,
        on=today - timedelta(days=30),
        until=date(today.year + 4, today.month, 1),
        information_id="d1",
        subject=subject,
    )
    return desk


def walk(desk: Desk, outcome: str, name: str = "nobody") -> str:
    """Assess somebody up to the decision; return the assessment's id."""
    today = legal_day(desk.town.now())
    who = {"person_id": desk.town.people[name], "head_id": desk.town.organization, "on": today}
    case = given(desk, give_notice, document_number="適第1号", **who)
    for operation in (record_consent, request_investigation, receive_opinion):
        given(desk, operation, **who)
    given(desk, decide, outcome=outcome, **who)
    return str(case)


def test_the_result_goes_to_the_person_with_room_for_reasons_that_are_never_kept(organ: Desk) -> None:
    case = walk(organ, "negative")
    assessor = browser(organ, "assessor")
    path = f"/letters/result_notice/{case}"
    assert "nobody 花子" not in assessor.get(path).text
    text = text_of(make(assessor, f"{path}?purpose=inquiry").content)
    for words in ("nobody 花子 殿", "認められなかった", "手書き", "苦情"):
        assert words in text, words
    (entry,) = entries_of(organ, "evidence:letter:made")
    assert entry["object"] == "assessment"
    assert "person" not in entry
    assert "result_notice" not in json.dumps(entry)
    assert organ.town.people["nobody"] not in json.dumps(entry)
    looks = organ.sign_in("nobody").get("/api/v1/me/looks").json()["looks"]
    assert [one["purpose"] for one in looks] == ["inquiry", "inquiry"]


def test_a_positive_result_has_no_room_for_reasons(organ: Desk) -> None:
    case = walk(organ, "positive")
    text = text_of(make(browser(organ, "assessor"), f"/letters/result_notice/{case}?purpose=inquiry").content)
    assert "漏らすおそれがないと認められた" in text
    assert "手書き" not in text


def test_a_result_is_no_letter_before_it_is_decided_and_an_operator_s_is_none_for_staff(organ: Desk) -> None:
    today = legal_day(organ.town.now())
    who = {"person_id": organ.town.people["nobody"], "head_id": organ.town.organization, "on": today}
    case = given(organ, give_notice, **who)
    assessor = browser(organ, "assessor")
    for kind in ("result_notice", "result_to_operator"):
        assert assessor.get(f"/letters/{kind}/{case}?purpose=inquiry").status_code == 404
    listed = assessor.get("/letters/consent_request?purpose=inquiry")
    assert f"/letters/consent_request/{case}?purpose=inquiry" in listed.text
    reader = PdfReader(BytesIO(make(assessor, f"/letters/consent_request/{case}?purpose=inquiry").content))
    slips = reader.pages[-1].extract_text()
    assert "適性評価についての同意書" in slips
    assert "適性評価についての不同意書" in slips
    given(organ, record_consent, **who)
    given(organ, request_investigation, **who)
    given(organ, receive_opinion, **who)
    given(organ, decide, outcome="positive", **who)
    given(organ, notify_result, document_number="適第9号", **who)
    told = text_of(make(assessor, f"/letters/result_notice/{case}?purpose=inquiry").content)
    assert "適第9号" in told
    assert in_era(today) in told


@pytest.mark.parametrize("name", ["clerk", "manager", "boss", "eye", "kato", "nobody"])
def test_letters_of_an_assessment_are_there_for_its_officers_alone(organ: Desk, name: str) -> None:
    case = walk(organ, "negative")
    client = browser(organ, name)
    for kind in ("consent_request", "result_notice", "result_to_operator"):
        told = [client.get(f"/letters/{kind}/{one}?purpose=inquiry") for one in (case, "no-such")]
        assert {one.status_code for one in told} == {403}
        assert len({one.text.replace(case, "no-such") for one in told}) == 1
        assert kind not in client.get("/letters").text


def test_nobody_makes_a_letter_of_their_own_assessment(organ: Desk) -> None:
    town = organ.town
    town.admit("second", "assessment_officer")
    case = walk(organ, "negative", name="assessor")
    told = browser(organ, "assessor").get(f"/letters/result_notice/{case}?purpose=inquiry")
    assert told.status_code == 404


def test_a_designation_is_told_with_what_the_order_asks_for(organ: Desk) -> None:
    manager = browser(organ, "manager")
    (path,) = re.findall(r'href="(/letters/designation_notice/[0-9a-f]{32})"', manager.get("/letters/designation_notice").text)
    text = text_of(make(manager, path).content)
    begun = legal_day(organ.town.now()) - timedelta(days=30)
    for words in ("経保1", "系統の点検", "有効期間が満了する年月日", "点検の記録", "外部から行われる行為", in_era(begun)):
        assert words in text, words


def test_every_page_of_letters_speaks_both_languages(keeping: Desk) -> None:
    manager, here = browser(keeping, "manager"), keeping.town.organization
    for path in (
        "/letters",
        "/letters/registers",
        "/letters/contract_annex",
        f"/letters/handler_list/{here}~d1",
        "/letters/contract_annex/c1",
    ):
        for language, words in (("ja", "公文書と名簿"), ("en", "Letters and lists")):
            page = manager.get(path, params={"lang": language})
            assert page.status_code == 200, path
            assert words in page.text, path


def test_letters_that_are_owed_come_first_and_say_what_happened(organ: Desk) -> None:
    today = legal_day(organ.town.now())
    here = organ.town.organization
    given(
        organ,
        provide,
        information_id="d1",
        giver_id=here,
        receiver_id="kokudo",
        under="Act 6(1)",
        on=today,
        conditions=Conditions(consulted_on=today),
    )
    manager = browser(organ, "manager")
    page = manager.get("/letters")
    assert "まだ送っていない通知" in page.text
    path = re.search(r'href="(/letters/recipient_notice/[^"]+)"', page.text)
    assert path is not None
    text = text_of(make(manager, path[1]).content)
    for words in ("架空国土省", "行政機関の長 殿", "指定の有効期間が満了する年月日", "施行令第13条"):
        assert words in text, (words, text)
    assert "/acts/send_notice?" in page.text
    assert browser(organ, "kato").get(path[1]).status_code == 403
