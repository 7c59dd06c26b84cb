"""Rosters brought in by pages: read, put right, proposed as one, approved by somebody else, and taken back."""

import base64
import io
import json
import re
import zlib
from typing import Any

import httpx2
import pytest
import xlsxwriter
from sqlalchemy import text

from service.acts.asking import Waiting
from service.personnel.operations import register_organization
from tests.doors.console.test_people_pages import DIGEST, browser, token
from tests.doors.console.test_staff_people import does
from tests.doors.management.conftest import WORLDS, Desk, desk

__all__ = ["WORLDS", "desk"]

HEADERS = "社員番号,氏名,氏名カナ,部署,役職,入社日"
CARRIED = re.compile(r'name="(carried|on|organization_id|unchanged|map-\d+)" value="([^"]*)"')


def roster(*rows: str, headers: str = HEADERS) -> str:
    return "\r\n".join((headers, *rows)) + "\r\n"


def workbook(cells: list[list[str]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for place, row in enumerate(cells):
            sheet.write_row(place, 0, row)
    return out.getvalue()


def upload(page: httpx2.Client, content: bytes, *, name: str = "名簿.csv", **fields: str) -> httpx2.Response:
    form = {"form_token": token(page.get("/people/import")), **fields}
    return page.post("/people/import", data=form, files={"file": (name, content, "text/csv")})


def again(page: httpx2.Client, shown: httpx2.Response, step: str, **fields: str) -> httpx2.Response:
    """Send a page's form on with what it carries."""
    form: dict[str, Any] = {"form_token": token(shown), "step": step}
    for name, value in CARRIED.findall(shown.text):
        form.setdefault(name, []).append(value)
    return page.post("/people/import", data=form | fields, files={"nothing": ("", b"", "text/plain")})


def counted(shown: httpx2.Response) -> list[int]:
    """How many are created, changed, unchanged and rejected."""
    return [int(one) for one in re.findall(r"<b>(\d+)</b>", shown.text)[:4]]


def rows(desk: Desk, words: str) -> list[tuple[Any, ...]]:
    with desk.town.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(words))]


def approve(desk: Desk, address: str) -> None:
    """Somebody else approves a proposal; registering people takes the approver."""
    desk.town.approve("boss", address.rpartition("/")[2])


TWO = ("A1,架空 一郎,カクウ イチロウ,給電指令所,係長,2020-04-01", "A2,架空 二郎,カクウ ジロウ,技術開発部,,R3.4.1")


@pytest.mark.parametrize("encoding", ["cp932", "utf-8", "utf-8-sig", "utf-16"])
def test_a_roster_in_any_encoding_is_one_proposal_that_somebody_else_approves(desk: Desk, encoding: str) -> None:
    clerk = browser(desk, "clerk")
    shown = upload(clerk, roster(*TWO).encode(encoding))
    assert counted(shown) == [2, 0, 0, 0]
    assert "部署「給電指令所」を登録します" in shown.text
    assert rows(desk, "select 1 from personnel.people where legal_name like '架空 %郎'") == []
    waiting = again(clerk, shown, "confirm")
    assert waiting.url.path.startswith("/proposals/")
    assert ">決裁する<" not in waiting.text
    assert rows(desk, "select 1 from personnel.people where legal_name like '架空 %郎'") == []
    boss = browser(desk, "boss")
    seen = boss.get(waiting.url.path)
    digest = DIGEST.search(seen.text)
    assert digest is not None
    approved = boss.post(f"{waiting.url.path}/approve", data={"form_token": token(seen), "digest": digest[1], "words": ""})
    assert "決裁済み" in approved.text
    held = "select p.legal_name, o.unit_id, o.post from personnel.people p join personnel.posts o on o.person_id = p.id where p.kana <> ''"
    assert sorted(rows(desk, held), key=str) == [("架空 一郎", "給電指令所", "係長"), ("架空 二郎", "技術開発部", None)]
    assert counted(upload(clerk, roster(*TWO).encode(encoding))) == [0, 0, 2, 0]


