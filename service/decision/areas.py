"""Areas: what is kept in one, whom a permit lets in, and which informations there are reached by somebody's lists.

Whoever may handle something that is kept in an area may be there, and whoever holds a permit for it (Order 11(1)(v), NPSC Rule
8/2025 19(1)). What is no longer restricted lets nobody in: beside it something may be kept that is.
Nothing here judges.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from service.decision import designated
from service.decision.world import Row, World, at_ms, counts, runs

TABLE = "registers.area_facts"
ACTIONS = frozenset({"handle", "read", "list"})
"""What can be asked of an area: whether somebody may be there."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept in an area at an instant: in it or in what stands there, and the informations that the documents carry."""

    areas: frozenset[str] = frozenset()
    documents: frozenset[str] = frozenset()
    informations: frozenset[str] = frozenset()

    def ids(self) -> Iterator[str]:
        """Yield the ids of everything that it rests on."""
        yield from self.areas
        yield from self.documents
        yield from self.informations


def owner_of(world: World, area: str | None) -> str | None:
    """Return the organization whose area it is, or is named to be."""
    row = world.rows[TABLE].get(area or "")
    return None if row is None else str(row["organization_id"])


def area_at(world: World, area: str | None, organization: str | None, t: int) -> Row | None:
    """Return an area of an organization that there is at an instant, or None."""
    row = world.rows[TABLE].get(area or "")
    return row if row is not None and row["kind"] == "area" and row["organization_id"] == organization and runs(row, t) else None


def kept_in(world: World, area: str | None, organization: str | None, t: int) -> Kept:
    """Return what is kept in an area of an organization at an instant; nothing in what is none."""
    if area_at(world, area, organization, t) is None:
        return Kept()
    areas, ahead = set[str](), [str(area)]
    stored: set[str] = set()
    while ahead:
        one = ahead.pop()
        if one in areas:
            continue
        areas.add(one)
        for row in world.of("area facts by area", one):
            if runs(row, t) and row["kind"] == "area":
                ahead.append(row["id"])
            elif runs(row, t) and row["kind"] == "storage":
                stored.add(row["document_id"])
    informations = {
        row["information_id"] for each in stored for row in world.of("contents by document", each) if runs(row, t) and counts(row, t)
    }
    return Kept(frozenset(areas), frozenset(stored), frozenset(informations))


def opening(world: World, kept: Kept, *, person: str | None, organization: str | None, t: int) -> list[str]:
    """Return the informations kept there of which somebody may be permitted one, in order.

    Nobody is permitted without a line of the list that reaches them, but for what was closed: that lets nobody in.
    """
    if person is None or not kept.informations:
        return []
    reached = kept.informations & reached_by(world, person, organization)
    return sorted(one for one in reached if not _is_restricted_no_more(world, one, organization, t))


def reached_by(world: World, person: str, organization: str | None) -> set[str]:
    """Return the informations with a line of the list that ever reached somebody, by name, unit or post (None: anywhere)."""
    lines: list[Row] = list(world.of("listings by person", person))
    for post in world.of("posts by person", person):
        for index, column in (("listings by unit", "unit_id"), ("listings by post", "post")):
            if post[column] is not None:
                lines += (row for row in world.of(index, post[column]) if row["organization_id"] == post["organization_id"])
    return {row["information_id"] for row in lines if organization in (None, row["organization_id"])}


def _is_restricted_no_more(world: World, information: str, organization: str | None, t: int) -> bool:
    """Say whether an organization has recorded the closing of an information that is designated no more, for a day that has come."""
    closings = (
        row for row in world.of("closings by information", information) if row["organization_id"] == organization and counts(row, t)
    )
    return any(at_ms(row["closed_on"]) <= t for row in closings) and is_closed(world, information, organization, t)


def is_closed(world: World, information: str, organization: str | None, now_ms: int) -> bool:
    """Say whether an information may be one that the Act restricts no more, at an organization or (None) at any."""
    closings = [row for row in world.of("closings by information", information) if counts(row, now_ms)]
    for place in {row["organization_id"] for row in closings if organization in (None, row["organization_id"])}:
        designation = designated.counting(world, information, place, now_ms)
        if designation is not None and designated.end_of(world, designation, now_ms) <= now_ms:
            return True
    return False


def facts_of_area(world: World, *, person: str | None, area: str | None, organization: str | None) -> dict[str, Any]:
    """Return the facts of a person and an area: whether there is one, and whom a permit lets in, in half-open segments."""
    about = {"person": person, "information": None, "organization": organization, "area": area}
    own = world.rows[TABLE].get(area or "")
    permits = [row for row in world.of("area facts by area", area or "") if row["kind"] == "entry" and row["person_id"] == person]
    rows = [*permits, *([own] if own is not None else [])]
    cuts = sorted({at_ms(row[name]) for row in rows for name in ("from_on", "until_on") if row[name] is not None})
    segments: list[dict[str, Any]] = []
    for start, end in zip([None, *cuts], [*cuts, None], strict=True):
        t = start if start is not None else (end - 1 if end is not None else 0)
        channels = [_channel(world, person, area, organization, permits, t)]
        if segments and segments[-1]["channels"] == channels:
            segments[-1]["to"] = end
        else:
            segments.append({"from": start, "to": end, "channels": channels})
    return about | {"segments": segments}


def _channel(world: World, person: str | None, area: str | None, organization: str | None, permits: list[Row], t: int) -> dict[str, Any]:
    row = area_at(world, area, organization, t)
    live = [one["changed_index"] for one in permits if person is not None and runs(one, t)]
    record: dict[str, Any] = {
        "ambiguous": False,
        "area": None if row is None else {"index": row["changed_index"]},
        "entry": {"index": max(live)} if live and row is not None else None,
        "organization": organization,
        "person_known": person is not None and person in world.rows["personnel.people"],
        "units": [],
        "works_there": False,
    }
    return {name: value for name, value in sorted(record.items()) if value is not None}
