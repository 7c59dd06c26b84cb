"""A page of a search within a batch: who may search for what, judged on the rows of the batch, and on record as one entry.

What is found is named in the caller's own words where it has an alias in one of the caller's namespaces, else by its
registered id: either is what a single check by that caller may name, too.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from service.api.preparing import LONGEST_ID, RESOURCES, Maker, Makes
from service.api.resolving import NOBODY, Resolver
from service.api.search_form import SearchRequest, on_behalf_of, purpose_of_search
from service.api.search_tokens import Place, TokenRefusedError, Tokens
from service.decision.decide import Decider
from service.decision.entries import encode_entry
from service.decision.judge import ACTIONS
from service.decision.search_entries import ACCEPTED, KIND, REFUSED, SearchEntry, disclosed_query, disclosed_results, subject_of
from service.decision.searching import Found, Query, Searcher
from service.decision.snapshot import Snapshot
from service.identity.callers import Caller
from service.ledger import Disclosure
from service.ledger.entries import SD_ALG
from service.statute.periods import instant_ms

DEFAULT_RESULTS, MOST_RESULTS = 50, 100
"""Results of a page where the caller wishes for no number, and at most."""
NAMES: Mapping[str, tuple[str, str]] = {
    "person": ("person", "personnel.people"),
    **{kind: (kind, table) for kind, table in RESOURCES.items()},
}
"""By the type of an entity, the kind of its aliases and the table that knows its ids."""


@dataclass(frozen=True, slots=True)
class Page:
    """What a request for a page is answered with: results and the token behind them, or what stood against it."""

    caller: Caller
    results: tuple[Mapping[str, str], ...] = ()
    next_token: str = ""
    granted: bool = True
    """False: this caller may not search for people; that it asked is on record."""
    is_whole: bool = True
    """False: the token opens nothing for this request; nothing is on record."""


class Searches:
    """Makes pages in the batches of one process."""

    def __init__(self, tokens: Tokens) -> None:
        """Take what seals and opens the tokens of pages."""
        self._tokens = tokens
        self._searcher: Searcher | None = None

    def page(self, request: SearchRequest, *, request_id: str | None) -> Makes:
        """Return what makes a page's entry. Raises BadRequestError where the organization acted for or the purpose is not of its form."""
        organization, purpose = on_behalf_of(request), purpose_of_search(request)

        def makes(maker: Maker, caller: Caller) -> Page:
            query, asked = read_names(maker.resolver, caller, request, organization)
            try:
                place = self._place(request, caller, maker.at)
            except TokenRefusedError:
                return Page(caller, is_whole=False)
            if not _is_granted(request, caller):
                enter(maker, caller, query, place, None, asked, request_id, purpose)
                return Page(caller, granted=False)
            found = self._on(maker.decider).find(query, after=place.after, limit=place.limit, now_ms=maker.now_ms)
            enter(maker, caller, query, place, found, asked, request_id, purpose)
            results = tuple(told(maker.resolver, caller, request, one) for one in found.ids)
            if found.onward is None:
                return Page(caller, results)
            onward = Place(found.onward, place.limit)
            return Page(caller, results, self._tokens.seal(onward, caller=caller.id, request=request.digest(), at=maker.at))

        return makes

    def is_ready(self, request: SearchRequest, *, snapshot: Snapshot, caller: Caller, at: datetime, asked: int) -> bool:
        """Ask the policies a few times about a page; say whether it can be made now without asking more. Raises BadRequestError."""
        resolver = Resolver(snapshot.world, instant_ms(at))
        query, _words = read_names(resolver, caller, request, on_behalf_of(request))
        try:
            place = self._place(request, caller, at)
        except TokenRefusedError:
            return True
        if not _is_granted(request, caller):
            return True
        found = self._on(snapshot.decider).find(query, after=place.after, limit=place.limit, now_ms=resolver.now_ms, asked=asked)
        return not found.slow

    def _place(self, request: SearchRequest, caller: Caller, at: datetime) -> Place:
        """Return where a page begins and how long it may be. Raises TokenRefusedError."""
        place = Place("", DEFAULT_RESULTS)
        if request.token is not None:
            place = self._tokens.open(request.token, caller=caller.id, request=request.digest(), at=at)
        return Place(place.after, min(request.limit or place.limit, MOST_RESULTS))

    def _on(self, decider: Decider) -> Searcher:
        if self._searcher is None or self._searcher.decider is not decider:
            self._searcher = Searcher(decider)
        return self._searcher


