"""Whether the correction of a post only narrows, over plain values.

Narrowing: nobody who names the organization acted for may do after it what they could not do before. When unsure it widens.
"""

from collections.abc import Sequence

from service.personnel.corrections import Columns, same, within


def post_narrows(before: Columns, after: Columns | None, *, others: Sequence[Columns] = ()) -> bool:
    """Say whether a post put right (None: that never was) lets nobody do more; `others` are the person's further rows there.

    Whoever holds any post somewhere works there by posts alone, so a last post that never was brings a plain row back.
    """
    if after is None:
        plain = before["unit_id"] is None and before["post"] is None
        posts = [one for one in others if one["unit_id"] is not None or one["post"] is not None]
        return plain or bool(posts) or not others
    return same(before, after, "person_id", "organization_id", "unit_id", "post") and within(before, after, "from_on", "until_on")
