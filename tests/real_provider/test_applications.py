"""Applications with tokens of a certified provider: what it issues is let in, and nothing that it issued for somebody else."""

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest

from service import clock
from service.actor import Actor
from service.database import read, transaction
from service.identity import issuers
from service.identity.callers import Client
from service.identity.operations import grant_application
from service.identity.tokens import claimed
from service.ledger import entries, log_size, read_entry
from service.settings import IssuerSettings, Settings
from tests.builders.tokens import AUDIENCE, b64, key_of, proof_of, signed, thumbprint_of
from tests.doors.api.conftest import World, given, served, world, world_laid
from tests.real_provider.server import JWKS, CertifiedProvider

pytestmark = [pytest.mark.long, pytest.mark.alone]
__all__ = ["given", "served", "world", "world_laid"]

PUBLIC = "https://sekisho.example"
PATH = "/access/v1/evaluation"
BODY = {"subject": {"type": "person", "id": "permit"}, "resource": {"type": "information", "id": "d1"}, "action": {"name": "read"}}
DMS = ("dms-client", "for-tests-only-0123456789-abcdefghij")
KEY = 11
PAUSE = timedelta(seconds=1)


@pytest.fixture
def provider(installed: Path) -> Iterator[CertifiedProvider]:
    made = CertifiedProvider(
        installed,
        console={
            "client_id": "console",
            "client_secret": "for-tests-only",
            "redirect_uri": f"{PUBLIC}/sign-in/oidc/house/callback",
            "after_sign_out": f"{PUBLIC}/sign-in",
            "backchannel_logout_uri": f"{PUBLIC}/sign-in/oidc/house/back-channel-logout",
            "algorithm": "RS256",
        },
        applications=[{"client_id": DMS[0], "client_secret": DMS[1], "scope": "check"}],
        resources={AUDIENCE: "jwt", "https://other.example": "jwt", "https://opaque.example": "opaque"},
    )
    try:
        made.start()
        yield made
    finally:
        made.stop()


@pytest.fixture
def known(world: World, provider: CertifiedProvider) -> World:
    """The small world with the provider among its issuers, and its client among the applications."""
    named = IssuerSettings(issuer=provider.issuer, jwks_uri=f"{provider.issuer}/jwks", audience=AUDIENCE, private=True)
    world.settings = Settings(data_dir=world.settings.data_dir, public_url=PUBLIC, issuers=(named,), outgoing_http_on_loopback=True)
    with transaction(world.engine) as session:
        grant_application(
            session,
            log=world.log,
            actor=Actor(id="a_test", kind="person"),
            at=clock.now(),
            name="dms by token",
            application_id="by-token",
            client=Client(provider.issuer, DMS[0]),
        )
    return world


@pytest.fixture
def door(known: World, served: World) -> World:
    assert known is served
    return served


def ask(door: World, token: str, *, scheme: str = "Bearer", proof: str | None = None) -> httpx2.Response:
    headers = {"Authorization": f"{scheme} {token}"} | ({} if proof is None else {"DPoP": proof})
    return httpx2.post(f"{door.address}{PATH}", json=BODY, headers=headers, trust_env=False)


def proof_for_provider(provider: CertifiedProvider) -> str:
    """A proof without a token, as an application sends it when it asks for one."""
    public = {name: value for name, value in key_of("ES256", KEY).as_dict(private=False).items() if name != "kid"}
    claims = {
        "htm": "POST",
        "htu": f"{provider.issuer}/token",
        "iat": int(clock.now().timestamp()),
        "jti": b64(str(time.time_ns()).encode()),
    }
    header = {"typ": "dpop+jwt", "alg": "ES256", "jwk": public}
    return signed(header, claims, algorithm="ES256", key=key_of("ES256", KEY))


def bound_token(provider: CertifiedProvider) -> str:
    told = provider.ask_token(DMS, headers={"DPoP": proof_for_provider(provider)}, resource=AUDIENCE)
    assert told["token_type"] == "DPoP"
    return str(told["access_token"])


def proof(token: str, *, number: int = KEY, jti: str = "p-1") -> str:
    return proof_of(token, url=PUBLIC + PATH, at=clock.now(), number=number, jti=jti)


def test_a_token_of_the_provider_is_let_in_and_the_ledger_names_its_application(door: World, provider: CertifiedProvider) -> None:
    told = provider.ask_token(DMS, resource=AUDIENCE)
    assert told["token_type"] == "Bearer"
    answer = ask(door, told["access_token"])
    assert (answer.status_code, answer.json()["decision"]) == (200, True)
    with read(door.engine) as session:
        size = log_size(session)
        newest = read_entry(dict(entries(session, start=size - 1, end=size))[size - 1])
    assert newest["actor"] == "by-token"


def test_a_bound_token_of_the_provider_is_let_in_with_its_proof_once_and_never_without(door: World, provider: CertifiedProvider) -> None:
    token = bound_token(provider)
    made = proof(token)
    answer = ask(door, token, scheme="DPoP", proof=made)
    assert (answer.status_code, answer.json()["decision"]) == (200, True)
    assert ask(door, token, scheme="DPoP", proof=made).status_code == 401
    assert ask(door, token).status_code == 401
    assert ask(door, token, scheme="DPoP").status_code == 401
    assert thumbprint_of(KEY) != thumbprint_of(KEY + 1)
    assert ask(door, token, scheme="DPoP", proof=proof(token, number=KEY + 1, jti="p-2")).status_code == 401
    assert ask(door, token, scheme="DPoP", proof=proof(token, jti="p-3")).status_code == 200


def test_what_the_provider_issues_for_somebody_else_is_refused(door: World, provider: CertifiedProvider) -> None:
    tokens = {
        "for another service": provider.ask_token(DMS, resource="https://other.example")["access_token"],
        "opaque, for another service": provider.ask_token(DMS, resource="https://opaque.example")["access_token"],
        "opaque, for nobody in particular": provider.ask_token(DMS)["access_token"],
    }
    assert ["." in token for token in tokens.values()] == [True, False, False]
    for name, token in tokens.items():
        assert ask(door, token).status_code == 401, name
    assert ask(door, provider.ask_token(DMS, resource=AUDIENCE)["access_token"]).status_code == 200


def test_a_provider_that_comes_back_with_new_keys_costs_one_look_at_them(
    door: World, provider: CertifiedProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(issuers, "UNKNOWN_KEY_PAUSE", PAUSE)
    old = provider.ask_token(DMS, resource=AUDIENCE)["access_token"]
    assert [ask(door, old).status_code for _ in range(3)] == [200, 200, 200]
    assert provider.lines(JWKS) == 1
    provider.restart()
    new = provider.ask_token(DMS, resource=AUDIENCE)["access_token"]
    assert claimed(new).kid != claimed(old).kid
    time.sleep(PAUSE.total_seconds())
    assert [ask(door, new).status_code for _ in range(3)] == [200, 200, 200]
    assert provider.lines(JWKS) == 2
    # A key that nobody published does not make them be asked for again before the pause has passed.
    monkeypatch.undo()
    header = {"alg": "ES256", "typ": "at+jwt", "kid": "nobody's"}
    stranger = signed(header, {"iss": provider.issuer}, algorithm="ES256", key=key_of("ES256", KEY))
    assert {ask(door, stranger).status_code for _ in range(5)} == {401}
    assert provider.lines(JWKS) == 2
