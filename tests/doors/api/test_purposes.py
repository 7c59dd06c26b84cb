"""What an application asks for: on record with each decision and search, withheld like its other words, deciding nothing."""

import json
from typing import Any

import httpx2
import pytest
from msgspec.structs import replace

from service.api.gateway import Gateway
from service.api.preparing import Asked, Outcome
from service.database import read
from service.evidence import lookups
from service.identity.entitlements import seen
from service.ledger import decisions_in, read_entry
from tests.doors.api.conftest import World
from tests.doors.api.test_check_all import asked, since, size_of, together, verified, with_gateway
from tests.doors.api.test_compiled_policies import becomes, hurried
from tests.doors.api.test_search import newest, search, what

__all__ = ["hurried"]

PURPOSE = "assigned_work"


def said(world: World, start: int) -> list[dict[str, Any] | None]:
    """Return what was said beside each decision since an entry, or None where nothing was."""
    found: list[dict[str, Any] | None] = []
    for _index, body in since(world, start):
        for one in decisions_in(read_entry(body)):
            with read(world.engine) as session:
                opened = {each.name: each.value for each in lookups.opened(session, log=world.log, clear=one)}
            assert {"answer", "facts"} <= set(opened)
            found.append(opened.get("asked"))
    return found


def alone(world: World, *questions: Asked) -> list[Outcome]:
    found: list[Outcome] = []

    async def body(gateway: Gateway) -> None:
        for one in questions:
            outcome = await gateway.check(one)
            assert outcome is not None
            found.append(outcome)

    with_gateway(world, body)
    return found


def test_a_purpose_is_recorded_anew_remembered_alone_and_among_several(world: World) -> None:
    plain, for_work = asked(world), replace(asked(world), purpose=PURPOSE)
    start = size_of(world)
    # The first discloses, the third is remembered, and what is remembered for one purpose is told for no other.
    outcomes = alone(world, for_work, plain, plain, for_work, replace(plain, purpose="other"), plain)
    assert said(world, start) == [{"purpose": PURPOSE}, None, None, {"purpose": PURPOSE}, {"purpose": "other"}, None]
    assert len({one.answer for one in outcomes}) == 1, "a purpose decides nothing"
    start = size_of(world)
    together(world, [plain, for_work, replace(for_work, organization="kinzoku"), replace(for_work, subject="nobody")])
    assert said(world, start) == [
        None,
        {"purpose": PURPOSE},
        {"purpose": PURPOSE},
        {"subject": "person nobody", "purpose": PURPOSE},
    ]
    report = verified(world)
    assert (report.findings.kept, report.counts.decisions, report.counts.answered) == ([], 10, 10)


@pytest.mark.usefixtures("hurried")
def test_the_engine_and_the_compiled_policies_record_a_purpose_alike(world: World) -> None:
    start = size_of(world)
    questions = [replace(asked(world, person), purpose=PURPOSE) for person in ("permit", "expired", "permit")]

    async def body(gateway: Gateway) -> None:
        for answered_by in ("engine", "compiled"):
            await becomes(gateway, answered_by=answered_by)
            for one in questions:
                assert await gateway.check(one) is not None

    with_gateway(world, body)
    assert said(world, start) == [{"purpose": PURPOSE}] * 6


def test_a_check_without_a_purpose_is_recorded_as_before(world: World) -> None:
    alone(world, asked(world))
    start = size_of(world)
    alone(world, asked(world), replace(asked(world), purpose=PURPOSE))
    (_index, before), (_next, with_purpose) = since(world, start)
    assert len(read_entry(before)["_sd"]) == 2
    assert read_entry(with_purpose)["_sd"][:2] == read_entry(before)["_sd"]
    assert read_entry(with_purpose).keys() == read_entry(before).keys(), "the form of an entry is the same"
    assert PURPOSE.encode() not in with_purpose


def test_by_http_the_purpose_is_recorded_and_changes_nothing_of_the_answer(served: World) -> None:
    start = size_of(served)
    answers = [served.ask(person, "d1", **context) for person in ("permit", "expired") for context in ({}, {"purpose": PURPOSE})]
    told = [answer.json() for answer in answers]
    for one in told:
        one["context"] = {name: one["context"].get(name) for name in ("mark", "code")}
    assert told[0] == told[1]
    assert told[2] == told[3]
    items = [{"resource": {"type": "information", "id": "d1"}}, {"resource": {"type": "information", "id": "d2"}, "context": {}}]
    body = {
        "subject": {"type": "person", "id": "permit"},
        "action": {"name": "read"},
        "context": {"purpose": "shift"},
        "evaluations": items,
    }
    answer = httpx2.post(f"{served.address}/access/v1/evaluations", json=body, headers={"Authorization": f"Bearer {served.key}"})
    assert [one["decision"] for one in answer.json()["evaluations"]] == [True, False]
    assert said(served, start) == [None, {"purpose": PURPOSE}, None, {"purpose": PURPOSE}, {"purpose": "shift"}, None]


@pytest.mark.parametrize("purpose", ["", "two words", "x" * 129, 7, None, {"code": "a"}, "a\nb"])
def test_what_is_no_code_is_refused_by_name_and_decides_nothing(served: World, purpose: Any) -> None:
    start = size_of(served)
    says = "context.purpose must be a code of 1 to 128 characters, without blanks"
    answer = served.ask("permit", "d1", purpose=purpose)
    assert (answer.status_code, answer.json()["message"]) == (400, says)
    whole = {"subject": {"type": "person", "id": "permit"}, "action": {"name": "read"}, "resource": {"type": "information", "id": "d1"}}
    body = whole | {"evaluations": [{"context": {"purpose": purpose}}]}
    batch = httpx2.post(f"{served.address}/access/v1/evaluations", json=body, headers={"Authorization": f"Bearer {served.key}"})
    assert batch.json()["evaluations"] == [{"decision": False, "context": {"error": {"status": 400, "message": says}}}]
    found = search(served, "resource", what(context={"purpose": purpose}))
    assert (found.status_code, found.json()["message"]) == (400, says)
    assert size_of(served) == start


def test_a_search_records_its_purpose_and_is_found_again_by_whoever_verifies(served: World) -> None:
    assert search(served, "resource", what(context={"purpose": PURPOSE})).status_code == 200
    clear = newest(served)
    assert PURPOSE not in json.dumps(clear)
    with read(served.engine) as session:
        query = next(one.value for one in lookups.opened(session, log=served.log, clear=clear) if one.name == "query")
    assert query["purpose"] == PURPOSE
    assert search(served, "resource", what()).status_code == 200
    with read(served.engine) as session:
        query = next(one.value for one in lookups.opened(session, log=served.log, clear=newest(served)) if one.name == "query")
    assert "purpose" not in query
    assert verified(served).findings.kept == []


def test_the_purpose_is_shown_to_whoever_may_read_free_text_and_to_nobody_else() -> None:
    words = {"subject": "person nobody", "purpose": PURPOSE}
    assert seen("asked", words, {"auditor"}, purpose="audit") == words
    assert seen("asked", words, {"auditor"}, purpose=None) is None
    assert seen("asked", words, {"custodian"}, purpose="audit") == {"subject": "person nobody"}
    assert seen("asked", {"purpose": PURPOSE}, {"custodian"}, purpose="audit") is None
    assert seen("query", words, {"information_manager"}, purpose=None) == {"subject": "person nobody"}
    assert seen("query", words, {"information_manager"}, purpose="audit") == words