def test_nobody_else_brings_a_roster_in_and_no_form_of_another_page_does(desk: Desk) -> None:
    for name in ("manager", "eye", "boss", "nobody"):
        assert browser(desk, name).get("/people/import").status_code == 403
    clerk = browser(desk, "clerk")
    stolen = clerk.post("/people/import", data={"step": "confirm"}, files={"file": ("a.csv", roster(*TWO).encode(), "text/csv")})
    assert stolen.url.path == "/sign-in" or "pk" in stolen.text or stolen.history
    assert rows(desk, "select 1 from proposals.proposals") == []


def test_a_wrong_row_is_put_right_where_it_stands_and_stops_no_other(desk: Desk) -> None:
    clerk = browser(desk, "clerk")
    shown = upload(clerk, roster(*TWO, "A3,架空 三郎,,技術開発部,,いつか", ",架空 四郎,,技術開発部,,").encode())
    assert counted(shown) == [2, 0, 0, 2]
    assert "日付として読めません: いつか" in shown.text
    assert "社員番号がありません" in shown.text
    better = again(clerk, shown, "confirm", **{"cell-4-5": "2026-04-01"})
    assert better.url.path == "/people/import", "what was put right is shown before it is confirmed"
    assert counted(better) == [3, 0, 0, 1]
    left = again(clerk, better, "check", leave="5")
    assert counted(left) == [3, 0, 0, 0]
    assert again(clerk, left, "confirm").url.path.startswith("/proposals/")


def test_columns_are_named_once_and_remembered(desk: Desk) -> None:
    clerk = browser(desk, "clerk")
    content = roster("Z9,架空 九郎,経理", headers="ｺｰﾄﾞ,なまえ,しょぞく").encode("cp932")
    asked = upload(clerk, content)
    assert asked.status_code == 422
    assert "どの列が社員番号か選んでください" in asked.text
    shown = again(clerk, asked, "check", **{"map-0": "number", "map-1": "name", "map-2": "unit"})
    assert counted(shown) == [1, 0, 0, 0]
    approve(desk, again(clerk, shown, "confirm").url.path)
    assert counted(upload(clerk, content)) == [0, 0, 1, 0]


def test_an_import_changes_what_differs_and_is_taken_back_whole(desk: Desk) -> None:
    clerk = browser(desk, "clerk")
    approve(desk, again(clerk, upload(clerk, roster(*TWO).encode()), "confirm").url.path)
    moved = roster("A1,架空 壱郎,カクウ イチロウ,技術開発部,課長,", "A2,架空 二郎,,,,", "A5,架空 五郎,,技術開発部,,")
    shown = upload(clerk, moved.encode(), on="2026-11-20")
    assert counted(shown) == [1, 1, 1, 0]
    second = again(clerk, shown, "confirm").url.path
    approve(desk, second)
    now = (
        "select unit_id from personnel.posts o join personnel.people p on p.id = o.person_id"
        " where p.legal_name = '{}' and o.replaced_at is null and o.until_on is null"
    )
    assert rows(desk, now.format("架空 壱郎")) == [("技術開発部",)]
    imports = clerk.get("/people/import").text
    assert f"/people/import/{second.rpartition('/')[2]}/undo" in imports
    undo = clerk.get(f"/people/import/{second.rpartition('/')[2]}/undo")
    assert "登録そのものは記録として残ります" in undo.text
    back = clerk.post(undo.url.path, data={"form_token": token(undo), "confirmed": "yes"})
    assert back.url.path.startswith("/proposals/"), back.text.partition("<main")[2]
    approve(desk, back.url.path)
    assert rows(desk, now.format("架空 一郎")) == [("給電指令所",)]
    assert rows(desk, now.format("架空 五郎")) == []
    assert rows(desk, "select 1 from personnel.people where legal_name = '架空 五郎'") != []
    assert rows(desk, "select 1 from personnel.aliases where value = 'A5' and until_on is null") == []


def test_nobody_brings_their_own_record_in(desk: Desk) -> None:
    clerk = browser(desk, "clerk")
    own = desk.town.people["clerk"]
    shown = upload(clerk, roster(f"C1,新しい 名前,,,,,{own}", *(f"{one}," for one in TWO), headers=f"{HEADERS},ID").encode())
    assert counted(shown) == [2, 0, 0, 1]


