"""A marker in every field that is given in confidence, a journey through the service, and then a search: nothing outside its place."""

import base64
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import psycopg
import pytest
from psycopg import sql
from sqlalchemy import Engine, select, text

from service import cli, clock
from service.actor import Actor
from service.api.authzen import PATH
from service.cli import site
from service.database import transaction
from service.decision.policies_in_force import activate
from service.designation.operations.documents import grant_resource_alias, register_document
from service.evidence.rendering.cp932 import decode
from service.evidence.rendering.workbooks import cells_of
from service.evidence.view_files import FORMATS
from service.identity.operations import grant_application, issue_key
from service.jobs.history import load_history
from service.ledger import open_log
from service.ledger.model import DisclosureRow
from service.personnel.model import Person
from service.personnel.roster.importing import import_people
from service.personnel.roster.options import Options
from service.personnel.roster.reading import open_roster
from service.settings import Settings
from service.statute.policies import read_policies
from tests.doors.api.conftest import small_world
from tests.long.fleet import SERVE

ACTOR = Actor(id="a_test", kind="person", name="CANARY-actor-甲")
NAMES = {
    "name": "カナリア太郎CANARYNAME",
    "kana": "カナリアタロウCANARYKANA",
    "number": "CANARYNUMBER1",
    "unit": "CANARYUNIT部",
    "post": "CANARYPOST長",
    "title": "CANARYTITLE計画",
    "document": "CANARYDOCUMENT資料",
    "organization": "CANARYORGAN電力",
}
"""What stands in the rooms of persons and designations, and nowhere else in clear."""
ASKED = {"subject": "CANARYSUBJECT", "resource": "CANARYRESOURCE", "property": "CANARYPROPERTY"}
"""What callers send, which is kept as a sealed disclosure at most."""
IDS = {"unit"}
"""The name of a unit is its id, and stands in entries as every id does; it says nothing of a person."""
SECRETS = {"bearer": "sk_CANARYBEARER", "cookie": "CANARYCOOKIE", "form": "CANARYFORM"}
"""What is kept nowhere."""


