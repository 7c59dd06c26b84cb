"""A row as an event of the Open Cybersecurity Schema Framework, version 1.8.0, a line each.

Decisions (with the profile `security_control`) and searches are API Activity (6003), all else is Entity Management (3004). What the
schema has no place for stands in `unmapped`, by the names of our columns.
"""

from typing import Any, Final

from service.evidence.rendering.clear import DECIDED, SEARCHED
from service.evidence.rendering.rows import Row, compact, noted, purpose_of
from service.evidence.rendering.times import milliseconds

VERSION: Final = "1.8.0"
PRODUCT: Final = {"name": "Sekisho", "vendor_name": "Sekisho"}
APPLICATION_ACTIVITY, API_ACTIVITY = 6, 6003
IDENTITY_AND_ACCESS, ENTITY_MANAGEMENT = 3, 3004
UNKNOWN, CREATE, READ, UPDATE, DELETE, OTHER = 0, 1, 2, 3, 4, 99
ACTIVITIES: Final = {UNKNOWN: "Unknown", CREATE: "Create", READ: "Read", UPDATE: "Update", DELETE: "Delete", OTHER: "Other"}
INFORMATIONAL, SUCCESS, FAILURE = 1, 1, 2
ALLOWED, DENIED = 1, 2
DISPOSITION_ALLOWED, DISPOSITION_BLOCKED = 1, 2
SERVICE_ACCOUNT: Final = 4
_ACTIVITY_OF_VERB: Final = {
    **dict.fromkeys(("registered", "opened", "granted", "made", "issued", "designated", "concluded", "certified", "entered"), CREATE),
    **dict.fromkeys(("listed", "begun", "named", "enrolled", "linked", "permitted", "provided", "notified", "recorded"), CREATE),
    **dict.fromkeys(("read", "requested", "completed", "reconciled"), READ),
    **dict.fromkeys(("ended", "revoked", "removed", "destroyed", "lapsed", "lifted", "struck", "excluded", "closed"), DELETE),
}
"""What the last word of a kind is nearest to in the schema; any other verb changes something: Update."""
UNMAPPED: Final = (
    ("event_day", "on"),
    ("person_id", "person"),
    ("on_behalf_of", "for"),
    ("object_id", "object"),
    ("approver_id", "second"),
    ("footing", "footing"),
    ("proposal_id", "proposal"),
    ("seen", "seen"),
    ("hold_seconds", "hold"),
    ("reference", "ref"),
)
"""Columns that go along as they are, and the members of an entry behind them."""


def ocsf_line(row: Row) -> bytes:
    """Return the event of a row as a line of JSON, its line feed included."""
    return compact(event(row), sort=True).encode() + b"\n"


def event(row: Row) -> dict[str, Any]:
    """Return the event of a row."""
    asked = row.part["kind"] in {DECIDED, SEARCHED}
    activity = READ if asked else _activity(row)
    class_uid = API_ACTIVITY if asked else ENTITY_MANAGEMENT
    at = milliseconds(row.part["at"])
    common = {
        "activity_id": activity,
        "activity_name": ACTIVITIES[activity],
        "category_uid": APPLICATION_ACTIVITY if asked else IDENTITY_AND_ACCESS,
        "class_uid": class_uid,
        "message": f"{row.part['kind']} {row.part.get('out') or ''}".strip() or "unreadable",
        "metadata": _metadata(row, at),
        "severity_id": INFORMATIONAL,
        "status_id": FAILURE if row.entry is None or row.part.get("out") == "refused" else SUCCESS,
        "time": at,
        "type_uid": class_uid * 100 + activity,
        "unmapped": _unmapped(row),
    }
    return common | (_api_activity(row) if asked else _entity_management(row))


def _activity(row: Row) -> int:
    if row.entry is None:
        return UNKNOWN
    return _ACTIVITY_OF_VERB.get(row.part["kind"].rpartition(":")[2], UPDATE)


def _metadata(row: Row, at: int) -> dict[str, Any]:
    told: dict[str, Any] = {
        "logged_time": at,
        "product": PRODUCT,
        "sequence": row.index,
        "uid": str(row.index) if row.check is None else f"{row.index}/{row.check}",
        "version": VERSION,
    }
    if row.part["kind"]:
        told["event_code"] = row.part["kind"]
    if row.part["kind"] == DECIDED:
        told["profiles"] = ["security_control"]
    if request := row.part.get("req"):
        told["correlation_uid"] = request
    return told


def _named(row: Row, id_: str) -> dict[str, Any]:
    name = row.names.name(id_)
    return {"uid": id_} | ({"name": name} if name else {})


def _api_activity(row: Row) -> dict[str, Any]:
    part = row.part
    actor = part.get("actor") or "unknown"
    api: dict[str, Any] = {"operation": part.get("action") or part["kind"], "service": {"name": "AuthZEN"}}
    if request := part.get("req") or part.get("ref"):
        api["request"] = {"uid": request}
    told: dict[str, Any] = {
        "actor": {"user": _named(row, actor) | {"type_id": SERVICE_ACCOUNT}},
        "api": api,
        # The ledger keeps no address; the application is who asked.
        "src_endpoint": {"uid": actor},
    }
    resources = [_named(row, part[name]) | {"type": name} for name in ("object", "person") if part.get(name)]
    if resources:
        told["resources"] = resources
    return told | (_control(row) if part["kind"] == DECIDED else {})


def _control(row: Row) -> dict[str, Any]:
    """Return what the profile `security_control` says of a decision."""
    permitted = row.part.get("out") == "permit"
    authorization: dict[str, Any] = {"decision": "allowed" if permitted else "denied"}
    told: dict[str, Any] = {
        "action_id": ALLOWED if permitted else DENIED,
        "authorizations": [authorization],
        "disposition_id": DISPOSITION_ALLOWED if permitted else DISPOSITION_BLOCKED,
    }
    if policy := row.part.get("policy"):
        authorization["policy"] = told["policy"] = {"uid": policy}
    answer = row.answer
    if answer is not None and isinstance(answer.value, dict) and isinstance(reason := answer.value.get("reason"), str) and reason:
        told["status_detail"] = reason
    return told


def _entity_management(row: Row) -> dict[str, Any]:
    part = row.part
    told: dict[str, Any] = {"entity": _entity(row)}
    if actor := part.get("actor"):
        told["actor"] = {"user": _named(row, actor)}
    if (said := noted(row)) is not None:
        told["comment"] = compact(said)
    return told


def _entity(row: Row) -> dict[str, Any]:
    """Return what an act is about: a thing, else a person, else an organization, else its entry itself."""
    kind = row.part["kind"].split(":")
    type_ = kind[1] if len(kind) > 1 else "entry"
    about = next((row.part[name] for name in ("object", "person", "for") if row.part.get(name)), None)
    return ({"uid": str(row.index)} if about is None else _named(row, about)) | {"type": type_, "type_id": OTHER}


def _unmapped(row: Row) -> dict[str, Any]:
    part = row.part
    said: dict[str, Any] = {"index": row.index, "leaf_hash": row.leaf.hex(), "outcome": part.get("out") or ""}
    said |= {column: part[name] for column, name in UNMAPPED if part.get(name) is not None}
    if row.answer is not None:
        said["answer"] = row.answer.value
    if row.part["kind"] == DECIDED and (purpose := purpose_of(row)):
        said["purpose"] = purpose
    if row.erased_by:
        said["erased_by"] = row.erased_by
    if row.withheld:
        said["withheld"] = row.withheld
    return said
