"""Whether the correction of a designation, extension or closing only narrows (Act 3, 4), over plain values.

Days of a validity are never sure: what ends restricts nobody any longer, and what does not stand is held by nobody.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from service.personnel.corrections import Columns, same

_FIXED = ("information_id", "organ_id", "designated_on", "until_on", "lifted_on", "originator_id")


def designation_narrows(before: Columns, after: Columns | None, *, others: Sequence[Columns]) -> bool:
    """Say whether a designation put right lets nobody do more: only the originator's condition grows narrower.

    `others` are the further designations of the information: where there are any, another may come to be the newest.
    """
    if after is None or others or not same(before, after, *_FIXED):
        return False
    return _no_wider(before["released_to"], after["released_to"])


def _no_wider(before: Collection[str] | None, after: Collection[str] | None) -> bool:
    return before is None or (after is not None and set(after) <= set(before))


def extension_narrows(before: Columns, after: Columns | None) -> bool:
    """Say whether an extension put right lets nobody do more: only its letter is another."""
    return after is not None and same(before, after, "designation_id", "extended_on", "until_on")


def closing_narrows(before: Columns, after: Columns | None, *, designated_on: Sequence[date]) -> bool:
    """Say whether a closing put right lets nobody do more: it came later, and closes no later designation by that."""
    if after is None:
        return True
    was, now = before["closed_on"], after["closed_on"]
    return now >= was and same(before, after, "information_id", "organization_id") and not any(was < day <= now for day in designated_on)


def contents_narrow(before: Sequence[Columns], after: Sequence[Columns]) -> bool:
    """Say whether what a document carries, put right, lets nobody open it who could not: on every day all of it, or nothing at all.

    Whoever opens a document may handle everything in it, and what carries nothing nobody opens.
    """
    days = {row[name] for row in (*before, *after) for name in ("from_on", "until_on")} - {None}
    for day in (date.min, *sorted(days)):
        now = _carried_on(after, day)
        was = _carried_on(before, day)
        if now and not (was and was <= now):
            return False
    return True


def _carried_on(rows: Iterable[Columns], day: date) -> frozenset[str]:
    return frozenset(
        row["information_id"]
        for row in rows
        if (row["from_on"] is None or row["from_on"] <= day) and (row["until_on"] is None or row["until_on"] > day)
    )
