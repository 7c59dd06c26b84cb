"""The Rust engine: one question about one channel, in the engine's own JSON. It is the reference for everything faster."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import cedarpy

from service.decision.policyset import PolicySet

PERSON, INFORMATION, ACTION = "Sekisho::Person", "Sekisho::Information", "Sekisho::Action"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked about one channel: an action of the schema, the action as a listing names it, at an instant."""

    action: str
    asked: str
    now_ms: int
    person: str
    information: str
    standing: bool = False
    """Whether an ended designation is judged as if it still stood."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a policy set says of one question: the names are those that the engine gives to policies."""

    permitted: bool
    determining: frozenset[str]
    failed: bool
    """Whether any policy could not be evaluated, or the question not be put: then nothing is permitted."""


def request_of(channel: Mapping[str, Any], question: Question) -> dict[str, Any]:
    """Return a question as the engine takes it. Raises ValueError for an instant that no date can be."""
    context = {**cedar_value(channel), "now": cedar_datetime(question.now_ms), "asked": question.asked, "standing": question.standing}
    return {
        "principal": {"type": PERSON, "id": question.person},
        "action": {"type": ACTION, "id": question.action},
        "resource": {"type": INFORMATION, "id": question.information},
        "context": context,
    }


def ask_engine(policies: PolicySet, channel: Mapping[str, Any], question: Question) -> Verdict:
    """Return the engine's verdict. Raises ValueError for an instant that no date can be."""
    result = cedarpy.is_authorized(request_of(channel, question), policies.handle, policies.entities)
    failed = bool(result.diagnostics.errors) or result.decision is cedarpy.Decision.NoDecision
    return Verdict(result.decision is cedarpy.Decision.Allow, frozenset(result.diagnostics.reasons), failed)


def cedar_value(value: Any, name: str = "") -> Any:
    """Return a value of facts as the engine's JSON has it: whole milliseconds named `…_at` are instants."""
    if isinstance(value, Mapping):
        return {key: cedar_value(inner, key) for key, inner in value.items()}
    if isinstance(value, int) and not isinstance(value, bool) and name.endswith("_at"):
        return cedar_datetime(value)
    return value


def cedar_datetime(at_ms: int) -> dict[str, Any]:
    """Return an instant as the engine's JSON has it. Raises ValueError outside the years 1 to 9999."""
    at = datetime.fromtimestamp(at_ms // 1000, UTC)
    return {"__extn": {"fn": "datetime", "arg": f"{at.year:04d}-{at:%m-%dT%H:%M:%S}.{at_ms % 1000:03d}Z"}}
