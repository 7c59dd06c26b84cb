"""What a question may hold, as the Cedar schema of a policy set declares it.

Cedar schema syntax: https://docs.cedarpolicy.com/schema/human-readable-schema.html. The engine has parsed and validated the
text before; here its own rendering is read, and of it only what the context of an action is made of.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import cedarpy

TOKENS = re.compile(r'"(?:[^"\\]|\\.)*"|[A-Za-z_][A-Za-z0-9_]*(?:::[A-Za-z_][A-Za-z0-9_]*)*|\S')
NAME = re.compile(r"[A-Za-z_]\w*")
SCALARS = {"Bool": "bool", "String": "string", "Long": "long", "datetime": "datetime", "duration": "duration"}


class UnsupportedError(ValueError):
    """Something of Cedar that is not compiled; the message says what. The engine answers for the whole set."""


@dataclass(frozen=True, slots=True)
class Type:
    """The type of a value: a scalar's name, `record` with its attributes, `set` with its elements, or `other`."""

    kind: str
    attributes: Mapping[str, "Attribute"] = field(default_factory=dict)
    element: "Type | None" = None


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute of a record, and whether it may be absent."""

    type: Type
    optional: bool


OTHER = Type("other")


def is_held(name: str, of_type: Type) -> bool:
    """Say whether facts can hold an attribute of this name and type: an instant is known by its name, `…_at`."""
    if of_type.kind in ("long", "datetime"):
        return (of_type.kind == "datetime") == name.endswith("_at")
    if of_type.kind == "set":
        return of_type.element in (Type("string"), Type("long"))
    if of_type.kind == "record":
        return all(attribute.optional or is_held(inner, attribute.type) for inner, attribute in of_type.attributes.items())
    return of_type.kind in ("bool", "string")


def context_type(schema: str) -> Type:
    """Return the record type that is the context of every action of a schema. Raises UnsupportedError."""
    tokens = list(TOKENS.findall(str(cedarpy.Schema.from_str(schema))))
    if tokens.count("namespace") != 1 or tokens[0] != "namespace" or "@" in tokens:
        message = "a schema with annotations, or with other than one namespace"
        raise UnsupportedError(message)
    declared: dict[str, list[str]] = {}
    contexts: list[list[str]] = []
    for statement in _statements(tokens[3:-1]):
        if statement[0] == "type":
            declared[statement[1]] = statement[3:]
        elif statement[0] == "action" and "context" in statement:
            contexts.append(_balanced(statement[statement.index("context") + 2 :]))
    if not contexts or any(context != contexts[0] for context in contexts):
        message = "actions whose contexts are of different types"
        raise UnsupportedError(message)
    read = _Reader(declared).read(contexts[0])
    if read.kind != "record":
        message = "a context that is no record"
        raise UnsupportedError(message)
    return read


def _statements(tokens: list[str]) -> Iterator[list[str]]:
    """Yield what stands before each semicolon outside of braces."""
    depth, statement = 0, list[str]()
    for word in tokens:
        depth += (word in "{[<") - (word in "}]>")
        if word == ";" and depth == 0:
            yield statement
            statement = []
        else:
            statement.append(word)


def _balanced(tokens: list[str]) -> list[str]:
    """Return the tokens of the one type that stands first."""
    depth, taken = 0, list[str]()
    for word in tokens:
        if depth == 0 and word in ",}":
            break
        depth += (word in "{<") - (word in "}>")
        taken.append(word)
    return taken


class _Reader:
    """Reads types; a type that refers to itself cannot be, the engine has refused it."""

    def __init__(self, declared: Mapping[str, list[str]]) -> None:
        self.declared = declared

    def read(self, tokens: list[str]) -> Type:
        first = tokens[0]
        if first == "{":
            return Type("record", dict(self._attributes(tokens[1:-1])))
        if first == "Set" and tokens[1:2] == ["<"]:
            return Type("set", element=self.read(tokens[2:-1]))
        if first in self.declared:
            return self.read(self.declared[first])
        return Type(SCALARS[first]) if first in SCALARS else OTHER

    def _attributes(self, tokens: list[str]) -> Iterator[tuple[str, Attribute]]:
        while tokens:
            name, optional = tokens[0], tokens[1] == "?"
            inner = _balanced(tokens[3 if optional else 2 :])
            tokens = tokens[(3 if optional else 2) + len(inner) + 1 :]
            # A name that is no word is nothing that facts hold.
            if NAME.fullmatch(name):
                yield name, Attribute(self.read(inner), optional)
