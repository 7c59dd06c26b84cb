"""Logout tokens: one message with one purpose; no other token ends anybody's sign-in, and this one begins none."""

import asyncio
from typing import Any

import pytest

from service.identity.oidc import LoggedOut, Providers, SignInError
from tests.identity.oidc.hostile import AT, LOGOUT_EVENT, NEXT_KEY, OTHER_KEY, SECRET, Provider, keyed, signed, unsigned
from tests.identity.oidc.steps import Entry

NOW = int(AT.timestamp())
TYPED = {"typ": "logout+jwt"}


def read(providers: Providers, token: str) -> LoggedOut:
    return asyncio.run(providers.verify_logout_token("house", token, at=AT))


def refused(providers: Providers, token: str) -> tuple[str, str]:
    with pytest.raises(SignInError) as error:
        read(providers, token)
    return error.value.code, error.value.detail


@pytest.mark.parametrize(("subject", "sid"), [("u-1", "s-1"), (None, "s-1"), ("u-1", None)])
def test_a_logout_token_names_a_sign_in_or_a_subject(
    provider: Provider, providers: Providers, subject: str | None, sid: str | None
) -> None:
    ended = read(providers, signed(provider.logout_claims(sub=subject, sid=sid), header=TYPED))
    assert ended == LoggedOut(issuer=provider.issuer, subject=subject, sid=sid, jti="j-1")


@pytest.mark.parametrize(
    ("changed", "detail"),
    [
        ({"iss": "https://other.example.jp"}, "iss"),
        ({"aud": "another-client"}, "aud"),
        ({"aud": None}, "aud"),
        ({"nonce": "n"}, "a nonce, as only an ID token has one"),
        ({"events": None}, "events"),
        ({"events": {}}, "events"),
        ({"events": {LOGOUT_EVENT: None}}, "events"),
        ({"events": {"http://schemas.openid.net/event/other": {}}}, "events"),
        ({"events": [LOGOUT_EVENT]}, "events"),
        ({"sub": None, "sid": None}, "neither sub nor sid"),
        ({"jti": None}, "jti"),
        ({"iat": None}, "iat"),
        ({"iat": NOW + 61}, "iat"),
        ({"iat": NOW - 121}, "too old"),
        ({"exp": NOW - 61}, "exp"),
        ({"exp": None}, "exp"),
    ],
)
def test_a_claim_that_is_not_right_is_refused(provider: Provider, providers: Providers, changed: dict[str, Any], detail: str) -> None:
    assert refused(providers, signed(provider.logout_claims(**changed), header=TYPED)) == ("unproven", detail)


def test_an_empty_nonce_is_one_too(provider: Provider, providers: Providers) -> None:
    token = signed(provider.logout_claims() | {"nonce": None}, header=TYPED)
    assert refused(providers, token) == ("unproven", "a nonce, as only an ID token has one")


@pytest.mark.parametrize("typ", ["JWT", "at+jwt", "secevent+jwt", ""])
def test_a_token_of_another_type_is_refused(provider: Provider, providers: Providers, typ: object) -> None:
    assert refused(providers, signed(provider.logout_claims(), header={"typ": typ}))[0] == "unproven"


def test_an_id_token_ends_nothing_whatever_it_calls_itself(provider: Provider, providers: Providers) -> None:
    provider.asked = {"nonce": "n"}
    assert refused(providers, signed(provider.id_claims())) == ("unproven", "type")
    assert refused(providers, signed(provider.id_claims(), header=TYPED)) == ("unproven", "events")


@pytest.mark.parametrize(
    ("make", "detail"),
    [
        (unsigned, "algorithm"),
        (lambda claims: keyed(claims, SECRET.encode()), "algorithm"),
        (lambda claims: signed(claims, key=OTHER_KEY, header=TYPED), "signature"),
        (lambda claims: signed(claims, key=NEXT_KEY, header=TYPED | {"kid": "second"}), "no such key"),
    ],
    ids=["unsigned", "keyed with the secret", "another key", "unknown key"],
)
def test_a_forged_logout_token_ends_nothing(provider: Provider, providers: Providers, make: Any, detail: str) -> None:
    assert refused(providers, make(provider.logout_claims())) == ("unproven", detail)


def test_a_logout_token_of_one_provider_is_not_another_s(provider: Provider, entry: Entry) -> None:
    other = entry(id="house", issuer=provider.issuer.replace("127.0.0.1", "localhost"))
    providers = Providers([other, entry(id="second")], public_url="https://sekisho.example.jp")
    with pytest.raises(SignInError, match="wrong_provider"):
        read(providers, signed(provider.logout_claims(), header=TYPED))


def test_signing_out_leads_to_the_provider_and_back(provider: Provider, providers: Providers) -> None:
    address = asyncio.run(providers.logout_url("house", "the-token", at=AT))
    assert address == (
        f"{provider.issuer}/end?client_id=sekisho-console&post_logout_redirect_uri=https%3A%2F%2Fsekisho.example.jp%2Fsign-in"
        "&id_token_hint=the-token"
    )


def test_a_provider_without_a_place_to_sign_out_has_none(provider: Provider, providers: Providers) -> None:
    provider.metadata["end_session_endpoint"] = None
    assert asyncio.run(providers.logout_url("house", at=AT)) is None
