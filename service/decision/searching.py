"""Searching: who may handle something, what somebody may handle, and how; each result is what the single check would permit.

Candidates come from the indexes of the world, and each is judged as a single check is. INVARIANT: nobody is permitted without
a line of the list that reaches them (Act 5(1), 5(3), 6(3), 10(4)) unless the information was closed at the organization acted
for (Order 7, 10), so the lines and the closings lead to all who may be permitted. House policies only forbid.

A page ends with its last result, and another follows only if another result does: so neither tells of whom was judged and
denied. Only where more than `MOST_JUDGED` were judged, or the policies were asked too often, does a page end before that.
"""

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import islice
from typing import Literal

from service.decision.areas import is_closed, reached_by
from service.decision.decide import Decider, Decision, carried
from service.decision.judge import ACTIONS, RECORD_MISMATCH

MOST_JUDGED = 500
"""Candidates that one page judges at most."""
MOST_ASKED = 50
"""How often one page asks the policies at most, which is slow; what is remembered is not asked again."""
REMEMBERED = 64
"""Ordered runs of ids that are kept until a change makes them old."""
Searched = Literal["subject", "resource", "action"]


@dataclass(frozen=True, slots=True)
class Query:
    """What is searched, with ids as they are registered; what is not known is None.

    `kind` is `information` or `document`; where it is empty, some word of the question means nothing here and nothing is found.
    """

    searched: Searched
    person: str | None
    kind: str
    resource: str | None
    action: str
    organization: str | None
    asker: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A page: ids (or names of actions) that are permitted, in order; `onward` is behind which to go on, None at the end.

    `doubted` are those that were denied because a row is not as the service wrote it; `horizon_ms` is until when, exclusively,
    all that was found stays permitted without a change (None: nothing was found).
    """

    ids: tuple[str, ...]
    onward: str | None
    judged: int
    doubted: tuple[str, ...]
    horizon_ms: int | None
    slow: bool
    """Whether it ended because the policies were asked too often; asked again, it goes further."""


class Searcher:
    """Searches the world of a decider."""

    def __init__(self, decider: Decider) -> None:
        """Take what decides; ordered ids are remembered beside it."""
        self.decider = decider
        self._ordered: OrderedDict[tuple[str, str], tuple[int, Sequence[str]]] = OrderedDict()

    def find(
        self, query: Query, *, after: str, limit: int, now_ms: int, judged: int = MOST_JUDGED, asked: int | None = MOST_ASKED
    ) -> Found:
        """Return the page behind an id (empty: the first), `judged` candidates and `asked` policies at most (None: any number).

        Raises KeyError for an unknown action.
        """
        found: list[str] = []
        doubted: list[str] = []
        horizons: list[int] = []
        number, last, before = 0, after, self.decider.judged
        onward: str | None = None
        slow = False
        for one in self.candidates(query, after=after, now_ms=now_ms):
            slow = asked is not None and number > 0 and self.decider.judged - before >= asked
            if slow or number == judged:
                onward = found[-1] if len(found) == limit else last
                break
            number, last = number + 1, one
            answer = self.check(query, one, now_ms).answer
            if answer.api and len(found) == limit:
                onward = found[-1]
                break
            if answer.api:
                found.append(one)
                horizons.append(answer.horizon_ms)
            elif answer.reason == RECORD_MISMATCH.reason:
                doubted.append(one)
        return Found(tuple(found), onward, number, tuple(doubted), min(horizons, default=None), slow)

    def candidates(self, query: Query, *, after: str, now_ms: int) -> Iterator[str]:
        """Yield all who may be permitted, and some who may not, each once and in order."""
        if not query.kind:
            return
        if query.searched == "subject":
            runs = self._people(query, now_ms)
        elif query.person is None or query.person not in self.decider.world.rows["personnel.people"]:
            return
        elif query.searched == "action":
            runs = [sorted(ACTIONS)]
        else:
            runs = self._resources(query, query.person, now_ms)
        before = after
        for one in merge(*(islice(run, bisect_right(run, after), None) for run in runs)):
            if one != before:
                before = one
                yield one

    def check(self, query: Query, one: str, now_ms: int) -> Decision:
        """Return the decision on one candidate, as the single check about it has it."""
        return self.decider.decide(
            person=one if query.searched == "subject" else query.person,
            kind=query.kind,
            resource=one if query.searched == "resource" else query.resource,
            action=one if query.searched == "action" else query.action,
            organization=query.organization,
            now_ms=now_ms,
            asker=query.asker,
        )

    def _people(self, query: Query, now_ms: int) -> Sequence[Sequence[str]]:
        """Return runs of people; all informations of a document must permit, so that the one with the fewest is enough."""
        world = self.decider.world
        known = query.resource in world.by["designations by information"] or query.resource in world.rows["designation.information"]
        alone = [query.resource] if query.resource is not None and known else []
        informations = alone if query.kind == "information" else [*carried(world, query.resource, now_ms)]
        choices = [self._reached(one, query.organization, now_ms) for one in informations]
        return min(choices, key=lambda runs: sum(map(len, runs)), default=[])

    def _reached(self, information: str, organization: str | None, now_ms: int) -> Sequence[Sequence[str]]:
        world = self.decider.world
        if is_closed(world, information, organization, now_ms):
            return [self._all_people()]
        lines = [row for row in world.of("listings by information", information) if organization in (None, row["organization_id"])]
        named = sorted({row["person_id"] for row in lines if row["person_id"] is not None})
        places = {(name, row[name], row["organization_id"]) for row in lines for name in ("unit_id", "post") if row.get(name) is not None}
        return [named, *(self._holders(name, value, place) for name, value, place in sorted(places))]

    def _holders(self, name: str, value: str, organization: str) -> Sequence[str]:
        """Return who ever had a post in a unit, or of a name, at an organization, in order."""
        world = self.decider.world
        index = "posts by unit" if name == "unit_id" else "posts by post"
        rows = (row for row in world.of(index, value) if row["organization_id"] == organization)
        return self._in_order((index, f"{organization}/{value}"), world.version, (row["person_id"] for row in rows))

    def _all_people(self) -> Sequence[str]:
        people = self.decider.world.rows["personnel.people"]
        # People are never deleted, so their number tells whether somebody is new.
        return self._in_order(("people", ""), len(people), people)

    def _resources(self, query: Query, person: str, now_ms: int) -> Sequence[Sequence[str]]:
        """Return runs of informations whose lists reach a person, or that were closed; or of the documents that carry them."""
        world = self.decider.world
        informations = reached_by(world, person, query.organization)
        posts = world.of("posts by person", person)
        places = {post["organization_id"] for post in posts} if query.organization is None else {query.organization}
        closings = [row for place in places for row in world.of("closings by organization", place)]
        informations |= {row["information_id"] for row in closings if is_closed(world, row["information_id"], query.organization, now_ms)}
        if query.kind == "information":
            return [sorted(informations)]
        return [self._carrying(one) for one in sorted(informations)]

    def _carrying(self, information: str) -> Sequence[str]:
        world = self.decider.world
        rows = world.of("documents by information", information)
        return self._in_order(("documents", information), world.touched.get(information, 0), (row["document_id"] for row in rows))

    def _in_order(self, name: tuple[str, str], stamp: int, ids: Iterable[str]) -> Sequence[str]:
        """Return ids in order and each once, as they were ordered before while the stamp is the same."""
        held = self._ordered.get(name)
        if held is None or held[0] != stamp:
            held = self._ordered[name] = (stamp, sorted(set(ids)))
            if len(self._ordered) > REMEMBERED:
                self._ordered.popitem(last=False)
        self._ordered.move_to_end(name)
        return held[1]
