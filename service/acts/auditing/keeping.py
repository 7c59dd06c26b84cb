"""Queries of auditors: saved, ended, listed. Whoever audits the deployment sees those of all auditors, with owner, reason and case."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.acts.attempts import attempts_kept
from service.acts.auditing.asking import fitting, query_from
from service.acts.concerning import OutsideError
from service.acts.entitled import require_any_role
from service.acts.reading.auditors import everywhere
from service.database import read, transaction
from service.evidence import queries
from service.evidence.model import QueryRow, QueryRun
from service.identity.desk import Seated
from service.identity.members import Held

AUDITORS = frozenset({"auditor"})


@dataclass(frozen=True, slots=True)
class Saved:
    """A query with what was done on it: its runs, and its last package."""

    row: QueryRow
    runs: Sequence[QueryRun]
    exported: queries.LastExport | None


@attempts_kept("auditing")
def auditing(seated: Seated) -> list[Held]:
    """Return the roles in which somebody audits the whole deployment. Raises NotAllowedError, OutsideError."""
    require_any_role(seated.member, AUDITORS)
    with read(seated.desk.engine) as session:
        held = everywhere(session, [one for one in seated.member.roles if one.role in AUDITORS])
    if not held:
        word = "reach"
        raise OutsideError(word)
    return held


def save(seated: Seated, *, name: str, reason: str, case_number: str | None, words: Mapping[str, Any]) -> QueryRow:
    """Save a query of some words and return it. Raises QueryUnfitError, AlreadyRecordedError, ValueError."""
    auditing(seated)
    with fitting(), transaction(seated.desk.engine) as session:
        query = query_from(session, words)
        saved = queries.save_query(
            session,
            log=seated.desk.log,
            actor=seated.member.actor,
            at=seated.at,
            name=name,
            query=query,
            reason=reason,
            case_number=case_number,
        )
        return queries.query_of(session, saved)


def end(seated: Seated, *, query_id: str) -> int:
    """End a query of one's own and return the index of the entry. Raises UnknownIdError, AlreadyEndedError."""
    auditing(seated)
    with transaction(seated.desk.engine) as session:
        return queries.end_query(session, log=seated.desk.log, actor=seated.member.actor, at=seated.at, query_id=query_id)


def every(seated: Seated) -> Sequence[QueryRow]:
    """Return the queries that were not ended, of all auditors."""
    auditing(seated)
    with read(seated.desk.engine) as session:
        return queries.queries_of(session)


def one(seated: Seated, *, query_id: str) -> Saved:
    """Return a query with its runs. Raises UnknownIdError."""
    auditing(seated)
    with read(seated.desk.engine) as session:
        row = queries.query_of(session, query_id)
        return Saved(row, queries.runs_of(session, query_id=query_id), queries.last_exported(session, query_id))
