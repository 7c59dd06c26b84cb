"""A service and its witnesses over a real line: what is published, what waits, and what an old database is told."""

import asyncio
import time
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine, text

from service import clock
from service.actor import Actor
from service.database import read, transaction
from service.jobs.witnessing import Witnesses
from service.ledger import (
    Draft,
    Kind,
    Log,
    Published,
    begin_act,
    checkpoint_head,
    known_size,
    log_size,
    open_log,
    published_checkpoint,
    record,
    set_witnesses,
    witnessing,
)
from service.ledger.cosigning import GRACE, keep_cosignatures
from service.tlog.cosignatures import cosign
from service.tlog.notes import NoteError, Verifier
from service.tlog.trust import LogLine, PolicyError, Trust, judge_note
from service.witness.evidence import kept_evidence
from service.witness.keeping import STATE
from tests.builders.witnessed import made, policy, served

ACTOR = Actor(id="a_1", kind="person")
ORIGIN = "test.example/witnessed"


@pytest.fixture
def log(engine: Engine, tmp_path: Path) -> Log:
    with transaction(engine) as session:
        return open_log(session, origin=ORIGIN, seat="operator", at=clock.now(), keys=tmp_path / "keys")


def grow(engine: Engine, log: Log, count: int = 1) -> int:
    for _ in range(count):
        with transaction(engine) as session:
            begin_act(session)
            record(session, log=log, draft=Draft(Kind.EXPORT_REQUESTED, ACTOR, clock.now()), rows=[])
    with transaction(engine) as session:
        checkpoint_head(session, log=log)
        return log_size(session)


def choose(engine: Engine, log: Log, words: str, publication: str = "waits") -> None:
    with transaction(engine) as session:
        set_witnesses(session, log=log, actor=ACTOR, at=clock.now(), policy=words, publication=publication)


def published(engine: Engine) -> Published | None:
    with read(engine) as session:
        return published_checkpoint(session)


def ask(asking: Witnesses, *, past_pauses: bool = False) -> None:
    if past_pauses:
        asking._standings = {}
    asyncio.run(asking.ask_all())


def asks(engine: Engine, within: float = 5) -> Witnesses:
    return Witnesses(engine, clock=clock.now, seconds=1, within=within)


def sort_of(asking: Witnesses, name: str) -> str:
    return next(one.sort for one in asking.standings if one.name == name)


def test_without_witnesses_the_newest_checkpoint_is_published_as_it_is(engine: Engine, log: Log) -> None:
    assert published(engine) is None
    size = grow(engine, log)
    found = published(engine)
    assert found is not None
    assert (found.size, found.is_expected, found.is_witnessed, found.since) == (size, False, False, None)


def test_publication_waits_for_the_quorum(engine: Engine, log: Log, tmp_path: Path) -> None:
    one, two = made(tmp_path, log, "one"), made(tmp_path, log, "two")
    with ExitStack() as stack:
        urls = [stack.enter_context(served(witness)) for witness in (one, two)]
        choose(engine, log, policy(2, (one, urls[0]), (two, "http://127.0.0.1:9")))
        size = grow(engine, log, 3)
        asking = asks(engine)
        ask(asking)
        assert published(engine) is None, "one of two is no quorum"
        assert (sort_of(asking, "one"), sort_of(asking, "two")) == ("cosigned", "unreachable")
        choose(engine, log, policy(2, (one, urls[0]), (two, urls[1])))
        newest = grow(engine, log)
        assert published(engine) is None
        ask(asking, past_pauses=True)
        found = published(engine)
        assert found is not None
        assert (found.size, found.is_witnessed, found.by, found.since) == (newest, True, ("one", "two"), None)
        with read(engine) as session:
            trust = witnessing(session).trust
        judged = judge_note(found.note, trust=Trust((LogLine(log.vkey),), trust.witnesses, trust.groups, trust.quorum))
        assert judged.is_met
        assert judged.checkpoint.size == newest
        grow(engine, log, 2)
        waiting = published(engine)
        assert waiting is not None
        assert (waiting.size, waiting.is_witnessed, waiting.signed) == (newest, True, newest + 2)
        assert waiting.since is not None
        ask(asking)
        assert published(engine).size == newest + 2  # type: ignore[union-attr]
        assert size < newest


