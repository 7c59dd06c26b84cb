"""The body of a report of uses, read strictly: codes, numbers, times and ids; a member that is not named here is refused.

Free text is never taken, so that nothing of what was looked at can be told here by mistake.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from service.acts.uses import Told
from service.api.evaluation_form import JSON_TYPE, LONGEST_NAME, BadRequestError, strict_json
from service.registers.reported import MEDIA, MOST_COPIES, REPORTED, SKEW
from service.statute.numbers import IN_FORCE
from service.statute.periods import day_start

MOST_USES = 100
USE_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}", re.ASCII)
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)", re.ASCII)
MEMBERS = frozenset({"id", "use", "at", "ledger_index", "check", "subject", "resource", "on_behalf_of", "copies", "medium"})
HIGHEST = 2**53 - 1
"""No whole number beyond it is the same for every reader of JSON (RFC 7493)."""
MOST_CHECKS = 10_000
OPENED = day_start(IN_FORCE)


def parse_uses(body: bytes, *, content_type: bytes, at: datetime) -> tuple[Told, ...]:
    """Return the uses that a body reports at an instant. Raises BadRequestError naming what is wrong and where."""
    if not JSON_TYPE.fullmatch(content_type):
        message = "the content type must be application/json"
        raise BadRequestError(message)
    request = strict_json(body)
    _require(isinstance(request, dict), "the body must be a JSON object")
    _require_members(request, "the body", frozenset({"uses"}))
    uses = request.get("uses")
    _require(isinstance(uses, list), "uses must be an array")
    _require(1 <= len(uses) <= MOST_USES, f"uses must have 1 to {MOST_USES} members")
    told = tuple(_use(one, f"uses[{place}]", at) for place, one in enumerate(uses))
    seen: set[str] = set()
    for place, one in enumerate(told):
        _require(one.use_id not in seen, f"uses[{place}].id stands twice in this request")
        seen.add(one.use_id)
    return told


def _use(value: Any, where: str, at: datetime) -> Told:
    _require(isinstance(value, dict), f"{where} must be an object")
    _require_members(value, where, MEMBERS)
    use_id, use = _text(value, where, "id"), _text(value, where, "use")
    _require(USE_ID.fullmatch(use_id) is not None, f"{where}.id must be 1 to 64 letters, digits and . _ : -")
    _require(use in REPORTED, f"{where}.use must be one of {', '.join(REPORTED)}")
    named = "ledger_index" in value
    _require(named or ("subject" in value and "resource" in value), f"{where} must have ledger_index, or subject and resource")
    if named:
        for other in ("subject", "resource", "on_behalf_of"):
            _require(other not in value, f"{where}.{other} is that of the decision; leave it out beside ledger_index")
    else:
        _require("check" not in value, f"{where}.check stands beside ledger_index alone")
    return Told(
        use_id=use_id,
        use=use,
        at=_instant(value, where, at),
        index=_number(value, where, "ledger_index", 0, HIGHEST) if named else None,
        check=_number(value, where, "check", 0, MOST_CHECKS) if "check" in value else 0,
        subject=None if named else _named(value, where, "subject", ("person",))[1],
        resource_type=None if named else _named(value, where, "resource", RESOURCES)[0],
        resource=None if named else _named(value, where, "resource", RESOURCES)[1],
        organization=_text(value, where, "on_behalf_of") if "on_behalf_of" in value else None,
        copies=_copies(value, where, use),
        medium=_medium(value, where, use),
    )


RESOURCES = ("document", "information", "area")


def _instant(value: Mapping[str, Any], where: str, now: datetime) -> datetime:
    """Return when something was done: an instant with its offset, not ahead of the clock here, not before the Act."""
    words = _text(value, where, "at")
    form = f"{where}.at must be an instant such as 2026-11-29T09:30:00+09:00"
    _require(INSTANT.fullmatch(words) is not None, form)
    try:
        found = datetime.fromisoformat(words).astimezone(UTC)
    except (ValueError, OverflowError) as broken:
        raise BadRequestError(form) from broken
    _require(found <= now + SKEW, f"{where}.at lies ahead of the clock here")
    _require(found >= OPENED, f"{where}.at lies before the Act came into force")
    return found


def _copies(value: Mapping[str, Any], where: str, use: str) -> int | None:
    if use == "printed":
        return _number(value, where, "copies", 1, MOST_COPIES)
    _require("copies" not in value, f"{where}.copies stands with printed alone")
    return None


def _medium(value: Mapping[str, Any], where: str, use: str) -> str | None:
    if use != "written":
        _require("medium" not in value, f"{where}.medium stands with written alone")
        return None
    medium = _text(value, where, "medium")
    _require(medium in MEDIA, f"{where}.medium must be one of {', '.join(MEDIA)}")
    return medium


def _named(value: Mapping[str, Any], where: str, name: str, types: tuple[str, ...]) -> tuple[str, str]:
    thing = value[name]
    _require(isinstance(thing, dict), f"{where}.{name} must be an object")
    _require_members(thing, f"{where}.{name}", frozenset({"type", "id"}))
    kind = _text(thing, f"{where}.{name}", "type")
    _require(kind in types, f"{where}.{name}.type must be one of {', '.join(types)}")
    return kind, _text(thing, f"{where}.{name}", "id")


def _number(value: Mapping[str, Any], where: str, name: str, least: int, most: int) -> int:
    found = value.get(name)
    whole = isinstance(found, int) and not isinstance(found, bool)
    _require(whole and least <= int(found or 0) <= most, f"{where}.{name} must be a whole number from {least} to {most}")
    return int(found or 0)


def _text(value: Mapping[str, Any], where: str, name: str) -> str:
    _require(name in value, f"{where}.{name} is missing")
    found = value[name]
    _require(isinstance(found, str), f"{where}.{name} must be a string")
    _require(1 <= len(found) <= LONGEST_NAME and "\0" not in found, f"{where}.{name} must have 1 to {LONGEST_NAME} characters")
    return str(found)


def _require_members(value: Mapping[str, Any], where: str, known: frozenset[str]) -> None:
    unknown = sorted(set(value) - known)
    _require(not unknown, f"{where} has a member that is not known here: {unknown[0][:64]!r}" if unknown else "")


def _require(holds: bool, message: str) -> None:
    if not holds:
        raise BadRequestError(message)
