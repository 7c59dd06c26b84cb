"""A search through sequences of acts for a permit that the Act forbids; the oracle is written from the Act and not from the code."""

import itertools
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest
from psycopg.types.json import set_json_loads
from sqlalchemy import Engine

from service.clearance import operations as clearance
from service.database import transaction
from service.decision.policies_in_force import activate_policies
from service.decision.snapshot import REFRESH, Snapshot
from service.designation import operations as designation
from service.ledger import RowSeals
from service.need_to_know import operations as need_to_know
from service.personnel import operations as personnel
from service.provision import operations as provision
from service.provision.rules import ALL_SAFEGUARDS, CONTRACT_ITEMS, Conditions
from service.statute.periods import day_start, instant_ms
from service.statute.refusals import Conflict, Refusal
from tests.acts import oracle
from tests.acts.oracle import Record, Span
from tests.builders.site import ACTOR, Site, open_site

ORGANS, OPERATORS, PEOPLE, INFORMATIONS = ("meti", "mof"), ("denryoku", "kinzoku"), ("sato", "abe", "mori"), ("d1", "d2")
PLACES = (*ORGANS, *OPERATORS)
BEGIN = date(2026, 6, 1)
FEW, MANY, SEARCHES, LOOKS = 60, 250, 80, 10
"""Steps of a search in the short form and in the long one, searches of the long one (20,000 steps), and questions after each."""


