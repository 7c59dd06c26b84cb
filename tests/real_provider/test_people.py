"""People who sign in at a certified provider and come in by our own doors; and out again when the provider says so."""

import asyncio
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx2
import pytest
from sqlalchemy import Engine

from service.identity.oidc import Providers, documents
from tests.builders.provided import Served, town_with
from tests.builders.served import free_port
from tests.real_provider.server import JWKS, CertifiedProvider

pytestmark = [pytest.mark.long, pytest.mark.alone]

CLIENT, SECRET = "sekisho-console", "for-tests-only-0123456789-abcdefghij"
WAY = "/sign-in/oidc/certified"
TWO = "urn:example:two-factors"
PEOPLE = {"s-clerk": ["pwd", "otp"], "s-manager": ["pwd", "hwk"], "s-weak": ["pwd"], "s-stranger": ["pwd", "otp"]}
TOKEN = re.compile(r'name="form_token" value="([^"]+)"')
DIGEST = re.compile(r'name="digest" value="([0-9a-f]{64})"')
XSRF = re.compile(r'name="xsrf" value="([^"]+)"')
PERSON = re.compile(r'<dd class="mono">([0-9a-f]{32})')


class House:
    """The provider, and a town that knows it."""

    def __init__(self, provider: CertifiedProvider, served: Served, entry: dict[str, Any]) -> None:
        self.provider, self.served, self.entry = provider, served, entry

    def gone(self, client: httpx2.Client, **query: str) -> dict[str, str]:
        """What the browser is sent to the provider with."""
        answer = client.get(WAY, params=query)
        assert answer.status_code == 303, answer.text
        assert answer.headers["location"].startswith(f"{self.provider.issuer}/auth?")
        return dict(parse_qsl(urlsplit(answer.headers["location"]).query))

    def arrive(self, client: httpx2.Client, subject: str, *, query: dict[str, str] | None = None, **changed: str) -> httpx2.Response:
        """Walk to the provider, be signed in there as somebody, and come back, as a browser does."""
        asked = (query or self.gone(client)) | {"login_hint": subject} | changed
        page = client.get(f"{self.provider.issuer}/auth?{urlencode(asked)}", follow_redirects=True)
        assert page.url.path == f"{WAY}/callback", (page.url, page.text)
        return page

    def signed_in(self, subject: str) -> httpx2.Client:
        client = self.served.browser()
        page = self.arrive(client, subject)
        assert page.status_code == 200, page.text
        return client

    def sign_out_there(self, client: httpx2.Client) -> httpx2.Response:
        """Sign out at the provider, on its own page, with the address that our side makes for that."""
        providers = Providers([self.entry], public_url=self.served.address)
        address = asyncio.run(providers.logout_url("certified", at=datetime.now(UTC)))
        assert address is not None
        assert address.startswith(f"{self.provider.issuer}/session/end?")
        form = found(XSRF, client.get(address))
        return client.post(f"{self.provider.issuer}/session/end/confirm", data={"xsrf": form, "logout": "yes"})


def found(pattern: re.Pattern[str], page: httpx2.Response) -> str:
    match = pattern.search(page.text)
    assert match is not None, page.text
    return match[1]


def methods(client: httpx2.Client) -> list[str]:
    told: list[str] = client.get("/api/v1/session").json()["methods"]
    return told


@pytest.fixture
def changed() -> dict[str, Any]:
    """What a test wants different in the entry of the provider."""
    return {}


@pytest.fixture
def claims() -> tuple[str, ...]:
    """What the provider says of people without being asked."""
    return ("sub", "acr", "amr", "auth_time")


@pytest.fixture
def house(
    installed: Path, changed: dict[str, Any], claims: tuple[str, ...], engine: Engine, database_url: str, tmp_path: Path
) -> Iterator[House]:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    secret = tmp_path / "client.secret"
    secret.touch(mode=0o600)
    secret.write_text(SECRET, encoding="ascii")
    provider = CertifiedProvider(
        installed,
        console={
            "client_id": CLIENT,
            "client_secret": SECRET,
            "redirect_uri": f"{address}{WAY}/callback",
            "after_sign_out": f"{address}/sign-in",
            "backchannel_logout_uri": f"{address}{WAY}/back-channel-logout",
            "algorithm": "ES256",
        },
        people=PEOPLE,
        claims=claims,
    )
    entry = {
        "id": "certified",
        "issuer": provider.issuer,
        "client_id": CLIENT,
        "client_secret_file": str(secret),
        "name_ja": "認定済み",
        "name_en": "Certified",
        "insecure_loopback": True,
    } | changed
    try:
        provider.start()
        with town_with(entry, engine, database_url, tmp_path, port) as served:
            served.link("clerk", provider.issuer, "s-clerk")
            served.link("manager", provider.issuer, "s-manager")
            yield House(provider, served, entry)
    finally:
        provider.stop()


def propose(house: House, clerk: httpx2.Client) -> str:
    """Register somebody, propose their post, and return where the proposal is."""
    words = {"form_token": found(TOKEN, clerk.get("/acts/register_person")), "legal_name": "架空 働く人", "kana": "", "confirmed": "yes"}
    done = clerk.post("/acts/register_person", data=words, follow_redirects=True)
    words = {"form_token": found(TOKEN, done), "person_id": found(PERSON, done), "organization_id": house.served.town.organization}
    waiting = clerk.post("/acts/take_post", data=words | {"remark": "四月の異動", "confirmed": "yes"}, follow_redirects=True)
    assert waiting.url.path.startswith("/proposals/")
    assert ">決裁する<" not in waiting.text
    return waiting.url.path


