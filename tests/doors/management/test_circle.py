"""The list of assessed persons and the reports: shown to the circle within its reach, with a purpose, and each look is an entry."""

import csv
import io
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import text

from service.clearance.operations import record_notice_day, record_result
from service.database import transaction
from service.designation.operations.notice import Notice
from service.personnel.operations import leave_post, register_organization, register_person, take_post
from service.personnel.queries import posts_of
from service.registers.duties.operations import report_doubt, report_event
from service.statute.periods import legal_day
from tests.builders.site import ACTOR
from tests.doors.management.conftest import Desk


def does(desk: Desk, operation: Callable[..., Any], **words: Any) -> Any:
    with transaction(desk.town.engine) as session:
        return operation(session, log=desk.town.log, actor=ACTOR, at=desk.town.now(), **words)


@pytest.fixture
def told(desk: Desk) -> Desk:
    """Results of two organs on four people of the town, one of whom has left, and reports about one of them."""
    town, today = desk.town, legal_day(desk.town.now())
    yesterday = today - timedelta(days=1)
    letter = Notice("経保第1号", yesterday, today)
    for organ in ("keizai", "zaimu"):
        does(desk, register_organization, kind="organ", name=organ, organization_id=organ)
    does(desk, register_organization, kind="operator", name="架空他社", organization_id="tasha")
    for name, outcome in (("deputy", "negative"), ("eye", "not_carried_out"), ("manager", "positive"), ("nobody", "positive")):
        words = {"person_id": town.people[name], "head_id": "keizai", "outcome": outcome, "notified_on": None, "notice": letter}
        desk.town.people[f"{name} result"] = does(desk, record_result, **words)
    does(desk, record_result, person_id=town.people["clerk"], head_id="zaimu", outcome="positive", notified_on=today, notice=letter)
    does(desk, record_notice_day, result_id=town.people["manager result"], notified_on=yesterday)
    does(desk, register_person, legal_name="他社 花子", person_id="other")
    does(desk, take_post, person_id="other", organization_id="tasha")
    does(desk, record_result, person_id="other", head_id="keizai", outcome="positive", notified_on=today, notice=letter)
    with transaction(town.engine) as session:
        (post,) = posts_of(session, person_id=town.people["nobody"], at=town.now())
    does(desk, leave_post, post_id=post.id, last_day=yesterday)
    about = {"person_id": town.people["deputy"], "organization_id": town.organization, "on": today, "reported_on": today}
    does(desk, report_event, code="address_changed", **about)
    does(desk, report_event, code="arrest", reported_by="superior", **about)
    does(desk, report_doubt, head_id="keizai", reference_number="報第1号", **about)
    return desk


def newest(desk: Desk) -> dict[str, Any]:
    with desk.town.engine.connect() as connection:
        body = connection.execute(text("select body from ledger.entries order by index desc limit 1")).scalar_one()
    found: dict[str, Any] = json.loads(bytes(body))
    return found


def the_list(desk: Desk, **words: Any) -> dict[str, Any]:
    return {"organization_id": desk.town.organization, "head_id": "keizai", "purpose": "listing"} | words


def test_whoever_is_not_told_results_sees_in_the_list_who_is_cleared_and_nobody_else(told: Desk) -> None:
    rows = told.sign_in("manager").post("/api/v1/assessed-people", json=the_list(told)).json()
    assert [(row["legal_name"], row["outcome"]) for row in rows] == [("manager 花子", "positive")]


def test_the_list_holds_names_results_and_days_and_nothing_else(told: Desk) -> None:
    browser = told.sign_in("clerk")
    rows = browser.post("/api/v1/assessed-people", json=the_list(told)).json()
    found = {row.pop("legal_name"): row for row in rows}
    assert {person: (row["outcome"], row["provisional"]) for person, row in found.items()} == {
        "deputy 花子": ("negative", True),
        "eye 花子": ("not_carried_out", True),
        "manager 花子": ("positive", False),
    }
    assert set(found["manager 花子"]) == {"outcome", "notified_on", "original_on", "last_day", "provisional"}
    assert found["manager 花子"]["last_day"] is not None
    assert found["deputy 花子"]["last_day"] is None
    entry = newest(told)
    assert (entry["kind"], entry["object"], entry["for"]) == ("evidence:disclosure:read", "assessed-people", told.town.organization)


