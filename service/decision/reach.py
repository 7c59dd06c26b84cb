"""What can have a part in the facts of one person and one information, whoever else the same organizations and lists name.

An information has thousands on its lists and is provided to many, an operator has hundreds of contracts; each with days of
its own. Facts are made of what could reach this person on some day, and cut at the days of that alone.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from service.decision import approved
from service.decision.assessed import notified_ms
from service.decision.world import Row, World, at_ms
from service.statute.offices import NAMED_SINCE
from service.statute.periods import day_start_ms

DATES = (
    *("from_on", "until_on", "until_at", "removed_on", "care_from_on", "care_until_on", "sds_from_on", "designated_on", "extended_on"),
    *("lifted_on", "return_until_on", "provided_on", "certified_on", "ended_on", "closed_on", "notified_on"),
)
TO_OPERATORS = "Act 10(1)"
"""Under what an organ gives what it holds to operators; each of them has it from the organ, whoever else has."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What could count for a person and an information."""

    organizations: Collection[str]
    """The one acted for, or all that the person ever worked at."""
    listings: Sequence[Row]
    """The lines of the information's lists that name the person, or a unit or post ever held."""
    contracts: Sequence[Row]
    """The contracts of these organizations that cover the information."""
    provisions: Sequence[Row]
    """How the information came to them, from giver to giver, and what says whose consent it took; not what other operators got."""


def reach_of(world: World, *, person: str | None, information: str | None, organization: str | None) -> Reach:
    """Return what could reach a person acting for an organization (None: wherever they work on the day)."""
    posts = world.of("posts by person", person or "")
    organizations = {row["organization_id"] for row in posts} if organization is None else {organization}
    covering = {row["contract_id"]: None for row in world.of("subjects by information", information or "")}
    contracts = (world.rows["provision.contracts"].get(one) for one in covering)
    ours = [row for row in contracts if row is not None and row["operator_id"] in organizations]
    return Reach(organizations, _listings(world, person, information, posts), ours, _provisions(world, information, organizations))


def _listings(world: World, person: str | None, information: str | None, posts: Collection[Row]) -> list[Row]:
    units, names = ({row[name] for row in posts} - {None} for name in ("unit_id", "post"))
    theirs = [
        *(world.of("listings by person", one) for one in (person,) if one is not None),
        *(world.of("listings by unit", one) for one in units),
        *(world.of("listings by post", one) for one in names),
    ]
    whole = world.of("listings by information", information or "")
    # The fewer rows to look at: whoever is new is on few lists, and a list that is new has few lines.
    looked = whole if len(whole) <= sum(map(len, theirs)) else chain.from_iterable(theirs)
    return [
        row
        for row in looked
        if row["information_id"] == information
        and ((row["person_id"] is not None and row["person_id"] == person) or row["unit_id"] in units or row["post"] in names)
    ]


def _provisions(world: World, information: str | None, organizations: Collection[str]) -> list[Row]:
    rows = world.of("provisions by information", information or "")
    held = set(organizations)
    while givers := {row["giver_id"] for row in rows if row["receiver_id"] in held} - held:
        held |= givers
    return [row for row in rows if row["receiver_id"] in held or row["under"] != TO_OPERATORS]


def cuts_of(world: World, *, person: str | None, information: str | None, document: str | None, reach: Reach) -> list[int]:
    """Return the instants, in order, at which another record may be selected."""
    return sorted(set(_cuts(chain(_concerning(world, person, information, reach), approved.concerning(world, document)))))


def _concerning(world: World, person: str | None, information: str | None, reach: Reach) -> Iterator[Row]:
    if person is not None:
        for name in ("posts by person", "results by person", "doubts by person", "offices by person", "exclusions by person"):
            yield from world.of(name, person)
    if information is not None:
        if information in world.rows["designation.information"]:
            yield world.rows["designation.information"][information]
        for name in ("designations by information", "closings by information"):
            yield from world.of(name, information)
        for designation in world.of("designations by information", information):
            yield from world.of("extensions by designation", designation["id"])
    yield from reach.listings
    yield from reach.contracts
    yield from reach.provisions
    for organization in reach.organizations:
        yield from world.of("certifications by operator", organization)


def _cuts(rows: Iterable[Row]) -> Iterator[int]:
    for row in rows:
        for name in DATES:
            if row.get(name) is not None:
                yield at_ms(row[name])
        if "outcome" in row:
            yield notified_ms(row)
        if "office" in row:
            yield day_start_ms(NAMED_SINCE[row["office"]])
        if row.get("replaced_at") is not None:
            yield at_ms(row["replaced_at"])
        if row.get("replaces") is not None:
            yield at_ms(row["recorded_at"])
