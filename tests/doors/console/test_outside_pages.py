"""What people read where their request was too large, not for their roles, or not answered: a page, in their language."""

import asyncio
import re

import httpx2
import pytest

from service.api.limits import Limits
from service.console import page_outside
from tests.doors.console.test_people_pages import browser, token
from tests.doors.management.conftest import WORLDS, Desk, desk

__all__ = ["WORLDS", "desk"]

BROWSER = {"accept": "text/html,application/xhtml+xml"}


def words_of(page: httpx2.Response) -> str:
    return re.sub(r"<[^>]+>", " ", page.text.partition("<main")[2].partition("</main>")[0])


@pytest.mark.parametrize(("language", "told"), [("ja", "決裁者"), ("en", "Approver")])
def test_a_page_for_others_names_the_roles_that_it_takes_as_people_call_them(desk: Desk, language: str, told: str) -> None:
    page = browser(desk, "clerk").get("/lists", params={"lang": language})
    assert page.status_code == 403
    assert told in words_of(page)
    assert "information_manager" not in words_of(page)


def test_a_form_that_is_too_large_is_told_so_and_nobody_is_signed_out(desk: Desk) -> None:
    client = browser(desk, "clerk")
    sent = {"form_token": token(client.get("/acts/register_person")), "legal_name": "x" * 70_000}
    page = client.post("/acts/register_person", data=sent)
    assert page.status_code == 413
    assert "64 KB" in words_of(page)
    assert client.get("/people").status_code == 200


def test_a_file_just_over_what_a_form_takes_is_told_so(desk: Desk) -> None:
    client = browser(desk, "clerk")
    sent = {"form_token": token(client.get("/people/import"))}
    page = client.post("/people/import", data=sent, files={"file": ("a.csv", b"x" * (10 * 1_048_576 + 1))})
    assert page.status_code == 413
    assert "10 MB" in words_of(page)


@pytest.mark.parametrize(("language", "told"), [("ja", "大きすぎる"), ("en", "too large")])
def test_whoever_sends_far_too_much_from_a_browser_gets_a_page_and_a_program_a_problem(desk: Desk, language: str, told: str) -> None:
    client = browser(desk, "clerk")
    client.get("/people", params={"lang": language})
    page = client.post("/people/import", content=b"x" * 11_000_000, headers=BROWSER)
    assert page.status_code == 413
    assert told in words_of(page)
    assert page.headers["content-language"] == language
    assert "default-src 'none'" in page.headers["content-security-policy"]
    for path, headers in (("/api/v1/people", BROWSER), ("/people/import", {"accept": "application/json"})):
        answer = client.post(path, content=b"x" * 11_000_000, headers=headers)
        assert answer.headers["content-type"] == "application/problem+json", path


@pytest.mark.parametrize(("headers", "kind"), [(BROWSER, "text/html; charset=utf-8"), ({}, "application/problem+json")])
def test_a_defect_is_told_on_a_page_without_what_it_was(headers: dict[str, str], kind: str) -> None:
    async def broken(*_call: object) -> None:
        message = "the words of a defect"
        raise RuntimeError(message)

    async def asked() -> httpx2.Response:
        transport = httpx2.ASGITransport(Limits(broken, page=page_outside))
        async with httpx2.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.get("/people", headers=headers)

    answer = asyncio.run(asked())
    assert (answer.status_code, answer.headers["content-type"]) == (500, kind)
    assert "words of a defect" not in answer.text


@pytest.mark.parametrize(("language", "told"), [("ja", "この番地にページはありません"), ("en", "no page at this address")])
def test_an_address_that_is_none_answers_a_browser_with_a_page_and_a_program_with_a_problem(desk: Desk, language: str, told: str) -> None:
    client = browser(desk, "clerk")
    client.get("/people", params={"lang": language})
    for method, path in (("GET", "/nowhere"), ("GET", "/people/import/of/what"), ("POST", "/home")):
        page = client.request(method, path, headers=BROWSER)
        assert page.status_code in {404, 405}
        assert told in words_of(page)
        assert "default-src 'none'" in page.headers["content-security-policy"]
        assert client.request(method, path).headers["content-type"] == "application/problem+json"
    assert client.get("/api/v1/nowhere", headers=BROWSER).headers["content-type"] == "application/problem+json"
