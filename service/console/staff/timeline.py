"""One timeline of what concerns a person: posts, lists, results, trainings and reports in the order of their days."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from service.acts.reading.card import Card, Clearance
from service.console.act_words import CODES, OUTCOME_WORDS, said
from service.console.labels import labels
from service.console.people_words import people_words
from service.console.visit import Visit
from service.database import read
from service.statute.periods import ONE_DAY


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened on a day: what, and more of it."""

    on: date
    what: str
    more: str = ""


def events_of(card: Card, visit: Visit) -> list[Event]:
    """Return what concerns somebody, the newest first, as far as the card was opened."""
    told = people_words(visit.language)
    with read(visit.desk.engine) as session:
        ids = [
            [(row.organization_id, row.unit_id) for row in card.posts],
            [one.listing.information_id for one in card.lines or ()],
            [] if card.clearance is None else [row["head_id"] for row in (*card.clearance.results, *card.clearance.doubts)],
            [] if card.clearance is None else [row.head_id for row in card.clearance.pledges],
        ]
        called = labels(session, ids, roles=visit.member.role_names)
    found = [*_posts(card, told, called), *_lines(card, told, called)]
    if card.clearance is not None:
        found += _clearance(card.clearance, told, called, visit)
    return sorted(found, key=lambda one: one.on, reverse=True)


def _posts(card: Card, told: Mapping[str, str], called: Mapping[str, str]) -> Iterator[Event]:
    for row in card.posts:
        where = " ".join(called.get(part, part) for part in (row.organization_id, row.unit_id, row.post or row.title) if part)
        if row.from_on is not None:
            yield Event(row.from_on, told["staff_event_post"], where)
        if row.until_on is not None:
            yield Event(row.until_on - ONE_DAY, told["staff_event_post_end"], where)


def _lines(card: Card, told: Mapping[str, str], called: Mapping[str, str]) -> Iterator[Event]:
    for one in card.lines or ():
        row = one.listing
        if row.person_id is None:
            continue
        name = called.get(row.information_id, row.information_id)
        if row.from_on is not None:
            yield Event(row.from_on, told["staff_event_listed"], name)
        if row.until_on is not None:
            yield Event(row.until_on - ONE_DAY, told["staff_event_unlisted"], name)


def _clearance(found: Clearance, told: Mapping[str, str], called: Mapping[str, str], visit: Visit) -> Iterator[Event]:
    for row in found.results:
        head, outcome = called.get(row["head_id"], row["head_id"]), said(OUTCOME_WORDS, row["outcome"], visit.language)
        yield Event(date.fromisoformat(row["notified_on"] or row["counted_on"]), told["staff_event_result"], f"{head}: {outcome}")
    for row in found.doubts:
        yield Event(date.fromisoformat(row["notified_on"]), told["staff_event_doubt"], called.get(row["head_id"], ""))
    for row in found.offices:
        if row["from_on"] is not None:
            yield Event(date.fromisoformat(row["from_on"]), told["staff_event_office"], said(CODES, row["office"], visit.language))
    for attendance, training in found.attendances:
        yield Event(attendance.attended_on, told["staff_event_training"], training.name)
    for pledge in found.pledges:
        yield Event(pledge.pledged_on, told["staff_event_pledge"], called.get(pledge.head_id, ""))
    for report in found.reports or ():
        yield Event(report.reported_on, told["staff_event_report"], said(CODES, report.code, visit.language))
