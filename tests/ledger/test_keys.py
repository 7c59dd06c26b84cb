"""Keys: wrapped by a master key and a secret outside the database, destroyed for good, and never made anew."""

import hmac
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Engine, text

from service import clock
from service.actor import Actor
from service.database import read, transaction
from service.ledger import (
    DestroyedKeyError,
    DisclosureError,
    Draft,
    KeyNotDestroyableError,
    Keyring,
    Kind,
    KmsCommand,
    Log,
    LogError,
    begin_act,
    create_keys,
    destroy_key,
    disclose,
    finish_destructions,
    key_id_of,
    load_log,
    open_log,
    open_text,
    read_entry,
    record,
    seal_text,
    subject_of,
    unfinished,
)
from service.ledger.keyring import read_wrapped
from service.ledger.masters import FolderMasterKeys, wrapping_key
from service.ledger.subject_keys import key_ids_of, keys_of
from service.ledger.subject_secrets import RECORD, SubjectSecrets

ACTOR = Actor(id="a_1", kind="person")
SECRETS, SEALS = "subject-secrets", "row-seal.key"


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    return tmp_path / "keys"


@pytest.fixture
def log(engine: Engine, keys: Path) -> Log:
    with transaction(engine) as session:
        return open_log(session, origin="test.example/keys", seat="operator", at=clock.now(), keys=keys)


def note(engine: Engine, log: Log, subject: str, words: str = "words") -> int:
    with transaction(engine) as session:
        begin_act(session)
        draft = Draft(Kind.EXPORT_REQUESTED, ACTOR, clock.now(), person=subject, subject=subject, note={"words": words})
        return record(session, log=log, draft=draft, rows=[])


def destroy(engine: Engine, log: Log, key_id: str) -> int:
    with transaction(engine) as session:
        return destroy_key(session, log=log, actor=ACTOR, at=clock.now(), key_id=key_id, reason="asked for")


def wrapped(engine: Engine, key_id: str) -> bytes:
    with read(engine) as session:
        return bytes(session.execute(text("select wrapped from ledger.keys where id = :id"), {"id": key_id}).scalar_one())


def disclosed(engine: Engine, log: Log, index: int, row: bytes | None = None) -> str:
    """The disclosure of an entry, opened with the key row as it stands or as it is given."""
    with read(engine) as session:
        found = session.execute(text("select key_id, digest, sealed from ledger.disclosures where index = :index"), {"index": index}).one()
    ring = log.keyring.scratch()
    ring.unwrap(found.key_id, row or wrapped(engine, found.key_id))
    return ring.open(found.key_id, digest=bytes(found.digest), sealed=bytes(found.sealed))


def test_a_destroyed_key_opens_nothing_even_with_its_old_row_and_a_live_master_key(engine: Engine, log: Log) -> None:
    index = note(engine, log, "p_1")
    backup = wrapped(engine, "p_1")
    assert disclosed(engine, log, index, backup)
    destroy(engine, log, "p_1")
    with pytest.raises(DestroyedKeyError):
        disclosed(engine, log, index, backup)
    with read(engine) as session:
        assert session.execute(text("select count(*) from ledger.keys where id = 'p_1'")).scalar_one() == 0


def test_the_secret_is_part_of_the_wrapping_and_not_only_looked_at(engine: Engine, log: Log, keys: Path) -> None:
    """Whoever has the row and the master key, and any other secret or none, has nothing."""
    note(engine, log, "p_1")
    row, master = read_wrapped(wrapped(engine, "p_1")), (keys / "master.key").read_bytes()
    assert row.place is not None
    about = row.header + b"p_1"

    def tried(key: bytes) -> bool:
        try:
            return len(AESGCM(key).decrypt(row.sealed[:12], row.sealed[12:], about)) == 32
        except Exception:  # noqa: BLE001 - whatever does not open
            return False

    held = (keys / SECRETS).read_bytes()
    secret = held[row.place * RECORD + 32 : (row.place + 1) * RECORD]
    assert tried(wrapping_key(master, secret))
    assert not tried(master)
    assert not any(tried(wrapping_key(master, other)) for other in (b"", bytes(32), b"\xff" * 32, os.urandom(32)))
    with (keys / SECRETS).open("r+b") as file:
        file.seek(row.place * RECORD + 32)
        file.write(os.urandom(32))
    with pytest.raises(DisclosureError, match="not wrapped by this master key"):
        log.keyring.scratch().unwrap("p_1", wrapped(engine, "p_1"))


