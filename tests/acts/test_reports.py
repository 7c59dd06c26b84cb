"""Who may report what about whom, and what a report does to decisions."""

from datetime import timedelta
from typing import Any

import pytest

from service.acts.asking import Done, UnfitError, Waiting
from service.acts.concerning import OutsideError
from service.acts.entitled import NotAllowedError, OwnRecordRefusedError
from service.statute.periods import legal_day
from tests.acts.lone import Lone
from tests.builders.members import Town


@pytest.fixture
def lone(town: Town, database_url: str) -> Lone:
    """A town where the clerk and a worker may handle an information."""
    return Lone(town, database_url, "clerk", "nothing")


def about(lone: Lone, person: str, **words: Any) -> dict[str, Any]:
    today = legal_day(lone.town.now()).isoformat()
    person_id = lone.town.people.get(person, person)
    return {"person_id": person_id, "organization_id": lone.town.organization, "on": today, "reported_on": today} | words


def people(lone: Lone) -> set[str]:
    return {person for person, _action in lone.permits()}


def test_whoever_reports_about_themselves_needs_no_role_and_is_off_the_lists_before_the_answer(lone: Lone) -> None:
    town = lone.town
    town.admit("plain")
    clerk = town.people["clerk"]
    assert people(lone) == {"worker", clerk}
    done = town.ask("clerk", "report_event", **about(lone, "clerk", code="arrest"))
    assert isinstance(done, Done)
    assert len(done.made[0]["ended"]) == 1
    assert people(lone) == {"worker"}
    assert isinstance(town.ask("plain", "report_event", **about(lone, "plain", code="address_changed")), Done)


def test_nobody_without_a_role_reports_about_somebody_else(lone: Lone) -> None:
    lone.town.admit("plain")
    for person in ("worker", "nobody-at-all"):
        with pytest.raises(OutsideError):
            lone.town.ask("plain", "report_event", **about(lone, person, code="arrest"))
    with pytest.raises(NotAllowedError):
        lone.town.ask("plain", "report_doubt", **about(lone, "worker", head_id=lone.ids["organizations"][1]))
    assert "worker" in people(lone)


@pytest.mark.parametrize("officer", ["clerk", "manager"])
def test_a_doubt_takes_somebody_off_the_lists_by_one_person_at_once(lone: Lone, officer: str) -> None:
    done = lone.town.ask(officer, "report_doubt", **about(lone, "worker", head_id=lone.ids["organizations"][1]))
    assert isinstance(done, Done)
    assert (len(done.made[0]["ended"]), done.made[0]["basis"]) == (1, "Order 17(v)")
    assert people(lone) == {lone.town.people["clerk"]}


def test_a_doubt_shuts_off_what_reaches_somebody_by_unit_until_two_people_end_it(lone: Lone) -> None:
    town = lone.town
    today = legal_day(town.now()).isoformat()
    line = {"information_id": "d1", "organization_id": town.organization}
    town.both("manager", "deputy", "list_handler", unit_id="hoan", from_on=today, **line)
    town.ask("manager", "remove_handler", person_id="worker", on=today, **line)
    assert people(lone) == {"worker", town.people["clerk"]}
    done = town.ask("manager", "report_doubt", **about(lone, "worker", head_id=lone.ids["organizations"][1]))
    assert isinstance(done, Done)
    assert people(lone) == {town.people["clerk"]}
    # Whoever lists them again opens nothing while the exclusion runs.
    town.both("manager", "deputy", "list_handler", person_id="worker", from_on=today, **line)
    assert people(lone) == {town.people["clerk"]}
    ending = {"exclusion_id": done.made[0]["excluded"], "on": today}
    assert isinstance(town.ask("manager", "end_exclusion", **ending), Waiting)
    assert people(lone) == {town.people["clerk"]}
    town.both("manager", "deputy", "end_exclusion", **ending)
    assert people(lone) == {"worker", town.people["clerk"]}


def test_an_exclusion_under_one_head_leaves_what_another_answers_for(lone: Lone) -> None:
    town = lone.town
    today = legal_day(town.now()).isoformat()
    words = {"person_id": "worker", "organization_id": town.organization, "on": today}
    assert isinstance(town.ask("clerk", "exclude_person", under_head_id=lone.ids["organizations"][2], **words), Done)
    assert "worker" in people(lone)
    assert isinstance(town.ask("clerk", "exclude_person", **words), Done)
    assert "worker" not in people(lone)


def test_nobody_reports_a_doubt_about_themselves(lone: Lone) -> None:
    with pytest.raises(OwnRecordRefusedError):
        lone.town.ask("clerk", "report_doubt", **about(lone, "clerk", head_id=lone.ids["organizations"][1]))


def test_a_doubt_is_reported_by_somebody_else(lone: Lone) -> None:
    with pytest.raises(UnfitError, match="reported_by"):
        words = about(lone, "worker", head_id=lone.ids["organizations"][1], reported_by="oneself")
        lone.town.ask("manager", "report_doubt", **words)


def test_to_be_less_strict_takes_two_people_and_to_be_stricter_one(lone: Lone) -> None:
    town = lone.town
    rule = {"organization_id": town.organization, "from_on": legal_day(town.now()).isoformat()}
    assert isinstance(town.ask("manager", "set_event_rule", code="arrest", removal="review", **rule), Waiting)
    town.ask("manager", "report_event", **about(lone, "worker", code="arrest", reported_by="superior"))
    assert "worker" not in people(lone)
    assert isinstance(town.ask("manager", "set_event_rule", code="name_changed", removal="at_once", **rule), Done)
    with pytest.raises(NotAllowedError):
        town.ask("clerk", "set_event_rule", code="name_changed", removal="at_once", **rule)


def test_the_day_of_a_notice_is_made_definite_later_by_two_people_and_earlier_by_one(lone: Lone) -> None:
    town = lone.town
    head, today = lone.ids["organizations"][1], legal_day(town.now())
    letter = {"document_number": "経保第2号", "letter_on": (today - timedelta(days=20)).isoformat()}
    words = {"person_id": "worker", "head_id": head, "outcome": "positive", "notified_on": None, "arrived_on": today.isoformat()}
    first = town.both("clerk", "boss", "record_result", **words | letter)
    later = {"result_id": first, "notified_on": (today - timedelta(days=10)).isoformat(), "widening": "true"}
    waiting = town.ask("clerk", "record_notice_day", **later)
    assert isinstance(waiting, Waiting)
    earlier = town.ask("clerk", "record_notice_day", result_id=first, notified_on=(today - timedelta(days=30)).isoformat())
    assert isinstance(earlier, Done)
    second = town.both("clerk", "boss", "record_result", **words | letter)
    town.both("clerk", "boss", "record_notice_day", **later | {"result_id": second})
