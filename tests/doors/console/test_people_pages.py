"""The pages of people who sign in, over HTTP as a browser sends it."""

import base64
import re
from datetime import date

import httpx2
import pytest

from service.acts.table import ACTS
from service.acts.words import typed, words_of
from service.console.act_words import FIELDS, VERBS
from service.identity.factors import totp
from service.provision.operations import Terms
from service.provision.rules import CONTRACT_ITEMS
from tests.builders.members import PASSWORD
from tests.doors.management.conftest import WORLDS, Desk, desk

__all__ = ["WORLDS", "desk"]

TOKEN = re.compile(r'name="form_token" value="([^"]+)"')
DIGEST = re.compile(r'name="digest" value="([0-9a-f]{64})"')


def browser(desk: Desk, name: str) -> httpx2.Client:
    client = httpx2.Client(base_url=desk.address, timeout=30, follow_redirects=True)
    desk.clients.append(client)
    page = client.post("/sign-in?next=/me/settings", data={"name": name, "password": PASSWORD, "code": desk.town.code()})
    assert page.status_code == 200, page.text
    return client


def token(page: httpx2.Response) -> str:
    found = TOKEN.search(page.text)
    assert found is not None
    return found[1]


def test_two_people_bring_one_act_about_by_pages(desk: Desk) -> None:
    clerk = browser(desk, "clerk")
    form = clerk.get("/acts/register_person")
    assert "氏名" in form.text
    words = {"form_token": token(form), "legal_name": "架空 働く人", "kana": ""}
    checked = clerk.post("/acts/register_person", data=words)
    assert "まだ何も記録されていません" in checked.text
    done = clerk.post("/acts/register_person", data=words | {"confirmed": "yes"})
    person = re.search(r'<dd class="mono">([0-9a-f]{32})', done.text)
    assert person is not None
    words = {
        "form_token": token(done),
        "person_id": person[1],
        "organization_id": desk.town.organization,
        "remark": "四月の異動",
        "confirmed": "yes",
    }
    waiting = clerk.post("/acts/take_post", data=words)
    assert waiting.url.path.startswith("/proposals/")
    assert "所属・役職" in waiting.text
    assert "/approve" not in waiting.text
    manager = browser(desk, "manager")
    assert waiting.url.path in manager.get("/home").text
    seen = manager.get(waiting.url.path)
    digest = DIGEST.search(seen.text)
    assert digest is not None
    approved = manager.post(f"{waiting.url.path}/approve", data={"form_token": token(seen), "digest": digest[1], "words": ""})
    assert approved.url.path == "/proposals"
    decided = manager.get(waiting.url.path)
    assert "決裁済み" in decided.text
    assert "四月の異動" in decided.text


def test_without_a_session_every_page_leads_to_the_sign_in(desk: Desk) -> None:
    for path in ("/home", "/proposals", "/accounts", "/acts/register_person", "/passkeys"):
        answer = httpx2.get(f"{desk.address}{path}", follow_redirects=False)
        assert (answer.status_code, answer.headers["location"].split("?")[0]) == (303, "/sign-in")


def test_a_form_without_its_token_does_nothing(desk: Desk) -> None:
    clerk = browser(desk, "clerk")
    answer = clerk.post("/acts/register_person", data={"legal_name": "架空"}, follow_redirects=False)
    assert answer.status_code == 303
    foreign = clerk.post(
        "/acts/register_person",
        data={"form_token": token(clerk.get("/home")), "legal_name": "架空"},
        headers={"Origin": "https://elsewhere.example"},
        follow_redirects=False,
    )
    assert foreign.status_code == 303


def test_an_address_to_go_on_to_is_one_of_ours(desk: Desk) -> None:
    for onward in ("https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example"):
        answer = httpx2.post(
            f"{desk.address}/sign-in",
            params={"next": onward},
            data={"name": "clerk", "password": PASSWORD, "code": desk.town.code()},
            follow_redirects=False,
        )
        if answer.status_code == 303:
            assert answer.headers["location"] == "/home"
        with desk.town.engine.begin() as connection:
            connection.exec_driver_sql("update identity.credentials set counter = null where kind = 'totp'")


def test_what_is_typed_stays_text(desk: Desk) -> None:
    clerk = browser(desk, "clerk")
    script = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    done = clerk.post("/acts/register_person", data={"form_token": token(clerk.get("/home")), "legal_name": script})
    assert done.status_code == 200
    assert script not in clerk.get("/acts/take_post").text
    failed = clerk.post("/acts/register_person", data={"form_token": token(clerk.get("/home")), "legal_name": script, "birth_on": script})
    assert failed.status_code == 422
    assert script not in failed.text


