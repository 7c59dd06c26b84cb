"""What ends, is revoked, expires or is doubted never turns a denial into a permit; nor does time, but for what the law says.

A move changes one part and leaves the others: every point of the part, every point that it may become, in the company of every
class of all other parts.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice, product

import pytest
from cedarpy import pst

from service.decision.policyset import PolicySet
from tests.proofs.judged import ASKS, Judged, Table, with_policy
from tests.proofs.members import Path
from tests.proofs.moves import ENDING, NARROWING, OPENING, Move, comes
from tests.proofs.space import ROUTES, Space

SHIPPED = PolicySet.load()
LARGE = 10_000
WITH = {"holding": ROUTES, "certification": ("operator",), "contract": ("operator",)}
"""Where a record is of the facts at all (tested on those of the legal cases)."""
Flip = tuple[Table, tuple[int, ...], tuple[int, ...], str]


def flips(judged: Judged, member: Path, move: Move, *, every: int = 1) -> Iterator[tuple[str, Flip]]:
    """Yield what a move turns: `opens` a denial into a permit, or `closes` a permit; with the classes before and after.

    `every`: of a part with more points than some thousand only every so manieth is moved.
    """
    part = judged.space.part_of([member])
    assert part is not None
    # The same points at another hub move alike.
    moves: dict[int, set[tuple[int, int]]] = defaultdict(set)
    for table in judged.tables:
        classes, places = judged.classes(part, table.hub)
        assert classes is table.parts[part]
        if member[0] in WITH and table.hub.get(("holding", "route")) not in WITH[member[0]]:
            continue
        key = id(places)
        for canonical, place in islice(places.items(), 0, None, every if len(places) > LARGE else 1) if key not in moves else ():
            for moved in move(dict(canonical)):
                # A point outside of the space would raise here: the space holds whatever a move leads to.
                moves[key].add((place, places[judged.space.canonical(moved)]))
        pairs = moves[key]
        others = [range(len(one)) for other, one in enumerate(table.parts) if other != part]
        for action, company in product(ASKS, product(*others)):
            for before, after in pairs:
                was, then = ((*company[:part], one, *company[part:]) for one in (before, after))
                permitted = table.permits[action]
                if (was in permitted) != (then in permitted):
                    yield "opens" if then in permitted else "closes", (table, was, then, action)


EVERY = pytest.mark.parametrize("every", [37, pytest.param(1, marks=pytest.mark.long)])
"""The short form moves a part of the assessments, the long form all; every other part is moved whole in both."""


@EVERY
@pytest.mark.parametrize("name", NARROWING)
def test_what_takes_something_away_opens_nothing_and_closes_something(name: str, every: int, shipped: Judged) -> None:
    turned = [kind for kind, _flip in flips(shipped, *NARROWING[name], every=every)]
    assert "opens" not in turned
    assert turned, "the move is idle"


def instants(space: Space) -> list[Path]:
    """The instants that `now` is compared with."""
    return sorted(space.with_now)


@EVERY
def test_time_alone_opens_nothing_but_a_beginning_and_a_closing(every: int, shipped: Judged, space: Space) -> None:
    opening = {}
    for instant in instants(space):
        turned = list(flips(shipped, instant, comes(instant), every=every))
        opening[instant] = {kind for kind, _flip in turned}
        if instant in ENDING:
            # An end opens where the closing was recorded before it, and nowhere else.
            part = space.part_of([instant])
            assert part is not None
            for kind, (table, was, then, _action) in turned:
                assert kind == "closes" or (table.parts[part][then[part]].opened and not table.parts[part][was[part]].opened)
    assert {instant for instant, kinds in opening.items() if "opens" in kinds} == {*OPENING, *ENDING}
    assert {instant for instant, kinds in opening.items() if "closes" in kinds} >= {
        ("assessment", "ends_at"),
        ("sds_assessment", "ends_at"),
        ("certification", "until_at"),
        ("contract", "until_at"),
        ("contract", "return_until_at"),
        ("holding", "returned_at"),
    }


def test_a_provision_that_is_gone_altogether_opens_nothing(shipped: Judged) -> None:
    # What the hub says changes: the parts of the holding vanish, and the others stay as they are.
    closed = 0
    for table in shipped.tables:
        bare = next(one for one in shipped.tables if one.hub == {path: value for path, value in table.hub.items() if path[0] != "holding"})
        assert not any(shipped_permits_unopened(bare, action) for action in ASKS)
        closed += bool(shipped_permits_unopened(table, "make"))
    assert closed == 4


def shipped_permits_unopened(table: Table, action: str) -> list[tuple[int, ...]]:
    """The permits other than those that a closing opened, to which no holding matters."""
    return [one for one in table.permits[action] if not any(part[place].opened for part, place in zip(table.parts, one, strict=True))]


def turned(policy: str, clause: int) -> PolicySet:
    """The shipped set with one clause of a policy turned from `unless` to `when`, or from `when` to `unless`."""
    (name,) = (name for name, one in SHIPPED.policies.items() if one.id == policy)
    template = SHIPPED.tree.static_policies[name]
    clauses = list(template.clauses)
    clauses[clause] = (pst.Unless if isinstance(clauses[clause], pst.When) else pst.When)(clauses[clause].expr)
    changed = replace(template, clauses=tuple(clauses))
    return with_policy(SHIPPED, name, changed)


WRONG = {
    "the listing is removed": ("act-10-4-not-listed", 1),
    "the certification is withdrawn": ("act-10-not-certified", 1),
    "the certification ends earlier": ("act-10-certification-ended", 0),
    "the contract ends earlier": ("act-10-contract-over", 0),
    "the provision is returned": ("act-6-returned", 0),
    "a consent falls away": ("act-6-consent", 1),
    "the person leaves the contract's units": ("act-10-units", 0),
    "the clearance expires earlier": ("act-11-1-expired", 0),
    "a doubt is told": ("act-11-2-doubt", 0),
    "a later assessment is negative": ("act-11-1-negative", 0),
    "the person is not known": ("act-3-unknown-person", 0),
    "the originator releases it to fewer": ("act-5-released-to", 1),
}


@pytest.mark.parametrize(
    "name", [pytest.param(one, marks=pytest.mark.long) if WRONG[one][0].startswith("act-11") else one for one in WRONG]
)
def test_a_policy_turned_round_is_found_by_what_it_opens(name: str, shipped: Judged, space: Space) -> None:
    changed = Judged(turned(*WRONG[name]), space, like=shipped, route="received" if "consent" in name else "operator")
    assert any(kind == "opens" for kind, _flip in flips(changed, *NARROWING[name]))
