"""The reference of a denial: of one length, without letters that are mistaken for others, never the same twice."""

from collections import Counter

from service.api.settled import DRAWN_AT_ONCE, REFERENCE_ALPHABET, References, new_reference


def test_every_reference_has_eight_letters_that_cannot_be_mistaken_and_none_comes_twice() -> None:
    made = [new_reference() for _ in range(20 * DRAWN_AT_ONCE)]
    assert len(set(made)) == len(made)
    assert {len(one) for one in made} == {8}
    assert not set("".join(made)) & set("01IO")


def test_every_letter_stands_equally_often_in_every_place() -> None:
    made = [References().new() for _ in range(50)] + [new_reference() for _ in range(32_000)]
    for place in range(8):
        found = Counter(one[place] for one in made)
        assert set(found) == set(REFERENCE_ALPHABET)
        # A thousand of each are expected; six standard deviations either way.
        assert all(800 < count < 1_200 for count in found.values())


def test_two_processes_draw_differently() -> None:
    assert References().new() != References().new()