def forms(marker: str) -> set[bytes]:
    """A marker as it might be written: as it is, escaped, in hexadecimal, in base64 at each of three places."""
    raw = marker.encode()
    found = {raw, json.dumps(marker).strip('"').encode(), raw.hex().encode(), raw.hex().upper().encode()}
    for shift in range(3):
        coded = base64.b64encode(b"\0" * shift + raw)
        found |= {coded[4 if shift else 0 : len(coded) // 4 * 4 - 8], coded.replace(b"+", b"-").replace(b"/", b"_")[4 if shift else 0 : -8]}
    return {one for one in found if len(one) >= 8}


def hits(where: bytes, markers: dict[str, str]) -> list[str]:
    return [name for name, marker in markers.items() if any(form in where for form in forms(marker))]


def plain(out: Path, form: str) -> bytes:
    """What a file says, whatever it is packed or written in."""
    if form == "xlsx":
        return "\n".join(cell for row in cells_of(out) for cell in row).encode()
    return decode(out.read_bytes()).encode() if form == "cp932" else out.read_bytes()


def dump(url: str, *, schemas: set[str] | None = None) -> bytes:
    """The rows of every table as `pg_dump` writes them, bytes in hexadecimal."""
    out = b""
    with psycopg.connect(url) as connection:
        tables = connection.execute(
            "select schemaname, tablename from pg_tables where schemaname not in ('pg_catalog', 'information_schema')"
        ).fetchall()
        for schema, table in tables:
            if schemas is None or schema in schemas:
                with connection.cursor().copy(
                    sql.SQL("copy (table {}.{}) to stdout").format(sql.Identifier(schema), sql.Identifier(table))
                ) as copy:
                    out += b"".join(bytes(part) for part in copy)
    return out


def lay(engine: Engine, folder: Path) -> tuple[str, Settings]:
    """Put a marker into every field by imports and acts, as people would."""
    settings = Settings(data_dir=folder)
    at = clock.now()
    with transaction(engine) as session:
        log = open_log(session, origin="test.example/canaries", seat="operator", at=at, keys=settings.keys_dir)
    given = small_world()
    given["organizations"][1]["name"] = NAMES["organization"]
    given["designations"][0] |= {"title": NAMES["title"]}
    with transaction(engine) as session:
        load_history(session, log=log, at=clock.now(), actor=ACTOR, given=given)
    roster = folder / "roster.csv"
    roster.write_text(
        f"社員番号,氏名,氏名カナ,部署,役職\n{NAMES['number']},{NAMES['name']},{NAMES['kana']},{NAMES['unit']},{NAMES['post']}\n",
        encoding="utf-8",
    )
    import_people(engine, log=log, actor=ACTOR, clock=clock.now, roster=open_roster(roster), options=Options(organization="denryoku"))
    with transaction(engine) as session:
        document = register_document(session, log=log, actor=ACTOR, at=clock.now(), carries=["d1"], title=NAMES["document"])
    with transaction(engine) as session:
        grant_resource_alias(
            session, log=log, actor=ACTOR, at=clock.now(), namespace="dms", value="7", target_kind="document", target_id=document
        )
    with transaction(engine) as session:
        activate(session, log=log, actor=ACTOR, at=clock.now(), texts=read_policies())
    with transaction(engine) as session:
        grant_application(session, log=log, actor=ACTOR, at=clock.now(), name="dms", application_id="dms", namespaces=["employee", "dms"])
    with transaction(engine) as session:
        return issue_key(session, log=log, actor=ACTOR, at=clock.now(), application="dms"), settings


@contextmanager
def serving(url: str, settings: Settings, log: Path) -> Iterator[str]:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = int(found.getsockname()[1])
    environment = os.environ | {"SEKISHO_DATA_DIR": str(settings.data_dir), "SEKISHO_DATABASE_URL": url}
    with log.open("wb") as out:
        process = subprocess.Popen([sys.executable, "-c", SERVE, str(port), "right"], env=environment, stdout=out, stderr=out)
        try:
            deadline = time.monotonic() + 60
            while time.monotonic() < deadline:
                try:
                    socket.create_connection(("127.0.0.1", port), timeout=1).close()
                    break
                except OSError:
                    assert process.poll() is None, log.read_text()
                    time.sleep(0.05)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(20)


def journey(address: str, key: str, url: str, engine: Engine) -> bytes:
    """Ask, ask wrongly, break things; return every byte that came back."""
    heard = b""
    bearer = {"Authorization": f"Bearer {key}"}
    hostile = {"Authorization": f"Bearer {SECRETS['bearer']}", "Cookie": f"a={SECRETS['cookie']}"}

    def ask(person: str, resource: str, headers: dict[str, str], kind: str = "information", **more: object) -> httpx2.Response:
        body = {
            "subject": {"type": "person", "id": person, "properties": {"note": ASKED["property"]}},
            "resource": {"type": kind, "id": resource},
            "action": {"name": "read"},
        } | more
        return httpx2.post(f"{address}{PATH}", json=body, headers=headers)

    with transaction(engine) as session:
        person = session.scalars(select(Person.id).where(Person.legal_name == NAMES["name"])).one()
    for who in ("permit", "none", "negative", "doubt", person, f"employee:{NAMES['number']}", ASKED["subject"]):
        for what in ("d1", "dms:7", ASKED["resource"]):
            answer = ask(who, what, bearer, "document" if what == "dms:7" else "information")
            heard += b"" if answer.json()["decision"] else answer.content
            heard += ask(who, what, hostile).content
    heard += httpx2.post(
        f"{address}{PATH}",
        content=b'{"subject": "' + ASKED["subject"].encode() + b'"',
        headers=bearer | {"Content-Type": "application/json"},
    ).content
    for path in (
        f"/{ASKED['resource']}",
        f"/static/{ASKED['resource']}",
        f"/{ASKED['resource']}//x",
        "/health",
        "/",
        f"/?person={ASKED['subject']}",
    ):
        heard += httpx2.get(f"{address}{path}", headers=hostile).content
        heard += httpx2.post(f"{address}{path}", data={"person": SECRETS["form"]}, headers=hostile).content
    with psycopg.connect(url, autocommit=True) as other:
        # What breaks beneath it is written into its log.
        other.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
        )
    for _ in range(20):
        answer = ask(ASKED["subject"], "d1", bearer)
        heard += answer.content
        if answer.status_code == 200:
            break
        time.sleep(0.1)
    return heard


def test_no_marker_is_found_outside_its_place(
    engine: Engine, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    key, settings = lay(engine, tmp_path)
    log = tmp_path / "log"
    with serving(database_url, settings, log) as address:
        heard = journey(address, key, database_url, engine)
    secret = SECRETS | {"key": key}
    everything = NAMES | ASKED | secret
    engine.dispose()

    # The search itself works: what should be found is found.
    assert hits(dump(database_url, schemas={"personnel", "designation"}), NAMES) == list(NAMES)
    with engine.connect() as connection:
        assert connection.execute(select(DisclosureRow)).first() is not None
        assert connection.execute(text("select count(*) from ledger.entries")).scalar_one() > 20

    assert hits(log.read_bytes(), everything) == []
    assert hits(heard, everything) == []
    sealed = {name: marker for name, marker in everything.items() if name not in IDS}
    assert hits(dump(database_url, schemas={"ledger"}), sealed) == []
    assert hits(dump(database_url), ASKED | secret) == []

    monkeypatch.setenv("SEKISHO_DATABASE_URL", database_url)
    monkeypatch.setenv("SEKISHO_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(site, "require_durable", lambda _connection: None)
    for form in FORMATS:
        out = tmp_path / f"export.{form}"
        assert cli.run(["export", "--format", form, "--out", str(out)]) == 0
        assert out.stat().st_size > 1_000
        assert hits(plain(out, form), sealed) == []
    named = tmp_path / "named.xlsx"
    assert cli.run(["export", "--names", "--format", "xlsx", "--out", str(named)]) == 0
    assert "name" in hits(plain(named, "xlsx"), sealed), "the search itself works in a workbook too"
    told = capfd.readouterr()
    assert hits((told.out + told.err).encode(), everything) == []


def test_the_search_knows_a_marker_in_any_dress() -> None:
    marker = NAMES["name"]
    raw = marker.encode()
    for dressed in (
        raw,
        json.dumps({"a": marker}).encode(),
        raw.hex().encode(),
        *(base64.b64encode(b"x" * n + raw + b"yz") for n in range(3)),
    ):
        assert hits(b"before" + dressed + b"after", {"name": marker}) == ["name"]
