"""What somebody with ill will sends to the pages: each of these once did something that it should not."""

from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest

from service.console.visit import own_path
from service.database import transaction
from service.identity import under_way
from service.personnel.operations import register_organization, register_person, register_unit, take_post
from tests.builders.members import PASSWORD
from tests.doors.console.test_people_pages import browser, token
from tests.doors.management.conftest import WORLDS, Desk, desk

__all__ = ["WORLDS", "desk"]
LONG_AGO = "update identity.sessions set auth_at = auth_at - interval '2 hours'"


def test_no_passkey_is_added_on_a_stale_sign_in(desk: Desk) -> None:
    clerk = browser(desk, "clerk")
    form = {"form_token": token(clerk.get("/passkeys")), "answer": "{}"}
    assert clerk.post("/passkeys", data=form, follow_redirects=False).status_code == 200
    with desk.town.engine.begin() as connection:
        connection.exec_driver_sql(LONG_AGO)
    # Anybody gets a challenge for a sign-in; it must not do for adding one.
    clerk.get("/sign-in/passkey")
    answer = clerk.post("/passkeys", data=form, follow_redirects=False)
    assert (answer.status_code, urlsplit(answer.headers["location"]).path) == (303, "/confirm")


@pytest.mark.parametrize(
    "onward",
    ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "/\t/elsewhere.example", "/\n/elsewhere.example"],
)
def test_no_address_leads_elsewhere_however_a_browser_reads_it(onward: str) -> None:
    assert own_path(onward) == "/home"
    assert own_path("/proposals/prop_1?lang=ja") == "/proposals/prop_1?lang=ja"


@pytest.mark.parametrize(
    ("path", "field", "status"),
    [("/sign-in", "name", 401), ("/enrol", "name", 401), ("/sign-in/demo", "account", 401), ("/sign-in/passkey", "answer", 303)],
)
def test_a_nul_is_typed_by_nobody_and_breaks_nothing(desk: Desk, path: str, field: str, status: int) -> None:
    form = {"name": "clerk", "password": "x", "code": "1", "first_half": "a", "second_half": "b"}
    answer = httpx2.post(f"{desk.address}{path}", data=form | {field: "clerk\x00%00"}, follow_redirects=False)
    assert answer.status_code == status


def test_who_begins_many_sign_ins_fills_no_table(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(under_way, "MOST", 5)
    address = desk.address.replace("127.0.0.1", "localhost")
    for _ in range(12):
        assert httpx2.get(f"{address}/sign-in/passkey").status_code == 200
    with desk.town.engine.begin() as connection:
        assert connection.exec_driver_sql("select count(*) from identity.pending_sign_ins").scalar_one() == 5


def test_forms_offer_nobody_beyond_the_reach_of_the_role(desk: Desk) -> None:
    town = desk.town
    with transaction(town.engine) as session:
        told: dict[str, Any] = {"log": town.log, "actor": town.member("admin").actor, "at": town.now()}
        other = register_organization(session, **told, name="架空通信", kind="operator")
        far = register_person(session, **told, legal_name="遠方 遥")
        take_post(session, **told, person_id=far, organization_id=other)
        units = [register_unit(session, **told, organization_id=one, name=name) for one, name in ((town.organization, "近"), (other, "遠"))]
    page = browser(desk, "clerk").get("/acts/take_post").text
    assert "manager 花子" in page
    assert "遠方" not in page
    assert (units[0] in page, units[1] in page) == (True, False)
    assert "遠方" in browser(desk, "admin").get("/acts/open_account").text
    town.admit("narrow", "hr_officer", units=[units[0]])
    town.equip("narrow")
    assert "manager 花子" not in browser(desk, "narrow").get("/acts/record_office").text


def test_an_auditor_reads_no_names_without_a_purpose(desk: Desk) -> None:
    assert "clerk 花子" in browser(desk, "admin").get("/accounts").text
    page = browser(desk, "eye").get("/accounts")
    assert (page.status_code, "clerk 花子" in page.text) == (200, False)


def test_a_new_proof_ends_the_session_that_it_takes_the_place_of(desk: Desk) -> None:
    clerk = browser(desk, "clerk")
    before = clerk.cookies["sekisho"]
    with desk.town.engine.begin() as connection:
        connection.exec_driver_sql("update identity.credentials set counter = null where kind = 'totp'")
    form = {"form_token": token(clerk.get("/confirm")), "password": PASSWORD, "code": desk.town.code()}
    clerk.post("/confirm?next=/home", data=form)
    assert clerk.cookies["sekisho"] != before
    assert httpx2.get(f"{desk.address}/home", cookies={"sekisho": before}, follow_redirects=False).status_code == 303
