"""Passkeys: what a good device may do, and every way in which an answer may be wrong."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from hypothesis import given, settings
from hypothesis import strategies as st

from service.identity.factors import passkeys
from service.identity.factors.passkeys import ClonedPasskeyError, NoPasskeysHereError, Passkey, PasskeyError, Site
from tests.identity.factors.authenticator import BE, BS, UP, UV, Authenticator, b64, unb64

SITE = Site(rp_id="sekisho.example", origin="https://sekisho.example:8743", title="Sekisho")
USER = b"u" * 32


def registration(challenge: bytes, existing: tuple[Passkey, ...] = ()) -> str:
    return passkeys.registration_options(
        site=SITE, challenge=challenge, user_id=USER, user_name="suzuki", display_name="鈴木", existing=existing
    )


def registered(device: Authenticator) -> Passkey:
    challenge = passkeys.new_challenge()
    return passkeys.finish_registration(device.create(registration(challenge)), site=SITE, challenge=challenge)


def signed_in(device: Authenticator, passkey: Passkey, *, user_id: bytes = USER) -> int:
    challenge = passkeys.new_challenge()
    answer = device.get(passkeys.sign_in_options(site=SITE, challenge=challenge, allowed=[passkey]))
    assert passkeys.passkey_named_in(answer) == device.id
    return passkeys.finish_sign_in(answer, site=SITE, challenge=challenge, passkey=passkey, user_id=user_id)


@pytest.fixture
def device() -> Authenticator:
    return Authenticator(origin=SITE.origin)


@pytest.mark.parametrize(
    "key", [None, ed25519.Ed25519PrivateKey.generate(), rsa.generate_private_key(65537, 2048)], ids=["P-256", "Ed25519", "RSA-2048"]
)
def test_a_passkey_is_registered_and_signs_in_again_and_again(key: Any) -> None:
    device = Authenticator(origin=SITE.origin, **({} if key is None else {"key": key}))
    passkey = registered(device)
    assert passkey.id == device.id
    assert passkey.sign_count == 1
    assert not passkey.synced
    assert passkey.transports == ("internal",)
    for count in (2, 3):
        assert signed_in(device, passkey) == count
        passkey = replace(passkey, sign_count=count)


def test_a_passkey_that_its_maker_copies_says_so_and_need_not_count(device: Authenticator) -> None:
    device.flags |= BE | BS
    device.counts = False
    passkey = registered(device)
    assert passkey.synced
    assert signed_in(device, passkey) == 0
    assert signed_in(device, passkey) == 0


def test_the_options_ask_for_a_verified_person_and_for_nothing_about_the_device(device: Authenticator) -> None:
    challenge = passkeys.new_challenge()
    passkey = registered(device)
    asked = json.loads(registration(challenge, existing=(passkey,)))
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    assert asked["attestation"] == "none"
    assert unb64(asked["challenge"]) == challenge
    assert [unb64(one["id"]) for one in asked["excludeCredentials"]] == [passkey.id]
    assert asked["rp"] == {"name": "Sekisho", "id": "sekisho.example"}
    assert unb64(asked["user"]["id"]) == USER
    wanted = json.loads(passkeys.sign_in_options(site=SITE, challenge=challenge))
    assert wanted["userVerification"] == "required"
    assert not wanted["allowCredentials"]


LIES: dict[str, dict[str, Any]] = {
    "another port": {"origin": "https://sekisho.example"},
    "plain http": {"origin": "http://sekisho.example:8743"},
    "a name that begins alike": {"origin": "https://sekisho.example:8743.evil.example"},
    "a name in front": {"origin": "https://evil.sekisho.example:8743"},
    "capitals": {"origin": "https://Sekisho.example:8743"},
    "another rp id": {"rp_id": "example"},
    "another challenge": {"challenge": b"x" * 32},
    "no challenge": {"challenge": b""},
    "person present but not verified": {"flags": UP},
    "person verified but not present": {"flags": UV},
    "inside another site's frame": {"cross_origin": True},
    "below another site": {"more_client_data": {"topOrigin": "https://evil.example"}},
    "the other ceremony": {"client_type": "webauthn.other"},
    "backed up though it cannot be": {"flags": UP | UV | BS},
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_no_lie_registers_and_none_signs_in(device: Authenticator, lie: dict[str, Any]) -> None:
    liar = Authenticator(**({"origin": SITE.origin} | lie))
    with pytest.raises(PasskeyError):
        registered(liar)
    passkey = registered(device)
    for name, value in lie.items():
        setattr(device, name, value)
    with pytest.raises(PasskeyError):
        signed_in(device, passkey)


def test_an_answer_of_one_ceremony_is_none_for_the_other(device: Authenticator) -> None:
    passkey = registered(device)
    device.client_type = "webauthn.create"
    with pytest.raises(PasskeyError):
        signed_in(device, passkey)
    device.client_type = "webauthn.get"
    with pytest.raises(PasskeyError):
        registered(device)


@pytest.mark.parametrize(
    ("fmt", "statement", "told"),
    [
        ("none", {"sig": b"x"}, "unexpected attestation statement"),
        ("packed", {"alg": -7, "sig": b"x" * 70, "x5c": [b"certificate"]}, "not asked for"),
        ("packed", {"alg": -7, "sig": b"x" * 70}, "could not be verified|Could not verify"),
        ("tpm", {"ver": "2.0"}, "not asked for"),
        ("android-safetynet", {"ver": "1", "response": b"x"}, "not asked for"),
        ("", {}, "not asked for"),
    ],
)
def test_attestations_that_were_not_asked_for_are_refused(device: Authenticator, fmt: str, statement: dict[str, Any], told: str) -> None:
    device.fmt, device.statement = fmt, statement
    with pytest.raises(PasskeyError, match=told):
        registered(device)


def test_a_device_that_attests_itself_by_its_own_key_is_taken(device: Authenticator) -> None:
    device.fmt, device.attests_itself = "packed", True
    assert signed_in(device, registered(device)) == 2


def test_a_good_answer_that_is_too_long_is_not_read(device: Authenticator) -> None:
    challenge = passkeys.new_challenge()
    answer = device.create(registration(challenge))
    with pytest.raises(PasskeyError, match="more than"):
        passkeys.finish_registration(answer + " " * passkeys.MOST_CHARACTERS, site=SITE, challenge=challenge)


def test_short_rsa_keys_are_refused() -> None:
    with pytest.raises(PasskeyError, match="2048"):
        registered(Authenticator(origin=SITE.origin, key=rsa.generate_private_key(65537, 1024)))


def test_the_answer_may_not_name_a_passkey_other_than_the_attested_one(device: Authenticator) -> None:
    challenge = passkeys.new_challenge()
    answer = json.loads(device.create(registration(challenge)))
    answer["id"] = answer["rawId"] = b64(b"somebody else's passkey")
    with pytest.raises(PasskeyError, match="two passkeys"):
        passkeys.finish_registration(json.dumps(answer), site=SITE, challenge=challenge)


def test_another_key_another_passkey_or_another_person_does_not_sign_in(device: Authenticator) -> None:
    passkey, other = registered(device), Authenticator(origin=SITE.origin)
    others = registered(other)
    with pytest.raises(PasskeyError, match="another passkey"):
        signed_in(other, passkey)
    with pytest.raises(PasskeyError, match="another person"):
        signed_in(device, passkey, user_id=b"v" * 32)
    with pytest.raises(PasskeyError, match="signature"):
        signed_in(device, replace(passkey, public_key=others.public_key))


def test_an_answer_counts_for_one_challenge_alone(device: Authenticator) -> None:
    passkey, challenge = registered(device), passkeys.new_challenge()
    answer = device.get(passkeys.sign_in_options(site=SITE, challenge=challenge))
    assert passkeys.finish_sign_in(answer, site=SITE, challenge=challenge, passkey=passkey, user_id=USER) == 2
    with pytest.raises(PasskeyError):
        passkeys.finish_sign_in(answer, site=SITE, challenge=passkeys.new_challenge(), passkey=passkey, user_id=USER)


@pytest.mark.parametrize(("kept", "next_count"), [(5, 4), (5, 5), (5, 0), (1, 1)])
def test_a_count_that_does_not_grow_is_told_as_a_copy(device: Authenticator, kept: int, next_count: int) -> None:
    passkey = replace(registered(device), sign_count=kept)
    device.counts, device.count = False, next_count
    with pytest.raises(ClonedPasskeyError):
        signed_in(device, passkey)


def test_nobody_can_raise_the_alarm_of_a_copy_without_the_key(device: Authenticator) -> None:
    passkey = replace(registered(device), sign_count=5)
    forger = Authenticator(origin=SITE.origin, id=device.id, counts=False, count=1, user_handle=USER)
    with pytest.raises(PasskeyError) as caught:
        signed_in(forger, passkey)
    assert not isinstance(caught.value, ClonedPasskeyError)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
FINISHERS: list[Callable[[str], object]] = [
    lambda answer: passkeys.finish_registration(answer, site=SITE, challenge=b"c" * 32),
    lambda answer: passkeys.finish_sign_in(
        answer, site=SITE, challenge=b"c" * 32, passkey=Passkey(b"i", b"\x04" * 65, 0, "", synced=False), user_id=USER
    ),
    passkeys.passkey_named_in,
]


@pytest.mark.parametrize("finish", FINISHERS, ids=["registration", "sign-in", "name"])
@settings(max_examples=150, deadline=None)
@given(part=JSON, at=st.sampled_from(["", "id", "rawId", "type", "response", "clientDataJSON", "attestationObject", "authenticatorData"]))
def test_whatever_is_sent_is_a_passkey_error_and_nothing_else(finish: Callable[[str], object], part: Any, at: str) -> None:
    response = {"clientDataJSON": b64(b"{}"), "attestationObject": b64(b"\xa0"), "authenticatorData": b64(bytes(37)), "signature": ""}
    whole: Any = {"id": b64(b"i"), "rawId": b64(b"i"), "type": "public-key", "response": response}
    if at in response:
        response[at] = part
    elif at:
        whole[at] = part
    else:
        whole = part
    try:
        finish(json.dumps(whole))
    except PasskeyError:
        return
    assert finish is passkeys.passkey_named_in


@pytest.mark.parametrize("finish", FINISHERS, ids=["registration", "sign-in", "name"])
@pytest.mark.parametrize("answer", ["", "[", "[" * 60_000, "[" * 100_000, "\ud800", "{}" * 50_000, '"\\ud800"'])
def test_bombs_and_fragments_are_refused(finish: Callable[[str], object], answer: str) -> None:
    with pytest.raises(PasskeyError):
        finish(answer)


@settings(max_examples=300, deadline=None)
@given(raw=st.binary(max_size=300))
def test_whatever_stands_in_the_attested_bytes_is_refused(raw: bytes) -> None:
    device, challenge = Authenticator(origin=SITE.origin), passkeys.new_challenge()
    answer = json.loads(device.create(registration(challenge)))
    answer["response"]["attestationObject"] = b64(raw)
    with pytest.raises(PasskeyError):
        passkeys.finish_registration(json.dumps(answer), site=SITE, challenge=challenge)


@pytest.mark.parametrize(
    ("url", "rp_id", "origin"),
    [
        ("https://sekisho.example", "sekisho.example", "https://sekisho.example"),
        ("https://Sekisho.Example:443/", "sekisho.example", "https://sekisho.example"),
        ("https://sekisho:8743/console", "sekisho", "https://sekisho:8743"),
        ("http://localhost:8743", "localhost", "http://localhost:8743"),
    ],
)
def test_the_site_of_an_address(url: str, rp_id: str, origin: str) -> None:
    assert passkeys.site_at(url, title="Sekisho") == Site(rp_id=rp_id, origin=origin, title="Sekisho")


@pytest.mark.parametrize(
    "url", ["http://sekisho.example", "https://10.0.0.5:8743", "https://[::1]:8743", "http://127.0.0.1", "", "sekisho.example"]
)
def test_where_browsers_offer_no_passkeys_it_is_said(url: str) -> None:
    with pytest.raises(NoPasskeysHereError, match=r"パスキー.*Passkeys"):
        passkeys.site_at(url, title="Sekisho")
