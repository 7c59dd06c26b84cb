"""Registers, the desk, labels and receipts as pages: who reads what, what a scanned code opens, and what stays within reach."""

import csv
import json
import re
from datetime import timedelta
from io import StringIO
from typing import Any

import httpx2
import pytest

from service.acts.asking import Done, Waiting
from service.database import read
from service.designation.operations import register_document
from service.ledger import entries, log_size
from service.registers import queries
from tests.doors.console.test_people_pages import browser, token
from tests.doors.management.conftest import WORLDS, Desk, desk
from tests.doors.management.test_registers import Keeping

__all__ = ["WORLDS", "desk"]


@pytest.fixture
def keeping(desk: Desk) -> Keeping:
    found = Keeping(desk.town)
    desk.town.equip("kato")
    return found


def new_entries(desk: Desk, since: int) -> list[dict[str, Any]]:
    with read(desk.town.engine) as session:
        return [json.loads(bytes(body)) for _index, body in entries(session, start=since, end=log_size(session))]


def size(desk: Desk) -> int:
    with read(desk.town.engine) as session:
        return log_size(session)


def headings(page: httpx2.Response) -> list[str]:
    return re.findall(r'<th scope="col">([^<]*)</th>', page.text)


def lent(keeping: Keeping) -> str:
    keeping.lets_handle("worker")
    words = keeping.words | {"document_id": "doc-1", "due_on": keeping.today.isoformat(), "way": "carried", "person_id": "worker"}
    return str(keeping.town.both("kato", "manager", "lend_document", **words))


# Registers.


def test_a_register_has_the_columns_of_its_form_and_each_reading_is_an_entry(keeping: Keeping, desk: Desk) -> None:
    kato = browser(desk, "kato")
    before = size(desk)
    page = kato.get("/registers/document", params={"organization": keeping.here})
    assert page.status_code == 200
    made = new_entries(desk, before)
    assert [one["kind"] for one in made] == ["registers:register:read"]
    sheet = kato.get("/registers/document/file", params={"organization": keeping.here, "format": "csv"})
    columns, row = list(csv.reader(StringIO(sheet.content.decode("utf-8-sig"))))
    assert headings(page)[: len(columns)] == columns
    assert "doc-1" in row
    assert "doc-1" in page.text
    book = kato.get("/registers/document/file", params={"organization": keeping.here, "format": "xlsx"})
    assert book.content.startswith(b"PK")
    assert [one["kind"] for one in new_entries(desk, before)] == ["registers:register:read"] * 3
    assert kato.get("/registers/document/file", params={"organization": keeping.here, "format": "exe"}).status_code == 422


