"""Whether somebody may be in an area: by a permit for one that there is, or by one thing kept there, and by nothing else."""

from itertools import product
from random import Random
from typing import Any

from service.decision.answers import Answer
from service.decision.compiled.admission import Admitted, Compared, compiled_of
from service.decision.judge import judge, judge_fast, together
from service.decision.policyset import PolicySet
from tests.builders.questions import area_questions, legal_questions
from tests.proofs.space import NOW_MS

SHIPPED = PolicySet.load()


def channels() -> list[dict[str, Any]]:
    """Every record of facts of an area that the policies about areas can tell apart, and more."""
    found = []
    for area, entry, known, somewhere in product((False, True), repeat=4):
        channel: dict[str, Any] = {"ambiguous": False, "person_known": known, "units": [], "works_there": False}
        channel |= {"area": {"index": 1}} if area else {}
        channel |= {"entry": {"index": 2}} if entry else {}
        found.append(channel | ({"organization": "here"} if somewhere else {}))
    return found


def test_a_permit_of_an_area_is_that_there_is_one_and_a_permit_for_it() -> None:
    fast = Admitted(SHIPPED, compiled_of(SHIPPED), Compared())
    for channel in channels():
        facts = {"person": "p", "information": None, "area": "a", "segments": [{"from": None, "to": None, "channels": [channel]}]}
        for action in ("handle", "read", "list"):
            found = judge(SHIPPED, facts, action=action, now_ms=NOW_MS)
            assert found.api is ("area" in channel and "entry" in channel)
            assert found.api or found.concerns == "person"
            assert judge_fast(fast, facts, action=action, now_ms=NOW_MS, readings={}).same_as(found)


def test_one_permit_is_enough_and_without_one_the_area_itself_answers() -> None:
    random = Random(3)
    areas = [(one.facts, one.answer) for one in area_questions()]
    things: list[tuple[Any, Answer]] = [(one.facts, one.answer) for one in legal_questions()]
    permitted = 0
    for _try in range(2_000):
        asked = [random.choice(areas), *random.sample(things, random.randrange(4))]
        found = together([facts for facts, _answer in asked], [answer for _facts, answer in asked])
        assert found.api is any(answer.api for _facts, answer in asked)
        assert found.api or found.reason == asked[0][1].reason
        permitted += found.api
    assert 200 < permitted < 1_900
