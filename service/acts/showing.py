"""What an act would write, as whoever approves it sees it, and the digest of exactly that."""

import re
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from service.ledger import Foreseen, Kind, canonical, plain

TOLD_BY_THE_CLOCK = frozenset(
    {
        "changed_index",
        "serial",
        "recorded_at",
        "set_at",
        "opened_at",
        "granted_at",
        "activated_at",
        "destroyed_at",
        "begun_at",
        "remembered_at",
        "told_at",
        "closed_at",
    }
)
BY_THIS_ACT = "*"
"""Stands for the instant from which a row is replaced or ended: that of the act, whenever it happens."""
ENDS = ("replaced_at", "ended_at")
_GIVEN_ID = re.compile(r"\b(?:[a-z]+_)?[0-9a-f]{32}\b")


def show(one: Foreseen) -> dict[str, Any]:
    """Return what an act would write: the clear part of its entry, and each row before and after."""
    draft = one.draft
    entry = {
        "kind": draft.kind.value,
        "out": draft.out,
        "actor": draft.actor.id,
        "person": draft.person,
        "object": draft.object,
        "for": draft.organization,
        "on": plain(draft.on),
    }
    rows = [
        {
            "table": table,
            "before": None if before is None else _shown(before),
            "after": _shown(after),
        }
        for table, before, after in one.rows
    ]
    shown = {"entry": {name: value for name, value in entry.items() if value is not None}, "rows": rows}
    # What a policy set changes is part of what is approved: under another set in force it would change something else.
    return shown | {"policies": plain(draft.note)} if draft.kind is Kind.POLICY_ACTIVATED and draft.note else shown


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    shown = {name: value for name, value in row.items() if name not in TOLD_BY_THE_CLOCK}
    return shown | {name: BY_THIS_ACT for name in ENDS if shown.get(name) is not None}


def digest_of(foreseen: Sequence[Mapping[str, Any]], acts: Sequence[Mapping[str, Any]]) -> str:
    """Return the digest of what was shown: ids that are given anew at each trial do not count."""
    asked = canonical(list(acts)).decode()
    shown = canonical(list(foreseen)).decode()
    named = set(_GIVEN_ID.findall(asked))
    kept = {row["before"]["id"] for one in foreseen for row in one["rows"] if row["before"] and "id" in row["before"]}
    steady = _GIVEN_ID.sub(lambda found: found[0] if found[0] in named or found[0] in kept else "*", shown)
    return sha256(steady.encode() + asked.encode()).hexdigest()