def test_where_publication_goes_on_what_nobody_witnessed_is_seen_to_be_so(engine: Engine, log: Log, tmp_path: Path) -> None:
    one = made(tmp_path, log, "one")
    with served(one) as url:
        choose(engine, log, policy(1, (one, url)), "goes_on")
        first = grow(engine, log)
        asking = asks(engine)
        ask(asking)
    second = grow(engine, log)
    assert published(engine).size == first, "a moment's wait is no gap"  # type: ignore[union-attr]
    age(engine, first)
    found = published(engine)
    assert found is not None
    assert (found.size, found.is_expected, found.is_witnessed, found.by) == (second, True, False, ())
    assert found.since is not None
    ask(asking)
    assert sort_of(asking, "one") == "unreachable"


def age(engine: Engine, size: int) -> None:
    """Let the entries behind a size be older than the grace."""
    with engine.connect() as connection:
        connection.execute(text("alter table ledger.batches disable trigger all"))
        connection.execute(
            text("update ledger.batches set last_at = last_at - :by where first_index >= :size"),
            {"by": GRACE + timedelta(seconds=9), "size": size},
        )
        connection.execute(text("alter table ledger.batches enable trigger all"))
        connection.commit()


def test_a_witness_that_hangs_is_waited_for_in_its_own_time_alone(engine: Engine, log: Log, tmp_path: Path) -> None:
    import socket

    live, dead = made(tmp_path, log, "live"), made(tmp_path, log, "dead")
    with socket.socket() as deaf, served(live) as url:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        choose(engine, log, policy(1, (dead, f"http://127.0.0.1:{deaf.getsockname()[1]}"), (live, url)))
        size = grow(engine, log)
        asking = asks(engine, within=0.5)
        began = time.monotonic()
        ask(asking)
        assert time.monotonic() - began < 3
        assert published(engine).size == size  # type: ignore[union-attr]
        grow(engine, log)
        began = time.monotonic()
        ask(asking)
        assert time.monotonic() - began < 0.4, "who did not answer is asked less often"


def test_a_service_that_was_restored_from_a_backup_is_refused_and_says_so(engine: Engine, log: Log, tmp_path: Path) -> None:
    one = made(tmp_path, log, "one")
    with served(one) as url:
        choose(engine, log, policy(1, (one, url)))
        backup = grow(engine, log, 2)
        asking = asks(engine)
        ask(asking)
        lost = grow(engine, log, 5)
        ask(asking)
        roll_back(engine, backup)
        assert published(engine).size == backup  # type: ignore[union-attr]
        grown = grow(engine, log)
        assert backup < grown < lost
        after = asks(engine)
        ask(after)
        (standing,) = after.standings
        assert (standing.sort, standing.is_alarm) == ("ahead", True)
        assert f"it cosigned {lost} entries, but only {grown}" in standing.words
        assert published(engine).size == backup, "nothing behind it is published"  # type: ignore[union-attr]
        grow(engine, log, 6)
        ask(after, past_pauses=True)
        (standing,) = after.standings
        assert standing.sort == "refused"
        known = one.log(ORIGIN)
        assert known is not None
        assert len(kept_evidence(known)) == 1
        assert published(engine).size == backup  # type: ignore[union-attr]


def roll_back(engine: Engine, size: int) -> None:
    """What a restored backup does: everything behind a size is as if it had never been."""
    tables = {
        "row_accounts": "changed_index",
        "batches": "first_index",
        "entries": "index",
        "disclosures": "index",
        "checkpoints": "size - 1",
        "cosignatures": "size - 1",
    }
    with engine.connect() as connection:
        for table, column in tables.items():
            connection.execute(text(f"alter table ledger.{table} disable trigger all"))
            connection.execute(text(f"delete from ledger.{table} where {column} >= :size"), {"size": size})
            connection.execute(text(f"alter table ledger.{table} enable trigger all"))
        connection.commit()


