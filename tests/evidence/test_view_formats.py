"""The log, registers and reconciliations in every form, through the commands."""

import csv
import io
import json
from datetime import timedelta
from pathlib import Path

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service import cli
from service.database import read
from service.evidence.naming import names_on_record
from service.evidence.rendering.columns import headings
from service.evidence.rendering.cp932 import decode
from service.evidence.rendering.workbooks import cells_of
from service.evidence.sheets import Sheet
from service.evidence.tables import ENDINGS, FORMS, as_file, form_of
from tests.evidence.site import BEGIN, Site

OCSF = Path(__file__).parent / "rendering" / "ocsf-1.8.0.json"
DAY = timedelta(days=1)


@pytest.fixture
def rare(opened: Site) -> Site:
    """A log in which an organization has a name that CP932 cannot hold."""
    opened.register("𠮷〜野", at=BEGIN + 6 * DAY)
    return opened


@pytest.mark.usefixtures("rare")
@pytest.mark.parametrize("form", ["csv", "cp932", "jsonl", "ocsf", "xlsx"])
def test_the_log_is_exported_in_every_form_with_the_same_rows(form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "log"
    assert cli.run(["export", "--format", form, "--to", "2026-04-09", "--out", str(out), "--language", "ja"]) == 0
    assert "13 entries" in capsys.readouterr().err
    raw = out.read_bytes()
    match form:
        case "csv":
            rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
        case "cp932":
            rows = [[decode(cell.encode("cp932")) for cell in row] for row in csv.reader(io.StringIO(raw.decode("cp932"), newline=""))]
        case "xlsx":
            rows = [list(row) for row in cells_of(out)]
        case _:
            lines = [json.loads(line) for line in raw.splitlines()]
            assert [line.get("index", line.get("metadata", {}).get("sequence")) for line in lines] == list(range(13))
            if form == "ocsf":
                schema = jsonschema_rs.validator_for(json.loads(OCSF.read_text(encoding="utf-8")))
                assert all(schema.is_valid(line) for line in lines)
            return
    assert tuple(rows[0]) == headings("ja")
    assert [row[0] for row in rows[1:]] == [str(index) for index in range(13)]
    place = headings("en").index("organization_name")
    assert rows[13][place] == "株式会社𠮷〜野"


@pytest.mark.usefixtures("rare")
def test_what_cp932_cannot_hold_is_said_on_the_screen_and_in_the_entry(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "log.csv"
    assert cli.run(["export", "--format", "cp932", "--to", "2026-04-09", "--out", str(out), "--language", "ja"]) == 0
    said = capsys.readouterr().err
    assert "U+20BB7 (" in said
    assert "U+301C (" in said
    assert "\\u{20BB7}\\u{301C}野".encode("cp932") in out.read_bytes()
    assert b"?" not in out.read_bytes()


@pytest.mark.usefixtures("opened")
def test_an_unknown_form_is_one_line_that_names_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["export", "--format", "pdf"]) == 2
    assert "csv, cp932, jsonl, ocsf, xlsx" in capsys.readouterr().err


def test_names_on_record_are_of_the_people_that_were_asked_for_alone(site: Site) -> None:
    with read(site.engine) as session:
        assert names_on_record(session).name("alpha") == "株式会社alpha"
        assert names_on_record(session, people=()).name("alpha") == "株式会社alpha"


SHEET = Sheet("x", "名簿", None, None, ("番号", "氏名"), (("1", "=髙橋"), ("2", "𠮷"), ("3", "")))


def read_back(content: bytes, form: str) -> list[list[str]]:
    match form:
        case "csv":
            rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
            return [[cell.removeprefix("'") for cell in row] for row in rows]
        case "cp932":
            rows = list(csv.reader(io.StringIO(content.decode("cp932"), newline="")))
            return [[decode(cell.removeprefix("'").encode("cp932")) for cell in row] for row in rows]
        case "jsonl":
            lines = [json.loads(line) for line in content.splitlines()]
            return [list(lines[0]), *(list(line.values()) for line in lines)]
        case _:
            return [[*row, *[""] * (2 - len(row))] for row in cells_of(io.BytesIO(content))]


@pytest.mark.parametrize("form", FORMS)
def test_a_table_says_the_same_in_every_form(form: str) -> None:
    content = as_file(SHEET, form_of(form, None), at=BEGIN)
    assert read_back(content, form) == [list(SHEET.headings), *map(list, SHEET.rows)]
    assert content == as_file(SHEET, form_of(form, None), at=BEGIN)


@given(st.lists(st.tuples(st.text(), st.text()), min_size=1, max_size=3))
def test_a_table_of_any_texts_is_written_in_every_form(rows: list[tuple[str, str]]) -> None:
    for form in FORMS:
        assert as_file(Sheet("x", "t", None, None, ("a", "b"), tuple(rows)), form, at=BEGIN)


@pytest.mark.parametrize(
    ("word", "name", "form"),
    [(None, "x.csv", "csv"), (None, "x.XLSX", "xlsx"), (None, "x.jsonl", "jsonl"), (None, "x", "csv"), ("cp932", "x.csv", "cp932")],
)
def test_the_form_is_the_one_asked_for_or_the_one_that_the_name_says(word: str | None, name: str, form: str) -> None:
    assert form_of(word, Path(name)) == form
    assert set(ENDINGS) == set(FORMS)
