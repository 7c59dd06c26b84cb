"""A thousand assessments that went differently: who reads the clear leaves of the log cannot tell how."""

import pytest

from service.assessment.rules import LINES
from tests.builders.crowd import crowd, evened, leaves_by_person, samples, told_apart
from tests.builders.share import share_of
from tests.builders.site import Site
from tests.rooms.conftest import organ

pytestmark = pytest.mark.long
__all__ = ["organ"]


def test_a_classifier_over_the_clear_leaves_of_a_thousand_cases_is_at_chance(organ: Site) -> None:
    # Of fewer than some hundred a guesser is right too often by chance.
    ended = crowd(organ, cases=max(400, len(share_of(range(1_000)))))
    before = leaves_by_person(organ)
    assert told_apart(samples(before, ended, yes={"positive", "negative"})) > 0.95
    evened(organ)
    after = leaves_by_person(organ)
    assert {len(leaves) for leaves in after.values()} == {LINES}
    for yes, of in (
        ({"positive", "negative"}, ("positive", "negative", "refused", "withdrawn")),
        ({"positive"}, ("positive", "negative")),
        ({"refused"}, ("refused", "withdrawn")),
        ({"refused"}, ("refused", "negative")),
    ):
        assert told_apart(samples(after, ended, yes=yes, of=of)) < 0.6
