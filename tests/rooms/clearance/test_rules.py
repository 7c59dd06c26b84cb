from datetime import date

import pytest

from service.clearance.rules import Assessed, Doubted, Held, Record, is_cleared

NOTICE = date(2025, 6, 10)
DAY = date(2028, 1, 1)


def result(outcome: str = "positive", on: date = NOTICE, law: str = "iesi", counted_on: date | None = None) -> Assessed:
    return Assessed(law=law, outcome=outcome, known_on=on, counted_on=counted_on or on)


@pytest.mark.parametrize(
    ("notified_on", "last_day"),
    [
        (date(2025, 6, 10), date(2035, 6, 10)),
        (date(2026, 2, 28), date(2036, 2, 29)),
        (date(2028, 2, 28), date(2038, 2, 28)),
    ],
)
def test_ten_years_are_counted_from_the_day_after_the_notice(notified_on: date, last_day: date) -> None:
    record = Record(results=[result(on=notified_on)])
    assert is_cleared(record, on=last_day)
    assert not is_cleared(record, on=date.fromordinal(last_day.toordinal() + 1))


def test_a_result_is_no_clearance_before_its_notice() -> None:
    assert not is_cleared(Record(results=[result()]), on=date(2025, 6, 9))


def test_the_newest_assessment_that_was_carried_out_counts() -> None:
    later = date(2026, 6, 10)
    assert not is_cleared(Record(results=[result(), result("negative", later)]), on=DAY)
    assert is_cleared(Record(results=[result("negative"), result("positive", later)]), on=DAY)
    for outcome in ("refused", "withdrawn"):
        assert is_cleared(Record(results=[result(), result(outcome, later)]), on=DAY)
        assert not is_cleared(Record(results=[result(outcome)]), on=DAY)


def test_a_reused_result_is_counted_from_the_first_notice_and_stands_in_the_order_of_its_own() -> None:
    reused = result(on=date(2028, 1, 17), counted_on=NOTICE)
    assert is_cleared(Record(results=[result("negative", date(2026, 1, 1)), reused]), on=date(2035, 6, 10))
    assert not is_cleared(Record(results=[reused]), on=date(2035, 6, 11))


def test_a_doubt_notice_bars_until_an_assessment_is_carried_out() -> None:
    doubt = Doubted(law="iesi", notified_on=date(2027, 1, 15))
    assert not is_cleared(Record(results=[result()], doubts=[doubt]), on=date(2027, 1, 15))
    assert is_cleared(Record(results=[result()], doubts=[doubt]), on=date(2027, 1, 14))
    assert not is_cleared(Record(results=[result(), result("refused", date(2027, 5, 1))], doubts=[doubt]), on=DAY)
    assert is_cleared(Record(results=[result(), result(on=date(2027, 5, 1))], doubts=[doubt]), on=DAY)
    assert not is_cleared(Record(results=[result(on=date(2027, 1, 15))], doubts=[doubt]), on=DAY)


def test_a_recognised_secrets_assessment_stands_five_years() -> None:
    record = Record(results=[result(on=date(2024, 3, 31), law="sds")])
    assert is_cleared(record, on=date(2029, 3, 31))
    assert not is_cleared(record, on=date(2029, 4, 1))


@pytest.mark.parametrize("outcome", ["positive", "negative"])
def test_a_later_assessment_under_this_act_ends_the_recognition(outcome: str) -> None:
    record = Record(results=[result(on=date(2024, 3, 31), law="sds"), result(outcome, date(2025, 6, 10))])
    assert is_cleared(record, on=DAY) is (outcome == "positive")


def test_a_newer_secrets_assessment_helps_after_a_negative_one() -> None:
    record = Record(results=[result("negative"), result(on=date(2026, 3, 31), law="sds")])
    assert is_cleared(record, on=DAY)


@pytest.mark.parametrize("law", ["iesi", "sds"])
def test_a_doubt_notice_under_either_law_bars_the_recognition(law: str) -> None:
    doubt = Doubted(law=law, notified_on=date(2026, 5, 1))
    assert not is_cleared(Record(results=[result(law="sds")], doubts=[doubt]), on=DAY)


def test_a_doubt_notice_of_the_other_law_leaves_a_clearance_of_this_one() -> None:
    doubt = Doubted(law="sds", notified_on=date(2026, 5, 1))
    assert is_cleared(Record(results=[result()], doubts=[doubt]), on=DAY)


def test_an_exempt_office_needs_no_assessment_on_its_days() -> None:
    office = Held(office="minister_of_state", from_on=date(2025, 10, 1), until_on=date(2026, 10, 1))
    record = Record(offices=[office], results=[result("negative")])
    assert [is_cleared(record, on=day) for day in (date(2025, 9, 30), date(2025, 10, 1), date(2026, 9, 30), date(2026, 10, 1))] == [
        False,
        True,
        True,
        False,
    ]


def test_an_office_that_the_order_came_to_name_later_exempts_nobody_before() -> None:
    record = Record(offices=[Held(office="cyber_commission_member", from_on=date(2026, 1, 1), until_on=None)])
    assert not is_cleared(record, on=date(2026, 3, 31))
    assert is_cleared(record, on=date(2026, 4, 1))
