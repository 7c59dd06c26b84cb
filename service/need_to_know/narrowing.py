"""Whether the correction of a line of a scope or list only narrows, over plain values. When unsure it widens."""

from collections.abc import Collection

from service.personnel.corrections import Columns, same, within


def listing_narrows(before: Columns, after: Columns | None) -> bool:
    """Say whether a line put right (None: that never was) lets nobody do more: what lines grant only adds up."""
    if after is None:
        return True
    return (
        same(before, after, "information_id", "organization_id", "person_id", "unit_id", "post")
        and within(before, after, "from_on", "until_on")
        and _no_more(before["actions"], after["actions"])
    )


def _no_more(before: Collection[str] | None, after: Collection[str] | None) -> bool:
    if before is None:
        return True
    return after is not None and _granted(after) <= _granted(before)


def _granted(actions: Collection[str]) -> set[str]:
    # To see a title in a list is judged like reading.
    return {"read" if action == "list" else action for action in actions}
