"""Who was trained and who pledged, as HR records it."""

from datetime import date
from typing import Any

import pytest

from service.personnel.rules import AlreadyRecordedError, ConflictingPersonError, UnknownIdError
from service.registers.duties import operations, queries
from service.statute.periods import day_start
from tests.builders.site import Site

AT = day_start(date(2030, 1, 1))
ON = date(2026, 7, 1)


def trained(site: Site, on: date = ON, **words: Any) -> str:
    facts = {"organization_id": "denryoku", "name": "保護教育", "on": on} | words
    return str(site.act(operations.record_training, day=on, **facts))


def due(site: Site, on: date) -> Any:
    return site.ask(queries.training_due, organization_id="denryoku", on=on, at=AT)


def test_somebody_listed_who_was_never_trained_is_due(firm: Site) -> None:
    assert due(firm, date(2026, 7, 9)) == {}
    assert due(firm, date(2026, 7, 10)) == {"sato": None}


def test_training_is_due_again_after_a_year(firm: Site) -> None:
    first = trained(firm)
    firm.act(operations.record_attendance, day=ON, training_id=first, person_id="sato")
    assert due(firm, date(2027, 7, 1)) == {}
    assert due(firm, date(2027, 7, 2)) == {"sato": date(2027, 7, 1)}
    second = trained(firm, date(2027, 7, 2))
    firm.act(operations.record_attendance, day=ON, training_id=second, person_id="sato", on=date(2027, 7, 20))
    found = firm.ask(queries.duties_of, person_id="sato", organization_id="denryoku")
    assert (found.trained_on, found.train_by) == (date(2027, 7, 20), date(2028, 7, 20))


def test_an_attendance_is_recorded_once_and_not_before_its_training(firm: Site) -> None:
    first = trained(firm)
    words = {"training_id": first, "person_id": "sato"}
    with pytest.raises(ValueError, match="given on 2026-07-01"):
        firm.act(operations.record_attendance, day=ON, on=date(2026, 6, 30), **words)
    firm.act(operations.record_attendance, day=ON, **words)
    with pytest.raises(AlreadyRecordedError, match="attended it already"):
        firm.act(operations.record_attendance, day=ON, **words)
    with pytest.raises(ConflictingPersonError):
        firm.act(operations.record_attendance, day=ON, training_id=first, person_id="mori")
    with pytest.raises(UnknownIdError):
        firm.act(operations.record_attendance, day=ON, training_id="none", person_id="sato")


def pledge(site: Site, on: date = ON, **words: Any) -> str:
    facts = {"person_id": "sato", "organization_id": "denryoku", "head_id": "meti", "on": on} | words
    return str(site.act(operations.record_pledge, day=on, **facts))


def test_a_pledge_follows_a_clearance_by_that_head(firm: Site) -> None:
    pledge(firm, document_number="誓第1号")
    found = firm.ask(queries.duties_of, person_id="sato", organization_id="denryoku")
    assert found.pledged == {"meti": ON}
    wrong: tuple[dict[str, Any], ...] = ({"head_id": "npa"}, {"on": date(2026, 6, 14)})
    for words in wrong:
        with pytest.raises(ConflictingPersonError, match="follows a clearance"):
            pledge(firm, **words)
    with pytest.raises(ConflictingPersonError, match="never worked"):
        pledge(firm, person_id="mori")


def test_an_id_is_given_once(firm: Site) -> None:
    both: tuple[tuple[Any, dict[str, Any]], ...] = ((trained, {"training_id": "t1"}), (pledge, {"pledge_id": "p1"}))
    for act, words in both:
        act(firm, **words)
        with pytest.raises(AlreadyRecordedError):
            act(firm, **words)
