"""Searches again what a page of a search found, in the world as entries tell it up to there (steps 7 and 8 of `verification`)."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

import msgspec

from service.decision.decide import Decider
from service.decision.search_entries import ACCEPTED, QUERY, RESULTS
from service.decision.searching import Query, Searched, Searcher
from service.evidence.disclosures import Opened
from service.evidence.findings import Findings, Wrong
from service.evidence.form import EntryV1
from service.evidence.rebuild import NOBODY, Rebuild
from service.evidence.rerun import Rerun

AT_ONCE = 256
"""Pages behind which what was remembered of facts is let go, so that memory stays constant."""


class _Told(msgspec.Struct, frozen=True):
    """What the disclosure of a query says; the last four are absent where searching was refused."""

    searched: Searched
    kind: str
    after: str
    limit: int
    asked: dict[str, str]
    count: int = 0
    judged: int = 0
    onward: str | None = None
    doubted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Page:
    """A page as its entry tells it."""

    index: int
    query: Query
    told: _Told
    ids: tuple[str, ...]
    now_ms: int


class SearchCheck:
    """Checks page after page, in the order of the log."""

    def __init__(self, *, findings: Findings, rebuild: Rebuild, rerun: Rerun) -> None:
        """Take the world as entries rebuild it, and what knows the policies."""
        self._findings, self._rebuild, self._rerun = findings, rebuild, rerun
        self._searcher: Searcher | None = None
        self._pages = 0

    def entry(self, index: int, entry: EntryV1, opened: list[Opened], now_ms: int) -> bool:
        """Check a page; say whether what it rests on could be told at all."""
        named = {one.name: one.value for one in opened}
        try:
            told = msgspec.convert(named.get(QUERY), _Told)
            ids = msgspec.convert(named.get(RESULTS, []), tuple[str, ...])
        except msgspec.ValidationError as error:
            self._findings.add(Wrong.DECISION_INCOMPLETE, index=index, detail=f"the search cannot be read: {error}")
            return True
        if self._rebuild.broken_at is not None or entry.person in self._rebuild.lost_people:
            return False
        if (fault := self._fault(entry, told, named)) is not None:
            self._findings.add(Wrong.SEARCH_DIFFERS, index=index, detail=fault)
        elif entry.out == ACCEPTED:
            organization = NOBODY if "organization" in told.asked else entry.acting_for
            query = Query(told.searched, entry.person, told.kind, entry.object, entry.action or "", organization)
            self._again(_Page(index, query, told, ids, now_ms), entry.policy or "")
        return True

    def _fault(self, entry: EntryV1, told: _Told, named: Mapping[str, Any]) -> str | None:
        """Say in what a page is not what its caller could be answered, or None."""
        if (RESULTS in named) != (entry.out == ACCEPTED):
            return f"{entry.out}, with results" if RESULTS in named else f"{entry.out}, without results"
        application = self._rebuild.world.rows["identity.applications"].get(entry.actor or "")
        granted = told.searched != "subject" or application is None or bool(application.get("may_search"))
        return None if granted == (entry.out == ACCEPTED) else f"{entry.out}, granted {granted}"

    def _again(self, page: _Page, policy: str) -> None:
        in_force = self._rebuild.policy_in_force()
        if policy != in_force:
            self._findings.add(Wrong.POLICY_NOT_IN_FORCE, index=page.index, detail=f"{policy}, not {in_force}")
        policies = self._rerun.policies(page.index, policy)
        if policies is None:
            return
        self._pages += 1
        if self._searcher is None or self._searcher.decider.policies is not policies or self._pages % AT_ONCE == 0:
            self._searcher = Searcher(Decider(self._rebuild.world, policies))
        try:
            fault = self._difference(self._searcher, page)
        except (KeyError, TypeError, ValueError) as error:
            fault = f"it cannot be searched again: {error!r}"
        if fault is not None:
            self._findings.add(Wrong.SEARCH_DIFFERS, index=page.index, detail=fault)

    def _difference(self, searcher: Searcher, page: _Page) -> str | None:
        """Say in what a page differs from what is found again, or None."""
        told, query = page.told, page.query
        if told.count != len(page.ids) or len(page.ids) > told.limit:
            return f"{len(page.ids)} results, told {told.count} of at most {told.limit}"
        if lost := self._rebuild.lost_people:
            # Of whom is lost nobody can tell any more, nor so whether all were found.
            unproven = [one for one in page.ids if one not in lost and not searcher.check(query, one, page.now_ms).answer.api]
            return f"{len(unproven)} results are not permitted" if unproven else None
        candidates = list(islice(searcher.candidates(query, after=told.after, now_ms=page.now_ms), told.judged + 1))
        # Whatever was permitted and doubted then was denied, so it is left out here.
        judged = [one for one in candidates[: told.judged] if one not in told.doubted]
        permitted = [one for one in judged if searcher.check(query, one, page.now_ms).answer.api]
        if list(page.ids) != permitted[: told.limit]:
            return f"{len(page.ids)} results, follows {len(permitted[: told.limit])}"
        if len(candidates) <= told.judged and len(permitted) <= told.limit:
            return None if told.onward is None else "it goes on behind its end"
        last = page.ids[-1] if len(page.ids) == told.limit else candidates[told.judged - 1] if told.judged else None
        return None if told.onward is not None and told.onward == last else "it does not go on where it ends"
