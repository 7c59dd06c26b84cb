"""What a search looks for in the entries of the log, as SQL over their bytes and as a question about one decision.

An entry is canonical JSON, so that a field with its value is one run of bytes that nothing else can contain: quotes inside of
a value are escaped. An entry of several decisions is cut into one part for each, the first with what stands before, the last
with what stands behind.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from msgspec.structs import asdict

from service.evidence.form import EntryV1
from service.evidence.predicate import FIELDS, Predicate
from service.ledger import canonical

WHO, ITEM, REQUEST = ("actor", "second", "person"), ("object", "for"), ("req", "ref", "proposal")
OF_ALL = frozenset({"actor", "second", "req", "proposal"})
"""What several decisions of an entry have in common."""
BEGINS = '{"_sd_alg":'
"""How an entry of several decisions begins, and no other does: whatever withholds something by itself begins with `_sd`."""
BETWEEN, BEHIND = '},{"_sd":[', '}],"for":"'
"""What stands between its decisions, and between them and the organization of all."""
PARTS = f"unnest(case when starts_with(b, '{BEGINS}') then string_to_array(b, '{BETWEEN}') else array[b] end) as part"


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for: each word narrows; an empty one does not. `who` and `items` hold ids of which one must stand there.

    `kind` is a kind, or the beginning of some up to a colon (`identity:`). `since` and `until` bound the time, the end not included.
    `query` is the predicate of a query, all of whose conditions on what stands in clear must be satisfied too.
    """

    who: tuple[str, ...] = ()
    kind: str = ""
    items: tuple[str, ...] = ()
    outcome: str = ""
    request: str = ""
    since: datetime | None = None
    until: datetime | None = None
    query: Predicate | None = None
    withholding: frozenset[tuple[str, ...]] | None = None
    """Of the found, only what names just these disclosures; those of a query that looks into them, once they were opened."""

    @property
    def is_narrow(self) -> bool:
        """Whether it names somebody or something, of which there are few entries."""
        named = self.query is not None and not {"actors", "people", "objects", "requests"}.isdisjoint(self.query.value)
        return bool(self.who or self.items or self.request) or named


def search_of(query: Predicate) -> Search:
    """Return the search for what a query finds by what stands in clear."""
    since, until = (datetime.fromisoformat(query.value[name]) if name in query.value else None for name in ("from_at", "to_at"))
    return Search(since=since, until=until, query=query)


def number_in(body: bytes) -> int:
    """Return how many decisions an entry holds; 1 for an act."""
    return body.count(BETWEEN.encode()) + 1 if body.startswith(BEGINS.encode()) else 1


def holds(search: Search, one: EntryV1) -> bool:
    """Say whether an act or a decision, as it stands alone, has all that a search looks for, its time aside."""
    kind = search.kind
    wanted = (
        (search.who, (one.actor, one.second, one.person)),
        (search.items, (one.object, one.acting_for)),
        ((search.request,) if search.request else (), (one.req, one.ref, one.proposal)),
        ((search.outcome,) if search.outcome else (), (one.out,)),
    )
    of_kind = one.kind.startswith(kind) if kind.endswith(":") else kind in ("", one.kind)
    if search.withholding is not None and (one.sd or ()) not in search.withholding:
        return False
    if search.query is not None and not search.query.holds({**asdict(one), "for": one.acting_for}):
        return False
    return of_kind and all(not group or not set(group).isdisjoint(found) for group, found in wanted)


def _groups(search: Search) -> list[list[tuple[str, bytes]]]:
    """Return what is looked for: of each group one field with its value must stand in an entry."""
    kind = ("kind", bytes_of("kind", search.kind)[: -1 if search.kind.endswith(":") else None])
    return [
        [(name, bytes_of(name, one)) for name in WHO for one in search.who],
        [(name, bytes_of(name, one)) for name in ITEM for one in search.items],
        [(name, bytes_of(name, search.request)) for name in REQUEST if search.request],
        [("out", bytes_of("out", search.outcome))] if search.outcome else [],
        [kind] if search.kind else [],
        *([(name, bytes_of(name, one)) for name in names for one in wanted] for names, wanted in _of_query(search.query)),
    ]


def _of_query(query: Predicate | None) -> list[tuple[Sequence[str], Sequence[str]]]:
    return [] if query is None else [(names, query.value[member]) for member, names in FIELDS.items() if member in query.value]


def conditions(search: Search) -> tuple[str, dict[str, Any]]:
    """Return the SQL behind `where …` and its parameters; what is found in several decisions must be found in one of them."""
    where = ""
    words: dict[str, Any] = {}
    for place, group in enumerate(_groups(search)):
        if group:
            one_of, named = either([value for _name, value in group], f"g{place}")
            where += f" and {one_of}"
            words |= named
    if parts := conditions_of_parts(search):
        begins = f"substring(body from 1 for {len(BEGINS)}) <> convert_to('{BEGINS}', 'UTF8')"
        where += (
            f" and ({begins} or exists (select from (select convert_from(body, 'UTF8') as b) as read, lateral {PARTS} where true{parts}))"
        )
    return where, words


def conditions_of_parts(search: Search) -> str:
    """Return the SQL behind `where …` for `part`, one decision of the text `b` of an entry, or the whole of it.

    The parameters are those of `conditions`.
    """
    where = ""
    for place, group in enumerate(_groups(search)):
        # All decisions of an entry are of its one kind.
        if group and group[0][0] != "kind":
            found = [
                _found_in(name, f"convert_from(cast(:g{place}_{number} as bytea), 'UTF8')") for number, (name, _value) in enumerate(group)
            ]
            where += f" and ({' or '.join(found)})"
    return where


def _found_in(name: str, value: str) -> str:
    """Return the SQL for whether a field with its value stands in a decision, or is that of all in its entry."""
    if name in OF_ALL:
        return f"position({value} in b) > 0"
    own = f"position({value} in part) > 0"
    return f"{own} or position('}}],' || {value} in b) > 0" if name == "for" else own


def either(wanted: Sequence[bytes], name: str) -> tuple[str, dict[str, Any]]:
    """Return the SQL for whether one of some runs of bytes stands in an entry, and its parameters."""
    words = {f"{name}_{place}": one for place, one in enumerate(wanted)}
    return "(" + " or ".join(f"position(cast(:{one} as bytea) in body) > 0" for one in words) + ")", words


def bytes_of(name: str, value: str) -> bytes:
    """Return a field with its value as it stands in an entry."""
    return f'"{name}":'.encode() + canonical(value)
