"""Discovery and keys: from the right place, of bounded size and time, and not asked for without end."""

import asyncio
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse

from service.identity.oidc import ProviderEntry, Providers, SignInError, fetching
from service.identity.oidc.entries import read_entries
from service.identity.oidc.fetching import ForbiddenAnswerError, may_reach
from tests.identity.oidc.hostile import AT, KEY, NEXT_KEY, Provider, signed
from tests.identity.oidc.steps import Entry, begun, finished, refused

METADATA = "/.well-known/openid-configuration"
TYPED = {"typ": "logout+jwt"}


def failing(providers: Providers) -> tuple[str, str]:
    with pytest.raises(SignInError) as error:
        begun(providers)
    return error.value.code, error.value.detail


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://other.example.jp"},
        {"issuer": None},
        {"authorization_endpoint": None},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": "http://sekisho.example.jp/authorize"},
        {"token_endpoint": "http://192.0.2.1/token"},
        {"token_endpoint": "https://user:word@other.example.jp/token"},
        {"jwks_uri": "file:///etc/passwd"},
        {"jwks_uri": "https://other.example.jp/keys\n"},
        {"end_session_endpoint": "ftp://other.example.jp/"},
        {"code_challenge_methods_supported": ["plain"]},
        {"code_challenge_methods_supported": "S256"},
        {"token_endpoint_auth_methods_supported": ["private_key_jwt"]},
    ],
)
def test_metadata_that_are_not_the_provider_s_or_not_safe_are_refused(
    provider: Provider, providers: Providers, metadata: dict[str, Any]
) -> None:
    provider.metadata = metadata
    assert failing(providers)[0] == "wrong_provider"


async def _drip() -> Any:
    while True:
        yield b" "
        await asyncio.sleep(0.02)


@pytest.mark.parametrize(
    ("answer", "detail"),
    [
        (lambda: Response(b"{}" + b" " * (256 * 1024)), "too long"),
        (lambda: Response(b"{}", headers={"Content-Encoding": "gzip"}), "packed"),
        (lambda: RedirectResponse("/elsewhere"), "the answer was 307"),
        (lambda: Response(b"{}", status_code=500), "the answer was 500"),
        (lambda: Response(b"<html>"), "JSONDecodeError"),
        (lambda: Response(b"[]"), "not an object"),
        (lambda: Response(b"[" * 100_000), "ValueError"),
        (lambda: Response(b'{"issuer": NaN}'), "NaN"),
        (lambda: Response(b'{"issuer": "a", "issuer": "b"}'), "twice"),
        (lambda: Response(b"\xff\xfe"), "ValueError"),
        (lambda: StreamingResponse(_drip()), "TimeoutError"),
    ],
    ids=["long", "packed", "redirect", "error", "html", "list", "deep", "nan", "twice", "bytes", "slow"],
)
def test_an_answer_that_is_no_bounded_document_is_refused(
    provider: Provider, providers: Providers, answer: Any, detail: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "SECONDS", 0.5)
    provider.answers[METADATA] = answer()
    began = time.monotonic()
    code, said = failing(providers)
    assert time.monotonic() - began < 10
    assert code == "provider_unavailable"
    assert detail in said or detail == "ValueError"
    assert provider.calls == [METADATA]


def test_a_redirect_of_the_token_endpoint_is_not_followed(provider: Provider, providers: Providers) -> None:
    address, pending = begun(providers)
    provider.answers["/token"] = RedirectResponse("/token-elsewhere", status_code=307)
    assert refused(providers, pending, provider.back(address))[0] == "provider_unavailable"
    assert provider.calls.count("/token-elsewhere") == 0


def test_a_token_answer_without_end_is_cut_off(provider: Provider, providers: Providers) -> None:
    address, pending = begun(providers)
    provider.answers["/token"] = Response(b"{}" + b" " * (256 * 1024))
    code, detail = refused(providers, pending, provider.back(address))
    assert code == "provider_unavailable"
    assert "too long" in detail


def test_no_address_but_the_allowed_ones_is_asked(provider: Provider, entry: Entry) -> None:
    providers = Providers([entry(issuer="https://localhost:1", insecure_loopback=False)], public_url="https://sekisho.example.jp")
    assert "may not be asked" in failing(providers)[1]
    assert provider.calls == []


def test_the_way_out_itself_speaks_https_alone(entry: Entry) -> None:
    outside = ProviderEntry(**entry(issuer="https://id.example.jp", insecure_loopback=False, client_secret_file=Path("unused")))
    with pytest.raises(ForbiddenAnswerError, match="is not https"):
        asyncio.run(fetching.fetch_json(outside, "http://10.1.2.3/"))


@pytest.mark.parametrize(
    ("address", "private", "loopback", "allowed"),
    [
        ("8.8.8.8", False, False, True),
        ("10.1.2.3", False, False, False),
        ("10.1.2.3", True, False, True),
        ("fd00::1", False, False, False),
        ("fd00::1", True, False, True),
        ("127.0.0.1", False, False, False),
        ("127.0.0.1", True, False, False),
        ("127.0.0.1", False, True, True),
        ("::1", True, False, False),
        ("::ffff:127.0.0.1", True, False, False),
        ("::ffff:10.1.2.3", False, False, False),
        ("::ffff:10.1.2.3", True, False, True),
        ("169.254.169.254", True, False, False),
        ("fe80::1%eth0", True, False, False),
        ("0.0.0.0", True, False, False),
        ("224.0.0.1", True, False, False),
        ("8.8.8.8", True, True, False),
    ],
)
def test_a_provider_lives_where_its_entry_says(address: str, *, private: bool, loopback: bool, allowed: bool) -> None:
    assert may_reach(address, private=private, loopback=loopback) is allowed


