"""What somebody with ill will sends to the pages: each of these once did something that it should not."""

from urllib.parse import urlsplit

import httpx2
import pytest

from service.console.visit import own_path
from service.identity import under_way
from tests.doors.console.test_people_pages import browser, token
from tests.doors.management.conftest import Desk, desk

__all__ = ["desk"]
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
