"""The check endpoint as an application sees it: AuthZEN's rules, what a denial tells, what is on record."""

import asyncio
import json
import time
from datetime import datetime, timedelta

import httpx2
import pytest
from sqlalchemy import text

from service import clock
from service.actor import Actor
from service.app import build
from service.database import read, transaction
from service.identity.operations import end_application
from service.ledger import entries, latest_checkpoint, log_size, read_entry
from service.ledger.floor import BelowFloorError, Floor, keep_floor, read_floor
from service.need_to_know.operations import Target, remove_handler
from service.statute.periods import legal_day
from tests.doors.api.conftest import World

ACTOR = Actor(id="a_test", kind="person")
BODY = {"subject": {"type": "person", "id": "permit"}, "resource": {"type": "information", "id": "d1"}, "action": {"name": "read"}}


def post(world: World, content: bytes, **headers: str) -> httpx2.Response:
    standard = {"Authorization": f"Bearer {world.key}", "Content-Type": "application/json"}
    return httpx2.post(
        f"{world.address}/access/v1/evaluation",
        content=content,
        headers=standard | {name.replace("_", "-"): value for name, value in headers.items()},
    )


def newest(world: World) -> dict[str, object]:
    with read(world.engine) as session:
        size = log_size(session)
        return read_entry(dict(entries(session, start=size - 1, end=size))[size - 1])


def test_a_permit_carries_its_mark_its_index_and_when_to_ask_again(served: World) -> None:
    answer = served.ask("permit", "d1", headers={"X-Request-ID": "abc-1"})
    assert answer.status_code == 200
    assert answer.headers["x-request-id"] == "abc-1"
    body = answer.json()
    assert body["decision"] is True
    assert body["context"]["mark"]["text"] == "重要経済安保情報"
    recheck = datetime.fromisoformat(body["context"]["recheck_at"])
    assert timedelta(0) < recheck - clock.now() <= timedelta(seconds=61)
    entry = newest(served)
    with read(served.engine) as session:
        assert log_size(session) - 1 == body["context"]["ledger_index"]
    assert (entry["out"], entry["person"], entry["object"], entry["req"], entry["actor"]) == ("permit", "permit", "d1", "abc-1", "dms")


@pytest.mark.parametrize("person", ["expired", "not-listed", "doubt", "none", "negative", "nobody", "employee:404"])
def test_every_denial_that_concerns_the_person_leaves_as_the_same_bytes(served: World, person: str) -> None:
    body = served.ask(person, "d1", on_behalf_of="denryoku").content
    other = served.ask("none", "d1", on_behalf_of="denryoku").content
    references = [json.loads(each)["context"]["reference"].encode() for each in (body, other)]
    assert body.replace(references[0], b"X") == other.replace(references[1], b"X")
    assert json.loads(body)["context"]["code"] == "not_authorized"


@pytest.mark.parametrize(
    ("resource", "context", "code"),
    [("d9", {}, "unknown_information"), ("d2", {}, "not_provided"), ("d1", {"on_behalf_of": "kinzoku"}, "not_provided")],
)
def test_a_denial_that_concerns_the_information_or_the_organization_says_so(
    served: World, resource: str, context: dict[str, str], code: str
) -> None:
    assert served.ask("permit", resource, **context).json()["context"]["code"] == code


def test_the_trial_key_is_told_why(served: World) -> None:
    told = served.ask("expired", "d1", key=served.trial_key).json()["context"]["trial"]
    assert (told["reason"], told["basis"]) == ("clearance_expired", ["Act 11(1)"])
    assert "10年" in told["ja"]


def test_a_removal_is_known_to_the_very_next_check(served: World) -> None:
    assert served.ask("permit", "d1").json()["decision"] is True
    now = clock.now()
    with transaction(served.engine) as session:
        remove_handler(
            session,
            log=served.log,
            actor=ACTOR,
            at=now,
            information_id="d1",
            organization_id="denryoku",
            target=Target(person_id="permit"),
            on=legal_day(now),
        )
    assert served.ask("permit", "d1").json()["decision"] is False


