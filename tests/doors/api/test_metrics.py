"""The figures for monitoring systems: on a port of their own, of what the process did, and of nobody."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import psycopg
import pytest
import uvicorn
from prometheus_client.parser import text_string_to_metric_families

from service import clock
from service.actor import Actor
from service.api.gateway import Gateway, UnavailableError
from service.api.line import OPTIONS
from service.api.metrics import Told
from service.api.preparing import Asked
from service.app import build
from service.cli.listening import ListeningError
from service.cli.metrics import metrics_door
from service.database import read, transaction
from service.identity.callers import hash_of
from service.identity.operations import issue_key
from service.ledger import log_size
from service.ledger.batches import TAKE_TURN
from service.settings import Settings
from tests.builders.served import PromptServer, free_port, started
from tests.doors.api.conftest import World

ACTOR = Actor(id="a_test", kind="person")
DOCUMENTED = "docs/monitoring.md"


@pytest.fixture
def watched(world: World) -> Iterator[World]:
    """The world behind a server whose figures are told at a port of their own."""
    world.port = free_port()
    world.settings = world.settings.model_copy(update={"metrics_port": free_port()})
    with metrics_door(world.settings) as watched_by:
        app = build(settings=world.settings, url=world.url, engine=world.engine, log=world.log, watched_by=watched_by)
        server = PromptServer(uvicorn.Config(app, host="127.0.0.1", port=world.port, **OPTIONS))
        thread = started(server)
        yield world
        server.end()
        thread.join()


def told(world: World) -> str:
    """Return the figures as a monitoring system reads them."""
    answer = httpx2.get(f"http://127.0.0.1:{world.settings.metrics_port}/metrics")
    assert answer.status_code == 200
    return answer.text


def figures(world: World) -> dict[str, float]:
    """Return the figures by name and labels."""
    families = text_string_to_metric_families(told(world))
    return {"/".join((one.name, *one.labels.values())): one.value for family in families for one in family.samples}


def test_a_monitoring_system_reads_what_a_process_did(watched: World) -> None:
    for _ in range(3):
        assert watched.ask("permit", "d1").json()["decision"]
    assert not watched.ask("not-listed", "d1").json()["decision"]
    found = figures(watched)
    assert [found[f"sekisho_decisions_total/{one}"] for one in ("permit", "deny", "not_controlled")] == [3, 1, 0]
    assert (
        found["sekisho_batches_total/optimistic"] == found["sekisho_batch_seconds_count"] == found["sekisho_batch_seconds_bucket/+Inf"] == 4
    )
    assert 0 < found["sekisho_batch_seconds_sum"] < 60
    assert found["sekisho_checks_waiting"] == found["sekisho_record_mismatches"] == found["sekisho_witness_alarms"] == 0
    with read(watched.engine) as session:
        assert found["sekisho_log_entries"] <= log_size(session)
    assert found["process_resident_memory_bytes"] > 0


def test_a_batch_that_had_to_be_decided_again_is_counted(watched: World) -> None:
    assert watched.ask("permit", "d1").json()["decision"]
    with transaction(watched.engine) as session:
        issue_key(session, log=watched.log, actor=ACTOR, at=clock.now(), application="dms")
    assert watched.ask("permit", "d1").json()["decision"]
    found = figures(watched)
    assert (found["sekisho_batches_missed_total"], found["sekisho_batches_total/in_turn"]) == (1, 1)


def test_a_row_that_was_edited_is_told_as_a_figure(watched: World) -> None:
    with psycopg.connect(watched.url) as connection:
        connection.execute("update clearance.results set outcome = 'positive' where person_id = 'negative'")
    deadline = time.monotonic() + 30
    while not figures(watched)["sekisho_record_mismatches"]:
        assert time.monotonic() < deadline
        time.sleep(0.2)


def test_no_figure_names_anybody(watched: World) -> None:
    watched.ask("permit", "d1")
    watched.ask("not-listed", "d1")
    text = told(watched)
    assert not any(one in text for one in ("not-listed", "d1", "dms", "operator", watched.key, watched.log.origin))


def test_every_figure_of_its_own_is_told_in_the_documents(watched: World) -> None:
    families = [family.name for family in text_string_to_metric_families(told(watched)) if family.name.startswith("sekisho_")]
    for page in (DOCUMENTED, DOCUMENTED.replace(".md", ".ja.md")):
        described = (Path(__file__).parents[3] / page).read_text(encoding="utf-8")
        assert [name for name in families if f"`{name}" not in described] == []


@pytest.mark.in_time
def test_what_got_no_durable_answer_is_counted(world: World) -> None:
    async def run() -> Gateway:
        gateway = Gateway(url=world.url, log=world.log, clock=clock.now)
        await gateway.start()
        with psycopg.connect(world.url) as act:
            act.execute(TAKE_TURN)
            with pytest.raises(UnavailableError):
                await gateway.check(Asked(hash_of(world.key.encode()), "person", "permit", "information", "d1", "read"))
        await gateway.stop()
        return gateway

    assert asyncio.run(run()).counted.unanswered == 1


def test_what_waits_and_what_is_not_witnessed_are_figures_too(world: World) -> None:
    checkpoint = {"published": 7, "unwitnessed_since": "2026-11-30T00:00:00Z", "alarms": 2}

    async def run() -> dict[str, float]:
        gateway = Gateway(url=world.url, log=world.log, clock=clock.now)
        await gateway.start()
        asked = Asked(hash_of(world.key.encode()), "person", "permit", "information", "d1", "read")
        waiting = [gateway.check_all([asked] * 3), gateway.check_all([asked] * 2)]
        tasks = [asyncio.ensure_future(one) for one in waiting]
        await asyncio.sleep(0)
        found = {one.name: one.value for family in Told(gateway, lambda: checkpoint).collect() for one in family.samples if not one.labels}
        await asyncio.gather(*tasks)
        await gateway.stop()
        return found

    found = asyncio.run(run())
    assert found["sekisho_checks_waiting"] == 5
    assert found["sekisho_checkpoint_entries"] == 7
    assert found["sekisho_checkpoint_unwitnessed"] == 1
    assert found["sekisho_witness_alarms"] == 2


def test_nothing_listens_where_no_port_was_named() -> None:
    with metrics_door(Settings()) as watched_by:
        assert watched_by is None


def test_a_port_that_is_taken_is_refused_in_one_line(watched: World) -> None:
    with pytest.raises(ListeningError, match="SEKISHO_METRICS_PORT") as refused, metrics_door(watched.settings):
        pass
    assert "\n" not in str(refused.value)


def test_the_door_is_closed_with_its_process(world: World) -> None:
    settings = world.settings.model_copy(update={"metrics_port": free_port()})
    for _ in range(2):
        with metrics_door(settings) as watched_by:
            assert watched_by is not None
            assert "process_" in httpx2.get(f"http://127.0.0.1:{settings.metrics_port}/metrics").text
    with pytest.raises(httpx2.ConnectError):
        httpx2.get(f"http://127.0.0.1:{settings.metrics_port}/metrics")
