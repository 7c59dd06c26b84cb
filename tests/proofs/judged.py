"""Every class of every part judged with every class of all others, by the compiled policies through the judge itself."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from math import prod
from random import Random
from typing import Any

import cedarpy
from cedarpy import pst

from service.decision.compiled.admission import Admitted, Compared, compiled_of
from service.decision.compiled.compiler import Reading
from service.decision.judge import judge
from service.decision.judge_fast import judge_fast
from service.decision.policyset import PolicySet
from tests.proofs.conditions import ASKED, BY_APPROVAL, CONDITIONS, ENDING, STANDS, Condition, is_opened, needed
from tests.proofs.members import NOW
from tests.proofs.space import NOW_MS, Point, Space

ASKS = ("make", "return")
"""One action of each kind: the others of its kind are judged by the same function, and only lists of actions tell them apart.
To read is to make where no approvals are kept: the same policies are about either, but for that of approvals (tested)."""
LISTS = (("listing", "actions"), ("approval", "actions"))
"""The lists of actions that facts hold."""
PUT = (*((action, standing) for action in ASKS for standing in (False, True)), ("after_closing", False))
"""What the judge puts to the policies."""
ENDED = "designation_ended"
Signature = tuple[Any, ...]


@dataclass
class Class:
    """The points of a part that are answered alike and lawful alike: one that stands for all, and how many they are."""

    point: Point
    lawful: Mapping[str, tuple[bool, bool]]
    """Of each action, whether the part lacks nothing: while the designation restricts, and once its closing opened it."""
    opened: bool
    """Whether its designation has ended with its closing recorded."""
    points: int = 0
    lacking: dict[str, set[str]] = field(default_factory=dict)
    """Of each action, the conditions that some of its points do not fulfil."""


@dataclass
class Table:
    """What is answered at one hub: the classes of each part, and for each choice of one of each the answer."""

    hub: Point
    lacking: Mapping[str, frozenset[str]]
    """Of each action, the conditions that the hub alone decides and does not fulfil."""
    parts: list[list[Class]]
    permits: dict[str, set[tuple[int, ...]]] = field(default_factory=dict)

    def chosen(self) -> Iterator[tuple[int, ...]]:
        """Yield every choice of a class of each part."""
        return product(*(range(len(part)) for part in self.parts))

    def points_of(self, chosen: Sequence[int]) -> int:
        """Return how many points a choice stands for."""
        return prod(part[place].points for part, place in zip(self.parts, chosen, strict=True))

    def missing(self, chosen: Sequence[int], action: str) -> frozenset[str]:
        """Return the conditions that a permit would need there and that some of its points do not fulfil; none if all do."""
        classes = [part[place] for part, place in zip(self.parts, chosen, strict=True)]
        opened = any(one.opened for one in classes)
        found = set(self.lacking[action] & needed(opened=opened))
        for one in classes:
            if not one.lawful[action][opened]:
                found |= one.lacking[action] & needed(opened=opened)
        return frozenset(found)


class Judged:
    """A policy set, asked about the whole space."""

    def __init__(self, policies: PolicySet, space: Space, *, like: "Judged | None" = None, route: str | None = None) -> None:
        """Ask everything. `like` is another set that was asked: then `policies` are a mutant of it.

        Parts whose policies both have are taken from it. `route` leaves only the hub at which one holds that way (`none`: in no
        way), or those at which it is not known for whom (`unknown`).
        """
        self.policies, self.space = policies, space
        self.fast = Admitted(policies, compiled_of(policies), Compared())
        self.questions = 0
        self.bits = {name: 1 << place for place, name in enumerate(self.fast.compiled.names)}
        # A mutant lacks a policy that the space was made of, and no set is asked here about areas.
        own = [name for name in self.bits if name in space.reads]
        self.of_part = {part: [name for name in own if space.part_of(space.reads[name]) == part] for part in range(len(space.parts))}
        self.conditions = {part: self._deciding(part) for part in (None, *range(len(space.parts)))}
        self.known: dict[Any, tuple[list[Class], dict[Any, int]]] = {}
        if like is not None:
            same = {part for part in self.of_part if self._policies_of(part) == like._policies_of(part)}
            self.known = {key: classes for key, classes in like.known.items() if key[0] in same}
        self.tables = [self._table(hub) for hub in space.hubs() if route in (None, _route(hub))]

    def _policies_of(self, part: int) -> list[Any]:
        return [self.policies.tree.static_policies[name] for name in self.of_part[part]]

    def classes(self, part: int, hub: Point) -> tuple[list[Class], dict[Any, int]]:
        """Return the classes of a part at a hub, and which of them each point is of."""
        reads = frozenset[Any]().union(
            *(self.space.reads[name] for name in self.of_part[part]), *(one.members for one in self.conditions[part])
        )
        # A hub counts for a part as far as the part reads it; whether there is a holding always does, where its members lie in one.
        told = tuple(sorted((path, value) for path, value in hub.items() if path in reads))
        key = (part, told)
        if key not in self.known:
            self.known[key] = self._classes(part, hub)
        return self.known[key]

    def _classes(self, part: int, hub: Point) -> tuple[list[Class], dict[Any, int]]:
        others = [next(self.space.points(other, hub)) for other in range(len(self.space.parts)) if other != part]
        found: dict[Signature, int] = {}
        classes: list[Class] = []
        places: dict[Any, int] = {}
        for point in self.space.points(part, hub):
            lacking = {action: self._lacking(part, {**hub, **point}, action) for action in ASKS}
            opened = is_opened(lacking[ASKS[0]]) and any(one.name == STANDS for one in self.conditions[part])
            lawful = {action: (not lacks & needed(opened=False), not lacks & needed(opened=True)) for action, lacks in lacking.items()}
            signature = (*self._bits(part, [hub, point, *others]), *lawful.values(), opened)
            place = found.setdefault(signature, len(classes))
            if place == len(classes):
                classes.append(Class(point, lawful, opened))
            classes[place].points += 1
            for action, lacks in lacking.items():
                classes[place].lacking.setdefault(action, set()).update(lacks)
            # Points are enumerated in their canonical form (tested).
            canonical = tuple(sorted(point.items()))
            assert canonical not in places, "a point is enumerated twice"
            places[canonical] = place
        return classes, places

    def _bits(self, part: int, points: Sequence[Point]) -> Iterator[tuple[str, bool]]:
        """Yield, for each question, how the part's policies refuse and whether one of them permits."""
        mask = sum(self.bits[name] for name in self.of_part[part])
        listed = not self.space.parts[part].isdisjoint(LISTS)
        read = {action: self._values(points, action) for action in (ASKS if listed else ASKS[:1])}
        for asked, standing in PUT:
            for action in ASKS if asked == "after_closing" and listed else (asked if listed else ASKS[0],):
                given = (read[action], NOW_MS, action, standing, "person", "information")
                forbids, permits, failed = self.fast.decide[asked](*given)
                self.questions += 1
                yield "failed" if failed & mask else self._refusing(forbids & mask), bool(permits & mask)

    def _values(self, points: Sequence[Point], action: str) -> tuple[Any, ...]:
        reading = self.fast.compiled.read(self.space.channel(points, action))
        assert reading is not None, "a point is not as the schema states"
        return reading.values

    def _refusing(self, forbids: int) -> str:
        """Return how the lowest of the forbids refuses: the rank decides which speaks, and only an end is asked anew."""
        if not forbids:
            return ""
        lowest = min((self.policies.policies[name] for name in self.fast.compiled.named(forbids)), key=lambda one: (one.rank, one.id))
        return ENDED if lowest.reason == ENDED else "refused"

    def _deciding(self, part: int | None) -> list[Condition]:
        return [one for one in CONDITIONS.values() if self.space.part_of(one.members) == part]

    def _lacking(self, part: int | None, point: Point, action: str) -> frozenset[str]:
        told = {NOW: NOW_MS, ENDING: action == "return", BY_APPROVAL: True, ASKED: "asked"}
        values = {**point, **told}
        return frozenset(
            one.name for one in self.conditions[part] if not one.holds(**{name: values.get(path) for name, path in one.reads.items()})
        )

    def _table(self, hub: Point) -> Table:
        parts = [self.classes(part, hub)[0] for part in range(len(self.space.parts))]
        table = Table(hub, {action: self._lacking(None, hub, action) for action in ASKS}, parts)
        for action in ASKS:
            table.permits[action] = set(self._permitted(table, action))
        return table

    def _permitted(self, table: Table, action: str) -> Iterator[tuple[int, ...]]:
        """Yield the choices that the judge itself lets leave as yes, by the compiled policies."""
        first = [table.hub, *(part[0].point for part in table.parts)]
        base = self._values(first, action)
        own: list[list[list[tuple[int, Any]]]] = []
        for place, part in enumerate(table.parts, 1):
            read = [self._values([*first[:place], one.point, *first[place + 1 :]], action) for one in part]
            places = [at for at in range(len(base)) if any(values[at] != base[at] for values in read)]
            own.append([[(at, values[at]) for at in places] for values in read])
        facts: dict[str, Any] = {"person": "person", "information": "information", "segments": [{"from": None, "to": None, "channels": []}]}
        for chosen in table.chosen():
            values = list(base)
            for part_values, place in zip(own, chosen, strict=True):
                for at, value in part_values[place]:
                    values[at] = value
            self.questions += 1
            if judge_fast(self.fast, facts, action=action, now_ms=NOW_MS, readings={None: (Reading(tuple(values), ()),)}).api:
                yield chosen

    def by_compiled(self, points: Sequence[Point], action: str) -> bool:
        """Return what the judge answers of a channel by the compiled policies."""
        facts = self._facts(points, action)
        return judge_fast(self.fast, facts, action=action, now_ms=NOW_MS, readings={}).api

    def by_engine(self, points: Sequence[Point], action: str) -> bool:
        """Return what the judge answers of a channel by the Rust engine."""
        return judge(self.policies, self._facts(points, action), action=action, now_ms=NOW_MS).api

    def _facts(self, points: Sequence[Point], action: str) -> dict[str, Any]:
        segment = {"from": None, "to": None, "channels": [self.space.channel(points, action)]}
        return {"person": "person", "information": "information", "segments": [segment]}

    def strewn(self, random: Random, count: int) -> Iterator[tuple[list[Point], str, bool]]:
        """Yield points from anywhere in the space, half of them permitted: the points, the action, and the answer of their class."""
        members: dict[Any, dict[int, list[Any]]] = {}
        for place in range(count):
            table, action = random.choice(self.tables), random.choice(ASKS)
            permits = sorted(table.permits[action])
            chosen = random.choice(permits) if place % 2 and permits else tuple(random.randrange(len(part)) for part in table.parts)
            points: list[Point] = [table.hub]
            for part, one in enumerate(chosen):
                _classes, places = self.classes(part, table.hub)
                of_class = members.setdefault(id(places), {})
                if not of_class:
                    for canonical, its in places.items():
                        of_class.setdefault(its, []).append(canonical)
                points.append(dict(random.choice(of_class[one])))
            yield points, action, chosen in table.permits[action]

    def unlawful(self) -> dict[str, int]:
        """Return the conditions that some permit lacks, each with how many permitted points lack it."""
        found: dict[str, int] = {}
        for table in self.tables:
            for action in ASKS:
                for chosen in table.permits[action]:
                    for name in table.missing(chosen, action):
                        found[name] = found.get(name, 0) + table.points_of(chosen)
        return found

    def refused_lawful(self) -> int:
        """Return how many points are denied though no condition is missing."""
        return sum(
            table.points_of(chosen)
            for table in self.tables
            for action in ASKS
            for chosen in table.chosen()
            if chosen not in table.permits[action] and not table.missing(chosen, action)
        )

    def counts(self) -> dict[str, int]:
        """Return how many points there are, how many are permitted, and how many classes and questions stood for them."""
        every = sum(len(ASKS) * prod(sum(one.points for one in part) for part in table.parts) for table in self.tables)
        permits = sum(table.points_of(chosen) for table in self.tables for action in ASKS for chosen in table.permits[action])
        choices = sum(len(ASKS) * prod(map(len, table.parts)) for table in self.tables)
        return {"points": every, "permits": permits, "denials": every - permits, "choices": choices, "questions": self.questions}


def _route(hub: Point) -> str:
    return str(hub.get(("holding", "route"), "none")) if ("organization",) in hub else "unknown"


def without(policies: PolicySet, *ids: str) -> PolicySet:
    """Return a set without the policies of these ids."""
    kept = {name: one for name, one in policies.tree.static_policies.items() if policies.policies[name].id not in ids}
    assert len(kept) + len(ids) == len(policies.tree.static_policies), ids
    return _of(policies, kept)


def with_policy(policies: PolicySet, name: str, template: pst.Template) -> PolicySet:
    """Return a set with another policy in place of the one that the engine gives this name."""
    return _of(policies, {**policies.tree.static_policies, name: template})


def _of(policies: PolicySet, templates: Mapping[str, pst.Template]) -> PolicySet:
    tree = replace(policies.tree, static_policies=dict(templates))
    return replace(policies, handle=cedarpy.PolicySet.from_pst(tree), tree=tree)
