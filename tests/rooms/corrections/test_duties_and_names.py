"""Trainings, attendances and pledges, and the names of organizations and units, are put right."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from service.clearance import operations as clearance
from service.personnel import correcting as names
from service.personnel import operations as personnel
from service.personnel import queries as people
from service.personnel.corrections import AlreadyCorrectedError, Grounds
from service.personnel.rules import ConflictingPersonError
from service.registers.duties import correcting, operations, queries
from service.registers.people_model import Training
from tests.builders.law import operators_world
from tests.builders.personnel import employee
from tests.builders.site import Site, notice

ON = date(2026, 7, 1)
LATER = date(2026, 9, 1)
BECAUSE = Grounds("wrong_record", "受講簿")


@pytest.fixture
def firm(operator: Site) -> Site:
    operators_world(operator)
    employee(operator, "mori", "denryoku")
    operator.act(
        clearance.record_result,
        day=date(2026, 6, 16),
        person_id="mori",
        head_id="meti",
        outcome="positive",
        notified_on=date(2026, 6, 15),
        notice=notice(date(2026, 6, 16)),
    )
    words = {"organization_id": "denryoku", "name": "保護教育", "on": ON, "training_id": "t1"}
    operator.act(operations.record_training, day=ON, **words)
    return operator


def put_right(site: Site, verb: Any, /, **words: Any) -> str:
    return str(site.act(verb, day=LATER, grounds=BECAUSE, **words))


def attended(site: Site, person: str) -> str:
    return str(site.act(operations.record_attendance, day=ON, training_id="t1", person_id=person))


def trained_on(site: Site, person: str) -> date | None:
    found: date | None = site.ask(queries.duties_of, person_id=person, organization_id="denryoku").trained_on
    return found


def test_an_attendance_of_the_wrong_person_is_taken_back_and_can_be_recorded_again(firm: Site) -> None:
    row = attended(firm, "mori")
    put_right(firm, correcting.correct_attendance, attendance_id=row, never_was=True)
    assert trained_on(firm, "mori") is None
    with pytest.raises(AlreadyCorrectedError):
        put_right(firm, correcting.correct_attendance, attendance_id=row, on=date(2026, 7, 2))
    made = put_right(firm, correcting.correct_attendance, attendance_id=attended(firm, "mori"), on=date(2026, 7, 3))
    assert (trained_on(firm, "mori"), made != row) == (date(2026, 7, 3), True)
    with pytest.raises(ValueError, match="was given on"):
        put_right(firm, correcting.correct_attendance, attendance_id=made, on=date(2026, 6, 30))


def test_a_training_keeps_its_id_and_begins_behind_no_attendance(firm: Site) -> None:
    attended(firm, "mori")
    with pytest.raises(ValueError, match="somebody attended"):
        put_right(firm, correcting.correct_training, training_id="t1", on=date(2026, 7, 2))
    put_right(firm, correcting.correct_training, training_id="t1", on=date(2026, 6, 30), name="情報保護教育", reference_number="7")
    row = firm.ask(lambda session: session.get_one(Training, "t1"))
    assert (row.held_on, row.name, row.reference_number) == (date(2026, 6, 30), "情報保護教育", "7")
    with pytest.raises(ValueError, match="nothing is put right"):
        put_right(firm, correcting.correct_training, training_id="t1", name="情報保護教育")


def test_a_pledge_is_put_right_as_the_law_lets_it_be_made(firm: Site) -> None:
    words = {"person_id": "mori", "organization_id": "denryoku", "head_id": "meti", "on": ON}
    row = firm.act(operations.record_pledge, day=ON, **words)
    for wrong in ({"on": date(2026, 6, 1)}, {"head_id": "mof"}):
        with pytest.raises(ConflictingPersonError):
            put_right(firm, correcting.correct_pledge, pledge_id=row, **wrong)
    made = put_right(firm, correcting.correct_pledge, pledge_id=row, on=date(2026, 7, 2), document_number="誓1")
    assert firm.ask(queries.duties_of, person_id="mori", organization_id="denryoku").pledged == {"meti": date(2026, 7, 2)}
    put_right(firm, correcting.correct_pledge, pledge_id=made, never_was=True)
    assert firm.ask(queries.duties_of, person_id="mori", organization_id="denryoku").pledged == {}


def test_names_of_organizations_and_units_are_put_right_under_their_ids(firm: Site) -> None:
    firm.act(personnel.register_unit, day=ON, organization_id="denryoku", name="補安課", unit_id="hoan")
    size = firm.size()
    assert put_right(firm, names.correct_unit, organization_id="denryoku", unit_id="hoan", name="保安課") == "hoan"
    assert put_right(firm, names.correct_organization, organization_id="meti", name="経済産業省", name_en="METI") == "meti"
    assert firm.size() == size + 2
    assert firm.ask(people.organization, organization_id="meti").name_en == "METI"
    assert firm.ask(people.unit, organization_id="denryoku", unit_id="hoan").name == "保安課"
    put_right(firm, names.correct_organization, organization_id="meti", without=["name_en"])
    with pytest.raises(ValueError, match="nothing is put right"):
        put_right(firm, names.correct_organization, organization_id="meti", name="経済産業省")


def test_a_look_back_still_finds_what_was_recorded_first(firm: Site) -> None:
    row = attended(firm, "mori")
    put_right(firm, correcting.correct_attendance, attendance_id=row, never_was=True)
    with firm.engine.connect() as connection:
        kept = connection.execute(text("select attended_on, replaced_at is null from registers.attendances")).one()
    assert tuple(kept) == (ON, False)