def approve(client: httpx2.Client, proposal: str) -> httpx2.Response:
    seen = client.get(proposal)
    words = {"form_token": found(TOKEN, seen), "digest": found(DIGEST, seen), "words": ""}
    return client.post(f"{proposal}/approve", data=words)


def test_two_people_of_the_provider_bring_one_act_about(house: House) -> None:
    clerk, manager = house.signed_in("s-clerk"), house.signed_in("s-manager")
    assert (methods(clerk), methods(manager)) == (["mfa", "oidc"], ["mfa", "oidc"])
    proposal = propose(house, clerk)
    assert approve(manager, proposal).headers["location"].startswith("/proposals?done=")
    done = manager.get(proposal)
    assert "決裁済み" in done.text
    assert "四月の異動" in done.text


def test_a_password_alone_at_the_provider_approves_nothing(house: House) -> None:
    house.served.link("manager", house.provider.issuer, "s-weak")
    proposal = propose(house, house.signed_in("s-clerk"))
    weak = house.signed_in("s-weak")
    assert methods(weak) == ["oidc"]
    assert approve(weak, proposal).headers["location"].startswith("/confirm?")
    assert "決裁済み" not in weak.get(proposal).text


@pytest.mark.parametrize("claims", [("sub", "acr", "amr")])
def test_where_the_provider_does_not_say_when_people_proved_themselves_they_prove_it_anew_to_approve(house: House) -> None:
    proposal = propose(house, house.signed_in("s-clerk"))
    manager = house.signed_in("s-manager")
    again = approve(manager, proposal).headers["location"]
    assert again.startswith("/confirm?")
    again = manager.get(again).headers["location"]
    assert again.startswith(f"{WAY}?fresh=1&")
    query = house.gone(manager, **dict(parse_qsl(urlsplit(again).query)))
    assert query["max_age"] == "0"
    asked = house.provider.lines("asked GET /interaction/")
    # The provider knows this browser still, and asks the person all the same.
    assert house.arrive(manager, "s-manager", query=query).status_code == 200
    assert house.provider.lines("asked GET /interaction/") == asked + 1
    assert approve(manager, proposal).headers["location"].startswith("/proposals?done=")
    # Whoever takes the wish for it out of the address is not let in.
    query = house.gone(manager, fresh="1")
    assert house.arrive(manager, "s-manager", query={name: query[name] for name in query if name != "max_age"}).status_code == 401


@pytest.mark.parametrize("changed", [{"required_acr": [TWO]}])
def test_where_the_settings_ask_for_two_factors_one_is_not_let_in(house: House) -> None:
    house.served.link("boss", house.provider.issuer, "s-weak")
    client = house.served.browser()
    assert house.gone(client)["acr_values"] == TWO
    assert house.arrive(house.served.browser(), "s-weak").status_code == 401
    assert house.arrive(client, "s-clerk").status_code == 200


def test_somebody_without_an_account_and_somebody_whom_the_provider_refuses_are_let_in_nowhere(house: House) -> None:
    for subject in ("s-stranger", "nobody"):
        client = house.served.browser()
        assert house.arrive(client, subject).status_code == 401, subject
        assert client.get("/home").status_code == 303


def test_the_provider_gives_no_tokens_where_the_challenge_is_another_s(house: House) -> None:
    client = house.served.browser()
    query = house.gone(client)
    assert query["code_challenge_method"] == "S256"
    assert house.arrive(client, "s-clerk", query=query, code_challenge="A" * 43).status_code == 401
    assert house.provider.lines("told grant.error") == 1
    query = house.gone(client)
    bare = {name: value for name, value in query.items() if not name.startswith("code_challenge")}
    assert house.arrive(client, "s-clerk", query=bare).status_code == 401
    assert house.arrive(client, "s-clerk").status_code == 200


def test_signing_out_at_the_provider_ends_that_session_here_and_no_other(house: House) -> None:
    clerk, elsewhere, manager = house.signed_in("s-clerk"), house.signed_in("s-clerk"), house.signed_in("s-manager")
    kept = dict(clerk.cookies)
    out = house.sign_out_there(clerk)
    assert (out.status_code, out.headers["location"]) == (303, f"{house.served.address}/sign-in")
    assert house.provider.lines("told backchannel.success") == 1
    assert clerk.get("/home").status_code == 303
    assert httpx2.get(f"{house.served.address}/home", cookies=kept, follow_redirects=False, trust_env=False).status_code == 303
    assert (elsewhere.get("/home").status_code, manager.get("/home").status_code) == (200, 200)
    assert house.arrive(clerk, "s-clerk").status_code == 200


def test_a_provider_that_comes_back_with_new_keys_costs_one_look_at_them(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.signed_in("s-clerk")
    house.signed_in("s-manager")
    assert house.provider.lines(JWKS) == 1
    house.provider.restart()
    assert house.arrive(house.served.browser(), "s-clerk").status_code == 401
    assert house.provider.lines(JWKS) == 1
    monkeypatch.setattr(documents, "BETWEEN_REFETCHES", timedelta(0))
    house.signed_in("s-clerk")
    monkeypatch.undo()
    house.signed_in("s-manager")
    assert house.provider.lines(JWKS) == 2
