"""Assessments at the doors: one's own at /me, who agreed to be a candidate, an officer's look at steps, and open complaints."""

from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import Engine

from service.app import build
from service.database import transaction
from service.personnel.operations import register_organization
from service.settings import Settings
from service.statute.periods import legal_day
from tests.builders.members import PASSWORD, found_town
from tests.builders.served import serving
from tests.builders.site import ACTOR
from tests.doors.management.conftest import Desk

ROLES = {
    "clerk": "hr_officer",
    "manager": "information_manager",
    "assessor": "assessment_officer",
    "listener": "complaint_officer",
    "eye": "auditor",
    "worker": "",
    "other": "",
}


class Remembering(Desk):
    """A desk at which everybody signs in once: a code is good for one sign-in."""

    signed_in: dict[str, httpx2.Client]

    def sign_in(self, name: str, *, code: str | None = None, password: str = PASSWORD) -> httpx2.Client:
        known = self.__dict__.setdefault("signed_in", {})
        if name not in known:
            known[name] = super().sign_in(name, code=code, password=password)
        return known[name]  # type: ignore[no-any-return]


@pytest.fixture
def organ(engine: Engine, database_url: str, tmp_path: Path) -> Any:
    settings = Settings(data_dir=tmp_path)
    town = found_town(engine, settings.keys_dir, seat="organ")
    with transaction(engine) as session:
        register_organization(session, log=town.log, actor=ACTOR, at=town.now(), kind="organ", name="sho", organization_id="sho")
    town.organization = "sho"
    for name, role in ROLES.items():
        town.admit(name, *([role] if role else []))
        town.equip(name)
    with serving(build(settings=settings, url=database_url, engine=engine, log=town.log)) as address:
        desk = Remembering(town, address)
        yield desk
        for client in desk.clients:
            client.close()


def done(browser: httpx2.Client, verb: str, **words: Any) -> Any:
    answer = browser.post(f"/api/v1/acts/{verb}", json=words)
    assert answer.status_code == 200, answer.text
    return answer.json()["made"][0]


def today(desk: Desk) -> str:
    return legal_day(desk.town.now()).isoformat()


def test_whoever_is_asked_finds_the_question_answers_it_and_stands_on_the_list_only_then(desk: Desk) -> None:
    clerk, person = desk.sign_in("clerk"), desk.sign_in("nobody")
    words = {"person_id": desk.town.people["nobody"], "organization_id": desk.town.organization, "on": today(desk)}
    done(clerk, "list_candidate", **words)
    (asked,) = person.get("/api/v1/me").json()["candidacies"]
    assert asked["answer"] is None
    look = {"organization_id": desk.town.organization, "purpose": "listing"}
    assert clerk.post("/api/v1/candidates", json=look).json() == []
    done(person, "answer_listing", candidate_id=asked["id"], agreed=True, on=today(desk))
    (line,) = clerk.post("/api/v1/candidates", json=look).json()
    assert (line["person_id"], line["legal_name"]) == (desk.town.people["nobody"], "nobody 花子")
    done(person, "answer_listing", candidate_id=asked["id"], agreed=False, on=today(desk))
    assert clerk.post("/api/v1/candidates", json=look).json() == []


def test_an_operator_has_no_door_to_an_assessment(desk: Desk) -> None:
    look = {"head_id": desk.town.organization, "purpose": "listing"}
    person = desk.town.people["nobody"]
    assert desk.sign_in("clerk").post(f"/api/v1/people/{person}/assessment", json=look).status_code == 404
    assert set(desk.sign_in("nobody").get("/api/v1/me").json()) & {"assessments", "complaints"} == set()