def test_the_list_comes_as_a_file_in_either_language(told: Desk) -> None:
    browser = told.sign_in("clerk")
    for language, headings, outcome in (("ja", "氏名", "実施されなかった"), ("en", "legal_name", "not_carried_out")):
        answer = browser.post("/api/v1/assessed-people", params={"csv": language}, json=the_list(told))
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        lines = list(csv.reader(io.StringIO(answer.text)))
        assert lines[0][0] == headings
        assert ["eye 花子", outcome] in [line[:2] for line in lines]
        assert len(lines) == 4


def test_the_list_is_of_one_head_at_a_time(told: Desk) -> None:
    rows = told.sign_in("clerk").post("/api/v1/assessed-people", json=the_list(told, head_id="zaimu")).json()
    assert [row["legal_name"] for row in rows] == ["clerk 花子"]


@pytest.mark.parametrize(
    ("name", "words", "status"),
    [
        ("eye", {}, 403),
        ("nobody", {}, 403),
        ("admin", {}, 403),
        ("boss", {}, 403),
        ("clerk", {"organization_id": "tasha"}, 404),
        ("clerk", {"organization_id": "none"}, 404),
        ("clerk", {"purpose": "curiosity"}, 422),
    ],
)
def test_the_list_is_for_the_circle_within_its_reach_and_for_a_purpose(told: Desk, name: str, words: dict[str, str], status: int) -> None:
    told.town.equip(name)
    entries = newest(told)
    browser = told.sign_in(name)
    answer = browser.post("/api/v1/assessed-people", json=the_list(told, **words))
    assert answer.status_code == status
    assert "花子" not in answer.text
    assert newest(told)["kind"] != "evidence:disclosure:read", entries


def the_register(desk: Desk, browser: Any, form: str = "json", **words: str) -> Any:
    asked = {"organization": desk.town.organization, "purpose": "listing", "format": form} | words
    return browser.get("/api/v1/registers/assessed", params=asked)


def test_the_list_is_a_register_too_in_csv_and_xlsx_with_the_results_of_every_head(told: Desk) -> None:
    clerk = told.sign_in("clerk")
    found = the_register(told, clerk).json()
    assert (found["title"], found["columns"][:3]) == ("適性評価者名簿", ["行政機関の長", "氏名", "結果"])
    assert sorted((row[0], row[1], row[2]) for row in found["rows"]) == [
        ("keizai", "deputy 花子", "漏らすおそれがないと認められなかった"),
        ("keizai", "eye 花子", "実施されなかった"),
        ("keizai", "manager 花子", "漏らすおそれがないと認められた"),
        ("zaimu", "clerk 花子", "漏らすおそれがないと認められた"),
    ]
    assert "他社" not in str(found)
    lines = list(csv.reader(io.StringIO(the_register(told, clerk, "csv", language="en").content.decode("utf-8-sig"))))
    assert (lines[0][:3], len(lines)) == (["Head", "legal_name", "outcome"], 5)
    book = CalamineWorkbook.from_filelike(io.BytesIO(the_register(told, clerk, "xlsx").content))
    assert book.get_sheet_by_index(0).to_python()[1:] == list(found["rows"])


def test_a_manager_reads_in_the_register_who_is_cleared_and_nobody_else_reads_it(told: Desk) -> None:
    manager, clerk = told.sign_in("manager"), told.sign_in("clerk")
    for form in ("json", "csv"):
        answer = the_register(told, manager, form)
        shown = answer.text if form == "json" else answer.content.decode("utf-8-sig")
        assert "manager 花子" in shown
        assert "clerk 花子" in shown
        assert not any(name in shown for name in ("deputy 花子", "eye 花子", "認められなかった", "実施されなかった"))
    for name in ("eye", "nobody", "admin", "boss"):
        told.town.equip(name)
        browser = told.sign_in(name)
        assert the_register(told, browser).status_code == 403
        kinds = browser.get("/api/v1/registers")
        assert kinds.status_code == 403 or "assessed" not in [one["kind"] for one in kinds.json()]
    assert the_register(told, clerk, organization="tasha").status_code == 404
    assert the_register(told, clerk, purpose="curiosity").status_code == 422


