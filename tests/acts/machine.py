"""A deployment at either seat that several people act on at random, and the plain record of what was accepted."""

import itertools
import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import msgspec
import psycopg
from psycopg.types.json import set_json_loads

from service.clearance import operations as clearance
from service.database import transaction
from service.decision.policies_in_force import activate_policies
from service.decision.snapshot import REFRESH, Snapshot
from service.designation import operations as designation
from service.ledger import RowSeals, Seat
from service.need_to_know import operations as need_to_know
from service.personnel import operations as personnel
from service.personnel.corrections import Grounds
from service.provision import operations as provision
from service.provision.rules import ALL_SAFEGUARDS, CONTRACT_ITEMS, Conditions
from service.statute.periods import day_start, instant_ms
from service.statute.refusals import Conflict, Refusal
from tests.acts import oracle
from tests.acts.oracle import Record, Span
from tests.builders.site import ACTOR, Site, notice

ORGANS, OPERATORS, PEOPLE, INFORMATIONS = ("meti", "mof"), ("denryoku", "kinzoku"), ("sato", "abe", "mori"), ("d1", "d2")
PLACES = (*ORGANS, *OPERATORS)
BEGIN = date(2026, 6, 1)
LOOKS = 2
"""Questions after an act that was accepted, beside the two that are asked each time."""
FOUND_OUT = Grounds("source_corrected", "訂正1号")


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
    seat: Seat = "organ"
    snapshot: Snapshot = field(init=False)
    ids: dict[str, str] = field(default_factory=dict)
    """By the id under which a fact was first recorded the one that counts now."""
    cases: dict[tuple[str, str], list[dict[str, Any]]] = field(default_factory=dict)
    """The steps of assessments that were accepted."""

    def __post_init__(self) -> None:
        self.snapshot = Snapshot(RowSeals(self.site.log.keyring))
        with transaction(self.site.engine) as session:
            activate_policies(session, log=self.site.log, actor=ACTOR, at=day_start(BEGIN))
        for kind, names in (("organ", ORGANS), ("operator", OPERATORS)):
            for name in names:
                self.done(personnel.register_organization, kind=kind, name=name, organization_id=name)
                self.done(personnel.register_unit, organization_id=name, name="保安", unit_id="hoan")
        for name in (*PEOPLE, "officer"):
            self.done(personnel.register_person, legal_name=name, person_id=name)
        self._lawful_world()
        # Who may list somebody alone in an emergency: in an office that needs no assessment, and named by two.
        for place in ("meti", "denryoku"):
            self.done(personnel.take_post, person_id="officer", organization_id=place)
            words = {"organization_id": place, "person_id": "officer", "from_on": BEGIN, "last_day": BEGIN + timedelta(days=20_000)}
            if place == "meti":
                self.done(clearance.record_office, person_id="officer", office="minister_of_state")
            self.done(need_to_know.name_acting_manager, **words)

    def _lawful_world(self) -> None:
        """Two people who may handle something, so that one act more or less turns an answer: at the designator and at an operator."""
        today, later = self.today, self.today + timedelta(days=1_500)
        for person, place in (("sato", "meti"), ("mori", "denryoku")):
            span = Span({"person": person, "at": place, "unit": "hoan", "post": None}, today, None)
            self.record.posts[self.done(personnel.take_post, person_id=person, organization_id=place, unit_id="hoan", from_on=today)] = span
            key = self.done(
                clearance.record_result, person_id=person, head_id="meti", outcome="positive", notified_on=today, **self.letter(today)
            )
            self.record.results[key] = {"person": person, "head": "meti", "law": "iesi", "outcome": "positive", "on": today, "own": False}
        words = {"organ_id": "meti", "on": today, "until": later}
        self.done(self.by("designate", "record_designation"), information_id="d1", designation_id="first", **words | self.letter(today))
        self.record.designations["first"] = Span({"organ": "meti", "information": "d1"}, today, later)
        pair = {"organ": "meti", "operator": "denryoku"}
        key = self.done(self.by("certify", "record_certification"), organ_id="meti", operator_id="denryoku", on=today, **self.letter(today))
        self.record.certifications[key] = Span(pair, today)
        terms = provision.Terms(informations=["d1"], from_on=today, last_day=later, settled=tuple(CONTRACT_ITEMS))
        key = self.done(self.by("conclude_contract", "record_contract"), organ_id="meti", operator_id="denryoku", terms=terms)
        self.record.contracts[key] = Span(pair | {"informations": ["d1"], "return_by": None}, today, later)
        words = {"giver_id": "meti", "receiver_id": "denryoku", "under": "Act 10(1)", "on": today}
        key = self.done(self.by("provide", "record_provision"), information_id="d1", **words | self.letter(today))
        self.record.provisions[key] = Span({"information": "d1", "from": "meti", "to": "denryoku", "under": "Act 10(1)"}, today)
        for person, place in (("sato", "meti"), ("mori", "denryoku")):
            target = need_to_know.Target(person_id=person)
            words = {"information_id": "d1", "organization_id": place, "from_on": today, "last_day": later}
            key = self.done(need_to_know.list_handler, target=target, **words)
            self.record.listings[key] = Span({"information": "d1", "at": place, "actions": None, "person": person}, today, later)

    def done(self, operation: Callable[..., Any], **words: Any) -> Any:
        return self.site.act(operation, day=self.today, **words)

    def by(self, organ: str, operator: str) -> Any:
        """Return the operation of this seat: of the designations or of the provisions."""
        name = organ if self.seat == "organ" else operator
        return getattr(designation if hasattr(designation, name) else provision, name)

    def letter(self, on: date, arrived_on: date | None = None) -> dict[str, Any]:
        """Return the organ's letter that an operator records by; an organ has none."""
        return {} if self.seat == "organ" else {"notice": notice(on, arrived_on)}

    def now_id(self, key: str) -> str:
        """Return the id under which a fact counts now."""
        return self.ids.get(key, key)

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
        self.done(personnel.leave_post, post_id=self.now_id(key), last_day=last)
        self.record.posts[key].last_day = last

    def designate(self) -> None:
        organ, information, on = self.one(ORGANS), self.one(INFORMATIONS), self.day(-30, 0, 0)
        until = on + timedelta(days=self.dice.choice((200, 1000, 1800, 1900)))
        key = f"{information}-{organ}-{len(self.told)}"
        words = {"organ_id": organ, "on": on, "until": until, "information_id": information}
        self.done(self.by("designate", "record_designation"), designation_id=key, **words | self.letter(on))
        self.record.designations[key] = Span({"organ": organ, "information": information}, on, until)

    def extend(self) -> None:
        information, organ, on = self.one(INFORMATIONS), self.one(ORGANS), self.day(-1, 0, 0)
        until = on + timedelta(days=self.dice.choice((300, 1700, 2500)))
        words = {"information_id": information, "organ_id": organ, "on": on, "until": until}
        key = self.done(self.by("extend", "record_extension"), **words | self.letter(on))
        self.record.extensions[key] = (self._newest(information, organ, on), on, until)

    def lift(self) -> None:
        information, organ, on = self.one(INFORMATIONS), self.one(ORGANS), self.day(-1, 0, 0)
        words = {"information_id": information, "organ_id": organ, "on": on}
        self.done(self.by("lift", "record_lifting"), **words | self.letter(on))
        self.record.lifted[self._newest(information, organ, on)] = on

    def _newest(self, information: str, organ: str, on: date) -> str:
        keys = [key for key, span in self.record.designations.items() if span.what == {"organ": organ, "information": information}]
        return next(key for key in keys[::-1] if oracle.stands(self.record, key, on))

    def certify(self) -> None:
        what = {"organ": self.one(ORGANS), "operator": self.one(OPERATORS)}
        on = self.day(-30, 0, 0)
        key = self.done(
            self.by("certify", "record_certification"), organ_id=what["organ"], operator_id=what["operator"], on=on, **self.letter(on)
        )
        self.record.certifications[key] = Span(what, on)

    def end_certification(self) -> None:
        key, on = self.one(self.record.certifications), self.day()
        self.done(provision.end_certification, certification_id=self.now_id(key), on=on)
        self.record.certifications[key].last_day = on - timedelta(days=1)

    def conclude_contract(self) -> None:
        what: dict[str, Any] = {"organ": self.one(ORGANS), "operator": self.one(OPERATORS)}
        some = self.dice.sample(INFORMATIONS, self.dice.randint(1, 2))
        begin = self.day(-30, 0, 0)
        last = begin + timedelta(days=self.dice.choice((100, 800)))
        back = self.one((None, last + timedelta(days=30)))
        units = self.one((None, None, ["hoan"]))
        terms = provision.Terms(informations=some, from_on=begin, last_day=last, return_by=back, units=units, settled=tuple(CONTRACT_ITEMS))
        key = self.done(self.by("conclude_contract", "record_contract"), organ_id=what["organ"], operator_id=what["operator"], terms=terms)
        self.record.contracts[key] = Span(what | {"informations": some, "return_by": back}, begin, last)

    def end_contract(self) -> None:
        key, last = self.one(self.record.contracts), self.day()
        self.done(provision.end_contract, contract_id=self.now_id(key), last_day=last)
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
        give = self.by("provide", "record_provision")
        key = self.done(give, information_id=what["information"], on=on, conditions=conditions, **words | self.letter(on))
        self.record.provisions[key] = Span(what, on)

    def record_return(self) -> None:
        key, on = self.one(self.record.provisions), self.day(0, 30)
        self.done(provision.record_return, provision_id=self.now_id(key), on=on)
        self.record.provisions[key].last_day = on - timedelta(days=1)

    def record_result(self) -> None:
        what = {"person": self.one(PEOPLE), "head": self.one(ORGANS), "law": self.one(("iesi", "iesi", "sds"))}
        what["outcome"], on = self.one(("positive", "positive", "positive", "negative", "refused", "withdrawn")), self.day(-3000, -30, 0, 0)
        if self.seat == "operator" and what["outcome"] in {"refused", "withdrawn"}:
            what["outcome"] = "not_carried_out"
        what["own"] = self.dice.random() < 0.2
        words = {"person_id": what["person"], "head_id": what["head"], "law": what["law"], "outcome": what["outcome"]}
        words["investigated_by"] = "organ" if what["own"] else "prime_minister"
        letter = self.letter(on - timedelta(days=2), on) if self.dice.random() < 0.5 else self.letter(on)
        told = None if letter and self.dice.random() < 0.5 else on
        what["on"] = told or letter["notice"].letter_on
        first = self.one([None, None, *(key for key, one in self.record.results.items() if one["person"] == what["person"])])
        original = self.one((None, None, None, what["on"] - timedelta(days=900)))
        if first is not None or original is not None:
            words["reuse"] = clearance.Reuse(original_on=original, result_id=None if first is None else self.now_id(first))
        key = self.done(clearance.record_result, notified_on=told, **words, **letter)
        self.record.results[key] = what | {"first": first, "original": original, "provisional": told is None}

    def record_notice_day(self) -> None:
        key = self.one(key for key, one in self.record.results.items() if one.get("provisional"))
        on = self.day(-30, -1, 0, 0)
        made = self.done(clearance.record_notice_day, result_id=self.now_id(key), notified_on=on, widening=True)
        self.record.results[key] |= {"on": on, "provisional": False}
        self.ids[key] = made

    def record_doubt_notice(self) -> None:
        what = {"person": self.one(PEOPLE), "head": self.one(ORGANS), "law": self.one(("iesi", "sds"))}
        on = self.day()
        words = {"person_id": what["person"], "head_id": what["head"], "law": what["law"]}
        key = self.done(clearance.record_doubt_notice, notified_on=on, **words, **self.letter(on))
        self.record.doubts[key] = what | {"on": on}

    def record_office(self) -> None:
        span = Span({"person": self.one(PEOPLE)}, self.day(-30, 0), self.day(10, 60))
        words = {"office": "minister_of_state", "from_on": span.from_on, "last_day": span.last_day}
        key = self.done(clearance.record_office, person_id=span.what["person"], **words)
        self.record.offices[key] = span

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
            self._off(key, on)

    def _off(self, row_id: str, on: date) -> None:
        """Remember that a line was taken off from a day on: by then it counts for nothing, whatever list is read."""
        key = next((key for key, now in self.ids.items() if now == row_id), row_id)
        span = self.record.listings[key]
        span.last_day = on - timedelta(days=1) if span.last_day is None else min(span.last_day, on - timedelta(days=1))
        span.what["removed"] = on

    # One step, and what must hold after it.

    def step(self, acts: Mapping[str, int]) -> bool:
        """Try one act and say whether anything may be another than before."""
        moved = self.dice.random() < 0.1
        if moved:
            self.today += timedelta(days=self.dice.choice((1, 1, 30, 200, 800)))
            self.told.append(f"-- {self.today}")
        name = self.dice.choices(list(acts), list(acts.values()))[0]
        try:
            getattr(self, name)()
        except (Refusal, Conflict, ValueError, IndexError) as no:
            self.counted["refused"] += 1
            self.told.append(f"{name} -> {no}")
            return moved
        self.counted[name] += 1
        self.told.append(f"{name} accepted")
        return True

    def refresh(self) -> None:
        """Take what was written since, as a serving process does."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("set time zone 'UTC'")
            set_json_loads(msgspec.json.decode, connection)
            self.snapshot.take(connection.execute(REFRESH, {"since": self.snapshot.since}).fetchall())

    def answer(self, person: str, information: str, place: str, action: str, at: int) -> Any:
        """The answer of now, of an instant."""
        return self.snapshot.decider.decide(
            person=person, kind="information", resource=information, action=action, organization=place, now_ms=at
        ).answer

    def look(self) -> None:
        """Hold some answers of now against the oracle."""
        self.refresh()
        at = instant_ms(day_start(self.today)) + self.dice.randrange(86_400_000)
        known = [one for one in INFORMATIONS if one in self.snapshot.world.by["designations by information"]]
        asked = list(itertools.product(PEOPLE, known, PLACES, ("handle", "return")))
        for one in self.dice.sample(asked, min(len(asked), LOOKS)):
            self._judge(*one, at)
        # Those who may handle something at the beginning are asked about each time.
        self._judge("sato", "d1", "meti", "handle", at)
        self._judge("mori", "d1", "denryoku", "handle", at)

    def _judge(self, person: str, information: str, place: str, action: str, at: int) -> None:
        answer = self.answer(person, information, place, action, at)
        self.counted[answer.decision] += 1
        if answer.decision == "permit":
            asked = f"{person} {information} {place} {action} {self.today}"
            assert oracle.allowed(self.record, person, information, place, action, self.today), [
                asked,
                answer,
                self.record,
                *self.told[-40:],
            ]