def test_the_wrapping_key_is_that_of_rfc_5869() -> None:
    master, secret = os.urandom(32), os.urandom(32)
    theirs = HKDF(algorithm=SHA256(), length=32, salt=secret, info=b"sekisho wrapping key 2\0").derive(master)
    assert hmac.compare_digest(wrapping_key(master, secret), theirs)


def test_the_secret_is_durable_before_the_row_that_needs_it(engine: Engine, log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    fsync = os.fsync
    monkeypatch.setattr(os, "fsync", lambda handle: (synced.append(os.fstat(handle).st_size), fsync(handle)))
    with transaction(engine) as session:
        begin_act(session)
        rings = keys_of(session, log=log, subjects=["p_1", "p_2", "p_3"])
        assert len(synced) == 1, "one wait for the disk, however many keys"
        assert synced[0] % RECORD == 0
        assert set(rings) == {"p_1", "p_2", "p_3"}

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        note(engine, log, "p_4")
    with read(engine) as session:
        assert session.execute(text("select count(*) from ledger.keys where id = 'p_4'")).scalar_one() == 0


def test_what_a_crash_left_of_a_record_is_passed_over(log: Log, keys: Path) -> None:
    with (keys / SECRETS).open("ab") as file:
        file.write(b"torn")
    ring = log.keyring.scratch()
    ring.unwrap("p_9", ring.make("p_9"))
    assert (keys / SECRETS).stat().st_size % RECORD == 0


ADDING = """
import os, sys, time
from pathlib import Path
from service.ledger.subject_secrets import SubjectSecrets
secrets, start = SubjectSecrets(Path(sys.argv[1])), Path(sys.argv[1]) / "start"
os.fsync = lambda _handle: None  # the disk would keep them apart
print("ready", flush=True)
while not start.exists(): pass
made = [(name, *secrets.add([name])[name]) for name in (f"{sys.argv[2]}-{turn}" for turn in range(3000))]
assert all(secrets.get(place, name) == secret for name, place, secret in made)
"""


def test_two_processes_that_make_secrets_at_once_do_not_overwrite_each_other(keys: Path) -> None:
    create_keys(keys)
    running = [
        subprocess.Popen([sys.executable, "-c", ADDING, str(keys), str(number)], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for number in range(3)
    ]
    for process in running:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
    (keys / "start").touch()
    told = [process.communicate(timeout=120)[1] for process in running]
    assert [process.returncode for process in running] == [0, 0, 0], told
    assert (keys / SECRETS).stat().st_size == 3 * 3000 * RECORD


def test_nothing_is_overwritten_before_the_destruction_is_durable(engine: Engine, log: Log) -> None:
    index = note(engine, log, "p_1")
    backup = wrapped(engine, "p_1")

    class Broken(Exception):  # noqa: N818 - a test's own
        pass

    with pytest.raises(Broken), transaction(engine) as session:
        destroy_key(session, log=log, actor=ACTOR, at=clock.now(), key_id="p_1", reason="x")
        raise Broken
    assert disclosed(engine, log, index, backup)
    with transaction(engine) as session:
        savepoint = session.begin_nested()
        destroy_key(session, log=log, actor=ACTOR, at=clock.now(), key_id="p_1", reason="x")
        getattr(savepoint, "com" + "mit")()
        assert log.keyring.secrets.stands(read_wrapped(backup).place or 0, "p_1"), "the end of a savepoint is no end"
        session.rollback()
    assert disclosed(engine, log, index, backup)


def test_a_crash_between_entry_and_overwriting_is_made_good_at_the_next_start(
    engine: Engine, log: Log, keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = note(engine, log, "p_1")
    backup = wrapped(engine, "p_1")
    with monkeypatch.context() as crash:
        crash.setattr(SubjectSecrets, "destroy", lambda *_: None)
        destroy(engine, log, "p_1")
    assert disclosed(engine, log, index, backup), "the crash left the secret"
    with read(engine) as session:
        again = load_log(session, keys=keys)
        assert [key_id for _place, key_id in unfinished(session, log=again)] == ["p_1"]
        assert finish_destructions(session, log=again) == ["p_1"]
        assert finish_destructions(session, log=again) == []
    with pytest.raises(DestroyedKeyError):
        disclosed(engine, again, index, backup)


def test_a_row_without_its_entry_destroys_nothing(engine: Engine, log: Log) -> None:
    note(engine, log, "p_1")
    place = read_wrapped(wrapped(engine, "p_1")).place
    with transaction(engine) as session:
        session.execute(text("insert into ledger.destroyed_keys values ('p_1', 'p_1', :place, 0, '', now(), 1)"), {"place": place})
        assert finish_destructions(session, log=log) == []


def test_who_serves_removes_a_key_by_a_destruction_alone(engine: Engine, log: Log, database_url: str) -> None:
    note(engine, log, "p_1")
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("set role sekisho_service")
        for statement in (
            "delete from ledger.keys",
            "update ledger.keys set wrapped = ''",
            "update ledger.destroyed_keys set id = 'x'",
            "select ledger.remove_destroyed_key()",
        ):
            with pytest.raises(psycopg.Error, match=r"permission denied|can only be called as triggers"):
                connection.execute(statement)
        assert connection.execute("select count(*) from ledger.keys where id = 'p_1'").fetchone() == (1,)
        connection.execute("insert into ledger.destroyed_keys values ('p_1', 'p_1', 0, 1, '', now(), 1)")
        assert connection.execute("select count(*) from ledger.keys where id = 'p_1'").fetchone() == (0,)
    for statement in ("delete from ledger.destroyed_keys", "update ledger.destroyed_keys set id = 'x'", "truncate ledger.masters"):
        with pytest.raises(psycopg.Error, match="append-only"), psycopg.connect(database_url) as owner:
            owner.execute(statement)


def test_what_is_disclosed_afterwards_goes_under_a_new_key(engine: Engine, log: Log) -> None:
    note(engine, log, "p_1")
    for generation in (2, 3):
        destroy(engine, log, key_id_of("p_1", generation - 1))
        index = note(engine, log, "p_1", "later")
        assert disclosed(engine, log, index)
        with read(engine) as session:
            ids = session.execute(text("select id from ledger.keys where id like 'p_1%'")).scalars().all()
        assert ids == [f"p_1#{generation}"]


def test_every_key_that_somebody_ever_had_is_told_by_name(engine: Engine, log: Log) -> None:
    for subject in ("p_1", "p_1#7"):
        note(engine, log, subject)
    destroy(engine, log, "p_1")
    note(engine, log, "p_1")
    with read(engine) as session:
        sealed = set(session.scalars(text("select key_id from ledger.disclosures where key_id like 'p_1%'")))
        names = {subject: key_ids_of(session, subject) for subject in ("p_1", "p_1#7")}
    assert names["p_1"] == ["p_1", "p_1#2"]
    assert sealed == {one for several in names.values() for one in several}
    assert not set(names["p_1"]) & set(names["p_1#7"])


def test_the_entry_of_a_destruction_names_the_key_and_keeps_the_reason_to_itself(engine: Engine, log: Log) -> None:
    note(engine, log, "p_1")
    index = destroy(engine, log, "p_1")
    with read(engine) as session:
        body = bytes(session.execute(text("select body from ledger.entries where index = :index"), {"index": index}).scalar_one())
        row = session.execute(text("select * from ledger.destroyed_keys")).one()
    entry = read_entry(body)
    assert (entry["kind"], entry["object"]) == ("ledger:key:destroyed", "p_1")
    assert b"asked for" not in body
    assert (row.subject, row.disclosures, row.changed_index) == ("p_1", 1, index)


@pytest.mark.parametrize("key_id", ["log", "log#2", "nobody"])
def test_what_cannot_be_destroyed_is_said(engine: Engine, log: Log, key_id: str) -> None:
    with pytest.raises(KeyNotDestroyableError, match=r"never destroyed|there is no key"):
        destroy(engine, log, key_id)


def test_a_key_is_destroyed_once(engine: Engine, log: Log) -> None:
    note(engine, log, "p_1")
    destroy(engine, log, "p_1")
    with pytest.raises(KeyNotDestroyableError, match="already"):
        destroy(engine, log, "p_1")


def test_no_two_subjects_share_the_name_of_a_key() -> None:
    named = [(subject, generation) for subject in ("a", "a#1", "a#2", "a#2#1", "#1", "a#", "a\n#3") for generation in range(1, 5)]
    names = [key_id_of(*one) for one in named]
    assert len(set(names)) == len(names)
    assert [subject_of(name) for name in names] == named


def test_a_row_of_the_first_form_still_opens_and_is_given_a_secret_before_it_can_be_destroyed(engine: Engine, log: Log, keys: Path) -> None:
    raw, nonce = os.urandom(32), os.urandom(12)
    row = nonce + AESGCM((keys / "master.key").read_bytes()).encrypt(nonce, raw, b"p_old")
    with transaction(engine) as session:
        session.execute(text("insert into ledger.keys values ('p_old', :row)"), {"row": row})
    index = note(engine, log, "p_old", "old")
    assert disclosed(engine, log, index)
    with pytest.raises(KeyNotDestroyableError, match="rotate"):
        destroy(engine, log, "p_old")
    fresh = log.keyring.rewrap_all({"p_old": row})["p_old"]
    assert read_wrapped(fresh).place is not None
    assert disclosed(engine, log, index, fresh)


@pytest.mark.parametrize("broken", [b"", b"\x02sk", b"\x02sk\x01", b"\x02sk\xff1", b"x" * 59, b"\x02sk\x011" + bytes(67)])
def test_a_row_that_is_none_is_refused_in_words(log: Log, broken: bytes) -> None:
    with pytest.raises(DisclosureError, match="not of the form"):
        log.keyring.scratch().unwrap("p_1", broken)


def test_a_wrapped_key_moved_to_another_row_or_place_does_not_open(log: Log) -> None:
    rows = log.keyring.make_all(["p_1", "p_2"])
    for key_id, row in (("p_1", rows["p_2"]), ("p_2", rows["p_1"])):
        with pytest.raises(DisclosureError):
            log.keyring.scratch().unwrap(key_id, row)
    # The place of another record, with everything else as it was.
    swapped = rows["p_1"][:5] + rows["p_2"][5:13] + rows["p_1"][13:]
    with pytest.raises(DisclosureError):
        log.keyring.scratch().unwrap("p_1", swapped)


@pytest.mark.parametrize("name", ["master.key", SECRETS, SEALS, "log-signing.key"])
def test_a_file_that_others_can_read_is_refused(engine: Engine, log: Log, keys: Path, name: str) -> None:
    note(engine, log, "p_1")
    for mode in (0o640, 0o604, 0o620):
        (keys / name).chmod(mode)
        with read(engine) as session, pytest.raises(LogError, match="600"):
            load_log(session, keys=keys).keyring.unwrap("p_1", wrapped(engine, "p_1"))


def test_new_files_are_private_from_the_first_instant(keys: Path) -> None:
    before = os.umask(0)
    try:
        create_keys(keys)
        FolderMasterKeys(keys).create()
    finally:
        os.umask(before)
    assert {stat.S_IMODE(path.stat().st_mode) for path in keys.iterdir()} == {0o600}
    assert sorted(path.name for path in keys.iterdir()) == ["log-signing.key", "master-2.key", "master.key", SEALS, SECRETS]


def test_lost_secrets_stop_the_start_and_are_not_made_anew(engine: Engine, log: Log, keys: Path) -> None:
    note(engine, log, "p_1")
    (keys / SECRETS).unlink()
    with read(engine) as session, pytest.raises(LogError, match="bring the file subject-secrets back"):
        load_log(session, keys=keys)
    assert not (keys / SECRETS).exists()


def test_texts_outside_the_ledger_open_in_their_place_alone(engine: Engine, log: Log) -> None:
    place = "complaints.complaints/text/c_1"
    with transaction(engine) as session:
        begin_act(session)
        sealed = seal_text(session, log=log, key_id="p_1", place=place, text="苦情の本文")
        other = seal_text(session, log=log, key_id="p_2", place=place, text="他人の本文")
        record(session, log=log, draft=Draft(Kind.EXPORT_REQUESTED, ACTOR, clock.now()), rows=[])
    with read(engine) as session:
        assert open_text(session, log=log, key_id="p_1", place=place, sealed=sealed) == "苦情の本文"
        for key_id, where, what in (
            ("p_1", "complaints.complaints/text/c_2", sealed),
            ("p_1", "complaints.complaints/answer/c_1", sealed),
            ("p_2", place, sealed),
            ("p_1", place, other),
            ("p_1", place, sealed[:-1] + bytes([sealed[-1] ^ 1])),
            ("p_1", place, b"\x01\0\0\0\x02" + sealed[5:]),
            ("p_1", place, b""),
            ("nobody", place, sealed),
        ):
            with pytest.raises(DisclosureError):
                open_text(session, log=log, key_id=key_id, place=where, sealed=what)


def test_a_text_is_lost_with_its_key_and_new_ones_go_under_the_next(engine: Engine, log: Log) -> None:
    def seal(words: str) -> bytes:
        with transaction(engine) as session:
            begin_act(session)
            made = seal_text(session, log=log, key_id="p_1", place="t/c/1", text=words)
            record(session, log=log, draft=Draft(Kind.EXPORT_REQUESTED, ACTOR, clock.now()), rows=[])
            return made

    first = seal("first")
    destroy(engine, log, "p_1")
    second = seal("second")
    with read(engine) as session:
        with pytest.raises(DestroyedKeyError):
            open_text(session, log=log, key_id="p_1", place="t/c/1", sealed=first)
        assert open_text(session, log=log, key_id="p_1", place="t/c/1", sealed=second) == "second"


def test_a_text_does_not_open_as_a_disclosure_nor_a_disclosure_as_a_text(log: Log) -> None:
    ring = log.keyring.scratch()
    ring.unwrap("p_1", ring.make("p_1"))
    made = disclose("note", "x")
    with pytest.raises(DisclosureError):
        ring.open_text("p_1", place=made.name, sealed=ring.seal("p_1", made))
    with pytest.raises(DisclosureError):
        ring.open("p_1", digest=made.digest, sealed=ring.seal_text("p_1", place=made.name, text=made.text))


def test_no_nonce_is_used_twice_and_none_can_be_handed_in(log: Log) -> None:
    ring = log.keyring.scratch()
    ring.unwrap("p_1", ring.make("p_1"))
    made = disclose("note", "x")
    assert len({ring.seal("p_1", made)[:12] for _ in range(5_000)}) == 5_000
    assert len({ring.seal_text("p_1", place="a", text="x")[:28] for _ in range(5_000)}) == 5_000
    for sealing in (Keyring.seal, Keyring.seal_text, Keyring.make, Keyring.make_all, FolderMasterKeys.wrap, seal_text):
        assert "nonce" not in sealing.__code__.co_varnames[: sealing.__code__.co_argcount + sealing.__code__.co_kwonlyargcount]


KMS = """
import sys, hashlib
verb, name = sys.argv[1:]
raw = sys.stdin.buffer.read()
pad = hashlib.shake_256(b"kms" + name.encode()).digest(len(raw))
if name == "9": sys.exit("no such key")
sys.stdout.buffer.write(bytes(a ^ b for a, b in zip(raw, pad)))
"""


@pytest.fixture
def kms(tmp_path: Path) -> KmsCommand:
    (tmp_path / "kms.py").write_text(KMS)
    return KmsCommand(f"{sys.executable} {tmp_path / 'kms.py'}")


def test_behind_a_kms_the_folder_holds_no_master_key(keys: Path, kms: KmsCommand) -> None:
    create_keys(keys, kms=kms)
    assert sorted(path.name for path in keys.iterdir()) == ["log-signing.key", "master.kms", SEALS, SECRETS]
    ring = Keyring(FolderMasterKeys(keys, kms=kms), SubjectSecrets(keys))
    row = ring.make("p_1")
    ring.scratch().unwrap("p_1", row)
    with pytest.raises(LogError, match="SEKISHO_KMS_COMMAND"):
        Keyring(FolderMasterKeys(keys), SubjectSecrets(keys)).unwrap("p_1", row)
    shutil.copy(keys / "master.kms", keys / "master-3.kms")
    with pytest.raises(DisclosureError):
        Keyring(FolderMasterKeys(keys, kms=kms), SubjectSecrets(keys)).unwrap("p_1", ring.make("p_2"))


def test_master_keys_move_from_files_to_a_kms_by_a_rotation(keys: Path, kms: KmsCommand) -> None:
    create_keys(keys)
    before = Keyring(FolderMasterKeys(keys), SubjectSecrets(keys)).make("p_1")
    masters = FolderMasterKeys(keys, kms=kms)
    assert masters.create() == "2"
    ring = Keyring(masters, SubjectSecrets(keys))
    after = ring.rewrap_all({"p_1": before})["p_1"]
    assert (read_wrapped(before).master, read_wrapped(after).master) == ("1", "2")
    (keys / "master.key").unlink()
    Keyring(FolderMasterKeys(keys, kms=kms), SubjectSecrets(keys)).unwrap("p_1", after)


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("/nowhere/kms", "cannot be run"),
        (f"{sys.executable} -c 'import sys; sys.exit(\"no entry\")'", "no entry"),
        (f"{sys.executable} -c 'import time; time.sleep(5)'", "within 0.5 seconds"),
        (f"{sys.executable} -c 'import sys; sys.stdout.buffer.write(sys.stdin.buffer.read())'", "does not wrap it"),
        (f"{sys.executable} -c 'print(1)'", "holds 2 bytes"),
    ],
)
def test_a_kms_that_fails_is_one_line_and_leaves_no_key(keys: Path, command: str, words: str) -> None:
    with pytest.raises(LogError, match=words):
        create_keys(keys, kms=KmsCommand(command, seconds=0.5))
    assert [path.name for path in keys.iterdir()] == []


def test_no_shell_reads_the_words_of_a_kms_command(keys: Path, tmp_path: Path) -> None:
    with pytest.raises(LogError):
        create_keys(keys, kms=KmsCommand(f"/bin/echo x; touch {tmp_path / 'made'}"))
    assert not (tmp_path / "made").exists()
