"""Evidence packages over the API: asked for by auditors alone, made beside the service, taken away whole or in pieces."""

import os
import signal
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import Engine

from service.app import build
from service.database import read, transaction
from service.evidence import budget, lookups
from service.evidence.package.command import main
from service.evidence.package.shelf import WHOLE, open_shelf, shelved
from service.identity.accounts import open_account
from service.identity.factors import passwords
from service.ledger import destroy_key
from service.settings import Settings
from service.statute.periods import legal_day
from tests.builders import alike
from tests.builders.alike import CLEARED, NEGATIVE
from tests.builders.members import Town, return_to_town, town_world
from tests.builders.served import free_port, serving
from tests.builders.site import ACTOR
from tests.builders.worlds import World, Worlds
from tests.doors.management.conftest import Desk
from tests.doors.management.test_explanations import check, entry, size

PATH = "/api/v1/evidence/packages"
KILLED = """
import sys, time
from pathlib import Path
from service.cli.serve import serve_site
from service.cli.site import Site, read_log
from service.database import make_engine
from service.evidence.package.leaves import Leaves
from service.settings import Settings

whole = Leaves.chunk

def half(self, *given, **words):
    whole(self, *given, **words)
    Path(sys.argv[2]).touch()
    time.sleep(600)

Leaves.chunk = half
settings = Settings()
engine = make_engine(settings.database_url)
site = Site(settings, settings.database_url, engine, read_log(engine, settings))
serve_site(site, host="127.0.0.1", port=int(sys.argv[1]))
"""
"""`sekisho serve` that comes no further with a package than its first chunk, and then waits to be killed."""
DECISIONS = {"kinds": ["decision:access:decided"]}


def settle(town: Town) -> None:
    alike.peopled(town, town.engine, seat="operator")
    for name, role in (("other-eye", "auditor"), ("hr-desk", "hr_officer")):
        town.admit(name, role)
        town.equip(name)
    with transaction(town.engine) as session:
        town.accounts["eye-again"] = open_account(
            session, log=town.log, actor=ACTOR, at=town.now(), person_id=town.people["eye"], sign_in_name="eye-again"
        )
    town.equip("eye-again")


TOWN = town_world(settle)


@pytest.fixture
def world_laid() -> World:
    return TOWN


def asked(client: httpx2.Client, **words: Any) -> dict[str, Any]:
    answer = client.post(PATH, json=words)
    assert answer.status_code == 202, answer.text
    told: dict[str, Any] = answer.json()
    return told


def ready(client: httpx2.Client, told: dict[str, Any]) -> dict[str, Any]:
    for _try in range(600):
        now: dict[str, Any] = client.get(f"{PATH}/{told['id']}").json()
        if now["standing"] != "under_way":
            return now
        time.sleep(0.1)
    pytest.fail("the package was not made in time")


def taken(client: httpx2.Client, told: dict[str, Any], into: Path) -> Path:
    answer = client.get(f"{PATH}/{told['id']}/file")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    into.write_bytes(answer.content)
    return into


