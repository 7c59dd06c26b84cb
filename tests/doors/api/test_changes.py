"""Applications that wait for changes: told at once, with the same bytes for every cause, and only of what may concern them."""

import asyncio
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import httpx2
import psycopg
import pytest

from service import clock
from service.api import changes as module
from service.api import watching
from service.api.changes import CHANGES
from service.database import read, transaction
from service.identity.account_model import Grant
from service.identity.accounts import grant_role
from service.identity.operations import grant_application, issue_key, key_hash
from service.ledger import log_size
from service.ledger.batches import TAKE_TURN
from service.statute.periods import legal_day
from tests.builders.revocations import REVOCATIONS, Place
from tests.doors.api.conftest import ACTOR, World, small_world
from tests.long.fleet import report


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(40) as pool:
        yield pool


@pytest.fixture
def given(request: pytest.FixtureRequest) -> dict[str, Any]:
    """The small world; with more who may handle its information where a test needs them."""
    laid, since = small_world(), legal_day(clock.now()) - timedelta(days=9)
    people = [f"holder-{number}" for number in range(getattr(request, "param", 0))]
    laid["people"] += [{"id": one, "works_at": "denryoku"} for one in people]
    laid["assessments"] += [{"id": f"a-{one}", "person": one, "by": "meti", "outcome": "positive", "notified_on": since} for one in people]
    laid["handlers"] += [{"information": "d1", "person": one, "at": "denryoku", "from": since} for one in people]
    return laid


def poll(world: World, after: object, *, key: str | None = None, patient: bool = True, **words: object) -> httpx2.Response:
    """Wait for changes; on a busy machine a look may take longer than a second, and is asked for again."""
    headers, query = {"Authorization": f"Bearer {key or world.key}"}, {"after": after, **words}
    for _ in range(20):
        answer = httpx2.get(world.address + CHANGES, params=query, headers=headers, timeout=40)
        if answer.status_code != 503 or not patient:
            break
    return answer


def last(world: World) -> int:
    """Return the index of the newest entry."""
    with read(world.engine) as session:
        return log_size(session) - 1


def place_of(world: World, **others: Any) -> Place:
    given = {"person": "permit", "information": "d1", "operator": "denryoku", "organ": "meti", "contract": "c1", "grant": "g1"}
    with transaction(world.engine) as session:
        if session.get(Grant, "g1") is None:
            words = {"role": "custodian", "organization_id": "denryoku", "person_id": "none", "from_on": legal_day(clock.now())}
            grant_role(session, log=world.log, actor=ACTOR, at=clock.now(), grant_id="g1", **words)
    return Place(log=world.log, key_hash=key_hash(world.key), **{**given, **others})


def do(world: World, kind: str, place: Place, *, undo: bool = False) -> None:
    with transaction(world.engine) as session:
        REVOCATIONS[kind][undo](session, place)


def waiting(world: World, pool: ThreadPoolExecutor, after: int, **words: Any) -> "Future[httpx2.Response]":
    """Begin to wait, and return once that is so."""
    found = pool.submit(poll, world, after, **words)
    time.sleep(0.4)
    assert not found.done(), found.result().text
    return found


async def answers(world: World, people: list[str]) -> list[dict[str, Any]]:
    """Ask for all of them and return the answers."""
    limits = httpx2.Limits(max_connections=32)
    async with httpx2.AsyncClient(limits=limits, headers={"Authorization": f"Bearer {world.key}"}, timeout=20) as client:

        async def ask(person: str) -> dict[str, Any]:
            body = {
                "subject": {"type": "person", "id": person},
                "resource": {"type": "information", "id": "d1"},
                "action": {"name": "read"},
            }
            for _ in range(20):
                answer = await client.post(f"{world.address}/access/v1/evaluation", json=body)
                if answer.status_code != 503:
                    assert answer.status_code == 200, answer.text
                    return dict(answer.json())
            pytest.fail("no durable answer")

        return await asyncio.gather(*(ask(one) for one in people))


@pytest.mark.parametrize("given", [20], indirect=True)
def test_who_holds_permits_learns_of_a_revocation_of_any_kind(served: World, pool: ThreadPoolExecutor) -> None:
    learn_of_each_kind(served, pool, permits=20, within=5.0)


@pytest.mark.long
@pytest.mark.alone
@pytest.mark.parametrize("given", [500], indirect=True)
def test_who_holds_five_hundred_permits_learns_of_a_revocation_of_any_kind_within_a_second(served: World, pool: ThreadPoolExecutor) -> None:
    learn_of_each_kind(served, pool, permits=500, within=1.0)


