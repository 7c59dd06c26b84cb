"""A day at the demo's office: what its officers did today by the acts that everybody uses, and what waits for somebody else."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Engine, select

from service import clock
from service.acts import asking, deciding
from service.acts.asking import Asked, Done
from service.database import read
from service.identity.members import Member, member_of
from service.jobs.demo_world import DOCUMENTS
from service.jobs.demo_world.facts import OPERATOR, ORGAN
from service.ledger import Log, plain
from service.need_to_know.model import ListingRequest
from service.proposals.model import Proposal
from service.registers.model import Line
from service.registers.people_model import Training
from service.statute.periods import legal_day

HR, MANAGER, DEPUTY, CUSTODIAN, APPROVER = "demo-hr", "demo-manager", "demo-deputy", "demo-custodian", "demo-approver"
METHODS = ("demo", "demo2")
KEPT = 3
"""How many of the demo's documents are entered into the register."""


@dataclass(frozen=True, slots=True)
class Office:
    """The office of one side of the demo."""

    engine: Engine
    log: Log
    organization: str

    def member(self, name: str) -> Member:
        """Return an officer as they stand now, signed in with two factors."""
        at = clock.now()
        with read(self.engine) as session:
            found = member_of(session, account_id=f"acc-{name}", at=at, methods=METHODS, auth_at=at)
        assert found is not None  # the demo let them in before
        return found

    def ask(self, name: str, verb: str, /, **words: Any) -> Any:
        """Ask for an act and return what it made, or the proposal that waits."""
        outcome = asking.ask(self.engine, log=self.log, member=self.member(name), at=clock.now(), acts=[Asked(verb, plain(words))])
        return outcome.made[0] if isinstance(outcome, Done) else outcome.proposal

    def both(self, first: str, second: str, verb: str, /, **words: Any) -> Any:
        """Have one officer propose and another approve; return what the act made."""
        waiting = self.ask(first, verb, **words)
        given: dict[str, Any] = {"log": self.log, "member": self.member(second), "proposal_id": waiting}
        digest = deciding.show_proposal(self.engine, **given, at=clock.now()).digest
        return deciding.approve(self.engine, **given, at=clock.now(), digest=digest).made[0]


def open_office(engine: Engine, *, log: Log, organization: str) -> None:
    """Do a day's work, once; each step finds out whether it was done."""
    office = Office(engine, log, organization)
    for model, step in STEPS:
        with read(engine) as session:
            done = session.scalars(select(model).limit(1)).first() is not None
        if not done:
            step(office)


def _train(office: Office) -> None:
    """Give a training, with those who attended."""
    today = legal_day(clock.now())
    words = {"organization_id": office.organization, "name": "保護教育(年1回)", "on": today}
    training = office.ask(HR, "record_training", **words, reference_number="教育第1号")
    for person in ("demo-permit", "demo-expired"):
        office.ask(HR, "record_attendance", training_id=training, person_id=person)


def _keep_documents(office: Office) -> None:
    """Designate a room, put documents on the register and into it, and lend one."""
    today = legal_day(clock.now())
    here = {"organization_id": office.organization, "on": today}
    room = office.both(MANAGER, APPROVER, "designate_area", **here, area="room", name="第一保管室")
    for number, (document, _title, _carries) in enumerate(DOCUMENTS[:KEPT], start=1):
        if office.organization == OPERATOR:
            office.ask(CUSTODIAN, "receive_document", **here, document_id=document, party_id=ORGAN, paper=f"架経保発第{number}号")
        else:
            office.ask(CUSTODIAN, "enter_document", **here, document_id=document)
        office.ask(CUSTODIAN, "store_document", **here, document_id=document, area_id=room)
    words = {"document_id": DOCUMENTS[0][0], "person_id": "demo-permit", "due_on": today + timedelta(days=3), "way": "carried"}
    office.both(CUSTODIAN, MANAGER, "lend_document", **here, **words)


def _leave_waiting(office: Office) -> None:
    """Leave proposals for others to decide: one that waits, one that was sent back, and candidates."""
    today = legal_day(clock.now())
    here = {"organization_id": office.organization}
    office.ask(HR, "list_candidate", **here, person_id="demo-no-assessment", on=today, consent=True, explanation="説明文書 第1版")
    post = office.ask(HR, "take_post", **here, person_id="demo-no-assessment", from_on=today + timedelta(days=14), title="主任(兼務)")
    given: dict[str, Any] = {"log": office.log, "member": office.member(MANAGER), "at": clock.now(), "proposal_id": post}
    deciding.send_back(office.engine, **given, words="発令日を確かめてください。")
    office.ask(HR, "take_post", **here, person_id="demo-not-listed", from_on=today + timedelta(days=30), title="係長(兼務)")


def _look_after(office: Office) -> None:
    """Begin the yearly inspection, ask for a listing, and note how ready the house is for its certification."""
    today = legal_day(clock.now())
    here = {"organization_id": office.organization, "on": today}
    office.ask(MANAGER, "begin_inspection", **here, person_id=CUSTODIAN, inspector_id=DEPUTY, occasion="regular")
    asked = {"information_id": "demo-info-1", "person_id": "demo-not-listed", "purpose": "assigned_work", "task": "業務第12号"}
    office.ask(HR, "request_listing", **here, **asked)
    if office.organization == OPERATOR:
        for item, met in (("education", True), ("facilities", True), ("rule_inspection", False)):
            noted = {"operator_id": OPERATOR, "organ_id": ORGAN, "on": today, "item": item, "met": met, "evidence": ["社内規程第3号"]}
            office.ask(MANAGER, "record_readiness", **noted, owner="demo-manager", review_on=today + timedelta(days=60))


STEPS: Sequence[tuple[Any, Callable[[Office], None]]] = (
    (Training, _train),
    (Proposal, _leave_waiting),
    (Line, _keep_documents),
    (ListingRequest, _look_after),
)
"""Each step, behind the model whose rows say that it was done."""
