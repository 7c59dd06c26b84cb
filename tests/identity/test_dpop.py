"""Proofs of possession: made for this request, this token and this minute, or refused."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.identity.compact import TokenError
from service.identity.dpop import AHEAD, PAST, check_proof
from service.identity.keysets import ALGORITHMS
from tests.builders.tokens import AT, b64, jwk_of, key_of, proof_of, secret, signed, thumbprint_of, token_of

URL = "https://sekisho.example/access/v1/evaluation"
TOKEN = token_of(cnf={"jkt": thumbprint_of()})
NOW = int(AT.timestamp())


def code_of(proof: str, *, method: str = "POST", url: str = URL, token: str = TOKEN) -> str | None:
    try:
        check_proof(proof, method=method, url=url, token=token, at=AT)
    except TokenError as refused:
        return refused.code
    return None


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_lawful_proof_says_whose_key_it_is_and_until_when_to_remember_it(algorithm: str) -> None:
    proof = check_proof(proof_of(TOKEN, url=URL, algorithm=algorithm), method="POST", url=URL, token=TOKEN, at=AT)
    assert (proof.jti, proof.thumbprint) == ("p-1", thumbprint_of(9, algorithm))
    assert proof.expires_at >= AT + PAST


@pytest.mark.parametrize("htu", [URL, URL + "?q=1", URL + "#f", "HTTPS://SEKISHO.example:443/access/v1/evaluation"])
def test_the_address_is_compared_as_addresses_are(htu: str) -> None:
    assert code_of(proof_of(TOKEN, url=htu)) is None


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        ({"htm": "GET"}, "proof_of_another_method"),
        ({"htm": "post"}, "proof_of_another_method"),
        ({"htm": None}, "bad_htm"),
        ({"htu": "https://evil.example/access/v1/evaluation"}, "proof_of_another_address"),
        ({"htu": "http://sekisho.example/access/v1/evaluation"}, "proof_of_another_address"),
        ({"htu": "https://sekisho.example:8443/access/v1/evaluation"}, "proof_of_another_address"),
        ({"htu": "https://sekisho.example/access/v1/evaluations"}, "proof_of_another_address"),
        ({"htu": "https://evil@sekisho.example/access/v1/evaluation"}, "bad_htu"),
        ({"htu": "https://sekisho.example:99999/"}, "bad_htu"),
        ({"htu": "javascript:1"}, "bad_htu"),
        ({"htu": None}, "bad_htu"),
        ({"ath": b64(b"x" * 32)}, "proof_of_another_token"),
        ({"ath": None}, "bad_ath"),
        ({"iat": NOW - int(PAST.total_seconds()) - 1}, "proof_of_another_time"),
        ({"iat": NOW + int(AHEAD.total_seconds()) + 1}, "proof_of_another_time"),
        ({"iat": None}, "bad_iat"),
        ({"iat": str(NOW)}, "bad_iat"),
        ({"jti": None}, "bad_jti"),
        ({"jti": ""}, "bad_jti"),
        ({"jti": "x" * 2_000}, "bad_jti"),
    ],
)
def test_each_claim_that_is_missing_or_of_another_request_is_refused(claims: dict[str, Any], code: str) -> None:
    assert code_of(proof_of(TOKEN, url=URL, **claims)) == code


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ({"typ": "JWT"}, "not_a_proof"),
        ({"typ": "at+jwt"}, "not_a_proof"),
        ({"typ": None}, "not_a_proof"),
        ({"jwk": None}, "not_a_proof"),
        ({"kid": "a"}, "not_a_proof"),
        ({"jku": "https://evil.example"}, "not_a_proof"),
        ({"crit": ["b64"], "b64": False}, "not_a_proof"),
        ({"alg": "none"}, "forbidden_algorithm"),
        ({"alg": "HS256"}, "forbidden_algorithm"),
        ({"alg": "EdDSA"}, "unfit_key"),
        ({"jwk": {"kty": "oct", "k": "c2VjcmV0"}}, "not_a_public_key"),
        ({"jwk": jwk_of("ES256", 8)}, "bad_signature"),
        ({"jwk": "key"}, "not_a_public_key"),
    ],
)
def test_each_header_that_is_not_exactly_a_proof_s_is_refused(header: dict[str, Any], code: str) -> None:
    assert code_of(proof_of(TOKEN, url=URL, header=header)) == code


def test_a_proof_that_shows_its_private_key_is_refused() -> None:
    assert code_of(proof_of(TOKEN, url=URL, header={"jwk": dict(key_of("ES256", 9).as_dict(private=True))})) == "not_a_public_key"


def test_a_proof_signed_with_its_own_public_key_as_a_secret_is_refused() -> None:
    public = key_of("ES256", 9).as_dict(private=False)
    proof = signed({"typ": "dpop+jwt", "alg": "HS256", "jwk": public}, {}, algorithm="HS256", key=secret(str(public["x"]).encode()))
    assert code_of(proof) == "forbidden_algorithm"


def test_a_proof_is_bound_to_its_token_method_and_address() -> None:
    proof = proof_of(TOKEN, url=URL)
    assert code_of(proof) is None
    assert code_of(proof, token=TOKEN + "x") == "proof_of_another_token"
    assert code_of(proof, method="GET") == "proof_of_another_method"
    assert code_of(proof, url=URL + "s") == "proof_of_another_address"


@pytest.mark.parametrize("seconds", [-60, 10])
def test_the_window_holds_its_edges(seconds: int) -> None:
    assert code_of(proof_of(TOKEN, url=URL, at=AT + timedelta(seconds=seconds))) is None


HONEST = proof_of(TOKEN, url=URL)


@settings(max_examples=400, deadline=None)
@given(flips=st.lists(st.tuples(st.integers(0, 10_000), st.integers(1, 127)), min_size=1, max_size=4))
def test_no_proof_with_flipped_bytes_is_ever_accepted(flips: list[tuple[int, int]]) -> None:
    forged = bytearray(HONEST.encode())
    for place, bits in flips:
        forged[place % len(forged)] ^= bits
    if bytes(forged) != HONEST.encode():
        assert code_of(forged.decode("latin-1")) is not None
