"""Generated questions for comparing the compiled form with the engine: of the schema's types, at the edge of every literal.

Left to chance nearly every question would be refused by some policy. So the walk goes along permits: from one that was found
a single attribute is changed at a time, which meets each condition from both sides.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from random import Random
from typing import Any

from cedarpy import pst

from service.decision.compiled.expressions import TOLD, Path
from service.decision.compiled.schema import Type, is_held
from service.decision.compiled.values import FIRST_MS, LAST_MS, LEAST, MOST, duration_of, instant_of
from service.decision.engine import Question

DAY_MS = 86_400_000
OTHERS = ("one", "another", "")
POOL, CLIMB, NEAR = 16, 200, 8
Channel = dict[str, Any]
Asked = tuple[Channel, Question]
Guide = Callable[[Channel, Question], int | None]
"""How far a question is from a permit: 0 for one, else the number of policies in the way; None where it cannot be told."""


class Literals:
    """The literals of a policy set, and at which attributes each stands."""

    def __init__(self, tree: pst.PolicySet) -> None:
        """Read the whole tree."""
        self.texts: dict[Path, list[str]] = defaultdict(list)
        self.numbers: set[int] = {0, 1, LEAST, MOST}
        self.instants: set[int] = set()
        self.durations: set[int] = {DAY_MS}
        self.entities: dict[str, set[str]] = defaultdict(set)
        for policy in tree.static_policies.values():
            self._read((policy.principal, policy.resource, *(clause.expr for clause in policy.clauses)))

    def _read(self, node: Any) -> None:
        if isinstance(node, pst.LongLit):
            self.numbers |= {one for one in (node.value - 1, node.value, node.value + 1) if LEAST <= one <= MOST}
        elif isinstance(node, pst.EntityUid):
            self.entities[str(node.type)].add(node.id)
        elif isinstance(node, pst.UnaryOp) and node.op in ("datetime", "duration") and isinstance(node.arg, pst.StringLit):
            known, read = (self.instants, instant_of) if node.op == "datetime" else (self.durations, duration_of)
            known.add(read(node.arg.value))
            return
        elif isinstance(node, pst.Like):
            parts = "".join("*" if isinstance(one, pst.Wildcard) else one.value for one in node.pattern)
            least, filled = parts.replace("*", ""), parts.replace("*", "x")
            self.texts[_path(node.base)] += [least, filled, least[1:], least[:-1], f"x{filled}", f"{filled}x"]
        elif isinstance(node, pst.BinaryOp):
            for one, other in ((node.left, node.right), (node.right, node.left)):
                elements = one.elements if isinstance(one, pst.Set) else (one,)
                self.texts[_path(other)] += [element.value for element in elements if isinstance(element, pst.StringLit)]
        if isinstance(node, tuple | list):
            for child in node:
                self._read(child)
        elif isinstance(node, Mapping):
            self._read(tuple(node.values()))
        elif is_dataclass(node):
            self._read(tuple(getattr(node, field.name) for field in fields(node)))


def _path(node: Any) -> Path:
    """Return where in the context an attribute stands, () for what is none."""
    path: Path = ()
    while isinstance(node, pst.GetAttr):
        node, path = node.base, (node.attr, *path)
    return path if isinstance(node, pst.Var) and node.name == "context" else ()


class Requests:
    """Makes questions, always the same ones for the same seed."""

    def __init__(self, context: Type, tree: pst.PolicySet, actions: Sequence[str], *, now_ms: int, seed: int) -> None:
        """Take the type of the context, the policies, and around which instant to ask."""
        self.context, self.actions = context, list(actions)
        self.literals = Literals(tree)
        self.random = Random(seed)  # noqa: S311 - questions, not secrets
        self.nows = [now_ms, *(at + late for at in sorted(self.literals.instants) for late in (-1, 0, 1))]
        self.paths = list(_paths(context))
        self.pools: dict[str, list[Asked]] = {action: [] for action in self.actions}

    def ask(self, count: int, guide: Guide) -> Iterator[Asked]:
        """Yield questions, about half of them permits where the policies permit anything."""
        for place in range(count):
            action = self.actions[place % len(self.actions)]
            if len(self.pools[action]) < POOL and (self._in_ten(5) if not self.pools[action] else not self.random.randrange(100)):
                self._climb(action, guide)
            yield self._one(action, guide, wanted=bool(place // len(self.actions) % 2))

    def _one(self, action: str, guide: Guide, *, wanted: bool) -> Asked:
        pool = self.pools[action]
        if not pool or (not wanted and self._in_ten(2)):
            return self._afresh(action)
        start = self.random.choice(pool)
        for _try in range(NEAR):
            asked = self._changed(start)
            permits = guide(*asked) == 0
            if permits:
                pool[self.random.randrange(len(pool))] = asked
            if permits == wanted:
                return asked
        return start if wanted else self._afresh(action)

    def _climb(self, action: str, guide: Guide) -> None:
        """Look for a permit, step by step from anywhere."""
        best = self._afresh(action)
        score = guide(*best)
        for _step in range(CLIMB):
            if score == 0:
                self.pools[action].append(best)
                return
            asked = self._changed(best)
            found = guide(*asked)
            if found is not None and (score is None or found <= score):
                best, score = asked, found

    def _afresh(self, action: str) -> Asked:
        now_ms = self.random.choice(self.nows)
        kinds = self.literals.entities
        person, information = (self.random.choice([*OTHERS, *sorted(kinds[kind])]) for kind in ("Sekisho::Person", "Sekisho::Information"))
        question = Question(action, self._asked(), now_ms, person, information, self._in_ten(2))
        channel = self._record(self.context, (), now_ms)
        return {name: value for name, value in channel.items() if (name,) not in TOLD}, question

    def _in_ten(self, times: int) -> bool:
        return self.random.randrange(10) < times

    def _asked(self) -> str:
        asked: str = self.random.choice([*self.actions, *self.literals.texts.get(("asked",), ()), *OTHERS[:1]])
        return asked

    def _changed(self, asked: Asked) -> Asked:
        """Return a question with one thing changed, now and then with two."""
        channel, question = asked
        for _change in range(1 + self._in_ten(2)):
            path = self.random.choice(self.paths)
            if path not in TOLD:
                channel = self._with(channel, path, question.now_ms)
            elif path == ("now",):
                question = replace(question, now_ms=self._instant(channel, question.now_ms))
            elif path == ("asked",):
                question = replace(question, asked=self._asked())
            else:
                question = replace(question, standing=not question.standing)
        if self._in_ten(1):
            fresh = self._afresh(question.action)[1]
            question = replace(question, person=fresh.person, information=fresh.information)
        return channel, question

    def _with(self, channel: Channel, path: Path, now_ms: int) -> Channel:
        """Return a channel that differs in one attribute, or in the record that it would stand in."""
        changed = record = dict(channel)
        of_type = self.context
        for depth, name in enumerate(path):
            attribute, last = of_type.attributes[name], depth == len(path) - 1
            if last and attribute.optional and name in record and self._in_ten(5):
                del record[name]
                break
            if last or name not in record:
                record[name] = self._value(attribute.type, path[: depth + 1], now_ms, changed)
                break
            record[name] = dict(record[name])
            record, of_type = record[name], attribute.type
        return changed

    def _record(self, of_type: Type, path: Path, now_ms: int, channel: Channel | None = None) -> Channel:
        made: Channel = {}
        for name, attribute in of_type.attributes.items():
            if not attribute.optional or (is_held(name, attribute.type) and self._in_ten(5)):
                made[name] = self._value(attribute.type, (*path, name), now_ms, made if channel is None else channel)
        return made

    def _value(self, of_type: Type, path: Path, now_ms: int, channel: Channel) -> Any:  # noqa: PLR0911 - one for each type
        chance = self.random
        if of_type.kind == "record":
            return self._record(of_type, path, now_ms, channel)
        if of_type.kind == "bool":
            return self._in_ten(5)
        if of_type.kind == "datetime":
            return self._instant(channel, now_ms)
        if of_type.kind == "long":
            return chance.choice(_of_type(channel, int, "") if self._in_ten(3) else [*sorted(self.literals.numbers), chance.randrange(9)])
        if of_type.kind == "set" and of_type.element is not None:
            return [self._value(of_type.element, path, now_ms, channel) for _ in range(chance.choice((0, 1, 1, 2, 3)))]
        known = self.literals.texts.get(path)
        if known and self._in_ten(7):
            return chance.choice(known)
        return chance.choice(_of_type(channel, str, "") if self._in_ten(3) else [*OTHERS, *self.actions])

    def _instant(self, channel: Channel, now_ms: int) -> int:
        """Return an instant at, just before or just behind one that matters."""
        chance = self.random
        base = chance.choice(_of_type(channel, int, "_at")) if self._in_ten(4) else now_ms
        if self.literals.instants and self._in_ten(2):
            base = chance.choice(sorted(self.literals.instants))
        by = chance.choice([0, 0, *sorted(self.literals.durations), 3650 * DAY_MS]) * chance.choice((-1, 1))
        return min(max(base + by + chance.choice((-1, 0, 0, 1)), FIRST_MS), LAST_MS)


def _paths(of_type: Type, path: Path = ()) -> Iterator[Path]:
    for name, attribute in of_type.attributes.items():
        if (*path, name) in TOLD or is_held(name, attribute.type):
            yield (*path, name)
        if attribute.type.kind == "record":
            yield from _paths(attribute.type, (*path, name))


def _of_type(channel: Channel, kind: type, ending: str) -> list[Any]:
    """Return the values of a kind that a channel holds already, or one of that kind: equal ones matter where policies compare two."""
    found: list[Any] = []
    for record in (channel, *(inner for inner in channel.values() if type(inner) is dict)):
        for name, inner in record.items():
            if type(inner) is kind and (kind is str or name.endswith("_at") == (ending == "_at")):
                found.append(inner)
            elif kind is str and type(inner) is list:
                found += [one for one in inner if type(one) is str]
    return found or [kind()]
