"""Recorded history: given facts loaded as entries and rows, as they are and judged by nobody."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from service.actor import Actor
from service.database import Base
from service.jobs.given import STEPS, rows_of
from service.jobs.given_lists import BEGINNING, GivenFacts
from service.ledger import Draft, Kind, Log, begin_act, record_many, row_form
from service.need_to_know.model import Listing

__all__ = ["BEGINNING", "GivenFacts", "given_rows", "grouped_rows", "load_grouped", "load_history"]

Grouped = dict[tuple[int, str], list[Base]]
"""Rows by the step in which they are loaded and the id under whose key they are sealed."""


def given_rows(given: GivenFacts, at: datetime = BEGINNING) -> list[tuple[str, dict[str, Any]]]:
    """Return the rows that given facts make, as (table, row) in the form of entries, in an order that foreign keys allow.

    `at` is when they count as recorded. Raises ValueError naming the list and what is wrong.
    """
    forms = [row_form(row) for row in rows_of(given, at)]
    return [(form["table"], form["row"] | {"changed_index": 0}) for form in forms]


def load_history(session: Session, *, log: Log, at: datetime, actor: Actor, given: GivenFacts) -> list[int]:
    """Load given facts as they are and return the indexes of their entries.

    An entry for each person, information and organization at each of the steps that foreign
    keys ask for, of kind `personnel:history:recorded`, its note saying that nobody judged
    them. Raises ValueError naming the list and what is wrong.
    """
    return load_grouped(session, log=log, at=at, actor=actor, grouped=grouped_rows(given))


def grouped_rows(given: GivenFacts) -> Grouped:
    """Return the rows that given facts make, by step and subject. Raises ValueError naming the list and what is wrong.

    For a very long history this takes longer than an act may wait between the instant it is told and its entry: who loads
    one works it out first and tells the instant afterwards.
    """
    grouped: Grouped = {}
    for row in rows_of(given):
        grouped.setdefault(_place(row), []).append(row)
    return grouped


def load_grouped(session: Session, *, log: Log, at: datetime, actor: Actor, grouped: Grouped) -> list[int]:
    """Load rows of a history as `load_history` does."""
    begin_act(session)
    drafts = [
        (_draft(step, subject, actor=actor, at=at), grouped[step, subject]) for step, subject in sorted(grouped, key=lambda place: place[0])
    ]
    return record_many(session, log=log, drafts=drafts)


def _place(row: Base) -> tuple[int, str]:
    """Return the step in which a row is loaded and the id under whose key it is sealed."""
    step, whose = STEPS[type(row)]
    if isinstance(row, Listing) and row.person_id is not None:
        whose = "person_id"
    return step, str(getattr(row, whose))


_PEOPLE, _INFORMATION = {1, 5}, {2, 4}


def _draft(step: int, subject: str, *, actor: Actor, at: datetime) -> Draft:
    return Draft(
        kind=Kind.HISTORY_RECORDED,
        actor=actor,
        at=at,
        person=subject if step in _PEOPLE else None,
        object=subject if step in _INFORMATION else None,
        subject=subject,
        note={"judged": "no"},
    )
