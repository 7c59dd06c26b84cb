"""Whole pieces of work at a browser, in both languages, by people who never open a terminal."""

import re
from datetime import date, timedelta
from difflib import unified_diff
from hashlib import sha256
from typing import Any

import httpx2
import pytest
from playwright.sync_api import Page
from sqlalchemy import text

from service.console.act_words import OUTCOME_WORDS
from service.console.people_words import people_words
from service.database import transaction
from service.designation.operations import Subject, designate
from service.personnel.operations import register_organization
from service.provision.operations import Terms, certify, conclude_contract, provide
from service.provision.rules import CONTRACT_ITEMS
from service.provision.rules.routes import Conditions
from service.statute.periods import legal_day
from tests.builders.site import ACTOR
from tests.identity.oidc.hostile import Provider
from tests.long.journey_worlds import provided_to_the_town
from tests.long.street import (
    ADDRESS,
    Street,
    choose,
    chromium,
    do,
    ground,
    organ_street,
    provider,
    sign_in,
    sign_in_at_the_provider,
    street,
    tls,
)

__all__ = ["chromium", "ground", "organ_street", "provider", "street", "tls"]

pytestmark = [pytest.mark.long, pytest.mark.alone]

LANGUAGES = pytest.mark.parametrize("language", ["ja", "en"])
TWENTY = range(20)
ROSTER = "社員番号,氏名,氏名カナ,部署,役職,入社日\r\n" + "".join(
    f"W{place:02},架空 働{place:02},カクウ ハタラク,給電指令所,,2020-04-01\r\n" for place in TWENTY
)


def file(name: str, content: str) -> dict[str, Any]:
    return {"name": name, "mimeType": "text/csv", "buffer": content.encode("cp932")}


def path_of(street: Street, page: Page) -> str:
    return page.url.removeprefix(street.origin).partition("?")[0]


def approve(street: Street, page: Page, path: str, language: str) -> None:
    street.go(page, path, language)
    button = page.locator('form[action$="/approve"] button')
    assert button.count() == 1, page.inner_text("main")
    button.click()
    page.wait_for_url(re.compile(r"/proposals\?|/proposals$|told="))


def send(page: Page, step: str) -> None:
    page.locator(f'main button[name="step"][value="{step}"]').first.click()


def count(street: Street, words: str) -> int:
    with street.town.engine.connect() as connection:
        return int(connection.execute(text(words)).scalar_one())


def asks(street: Street, key: str, person: str) -> bool:
    """What an application is told."""
    body = {"subject": {"type": "person", "id": person}, "action": {"name": "read"}, "resource": {"type": "information", "id": "d1"}}
    answer = httpx2.post(
        f"https://{ADDRESS}:{street.origin.rpartition(':')[2]}/access/v1/evaluation",
        json=body,
        headers={"Authorization": f"Bearer {key}"},
        verify=street.trusted(),
        trust_env=False,
    )
    assert answer.status_code == 200, answer.text
    return bool(answer.json()["decision"])


