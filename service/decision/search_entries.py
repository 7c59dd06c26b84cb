"""A page of a search as an entry: who asked about what stands in clear, the query and what was found are disclosed beside it.

What was found is sealed under the key of the person or thing that was asked about; a page rests on the rows as `seen` tells, so
that whoever has these can search again.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from service.decision.decide import carried
from service.decision.searching import Found, Query
from service.decision.world import World
from service.ledger import Disclosure, disclose
from service.ledger.kinds import Kind

KIND = Kind.ACCESS_SEARCHED.value
ACCEPTED, REFUSED = "accepted", "refused"
QUERY, RESULTS = "query", "results"


class SearchEntry(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, gc=False):
    """An entry of version 1 for a page; its fields stand in the order of their canonical names (RFC 8785)."""

    sd: tuple[str, ...] = msgspec.field(name="_sd")
    sd_alg: str = msgspec.field(name="_sd_alg")
    action: str | None = None
    actor: str
    at: str
    acting_for: str | None = msgspec.field(name="for", default=None)
    kind: str
    object: str | None = None
    out: str
    person: str | None = None
    policy: str
    req: str | None = None
    seen: int
    v: int


def disclosed_query(
    query: Query, *, after: str, limit: int, found: Found | None, asked: Mapping[str, str], purpose: str | None = None
) -> Disclosure:
    """Return the disclosure of what was searched and how far the page came; `asked` has the words that named nothing known.

    `found` is None where searching was refused, `purpose` where none was named.
    """
    told: dict[str, Any] = {"searched": query.searched, "kind": query.kind, "after": after, "limit": limit, "asked": dict(asked)}
    if purpose is not None:
        told["purpose"] = purpose
    if found is not None:
        told |= {"count": len(found.ids), "judged": found.judged, "onward": found.onward, "doubted": list(found.doubted)}
    return disclose(QUERY, told)


def disclosed_results(found: Found) -> Disclosure:
    """Return the disclosure of what was found, by the ids that are registered."""
    return disclose(RESULTS, list(found.ids))


def subject_of(query: Query, world: World, now_ms: int) -> str:
    """Return whose key seals the results: the person's or information's that was asked about, else the log's."""
    if query.searched != "subject":
        return query.person or "log"
    about = next(iter(carried(world, query.resource, now_ms)), None) if query.kind == "document" else query.resource
    return about or "log"