def test_that_the_register_was_read_tells_nobody_how_many_stand_in_it_nor_lets_them_try(told: Desk) -> None:
    clerk = told.sign_in("clerk")
    before = newest_index(told)
    the_register(told, clerk, "csv")
    index = newest_index(told)
    entries = entries_between(told, before, index)
    assert [one["kind"] for _index, one in entries] == ["registers:register:read"]
    look = told.sign_in("eye").post(f"/api/v1/entries/{index}/look", json={"purpose": "audit"}).json()
    (note,) = [one["value"] for one in look["disclosures"] if one["name"] == "note"]
    assert set(note) == {"register", "form", "roles", "purpose"}


def newest_index(desk: Desk) -> int:
    with desk.town.engine.connect() as connection:
        return int(connection.execute(text("select max(index) from ledger.entries")).scalar_one())


def entries_between(desk: Desk, after: int, until: int) -> list[tuple[int, dict[str, Any]]]:
    with desk.town.engine.connect() as connection:
        rows = connection.execute(
            text("select index, body from ledger.entries where index > :a and index <= :u order by index"), {"a": after, "u": until}
        ).all()
    return [(index, json.loads(bytes(body))) for index, body in rows]


def test_the_circle_sees_reports_and_the_person_sees_their_own(told: Desk) -> None:
    person = told.town.people["deputy"]
    rows = told.sign_in("clerk").post(f"/api/v1/people/{person}/reports", json={"purpose": "incident"}).json()
    assert {(row["code"], row["reported_by"], row["reference_number"]) for row in rows} == {
        ("address_changed", "oneself", None),
        ("arrest", "superior", None),
        ("doubt", "superior", "報第1号"),
    }
    entry = newest(told)
    assert (entry["kind"], entry["object"], entry["person"]) == ("evidence:disclosure:read", "reports", person)
    deputy = told.sign_in("deputy")
    assert [row["code"] for row in deputy.get("/api/v1/me").json()["reports"]] == ["address_changed"]
    assert deputy.post(f"/api/v1/people/{person}/reports", json={"purpose": "incident"}).status_code == 404


def test_nobody_else_sees_reports_and_people_out_of_reach_are_nobody(told: Desk) -> None:
    person = told.town.people["deputy"]
    for name, status in (("eye", 403), ("nobody", 403)):
        assert told.sign_in(name).post(f"/api/v1/people/{person}/reports", json={"purpose": "audit"}).status_code == status
    clerk = told.sign_in("clerk")
    answers = [clerk.post(f"/api/v1/people/{one}/reports", json={"purpose": "incident"}) for one in ("other", "none")]
    assert {(answer.status_code, answer.content.replace(b"other", b"none")) for answer in answers} == {(404, answers[1].content)}
    assert clerk.post(f"/api/v1/people/{person}/reports", json={"purpose": "curiosity"}).status_code == 422


def test_looking_at_the_entry_of_a_report_shows_the_person_nothing_of_a_doubt(told: Desk) -> None:
    with told.town.engine.connect() as connection:
        rows = connection.execute(text("select index, body from ledger.entries order by index")).all()
    (doubt,) = [index for index, body in rows if b'"kind":"registers:person:reported"' in bytes(body)][-1:]
    deputy = told.sign_in("deputy").post(f"/api/v1/entries/{doubt}/look", json={})
    assert deputy.status_code == 200
    assert "person_reports" not in deputy.text
    clerk = told.sign_in("clerk").post(f"/api/v1/entries/{doubt}/look", json={"purpose": "incident"})
    assert "person_reports" in clerk.text
    auditor = told.sign_in("eye").post(f"/api/v1/entries/{doubt}/look", json={"purpose": "audit"})
    assert "person_reports" not in auditor.text