@LANGUAGES
def test_an_officer_s_day_from_the_roster_file_to_the_first_permit(street: Street, provider: Provider, language: str) -> None:
    key = provided_to_the_town(street.town)
    clerk, boss, manager, deputy = (street.visitor(language) for _ in range(4))
    sign_in_at_the_provider(street, clerk, provider, "clerk", language)
    for page, name in ((boss, "boss"), (manager, "manager"), (deputy, "deputy")):
        sign_in(street, page, name, language)
    # 1. The roster: one file, one confirmation, one approval.
    street.go(clerk, "/people/import", language)
    clerk.set_input_files("#file", file("名簿.csv", ROSTER))
    clerk.locator("form.ask .send button").click()
    send(clerk, "confirm")
    clerk.wait_for_url(re.compile(r"/proposals/prop_"))
    approve(street, boss, path_of(street, clerk), language)
    assert count(street, "select count(*) from personnel.people where legal_name like '架空 働%'") == 20
    # 2. Twenty candidates: one file, one confirmation.
    street.go(clerk, "/people/candidates", language)
    clerk.set_input_files("#file", file("候補者.csv", "社員番号,氏名\r\n" + "".join(f"W{one:02},架空 働{one:02}\r\n" for one in TWENTY)))
    clerk.fill("#explanation", "説明文書 第1版")
    clerk.select_option("#consent", "paper")
    send(clerk, "check")
    send(clerk, "confirm")
    clerk.wait_for_url(re.compile(r"done="))
    assert count(street, "select count(*) from assessment.candidates where answer = 'agreed'") == 20
    # 3. The results that arrived: one file, one confirmation, one approval.
    street.go(clerk, "/people/results", language)
    clerk.set_input_files("#file", file("結果.csv", "社員番号,氏名\r\n" + "".join(f"W{one:02},架空 働{one:02}\r\n" for one in TWENTY)))
    today = legal_day(street.town.now())
    letter = {"head_id": "keizai", "document_number": "経保第9号", "letter_on": "R8.11.2", "arrived_on": "R8.11.4", "outcome": "positive"}
    for name, value in letter.items():
        choose(clerk, name, value)
    send(clerk, "check")
    send(clerk, "confirm")
    clerk.wait_for_url(re.compile(r"/proposals/prop_"))
    approve(street, boss, path_of(street, clerk), language)
    assert count(street, "select count(*) from clearance.results where outcome = 'positive'") == 20
    # 4. Two managers list one of them; before that the application hears no, behind it yes.
    person = str(street.town.engine.connect().execute(text("select id from personnel.people where legal_name = '架空 働07'")).scalar_one())
    assert asks(street, key, person) is False
    street.go(manager, "/informations/d1/handlers/new", language)
    manager.fill("#q", "働07")
    send(manager, "search")
    manager.locator(f'input[name="person_id"][value="{person}"]').check()
    choose(manager, "from_on", today.isoformat())
    choose(manager, "purpose", "assigned_work")
    send(manager, "check")
    manager.locator("form.confirming .send button").first.click()
    manager.wait_for_url(re.compile(r"/proposals/prop_"))
    approve(street, deputy, path_of(street, manager), language)
    assert asks(street, key, person) is True


@LANGUAGES
def test_a_refusal_leaves_nothing_that_anybody_else_sees(organ_street: Street, language: str) -> None:
    street = organ_street
    town = street.town
    for name in ("yes", "no"):
        town.admit(name)
        town.equip(name)
        town.ask("assessor", "give_notice", person_id=town.people[name], head_id=town.organization, on=today(street).isoformat())
    for name, way in (("yes", 0), ("no", 1)):
        page = street.visitor(language)
        sign_in(street, page, name, language)
        street.go(page, "/me", language)
        ways = page.locator(".own-ways").first.locator("a")
        assert ways.count() == 2
        boxes = [ways.nth(place).bounding_box() for place in range(2)]
        assert boxes[0] is not None
        assert boxes[1] is not None
        assert boxes[0]["height"] == boxes[1]["height"]
        ways.nth(way).click()
        do(page)
        page.wait_for_url(re.compile(r"/me\?done="))
    assert count(street, "select count(*) from assessment.steps where step = 'refused'") == 1
    # Whoever is not told results sees the same of both; HR is told that nothing was carried out, and not why (Act 13(2)).
    clerk = street.visitor(language)
    sign_in(street, clerk, "clerk", language)
    street.go(clerk, f"/people/{town.people['no']}?tab=clearance&purpose=listing", language)
    assert OUTCOME_WORDS["refused"][0 if language == "ja" else 1] not in clerk.inner_text("main")
    for officer, path in (("manager", "/people/{person}?purpose=listing"), ("manager", "/people/{person}?tab=history&purpose=listing")):
        page = street.visitor(language)
        sign_in(street, page, officer, language)
        seen = []
        for name in ("yes", "no"):
            street.go(page, path.format(person=town.people[name]), language)
            seen.append(bare(page.inner_text("main"), name))
        assert seen[0] == seen[1], "\n".join(difference(*seen))
    eye = street.visitor(language)
    sign_in(street, eye, "eye", language)
    street.go(eye, "/ledger?kind=assessment%3A", language)
    told = eye.inner_text("main")
    assert town.people["no"] not in told
    assert town.people["yes"] not in told


def difference(first: str, second: str) -> list[str]:
    return list(unified_diff(first.splitlines(), second.splitlines(), lineterm="", n=0))


def bare(words: str, name: str) -> str:
    """What a page says without who it is about and at which minute."""
    return re.sub(r"\d{2}:\d{2}|\d+", "#", words.replace(f"{name} 花子", "*"))


def today(street: Street) -> date:
    return legal_day(street.town.now())


