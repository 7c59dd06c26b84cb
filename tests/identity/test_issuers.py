"""Keys of issuers: fetched when they are needed, once, and never in a storm."""

import asyncio
import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from service.identity.issuers import FAILURE_PAUSE, KEPT, UNKNOWN_KEY_PAUSE, Issuer, Issuers, KeysUnavailableError
from service.identity.outgoing import Answer
from service.identity.tokens import Rules, TokenError
from tests.builders.tokens import AT, AUDIENCE, ISSUER, Keys, jwk_of, token_of

OTHER = "https://other.example"


def issuers_with(keys: Keys) -> Issuers:
    return Issuers([Issuer(Rules(issuer=ISSUER, audience=AUDIENCE), "https://issuer.example/keys")], keys)


def code_of(issuers: Issuers, token: str, at: datetime) -> str | None:
    try:
        asyncio.run(issuers.verify(token, at=at))
    except TokenError as refused:
        return refused.code
    return None


def token_at(at: datetime, number: int = 0) -> str:
    return token_of("ES256", number, at=at)


def test_keys_are_fetched_once_and_kept_for_five_minutes() -> None:
    keys = Keys(jwk_of("ES256"))
    issuers = issuers_with(keys)
    for late in (timedelta(0), KEPT - timedelta(seconds=1)):
        assert code_of(issuers, token_at(AT + late), AT + late) is None
    assert keys.asked == 1
    assert code_of(issuers, token_at(AT + KEPT), AT + KEPT) is None
    assert keys.asked == 2


def test_a_new_key_of_the_issuer_is_known_after_exactly_one_refetch() -> None:
    keys = Keys(jwk_of("ES256"))
    issuers = issuers_with(keys)
    assert code_of(issuers, token_at(AT), AT) is None
    keys.jwks = [jwk_of("ES256", 1)]
    later = AT + UNKNOWN_KEY_PAUSE
    assert code_of(issuers, token_at(later, 1), later) is None
    assert keys.asked == 2
    assert code_of(issuers, token_at(later), later) == "unknown_key"
    assert keys.asked == 2


def test_tokens_that_come_together_wait_for_one_fetch() -> None:
    keys = Keys(jwk_of("ES256"))
    issuers = issuers_with(keys)

    async def together(at: datetime, number: int) -> None:
        await asyncio.gather(*(issuers.verify(token_at(at, number), at=at) for _ in range(20)))

    async def run() -> None:
        await together(AT, 0)
        assert keys.asked == 1
        keys.jwks = [jwk_of("ES256", 1)]
        await together(AT + UNKNOWN_KEY_PAUSE, 1)
        assert keys.asked == 2

    asyncio.run(run())


def test_a_flood_of_unknown_keys_asks_the_issuer_no_more_than_every_thirty_seconds() -> None:
    keys = Keys(jwk_of("ES256"))
    issuers = issuers_with(keys)
    assert code_of(issuers, token_at(AT), AT) is None
    for second in range(121):
        at = AT + timedelta(seconds=second)
        assert code_of(issuers, token_at(at, 1), at) == "unknown_key"
    assert keys.asked == 1 + 4


def test_a_key_that_was_withdrawn_counts_no_longer_than_keys_are_kept() -> None:
    keys = Keys(jwk_of("ES256"))
    issuers = issuers_with(keys)
    proved = asyncio.run(issuers.verify(token_of(at=AT, exp=int(AT.timestamp()) + 3_000), at=AT))
    assert proved.look_again_at == AT + KEPT < proved.ends_at
    keys.jwks = []
    assert code_of(issuers, token_at(AT + KEPT), AT + KEPT) == "unknown_key"


@pytest.mark.parametrize("how", ["missing", "status", "no keys"])
def test_without_keys_nothing_is_said_of_a_token_and_the_issuer_is_asked_again_after_a_pause(how: str) -> None:
    keys = Keys(jwk_of("ES256"))
    keys.missing, keys.status = how == "missing", 500 if how == "status" else 200
    good: Any = keys.jwks
    keys.jwks = {} if how == "no keys" else good  # type: ignore[assignment]  # what is tried
    issuers = issuers_with(keys)
    for late in (timedelta(0), FAILURE_PAUSE / 2):
        with pytest.raises(KeysUnavailableError):
            asyncio.run(issuers.verify(token_at(AT), at=AT + late))
    assert keys.asked == 1
    keys.missing, keys.status, keys.jwks = False, 200, good
    assert code_of(issuers, token_at(AT), AT + FAILURE_PAUSE) is None
    assert keys.asked == 2


def test_keys_that_are_known_go_on_counting_while_the_issuer_is_away_but_not_when_they_are_old() -> None:
    keys = Keys(jwk_of("ES256"))
    issuers = issuers_with(keys)
    assert code_of(issuers, token_at(AT), AT) is None
    keys.missing = True
    later = AT + UNKNOWN_KEY_PAUSE
    assert code_of(issuers, token_at(later, 1), later) == "unknown_key"
    assert code_of(issuers, token_at(later), later) is None
    with pytest.raises(KeysUnavailableError):
        asyncio.run(issuers.verify(token_at(AT + KEPT), at=AT + KEPT))


def test_a_token_of_an_issuer_that_is_not_named_in_the_settings_fetches_nothing() -> None:
    keys = Keys(jwk_of("ES256"))
    issuers = issuers_with(keys)
    assert code_of(issuers, token_of(iss=OTHER), AT) == "unknown_issuer"
    assert code_of(issuers, "no token", AT) == "not_compact"
    assert keys.asked == 0


def test_a_key_of_one_issuer_verifies_no_token_of_another() -> None:
    class Both:
        async def ask(self, url: str) -> Answer:
            return Answer(200, json.dumps({"keys": [jwk_of("ES256", 0 if url.startswith(ISSUER) else 1, kid="same")]}).encode())

    issuers = Issuers([Issuer(Rules(issuer=one, audience=AUDIENCE), f"{one}/keys") for one in (ISSUER, OTHER)], Both())
    told = {
        (issuer, number): code_of(issuers, token_of("ES256", number, header={"kid": "same"}, iss=issuer), AT)
        for issuer in (ISSUER, OTHER)
        for number in (0, 1)
    }
    assert told == {(ISSUER, 0): None, (ISSUER, 1): "bad_signature", (OTHER, 0): "bad_signature", (OTHER, 1): None}
