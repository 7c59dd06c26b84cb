"""A true loss, from the backup to the successor: refused by the floor and the witness, declared with its holder, and cold again."""

import asyncio
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from service import cli, clock
from service.api.gateway import Gateway
from service.api.preparing import Asked
from service.app import build
from service.cli import site as site_of_cli
from service.database import make_engine, read, transaction
from service.identity.callers import local_caller
from service.ledger import (
    LossError,
    entries,
    load_log,
    log_size,
    read_entry,
    read_head,
    require_settled,
    set_witnesses,
    unsettled_loss,
)
from service.ledger.floor import BelowFloorError, Floor, keep_floor
from service.need_to_know.operations import Target, list_handler, remove_handler
from service.statute.periods import legal_day
from service.witness.acts import attest
from service.witness.answering import add_checkpoint
from service.witness.keeping import Witness
from tests.doors.api.conftest import ACTOR, World

NEXT = "test.example/next"


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], world: World) -> "Command":
    monkeypatch.setattr(site_of_cli, "require_durable", lambda _connection: None)
    monkeypatch.setenv("SEKISHO_DATA_DIR", str(world.settings.data_dir))
    return Command(monkeypatch, capsys)


class Command:
    """The command `sekisho` on one database or another, with one folder of keys."""

    def __init__(self, patch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._patch, self._capsys = patch, capsys

    def __call__(self, url: str, *arguments: str, code: int = 0) -> str:
        self._patch.setenv("SEKISHO_DATABASE_URL", url)
        self._capsys.readouterr()
        ended = cli.run(arguments)
        said = self._capsys.readouterr()
        assert ended == code, said
        return said.out + said.err


@pytest.fixture
def witness(tmp_path: Path, world: World) -> Witness:
    made = Witness.begin(tmp_path / "witness", name="witness.example/auditor")
    made.add_log(world.log.vkey)
    with transaction(world.engine) as session:
        policy = f"witness auditor {made.cosigner.vkey}\nquorum auditor"
        set_witnesses(session, log=world.log, actor=ACTOR, at=clock.now(), policy=policy, publication="waits")
    return made


def bring(command: Command, url: str, witness: Witness, folder: Path) -> int:
    """Carry a checkpoint to the witness on a stick, and its cosignature back."""
    command(url, "ledger", "checkpoint")
    stick, lines = folder / "submission", folder / "lines"
    command(url, "ledger", "submission", "--out", str(stick))
    answer = add_checkpoint(witness, stick.read_bytes(), at=int(clock.now().timestamp()))
    assert answer.status == 200, answer.told
    lines.write_text(answer.body)
    command(url, "ledger", "cosigned", str(lines), str(stick), "--language", "en")
    return answer.status


@pytest.fixture
def lossy(world: World, witness: Witness, command: Command, tmp_path: Path, empty_database_url: str) -> Iterator[World]:
    """The world after its newest entries, a revocation among them, were lost: an old backup is all that is left."""
    bring(command, world.url, witness, tmp_path)
    said = command(world.url, "backup", str(tmp_path / "backup"), "--language", "en")
    assert "keys are not in it" in said
    assert "log-signing.key" in said
    command(world.url, "backup", str(tmp_path / "backup"), code=2)
    assert asked(world, "permit"), "listed as yet"
    place = {"information_id": "d1", "organization_id": "denryoku", "target": Target(person_id="permit")}
    with transaction(world.engine) as session:
        remove_handler(session, log=world.log, actor=ACTOR, at=clock.now(), on=legal_day(clock.now()), **place)
    bring(command, world.url, witness, tmp_path)
    with read(world.engine) as session:
        head = read_head(session)
    keep_floor(world.settings.data_dir, Floor(world.log.origin, head.size + 2, "00" * 32))  # it acknowledged two checks more
    assert not asked(world, "permit")
    said = command(empty_database_url, "restore", str(tmp_path / "backup"), "--language", "en", code=1)
    assert "--declare-loss" in said
    command(empty_database_url, "restore", str(tmp_path / "backup"), code=2)
    engine = make_engine(empty_database_url)
    yield replace(world, engine=engine, url=empty_database_url)
    engine.dispose()


def asked(world: World, person: str) -> bool:
    """Say whether the one who asks at the console would hear a permit."""

    async def run() -> bool:
        with read(world.engine) as session:
            log = load_log(session, keys=world.settings.keys_dir)
        gateway = Gateway(url=world.url, log=log, clock=clock.now)
        await gateway.start()
        try:
            outcome = await gateway.check(Asked(None, "person", person, "information", "d1", "read", caller=local_caller("test")))
        finally:
            await gateway.stop()
        assert outcome is not None
        return outcome.answer.api

    return asyncio.run(run())


def size_of(world: World) -> int:
    with read(world.engine) as session:
        return log_size(session)


def test_a_restored_database_is_served_by_nobody_before_the_loss_is_declared(lossy: World, command: Command) -> None:
    with pytest.raises(BelowFloorError):
        build(settings=lossy.settings, url=lossy.url, engine=lossy.engine, log=lossy.log)
    before = size_of(lossy)
    for words in (("ledger", "checkpoint"), ("tick",), ("ledger", "publish", "x"), ("serve",)):
        assert "entries are missing" in command(lossy.url, *words, code=2)
    command(lossy.url, "ledger", "head")
    assert size_of(lossy) == before


def test_nobody_declares_a_loss_without_the_witness_s_holder(lossy: World, command: Command, witness: Witness, tmp_path: Path) -> None:
    before = size_of(lossy)

    def declare(*words: str, code: int = 1) -> str:
        said = command(lossy.url, "restore", "--declare-loss", "--origin", NEXT, *words, "--language", "en", code=code)
        assert size_of(lossy) == before
        return said

    assert "quorum" in declare()
    stranger = Witness.begin(tmp_path / "stranger", name="witness.example/stranger")
    stranger.add_log(lossy.log.vkey)
    known = witness.log(lossy.log.origin)
    assert known is not None
    newest = known.newest()
    assert newest is not None
    forged = tmp_path / "forged"
    from service.tlog.loss import attest_loss

    forged.write_text(attest_loss(newest.note, name=stranger.cosigner.name, signer=stranger.signer, at=1))
    assert "no witness of this log" in declare("--statement", str(forged))
    forged.write_text(attest_loss(newest.note, name=witness.cosigner.name, signer=stranger.signer, at=1))
    assert "bears no signature" in declare("--statement", str(forged), code=2)
    forged.write_text(attest(witness, lossy.log.origin, at=2).replace("\ntime 2", "\ntime 3"))
    assert "does not fit" in declare("--statement", str(forged), code=2)


def test_nothing_is_declared_lost_that_is_there(world: World, witness: Witness, command: Command, tmp_path: Path) -> None:
    bring(command, world.url, witness, tmp_path)
    statement = tmp_path / "statement"
    statement.write_text(attest(witness, world.log.origin, at=1))
    before = size_of(world)
    said = command(world.url, "restore", "--declare-loss", "--origin", NEXT, "--statement", str(statement), "--language", "en", code=1)
    assert "nothing is missing" in said
    assert size_of(world) == before


def test_a_database_that_was_written_to_after_the_restore_is_not_declared(
    lossy: World, command: Command, witness: Witness, tmp_path: Path
) -> None:
    with read(lossy.engine) as session:
        log = load_log(session, keys=lossy.settings.keys_dir)
    known = witness.log(lossy.log.origin)
    assert known is not None
    newest = known.newest()
    assert newest is not None
    while size_of(lossy) < newest.checkpoint.size:
        with transaction(lossy.engine) as session:
            set_witnesses(session, log=log, actor=ACTOR, at=clock.now(), policy=f"witness auditor {witness.cosigner.vkey}\nquorum auditor")
    statement = tmp_path / "statement"
    statement.write_text(attest(witness, lossy.log.origin, at=1))
    said = command(lossy.url, "restore", "--declare-loss", "--origin", NEXT, "--statement", str(statement), "--language", "en", code=1)
    assert "written to after it was restored" in said


def test_a_declared_loss_goes_on_as_another_log_in_which_nothing_is_open(
    lossy: World, command: Command, witness: Witness, tmp_path: Path
) -> None:
    """What was revoked in the missing time stands in the restored rows as if it never had been; nobody gets in by it."""
    restored = size_of(lossy)
    known = witness.log(lossy.log.origin)
    assert known is not None
    newest = known.newest()
    assert newest is not None
    statement = tmp_path / "statement"
    statement.write_text(attest(witness, lossy.log.origin, at=int(clock.now().timestamp())))
    said = command(lossy.url, "restore", "--declare-loss", "--origin", NEXT, "--statement", str(statement), "--language", "en")
    lost = f"{restored}-{newest.checkpoint.size + 2}"
    assert f"Missing entries: {lost}" in said
    told = [entry for entry in map(read_entry, bodies(lossy)) if entry["kind"] == "ledger:log:opened"]
    assert (told[-1]["object"], told[-1]["lost"], b64decode(told[-1]["checkpoint"]).decode()) == (NEXT, lost, newest.note)
    with read(lossy.engine) as session:
        log = load_log(session, keys=lossy.settings.keys_dir)
        require_settled(session)
    assert log.origin == NEXT
    build(settings=lossy.settings, url=lossy.url, engine=lossy.engine, log=log)
    after = replace(lossy, log=log)
    assert not asked(after, "permit"), "its revocation was lost, and it stays out"
    with read(lossy.engine) as session:
        for question in (
            "select count(*) from need_to_know.listings where until_on is null or until_on > current_date + 1",
            "select count(*) from identity.applications where ended_at is null",
            "select count(*) from identity.grants where ended_at is null",
        ):
            assert session.execute(text(question)).scalar_one() == 0, question
    with transaction(lossy.engine) as session:
        list_handler(
            session,
            log=log,
            actor=ACTOR,
            at=clock.now(),
            information_id="d1",
            organization_id="denryoku",
            target=Target(person_id="permit"),
            from_on=legal_day(clock.now()),
        )
    assert asked(after, "permit"), "entered again by those entitled"
    assert command(lossy.url, "verify", "--language", "en")
    again = command(lossy.url, "restore", "--declare-loss", "--origin", "test.example/third", "--statement", str(statement), code=2)
    assert "no signature of test.example/next" in again
    witness.add_log(log.vkey)
    bring(command, lossy.url, witness, tmp_path)
    assert "witnessed by auditor" in command(lossy.url, "ledger", "witnesses", "--language", "en")
    assert known.is_closed


def bodies(world: World) -> list[bytes]:
    with read(world.engine) as session:
        return [body for _index, body in entries(session, start=0, end=log_size(session))]


def test_what_was_broken_off_is_not_served_and_goes_on_where_it_was(
    lossy: World, command: Command, witness: Witness, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from service.jobs import after_loss

    statement = tmp_path / "statement"
    statement.write_text(attest(witness, lossy.log.origin, at=1))
    words = ("restore", "--declare-loss", "--origin", NEXT, "--statement", str(statement), "--language", "en")

    def broken(*_words: object, **_more: object) -> None:
        message = "the power went"
        raise OSError(message)

    with monkeypatch.context() as patch:
        patch.setattr(after_loss, "end_application", broken)
        assert "the power went" in command(lossy.url, *words, code=2)
    with read(lossy.engine) as session:
        log = load_log(session, keys=lossy.settings.keys_dir)
        assert unsettled_loss(session) is not None
    with pytest.raises(LossError, match="run again"):
        build(settings=lossy.settings, url=lossy.url, engine=lossy.engine, log=log)
    size = size_of(lossy)
    command(lossy.url, *words)
    kinds = [read_entry(body)["kind"] for body in bodies(lossy)[size:]]
    assert "need_to_know:handler:lapsed" not in kinds, "lines were ended before"
    assert kinds[-1] == "ledger:loss:settled"
    assert [read_entry(body)["kind"] for body in bodies(lossy)].count("ledger:log:opened") == 2
    build(settings=lossy.settings, url=lossy.url, engine=lossy.engine, log=log)
