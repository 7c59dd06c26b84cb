"""Open steps of assessments and complaints have a date for those who deal with them, and for nobody else anywhere."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from service.acts import awaited
from service.acts.reminded import Page, page_of
from service.assessment import operations as assessment
from service.clearance.operations import record_result
from service.database import read, transaction
from service.deadlines import queries
from service.deadlines.operations import set_period, tell
from service.deadlines.sources import SOURCES
from service.jobs.tick import tick
from service.ledger import entries, log_size
from service.personnel.operations import register_person, take_post
from service.statute.periods import legal_day
from tests.builders.alike import leak
from tests.builders.members import Town, found_town
from tests.builders.site import ACTOR

EVERYBODY = {
    "assessor": "assessment_officer",
    "complaints": "complaint_officer",
    "clerk": "hr_officer",
    "manager": "information_manager",
    "custodian": "custodian",
    "eye": "auditor",
    "nobody": None,
}
OUTSIDE = ("clerk", "manager", "custodian", "eye", "nobody", "admin", "boss")
STEPS: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "assessment_unanswered": [],
    "investigation_not_begun": [("record_consent", {})],
    "opinion_awaited": [("record_consent", {}), ("request_investigation", {})],
    "assessment_undecided": [("record_refusal", {})],
    "result_not_notified": [
        ("record_consent", {}),
        ("request_investigation", {}),
        ("receive_opinion", {}),
        ("decide", {"outcome": "negative"}),
    ],
}


class Ministry:
    """An organ with somebody in every role, and people at every open step."""

    def __init__(self, town: Town) -> None:
        self.town, self.today = town, legal_day(town.now())
        for name, role in EVERYBODY.items():
            town.admit(name, *([role] if role else []))
        self.begun = self.today - timedelta(days=200)
        self.at_step = {sort: self.walked(sort, steps) for sort, steps in STEPS.items()}

    def does(self, operation: Callable[..., Any], **words: Any) -> Any:
        with transaction(self.town.engine) as session:
            return operation(session, log=self.town.log, actor=ACTOR, at=self.town.now(), **words)

    def person(self, name: str) -> str:
        person = str(self.does(register_person, legal_name=f"{name} 花子"))
        self.does(take_post, person_id=person, organization_id=self.town.organization)
        return person

    def step(self, verb: str, person: str, **said: Any) -> Any:
        words = {"head_id": self.town.organization, "on": self.begun} | said
        return self.does(getattr(assessment, verb), person_id=person, **words)

    def walked(self, name: str, steps: list[tuple[str, dict[str, Any]]], person: str | None = None) -> str:
        person = person or self.person(name)
        for verb, said in [("give_notice", {}), *steps]:
            self.step(verb, person, **said)
        return person

    def over(self, person: str) -> None:
        """Assess somebody to the end: consent refused."""
        self.walked("", [("record_refusal", {}), ("decide", {"outcome": "not_carried_out"}), ("notify_result", {})], person)

    def page(self, name: str, **words: Any) -> Page:
        words = {"until": self.today + timedelta(days=5_000), "limit": 200} | words
        return page_of(self.town.engine, log=self.town.log, member=self.town.member(name), at=self.town.now(), **words)

    def told(self, name: str, purpose: str | None = "inquiry") -> dict[tuple[str, str | None], date]:
        lines = self.page(name, purpose=purpose).lines
        return {(line.deadline.sort.code, line.deadline.person_id): line.deadline.on for line in lines}

    def size(self) -> int:
        with read(self.town.engine) as session:
            return log_size(session)


@pytest.fixture
def ministry(engine: Engine, tmp_path: Path) -> Ministry:
    return Ministry(found_town(engine, tmp_path / "keys", seat="organ"))


def test_who_assesses_is_told_of_every_step_that_is_open_and_by_when(ministry: Ministry) -> None:
    found = ministry.told("assessor")
    assert set(found) == {(sort, person) for sort, person in ministry.at_step.items()}
    with read(ministry.town.engine) as session:
        sight = queries.sight(session, at=ministry.town.now(), until=ministry.today)
    for (sort, _person), on in found.items():
        period = next(name for one, name, _place in awaited.STEPS.values() if one.code == sort)
        assert on == sight.house(ministry.begun + timedelta(days=sight.periods[period]))
    assert ministry.told("assessor", None) == {}


def test_a_step_that_was_taken_is_no_date_any_more_and_an_assessment_that_is_over_is_none(ministry: Ministry) -> None:
    person = ministry.at_step["result_not_notified"]
    ministry.step("notify_result", person)
    assert person not in {one for _sort, one in ministry.told("assessor")}
    person = ministry.at_step["assessment_unanswered"]
    ministry.step("record_consent", person)
    assert ("investigation_not_begun", person) in ministry.told("assessor")
    assert ("assessment_unanswered", person) not in ministry.told("assessor")


def test_a_period_that_the_house_sets_moves_the_date(ministry: Ministry) -> None:
    person = ministry.at_step["opinion_awaited"]
    before = ministry.told("assessor")["opinion_awaited", person]
    ministry.does(set_period, name="opinion_days", value=120, from_on=ministry.today)
    assert (ministry.told("assessor")["opinion_awaited", person] - before).days in range(25, 36)


def test_a_re_assessment_that_began_early_is_due_before_the_clearance_ends(ministry: Ministry) -> None:
    person = ministry.person("early")
    told = ministry.today.replace(day=1) - timedelta(days=3_300)
    ministry.does(record_result_at_organ, person_id=person, head_id=ministry.town.organization, notified_on=told)
    assert ("reassessment_in_time", person) not in ministry.told("assessor")
    ministry.walked("", [("record_consent", {})], person)
    ends = ministry.told("assessor")["reassessment_in_time", person]
    assert ends == ministry.told("assessor")["clearance_ends", person]
    assert ("reassessment_in_time", person) not in ministry.told("clerk")


def record_result_at_organ(session: Any, **words: Any) -> str:
    return record_result(session, outcome="positive", **words)


def test_nobody_assesses_their_own_case_nor_is_told_of_it(ministry: Ministry) -> None:
    ministry.walked("", [("record_consent", {})], ministry.town.people["assessor"])
    ministry.walked("", [], ministry.town.people["nobody"])
    assert ministry.town.people["assessor"] not in {one for _sort, one in ministry.told("assessor")}
    assert ministry.told("nobody") == {}


def test_a_complaint_is_told_to_its_officer_and_to_whoever_complains(ministry: Ministry) -> None:
    person = ministry.town.people["nobody"]
    ministry.over(person)
    complaint = ministry.step("complain", person)
    (((sort, whose), on),) = ministry.told("complaints").items()
    assert (sort, whose) == ("complaint_unanswered", person)
    assert ministry.told("complaints", None) == {}
    assert ministry.told("nobody", None) == {(sort, person): on}
    for name in ("assessor", "clerk", "manager", "custodian", "eye", "admin", "boss"):
        assert sort not in {code for code, _person in ministry.told(name)}, name
    answered = {
        "complaint_id": complaint,
        "outcome": "result_stands",
        "on": ministry.today,
        "officer_id": ministry.town.people["complaints"],
    }
    ministry.does(assessment.answer_complaint, **answered)
    assert ministry.told("complaints") == ministry.told("nobody") == {}


def test_a_complaint_officer_who_took_part_is_not_told_of_it(ministry: Ministry) -> None:
    person = ministry.town.people["nobody"]
    ministry.walked("", [], person)
    ministry.step("record_consent", person, officer_id=ministry.town.people["complaints"])
    ministry.step("complain", person)
    assert ministry.told("complaints") == {}
    assert not ministry.page("complaints").purpose_opens_more
    assert len(ministry.told("nobody")) == 1


def outside(ministry: Ministry) -> dict[str, tuple[Any, ...]]:
    """What everybody outside the circle is told with and without a purpose, and whether there is more."""
    return {
        name: tuple((ministry.told(name, purpose), ministry.page(name, purpose=purpose).purpose_opens_more) for purpose in (None, "audit"))
        for name in OUTSIDE
    }


def nothing_more(ministry: Ministry) -> None:
    """Whoever is outside is told the same as if nobody were assessed and nobody complained."""
    nothing = {name: (({}, False), ({}, False)) for name in OUTSIDE}
    assert outside(ministry) == nothing
    complainant = ministry.person("complainant")
    ministry.over(complainant)
    ministry.step("complain", complainant)
    assert outside(ministry) == nothing


def test_hr_managers_auditors_administrators_and_colleagues_are_told_nothing(ministry: Ministry) -> None:
    nothing_more(ministry)


@pytest.mark.parametrize("role", ["hr_officer", "information_manager", "auditor", "administrator"])
def test_a_sort_that_were_told_to_another_role_would_be_noticed(ministry: Ministry, role: str, monkeypatch: pytest.MonkeyPatch) -> None:
    leak(role, monkeypatch)
    with pytest.raises(AssertionError):
        nothing_more(ministry)


def test_no_date_of_an_assessment_is_counted_or_told_to_the_ledger(ministry: Ministry) -> None:
    town = ministry.town
    tick(town.engine, log=town.log, clock=town.now)
    before = ministry.size()
    ticked = tick(town.engine, log=town.log, clock=town.now)
    assert (ticked.told, ministry.size()) == (0, before)
    assert not {sort.code for sort in awaited.SORTS} & set(ticked.counts)
    assert not {sort.shows for source in SOURCES for sort in source.sorts} & {"assessment_step"}
    # Not even where somebody hands them to the clock's job.
    passed = [line.deadline for line in ministry.page("assessor", purpose="inquiry").lines]
    assert len([one for one in passed if one.on < legal_day(town.now())]) == len(STEPS)
    before = ministry.size()
    assert ministry.does(tell, found=passed) == 0
    assert ministry.size() == before


def test_an_officer_s_look_is_one_entry_however_many_assessments_are_open(ministry: Ministry) -> None:
    before = ministry.size()
    found = ministry.told("assessor")
    assert ministry.told("complaints") == {}
    with read(ministry.town.engine) as session:
        bodies = [body for _index, body in entries(session, start=before, end=log_size(session))]
    assert len(found) == len(STEPS)
    assert [json.loads(body)["object"] for body in bodies] == ["assessments", "assessments"]
    assert not any(person.encode() in body for person in ministry.at_step.values() for body in bodies)
    assert not any(sort.code.encode() in body for sort in awaited.SORTS for body in bodies)
