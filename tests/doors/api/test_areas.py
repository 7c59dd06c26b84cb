"""Areas at the door: whoever may handle something kept there, or holds a permit, may be there; all others are answered alike."""

from datetime import date, timedelta
from typing import Any

import httpx2
import psycopg
import pytest

from service import clock
from service.actor import Actor
from service.database import read, transaction
from service.designation import operations as designation
from service.evidence import rows
from service.evidence.disclosures import keyring_opener
from service.evidence.explaining import (
    Explained,
    Question,
    When,
    _decide,
    decision_at,
    decision_named,
    explain_decision,
    explain_question,
)
from service.evidence.past import Concerned, past_of, policies_at
from service.evidence.report import Report
from service.evidence.verification import verify
from service.identity.operations import grant_application, issue_key
from service.ledger import entries, instant, log_size, read_entry
from service.personnel import operations as personnel
from service.personnel.rules import AlreadyRecordedError, UnknownIdError
from service.registers import operations
from service.statute.periods import instant_ms, legal_day
from tests.doors.api.conftest import World, small_world
from tests.doors.api.test_check_all import size_of

ACTOR = Actor(id="a_test", kind="person")
HERE = {"organization_id": "denryoku"}


@pytest.fixture
def given() -> dict[str, Any]:
    documents = [{"id": "b1", "carries": ["d1"]}, {"id": "b2", "carries": ["d2"]}]
    world = small_world()
    return world | {"documents": documents, "people": [*world["people"], {"id": "visitor", "works_at": "kinzoku"}]}


@pytest.fixture
def guarded(served: World) -> World:
    """A room with a safe in which b1 is kept, a hall with nothing; asked by an application that was granted areas."""
    with transaction(served.engine) as session:
        granted = {"resource_types": ["area", "document"], "organization": "denryoku", "namespaces": ["gate"]}
        grant_application(session, log=served.log, actor=ACTOR, at=clock.now(), name="gate", application_id="gate", **granted)
    with transaction(served.engine) as session:
        served.key = issue_key(session, log=served.log, actor=ACTOR, at=clock.now(), application="gate")
    for name, inside in (("room", None), ("safe", "room"), ("hall", None)):
        kind = "container" if inside else "room"
        act(served, "designate_area", **HERE, area=kind, name=name, on=today(), inside_id=inside, area_id=name)
    for name in ("b1", "b2"):
        act(served, "enter_document", **HERE, document_id=name, on=today())
    act(served, "store_document", **HERE, document_id="b1", area_id="safe", on=today())
    return served


def act(world: World, verb: str, **words: Any) -> str:
    with transaction(world.engine) as session:
        return str(getattr(operations, verb)(session, log=world.log, actor=ACTOR, at=clock.now(), **words))


def act_of(room: Any, world: World, verb: str, **words: Any) -> str:
    with transaction(world.engine) as session:
        return str(getattr(room, verb)(session, log=world.log, actor=ACTOR, at=clock.now(), **words))


def today() -> date:
    return legal_day(clock.now())


def enters(world: World, person: str, area: str, **other: Any) -> bool:
    answer = world.ask(person, area, kind="area", **other)
    assert answer.status_code == 200, answer.text
    found: bool = answer.json()["decision"]
    return found


def test_whoever_may_handle_something_kept_there_may_be_there_while_it_is_kept(guarded: World) -> None:
    assert enters(guarded, "permit", "room")
    assert enters(guarded, "permit", "safe")
    assert not enters(guarded, "permit", "hall")
    assert not enters(guarded, "doubt", "room")
    assert not enters(guarded, "not-listed", "room")
    act(guarded, "store_document", **HERE, document_id="b1", area_id="hall", on=today())
    assert not enters(guarded, "permit", "room")
    assert enters(guarded, "permit", "hall")
    report = verified(guarded)
    assert report.counts.decisions == 7


def test_a_permit_lets_its_person_into_its_area_until_it_ends(guarded: World) -> None:
    assert not enters(guarded, "visitor", "room")
    days = {"from_on": today(), "last_day": today() + timedelta(days=3)}
    permit = act(guarded, "permit_entry", area_id="room", person_id="visitor", **days)
    assert enters(guarded, "visitor", "room")
    assert not enters(guarded, "visitor", "safe")
    assert not enters(guarded, "visitor", "hall")
    act(guarded, "end_permit", permit_id=permit, on=today())
    assert not enters(guarded, "visitor", "room")
    act(guarded, "permit_entry", area_id="hall", person_id="visitor", **days)
    assert enters(guarded, "visitor", "hall")
    act(guarded, "end_area", area_id="hall", on=today())
    assert not enters(guarded, "visitor", "hall")
    verified(guarded)


def test_every_denial_has_the_same_bytes(guarded: World) -> None:
    asked = [
        ("visitor", "room", {}),
        ("negative", "room", {}),
        ("permit", "hall", {}),
        ("permit", "cellar", {}),
        ("nobody", "room", {}),
        ("permit", "gate:7", {}),
        ("permit", "room", {"on_behalf_of": "meti"}),
    ]
    bodies = []
    for person, area, context in asked:
        body = guarded.ask(person, area, kind="area", **context).json()
        reference = body["context"]["reference"]
        bodies.append(str(body).replace(reference, "REF"))
    assert len(set(bodies)) == 1
    assert "not_authorized" in bodies[0]