@dataclass
class Machine:
    """A deployment that several people act on, and the plain record of what was accepted."""

    site: Site
    url: str
    dice: random.Random
    today: date = BEGIN
    record: Record = field(default_factory=Record)
    told: list[str] = field(default_factory=list)
    counted: Counter[str] = field(default_factory=Counter)
    snapshot: Snapshot = field(init=False)

    def __post_init__(self) -> None:
        self.snapshot = Snapshot(RowSeals(self.site.log.keyring))
        with transaction(self.site.engine) as session:
            activate_policies(session, log=self.site.log, actor=ACTOR, at=day_start(BEGIN))
        for kind, names in (("organ", ORGANS), ("operator", OPERATORS)):
            for name in names:
                self.done(personnel.register_organization, kind=kind, name=name, organization_id=name)
                self.done(personnel.register_unit, organization_id=name, name="保安", unit_id="hoan")
        for name in PEOPLE:
            self.done(personnel.register_person, legal_name=name, person_id=name)

        self._lawful_world()

    def _lawful_world(self) -> None:
        """Two people who may handle something, so that one act more or less turns an answer: at the designator and at an operator."""
        today, later = self.today, self.today + timedelta(days=1_500)
        for person, place in (("sato", "meti"), ("mori", "denryoku")):
            span = Span({"person": person, "at": place, "unit": "hoan", "post": None}, today, None)
            self.record.posts[self.done(personnel.take_post, person_id=person, organization_id=place, unit_id="hoan", from_on=today)] = span
            self.done(clearance.record_result, person_id=person, head_id="meti", outcome="positive", notified_on=today)
            self.record.results.append({"person": person, "head": "meti", "law": "iesi", "outcome": "positive", "on": today})
        words = {"organ_id": "meti", "on": today, "until": later}
        self.done(designation.designate, information_id="d1", designation_id="first", **words)
        self.record.designations["first"] = Span({"organ": "meti", "information": "d1"}, today, later)
        pair = {"organ": "meti", "operator": "denryoku"}
        key = self.done(provision.certify, organ_id="meti", operator_id="denryoku", on=today)
        self.record.certifications[key] = Span(pair, today)
        terms = provision.Terms(informations=["d1"], from_on=today, last_day=later, settled=tuple(CONTRACT_ITEMS))
        key = self.done(provision.conclude_contract, organ_id="meti", operator_id="denryoku", terms=terms)
        self.record.contracts[key] = Span(pair | {"informations": ["d1"], "return_by": None}, today, later)
        words = {"giver_id": "meti", "receiver_id": "denryoku", "under": "Act 10(1)", "on": today}
        key = self.done(provision.provide, information_id="d1", **words)
        self.record.provisions[key] = Span({"information": "d1", "from": "meti", "to": "denryoku", "under": "Act 10(1)"}, today)
        for person, place in (("sato", "meti"), ("mori", "denryoku")):
            target = need_to_know.Target(person_id=person)
            words = {"information_id": "d1", "organization_id": place, "from_on": today, "last_day": later}
            key = self.done(need_to_know.list_handler, target=target, **words)
            self.record.listings[key] = Span({"information": "d1", "at": place, "actions": None, "person": person}, today, later)

    def done(self, operation: Callable[..., Any], **words: Any) -> Any:
        return self.site.act(operation, day=self.today, **words)

    def day(self, *spread: int) -> date:
        return self.today + timedelta(days=self.dice.choice(spread or (-400, -30, -1, 0, 0, 0, 0, 1, 30)))

    def one(self, choices: Any) -> Any:
        return self.dice.choice(list(choices))

    # One act each: what it asks for, and how the record remembers it.

    def take_post(self) -> None:
        what = {"person": self.one(PEOPLE), "at": self.one(PLACES), "unit": self.one((None, "hoan")), "post": self.one((None, "kacho"))}
        span = Span(what, self.day(-400, -30, 0, 0), self.one((None, self.day(0, 90, 900))))
        key = self.done(
            personnel.take_post,
            person_id=what["person"],
            organization_id=what["at"],
            unit_id=what["unit"],
            post=what["post"],
            from_on=span.from_on,
            last_day=span.last_day,
        )
        self.record.posts[key] = span

    def leave_post(self) -> None:
        key = self.one(self.record.posts)
        last = self.day()
        self.done(personnel.leave_post, post_id=key, last_day=last)
        self.record.posts[key].last_day = last

    def designate(self) -> None:
        organ, information, on = self.one(ORGANS), self.one(INFORMATIONS), self.day(-30, 0, 0)
        until = on + timedelta(days=self.dice.choice((200, 1000, 1800, 1900)))
        key = f"{information}-{organ}-{len(self.told)}"
        self.done(designation.designate, organ_id=organ, on=on, until=until, information_id=information, designation_id=key)
        self.record.designations[key] = Span({"organ": organ, "information": information}, on, until)

    def extend(self) -> None:
        information, organ, on = self.one(INFORMATIONS), self.one(ORGANS), self.day(-1, 0, 0)
        until = on + timedelta(days=self.dice.choice((300, 1700, 2500)))
        done = self.done(designation.extend, information_id=information, organ_id=organ, on=on, until=until)
        assert done
        self.record.extensions.append((self._newest(information, organ, on), on, until))

    def lift(self) -> None:
        information, organ, on = self.one(INFORMATIONS), self.one(ORGANS), self.day(-1, 0, 0)
        self.done(designation.lift, information_id=information, organ_id=organ, on=on)
        self.record.lifted[self._newest(information, organ, on)] = on

    def _newest(self, information: str, organ: str, on: date) -> str:
        keys = [key for key, span in self.record.designations.items() if span.what == {"organ": organ, "information": information}]
        return next(key for key in keys[::-1] if oracle.stands(self.record, key, on))

    def certify(self) -> None:
        what = {"organ": self.one(ORGANS), "operator": self.one(OPERATORS)}
        on = self.day(-30, 0, 0)
        key = self.done(provision.certify, organ_id=what["organ"], operator_id=what["operator"], on=on)
        self.record.certifications[key] = Span(what, on)

    def end_certification(self) -> None:
        key, on = self.one(self.record.certifications), self.day()
        self.done(provision.end_certification, certification_id=key, on=on)
        self.record.certifications[key].last_day = on - timedelta(days=1)

    def conclude_contract(self) -> None:
        what: dict[str, Any] = {"organ": self.one(ORGANS), "operator": self.one(OPERATORS)}
        some = self.dice.sample(INFORMATIONS, self.dice.randint(1, 2))
        begin = self.day(-30, 0, 0)
        last = begin + timedelta(days=self.dice.choice((100, 800)))
        back = self.one((None, last + timedelta(days=30)))
        units = self.one((None, None, ["hoan"]))
        terms = provision.Terms(informations=some, from_on=begin, last_day=last, return_by=back, units=units, settled=tuple(CONTRACT_ITEMS))
        key = self.done(provision.conclude_contract, organ_id=what["organ"], operator_id=what["operator"], terms=terms)
        self.record.contracts[key] = Span(what | {"informations": some, "return_by": back}, begin, last)

    def end_contract(self) -> None:
        key, last = self.one(self.record.contracts), self.day()
        self.done(provision.end_contract, contract_id=key, last_day=last)
        self.record.contracts[key].last_day = last

    def provide(self) -> None:
        what = {"information": self.one(INFORMATIONS), "from": self.one(ORGANS), "to": self.one(PLACES)}
        what["under"] = self.one(("Act 6(1)", "Act 10(1)", "Act 8", "Act 9(1)(i)"))
        on = self.day(-1, 0, 0)
        conditions = Conditions(
            consulted_on=self.one((None, on)),
            consented_by=self.dice.sample(ORGANS, self.dice.randint(0, 2)),
            equivalence=self.dice.random() < 0.5,
            safeguards=ALL_SAFEGUARDS if self.dice.random() < 0.5 else (),
        )
        words = {"giver_id": what["from"], "receiver_id": what["to"], "under": what["under"]}
        key = self.done(provision.provide, information_id=what["information"], on=on, conditions=conditions, **words)
        self.record.provisions[key] = Span(what, on)

    def record_return(self) -> None:
        key, on = self.one(self.record.provisions), self.day(0, 30)
        self.done(provision.record_return, provision_id=key, on=on)
        self.record.provisions[key].last_day = on - timedelta(days=1)

    def record_result(self) -> None:
        what = {"person": self.one(PEOPLE), "head": self.one(ORGANS), "law": self.one(("iesi", "iesi", "sds"))}
        what["outcome"], on = self.one(("positive", "positive", "positive", "negative", "refused", "withdrawn")), self.day(-3000, -30, 0, 0)
        words = {"person_id": what["person"], "head_id": what["head"], "law": what["law"], "outcome": what["outcome"]}
        self.done(clearance.record_result, notified_on=on, **words)
        self.record.results.append(what | {"on": on})

    def record_doubt_notice(self) -> None:
        what = {"person": self.one(PEOPLE), "head": self.one(ORGANS), "law": self.one(("iesi", "sds"))}
        on = self.day()
        words = {"person_id": what["person"], "head_id": what["head"], "law": what["law"]}
        self.done(clearance.record_doubt_notice, notified_on=on, **words)
        self.record.doubts.append(what | {"on": on})

    def record_office(self) -> None:
        span = Span({"person": self.one(PEOPLE)}, self.day(-30, 0), self.day(10, 60))
        words = {"office": "minister_of_state", "from_on": span.from_on, "last_day": span.last_day}
        self.done(clearance.record_office, person_id=span.what["person"], **words)
        self.record.offices.append(span)

    def _line(self) -> tuple[dict[str, Any], need_to_know.Target]:
        what = {
            "information": self.one(INFORMATIONS),
            "at": self.one(PLACES),
            "actions": self.one((None, None, ["read"], ["make", "return"])),
        }
        named = self.one(({"person": self.one(PEOPLE)}, {"person": self.one(PEOPLE)}, {"unit": "hoan"}, {"post": "kacho"}))
        target = need_to_know.Target(person_id=named.get("person"), unit_id=named.get("unit"), post=named.get("post"))
        return what | named, target

    def list_handler(self) -> None:
        what, target = self._line()
        span = Span(what, self.day(-30, -1, 0, 0), None)
        span.last_day = self.one((None, span.from_on + timedelta(days=300)))  # type: ignore[operator]  # given above
        words = {"information_id": what["information"], "organization_id": what["at"], "actions": what["actions"]}
        key = self.done(need_to_know.list_handler, target=target, from_on=span.from_on, last_day=span.last_day, **words)
        self.record.listings[key] = span

    def remove_handler(self) -> None:
        what, target = self._line()
        on = self.day(-30, 0, 0)
        words = {"information_id": what["information"], "organization_id": what["at"]}
        for key in self.done(need_to_know.remove_handler, target=target, on=on, **words):
            self.record.listings[key].last_day = on - timedelta(days=1)

    # One step, and what must hold after it.

    def step(self) -> None:
        if self.dice.random() < 0.1:
            self.today += timedelta(days=self.dice.choice((1, 1, 30, 200, 800)))
            self.told.append(f"-- {self.today}")
        name = self.dice.choices(list(STEPS), list(STEPS.values()))[0]
        try:
            getattr(self, name)()
        except (Refusal, Conflict, ValueError, IndexError) as no:
            self.counted["refused"] += 1
            self.told.append(f"{name} -> {no}")
            return
        self.counted[name] += 1
        self.told.append(f"{name} accepted")

    def look(self) -> None:
        """Hold some answers of now against the oracle."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("set time zone 'UTC'")
            set_json_loads(msgspec.json.decode, connection)
            self.snapshot.take(connection.execute(REFRESH, {"since": self.snapshot.since}).fetchall())
        at = instant_ms(day_start(self.today)) + self.dice.randrange(86_400_000)
        known = [one for one in INFORMATIONS if one in self.snapshot.world.by["designations by information"]]
        asked = list(itertools.product(PEOPLE, known, PLACES, ("handle", "return")))
        for one in self.dice.sample(asked, min(len(asked), LOOKS)):
            self._judge(*one, at)
        # Those who may handle something at the beginning are asked about each time.
        self._judge("sato", "d1", "meti", "handle", at)
        self._judge("mori", "d1", "denryoku", "handle", at)

    def _judge(self, person: str, information: str, place: str, action: str, at: int) -> None:
        answer = self.snapshot.decider.decide(
            person=person, kind="information", resource=information, action=action, organization=place, now_ms=at
        ).answer
        self.counted[answer.decision] += 1
        if answer.decision == "permit":
            asked = f"{person} {information} {place} {action} {self.today}"
            assert oracle.allowed(self.record, person, information, place, action, self.today), [
                asked,
                answer,
                self.record,
                *self.told[-40:],
            ]


STEPS = {
    "take_post": 5,
    "leave_post": 2,
    "designate": 3,
    "extend": 2,
    "lift": 1,
    "certify": 3,
    "end_certification": 1,
    "conclude_contract": 4,
    "end_contract": 1,
    "provide": 8,
    "record_return": 1,
    "record_result": 7,
    "record_doubt_notice": 1,
    "record_office": 1,
    "list_handler": 14,
    "remove_handler": 2,
}
"""The acts, and how often each is tried."""


def search(engine: Engine, url: str, folder: Path, *, seed: int, steps: int) -> Machine:
    machine = Machine(open_site(engine, folder / "keys", "organ"), url, random.Random(seed))
    machine.look()
    for _ in range(steps):
        machine.step()
        machine.look()
    return machine


def test_a_few_steps_find_no_permit_that_the_act_forbids(engine: Engine, database_url: str, tmp_path: Path) -> None:
    search(engine, database_url, tmp_path, seed=7, steps=FEW)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(SEARCHES))
def test_no_sequence_of_acts_leads_to_a_permit_that_the_act_forbids(engine: Engine, database_url: str, tmp_path: Path, seed: int) -> None:
    machine = search(engine, database_url, tmp_path, seed=seed, steps=MANY)
    # A search that permits nobody would find nothing.
    assert machine.counted["permit"] >= 10, machine.counted


def test_the_search_would_find_a_permit_that_the_act_forbids(
    engine: Engine, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With an oracle for which nobody is cleared, the first permit is one too many."""
    monkeypatch.setattr(oracle, "cleared", lambda *_words: False)
    with pytest.raises(AssertionError, match="permit"):
        search(engine, database_url, tmp_path, seed=7, steps=MANY)
