"""How an assessment went cannot be told from the clear leaves of the log, nor by anybody outside the circle."""

import json
from datetime import date

import pytest
from sqlalchemy import text

from service.assessment import queries
from service.assessment.rules import LINES, even_from
from service.statute.periods import day_start
from tests.builders.crowd import LONG_AFTER, crowd, evened, leaves_by_person, samples, told_apart
from tests.builders.site import Site

CARRIED_OUT = {"positive", "negative"}


@pytest.mark.long
def test_a_classifier_over_the_clear_leaves_is_at_chance(organ: Site) -> None:
    ended = crowd(organ, cases=160)
    before = leaves_by_person(organ)
    # The classifier is worth something: while lines are lacking it tells the cases apart.
    assert told_apart(samples(before, ended, yes=CARRIED_OUT)) > 0.95
    written = evened(organ)
    assert written == sum(LINES - len(leaves) for leaves in before.values())
    assert evened(organ) == 0
    after = leaves_by_person(organ)
    assert {len(leaves) for leaves in after.values()} == {LINES}
    assert told_apart(samples(after, ended, yes=CARRIED_OUT)) < 0.72
    assert told_apart(samples(after, ended, yes={"positive"}, of=("positive", "negative"))) < 0.8
    assert told_apart(samples(after, ended, yes={"refused"}, of=("refused", "withdrawn"))) < 0.8


def test_every_entry_of_the_room_looks_like_every_other_and_joins_to_none(organ: Site) -> None:
    ended = crowd(organ, cases=8)
    evened(organ)
    with organ.engine.connect() as connection:
        bodies = [bytes(body) for body in connection.execute(text("select body from ledger.entries order by index")).scalars()]
        names = set(connection.execute(text("select id from assessment.cases union select id from assessment.steps")).scalars()) | set(
            ended
        )
    steps = [json.loads(body) for body in bodies if b"assessment:step:recorded" in body]
    assert len(steps) == 8 * LINES
    assert len({one["object"] for one in steps}) == len(steps)
    told = {name: {json.dumps(one[name]) for one in steps} for name in set(steps[0]) - {"object", "at", "_sd"}}
    assert set(told) == {"v", "kind", "out", "actor", "for", "_sd_alg"}
    assert all(len(values) == 1 for values in told.values())
    assert {len(one["_sd"]) for one in steps} == {1}
    for one in steps:
        assert not names & {str(value) for value in one.values()}


def test_what_ended_in_one_month_is_filled_up_together_and_not_at_once() -> None:
    assert even_from(date(2026, 7, 1)) == even_from(date(2026, 7, 31)) == date(2026, 9, 1)
    assert even_from(date(2026, 11, 30)) == date(2027, 1, 1)
    assert even_from(date(2026, 12, 1)) == date(2027, 2, 1)


def test_to_everybody_outside_the_circle_all_who_may_not_be_chosen_are_one(organ: Site) -> None:
    ended = crowd(organ, cases=8)
    seen: dict[str, set[str]] = {}
    for person, outcome in {**ended, "never": "never listed"}.items():
        found = organ.ask(queries.state_of, person_id=person, head_id="meti", viewer="outside", on=LONG_AFTER, at=day_start(LONG_AFTER))
        seen.setdefault(outcome, set()).add(repr(found))
    assert seen["refused"] == seen["withdrawn"] == seen["negative"] == seen["never listed"]
    assert len(seen["negative"]) == 1
    assert seen["positive"] != seen["negative"]


def test_the_person_learns_the_outcome_when_it_is_told_and_not_before(organ: Site) -> None:
    ended = crowd(organ, cases=4)
    person = next(name for name, outcome in ended.items() if outcome == "negative")
    with organ.engine.begin() as connection:
        connection.execute(text("delete from assessment.steps where step = 'told'"))
    words = {"person_id": person, "head_id": "meti", "on": LONG_AFTER, "at": day_start(LONG_AFTER)}
    own = organ.ask(queries.state_of, viewer="person", **words)
    assert own.outcome is None
    assert "decided" not in [step for step, _on in own.steps]
    assert organ.ask(queries.state_of, viewer="officer", **words).outcome == "negative"