def test_a_witness_whose_files_were_restored_is_noticed_and_brought_forward(engine: Engine, log: Log, tmp_path: Path) -> None:
    one = made(tmp_path, log, "one")
    with served(one) as url:
        choose(engine, log, policy(1, (one, url)))
        grow(engine, log)
        asking = asks(engine)
        ask(asking)
        state = one.log(ORIGIN).folder / STATE  # type: ignore[union-attr]
        old = state.read_text()
        grow(engine, log)
        ask(asking)
        state.write_text(old)
        newest = grow(engine, log)
        ask(asking)
        (standing,) = asking.standings
        assert (standing.sort, standing.is_alarm) == ("behind", True)
        assert published(engine).size == newest  # type: ignore[union-attr]


def test_a_size_that_was_cosigned_by_another_process_of_the_service_is_gone_on_from(engine: Engine, log: Log, tmp_path: Path) -> None:
    one = made(tmp_path, log, "one")
    with served(one) as url:
        choose(engine, log, policy(1, (one, url)))
        grow(engine, log, 3)
        ask(asks(engine))
        forget(engine)
        newest = grow(engine, log, 2)
        asking = asks(engine)
        ask(asking)
        assert sort_of(asking, "one") == "cosigned"
        assert published(engine).size == newest  # type: ignore[union-attr]


def forget(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.execute(text("alter table ledger.cosignatures disable trigger all"))
        connection.execute(text("delete from ledger.cosignatures"))
        connection.execute(text("alter table ledger.cosignatures enable trigger all"))
        connection.commit()


def test_only_a_fitting_cosignature_of_a_known_witness_is_kept(engine: Engine, log: Log, tmp_path: Path) -> None:
    one, stranger = made(tmp_path, log, "one"), made(tmp_path, log, "stranger")
    size = grow(engine, log)
    other = grow(engine, log)
    note = checkpoint_text(engine, size)
    at = int(clock.now().timestamp())
    right = one.cosign(note, at=at)
    wrong = {
        "another size": (other, right),
        "a stranger": (size, stranger.cosign(note, at=at)),
        "a clock far ahead": (size, one.cosign(note, at=at + 7200)),
        "no line": (size, "ok\n"),
        "a size that was not signed": (other + 1, right),
        "the witness's key under another name": (size, cosign(note, name="witness.example/x", signer=one.signer, at=at)),
    }
    for what, (where, answer) in wrong.items():
        with pytest.raises(NoteError), transaction(engine) as session:
            keep_cosignatures(session, size=where, answer=answer, cosigners=[one.cosigner], at=clock.now())
            pytest.fail(what)
    for _twice in range(2):
        with transaction(engine) as session:
            keep_cosignatures(session, size=size, answer=right, cosigners=[one.cosigner], at=clock.now())
            assert known_size(session, one.cosigner) == size


def checkpoint_text(engine: Engine, size: int) -> str:
    with read(engine) as session:
        note = session.execute(text("select note from ledger.checkpoints where size = :size"), {"size": size}).scalar_one()
    return str(note).rpartition("\n\n")[0] + "\n"


def test_what_was_cosigned_is_never_changed(engine: Engine, log: Log, tmp_path: Path, database_url: str) -> None:
    one = made(tmp_path, log, "one")
    size = grow(engine, log)
    with transaction(engine) as session:
        line = one.cosign(checkpoint_text(engine, size), at=int(clock.now().timestamp()))
        keep_cosignatures(session, size=size, answer=line, cosigners=[one.cosigner], at=clock.now())
    choose(engine, log, "quorum none", "goes_on")
    for statement in ("update ledger.cosignatures set line = ''", "delete from ledger.cosignatures", "truncate ledger.witness_policies"):
        with psycopg.connect(database_url) as connection, pytest.raises(psycopg.Error):
            connection.execute(statement)


def test_a_policy_names_others_than_the_log_itself(engine: Engine, log: Log, tmp_path: Path) -> None:
    one = made(tmp_path, log, "one")
    own = Verifier.parse(log.vkey).public
    from service.tlog.cosignatures import witness_key

    for words in (
        "quorum nobody",
        f"log {log.vkey}\nquorum none",
        f"witness self {witness_key('w.example', own)}\nquorum self",
        f"witness one {one.cosigner.vkey} ftp://x\nquorum one",
        "#" * 70_000 + "\nquorum none",
    ):
        with pytest.raises(PolicyError):
            choose(engine, log, words)
    with pytest.raises(ValueError, match="publication"):
        choose(engine, log, "quorum none", "perhaps")
    with read(engine) as session:
        assert not witnessing(session).is_expected
