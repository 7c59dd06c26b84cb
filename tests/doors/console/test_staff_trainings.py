"""Who attended a training, many at once, over HTTP as a browser sends it."""

import pytest
from sqlalchemy import text

from service.registers.duties.operations import record_training
from service.statute.periods import legal_day
from tests.doors.console.test_people_pages import browser, token
from tests.doors.console.test_staff_people import does, worker
from tests.doors.management.conftest import WORLDS as DESKS
from tests.doors.management.conftest import Desk, desk, desk_world

__all__ = ["desk"]

PAGE = "/people/trainings/t1"


def lay_training(desk: Desk) -> None:
    for place in range(20):
        desk.town.people[f"w{place}"] = worker(desk, f"架空 働{place:02}", "", f"W{place:02}")
    on = legal_day(desk.town.now())
    does(desk, record_training, organization_id=desk.town.organization, name="保護教育", on=on, training_id="t1")


WORLDS = {"trained": desk_world(lay_training), **DESKS}


@pytest.fixture
def trained(desk: Desk) -> Desk:
    return desk


def attendances(desk: Desk) -> int:
    with desk.town.engine.connect() as connection:
        return int(connection.execute(text("select count(*) from registers.attendances")).scalar_one())


def test_twenty_people_are_recorded_by_their_numbers_and_one_confirmation(trained: Desk) -> None:
    clerk = browser(trained, "clerk")
    assert "保護教育" in clerk.get("/people/trainings").text
    form = {"form_token": token(clerk.get(PAGE)), "step": "check", "numbers": "\n".join(f"W{place:02}" for place in range(20))}
    shown = clerk.post(PAGE, data=form)
    assert "20人の受講を記録する" in shown.text
    assert attendances(trained) == 0
    done = clerk.post(PAGE, data=form | {"step": "confirm"})
    assert "done=" in str(done.url)
    assert attendances(trained) == 20


def test_whoever_cannot_be_recorded_is_named_and_the_others_are_not_held_up(trained: Desk) -> None:
    clerk = browser(trained, "clerk")
    form = {"form_token": token(clerk.get(PAGE)), "step": "check", "numbers": "W01\nNOBODY\nW01"}
    shown = clerk.post(PAGE, data=form)
    assert "NOBODY" in shown.text
    assert "1人の受講を記録する" in shown.text
    assert clerk.post(PAGE, data={"form_token": token(shown), "step": "check"}).status_code == 422


def test_nobody_else_records_attendance_and_no_training_elsewhere_is_there(trained: Desk) -> None:
    for name in ("eye", "boss", "admin", "nobody"):
        assert browser(trained, name).get("/people/trainings").status_code == 403
    assert browser(trained, "clerk").get("/people/trainings/none").status_code == 404


def test_who_is_due_is_shown_to_whoever_keeps_lists_alone(trained: Desk) -> None:
    assert "期日を過ぎた人" in browser(trained, "manager").get(PAGE).text
    assert "期日を過ぎた人" not in browser(trained, "clerk").get(PAGE).text