def test_pages_of_a_register_tell_every_line_once(keeping: Keeping, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.console.records.registers.ON_THE_PAGE", 2)
    for name in ("doc-a", "doc-b", "doc-c"):
        keeping._given(register_document, carries=["d1"], document_id=name, title=name, organization_id=keeping.here)
        keeping.town.ask("kato", "enter_document", document_id=name, **keeping.words)
    kato = browser(desk, "kato")
    told, path = [], f"/registers/document?organization={keeping.here}"
    while path:
        page = kato.get(path)
        told += re.findall(r"<td>(doc-\w)</td>", page.text)
        onward = re.search(r'href="(/registers/document\?[^"]*cursor=\d+)"', page.text)
        path = onward[1].replace("&amp;", "&") if onward else ""
    assert told == ["doc-1", "doc-a", "doc-b", "doc-c"]
    assert re.findall(r"<td>(doc-\w)</td>", kato.get("/registers/document?number=3").text) == ["doc-b", "doc-c"]


def test_a_custodian_reads_at_once_and_an_auditor_says_what_for(keeping: Keeping, desk: Desk) -> None:
    eye, kato = browser(desk, "eye"), browser(desk, "kato")
    before = size(desk)
    asked = eye.get("/registers/document", params={"organization": keeping.here})
    assert "閲覧の目的" in asked.text
    assert "doc-1" not in asked.text
    assert size(desk) == before
    shown = eye.get("/registers/document", params={"organization": keeping.here, "purpose": "audit"})
    assert "doc-1" in shown.text
    # An auditor changes nothing: no act, no desk.
    assert "/acts/" not in shown.text
    assert "/desk" not in shown.text
    assert eye.get("/desk").status_code == 403
    assert "/acts/strike_line" in kato.get("/registers/document").text
    kinds = set(re.findall(r'href="/registers/(\w+)"', kato.get("/registers").text))
    assert {"document", "loan"} <= kinds
    assert not kinds & {"handlers", "trainings", "pledges", "assessed"}
    assert kato.get("/registers/handlers").status_code == 404
    for name in ("nobody", "boss"):
        assert browser(desk, name).get("/registers/document").status_code == 403


@pytest.mark.usefixtures("keeping")
def test_a_register_out_of_reach_does_not_exist(desk: Desk) -> None:
    kato = browser(desk, "kato")
    before = size(desk)
    for path in ("/registers/document", "/registers/document/file?format=csv"):
        told = [kato.get(path, params={"format": "csv", "organization": one}) for one in ("tasha", "no-such")]
        assert [one.status_code for one in told] == [404, 404]
        bare = [re.sub(r"(tasha|no-such)", "", one.text) for one in told]
        assert bare[0] == bare[1]
    assert kato.get("/registers/nothing").status_code == 404
    assert size(desk) == before


# The desk.


@pytest.mark.parametrize("code", ["doc-1", "DOC-1", " doc-1 ", "1", "１"])
@pytest.mark.usefixtures("keeping")
def test_a_code_is_an_id_or_a_number_however_it_is_typed(desk: Desk, code: str) -> None:
    page = browser(desk, "kato").get("/desk", params={"code": code})
    assert page.status_code == 200
    assert "保管中" in page.text
    assert "/acts/lend_document?document_id=doc-1&amp;organization_id=" in page.text


@pytest.mark.usefixtures("keeping")
def test_an_unknown_code_is_said_clearly_and_one_out_of_reach_alike(desk: Desk) -> None:
    kato = browser(desk, "kato")
    told = []
    for code in ("doc-9", "no-such", "999999", "<script>alert(1)</script>"):
        page = kato.get("/desk", params={"code": code})
        assert page.status_code == 404
        assert "この窓口で扱うものの中にありません" in page.text
        assert 'role="alert"' in page.text
        # The field is there for the next scan, and what was scanned is a text.
        assert "autofocus" in page.text
        assert "<script>alert" not in page.text
        told.append(re.sub(r"「[^」]*」|code=[^&\"]*", "", page.text))
    assert len(set(told)) == 1
    assert kato.get("/desk", params={"code": "x" * 5000}).status_code == 404
    assert kato.get("/desk").status_code == 200


def test_lending_and_taking_back_is_scan_choose_confirm(keeping: Keeping, desk: Desk) -> None:
    loan = lent(keeping)
    kato = browser(desk, "kato")
    page = kato.get("/desk", params={"code": "1"})
    assert "貸与中" in page.text
    assert "worker 花子" in page.text
    assert "/acts/lend_document" not in page.text
    form = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.text.partition('action="/acts/return_loan"')[2]))
    assert form["loan_id"] == loan
    confirm = kato.post("/acts/return_loan", data=form)
    assert "まだ何も記録されていません" in confirm.text
    back = kato.post("/acts/return_loan", data=form | {"form_token": token(confirm), "confirmed": "yes"})
    assert back.url.path == "/desk"
    assert "保管中" in back.text
    with read(desk.town.engine) as session:
        assert queries.state_of(session, organization_id=keeping.here, document_id="doc-1") == "held"


@pytest.mark.usefixtures("keeping")
def test_only_whoever_keeps_documents_stands_at_the_desk(desk: Desk) -> None:
    for name in ("clerk", "nobody", "boss", "admin"):
        client = browser(desk, name)
        for path in ("/desk", "/desk?code=doc-1", "/documents/doc-1/qr", "/registers/labels", "/inspections"):
            assert client.get(path).status_code == 403, (name, path)


# Labels and receipts.


