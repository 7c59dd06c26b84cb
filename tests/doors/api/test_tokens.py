"""Applications that come with tokens, over real HTTP: an issuer serves its keys, the hot door verifies, the ledger names who asked."""

import asyncio
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from sqlalchemy import text

from service import clock
from service.actor import Actor
from service.api.admission import Admission, NotValidError, admission_of
from service.api.gateway import Gateway
from service.api.preparing import Asked
from service.database import read, transaction
from service.identity.callers import Client
from service.identity.issuers import KEPT, Issuer, Issuers
from service.identity.operations import end_application, grant_application
from service.identity.tokens import Rules
from service.ledger import entries, log_size, read_entry
from service.settings import IssuerSettings, Settings
from tests.builders.tokens import AT, AUDIENCE, CLIENT, ISSUER, Keys, KeyServer, jwk_of, key_server, proof_of, thumbprint_of, token_of
from tests.doors.api.conftest import World

ACTOR = Actor(id="a_test", kind="person")
PUBLIC = "https://sekisho.example"
PATH = "/access/v1/evaluation"
BODY = {"subject": {"type": "person", "id": "permit"}, "resource": {"type": "information", "id": "d1"}, "action": {"name": "read"}}


@pytest.fixture
def issuer() -> Iterator[KeyServer]:
    with key_server() as server:
        server.jwks = {"keys": [jwk_of("ES256"), jwk_of("RS256")]}
        yield server


@pytest.fixture
def world(world: World, issuer: KeyServer) -> World:
    """The small world with an issuer in its settings, and an application that comes with its tokens."""
    named = IssuerSettings(issuer=ISSUER, jwks_uri=f"{issuer.address}/keys", audience=AUDIENCE, private=True)
    world.settings = Settings(data_dir=world.settings.data_dir, public_url=PUBLIC, issuers=(named,), outgoing_http_on_loopback=True)
    grant(world, "by-token", Client(ISSUER, CLIENT))
    return world


def grant(world: World, name: str, client: Client, **words: Any) -> None:
    with transaction(world.engine) as session:
        grant_application(session, log=world.log, actor=ACTOR, at=clock.now(), name=name, application_id=name, client=client, **words)


def post(world: World, headers: list[tuple[str, str]] | dict[str, str], body: Any = BODY) -> httpx2.Response:
    return httpx2.post(f"{world.address}{PATH}", json=body, headers=headers)


def bearer(world: World, token: str) -> httpx2.Response:
    return post(world, {"Authorization": f"Bearer {token}"})


def bound(world: World, token: str, proof: str) -> httpx2.Response:
    return post(world, {"Authorization": f"DPoP {token}", "DPoP": proof})


def fresh(**claims: Any) -> str:
    return token_of(at=clock.now(), **claims)


def bound_token() -> str:
    return fresh(cnf={"jkt": thumbprint_of()})


def proof(token: str, **words: Any) -> str:
    return proof_of(token, url=PUBLIC + PATH, at=clock.now(), **words)


def newest(world: World) -> dict[str, Any]:
    with read(world.engine) as session:
        size = log_size(session)
        return read_entry(dict(entries(session, start=size - 1, end=size))[size - 1])


def test_a_bearer_token_is_let_in_and_the_ledger_names_its_application(served: World) -> None:
    answer = bearer(served, fresh())
    assert (answer.status_code, answer.json()["decision"]) == (200, True)
    assert newest(served)["actor"] == "by-token"


def test_a_batch_is_let_in_by_a_token_and_a_proof_for_its_own_address(served: World) -> None:
    def asked(path: str, credentials: dict[str, str]) -> int:
        return httpx2.post(f"{served.address}{path}", json={"evaluations": [BODY, {}]}, headers=credentials).status_code

    batch = "/access/v1/evaluations"
    answer = httpx2.post(f"{served.address}{batch}", json={"evaluations": [BODY, {}]}, headers={"Authorization": f"Bearer {fresh()}"})
    assert [one["decision"] for one in answer.json()["evaluations"]] == [True, False]
    assert newest(served)["actor"] == "by-token"
    assert asked(batch, {"Authorization": f"Bearer {fresh(client_id='nobody')}"}) == 401
    token = bound_token()
    for url, status in ((PUBLIC + batch, 200), (PUBLIC + PATH, 401)):
        told = proof_of(token, url=url, at=clock.now())
        assert asked(batch, {"Authorization": f"DPoP {token}", "DPoP": told}) == status


def test_the_keys_are_fetched_once_for_many_tokens_and_a_new_key_costs_one_fetch(served: World, issuer: KeyServer) -> None:
    for _ in range(5):
        assert bearer(served, fresh()).status_code == 200
    assert len(issuer.asked) == 1
    issuer.jwks = {"keys": [jwk_of("ES256", 1)]}
    # The pause between two fetches has not passed yet.
    assert bearer(served, token_of("ES256", 1, at=clock.now())).status_code == 401
    assert len(issuer.asked) == 1


