"""Several decisions in one entry as an auditor sees them: told, found, looked at, judged again and exported one by one."""

import asyncio
import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from service import clock
from service.api.gateway import Gateway
from service.api.preparing import Asked, Outcome
from service.app import build
from service.database import read
from service.evidence import lookups
from service.identity.callers import hash_of
from service.identity.factors import passwords
from service.ledger import Kind
from service.settings import Settings
from tests.builders import alike
from tests.builders.alike import APPLICATION, CLEARED, INFORMATION, NEGATIVE, NEVER
from tests.builders.members import Town, found_town
from tests.builders.served import serving
from tests.doors.console.test_auditing_decisions import exported
from tests.doors.console.test_auditing_ledger import of_ledger, walked
from tests.doors.console.test_people_pages import browser, token
from tests.doors.management.conftest import Desk

ASKED = (CLEARED, NEGATIVE, CLEARED, NEVER)
"""Two are permitted, of one person; two are denied, of one each; and so is a fifth, about somebody who signs in."""
DECIDED = Kind.ACCESS_DECIDED.value


def about(town: Town) -> list[str]:
    return [*ASKED, town.people["colleague"]]


@pytest.fixture
def several(engine: Engine, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Desk, list[Outcome]]]:
    """A town in which an application asked five questions at once."""
    monkeypatch.setattr(passwords, "needs_rehash", lambda _stored: False)
    settings = Settings(data_dir=tmp_path)
    town = found_town(engine, settings.keys_dir)
    alike.peopled(town, engine, seat="operator")
    key = hash_of(alike.key_for(town).encode())

    async def ask() -> list[Outcome]:
        gateway = Gateway(url=database_url, log=town.log, clock=clock.now)
        await gateway.start()
        try:
            questions = [Asked(key, "person", person, "information", INFORMATION, "read", request_id="page-1") for person in about(town)]
            return list(await gateway.check_all(questions) or ())
        finally:
            await gateway.stop()

    outcomes = asyncio.run(ask())
    with serving(build(settings=settings, url=database_url, engine=engine, log=town.log)) as address:
        desk = Desk(town, address)
        yield desk, outcomes
        for client in desk.clients:
            client.close()


def test_an_entry_of_several_decisions_is_told_found_and_counted_one_by_one(several: tuple[Desk, list[Outcome]]) -> None:
    desk, outcomes = several
    eye, index = browser(desk, "eye"), outcomes[0].index
    page = eye.get("/ledger", params={"kind": DECIDED})
    assert "5 件のうち 2 件は許可され、3 件は許可されませんでした" in page.text
    assert "許可 2</span>" in page.text
    assert "この条件に 5 件" in page.text
    english = eye.get("/ledger", params={"kind": DECIDED, "lang": "en"}).text
    assert re.search(r"Of 5 questions for \S+ that the application dms asked at once, 2 were permitted and 3 were not\.", english)
    one = eye.get(f"/ledger/{index}")
    assert one.status_code == 200
    for outcome in outcomes:
        assert outcome.reference in one.text
    assert one.text.count(f"/ledger?who={NEGATIVE}") == 1
    for words in ({"who": NEGATIVE}, {"who": NEVER, "outcome": "deny"}, {"request": outcomes[1].reference}, {"item": INFORMATION}):
        assert walked(eye, kind=DECIDED, **words) == [index], words
    for words in ({"who": CLEARED, "outcome": "deny"}, {"who": NEGATIVE, "outcome": "permit"}):
        assert walked(eye, kind=DECIDED, **words) == [], words
    assert walked(eye, who=CLEARED, request=outcomes[1].reference) == [], "a reference is that of one of them"
    assert walked(eye, who=APPLICATION, outcome="deny", kind=DECIDED) == [index]


def test_a_look_at_several_decisions_counts_as_many_and_stands_on_the_record_of_each(several: tuple[Desk, list[Outcome]]) -> None:
    desk, outcomes = several
    eye, index = browser(desk, "eye"), outcomes[0].index
    page, before = eye.get(f"/ledger/{index}"), len(of_ledger(desk))
    shown = eye.post(f"/ledger/{index}", data={"form_token": token(page), "purpose": "inquiry"})
    assert shown.status_code == 200
    for place in range(1, 6):
        assert f"{place} 番目の判定" in shown.text
    looks = of_ledger(desk)[before:]
    assert sorted((one["kind"], one["person"]) for one in looks) == sorted(
        (Kind.DISCLOSURE_READ.value, one) for one in set(about(desk.town))
    )
    with read(desk.town.engine) as session:
        assert session.execute(text("select sum(looks) from identity.look_counts")).scalar_one() == len(about(desk.town))
    # Nobody outside the circle is told how an assessment ended, by whatever way they ask.
    assert "漏らすおそれ" not in shown.text


def test_a_look_over_the_door_of_programs_says_to_which_decision_each_belongs(several: tuple[Desk, list[Outcome]]) -> None:
    desk, outcomes = several
    index = outcomes[0].index
    told = desk.sign_in("eye").post(f"/api/v1/entries/{index}/look", json={"purpose": "audit"}).json()
    answers = {one["check"]: one["value"]["api"] for one in told["disclosures"] if one["name"] == "answer"}
    assert answers == {place: person == CLEARED for place, person in enumerate(about(desk.town), 1)}