def learn_of_each_kind(served: World, pool: ThreadPoolExecutor, *, permits: int, within: float) -> None:
    people = [f"holder-{number}" for number in range(permits)]
    with transaction(served.engine) as session:
        other = issue_key(session, log=served.log, actor=ACTOR, at=clock.now(), application=served.application)
    place = place_of(served, person="holder-7")
    bodies, took_by_kind = set(), {}
    for kind in REVOCATIONS:
        held = asyncio.run(answers(served, people if kind == "listing" else people[:20]))
        assert all(one["decision"] for one in held), kind
        oldest = min(one["context"]["ledger_index"] for one in held)
        after = poll(served, oldest, key=other, wait=1).json()["index"]
        told, own = waiting(served, pool, after, key=other), waiting(served, pool, after)
        do(served, kind, place)
        began = time.monotonic()
        answer = told.result(timeout=20)
        took = time.monotonic() - began
        assert (answer.status_code, answer.json()["changed"]) == (200, True), kind
        assert answer.json()["index"] == last(served), kind
        assert own.result(timeout=1).status_code == (401 if kind == "key" else 200)
        took_by_kind[kind] = took
        assert took < within, kind
        bodies.add(answer.text.replace(str(answer.json()["index"]), "N"))
        if kind in ("listing", "doubt"):
            assert [one["decision"] for one in asyncio.run(answers(served, people[:20]))] == [one != 7 for one in range(20)], kind
        elif kind not in ("key", "role"):
            assert not any(one["decision"] for one in asyncio.run(answers(served, people[:20]))), kind
        do(served, kind, place, undo=True)
    assert bodies == {'{"changed":true,"index":N}'}
    report(f"{permits} permits held; told after " + ", ".join(f"{kind} {took * 1e3:.0f} ms" for kind, took in took_by_kind.items()))


def test_whoever_asks_late_is_told_at_once_and_whoever_knows_all_waits(served: World) -> None:
    place = place_of(served)
    before = last(served)
    do(served, "listing", place)
    began = time.monotonic()
    assert poll(served, before).json() == {"changed": True, "index": last(served)}
    assert time.monotonic() - began < 5.0, "it did not wait for the thirty seconds"
    began = time.monotonic()
    assert poll(served, last(served), wait=1).json() == {"changed": False, "index": last(served)}
    assert 0.9 < time.monotonic() - began < 5.0


def test_checks_and_sign_ins_are_no_changes(served: World, pool: ThreadPoolExecutor) -> None:
    """Only rows that decisions rest on count: otherwise each entry would make everybody ask everything again."""
    after = last(served)
    found = waiting(served, pool, after, wait=2)
    assert served.ask("permit", "d1").json()["decision"]
    assert found.result().json() == {"changed": False, "index": after}


def test_what_concerns_another_organization_alone_is_not_told(served: World, pool: ThreadPoolExecutor) -> None:
    keys = {}
    for organization in ("denryoku", "kinzoku"):
        with transaction(served.engine) as session:
            words = {"name": organization, "application_id": organization, "organization": organization}
            grant_application(session, log=served.log, actor=ACTOR, at=clock.now(), **words)
        with transaction(served.engine) as session:
            keys[organization] = issue_key(session, log=served.log, actor=ACTOR, at=clock.now(), application=organization)
    place, after = place_of(served), last(served)
    for kind in ("listing", "contract", "certification", "key"):
        concerned = waiting(served, pool, last(served), key=keys["denryoku"] if kind != "key" else served.key)
        other = waiting(served, pool, after, key=keys["kinzoku"], wait=2)
        do(served, kind, place)
        assert concerned.result().status_code == (401 if kind == "key" else 200)
        assert other.result().json() == {"changed": False, "index": after}, kind
        do(served, kind, place, undo=True)
    # What cannot be told to concern one organization alone is told to everybody.
    other = waiting(served, pool, after, key=keys["kinzoku"])
    do(served, "doubt", place)
    assert other.result().json() == {"changed": True, "index": last(served)}


def test_a_revoked_key_waits_no_longer_and_a_new_one_is_known_at_its_first_poll(served: World) -> None:
    with transaction(served.engine) as session:
        fresh = issue_key(session, log=served.log, actor=ACTOR, at=clock.now(), application="dms")
    assert poll(served, last(served), key=fresh, wait=1).status_code == 200
    place = place_of(served)
    # Nobody looks any more, so this process does not know yet whom it lets in.
    time.sleep(0.5)
    do(served, "key", place)
    assert poll(served, last(served), wait=1).status_code == 401
    answer = httpx2.get(f"{served.address}{CHANGES}?after=1")
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, 'Bearer realm="sekisho"')
    answer = poll(served, 1, key="sk_nobodys")
    assert (answer.status_code, answer.json()) == (401, {"message": "this API key is not valid"})


BAD = """
,after=,after=-1,after=x,after=1&after=2,after=1&wait=0,after=1&wait=26,after=1&other=2,wait=3,after=%EF%BC%91,after=9007199254740992
,after=1;wait=2,after=1&wait=1&wait=1,after=1.0,after=+1,after=%00,after=1&,after
"""


def test_a_query_that_is_not_of_the_form_is_refused(served: World) -> None:
    for query in BAD.replace("\n", "").split(","):
        answer = httpx2.get(f"{served.address}{CHANGES}?{query}", headers={"Authorization": f"Bearer {served.key}"})
        assert (answer.status_code, answer.json()) == (400, {"message": module.USAGE}), query


