"""Whether the correction of a certification, contract or provision only narrows (Act 6 to 10), over plain values.

When unsure it widens: a contract is one of several that may cover the same, and after its end the lists of its last day count.
"""

from collections.abc import Collection, Sequence
from datetime import date

from service.personnel.corrections import Columns, same, within


def certification_narrows(before: Columns, after: Columns | None) -> bool:
    """Say whether a certification put right lets nobody do more: a shorter time, or none."""
    return after is None or (same(before, after, "operator_id", "organ_id") and within(before, after, "certified_on", "ended_on"))


def contract_narrows(before: Columns, after: Columns | None, *, others: Sequence[Columns]) -> bool:
    """Say whether a contract put right lets nobody do more; `others` are the further contracts of the same two.

    Both say under `informations` what they cover. An earlier end is sure only where nothing may be returned after it.
    """
    if others:
        return False
    if after is None:
        return True
    sooner = _sooner(before["until_on"], after["until_on"]) and after["return_until_on"] is None
    ends = after["until_on"] == before["until_on"] or sooner
    returns = after["return_until_on"] is None or (
        before["return_until_on"] is not None and after["return_until_on"] <= before["return_until_on"]
    )
    return (
        same(before, after, "operator_id", "organ_id")
        and after["from_on"] >= before["from_on"]
        and ends
        and returns
        and _no_wider(before["units"], after["units"])
        and set(after["informations"]) <= set(before["informations"])
    )


def _sooner(before: date | None, after: date | None) -> bool:
    return after is not None and (before is None or after < before)


def _no_wider(before: Collection[str] | None, after: Collection[str] | None) -> bool:
    return before is None or (after is not None and set(after) <= set(before))


def provision_narrows(before: Columns, after: Columns | None) -> bool:
    """Say whether a provision put right lets nobody do more: it came back (earlier), or lacks more of what its article asks for.

    What arose at an operator (Act 10(2)) is not held by its designator: that it never did gives it back to the organ.
    """
    if after is None:
        return bool(before["under"] != "Act 10(2)")
    kept = ("information_id", "giver_id", "receiver_id", "under", "provided_on", "consulted_on")
    returned = after["returned_on"] == before["returned_on"] or _sooner(before["returned_on"], after["returned_on"])
    found = all(before[name] or not after[name] for name in ("equivalence", "safeguards"))
    return same(before, after, *kept) and returned and found and set(after["consented_by"]) <= set(before["consented_by"])
