"""Running a query: a page of what it finds, over the clear part for nothing, into what is withheld for a purpose and within a budget."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from service.acts.asking import UnfitError
from service.acts.attempts import attempts_kept
from service.acts.auditing.keeping import AUDITORS, auditing
from service.acts.reading.circle import roles_for
from service.database import read, transaction
from service.evidence import lookups, queries, searches
from service.evidence.budget import spend_rows
from service.evidence.model import QueryRow
from service.evidence.predicate import Predicate
from service.evidence.withheld_search import Opened, Part, found_by_disclosures, open_parts, openable, parts_found
from service.identity.desk import Seated
from service.identity.entitlements import PurposeNeededError
from service.ledger import log_size

ON_A_PAGE, MOST_ON_A_PAGE = 50, 200
SAMPLED_AMONG, LARGEST_SAMPLE = 1_000_000, 200


@dataclass(frozen=True, slots=True)
class Run:
    """A page of a query: what was found, the newest first, and how far it came.

    `looked_from` is the index from which on the log was looked through; `onward` before which to go on, None at the end.
    `opened` says in how many acts and decisions what is withheld was looked through; `shown` has what of it may be seen.
    """

    row: QueryRow
    parts: Sequence[Part]
    looked_from: int
    onward: int | None
    recorded_as: int
    opened: int = 0
    shown: Mapping[tuple[int, int | None], Opened] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample of what a query finds in [0, upto): anybody who has the seed draws it again (`service.evidence.sampling`)."""

    row: QueryRow
    seed: str
    upto: int
    population: int
    rows: Sequence[tuple[int, bytes]]
    recorded_as: int


@attempts_kept("query")
def run(seated: Seated, *, query_id: str, purpose: str | None, before: int | None = None, limit: int = ON_A_PAGE) -> Run:
    """Return a page of what a query finds.

    Without a purpose the clear part alone is looked at, which no budget bounds. With one, what the found entries withhold is
    opened as far as an auditor may see it, counted against the day's budget before, and told on the record of everybody whom
    they are about. Raises PurposeNeededError for a query of reasons, citations or purposes without one; UnknownIdError,
    DisclosureRefusedError.
    """
    auditing(seated)
    with read(seated.desk.engine) as session:
        row = queries.query_of(session, query_id)
        query = queries.predicate_of(row)
        if query.asks_disclosed and purpose is None:
            message = "purpose: reasons, citations and purposes are withheld; say what for"
            raise PurposeNeededError(message)
        found = searches.page_of(session, searches.search_of(query), before=before, limit=min(limit, MOST_ON_A_PAGE))
        parts = list(parts_found(found.rows, query))
    if purpose is None:
        with transaction(seated.desk.engine) as session:
            made = _recorded(session, seated, row, purpose=None, opened=0)
        return Run(row, parts, found.looked_from, found.onward, made)
    return _opened(seated, row, query, purpose, Run(row, parts, found.looked_from, found.onward, -1))


def _opened(seated: Seated, row: QueryRow, query: Predicate, purpose: str, found: Run) -> Run:
    roles = {one.role for one in roles_for(seated, AUDITORS, "denial_reason", purpose)}
    parts = openable(found.parts)
    with read(seated.desk.engine) as session:
        # Also whom an entry does not name in clear: a result is sealed under the key of whom it is about.
        about = {one.clear.get("person") or lookups.sealed_for(session, clear=one.clear) for one in parts}
    people = sorted({str(one) for one in about if one} - {seated.member.person_id})
    with transaction(seated.desk.engine) as session:
        spend_rows(session, person_id=seated.member.person_id, at=seated.at, rows=len(parts), query_id=row.id)
        made = _recorded(session, seated, row, purpose=purpose, opened=len(parts))
        lookups.record_list_look(
            session, log=seated.desk.log, at=seated.at, actor=seated.member.actor, roles=roles, purpose=purpose, people=people, of="query"
        )
    with read(seated.desk.engine) as session:
        shown = open_parts(session, log=seated.desk.log, parts=parts, roles=roles, purpose=purpose)
    kept = found_by_disclosures(parts, query, shown) if query.asks_disclosed else found.parts
    return Run(row, kept, found.looked_from, found.onward, made, len(parts), shown)


def _recorded(session: Session, seated: Seated, row: QueryRow, *, purpose: str | None, opened: int) -> int:
    return queries.record_run(
        session, log=seated.desk.log, actor=seated.member.actor, at=seated.at, row=row, purpose=purpose, opened=opened
    )


@attempts_kept("query")
def sample(seated: Seated, *, query_id: str, seed: str, size: int, upto: int | None = None) -> Sample:
    """Return a sample of what a query finds by what stands in clear, in [0, upto); the whole log where that is None.

    Raises UnknownIdError, UnfitError where there are too many entries to draw from.
    """
    auditing(seated)
    with read(seated.desk.engine) as session:
        row = queries.query_of(session, query_id)
        end = log_size(session) if upto is None else min(upto, log_size(session))
        population = searches.indexes_of(session, searches.search_of(queries.predicate_of(row)), before=end, most=SAMPLED_AMONG)
        if population is None:
            message = f"query: at most {SAMPLED_AMONG} entries are drawn from; narrow its time"
            raise UnfitError(message)
        rows = searches.rows_at(session, searches.sample_of(population, seed=seed, size=min(size, LARGEST_SAMPLE)))
    with transaction(seated.desk.engine) as session:
        made = _recorded(session, seated, row, purpose=None, opened=0)
    return Sample(row, seed, end, len(population), rows, made)