def test_an_auditor_asks_watches_and_takes_away_what_the_verifier_finds_right(
    desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for person in (CLEARED, NEGATIVE):
        check(desk, person)
    eye = desk.sign_in("eye")
    told = asked(eye, query=DECISIONS, purpose="audit", views=["csv", "cp932", "jsonl", "ocsf", "xlsx"], language="ja")
    now = ready(eye, told)
    assert (now["standing"], now["kind"], now["why"]) == ("ready", "full", None)
    file = taken(eye, told, tmp_path / "package.zip")
    assert main([str(file), "--key", desk.town.log.vkey, "--no-state", "--jobs", "1", "--language", "ja"]) == 0, capsys.readouterr().out
    requested, done = entry(desk, told["requested"]), entry(desk, size(desk) - 1)
    assert (requested["kind"], requested["actor"]) == ("ledger:export:requested", desk.town.accounts["eye"])
    assert (done["kind"], done["out"]) == ("ledger:export:completed", "accepted")
    assert now["manifest_sha256"] == noted(desk, size(desk) - 1)["sha256"]
    assert noted(desk, told["requested"])["query"] is not None


def noted(desk: Desk, index: int) -> dict[str, Any]:
    with read(desk.town.engine) as session:
        opened = lookups.opened(session, log=desk.town.log, clear=entry(desk, index))
    note: dict[str, Any] = next(one.value for one in opened if one.name == "note")
    return note


def test_a_package_is_taken_in_pieces(desk: Desk, tmp_path: Path) -> None:
    eye = desk.sign_in("eye")
    told = asked(eye, views=[])
    ready(eye, told)
    whole = taken(eye, told, tmp_path / "whole.zip").read_bytes()
    first = eye.get(f"{PATH}/{told['id']}/file", headers={"range": "bytes=0-99"})
    rest = eye.get(f"{PATH}/{told['id']}/file", headers={"range": "bytes=100-"})
    assert (first.status_code, rest.status_code) == (206, 206)
    assert first.content + rest.content == whole


def test_without_a_purpose_leaves_are_given_and_no_budget_is_spent(desk: Desk, tmp_path: Path) -> None:
    check(desk, CLEARED)
    eye = desk.sign_in("eye")
    now = ready(eye, told := asked(eye))
    assert (now["disclosed"], now["erased"]) == (0, 0)
    with zipfile.ZipFile(taken(eye, told, tmp_path / "package.zip")) as archive:
        assert b'"text":' not in archive.read("disclosures.jsonl")
    with read(desk.town.engine) as session:
        assert budget.spent_on(session, person_id=desk.town.people["eye"], on=legal_day(desk.town.now())) == 0


def test_what_is_disclosed_spends_the_budget_and_is_on_the_record_of_whom_it_is_about(desk: Desk) -> None:
    check(desk, CLEARED)
    eye = desk.sign_in("eye")
    before = looks(desk, CLEARED)
    ready(eye, asked(eye, query=DECISIONS, purpose="audit"))
    assert looks(desk, CLEARED) == before + 1
    with read(desk.town.engine) as session:
        assert budget.spent_on(session, person_id=desk.town.people["eye"], on=legal_day(desk.town.now())) == 1


def looks(desk: Desk, name: str) -> int:
    with read(desk.town.engine) as session:
        return len(lookups.looks_at(session, log=desk.town.log, person_id=name))


def test_more_than_the_budget_is_refused_and_that_is_an_entry(desk: Desk) -> None:
    check(desk, CLEARED)
    with transaction(desk.town.engine) as session:
        on = legal_day(desk.town.now())
        budget.set_disclosure_budget(session, log=desk.town.log, actor=ACTOR, at=desk.town.now(), rows=0, from_on=on)
    answer = desk.sign_in("eye").post(PATH, json={"query": DECISIONS, "purpose": "audit"})
    assert (answer.status_code, answer.json()["reason"]) == (403, "disclosure_budget_spent")
    kinds = [(one["kind"], one["out"]) for one in (entry(desk, index) for index in range(size(desk) - 3, size(desk)))]
    assert ("ledger:export:completed", "refused") in kinds
    assert ("evidence:disclosure:read", "refused") in kinds


@pytest.mark.parametrize("name", ["hr-desk"])
def test_whoever_audits_nothing_asks_for_nothing(desk: Desk, name: str) -> None:
    client = desk.sign_in(name)
    before = size(desk)
    assert client.post(PATH, json={}).status_code == 403
    assert client.get(PATH).status_code == 403
    kinds = {entry(desk, index)["kind"] for index in range(before, size(desk))}
    assert "ledger:export:requested" not in kinds


def test_another_auditor_sees_no_package_of_mine(desk: Desk) -> None:
    eye, other = desk.sign_in("eye"), desk.sign_in("other-eye")
    told = asked(eye)
    ready(eye, told)
    assert other.get(PATH).json() == []
    for path in ("", "/file"):
        assert other.get(f"{PATH}/{told['id']}{path}").status_code == 404
    for strange in ("k_0", "K-0"):
        assert eye.get(f"{PATH}/{strange}/file").status_code == 404
    assert [one["id"] for one in eye.get(PATH).json()] == [told["id"]]


def test_the_next_package_of_a_saved_query_continues_its_last_one(desk: Desk, tmp_path: Path) -> None:
    eye = desk.sign_in("eye")
    query = eye.post("/api/v1/queries", json={"name": "判定", "reason": "定期監査", "query": DECISIONS}).json()
    first = ready(eye, asked(eye, query_id=query["id"]))
    second = ready(eye, told := asked(eye, query_id=query["id"]))
    with zipfile.ZipFile(taken(eye, told, tmp_path / "second.zip")) as archive:
        manifest = archive.read("manifest.note").decode()
        assert f"\nsaved {query['id']}\nsince {first['size']} " in manifest
        assert archive.read("consistency.req").startswith(f"old {first['size']}\n".encode())
    assert eye.get(f"/api/v1/queries/{query['id']}").json()["last_exported"]["export_id"] == second["id"]


def test_what_is_destroyed_is_not_left_lying_in_a_package(desk: Desk, tmp_path: Path) -> None:
    check(desk, CLEARED)
    eye = desk.sign_in("eye")
    told = asked(eye, query=DECISIONS, purpose="audit")
    ready(eye, told)
    with transaction(desk.town.engine) as session:
        destroy_key(session, log=desk.town.log, actor=ACTOR, at=desk.town.now(), key_id=CLEARED, reason="retention")
    assert eye.get(f"{PATH}/{told['id']}/file").status_code == 404
    assert shelved(tmp_path / "packages", told["id"]) is None


@pytest.mark.parametrize(
    "words",
    [{"query": DECISIONS, "query_id": "q"}, {"views": ["pdf"]}, {"purpose": "curiosity"}, {"organ_id": "nobody"}, {"checkpoint": "x"}],
)
def test_what_does_not_fit_is_refused(desk: Desk, words: dict[str, Any]) -> None:
    assert desk.sign_in("eye").post(PATH, json=words).status_code == 422


def test_a_package_whose_maker_ended_behind_telling_of_it_is_made_again_and_told_of_once(desk: Desk, tmp_path: Path) -> None:
    eye = desk.sign_in("eye")
    told = asked(eye, query=DECISIONS, views=["csv"])
    before = ready(eye, told)
    (open_shelf(tmp_path) / told["id"] / WHOLE).unlink()
    wait_until(lambda: ready(eye, told)["standing"] == "ready")
    assert ready(eye, told) == before
    file = taken(eye, told, tmp_path / "again.zip")
    assert main([str(file), "--key", desk.town.log.vkey, "--no-state", "--jobs", "1"]) == 0
    kinds = [entry(desk, index)["kind"] for index in range(told["requested"], size(desk))]
    assert kinds.count("ledger:export:completed") == 1


def wait_until(what: Callable[[], bool], *, seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


@pytest.mark.parametrize("other", ["started afterwards", "running beside"])
def test_a_package_of_a_killed_process_is_finished_by_another_though_nobody_looks(
    engine: Engine,
    database_url: str,
    tmp_path: Path,
    worlds: Worlds,
    world_laid: World,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    other: str,
) -> None:
    monkeypatch.setattr(passwords, "needs_rehash", lambda _stored: False)
    settings, port, half = Settings(data_dir=tmp_path), free_port(), tmp_path / "half"
    town = return_to_town(engine, settings.keys_dir, worlds.of(world_laid).told)
    place = open_shelf(tmp_path)

    def standing(package_id: str) -> str | None:
        one = shelved(place, package_id)
        return None if one is None else one.standing

    with ExitStack() as stack:
        environment = os.environ | {"SEKISHO_DATA_DIR": str(tmp_path), "SEKISHO_DATABASE_URL": database_url}
        process = subprocess.Popen([sys.executable, "-c", KILLED, str(port), str(half)], env=environment)
        stack.callback(process.wait)
        stack.callback(process.kill)
        service = build(settings=settings, url=database_url, engine=engine, log=town.log)
        if other == "running beside":
            monkeypatch.setattr("service.app.PACKAGE_SECONDS", 0.2)
            address = stack.enter_context(serving(service))
        wait_until(lambda: answers(port))
        first = stack.enter_context(closing(Desk(town, f"http://127.0.0.1:{port}").sign_in("eye")))
        told = asked(first, query=DECISIONS, purpose="audit", views=["csv", "xlsx"])
        wait_until(half.exists)
        if other == "running beside":
            time.sleep(6)
        assert standing(told["id"]) == "under_way", "its maker lives, and nobody else goes on with it"
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
        if other == "started afterwards":
            address = stack.enter_context(serving(service))
        wait_until(lambda: standing(told["id"]) == "ready")
        desk = Desk(town, address)
        eye = stack.enter_context(httpx2.Client(base_url=address, cookies=first.cookies, timeout=120))
        assert eye.get(f"{PATH}/{told['id']}").json()["standing"] == "ready"
        file = taken(eye, told, tmp_path / "package.zip")
        assert main([str(file), "--key", town.log.vkey, "--no-state", "--jobs", "1"]) == 0, capsys.readouterr().out
        kinds = [entry(desk, index)["kind"] for index in range(told["requested"], size(desk))]
        assert kinds.count("ledger:export:completed") == 1
        assert "a package was not finished" not in caplog.text, "nobody wrote to it while its maker lived"


def answers(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False
