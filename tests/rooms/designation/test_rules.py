from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.designation.rules import Designated, DesignationRefusedError, Extended, require_extensible, require_first_validity
from service.statute.periods import ONE_DAY, counted_from

FIVE_YEARS_FROM_OCTOBER = Designated(id="d1", information_id="d1", organ_id="meti", on=date(2025, 10, 1), until_on=date(2030, 10, 1))


def long_running(until_on: date) -> Designated:
    return Designated(
        id="d1",
        information_id="d1",
        organ_id="meti",
        on=date(2025, 12, 1),
        until_on=date(2029, 12, 1),
        extensions=(Extended(on=date(2029, 11, 1), until_on=until_on),),
    )


def refused(designated: Designated, **facts: date | str | None) -> str | None:
    facts = {"cabinet_approved_on": None, "exception": None} | facts
    try:
        require_extensible(designated, **facts)  # type: ignore[arg-type]
    except DesignationRefusedError as refusal:
        return f"{refusal.reason} {refusal.basis[0]}"
    return None


def test_the_five_years_of_a_designation_count_its_own_day() -> None:
    require_first_validity(on=date(2026, 10, 1), last_day=date(2031, 9, 30))
    with pytest.raises(DesignationRefusedError) as refusal:
        require_first_validity(on=date(2026, 10, 1), last_day=date(2031, 10, 1))
    assert refusal.value.reason == "validity_over_five_years"
    assert [str(each) for each in refusal.value.basis] == ["Act 4(1)"]


@given(on=st.dates(min_value=date(2025, 5, 16), max_value=date(2090, 12, 31)))
def test_no_first_day_allows_a_day_more_than_five_years(on: date) -> None:
    longest = counted_from(on, years=5)
    require_first_validity(on=on, last_day=longest)
    with pytest.raises(DesignationRefusedError):
        require_first_validity(on=on, last_day=longest + ONE_DAY)


@pytest.mark.parametrize(
    ("last_day", "answer"),
    [(date(2035, 9, 30), None), (date(2035, 10, 1), "extension_over_five_years Act 4(2)"), (date(2031, 1, 1), None)],
)
def test_an_extension_adds_five_years_at_most_to_the_running_validity(last_day: date, answer: str | None) -> None:
    assert refused(FIVE_YEARS_FROM_OCTOBER, on=date(2030, 9, 1), last_day=last_day) == answer


def test_an_extension_that_ends_no_later_extends_nothing() -> None:
    with pytest.raises(ValueError, match="already runs until 2030-09-30"):
        refused(FIVE_YEARS_FROM_OCTOBER, on=date(2030, 9, 1), last_day=date(2030, 9, 30))


@pytest.mark.parametrize(
    ("on", "answer"),
    [
        (date(2025, 9, 30), "not_in_force Act 3(1)"),
        (date(2025, 10, 1), None),
        (date(2030, 9, 30), None),
        (date(2030, 10, 1), "not_in_force Act 4(1)"),
    ],
)
def test_only_a_validity_that_runs_is_extended(on: date, answer: str | None) -> None:
    assert refused(FIVE_YEARS_FROM_OCTOBER, on=on, last_day=date(2031, 9, 30)) == answer


def test_thirty_years_in_all_are_counted_from_the_designation() -> None:
    running = long_running(date(2054, 12, 1))
    on = date(2054, 11, 5)
    assert refused(running, on=on, last_day=date(2055, 11, 30)) is None
    assert refused(running, on=on, last_day=date(2055, 12, 1)) == "cabinet_approval_needed Act 4(4)"
    assert refused(running, on=on, last_day=date(2055, 12, 1), cabinet_approved_on=date(2054, 11, 6)) == "cabinet_approval_needed Act 4(4)"
    assert refused(running, on=on, last_day=date(2055, 12, 1), cabinet_approved_on=on) is None


def test_beyond_sixty_years_go_the_four_exceptions_alone() -> None:
    running = long_running(date(2084, 12, 1))
    on = date(2084, 11, 1)
    facts = {"on": on, "cabinet_approved_on": on}
    assert refused(running, last_day=date(2085, 11, 30), **facts) is None
    assert refused(running, last_day=date(2085, 12, 1), **facts) == "over_sixty_years Act 4(4)"
    assert refused(running, last_day=date(2085, 12, 1), exception="human_source", **facts) is None
    assert refused(running, on=on, last_day=date(2085, 12, 1), exception="methods") == "cabinet_approval_needed Act 4(4)"
