"""The log under /ledger/v1/ to programs: a token of an application that two people granted it, over real HTTP."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import Engine

from service import clock
from service.acts import attempts
from service.app import build
from service.database import read, transaction
from service.identity.factors import passwords
from service.ledger import checkpoint_head, entries, log_size, read_entry, verify_note
from service.settings import IssuerSettings, Settings
from tests.builders.members import return_to_town
from tests.builders.served import serving
from tests.builders.tokens import AUDIENCE, CLIENT, ISSUER, jwk_of, key_server, proof_of, thumbprint_of, token_of
from tests.builders.worlds import World, Worlds
from tests.doors.management.conftest import Desk

P = "/ledger/v1"
REFUSED = "evidence:disclosure:read"


@pytest.fixture
def desk(
    engine: Engine, database_url: str, tmp_path: Path, worlds: Worlds, world_laid: World, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Desk]:
    """The town of the other tests, which also takes the tokens of an issuer."""
    monkeypatch.setattr(passwords, "needs_rehash", lambda _stored: False)
    with key_server() as issuer:
        issuer.jwks = {"keys": [jwk_of("ES256"), jwk_of("RS256")]}
        named = IssuerSettings(issuer=ISSUER, jwks_uri=f"{issuer.address}/keys", audience=AUDIENCE, private=True)
        settings = Settings(data_dir=tmp_path, issuers=(named,), outgoing_http_on_loopback=True)
        town = return_to_town(engine, settings.keys_dir, worlds.of(world_laid).told)
        with serving(build(settings=settings, url=database_url, engine=engine, log=town.log)) as address:
            made = Desk(town, address)
            yield made
            for client in made.clients:
                client.close()


def let_in(desk: Desk, **granted: Any) -> str:
    """Let two people grant an application that comes with the issuer's tokens, and return its id."""
    admin, boss = desk.sign_in("admin"), desk.sign_in("boss")
    words = {"name": "mirror", "issuer": ISSUER, "client_id": CLIENT} | granted
    asked = admin.post("/api/v1/acts/grant_application", json=words)
    assert asked.status_code == 202, asked.text
    proposal = asked.json()["proposal"]
    digest = boss.get(f"/api/v1/proposals/{proposal}").json()["digest"]
    done = boss.post(f"/api/v1/proposals/{proposal}/approve", json={"digest": digest})
    assert done.status_code == 200, done.text
    return str(admin.get("/api/v1/applications").json()["items"][-1]["id"])


def sign(desk: Desk) -> None:
    with transaction(desk.town.engine) as session:
        checkpoint_head(session, log=desk.town.log)


def fetch(desk: Desk, path: str, token: str | None = None) -> httpx2.Response:
    return httpx2.get(f"{desk.address}{P}/{path}", headers={"Authorization": f"Bearer {token or token_of(at=clock.now())}"})


def told(desk: Desk) -> list[dict[str, Any]]:
    with read(desk.town.engine) as session:
        return [read_entry(body) for _index, body in entries(session, start=0, end=log_size(session))]


def paths(size: int) -> list[str]:
    width = size % 256
    return [f"tile/0/000.p/{width}", f"tile/entries/000.p/{width}", f"proof?index=3&size={size}", f"consistency?old=1&size={size}"]


def test_a_program_that_was_granted_it_gets_byte_for_byte_what_an_auditor_gets(desk: Desk) -> None:
    let_in(desk, may_read_ledger=True)
    eye = desk.sign_in("eye")
    sign(desk)
    answer = fetch(desk, "checkpoint")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/plain; charset=utf-8")
    size = verify_note(answer.text, vkey=desk.town.log.vkey).size
    for path in paths(size):
        to_program, to_person = fetch(desk, path), eye.get(f"{P}/{path}")
        assert (to_program.status_code, to_person.status_code) == (200, 200), path
        assert to_program.content == to_person.content
        assert to_program.headers.get("cache-control") == to_person.headers.get("cache-control")
    before = len(told(desk))
    assert fetch(desk, "checkpoint").status_code == 200
    assert len(told(desk)) == before, "reading is no entry"
    assert fetch(desk, "tile/0/999").status_code == 404
    assert fetch(desk, "proof?index=x").status_code == 400