def _is_granted(request: SearchRequest, caller: Caller) -> bool:
    return request.searched != "subject" or caller.may_search


def read_names(resolver: Resolver, caller: Caller, request: SearchRequest, named: str | None) -> tuple[Query, dict[str, str]]:
    """Return what a request means now, and the words in it that mean nothing, as a single check reads them."""
    subject, resource, action = request.subject, request.resource, request.action
    asked: dict[str, str] = {}
    known = subject.type == "person"
    person = None if subject.id is None or not known else resolver.resolve(caller, subject.id, *NAMES["person"])
    if not known or (subject.id is not None and person is None):
        asked["subject"] = f"{subject.type[:LONGEST_ID]} {(subject.id or '')[:LONGEST_ID]}".rstrip()
    meant = resource.type in RESOURCES and resource.type in caller.resource_types
    thing = None if resource.id is None or not meant else resolver.resolve(caller, resource.id, *NAMES[resource.type])
    if not meant or (resource.id is not None and thing is None):
        asked["resource"] = f"{resource.type[:LONGEST_ID]} {(resource.id or '')[:LONGEST_ID]}".rstrip()
    name = "" if action is None or action.id is None else action.id
    if action is not None and name not in ACTIONS:
        asked["action"], name, meant = name[:LONGEST_ID], "", False
    organization, foreign = resolver.organization(caller, named)
    if foreign:
        asked["organization"] = (named or "")[:LONGEST_ID]
    kind = resource.type if known and meant else ""
    return Query(request.searched, person, kind, thing, name, organization, caller.id), asked


def enter(
    maker: Maker,
    caller: Caller,
    query: Query,
    place: Place,
    found: Found | None,
    asked: Mapping[str, str],
    request_id: str | None,
    purpose: str | None = None,
) -> None:
    """Add the entry of a page, and what it discloses, to a batch; `found` is None where searching was refused."""
    of_query = disclosed_query(query, after=place.after, limit=place.limit, found=found, asked=asked, purpose=purpose)
    made: list[tuple[str, Disclosure]] = [("log", of_query)]
    if found is not None:
        made.append((subject_of(query, maker.world, maker.now_ms), disclosed_results(found)))
        if found.horizon_ms is not None and maker.policies.now_is_only_compared:
            maker.horizons.add(found.horizon_ms)
    maker.disclosing.made += ((len(maker.bodies), subject, disclosure) for subject, disclosure in made)
    entry = SearchEntry(
        sd=tuple(disclosure.name for _subject, disclosure in made),
        sd_alg=SD_ALG,
        action=query.action or None,
        actor=caller.id,
        at=maker.stamp,
        acting_for=None if query.organization == NOBODY else query.organization,
        kind=KIND,
        object=query.resource,
        out=REFUSED if found is None else ACCEPTED,
        person=query.person,
        policy=maker.policies.digest,
        req=request_id,
        seen=maker.seen,
        v=1,
    )
    maker.bodies.append(encode_entry(entry))


def told(resolver: Resolver, caller: Caller, request: SearchRequest, one: str) -> Mapping[str, str]:
    """Return a result as it is answered."""
    if request.searched == "action":
        return {"name": one}
    kind = "person" if request.searched == "subject" else request.resource.type
    return {"type": kind, "id": name_of(resolver, caller, one, kind)}


def name_of(resolver: Resolver, caller: Caller, an_id: str, kind: str) -> str:
    """Return how a caller may name something: its first alias in one of the caller's namespaces that means it now, else its id."""
    if not caller.namespaces:
        return an_id
    rows: Iterable[Mapping[str, Any]] = (row for row in resolver.world.of("aliases by target", an_id) if row["target_kind"] == kind)
    names = (f"{row['namespace']}:{row['value']}" for row in sorted(rows, key=lambda row: (row["namespace"], row["value"])))
    # Whatever has ended, or is of another's namespace, means nothing to this caller.
    return next((name for name in names if resolver.resolve(caller, name, *NAMES[kind]) == an_id), an_id)
