"""A policy set comes into force by two people, byte for byte as it was proposed, and with the next check everywhere."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import httpx2
import psycopg
import pytest
from sqlalchemy import text

from service import clock
from service.api.gateway import Gateway
from service.api.preparing import Asked
from service.database import read
from service.decision.policies_in_force import activations, texts_in_force
from service.evidence import rows
from service.evidence.disclosures import keyring_opener
from service.evidence.verification import verify
from service.identity.callers import local_caller
from service.statute.policies import PolicyTexts, read_policies
from tests.builders.policies import CLOSED, COPIES, with_files, with_house
from tests.doors.management.conftest import Desk

DOOR = "/api/v1/acts/activate_policies"
SHIPPED = read_policies()
ARTICLE = "act/article-11.cedar"


def admin_of(desk: Desk) -> httpx2.Client:
    """The administrator's browser, signed in once: no code of a device counts twice."""
    known: dict[str, httpx2.Client] = desk.__dict__.setdefault("signed_in", {})
    if "admin" not in known:
        known["admin"] = desk.sign_in("admin")
    return known["admin"]


def proposed(desk: Desk, texts: PolicyTexts) -> str:
    answer = admin_of(desk).post(DOOR, json={"bundle": texts.bundle()})
    assert answer.status_code == 202, answer.text
    return str(answer.json()["proposal"])


def shown(client: httpx2.Client, proposal: str) -> dict[str, Any]:
    return client.get(f"/api/v1/proposals/{proposal}").json()  # type: ignore[no-any-return]


def approved(client: httpx2.Client, proposal: str, digest: str) -> httpx2.Response:
    return client.post(f"/api/v1/proposals/{proposal}/approve", json={"digest": digest})


def in_force(desk: Desk) -> PolicyTexts:
    with read(desk.town.engine) as session:
        found = texts_in_force(session)
    assert found is not None
    return found


def test_two_people_bring_a_set_into_force_and_the_ledger_says_who_and_what(desk: Desk) -> None:
    boss, texts = desk.sign_in("boss"), with_house(COPIES)
    proposal = proposed(desk, texts)
    assert in_force(desk).digest == SHIPPED.digest
    seen = shown(boss, proposal)
    (foreseen,) = seen["foreseen"]
    assert (seen["may_decide"], seen["hindrance"]) == (True, None)
    assert (foreseen["policies"]["against"], foreseen["policies"]["digest"]) == (SHIPPED.digest, texts.digest)
    assert [(one["sort"], one["id"], one["citations"]) for one in foreseen["policies"]["policies"]] == [
        ("added", "house-copies", ["Act 5(1)"])
    ]
    assert not foreseen["policies"]["of_law"]
    assert foreseen["rows"][0]["after"]["text"] == seen["acts"][0]["words"]["bundle"] == texts.bundle()
    done = approved(boss, proposal, seen["digest"])
    assert (done.status_code, done.json()["made"]) == (200, [texts.digest])
    assert in_force(desk).bundle() == texts.bundle()
    with read(desk.town.engine) as session:
        newest, first = activations(session)
    accounts = desk.town.accounts
    assert (newest.digest, newest.actor, newest.second, newest.proposal) == (texts.digest, accounts["admin"], accounts["boss"], proposal)
    assert (first.digest, first.second) == (SHIPPED.digest, None)
    boss.post(f"/api/v1/entries/{newest.index}/look", json={}).raise_for_status()


def test_a_change_of_the_law_s_own_files_is_marked_in_the_proposal(desk: Desk) -> None:
    article = SHIPPED.files[ARTICLE].replace('context has assessment && context.assessment.outcome == "negative" }', "false }", 1)
    seen = shown(desk.sign_in("boss"), proposed(desk, with_files({ARTICLE: article})))
    found = seen["foreseen"][0]["policies"]
    assert found["of_law"]
    assert [(one["sort"], one["id"], one["differs"]) for one in found["policies"]] == [("changed", "act-11-1-negative", ["condition"])]


