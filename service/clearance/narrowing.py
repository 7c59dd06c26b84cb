"""Whether the correction of a result, doubt notice or office only narrows (Act 11), over plain values. When unsure it widens.

What makes it delicate: the newest assessment counts, so one that moves to an earlier day uncovers those before it.
"""

from collections.abc import Sequence
from datetime import date

from service.clearance.rules import CARRIED_OUT, earliest_known
from service.personnel.corrections import Columns, same, within


def counts_from(row: Columns) -> date:
    """Return the day that puts a result in order among the others."""
    day: date | None = row["notified_on"] or earliest_known(row["letter_on"], row["arrived_on"]) or row["counted_on"]
    assert day is not None
    return day


def result_narrows(before: Columns, after: Columns | None, *, on: date, others: Sequence[Columns]) -> bool:
    """Say whether a result put right on a day (None: that never was) lets nobody do more.

    `others` are the further results of the person by the same head. A positive result may become negative, and its years
    end earlier. It may move to an earlier day only from a day that is past and from which its own years ran: then whatever
    it uncovers ends before it would have. Where two are of one day the narrower counts, so a tie is never sure.
    """
    if after is None:
        return before["outcome"] not in CARRIED_OUT or (before["outcome"] == "positive" and not others)
    if not same(before, after, "person_id", "head_id", "law"):
        return False
    was, now = counts_from(before), counts_from(after)
    if any(counts_from(one) in {was, now} for one in others):
        return False
    if before["outcome"] == "positive":
        moved_back = now < was <= on and before["counted_on"] == was
        earlier = after["counted_on"] <= before["counted_on"]
        return after["outcome"] in CARRIED_OUT and earlier and (now == was or moved_back)
    if before["outcome"] == "negative":
        return now == was and after["outcome"] == "negative"
    return now == was and after["outcome"] != "positive"


def doubt_narrows(before: Columns, after: Columns | None, *, on: date) -> bool:
    """Say whether a doubt notice put right lets nobody do more: a later day, not yet to come, leaves fewer results behind it."""
    if after is None or not same(before, after, "person_id", "head_id", "law"):
        return False
    was, now = before["notified_on"], after["notified_on"]
    return bool(now == was or was <= now <= on)


def office_narrows(before: Columns, after: Columns | None) -> bool:
    """Say whether an office put right lets nobody do more: a shorter time in the same office, or none."""
    return after is None or (same(before, after, "person_id", "office") and within(before, after, "from_on", "until_on"))
