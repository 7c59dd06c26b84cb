"""Workbooks: every text comes back, no cell is a formula, a million rows a sheet, the same bytes, constant memory."""

import io
import tracemalloc
import zipfile
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from service.evidence.rendering.workbooks import LONGEST, ROWS_A_SHEET, WorkbookError, cells_of, fitting, sheets_of, workbook_cells
from service.evidence.workbooks import Workbook
from tests.evidence.rendering.entries import WORDS

HEADINGS = ("番号", "氏名", "=1")


def book(rows: Sequence[Sequence[str]], *, rows_a_sheet: int = ROWS_A_SHEET) -> io.BytesIO:
    out = io.BytesIO()
    with Workbook(out, title="台帳: 2026/04", headings=HEADINGS, rows_a_sheet=rows_a_sheet) as made:
        for row in rows:
            made.add(row)
    out.seek(0)
    return out


@given(st.lists(st.tuples(WORDS, WORDS, WORDS), max_size=4))
def test_every_text_comes_back_cell_by_cell(rows: list[tuple[str, str, str]]) -> None:
    read = list(cells_of(book(rows)))
    assert read == [workbook_cells(row) for row in (HEADINGS, *rows)]


def test_ids_and_formulas_are_texts_for_other_readers_too() -> None:
    row = ("00012345678901234567", "=1+1", "2026-04-01")
    found = CalamineWorkbook.from_filelike(book([row])).get_sheet_by_index(0).to_python()
    assert found == [list(HEADINGS), list(row)]


def test_a_sheet_is_full_at_its_most_and_each_has_the_headings() -> None:
    made = book([(str(number),) for number in range(7)], rows_a_sheet=3)
    assert sheets_of(made) == 3
    assert [[row[0] for row in cells_of(made, sheet=number)] for number in (1, 2, 3)] == [
        ["番号", "0", "1", "2"],
        ["番号", "3", "4", "5"],
        ["番号", "6"],
    ]
    made.seek(0)
    assert CalamineWorkbook.from_filelike(made).sheet_names == ["台帳 202604", "台帳 202604 2", "台帳 202604 3"]
    assert ROWS_A_SHEET == 1_000_000


def test_no_rows_are_a_sheet_with_headings_alone() -> None:
    assert list(cells_of(book([]))) == [HEADINGS]


def test_the_same_rows_are_the_same_bytes() -> None:
    rows = [("1", "髙橋", "x"), ("2", "", "")]
    assert book(rows).getvalue() == book(rows).getvalue()


def test_a_text_that_no_cell_holds_is_cut_and_says_by_how_much() -> None:
    for text in ("a" * (LONGEST + 1), "𠮷" * LONGEST):
        cell = fitting(text)
        assert len(cell.encode("utf-16-le")) // 2 <= LONGEST
        kept, more = cell.removesuffix("]").split("…[+")
        assert text.startswith(kept)
        assert len(kept) + int(more) == len(text)
        assert list(cells_of(book([(text,)])))[1] == (cell,)
    assert fitting("a" * LONGEST) == "a" * LONGEST


def test_rows_are_written_and_read_in_constant_memory() -> None:
    def peak(count: int) -> int:
        tracemalloc.start()
        with Workbook(io.BytesIO(), title="x", headings=HEADINGS) as made:
            for number in range(count):
                made.add((str(number), "架空 太郎" * 4, "x" * 60))
        written = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return written

    small, large = peak(200), peak(6_000)
    assert large - small < 1_500_000, "what grows is the packed file itself, which a caller may keep elsewhere"
    kept = book([(str(number), "架空 太郎" * 4, "x" * 60) for number in range(6_000)])
    tracemalloc.start()
    assert sum(1 for _row in cells_of(kept)) == 6_001
    assert tracemalloc.get_traced_memory()[1] < 1_500_000
    tracemalloc.stop()


def changed(made: io.BytesIO, old: bytes, new: bytes) -> io.BytesIO:
    out = io.BytesIO()
    with zipfile.ZipFile(made) as before, zipfile.ZipFile(out, "w") as after:
        for name in before.namelist():
            content = before.read(name)
            after.writestr(name, content.replace(old, new) if name.startswith("xl/worksheets/") else content)
    return out


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b't="inlineStr"><is><t>1</t></is>', b"><f>1+1</f>"),
        (b't="inlineStr"><is><t>1</t></is>', b"><v>1</v>"),
        (b'<row r="2"', b'<row r="3"'),
        (b'r="A2"', b'r="A3"'),
        (b'r="B2"', b'r="A2"'),
        (b"<worksheet", b"<!DOCTYPE x []><worksheet"),
        (b"</sheetData>", b""),
    ],
)
def test_what_is_not_as_ours_are_is_refused(old: bytes, new: bytes) -> None:
    made = book([("1", "2", "3")])
    hostile = changed(made, old, new)
    assert hostile.getvalue() != changed(made, b"", b"").getvalue()
    with pytest.raises(WorkbookError):
        list(cells_of(hostile))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"no archive"])
def test_what_is_no_workbook_is_refused(content: bytes) -> None:
    with pytest.raises(WorkbookError):
        list(cells_of(io.BytesIO(content)))
