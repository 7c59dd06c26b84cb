"""That an organ received every entry that concerns it follows from counts that the log stated in time (step 6 of `verifying`)."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from service.evidence.package.disclosed import Disclosed
from service.evidence.package.faults import Fault, Faults
from service.evidence.package.forms import parse
from service.evidence.predicate import parts_of
from service.evidence.rendering.known import Opened
from service.ledger.kinds import Kind
from service.tlog.tree import leaf_hash

STATED = Kind.COUNTS_STATED.value


@dataclass(slots=True)
class Statement:
    """A statement of entry `index`: so many entries from `since` to before `until` concern the organ, and their leaves have this digest."""

    index: int
    since: int
    until: int
    entries: int
    digest: str
    objects: frozenset[str]
    counted: int = 0
    leaves: Any = field(default_factory=sha256)


@dataclass(slots=True)
class ByOrgan:
    """Finds what the statements about an organ counted, and counts it again."""

    organ: str
    start: int
    end: int
    stated: list[Statement]
    uncounted: int = 0
    """Entries of the package that no statement in it counts."""

    @classmethod
    def read(
        cls, organ: str, *, start: int, end: int, entries: Iterable[tuple[int, int, bytes]], disclosed: Disclosed, faults: Faults
    ) -> "ByOrgan":
        """Return the statements among the entries of a package, in their order."""
        stated: list[Statement] = []
        for _number, index, body in entries:
            if f'"kind":"{STATED}"'.encode() not in body:
                continue
            clear = parse(body)
            if not isinstance(clear, dict) or (clear.get("kind"), clear.get("object"), clear.get("out")) != (STATED, organ, "accepted"):
                continue
            statement = _statement(index, clear, disclosed)
            if statement is None or (stated and statement.since != stated[-1].until):
                faults.add(Fault.ORGAN_COUNT_DIFFERS, index=index, detail="it cannot be read, or does not continue the one before")
            if statement is not None:
                stated.append(statement)
        return cls(organ, start, end, sorted(stated, key=lambda one: one.since))

    def found(self, index: int, clear: Mapping[str, Any]) -> Sequence[int]:
        """Return the places of what concerns the organ in an entry."""
        if clear.get("kind") == STATED:
            return [1] if clear.get("object") == self.organ else []
        place = bisect_right(self.stated, index, key=lambda one: one.since) - 1
        if place < 0 or index >= self.stated[place].until:
            self.uncounted += 1
            return [place for place, _part in enumerate(parts_of(clear), 1)]
        objects = self.stated[place].objects
        return [place for place, part in enumerate(parts_of(clear), 1) if part.get("object") in objects]

    def count(self, index: int, body: bytes, clear: Mapping[str, Any]) -> None:
        """Count an entry to the statement that counted it."""
        place = bisect_right(self.stated, index, key=lambda one: one.since) - 1
        if clear.get("kind") != STATED and place >= 0 and index < self.stated[place].until:
            self.stated[place].counted += 1
            self.stated[place].leaves.update(leaf_hash(body))

    def finish(self, faults: Faults) -> tuple[int, int] | None:
        """Compare each statement whose entries all lie in the range; return from where to where nothing can be missing."""
        covered: tuple[int, int] | None = None
        for one in self.stated:
            if one.since < self.start or one.until > self.end:
                continue
            if (one.counted, one.leaves.hexdigest()) != (one.entries, one.digest):
                detail = f"{one.counted} entries, {one.entries} were stated at entry {one.index}"
                faults.add(Fault.ORGAN_COUNT_DIFFERS, index=one.since, until=one.until, detail=detail)
            covered = (one.since if covered is None else covered[0], one.until)
        return covered


def _statement(index: int, clear: Mapping[str, Any], disclosed: Disclosed) -> Statement | None:
    digests = clear.get("_sd")
    for digest in digests if isinstance(digests, list) else ():
        known = disclosed.known(digest) if isinstance(digest, str) else None
        if isinstance(known, Opened) and known.name == "note" and isinstance(known.value, dict):
            told = known.value
            numbers = [told.get(name) for name in ("since", "until", "entries")]
            ids = [told.get(name) for name in ("informations", "documents")]
            texts = isinstance(told.get("sha256"), str) and all(
                isinstance(one, list) and all(isinstance(each, str) for each in one) for one in ids
            )
            if texts and all(type(one) is int and one >= 0 for one in numbers) and told["since"] <= told["until"] <= index:
                since, until, entries = told["since"], told["until"], told["entries"]
                return Statement(index, since, until, entries, told["sha256"], frozenset((*told["informations"], *told["documents"])))
    return None
