"""What is published is read by programs that know nothing of us: golang.org/x/mod/sumdb reads, proves and refuses."""

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from service import cli
from service.actor import Actor
from service.cli import site
from service.database import transaction
from service.ledger import Draft, Kind, begin_act, checkpoint_head, publish, record_many, set_witnesses
from service.tlog.notes import verifier_key
from service.tlog.proofs import unverified
from service.tlog.tiles import bundles_of
from tests.builders.members import Town
from tests.builders.proven import tiles_of
from tests.builders.witnessed import made, policy, served
from tests.doors.management.conftest import WORLDS, Desk, desk
from tests.third_party.reader import Reader, build_reader

__all__ = ["WORLDS", "desk"]
ACTOR = Actor(id="a_1", kind="person")
TWO_LEVELS = 66_004
"""A tile of level 2, full and partial tiles below it, and a partial bundle."""


@pytest.fixture(scope="session")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    return build_reader(tmp_path_factory.mktemp("go"))


def grow(town: Town, size: int) -> None:
    """Record acts until the log has so many entries, and sign its head."""
    with transaction(town.engine) as session:
        signed = unverified(checkpoint_head(session, log=town.log)).size
    while signed < size:
        many = min(5_000, size - signed)
        with transaction(town.engine) as session:
            begin_act(session)
            drafts = [(Draft(Kind.EXPORT_REQUESTED, ACTOR, town.now(), object=f"{signed + at}"), ()) for at in range(many)]
            record_many(session, log=town.log, drafts=drafts)
        signed += many
    with transaction(town.engine) as session:
        checkpoint_head(session, log=town.log)


