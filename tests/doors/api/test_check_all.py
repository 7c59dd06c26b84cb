"""Several checks of one request: answered as each alone, decided at one instant, and one entry where they fit."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import psycopg
import pytest
import rfc8785
from msgspec.structs import replace

from service import clock
from service.actor import Actor
from service.api import gateway as module
from service.api import settled
from service.api.gateway import Gateway, UnavailableError
from service.api.preparing import Asked, Outcome, Semantic
from service.database import read, transaction
from service.decision.facts import facts_for
from service.decision.judge import Answer, combine, judge
from service.decision.policyset import PolicySet
from service.decision.world import FACT_TABLES, World
from service.designation.model import Document, DocumentInformation
from service.evidence import rows
from service.evidence.disclosures import keyring_opener
from service.evidence.report import Report
from service.evidence.verification import verify
from service.identity.callers import hash_of
from service.ledger import Draft, Kind, begin_act, decisions_in, digests_in, entries, log_size, read_entry, record
from service.statute.periods import instant_ms
from service.statute.policies import read_policies
from tests.doors.api.conftest import World as Served

ACTOR = Actor(id="a_test", kind="person")


def asked(world: Served, person: str = "permit", resource: str = "d1", **other: Any) -> Asked:
    return Asked(hash_of(world.key.encode()), "person", person, "information", resource, "read", **{"request_id": "r-1", **other})


def with_gateway(world: Served, body: Callable[[Gateway], Awaitable[None]]) -> None:
    async def run() -> None:
        gateway = Gateway(url=world.url, log=world.log, clock=clock.now)
        await gateway.start()
        try:
            await body(gateway)
        finally:
            await gateway.stop()

    asyncio.run(run())


def together(world: Served, questions: Sequence[Asked], *, semantic: Semantic = "execute_all") -> Sequence[Outcome]:
    """Return the outcomes of one request."""
    found: list[Outcome] = []

    async def body(gateway: Gateway) -> None:
        outcomes = await gateway.check_all(questions, semantic=semantic)
        assert outcomes is not None
        found.extend(outcomes)

    with_gateway(world, body)
    return found


def since(world: Served, size: int) -> list[tuple[int, bytes]]:
    with read(world.engine) as session:
        return list(entries(session, start=size, end=log_size(session)))


def size_of(world: Served) -> int:
    with read(world.engine) as session:
        return log_size(session)


def verified(world: Served) -> Report:
    with rows.snapshot(world.url) as connection:
        return verify(connection=connection, vkey=world.log.vkey, opener=lambda opened: keyring_opener(opened, world.log.keyring.scratch()))


def register_document(world: Served, document: str, *informations: str) -> None:
    with transaction(world.engine) as session:
        begin_act(session)
        made = [
            Document(id=document, kind="document", title="架空の図面"),
            *(DocumentInformation(id=f"{document}-{one}", document_id=document, information_id=one) for one in informations),
        ]
        draft = Draft(kind=Kind.DOCUMENT_REGISTERED, actor=ACTOR, at=clock.now(), object=document, subject=document)
        record(session, log=world.log, draft=draft, rows=made)


QUESTIONS: tuple[dict[str, Any], ...] = (
    {},
    {"person": "expired"},
    {"person": "nobody"},
    {"person": "doubt", "organization": "denryoku"},
    {"organization": "denryoku"},
    {"organization": "kinzoku"},
    {"organization": "nowhere"},
    {"resource": "d2"},
    {"resource": "nothing"},
    {"resource": "doc", "resource_type": "document"},
    {"resource": "both", "resource_type": "document"},
    {"resource": "d1", "resource_type": "area"},
    {"subject_type": "robot"},
    {"action": "return"},
    {"action": "list"},
    {"action": "burn"},
    {},
)
"""Each differs in one way from a permit; the first comes again at the end."""


def plainly(world: Served, question: Asked, now_ms: int) -> Answer:
    """The reference: rows, facts, the judge; slow, with nothing remembered and nothing resolved but what is registered."""
    known, policies = World(), PolicySet.load(read_policies())
    with rows.snapshot(world.url) as connection:
        for table in FACT_TABLES:
            for row in rows.room_rows(connection, table):
                known.apply(table, row)
    documents, people = known.rows["designation.documents"], known.rows["personnel.people"]
    person = question.subject if question.subject_type == "person" and question.subject in people else None
    organizations = known.rows["personnel.organizations"]
    organization = question.organization if question.organization in (None, *organizations) else "?"
    action = question.action if question.action in ("handle", "read", "list", "return") else "read"
    informations: list[str | None] = [None]
    if action == question.action and question.resource_type == "document" and question.resource in documents:
        carried = known.rows["designation.document_information"].values()
        informations = sorted(row["information_id"] for row in carried if row["document_id"] == question.resource)
    elif action == question.action and question.resource_type == "information":
        designated = {row["information_id"] for row in known.rows["designation.designations"].values()}
        informations = [question.resource if question.resource in designated else None]
    facts = [facts_for(known, person=person, information=one, organization=organization) for one in informations]
    return combine([judge(policies, one, action=action, now_ms=now_ms) for one in facts])


def told(answer: Answer) -> tuple[Any, ...]:
    return answer.disclosed(), answer.horizon_ms, answer.policies


def test_a_request_answers_as_each_check_alone_and_as_the_law_read_plainly(world: Served) -> None:
    register_document(world, "doc", "d1")
    register_document(world, "both", "d1", "d2")
    questions = [
        replace(asked(world), **{{"person": "subject"}.get(name, name): value for name, value in one.items()}) for one in QUESTIONS
    ]
    alone: list[Outcome] = []
    several: list[Outcome] = []

    async def body(gateway: Gateway) -> None:
        for _ in range(2):  # Decided anew, and remembered.
            alone[:] = [one for one in [await gateway.check(question) for question in questions] if one is not None]
            several[:] = await gateway.check_all(questions) or []
            assert [told(one.answer)[0] for one in alone] == [told(one.answer)[0] for one in several]

    with_gateway(world, body)
    assert len(alone) == len(several) == len(questions)
    assert {one.at for one in several} == {several[0].at}
    for question, one, other in zip(questions, alone, several, strict=True):
        expected = told(plainly(world, question, instant_ms(other.at)))
        assert told(one.answer)[0] == told(other.answer)[0] == expected[0], question
        assert told(other.answer) == expected, question
        assert (one.code, one.mark, one.policy, one.caller, bool(one.reference)) == (
            other.code,
            other.mark,
            other.policy,
            other.caller,
            bool(other.reference),
        )
    assert {one.answer.api for one in several} == {True, False}
    report = verified(world)
    assert report.findings.kept == []
    assert (report.counts.decisions, report.counts.answered) == (4 * len(questions), 4 * len(questions))


def test_the_checks_of_a_request_are_one_entry_with_what_they_share_once(world: Served) -> None:
    size = size_of(world)
    outcomes = together(world, [asked(world, person) for person in ("permit", "expired", "nobody")])
    ((index, body),) = since(world, size)
    entry = read_entry(body)
    assert [one.index for one in outcomes] == [index] * 3
    assert set(entry) == {"_sd_alg", "actor", "at", "checks", "kind", "policy", "req", "seen", "v"}
    assert (entry["v"], entry["actor"], entry["req"], entry["seen"]) == (2, "dms", "r-1", size - 1)
    assert [check["out"] for check in entry["checks"]] == ["permit", "deny", "deny"]
    assert [check.get("ref", "") for check in entry["checks"]] == [one.reference for one in outcomes]
    assert "person" not in entry["checks"][2], "who is not registered is not told in clear"
    assert body == rfc8785.dumps(json.loads(body))


@pytest.mark.parametrize("organizations", [("denryoku", "denryoku"), ("denryoku", "kinzoku"), ("denryoku", None)])
def test_an_organization_stands_once_for_all_or_with_each(world: Served, organizations: tuple[str | None, str | None]) -> None:
    size = size_of(world)
    together(world, [asked(world, organization=one) for one in organizations])
    entry = read_entry(since(world, size)[0][1])
    alike = len(set(organizations)) == 1
    assert ("for" in entry) is alike
    assert [one.get("for") for one in decisions_in(entry)] == list(organizations)
    assert any("for" in check for check in entry["checks"]) is not alike


def test_one_check_alone_is_an_entry_as_before(world: Served) -> None:
    size = size_of(world)
    together(world, [asked(world)])
    together(world, [asked(world), asked(world, "expired")], semantic="permit_on_first_permit")
    read_ones = [read_entry(body) for _index, body in since(world, size)]
    assert [(one["v"], one["out"], "checks" in one) for one in read_ones] == [(1, "permit", False)] * 2


@pytest.mark.parametrize(
    ("semantic", "people", "answers"),
    [
        ("execute_all", ["permit", "none", "permit"], [True, False, True]),
        ("deny_on_first_deny", ["permit", "none", "permit"], [True, False]),
        ("deny_on_first_deny", ["permit", "permit"], [True, True]),
        ("permit_on_first_permit", ["none", "permit", "none"], [False, True]),
        ("permit_on_first_permit", ["none", "expired"], [False, False]),
    ],
)
def test_what_is_behind_the_trigger_is_neither_decided_nor_recorded(
    world: Served, semantic: Semantic, people: list[str], answers: list[bool]
) -> None:
    size = size_of(world)
    outcomes = together(world, [asked(world, person) for person in people], semantic=semantic)
    assert [one.answer.api for one in outcomes] == answers
    recorded = [one["out"] == "permit" for _index, body in since(world, size) for one in decisions_in(read_entry(body))]
    assert recorded == answers


def test_a_request_that_is_too_long_for_one_entry_goes_on_in_the_next(world: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settled, "PREFERRED", 700)
    people = ["permit", "expired", "not-listed", "doubt", "none", "negative", "nobody"]
    size = size_of(world)
    outcomes = together(world, [asked(world, person) for person in people])
    found = since(world, size)
    assert len(found) > 2
    recorded = [(index, one.get("ref", "")) for index, body in found for one in decisions_in(read_entry(body))]
    assert recorded == [(one.index, one.reference) for one in outcomes]
    with psycopg.connect(world.url) as connection:
        lying = connection.execute("select index, digest from ledger.disclosures where index >= %s", (size,)).fetchall()
    named = {index: digests_in(read_entry(body)) for index, body in found}
    assert {index for index, _digest in lying} == set(named), "each disclosure lies with the entry that names it first"
    assert verified(world).findings.kept == []


def test_no_entry_is_longer_than_a_tile_takes_and_few_are_longer_than_is_preferred(world: Served) -> None:
    size = size_of(world)
    together(world, [asked(world, f"nobody-{number}") for number in range(400)])
    lengths = [len(body) for _index, body in since(world, size)]
    assert len(lengths) > 2
    assert max(lengths) < settled.PREFERRED + 1_000


def test_each_denial_has_a_reference_of_its_own(world: Served) -> None:
    outcomes = together(world, [asked(world, "none")] * 60)
    assert len({one.reference for one in outcomes}) == 60
    assert all(len(one.reference) == 8 for one in outcomes)


def test_a_key_that_is_nobodys_is_told_so_and_leaves_no_entry(world: Served) -> None:
    size = size_of(world)

    async def body(gateway: Gateway) -> None:
        assert await gateway.check_all([replace(asked(world), key=hash_of(b"sk_nobodys"))] * 3) is None

    with_gateway(world, body)
    assert since(world, size) == []


def test_a_request_without_checks_or_of_no_known_semantic_is_a_fault_of_the_door(world: Served) -> None:
    async def body(gateway: Gateway) -> None:
        with pytest.raises(ValueError, match="at least one"):
            await gateway.check_all([])
        with pytest.raises(ValueError, match="semantics"):
            await gateway.check_all([asked(world)], semantic="first_of_all")  # type: ignore[arg-type]  # what a door must not send

    with_gateway(world, body)


def test_single_checks_and_requests_share_their_batches(world: Served) -> None:
    async def body(gateway: Gateway) -> None:
        await asyncio.gather(
            *(gateway.check(asked(world)) for _ in range(5)),
            *(gateway.check_all([asked(world), asked(world, "none")]) for _ in range(5)),
        )

    with psycopg.connect(world.url) as connection:
        count = "select count(*) from ledger.batches"
        before = connection.execute(count).fetchone()
        with_gateway(world, body)
        after = connection.execute(count).fetchone()
    assert before is not None
    assert after is not None
    assert after[0] - before[0] == 1


def test_what_is_written_at_once_is_bounded_in_checks(world: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BATCH", 4)

    async def body(gateway: Gateway) -> None:
        found = await asyncio.gather(*(gateway.check_all([asked(world)] * number) for number in (2, 2, 3, 9, 1)))
        instants = [one[0].at for one in found if one is not None]
        # Two and two, then three, then nine for which there is no other way, then one.
        assert [instants[0] == instants[1], len(set(instants[1:]))] == [True, 4]

    with_gateway(world, body)


def test_more_checks_than_the_queue_holds_are_turned_away_whole(world: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "QUEUE", 10)

    async def body(gateway: Gateway) -> None:
        found = await asyncio.gather(*(gateway.check_all([asked(world)] * 4) for _ in range(3)), return_exceptions=True)
        assert [isinstance(one, UnavailableError) for one in found] == [False, False, True]
        with pytest.raises(UnavailableError):
            await gateway.check_all([asked(world)] * 11)
        assert len(await gateway.check_all([asked(world)] * 10) or ()) == 10, "what was answered waits no more"

    with_gateway(world, body)
