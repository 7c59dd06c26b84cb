"""The form of an entry, checked with the standard library alone: schema, canonical bytes, and what the order of entries needs.

Almost every entry fits one of two expressions over its canonical bytes, which accept less than the exact check does; whatever they
do not accept is parsed, written canonically again and compared.

INVARIANT: what an expression accepts, `fault_of` accepts too; a test generates both.
"""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NoReturn

from service.ledger.kinds import ANSWERED, Kind

DECIDED, SEARCHED = Kind.ACCESS_DECIDED.value, Kind.ACCESS_SEARCHED.value
KINDS = frozenset(kind.value for kind in Kind)
ANSWERS = frozenset(kind.value for kind in ANSWERED)
_OUTS = {True: frozenset(("permit", "deny")), False: frozenset(("accepted", "refused"))}
FOOTINGS = frozenset(("head", "delegation", "standing", "absence", "resolution", "own"))
ENTRY_LIMIT, LARGEST = 65_535, 2**53 - 1
_AT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)
_DIGEST = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
_POLICY = re.compile(r"[0-9a-f]{64}", re.ASCII)
_WORDS = ("action", "actor", "at", "for", "kind", "object", "on", "out", "person", "policy", "ref", "req", "second", "footing", "proposal")
_KNOWN = frozenset((*_WORDS, "_sd", "_sd_alg", "checks", "hold", "seen", "v"))
_OF_ONE = frozenset(("_sd", "action", "for", "object", "out", "person", "ref"))
_SECOND = ("second", "footing", "proposal")

# Possessive throughout: nothing that was taken is given back, for each member has one place and one end.
_WORD = rb'"[ !#-\[\]-~]++"'
_SD = rb'"_sd":\["[A-Za-z0-9_-]{43}"(?:,"[A-Za-z0-9_-]{43}")*+\],"_sd_alg":"sha-256",'
_TIME = rb'"at":"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z)",'


def _maybe(*names: bytes) -> bytes:
    return b"".join(rb'(?:"%s":%s,)?+' % (name, _WORD) for name in names)


_DECISION = (
    rb"\{%s%s%s%s" % (_SD, _maybe(b"action", b"actor"), _TIME, _maybe(b"for"))
    + rb'(?:"hold":[1-9][0-9]{0,8}+,)?+"kind":"decision:access:decided",%s"out":"(?:permit|deny)",' % _maybe(b"object", b"on")
    + rb'%s"policy":"[0-9a-f]{64}",%s"seen":(0|[1-9][0-9]{0,14}),"v":1\}' % (_maybe(b"person"), _maybe(b"ref", b"req"))
)
_ACT = rb"\{(?:%s)?+%s%s%s" % (
    _SD,
    _maybe(b"action", b"actor"),
    _TIME,
    _maybe(b"for"),
) + rb'"kind":"([a-z_:]+)",%s"out":"(?:accepted|refused)",%s"v":1\}' % (
    _maybe(b"object", b"on"),
    _maybe(b"person", b"policy", b"ref", b"req"),
)
_decision, _act = re.compile(_DECISION).fullmatch, re.compile(_ACT).fullmatch
_lines = re.compile(rb"^(?:%s|%s)\n" % (_DECISION, _ACT), re.MULTILINE).findall
_KIND_BYTES = frozenset(kind.encode() for kind in KINDS)
_ANSWER_BYTES = frozenset(kind.encode() for kind in ANSWERS)

Order = tuple[bytes, bytes]
"""The time of an entry, and the digits of `seen`, none for a change; both as they are written."""
CHANGE = b""


class EntryFormError(ValueError):
    """An entry that is not of its form; `at` and `seen` are what it says all the same, None where it says nothing."""

    def __init__(self, why: str, order: Order | None) -> None:
        super().__init__(why)
        self.order = order


def orders_of(bodies: Sequence[bytes]) -> list[Order] | None:
    """Return time and `seen` of entries that all fit an expression, looked at together; None where one has to be looked at alone."""
    lines = b"".join([body + b"\n" for body in bodies])
    found = _lines(lines)
    # Each line is one entry, and each line fits from its beginning to its end.
    if len(found) != len(bodies) or lines.count(b"\n") != len(bodies) or max(map(len, bodies), default=0) > ENTRY_LIMIT:
        return None
    orders: list[Order] = []
    for decided_at, seen, at, kind in found:
        if seen:
            orders.append((decided_at, seen))
        elif kind in _KIND_BYTES and kind not in _ANSWER_BYTES:
            orders.append((at, CHANGE))
        else:
            return None
    return orders


def order_of(body: bytes) -> Order:
    """Return time and `seen` of an entry that is of its form. Raises EntryFormError."""
    fit = _decision(body)
    if fit is not None and len(body) <= ENTRY_LIMIT:
        return fit[1], fit[2]
    fit = _act(body)
    if fit is not None and fit[2] in _KIND_BYTES and fit[2] not in _ANSWER_BYTES and len(body) <= ENTRY_LIMIT:
        return fit[1], CHANGE
    return _exact(body)


def parse(body: bytes) -> Any:
    """Return the JSON value of bytes, None where they are none: no fraction, no number beyond 2^53, no name twice, not deep."""
    try:
        return json.loads(body.decode(), object_pairs_hook=_once, parse_float=_refuse, parse_constant=_refuse, parse_int=_whole)
    except (ValueError, RecursionError):
        return None


