"""What somebody with ill will sends to the management API: each of these once did something that it should not."""

import threading
from dataclasses import replace
from typing import Any

import httpx2
import pytest
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from service.acts import deciding
from service.database import transaction
from service.identity import enrolling, signing_in
from service.identity.account_model import Credential
from service.identity.factors import passwords
from service.personnel.operations import register_unit
from tests.doors.management.conftest import Desk

ENROL = {"name": "clerk", "first_half": "a", "second_half": "b", "password": "a-password-of-my-own", "secret": "A" * 32, "code": "1"}
SIGN_IN = {"name": "clerk", "password": "x", "code": "1"}


@pytest.mark.parametrize(("path", "body"), [("/api/v1/session", SIGN_IN), ("/api/v1/enrolment", ENROL)])
def test_a_nul_in_a_name_is_malformed(desk: Desk, path: str, body: dict[str, str]) -> None:
    answer = httpx2.post(f"{desk.address}{path}", json=body | {"name": "cle\x00rk"})
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("/api/v1/acts", b'{"acts":[{"verb":"list_handler","words":{"\\ud800":"1"}}]}'),
        ("/api/v1/acts", b'{"acts":[{"verb":"list_handler","words":{"\\u0000":"1"}}],"words":"\\u0000"}'),
        ("/api/v1/proposals/x/send-back", b'{"words":"a\\u0000"}'),
        ("/api/v1/proposals/approve", b'{"proposals":[{"id":"\\u0000","digest":"' + b"0" * 64 + b'"}]}'),
    ],
)
def test_characters_that_are_none_are_malformed_wherever_they_stand(desk: Desk, path: str, content: bytes) -> None:
    manager = desk.sign_in("manager")
    answer = manager.post(path, content=content, headers={"content-type": "application/json"})
    assert answer.status_code == 422


def waiting(desk: Desk, clerk: httpx2.Client) -> str:
    """A proposal that the manager may decide."""
    person = clerk.post("/api/v1/acts/register_person", json={"legal_name": "架空 働く人"}).json()["made"][0]
    asked = clerk.post("/api/v1/acts/take_post", json={"person_id": person, "organization_id": desk.town.organization})
    return str(asked.json()["proposal"])