def test_other_methods_are_not_answered_and_the_request_id_comes_back(served: World) -> None:
    answer = httpx2.post(f"{served.address}{CHANGES}?after=1", headers={"X-Request-ID": "r-1"})
    assert (answer.status_code, answer.headers["allow"], answer.headers["x-request-id"]) == (405, "GET", "r-1")
    answer = httpx2.get(f"{served.address}{CHANGES}?after=1", headers={"Authorization": f"Bearer {served.key}", "X-Request-ID": "r-2"})
    assert (answer.status_code, answer.headers["x-request-id"], answer.headers["cache-control"]) == (200, "r-2", "no-store")


def test_an_index_that_the_log_never_reached_is_told_that_it_changed(served: World) -> None:
    """Its holder's permits are another log's, or of one that was brought back older."""
    began = time.monotonic()
    assert poll(served, last(served) + 1000).json()["changed"]
    assert time.monotonic() - began < 5.0, "it did not wait for the thirty seconds"


def test_only_so_many_wait(served: World, pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_OF_ONE", 3)
    monkeypatch.setattr(module, "MOST_WAITING", 5)
    inside, until_told = list[int](), module.Changes._until_told

    async def noted(self: module.Changes, *told: Any) -> int | None:
        inside.append(1)
        return await until_told(self, *told)

    def wait_until(number: int) -> None:
        deadline = time.monotonic() + 20
        while len(inside) < number:
            assert time.monotonic() < deadline
            time.sleep(0.02)

    monkeypatch.setattr(module.Changes, "_until_told", noted)
    place = place_of(served)
    after = last(served)
    mine = [pool.submit(poll, served, after, wait=20) for _ in range(3)]
    wait_until(3)
    answer = poll(served, after)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "1")
    others = [pool.submit(poll, served, after, wait=20, key=served.trial_key) for _ in range(2)]
    wait_until(5)
    answer = poll(served, after, key=served.trial_key, patient=False)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    do(served, "listing", place)
    assert {one.result().status_code for one in (*mine, *others)} == {200}
    # Everybody's place is free again.
    assert poll(served, last(served), wait=1).status_code == 200


def test_whoever_leaves_leaves_the_place(served: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_OF_ONE", 1)
    after = last(served)
    for _ in range(3):
        with pytest.raises(httpx2.ReadTimeout):
            httpx2.get(f"{served.address}{CHANGES}?after={after}", headers={"Authorization": f"Bearer {served.key}"}, timeout=0.3)
        time.sleep(0.1)
    assert poll(served, after, wait=1).status_code == 200


def looks(url: str) -> int:
    """Count the looks at the head that the server has seen under way or done last, by connection."""
    with psycopg.connect(url) as connection:
        found = connection.execute(
            "select count(*) from pg_stat_activity where query = %s and datname = current_database()", (watching.LOOK,)
        ).fetchone()
    return found[0] if found else 0


def test_many_who_wait_cost_one_connection_and_five_looks_a_second(
    served: World, pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    learn = watching.Watch._learn

    async def counted(self: watching.Watch) -> int:
        seen.append(time.monotonic())
        return await learn(self)

    monkeypatch.setattr(watching.Watch, "_learn", counted)
    after = last(served)
    began = time.monotonic()
    found = [pool.submit(poll, served, after, wait=2) for _ in range(25)]
    time.sleep(1)
    assert looks(served.url) == 1
    assert {one.result().json()["changed"] for one in found} == {False}
    assert 5 <= len(seen) <= 5 * (time.monotonic() - began) + 2
    # Nobody waits any more, so nobody looks.
    time.sleep(0.5)
    quiet = len(seen)
    time.sleep(0.7)
    assert len(seen) == quiet


def test_a_process_that_cannot_look_does_not_say_that_nothing_changed(served: World, pool: ThreadPoolExecutor) -> None:
    after = last(served)
    # From here on this process knows the log, and looks no more when somebody comes than while they wait.
    assert poll(served, after, wait=1).json()["changed"] is False
    found = waiting(served, pool, after, wait=20, patient=False)
    with psycopg.connect(served.url) as act:
        act.execute("lock table ledger.batches in access exclusive mode")
        began = time.monotonic()
        answer = found.result()
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
        assert time.monotonic() - began < 3.0
        assert poll(served, after, patient=False).status_code == 503
    assert poll(served, after, wait=1).json()["changed"] is False


def test_a_change_is_told_only_once_this_process_knows_it(served: World, pool: ThreadPoolExecutor) -> None:
    """What is asked again upon the answer is decided with the change: here while the gateway's batch waits for its turn."""
    place, after = place_of(served), last(served)
    after = poll(served, after, wait=1).json()["index"]
    found = waiting(served, pool, after)
    do(served, "listing", place)
    assert found.result().json()["changed"]
    with psycopg.connect(served.url) as act:
        act.execute(TAKE_TURN)
        assert poll(served, after, wait=1).json()["changed"]
    assert served.ask("permit", "d1").json()["decision"] is False


def test_who_waits_does_not_hold_up_the_end_of_a_process(served: World, pool: ThreadPoolExecutor) -> None:
    found = waiting(served, pool, last(served), patient=False)
    served.stop()
    answer = found.result(timeout=2)
    assert (answer.status_code, answer.json()) == (503, {"message": watching.ENDING})
