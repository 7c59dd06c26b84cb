"""Rows that are awkward and come all the same: people who left, half-filled lines, doubled ids, files cut short."""

import sys
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from service import clock
from service.database import read
from service.ledger import entries, log_size, read_entry
from service.personnel.model import Alias, Person, Post, RosterImport
from service.personnel.roster import Options, import_people
from service.personnel.roster.eras import parse_day
from service.personnel.roster.plan import CONCURRENT, Held, Known, change_of
from service.personnel.roster.reading import open_roster
from service.personnel.roster.rows import CONTROL, Record
from tests.rooms.personnel.roster.conftest import ACTOR, FIRST, HEADER, Site

MANY = HEADER + "".join(f"{n},氏名{n},,,技術部,,,,,,,,\r\n" for n in range(2_500))
TODAY = date(2026, 11, 24)


def employed(site: Site, number: str) -> list[tuple[object, ...]]:
    with read(site.engine) as session:
        query = select(Post.unit_id, Post.post, Post.employment, Post.employer_id.is_not(None)).join(
            Alias, Alias.target_id == Post.person_id
        )
        return [tuple(row) for row in session.execute(query.where(Alias.value == number, Post.until_on.is_(None), Post.title.is_(None)))]


def test_somebody_who_left_long_ago_is_recorded_with_an_end_and_no_invented_beginning(site: Site) -> None:
    assert site.imports(HEADER + "1,甲,,,技術部,,,,2024-03-31,,,,\r\n").created == 1
    assert site.posts("1") == [("技術部", None, None, None, date(2024, 4, 1))]


def test_a_last_day_in_the_past_ends_the_post_whatever_else_the_line_says(site: Site) -> None:
    site.imports(FIRST)
    gone = HEADER + "00123,,,,営業部,,,,2024-03-31,,,,\r\n"
    assert site.imports(gone, name="gone.csv").changed == 1
    assert site.posts("00123") == [("技術部", "課長", None, date(2021, 4, 1), date(2024, 4, 1))]
    assert site.imports(gone, name="gone.csv").unchanged == 1


def test_who_leaves_before_a_transfer_never_begins_there(site: Site) -> None:
    site.imports(FIRST)
    site.imports(HEADER + "00123,,,,技術部,,,,,R29.4.1,総務部,,\r\n", name="move.csv")
    gone = HEADER + "00123,,,,,,,,R28.12.31,,,,\r\n"
    assert site.imports(gone, name="gone.csv").changed == 1
    assert [row[3:] for row in site.posts("00123")] == [
        (date(2021, 4, 1), date(2047, 1, 1)),
        (date(2047, 4, 1), date(2047, 4, 1)),
    ]
    assert site.imports(gone, name="gone.csv").unchanged == 1


def test_a_last_day_may_be_put_off(site: Site) -> None:
    site.imports(FIRST)
    for day in ("R28.3.31", "R28.6.30"):
        assert site.imports(HEADER + f"00123,,,,,,,,{day},,,,\r\n", name="gone.csv").changed == 1
    assert site.posts("00123")[0][4] == date(2046, 7, 1)


def test_the_last_day_of_nobody_is_no_day(site: Site) -> None:
    site.imports(HEADER + "1,甲,,,技術部,,,2020-04-01,9999/12/31,,,,\r\n")
    assert site.posts("1") == [("技術部", None, None, date(2020, 4, 1), None)]


@pytest.mark.parametrize(
    ("text", "now"),
    [
        ("社員番号,役職\r\n00124,係長\r\n", ("営業部", "係長", "派遣", True)),
        ("社員番号,雇用区分\r\n00124,嘱託\r\n", ("営業部", None, "嘱託", True)),
        ("社員番号,部署\r\n00124,総務部\r\n", ("総務部", None, "派遣", True)),
    ],
)
def test_what_a_line_leaves_out_goes_on_in_the_new_post(site: Site, text: str, now: tuple[object, ...]) -> None:
    site.imports(FIRST)
    assert site.imports(text, name="part.csv").changed == 1
    assert employed(site, "00124") == [now]
    assert site.imports(text, name="part.csv").unchanged == 1


def test_blanks_clear_what_has_a_column_and_nothing_else(site: Site) -> None:
    site.imports(FIRST)
    before = site.posts("00124")
    assert site.imports("社員番号,氏名\r\n00124,葛\U000e0100西 一郎\r\n", name="two.csv", blank_clears=True).unchanged == 1
    assert site.posts("00124") == before


def test_an_id_given_twice_or_of_somebody_else_is_rejected(site: Site) -> None:
    report = site.imports("社員番号,氏名,ID\r\n1,甲,p_x\r\n2,乙,p_x\r\n")
    assert (report.created, [(one.line, one.column) for one in report.rejected]) == (1, [(3, "ID")])
    assert "2行目" in report.rejected[0].ja
    assert site.imports("社員番号,氏名,ID\r\n1,甲,p_y\r\n", name="other.csv").rejected[0].column == "ID"


def test_a_row_with_more_cells_than_headers_is_rejected(site: Site) -> None:
    report = site.imports("社員番号,氏名,部署\r\n1,甲,技術部,余り\r\n2,乙,技術部,,\r\n")
    assert (report.created, report.rejected[0].line) == (1, 2)


def test_a_name_of_two_lines_is_rejected(site: Site) -> None:
    assert site.imports('社員番号,氏名\r\n1,"甲\n乙"\r\n').rejected[0].column == "氏名"


def test_who_stands_on_a_wrong_line_is_not_missing(site: Site) -> None:
    site.imports(FIRST)
    assert site.imports(HEADER + "00123,,,来年,,,,,,,,,\r\n", name="whole.csv", complete=True).missing == ["00124"]


