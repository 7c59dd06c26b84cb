"""Waiting after failures: it grows, it ends, and it shuts nobody else out."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.identity.factors import lockout
from service.identity.factors.lockout import PER_NAME, PER_SOURCE, Row, must_wait, wait_until

NOON = datetime(2026, 11, 24, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [(0, None), (1, None), (4, None), (5, 30), (6, 60), (7, 120), (8, 240), (9, 480), (10, 900), (11, 900), (10**9, 900)],
)
def test_the_wait_after_so_many_failures(failures: int, seconds: int | None) -> None:
    assert wait_until(failures, NOON) == (None if seconds is None else NOON + timedelta(seconds=seconds))


def test_without_a_failure_there_is_nothing_to_wait_for() -> None:
    assert wait_until(7, None) is None
    assert wait_until(0, NOON) is None


@given(failures=st.integers(0, 10**12), rule=st.sampled_from([PER_SOURCE, PER_NAME]))
def test_the_wait_never_shrinks_and_never_exceeds_its_longest(failures: int, rule: lockout.Rule) -> None:
    now, then = (wait_until(count, NOON, rule=rule) or NOON for count in (failures, failures + 1))
    assert NOON <= now <= then <= NOON + rule.longest


def tries_in(span: timedelta, *, rule: lockout.Rule) -> int:
    """How often one who never sleeps may try."""
    row, at, tries = Row(), NOON, 0
    while at < NOON + span:
        tries += 1
        row = row.and_one_more(at=at)
        at = wait_until(row.failures, row.last_failed_at, rule=rule) or at
    return tries


def test_a_guesser_has_as_many_tries_a_day_as_is_documented() -> None:
    day = timedelta(days=1)
    assert 100 < tries_in(day, rule=PER_SOURCE) < 110
    assert 8_640 <= tries_in(day, rule=PER_NAME) <= 8_680


def test_whoever_hammers_from_elsewhere_does_not_shut_the_owner_out() -> None:
    hammered = Row(10**6, NOON)
    assert must_wait(source=Row(), name=hammered, known_source=False, at=NOON + timedelta(seconds=9))
    assert not must_wait(source=Row(), name=hammered, known_source=False, at=NOON + timedelta(seconds=10))
    assert not must_wait(source=Row(), name=hammered, known_source=True, at=NOON)


def test_a_known_source_that_fails_waits_like_any_other() -> None:
    assert must_wait(source=Row(5, NOON), name=Row(), known_source=True, at=NOON + timedelta(seconds=29))
    assert not must_wait(source=Row(5, NOON), name=Row(), known_source=True, at=NOON + timedelta(seconds=30))


def test_a_row_is_forgotten_after_a_day_and_counts_on_within_it() -> None:
    row = Row(40, NOON)
    assert row.and_one_more(at=NOON + timedelta(hours=23)) == Row(41, NOON + timedelta(hours=23))
    assert row.and_one_more(at=NOON + timedelta(hours=24)) == Row(1, NOON + timedelta(hours=24))
    assert Row().and_one_more(at=NOON) == Row(1, NOON)
