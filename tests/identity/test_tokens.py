"""The verifier of access tokens: everything that is not exactly right is refused, and what is right is accepted."""

import json
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.identity.compact import LARGEST_TOKEN
from service.identity.keysets import ALGORITHMS, KeySet
from service.identity.tokens import Rules, TokenError, require_bearer, require_bound, verify
from tests.builders.tokens import (
    AT,
    AUDIENCE,
    CLIENT,
    ISSUER,
    b64,
    claims_of,
    header_of,
    jwk_of,
    key_of,
    secret,
    signed,
    thumbprint_of,
    token_of,
)

NOW = int(AT.timestamp())
RULES = Rules(issuer=ISSUER, audience=AUDIENCE)
KEYS = KeySet.from_jwks({"keys": [jwk_of(algorithm) for algorithm in ALGORITHMS]})


def code_of(token: str, *, keys: KeySet = KEYS, rules: Rules = RULES, at: Any = AT) -> str | None:
    """The code with which a token is refused, or None if it is accepted."""
    try:
        verify(token, keys=keys, rules=rules, at=at)
    except TokenError as refused:
        return refused.code
    return None


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_lawful_token_of_each_algorithm_is_accepted(algorithm: str) -> None:
    token = verify(token_of(algorithm, scope="check search"), keys=KEYS, rules=RULES, at=AT)
    assert (token.issuer, token.client_id, token.subject, token.jti, token.cnf_jkt) == (ISSUER, CLIENT, CLIENT, "t-1", None)
    assert token.scopes == {"check", "search"}
    assert token.expires_at == AT + timedelta(seconds=290)


@pytest.mark.parametrize(
    ("header", "claims"),
    [
        ({"typ": "application/at+jwt"}, {}),
        ({"typ": "AT+JWT"}, {}),
        ({"typ": "JWT"}, {}),
        ({"typ": "JWT"}, {"client_id": None, "azp": CLIENT, "typ": "Bearer", "jti": None}),
        ({"typ": "JWT"}, {"typ": "DPoP"}),
        ({"x5t": "abc"}, {}),
        ({}, {"azp": CLIENT}),
        ({}, {"aud": ["https://other.example", AUDIENCE]}),
        ({}, {"nbf": NOW}),
        ({}, {"scope": None}),
        ({}, {"cnf": {"jkt": thumbprint_of()}}),
    ],
)
def test_what_issuers_lawfully_say_otherwise_is_accepted(header: dict[str, Any], claims: dict[str, Any]) -> None:
    assert code_of(token_of(header=header, **claims)) is None


SWAPS: dict[str, dict[str, tuple[dict[str, Any], dict[str, Any]]]] = {
    "type": {
        "right": ({}, {}),
        "none": ({"typ": None}, {}),
        "logout": ({"typ": "logout+jwt"}, {}),
        "event": ({"typ": "secevent+jwt"}, {}),
        "proof": ({"typ": "dpop+jwt"}, {}),
        "id": ({"typ": "JWT"}, {"nonce": "n"}),
        "number": ({"typ": 1}, {}),
    },
    "issuer": {
        "right": ({}, {}),
        "other": ({}, {"iss": "https://other.example"}),
        "slash": ({}, {"iss": ISSUER + "/"}),
        "case": ({}, {"iss": ISSUER.upper()}),
    },
    "audience": {
        "right": ({}, {}),
        "other": ({}, {"aud": "https://other.example"}),
        "none": ({}, {"aud": None}),
        "part": ({}, {"aud": AUDIENCE + "/x"}),
    },
    "time": {
        "right": ({}, {}),
        "expired": ({}, {"iat": NOW - 400, "exp": NOW - 31}),
        "future": ({}, {"iat": NOW + 31, "exp": NOW + 300}),
        "not yet": ({}, {"nbf": NOW + 31}),
        "endless": ({}, {"exp": NOW + 86_400}),
        "no end": ({}, {"exp": None}),
    },
}
SIGNERS = {"right": ("ES256", 0), "another key": ("ES256", 1), "another kind": ("EdDSA", 0)}