def test_changing_the_user_ends_the_session(desk: Desk) -> None:
    clerk = browser(desk, "clerk")
    cookie = clerk.cookies["sekisho"]
    page = clerk.post("/sign-out", data={"form_token": token(clerk.get("/home"))})
    assert page.url.path == "/sign-in"
    assert httpx2.get(f"{desk.address}/home", cookies={"sekisho": cookie}, follow_redirects=False).status_code == 303


def test_somebody_new_sets_up_their_factors_with_both_halves(desk: Desk) -> None:
    account = desk.town.accounts["nobody"]
    halves = []
    for name in ("admin", "boss"):
        client = browser(desk, name)
        page = client.post(f"/accounts/{account}/half", data={"form_token": token(client.get("/accounts"))})
        found = re.search(r'class="mono half">([^<]+)<', page.text)
        assert found is not None
        halves.append(found[1])
    form = {"name": "nobody", "first_half": halves[0], "second_half": halves[1]}
    wrong = httpx2.post(f"{desk.address}/enrol", data=form | {"second_half": "ABCD-EFGH-JKLM"})
    assert wrong.status_code == 401
    device = httpx2.post(f"{desk.address}/enrol", data=form)
    assert "<svg" in device.text
    secret = re.search(r'name="secret" value="([A-Z2-7]{32})"', device.text)
    assert secret is not None
    code = totp.code_at(base64.b32decode(secret[1]), totp.step_at(desk.town.now()))
    chosen = {"secret": secret[1], "code": code, "password": "a-password-of-my-own", "again": "a-password-of-my-own"}
    weak = httpx2.post(f"{desk.address}/enrol", data=form | chosen | {"password": "short", "again": "short"})
    assert weak.status_code == 422
    done = httpx2.post(f"{desk.address}/enrol", data=form | chosen)
    assert len(re.findall(r"<li>[0-9A-Z-]{19}</li>", done.text)) == 10


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_page_speaks_both_languages(desk: Desk, language: str) -> None:
    manager = browser(desk, "manager")
    for path in ("/home", "/proposals", "/acts/list_handler", "/passkeys"):
        page = manager.get(path, params={"lang": language})
        assert page.status_code == 200
        assert f'<html lang="{language}"' in page.text
        assert ("取扱者" in page.text) == (language == "ja" and path in {"/home", "/acts/list_handler"}) or path not in {
            "/home",
            "/acts/list_handler",
        }


def test_every_act_and_every_word_has_its_name_in_both_languages() -> None:
    assert set(VERBS) == set(ACTS)
    missing = {name for known in ACTS.values() for name in words_of(known.operation())} - set(FIELDS)
    assert missing == set()


def test_a_checklist_is_ticked_box_by_box_and_a_list_is_typed_with_commas(desk: Desk) -> None:
    manager = browser(desk, "manager")
    form = manager.get("/acts/record_contract")
    assert len(re.findall(r'type="checkbox" name="settled"', form.text)) == len(CONTRACT_ITEMS)
    assert "教育" in form.text
    words = {
        "form_token": token(form),
        "operator_id": desk.town.organization,
        "organ_id": "nobody",
        "informations": "d1,d2",
        "from_on": "2026-11-01",
        "settled": ["education", "nonsense"],
    }
    told = manager.post("/acts/record_contract", data=words)
    assert told.status_code == 422
    assert 'id="settled-problem">選択肢から選んでください。' in told.text
    assert re.search(r'name="settled" value="education" checked', told.text)


@pytest.mark.parametrize("typed_as", ["d1, d2", ["d1", "d2"]])
def test_a_list_of_an_act_is_taken_apart_at_its_commas(typed_as: object) -> None:
    words = {"operator_id": "a", "organ_id": "b", "from_on": "2026-11-01", "informations": typed_as, "settled": "education,facilities"}
    terms = typed(ACTS["record_contract"].operation(), words)["terms"]
    assert terms == Terms(informations=["d1", "d2"], from_on=date(2026, 11, 1), settled=["education", "facilities"])


def test_every_page_is_sent_with_its_protection(desk: Desk) -> None:
    for path in ("/sign-in", "/enrol"):
        headers = httpx2.get(f"{desk.address}{path}").headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["cache-control"] == "no-store"
        assert headers["x-frame-options"] == "DENY"
