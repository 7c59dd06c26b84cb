"""What comes back to the redirect address: only the answer to this sign-in, from this provider, once and in time."""

import base64
import hashlib
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from service.identity.oidc import WORDS, Code, Pending, Providers, SignInError
from tests.identity.oidc.hostile import AT, CLIENT, SECRET, Provider
from tests.identity.oidc.steps import begun, finished, refused


def test_an_honest_sign_in_names_issuer_and_subject(provider: Provider, providers: Providers) -> None:
    address, pending = begun(providers)
    who = finished(providers, pending, provider.back(address))
    assert (who.issuer, who.subject, who.sid, who.provider_id) == (provider.issuer, "u-1", "s-1", "house")
    assert (who.acr, who.amr, who.auth_at) == ("gold", ("pwd", "otp"), AT - timedelta(seconds=30))


def test_the_request_asks_for_the_subject_alone_and_binds_the_answer(provider: Provider, providers: Providers) -> None:
    address, pending = begun(providers, max_age=60, acr_values=["gold", "platinum"])
    assert address.startswith(provider.issuer + "/authorize?")
    asked = {name: value for name, [value] in parse_qs(urlsplit(address).query).items()}
    challenge = base64.urlsafe_b64encode(hashlib.sha256(pending.code_verifier.encode()).digest()).rstrip(b"=").decode()
    assert asked == {
        "response_type": "code",
        "client_id": CLIENT,
        "redirect_uri": "https://sekisho.example.jp/sign-in/oidc/house/callback",
        "scope": "openid",
        "state": pending.state,
        "nonce": pending.nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        "max_age": "60",
        "acr_values": "gold platinum",
    }


def test_the_code_is_redeemed_with_the_verifier_and_the_secret(provider: Provider, providers: Providers) -> None:
    address, pending = begun(providers)
    finished(providers, pending, provider.back(address))
    [(authorization, form)] = provider.redeemed
    assert authorization == "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
    assert form == {
        "grant_type": "authorization_code",
        "code": "code-1",
        "code_verifier": pending.code_verifier,
        "redirect_uri": "https://sekisho.example.jp/sign-in/oidc/house/callback",
    }


def test_a_provider_that_wants_the_secret_in_the_form_gets_it_there(provider: Provider, providers: Providers) -> None:
    provider.metadata["token_endpoint_auth_methods_supported"] = ["client_secret_post"]
    address, pending = begun(providers)
    finished(providers, pending, provider.back(address))
    [(authorization, form)] = provider.redeemed
    assert authorization is None
    assert form["client_secret"] == SECRET


def test_no_two_sign_ins_share_a_secret(providers: Providers) -> None:
    one, other = begun(providers)[1], begun(providers)[1]
    assert not {one.state, one.nonce, one.code_verifier} & {other.state, other.nonce, other.code_verifier}
    assert min(map(len, (one.state, one.nonce, one.code_verifier))) >= 43


def test_what_is_kept_survives_being_kept_and_shows_no_secret(providers: Providers) -> None:
    _, pending = begun(providers, max_age=0, acr_values=["gold"])
    assert Pending.from_json(pending.to_json()) == pending
    assert not any(secret in repr(pending) for secret in (pending.state, pending.nonce, pending.code_verifier))
    with pytest.raises(ValueError, match="missing"):
        Pending.from_json("{}")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"state": "another"}, "not_ours"),
        ({"state": None}, "not_ours"),
        ({"state": "ステート"}, "not_ours"),
        ({"iss": "https://other.example.jp"}, "wrong_provider"),
        ({"iss": ""}, "wrong_provider"),
        ({"iss": None}, "wrong_provider"),
        ({"iss": "https://other.example.jp", "error": "access_denied", "code": None}, "wrong_provider"),
        ({"error": "access_denied", "code": None}, "declined"),
        ({"error": "login_required"}, "provider_error"),
        ({"code": None}, "provider_error"),
        ({"code": ""}, "provider_error"),
        ({"code": "c" * 5000}, "provider_error"),
    ],
)
def test_another_answer_is_refused_before_any_code_is_sent(
    provider: Provider, providers: Providers, changed: dict[str, str | None], code: str
) -> None:
    address, pending = begun(providers)
    assert refused(providers, pending, provider.back(address, **changed))[0] == code
    assert provider.redeemed == []