def test_nobody_approves_their_own_set_and_nobody_without_the_role_proposes_or_approves_one(desk: Desk) -> None:
    bundle = {"bundle": with_house(COPIES).bundle()}
    people = {name: desk.sign_in(name) for name in ("clerk", "manager", "eye", "nobody", "boss")}
    for name, client in people.items():
        assert client.post(DOOR, json=bundle).status_code == 403, name
    admin = admin_of(desk)
    proposal = admin.post(DOOR, json=bundle).json()["proposal"]
    digest = shown(people["boss"], proposal)["digest"]
    own = approved(admin, proposal, digest)
    assert (own.status_code, own.json()["type"]) == (403, "/problems/proposal-refused")
    for name in ("clerk", "manager", "nobody"):
        assert approved(people[name], proposal, digest).status_code == 404, name
    assert approved(people["eye"], proposal, digest).status_code in {403, 404}
    assert in_force(desk).digest == SHIPPED.digest


def altered(desk: Desk, proposal: str, change: Callable[[dict[str, Any]], None]) -> None:
    """Write to a proposal as somebody does who reaches the database and not the service."""
    with desk.town.engine.begin() as connection:
        found = connection.execute(text("select acts, foreseen from proposals.proposals where id = :id"), {"id": proposal}).one()
        row = {"acts": found.acts, "foreseen": found.foreseen}
        change(row)
        connection.execute(
            text("update proposals.proposals set acts = cast(:acts as jsonb), foreseen = cast(:foreseen as jsonb) where id = :id"),
            {"id": proposal, "acts": json.dumps(row["acts"]), "foreseen": json.dumps(row["foreseen"])},
        )


def test_a_text_that_changes_after_it_was_shown_is_not_what_was_approved(desk: Desk) -> None:
    boss, proposal = desk.sign_in("boss"), proposed(desk, with_house(COPIES))
    digest = shown(boss, proposal)["digest"]
    other = with_house(COPIES.replace('Action::"make"', 'Action::"read"')).bundle()
    altered(desk, proposal, lambda row: row["acts"][0]["words"].update(bundle=other))
    assert approved(boss, proposal, digest).status_code in {409, 503}
    assert in_force(desk).digest == SHIPPED.digest


def test_a_text_that_was_changed_before_anybody_looked_is_not_what_was_proposed(desk: Desk) -> None:
    """Whoever reaches the database changes the proposal and what it foresaw; the approver sees the other text and approves it."""
    boss, proposal = desk.sign_in("boss"), proposed(desk, with_house(COPIES))
    other = with_house(COPIES.replace('Action::"make"', 'Action::"read"'))

    def change(row: dict[str, Any]) -> None:
        row["acts"][0]["words"]["bundle"] = other.bundle()

    altered(desk, proposal, change)
    foreseen = shown(boss, proposal)["foreseen"]
    altered(desk, proposal, lambda row: row.update(foreseen=[{**one, "entry": {**one["entry"]}} for one in foreseen]))
    seen = shown(boss, proposal)
    assert seen["foreseen"][0]["policies"]["digest"] == other.digest
    refused = approved(boss, proposal, seen["digest"])
    assert refused.status_code == 503, refused.text
    assert in_force(desk).digest == SHIPPED.digest


def test_what_was_shown_against_one_set_is_not_approved_against_another(desk: Desk) -> None:
    boss = desk.sign_in("boss")
    first, second = proposed(desk, with_house(COPIES)), proposed(desk, with_house(COPIES, name="other"))
    digest = shown(boss, second)["digest"]
    approved(boss, first, shown(boss, first)["digest"]).raise_for_status()
    assert approved(boss, second, digest).status_code == 409
    assert [one["sort"] for one in shown(boss, second)["foreseen"][0]["policies"]["policies"]] == ["changed"]


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (with_house(COPIES.replace("forbid", "permit")), "house/copies.cedar: 'house-copies': a house policy may only forbid"),
        (with_house(COPIES.replace("\nforbid", " /**/ forbid")), "house/copies.cedar: cannot be read"),
        (with_files({ARTICLE: None}), f"{ARTICLE}: the policies of the law are missing"),
        (with_files({"house/a.cedar": COPIES, "house/b.cedar": COPIES}), "two policies have the id 'house-copies'"),
        (with_house(COPIES + "// " + "x" * 110_000), "a set has at most"),
    ],
    ids=["permit", "unreadable", "no article", "twice", "large"],
)
def test_what_would_be_refused_when_it_is_loaded_is_refused_when_it_is_proposed(desk: Desk, texts: PolicyTexts, said: str) -> None:
    answer = desk.sign_in("admin").post(DOOR, json={"bundle": texts.bundle()})
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["pointer"].endswith("/bundle")
    assert said in answer.text or "at most 131072" in answer.text
    assert not desk.sign_in("boss").get("/api/v1/proposals").json()["items"]


