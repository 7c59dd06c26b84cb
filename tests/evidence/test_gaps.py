"""Gaps of the log: silences, a clock that stood or went back, and what waited for a signature or a witness."""

from datetime import timedelta

from service.database import read, transaction
from service.evidence.gaps import gaps, uncovered, witnessed_sizes
from service.ledger import Step, tell_of_service
from tests.evidence.site import BEGIN, Site

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
LATER = BEGIN + timedelta(days=365)
"""Long behind what the site was laid with."""


def noted(site: Site, *minutes: int) -> list[int]:
    return [site.note("x", at=LATER + minute * MINUTE) for minute in minutes]


def test_a_silence_lies_between_two_entries_and_says_whether_the_log_was_signed_before(site: Site) -> None:
    first = noted(site, 10, 20)
    site.sign()
    second = noted(site, 120, 130, 300)
    with read(site.engine) as session:
        found = gaps(session, start=first[1], longer=HOUR)
    assert [(one.before, one.after, one.signed) for one in found.silences] == [
        (first[-1], second[0], True),
        (second[1], second[2], False),
    ]
    assert found.silences[0].to_at - found.silences[0].from_at == 100 * MINUTE
    with read(site.engine) as session:
        assert gaps(session, start=first[1], longer=timedelta(hours=4)).silences == []
        inside = gaps(session, start=second[0], end=second[2], longer=HOUR)
    assert [one.after for one in inside.silences] == [second[0]], "the silence before a range's first entry is seen from there"


def told(site: Site, step: Step, minute: int, place: str = "place_a") -> int:
    with transaction(site.engine) as session:
        return tell_of_service(session, log=site.log, at=LATER + minute * MINUTE, place=place, step=step)


def began(site: Site, start: int) -> list[str | None]:
    with read(site.engine) as session:
        return [one.began for one in gaps(session, start=start, longer=HOUR).silences]


def test_a_silence_says_whether_the_service_was_stopped_in_order_or_cut_off(site: Site) -> None:
    start = told(site, "started", 0)
    noted(site, 1)
    told(site, "stopped", 2)
    told(site, "started", 200)
    noted(site, 201, 400)
    told(site, "started", 600)
    noted(site, 601)
    assert began(site, start + 1) == ["stopped", None, "cut_off"], "a quiet time of a service that runs is told as neither"


def test_a_silence_behind_a_stop_says_so_whoever_ends_it_unless_another_place_ran_on(site: Site) -> None:
    start = told(site, "started", 0)
    told(site, "started", 1, "place_b")
    told(site, "stopped", 2, "place_b")
    noted(site, 200)
    told(site, "stopped", 201)
    noted(site, 400)
    told(site, "started", 600, "place_c")
    assert began(site, start + 1) == [None, "stopped", None]


def test_a_log_from_before_there_was_such_word_says_nothing_of_it(site: Site) -> None:
    start = noted(site, 1, 200)[0]
    assert began(site, start + 1) == [None]


def test_a_clock_that_went_back_leaves_entries_at_the_instant_before(site: Site) -> None:
    indexes = noted(site, 10, 20, 5, 30)
    with read(site.engine) as session:
        found = gaps(session, start=indexes[0])
    assert [one.index for one in found.stood] == [indexes[2]]
    assert found.stood[0].at == LATER + 20 * MINUTE


def test_what_waited_too_long_for_a_signature_and_what_has_none_is_told(site: Site) -> None:
    start = noted(site, 1)[0]
    site.sign()
    late = noted(site, 10, 100)
    site.sign()
    noted(site, 101, 102)
    site.sign()
    tail = noted(site, 103)
    with read(site.engine) as session:
        found = gaps(session, start=start, longer=HOUR)
    told = [(one.start, one.end, one.by) for one in found.unsigned]
    assert (late[0], late[-1] + 1, late[-1] + 1) in told
    assert told[-1] == (tail[0], tail[0] + 1, None), "what was never signed is told however short it is"
    assert not any(one.start == start for one in found.unsigned)


def test_witnessed_sizes_are_passed_in_and_judged_alike(site: Site) -> None:
    indexes = noted(site, 1, 100, 200)
    size = indexes[-1] + 1
    with read(site.engine) as session:
        assert gaps(session).unwitnessed is None
        start = indexes[0]
        assert [(one.start, one.by) for one in gaps(session, start=start, witnessed=[]).unwitnessed or ()] == [(start, None)]
        sizes = [index + 1 for index in indexes]
        assert gaps(session, start=start, witnessed=sizes, longer=2 * HOUR).unwitnessed == []
        waited = uncovered(session, covered=[size], start=start, end=size, longer=HOUR)
        assert [(one.start, one.end, one.by) for one in waited] == [(start, size, size)]
        found = witnessed_sizes(session)
    assert found is None or isinstance(found, list)
