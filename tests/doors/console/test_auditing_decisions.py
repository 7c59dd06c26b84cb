"""Decisions as an auditor sees them: judged again, told as far as entitled, exported as they stand in the view."""

import csv
import io
import json
import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import Engine

from service.app import build
from service.database import read
from service.evidence import lookups
from service.evidence.rendering.workbooks import cells_of
from service.identity.factors import passwords
from service.ledger import Kind
from service.settings import Settings
from tests.builders import alike
from tests.builders.alike import CLEARED, INFORMATION, NEGATIVE
from tests.builders.members import found_town
from tests.builders.served import serving
from tests.doors.console.test_auditing_ledger import of_ledger, walked
from tests.doors.console.test_people_pages import browser, token
from tests.doors.management.conftest import Desk

ASKED = (CLEARED, NEGATIVE, CLEARED)


@pytest.fixture
def asked(engine: Engine, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A town in which an application asked about somebody cleared and about somebody who is not."""
    monkeypatch.setattr(passwords, "needs_rehash", lambda _stored: False)
    settings = Settings(data_dir=tmp_path)
    town = found_town(engine, settings.keys_dir)
    alike.peopled(town, engine, seat="operator")
    key = alike.key_for(town)
    with serving(build(settings=settings, url=database_url, engine=engine, log=town.log)) as address:
        for person in ASKED:
            body = {
                "subject": {"type": "person", "id": person},
                "resource": {"type": "information", "id": INFORMATION},
                "action": {"name": "read"},
            }
            answer = httpx2.post(f"{address}/access/v1/evaluation", json=body, headers={"Authorization": f"Bearer {key}"})
            assert answer.json()["decision"] == (person == CLEARED)
        desk = Desk(town, address)
        yield desk
        for client in desk.clients:
            client.close()


def decisions(desk: Desk, person: str) -> list[int]:
    return [index for index, one in enumerate(of_ledger(desk)) if one["kind"] == Kind.ACCESS_DECIDED and one.get("person") == person]


def test_a_decision_is_told_as_a_sentence_and_judged_again(asked: Desk) -> None:
    eye = browser(asked, "eye")
    for person, word in ((CLEARED, "許可されました"), (NEGATIVE, "許可されませんでした")):
        index = decisions(asked, person)[0]
        page = eye.get(f"/ledger/{index}")
        assert word in page.text
        before = len(of_ledger(asked))
        again = eye.post(f"/ledger/{index}/rerun", data={"form_token": token(page), "purpose": "audit"})
        assert "同じ答えになりました" in again.text
        assert of_ledger(asked)[index]["policy"] in again.text
        assert [(one["kind"], one["person"]) for one in of_ledger(asked)[before:]] == [(Kind.DISCLOSURE_READ.value, person)]
        # Nobody outside the circle is told how an assessment ended, by whatever way they ask.
        assert "適性評価の結果により" not in again.text
        assert "漏らすおそれ" not in again.text


def test_judging_again_takes_a_purpose_and_a_decision(asked: Desk) -> None:
    eye = browser(asked, "eye")
    index = decisions(asked, CLEARED)[0]
    form, before = token(eye.get(f"/ledger/{index}")), len(of_ledger(asked))
    assert eye.post(f"/ledger/{index}/rerun", data={"form_token": form}).status_code == 422
    assert eye.post("/ledger/0/rerun", data={"form_token": form, "purpose": "audit"}).status_code == 422
    assert eye.post("/ledger/99999/rerun", data={"form_token": form, "purpose": "audit"}).status_code == 404
    assert [(one["kind"], one["out"]) for one in of_ledger(asked)[before:]] == [(Kind.DISCLOSURE_READ.value, "refused")] * 2


def test_a_decision_that_does_not_follow_from_its_facts_is_told_so(asked: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    eye = browser(asked, "eye")
    index = decisions(asked, CLEARED)[0]
    form, opened = token(eye.get(f"/ledger/{index}")), lookups.opened

    def lying(*some: object, **words: object) -> list[lookups.Opened]:
        found = opened(*some, **words)  # type: ignore[arg-type]
        return [
            lookups.Opened(one.digest, one.name, {**one.value, "decision": "deny"} if one.name == "answer" else one.value) for one in found
        ]

    monkeypatch.setattr(lookups, "opened", lying)
    assert "違う答えになりました" in eye.post(f"/ledger/{index}/rerun", data={"form_token": form, "purpose": "audit"}).text
    monkeypatch.setattr(lookups, "opened", opened)
    with asked.town.engine.begin() as connection:
        connection.exec_driver_sql("update decision.policy_sets set text = text || ' '")
    assert "規則の本文が確かめられません" in eye.post(f"/ledger/{index}/rerun", data={"form_token": form, "purpose": "audit"}).text


def exported(client: httpx2.Client, form: str, **words: str) -> httpx2.Response:
    return client.post("/ledger/export", data={"form_token": token(client.get("/ledger")), "format": form} | words)


def test_an_export_is_exactly_the_view_and_its_digest_stands_in_the_ledger(asked: Desk) -> None:
    eye = browser(asked, "eye")
    expected = walked(eye, kind=Kind.ACCESS_DECIDED.value, who=CLEARED)
    assert len(expected) == 2
    for form in ("jsonl", "csv", "xlsx"):
        before = len(of_ledger(asked))
        answer = exported(eye, form, kind=Kind.ACCESS_DECIDED.value, who=CLEARED)
        assert answer.status_code == 200, answer.text
        match form:
            case "jsonl":
                found = [json.loads(line)["index"] for line in answer.text.splitlines()]
                assert "disclosures" not in answer.text
            case "csv":
                lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
                found = [int(line[0]) for line in lines[1:]]
                assert lines[0][1:3] == ["日時（UTC）", "日時（日本時間）"]
            case _:
                found = [int(line[0]) for line in list(cells_of(io.BytesIO(answer.content)))[1:]]
        assert found == expected
        told = of_ledger(asked)[before:]
        assert [one["kind"] for one in told] == [Kind.EXPORT_REQUESTED.value, Kind.EXPORT_COMPLETED.value]
        with read(asked.town.engine) as session:
            notes = [one.value for one in lookups.opened(session, log=asked.town.log, clear=told[1])]
        assert notes[0]["sha256"] == sha256(answer.content).hexdigest()
        assert notes[0]["rows"] == len(expected)


def test_reasons_leave_only_for_a_purpose_and_stand_on_the_record_of_those_concerned(asked: Desk) -> None:
    eye = browser(asked, "eye")
    assert exported(eye, "csv", purpose="curiosity").status_code == 422
    before = len(of_ledger(asked))
    answer = exported(eye, "csv", kind=Kind.ACCESS_DECIDED.value, purpose="audit")
    assert "not_cleared" in answer.text
    assert "assessment_negative" not in answer.text
    assert [one["kind"] for one in of_ledger(asked)[before:]].count(Kind.DISCLOSURE_READ.value) == len(set(ASKED))
    plain = exported(eye, "csv", kind=Kind.ACCESS_DECIDED.value)
    assert "not_cleared" not in plain.text


def test_an_export_that_makes_no_sense_records_nothing_but_the_attempt_without_a_lawful_purpose(asked: Desk) -> None:
    eye = browser(asked, "eye")
    before = len(of_ledger(asked))
    for words in ({"since": "yesterday"}, {"kind": "x"}, {"purpose": "x"}):
        assert exported(eye, "csv", **words).status_code == 422
    assert exported(eye, "exe").status_code == 422
    assert [(one["kind"], one["out"]) for one in of_ledger(asked)[before:]] == [(Kind.DISCLOSURE_READ.value, "refused")]


def test_a_view_too_large_for_a_file_is_refused_and_not_cut(asked: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    eye = browser(asked, "eye")
    monkeypatch.setattr("service.acts.reading.ledger_views.MOST", 2)
    before = len(of_ledger(asked))
    answer = exported(eye, "csv")
    assert answer.status_code == 422
    assert "2 件まで" in answer.text
    assert len(of_ledger(asked)) == before


def test_a_report_of_improper_designation_stays_sealed_to_whom_it_is_about(asked: Desk) -> None:
    town = asked.town
    today = town.now().date().isoformat()
    town.admit("second-eye", "auditor")
    town.equip("second-eye")
    teller = asked.sign_in("colleague")
    words = {"person_id": town.people["colleague"], "improper": "hides_wrongdoing", "on": today, "against_person_id": town.people["eye"]}
    assert teller.post("/api/v1/acts/report_improper", json=words).status_code == 200
    index = next(index for index, one in enumerate(of_ledger(asked)) if one["kind"] == Kind.IMPROPER_REPORTED)
    told = {}
    for name in ("eye", "second-eye"):
        client = browser(asked, name)
        page = client.get(f"/ledger/{index}")
        assert town.people["colleague"] not in re.sub(r"<pre.*?</pre>", "", page.text)
        told[name] = client.post(f"/ledger/{index}", data={"form_token": token(page), "purpose": "audit"})
    assert told["eye"].status_code == 404
    assert told["second-eye"].status_code == 200
    assert "不正を隠すための指定" in told["second-eye"].text
