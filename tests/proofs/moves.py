"""What happens to facts and may only narrow: each a function from a point to the points that it may become."""

from collections.abc import Callable, Iterator
from itertools import combinations
from typing import Any

from tests.proofs.members import Path
from tests.proofs.space import DAY_MS, NOW_MS, Point

Move = Callable[[Point], Iterator[dict[Path, Any]]]
NOTIFIED: tuple[Path, ...] = tuple((name, "notified_at") for name in ("assessment", "sds_assessment", "doubt", "sds_doubt"))
HALF_MS = DAY_MS // 2


def gone(record: str) -> Move:
    """A record that is there is there no more."""

    def move(point: Point) -> Iterator[dict[Path, Any]]:
        if (record,) in point:
            yield {path: value for path, value in point.items() if path[0] != record}

    return move


def ends_earlier(record: str, member: str) -> Move:
    """An end comes nearer, or comes to be: it is set to before now, to now, or behind it."""

    def move(point: Point) -> Iterator[dict[Path, Any]]:
        path = (record, member)
        if (record,) not in point and record != "holding":
            return
        for at in (NOW_MS - DAY_MS, NOW_MS, NOW_MS + DAY_MS):
            if path not in point or at < point[path]:
                yield {**point, path: at}

    return move


def term_shortened(point: Point) -> Iterator[dict[Path, Any]]:
    """The day by which to give back comes nearer, or the term is taken away."""
    path = ("contract", "return_until_at")
    if path in point:
        yield {one: value for one, value in point.items() if one != path}
        yield from ({**point, path: at} for at in (NOW_MS - DAY_MS, NOW_MS) if at < point[path])


def lost(*path: str) -> Move:
    """What was so is so no more."""

    def move(point: Point) -> Iterator[dict[Path, Any]]:
        if point.get(path):
            yield {**point, path: False}

    return move


def kept_here(point: Point) -> Iterator[dict[Path, Any]]:
    """Approvals of documents are kept from now on, with whatever is approved by then."""
    if ("approval",) not in point:
        for actions in ((), ("asked",), ("another",), ("asked", "another")):
            yield {**point, ("approval",): True, ("approval", "actions"): actions}


def fewer(*path: str) -> Move:
    """A set loses some of what it held."""

    def move(point: Point) -> Iterator[dict[Path, Any]]:
        held = point.get(path, ())
        for size in range(len(held)):
            yield from ({**point, path: kept} for kept in combinations(held, size))

    return move


def doubted(record: str) -> Move:
    """A notice of doubt is given, on any day, or a later one."""

    def move(point: Point) -> Iterator[dict[Path, Any]]:
        for at in _days(point):
            if (record,) not in point or at > point[record, "notified_at"]:
                yield {**point, (record,): True, (record, "notified_at"): at}

    return move


def found_negative(record: str) -> Move:
    """A later assessment under an Act is negative, whenever its years would end."""

    def move(point: Point) -> Iterator[dict[Path, Any]]:
        for told in _days(point):
            if (record,) in point and told < point[record, "notified_at"]:
                continue
            for ends in (NOW_MS - DAY_MS, NOW_MS, NOW_MS + DAY_MS):
                made = {"notified_at": told, "outcome": "negative", "ends_at": ends}
                yield {**point, (record,): True, **{(record, name): value for name, value in made.items()}}

    return move


def comes(instant: Path) -> Move:
    """Time passes until an instant that lay ahead, or a moment over it."""

    def move(point: Point) -> Iterator[dict[Path, Any]]:
        if instant in point and point[instant] >= NOW_MS:
            yield {**point, instant: NOW_MS if point[instant] > NOW_MS else NOW_MS - DAY_MS}

    return move


def _days(point: Point) -> list[int]:
    """Return the days of all notices, and one between and beyond each: every place that a further one can have."""
    days = {point[path] for path in NOTIFIED if path in point} or {NOW_MS}
    return sorted({day + by for day in days for by in (-HALF_MS, 0, HALF_MS)})


NARROWING: dict[str, tuple[Path, Move]] = {
    "the listing is removed": (("listing",), gone("listing")),
    "the listing grants less": (("listing", "actions"), fewer("listing", "actions")),
    "an approval of the document ends": (("approval", "actions"), fewer("approval", "actions")),
    "approvals come to be kept here": (("approval",), kept_here),
    "the person works there no more": (("works_there",), lost("works_there")),
    "the certification is withdrawn": (("certification",), gone("certification")),
    "the certification ends earlier": (("certification",), ends_earlier("certification", "until_at")),
    "the contract ends earlier": (("contract",), ends_earlier("contract", "until_at")),
    "the term to give back is shortened": (("contract",), term_shortened),
    "the person leaves the contract's units": (("units",), fewer("units")),
    "the provision is returned": (("holding", "returned_at"), ends_earlier("holding", "returned_at")),
    "the giver turns out not to hold it": (("holding", "giver_holds"), lost("holding", "giver_holds")),
    "a consent falls away": (("holding", "consented_by"), fewer("holding", "consented_by")),
    "a doubt is told": (("doubt",), doubted("doubt")),
    "a doubt under the other Act is told": (("sds_doubt",), doubted("sds_doubt")),
    "a later assessment is negative": (("assessment",), found_negative("assessment")),
    "a later assessment under the other Act is negative": (("sds_assessment",), found_negative("sds_assessment")),
    "the clearance expires earlier": (("assessment",), ends_earlier("assessment", "ends_at")),
    "the other clearance expires earlier": (("sds_assessment",), ends_earlier("sds_assessment", "ends_at")),
    "the other clearance falls away": (("sds_assessment",), gone("sds_assessment")),
    "the office ends": (("office",), gone("office")),
    "the originator releases it to fewer": (("designation", "released_to"), fewer("designation", "released_to")),
    "the person is not known": (("person_known",), lost("person_known")),
}
OPENING: tuple[Path, ...] = (("designation", "from_at"), ("designation", "closed_at"))
"""The instants whose coming may open: a designation begins, and its closing is recorded."""
ENDING: tuple[Path, ...] = (("designation", "until_at"), ("designation", "lifted_at"))
"""Those whose coming opens only where the closing is recorded already."""