@pytest.mark.parametrize("kid", ["ES256-0", "EdDSA-0", "RS256-0", "unknown", None])
@pytest.mark.parametrize("said", [*ALGORITHMS, "HS256", "none", "ES384"])
def test_of_all_swaps_of_type_issuer_audience_algorithm_key_and_time_one_is_accepted(said: str, kid: str | None) -> None:
    accepted = []
    for names in product(*SWAPS.values()):
        header, claims = header_of() | {"alg": said}, claims_of()
        for places, name in zip(SWAPS.values(), names, strict=True):
            header, claims = header | places[name][0], claims | places[name][1]
        header = {key: value for key, value in (header | {"kid": kid}).items() if value is not None}
        claims = {key: value for key, value in claims.items() if value is not None}
        for signer, (algorithm, number) in SIGNERS.items():
            if sum(name != "right" for name in (*names, signer)) > 2:
                continue
            if code_of(signed(header, claims, algorithm=algorithm, key=key_of(algorithm, number))) is None:
                accepted.append((*names, signer))
    right = ("right",) * (len(SWAPS) + 1)
    expected = {("ES256", "ES256-0"): [right], ("EdDSA", "EdDSA-0"): [(*right[:-1], "another kind")]}
    assert accepted == expected.get((said, kid or ""), [])


@pytest.mark.parametrize(
    "member",
    [
        {"jku": "https://evil.example/keys"},
        {"jwk": jwk_of("ES256")},
        {"x5u": "https://evil.example/chain"},
        {"x5c": ["AAAA"]},
        {"crit": ["exp"], "exp": NOW},
        {"crit": []},
        {"b64": False, "crit": ["b64"]},
        {"b64": True},
        {"zip": "DEF"},
        {"cty": "JWT"},
        {"enc": "A128GCM"},
        {"p2c": 10**9},
        {"unheard": 1},
    ],
    ids=lambda member: next(iter(member)),
)
def test_each_header_that_brings_a_key_or_changes_the_reading_is_refused(member: dict[str, Any]) -> None:
    assert code_of(token_of(header=member)) == "forbidden_header"


def test_an_embedded_key_that_signed_the_token_itself_is_refused() -> None:
    own = jwk_of("ES256", 5)
    token = signed(header_of("ES256", 5, jwk=own), claims_of(), algorithm="ES256", key=key_of("ES256", 5))
    assert code_of(token) == "forbidden_header"


@pytest.mark.parametrize("said", ["none", "None", "NONE", "", "HS256", "HS512", "RS512", "ES512", "ES256K", 7, None, ["ES256"], {}])
def test_other_algorithms_are_refused_by_name(said: Any) -> None:
    header = header_of() | {"alg": said}
    for algorithm, key in (("none", None), ("ES256", key_of("ES256"))):
        assert code_of(signed(header, claims_of(), algorithm=algorithm, key=key)) in {"forbidden_algorithm", "not_base64url"}


def test_a_secret_made_of_the_public_key_signs_nothing() -> None:
    for form in (
        key_of("RS256").as_pem(private=False),
        key_of("RS256").as_bytes(private=False, encoding="DER"),
        json.dumps(jwk_of("RS256")).encode(),
    ):
        for said in ("HS256", "RS256"):
            header = header_of("RS256") | {"alg": said}
            assert code_of(signed(header, claims_of(), algorithm="HS256", key=secret(b64(form).encode()))) in {
                "forbidden_algorithm",
                "bad_signature",
            }


@pytest.mark.parametrize(
    ("of", "said"), [("RS256", "PS256"), ("PS256", "RS256"), ("ES256", "EdDSA"), ("EdDSA", "ES256"), ("ES256", "RS256")]
)
def test_a_key_verifies_only_the_algorithm_it_is_published_for(of: str, said: str) -> None:
    header = header_of(of) | {"alg": said}
    signing = said if said in {"RS256", "PS256"} and of in {"RS256", "PS256"} else of
    assert code_of(signed(header, claims_of(), algorithm=signing, key=key_of(of))) == "algorithm_of_another_key"


def test_an_algorithm_that_the_rules_leave_out_is_refused() -> None:
    assert code_of(token_of("RS256"), rules=Rules(issuer=ISSUER, audience=AUDIENCE, algorithms=("ES256",))) == "forbidden_algorithm"


def test_a_token_without_kid_needs_one_single_key() -> None:
    token = token_of(header={"kid": None})
    assert code_of(token, keys=KeySet.from_jwks({"keys": [jwk_of("ES256")]})) is None
    assert code_of(token) == "ambiguous_key"
    assert code_of(token, keys=KeySet(())) == "unknown_key"