def canonical(value: Any) -> bytes:
    """Return the RFC 8785 bytes of a JSON value that `parse` returned."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode("utf-8", "surrogatepass")


def fault_of(entry: Mapping[str, Any]) -> str | None:
    """Say in what an entry is not of its form, its bytes aside, or None."""
    if unknown := entry.keys() - _KNOWN:
        return f"unknown member {min(unknown)}"
    for name in _WORDS:
        if name in entry and not (isinstance(entry[name], str) and entry[name] and _is_written(entry[name])):
            return f"{name} is no text"
    if not isinstance(entry.get("at"), str) or not _AT.fullmatch(entry["at"]) or entry.get("kind") not in KINDS:
        return f"no instant, or unknown kind {entry.get('kind')}"
    for name in ("seen", "hold", "v"):
        if name in entry and not (type(entry[name]) is int and entry[name] >= 0):
            return f"{name} is no number"
    if "checks" in entry:
        return _fault_of_checks(entry)
    return _fault_of_version(entry) or _digest_fault(entry) or _fault_of_kind(entry)


def milliseconds(at: str) -> int:
    """Return an entry's time as whole milliseconds since 1970."""
    moment = datetime.fromisoformat(at)
    return int(moment.timestamp()) * 1000 + moment.microsecond // 1000


def _exact(body: bytes) -> Order:
    entry = parse(body)
    if not isinstance(entry, dict):
        message = "it is no JSON object"
        raise EntryFormError(message, None)
    at, seen = entry.get("at"), entry.get("seen")
    order = None
    if isinstance(at, str) and _AT.fullmatch(at):
        answers = str(entry.get("kind")) in ANSWERS
        order = at.encode(), str(seen).encode() if answers and type(seen) is int else CHANGE
    fault = fault_of(entry)
    if fault is None and canonical(entry) != body:
        fault = "it is not canonical JSON"
    if fault is None and len(body) > ENTRY_LIMIT:
        fault = f"it has {len(body)} bytes"
    if fault is not None or order is None:
        raise EntryFormError(fault or "it says no time", order)
    return order


def _fault_of_version(entry: Mapping[str, Any]) -> str | None:
    second = [entry.get(name) for name in _SECOND]
    if entry.get("v") == 1:
        return "a second person in version 1" if any(second) else None
    if entry.get("v") != 2:  # noqa: PLR2004 - the versions that there are
        return f"unknown version {entry.get('v')}"
    whole = all(second) and entry["footing"] in FOOTINGS and entry["second"] != entry.get("actor")
    return None if whole else "no second person in version 2, or the first again"


def _digest_fault(part: Mapping[str, Any]) -> str | None:
    digests = part.get("_sd", ())
    if "_sd" in part and (not isinstance(digests, list) or not digests):
        return "_sd is no list of digests"
    if not all(isinstance(one, str) and _DIGEST.fullmatch(one) for one in digests):
        return "_sd holds no digest"
    return None if ("_sd" in part) == (part.get("_sd_alg") == "sha-256") or "kind" not in part else "_sd_alg"


def _fault_of_kind(entry: Mapping[str, Any]) -> str | None:
    answers = entry["kind"] in ANSWERS
    if entry.get("out") not in _OUTS[entry["kind"] == DECIDED]:
        return f"out {entry.get('out')}"
    if answers:
        return _basis_fault(entry) or (None if "_sd" in entry else "an answer without disclosures")
    return "an act with seen or hold" if "seen" in entry or "hold" in entry else None


def _basis_fault(entry: Mapping[str, Any]) -> str | None:
    if not isinstance(entry.get("policy"), str) or not _POLICY.fullmatch(entry["policy"]):
        return "an answer without the digest of its policy"
    if "seen" not in entry:
        return "an answer without seen"
    return "hold 0" if entry.get("hold") == 0 else None


def _fault_of_checks(entry: Mapping[str, Any]) -> str | None:  # noqa: PLR0911 - the same
    checks = entry["checks"]
    if (entry["kind"], entry.get("v"), entry.get("_sd_alg")) != (DECIDED, 2, "sha-256"):
        return "checks where there are none"
    if not isinstance(checks, list) or len(checks) < 2:  # noqa: PLR2004 - one alone is an entry of version 1
        return "checks that are not several"
    if entry.keys() & {*_OF_ONE - {"for"}, "on", *_SECOND}:
        return "outside of the checks what is each one's own"
    for check in checks:
        if not isinstance(check, dict) or check.keys() - _OF_ONE or ("for" in check and "for" in entry) or not check.get("_sd"):
            return "a check is not of its form"
        if any(not (isinstance(one, str) and one and _is_written(one)) for name, one in check.items() if name != "_sd"):
            return "a check holds no text"
        if check.get("out") not in _OUTS[True] or _digest_fault(check):
            return "a check without outcome or digests"
    return _basis_fault(entry)


def _is_written(text: str) -> bool:
    return text.isascii() or not any("\ud800" <= one <= "\udfff" for one in text)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) != len(pairs):
        message = "a name stands twice"
        raise ValueError(message)
    return read


def _refuse(text: str) -> NoReturn:
    message = f"{text[:20]} is no whole number"
    raise ValueError(message)


def _whole(digits: str) -> int:
    if len(digits) > len(str(LARGEST)) + 1 or abs(int(digits)) > LARGEST:
        _refuse(digits)
    return int(digits)
