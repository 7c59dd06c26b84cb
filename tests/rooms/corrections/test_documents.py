"""A registered document is put right under its own id: its number and title, what it carries, or that it never was one."""

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from service.designation import operations, queries
from service.designation.correcting_documents import correct_document, widens_document
from service.designation.narrowing import contents_narrow
from service.personnel.corrections import Grounds
from service.statute.periods import day_start
from tests.builders.law import designated, organizations
from tests.builders.site import Site

ON = date(2026, 9, 1)
LATER = date(2026, 10, 1)
BECAUSE = Grounds("wrong_record", "管理簿第3号")


@pytest.fixture
def site(organ: Site) -> Site:
    organizations(organ)
    for information_id in ("d1", "d2", "d3"):
        designated(organ, information_id)
    return organ


def document(site: Site, document_id: str, *carries: str, **words: object) -> str:
    return str(site.act(operations.register_document, day=ON, carries=list(carries), document_id=document_id, **words))


def put_right(site: Site, **words: Any) -> str:
    return str(site.act(correct_document, day=LATER, grounds=BECAUSE, **words))


def widens(site: Site, **words: Any) -> bool:
    return bool(site.ask(widens_document, at=day_start(LATER), **words))


def carried(site: Site, document_id: str, on: date = LATER) -> list[str]:
    return list(site.ask(queries.informations_in, document_id=document_id, on=on))


def newest_entry(site: Site) -> dict[str, Any]:
    with site.engine.connect() as connection:
        body = connection.execute(text("select body from ledger.entries order by index desc limit 1")).scalar_one()
    found: dict[str, Any] = json.loads(bytes(body))
    return found


def test_one_information_that_was_taken_for_another_is_put_right_for_all_of_its_days_and_both_rows_stay(site: Site) -> None:
    document(site, "a", "d1", from_on=ON)
    size = site.size()
    assert widens(site, document_id="a", carries=["d2"])
    assert put_right(site, document_id="a", carries=["d2"]) == "a"
    assert (site.size(), newest_entry(site)["kind"]) == (size + 1, "designation:document:corrected")
    assert carried(site, "a") == carried(site, "a", ON) == ["d2"]
    with site.engine.connect() as connection:
        rows = connection.execute(text("select information_id, replaced_at is null from designation.document_information order by 1"))
        assert [tuple(row) for row in rows] == [("d1", False), ("d2", True)]


def test_what_is_added_reaches_its_copies_and_what_is_left_out_stays_with_them(site: Site) -> None:
    document(site, "a", "d1")
    document(site, "copy", kind="copy", parent_id="a")
    assert not widens(site, document_id="a", carries=["d1", "d2"])
    put_right(site, document_id="a", carries=["d1", "d2"])
    assert carried(site, "copy") == ["d1", "d2"]
    assert widens(site, document_id="a", carries=["d2"])
    put_right(site, document_id="a", carries=["d2"])
    assert (carried(site, "a"), carried(site, "copy")) == (["d2"], ["d1", "d2"])


def test_what_was_left_out_of_a_copy_does_not_come_back_by_its_original(site: Site) -> None:
    document(site, "a", "d1", "d2")
    document(site, "copy", kind="copy", parent_id="a")
    put_right(site, document_id="copy", carries=["d1"])
    put_right(site, document_id="a", carries=["d1"])
    site.act(operations.carry, day=LATER, document_id="a", information_id="d2")
    assert carried(site, "copy") == ["d1"]


def test_a_document_that_never_was_carries_nothing_and_nobody_alone_lets_it_carry_one_thing(site: Site) -> None:
    document(site, "a", "d1")
    document(site, "copy", kind="copy", parent_id="a")
    assert not widens(site, document_id="copy", never_was=True)
    put_right(site, document_id="copy", never_was=True)
    assert carried(site, "copy") == []
    with pytest.raises(ValueError, match="never to have been"):
        site.act(operations.carry, day=LATER, document_id="copy", information_id="d2")
    site.act(operations.carry, day=LATER, document_id="a", information_id="d2")
    assert carried(site, "copy") == []
    with pytest.raises(ValueError, match="nothing is put right"):
        put_right(site, document_id="copy", never_was=True)
    assert widens(site, document_id="copy", carries=["d1"])


def test_a_copy_carries_nothing_before_its_own_first_day_whatever_its_original_comes_to_carry(site: Site) -> None:
    document(site, "a", "d1")
    document(site, "copy", kind="copy", parent_id="a", from_on=date(2027, 1, 1))
    site.act(operations.carry, day=LATER, document_id="a", information_id="d2")
    assert carried(site, "copy") == []
    assert carried(site, "copy", date(2027, 1, 1)) == ["d1", "d2"]


def test_a_title_is_put_right_by_one_and_a_number_by_two(site: Site) -> None:
    document(site, "a", "d1", title="仕様諸", number="1")
    assert not widens(site, document_id="a", title="仕様書")
    assert widens(site, document_id="a", number="2")
    put_right(site, document_id="a", title="仕様書", number="2")
    row = site.ask(queries.document, document_id="a")
    assert (row.title, row.number) == ("仕様書", "2")
    put_right(site, document_id="a", without=["title"])
    assert site.ask(queries.document, document_id="a").title is None


def test_an_earlier_first_day_widens_and_a_later_one_does_not(site: Site) -> None:
    document(site, "a", "d1", from_on=ON)
    assert widens(site, document_id="a", from_on=date(2026, 8, 1))
    assert not widens(site, document_id="a", from_on=date(2026, 9, 2))
    put_right(site, document_id="a", carries=["d1", "d2"], from_on=date(2026, 8, 1))
    assert carried(site, "a", date(2026, 8, 1)) == ["d1", "d2"]
    assert carried(site, "a", date(2026, 7, 31)) == []


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ({}, "nothing is put right"),
        ({"carries": ["d1"]}, "nothing is put right"),
        ({"carries": []}, "at least one"),
        ({"never_was": True, "title": "x"}, "nothing else"),
        ({"title": " "}, "title"),
    ],
)
def test_a_correction_that_cannot_be_is_none(site: Site, words: dict[str, Any], says: str) -> None:
    document(site, "a", "d1")
    size = site.size()
    with pytest.raises(ValueError, match=says):
        put_right(site, document_id="a", **words)
    assert site.size() == size


DAYS = [None, *(date(2026, month, 1) for month in (1, 3, 5))]
ROWS = st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from(DAYS), st.sampled_from(DAYS)), max_size=3)


@settings(max_examples=300, deadline=None)
@given(ROWS, ROWS)
def test_what_is_said_to_narrow_opens_the_document_to_nobody_on_any_day(before: list[Any], after: list[Any]) -> None:
    def rows(some: list[Any]) -> list[dict[str, Any]]:
        return [dict(zip(("information_id", "from_on", "until_on"), one, strict=True)) for one in some]

    def opened(some: list[Any], cleared: set[str], on: date) -> bool:
        inside = {name for name, first, last in some if (first is None or first <= on) and (last is None or on < last)}
        return bool(inside) and inside <= cleared

    if contents_narrow(rows(before), rows(after)):
        for month in range(1, 7):
            for cleared in ({"a"}, {"b"}, {"a", "b"}):
                on = date(2026, month, 1)
                assert opened(before, cleared, on) or not opened(after, cleared, on)
