"""People at a browser, over HTTPS from a second address, in both languages: signing in with two factors, an act by two people."""

import base64
import json
import re
import ssl

import httpx2
import pytest
from playwright.sync_api import Page

from service import clock
from service.identity.factors import totp
from tests.identity.oidc.hostile import Provider
from tests.long.street import ADDRESS, WORDS, Street, chromium, do, ground, provider, sign_in, sign_in_at_the_provider, street, tls

__all__ = ["chromium", "ground", "provider", "street", "tls"]

pytestmark = [pytest.mark.long, pytest.mark.alone]

SCRIPT = "架空<script>alert(1)</script><img src=x onerror=alert(1)>"


@pytest.mark.parametrize("language", ["ja", "en"])
def test_two_people_of_a_provider_bring_one_act_about(street: Street, provider: Provider, language: str) -> None:
    clerk, manager = street.visitor(language), street.visitor(language)
    sign_in_at_the_provider(street, clerk, provider, "clerk", language)
    sign_in_at_the_provider(street, manager, provider, "manager", language)
    propose_and_approve(street, clerk, manager, language)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_two_people_with_two_factors_bring_one_act_about(street: Street, language: str) -> None:
    clerk, manager = street.visitor(language), street.visitor(language)
    sign_in(street, clerk, "clerk", language)
    cookies = {one["name"]: one for one in clerk.context.cookies()}
    session = cookies["__Host-sekisho"]
    assert (session["secure"], session["httpOnly"], session["sameSite"]) == (True, True, "Strict")
    sign_in(street, manager, "manager", language)
    propose_and_approve(street, clerk, manager, language)


def propose_and_approve(street: Street, clerk: Page, manager: Page, language: str) -> None:
    """Register somebody whose name is an attack, and give them a post with a second person."""
    words = WORDS[language]
    street.go(clerk, "/acts/register_person", language)
    do(clerk, legal_name=SCRIPT)
    person = clerk.locator("dd.mono").inner_text().strip()
    street.go(clerk, "/acts/take_post", language)
    do(clerk, person_id=person, organization_id=street.town.organization)
    clerk.wait_for_url(re.compile(r"/proposals/prop_"))
    path = clerk.url.removeprefix(street.origin).partition("?")[0]
    assert clerk.get_by_role("button", name=words["approve"], exact=True).count() == 0
    street.go(manager, path, language)
    assert SCRIPT in manager.inner_text("main")
    manager.get_by_role("button", name=words["approve"], exact=True).click()
    manager.wait_for_selector("text=" + words["approved"])
    for page in (clerk, manager):
        stored = page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]")
        assert stored == [0, 0, ""]


@pytest.mark.parametrize("language", ["ja", "en"])
def test_somebody_new_sets_up_two_factors_and_a_passkey(street: Street, language: str) -> None:
    words = WORDS[language]
    account = street.town.accounts["newcomer"]
    halves = []
    for giver in ("admin", "boss"):
        page = street.visitor(language)
        sign_in(street, page, giver, language)
        street.go(page, "/accounts", language)
        given = f'form[action="/accounts/{account}/half"]'
        page.locator(f"details:has({given}) > summary").click()
        page.locator(f"{given} button").click()
        halves.append(page.locator("p.half").inner_text())
    page = street.visitor(language)
    street.go(page, "/enrol", language)
    page.fill("#name", "newcomer")
    page.fill("#first_half", halves[0])
    page.fill("#second_half", halves[1])
    page.get_by_role("button", name=words["next"]).click()
    secret = base64.b32decode(page.locator("p.mono").inner_text().strip())
    assert page.locator("div.qr svg").count() == 1
    page.fill("#password", "a-quiet-harbour-in-autumn")
    page.fill("#again", "a-quiet-harbour-in-autumn")
    page.fill("#code", totp.code_at(secret, totp.step_at(clock.now())))
    page.get_by_role("button", name=words["enrol"]).click()
    codes = page.locator("ol.codes li").all_inner_texts()
    assert len(codes) == 10
    sign_in(street, page, "newcomer", language, password="a-quiet-harbour-in-autumn", code=codes[0])
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True}
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    street.go(page, "/passkeys", language)
    page.locator("#passkey button").click()
    page.wait_for_selector("table")
    page.locator("form.who button").click()
    page.wait_for_url(re.compile(r"/sign-in"))
    page.locator("#passkey button").click()
    page.wait_for_url(re.compile(r"/home$"))
    assert "newcomer 花子" in page.inner_text("h1")
    page.goto(f"{street.origin}/api/v1/session")
    assert json.loads(page.inner_text("body"))["methods"] == ["hwk", "user"]


def test_the_chain_of_the_local_authority_holds_from_the_second_address(street: Street) -> None:
    context = ssl.create_default_context(cafile=street.authority)
    port = street.origin.rpartition(":")[2]
    with httpx2.Client(verify=context, trust_env=False) as client:
        answer = client.get(f"https://{ADDRESS}:{port}/sign-in")
    assert answer.status_code == 200
    assert "max-age" in answer.headers["strict-transport-security"]
