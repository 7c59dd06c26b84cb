"""What `./dev bench` judges and draws; that it measures is seen by running it."""

import pytest

from benchmarks.contenders import known_of
from benchmarks.report import picture
from benchmarks.sections import Figure
from benchmarks.worlds import invented


@pytest.mark.parametrize(
    ("value", "least", "kept"),
    [(0.25, True, True), (0.23, True, False), (0.9, False, False), (0.6, False, True)],
)
def test_a_figure_below_six_tenths_of_its_floor_is_not_kept(value: float, *, least: bool, kept: bool) -> None:
    floor = 0.4
    assert Figure("a ratio", value, floor, 0.6, least=least).keeps(0.6) is kept
    assert Figure("a size", value, None, None, least=least).keeps(0.6)


def test_the_other_engine_is_told_what_the_service_knows() -> None:
    given = invented(100, 10)
    known = known_of(given)
    cleared = {one["person"] for one in given["assessments"]}
    asked = [known.question(one["id"], ["d1", "d2"]) for one in given["people"]]
    assert {body["principal"]["id"] for body in asked if "assessment" in body["principal"]["attr"]} == cleared
    assert all(len(body["resources"]) == 2 for body in asked)


def test_the_picture_of_growth_names_each_size() -> None:
    drawn = picture([(1_000, 0.5), (10_000, 0.55), (100_000, 0.6)])
    assert all(size in drawn for size in ("1,000", "10,000", "100,000", "0.55 ms"))