def refused_alike(answer: httpx2.Response, scheme: str) -> bool:
    challenge = answer.headers["www-authenticate"]
    told = challenge.startswith(f'{scheme} realm="sekisho"') and challenge.endswith('error="invalid_token"')
    return answer.status_code == 401 and told and answer.json() == {"message": "this token is not valid"}


def test_every_token_that_is_not_valid_is_refused_with_the_same_words(served: World) -> None:
    now = int(clock.now().timestamp())
    tokens = [
        fresh(aud="https://other.example"),
        fresh(iss="https://other.example"),
        fresh(exp=now - 31, iat=now - 90),
        fresh(nbf=now + 90),
        fresh(client_id="nobody"),
        fresh(header={"jku": "https://evil.example"}),
        fresh(header={"typ": "logout+jwt"}),
        token_of("EdDSA", at=clock.now()),
        token_of("ES256", 1, header={"kid": "ES256-0"}, at=clock.now()),
        bound_token(),
        "a.b.c",
        "..",
        fresh()[:-2] + "AA",
        fresh(pad="x" * 8_000),
    ]
    size = newest(served)["at"]
    for token in tokens:
        assert refused_alike(bearer(served, token), "Bearer"), token
    assert newest(served)["at"] == size


def test_a_request_without_credentials_is_told_both_ways_in(served: World) -> None:
    answer = post(served, {})
    assert answer.status_code == 401
    assert answer.headers.get_list("www-authenticate") == [
        'Bearer realm="sekisho"',
        'DPoP realm="sekisho", algs="ES256 EdDSA PS256 RS256"',
    ]


def test_two_credentials_at_once_are_nobody_s(served: World) -> None:
    for other in (f"Bearer {served.key}", f"DPoP {fresh()}"):
        assert post(served, [("Authorization", f"Bearer {served.key}"), ("Authorization", other)]).status_code == 400
        assert post(served, [("Authorization", f"Bearer {fresh()}"), ("Authorization", other)]).status_code == 400


def test_a_bound_token_with_its_proof_is_let_in_once(served: World) -> None:
    token = bound_token()
    made = proof(token)
    assert bound(served, token, made).status_code == 200
    assert refused_alike(bound(served, token, made), "DPoP")
    assert bound(served, token, proof(token, jti="p-2")).status_code == 200
    assert newest(served)["actor"] == "by-token"


def test_a_bound_token_is_refused_without_its_own_proof(served: World) -> None:
    token, plain = bound_token(), fresh()
    now = int(clock.now().timestamp())
    wrong = {
        "wrong address": proof(token, htu=f"{served.address}{PATH}", jti="1"),
        "wrong method": proof(token, htm="GET", jti="2"),
        "wrong token": proof(plain, jti="3"),
        "wrong key": proof(token, number=8, jti="4"),
        "old": proof(token, iat=now - 120, jti="5"),
        "ahead": proof(token, iat=now + 60, jti="6"),
        "no proof": token,
    }
    for name, one in wrong.items():
        assert refused_alike(bound(served, token, one), "DPoP"), name
    assert refused_alike(bearer(served, token), "Bearer")
    assert refused_alike(post(served, {"Authorization": f"Bearer {token}", "DPoP": proof(token, jti="7")}), "Bearer")
    assert refused_alike(bound(served, plain, proof(plain, jti="8")), "DPoP")
    assert refused_alike(post(served, {"Authorization": f"DPoP {token}"}), "DPoP")
    twice = [("Authorization", f"DPoP {token}"), ("DPoP", proof(token, jti="9")), ("DPoP", proof(token, jti="10"))]
    assert refused_alike(post(served, twice), "DPoP")
    assert refused_alike(bound(served, served.key, proof(served.key, jti="11")), "DPoP")


def test_of_one_proof_sent_many_times_at_once_one_is_let_in(served: World) -> None:
    token = bound_token()
    headers = {"Authorization": f"DPoP {token}", "DPoP": proof(token)}

    async def flood() -> list[int]:
        async with httpx2.AsyncClient() as client:
            answers = await asyncio.gather(*(client.post(f"{served.address}{PATH}", json=BODY, headers=headers) for _ in range(24)))
        return [answer.status_code for answer in answers]

    assert sorted(asyncio.run(flood())) == [200] + [401] * 23


def test_a_proof_seen_by_one_process_is_refused_by_another(served: World) -> None:
    token = bound_token()
    made = proof(token)
    assert bound(served, token, made).status_code == 200
    other = admission_of(served.settings, engine=served.engine, clock=clock.now)

    async def again() -> None:
        await other.admit(token.encode(), bound=True, proofs=[made.encode()], method="POST", path=PATH)

    with pytest.raises(NotValidError):
        asyncio.run(again())


def test_ending_the_application_works_at_once_however_long_its_token_lives(served: World) -> None:
    token = fresh()
    assert bearer(served, token).status_code == 200
    with transaction(served.engine) as session:
        end_application(session, log=served.log, actor=ACTOR, at=clock.now(), application="by-token")
    assert refused_alike(bearer(served, token), "Bearer")


