"""Which designation of an information counts at an instant, until when, and whose consent a provision of it needed. Pure."""

from collections.abc import Iterable, Iterator

from service.decision.world import Row, World, at_ms, counts


def known(world: World, information: str | None, t: int) -> list[Row]:
    """Return the designations of an information that count, whichever heads made them."""
    return [row for row in world.of("designations by information", information or "") if counts(row, t)]


def counting(world: World, information: str | None, organization: str | None, t: int) -> Row | None:
    """Return a designation that stands, else the one that ended last, else the first to come.

    Several heads may have designated one information. Then the organization's own counts for it, and for everybody else the
    first: while one of them stands the Act restricts, whichever ended.
    """
    rows = known(world, information, t)
    begun = [row for row in rows if at_ms(row["designated_on"]) <= t]
    standing = [row for row in begun if t < end_of(world, row, t)]
    if standing:
        first = min(standing, key=lambda row: (row["organ_id"] != organization, row["designated_on"], row["id"]))
        same = (row for row in standing if row["organ_id"] == first["organ_id"])
        return max(same, key=lambda row: (row["designated_on"], row["changed_index"], row["id"]))
    if begun:
        return max(begun, key=lambda row: (end_of(world, row, t), row["designated_on"], row["changed_index"], row["id"]))
    return min(rows, key=lambda row: (row["designated_on"], row["id"]), default=None)


def extension_of(world: World, row: Row, t: int) -> Row | None:
    """Return the extension that counts: what was made longer stays so when the designation is put right, however often."""
    extensions = [
        one
        for designation in _recorded_as(world, row)
        for one in world.of("extensions by designation", designation)
        if counts(one, t) and at_ms(one["extended_on"]) <= t
    ]
    return max(extensions, key=lambda one: (one["extended_on"], one["until_on"], one["id"]), default=None)


def end_of(world: World, row: Row, t: int) -> int:
    """Return the instant at which a designation ends as far as is known at `t`: lifted, or extended by what was decided so far."""
    until = at_ms((extension_of(world, row, t) or row)["until_on"])
    return until if row["lifted_on"] is None else min(until, at_ms(row["lifted_on"]))


def unasked(world: World, provision: Row, provisions: Iterable[Row], t: int) -> str | None:
    """Return another head than the giver that had designated the information when it was given, and did not consent.

    Whoever had it from the giver itself is not asked (Act 6(1), 10(1)).
    """
    giver, on = provision["giver_id"], provision["provided_on"]
    theirs = {one["receiver_id"] for one in provisions if one["giver_id"] == giver and one["under"] == "Act 6(1)"}
    others = (
        one["organ_id"]
        for one in known(world, provision["information_id"], t)
        if one["designated_on"] <= on and at_ms(on) < end_of(world, one, t)
    )
    return min((organ for organ in others if organ not in {giver, *theirs, *provision["consented_by"]}), default=None)


def gave_what_it_held(world: World, provision: Row, designation: Row, provisions: Iterable[Row], t: int) -> bool:
    """Tell whether the giver had designated the information or been provided with it by the day it gave it on."""
    giver, on = provision["giver_id"], provision["provided_on"]
    own = (one for one in known(world, provision["information_id"], t) if one["organ_id"] == giver)
    if giver == designation["organ_id"] or any(one["designated_on"] <= on for one in own):
        return True
    had = (one for one in provisions if one["receiver_id"] == giver and one["provided_on"] <= on)
    return any(one["returned_on"] is None or one["returned_on"] > on for one in had)


def _recorded_as(world: World, designation: Row) -> Iterator[str]:
    """Yield the ids under which a designation was recorded so far, its own first."""
    rows = world.rows["designation.designations"]
    before: Row | None = designation
    while before is not None:
        yield before["id"]
        before = rows.get(before["replaces"] or "")
