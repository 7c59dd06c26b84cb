"""What was disclosed and destroyed is nowhere: not in a dump of before, not in the data files, not in the WAL."""

import os
import re
import shutil
import subprocess
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Engine, text

from service import clock
from service.actor import Actor
from service.database import make_engine, read, transaction
from service.database.places import find_binaries
from service.ledger import DestroyedKeyError, Draft, Kind, Log, begin_act, destroy_key, load_log, open_log, open_text, record, seal_text
from service.ledger.keyring import read_wrapped
from service.ledger.masters import wrapping_key
from service.ledger.subject_secrets import FILE, RECORD

ACTOR = Actor(id="a_1", kind="person")
MARK = f"canary-{os.urandom(12).hex()}"
WORDS = f"借入金の件 {MARK} 以上"
PLACE = "complaints.complaints/text/c_1"


def forms(words: str) -> list[bytes]:
    """How words could stand in a file: as they are, in hexadecimal, in either base64 at each of three places."""
    raw = words.encode()
    found = [raw, raw.hex().encode(), words.encode("utf-16-le"), words.encode("unicode_escape")]
    shifted = [b"x" * shift + raw for shift in range(3)]
    return found + [encode(one).rstrip(b"=")[4:-4] for one in shifted for encode in (b64encode, urlsafe_b64encode)]


def needle(words: str) -> re.Pattern[bytes]:
    return re.compile(b"|".join(re.escape(form) for form in forms(words)))


NEEDLE = needle(MARK)


def test_the_search_finds_what_it_looks_for() -> None:
    said = WORDS.encode()
    for body in (said, said.hex().encode(), b64encode(said), b64encode(b"1" + said), urlsafe_b64encode(b"12" + said)):
        assert NEEDLE.search(body)
    assert not NEEDLE.search(os.urandom(1 << 16))


@pytest.fixture
def log(engine: Engine, tmp_path: Path) -> Log:
    with transaction(engine) as session:
        session.execute(text("create table public.told (id text primary key, sealed bytea)"))
        return open_log(session, origin="test.example/canary", seat="operator", at=clock.now(), keys=tmp_path / "keys")


def tell(engine: Engine, log: Log) -> None:
    """Seal the words as a disclosure and as a text outside the ledger."""
    with transaction(engine) as session:
        begin_act(session)
        sealed = seal_text(session, log=log, key_id="p_1", place=PLACE, text=WORDS)
        session.execute(text("insert into public.told values ('c_1', :sealed)"), {"sealed": sealed})
        draft = Draft(Kind.EXPORT_REQUESTED, ACTOR, clock.now(), person="p_1", subject="p_1", note={"words": WORDS})
        record(session, log=log, draft=draft, rows=[])


def dump(url: str) -> bytes:
    return subprocess.run([str(find_binaries() / "pg_dump"), "--dbname", url], check=True, capture_output=True).stdout


def files_of(url: str) -> Iterator[Path]:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("checkpoint")
        connection.execute("select pg_switch_wal()")
        place = connection.execute("show data_directory").fetchone()
    assert place is not None
    folder = Path(place[0])
    if not os.access(folder, os.R_OK):
        pytest.skip("the server's files belong to somebody else")
    # Other tests drop their databases meanwhile: what goes away is not looked for.
    yield from (Path(place, name) for place, _folders, names in os.walk(folder) for name in names)


def body_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


@pytest.fixture
def restored(server_url: str, empty_database_url: str) -> str:
    assert server_url
    return empty_database_url


def restore(url: str, body: bytes) -> None:
    psql = shutil.which("psql", path=str(find_binaries())) or str(find_binaries() / "psql")
    subprocess.run([psql, "-q", "-v", "ON_ERROR_STOP=1", "--dbname", url], check=True, input=body, capture_output=True)


def test_neither_dump_nor_data_files_nor_wal_nor_keys_ever_hold_the_words(
    engine: Engine, log: Log, database_url: str, tmp_path: Path
) -> None:
    tell(engine, log)
    before = dump(database_url)
    with transaction(engine) as session:
        destroy_key(session, log=log, actor=ACTOR, at=clock.now(), key_id="p_1", reason="退職")
    after = dump(database_url)
    assert b"ledger.disclosures" in before
    assert not NEEDLE.search(before)
    assert not NEEDLE.search(after)
    searched = 0
    for path in (*files_of(database_url), *(tmp_path / "keys").iterdir()):
        try:
            body = body_of(path)
        except FileNotFoundError:
            continue  # the server tidies its temporary files
        searched += len(body)
        assert not NEEDLE.search(body), path
    assert searched > 1 << 24


def test_the_search_of_data_files_and_wal_would_find_words_that_were_not_sealed(engine: Engine, log: Log, database_url: str) -> None:
    assert log.origin
    other = f"unsealed-{os.urandom(12).hex()}"
    with transaction(engine) as session:
        session.execute(text("insert into public.told values ('open', :words)"), {"words": other.encode()})
    found = {path.parts[-2] for path in files_of(database_url) if needle(other).search(body_of(path))}
    assert "pg_wal" in found
    assert len(found) > 1, "and in the table's own file"


def test_a_dump_of_before_is_unreadable_with_the_keys_of_after(
    engine: Engine, log: Log, database_url: str, restored: str, tmp_path: Path
) -> None:
    tell(engine, log)
    before = dump(database_url)
    kept = tmp_path / "keys-before"
    shutil.copytree(tmp_path / "keys", kept)
    with transaction(engine) as session:
        destroy_key(session, log=log, actor=ACTOR, at=clock.now(), key_id="p_1", reason="退職")
    restore(restored, before)
    old = make_engine(restored)
    try:
        with read(old) as session:
            sealed = bytes(session.execute(text("select sealed from public.told")).scalar_one())
            row = bytes(session.execute(text("select wrapped from ledger.keys where id = 'p_1'")).scalar_one())
            with_keys_of_then = load_log(session, keys=kept)
            assert open_text(session, log=with_keys_of_then, key_id="p_1", place=PLACE, sealed=sealed) == WORDS, "the dump is whole"
            with pytest.raises(DestroyedKeyError):
                open_text(session, log=load_log(session, keys=tmp_path / "keys"), key_id="p_1", place=PLACE, sealed=sealed)
    finally:
        old.dispose()
    # Whoever holds that dump, the live master key and the whole folder of keys tries every 32 bytes of it as the secret.
    read_row, master = read_wrapped(row), (tmp_path / "keys" / "master.key").read_bytes()
    tried = 0
    for path in (tmp_path / "keys").iterdir():
        body = body_of(path)
        for start in range(len(body) - 31):
            for key in (body[start : start + 32], wrapping_key(master, body[start : start + 32])):
                tried += 1
                with pytest.raises(InvalidTag):
                    AESGCM(key).decrypt(read_row.sealed[:12], read_row.sealed[12:], read_row.header + b"p_1")
    assert tried > RECORD
    assert (tmp_path / "keys" / FILE).exists()


def test_a_ciphertext_moved_to_another_row_does_not_open(engine: Engine, log: Log) -> None:
    tell(engine, log)
    tell_again = f"{PLACE}0"
    with read(engine) as session:
        sealed = bytes(session.execute(text("select sealed from public.told")).scalar_one())
        assert open_text(session, log=log, key_id="p_1", place=PLACE, sealed=sealed) == WORDS
        with pytest.raises(ValueError, match="does not open in this place"):
            open_text(session, log=log, key_id="p_1", place=tell_again, sealed=sealed)
