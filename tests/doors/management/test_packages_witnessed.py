"""Packages over the API and the console where the log has witnesses: they are waited for, as the site chose, and for so long."""

import time
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import Engine

from service.acts.auditing import packing
from service.app import build
from service.database import transaction
from service.identity.factors import passwords
from service.ledger import acts, set_witnesses
from service.settings import Settings
from service.tlog.trust import judge_note, parse_trust
from tests.builders.members import return_to_town
from tests.builders.served import serving
from tests.builders.site import ACTOR
from tests.builders.worlds import World, Worlds
from tests.doors.console.test_people_pages import browser, token
from tests.doors.management.conftest import Desk
from tests.doors.management.test_explanations import entry, size
from tests.doors.management.test_packages import PATH, asked, ready, taken
from tests.jobs.test_witnessing import made, policy
from tests.jobs.test_witnessing import served as witness_served

NOBODY = "http://127.0.0.1:9"


@pytest.fixture
def desk(
    engine: Engine, database_url: str, tmp_path: Path, worlds: Worlds, world_laid: World, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Desk]:
    """The town of the other tests, which asks its witnesses every second."""
    monkeypatch.setattr(passwords, "needs_rehash", lambda _stored: False)
    settings = Settings(data_dir=tmp_path, witness_seconds=1)
    town = return_to_town(engine, settings.keys_dir, worlds.of(world_laid).told)
    with serving(build(settings=settings, url=database_url, engine=engine, log=town.log)) as address:
        at_desk = Desk(town, address)
        yield at_desk
        for client in at_desk.clients:
            client.close()


def choose(desk: Desk, words: str, publication: str) -> None:
    with transaction(desk.town.engine) as session:
        set_witnesses(session, log=desk.town.log, actor=ACTOR, at=desk.town.now(), policy=words, publication=publication)


def kinds(desk: Desk, since: int) -> list[tuple[str, str]]:
    return [(one["kind"], one["out"]) for one in (entry(desk, index) for index in range(since, size(desk)))]


def no_witness(desk: Desk, tmp_path: Path, publication: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a witness be expected that nobody reaches."""
    choose(desk, policy(1, (made(tmp_path, desk.town.log, "one"), NOBODY)), publication)
    monkeypatch.setattr(packing, "PATIENCE", 2)


def post(client: httpx2.Client) -> tuple[httpx2.Response, float]:
    begun = time.monotonic()
    return client.post(PATH, json={"views": []}), time.monotonic() - begun


@pytest.mark.parametrize("publication", ["waits", "goes_on"])
def test_a_package_is_given_with_the_cosignatures_that_it_waited_for(desk: Desk, tmp_path: Path, publication: str) -> None:
    witness = made(tmp_path, desk.town.log, "one")
    with witness_served(witness) as url:
        choose(desk, policy(1, (witness, url)), publication)
        eye = desk.sign_in("eye")
        now = ready(eye, told := asked(eye, views=[]))
        assert (now["standing"], now["unwitnessed"]) == ("ready", False)
        with zipfile.ZipFile(taken(eye, told, tmp_path / "package.zip")) as archive:
            note = archive.read("checkpoint").decode()
            assert "\nunwitnessed\n" not in archive.read("manifest.note").decode()
            trust = parse_trust(archive.read("policy.txt").decode())
    assert [one.vkey for one in trust.witnesses] == [witness.cosigner.vkey]
    assert judge_note(note, trust=trust).is_met


def test_where_publication_waits_and_nobody_cosigns_nothing_is_given_out_and_that_is_said(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    no_witness(desk, tmp_path, "waits", monkeypatch)
    eye = desk.sign_in("eye")
    before = size(desk)
    answer, took = post(eye)
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/unwitnessed")
    assert answer.headers["retry-after"] == "30"
    assert took >= 2
    assert kinds(desk, before)[-2:] == [("ledger:export:requested", "accepted"), ("ledger:export:completed", "refused")]
    assert eye.get(PATH).json() == []
    assert httpx2.get(f"{desk.address}/problems/unwitnessed").status_code == 200


def test_that_nothing_came_of_waiting_is_recorded_however_long_it_took(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    no_witness(desk, tmp_path, "waits", monkeypatch)
    eye = desk.sign_in("eye")
    before = size(desk)
    monkeypatch.setattr(packing, "PATIENCE", 5)
    monkeypatch.setattr(acts, "LATE", timedelta(seconds=4))
    assert post(eye)[0].json()["type"] == "/problems/unwitnessed"
    assert kinds(desk, before)[-1] == ("ledger:export:completed", "refused")


def test_where_publication_goes_on_the_package_is_made_and_seen_to_be_unwitnessed(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    no_witness(desk, tmp_path, "goes_on", monkeypatch)
    eye = desk.sign_in("eye")
    now: dict[str, Any] = ready(eye, told := asked(eye, views=[]))
    assert (now["standing"], now["unwitnessed"]) == ("ready", True)
    with zipfile.ZipFile(BytesIO(eye.get(f"{PATH}/{told['id']}/file").content)) as archive:
        assert "\nunwitnessed\n" in archive.read("manifest.note").decode()


def test_whoever_comes_while_others_wait_is_answered_at_once(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    no_witness(desk, tmp_path, "waits", monkeypatch)
    monkeypatch.setattr(packing, "PATIENCE", 15)
    eye = desk.sign_in("eye")
    for _place in range(packing.MOST_WAITING):
        assert packing._waiting.acquire(blocking=False)
    try:
        answer, took = post(eye)
    finally:
        for _place in range(packing.MOST_WAITING):
            packing._waiting.release()
    assert (answer.status_code, took < 15) == (503, True)


def test_the_console_says_it_in_both_languages(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    no_witness(desk, tmp_path, "waits", monkeypatch)
    eye = browser(desk, "eye")
    for language, words in (("ja", "証人の連署が時間内に届きませんでした"), ("en", "the witnesses did not cosign in time")):
        page = eye.get("/ledger/packages", params={"lang": language})
        form = {"form_token": token(page), "filter": "", "purpose": "", "checkpoint": "", "views": ["csv"]}
        answer = eye.post("/ledger/packages", params={"lang": language}, data=form)
        assert (answer.status_code, words in answer.text) == (503, True)
