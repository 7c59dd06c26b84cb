"""Periods that no law sets, holidays, stages of reminders."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.deadlines.operations import import_holidays, record_holiday, set_period, strike_holiday
from service.deadlines.queries import calendar, deadlines, holidays, periods_on
from service.deadlines.rules import PERIODS, STAGES, PeriodRefusedError, stage
from service.personnel.rules import AlreadyEndedError, AlreadyRecordedError, UnknownIdError
from service.statute.holidays import Calendar, Holiday, shipped_holidays
from service.statute.periods import day_start
from tests.builders import law
from tests.builders.personnel import employee
from tests.builders.site import Site

D = date.fromisoformat
ON = D("2026-07-01")
DEFAULTS = {name: period.default for name, period in PERIODS.items()}


def reassessment(site: Site, day: str) -> date:
    found = site.ask(deadlines, at=day_start(D(day)), until=D("2100-01-01"))
    return next(one.on for one in found if one.sort.code == "reassessment_begins")


def test_a_period_counts_from_its_day_and_its_default_before(organ: Site) -> None:
    law.organizations(organ)
    employee(organ, "ueda", "meti")
    law.cleared(organ, "ueda", on=D("2026-06-15"))
    organ.act(set_period, day=ON, name="reassess_months", value=24, from_on=D("2026-08-01"))
    assert reassessment(organ, "2026-07-31") == D("2035-06-15")
    assert reassessment(organ, "2026-08-01") == D("2034-06-15")
    organ.act(set_period, day=D("2026-08-02"), name="reassess_months", value=6, from_on=D("2026-08-01"))
    assert organ.ask(periods_on, on=D("2026-08-02"))["reassess_months"] == 6


@pytest.mark.parametrize(("name", "value"), [("reassess_months", 0), ("reasons_review_months", 13), ("closing_days", 366)])
def test_a_period_out_of_its_bounds_is_refused(organ: Site, name: Any, value: int) -> None:
    with pytest.raises(PeriodRefusedError) as refused:
        organ.act(set_period, day=ON, name=name, value=value, from_on=ON)
    assert refused.value.reason == "out_of_bounds"
    assert [str(one) for one in refused.value.basis] == (["NPSC Rule 8/2025 13(1)"] if name == "reasons_review_months" else [])
    assert organ.ask(periods_on, on=ON) == DEFAULTS


def test_an_unknown_period_is_none(organ: Site) -> None:
    with pytest.raises(ValueError, match="is none of"):
        organ.act(set_period, day=ON, name="clearance_years", value=12, from_on=ON)


def test_every_default_lies_within_its_bounds_and_has_words_in_both_languages() -> None:
    for period in PERIODS.values():
        assert period.least <= period.default <= period.most
        assert period.says[1].isascii()
        assert not period.says[0].isascii()


def test_holidays_are_taken_in_once_and_a_struck_day_stays_struck(organ: Site) -> None:
    shipped = shipped_holidays()
    assert organ.act(import_holidays, day=ON, found=shipped, digest="0") == len(shipped)
    size = organ.size()
    assert organ.act(import_holidays, day=ON, found=shipped, digest="0") == 0
    assert organ.size() == size
    organ.act(strike_holiday, day=ON, on=D("2027-03-21"))
    assert organ.act(import_holidays, day=ON, found=shipped, digest="0") == 0
    renamed = [Holiday(D("2027-03-21"), "春分の日", "暦要項")]
    assert organ.act(import_holidays, day=ON, found=renamed, digest="1") == 0
    assert not organ.ask(calendar).holidays & {D("2027-03-21")}
    assert len(organ.ask(holidays)) == len(shipped)
    organ.act(record_holiday, day=ON, on=D("2027-03-21"), name="春分の日", source="暦要項")
    assert D("2027-03-21") in organ.ask(calendar).holidays


def test_a_holiday_is_recorded_once_and_only_a_known_one_is_struck(organ: Site) -> None:
    organ.act(record_holiday, day=ON, on=D("2032-01-01"), name="元日", source="官報")
    with pytest.raises(AlreadyRecordedError):
        organ.act(record_holiday, day=ON, on=D("2032-01-01"), name="元日", source="官報")
    with pytest.raises(UnknownIdError):
        organ.act(strike_holiday, day=ON, on=D("2032-01-02"))
    organ.act(strike_holiday, day=ON, on=D("2032-01-01"))
    with pytest.raises(AlreadyEndedError):
        organ.act(strike_holiday, day=ON, on=D("2032-01-01"))


def test_a_holiday_of_a_file_that_says_otherwise_is_said_anew(organ: Site) -> None:
    organ.act(record_holiday, day=ON, on=D("2032-01-01"), name="元旦", source="手入力")
    assert organ.act(import_holidays, day=ON, found=[Holiday(D("2032-01-01"), "元日", "官報")], digest="0") == 1
    assert [(row.name, row.source) for row in organ.ask(holidays)] == [("元日", "官報")]


NO_HOLIDAYS = Calendar(frozenset())


@pytest.mark.parametrize(
    ("today", "reached"),
    [
        ("2026-04-02", "later"),  # 180 days before Wednesday 30 September is Friday 3 April
        ("2026-04-03", "first"),
        ("2026-07-01", "first"),
        ("2026-07-02", "second"),
        ("2026-08-30", "second"),
        ("2026-08-31", "third"),
        ("2026-09-22", "third"),
        ("2026-09-23", "last"),
        ("2026-09-30", "last"),
        ("2026-10-01", "passed"),
    ],
)
def test_a_date_comes_to_its_reminders(today: str, reached: str) -> None:
    assert stage(D("2026-09-30"), today=D(today), periods=DEFAULTS, calendar=NO_HOLIDAYS) == reached


def test_a_reminder_on_a_holiday_comes_on_the_working_day_before() -> None:
    on = D("2026-09-30")
    silver_week = Calendar(frozenset({D("2026-09-21"), D("2026-09-22"), D("2026-09-23")}))
    assert stage(on, today=D("2026-09-18"), periods=DEFAULTS, calendar=silver_week) == "last"
    assert stage(on, today=D("2026-09-17"), periods=DEFAULTS, calendar=silver_week) == "third"


DAYS = st.dates(D("2020-01-01"), D("2060-12-31"))


@given(DAYS, st.integers(-500, 500), st.frozensets(DAYS, max_size=20))
def test_no_holiday_delays_a_reminder_or_what_passes(on: date, distance: int, closed: frozenset[date]) -> None:
    today = on + timedelta(days=distance)
    plain, moved = (STAGES.index(stage(on, today=today, periods=DEFAULTS, calendar=Calendar(days))) for days in (frozenset[date](), closed))
    assert moved >= plain
    assert (STAGES[moved] == "passed") == (today > on)
