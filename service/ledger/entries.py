"""Entries: built once, read for ever. Each version that was ever written keeps its reader here."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, get_args

from service.actor import Footing
from service.ledger.canonical import canonical, parse
from service.ledger.decided import CHECKS
from service.ledger.kinds import Kind

VERSION, VERSION_OF_TWO = 1, 2
"""An act of version 2 names a second person, a decision of version 2 is of several checks; all else has version 1."""
ENTRY_LIMIT = 65_535
"""Bytes an entry may have (C2SP tlog-tiles: bundles prefix each entry with two bytes of length)."""
SD_ALG = "sha-256"


class EntryError(ValueError):
    """An entry that is too long or not of its version's form; the message says where."""


def instant(at: datetime) -> str:
    """Return an aware instant as entries write it: UTC, microseconds, `Z`."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"


def build(*, kind: Kind, at: datetime, out: str, digests: Sequence[str] = (), **clear: str | int | None) -> bytes:
    """Return the canonical bytes of an entry; what is None is left out. Raises EntryError.

    `clear` may hold actor, person, object, for_ (the organization acted for), action, on (the day of the act), req,
    ref, seen and policy, in the first entry of a successor checkpoint and lost; with second (who approved), footing and
    proposal the entry is of version 2.
    """
    version = VERSION if clear.get("second") is None else VERSION_OF_TWO
    entry: dict[str, Any] = {"v": version, "kind": kind.value, "at": instant(at), "out": out}
    entry |= {name.rstrip("_"): value for name, value in clear.items() if value is not None}
    if digests:
        entry |= {"_sd": list(digests), "_sd_alg": SD_ALG}
    body = canonical(entry)
    if len(body) > ENTRY_LIMIT:
        message = f"an entry of {len(body)} bytes is longer than {ENTRY_LIMIT}"
        raise EntryError(message)
    READERS[version](entry)
    return body


_FORMER = ("checkpoint", "lost")
"""What the first entry of a successor says of the log before: its last checkpoint that is known, and which entries are lost."""
_WORDS = ("actor", "person", "object", "for", "action", "on", "req", "ref", "policy", *_FORMER)
_KNOWN = {"v", "kind", "at", "out", "seen", "hold", "_sd", "_sd_alg", *_WORDS}
_KINDS = frozenset(kind.value for kind in Kind)
_OUTCOMES = ("accepted", "refused", "permit", "deny")


_SECOND = ("second", "footing", "proposal")
_FOOTINGS = frozenset(get_args(Footing))


def _read_v2(entry: Mapping[str, Any]) -> None:
    if entry.get("kind") == Kind.ACCESS_DECIDED:
        _read_checks(entry)
        return
    for name in _SECOND:
        if not (isinstance(entry.get(name), str) and entry[name]):
            message = f"the field {name!r} is missing or no string"
            raise EntryError(message)
    if entry["footing"] not in _FOOTINGS or entry["second"] == entry.get("actor"):
        message = "the second person stands on no known footing, or is the first"
        raise EntryError(message)
    _read_v1({name: value for name, value in entry.items() if name not in _SECOND})


_OF_ONE = frozenset({"_sd", "action", "for", "object", "out", "person", "ref"})
"""What each of several checks has of its own, the organization only where it is not that of all; the rest they have in common."""
_DECIDED = ("permit", "deny")


def _read_checks(entry: Mapping[str, Any]) -> None:
    """Read each check with what all have in common as if it were alone: it must then be of version 1."""
    common = {name: value for name, value in entry.items() if name != CHECKS}
    checks = entry.get(CHECKS)
    if not isinstance(checks, list) or len(checks) < 2:  # noqa: PLR2004 - one check alone is an entry of version 1
        message = "several checks are a list of two or more"
        raise EntryError(message)
    if unfit := (set(common) & _OF_ONE) - {"for"}:
        message = f"the field {min(unfit)!r} stands outside of the checks"
        raise EntryError(message)
    for check in checks:
        if not isinstance(check, dict) or set(check) - _OF_ONE or ("for" in check and "for" in common) or not check.get("_sd"):
            message = "a check is an object with what is its own, and with disclosures"
            raise EntryError(message)
        if check.get("out") not in _DECIDED:
            message = f"unknown outcome of a check: {check.get('out')!r}"
            raise EntryError(message)
        _read_v1({**common, **check})


def _read_v1(entry: Mapping[str, Any]) -> None:
    unknown = set(entry) - _KNOWN
    if unknown:
        message = f"unknown field {min(unknown)!r}"
        raise EntryError(message)
    for name in ("kind", "at", "out"):
        if not isinstance(entry.get(name), str):
            message = f"the field {name!r} is missing or no string"
            raise EntryError(message)
    for name in _WORDS:
        if name in entry and not (isinstance(entry[name], str) and entry[name]):
            message = f"the field {name!r} is no string"
            raise EntryError(message)
    if entry["out"] not in _OUTCOMES or entry["kind"] not in _KINDS:
        message = f"unknown outcome or kind: {entry['out']!r}, {entry['kind']!r}"
        raise EntryError(message)
    seen = entry.get("seen", 0)
    if not isinstance(seen, int) or isinstance(seen, bool) or seen < 0:
        message = "the field 'seen' is no index"
        raise EntryError(message)
    if "hold" in entry:
        _require_hold(entry)
    if any(name in entry for name in _FORMER) and entry["kind"] != Kind.LOG_OPENED:
        message = "a former log stands in another entry than the first of its successor"
        raise EntryError(message)
    digests = entry.get("_sd", ())
    if not all(isinstance(digest, str) for digest in digests) or ("_sd" in entry) != (entry.get("_sd_alg") == SD_ALG):
        message = "the digests of disclosures are not of the form"
        raise EntryError(message)


def _require_hold(entry: Mapping[str, Any]) -> None:
    hold = entry["hold"]
    if not isinstance(hold, int) or isinstance(hold, bool) or hold < 1 or entry["kind"] != Kind.ACCESS_DECIDED:
        message = "the field 'hold' is no number of seconds, or stands in no decision"
        raise EntryError(message)


READERS: Mapping[int, Callable[[Mapping[str, Any]], None]] = {VERSION: _read_v1, VERSION_OF_TWO: _read_v2}
"""The reader of every version ever written; none is ever removed."""


def read(body: bytes) -> dict[str, Any]:
    """Return an entry from its canonical bytes, checked by the reader of its version. Raises EntryError."""
    try:
        entry = parse(body)
    except ValueError as broken:
        raise EntryError(str(broken)) from broken
    if not isinstance(entry, dict) or entry.get("v") not in READERS:
        message = "an entry is an object with a version that is known"
        raise EntryError(message)
    READERS[entry["v"]](entry)
    return entry