def test_an_application_granted_later_is_known_at_its_first_token(served: World) -> None:
    token = fresh(client_id="late", sub="late")
    assert bearer(served, token).status_code == 401
    grant(served, "late", Client(ISSUER, "late"))
    assert bearer(served, token).status_code == 200
    assert newest(served)["actor"] == "late"


def test_a_token_that_ends_is_refused_though_it_was_verified_before(served: World) -> None:
    now = clock.now()
    token = fresh(iat=int(now.timestamp()) - 60, exp=int((now - timedelta(seconds=28)).timestamp()))
    assert bearer(served, token).status_code == 200
    deadline = time.monotonic() + 6
    while bearer(served, token).status_code == 200:
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_without_the_issuer_s_keys_there_is_no_answer_and_api_keys_are_answered_as_ever(served: World, issuer: KeyServer) -> None:
    issuer.status = 500
    assert bearer(served, fresh()).status_code == 503
    assert served.ask("permit", "d1").json()["decision"] is True


def test_an_application_may_ask_for_the_organizations_it_was_granted_and_no_other(served: World) -> None:
    grant(served, "one", Client(ISSUER, "one"), organization="meti", organizations=["denryoku"])
    grant(served, "two", Client(ISSUER, "two"), organization="meti", organizations=["kinzoku"])
    grant(served, "three", Client(ISSUER, "three"), organizations=["kinzoku"])
    asked = BODY | {"context": {"on_behalf_of": "denryoku"}}
    told = {
        client: post(served, {"Authorization": f"Bearer {fresh(client_id=client)}"}, asked).json()["decision"]
        for client in ("one", "two", "three")
    }
    assert told == {"one": True, "two": False, "three": False}


def test_an_api_key_is_still_a_bearer_and_an_unknown_one_is_told_so(served: World) -> None:
    assert bearer(served, served.key).status_code == 200
    answer = bearer(served, "sk_nobody")
    assert (answer.status_code, answer.json()["message"]) == (401, "this API key is not valid")


def test_the_issuers_are_read_from_the_environment_and_one_named_twice_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    one = f'{{"issuer": "{ISSUER}", "jwks_uri": "https://issuer.example/keys", "audience": "{AUDIENCE}", "algorithms": ["ES256"]}}'
    monkeypatch.setenv("SEKISHO_ISSUERS", f"[{one}]")
    assert [(each.issuer, each.algorithms, each.private) for each in Settings().issuers] == [(ISSUER, ("ES256",), False)]
    for wrong in (
        f"[{one}, {one}]",
        f"[{one.replace('ES256', 'HS256')}]",
        f"[{one.replace(ISSUER, 'with space')}]",
        f"[{one.replace('audience', 'aud')}]",
    ):
        monkeypatch.setenv("SEKISHO_ISSUERS", wrong)
        with pytest.raises(ValueError, match=r"SEKISHO_ISSUERS|issuers"):
            Settings()


def test_seen_proofs_hold_no_proof_in_clear(served: World) -> None:
    token = bound_token()
    assert bound(served, token, proof(token, jti="canary-4711")).status_code == 200
    with read(served.engine) as session:
        rows = session.execute(text("select proof, jkt from identity.dpop_replays where jkt <> ''")).all()
    assert len(rows) == 1
    assert b"canary" not in bytes(rows[0].proof)
    assert rows[0].jkt == thumbprint_of()


def test_a_verified_token_is_looked_at_again_when_the_keys_are_old(world: World) -> None:
    told, issuing = [AT], Keys(jwk_of("ES256"))
    rules = Rules(issuer=ISSUER, audience=AUDIENCE)
    issuers = Issuers([Issuer(rules, "https://issuer.example/keys")], issuing)
    admission = Admission(issuers=issuers, engine=world.engine, clock=lambda: told[0], public_address=PUBLIC)
    token = token_of(at=AT, exp=int(AT.timestamp()) + 3_000).encode()

    def admitted() -> str:
        return asyncio.run(admission.admit(token, bound=False, proofs=(), method="POST", path=PATH)).client.client_id

    assert admitted() == CLIENT
    issuing.jwks = []
    told[0] = AT + KEPT - timedelta(seconds=1)
    assert (admitted(), issuing.asked) == (CLIENT, 1)
    told[0] = AT + KEPT
    with pytest.raises(NotValidError):
        admitted()


def test_a_token_that_ended_while_its_check_waited_is_nobody_s(world: World) -> None:
    client = Client(ISSUER, CLIENT)

    async def run() -> list[bool]:
        gateway = Gateway(url=world.url, log=world.log, clock=clock.now)
        await gateway.start()
        ends = [clock.now() + timedelta(seconds=late) for late in (60, -1)]
        asked = [Asked(client.name, "person", "permit", "information", "d1", "read", client=client, until=end) for end in ends]
        found = [await gateway.check(one) for one in asked]
        await gateway.stop()
        return [outcome is not None for outcome in found]

    assert asyncio.run(run()) == [True, False]