def test_who_approves_many_is_told_what_was_done_when_one_fails(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    clerk, manager = desk.sign_in("clerk"), desk.sign_in("manager")
    body = [
        {"id": one, "digest": manager.get(f"/api/v1/proposals/{one}").json()["digest"]}
        for one in (waiting(desk, clerk), waiting(desk, clerk))
    ]
    real = deciding.approve

    def second_fails(*arguments: Any, **words: Any) -> deciding.Approved:
        if words["proposal_id"] == body[1]["id"]:
            raise SQLAlchemyError
        return real(*arguments, **words)

    monkeypatch.setattr(deciding, "approve", second_fails)
    answer = manager.post("/api/v1/proposals/approve", json={"proposals": body})
    assert answer.status_code == 200
    assert [one["first_index"] is None for one in answer.json()] == [False, True]
    assert answer.json()[1]["problem"]


def test_a_flood_of_sign_ins_is_told_to_come_back(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    manager = desk.sign_in("manager")
    monkeypatch.setattr(passwords, "_PLACES", threading.BoundedSemaphore(1))
    with passwords._turn():
        for path, body in (("/api/v1/session", {"json": SIGN_IN}), ("/sign-in", {"data": SIGN_IN})):
            assert httpx2.post(f"{desk.address}{path}", **body).status_code == 503  # type: ignore[arg-type]
        assert manager.get("/api/v1/session").status_code == 200
    assert httpx2.post(f"{desk.address}/api/v1/session", json=SIGN_IN).status_code == 401


def test_a_try_that_comes_too_early_costs_no_work(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(5):
        httpx2.post(f"{desk.address}/api/v1/session", json=SIGN_IN)
    worked = []
    monkeypatch.setattr(passwords, "verify_password", lambda *given: worked.append(given))
    assert httpx2.post(f"{desk.address}/api/v1/session", json=SIGN_IN).status_code == 401
    assert worked == []


def test_nobody_shuts_out_the_holders_of_passkeys(desk: Desk) -> None:
    log, account = desk.town.log, desk.town.accounts["clerk"]
    failed = {"log": log, "proof": signing_in.Proof(None), "name": "", "source": "192.0.2.1"}
    with transaction(desk.town.engine) as session:
        for _ in range(30):
            signing_in.sign_in(session, at=desk.town.now(), **failed)
        row = session.scalars(select(Credential).where(Credential.account_id == account, Credential.kind == "totp")).one()
        right = signing_in.Proof(account, signing_in.PASSKEY_METHODS, row.id, counter=row.counter)
        right = replace(right, counter=(row.counter or 0) + 1)
        assert signing_in.sign_in(session, at=desk.town.now(), **failed | {"proof": right}) is not None


def test_nobody_without_a_half_uses_up_a_code(desk: Desk) -> None:
    account = desk.town.accounts["nobody"]
    halves = [desk.sign_in(name).post(f"/api/v1/accounts/{account}/half").json()["half"] for name in ("admin", "boss")]
    with transaction(desk.town.engine) as session:
        told: dict[str, Any] = {"at": desk.town.now(), "name": "nobody"}
        for _ in range(12):
            assert enrolling.check_halves(session, halves=("AAAA-AAAA-AAAA", "BBBB-BBBB-BBBB"), **told) is None
        assert enrolling.check_halves(session, halves=(halves[0], halves[1]), **told) is not None
        for _ in range(10):
            assert enrolling.check_halves(session, halves=(halves[0], "BBBB-BBBB-BBBB"), **told) is None
        assert enrolling.check_halves(session, halves=(halves[0], halves[1]), **told) is None


def test_who_only_audits_reads_a_proposal_without_names_and_texts(desk: Desk) -> None:
    clerk, eye, manager = desk.sign_in("clerk"), desk.sign_in("eye"), desk.sign_in("manager")
    person = clerk.post("/api/v1/acts/register_person", json={"legal_name": "架空 働く人"}).json()["made"][0]
    words = {"person_id": person, "legal_name": "架空 改名"}
    asked = clerk.post("/api/v1/acts", json={"acts": [{"verb": "record_name", "words": words}], "words": "結婚による"})
    assert asked.status_code == 202, asked.text
    proposal = f"/api/v1/proposals/{asked.json()['proposal']}"
    boss = desk.sign_in("boss")
    assert "架空 改名" in boss.get(proposal).text
    for path in (proposal, proposal.replace("/api/v1", "")):
        seen = eye.get(path)
        assert seen.status_code == 200
        assert "person" in seen.text
        assert "架空 改名" not in seen.text
        assert "結婚" not in seen.text
    assert manager.get(proposal).status_code == 404


def test_a_proposal_beyond_the_reach_of_a_role_does_not_exist(desk: Desk) -> None:
    town = desk.town
    with transaction(town.engine) as session:
        told: dict[str, Any] = {"log": town.log, "actor": town.member("admin").actor, "at": town.now()}
        unit = register_unit(session, **told, organization_id=town.organization, name="一係")
    town.admit("narrow", "information_manager", units=[unit])
    town.equip("narrow")
    clerk, narrow = desk.sign_in("clerk"), desk.sign_in("narrow")
    outside = waiting(desk, clerk)
    assert narrow.get("/api/v1/proposals").json() == {"items": [], "next": None}
    assert narrow.get(f"/api/v1/proposals/{outside}").status_code == 404
    person = clerk.post("/api/v1/acts/register_person", json={"legal_name": "架空 係の人"}).json()["made"][0]
    words = {"person_id": person, "organization_id": town.organization, "unit_id": unit}
    inside = clerk.post("/api/v1/acts/take_post", json=words).json()["proposal"]
    assert narrow.get(f"/api/v1/proposals/{inside}").json()["may_decide"]
