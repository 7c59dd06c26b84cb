"""The door of batches as an application sees it: order, places, semantics, bounds, and denials that tell nothing by their time."""

import json
import time
from typing import Any

import httpx2

from service import clock
from service.actor import Actor
from service.api.authzen import DENIAL_SECONDS
from service.api.evaluations_form import LARGEST_BATCH_BODY
from service.app import build
from service.database import read, transaction
from service.decision.judge import ACTIONS
from service.identity.operations import end_application, grant_application, issue_key
from service.ledger import log_size
from tests.builders.served import serving
from tests.doors.api.conftest import World

ACTOR = Actor(id="a_test", kind="person")
PATH = "/access/v1/evaluations"
DEFAULTS = {"subject": {"type": "person", "id": "permit"}, "action": {"name": "read"}}
PERMIT: dict[str, Any] = {"resource": {"type": "information", "id": "d1"}}
DENY: dict[str, Any] = {"resource": {"type": "information", "id": "d2"}}
BAD: dict[str, Any] = {"resource": {"type": "information"}}


def post(world: World, body: Any, *, key: str | None = None, **headers: str) -> httpx2.Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    standard = {"Authorization": f"Bearer {key or world.key}", "Content-Type": "application/json", "X-Request-ID": "b-1"}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = httpx2.post(f"{world.address}{PATH}", content=content, headers=standard | named)
    assert answer.headers["x-request-id"] == "b-1"
    return answer


def size_of(world: World) -> int:
    with read(world.engine) as session:
        return log_size(session)


def decisions(answer: httpx2.Response) -> list[bool]:
    assert answer.status_code == 200, answer.text
    assert answer.json().keys() == {"evaluations"}
    return [one["decision"] for one in answer.json()["evaluations"]]


def test_answers_stand_in_the_order_of_the_questions_and_are_those_of_single_checks(served: World) -> None:
    people = ["permit", "expired", "not-listed", "doubt", "permit", "none", "nobody"]
    asked = DEFAULTS | PERMIT | {"evaluations": [{"subject": {"type": "person", "id": one}} for one in people]}
    answer = post(served, asked)
    assert decisions(answer) == [one == "permit" for one in people]
    for one, told in zip(people, answer.json()["evaluations"], strict=True):
        alone = served.ask(one, "d1").json()
        assert told.keys() == alone.keys()
        assert told["context"].keys() == alone["context"].keys()
        if not told["decision"]:
            assert told["context"]["code"] == alone["context"]["code"]
    assert len({one["context"]["reference"] for one in answer.json()["evaluations"] if not one["decision"]}) == 5


def test_what_is_wrong_with_one_check_is_answered_in_its_place_and_not_recorded(served: World) -> None:
    before = size_of(served)
    answer = post(
        served, DEFAULTS | {"evaluations": [BAD, {}, 7, {"action": {"name": 1}} | PERMIT, {"context": {"on_behalf_of": 2}} | PERMIT]}
    )
    assert decisions(answer) == [False] * 5
    told = [one["context"]["error"]["message"] for one in answer.json()["evaluations"]]
    assert told == [
        "resource.id is missing",
        "resource is missing",
        "an evaluation must be an object",
        "action.name must be a string",
        "context.on_behalf_of must be a string",
    ]
    assert size_of(served) == before
    mixed = post(served, DEFAULTS | {"evaluations": [BAD, PERMIT, {}, DENY]})
    assert decisions(mixed) == [False, True, False, False]
    assert ["error" in one["context"] for one in mixed.json()["evaluations"]] == [True, False, True, False]


SEMANTICS: list[tuple[str, list[Any], list[bool]]] = [
    ("execute_all", [DENY, PERMIT, BAD, PERMIT], [False, True, False, True]),
    ("deny_on_first_deny", [PERMIT, DENY, PERMIT], [True, False]),
    ("deny_on_first_deny", [PERMIT, BAD, PERMIT], [True, False]),
    ("deny_on_first_deny", [BAD, PERMIT], [False]),
    ("deny_on_first_deny", [PERMIT, PERMIT], [True, True]),
    ("permit_on_first_permit", [DENY, BAD, PERMIT, DENY], [False, False, True]),
    ("permit_on_first_permit", [DENY, BAD], [False, False]),
]


def test_each_semantic_ends_the_list_where_the_specification_says(served: World) -> None:
    for semantic, items, expected in SEMANTICS:
        asked = DEFAULTS | {"evaluations": items, "options": {"evaluations_semantic": semantic}}
        assert decisions(post(served, asked)) == expected, (semantic, items)


def test_without_a_list_the_answer_is_that_of_a_single_check(served: World) -> None:
    rests: list[dict[str, Any]] = [{}, {"evaluations": []}]
    for rest in rests:
        answer = post(served, DEFAULTS | PERMIT | rest)
        assert (answer.status_code, answer.json().keys(), answer.json()["decision"]) == (200, {"decision", "context"}, True)
        denied = post(served, DEFAULTS | DENY | rest).json()
        assert (denied["decision"], denied["context"]["code"]) == (False, "not_provided")
        assert post(served, DEFAULTS | rest).status_code == 400


WRONG: list[tuple[Any, str]] = [
    (b"", "empty"),
    (b"{", "not JSON"),
    (b"[]", "object"),
    (b'{"evaluations":[{}],"evaluations":[{}]}', "stands twice"),
    (b'{"evaluations":[{"subject":{"type":"person","id":"a","id":"b"}}]}', "stands twice"),
    (b'{"evaluations":[{"subject":{"type":"person","id":"\\ud800"}}]}', "half a character"),
    (b'{"evaluations":[{"a":' + b'{"a":' * 20 + b"1" + b"}" * 20 + b"}]}", "deeper"),
    (b"\xff", "UTF-8"),
    (b'{"pad":"' + b"x" * LARGEST_BATCH_BODY + b'"}', "larger"),
    ({"evaluations": "all"}, "evaluations must be an array"),
    ({"evaluations": [{}], "options": {"evaluations_semantic": "some"}}, "options.evaluations_semantic must be one of"),
    ({"subject": "permit", "evaluations": [PERMIT]}, "subject must be an object"),
]