@pytest.mark.parametrize("bundle", ["", " ", "permit(principal, action, resource);", "{}", '{"files":{},"schema":""}', 7, ["x"]])
def test_what_is_no_set_is_told_so(desk: Desk, bundle: object) -> None:
    answer = desk.sign_in("admin").post(DOOR, json={"bundle": bundle})
    # An empty word is one that was not given: the shipped set is meant.
    assert answer.status_code == (202 if bundle == "" else 422), answer.text


def test_a_body_beyond_all_measure_is_told_413(desk: Desk) -> None:
    assert desk.sign_in("admin").post(DOOR, json={"bundle": "x" * 300_000}).status_code == 413


def test_the_shipped_set_is_proposed_without_a_text_and_shown_whole(desk: Desk) -> None:
    boss, admin = desk.sign_in("boss"), admin_of(desk)
    proposal = proposed(desk, with_house(COPIES))
    approved(boss, proposal, shown(boss, proposal)["digest"]).raise_for_status()
    back = admin.post(DOOR, json={}).json()["proposal"]
    seen = shown(boss, back)
    assert seen["foreseen"][0]["rows"][0]["after"]["text"] == SHIPPED.bundle()
    assert [one["sort"] for one in seen["foreseen"][0]["policies"]["policies"]] == ["removed"]
    approved(boss, back, seen["digest"]).raise_for_status()
    assert in_force(desk).digest == SHIPPED.digest
    with read(desk.town.engine) as session:
        assert len(activations(session)) == 3


def test_a_log_in_which_sets_came_into_force_is_verified_whole(desk: Desk, database_url: str) -> None:
    boss, proposal = desk.sign_in("boss"), proposed(desk, with_house(COPIES))
    approved(boss, proposal, shown(boss, proposal)["digest"]).raise_for_status()
    log = desk.town.log
    with rows.snapshot(database_url) as connection:
        report = verify(connection=connection, vkey=log.vkey, opener=lambda opened: keyring_opener(opened, log.keyring.scratch()))
    wrong = {one.wrong for one in report.findings.kept}
    assert not {one for one in wrong if "policy" in one or "row" in one or "disclosure" in one}, wrong


def test_a_set_is_in_force_with_the_next_check_in_every_process(desk: Desk, database_url: str) -> None:
    """Two gateways, each with its own world in memory, and an activation by two people between their checks."""
    boss, proposal = desk.sign_in("boss"), proposed(desk, with_house(CLOSED, name="closed"))
    asked = Asked(None, "person", "nobody-known", "information", "nothing", "read", caller=local_caller("account:test"))

    async def run() -> list[list[str]]:
        gateways = [Gateway(url=database_url, log=desk.town.log, clock=clock.now) for _ in range(2)]
        for gateway in gateways:
            await gateway.start()
        try:
            before = [await gateway.check(asked) for gateway in gateways]
            await asyncio.to_thread(lambda: approved(boss, proposal, shown(boss, proposal)["digest"]).raise_for_status())
            after = [await gateway.check(asked) for gateway in gateways]
        finally:
            for gateway in gateways:
                await gateway.stop()
        return [[one.policy for one in found if one is not None] for found in (before, after)]

    before, after = asyncio.run(run())
    assert before == [SHIPPED.digest] * 2
    assert after == [with_house(CLOSED, name="closed").digest] * 2


def test_the_text_of_a_set_that_was_replaced_is_kept(desk: Desk, database_url: str) -> None:
    boss, proposal = desk.sign_in("boss"), proposed(desk, with_house(COPIES))
    approved(boss, proposal, shown(boss, proposal)["digest"]).raise_for_status()
    with psycopg.connect(database_url) as connection:
        kept = dict(connection.execute("select digest, text from decision.policy_sets").fetchall())
    assert kept == {SHIPPED.digest: SHIPPED.bundle(), with_house(COPIES).digest: with_house(COPIES).bundle()}
