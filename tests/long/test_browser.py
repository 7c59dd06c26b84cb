"""People at a browser, over HTTPS from a second address, in both languages: signing in with two factors, an act by two people."""

import base64
import json
import os
import re
import shutil
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from sqlalchemy import Engine

from service import clock
from service.api.line import OPTIONS
from service.app import build
from service.database import transaction
from service.identity.accounts import link_subject
from service.identity.factors import totp
from service.jobs.certificates import make_authority, names_of
from service.settings import Settings
from tests.builders.members import PASSWORD, SECRET, Town, found_town
from tests.builders.served import free_port, serving
from tests.builders.site import ACTOR
from tests.identity.oidc.hostile import CLIENT, Provider, running
from tests.identity.oidc.hostile import SECRET as OIDC_SECRET

pytestmark = [pytest.mark.long, pytest.mark.alone]

HOST, ADDRESS = "sekisho.test", "127.0.0.2"
CHROMIUM = os.environ.get("SEKISHO_TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
WORDS = {
    "ja": {
        "sign_in": "サインイン",
        "propose": "起案する",
        "approve": "決裁する",
        "approved": "決裁済み",
        "next": "次へ",
        "enrol": "認証手段を登録する",
    },
    "en": {
        "sign_in": "Sign in",
        "propose": "Propose",
        "approve": "Approve",
        "approved": "Approved",
        "next": "Next",
        "enrol": "Set up your sign-in",
    },
}
SCRIPT = "架空<script>alert(1)</script><img src=x onerror=alert(1)>"


@dataclass
class Street:
    """A town behind HTTPS, and a browser whose every complaint is kept."""

    town: Town
    origin: str
    authority: Path
    browser: Browser
    complaints: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def visitor(self, language: str) -> Page:
        context = self.browser.new_context(locale=language, ignore_https_errors=False)
        self.contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("dialog", lambda dialog: self.complaints.append(f"dialog: {dialog.message}"))
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" and "401" not in said.text else None)
        return page

    def go(self, page: Page, path: str, language: str) -> None:
        page.goto(f"{self.origin}{path}?lang={language}")


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An authority of our own and the server's certificate."""
    folder = tmp_path_factory.mktemp("tls")
    make_authority(folder, names=names_of([HOST], [ADDRESS]), at=clock.now())
    return folder


@pytest.fixture(scope="module")
def chromium(tls: Path) -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.fail("these journeys need Chromium: apt-get install chromium, or name it in SEKISHO_TEST_CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-background-networking", f"--host-resolver-rules=MAP {HOST} {ADDRESS}", *trusting(tls)],
        )
        yield browser
        browser.close()


def trusting(folder: Path) -> list[str]:
    """Chromium knows our certificate by its key; that the chain holds is tried with another client."""
    certificate = x509.load_pem_x509_certificate((folder / "server.crt").read_bytes())
    spki = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return [f"--ignore-certificate-errors-spki-list={base64.b64encode(sha256(spki).digest()).decode()}"]


@pytest.fixture
def provider() -> Iterator[Provider]:
    """A provider whose people proved themselves with two factors a moment ago."""
    now = int(clock.now().timestamp())
    with running(Provider(claims={"iat": now, "exp": now + 600, "auth_time": now})) as found:
        yield found


@pytest.fixture
def street(engine: Engine, database_url: str, tmp_path: Path, tls: Path, chromium: Browser, provider: Provider) -> Iterator[Street]:
    port = free_port()
    origin = f"https://{HOST}:{port}"
    secret = tmp_path / "client.secret"
    secret.touch(mode=0o600)
    secret.write_text(OIDC_SECRET, encoding="ascii")
    entry = {
        "id": "house",
        "issuer": provider.issuer,
        "client_id": CLIENT,
        "client_secret_file": str(secret),
        "name_ja": "庁内認証",
        "name_en": "House sign-in",
        "insecure_loopback": True,
    }
    settings = Settings(data_dir=tmp_path, public_url=origin, providers=(entry,))
    town = found_town(engine, settings.keys_dir)
    town.admit("clerk", "hr_officer")
    town.equip("clerk")
    town.admit("manager", "information_manager")
    town.equip("manager")
    town.admit("newcomer")
    app = build(settings=settings, url=database_url, engine=engine, log=town.log)
    tls_words = {"ssl_certfile": tls / "server.crt", "ssl_keyfile": tls / "server.key"}
    options = {name: value for name, value in OPTIONS.items() if name not in {"lifespan", "log_level"}}
    with serving(app, host=ADDRESS, port=port, **tls_words, **options):
        for name in ("clerk", "manager"):
            with transaction(engine) as session:
                words = {"account_id": town.accounts[name], "issuer": provider.issuer, "subject": name}
                link_subject(session, log=town.log, actor=ACTOR, at=town.now(), **words)
        street = Street(town, origin, tls / "ca.crt", chromium)
        yield street
        for context in street.contexts:
            context.close()
    assert street.complaints == []


def sign_in(street: Street, page: Page, name: str, language: str, *, password: str = PASSWORD, code: str | None = None) -> None:
    street.go(page, "/sign-in", language)
    page.fill("#name", name)
    page.fill("#password", password)
    page.fill("#code", code or totp.code_at(SECRET, totp.step_at(clock.now())))
    page.get_by_role("button", name=WORDS[language]["sign_in"], exact=True).click()
    page.wait_for_url(re.compile(r"/home$"))


def sign_in_at_the_provider(street: Street, page: Page, provider: Provider, name: str, language: str) -> None:
    provider.claims["sub"] = name
    street.go(page, "/sign-in", language)
    page.locator('a[href^="/sign-in/oidc/house"]').click()
    page.wait_for_url(re.compile(r"/home$"))


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
    clerk.fill("#legal_name", SCRIPT)
    clerk.locator("form.ask button").click()
    person = clerk.locator("dd.mono").inner_text().strip()
    street.go(clerk, "/acts/take_post", language)
    clerk.fill("#person_id", person)
    clerk.fill("#organization_id", street.town.organization)
    clerk.get_by_role("button", name=words["propose"]).click()
    clerk.wait_for_url(re.compile(r"/proposals/prop_"))
    path = clerk.url.removeprefix(street.origin).partition("?")[0]
    assert clerk.get_by_role("button", name=words["approve"], exact=True).count() == 0
    street.go(manager, path, language)
    assert "personnel.posts" in manager.inner_text("main")
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
        page.locator(f'form[action="/accounts/{account}/half"] button').click()
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
