"""What decisions about some people and things rested on, as known now or at any place in the log.

The rows of today say what is known today. What was known before an entry is rebuilt from the log: a row that has not changed
since is as it was, and of one that has, the entries before it disclose how it stood. What those withhold stands under the keys
of whoever and whatever a row names, so that no more of the log is opened than concerns the question.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from service.decision.policyset import PolicySet
from service.decision.snapshot import NoPolicyError
from service.decision.world import Row, World, row_key
from service.evidence.conditions import bytes_of
from service.evidence.effects import at_once
from service.ledger import DISCLOSED, LOG_SUBJECT, Kind, Log, RowSeals, index_range, log_size, read_entry, rows_recorded
from service.ledger.seals import SEAL_COLUMN
from service.statute.periods import day_start

OF_PERSON = ("personnel.posts", "clearance.results", "clearance.doubt_notices", "clearance.offices", "need_to_know.exclusions")
OF_INFORMATION = ("designation.designations", "designation.closings", "provision.provisions")
PEOPLE, LISTINGS = "personnel.people", "need_to_know.listings"
OF_OPERATOR = ("provision.certifications", "provision.contracts")
CONTENTS = "designation.document_information"
AREAS = "registers.area_facts"
_OPERATORS = (
    "(select unnest(cast(:organizations as text[])) union select organization_id from personnel.posts where person_id = any(:people))"
)
_WHERE: Mapping[str, str] = {
    "personnel.organizations": "true",
    PEOPLE: "x.id = any(:people)",
    **dict.fromkeys(OF_PERSON, "x.person_id = any(:people)"),
    "designation.information": "x.id = any(:informations)",
    **dict.fromkeys(OF_INFORMATION, "x.information_id = any(:informations)"),
    LISTINGS: "x.information_id = any(:informations)",
    "designation.extensions": "x.designation_id in (select id from designation.designations where information_id = any(:informations))",
    "designation.documents": "x.id = any(:documents)",
    CONTENTS: "x.document_id = any(:documents)",
    "registers.approval_rules": "true",
    "registers.approvals": "x.document_id = any(:documents)",
    AREAS: "x.id = any(:areas) or x.area_id = any(:areas)",
    **dict.fromkeys(OF_OPERATOR, f"x.operator_id in {_OPERATORS}"),
    "provision.contract_information": f"x.contract_id in (select id from provision.contracts where operator_id in {_OPERATORS})",  # noqa: S608 - the same
}
_ROWS = text(" union all ".join(f"select '{table}', to_jsonb(x) from {table} x where {where}" for table, where in _WHERE.items()))  # noqa: S608 - names of our own tables
_HUNG_ON: Mapping[str, tuple[str, ...]] = {
    "designation.information": ("id",),
    CONTENTS: ("information_id",),
    **dict.fromkeys(OF_OPERATOR, ("operator_id",)),
}
_CARRIED = text(f"select distinct information_id from {CONTENTS} where document_id = any(:documents)")  # noqa: S608 - the same
_WITHIN = text(
    f"with recursive a as (select id from {AREAS} where kind = 'area' and id = any(:areas) union"  # noqa: S608 - the same
    f" select x.id from {AREAS} x join a on x.area_id = a.id where x.kind = 'area') select id from a"
)
_STORED = text(f"select distinct document_id from {AREAS} where kind = 'storage' and area_id = any(:areas)")  # noqa: S608 - the same
_KEYS = text(
    "select id from ledger.keys where id = any(:subjects)"
    " union select d.subject || '#' || n from ledger.destroyed_keys d, generate_series(2, 9) n where d.subject = any(:subjects)"
)
_INDEXES = text(
    "select distinct d.index from ledger.disclosures d join ledger.entries e on e.index = d.index where d.key_id = any(:keys)"
    " and position(cast(:decided as bytea) in e.body) = 0 and position(cast(:looked as bytea) in e.body) = 0"
)
_ACTIVATED = text(
    "select body from ledger.entries where index < :known and position(cast(:activated as bytea) in body) > 0"
    " and position(cast(:accepted as bytea) in body) > 0 order by index desc limit 1"
)
DECIDED, LOOKED = bytes_of("kind", Kind.ACCESS_DECIDED.value), bytes_of("kind", Kind.DISCLOSURE_READ.value)
ACTIVATED, ACCEPTED = bytes_of("kind", Kind.POLICY_ACTIVATED.value), bytes_of("out", "accepted")
CHUNK = 500
"""Entries whose disclosures are opened at a time."""


@dataclass(frozen=True, slots=True)
class Concerned:
    """Whom and what a question is about; what is or was kept in its areas comes along, and what its documents carry or carried."""

    people: Collection[str] = ()
    informations: Collection[str] = ()
    documents: Collection[str] = ()
    organizations: Collection[str] = ()
    areas: Collection[str] = ()


@dataclass(slots=True)
class Past:
    """Rows with all their states from some place in the log on.

    `whole` is false where a row of today is not as the service wrote it; `unread` true where an entry that changed one cannot
    be read any more, since its key was destroyed: what was known before is then told as far as it can be.
    """

    size: int
    whole: bool = True
    unread: bool = False
    states: dict[tuple[str, str], list[tuple[int, Row]]] = field(default_factory=dict)
    _by_person: dict[str | None, list[tuple[str, list[tuple[int, Row]]]]] = field(default_factory=dict)

    def world(self, known: int | None = None, *, person: str | None = None) -> World:
        """Return what was known before an entry (None: all that is known), corrections counting from the beginning.

        Of several people that of one alone is returned where it is said of whom: what names another says nothing of them.
        """
        world = World()
        for table, states in self._states_about(person):
            row = next((row for index, row in reversed(states) if known is None or index < known), None)
            if row is not None:
                world.apply(table, at_once(row))
        return world

    def _states_about(self, person: str | None) -> Iterable[tuple[str, list[tuple[int, Row]]]]:
        """Return table and states of the rows that name a person (None: of all rows), and of those that name nobody."""
        if not self._by_person:
            for (table, _key), states in self.states.items():
                newest = states[-1][1]
                whose = newest["id"] if table == PEOPLE else newest.get("person_id")
                self._by_person.setdefault(whose, []).append((table, states))
        if person is None:
            return (one for some in self._by_person.values() for one in some)
        return (*self._by_person.get(None, ()), *self._by_person.get(person, ()))

    def changes(self, since: int) -> list[int]:
        """Return the indexes of the entries from one on that changed something of it."""
        return sorted({index for states in self.states.values() for index, _row in states if index >= since})


def stored_in(session: Session, area: str) -> Collection[str]:
    """Return the documents that are or were kept in an area, or in what stands in it."""
    within = list(session.scalars(_WITHIN, {"areas": [area]}))
    return session.scalars(_STORED, {"areas": within}).all()


def past_of(session: Session, *, log: Log, concerned: Concerned, since: int | None = None) -> Past:
    """Return what decisions about these rest on, as known today and, from the entry `since` on, as it was known before each."""
    session.execute(text("set local time zone 'UTC'"))
    # INVARIANT: no line moves to another area or document; what was kept there once is found by the rows of today.
    areas = sorted(session.scalars(_WITHIN, {"areas": list(concerned.areas)})) if concerned.areas else []
    stored = session.scalars(_STORED, {"areas": areas}).all() if areas else ()
    documents = sorted({*concerned.documents, *stored})
    carried = session.scalars(_CARRIED, {"documents": documents}).all() if documents else ()
    given = {
        "people": sorted(set(concerned.people)),
        "informations": sorted({*concerned.informations, *carried}),
        "documents": documents,
        "areas": areas,
        "organizations": sorted(set(concerned.organizations)),
    }
    past, seals = Past(log_size(session)), RowSeals(log.keyring)
    changed: list[tuple[str, Row]] = []
    people = {None, *given["people"]}
    for table, row in session.execute(_ROWS, given):
        stored = row.pop(SEAL_COLUMN, None)
        past.whole = past.whole and stored == f"\\x{seals.of(table, row).seal.hex()}"
        if table == LISTINGS and row["person_id"] not in people:
            # A line that names somebody else says nothing of those who are asked about; edited, it denies here as in a check.
            continue
        past.states[table, row_key(table, row)] = [(row["changed_index"], row)]
        if since is not None and row["changed_index"] >= since:
            changed.append((table, row))
    if changed:
        _rebuild(session, log, past, changed)
    return past


def _rebuild(session: Session, log: Log, past: Past, changed: Collection[tuple[str, Row]]) -> None:
    """Put before the newest state of each changed row those that the log discloses."""
    wanted = {(table, row_key(table, row)): row["changed_index"] for table, row in changed}
    told: dict[tuple[str, str], dict[int, Row]] = {place: {} for place in wanted}
    for table, row in _recorded(session, log, _subjects(past, changed)):
        if table in _WHERE and (place := (table, row_key(table, row))) in told:
            told[place][row["changed_index"]] = row
    for place, states in told.items():
        past.unread = past.unread or wanted[place] not in states
        newest = past.states[place][-1]
        past.states[place] = [*((index, states[index]) for index in sorted(states) if index < newest[0]), newest]


def _subjects(past: Past, changed: Iterable[tuple[str, Row]]) -> list[str]:
    """Return whose keys may have sealed earlier states of rows: those of whoever and whatever the rows name.

    What hangs on another row is sealed with that: extensions with their information, what a contract covers with its operator.
    What a document carries was recorded under the key of any of the informations that it carried, or of the log.
    """
    found: set[str] = set()
    for table, row in changed:
        found |= {value for name, value in row.items() if isinstance(value, str) and (name == "id" or name.endswith("_id"))}
        found |= {LOG_SUBJECT} if table in {CONTENTS, AREAS} else set()
    newest = [(table, states[-1][1]) for (table, _key), states in past.states.items()]
    found |= {row[name] for table, row in newest for name in _HUNG_ON.get(table, ())}
    return sorted(found)


def _recorded(session: Session, log: Log, subjects: Collection[str]) -> Iterable[tuple[str, dict[str, Any]]]:
    keys = session.scalars(_KEYS, {"subjects": list(subjects)}).all()
    indexes = sorted(session.scalars(_INDEXES, {"keys": list(keys), "decided": DECIDED, "looked": LOOKED}))
    driver: Any = session.connection().connection.driver_connection
    for start in range(0, len(indexes), CHUNK):
        rows = driver.execute(DISCLOSED, {"indexes": indexes[start : start + CHUNK]}).fetchall()
        yield from rows_recorded(log.keyring, rows)


def known_on(session: Session, day: date) -> int:
    """Return before which entry stands all that was known at the end of a day."""
    return index_range(session, since=None, until=day_start(day + timedelta(days=1)))[1]


def policies_at(session: Session, known: int | None) -> PolicySet:
    """Return the policy set that was in force before an entry; the one in force now where none was, or for None.

    Raises NoPolicyError where none ever was.
    """
    digest = None
    if known is not None:
        body = session.execute(_ACTIVATED, {"known": known, "activated": ACTIVATED, "accepted": ACCEPTED}).scalar()
        digest = None if body is None else read_entry(bytes(body)).get("object")
    newest = "select text from decision.policy_sets order by changed_index desc limit 1"
    query = newest if digest is None else "select text from decision.policy_sets where digest = :digest"
    bundle = session.execute(text(query), {} if digest is None else {"digest": digest}).scalar()
    if bundle is None:
        message = "no policy set was ever in force"
        raise NoPolicyError(message)
    return PolicySet.from_bundle(bundle)
