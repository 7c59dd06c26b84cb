"""A town in which one widening act would give somebody a permit, and one person who tries everything alone."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import msgspec
import psycopg
from psycopg.types.json import set_json_loads
from sqlalchemy import select, text

from service.acts import asking
from service.acts.asking import Asked, Done, UnfitError, Waiting, known_act
from service.acts.concerning import OutsideError
from service.acts.entitled import NotAllowedError, StepUpError
from service.acts.table import ACTS, NEW
from service.acts.words import words_of
from service.clearance.model import DoubtNotice, Office, Result
from service.clearance.operations import record_result
from service.database import read, transaction
from service.decision.snapshot import REFRESH, Snapshot
from service.designation.model import Closing, Designation, Extension
from service.designation.operations import record_designation, register_document
from service.designation.operations.notice import Notice
from service.identity import enrolling
from service.identity.account_model import Account, Grant
from service.identity.roles import ROLES
from service.ledger import RowSeals
from service.need_to_know.model import ActingManager, Exclusion, Listing, ListingRequest
from service.need_to_know.operations import Target, list_handler, name_acting_manager, request_listing
from service.personnel.model import Post
from service.personnel.operations import grant_alias, register_organization, register_person, register_unit, take_post
from service.provision.model import Certification, Contract, Provision
from service.provision.operations import Terms, record_certification, record_contract, record_provision
from service.provision.rules import CONTRACT_ITEMS
from service.registers.people_model import Training
from service.statute.periods import instant_ms, legal_day
from service.statute.refusals import Conflict, Refusal
from tests.builders.members import Town
from tests.builders.site import ACTOR

MISSING = ("nothing", "listing", "result", "post", "provision", "contract", "certification")
REFUSED = (Refusal, Conflict, OutsideError, NotAllowedError, StepUpError, UnfitError, ValueError)


RECORDED: Mapping[str, Any] = {
    "post_id": Post,
    "result_id": Result,
    "doubt_notice_id": DoubtNotice,
    "office_id": Office,
    "designation_id": Designation,
    "extension_id": Extension,
    "closing_id": Closing,
    "certification_id": Certification,
    "contract_id": Contract,
    "provision_id": Provision,
    "listing_id": Listing,
    "request_id": ListingRequest,
    "acting_id": ActingManager,
    "exclusion_id": Exclusion,
    "training_id": Training,
    "grant_id": Grant,
}
"""Words that name a row that is there, and of which table."""
CHOICES: Mapping[str, Sequence[Any]] = {
    "target_kind": ["person", "information"],
    "information_id": ["d1"],
    "informations": [["d1"]],
    "carries": [["d1"]],
    "document_id": ["doc1"],
    "finding": ["left_out", "met"],
    "requirement": ["not_public"],
    "improper": ["not_lifted"],
    "unit_id": ["hoan"],
    "units": [["hoan"], []],
    "alias_id": ["a1"],
    "widening": ["true"],
    "code": ["arrest", "address_changed", "resigned", "transferred"],
    "removal": ["at_once", "review"],
    "reported_by": ["superior", "personnel_office"],
    "reused": ["true", "false"],
    "role": list(ROLES),
    "outcome": ["positive", "negative", "not_carried_out"],
    "law": ["iesi", "sds"],
    "office": ["nra_member", "head_of_organ"],
    "kind": ["operator", "organ", "document"],
    "under": ["Act 10(1)", "Act 10(5)", "Act 9(1)(iii)", "Act 9(1)"],
    "safeguards": [["no_grave_harm"], ["status_shown"]],
    "settled": [["facilities"], []],
    "item": ["facilities", "education"],
    "about": ["validity", "lifted"],
    "matter": ["officer", "place"],
    "how": ["returned", "destroyed"],
    "days": [0, 30],
    "post": ["部長"],
    "years": [1, 5],
    "seconds": [["information_manager"], ["hr_officer"], ["approver"], ["information_manager", "hr_officer"]],
    "verb": list(ACTS),
    "profile": ["small", "standard"],
    "footing": ["own", "absence"],
    "key_id": ["worker", "key_1"],
    "namespace": ["employee", "dms"],
    "actions": [["read"], ["read", "make"]],
    "purpose": ["custody", "curiosity"],
    "purpose_code": ["custody", "research"],
    "setting": ["emergency_hours", "listing_months", "confirm_lapse_days"],
    "amount": [1, 100, 168],
    "ground": ["night", "disaster"],
    "reason": ["not_needed", "not_possible"],
    "task": ["業-1"],
    "reference": ["保-1"],
    "why": ["mistyped", "wrong_record"],
    "sheet": ["clearances"],
    "acts": [1],
    "without": [["until_on"], ["from_on"], ["units"], ["returned_on"], ["ended_on"]],
    "sign_in_name": [f"n{number}" for number in range(10)],
} | {flag: ["true"] for flag in ("equivalence", "already_public", "also_sds", "trial", "met", "never_was")}
"""What else is said, by the word."""


@dataclass
class Lone:
    """One person, alone, in a town; `missing` is the one thing that keeps the worker from a permit."""

    town: Town
    url: str
    villain: str
    missing: str
    acting: bool = False
    """Whether two people named them as acting manager before: then, and only then, one exception stands open."""
    snapshot: Snapshot = field(init=False)
    ids: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.snapshot = Snapshot(RowSeals(self.town.log.keyring))
        self._lawful_world()

    def _given(self, operation: Any, **words: Any) -> Any:
        with transaction(self.town.engine) as session:
            return operation(session, log=self.town.log, actor=ACTOR, at=self.town.now(), **words)

    def _lawful_world(self) -> None:
        """Everything that a permit takes, but for what is missing."""
        town = self.town
        here = town.organization
        today = legal_day(town.now())
        past, future = today - timedelta(days=100), today + timedelta(days=900)
        letter = Notice("経保第1号", past, past)
        organ = self._given(register_organization, kind="organ", name="架空経済省", organization_id="keizai")
        other = self._given(register_organization, kind="operator", name="架空他社", organization_id="tasha")
        self._given(register_unit, organization_id=here, name="保安", unit_id="hoan")
        self._given(register_person, legal_name="働く人", person_id="worker")
        town.people["worker"] = "worker"
        for person in ("worker", town.people[self.villain]):
            if self.missing != "post" or person != "worker":
                self._given(take_post, person_id=person, organization_id=here, unit_id="hoan", from_on=past)
        self._given(record_designation, organ_id=organ, on=past, until=future, notice=letter, information_id="d1", designation_id="des1")
        if self.missing != "certification":
            self._given(record_certification, operator_id=here, organ_id=organ, on=past, notice=letter, certification_id="cert1")
        terms = Terms(informations=["d1"], from_on=past, last_day=future, settled=tuple(CONTRACT_ITEMS))
        if self.missing not in {"contract", "certification"}:
            self._given(record_contract, operator_id=here, organ_id=organ, terms=terms, contract_id="c1")
        for person in ("worker", town.people[self.villain]):
            if self.missing != "result":
                self._given(record_result, person_id=person, head_id=organ, outcome="positive", notified_on=past, notice=letter)
        if self.missing not in {"provision", "contract", "certification"}:
            words = {"information_id": "d1", "giver_id": organ, "receiver_id": here, "under": "Act 10(1)", "on": past, "notice": letter}
            self._given(record_provision, **words, provision_id="p1")
        if self.missing in {"nothing", "post"}:
            for person in {"worker", town.people[self.villain]} - ({"worker"} if self.missing == "post" else set()):
                self._given(list_handler, information_id="d1", organization_id=here, target=Target(person_id=person), from_on=today)
        self._given(register_document, carries=["d1"], document_id="doc1")
        if self.acting:
            words = {"organization_id": here, "person_id": town.people[self.villain], "from_on": past, "last_day": future}
            self._given(name_acting_manager, **words)
        if self.missing not in {"post", "provision", "contract", "certification"}:
            words = {"information_id": "d1", "organization_id": here, "person_id": "worker", "purpose": "custody"}
            self._given(request_listing, **words, on=today)
        self._given(grant_alias, namespace="employee", value="1", target_kind="person", target_id="worker", alias_id="a1")
        self.ids = {"organizations": [here, organ, other], "people": list(town.people.values()), "informations": ["d1"]}

    # What must never change by one person's doing.

    def permits(self) -> set[tuple[str, str]]:
        """Whom any organization may let handle the information, as a serving process would decide now."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("set time zone 'UTC'")
            set_json_loads(msgspec.json.decode, connection)
            self.snapshot.take(connection.execute(REFRESH, {"since": self.snapshot.since}).fetchall())
        now = instant_ms(self.town.now())
        world = self.snapshot.world
        return {
            (person, action)
            for person in world.rows["personnel.people"]
            for action in ("read", "make", "return")
            for organization in (None, *self.ids["organizations"])
            if self.snapshot.decider.decide(
                person=person, kind="information", resource="d1", action=action, organization=organization, now_ms=now
            ).answer.api
        }

    def excepted(self) -> set[str]:
        """Whom this person may have let in alone: somebody else, cleared, by a line of hours under their own naming.

        Read from the rows themselves, apart from the product's rules: the result, the naming, the instants.
        """
        now, on = self.town.now(), legal_day(self.town.now())
        with read(self.town.engine) as session:
            namings = session.scalars(select(ActingManager).where(ActingManager.person_id == self.town.people[self.villain]))
            live = {row.id for row in namings if row.from_on <= on < row.until_on}
            cleared = set(session.scalars(select(Result.person_id).where(Result.outcome == "positive")))
            lines = session.scalars(select(Listing).where(Listing.acting_id.in_(live), Listing.until_at > now)).all()
            assert all(line.until_at is not None and line.until_at - line.recorded_at <= timedelta(hours=72) for line in lines)
            return {str(line.person_id) for line in lines if line.person_id in cleared} - {self.town.people[self.villain]}

    def authority(self) -> tuple[set[str], set[str], set[str]]:
        """The live roles, accounts and credentials there are."""
        with read(self.town.engine) as session:
            grants = set(session.scalars(select(Grant.id).where(Grant.ended_at.is_(None))))
            accounts = set(session.scalars(select(Account.id).where(Account.ended_at.is_(None))))
            rows = session.execute(text("select id from identity.credentials where ended_at is null"))
            return grants, accounts, {row.id for row in rows}

    # What one person can try.

    def step(self, dice: random.Random) -> str:
        """Try one thing, whatever comes of it; return what it was. Raises AssertionError where a removal had to wait."""
        if self.town.accounts[self.villain] not in self.authority()[1]:
            return "has ended their own account"
        kind = dice.choices(("act", "file", "approve", "half", "enrol", "again"), (70, 8, 12, 5, 3, 2))[0]
        return str(getattr(self, f"_{kind}")(dice))

    def _asked(self, dice: random.Random) -> Asked:
        held = self.town.member(self.villain).role_names
        own = [verb for verb, known in ACTS.items() if held & set(known.roles) and known.seat in (None, self.town.log.seat)]
        verb = dice.choice(own) if own and dice.random() < 0.9 else dice.choice(list(ACTS))
        return Asked(verb, dict(self._words(verb, dice)))

    def _words(self, verb: str, dice: random.Random) -> Iterator[tuple[str, Any]]:
        for name, word in words_of(ACTS[verb].operation()).items():
            if (verb, name) not in NEW and (word.needed or dice.random() < 0.4):
                yield name, self._value(name, dice)

    def _value(self, name: str, dice: random.Random) -> Any:
        return dice.choice(self._choices(name))

    def _choices(self, name: str) -> Sequence[Any]:
        if name in RECORDED or name == "listings":
            with read(self.town.engine) as session:
                ids = session.scalars(select(RECORDED.get(name, Listing).id)).all()
            return [[one] for one in ids or ["x"]] if name == "listings" else ids or ["x"]
        if name in CHOICES:
            return CHOICES[name]
        if name.endswith("_id"):
            people, accounts = self.ids["people"], list(self.town.accounts.values())
            return {"person_id": people, "target_id": [*people, "d1"], "account_id": accounts}.get(name, self.ids["organizations"])
        if name.endswith(("_on", "_day", "_by")) or name in {"on", "until"}:
            return [(legal_day(self.town.now()) + timedelta(days=by)).isoformat() for by in (-200, -50, -1, 0, 0, 1, 400)]
        return ["架空", "1"]

    def _act(self, dice: random.Random) -> str:
        return self._tried([self._asked(dice)])

    def _tried(self, acts: list[Asked], **words: Any) -> str:
        told = "; ".join(f"{one.verb} {dict(one.words)}" for one in acts)
        try:
            done = asking.ask(
                self.town.engine, log=self.town.log, member=self.town.member(self.villain), at=self.town.now(), acts=acts, **words
            )
        except REFUSED as refused:
            return f"{told} -> {type(refused).__name__}"
        if isinstance(done, Waiting):
            assert any(known_act(one.verb, log=self.town.log).seconds for one in acts), f"a removal waits: {told}"
        else:
            assert isinstance(done, Done)
        return f"{told} -> {type(done).__name__}"

    def _file(self, dice: random.Random) -> str:
        return self._tried([self._asked(dice) for _ in range(dice.randint(2, 3))])

    def _approve(self, dice: random.Random) -> str:
        with read(self.town.engine) as session:
            waiting = [row.id for row in session.execute(text("select id from proposals.proposals"))]
        if not waiting:
            return "nothing waits"
        chosen = dice.choice(waiting)
        try:
            self.town.approve(self.villain, chosen)
        except REFUSED as refused:
            return f"approve -> {type(refused).__name__}"
        return "approved"

    def _half(self, dice: random.Random) -> str:
        account = dice.choice(list(self.town.accounts.values()))
        try:
            with transaction(self.town.engine) as session:
                member = self.town.member(self.villain)
                half = enrolling.give_half(session, log=self.town.log, member=member, at=self.town.now(), account_id=account)
        except REFUSED as refused:
            return f"half -> {type(refused).__name__}"
        self.ids.setdefault("halves", []).append(half)
        self.ids.setdefault("opened", []).append(account)
        return "half given"

    def _enrol(self, dice: random.Random) -> str:
        halves = self.ids.get("halves", ["AAAA-BBBB-CCCC"])
        with transaction(self.town.engine) as session:
            names = list(session.scalars(select(Account.sign_in_name)))
        name, both = dice.choice(names), (dice.choice(halves), dice.choice(halves))
        with transaction(self.town.engine) as session:
            found = enrolling.check_halves(session, at=self.town.now(), name=name, halves=both)
        assert found is None, f"one person holds both halves of {name}"
        return "enrolment refused"

    def _again(self, dice: random.Random) -> str:
        with read(self.town.engine) as session:
            waiting = [row.id for row in session.execute(text("select id from proposals.proposals"))]
        return self._tried([self._asked(dice)], again=dice.choice(waiting)) if waiting else "nothing waits"