def test_a_kid_that_stands_twice_is_nobody_s() -> None:
    twice = KeySet.from_jwks({"keys": [jwk_of("ES256"), jwk_of("ES256", 1, kid="ES256-0")]})
    assert code_of(token_of(), keys=twice) == "ambiguous_key"


@pytest.mark.parametrize("part", [0, 1])
def test_a_member_that_stands_twice_is_refused(part: int) -> None:
    parts = [json.dumps(header_of()), json.dumps(claims_of())]
    name = ("alg", "iss")[part]
    value = json.loads(parts[part])[name]
    parts[part] = f'{parts[part][:-1]},"{name}":{json.dumps(value)}}}'
    token = signed(parts[0].encode(), parts[1].encode(), algorithm="ES256", key=key_of("ES256"))
    assert code_of(token) == "duplicate_member"


def test_a_member_that_stands_twice_deep_inside_is_refused() -> None:
    payload = json.dumps(claims_of())[:-1] + ',"cnf":{"jkt":"a","jkt":"b"}}'
    assert code_of(signed(header_of(), payload.encode(), algorithm="ES256", key=key_of("ES256"))) == "duplicate_member"


@pytest.mark.parametrize(
    "payload", [b"", b"[]", b"null", b"NaN", b'{"exp":NaN}', b"\xff", b"[" * 3000, b'{"a":"\\ud800"}', b'{"exp":' + b"9" * 5000 + b"}"]
)
def test_a_payload_that_is_no_json_object_is_refused(payload: bytes) -> None:
    assert code_of(signed(header_of(), payload, algorithm="ES256", key=key_of("ES256"))) in {"not_json", "not_base64url"}


def test_a_token_of_more_than_eight_kilobytes_is_refused_before_it_is_read() -> None:
    token = token_of(pad="x" * LARGEST_TOKEN)
    assert len(token) > LARGEST_TOKEN
    assert code_of(token) == "oversized"
    assert code_of(token_of(pad="x" * 4_000)) is None


@pytest.mark.parametrize(
    "change", ["{0}.{1}", "{0}.{1}.{2}.", ".{1}.{2}", "{0}.{1}.", "{0}. {1}.{2}", "{0}.{1}.{2}\n", "{0}.{1}.{2}=", "{0}.{1}.{2}.{2}.{2}"]
)
def test_a_token_of_another_shape_is_refused(change: str) -> None:
    assert code_of(change.format(*token_of().split("."))) in {"not_compact", "not_base64url"}


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        ({"exp": None}, "bad_exp"),
        ({"exp": str(NOW + 60)}, "bad_exp"),
        ({"exp": NOW + 60.5}, "bad_exp"),
        ({"exp": True}, "bad_exp"),
        ({"exp": 10**15}, "bad_exp"),
        ({"iat": None}, "bad_iat"),
        ({"iat": -1}, "bad_iat"),
        ({"nbf": "soon"}, "bad_nbf"),
        ({"iat": NOW - 200, "exp": NOW - 30}, "expired"),
        ({"iat": NOW + 31, "exp": NOW + 200}, "issued_in_the_future"),
        ({"nbf": NOW + 31}, "not_yet_valid"),
        ({"iat": NOW, "exp": NOW + 3_601}, "lives_too_long"),
        ({"iat": NOW + 20, "exp": NOW + 20}, "lives_too_long"),
        ({"iss": ["https://issuer.example"]}, "bad_iss"),
        ({"aud": {AUDIENCE: 1}}, "bad_aud"),
        ({"aud": [AUDIENCE, 1]}, "bad_aud"),
        ({"aud": []}, "wrong_audience"),
        ({"aud": [AUDIENCE] * 33}, "bad_aud"),
        ({"client_id": None}, "bad_client_id"),
        ({"client_id": ""}, "bad_client_id"),
        ({"client_id": "a\nb"}, "bad_client_id"),
        ({"client_id": ["a"]}, "bad_client_id"),
        ({"azp": "another"}, "bad_client_id"),
        ({"sub": None}, "bad_sub"),
        ({"jti": None}, "bad_jti"),
        ({"scope": ["check"]}, "bad_scope"),
        ({"scope": "a  b"}, "bad_scope"),
        ({"cnf": {}}, "bad_cnf"),
        ({"cnf": {"x5t#S256": "a" * 43}}, "bad_cnf"),
        ({"cnf": {"jkt": "short"}}, "bad_cnf"),
        ({"cnf": {"jkt": "a" * 43, "x5t#S256": "a" * 43}}, "bad_cnf"),
        ({"nonce": "n"}, "another_kind_of_token"),
        ({"events": {}}, "another_kind_of_token"),
        ({"at_hash": "h"}, "another_kind_of_token"),
        ({"htu": "https://sekisho.example"}, "another_kind_of_token"),
    ],
)
def test_each_claim_that_is_missing_wrong_or_of_another_token_is_refused(claims: dict[str, Any], code: str) -> None:
    assert code_of(token_of(**claims)) == code