def ended(providers: Providers, token: str, at: datetime) -> str:
    try:
        return asyncio.run(providers.verify_logout_token("house", token, at=at)).jti
    except SignInError as error:
        return error.code


def test_a_new_key_is_found_by_one_more_look(provider: Provider, providers: Providers) -> None:
    assert ended(providers, signed(provider.logout_claims(), header=TYPED), AT) == "j-1"
    provider.published = [KEY, NEXT_KEY]
    token = signed(provider.logout_claims(), key=NEXT_KEY, header=TYPED | {"kid": "second"})
    assert ended(providers, token, AT + timedelta(seconds=31)) == "j-1"
    assert ended(providers, token, AT + timedelta(seconds=32)) == "j-1"
    assert provider.calls == [METADATA, "/keys", "/keys"]


def test_unknown_keys_make_one_look_in_half_a_minute(provider: Provider, providers: Providers) -> None:
    token = signed(provider.logout_claims(), key=NEXT_KEY, header=TYPED | {"kid": "second"})
    for second in range(60):
        assert ended(providers, token, AT + timedelta(seconds=second)) == "unproven"
    assert provider.calls.count("/keys") == 2


def test_an_unknown_key_does_not_cost_the_known_ones(provider: Provider, providers: Providers) -> None:
    good = signed(provider.logout_claims(), header=TYPED)
    assert ended(providers, good, AT) == "j-1"
    provider.answers["/keys"] = JSONResponse({}, status_code=503)
    unknown = signed(provider.logout_claims(), key=NEXT_KEY, header=TYPED | {"kid": "second"})
    assert ended(providers, unknown, AT + timedelta(seconds=31)) == "provider_unavailable"
    assert ended(providers, good, AT + timedelta(seconds=31)) == "j-1"


def test_a_key_that_was_withdrawn_is_forgotten_after_five_minutes(provider: Provider, providers: Providers) -> None:
    assert ended(providers, signed(provider.logout_claims(), header=TYPED), AT) == "j-1"
    provider.published = [NEXT_KEY]
    later = AT + timedelta(minutes=5)
    now = int(later.timestamp())
    assert ended(providers, signed(provider.logout_claims(iat=now, exp=now + 60), header=TYPED), later) == "unproven"


def test_a_provider_that_fails_is_left_alone_for_a_moment_and_then_asked_again(provider: Provider, providers: Providers) -> None:
    provider.answers[METADATA] = JSONResponse({}, status_code=503)
    for second in (0, 1, 4):
        with pytest.raises(SignInError, match="provider_unavailable"):
            asyncio.run(providers.begin("house", at=AT + timedelta(seconds=second)))
    assert len(provider.calls) == 1
    provider.answers.clear()
    asyncio.run(providers.begin("house", at=AT + timedelta(seconds=5)))


@pytest.mark.parametrize(
    "keys", [[], {"keys": {}}, {"keys": [7, {}, {"kty": "RSA"}, {"kty": "RSA", "n": "~~", "e": "AQAB"}]}, {"keys": [{}] * 51}]
)
def test_keys_of_another_form_verify_nothing(provider: Provider, providers: Providers, keys: object) -> None:
    provider.raw_keys = keys
    assert ended(providers, signed(provider.logout_claims(), header=TYPED), AT) in {"unproven", "provider_unavailable"}


def test_more_keys_than_anybody_has_are_none(provider: Provider, providers: Providers) -> None:
    provider.raw_keys = {"keys": [KEY.as_dict(private=False), *[{}] * 50]}
    assert ended(providers, signed(provider.logout_claims(), header=TYPED), AT) == "provider_unavailable"


def test_a_good_key_among_foreign_ones_is_found(provider: Provider, providers: Providers) -> None:
    foreign = [
        {"kty": "oct", "k": "AAAA", "kid": "first"},
        {"kty": "AKP", "kid": "first"},
        {"kty": "EC", "crv": "P-256", "x": "A", "y": "A"},
    ]
    provider.raw_keys = {"keys": [*foreign, KEY.as_dict(private=False)]}
    address, pending = begun(providers)
    assert finished(providers, pending, provider.back(address)).subject == "u-1"


@pytest.mark.parametrize("metadata", [{"issuer": "https://other.example.jp"}, {"code_challenge_methods_supported": ["plain"]}])
def test_a_provider_that_tells_wrong_things_is_left_alone_for_a_moment_too(
    provider: Provider, providers: Providers, metadata: dict[str, Any]
) -> None:
    provider.metadata = metadata
    assert [failing(providers)[0] for _ in range(3)] == ["wrong_provider", "provider_unavailable", "provider_unavailable"]
    assert provider.calls == [METADATA]


def test_a_name_is_looked_up_once_and_the_connection_goes_there(provider: Provider, entry: Entry, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second answer of the name service, which might lead elsewhere, is never asked for."""
    asked: list[str] = []

    async def asking() -> None:
        loop = asyncio.get_running_loop()
        real = loop.getaddrinfo

        async def counting(host: str, port: int, **words: Any) -> Any:
            asked.append(host)
            return await real(host, port, **words)

        monkeypatch.setattr(loop, "getaddrinfo", counting)
        named = provider.issuer.replace("127.0.0.1", "localhost")
        provider.issuer = named
        await fetching.fetch_json(read_entries([entry(issuer=named)])["house"], f"{named}/.well-known/openid-configuration")

    asyncio.run(asking())
    assert asked == ["localhost"]
