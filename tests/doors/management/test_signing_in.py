"""Signing in over HTTP: two factors, one thing told whatever was wrong, sessions that end when they should."""

import base64
from datetime import timedelta

import httpx2
import pytest
from sqlalchemy import text

from service.database import transaction
from service.identity.factors import totp
from service.identity.sessions import ABSOLUTE, IDLE, session_of
from tests.builders.members import PASSWORD
from tests.doors.management.conftest import Desk


def tried(desk: Desk, name: str, password: str, code: str) -> httpx2.Response:
    return httpx2.post(f"{desk.address}/api/v1/session", json={"name": name, "password": password, "code": code})


def test_somebody_signs_in_with_two_factors_and_is_told_who_they_are(desk: Desk) -> None:
    client = desk.sign_in("clerk")
    me = client.get("/api/v1/session").json()
    assert me["name"] == "clerk 花子"
    assert me["methods"] == ["otp", "pwd"]
    assert [held["role"] for held in me["roles"]] == ["hr_officer"]
    assert client.get("/api/v1/me").json()["person_id"] == desk.town.people["clerk"]


@pytest.mark.parametrize(
    ("name", "password", "code"),
    [("clerk", "wrong-password-12", None), ("clerk", PASSWORD, "000000"), ("stranger", PASSWORD, None), ("clerk", PASSWORD, "not a code")],
)
def test_whatever_is_wrong_is_told_with_the_same_bytes(desk: Desk, name: str, password: str, code: str | None) -> None:
    wrong = tried(desk, name, password, code or desk.town.code())
    other = tried(desk, "somebody else", "another-password-1", "123456")
    assert (wrong.status_code, wrong.content) == (401, other.content)


def test_a_code_signs_in_once(desk: Desk) -> None:
    code = desk.town.code()
    assert tried(desk, "clerk", PASSWORD, code).status_code == 201
    assert tried(desk, "clerk", PASSWORD, code).status_code == 401


def test_after_five_failures_even_the_right_password_waits(desk: Desk) -> None:
    for _ in range(5):
        assert tried(desk, "clerk", "wrong-password-12", "000000").status_code == 401
    assert tried(desk, "clerk", PASSWORD, desk.town.code()).status_code == 401
    assert tried(desk, "manager", PASSWORD, desk.town.code()).status_code == 201


def test_nothing_is_done_without_the_form_token_or_from_another_page(desk: Desk) -> None:
    client = desk.sign_in("clerk")
    good = client.headers.pop("X-CSRF-Token")
    words = {"legal_name": "架空 花子"}
    assert client.post("/api/v1/acts/register_person", json=words).status_code == 401
    other = desk.sign_in("manager").headers["X-CSRF-Token"]
    assert client.post("/api/v1/acts/register_person", json=words, headers={"X-CSRF-Token": other}).status_code == 401
    foreign = {"X-CSRF-Token": good, "Origin": "https://elsewhere.example"}
    assert client.post("/api/v1/acts/register_person", json=words, headers=foreign).status_code == 401
    cross = {"X-CSRF-Token": good, "Sec-Fetch-Site": "cross-site"}
    assert client.post("/api/v1/acts/register_person", json=words, headers=cross).status_code == 401
    assert client.post("/api/v1/acts/register_person", json=words, headers={"X-CSRF-Token": good}).status_code == 200


def test_the_id_in_the_cookie_is_kept_nowhere_and_is_new_at_each_sign_in(desk: Desk) -> None:
    first = desk.sign_in("clerk").cookies["sekisho"]
    second = desk.sign_in("clerk", code=totp.code_at(bytes(range(20)), totp.step_at(desk.town.now()) + 1)).cookies["sekisho"]
    assert first != second
    with desk.town.engine.connect() as connection:
        everything = str(connection.execute(text("select * from identity.sessions")).all())
    assert first not in everything


def test_signing_out_works_at_once(desk: Desk) -> None:
    client = desk.sign_in("clerk")
    cookie = client.cookies["sekisho"]
    assert client.delete("/api/v1/session").status_code == 204
    assert httpx2.get(f"{desk.address}/api/v1/session", cookies={"sekisho": cookie}).status_code == 401


def test_an_ended_account_is_out_at_once(desk: Desk) -> None:
    client = desk.sign_in("clerk")
    desk.town.ask("admin", "end_account", account_id=desk.town.accounts["clerk"])
    assert client.get("/api/v1/session").status_code == 401


