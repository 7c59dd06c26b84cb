"""The closed lists of this room: safeguards (Order 9, 15), contents of a contract (Act 10(3), Order 17), readiness (Order 16).

Each code has the citation that asks for it. What the Operational Standards add is not public here and stands as one line.
"""

from collections.abc import Collection, Mapping
from datetime import date
from types import MappingProxyType
from typing import Literal, get_args

Safeguard = Literal[
    "status_shown",
    "person_in_charge",
    "importance_explained",
    "viewers_limited",
    "other_use_barred",
    "computers_limited",
    "treatment_limited",
    "communication_limited",
    "inspection_fixed",
    "accidents_reported",
    "no_grave_harm",
    "diet_measures",
    "locked_container",
]
"""What somebody must have in place before an information is given or shown to them outside Article 11."""
ORDER_15 = frozenset[str](get_args(Safeguard)[:10])
"""The ten items of Order 15, in its order."""
ALL_SAFEGUARDS: tuple[Safeguard, ...] = get_args(Safeguard)

CONDITIONS = (*ALL_SAFEGUARDS, "consultation", "consent", "equivalence", "instruction")
"""Everything that may stand beside a provision as met before it."""

ContractItem = Literal[
    "handler_scope",
    "person_in_charge",
    "facilities",
    "education",
    "hand_over",
    "marking",
    "expiry",
    "extension",
    "lifting",
    "doubt_report",
    "entry_and_devices",
    "computers",
    "treatment",
    "communication",
    "inspection",
    "emergency_destruction",
    "incidents",
    "other_measures",
]
CONTRACT_ITEMS: Mapping[ContractItem, str] = MappingProxyType(
    {
        "handler_scope": "Act 10(3)(i)",
        "person_in_charge": "Act 10(3)(ii)",
        "facilities": "Act 10(3)(iii)",
        "education": "Act 10(3)(iv)",
        "hand_over": "Act 10(3)(v)",
        **dict.fromkeys(get_args(ContractItem)[5:], "Order 17"),
    }
)
"""What a contract must fix, with the citation; `hand_over` only where the operator holds what arises with it."""
_GENERATED_ONLY = frozenset({"hand_over"})

ReadinessItem = Literal[
    "rule_person_in_charge",
    "rule_facilities",
    "rule_entry_and_devices",
    "rule_computers",
    "rule_treatment",
    "rule_communication",
    "rule_inspection",
    "rule_emergency_destruction",
    "rule_incidents",
    "rule_other_measures",
    "education",
    "handler_scope",
    "facilities",
    "organization",
]
READINESS_ITEMS: Mapping[ReadinessItem, str] = MappingProxyType(
    dict.fromkeys(get_args(ReadinessItem), "Order 16(1)")
    | {"facilities": "Act 10(1)", "education": "Order 16(1)(i)", "handler_scope": "Order 16(1)(ii)"}
)
"""What an operator needs before it is certified: rules on Order 11(1)(i), (iii), (v) to (xii), facilities, and who follows them."""

ChangeMatter = Literal["officer", "place", "rule", "facility"]
CHANGE_MATTERS: tuple[str, ...] = get_args(ChangeMatter)
"""What may change after a certification and is then reported beforehand."""


def needed_safeguards(*, under: str, receiver_kind: str) -> frozenset[str]:
    """Return the codes that an article asks for: Order 9 for the Cabinet, the Diet's own measures, else the ten of Order 15.

    Under Act 9(1)(i) somebody must have found, beside them, that no grave harm is to be feared.
    """
    if under == "Act 4(5)":
        return frozenset({"locked_container"})
    own = frozenset({"diet_measures"}) if receiver_kind == "diet" else ORDER_15
    return own | {"no_grave_harm"}


def missing_safeguards(*, under: str, receiver_kind: str, there: Collection[str], taken_on: date | None, on: date) -> tuple[str, ...]:
    """Return the safeguards that are still missing on the day of a provision; all of them where they were taken only later."""
    counted = frozenset(there) if taken_on is None or taken_on <= on else frozenset()
    return tuple(sorted(needed_safeguards(under=under, receiver_kind=receiver_kind) - counted))


def missing_items(settled: Mapping[str, date | None] | None, *, under: str, on: date) -> tuple[str, ...]:
    """Return what a contract must fix for a provision under an article and does not by a day, in the order of the list.

    None: its contents are not kept here (it was brought forward), and are taken as complete.
    """
    if settled is None:
        return ()
    needed = [item for item in CONTRACT_ITEMS if item not in _GENERATED_ONLY or under == "Act 10(2)"]
    days = {item: settled.get(item) for item in needed}
    return tuple(item for item, day in days.items() if day is None or day > on)
