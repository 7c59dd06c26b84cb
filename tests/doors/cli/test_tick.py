"""`sekisho tick` and `sekisho import holidays` as their users meet them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Command = Callable[..., Any]


def test_a_tick_says_what_it_did_and_a_second_one_does_nothing(sekisho: Command) -> None:
    first = sekisho("tick", "--language", "ja")
    assert first.code == 0
    assert "台帳に 0 件を記録、名簿の 0 行が失効、休日 127 日を取り込み" in first.out
    head = sekisho("ledger", "head").out
    second = sekisho("tick", "--language", "en")
    assert (second.code, second.out.partition(": ")[2]) == (0, "0 dates recorded, 0 lines of lists lapsed, 0 holidays taken in\n")
    assert sekisho("ledger", "head").out == head


def test_holidays_are_imported_once_and_the_entry_names_no_file_of_anybody_s(sekisho: Command, tmp_path: Path) -> None:
    file = tmp_path / "2032.csv"
    file.write_text("date,name,source\n2032-01-01,元日,官報\n", encoding="utf-8")
    told = sekisho("import", "holidays", str(file))
    assert told.code == 0
    assert "1 days new or changed, 0 unchanged" in told.out
    assert "0 days new or changed, 1 unchanged" in sekisho("import", "holidays", str(file)).out
    assert '"kind":"deadlines:holidays:changed"' in sekisho("ledger", "show", "2").out


@pytest.mark.parametrize(
    ("body", "named"), [(b"date,name\n", "line 1"), (b"date,name,source\n2032-02-30,x,y\n", "line 2"), (b"\xff\xfe\x00", "UTF-8")]
)
def test_a_file_that_is_none_is_one_line(sekisho: Command, tmp_path: Path, body: bytes, named: str) -> None:
    file = tmp_path / "2032.csv"
    file.write_bytes(body)
    told = sekisho("import", "holidays", str(file))
    assert told.code == 2
    assert told.err.count("\n") == 1
    assert named in told.err


def test_a_report_of_an_empty_year_is_its_headings(sekisho: Command) -> None:
    told = sekisho("report", "2026", "--language", "ja")
    assert told.code == 0
    assert "件数" in told.out
