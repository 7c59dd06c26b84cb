"""Filters that the ledger's page kept for one auditor each become queries when the schema is brought up to date; none is lost silently."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from service import cli
from service.cli import site
from service.database import read, transaction
from service.database.migrate import check, downgrade, upgrade
from service.evidence.predicate import read_predicate
from service.evidence.queries import predicate_of, queries_of, save_query
from service.jobs.carried_filters import BEFORE
from service.ledger import entries, log_size, read_entry
from tests.builders.members import Town, found_town

SAVED = datetime(2026, 11, 28, 3, tzinfo=UTC)
Keep = Callable[..., None]


@pytest.fixture
def town(engine: Engine, database_url: str, short_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Town:
    """A deployment of people, before the migration in which the table of filters goes."""
    monkeypatch.setenv("SEKISHO_DATABASE_URL", database_url)
    monkeypatch.setenv("SEKISHO_DATA_DIR", str(short_dir))
    # The test server waits for no disk, which a deployment refuses.
    monkeypatch.setattr(site, "require_durable", lambda _connection: None)
    found = found_town(engine, short_dir / "keys")
    found.admit("eye", "auditor")
    found.admit("clerk", "hr_officer")
    engine.dispose()
    downgrade(database_url, BEFORE)
    return found


def keep(url: str, id_: str, account: str, name: str, *, ended: bool = False, **words: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(
            "insert into identity.saved_queries (id, account_id, name, words, saved_at, ended_at) values (%s, %s, %s, %s, %s, %s)",
            [id_, account, name, json.dumps(words), SAVED, SAVED if ended else None],
        )


def test_each_filter_becomes_a_query_of_its_owner_or_is_named(town: Town, database_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    eye = town.accounts["eye"]
    with transaction(town.engine) as session:
        given = {"name": "月次", "query": read_predicate({"v": 1}), "reason": "定期監査"}
        save_query(session, log=town.log, actor=town.member("eye").actor, at=town.now(), **given)
    keep(database_url, "a", eye, "月次", kind="identity:", outcome="accepted", since="2026-11-01", until="2026-11-30")
    keep(database_url, "b", eye, "担当者", who=town.people["clerk"])
    keep(database_url, "c", eye, "だれか", who="somebody-else", outcome="deny")
    keep(database_url, "d", eye, "消した条件", ended=True)
    town.engine.dispose()
    assert cli.run(["migrate"]) == 0
    told = capsys.readouterr().err
    check(database_url)
    with read(town.engine) as session:
        found = {row.name: row for row in queries_of(session, account_id=eye)}
        added = [read_entry(body) for _index, body in entries(session, start=log_size(session) - 2, end=log_size(session))]
    assert set(found) == {"月次", "月次 (2)", "担当者"}
    assert predicate_of(found["担当者"]).value == {"v": 1, "people": [town.people["clerk"]]}
    value = predicate_of(found["月次 (2)"]).value
    assert (value["from_at"], value["to_at"], value["outcomes"]) == (
        "2026-10-31T15:00:00.000000Z",
        "2026-11-30T15:00:00.000000Z",
        ["accepted"],
    )
    assert all(one.startswith("identity:") for one in value["kinds"])
    assert "2026-11-28" in found["担当者"].reason
    assert [(one["kind"], one["object"]) for one in added] == [
        ("evidence:query:saved", found["月次 (2)"].id),
        ("evidence:query:saved", found["担当者"].id),
    ]
    assert f"{eye} だれか: /ledger?who=somebody-else&outcome=deny" in told
    assert "消した条件" not in told
    assert cli.run(["migrate"]) == 0
    assert "/ledger?" not in capsys.readouterr().err
    with read(town.engine) as session:
        assert len(queries_of(session, account_id=eye)) == 3


def test_the_migration_by_itself_drops_no_filter_that_somebody_keeps(town: Town, database_url: str) -> None:
    keep(database_url, "a", town.accounts["eye"], "月次", kind="identity:")
    town.engine.dispose()
    with pytest.raises(DBAPIError, match="run sekisho migrate"):
        upgrade(database_url)
    with psycopg.connect(database_url) as connection:
        assert connection.execute("select name from identity.saved_queries where ended_at is null").fetchall() == [("月次",)]
