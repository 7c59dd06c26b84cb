"""The first page: a question asked, the whole answer shown, and nothing at all outside a demo."""

import asyncio
import html
import re
import shutil
import tempfile
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg
import pytest
from psycopg import sql

from service.app import build
from service.cli.demo import prepare
from service.cli.site import Site
from service.console import words as catalogue
from service.console.words import REASONS, reason_words, words
from service.database import make_engine
from service.database.embedded import ensure_database
from service.decision.policyset import PolicySet
from service.jobs.demo_world import STORIES
from service.settings import Settings

FORM = {"person": "demo-permit", "resource": "document/demo-doc-1", "action": "handle"}


@dataclass(frozen=True)
class Page:
    """What a browser got."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def plain(self) -> str:
        """The words without the markup."""
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", self.text)).split())


class Browser:
    """Speaks to the service as a browser on the same machine does."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def request(self, method: str, path: str, form: Mapping[str, str] | None = None, **changes: Any) -> Page:
        headers = {"host": "127.0.0.1:8743", "content-type": "application/x-www-form-urlencoded"} | changes.get("headers", {})
        target, _, query = path.partition("?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": target,
            "raw_path": target.encode(),
            "root_path": "",
            "query_string": query.encode(),
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
            "client": (changes.get("client", "127.0.0.1"), 40000),
            "server": ("127.0.0.1", 8743),
        }
        sent: list[Any] = []
        body = urlencode(form or {}).encode()

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        await self.app(scope, receive, send)
        got = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        return Page(sent[0]["status"], got, b"".join(part.get("body", b"") for part in sent[1:]).decode())


@pytest.fixture(scope="module")
def site(server_url: str, template: str) -> Iterator[Site]:
    """A seeded demo, one for all tests here: they ask and change nothing."""
    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(sql.SQL("create database {} template {}").format(sql.Identifier(name), sql.Identifier(template)))
    url = ensure_database(server_url, name)
    folder = Path(tempfile.mkdtemp(prefix="sk-"))
    engine = make_engine(url)
    opened = Site(Settings(data_dir=folder, database_url=url), url, engine)
    log, _ = prepare(opened, "operator")
    yield Site(opened.settings, url, engine, log)
    engine.dispose()
    shutil.rmtree(folder)
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


def visit(site: Site, *requests: tuple[Any, ...], stories: Any = STORIES, **changes: Any) -> list[Page]:
    """Serve the site and make requests one after another."""

    async def session() -> list[Page]:
        app = build(settings=site.settings, url=site.url, engine=site.engine, log=site.log, stories=stories)
        gateway = app._app._rest.state.gateway
        await gateway.start()
        try:
            browser = Browser(app)
            return [await browser.request(*request, **changes) for request in requests]
        finally:
            await gateway.stop()

    return asyncio.run(session())


def test_the_page_shows_answer_reason_mark_entry_and_proof_in_both_languages(site: Site) -> None:
    refused = FORM | {"person": "demo-doubt"}
    form, permit, permit_en, denial = visit(
        site, ("GET", "/"), ("POST", "/", FORM), ("POST", "/?lang=en", FORM), ("POST", "/?lang=en", refused)
    )
    assert form.status == permit.status == denial.status == 200
    for code in REASONS:
        assert code not in form.text
    assert "取り扱えます" in permit.plain
    assert "法第11条第1項" in permit.plain
    assert "clearance_valid" in permit.plain
    assert re.search(r'<div class="mark">重要経済安保情報', permit.text)
    assert permit.text.count('class="ok"') == 3
    assert '"kind":"decision:access:decided"' in permit.plain
    assert "May handle it" in permit_en.plain
    assert "Act 11(1)" in permit_en.plain
    assert permit_en.text.count('class="ok"') == 3
    assert "doubt_notice" in denial.plain
    assert 'class="mark"' not in denial.text
    # What an application would have heard of it.
    assert '"code": "not_authorized"' in denial.plain


def test_every_page_is_sent_without_script_and_with_strict_headers(site: Site) -> None:
    for page in visit(site, ("GET", "/"), ("POST", "/", FORM), ("POST", "/", {"person": "x"})):
        assert "<script" not in page.text
        assert "style=" not in page.text
        policy = page.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "form",
    [
        {},
        FORM | {"person": "nobody"},
        FORM | {"resource": "document/nothing"},
        FORM | {"resource": "area/demo-doc-1"},
        FORM | {"action": "destroy"},
        FORM | {"person": "<script>alert(1)</script>"},
        FORM | {"person": "x" * 10_000},
    ],
)
def test_a_choice_that_was_not_offered_is_told_and_nothing_is_asked(site: Site, form: dict[str, str]) -> None:
    (page,) = visit(site, ("POST", "/?lang=en", form))
    assert page.status == 400
    assert "not known" in page.plain
    assert "<script>" not in page.text


def test_outside_a_demo_the_first_page_leads_to_the_sign_in(site: Site) -> None:
    for page in visit(site, ("GET", "/"), ("POST", "/", FORM), stories=None):
        assert (page.status, page.headers["location"]) == (303, "/home")


@pytest.mark.parametrize("changes", [{"client": "192.0.2.7"}, {"headers": {"host": "rebound.example"}}])
def test_from_another_machine_or_under_another_name_nothing_is_offered(site: Site, changes: dict[str, Any]) -> None:
    for page in visit(site, ("GET", "/"), ("POST", "/", FORM), **changes):
        assert "<form" not in page.text
        assert "demo-permit" not in page.text


@pytest.mark.parametrize("headers", [{"origin": "http://elsewhere.example"}, {"sec-fetch-site": "cross-site"}])
def test_a_form_that_another_page_sends_is_not_answered(site: Site, headers: dict[str, str]) -> None:
    (page,) = visit(site, ("POST", "/", FORM), headers=headers)
    assert page.status == 403


def test_both_languages_have_the_same_words_and_every_reason_has_its_own() -> None:
    assert words("ja").keys() == words("en").keys()
    assert not [key for key, word in words("en").items() if re.search("[぀-ヿ一-鿿]", word)]
    known = {policy.reason for policy in PolicySet.load().policies.values()}
    assert known <= REASONS.keys()
    assert reason_words("something_new", "ja") == "something_new"
    assert catalogue.language_of("fr") == "ja"
