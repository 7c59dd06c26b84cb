"""A loss is declared by two people who prove who they are; afterwards they alone hold a role, and enter everything again."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import Engine

from service import cli, clock
from service.cli import site
from service.database import make_engine, read, transaction
from service.database.addresses import with_database
from service.identity.members import is_deserted, member_of
from service.ledger import checkpoint_head, entries, log_size, read_entry, set_witnesses, submission
from service.witness.acts import attest
from service.witness.answering import add_checkpoint
from service.witness.keeping import Witness
from tests.builders.members import PASSWORD, Town, found_town
from tests.builders.site import ACTOR
from tests.builders.worlds import copy_database, drop_database

NEXT = "test.example/next-town"


class Lost:
    """A town whose newest entries are gone, and what its witness signed of that."""

    def __init__(self, town: Town, url: str, statement: Path) -> None:
        self.town, self.url, self.statement = town, url, statement


def cosign(town: Town, witness: Witness, old: int) -> int:
    with transaction(town.engine) as session:
        checkpoint_head(session, log=town.log)
        asked = submission(session, old=old)
        assert asked is not None
        size = log_size(session)
    assert add_checkpoint(witness, asked.text().encode(), at=1).status == 200
    return size


@pytest.fixture
def lost(engine: Engine, database_url: str, server_url: str, short_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lost]:
    town = found_town(engine, short_dir / "keys")
    town.admit("audrey", "auditor")
    town.admit("mana", "information_manager")
    witness = Witness.begin(short_dir / "w", name="witness.example/w")
    witness.add_log(town.log.vkey)
    with transaction(engine) as session:
        words = f"witness w {witness.cosigner.vkey}\nquorum w"
        set_witnesses(session, log=town.log, actor=ACTOR, at=clock.now(), policy=words)
    size = cosign(town, witness, 0)
    older = f"{urlsplit(database_url).path[1:]}_older"
    engine.dispose()
    copy_database(server_url, urlsplit(database_url).path[1:], older)
    town.admit("late", "approver")
    cosign(town, witness, size)
    statement = short_dir / "statement"
    statement.write_text(attest(witness, town.log.origin, at=2))
    url = with_database(database_url, older)
    monkeypatch.setenv("SEKISHO_DATABASE_URL", url)
    monkeypatch.setenv("SEKISHO_DATA_DIR", str(short_dir))
    monkeypatch.setattr(site, "require_durable", lambda _connection: None)
    yield Lost(town, url, statement)
    drop_database(server_url, older)


def declare(lost: Lost, monkeypatch: pytest.MonkeyPatch, *people: tuple[str, str, str]) -> int:
    lines = [word for person in people for word in person]
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(lines) + "\n"))
    return cli.run(["restore", "--declare-loss", "--origin", NEXT, "--statement", str(lost.statement), "--language", "en"])


def kinds(lost: Lost) -> list[dict[str, Any]]:
    engine = make_engine(lost.url)
    with read(engine) as session:
        found = [read_entry(body) for _index, body in entries(session, start=0, end=log_size(session))]
    engine.dispose()
    return found


def test_two_people_declare_and_afterwards_they_alone_hold_a_role(
    lost: Lost, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = len(kinds(lost))
    right = [(name, PASSWORD, lost.town.code()) for name in ("admin", "boss")]
    assert declare(lost, monkeypatch, *right) == 0, capsys.readouterr()
    told = kinds(lost)[before:]
    assert [one["kind"] for one in told[:2]] == ["ledger:log:closed", "ledger:log:opened"]
    assert {(one["actor"], one["second"], one["proposal"]) for one in told} == {
        (lost.town.accounts["admin"], lost.town.accounts["boss"], "declare-loss")
    }
    assert told[-1]["kind"] == "ledger:loss:settled"
    engine = make_engine(lost.url)
    with read(engine) as session:
        held = {}
        for name in ("admin", "boss", "audrey", "mana"):
            member = member_of(session, account_id=lost.town.accounts[name], at=clock.now())
            assert member is not None
            held[name] = sorted(member.role_names)
        assert not is_deserted(session, at=clock.now())
    engine.dispose()
    assert held == {"admin": ["administrator"], "boss": ["approver"], "audrey": [], "mana": []}
    assert cli.run(["verify"]) == 0


ALONE = (
    (("admin", PASSWORD, "right"),) * 4,
    (("boss", PASSWORD, "right"),) * 3,
    (("audrey", PASSWORD, "right"),) * 3,
    (("admin", "wrong", "right"),) * 3,
    (("admin", PASSWORD, "000000"),) * 3,
    (("admin", PASSWORD, "right"),),
    (),
)


def test_nobody_declares_alone(lost: Lost, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    before = len(kinds(lost))
    for people in ALONE:
        typed = [(name, password, lost.town.code() if code == "right" else code) for name, password, code in people]
        assert declare(lost, monkeypatch, *typed) == 1, people
        assert "nothing was changed" in capsys.readouterr().err
    assert len(kinds(lost)) == before
