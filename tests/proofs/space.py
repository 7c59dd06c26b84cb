"""All facts of one channel, but for what no policy and no condition of the law can tell apart.

Why this is all of them. Policies do eight things with a member (`members.Use`): they ask whether it is there, take a truth
value, equate a word with a literal or a name with a name, look for a name in a set or whether two sets meet or one is empty,
and compare two instants. So it is enough to take each optional member absent and present; both truth values; each literal and
one word besides; for names that are only equated, as many names as are equated; for sets, one name for each region that the
compared sets can have; and for instants every order, ties among them, of those that are compared, `now` being the fixed one.
Where a member holds a closed list of words, the facts hold no other (`CLOSED`, tested).

Why parts. Once it is known for whom and by which way one handles (the hub), every policy reads members of one part alone, and
so does every condition of the law: parts are made by joining whatever one of them reads together. A policy's bit is therefore
the same whatever the other parts hold, and two points of a part with the same bits that fulfil the same conditions are one
class. Every class of every part is judged in the company of every class of every other: that is the whole product.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, combinations, product
from typing import Any

from cedarpy import pst

from service.decision.assessed import CARRIED_OUT
from service.decision.compiled.schema import Type, context_type
from service.decision.policyset import PolicySet
from tests.proofs.members import NOW, TOLD, Path, Use, reads_of, uses_of

NOW_MS, DAY_MS = 1_800_000_000_000, 86_400_000
Point = Mapping[Path, Any]
"""Members that are there with their values; a record that is there has True."""
HERE = "here"
HUB: tuple[Path, ...] = (("organization",), ("holding",), ("holding", "route"))
ROUTES = ("own", "received", "police", "operator")
CLOSED: Mapping[Path, Sequence[str]] = {
    ("holding", "route"): ROUTES,
    ("assessment", "outcome"): CARRIED_OUT,
    ("sds_assessment", "outcome"): CARRIED_OUT,
}
NAMES = ("one", "two")
ELEMENTS: Mapping[Path, Sequence[str]] = {
    ("holding", "consented_by"): NAMES,
    ("designation", "released_to"): (HERE, "there"),
    ("listing", "actions"): ("asked", "another"),
    ("approval", "actions"): ("asked", "another"),
    ("contract", "units"): ("left", "both", "right"),
    ("units",): ("left", "both", "right"),
}
"""Names for the regions of sets. `asked` stands for the action that is asked about."""


def is_about_areas(policy: pst.Template) -> bool:
    """Tell whether a policy is about being in an area, which no handling is."""
    return isinstance(policy.action, pst.ActionEq) and policy.action.entity.id == "enter"


class Space:
    """The parts of the space of facts of one channel, for a policy set and what the conditions of the law read besides."""

    def __init__(self, policies: PolicySet, besides: Iterable[frozenset[Path]]) -> None:
        """Read the tree. Raises UnknownUseError."""
        # Whether somebody may be in an area is asked of other facts, and not here.
        templates = {name: one for name, one in policies.tree.static_policies.items() if not is_about_areas(one)}
        self.context = context_type(policies.texts.schema)
        self.uses: list[Use] = [use for one in templates.values() for use in uses_of(one)]
        self.reads = {name: reads_of(one) for name, one in templates.items()}
        self.parts = _joined([*self.reads.values(), *besides])
        self.groups, self.with_now = self._orders()

    def part_of(self, members: Iterable[Path]) -> int | None:
        """Return the part that members lie in, None for members of the hub alone."""
        found = {place for place, part in enumerate(self.parts) if part & frozenset(members)}
        assert len(found) <= 1, members
        return next(iter(found), None)

    def hubs(self) -> Iterator[Point]:
        """Yield every hub: whether it is known for whom, and by which way they hold, if at all."""
        for known in (True, False):
            for route in (None, *ROUTES):
                holding = {} if route is None else {("holding",): True, ("holding", "route"): route}
                yield {**({("organization",): HERE} if known else {}), **holding}

    def points(self, part: int, hub: Point) -> Iterator[dict[Path, Any]]:
        """Yield every point of a part."""
        yield from self._fill(sorted(self.parts[part], key=lambda path: (len(path), path)), hub, {})

    def canonical(self, point: Point) -> tuple[tuple[Path, Any], ...]:
        """Return what all points have in common that differ in the distance of instants alone."""
        ranked = dict(point)
        for group in self.groups:
            told = [path for path in group if path in point]
            values = [point[path] for path in told] + ([NOW_MS] if group & self.with_now else [])
            ranks = {value: place for place, value in enumerate(sorted(set(values)))}
            zero = ranks[NOW_MS] if group & self.with_now else 0
            ranked |= {path: NOW_MS + (ranks[point[path]] - zero) * DAY_MS for path in told}
        return tuple(sorted(ranked.items()))

    def channel(self, points: Iterable[Point], asked: str) -> dict[str, Any]:
        """Return the channel that a hub and a point of each part make, in the form of facts."""
        merged = {path: value for point in points for path, value in point.items()}
        return _record(self.context, (), merged, asked)

    def _fill(self, paths: Sequence[Path], hub: Point, point: dict[Path, Any]) -> Iterator[dict[Path, Any]]:
        if not paths:
            yield from self._placed(point)
            return
        path, rest = paths[0], paths[1:]
        if len(path) > 1 and path[:-1] not in point and path[:-1] not in hub:
            yield from self._fill(rest, hub, point)
            return
        kind, optional = self._type(path)
        if optional:
            yield from self._fill(rest, hub, point)
        for value in self._values(path, kind):
            yield from self._fill(rest, hub, {**point, path: value})

    def _values(self, path: Path, kind: str) -> Sequence[Any]:
        if kind == "bool":
            return (False, True)
        if kind == "set":
            return tuple(chain.from_iterable(combinations(ELEMENTS[path], size) for size in range(len(ELEMENTS[path]) + 1)))
        if kind == "string":
            literals = sorted({use.literal for use in self.uses if use.kind == "word" and use.paths == (path,)})
            return CLOSED.get(path) or ((*literals, "another") if literals else NAMES)
        # A record that is there, or an instant whose place is found afterwards.
        return (True,)

    def _placed(self, point: dict[Path, Any]) -> Iterator[dict[Path, Any]]:
        """Yield a point with its instants in every order."""
        orders = []
        for group in self.groups:
            told = sorted(path for path in group if path in point)
            if told:
                orders.append([dict(zip(told, places, strict=True)) for places in self._places(len(told), bool(group & self.with_now))])
        for chosen in product(*orders):
            yield point | {path: NOW_MS + place * DAY_MS for order in chosen for path, place in order.items()}

    @staticmethod
    def _places(count: int, with_now: bool) -> list[tuple[int, ...]]:
        found = set()
        size = count + with_now
        for values in product(range(size), repeat=size):
            if set(values) == set(range(len(set(values)))):
                zero = values[-1] if with_now else 0
                found.add(tuple(value - zero for value in values[:count]))
        return sorted(found)

    def _orders(self) -> tuple[list[frozenset[Path]], frozenset[Path]]:
        compared = [use.paths for use in self.uses if use.kind == "order"]
        with_now = frozenset(path for pair in compared if NOW in pair for path in pair if path != NOW)
        # `now` is the same for all, and joins nothing.
        return _joined([frozenset(pair) - {NOW} for pair in compared]), with_now

    def _type(self, path: Path) -> tuple[str, bool]:
        attributes = self.context.attributes
        for name in path[:-1]:
            attributes = attributes[name].type.attributes
        return attributes[path[-1]].type.kind, attributes[path[-1]].optional


def _joined(sets: Iterable[frozenset[Path]]) -> list[frozenset[Path]]:
    """Return the parts that members fall into when all members of a set belong together; the hub belongs to none."""
    parts: list[frozenset[Path]] = []
    for one in sets:
        members = one - TOLD - frozenset(HUB)
        if members:
            joined = members.union(*(part for part in parts if part & members))
            parts = [part for part in parts if not part & members] + [joined]
    return sorted(parts, key=sorted)


FILLED: Mapping[str, Any] = {"long": 0, "string": "anything", "datetime": NOW_MS, "bool": False, "set": []}
"""What stands in members that no policy reads."""


def _record(of_type: Type, path: Path, merged: Point, asked: str) -> dict[str, Any]:
    record: dict[str, Any] = {}
    for name, attribute in of_type.attributes.items():
        inner, kind = (*path, name), attribute.type.kind
        if inner in TOLD or (attribute.optional and inner not in merged):
            continue
        if kind == "record":
            record[name] = _record(attribute.type, inner, merged, asked)
        elif kind == "set" and inner in merged:
            record[name] = [asked if one == "asked" else one for one in merged[inner]]
        else:
            record[name] = merged.get(inner, FILLED[kind])
    return record
