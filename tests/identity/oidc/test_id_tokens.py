"""ID tokens: each test changes one thing of a good token, and each is refused for that thing."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc import jws
from joserfc.jwk import ECKey, OKPKey, RSAKey

from service.identity.oidc import Providers
from tests.identity.oidc.hostile import AT, CLIENT, KEY, NEXT_KEY, OTHER_KEY, SECRET, Provider, keyed, part, signed, unsigned
from tests.identity.oidc.steps import Entry, begun, finished, refused

NOW = int(AT.timestamp())


@pytest.mark.parametrize(
    ("claims", "detail"),
    [
        ({"nonce": "of-another-sign-in"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"nonce": "\ud800"}, "nonce"),
        ({"iss": "https://other.example.jp"}, "iss"),
        ({"iss": None}, "iss"),
        ({"aud": "another-client"}, "aud"),
        ({"aud": [CLIENT, "another-client"]}, "aud"),
        ({"aud": [CLIENT, "another-client"], "azp": CLIENT}, "aud"),
        ({"aud": []}, "aud"),
        ({"aud": {CLIENT: 1}}, "aud"),
        ({"azp": "another-client"}, "azp"),
        ({"azp": None}, "azp"),
        ({"exp": NOW - 61}, "exp"),
        ({"exp": str(NOW + 300)}, "exp"),
        ({"exp": True}, "exp"),
        ({"exp": 1e300}, "exp"),
        ({"iat": NOW + 61}, "iat"),
        ({"iat": NOW - 61}, "older than the sign-in"),
        ({"nbf": NOW + 61}, "nbf"),
        ({"at_hash": part(b"0" * 16)}, "at_hash"),
        ({"at_hash": 1}, "at_hash"),
        ({"sub": ""}, "sub"),
        ({"sub": "u" * 256}, "sub"),
        ({"sub": 7}, "sub"),
        ({"sub": "u-1\n"}, "sub"),
        ({"sid": 7}, "sid"),
        ({"amr": "otp"}, "amr"),
        ({"auth_time": NOW + 61}, "auth_time"),
        ({"events": {}}, "a token of another kind"),
        ({"typ": "Bearer"}, "a token of another kind"),
        ({"typ": "Logout"}, "a token of another kind"),
    ],
)
def test_a_claim_that_is_not_right_is_refused(provider: Provider, providers: Providers, claims: dict[str, Any], detail: str) -> None:
    address, pending = begun(providers)
    provider.claims = claims
    assert refused(providers, pending, provider.back(address)) == ("unproven", detail)


@pytest.mark.parametrize("claim", ["iss", "sub", "aud", "exp", "iat", "nonce"])
def test_a_claim_that_every_id_token_has_may_not_lack(provider: Provider, providers: Providers, claim: str) -> None:
    address, pending = begun(providers)
    provider.without = {claim}
    assert refused(providers, pending, provider.back(address)) == ("unproven", claim)


@pytest.mark.parametrize(
    "claims",
    [{"exp": NOW - 59}, {"iat": NOW + 59}, {"nbf": NOW + 59}, {"aud": [CLIENT], "azp": CLIENT}, {"typ": "ID"}, {"auth_time": NOW + 59}],
)
def test_clocks_may_differ_by_less_than_a_minute(provider: Provider, providers: Providers, claims: dict[str, Any]) -> None:
    address, pending = begun(providers)
    provider.claims = claims
    assert finished(providers, pending, provider.back(address)).subject == "u-1"


def test_what_a_provider_does_not_say_is_not_made_up(provider: Provider, providers: Providers) -> None:
    address, pending = begun(providers)
    provider.without = {"sid", "acr", "amr", "auth_time", "at_hash"}
    who = finished(providers, pending, provider.back(address))
    assert (who.sid, who.acr, who.amr, who.auth_at) == (None, None, (), None)


FORGED: dict[str, tuple[Callable[[Provider], str], str]] = {
    "unsigned": (lambda provider: unsigned(provider.id_claims()), "algorithm"),
    "keyed with the client's secret": (lambda provider: keyed(provider.id_claims(), SECRET.encode()), "algorithm"),
    "keyed with the public key": (lambda provider: keyed(provider.id_claims(), KEY.as_pem(private=False)), "algorithm"),
    "by another key under the same name": (lambda provider: signed(provider.id_claims(), key=OTHER_KEY), "signature"),
    "by a key that is not published": (
        lambda provider: signed(provider.id_claims(), key=NEXT_KEY, header={"kid": "second"}),
        "no such key",
    ),
    "with another claim under the same signature": (
        lambda provider: ".".join(
            [(whole := signed(provider.id_claims()).split("."))[0], part(provider.id_claims() | {"sub": "u-2"}), whole[2]]
        ),
        "signature",
    ),
    "without signature": (lambda provider: signed(provider.id_claims()).rpartition(".")[0] + ".", "signature"),
    "with a key of its own": (
        lambda provider: signed(provider.id_claims(), key=OTHER_KEY, header={"jwk": OTHER_KEY.as_dict(private=False)}),
        "no signed token",
    ),
    "with an address of keys": (lambda provider: signed(provider.id_claims(), header={"jku": provider.issuer + "/keys"}), "header"),
    "with an address of certificates": (lambda provider: signed(provider.id_claims(), header={"x5u": provider.issuer}), "header"),
    "with certificates": (lambda provider: signed(provider.id_claims(), header={"x5c": ["AAAA"]}), "header"),
    "with an unknown critical header": (
        lambda provider: f"{part({'alg': 'RS256', 'kid': 'first', 'crit': ['exp'], 'exp': 1})}.{part(provider.id_claims())}.AAAA",
        "header",
    ),
    "packed": (lambda provider: signed(provider.id_claims(), header={"zip": "DEF"}), "header"),
    "an access token": (lambda provider: signed(provider.id_claims(), header={"typ": "at+jwt"}), "type"),
    "a logout token": (lambda provider: signed(provider.id_claims(), header={"typ": "logout+jwt"}), "type"),
    "saying a claim twice": (
        lambda provider: signed_text(b'{"sub":"u-2",' + part_of(provider.id_claims())),
        "signature",
    ),
    "no token": (lambda _provider: "nothing", "no signed token"),
    "too long": (lambda provider: signed(provider.id_claims() | {"much": "m" * 20_000}), "too long"),
}


def part_of(claims: dict[str, Any]) -> bytes:
    return json.dumps(claims).encode()[1:]


def signed_text(text: bytes) -> str:
    return jws.serialize_compact({"alg": "RS256", "kid": "first", "typ": "JWT"}, text, KEY)


@pytest.mark.parametrize("kind", FORGED)
def test_a_forged_token_signs_nobody_in(provider: Provider, providers: Providers, kind: str) -> None:
    make, detail = FORGED[kind]
    address, pending = begun(providers)
    answer = provider.back(address)
    provider.token = make(provider)
    assert refused(providers, pending, answer) == ("unproven", detail)


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [
        (RSAKey.generate_key(2048, {"kid": "k"}), "PS256"),
        (ECKey.generate_key("P-256", {"kid": "k"}), "ES256"),
        (OKPKey.generate_key("Ed25519", {"kid": "k"}), "Ed25519"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_algorithm_of_the_list_is_accepted_with_its_own_kind_of_key(
    provider: Provider, providers: Providers, key: Any, algorithm: str
) -> None:
    address, pending = begun(providers)
    answer = provider.back(address)
    provider.without = {"at_hash"}
    provider.published = [KEY, key]
    provider.token = jws.serialize_compact(
        {"alg": algorithm, "kid": "k"}, b"{" + part_of(provider.id_claims()), key, registry=jws.JWSRegistry(algorithms=[algorithm])
    )
    assert finished(providers, pending, answer).subject == "u-1"


@pytest.mark.parametrize(
    ("published", "algorithm"),
    [
        ({"alg": "PS256"}, "RS256"),
        ({"alg": "RS256"}, "PS256"),
        ({"use": "enc"}, "RS256"),
        ({"key_ops": ["encrypt"]}, "RS256"),
        ({"kid": 7}, "RS256"),
    ],
)
def test_a_key_is_used_for_what_it_was_published_for(
    provider: Provider, providers: Providers, published: dict[str, Any], algorithm: str
) -> None:
    address, pending = begun(providers)
    answer = provider.back(address)
    bare = {name: value for name, value in KEY.as_dict(private=False).items() if name in {"kty", "n", "e", "kid"}}
    provider.raw_keys = {"keys": [bare | published]}
    header = {"alg": algorithm} | ({"kid": "first"} if "kid" not in published else {})
    signer = RSAKey.import_key(KEY.as_pem(private=True))
    provider.token = jws.serialize_compact(
        header, b"{" + part_of(provider.id_claims()), signer, registry=jws.JWSRegistry(algorithms=[algorithm])
    )
    assert refused(providers, pending, answer) == ("unproven", "no such key")


def test_a_weak_key_is_no_key(provider: Provider, providers: Providers) -> None:
    weak = rsa.generate_private_key(65537, 1024)
    numbers = weak.public_key().public_numbers()
    provider.raw_keys = {"keys": [{"kty": "RSA", "kid": "first", "n": part(numbers.n.to_bytes(128)), "e": part(b"\x01\x00\x01")}]}
    address, pending = begun(providers)
    answer = provider.back(address)
    text = f"{part({'alg': 'RS256', 'kid': 'first'})}.{part(provider.id_claims())}"
    provider.token = f"{text}.{part(weak.sign(text.encode(), padding.PKCS1v15(), SHA256()))}"
    assert refused(providers, pending, answer) == ("unproven", "no such key")


def test_two_keys_under_one_name_are_none(provider: Provider, providers: Providers) -> None:
    address, pending = begun(providers)
    provider.published = [KEY, OTHER_KEY]
    assert refused(providers, pending, provider.back(address)) == ("unproven", "no such key")


@pytest.mark.parametrize(
    ("required", "asked", "acr", "code"),
    [
        (["platinum"], None, "gold", "weak_sign_in"),
        (["platinum"], None, None, "weak_sign_in"),
        (["gold"], ["platinum"], "gold", "weak_sign_in"),
        (["platinum"], ["gold"], "gold", "weak_sign_in"),
        ([], ["platinum"], "gold", "weak_sign_in"),
        (["gold", "platinum"], ["gold"], "gold", None),
    ],
)
def test_a_sign_in_is_as_strong_as_the_site_and_the_act_ask(
    provider: Provider, entry: Entry, required: list[str], asked: list[str] | None, acr: str | None, code: str | None
) -> None:
    providers = Providers([entry(required_acr=required)], public_url="https://sekisho.example.jp")
    address, pending = begun(providers, acr_values=asked)
    provider.claims = {"acr": acr}
    answer = provider.back(address)
    assert provider.asked["acr_values"] == " ".join(asked or required)
    if code is None:
        assert finished(providers, pending, answer).acr == acr
    else:
        assert refused(providers, pending, answer) == (code, "acr")


@pytest.mark.parametrize(
    ("claims", "without", "fresh"),
    [
        ({"auth_time": NOW - 300 - 61}, set(), False),
        ({"auth_time": NOW - 300}, set(), True),
        ({}, {"auth_time"}, False),
    ],
)
def test_a_sign_in_is_as_recent_as_the_act_asks(
    provider: Provider, providers: Providers, claims: dict[str, int], without: set[str], *, fresh: bool
) -> None:
    address, pending = begun(providers, max_age=300)
    provider.claims, provider.without = claims, without
    if fresh:
        assert finished(providers, pending, provider.back(address)).auth_at == AT - timedelta(seconds=300)
    else:
        assert refused(providers, pending, provider.back(address)) == ("weak_sign_in", "auth_time")