def test_headers_are_known_in_any_width(site: Site) -> None:
    site.imports("社員番号,氏名,氏名ｶﾅ\r\n1,甲,コウ\r\n")
    with read(site.engine) as session:
        assert session.scalars(select(Person.kana)).one() == "コウ"


def test_a_corrected_file_of_rejected_rows_is_read_by_the_mapping_of_its_roster(site: Site) -> None:
    site.imports("従業員CD,姓名\r\n1,\r\n", mapping={"従業員CD": "社員番号", "姓名": "氏名"})
    assert site.imports("従業員CD,姓名,理由\r\n1,甲,氏名: なし\r\n", name="roster.rejected.csv").created == 1


def test_a_file_of_a_byte_order_mark_alone_is_refused(site: Site) -> None:
    with pytest.raises(ValueError, match="no headers"):
        site.imports(b"\xef\xbb\xbf")


@pytest.mark.parametrize("written", ["2025/04/01 0:00:00", "2025-04-01 00:00", "2025-04-01T00:00:00"])
def test_a_day_with_midnight_is_a_day(written: str) -> None:
    assert parse_day(written) == date(2025, 4, 1)


def broken_off(site: Site, path: Path) -> None:
    def stop(_rows: int) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        import_people(site.engine, log=site.log, actor=ACTOR, clock=clock.now, roster=open_roster(path), options=Options(), progress=stop)


def states(site: Site) -> list[str]:
    with read(site.engine) as session:
        return list(session.scalars(select(RosterImport.state).order_by(RosterImport.begun_at)))


def test_an_import_broken_off_goes_on_where_its_file_comes_again(site: Site) -> None:
    (site.folder / "many.csv").write_text(MANY, encoding="utf-8")
    broken_off(site, site.folder / "many.csv")
    assert states(site) == ["begun"]
    report = site.imports(MANY, name="many.csv")
    assert 0 < report.unchanged < 2_500
    assert report.created + report.unchanged == 2_500
    assert states(site) == ["ended"]


def test_an_import_broken_off_is_ended_as_partial_by_another_file(site: Site) -> None:
    (site.folder / "many.csv").write_text(MANY, encoding="utf-8")
    broken_off(site, site.folder / "many.csv")
    site.imports(FIRST)
    assert states(site) == ["partial", "ended"]


def test_two_imports_of_one_file_at_once_register_everybody_once(site: Site) -> None:
    (site.folder / "many.csv").write_text(MANY, encoding="utf-8")

    def bring(_turn: int) -> int:
        roster = open_roster(site.folder / "many.csv")
        return import_people(site.engine, log=site.log, actor=ACTOR, clock=clock.now, roster=roster, options=Options()).created

    with ThreadPoolExecutor(2) as both:
        assert sum(both.map(bring, range(2))) == 2_500
    with read(site.engine) as session:
        kinds = [read_entry(body)["kind"] for _index, body in entries(session, start=0, end=log_size(session))]
    assert kinds.count("personnel:person:registered") == 2_500
    assert kinds.count("personnel:import:begun") == kinds.count("personnel:import:ended")


days = st.none() | st.dates(date(2026, 11, 1), date(2026, 12, 31))
words = st.none() | st.sampled_from(["甲部", "乙部"])


@st.composite
def lines(draw: st.DrawFn) -> Record:
    joined, left, effective = draw(days), draw(days), draw(days)
    sensible = effective is not None and (joined is None or joined <= effective) and (left is None or effective <= left)
    return Record(
        2,
        "1",
        name="甲",
        unit=draw(words),
        post=draw(words),
        concurrent=draw(st.none() | st.just((("丙部", None),))),
        employment=draw(words),
        moved_to=draw(words) if sensible else None,
        joined=joined,
        left=None if joined and left and left < joined else left,
        effective=effective,
    )


def after(known: Known | None, record: Record, *, clears: frozenset[str]) -> Known:
    change = change_of(record, known, on=TODAY, employer=None, clears=clears)
    posts = {held.id: held for held in known.posts} if known else {}
    assert len({one for one, _day in change.ends}) == len(change.ends)
    for held_id, day in change.ends:
        old = posts[held_id]
        posts[held_id] = Held(old.id, old.unit, old.post, old.title, old.employment, old.employer, old.from_on, day)
    for new in change.begins:
        name = str(len(posts))
        posts[name] = Held(name, new.unit, new.post, new.title, new.employment, new.employer, new.from_on, new.until_on)
    return Known("p", "甲", None, None, tuple(posts.values()), numbered=True)


@given(st.lists(lines(), min_size=1, max_size=5), st.sampled_from([frozenset[str](), frozenset({"unit", "post", "concurrent"})]))
def test_whatever_lines_come_no_post_ends_before_it_begins_and_the_same_line_again_changes_nothing(
    records: list[Record], clears: frozenset[str]
) -> None:
    known: Known | None = None
    for record in records:
        known = after(known, record, clears=clears)
        assert all(held.from_on is None or held.until_on is None or held.from_on <= held.until_on for held in known.posts)
        again = change_of(record, known, on=TODAY, employer=None, clears=clears)
        assert again.is_empty, (again.ends, again.begins)
        for day in (TODAY + timedelta(days=ahead) for ahead in range(-30, 60)):
            main = [one for one in known.posts if one.title != CONCURRENT and (one.from_on or day) <= day < (one.until_on or date.max)]
            assert len(main) <= 1


def test_what_counts_as_a_control_character_is_what_unicode_says() -> None:
    found = {chr(number) for number in range(sys.maxunicode + 1) if unicodedata.category(chr(number)) in {"Cc", "Cs"}}
    assert {chr(number) for number in range(sys.maxunicode + 1) if CONTROL.search(chr(number))} == found