def test_a_change_of_roles_changes_the_id(desk: Desk) -> None:
    client = desk.sign_in("nobody")
    before = client.cookies["sekisho"]
    today = desk.town.now().date().isoformat()
    desk.town.both(
        "admin",
        "boss",
        "grant_role",
        role="custodian",
        organization_id=desk.town.organization,
        from_on=today,
        person_id=desk.town.people["nobody"],
    )
    answer = client.get("/api/v1/session")
    assert [held["role"] for held in answer.json()["roles"]] == ["custodian"]
    assert client.cookies["sekisho"] != before
    assert httpx2.get(f"{desk.address}/api/v1/session", cookies={"sekisho": before}).status_code == 401


def test_a_session_ends_when_it_is_idle_and_when_it_is_old(desk: Desk) -> None:
    token = desk.sign_in("clerk").cookies["sekisho"]
    start = desk.town.now()

    def live(at: timedelta) -> bool:
        with transaction(desk.town.engine) as session:
            return session_of(session, token=token, at=start + at) is not None

    assert live(IDLE - timedelta(seconds=5))
    assert not live(2 * IDLE)
    step, at = IDLE - timedelta(minutes=1), timedelta(0)
    while at < ABSOLUTE:
        assert live(at)
        at += step
    assert not live(ABSOLUTE + timedelta(seconds=1))


def test_the_fourth_sign_in_ends_the_first(desk: Desk) -> None:
    now = totp.step_at(desk.town.now())
    codes = [totp.code_at(bytes(range(20)), now + ahead) for ahead in (-1, 0, 1)]
    clients = [desk.sign_in("clerk", code=code) for code in codes]
    with desk.town.engine.begin() as connection:
        connection.execute(text("update identity.credentials set counter = null where kind = 'totp'"))
    desk.sign_in("clerk", code=codes[2])
    assert [client.get("/api/v1/session").status_code for client in clients] == [401, 200, 200]


def test_two_halves_from_two_people_make_the_holder_s_credentials(desk: Desk) -> None:
    account = desk.town.accounts["nobody"]
    admin, boss = desk.sign_in("admin"), desk.sign_in("boss")
    first = admin.post(f"/api/v1/accounts/{account}/half").json()["half"]
    again = admin.post(f"/api/v1/accounts/{account}/half")
    assert (again.status_code, again.json()["reason"]) == (403, "same_person")
    second = boss.post(f"/api/v1/accounts/{account}/half").json()["half"]
    own = boss.post(f"/api/v1/accounts/{desk.town.accounts['boss']}/half")
    assert own.json()["reason"] == "own_account"
    assert desk.sign_in("clerk").post(f"/api/v1/accounts/{account}/half").json()["reason"] == "not_a_giver"
    secret = bytes(range(1, 21))
    body = {
        "name": "nobody",
        "first_half": first,
        "second_half": second,
        "password": "a-new-password-of-mine",
        "secret": base64.b32encode(secret).decode(),
        "code": totp.code_at(secret, totp.step_at(desk.town.now())),
    }
    for wrong in ({"second_half": first}, {"code": "000000"}, {"name": "clerk"}):
        assert httpx2.post(f"{desk.address}/api/v1/enrolment", json=body | wrong).status_code == 401
    done = httpx2.post(f"{desk.address}/api/v1/enrolment", json=body)
    assert done.status_code == 201
    codes = done.json()["recovery_codes"]
    assert len(codes) == 10
    assert httpx2.post(f"{desk.address}/api/v1/enrolment", json=body).status_code == 401
    assert tried(desk, "nobody", PASSWORD, desk.town.code()).status_code == 401
    client = desk.sign_in("nobody", password="a-new-password-of-mine", code=codes[3])
    assert client.get("/api/v1/session").json()["methods"] == ["pwd", "rec"]
    assert tried(desk, "nobody", "a-new-password-of-mine", codes[3]).status_code == 401


def test_a_weak_password_is_refused_with_the_reason(desk: Desk) -> None:
    body = {"name": "nobody", "first_half": "x", "second_half": "y", "password": "password1234", "secret": "A" * 32, "code": "000000"}
    answer = httpx2.post(f"{desk.address}/api/v1/enrolment", json=body)
    assert answer.status_code == 422


def test_no_secret_of_an_account_stands_in_the_database_in_clear(desk: Desk) -> None:
    with desk.town.engine.connect() as connection:
        everything = str(connection.execute(text("select * from identity.credentials")).all())
    assert "argon2" not in everything
    assert bytes(range(20)).hex() not in everything