def eventually(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.mark.long
def test_a_log_of_three_levels_and_our_proofs_of_it_are_read_by_another_s_program(desk: Desk, reader: Reader, tmp_path: Path) -> None:
    town, folder, kept = desk.town, tmp_path / "public", tmp_path / "kept"
    eye, witness = desk.sign_in("eye"), made(tmp_path, town.log, "one")
    grow(town, 700)
    publish(town.engine, folder)
    shutil.copy(folder / "checkpoint", kept)
    before = unverified(kept.read_text()).size
    early = reader.read(folder, key=town.log.vkey)
    assert early.stdout.startswith(f"{before} entries, "), early.stderr
    with served(witness) as url:
        with transaction(town.engine) as session:
            words = policy(1, (witness, url))
            set_witnesses(session, log=town.log, actor=ACTOR, at=town.now(), policy=words, publication="waits")
        grow(town, TWO_LEVELS)
        eventually(lambda: unverified(eye.get("/ledger/v1/checkpoint").text).size >= TWO_LEVELS)
    publish(town.engine, folder)
    size = unverified((folder / "checkpoint").read_text()).size
    proofs = []
    for index in (0, 1, 255, 256, 699, before, 65_535, 65_536, size - 1):
        proofs.append(tmp_path / f"{index}.tlog-proof")
        proofs[-1].write_text(eye.get("/ledger/v1/proof", params={"index": index, "size": size}).text)
    proofs += [tmp_path / "old.tlog-proof", tmp_path / "consistency.req"]
    proofs[-2].write_text(eye.get("/ledger/v1/proof", params={"index": 300, "size": before}).text)
    proofs[-1].write_text(eye.get("/ledger/v1/consistency", params={"old": before, "size": size}).text)

    found = reader.read(folder, *proofs, key=town.log.vkey, before=kept)
    assert found.returncode == 0, found.stderr
    assert found.stdout.startswith(f"{size} entries, root "), "a cosignature of a kind that it does not know is no obstacle"
    assert found.stdout.endswith(f"8 proven, from {before}, {len(proofs)} proofs read, 1 other signatures\n")
    seen = reader.read(folder, key=town.log.vkey, witness=witness.cosigner.vkey)
    assert seen.stdout.endswith("0 other signatures\n"), seen.stderr

    stranger = made(tmp_path, town.log, "stranger")
    for what, flags in {
        "a key that is not the log's": {"key": verifier_key(town.log.origin, stranger.cosigner.public)},
        "a witness who never saw it": {"key": town.log.vkey, "witness": stranger.cosigner.vkey},
    }.items():
        assert reader.read(folder, **flags).returncode == 1, what
    for place in ("2/000.p/1", "1/000", "1/001.p/1", "0/000", "0/256", "entries/255"):
        for told in with_a_byte_changed(folder / "tile" / place):
            assert reader.read(folder, key=town.log.vkey).returncode == 1, f"{place}: {told}"


def with_a_byte_changed(file: Path) -> Iterator[str]:
    """Change a file in one place after the other, tell where, and leave it as it was."""
    whole = file.read_bytes()
    for at in (0, len(whole) // 3, len(whole) // 2, len(whole) - 2):
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        yield f"byte {at}"
    file.write_bytes(whole[:-1])
    yield "without its last byte"
    file.write_bytes(whole)


@pytest.mark.long
def test_one_byte_changed_in_what_was_published_or_proven_is_refused_by_another_s_program(
    desk: Desk, reader: Reader, tmp_path: Path
) -> None:
    town, folder, kept = desk.town, tmp_path / "public", tmp_path / "kept"
    eye = desk.sign_in("eye")
    grow(town, 300)
    publish(town.engine, folder)
    shutil.copy(folder / "checkpoint", kept)
    grow(town, 700)
    publish(town.engine, folder)
    old, size = (unverified(place.read_text()).size for place in (kept, folder / "checkpoint"))
    included, leads_on = tmp_path / "299.tlog-proof", tmp_path / "consistency.req"
    included.write_text(eye.get("/ledger/v1/proof", params={"index": 299, "size": size}).text)
    leads_on.write_text(eye.get("/ledger/v1/consistency", params={"old": old, "size": size}).text)

    def satisfied() -> bool:
        return reader.read(folder, included, leads_on, key=town.log.vkey, before=kept).returncode == 0

    assert satisfied()
    tiles = [folder / tile.path() for tile in (*tiles_of(size), *bundles_of(size))]
    for file in (*tiles, folder / "checkpoint", kept, included, leads_on):
        for told in with_a_byte_changed(file):
            assert not satisfied(), f"{file.name}: {told}"
    assert satisfied()


@pytest.mark.long
def test_while_two_keys_sign_another_s_program_opens_a_checkpoint_by_either(
    database_url: str, short_dir: Path, reader: Reader, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SEKISHO_DATABASE_URL", database_url)
    monkeypatch.setenv("SEKISHO_DATA_DIR", str(short_dir))
    # The test server waits for no disk, which a deployment refuses.
    monkeypatch.setattr(site, "require_durable", lambda _connection: None)

    def sekisho(*words: str) -> str:
        capsys.readouterr()
        assert cli.run(words) == 0, capsys.readouterr().err
        return capsys.readouterr().out

    def live() -> list[str]:
        told = sekisho("ledger", "keys", "--language", "en").splitlines()
        return [line.split()[0] for line in told if "signs checkpoints" in line]

    def opens(key: str) -> bool:
        return reader.read(short_dir / "public", key=key).returncode == 0

    sekisho("migrate", "--seat", "operator", "--origin", "test.example/keys")
    [old] = live()
    sekisho("ledger", "rotate-key")
    _old, new = live()
    sekisho("ledger", "checkpoint")
    sekisho("ledger", "publish", str(short_dir / "public"))
    assert (opens(old), opens(new)) == (True, True)
    sekisho("ledger", "retire-key", old)
    sekisho("ledger", "checkpoint")
    sekisho("ledger", "publish", str(short_dir / "public"))
    assert (opens(old), opens(new)) == (False, True)


@pytest.mark.parametrize(("variables", "said"), [({}, pytest.skip.Exception), ({"CI": "true"}, pytest.fail.Exception)])
def test_without_go_the_reader_is_skipped_with_a_reason_and_never_where_ci_installs_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variables: dict[str, str], said: type[BaseException]
) -> None:
    monkeypatch.delenv("CI", raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "apt-get").touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(said, match="golang-go and golang-golang-x-mod-dev"):
        build_reader(tmp_path)
