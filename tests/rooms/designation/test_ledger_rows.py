"""The ledger of designations in the order of the Order's fields, for one organ."""

from datetime import date, timedelta

import pytest

from service.designation import operations
from service.designation.ledger_rows import COLUMNS, headings, rows_of, table_of
from service.designation.operations import Grounds, Subject
from service.statute.citations import cite
from service.statute.periods import day_start
from tests.builders.law import designated, organizations
from tests.builders.site import Site, world_of

ON = date(2026, 6, 1)
FAR = date(2040, 1, 1)
AT = day_start(date(2099, 1, 1))


def lay_site(organ: Site) -> None:
    organizations(organ)
    organ.act(
        operations.designate,
        day=ON,
        organ_id="meti",
        on=ON,
        years=5,
        subject=Subject(number="経保第1号", information_class="vulnerability", marking="notice", outline="甲に関する事項"),
        grounds=Grounds(
            "shows_a_weakness", "never_published", "helps_an_attack", "指定第1号", sector="water", lifting_condition="publication"
        ),
        information_id="d1",
    )
    designated(organ, "d2", organ_id="mof")


@pytest.fixture
def site(organ: Site) -> Site:
    return organ


WORLDS = {"site": world_of("organ", lay_site)}


def test_the_fields_of_the_order_come_first_and_in_its_order() -> None:
    cited = [one.citation for one in COLUMNS]
    by_order = [citation for citation in cited if citation is not None]
    assert cited[: len(by_order)] == by_order
    places = [cite(citation) for citation in by_order]
    assert places == sorted(places, key=lambda place: (place.article, place.paragraph or 0, place.item or 0))
    assert [one.name for one in COLUMNS[:6]] == ["designated_on", "validity", "last_day", "outline", "class", "marking"]
    assert len(headings("ja")) == len(set(headings("ja"))) == len(set(headings("en")))


def test_a_row_says_what_was_designated_and_nothing_of_other_organs(site: Site) -> None:
    (row,) = site.ask(rows_of, organ_id="meti", on=ON, at=AT)
    assert list(row) == [one.name for one in COLUMNS]
    assert {name: value for name, value in row.items() if value} == {
        "designated_on": "2026-06-01",
        "validity": "2026-06-01/2031-05-31",
        "last_day": "2031-05-31",
        "outline": "甲に関する事項",
        "class": "vulnerability",
        "marking": "notice",
        "number": "経保第1号",
        "sector": "water",
        "reasons_number": "指定第1号",
        "lifting_condition": "publication",
    }
    assert site.ask(rows_of, organ_id="meti", on=ON - timedelta(days=1), at=AT) == []


def test_what_follows_is_written_behind_what_stands(site: Site) -> None:
    on = date(2027, 6, 1)
    site.act(operations.switch_to_marking, day=on, information_id="d1", on=on)
    site.act(operations.review_reasons, day=on, information_id="d1", on=on, finding="met")
    site.act(operations.lift_in_part, day=on, information_id="d1", on=on, part_number="2")
    later = date(2031, 5, 1)
    site.act(operations.extend, day=later, information_id="d1", until=date(2033, 5, 31), on=later)
    (row,) = site.ask(rows_of, organ_id="meti", on=later, at=AT)
    assert (row["marking"], row["marked_on"], row["lifted_in_part_on"], row["reviewed_on"]) == ("notice", *["2027-06-01"] * 3)
    assert (row["validity"], row["extended_on"]) == ("2026-06-01/2031-05-31", "2031-05-01")
    assert (row["extended_validity"], row["extended_last_day"]) == ("2031-06-01/2033-05-31", "2033-05-31")
    assert row["expired_on"] == ""
    (row,) = site.ask(rows_of, organ_id="meti", on=date(2033, 6, 1), at=AT)
    assert (row["expired_on"], row["lifted_on"]) == ("2033-05-31", "")
    # As it stood before any of it.
    (row,) = site.ask(rows_of, organ_id="meti", on=ON, at=AT)
    assert (row["marked_on"], row["extended_on"], row["reviewed_on"], row["lifted_in_part_on"]) == ("", "", "", "")


def test_a_lifted_designation_is_not_told_as_expired(site: Site) -> None:
    on = date(2028, 1, 10)
    site.act(operations.lift, day=on, information_id="d1", on=on)
    (row,) = site.ask(rows_of, organ_id="meti", on=FAR, at=AT)
    assert (row["lifted_on"], row["expired_on"]) == ("2028-01-10", "")


def test_the_table_has_its_headings_first(site: Site) -> None:
    first, row = site.ask(table_of, organ_id="meti", on=ON, at=AT, language="ja")
    assert first[0] == "指定年月日"
    assert row[0] == "2026-06-01"
    assert len(first) == len(row) == len(COLUMNS)
