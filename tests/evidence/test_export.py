"""What an export writes, for spreadsheets and for programs, and what it leaves behind when it fails."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.evidence import rows
from service.evidence.columns import COLUMNS, csv_line, japanese_time, plain_cell, safe_cell
from service.evidence.disclosures import Disclosures, Places, keyring_opener
from service.evidence.export import Format, Span, Written, export, index_range, span
from service.ledger import leaf_hash
from tests.evidence.site import BEGIN, Site


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@A1", "\tx", "\rx", "\nx", "\0x", "＝1", "＋1", "－1", "＠A", "  =1", "'=1", "'"])
def test_what_a_spreadsheet_would_run_is_quoted(text: str) -> None:
    assert safe_cell(text) == "'" + text


@pytest.mark.parametrize("text", ["", "permit", "2026-04-01", "株式会社", "a=b", "1-2", "x'y"])
def test_what_is_harmless_stays_as_it_is(text: str) -> None:
    assert safe_cell(text) == text


@given(st.text())
def test_a_safe_cell_gives_its_text_back(text: str) -> None:
    assert plain_cell(safe_cell(text)) == text


@given(st.lists(st.text(), min_size=1))
def test_a_line_of_csv_is_read_back_by_others(texts: list[str]) -> None:
    (line,) = csv.reader(io.StringIO(csv_line(texts), newline=""), strict=True)
    assert [plain_cell(cell) for cell in line] == texts


def test_a_time_is_shown_as_japanese_clocks_show_it() -> None:
    assert japanese_time("2026-11-22T15:00:00.123456Z") == "2026-11-23 00:00:00.123456+09:00"


def test_days_are_whole_days_of_japan() -> None:
    assert span(from_="2026-04-02", to="2026-04-02") == Span(datetime(2026, 4, 1, 15, tzinfo=UTC), datetime(2026, 4, 2, 15, tzinfo=UTC))


def test_instants_are_taken_with_their_offset() -> None:
    assert span(from_="2026-04-02T00:00:00+09:00", to=None) == Span(datetime(2026, 4, 1, 15, tzinfo=UTC), None)


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2026-13-01", "2026-02-30", "2026-04-01T00:00:00", "9999-12-31", "令和8年4月1日", "0001-01-01T00:00:00+09:00"]
)
def test_what_is_no_time_is_refused_with_the_option_named(text: str) -> None:
    with pytest.raises(ValueError, match="--to"):
        span(from_=None, to=text)


def test_a_reversed_range_is_refused() -> None:
    with pytest.raises(ValueError, match="--from 2026-04-03"):
        span(from_="2026-04-03", to="2026-04-02")


def exported(site: Site, format_: Format, asked: Span) -> tuple[Written, bytes]:
    out = io.BytesIO()
    with rows.snapshot(site.url) as connection, Places() as places:
        start, end = index_range(connection, asked=asked, size=rows.log_size(connection))
        disclosures = Disclosures(
            places=places,
            opener=keyring_opener(connection, site.log.keyring.scratch()),
            fetch=lambda index, digest: rows.sealed_row(connection, index=index, digest=digest),
        )
        written = export(connection=connection, start=start, end=end, disclosures=disclosures, format_=format_, language="en", out=out)
    return written, out.getvalue()


def test_an_export_as_csv_is_what_excel_opens(site: Site) -> None:
    written, body = exported(site, "csv", Span(None, None))
    assert body.startswith(b'\xef\xbb\xbf"index","event_time_utc"')
    assert body.count(b"\r\n") == 13
    lines = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")))
    assert list(lines[0]) == [name for name, _ in COLUMNS]
    assert [line["index"] for line in lines] == [str(index) for index in range(12)]
    assert lines[3]["leaf_hash"] == leaf_hash(site.body(3)).hex()
    assert (written.rows, written.size) == (12, len(body))


def test_an_export_as_json_lines_carries_the_bytes_of_the_log(site: Site) -> None:
    _, body = exported(site, "jsonl", Span(None, None))
    lines = body.splitlines()
    assert len(lines) == 12
    for index, line in enumerate(lines):
        assert site.body(index) in line
        assert json.loads(line)["index"] == index


@pytest.mark.parametrize(
    ("asked", "indexes"),
    [
        (Span(BEGIN, BEGIN + timedelta(days=1)), [0]),
        (Span(BEGIN + timedelta(days=1), BEGIN + timedelta(days=3)), [1, 2, 3, 4]),
        (Span(BEGIN + timedelta(days=2, microseconds=1), None), [5, 6, 7, 8, 9, 10, 11]),
        (Span(None, BEGIN), []),
        (Span(BEGIN + timedelta(days=900), None), []),
    ],
)
def test_a_time_gives_exactly_its_entries(site: Site, asked: Span, indexes: list[int]) -> None:
    _, body = exported(site, "jsonl", asked)
    assert [json.loads(line)["index"] for line in body.splitlines()] == indexes


def test_an_unreadable_entry_is_exported_as_what_stands_there(site: Site) -> None:
    site.attack(("update ledger.entries set body = %s where index = 4", (b"=nothing",)))
    assert json.loads(exported(site, "jsonl", Span(None, None))[1].splitlines()[4])["entry"] is None
    lines = list(csv.DictReader(io.StringIO(exported(site, "csv", Span(None, None))[1].decode("utf-8-sig"), newline="")))
    assert (lines[4]["kind"], lines[4]["leaf_hash"]) == ("", leaf_hash(b"=nothing").hex())