def test_what_is_more_than_one_proposal_holds_is_for_the_command_line(desk: Desk) -> None:
    clerk = browser(desk, "clerk")
    many = roster(*(f"M{place},架空 {place},,技術開発部,," for place in range(400))).encode()
    shown = upload(clerk, many)
    assert counted(shown) == [400, 0, 0, 0]
    assert "sekisho import people" in shown.text
    assert 'value="confirm"' not in shown.text
    assert again(clerk, shown, "confirm").url.path == "/people/import"


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b"PK\x03\x04broken", '社員番号\r\n"'.encode()])
def test_what_is_no_roster_is_said_beside_the_file(desk: Desk, content: bytes) -> None:
    told = upload(browser(desk, "clerk"), content)
    assert told.status_code == 422
    assert 'class="problem"' in told.text or 'role="alert"' in told.text


@pytest.mark.parametrize("carried", ["x", "eJyrVkrLz1eyUkpKLFKqBQAdegQ0", "eJwDAAAAAAE="])
def test_what_no_page_of_ours_carried_is_refused(desk: Desk, carried: str) -> None:
    clerk = browser(desk, "clerk")
    form = {"form_token": token(clerk.get("/people/import")), "step": "confirm", "carried": carried}
    assert clerk.post("/people/import", data=form).status_code == 422


def test_a_file_is_what_this_sign_in_was_shown_and_nothing_else(desk: Desk) -> None:
    clerk = browser(desk, "clerk")
    shown = upload(clerk, roster("A1,架空 一郎,,給電指令所,,").encode())
    carried = [value for name, value in CARRIED.findall(shown.text) if name == "carried"]
    packed = base64.b64decode("".join(carried[1:]))
    told = json.loads(zlib.decompress(packed)) | {"digest": "0" * 64}
    changed = base64.b64encode(zlib.compress(json.dumps(told).encode())).decode()
    assert again(clerk, shown, "confirm", carried=[carried[0], changed]).status_code == 422
    # What one sign-in was shown, another does not bring in.
    desk.town.admit("second", "hr_officer")
    desk.town.equip("second")
    other = browser(desk, "second")
    form = {"form_token": token(other.get("/people/import")), "step": "confirm", "carried": carried}
    assert other.post("/people/import", data=form, files={"nothing": ("", b"", "text/plain")}).status_code == 422
    assert rows(desk, "select 1 from proposals.proposals") == []
    assert again(clerk, shown, "confirm").url.path.startswith("/proposals/")


def test_an_import_that_was_not_approved_or_is_another_organization_s_is_not_taken_back(desk: Desk) -> None:
    clerk = browser(desk, "clerk")
    shown = upload(clerk, roster("A1,架空 一郎,,給電指令所,,").encode())
    address = again(clerk, shown, "confirm").url.path
    undo = f"/people/import/{address.rpartition('/')[2]}/undo"
    assert clerk.get(undo).status_code == 404
    approve(desk, address)
    assert clerk.get(undo).status_code == 200
    does(desk, register_organization, kind="organ", name="架空庁", organization_id="elsewhere")
    desk.town.admit("far", "hr_officer", organization_id="elsewhere")
    desk.town.equip("far")
    assert browser(desk, "far").get(undo).status_code == 404


def test_a_proposal_shows_what_stood_there_before(desk: Desk) -> None:
    waiting = desk.town.ask("clerk", "record_name", person_id=desk.town.people["nobody"], legal_name="変更 後")
    assert isinstance(waiting, Waiting)
    (change,) = (row for one in waiting.foreseen for row in one["rows"] if row["table"] == "personnel.people")
    assert (change["before"]["legal_name"], change["after"]["legal_name"]) == ("nobody 花子", "変更 後")


def test_a_workbook_is_read_like_any_other_file(desk: Desk) -> None:
    book = workbook([HEADERS.split(","), ["X1", "架空 表計算", "カクウ ヒョウケイサン", "経理", "", "2024-04-01"]])
    shown = upload(browser(desk, "clerk"), book, name="名簿.xlsx")
    assert counted(shown) == [1, 0, 0, 0]
    assert "XLSX" in shown.text
