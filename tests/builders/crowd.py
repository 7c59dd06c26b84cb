"""Many assessments that went differently, and somebody who tries to tell them apart by the clear leaves of the log."""

import json
import math
import random
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from service.assessment import operations
from service.assessment.operations.evening import even_out
from service.database import transaction
from service.personnel.operations import register_organization, register_person, take_post
from service.statute.periods import day_start
from tests.builders.site import ACTOR, Site

OUTCOMES = ("positive", "negative", "refused", "withdrawn")
BEGUN = date(2026, 7, 1)
LONG_AFTER = date(2028, 1, 1)
ENDS = {
    "positive": (
        "give_notice",
        "record_consent",
        "answer_inquiries",
        "request_investigation",
        "receive_opinion",
        "decide",
        "notify_result",
        "sign_pledge",
    ),
    "negative": (
        "give_notice",
        "record_consent",
        "answer_inquiries",
        "request_investigation",
        "receive_opinion",
        "decide",
        "notify_result",
    ),
    "refused": ("give_notice", "record_refusal", "decide", "notify_result"),
    "withdrawn": ("give_notice", "record_consent", "request_investigation", "record_withdrawal", "decide", "notify_result"),
}
Leaves = Mapping[str, Sequence[dict[str, Any]]]
"""The clear leaves of each case: how they belong together only the test knows."""


def crowd(site: Site, *, cases: int) -> dict[str, str]:
    """Walk so many assessments, their steps mixed, and return the outcome of each by its person."""
    dice = random.Random(7)
    ended = {f"person{place}": OUTCOMES[place % len(OUTCOMES)] for place in range(cases)}
    queue = {person: list(ENDS[outcome]) for person, outcome in ended.items()}
    with transaction(site.engine) as session:
        _do(site, session, register_organization, BEGUN, kind="organ", name="経済産業省", organization_id="meti")
        for person in ended:
            _do(site, session, register_person, BEGUN, legal_name=person, person_id=person)
            _do(site, session, take_post, BEGUN, person_id=person, organization_id="meti")
    day = BEGUN
    while queue:
        day += timedelta(days=1)
        with transaction(site.engine) as session:
            for person in dice.sample(sorted(queue), k=max(1, len(queue) // 4)):
                verb = queue[person].pop(0)
                words: dict[str, Any] = {"agreed": dice.random() < 0.5} if verb == "answer_inquiries" else {}
                if verb == "decide":
                    words = {"outcome": ended[person] if ended[person] in {"positive", "negative"} else "not_carried_out"}
                _do(site, session, getattr(operations, verb), day, person_id=person, head_id="meti", on=day, **words)
                if not queue[person]:
                    del queue[person]
    return ended


def _do(site: Site, session: Session, operation: Callable[..., Any], day: date, **words: Any) -> None:
    operation(session, log=site.log, actor=ACTOR, at=day_start(day), **words)


def evened(site: Site, *, on: date = LONG_AFTER) -> int:
    """Fill up what ended long before a day and return how many lines were written."""
    with transaction(site.engine) as session:
        return even_out(session, log=site.log, at=day_start(on), on=on)


def leaves_by_person(site: Site) -> Leaves:
    """Return the clear leaves of each person's case, found by the rows behind them."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    with site.engine.connect() as connection:
        rows = connection.execute(
            text(
                "select c.person_id, e.body from assessment.steps s join assessment.cases c on c.id = s.case_id"
                " join ledger.entries e on e.index = s.changed_index order by e.index"
            )
        )
        for person, body in rows:
            found[person].append(json.loads(bytes(body)) | {"size": len(bytes(body))})
    return found


def features(leaves: Sequence[dict[str, Any]]) -> list[float]:
    """Return what can be counted of the clear leaves of one case, but when they were written: nothing joins them for a reader."""
    sizes = [leaf["size"] for leaf in leaves]
    nibbles = [sum(leaf["object"][0] == nibble for leaf in leaves) for nibble in "0123456789abcdef"]
    return [
        len(leaves),
        sum(sizes),
        max(sizes),
        min(sizes),
        sum(len(leaf["_sd"]) for leaf in leaves),
        sum(len(leaf) for leaf in leaves),
        *(
            len({json.dumps(leaf.get(name)) for leaf in leaves})
            for name in ("v", "kind", "out", "actor", "for", "person", "on", "action", "second")
        ),
        *nibbles,
    ]


def told_apart(samples: Sequence[tuple[list[float], bool]]) -> float:
    """Return how often a logistic regression is right on the half of the samples that it has not seen."""
    half = len(samples) // 2
    columns = list(zip(*(one for one, _label in samples[:half]), strict=True))
    means = [sum(column) / half for column in columns]
    spread = [
        max(1e-9, math.sqrt(sum((value - mean) ** 2 for value in column) / half)) for column, mean in zip(columns, means, strict=True)
    ]
    scaled = [
        ([max(-5.0, min(5.0, (value - mean) / width)) for value, mean, width in zip(one, means, spread, strict=True)], label)
        for one, label in samples
    ]
    weights, bias = [0.0] * len(means), 0.0
    for _round in range(200):
        for one, label in scaled[:half]:
            wrong = label - 1 / (1 + math.exp(-_score(weights, bias, one)))
            bias += 0.05 * wrong
            weights = [weight + 0.05 * wrong * value for weight, value in zip(weights, one, strict=True)]
    return sum((_score(weights, bias, one) > 0) == label for one, label in scaled[half:]) / (len(scaled) - half)


def _score(weights: Sequence[float], bias: float, one: Sequence[float]) -> float:
    return max(-30.0, min(30.0, bias + sum(weight * value for weight, value in zip(weights, one, strict=True))))


def samples(leaves: Leaves, ended: Mapping[str, str], *, yes: set[str], of: Sequence[str] = OUTCOMES) -> list[tuple[list[float], bool]]:
    """Return the features of the cases that ended in one of some ways, and whether in one of `yes`, in random order."""
    found = [(features(leaves[person]), outcome in yes) for person, outcome in ended.items() if outcome in of]
    random.Random(11).shuffle(found)
    return found
