"""The clear part of an entry, read with the standard library alone: an object of the known members, or nothing.

What is no entry of a known form is rendered as its leaf hash, so this never raises, whatever a forger wrote.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

DECIDED: Final = "decision:access:decided"
SEARCHED: Final = "decision:access:searched"
_TEXTS = frozenset({"at", "kind", "out"})
_MAYBE_TEXTS = frozenset(
    {"_sd_alg", "action", "actor", "footing", "for", "object", "on", "person", "policy", "proposal", "ref", "req", "second"}
)
_MAYBE_NUMBERS = frozenset({"hold", "seen"})
_KNOWN = _TEXTS | _MAYBE_TEXTS | _MAYBE_NUMBERS | {"_sd", "checks", "v"}
_OF_A_CHECK = frozenset({"_sd", "action", "for", "object", "out", "person", "ref"})
_OF_ALL = ("_sd_alg", "actor", "at", "hold", "kind", "policy", "req", "seen")

Clear = Mapping[str, Any]


def read_clear(body: bytes) -> Clear | None:
    """Return the members of an entry that say something, None where it is no entry; several decisions stand in `checks`."""
    # A line break within would break the lines of a view.
    if b"\n" in body or b"\r" in body:
        return None
    try:
        entry = json.loads(body.decode())
    except (ValueError, RecursionError):
        return None
    return entry if isinstance(entry, dict) and _is_entry(entry) else None


def _is_entry(entry: Clear) -> bool:
    if not entry.keys() <= _KNOWN or not _is_number(entry.get("v")):
        return False
    if not isinstance(entry.get("at"), str) or not isinstance(entry.get("kind"), str):
        return False
    return _is_part(entry) and _are_checks(entry.get("checks"))


def _is_part(part: Clear) -> bool:
    for name, value in part.items():
        if name in _TEXTS:
            fits = isinstance(value, str) and _is_whole(value)
        elif name in _MAYBE_TEXTS:
            fits = value is None or (isinstance(value, str) and _is_whole(value))
        elif name in _MAYBE_NUMBERS:
            fits = value is None or _is_number(value)
        elif name == "_sd":
            fits = value is None or (isinstance(value, list) and all(isinstance(one, str) and _is_whole(one) for one in value))
        else:
            fits = True
        if not fits:
            return False
    return True


def _are_checks(checks: object) -> bool:
    if checks is None:
        return True
    return isinstance(checks, list) and all(
        isinstance(one, dict)
        and one.keys() <= _OF_A_CHECK
        and isinstance(one.get("_sd"), list)
        and isinstance(one.get("out"), str)
        and _is_part(one)
        for one in checks
    )


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_whole(text: str) -> bool:
    """Say whether a text can be written: half of a character (a lone surrogate) cannot."""
    return text.isascii() or not any("\ud800" <= one <= "\udfff" for one in text)


def parts_of(entry: Clear) -> list[tuple[int | None, Clear]]:
    """Return an entry, or each of its several decisions with its place, counted from 1, as an entry of version 1 would hold it."""
    checks = entry.get("checks")
    if not checks or entry["kind"] != DECIDED:
        return [(None, entry)]
    common = {name: entry[name] for name in _OF_ALL if entry.get(name) is not None}
    return [(place, _flat(common, entry, check)) for place, check in enumerate(checks, 1)]


def _flat(common: Clear, entry: Clear, check: Clear) -> Clear:
    own = {name: value for name, value in check.items() if value is not None}
    part: dict[str, Any] = {**common, **own, "for": check.get("for") or entry.get("for"), "v": 1}
    return {name: value for name, value in part.items() if value is not None and (name != "out" or value)}
