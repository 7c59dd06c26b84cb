"""What policies read of facts, and in which way: read from the typed tree, which the Rust engine made of the text.

A use that is not of a form named here raises: then the space of facts is not known to be finite, and nothing is proven.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cedarpy import pst

Path = tuple[str, ...]
NOW: Path = ("now",)
TOLD = frozenset({NOW, ("asked",), ("standing",)})
"""Told with a question, and of no facts."""
ORDERS = ("less", "less_eq", "greater", "greater_eq")


class UnknownUseError(AssertionError):
    """A policy does something with facts of which this proof knows nothing."""


@dataclass(frozen=True)
class Use:
    """One use: `there`, `yes_or_no`, `word`, `same`, `order`, `holds`, `meets` or `empty`, of one member or two, or with a literal."""

    kind: str
    paths: tuple[Path, ...]
    literal: str = ""


def uses_of(policy: pst.Template) -> list[Use]:
    """Return every use that a policy makes of its context. Raises UnknownUseError."""
    return [use for clause in policy.clauses for use in _uses(clause.expr)]


def reads_of(policy: pst.Template) -> frozenset[Path]:
    """Return the members that a policy reads, and the records that they stand in."""
    return frozenset(path[:depth] for use in uses_of(policy) for path in use.paths for depth in range(1, len(path) + 1))


def _uses(node: Any) -> Iterator[Use]:
    match node:
        case pst.BinaryOp(op="and" | "or"):
            yield from _uses(node.left)
            yield from _uses(node.right)
        case pst.UnaryOp(op="not"):
            yield from _uses(node.arg)
        case pst.HasAttr():
            yield Use("there", ((*_path(node.base), *node.attrs),))
        case pst.GetAttr():
            yield Use("yes_or_no", (_path(node),))
        case pst.UnaryOp(op="is_empty"):
            yield Use("empty", (_path(node.arg),))
        case pst.BinaryOp(op="in", left=pst.Var(name="action")):
            return
        case pst.BinaryOp(op="eq" | "not_eq", right=pst.StringLit()):
            yield Use("word", (_path(node.left),), node.right.value)
        case pst.BinaryOp() if node.op in KINDS:
            yield Use(KINDS[node.op], (_path(node.left), _path(node.right)))
        case _:
            raise UnknownUseError(str(node))


KINDS = {**dict.fromkeys(ORDERS, "order"), "eq": "same", "not_eq": "same", "contains": "holds", "contains_any": "meets"}


def _path(node: Any) -> Path:
    if isinstance(node, pst.Var) and node.name == "context":
        return ()
    if isinstance(node, pst.GetAttr):
        return (*_path(node.base), node.attr)
    raise UnknownUseError(str(node))
