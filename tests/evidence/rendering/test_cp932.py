"""CP932 on request: nothing is replaced in silence, and everything comes back."""

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.evidence.rendering.cells import plain_cell, safe_cell
from service.evidence.rendering.columns import headings
from service.evidence.rendering.cp932 import Unencodable, decode, encode, unencodable_json
from service.evidence.rendering.formats import Cp932View
from service.evidence.rendering.rows import cells, rows_of
from tests.evidence.rendering.entries import KNOWN, NAMES, WORDS, body_of


def encoded(text: str) -> tuple[bytes, Unencodable]:
    found = Unencodable()
    return encode(text, unencodable=found, index=5), found


@pytest.mark.parametrize("text", ["髙橋", "宮﨑", "①②", "㈱架空", "～－∥", "ｱｲｳ", "abc\\u", "改\r\n行"])
def test_what_windows_has_is_written_as_windows_has_it(text: str) -> None:
    raw, found = encoded(text)
    assert (raw, found.total) == (text.encode("cp932"), 0)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("𠮷野", "\\u{20BB7}野"),
        ("é", "\\u{E9}"),
        ("¥—", "\\u{A5}\\u{2014}"),
        ("葛\U000e0100", "葛\\u{E0100}"),
        ("😀", "\\u{1F600}"),
        ("〜", "\\u{301C}"),
        ("−", "\\u{2212}"),
        ("‖", "\\u{2016}"),
        ("¢£¬", "\\u{A2}\\u{A3}\\u{AC}"),
        ("\ud800", "\\u{D800}"),
    ],
)
def test_what_it_cannot_hold_or_would_change_in_silence_is_escaped_and_counted(text: str, written: str) -> None:
    raw, found = encoded(text + text)
    assert raw.decode("cp932") == written + written
    assert found.total == 2 * written.count("\\u{")
    assert decode(raw) == text + text


def test_what_was_escaped_is_listed_with_its_code_its_number_and_its_first_entry() -> None:
    found = Unencodable()
    for index, text in ((4, "𠮷〜"), (9, "𠮷𠮷")):
        encode(text, unencodable=found, index=index)
    assert json.loads(unencodable_json({"view/records.cp932.csv": found})) == {
        "v": 1,
        "views": {
            "view/records.cp932.csv": {
                "total": 4,
                "characters": [
                    {"code": "U+301C", "character": "〜", "count": 1, "first": 4},
                    {"code": "U+20BB7", "character": "𠮷", "count": 3, "first": 4},
                ],
            }
        },
    }
    assert found.summary() == {"total": 4, "characters": {"U+301C": 1, "U+20BB7": 3}}


@given(WORDS)
def test_every_text_comes_back_whatever_it_holds(text: str) -> None:
    raw, found = encoded(text)
    assert decode(raw) == text
    assert found.total == sum(not comes_back(one) for one in text)


def comes_back(character: str) -> bool:
    try:
        return character.encode("cp932").decode("cp932") == character
    except UnicodeError:
        return False


@given(st.lists(WORDS, min_size=1, max_size=3))
def test_every_cell_comes_back_from_a_line_of_csv(texts: list[str]) -> None:
    line = '"' + '","'.join(safe_cell(text).replace('"', '""') for text in texts) + '"\r\n'
    raw, _found = encoded(line)
    (read,) = csv.reader(io.StringIO(raw.decode("cp932"), newline=""), strict=True)
    assert [plain_cell(decode(cell.encode("cp932"))) for cell in read] == texts


def test_the_japanese_headings_are_all_there_in_cp932() -> None:
    view = Cp932View("ja")
    assert list(csv.reader(io.StringIO(view.head().decode("cp932"), newline=""))) == [list(headings("ja"))]
    assert view.unencodable.total == 0


def test_a_view_counts_over_all_its_rows() -> None:
    view = Cp932View("ja")
    rows = rows_of(3, body_of(person="p", object="d"), KNOWN.get, names=NAMES)
    line = b"".join(view.line(row) for row in rows)
    assert "髙橋 \\u{20BB7}子".encode("cp932") in line
    assert view.unencodable.listed()["characters"] == [{"code": "U+20BB7", "character": "𠮷", "count": 1, "first": 3}]
    assert len(cells(rows[0])) == len(next(csv.reader(io.StringIO(line.decode("cp932"), newline=""))))
