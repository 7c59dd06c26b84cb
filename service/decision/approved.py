"""Which approvals of a document count, and whether an organization keeps them here. Nothing here judges."""

from collections.abc import Iterator
from typing import Any

from service.decision.world import Row, World, at_ms, runs

BY_APPROVAL = frozenset({"make", "communicate", "transmit", "carry_out", "dispose", "return"})
"""The actions that a document's approval is asked for, where it is kept here; the schema's group `approved`."""


def document_of(world: World, *, kind: str, resource: str | None, action: str) -> str | None:
    """Return the document whose approvals facts are to hold: none where nobody keeps any, or the action asks for none."""
    asked = kind == "document" and action in BY_APPROVAL and bool(world.rows["registers.approval_rules"])
    return resource if asked else None


def concerning(world: World, document: str | None) -> Iterator[Row]:
    """Yield the rows whose days may select another approval; the few lines that say whether they are kept, whoever's they are."""
    yield from world.rows["registers.approval_rules"].values()
    if document is not None:
        yield from world.of("approvals by document", document)


def record_of(world: World, *, person: str | None, document: str | None, organization: str | None, t: int) -> dict[str, Any] | None:
    """Return what is approved of a document for a person at an instant, or None where the organization keeps no approvals here.

    What is asked about no document is approved by nothing.
    """
    rule = _rule(world, organization, t)
    if rule is None or not rule["kept"]:
        return None
    live = [
        row
        for row in world.of("approvals by document", document or "")
        if row["organization_id"] == organization and row["person_id"] in (None, person) and runs(row, t)
    ]
    actions = {action for row in live for action in row["actions"]}
    return {"actions": sorted(actions), "index": max(row["changed_index"] for row in (rule, *live))}


def _rule(world: World, organization: str | None, t: int) -> Row | None:
    """Return the line that says whether an organization keeps approvals: the one begun last, of several of one day the newest."""
    begun = [row for row in world.of("approval rules by organization", organization or "") if at_ms(row["from_on"]) <= t]
    return max(begun, key=lambda row: (row["from_on"], row["changed_index"]), default=None)