def test_an_area_is_asked_about_by_the_doors_own_number_until_its_alias_ends(guarded: World) -> None:
    alias = act(guarded, "grant_area_alias", namespace="gate", value="7", area_id="room")
    act(guarded, "grant_area_alias", namespace="lift", value="7", area_id="room")
    assert enters(guarded, "permit", "gate:7")
    assert enters(guarded, "permit", "room")
    assert not enters(guarded, "doubt", "gate:7")
    assert not enters(guarded, "permit", "lift:7"), "a namespace that was not granted"
    with read(guarded.engine) as session:
        size = log_size(session)
        entry = read_entry(dict(entries(session, start=size - 4, end=size))[size - 4])
    assert entry["object"] == "room"
    act_of(personnel, guarded, "end_alias", alias_id=alias, on=today())
    denied = [guarded.ask("permit", one, kind="area") for one in ("gate:7", "gate:8")]
    assert [str(one.json()).replace(one.json()["context"]["reference"], "") for one in denied] == [
        str(denied[0].json()).replace(denied[0].json()["context"]["reference"], "")
    ] * 2
    assert not denied[0].json()["decision"]
    assert enters(guarded, "permit", "room")
    act(guarded, "grant_area_alias", namespace="gate", value="7", area_id="hall")
    assert not enters(guarded, "permit", "gate:7")
    act(guarded, "store_document", **HERE, document_id="b1", area_id="hall", on=today())
    assert enters(guarded, "permit", "gate:7")
    verified(guarded)


def test_an_alias_of_an_area_names_no_document_and_one_name_means_one_thing(guarded: World) -> None:
    act(guarded, "grant_area_alias", namespace="gate", value="7", area_id="room")
    assert not guarded.ask("permit", "gate:7", kind="document").json()["decision"]
    document = {"namespace": "gate", "value": "7", "target_kind": "document", "target_id": "b1"}
    with pytest.raises(AlreadyRecordedError):
        act_of(designation, guarded, "grant_resource_alias", **document)
    with pytest.raises(ValueError, match="not a resource's"):
        act_of(designation, guarded, "grant_resource_alias", **document | {"target_kind": "area", "target_id": "room", "value": "8"})
    act_of(designation, guarded, "grant_resource_alias", **document | {"value": "9"})
    with pytest.raises(AlreadyRecordedError):
        act(guarded, "grant_area_alias", namespace="gate", value="9", area_id="room")
    for unknown in ("b1", "cellar", "permit"):
        with pytest.raises(UnknownIdError):
            act(guarded, "grant_area_alias", namespace="gate", value="10", area_id=unknown)
    assert not enters(guarded, "permit", "gate:9")
    assert enters(guarded, "permit", "gate:7")


def test_what_a_door_reports_by_its_own_number_is_of_the_area(guarded: World) -> None:
    act(guarded, "grant_area_alias", namespace="gate", value="7", area_id="room")
    told = {"id": "u1", "use": "entered", "at": instant(clock.now()), "subject": {"type": "person", "id": "permit"}}
    body = {"uses": [told | {"resource": {"type": "area", "id": "gate:7"}}]}
    answer = httpx2.post(f"{guarded.address}/access/v1/uses", json=body, headers={"Authorization": f"Bearer {guarded.key}"})
    assert answer.status_code == 200, answer.text
    with psycopg.connect(guarded.url) as connection:
        assert connection.execute("select area_id, person_id from registers.uses").fetchall() == [("room", "permit")]


def test_an_application_asks_about_areas_only_where_it_was_granted_them(guarded: World) -> None:
    assert enters(guarded, "permit", "room")
    assert not enters(guarded, "permit", "room", key=guarded.trial_key)
    verified(guarded)


def test_what_is_done_in_a_room_is_asked_about_the_document(guarded: World) -> None:
    assert enters(guarded, "permit", "room", action="list")
    assert enters(guarded, "permit", "room", action="handle")
    for action in ("make", "dispose", "enter", "burn"):
        assert not enters(guarded, "permit", "room", action=action)
    verified(guarded)


def test_several_areas_at_once_are_one_entry_that_verifies(guarded: World) -> None:
    body = {
        "subject": {"type": "person", "id": "permit"},
        "action": {"name": "read"},
        "evaluations": [{"resource": {"type": "area", "id": one}} for one in ("room", "hall", "safe", "nothing")],
    }
    url = f"{guarded.address}/access/v1/evaluations"
    answer = httpx2.post(url, json=body, headers={"Authorization": f"Bearer {guarded.key}"}).json()
    assert [one["decision"] for one in answer["evaluations"]] == [True, False, True, False]
    verified(guarded)