def test_a_program_that_was_not_granted_it_is_refused_and_that_it_asked_is_an_entry(desk: Desk) -> None:
    application = let_in(desk, may_search=True)
    sign(desk)
    for path in ("checkpoint", "tile/0/000.p/1", "tile/entries/000.p/1", "proof?index=0", "proof?index=x", "consistency?old=1"):
        before = len(told(desk))
        answer = fetch(desk, path)
        assert (answer.status_code, answer.json()) == (403, {"message": "this application may not read the ledger"}), path
        made = told(desk)[before:]
        assert [(one["kind"], one["actor"], one["object"], one["out"]) for one in made] == [(REFUSED, application, "log", "refused")]


def test_a_flood_of_refused_reads_fills_no_log(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    let_in(desk)
    monkeypatch.setattr(attempts, "WRITTEN_A_DAY", 2)
    before = len(told(desk))
    assert {fetch(desk, "checkpoint").status_code for _ in range(5)} == {403}
    assert len(told(desk)) == before + 2


def test_once_its_grant_ended_the_program_is_nobody(desk: Desk) -> None:
    application = let_in(desk, may_read_ledger=True)  # the first who signs in is the administrator
    sign(desk)
    token = token_of(at=clock.now())
    assert fetch(desk, "checkpoint", token).status_code == 200
    ended = desk.clients[0].post("/api/v1/acts/end_application", json={"application": application})
    assert ended.status_code == 200, ended.text
    before = len(told(desk))
    answer = fetch(desk, "checkpoint", token)
    assert (answer.status_code, answer.json()) == (401, {"message": "this token is not valid"})
    assert "www-authenticate" in answer.headers
    assert len(told(desk)) == before, "who is nobody fills no log"


def test_a_token_that_is_not_valid_or_that_is_nobody_s_reads_nothing(desk: Desk) -> None:
    let_in(desk, may_read_ledger=True)
    sign(desk)
    now = int(clock.now().timestamp())
    wrong = [
        token_of(at=clock.now(), aud="https://other.example"),
        token_of(at=clock.now(), client_id="nobody", sub="nobody"),
        token_of(at=clock.now(), exp=now - 31, iat=now - 90),
        token_of("ES256", 1, header={"kid": "ES256-0"}, at=clock.now()),
        token_of(at=clock.now(), cnf={"jkt": thumbprint_of()}),
        "sk_nobody",
    ]
    assert {fetch(desk, "checkpoint", token).status_code for token in wrong} == {401}


def test_a_bound_token_reads_with_a_proof_for_this_address_alone(desk: Desk) -> None:
    let_in(desk, may_read_ledger=True)
    sign(desk)
    token = token_of(at=clock.now(), cnf={"jkt": thumbprint_of()})
    public = Settings().public_address
    own = f"{public}{P}/checkpoint"
    for number, (url, method, status) in enumerate(((f"{public}{P}/proof", "GET", 401), (own, "POST", 401), (own, "GET", 200))):
        proof = proof_of(token, url=url, at=clock.now(), htm=method, jti=f"l-{number}")
        answer = httpx2.get(f"{desk.address}{P}/checkpoint", headers={"Authorization": f"DPoP {token}", "DPoP": proof})
        assert answer.status_code == status, (url, method)


def test_a_refused_person_leaves_an_entry_too(desk: Desk) -> None:
    sign(desk)
    clerk = desk.sign_in("clerk")
    before = len(told(desk))
    assert clerk.get(f"{P}/tile/0/000.p/1").status_code == 404
    made = told(desk)[before:]
    assert [(one["kind"], one["actor"], one["out"]) for one in made] == [(REFUSED, desk.town.accounts["clerk"], "refused")]