@pytest.mark.parametrize("claims", [{"typ": "ID"}, {"typ": "Refresh"}, {"typ": "Logout"}, {"typ": 1}, {"client_id": AUDIENCE}])
def test_a_plain_jwt_that_is_an_id_or_refresh_token_is_refused(claims: dict[str, Any]) -> None:
    assert code_of(token_of(header={"typ": "JWT"}, **claims)) == "another_kind_of_token"


def test_the_leeway_is_kept_to_the_second_and_never_more_than_a_minute() -> None:
    rules = Rules(issuer=ISSUER, audience=AUDIENCE, leeway=timedelta(seconds=60))
    token = token_of(exp=NOW)
    assert code_of(token, rules=rules, at=AT + timedelta(seconds=59)) is None
    assert code_of(token, rules=rules, at=AT + timedelta(seconds=60)) == "expired"
    with pytest.raises(ValueError, match="leeway"):
        Rules(issuer=ISSUER, audience=AUDIENCE, leeway=timedelta(seconds=61))
    with pytest.raises(ValueError, match="algorithms"):
        Rules(issuer=ISSUER, audience=AUDIENCE, algorithms=("HS256",))  # type: ignore[arg-type]  # what is tried


def test_a_bound_token_is_no_bearer_and_a_bearer_is_not_bound() -> None:
    bound = verify(token_of(cnf={"jkt": thumbprint_of()}), keys=KEYS, rules=RULES, at=AT)
    bearer = verify(token_of(), keys=KEYS, rules=RULES, at=AT)
    require_bearer(bearer)
    require_bound(bound, thumbprint=thumbprint_of())
    for refused in (
        lambda: require_bearer(bound),
        lambda: require_bound(bearer, thumbprint=thumbprint_of()),
        lambda: require_bound(bound, thumbprint=thumbprint_of(8)),
    ):
        with pytest.raises(TokenError):
            refused()


def test_the_spare_bits_of_the_last_letter_are_part_of_the_token() -> None:
    # 64 bytes of signature end in a letter of which four bits count for nothing to a lenient reader.
    token = token_of()
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    assert [letter for letter in letters if code_of(token[:-1] + letter) is None] == [token[-1]]


TOKENS = {algorithm: token_of(algorithm) for algorithm in ALGORITHMS}


@settings(max_examples=600, deadline=None)
@given(
    algorithm=st.sampled_from(ALGORITHMS), flips=st.lists(st.tuples(st.integers(0, 10_000), st.integers(1, 127)), min_size=1, max_size=4)
)
def test_no_token_with_flipped_bytes_is_ever_accepted(algorithm: str, flips: list[tuple[int, int]]) -> None:
    honest = TOKENS[algorithm].encode()
    forged = bytearray(honest)
    for place, bits in flips:
        forged[place % len(forged)] ^= bits
    if bytes(forged) != honest:
        assert code_of(forged.decode("latin-1")) is not None


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200) | st.binary(max_size=200).map(lambda value: f"{b64(value)}.{b64(value)}.{b64(value)}"))
def test_whatever_is_sent_is_refused_with_a_code_and_nothing_else_is_raised(token: str) -> None:
    assert code_of(token) is not None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=400, deadline=None)
@given(
    part=st.sampled_from(["header", "claims"]),
    name=st.sampled_from(["alg", "kid", "typ", "iss", "aud", "exp", "iat", "nbf", "client_id", "azp", "sub", "jti", "scope", "cnf"]),
    value=JSON,
)
def test_any_value_in_any_signed_member_is_accepted_or_refused_with_a_code(part: str, name: str, value: Any) -> None:
    header, claims = header_of(), claims_of()
    (header if part == "header" else claims)[name] = value
    code = code_of(signed(header, claims, algorithm="ES256", key=key_of("ES256")))
    if part == "claims" and name in {"iss", "aud", "exp"}:
        assert code is not None or value in (ISSUER, AUDIENCE) or isinstance(value, int)
