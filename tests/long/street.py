"""A town behind HTTPS at an address of its own, and people at a browser in it."""

import base64
import os
import re
import shutil
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

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
from service.ledger import Seat
from service.settings import Settings
from tests.builders.members import PASSWORD, SECRET, Town, found_town
from tests.builders.served import free_port, serving
from tests.builders.site import ACTOR
from tests.identity.oidc.hostile import CLIENT, Provider, running
from tests.identity.oidc.hostile import SECRET as OIDC_SECRET

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

    def trusted(self) -> ssl.SSLContext:
        """What a program that knows our authority trusts."""
        return ssl.create_default_context(cafile=self.authority)

    def go(self, page: Page, path: str, language: str) -> None:
        page.goto(f"{self.origin}{path}{'&' if '?' in path else '?'}lang={language}")


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


@dataclass(frozen=True)
class Ground:
    """What a street stands on."""

    engine: Engine
    url: str
    folder: Path
    tls: Path
    chromium: Browser
    provider: Provider


@pytest.fixture
def ground(engine: Engine, database_url: str, tmp_path: Path, tls: Path, chromium: Browser, provider: Provider) -> Ground:
    return Ground(engine, database_url, tmp_path, tls, chromium, provider)


@pytest.fixture
def street(ground: Ground) -> Iterator[Street]:
    """An operator's town."""
    with opened(ground, "operator") as found:
        yield found


@pytest.fixture
def organ_street(ground: Ground) -> Iterator[Street]:
    """An organ's town."""
    with opened(ground, "organ") as found:
        yield found


OFFICERS = {
    "clerk": ("hr_officer",),
    "manager": ("information_manager",),
    "deputy": ("information_manager",),
    "eye": ("auditor",),
    "someone": (),
}
ASSESSING = {"assessor": ("assessment_officer",)}


@contextmanager
def opened(ground: Ground, seat: Seat) -> Iterator[Street]:
    """Open a street of a seat: everybody signs in with two factors, some at the provider too."""
    port = free_port()
    origin = f"https://{HOST}:{port}"
    secret = ground.folder / "client.secret"
    secret.touch(mode=0o600)
    secret.write_text(OIDC_SECRET, encoding="ascii")
    entry = {
        "id": "house",
        "issuer": ground.provider.issuer,
        "client_id": CLIENT,
        "client_secret_file": str(secret),
        "name_ja": "庁内認証",
        "name_en": "House sign-in",
        "insecure_loopback": True,
    }
    settings = Settings(data_dir=ground.folder, public_url=origin, providers=(entry,))
    town = found_town(ground.engine, settings.keys_dir, seat=seat)
    for name, roles in {**OFFICERS, **(ASSESSING if seat == "organ" else {})}.items():
        town.admit(name, *roles)
        town.equip(name)
    town.admit("newcomer")
    app = build(settings=settings, url=ground.url, engine=ground.engine, log=town.log)
    tls_words = {"ssl_certfile": ground.tls / "server.crt", "ssl_keyfile": ground.tls / "server.key"}
    options = {name: value for name, value in OPTIONS.items() if name not in {"lifespan", "log_level"}}
    with serving(app, host=ADDRESS, port=port, **tls_words, **options):
        for name in ("clerk", "manager"):
            with transaction(ground.engine) as session:
                words = {"account_id": town.accounts[name], "issuer": ground.provider.issuer, "subject": name}
                link_subject(session, log=town.log, actor=ACTOR, at=town.now(), **words)
        street = Street(town, origin, ground.tls / "ca.crt", ground.chromium)
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


def choose(page: Page, name: str, value: str) -> None:
    """Give a field of a form its value, whatever kind of field it is; one that is given already stays."""
    field = page.locator(f'main [name="{name}"]').first
    if field.evaluate("one => one.type") == "hidden":
        assert field.input_value() == value, name
    elif field.evaluate("one => one.tagName") == "SELECT":
        field.select_option(value)
    else:
        # What may be left out is folded away.
        fold = page.locator(f'details:not([open]):has([name="{name}"]) > summary')
        if fold.count():
            fold.first.click()
        field.fill(value)


def do(page: Page, **words: str) -> None:
    """Fill in the form of an act, look at what it would record, and confirm that."""
    for name, value in words.items():
        choose(page, name, value)
    page.locator("form.ask .send button").click()
    page.locator("form.confirming .send button").first.click()
