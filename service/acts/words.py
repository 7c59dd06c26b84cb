"""Values as they are typed on a command line or in a file, made into what an act takes."""

import types
import typing
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import date, datetime
from inspect import Parameter, signature

_YES = frozenset(("true", "yes", "1"))
_NO = frozenset(("false", "no", "0"))
GIVEN_BY_THE_DOOR = frozenset(("session", "log", "actor", "at"))


def keywords(operation: Callable[..., object]) -> dict[str, Parameter]:
    """Return the keywords of an operation that its caller chooses."""
    parameters = signature(operation).parameters
    return {name: one for name, one in parameters.items() if name not in GIVEN_BY_THE_DOOR}


@dataclass(frozen=True, slots=True)
class Word:
    """One key that an act takes; `inside` names the keyword whose value it is a part of."""

    kind: object
    needed: bool
    inside: str | None = None


def words_of(operation: Callable[..., object]) -> dict[str, Word]:
    """Return the keys of an act; a value of several parts (a notice) gives its parts' names."""
    hints = typing.get_type_hints(operation)
    found: dict[str, Word] = {}
    for name, parameter in keywords(operation).items():
        # Whatever may be unknown need not be said.
        needed = parameter.default is Parameter.empty and not _may_be_none(hints[name])
        composed = _composed(hints[name])
        if composed is None:
            found[name] = Word(hints[name], needed)
            continue
        part_hints = typing.get_type_hints(composed)
        for part in fields(composed):
            bare = part.default is MISSING and part.default_factory is MISSING
            found[part.name] = Word(part_hints[part.name], needed and bare, inside=name)
    return found


def typed(operation: Callable[..., object], given: Mapping[str, object]) -> dict[str, object]:
    """Return the keywords of an act from what was typed.

    Raises ValueError naming the key that is unknown, missing, or not of its kind.
    """
    known = words_of(operation)
    needed = [key for key, word in known.items() if word.needed]
    for key in given:
        if key not in known:
            message = f"{key}: unknown; this act takes {', '.join(known)}"
            raise ValueError(message)
    for key in needed:
        if key not in given:
            message = f"{key}: missing; this act needs {', '.join(needed)}"
            raise ValueError(message)
    hints = typing.get_type_hints(operation)
    values: dict[str, object] = {
        name: None
        for name, one in keywords(operation).items()
        if one.default is Parameter.empty and _may_be_none(hints[name]) and _composed(hints[name]) is None
    }
    # A value of several parts that an act cannot do without is made even from none of them.
    parts: dict[str, dict[str, object]] = {
        name: {} for name, one in keywords(operation).items() if one.default is Parameter.empty and _composed(hints[name]) is not None
    }
    for key, value in given.items():
        word = known[key]
        made = value_of(key, value, word.kind)
        if word.inside is None:
            values[key] = made
        else:
            parts.setdefault(word.inside, {})[key] = made
    return values | _compose(operation, parts)


def _compose(operation: Callable[..., object], parts: Mapping[str, dict[str, object]]) -> dict[str, object]:
    hints = typing.get_type_hints(operation)
    made: dict[str, object] = {}
    for name, values in parts.items():
        composed = _composed(hints[name])
        assert composed is not None
        for part in fields(composed):
            if part.default is MISSING and part.default_factory is MISSING and part.name not in values:
                message = f"{part.name}: missing; it belongs to {', '.join(values)}"
                raise ValueError(message)
        made[name] = composed(**values)
    return made


def _composed(kind: object) -> type | None:
    """Return the dataclass that a keyword takes, or None."""
    for option in typing.get_args(kind) if _is_union(kind) else (kind,):
        if isinstance(option, type) and is_dataclass(option):
            return option
    return None


def value_of(key: str, value: object, kind: object) -> object:
    """Return one value as its type wants it. Raises ValueError naming the key."""
    options = typing.get_args(kind) if _is_union(kind) else (kind,)
    if _may_be_none(kind) and value in (None, "", "null"):
        return None
    options = tuple(option for option in options if option is not type(None))
    return _convert(key, value, options[0])


def _is_union(kind: object) -> bool:
    return typing.get_origin(kind) in (typing.Union, types.UnionType)


def _may_be_none(kind: object) -> bool:
    return _is_union(kind) and type(None) in typing.get_args(kind)


def _convert(key: str, value: object, kind: object) -> object:
    origin = typing.get_origin(kind)
    if origin is typing.Literal:
        return _choice(key, str(value), typing.get_args(kind))
    if isinstance(origin, type) and issubclass(origin, Collection) and not issubclass(origin, Mapping):
        return _several(key, value, typing.get_args(kind)[0], origin)
    if kind in (date, datetime):
        return _day(key, value) if kind is date else _moment(key, value)
    if kind is bool:
        return _yes_or_no(key, value)
    if kind is int:
        return _number(key, value)
    if kind is str and not isinstance(value, str):
        message = f"{key}: {value!r} is no text; write it in quotes"
        raise ValueError(message)
    return value


def _several(key: str, value: object, kind: object, origin: type) -> object:
    parts: Sequence[object]
    if isinstance(value, str):
        parts = [part.strip() for part in value.split(",") if part.strip()]
    elif isinstance(value, Sequence | frozenset | set):
        parts = list(value)
    else:
        message = f"{key}: {value!r} is no list"
        raise ValueError(message)  # noqa: TRY004 - a slip of whoever typed it, not of the code
    made = [_convert(key, part, kind) for part in parts if part is not Ellipsis]
    return origin(made) if origin in (tuple, frozenset, set) else made


def _day(key: str, value: object) -> date:
    if type(value) is date:
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        message = f"{key}: {value} is no day; write it as 2026-11-24"
        raise ValueError(message) from None


def _moment(key: str, value: object) -> datetime:
    try:
        made = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        made = None
    if made is None or made.tzinfo is None:
        message = f"{key}: {value} is no instant; write it as 2026-11-24T09:00:00+09:00"
        raise ValueError(message)
    return made


def _yes_or_no(key: str, value: object) -> bool:
    word = str(value).lower()
    if word in _YES | _NO:
        return word in _YES
    message = f"{key}: {value} is neither true nor false"
    raise ValueError(message)


def _number(key: str, value: object) -> int:
    try:
        return int(str(value))
    except ValueError:
        message = f"{key}: {value} is no whole number"
        raise ValueError(message) from None


def _choice(key: str, value: str, codes: tuple[object, ...]) -> str:
    if value in codes:
        return value
    message = f"{key}: {value} is none of {', '.join(map(str, codes))}"
    raise ValueError(message)