def gave(street: Street) -> None:
    """The town designated d1 long ago, and gave it to another organ and to an operator."""
    town = street.town
    here, begun = town.organization, today(street) - timedelta(days=60)

    def given(operation: Any, **words: Any) -> None:
        with transaction(town.engine) as session:
            operation(session, log=town.log, actor=ACTOR, at=town.now(), **words)

    given(register_organization, kind="organ", name="架空財務省", organization_id="zaimu")
    given(register_organization, kind="operator", name="架空電機", organization_id="denki")
    given(designate, organ_id=here, on=begun, years=4, subject=Subject(title="架空の件名", number="経保1"), information_id="d1")
    parties = {"operator_id": "denki", "organ_id": here}
    given(certify, on=begun, **parties)
    given(conclude_contract, terms=Terms(informations=["d1"], from_on=begun, settled=tuple(CONTRACT_ITEMS)), contract_id="c1", **parties)
    for receiver, under, conditions in (("zaimu", "Act 6(1)", Conditions(consulted_on=begun)), ("denki", "Act 10(1)", Conditions())):
        words = {"information_id": "d1", "giver_id": here, "receiver_id": receiver, "under": under, "conditions": conditions}
        given(provide, on=begun, expiry_notice_number="通第1号", **words)


@LANGUAGES
def test_a_designation_is_lifted_and_closed_with_every_recipient_told(organ_street: Street, language: str) -> None:
    street, said = organ_street, people_words(language)
    gave(street)
    manager, boss = street.visitor(language), street.visitor(language)
    sign_in(street, manager, "manager", language)
    sign_in(street, boss, "boss", language)
    closing = "/informations/d1/closing"
    street.go(manager, closing, language)
    manager.locator('main a[href^="/acts/lift?"]').first.click()
    do(manager, on=today(street).isoformat())
    manager.wait_for_url(re.compile(r"/proposals/prop_"))
    approve(street, boss, path_of(street, manager), language)
    # Each recipient is told, and each receipt comes back.
    for number in range(2):
        street.go(manager, closing, language)
        manager.locator('main a[href^="/acts/send_notice?"]').first.click()
        do(manager, number=f"解第{number + 1}号")
        manager.wait_for_url(re.compile(r"closing\?.*done="))
    street.go(manager, closing, language)
    assert manager.locator('main a[href^="/acts/send_notice?"]').count() == 0
    for number in range(2):
        manager.locator('main a[href^="/acts/record_receipt?"]').first.click()
        do(manager, number=f"受第{number + 1}号")
        manager.wait_for_url(re.compile(r"closing\?.*done="))
    manager.locator('main a[href^="/acts/close?"]').first.click()
    do(manager, documents_struck="0")
    manager.wait_for_url(re.compile(r"/proposals/prop_"))
    approve(street, boss, path_of(street, manager), language)
    street.go(manager, closing, language)
    told = manager.inner_text("main")
    assert said["closing_all_told"] in told
    for name in ("架空財務省", "架空電機", "解第1号", "受第2号"):
        assert name in told


@LANGUAGES
def test_an_auditor_goes_from_a_question_to_an_export(street: Street, language: str) -> None:
    key = provided_to_the_town(street.town)
    asks(street, key, street.town.people["someone"])
    eye = street.visitor(language)
    sign_in(street, eye, "eye", language)
    street.go(eye, "/ledger?kind=decision%3A&outcome=deny", language)
    index = count(street, "select max(index) from ledger.entries where convert_from(body, 'UTF8') like '%decision:access:decided%'")
    assert eye.locator(f'main a[href^="/ledger/{index}"]').count() == 1
    # The entry, its proof, and the decision judged again.
    street.go(eye, f"/ledger/{index}", language)
    assert eye.locator(".audit-checks .state.good").count() == 3
    rerun = eye.locator(f'form[action="/ledger/{index}/rerun"]')
    rerun.locator("select").select_option("audit")
    rerun.locator("button").click()
    assert people_words(language)["audit_again_same"] in eye.inner_text("main")
    # Exactly this view, as a file whose digest stands in the ledger.
    street.go(eye, "/ledger?kind=decision%3A&outcome=deny", language)
    with eye.expect_download() as coming:
        eye.locator('form[action="/ledger/export"] button').click()
    content = coming.value.path().read_bytes()
    with street.town.engine.connect() as connection:
        bodies = (
            connection.execute(text("select convert_from(body, 'UTF8') from ledger.entries order by index desc limit 20")).scalars().all()
        )
    digest = sha256(content).hexdigest()
    assert any("ledger:export:completed" in body for body in bodies)
    assert exported_digest(street) == digest
    street.go(eye, "/ledger/verification", language)
    eye.locator('form[action="/ledger/verification"] button').click()
    assert eye.locator(".verdict-box.good, .answer.permit, .state.good").count() >= 1