def test_a_label_holds_an_id_and_no_title(keeping: Keeping, desk: Desk) -> None:
    keeping._given(register_document, carries=["d1"], document_id="doc-s", title="秘密の件名", organization_id=keeping.here)
    keeping.town.ask("kato", "enter_document", document_id="doc-s", **keeping.words)
    kato = browser(desk, "kato")
    one = kato.get("/documents/doc-s/qr")
    assert one.text.count('class="qr"') == 1
    sheet = kato.get("/registers/labels", params={"organization": keeping.here, "first": "1", "last": "9"})
    assert sheet.text.count('class="qr"') == 2
    for page in (one, sheet):
        assert "秘密" not in page.text
        assert "doc-s" in page.text
        assert "style=" not in page.text
    assert kato.get("/documents/doc-9/qr").status_code == 404
    assert kato.get("/registers/labels", params={"organization": "tasha", "first": "1"}).text.count('class="qr"') == 0
    for words in ({"first": "x"}, {"first": "9", "last": "1"}, {"first": "1", "last": "99999"}, {"first": "0"}):
        assert kato.get("/registers/labels", params=words).status_code == 422, words


def test_a_receipt_is_printed_of_a_loan_within_reach_and_of_nothing_else(keeping: Keeping, desk: Desk) -> None:
    loan = lent(keeping)
    kato = browser(desk, "kato")
    page = kato.get(f"/receipts/{loan}")
    assert "受領書(貸与)" in page.text
    assert "worker 花子" in page.text
    with read(desk.town.engine) as session:
        (entered,) = queries.lines_of(session, organization_id=keeping.here, kind="document")
    for other in ("no-such", entered.id):
        assert kato.get(f"/receipts/{other}").status_code == 404
    assert f"/receipts/{loan}" in kato.get("/registers/loan").text


# Inspections.


def begun(keeping: Keeping) -> str:
    for name in ("doc-a", "doc-b"):
        keeping._given(register_document, carries=["d1"], document_id=name, title=f"件名 {name}", organization_id=keeping.here)
        keeping.town.ask("kato", "enter_document", document_id=name, **keeping.words)
    words = {"person_id": keeping.town.people["kato"], "inspector_id": keeping.town.people["manager"], "occasion": "regular"}
    done = keeping.town.ask("manager", "begin_inspection", **words, **keeping.words)
    assert isinstance(done, Done)
    return str(done.made[0])


def hidden(page: httpx2.Response) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)">', page.text.partition('class="stack"')[2]))


def test_a_sheet_is_printed_and_entered_again_by_one_confirmation(keeping: Keeping, desk: Desk) -> None:
    inspection = begun(keeping)
    manager = browser(desk, "manager")
    sheet = manager.get(f"/inspections/{inspection}/sheet").text
    assert sheet.count('class="qr"') == 3
    assert sheet.count('class="tick"') == 9
    path = f"/inspections/{inspection}/enter"
    form = {"form_token": token(manager.get(path)), "codes-present": "doc-1\r\n２\r\n", "found-doc-b": "missing"}
    before = size(desk)
    confirm = manager.post(path, data=form)
    assert "まだ何も記録されていません" in confirm.text
    assert "直ちに事故として" in confirm.text
    assert size(desk) == before
    done = manager.post(path, data=hidden(confirm) | {"confirmed": "yes", "end": "yes"})
    assert done.url.path == f"/inspections/{inspection}"
    kinds = [one["kind"] for one in new_entries(desk, before)]
    assert kinds == ["registers:inspection:recorded"] * 3 + ["registers:inspection:ended"]
    assert "件名 doc-b" in done.text
    assert "/acts/report_incident?" in done.text
    with read(desk.town.engine) as session:
        assert queries.state_of(session, organization_id=keeping.here, document_id="doc-b") == "lost"


def test_what_remains_is_shown_and_can_be_entered_later(keeping: Keeping, desk: Desk) -> None:
    inspection = begun(keeping)
    manager = browser(desk, "manager")
    path = f"/inspections/{inspection}/enter"
    confirm = manager.post(path, data={"form_token": token(manager.get(path)), "codes-misplaced": "doc-a"})
    assert "2 件が未照合です" in confirm.text
    # Nobody ends what is not compared, whatever is sent along.
    done = manager.post(path, data=hidden(confirm) | {"confirmed": "yes", "end": "yes"})
    assert "未照合(2 件)" in done.text
    with read(desk.town.engine) as session:
        assert queries.line(session, line_id=inspection).ended_on is None


