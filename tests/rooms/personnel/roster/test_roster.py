"""Rosters as they come: encodings, eras, names, wrong rows, transfers, what a second import changes."""

import io
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from service.database import read
from service.ledger import Log, entries, log_size, read_entry
from service.personnel.model import Alias, Person, RosterImport
from service.personnel.roster.eras import ERAS, parse_day
from service.personnel.roster.headers import read_mapping
from service.personnel.roster.reading import RosterFileError
from tests.rooms.personnel.roster.conftest import FIRST, HEADER, Site

IMPORTER = """
import sys, time
from pathlib import Path
from service import clock
from service.actor import Actor
from service.database import make_engine, read
from service.ledger import load_log
from service.personnel.roster import Options, import_people
from service.personnel.roster.reading import open_roster
engine, folder = make_engine(sys.argv[1]), Path(sys.argv[2])
with read(engine) as session:
    log = load_log(session, keys=folder / "keys")
began = time.monotonic()
report = import_people(engine, log=log, actor=Actor(id="a", kind="person"), clock=clock.now, roster=open_roster(folder / "roster.csv"), options=Options())
# The peak of this program alone: what getrusage tells includes the memory of the process that started it.
peak = next(line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(report.created, time.monotonic() - began, time.process_time(), peak)
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_a_roster_is_read_in_the_encoding_it_has(site: Site, encoding: str) -> None:
    text = HEADER + "00123,髙﨑 花子,タカサキ ハナコ,1985/1/2,技術部,課長,,2021-04-01,,,,,\r\n"
    report = site.imports(text.encode(encoding))
    assert (report.created, report.rejected, report.encoding) == (1, [], encoding)
    with read(site.engine) as session:
        person = session.scalars(select(Person)).one()
    assert (person.legal_name, person.birth_on) == ("髙﨑 花子", date(1985, 1, 2))


def test_names_stay_as_entered_and_numbers_keep_their_zeros(site: Site) -> None:
    assert site.imports(FIRST).created == 2
    with read(site.engine) as session:
        assert set(session.scalars(select(Person.legal_name))) == {"髙﨑 𠮷子", "葛\U000e0100西 一郎"}
        assert set(session.scalars(select(Alias.value))) == {"00123", "00124"}
    assert site.posts("00124") == [
        ("営業部", None, None, date(2020, 4, 1), None),
        ("技術部", "主任", "兼務", date(2020, 4, 1), None),
        ("総務部", None, "兼務", date(2020, 4, 1), None),
    ]


def test_importing_twice_changes_nothing(site: Site) -> None:
    site.imports(FIRST)
    size = site.size()
    report = site.imports(FIRST)
    assert (report.created, report.changed, report.unchanged) == (0, 0, 2)
    assert site.size() == size


def test_a_dry_run_reports_and_records_nothing(site: Site) -> None:
    size = site.size()
    report = site.imports(FIRST, dry_run=True)
    assert (report.created, report.new_units) == (2, ["営業部", "技術部", "総務部"])
    assert site.size() == size


def test_each_person_changed_has_an_entry_between_a_begin_and_an_end(site: Site) -> None:
    site.imports(FIRST)
    with read(site.engine) as session:
        kinds = [read_entry(body)["kind"] for _index, body in entries(session, start=0, end=log_size(session))]
        assert session.scalars(select(RosterImport.state)).all() == ["ended"]
    units = ["personnel:unit:registered"] * 3
    people = ["personnel:person:registered"] * 2
    begun = kinds.index("personnel:import:begun")
    assert kinds[begun + 1 :] == [*units, "personnel:organization:registered", *people, "personnel:import:ended"]


def test_a_wrong_row_stops_nothing_else_and_says_line_column_and_reason(site: Site) -> None:
    rows = "1,正しい人,,,,,,,,,,,\r\n2,日付の人,,来年,,,,,,,,,\r\n,番号なし,,,,,,,,,,,\r\n1,重複,,,,,,,,,,,\r\n5,,,,,,,,,,,,\r\n6,退職者,,,,,,2025-01-01,2024-01-01,,,,\r\n7,異動者,,,,,,,,,総務部,,\r\n"
    report = site.imports(HEADER + rows)
    assert report.created == 1
    found = {rejection.line: rejection.column for rejection in report.rejected}
    assert found == {3: "生年月日", 4: "社員番号", 5: "社員番号", 6: "氏名", 7: "退職日", 8: "発令日"}
    assert "2行目" in next(rejection.ja for rejection in report.rejected if rejection.line == 5)


def test_blank_cells_overwrite_nothing_unless_asked(site: Site) -> None:
    site.imports(FIRST)
    blank = HEADER + "00123,髙﨑 𠮷子,,,,,,,,,,,\r\n"
    assert site.imports(blank).unchanged == 1
    assert site.imports(blank, name="again.csv", blank_clears=True).changed == 1
    with read(site.engine) as session:
        assert session.scalars(select(Person.kana).where(Person.legal_name == "髙﨑 𠮷子")).one() is None


def test_a_transfer_ends_the_old_post_and_begins_the_new_on_its_day(site: Site) -> None:
    site.imports(FIRST)
    site.imports(HEADER + "00123,髙﨑 𠮷子,,,技術部,課長,,,,R9.4.1,総務部,,\r\n", name="move.csv")
    assert site.posts("00123") == [
        ("技術部", "課長", None, date(2021, 4, 1), date(2027, 4, 1)),
        ("総務部", "課長", None, date(2027, 4, 1), None),
    ]


def test_a_last_day_ends_every_post_on_the_day_after(site: Site) -> None:
    site.imports(FIRST)
    site.imports(HEADER + "00124,葛\U000e0100西 一郎,,,,,,,2027/3/31,,,,\r\n", name="left.csv")
    assert {row[4] for row in site.posts("00124")} == {date(2027, 4, 1)}


def test_a_file_may_take_effect_on_a_future_day(site: Site) -> None:
    site.imports(FIRST)
    site.imports(HEADER + "00123,髙﨑 𠮷子,,,営業部,課長,,,,,,,\r\n", name="april.csv", effective_on=date(2027, 4, 1))
    assert [row[0] for row in site.posts("00123") if row[4] is None] == ["営業部"]
    assert site.posts("00123")[0][4] == date(2027, 4, 1)


def test_a_complete_file_proposes_the_end_of_who_is_missing_and_makes_none(site: Site) -> None:
    site.imports(FIRST)
    report = site.imports(HEADER + "00123,髙﨑 𠮷子,,,,,,,,,,,\r\n", name="whole.csv", complete=True)
    assert report.missing == ["00124"]
    assert any(row[4] is None for row in site.posts("00124"))


def test_other_headers_are_mapped_and_the_mapping_is_remembered(site: Site) -> None:
    (site.folder / "map.yaml").write_text("従業員CD: 社員番号\n姓名: 氏名\n")
    mapping = read_mapping(site.folder / "map.yaml")
    assert site.imports("従業員CD,姓名\n1,甲\n", mapping=mapping).created == 1
    assert site.imports("従業員CD,姓名\n1,甲\n2,乙\n", name="next.csv").created == 1


def test_an_excel_file_keeps_texts_numbers_and_days(site: Site) -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["社員番号", "氏名", "生年月日", "部署"])
        sheet.write_string(1, 0, "00123")
        sheet.write_string(1, 1, "=HYPERLINK(1)")
        sheet.write_datetime(1, 2, date(1990, 5, 6), book.add_format({"num_format": "yyyy/mm/dd"}))
        sheet.write_string(1, 3, "技術部")
    assert site.imports(out.getvalue(), name="roster.xlsx").created == 1
    with read(site.engine) as session:
        person = session.scalars(select(Person)).one()
    assert (person.legal_name, person.birth_on) == ("=HYPERLINK(1)", date(1990, 5, 6))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"\x80\x81\xff\xfe\xfd", "no text"),
        ("氏名,部署\n甲,乙\n".encode(), "社員番号 is missing"),
        ("社員番号,社員番号,氏名\n1,2,甲\n".encode(), "both say"),
        (b"PK\x03\x04broken", "Excel"),
        (('社員番号,氏名\n1,"' + "x" * 20_000 + '"\n').encode(), "longer than"),
        ('社員番号,氏名\n1,"open\n'.encode(), "unexpected end"),
    ],
)
def test_a_file_that_is_no_roster_is_refused_in_one_line(site: Site, content: bytes, says: str) -> None:
    size = site.size()
    with pytest.raises(RosterFileError) as refused:
        site.imports(content)
    assert says in str(refused.value)
    assert "\n" not in str(refused.value)
    assert site.size() == size


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("R7.4.1", date(2025, 4, 1)),
        ("令和7年4月1日", date(2025, 4, 1)),
        ("令和元年5月1日", date(2019, 5, 1)),
        ("㋿7.4.1", date(2025, 4, 1)),
        ("Ｈ３１．４．３０", date(2019, 4, 30)),
        ("２０２５／４／１", date(2025, 4, 1)),
        ("20250401", date(2025, 4, 1)),
        ("2025年4月1日", date(2025, 4, 1)),
        ("S64.1.7", date(1989, 1, 7)),
    ],
)
def test_a_day_is_read_however_it_is_written(written: str, day: date) -> None:
    assert parse_day(written) == day


@pytest.mark.parametrize("written", ["R1.4.30", "H31.5.1", "2025-13-01", "2025/2/29", "S64.1.8", "昨日", "1/2/2025", "R0.1.1"])
def test_what_is_no_day_or_lies_outside_its_era_is_refused(written: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the words differ, the refusal is what counts
        parse_day(written)


@given(st.dates(min_value=date(1873, 1, 1), max_value=date(2090, 12, 31)))
def test_every_day_reads_back_from_its_era(day: date) -> None:
    era, (_first, before) = next((name, one) for name, one in ERAS.items() if one[0] <= day)
    assert parse_day(f"{era}{day.year - before}年{day.month}月{day.day}日") == day


@pytest.mark.long
@pytest.mark.alone
def test_a_hundred_thousand_rows_take_a_minute_and_three_hundred_megabytes(database_url: str, log: Log, tmp_path: Path) -> None:
    """Measured in a process of its own; on a machine that is busy with other things its own time counts, not the clock's."""
    rows = "".join(f"{n:07d},氏名{n} 太郎,シメイ タロウ,1990-01-01,部署{n % 200},,,2020-04-01,,,,正社員,\r\n" for n in range(100_000))
    (tmp_path / "roster.csv").write_text(HEADER + rows, encoding="utf-8")
    busy = os.getloadavg()[0] > 1.5
    told = subprocess.run(
        [sys.executable, "-c", IMPORTER, database_url, str(tmp_path)], capture_output=True, text=True, check=True, timeout=400
    ).stdout.split()
    created, elapsed, own, kilobytes = int(told[0]), float(told[1]), float(told[2]), int(told[3])
    assert log.origin == "test.example/sekisho"
    assert created == 100_000
    assert kilobytes <= 300 * 1024
    assert (own if busy else elapsed) <= 60, told
