"""Packages as a site really writes them, over what happens to it: a new key, witnesses, a saved query, spills; and the engine along."""

import asyncio
import shutil
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path

import pytest
from sqlalchemy import Engine

from service import cli, clock
from service.cli import package as package_command
from service.cli import site as site_command
from service.database import read, transaction
from service.evidence.package.asking import Wanted
from service.evidence.package.order import ViewAsked
from service.evidence.package.remembered import Remembered
from service.evidence.package.verifying import Asked, Report, verify_package
from service.evidence.predicate import read_predicate
from service.evidence.queries import save_query
from service.jobs.witnessing import Witnesses
from service.ledger import published_checkpoint
from tests.acts.conftest import settle
from tests.acts.test_spills import SLIP, both_on_each, sealed_indexes, slipped
from tests.builders.members import Town, return_to_town, town_world
from tests.builders.witnessed import made, policy, served
from tests.builders.worlds import World, Worlds
from tests.evidence.packed import NOBODY, Read, packed
from tests.evidence.site import Site
from tests.evidence.world import BEGIN, Deciding

__all__ = ["slipped"]
WORLDS = {"town": town_world(settle)}
VIEWS = tuple(ViewAsked(one, "ja") for one in ("csv/1", "cp932/1", "jsonl/1", "ocsf/1", "xlsx/1"))


@dataclass(frozen=True)
class Told:
    """What a command said."""

    code: int
    out: str
    err: str


Command = Callable[..., Told]


@pytest.fixture
def town(engine: Engine, tmp_path: Path, worlds: Worlds, world_laid: World) -> Town:
    """Founders who sign in, an HR officer, two managers and an auditor."""
    return return_to_town(engine, tmp_path / "keys", worlds.of(world_laid).told)


