"""Files that are made to break their reader, or whoever opens what we write of them."""

import csv
import io
import os
import stat
import struct
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from service import cli
from service.cli.imports import write_rejected
from service.evidence.columns import plain_cell, safe_cell
from service.personnel.roster.archive import MOST_ENTRIES, ArchiveError, require_harmless
from service.personnel.roster.reading import LARGEST_FILE, RosterFileError, open_roster
from tests.rooms.personnel.roster.conftest import HEADER, Site

ROW = ("00123", "架空 太郎", "カクウ タロウ", "S60.1.2", "技術部", "課長")
HEADERS = ("社員番号", "氏名", "氏名カナ", "生年月日", "部署", "役職")


def workbook(rows: int = 1) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for line, cells in enumerate((HEADERS, *[(f"{n:05}", *ROW[1:]) for n in range(rows)])):
            sheet.write_row(line, 0, cells)
    return out.getvalue()


def changed(change: Callable[[dict[str, bytes]], None], *, kind: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A workbook with other files in it."""
    with zipfile.ZipFile(io.BytesIO(workbook())) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", kind) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def sheet(rows: bytes) -> bytes:
    def change(members: dict[str, bytes]) -> None:
        members["xl/worksheets/sheet1.xml"] = (
            b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
            + rows
            + b"</sheetData></worksheet>"
        )

    return changed(change)


def special(mode: int) -> bytes:
    out = io.BytesIO(workbook())
    with zipfile.ZipFile(out, "a") as archive:
        link = zipfile.ZipInfo("xl/link")
        link.external_attr = mode << 16
        archive.writestr(link, "/etc/passwd")
    return out.getvalue()


def named(name: str) -> bytes:
    return changed(lambda members: members.update({name: b"x"}))


def lying() -> bytes:
    """A file that says of itself that it is small, in both places, and is not."""
    honest = changed(lambda members: members.update({"xl/media/zeros": bytes(30_000_000)}))
    return honest.replace(struct.pack("<L", 30_000_000), struct.pack("<L", 1_000))


def overlapping() -> bytes:
    """Many names for the same packed bytes, as the better bombs have it."""
    raw = changed(lambda members: members.update({"xl/media/a": bytes(1_000_000), "xl/media/b": bytes(1_000_000)}))
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        first, second = (archive.getinfo(f"xl/media/{one}").header_offset for one in "ab")
    place = raw.index(b"PK\x01\x02")
    directory = raw[place:].replace(struct.pack("<L", second) + b"xl/media/b", struct.pack("<L", first) + b"xl/media/b")
    return raw[:place] + directory


def encrypted() -> bytes:
    raw = bytearray(workbook())
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    return bytes(raw)


def far_cells() -> bytes:
    return sheet(b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')


def far_cells_without_places() -> bytes:
    return sheet(b"<row/>" * 500_000 + b"<row>" + b"<c><v>1</v></c>" * 900 + b"</row>")


def declared() -> bytes:
    return changed(lambda members: members.update({"xl/sharedStrings.xml": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><sst/>'}))


def endless_tag() -> bytes:
    return sheet(b"<c " + os.urandom(1_100_000).hex().encode())


BOMBS: dict[str, Callable[[], bytes]] = {
    "zeros": lambda: changed(lambda members: members.update({"xl/media/zeros": bytes(50_000_000)})),
    "a large sheet of nothing": lambda: sheet(b" " * 50_000_000),
    "many files": lambda: changed(lambda members: members.update({f"xl/media/{n}": b"" for n in range(MOST_ENTRIES + 1)})),
    "a lie about its size": lying,
    "shared bytes": overlapping,
    "encrypted": encrypted,
    "a link": lambda: special(stat.S_IFLNK | 0o777),
    "a device": lambda: special(stat.S_IFBLK | 0o666),
    "a pipe": lambda: special(stat.S_IFIFO | 0o666),
    "above": lambda: named("../../etc/cron.d/x"),
    "absolute": lambda: named("/etc/cron.d/x"),
    "of Windows": lambda: named("C:/x"),
    "backwards": lambda: named("xl\\..\\x"),
    "a name with a line": lambda: named("xl/a\nb"),
    "packed otherwise": lambda: changed(lambda _members: None, kind=zipfile.ZIP_LZMA),
    "another format": lambda: changed(
        lambda members: members.update({"content.xml": b"<x/>", "mimetype": b"application/vnd.oasis.opendocument.spreadsheet"})
    ),
    "no workbook": lambda: changed(lambda members: members.__delitem__("xl/workbook.xml")),
    "far cells": far_cells,
    "far cells without places": far_cells_without_places,
    "beyond the last cell": lambda: sheet(b'<row r="99999999"><c r="ZZZZ99999999"><v>1</v></c></row>'),
    "entities": declared,
    "an endless tag": endless_tag,
    "cut short": lambda: workbook()[:-40],
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_in_one_line_before_it_goes_off(name: str, tmp_path: Path) -> None:
    path = tmp_path / "roster.xlsx"
    path.write_bytes(BOMBS[name]())
    began = time.monotonic()
    with pytest.raises(RosterFileError) as refused:
        open_roster(path)
    assert time.monotonic() - began < 5
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("name", [name for name in BOMBS if name != "cut short"])
def test_it_is_our_look_at_the_archive_that_refuses_it(name: str) -> None:
    with pytest.raises((ArchiveError, zipfile.BadZipFile)):
        require_harmless(BOMBS[name]())


def test_a_workbook_as_it_comes_from_a_personnel_system_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "roster.xlsx"
    path.write_bytes(workbook(20_000))
    assert sum(1 for _row in open_roster(path).rows()) == 20_000
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(tmp_path / "stored.xlsx", "w") as stored:
        for name in archive.namelist():
            stored.writestr(name, archive.read(name))
    assert sum(1 for _row in open_roster(tmp_path / "stored.xlsx").rows()) == 20_000


def test_a_file_beyond_the_limit_is_refused_and_the_limit_can_be_set(tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_bytes(HEADER.encode() + b"1" * LARGEST_FILE)
    with pytest.raises(RosterFileError, match="larger than 10 MB"):
        open_roster(path)
    with pytest.raises(RosterFileError, match="field larger"):
        list(open_roster(path, largest=2 * LARGEST_FILE).rows())


@pytest.mark.parametrize("kind", ["link", "pipe", "device", "folder"])
def test_only_a_file_itself_is_read(kind: str, tmp_path: Path) -> None:
    (tmp_path / "roster.csv").write_text(HEADER, encoding="utf-8")
    path = tmp_path / "given"
    if kind == "link":
        path.symlink_to(tmp_path / "roster.csv")
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    else:
        path = Path("/dev/zero")
    with pytest.raises(RosterFileError, match="cannot be read"):
        open_roster(path)


@pytest.mark.parametrize("encoding", ["euc-jp", "iso-2022-jp", "utf-16-le", "utf-16-be", "utf-32", "utf-7"])
def test_another_encoding_is_refused_and_never_half_understood(site: Site, encoding: str) -> None:
    size = site.size()
    with pytest.raises(ValueError, match=r"is missing|is no text"):
        site.imports(
            (HEADER + "00123,髙橋 花子,タカハシ ハナコ,1985/1/2,技術部,課長,,2021-04-01,,,,,\r\n").replace("髙", "高").encode(encoding)
        )
    assert site.size() == size


FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "\0=1",
    "＝1",
    "＋1",
    "－1",
    "＠a",
    "﹦1",
    "﹢1",
    "﹣1",
    "﹫a",
    "\u22121",
    " =1",
    "\u3000=1",
    "\u00a0=1",
    "\ufeff=1",
    "\u200b=1",
    "\u202e=1",
    "'=1",
    "⁼1",
    "₊1",
]


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_formula_goes_out_quoted_and_comes_back_as_it_was(formula: str, tmp_path: Path) -> None:
    assert safe_cell(formula) == "'" + formula
    path = tmp_path / "roster.csv"
    rows = [[*HEADERS], ["", formula.replace("\0", "\t"), *ROW[2:]]]  # a zero byte is in no file that is read
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    roster = open_roster(path)
    [(line, cells)] = roster.rows()
    from service.personnel.roster.rows import Rejection

    written = tmp_path / "rejected.csv"
    write_rejected(written, roster, [Rejection(line, "氏名", formula.strip("\0"), formula.strip("\0"))], "ja")
    with written.open(encoding="utf-8-sig", newline="") as file:
        parsed = list(csv.reader(file))
    assert all(cell[:1] in ("'", "") or cell[0].isalnum() for row in parsed for cell in row)
    # What we wrote is read back as it stood, so that a corrected file changes nothing else.
    assert [read[: len(cells)] for _line, read in open_roster(written).rows()] == [cells]


@given(st.text())
def test_whatever_stands_in_a_cell_no_formula_leaves_and_it_can_be_had_back(text: str) -> None:
    safe = safe_cell(text)
    assert plain_cell(safe) == text
    if safe == text and text:
        assert text[0] not in "=+-@\t\r\n\0＝＋－＠'"
        assert text.strip()[:1] not in tuple("=+-@＝＋－＠")


@pytest.mark.parametrize("text", ["甲", "00123", "a=b", "東京-大阪", "1985-01-02", ""])
def test_plain_words_go_out_as_they_are(text: str) -> None:
    assert safe_cell(text) == text


def test_a_hostile_roster_moves_no_cursor_of_the_terminal_that_imports_it() -> None:
    from service.cli.logs import visible

    told, _code = cli.told(ValueError("roster\x1b[2J.csv\u2028is\u202e wrong"))
    assert told.isprintable()
    assert visible("\x9b31m") == "\\u009b31m"
