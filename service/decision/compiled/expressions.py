"""A Cedar expression as a Python expression: typed by the schema, evaluated in Cedar's order, and never wider than Cedar.

Cedar's operators: https://docs.cedarpolicy.com/policies/syntax-operators.html. The text that is made holds no word of a
policy but constants in quotation marks; names are numbers. Whatever is not of a form stated here raises UnsupportedError.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from cedarpy import pst

from service.decision.compiled.schema import Type, UnsupportedError, is_held
from service.decision.compiled.values import UNIT_MS, duration_of, instant_of, pattern
from service.decision.engine import ACTION, INFORMATION, PERSON

Path = tuple[str, ...]
TOLD: Mapping[Path, str] = {("now",): "now", ("asked",): "asked", ("standing",): "standing"}
"""What of the context is told with a question and stands in no facts."""
COMPARED = {"less": "<", "less_eq": "<=", "greater": ">", "greater_eq": ">="}
MIRRORED = {"less": "greater", "less_eq": "greater_eq", "greater": "less", "greater_eq": "less_eq"}
COUNTED = {"add": "+", "sub": "-", "mul": "*"}
ORDERED = ("long", "datetime", "duration")
EQUATED = ("bool", "string", "long", "datetime", "duration", "set")
NOW = ("now",)


@dataclass(frozen=True, slots=True)
class Code:
    """A Python expression, what type its value has, and which attributes are there once it was found true."""

    text: str
    type: Type
    present: frozenset[Path] = frozenset()
    path: Path | None = None
    """Where in the context it stands, for an attribute itself."""


BOOL, LONG, STRING = Type("bool"), Type("long"), Type("string")
INSTANT, DURATION = Type("datetime"), Type("duration")


def refuse(what: str) -> NoReturn:
    """Raise UnsupportedError for something of Cedar that is not compiled."""
    raise UnsupportedError(what)


@dataclass
class Translator:
    """Translates the expressions of one action's policies; what they need of the facts and of constants gathers here."""

    context: Type
    action: str
    groups: Mapping[str, tuple[str, ...]]
    paths: dict[Path, str] = field(default_factory=dict)
    """The attributes that policies read, each with its Python name."""
    constants: dict[str, Any] = field(default_factory=dict)
    flips: set[tuple[Path, int]] = field(default_factory=set)
    """The instants of facts that `now` is compared with, and how many milliseconds behind each the comparison flips."""

    def translate(self, node: Any, known: frozenset[Path] = frozenset()) -> Code:
        """Return the Python of an expression, where the attributes `known` are there. Raises UnsupportedError."""
        method: Callable[[Any, frozenset[Path]], Code] | None = getattr(self, f"_{type(node).__name__.lower()}", None)
        if method is None:
            refuse(f"{type(node).__name__}")
        return method(node, known)

    def condition(self, node: Any, known: frozenset[Path]) -> Code:
        """Return the Python of an expression that must be a boolean. Raises UnsupportedError."""
        return self._typed(node, known, BOOL)

    def is_in(self, action: str, group: str) -> bool:
        """Say whether an action is a group, or is in it, at any depth."""
        return action == group or any(self.is_in(parent, group) for parent in self.groups.get(action, ()))

    def _typed(self, node: Any, known: frozenset[Path], *types: Type) -> Code:
        code = self.translate(node, known)
        if code.type not in types:
            refuse(f"a {code.type.kind} where a {types[0].kind} belongs")
        return code

    def _constant(self, value: Any) -> str:
        name = f"k{len(self.constants)}"
        self.constants[name] = value
        return name

    # Literals

    def _boollit(self, node: pst.BoolLit, _known: frozenset[Path]) -> Code:
        return Code(repr(node.value), BOOL)

    def _longlit(self, node: pst.LongLit, _known: frozenset[Path]) -> Code:
        return Code(f"({node.value})", LONG)

    def _stringlit(self, node: pst.StringLit, _known: frozenset[Path]) -> Code:
        return Code(ascii(node.value), STRING)

    def _set(self, node: pst.Set, known: frozenset[Path]) -> Code:
        elements = [self.translate(element, known) for element in node.elements]
        kinds = {element.type.kind for element in elements}
        if kinds not in ({"string"}, {"long"}):
            refuse("a set of other than texts or numbers, or an empty one")
        made = Type("set", element=elements[0].type)
        literals = [element.value for element in node.elements if isinstance(element, pst.StringLit | pst.LongLit)]
        if len(literals) == len(elements):
            return Code(self._constant(frozenset(literals)), made)
        return Code(f"frozenset(({', '.join(element.text for element in elements)},))", made)

    # Attributes of the context

    def _path(self, node: Any) -> Path:
        if isinstance(node, pst.Var) and node.name == "context":
            return ()
        if isinstance(node, pst.GetAttr):
            return (*self._path(node.base), node.attr)
        refuse("an attribute of anything but the context")

    def _optional(self, path: Path) -> tuple[Type, list[Path]]:
        """Return the type of what stands at a path, and which attributes on the way may be absent."""
        at, absent = self.context, []
        for depth, name in enumerate(path):
            attribute = at.attributes.get(name)
            if attribute is None:
                refuse(f"the attribute {'.'.join(path[: depth + 1])}, which the schema does not declare")
            if attribute.optional:
                absent.append(path[: depth + 1])
            at = attribute.type
        return at, absent

    def _name(self, path: Path) -> str:
        if path in TOLD:
            return TOLD[path]
        return self.paths.setdefault(path, f"v{'_'.join(map(str, self._places(path)))}")

    def _places(self, path: Path) -> list[int]:
        at, places = self.context, []
        for name in path:
            places.append(list(at.attributes).index(name))
            at = at.attributes[name].type
        return places

    def _getattr(self, node: pst.GetAttr, known: frozenset[Path]) -> Code:
        path = self._path(node)
        of_type, absent = self._optional(path)
        if of_type.kind not in EQUATED or not (path in TOLD or is_held(path[-1], of_type)):
            refuse(f"context.{'.'.join(path)}, a {of_type.kind}, which facts do not hold or policies may not take whole")
        name = self._name(path)
        return Code(name if known.issuperset(absent) else f"present({name})", of_type, path=path)

    def _hasattr(self, node: pst.HasAttr, known: frozenset[Path]) -> Code:
        base = self._path(node.base)
        _type, before = self._optional(base)
        path = (*base, *node.attrs)
        _type, absent = self._optional(path)
        told = [one for one in absent if one not in before]
        reached = [f"present({self._name(before[-1])}) is not None"] if before and not known.issuperset(before) else []
        # An attribute is absent wherever one before it is.
        tests = reached + ([f"{self._name(told[-1])} is not None"] if told else [])
        return Code(f"({' and '.join(tests) or 'True'})", BOOL, frozenset(absent))

    # Operators

    def _unaryop(self, node: pst.UnaryOp, known: frozenset[Path]) -> Code:
        if node.op == "not":
            return Code(f"(not {self.condition(node.arg, known).text})", BOOL)
        if node.op == "neg":
            return Code(f"within(-{self._typed(node.arg, known, LONG).text})", LONG)
        if node.op == "is_empty":
            return Code(f"(not {self._of_set(node.arg, known).text})", BOOL)
        if node.op in ("datetime", "duration") and isinstance(node.arg, pst.StringLit):
            try:
                value = (instant_of if node.op == "datetime" else duration_of)(node.arg.value)
            except ValueError as error:
                refuse(str(error))
            return Code(f"({value})", INSTANT if node.op == "datetime" else DURATION)
        if node.op in UNIT_MS:
            return Code(f"whole({self._typed(node.arg, known, DURATION).text}, {UNIT_MS[node.op]})", LONG)
        refuse(f"the operator {node.op}")

    def _binaryop(self, node: pst.BinaryOp, known: frozenset[Path]) -> Code:  # noqa: PLR0911 - one for each kind of operator
        op = node.op
        if op in ("and", "or"):
            return self._joined(node, known)
        if op in COMPARED:
            return self._compared(node, known)
        if op in ("eq", "not_eq"):
            equal = self._equal(node, known)
            return equal if op == "eq" else Code(f"(not {equal.text})", BOOL)
        if op == "in":
            return self._in(node.left, node.right)
        if op in COUNTED:
            left, right = (self._typed(side, known, LONG) for side in (node.left, node.right))
            return Code(f"within({left.text} {COUNTED[op]} {right.text})", LONG)
        if op == "offset":
            at, by = self._typed(node.left, known, INSTANT), self._typed(node.right, known, DURATION)
            return Code(f"within({at.text} + {by.text})", INSTANT)
        if op == "duration_since":
            left, right = (self._typed(side, known, INSTANT) for side in (node.left, node.right))
            return Code(f"within({left.text} - {right.text})", DURATION)
        if op in ("contains", "contains_all", "contains_any"):
            return self._contains(node, known)
        refuse(f"the operator {op}")

    def _joined(self, node: pst.BinaryOp, known: frozenset[Path]) -> Code:
        left = self.condition(node.left, known)
        right = self.condition(node.right, known | left.present if node.op == "and" else known)
        present = left.present | right.present if node.op == "and" else left.present & right.present
        return Code(f"({left.text} {node.op} {right.text})", BOOL, present)

    def _ifthenelse(self, node: pst.IfThenElse, known: frozenset[Path]) -> Code:
        cond = self.condition(node.cond, known)
        then = self.translate(node.then_expr, known | cond.present)
        other = self.translate(node.else_expr, known)
        if then.type != other.type:
            refuse("an if whose two values are of different types")
        return Code(f"({then.text} if {cond.text} else {other.text})", then.type)

    def _compared(self, node: pst.BinaryOp, known: frozenset[Path]) -> Code:
        left, right = self.translate(node.left, known), self.translate(node.right, known)
        if left.type != right.type or left.type.kind not in ORDERED:
            refuse(f"a {left.type.kind} compared with a {right.type.kind}")
        for one, other, op in ((left, right, node.op), (right, left, MIRRORED[node.op])):
            if one.path == NOW and other.path not in (None, NOW):
                # now < at and now >= at flip at the instant itself, now <= at and now > at a millisecond behind it.
                self.flips.add((other.path or (), 0 if op in ("less", "greater_eq") else 1))
        return Code(f"({left.text} {COMPARED[node.op]} {right.text})", BOOL)

    def _equal(self, node: pst.BinaryOp, known: frozenset[Path]) -> Code:
        if any(isinstance(side, pst.EntityLit | pst.Var) for side in (node.left, node.right)):
            left, right = self._entity(node.left), self._entity(node.right)
            return Code(f"({left[1]} == {right[1]})" if left[0] == right[0] else "False", BOOL)
        one, other = self.translate(node.left, known), self.translate(node.right, known)
        if one.type != other.type:
            refuse(f"a {one.type.kind} equated with a {other.type.kind}")
        return Code(f"({one.text} == {other.text})", BOOL)

    def _of_set(self, node: Any, known: frozenset[Path]) -> Code:
        code = self.translate(node, known)
        if code.type.kind != "set":
            refuse(f"a {code.type.kind} where a set belongs")
        return code

    def _contains(self, node: pst.BinaryOp, known: frozenset[Path]) -> Code:
        held = self._of_set(node.left, known)
        other = self.translate(node.right, known)
        if other.type != (held.type.element if node.op == "contains" else held.type):
            refuse(f"a set that contains a {other.type.kind} of another type")
        text = {
            "contains": f"({other.text} in {held.text})",
            "contains_all": f"({held.text} >= {other.text})",
            "contains_any": f"(not {held.text}.isdisjoint({other.text}))",
        }[node.op]
        return Code(text, BOOL)

    def _like(self, node: pst.Like, known: frozenset[Path]) -> Code:
        parts = [""]
        for element in node.pattern:
            if isinstance(element, pst.Wildcard):
                parts.append("")
            else:
                parts[-1] += element.value
        return Code(f"{self._constant(pattern(parts))}({self._typed(node.base, known, STRING).text})", BOOL)

    # Entities: a person and an information have no parents and no attributes here, an action has its groups.

    def _entity(self, node: Any) -> tuple[str, str]:
        """Return the type of an entity and the Python of its id."""
        if isinstance(node, pst.EntityLit):
            return str(node.value.type), ascii(node.value.id)
        if isinstance(node, pst.Var) and node.name in ("principal", "resource", "action"):
            return {"principal": (PERSON, "person"), "resource": (INFORMATION, "information"), "action": (ACTION, ascii(self.action))}[
                node.name
            ]
        refuse("an entity that is neither named nor part of the question")

    def member(self, node: Any, uid: Any) -> str:
        """Return the Python that tells whether an entity of the question is in another. Raises UnsupportedError."""
        kind, name = self._entity(node)
        if str(uid.type) != kind:
            return "False"
        if kind == ACTION:
            return repr(self.is_in(node.value.id if isinstance(node, pst.EntityLit) else self.action, uid.id))
        return f"({name} == {uid.id!a})"

    def _in(self, left: Any, right: Any) -> Code:
        elements = right.elements if isinstance(right, pst.Set) else (right,)
        uids = [element.value for element in elements if isinstance(element, pst.EntityLit)]
        if len(uids) != len(elements):
            refuse("in something other than named entities")
        return Code(f"({' or '.join(self.member(left, uid) for uid in uids) or 'False'})", BOOL)

    def _is(self, node: pst.Is, _known: frozenset[Path]) -> Code:
        kind, _name = self._entity(node.base)
        if node.in_expr is None or str(node.entity_type) != kind:
            return Code(repr(str(node.entity_type) == kind), BOOL)
        return self._in(node.base, node.in_expr)