def complained(desk: Desk) -> str:
    """An assessment of the worker up to its end, negative, and a complaint about it; the complaint's id."""
    worker = desk.town.people["worker"]
    step = {"person_id": worker, "head_id": "sho", "on": today(desk)}
    assessor, person = desk.sign_in("assessor"), desk.sign_in("worker")
    done(assessor, "give_notice", **step)
    done(person, "record_consent", **step)
    done(assessor, "request_investigation", **step)
    done(assessor, "receive_opinion", **step)
    desk.town.admit("second", "approver")
    desk.town.both("assessor", "second", "decide", outcome="negative", **step)
    (mine,) = person.get("/api/v1/me").json()["assessments"]
    assert [one["step"] for one in mine["steps"]] == ["notified", "consented", "requested", "opinion"]
    done(assessor, "notify_result", **step)
    return str(done(person, "complain", document_number="苦第1号", **step))


def test_the_person_and_the_officers_see_the_steps_and_only_the_complaint_officer_the_complaint(organ: Desk) -> None:
    complaint = complained(organ)
    own = organ.sign_in("worker").get("/api/v1/me").json()
    assert own["assessments"][0]["steps"][-2]["outcome"] == "negative"
    assert [one["id"] for one in own["complaints"]] == [complaint]
    look, path = {"head_id": "sho", "purpose": "complaint"}, f"/api/v1/people/{organ.town.people['worker']}/assessment"
    seen = {name: organ.sign_in(name).post(path, json=look) for name in ("assessor", "listener")}
    assert [len(one.json()["steps"]) for one in seen.values()] == [6, 6]
    assert [len(one.json()["complaints"]) for one in seen.values()] == [0, 1]
    (line,) = organ.sign_in("listener").post("/api/v1/complaints", json=look).json()
    assert (line["id"], line["document_number"]) == (complaint, "苦第1号")
    looks = organ.sign_in("worker").get("/api/v1/me/looks").json()["looks"]
    assert {one["purpose"] for one in looks} == {"complaint"}


def test_who_took_part_is_shown_no_complaint_about_it(organ: Desk) -> None:
    complained(organ)
    town = organ.town
    with transaction(town.engine) as session:
        from service.identity.account_model import Grant
        from service.identity.accounts import end_role, grant_role

        grant = next(row for row in session.query(Grant) if row.person_id == town.people["assessor"])
        end_role(session, log=town.log, actor=ACTOR, at=town.now(), grant_id=grant.id)
    with transaction(town.engine) as session:
        given = {"role": "complaint_officer", "organization_id": "sho", "from_on": legal_day(town.now())}
        grant_role(session, log=town.log, actor=ACTOR, at=town.now(), person_id=town.people["assessor"], **given)
    look = {"head_id": "sho", "purpose": "complaint"}
    assert organ.sign_in("assessor").post("/api/v1/complaints", json=look).json() == []


@pytest.mark.parametrize("name", ["clerk", "manager", "eye", "other"])
def test_nobody_else_has_a_door_to_steps_or_complaints(organ: Desk, name: str) -> None:
    look, browser = {"head_id": "sho", "purpose": "complaint"}, organ.sign_in(name)
    answers = [browser.post(f"/api/v1/people/{one}/assessment", json=look) for one in (organ.town.people["worker"], "zzz")]
    answers.append(browser.post("/api/v1/complaints", json=look))
    assert {one.status_code for one in answers} == {403}
    assert answers[0].content == answers[1].content


def test_an_officer_looks_with_a_purpose_within_reach_and_never_at_themselves(organ: Desk) -> None:
    assessor, worker, town = organ.sign_in("assessor"), organ.town.people["worker"], organ.town
    path = f"/api/v1/people/{worker}/assessment"
    assert assessor.post(path, json={"head_id": "sho", "purpose": "curiosity"}).status_code == 422
    assert assessor.post(path, json={"head_id": "other", "purpose": "listing"}).status_code == 404
    own = assessor.post(f"/api/v1/people/{town.people['assessor']}/assessment", json={"head_id": "sho", "purpose": "listing"})
    unknown = assessor.post("/api/v1/people/zzz/assessment", json={"head_id": "sho", "purpose": "listing"})
    assert (own.status_code, own.content) == (404, unknown.content)
    assert assessor.post(path, json={"head_id": "sho", "purpose": "listing"}).json() == {"doubt": False, "steps": [], "complaints": []}