def test_somebody_sees_of_several_decisions_their_own_alone(several: tuple[Desk, list[Outcome]]) -> None:
    desk, outcomes = several
    index, before = outcomes[0].index, len(of_ledger(desk))
    told = desk.sign_in("colleague").post(f"/api/v1/entries/{index}/look", json={"purpose": "own_request"})
    assert told.status_code == 200, told.text
    assert {one["check"] for one in told.json()["disclosures"]} == {5}
    looks = [one for one in of_ledger(desk)[before:] if one["kind"] == Kind.DISCLOSURE_READ]
    assert [one["person"] for one in looks] == [desk.town.people["colleague"]]


def test_several_decisions_are_judged_again_together(several: tuple[Desk, list[Outcome]], monkeypatch: pytest.MonkeyPatch) -> None:
    desk, outcomes = several
    eye, index = browser(desk, "eye"), outcomes[0].index
    form = token(eye.get(f"/ledger/{index}"))
    again = eye.post(f"/ledger/{index}/rerun", data={"form_token": form, "purpose": "audit"})
    assert "同じ答えになりました" in again.text
    assert "事実 5 組" in again.text
    opened = lookups.opened

    def lying(*some: object, **words: object) -> list[lookups.Opened]:
        found = opened(*some, **words)  # type: ignore[arg-type]
        denied = [one for one in found if one.name == "answer" and not one.value["api"]]
        return [lookups.Opened(one.digest, one.name, {**one.value, "basis": []}) if one in denied[-1:] else one for one in found]

    monkeypatch.setattr(lookups, "opened", lying)
    assert "違う答えになりました" in eye.post(f"/ledger/{index}/rerun", data={"form_token": form, "purpose": "audit"}).text


def test_a_view_of_one_person_writes_out_no_other_person_s_decision(several: tuple[Desk, list[Outcome]]) -> None:
    desk, outcomes = several
    eye, index = browser(desk, "eye"), outcomes[0].index
    before = len(of_ledger(desk))
    answer = exported(eye, "csv", kind=DECIDED, who=NEGATIVE, purpose="audit")
    lines = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    assert [(line["番号"], line["対象者"], line["結果"], line["照会番号"], line["問合せ内の順"]) for line in lines] == [
        (str(index), NEGATIVE, "deny", outcomes[1].reference, "2")
    ]
    looks = [one for one in of_ledger(desk)[before:] if one["kind"] == Kind.DISCLOSURE_READ]
    assert len(looks) == 1, "it stands on the record of whom the view is about alone"
    whole = exported(eye, "jsonl", kind=DECIDED)
    assert [json.loads(line)["decision"]["person"] for line in whole.text.splitlines()] == about(desk.town)
    for form, name in (("xlsx", "ledger.xlsx"), ("cp932", "ledger.cp932.csv"), ("ocsf", "ledger.ocsf.jsonl")):
        file = exported(eye, form, kind=DECIDED, outcome="permit")
        assert (file.status_code, f'filename="{name}"' in file.headers["content-disposition"]) == (200, True)
    assert exported(eye, "pdf", kind=DECIDED).status_code == 422


def test_names_are_of_those_alone_on_whose_record_it_stands_that_they_were_read(several: tuple[Desk, list[Outcome]]) -> None:
    desk, _outcomes = several
    eye = browser(desk, "eye")
    clear = list(csv.DictReader(io.StringIO(exported(eye, "csv", kind=DECIDED).content.decode("utf-8-sig"), newline="")))
    assert {line["対象者の氏名"] for line in clear} == {""}
    named = list(
        csv.DictReader(
            io.StringIO(exported(eye, "csv", kind=DECIDED, who=NEGATIVE, purpose="audit").content.decode("utf-8-sig"), newline="")
        )
    )
    assert [bool(line["対象者の氏名"]) for line in named] == [True]
    others = exported(eye, "csv", kind="personnel:person:registered", purpose="audit").content.decode("utf-8-sig")
    assert {line["対象者の氏名"] for line in csv.DictReader(io.StringIO(others, newline=""))} <= {""}


def test_charts_count_each_decision_and_its_reason(several: tuple[Desk, list[Outcome]]) -> None:
    desk, _outcomes = several
    eye = browser(desk, "eye")
    assert "この条件に 3 件" in eye.get("/ledger", params={"kind": DECIDED, "outcome": "deny"}).text
    page = eye.get("/auditing/charts")
    decided = page.text.split('id="decided">')[1].split("</section>")[0]
    assert re.findall(r"<td>([\d,]+)</td>", decided) == ["2", "3"]
    told = eye.post("/auditing/charts", data={"form_token": token(page), "purpose": "audit"}).text
    numbers = [int(one) for one in re.findall(r"<td>([\d,]+)</td>", told.split('id="denied">')[1].split("</section>")[0])]
    assert sum(numbers) == 3