def test_an_issuer_that_ends_in_a_slash_is_another_one(provider: Provider, providers: Providers) -> None:
    address, pending = begun(providers)
    assert refused(providers, pending, provider.back(address, iss=provider.issuer + "/"))[0] == "wrong_provider"


def test_a_provider_that_does_not_announce_iss_may_leave_it_out_but_not_send_a_wrong_one(provider: Provider, providers: Providers) -> None:
    provider.metadata["authorization_response_iss_parameter_supported"] = None
    address, pending = begun(providers)
    assert finished(providers, pending, provider.back(address, iss=None)).subject == "u-1"
    address, pending = begun(providers)
    assert refused(providers, pending, provider.back(address, iss="https://other.example.jp"))[0] == "wrong_provider"


def test_an_answer_at_another_provider_s_address_is_refused(provider: Provider, providers: Providers) -> None:
    """The mix-up: an honest provider's code, led to a sign-in that was begun with a dishonest one."""
    provider.metadata["authorization_response_iss_parameter_supported"] = None
    address, pending = begun(providers)
    assert refused(providers, pending, provider.back(address, iss=None), provider_id="other")[0] == "wrong_provider"
    assert provider.redeemed == []


def test_a_sign_in_is_answered_once(provider: Provider, providers: Providers) -> None:
    address, pending = begun(providers)
    answer = provider.back(address)
    finished(providers, pending, answer)
    assert refused(providers, Pending.from_json(pending.to_json()), answer)[0] == "replayed"
    assert len(provider.redeemed) == 1


def test_a_refused_answer_uses_the_sign_in_up_but_a_stranger_s_does_not(provider: Provider, providers: Providers) -> None:
    address, pending = begun(providers)
    assert refused(providers, pending, provider.back(address, state="of-a-stranger"))[0] == "not_ours"
    assert refused(providers, pending, provider.back(address, iss="https://other.example.jp"))[0] == "wrong_provider"
    assert refused(providers, pending, provider.back(address))[0] == "replayed"


@pytest.mark.parametrize("late", [timedelta(minutes=10), timedelta(days=1), timedelta(minutes=-2)])
def test_a_sign_in_ends_after_ten_minutes_and_never_begins_in_the_future(provider: Provider, providers: Providers, late: timedelta) -> None:
    address, pending = begun(providers)
    assert refused(providers, pending, provider.back(address), at=AT + late)[0] == "expired"


def test_a_sign_in_of_nine_minutes_is_accepted(provider: Provider, providers: Providers) -> None:
    address, pending = begun(providers)
    later = AT + timedelta(minutes=9)
    provider.claims = {"iat": int(later.timestamp()), "exp": int(later.timestamp()) + 60}
    assert finished(providers, pending, provider.back(address), at=later).subject == "u-1"


@pytest.mark.parametrize(
    "told", [{"error": "invalid_grant"}, {"id_token": None}, {"access_token": None}, {"token_type": None}, {"token_type": "DPoP"}]
)
def test_a_provider_that_gives_no_tokens_signs_nobody_in(provider: Provider, providers: Providers, told: dict[str, str | None]) -> None:
    address, pending = begun(providers)
    provider.told = told
    assert refused(providers, pending, provider.back(address))[0] == "provider_error"


def test_a_provider_that_is_not_in_the_settings_is_unknown(providers: Providers) -> None:
    _, pending = begun(providers)
    lacking = Providers([], public_url="https://sekisho.example.jp")
    with pytest.raises(SignInError, match="unknown_provider"):
        begun(lacking)
    assert refused(lacking, pending, {})[0] == "unknown_provider"


def test_each_outcome_has_words_in_both_languages() -> None:
    assert set(WORDS) == set(Code)
    assert all(japanese and english and japanese != english for japanese, english in WORDS.values())


def test_ways_of_being_forged_look_alike_to_who_forges() -> None:
    assert WORDS[Code.UNPROVEN] == WORDS[Code.NOT_OURS] == WORDS[Code.WRONG_PROVIDER]
