"""A whole sign-in over HTTP with a provider that we did not write."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx2
import pytest

from service.identity.oidc import Pending, Providers, SignInError
from tests.identity.oidc.hostile import CLIENT, SECRET

PUBLIC = "http://localhost:8743"
CALLBACK = PUBLIC + "/sign-in/oidc/canaille/callback"


@pytest.fixture
def providers(iam_server: Any, secret_file: Path) -> Any:
    client = iam_server.models.Client(
        client_id=CLIENT,
        client_secret=SECRET,
        client_name="Sekisho",
        contacts=["admin@sekisho.example.jp"],
        client_uri=PUBLIC,
        redirect_uris=[CALLBACK],
        grant_types=["authorization_code"],
        response_types=["code"],
        scope=["openid"],
        id_token_signed_response_alg="RS256",
        token_endpoint_auth_method="client_secret_basic",
        post_logout_redirect_uris=[PUBLIC + "/sign-in"],
    )
    iam_server.backend.save(client)
    client.audience = [client]
    iam_server.backend.save(client)
    told = httpx2.get(iam_server.url + ".well-known/openid-configuration", trust_env=False).json()
    entry = {
        "id": "canaille",
        "issuer": told["issuer"],
        "client_id": CLIENT,
        "client_secret_file": str(secret_file),
        "name_ja": "試験用",
        "name_en": "For tests",
        "insecure_loopback": True,
    }
    yield Providers([entry], public_url=PUBLIC)
    iam_server.logout()
    iam_server.backend.delete(client)


@pytest.fixture
def person(iam_server: Any) -> Any:
    user = iam_server.random_user()
    iam_server.login(user)
    iam_server.consent(user)
    yield user
    iam_server.backend.delete(user)


def browse(address: str) -> dict[str, str]:
    """What a browser brings back after somebody who is signed in there agreed."""
    answer = httpx2.get(address, follow_redirects=False, trust_env=False)
    assert answer.headers["location"].startswith(CALLBACK + "?"), answer.text[:500]
    return dict(parse_qsl(urlsplit(answer.headers["location"]).query))


def begin(providers: Providers, **asked: Any) -> tuple[str, Pending]:
    return asyncio.run(providers.begin("canaille", at=datetime.now(UTC), **asked))


def finish(providers: Providers, pending: Pending, query: dict[str, str]) -> Any:
    return asyncio.run(providers.finish(pending, query, provider_id="canaille", at=datetime.now(UTC)))


def test_somebody_signs_in(providers: Providers, person: Any) -> None:
    address, pending = begin(providers)
    query = browse(address)
    assert query["iss"] == providers.entries[0].issuer
    who = finish(providers, Pending.from_json(pending.to_json()), query)
    assert (who.issuer, who.provider_id) == (providers.entries[0].issuer, "canaille")
    assert who.subject == person.user_name
    assert who.auth_at is None or abs(datetime.now(UTC) - who.auth_at) < timedelta(minutes=1)


def test_a_code_is_good_once_and_with_its_own_verifier(providers: Providers, person: Any) -> None:
    assert person
    address, pending = begin(providers)
    query = browse(address)
    wrong = Pending.from_json(pending.to_json().replace(pending.code_verifier, "v" * 64))
    with pytest.raises(SignInError, match="provider_error"):
        finish(providers, wrong, query)


def test_an_answer_led_into_another_s_sign_in_is_refused(providers: Providers, person: Any) -> None:
    assert person
    _, victim = begin(providers)
    address, _ = begin(providers)
    with pytest.raises(SignInError, match="not_ours"):
        finish(providers, victim, browse(address))


def test_the_nonce_of_another_sign_in_is_refused(providers: Providers, person: Any) -> None:
    assert person
    address, pending = begin(providers)
    query = browse(address)
    other = Pending.from_json(pending.to_json().replace(pending.nonce, "n" * 43))
    with pytest.raises(SignInError, match="nonce"):
        finish(providers, other, query)


def test_signing_out_has_a_place(providers: Providers) -> None:
    address = asyncio.run(providers.logout_url("canaille", at=datetime.now(UTC)))
    assert address is not None
    assert address.startswith(providers.entries[0].issuer)