def test_what_does_not_fit_is_said_and_nothing_is_recorded(keeping: Keeping, desk: Desk) -> None:
    inspection = begun(keeping)
    manager = browser(desk, "manager")
    path = f"/inspections/{inspection}/enter"
    sent = token(manager.get(path))
    before = size(desk)
    for words, told in (
        ({"codes-present": "doc-9"}, "この検査で照合する文書等ではありません"),
        ({"codes-present": "no-such doc-1"}, "この検査で照合する文書等ではありません"),
        ({"codes-present": "doc-1", "codes-missing": "1"}, "二通りの結果"),
        ({}, "照合した文書等がありません"),
        ({"codes-present": "doc-1", "on": "soon"}, "日付として読めません"),
    ):
        page = manager.post(path, data={"form_token": sent, "confirmed": "yes"} | words)
        assert page.status_code == 422, words
        assert told in page.text, words
        assert all(value in page.text for value in words.values())
    assert size(desk) == before


def test_nobody_records_the_inspection_of_what_they_keep(keeping: Keeping, desk: Desk) -> None:
    town = keeping.town
    words = {"person_id": town.people["deputy"], "inspector_id": town.people["manager"], "occasion": "regular"}
    done = town.ask("manager", "begin_inspection", **words, **keeping.words)
    assert isinstance(done, Done)
    deputy = browser(desk, "deputy")
    path = f"/inspections/{done.made[0]}"
    assert "ご自身では記録できません" in deputy.get(path).text
    assert f"{path}/enter" not in deputy.get(path).text
    form = deputy.get(f"{path}/enter")
    assert "ご自身では記録できません" in form.text
    before = size(desk)
    answer = deputy.post(f"{path}/enter", data={"form_token": token(form), "codes-present": "doc-1", "confirmed": "yes"})
    assert answer.status_code in {403, 409, 422}
    assert [one for one in new_entries(desk, before) if one["out"] != "refused"] == []
    # A custodian sees how it goes on, and enters nothing.
    kato = browser(desk, "kato")
    assert kato.get(path).status_code == 200
    assert kato.get(f"{path}/enter").status_code == 403


def test_an_inspection_out_of_reach_does_not_exist(keeping: Keeping, desk: Desk) -> None:
    manager = browser(desk, "manager")
    with read(desk.town.engine) as session:
        (line,) = queries.lines_of(session, organization_id=keeping.here, kind="document")
    for path in ("/inspections/no-such", f"/inspections/{line.id}", "/inspections/no-such/sheet", "/inspections/no-such/enter"):
        assert manager.get(path).status_code == 404, path
    assert manager.get("/inspections", params={"organization": "tasha"}).status_code == 404
    assert manager.get("/inspections").status_code == 200


def test_a_loan_that_is_late_says_so(keeping: Keeping, desk: Desk) -> None:
    early = (keeping.today - timedelta(days=3)).isoformat()
    words = keeping.words | {"document_id": "doc-1", "due_on": early, "on": early, "way": "carried", "party_id": "tasha"}
    waiting = keeping.town.ask("kato", "lend_document", **words)
    assert isinstance(waiting, Waiting)
    keeping.town.approve("manager", waiting.proposal)
    assert "期限を過ぎています" in browser(desk, "kato").get("/desk", params={"code": "doc-1"}).text


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_page_speaks_both_languages(keeping: Keeping, desk: Desk, language: str) -> None:
    inspection = begun(keeping)
    manager = browser(desk, "manager")
    paths = (
        "/registers",
        "/registers/document",
        "/desk",
        "/desk?code=1",
        "/registers/labels?first=1",
        "/documents/doc-1/qr",
        "/inspections",
    )
    more = tuple(f"/inspections/{inspection}{step}" for step in ("", "/sheet", "/enter"))
    for path in (*paths, *more, "/notices", "/notices/sheet", "/deadlines", "/deadlines/month", "/deadlines/year"):
        page = manager.get(path, params={**dict(httpx2.URL(path).params), "lang": language})
        assert page.status_code == 200, path
        assert f'<html lang="{language}"' in page.text
        assert len(re.findall(r"<h1>", page.text)) == 1, path