def test_a_key_of_an_ended_application_is_nobodys_at_once(served: World) -> None:
    with transaction(served.engine) as session:
        end_application(session, log=served.log, actor=ACTOR, at=clock.now(), application="dms")
    answer = served.ask("permit", "d1")
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_without_a_key_or_with_a_wrong_one_it_says_how_to_authenticate(served: World) -> None:
    for key in ("none", "sk_wrong"):
        answer = post(served, json.dumps(BODY).encode(), Authorization=f"Bearer {key}", X_Request_ID="r1")
        assert (answer.status_code, answer.headers["x-request-id"]) == (401, "r1")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"{", "not JSON"),
        (b"[]", "object"),
        (b"null", "object"),
        (b'{"subject":1}', "subject must be an object"),
        (json.dumps(BODY | {"subject": {"type": "person"}}).encode(), "subject.id is missing"),
        (json.dumps(BODY | {"subject": {"type": "person", "id": 7}}).encode(), "subject.id must be a string"),
        (json.dumps(BODY | {"action": {}}).encode(), "action.name is missing"),
        (json.dumps(BODY | {"context": []}).encode(), "context must be an object"),
        (b'{"subject":{"type":"person","id":"a","id":"b"}}', "stands twice"),
        (b'{"subject":{"type":"person","id":"\\ud800"}}', "half a character"),
        (b"\xff", "UTF-8"),
        (b"NaN", "not JSON"),
        (b"[" * 5000, "deep"),
        (b'{"a":' * 20 + b"1" + b"}" * 20, "deeper"),
        (b'{"a":' + b"1" * 5_000 + b"}", "more than 64 digits"),
        (b'{"pad":"' + b"x" * 70_000 + b'"}', "larger"),
    ],
)
def test_bad_input_is_400_with_one_sentence_and_never_422(served: World, content: bytes, says: str) -> None:
    answer = post(served, content, X_Request_ID="r2")
    assert answer.status_code == 400, answer.text
    assert says in answer.json()["message"]
    assert answer.headers["x-request-id"] == "r2"


def test_another_content_type_is_400_and_a_charset_is_accepted(served: World) -> None:
    assert post(served, json.dumps(BODY).encode(), Content_Type="text/plain").status_code == 400
    assert post(served, json.dumps(BODY).encode(), Content_Type="application/json; charset=utf-8").status_code == 200


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
def test_other_methods_are_405(served: World, method: str) -> None:
    assert httpx2.request(method, f"{served.address}/access/v1/evaluation").status_code == 405


def test_an_unfit_request_id_is_not_echoed(served: World) -> None:
    assert "x-request-id" not in post(served, json.dumps(BODY).encode(), X_Request_ID="a b").headers


def test_unknown_types_and_actions_are_denied_and_on_record(served: World) -> None:
    for asked in (
        BODY | {"subject": {"type": "robot", "id": "permit"}},
        BODY | {"resource": {"type": "safe", "id": "d1"}},
        BODY | {"action": {"name": "eat"}},
    ):
        answer = post(served, json.dumps(asked).encode())
        assert (answer.status_code, answer.json()["decision"]) == (200, False)
        assert newest(served)["out"] == "deny"


def test_properties_that_a_caller_sends_change_nothing(served: World) -> None:
    asked = BODY | {
        "subject": {"type": "person", "id": "none", "properties": {"clearance": "valid"}},
        "context": {"now": "2020-01-01T00:00:00Z"},
    }
    assert post(served, json.dumps(asked).encode()).json()["decision"] is False


def test_facts_are_disclosed_once_and_named_by_every_decision_after(served: World) -> None:
    for _ in range(5):
        served.ask("permit", "d1")
    with read(served.engine) as session:
        size = log_size(session)
        named = [read_entry(body)["_sd"] for _index, body in entries(session, start=size - 5, end=size)]
        disclosed = session.execute(text("select count(*) from ledger.disclosures where index >= :start"), {"start": size - 5}).scalar_one()
    assert len({tuple(each) for each in named}) == 1
    assert disclosed == 2


def test_an_act_of_another_process_is_signed_though_nobody_asks(served: World) -> None:
    with transaction(served.engine) as session:
        end_application(session, log=served.log, actor=ACTOR, at=clock.now(), application="trial")
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with read(served.engine) as session:
            newest_checkpoint = latest_checkpoint(session)
            if newest_checkpoint is not None and newest_checkpoint[0] == log_size(session):
                return
        time.sleep(0.05)
    pytest.fail("the head was not signed")


def test_what_was_answered_is_kept_as_the_floor(world: World) -> None:
    app = build(settings=world.settings, url=world.url, engine=world.engine, log=world.log)

    async def live() -> None:
        async with app._app._rest.router.lifespan_context(app._app._rest):
            pass

    asyncio.run(live())
    floor = read_floor(world.settings.data_dir)
    with read(world.engine) as session:
        assert floor is not None
        assert floor.size == log_size(session)
    keep_floor(world.settings.data_dir, Floor(floor.origin, floor.size + 1, "00"))
    with pytest.raises(BelowFloorError):
        build(settings=world.settings, url=world.url, engine=world.engine, log=world.log)