@pytest.fixture
def sekisho(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """The command at the server of whichever deployment a test has."""
    monkeypatch.setenv("SEKISHO_DATABASE_URL", database_url)
    monkeypatch.setenv("SEKISHO_DATA_DIR", str(tmp_path))
    # The test server waits for no disk, which a deployment refuses.
    monkeypatch.setattr(site_command, "require_durable", lambda _connection: None)

    def command(*words: str | Path) -> Told:
        capsys.readouterr()
        code = cli.run([str(word) for word in words])
        said = capsys.readouterr()
        return Told(code, said.out, said.err)

    return command


@dataclass(frozen=True)
class Auditor:
    """Takes packages at the server's command line, and verifies them where nothing is known but what they verified before."""

    sekisho: Command
    folder: Path

    def take(self, name: str, *words: str | Path) -> Path:
        done = self.sekisho("export", "--package", self.folder / name, *words)
        assert done.code == 0, done.err
        return self.folder / name

    def verify(self, package: Path, *words: str | Path) -> Told:
        return self.sekisho("verify", package, "--language", "en", "--jobs", "1", "--state", self.folder / "verified.json", *words)

    def believes(self, package: Path, *words: str | Path, said: str) -> None:
        done = self.verify(package, *words)
        assert (done.code, said in done.out) == (0, True), done.out


@pytest.fixture
def auditor(sekisho: Command, tmp_path: Path) -> Auditor:
    (tmp_path / "auditor").mkdir()
    return Auditor(sekisho, tmp_path / "auditor")


def live(sekisho: Command) -> list[str]:
    told = sekisho("ledger", "keys", "--language", "en").out
    return [line.split()[0] for line in told.splitlines() if "signs checkpoints" in line]


def add_key(town: Town, sekisho: Command) -> str:
    """Make a key at the server and let two people add it; return its vkey."""
    told = sekisho("ledger", "rotate-key", "--language", "en").out
    new = next(word.strip(".,:;") for word in told.split() if word.startswith(f"{town.log.origin}+"))
    town.both("admin", "boss", "add_signing_key", vkey=new)
    assert sekisho("ledger", "checkpoint").code == 0
    return new


def retire(town: Town, auditor: Auditor, old: str) -> None:
    """Let two people retire the first key, and take its file away from the server."""
    town.both("admin", "boss", "retire_signing_key", vkey=old)
    server = auditor.folder.parent
    (server / "keys" / "log-signing.key").rename(server / "retired.key")


def inside(package: Path, name: str) -> str:
    with zipfile.ZipFile(package) as archive:
        return archive.read(name).decode()


SEEN, FIRST, ON = "This very state", "the first package of this log", "continues the one that was seen"


def test_packages_from_before_during_and_after_a_change_of_keys_verify_behind_it(town: Town, sekisho: Command, auditor: Auditor) -> None:
    [old] = live(sekisho)
    first = auditor.take("first.zip", "--view", "csv,xlsx")
    auditor.believes(first, "--key", old, said=FIRST)
    kept = auditor.folder / "kept"
    kept.write_text(inside(first, "checkpoint"))
    new = add_key(town, sekisho)
    during = auditor.take("during.zip")
    auditor.believes(during, said=ON)
    retire(town, auditor, old)
    assert live(sekisho) == [new]
    after = auditor.take("after.zip", "--since", kept, "--view", "csv,xlsx")
    auditor.believes(after, said=ON)
    for package in (first, during, after):
        auditor.believes(package, said=SEEN)
    spanned = Read(unzipped(after)).entries().values()
    assert [sum(kind in body for body in spanned) for kind in (b"ledger:key:added", b"ledger:key:retired")] == [1, 1]
    assert [auditor.verify(one, "--key", new, "--no-state").code for one in (first, during, after)] == [1, 0, 0]
    assert [auditor.verify(one, "--key", old, "--no-state").code for one in (first, during, after)] == [0, 0, 1]


def unzipped(package: Path) -> Path:
    with zipfile.ZipFile(package) as archive:
        archive.extractall(package.with_suffix(""))
    return package.with_suffix("")


def test_who_goes_on_naming_the_first_key_believes_what_followed_from_it_here(town: Town, sekisho: Command, auditor: Auditor) -> None:
    [old] = live(sekisho)
    auditor.believes(auditor.take("first.zip"), "--key", old, said=FIRST)
    new = add_key(town, sekisho)
    auditor.believes(auditor.take("during.zip"), "--key", old, said=ON)
    retire(town, auditor, old)
    auditor.believes(auditor.take("after.zip"), "--key", old, said=ON)
    assert auditor.verify(auditor.folder / "first.zip", "--key", new).code == 1, "who names the newer key trusts nothing older"


def test_the_next_package_of_a_saved_query_continues_its_last_over_a_change_of_keys(town: Town, sekisho: Command, auditor: Auditor) -> None:
    with transaction(town.engine) as session:
        asked = read_predicate({"v": 1, "kinds": ["personnel:person:registered"]})
        words = {"actor": town.member("eye").actor, "at": town.now(), "name": "登録", "reason": "定期監査"}
        query = save_query(session, log=town.log, query=asked, **words)
    [old] = live(sekisho)
    first = auditor.take("first.zip", "--saved", query)
    auditor.believes(first, "--key", old, said=FIRST)
    assert "\nsince " not in inside(first, "manifest.note")
    add_key(town, sekisho)
    second = auditor.take("second.zip", "--saved", query)
    auditor.believes(second, said=ON)
    retire(town, auditor, old)
    third = auditor.take("third.zip", "--saved", query)
    auditor.believes(third, said=ON)
    size = inside(second, "checkpoint").splitlines()[1]
    assert f"\nsaved {query}\nsince {size} " in inside(third, "manifest.note")


@contextmanager
def asking(engine: Engine) -> Iterator[None]:
    """The part of the service that asks the log's witnesses, again and again."""
    ended = threading.Event()

    def ask() -> None:
        asks = Witnesses(engine, clock=clock.now, seconds=1, within=5)
        while not ended.wait(0.1):
            asyncio.run(asks.ask_all())

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def test_a_witness_that_really_cosigned_is_told_of_and_none_is_not_hidden(
    town: Town, sekisho: Command, auditor: Auditor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    witness = made(tmp_path, town.log, "one")
    [old] = live(sekisho)
    with served(witness) as url, asking(town.engine):
        town.both("admin", "boss", "set_witnesses", policy=policy(1, (witness, url)), publication="waits")
        seen = auditor.take("seen.zip")
        add_key(town, sekisho)
        during = auditor.take("during.zip")
    for package, said in ((seen, FIRST), (during, ON)):
        auditor.believes(package, "--key", old, said=said)
        assert "1 of 1 witnesses cosigned the checkpoint: as many as the policy asks for." in auditor.verify(package).out
        assert f"\n— {witness.cosigner.name} " in inside(package, "checkpoint")
    # Without its witness nothing is given out here, and nothing is left lying.
    monkeypatch.setattr(package_command, "PATIENCE", 1)
    refused = sekisho("export", "--package", auditor.folder / "unseen.zip")
    assert (refused.code, "witnesses of this log have not cosigned" in refused.err) == (2, True), refused.err
    assert not [one for one in auditor.folder.iterdir() if "unseen" in one.name]
    town.both("admin", "boss", "set_witnesses", policy=policy(1, (witness, url)), publication="goes_on")
    alone = auditor.take("alone.zip")
    auditor.believes(alone, said="0 of 1 witnesses cosigned the checkpoint: FEWER than the policy asks for.")
    assert "\nunwitnessed\n" in inside(alone, "manifest.note")
    with read(town.engine) as session:
        found = published_checkpoint(session)
    assert found is not None


def wheel_of(name: str, folder: Path) -> Path:
    """The wheel that an installed distribution came from, put together again from its files."""
    found = distribution(name)
    tag = next(line.partition(": ")[2] for line in (found.read_text("WHEEL") or "").splitlines() if line.startswith("Tag: "))
    wheel = folder / f"{name}-{found.version}-{tag}.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for file in found.files or ():
            archive.write(str(found.locate_file(file)), str(file))
    return wheel


def test_the_engine_travels_along_and_nobody_exchanges_it(deciding: Deciding, auditor: Auditor, tmp_path: Path) -> None:
    deciding.ask("sato", "d1", at=BEGIN.replace(day=3))
    wheel = wheel_of("cedarpy", tmp_path)
    package = auditor.take("audit", "--wheel", wheel)
    auditor.believes(package, "--key", deciding.site.log.vkey, said="1 of 1 decisions re-run, all equal")
    carried = package / "wheels" / wheel.name
    assert carried.read_bytes() == wheel.read_bytes()
    with zipfile.ZipFile(carried, "a") as archive:
        archive.writestr("cedarpy/more.py", "everything = 'permitted'")
    exchanged = auditor.verify(package)
    assert (exchanged.code, f"wheels/{wheel.name}" in exchanged.out) == (1, True)
    shutil.rmtree(package / "wheels")
    assert auditor.verify(package).code == 1


def checked(town: Town, url: str, work: Path, **words: object) -> tuple[Read, Report]:
    """Write a package of all of a town's log for an auditor, and have it verified by one who remembers."""
    read_again, _done = packed(Site(url, town.engine, town.log), work, at=town.now(), wanted=Wanted(views=VIEWS), **words)  # type: ignore[arg-type]
    report = verify_package(read_again.root, Asked([town.log.vkey], Remembered.read(work.parent / "verified.json")))
    assert list(report.faults.in_order()) == []
    return read_again, report


def test_what_was_sealed_away_after_a_spill_is_counted_in_a_package_and_nothing_is_wrong(
    town: Town, slipped: int, database_url: str, tmp_path: Path
) -> None:
    _before, report = checked(town, database_url, tmp_path / "before")
    assert "sealed" not in report.counts.disclosures
    town.ask("clerk", "seal_spill", index=slipped)
    for work, words in (("sealed", {}), ("sealed for nobody", {"asker": NOBODY})):
        sealed, report = checked(town, database_url, tmp_path / work, **words)
        assert report.counts.disclosures["sealed"] > 2
        assert {line["withheld"] for line in sealed.lines if line["index"] == slipped} == {"sealed"}
        assert not any(SLIP.encode() in raw for raw in sealed.files().values())
    indexes = sealed_indexes(town)
    town.both("manager", "deputy", "unseal_spill", index=indexes[-1])
    both_on_each(town, "destroy_spill", indexes[:-1])
    gone, report = checked(town, database_url, tmp_path / "gone")
    assert "sealed" not in report.counts.disclosures
    assert {line["digest"] for line in gone.lines if "erased" in line} == {
        line["digest"] for line in sealed.lines if line["index"] in indexes[:-1]
    }
