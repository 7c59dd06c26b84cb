"""Opening balances and late facts over the API."""

import base64
import json
from typing import Any

import pytest
from sqlalchemy import text

from service.database import transaction
from service.personnel.operations import grant_alias, register_organization
from tests.builders.site import ACTOR
from tests.doors.management.conftest import Desk, desk

__all__ = ["desk"]
HEADERS = "社員番号,評価した行政機関,結果,本人への通知の日,文書番号,文書の日付,到達日\n"


def file(*rows: str) -> dict[str, object]:
    return {"name": "結果.csv", "content": base64.b64encode((HEADERS + "\n".join(rows)).encode()).decode()}


def worker(desk: Desk) -> str:
    person = desk.town.admit("worker")
    with transaction(desk.town.engine) as session:
        told: dict[str, Any] = {"log": desk.town.log, "actor": ACTOR, "at": desk.town.now()}
        register_organization(session, **told, kind="organ", name="架空経済省", organization_id="keizai")
        grant_alias(session, **told, namespace="employee", value="1", target_kind="person", target_id=person)
    return person


def test_a_file_is_tried_proposed_approved_and_put_right_and_the_look_at_its_effects_is_an_entry(desk: Desk) -> None:
    person = worker(desk)
    clerk, eye = desk.sign_in("clerk"), desk.sign_in("eye")
    row = "1,架空経済省,適,2026-06-01,経保第1号,2026-05-28,2026-06-02"
    wrong = clerk.post("/api/v1/balances/clearances", json=file("2" + row[1:]))
    assert wrong.json()["rejected"] == [
        {"line": 2, "column": "社員番号", "ja": "該当するものがありません", "en": "nothing within reach has this name"}
    ]
    tried = clerk.post("/api/v1/balances/clearances", json=file(row))
    assert (tried.status_code, tried.json()["acts"], tried.json()["proposal"]) == (200, 1, None)
    asked = clerk.post("/api/v1/balances/clearances", json=file(row) | {"dry_run": False, "as_of": "2026-11-01"})
    assert asked.status_code == 202
    desk.town.approve("boss", asked.json()["proposal"])
    with desk.town.engine.connect() as connection:
        result = connection.execute(text("select id from clearance.results where person_id = :one"), {"one": person}).scalar_one()
    words = {"result_id": result, "outcome": "negative", "why": "source_corrected", "reference": "経保第2号"}
    done = clerk.post("/api/v1/acts/correct_result", json=words)
    assert done.status_code == 200, done.text
    index = done.json()["first_index"]
    assert clerk.get(f"/api/v1/corrections/{index}/effects?purpose=audit").status_code == 403
    assert eye.get(f"/api/v1/corrections/{index}/effects").status_code == 422
    seen = eye.get(f"/api/v1/corrections/{index}/effects?purpose=audit").json()
    assert (seen["kind"], seen["permits"], seen["more"]) == ("clearance:result:corrected", [], False)
    with desk.town.engine.connect() as connection:
        body = connection.execute(text("select body from ledger.entries where index = :at"), {"at": seen["recorded_as"]}).scalar_one()
    assert json.loads(bytes(body))["kind"] == "evidence:disclosure:read"
    assert [eye.get(f"/api/v1/corrections/{at}/effects?purpose=audit").status_code for at in (0, 2**52)] == [404, 404]
    waits = clerk.post("/api/v1/acts/correct_result", json=words | {"result_id": done.json()["made"][0], "outcome": "positive"})
    assert waits.status_code == 202


def test_who_may_not_bring_anything_in_learns_nothing_from_trying(desk: Desk) -> None:
    worker(desk)
    for name in ("nobody", "eye"):
        assert desk.sign_in(name).post("/api/v1/balances/clearances", json=file("1,x,y,z")).status_code == 403
    clerk = desk.sign_in("clerk")
    assert clerk.post("/api/v1/balances/people", json=file("1")).status_code == 422
    assert clerk.post("/api/v1/balances/clearances", json={"name": "a", "content": "%%"}).status_code == 422
    assert clerk.post("/api/v1/balances/handlers", json=file("1")).status_code == 422


def test_an_operator_records_a_result_whose_day_of_notice_is_unknown(desk: Desk) -> None:
    letter = {"document_number": "経保第1号", "letter_on": "2026-06-01", "arrived_on": "2026-06-02"}
    words = {"person_id": worker(desk), "head_id": "keizai", "outcome": "positive", **letter}
    clerk = desk.sign_in("clerk")
    for unknown in ({}, {"notified_on": None}):
        waiting = clerk.post("/api/v1/acts/record_result", json=words | unknown)
        assert waiting.status_code == 202, waiting.text
    (row,) = (one["after"] for one in waiting.json()["foreseen"][0]["rows"] if one["table"] == "clearance.results")
    assert (row["provisional"], row["counted_on"]) == (True, "2026-06-01")


def test_a_register_is_tried_and_proposed_like_every_other_file(desk: Desk) -> None:
    worker(desk)
    keeper = desk.sign_in("manager")
    rows = "実施日,名称,文書番号,受講者,受講日\n2026-04-10,保護教育,教1,1,2026-04-10\n"
    content = {"name": "教育.csv", "content": base64.b64encode(rows.encode()).decode(), "kind": "trainings"}
    tried = keeper.post("/api/v1/balances/registers", json=content)
    assert (tried.status_code, tried.json()["acts"], tried.json()["ended"]) == (200, 2, []), tried.text
    asked = keeper.post("/api/v1/balances/registers", json=content | {"dry_run": False})
    assert asked.status_code == 202
    desk.town.approve("boss", asked.json()["proposal"])
    with desk.town.engine.connect() as connection:
        assert connection.execute(text("select count(*) from registers.attendances")).scalar_one() == 1
    assert keeper.post("/api/v1/balances/registers", json=content | {"kind": "handling"}).status_code == 422
    assert keeper.post("/api/v1/balances/registers", json=content | {"kind": None}).status_code == 422
    assert keeper.post("/api/v1/balances/clearances", json=content).status_code == 422


@pytest.mark.parametrize("content", ["ß", "=", "Zg", "?", "名簿"])
def test_a_file_that_is_not_base_64_is_said_to_be_none(desk: Desk, content: str) -> None:
    answer = desk.sign_in("clerk").post("/api/v1/balances/clearances", json={"name": "a.csv", "content": content})
    assert (answer.status_code, answer.json()["errors"]) == (422, [{"pointer": "/content", "detail": "content: this is not base 64"}])