def test_what_is_wrong_with_all_of_it_is_400_with_one_sentence(served: World) -> None:
    for body, says in WRONG:
        answer = post(served, body)
        assert answer.status_code == 400, answer.text
        assert says in answer.json()["message"]


def test_a_wrong_content_type_a_wrong_key_and_another_method_are_told_as_at_the_door_of_single_checks(served: World) -> None:
    body = DEFAULTS | {"evaluations": [PERMIT]}
    assert post(served, body, Content_Type="text/plain").status_code == 400
    assert post(served, body, Content_Type="application/json; charset=utf-8").status_code == 200
    for items in ([PERMIT], [BAD], [BAD, PERMIT]):
        refused = post(served, DEFAULTS | {"evaluations": items}, key="sk_wrong")
        assert (refused.status_code, refused.headers["www-authenticate"][:6]) == (401, "Bearer")
    for method in ("GET", "PUT", "DELETE"):
        other = httpx2.request(method, f"{served.address}{PATH}", headers={"X-Request-ID": "m-1"})
        assert (other.status_code, other.headers["allow"], other.headers["x-request-id"]) == (405, "POST", "m-1")


def test_a_key_of_an_ended_application_is_nobody_s_at_once(served: World) -> None:
    assert decisions(post(served, DEFAULTS | {"evaluations": [PERMIT]})) == [True]
    with transaction(served.engine) as session:
        end_application(session, log=served.log, actor=ACTOR, at=clock.now(), application="dms")
    assert post(served, DEFAULTS | {"evaluations": [PERMIT, PERMIT]}).status_code == 401


def test_more_than_the_application_was_granted_is_400_naming_the_limit_and_nothing_is_recorded(served: World) -> None:
    assert len(decisions(post(served, DEFAULTS | {"evaluations": [PERMIT] * 50}))) == 50
    before = size_of(served)
    answer = post(served, DEFAULTS | {"evaluations": [PERMIT] * 51})
    assert (answer.status_code, size_of(served)) == (400, before)
    assert answer.json()["message"] == "evaluations has 51 members; this application may ask 50 in one request"
    # Items that are not of the form count too, for they are answered.
    assert post(served, DEFAULTS | {"evaluations": [BAD] * 51}).status_code == 400


def test_an_application_that_this_process_hears_of_for_the_first_time_has_its_own_limit(served: World) -> None:
    with transaction(served.engine) as session:
        grant_application(session, log=served.log, actor=ACTOR, at=clock.now(), name="small", application_id="small", batch_limit=2)
    with transaction(served.engine) as session:
        key = issue_key(session, log=served.log, actor=ACTOR, at=clock.now(), application="small")
    answer = post(served, DEFAULTS | {"evaluations": [PERMIT] * 3}, key=key)
    assert (answer.status_code, "may ask 2" in answer.text) == (400, True)
    assert len(decisions(post(served, DEFAULTS | {"evaluations": [DENY] * 2}, key=key))) == 2


def test_a_batch_with_a_denial_leaves_on_a_stroke(served: World) -> None:
    with httpx2.Client() as client:

        def took(items: list[Any]) -> float:
            headers = {"Authorization": f"Bearer {served.key}"}
            started = time.perf_counter()
            client.post(f"{served.address}{PATH}", json=DEFAULTS | {"evaluations": items}, headers=headers)
            return time.perf_counter() - started

        took([PERMIT, DENY])
        assert min(took([PERMIT, DENY, PERMIT]) for _ in range(8)) >= DENIAL_SECONDS


def test_every_action_of_the_act_is_asked_by_its_name_and_no_other_is_one(served: World) -> None:
    items = [{"action": {"name": one}} for one in (*ACTIONS, "eat", "READ", "after_closing", "handling")]
    told = post(served, DEFAULTS | PERMIT | {"evaluations": items}, key=served.trial_key).json()["evaluations"]
    permitted = {item["action"]["name"] for item, one in zip(items, told, strict=True) if one["decision"]}
    assert permitted == {"handle", "read", "list", "make", "communicate", "transmit", "carry_out", "dispose", "return"}
    assert permitted == set(ACTIONS)


def test_names_guessed_in_batches_are_counted_one_by_one_and_beyond_the_budget_nothing_is_told(world: World) -> None:
    settings = world.settings.model_copy(update={"enumeration_budget": 10})
    with serving(build(settings=settings, url=world.url, engine=world.engine, log=world.log)) as address:
        world.port = int(address.rpartition(":")[2])

        def guesses(first: int, number: int) -> httpx2.Response:
            items = [{"subject": {"type": "person", "id": f"guess-{one}"}} for one in range(first, first + number)]
            return post(world, DEFAULTS | PERMIT | {"evaluations": [{}, *items]})

        assert decisions(guesses(0, 5)) == [True] + [False] * 5
        # The same names again cost nothing.
        assert decisions(guesses(0, 5)) == [True] + [False] * 5
        spent = guesses(5, 20)
        assert (spent.status_code, spent.json().keys(), int(spent.headers["retry-after"]) > 0) == (429, {"message"}, True)
        assert guesses(0, 1).status_code == 429
        assert world.ask("permit", "d1").status_code == 429