def test_a_decision_on_an_area_is_explained_from_its_facts(guarded: World) -> None:
    index = guarded.ask("permit", "room", kind="area").json()["context"]["ledger_index"]
    with read(guarded.engine) as session:
        told = explain_decision(session, log=guarded.log, decided=decision_at(session, index=index))
    assert told.answer is not None
    assert (told.agrees, told.answer.reason) == (True, "clearance_valid")
    assert [(one.area, one.information, one.channels[0].answered) for one in told.why] == [("room", None, False), (None, "d1", True)]


def steps_of(why: Any) -> dict[str, str]:
    return {step.name: step.state for step in why.channels[0].steps}


def test_a_denial_of_an_area_is_told_in_steps_with_what_would_have_to_change(guarded: World) -> None:
    for area, states, changes in (
        ("hall", {"area": "holds", "entry": "missing"}, ("entry",)),
        ("cellar", {"area": "missing", "entry": "open"}, ("area",)),
    ):
        reference = guarded.ask("visitor", area, kind="area").json()["context"]["reference"]
        with read(guarded.engine) as session:
            told = explain_decision(session, log=guarded.log, decided=decision_named(session, reference))
        assert told.agrees
        (why,) = told.why
        assert (steps_of(why), why.channels[0].changes, why.channels[0].answered) == (states, changes, True)
        missing = next(one for one in why.channels[0].steps if one.state == "missing")
        assert missing.basis[0] == "Order 11(1)(v)"
        assert missing.ja
        assert missing.en
    with read(guarded.engine) as session:
        doubted = guarded.ask("doubt", "room", kind="area").json()["context"]["reference"]
        told = explain_decision(session, log=guarded.log, decided=decision_named(session, doubted))
    own, of_d1 = told.why
    assert (steps_of(own), of_d1.channels[0].changes) == ({"area": "holds", "entry": "missing"}, ("doubt",))
    assert (own.channels[0].answered, of_d1.channels[0].answered) == (True, False)


def explained_now(world: World, person: str, area: str, when: When | None = None) -> list[Explained]:
    with read(world.engine) as session:
        found, _differences = explain_question(
            session, log=world.log, question=Question(person, area, "area"), when=when or When(), at=clock.now()
        )
    return found


def test_what_the_law_answers_of_an_area_is_what_a_door_hears(guarded: World) -> None:
    days = {"from_on": today(), "last_day": today() + timedelta(days=3)}
    act(guarded, "permit_entry", area_id="hall", person_id="visitor", **days)
    for person in ("permit", "visitor", "doubt", "not-listed", "nobody"):
        for area in ("room", "safe", "hall", "cellar"):
            (told,) = explained_now(guarded, person, area)
            assert told.answer is not None
            assert told.answer.api is enters(guarded, person, area), (person, area)
            assert told.why[0].area == area
            assert sum(one.channels[0].answered for one in told.why) == 1
            assert [one.channels[0].changes == () for one in told.why if one.channels[0].answered] == [told.answer.api]


def test_a_day_of_an_area_is_told_as_known_today_and_as_known_then(guarded: World) -> None:
    days = {"from_on": today(), "last_day": today() + timedelta(days=3)}
    permit = act(guarded, "permit_entry", area_id="hall", person_id="visitor", **days)
    yesterday = today() - timedelta(days=1)
    known_today, known_then = explained_now(guarded, "visitor", "hall", When(today(), yesterday))
    assert known_today.answer is not None
    assert known_then.answer is not None
    assert (known_today.answer.api, known_then.answer.api) == (True, False)
    assert steps_of(known_today.why[0]) == {"area": "holds", "entry": "holds"}
    assert steps_of(known_then.why[0]) == {"area": "missing", "entry": "open"}
    before = size_of(guarded)
    act(guarded, "end_permit", permit_id=permit, on=today())
    act(guarded, "store_document", **HERE, document_id="b1", area_id="hall", on=today())
    for person, area, then in (("visitor", "hall", True), ("permit", "hall", False), ("permit", "room", True)):
        with read(guarded.engine) as session:
            concerned = Concerned(people=[person], areas=[area], organizations=["denryoku"])
            past = past_of(session, log=guarded.log, concerned=concerned, since=before)
            policies = policies_at(session, None)
        answers = [
            _decide(past.world(known), Question(person, area, "area"), policies, instant_ms(clock.now())) for known in (before, None)
        ]
        assert (past.whole, past.unread) == (True, False)
        assert [one.answer.api for one in answers] == [then, not then], (person, area)


def test_a_permit_that_rests_on_what_is_kept_elsewhere_is_found(guarded: World) -> None:
    assert enters(guarded, "permit", "room")
    with psycopg.connect(guarded.url) as connection:
        connection.execute("set session_replication_role = replica")
        connection.execute("update registers.area_facts set area_id = 'hall' where document_id = 'b1'")
    report = found(guarded)
    assert "registers.area_facts" in str([finding.place for finding in report.findings.kept])


def found(world: World) -> Report:
    with rows.snapshot(world.url) as connection:
        return verify(
            connection=connection,
            vkey=world.log.vkey,
            opener=lambda opened: keyring_opener(opened, world.log.keyring.scratch()),
        )


def verified(world: World) -> Report:
    report = found(world)
    assert report.findings.kept == []
    assert report.counts.decisions == report.counts.answered > 0
    return report