def exported_digest(street: Street) -> str:
    """The digest that the entry of the last export discloses."""
    from service.evidence import lookups

    with transaction(street.town.engine) as session:
        rows = lookups.page(session, after=max(-1, count(street, "select count(*) from ledger.entries") - 12), limit=20)
        for _index, clear in reversed(rows):
            if clear["kind"] == "ledger:export:completed":
                for one in lookups.opened(session, log=street.town.log, clear=clear):
                    if isinstance(one.value, dict) and "sha256" in str(one.value):
                        return next(value for name, value in one.value.items() if "sha256" in name)
    return ""


@LANGUAGES
def test_a_person_sees_their_state_their_tasks_and_their_rights(street: Street, language: str) -> None:
    town, said = street.town, people_words(language)
    town.ask("clerk", "list_candidate", person_id=town.people["someone"], organization_id=town.organization, on=today(street).isoformat())
    person = street.visitor(language)
    sign_in(street, person, "someone", language)
    street.go(person, "/me", language)
    words = person.inner_text("main")
    for key in ("own_state", "own_tasks", "own_rights"):
        assert said[key] in words
    person.locator(".own-ways a").first.click()
    do(person)
    person.wait_for_url(re.compile(r"/me\?done="))
    street.go(person, "/me/settings", language)
    person.locator('input[name="calendar"][value="era"], select[name="calendar"]').first.evaluate(
        "one => one.tagName === 'SELECT' ? one.value = 'era' : one.click()"
    )
    person.locator("main form button").first.click()
    street.go(person, "/me", language)
    assert re.search(r"令和8年|R8\.|Reiwa 8", person.inner_text("main"))
    street.go(person, "/people", language)
    assert person.locator("h1").inner_text() == said["not_allowed"]
    street.complaints.clear()  # the browser complains of the 403 that it was to be given


@LANGUAGES
def test_a_proposal_is_sent_back_changed_and_approved(street: Street, language: str) -> None:
    said = people_words(language)
    clerk, manager = street.visitor(language), street.visitor(language)
    sign_in(street, clerk, "clerk", language)
    sign_in(street, manager, "manager", language)
    street.go(clerk, "/acts/take_post", language)
    do(clerk, person_id=street.town.people["someone"], organization_id=street.town.organization, title="係員")
    clerk.wait_for_url(re.compile(r"/proposals/prop_"))
    path = path_of(street, clerk)
    street.go(manager, path, language)
    back = manager.locator(f'form[action="{path}/send-back"]')
    manager.locator("details:has(form[action$='/send-back']) > summary").click()
    back.locator("[name=words]").fill("役職を確かめてください")
    back.locator("button").click()
    street.go(clerk, path, language)
    assert "役職を確かめてください" in clerk.inner_text("main")
    clerk.get_by_role("link", name=said["change_again"]).click()
    choose(clerk, "title", "主任")
    clerk.locator("form.ask .send button").click()
    clerk.locator("form.confirming .send button").first.click()
    approve(street, manager, path, language)
    assert count(street, "select count(*) from personnel.posts where title = '主任'") == 1


@LANGUAGES
def test_a_form_is_kept_as_it_is_typed_and_offered_again(street: Street, language: str) -> None:
    said = people_words(language)
    clerk = street.visitor(language)
    sign_in(street, clerk, "clerk", language)
    street.go(clerk, "/acts/register_person", language)
    with clerk.expect_response(re.compile(r"/acts/register_person/draft$")) as kept:
        clerk.fill("#legal_name", "架空 書きかけ")
    assert kept.value.status == 204
    street.go(clerk, "/acts/register_person", language)
    clerk.get_by_role("link", name=said["draft_go_on"]).click()
    assert clerk.input_value("#legal_name") == "架空 書きかけ"
    assert clerk.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]


@LANGUAGES
def test_a_form_is_filled_in_and_sent_by_keyboard_alone(street: Street, language: str) -> None:
    clerk = street.visitor(language)
    sign_in(street, clerk, "clerk", language)
    street.go(clerk, "/acts/register_person", language)
    clerk.keyboard.press("Tab")
    assert clerk.evaluate("document.activeElement.className") == "skip"
    clerk.keyboard.press("Enter")
    for _ in range(40):
        clerk.keyboard.press("Tab")
        if clerk.evaluate("document.activeElement.id") == "legal_name":
            break
    clerk.keyboard.type("架空 鍵盤")
    clerk.keyboard.press("Enter")
    clerk.wait_for_selector("form.confirming")
    clerk.locator("form.confirming .send button").first.focus()
    clerk.keyboard.press("Enter")
    clerk.wait_for_selector("dd.mono")
    assert count(street, "select count(*) from personnel.people where legal_name = '架空 鍵盤'") == 1
