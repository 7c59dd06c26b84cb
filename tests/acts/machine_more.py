"""The further acts of the machine: corrections, exclusions, emergencies, and at the organ's seat the steps of assessments."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from service.assessment import operations as assessment
from service.clearance import correcting as clearance
from service.clearance.queries import doubt_notices_of, results_of
from service.database import read
from service.designation import correcting as designation
from service.designation import operations as designating
from service.need_to_know import correcting as lists
from service.need_to_know import operations as need_to_know
from service.need_to_know.operations.lines import Cause
from service.personnel import correcting as personnel
from service.provision import correcting as provision
from service.registers.duties import operations as duties
from service.statute.periods import day_start, instant_ms
from tests.acts import oracle
from tests.acts.machine import FOUND_OUT, INFORMATIONS, ORGANS, PEOPLE, PLACES, Machine
from tests.acts.oracle import Span

NEXT: dict[str | None, tuple[str, ...]] = {
    None: ("give_notice", "give_notice", "record_consent"),
    "give_notice": ("record_consent", "record_consent", "record_consent", "record_refusal"),
    "record_consent": ("request_investigation", "record_own_investigation", "reuse_investigation", "give_notice"),
    "request_investigation": ("receive_opinion",),
    "reuse_investigation": ("receive_opinion",),
    "receive_opinion": ("decide",),
    "record_own_investigation": ("decide",),
    "decide": ("notify_result", "notify_result", "notify_result", "record_withdrawal"),
    "notify_result": ("give_notice", "sign_pledge"),
    "record_refusal": ("decide", "give_notice"),
    "record_withdrawal": ("decide", "give_notice"),
}
"""What may well come after a step; whatever else is tried too."""


@dataclass
class Further(Machine):
    """A machine that also puts right, excludes, lists in emergencies and assesses."""

    def fix(self, operation: Any, word: str, key: str, **words: Any) -> None:
        """Put one fact right, and remember under which id it counts now."""
        self.ids[key] = self.done(operation, **{word: self.now_id(key)}, grounds=FOUND_OUT, **words)

    def _span(self, operation: Any, word: str, spans: dict[str, Span], *, first: str = "from_on", last: str = "last_day") -> None:
        """Put the days of something right, or that it never was."""
        key = self.one(spans)
        span = spans[key]
        if self.dice.random() < 0.2:
            self.fix(operation, word, key, never_was=True)
            del spans[key]
            return
        words = {first: self.day(-400, -30, 0, 30), last: self.day(-30, -1, 0, 90, 900)}
        del words[self.one((first, last))]
        self.fix(operation, word, key, **words)
        span.from_on = words.get(first, span.from_on)
        # An end that is told as the first day after lies one day later.
        end = words.get(last)
        span.last_day = span.last_day if end is None else end if last == "last_day" else end - timedelta(days=1)

    def correct_post(self) -> None:
        self._span(personnel.correct_post, "post_id", self.record.posts)

    def correct_office(self) -> None:
        self._span(clearance.correct_office, "office_id", self.record.offices)

    def correct_certification(self) -> None:
        self._span(provision.correct_certification, "certification_id", self.record.certifications, first="on", last="ended_on")

    def correct_provision(self) -> None:
        self._span(provision.correct_provision, "provision_id", self.record.provisions, first="on", last="returned_on")

    def correct_listing(self) -> None:
        key = self.one(self.record.listings)
        span = self.record.listings[key]
        what = self.one(("never_was", "last_day", "from_on", "actions", "without"))
        if what == "never_was":
            self.fix(lists.correct_listing, "listing_id", key, never_was=True)
            del self.record.listings[key]
        elif what == "without":
            self.fix(lists.correct_listing, "listing_id", key, without=["until_on"])
            self._longer(span, None)
        elif what == "actions":
            actions = self.one((["read"], ["make", "return"]))
            self.fix(lists.correct_listing, "listing_id", key, actions=actions)
            span.what["actions"] = actions
        else:
            day = self.day(-30, -1, 0, 90, 900)
            self.fix(lists.correct_listing, "listing_id", key, **{what: day})
            if what == "from_on":
                span.from_on = day
            else:
                self._longer(span, day)

    @staticmethod
    def _longer(span: Span, day: date | None) -> None:
        if span.last_day is not None and (day is None or day > span.last_day):
            # That somebody was taken off is put right with it.
            span.what.pop("removed", None)
        span.last_day = day

    def correct_contract(self) -> None:
        key = self.one(self.record.contracts)
        span = self.record.contracts[key]
        what = self.one(("never_was", "last_day", "from_on", "informations", "units"))
        given: dict[str, Any] = {
            "never_was": True,
            "informations": self.dice.sample(INFORMATIONS, self.dice.randint(1, 2)),
            "units": ["hoan"],
            "from_on": self.day(-60, 30),
            "last_day": self.day(-30, 0, 100, 900),
        }
        self.fix(provision.correct_contract, "contract_id", key, **{what: given[what]})
        if what == "never_was":
            del self.record.contracts[key]
        elif what == "informations":
            span.what["informations"] = given[what]
        elif what != "units":
            setattr(span, what, given[what])

    def correct_designation(self) -> None:
        key = self.one(self.record.designations)
        span = self.record.designations[key]
        if self.dice.random() < 0.5:
            on = self.day(-30, 0, 0)
            until = on + timedelta(days=self.dice.choice((200, 1000, 1800)))
            self.fix(designation.correct_designation, "designation_id", key, on=on, until=until)
            span.from_on, span.last_day = on, until
        elif key in self.record.lifted:
            self.fix(designation.correct_designation, "designation_id", key, without=["lifted_on"])
            del self.record.lifted[key]

    def correct_extension(self) -> None:
        key = self.one(self.record.extensions)
        of, made_on, _until = self.record.extensions[key]
        if self.dice.random() < 0.3:
            self.fix(designation.correct_extension, "extension_id", key, never_was=True)
            del self.record.extensions[key]
        else:
            until = made_on + timedelta(days=self.dice.choice((100, 300, 1700)))
            self.fix(designation.correct_extension, "extension_id", key, until=until)
            self.record.extensions[key] = (of, made_on, until)

    def hand_over_as_sds(self) -> None:
        information, organ, on = self.one(INFORMATIONS), self.one(ORGANS), self.day(-1, 0, 0)
        self.done(designating.hand_over_as_sds, information_id=information, organ_id=organ, sds_number="特秘1号", on=on)
        self.record.lifted[self._newest(information, organ, on)] = on

    def correct_result(self) -> None:
        key = self.one(self.record.results)
        one = self.record.results[key]
        what = self.one(("never_was", "notified_on", "outcome", "original_on", "head_id"))
        if what == "never_was":
            for follower in self.record.results.values():
                if follower.get("first") == key:
                    follower["original"], follower["first"] = oracle.counted(self.record, one), None
            self.fix(clearance.correct_result, "result_id", key, never_was=True)
            del self.record.results[key]
            return
        if what == "original_on" and (one.get("first") or not one.get("original")):
            return
        given = {"notified_on": self.day(-900, -30, -1, 0), "original_on": self.day(-900, -300), "head_id": self.one(ORGANS)}
        given["outcome"] = self.one(("positive", "negative"))
        self.fix(clearance.correct_result, "result_id", key, **{what: given[what]})
        renamed = {"notified_on": "on", "original_on": "original", "head_id": "head"}.get(what, what)
        one[renamed] = given[what]
        if what == "notified_on":
            one["provisional"] = False

    def correct_doubt_notice(self) -> None:
        key = self.one(self.record.doubts)
        if self.dice.random() < 0.2:
            self.fix(clearance.correct_doubt_notice, "doubt_notice_id", key, never_was=True)
            del self.record.doubts[key]
            return
        on = self.day(-30, -1, 0)
        self.fix(clearance.correct_doubt_notice, "doubt_notice_id", key, notified_on=on)
        self.record.doubts[key]["on"] = on

    # Whom no list reaches, and who is let in for hours.

    def exclude_person(self) -> None:
        what = {"person": self.one(PEOPLE), "at": self.one(PLACES), "head": self.one((None, *ORGANS))}
        on = self.day(-30, -1, 0)
        key = self.done(duties.exclude_person, person_id=what["person"], organization_id=what["at"], on=on, under_head_id=what["head"])
        self.record.exclusions[key] = Span(what, on)

    def end_exclusion(self) -> None:
        key, on = self.one(self.record.exclusions), self.day(0, 0, 30)
        self.done(duties.end_exclusion, exclusion_id=key, on=on)
        self.record.exclusions[key].last_day = on - timedelta(days=1)

    def report_doubt(self) -> None:
        what = {"person": self.one(PEOPLE), "at": self.one(PLACES), "head": self.one(ORGANS)}
        on = self.day(-1, 0)
        words = {"person_id": what["person"], "organization_id": what["at"], "head_id": what["head"], "on": on, "reported_on": on}
        told = self.done(duties.report_doubt, **words)
        self._reported(told, what, on)

    def report_event(self) -> None:
        what = {"person": self.one(PEOPLE), "at": self.one(PLACES), "head": None}
        on = self.day(-1, 0)
        words = {"person_id": what["person"], "organization_id": what["at"], "code": "arrest", "on": on, "reported_on": on}
        told = self.done(duties.report_event, **words, reported_by="superior")
        self._reported(told, what, on)
        # At once: by name, by unit and by post.
        self.refresh()
        for information in INFORMATIONS:
            answer = self.answer(what["person"], information, what["at"], "handle", instant_ms(day_start(self.today)))
            assert answer.decision != "permit", [told, what, answer, self.record, *self.told[-40:]]

    def _reported(self, told: dict[str, Any], what: dict[str, Any], on: date) -> None:
        if told["excluded"]:
            self.record.exclusions[told["excluded"]] = Span(what, on)
        for row_id in told["ended"]:
            self._off(row_id, on)

    def list_in_emergency(self) -> None:
        what = {"information": self.one(INFORMATIONS), "at": self.one(PLACES), "actions": None, "person": self.one(PEOPLE)}
        words = {"information_id": what["information"], "organization_id": what["at"], "person_id": what["person"], "ground": "night"}
        key = self.done(need_to_know.list_in_emergency, **words)
        # Alone nobody lists somebody who is not cleared; 72 hours from midnight end with the third day. An operator lists from the
        # contract on, before anything is provided: then the organ's assessment counts that the contract is with.
        heads = oracle.heads(self.record, what["information"], what["at"], "read", self.today) | {what["at"]}
        heads |= {
            one.what["organ"]
            for one in self.record.contracts.values()
            if one.what["operator"] == what["at"] and what["information"] in one.what["informations"] and one.runs(self.today)
        }
        assert any(oracle.cleared(self.record, what["person"], head, self.today) for head in heads), [what, self.record, *self.told[-40:]]
        self.record.listings[key] = Span(what | {"hours": True}, self.today, self.today + timedelta(days=2))

    def confirm_emergency(self) -> None:
        key = self.one(key for key, one in self.record.listings.items() if one.what.get("hours"))
        last = self.day(30, 200)
        self.done(need_to_know.confirm_emergency, listing_id=self.now_id(key), on=self.today, last_day=last, cause=Cause())
        self.record.listings[key].last_day = last
        self.record.listings[key].what["hours"] = False

    # Assessments: one after the other the steps that may come, and some that may not.

    def assess(self) -> None:
        person, head = self.one(PEOPLE), self.one(ORGANS)
        steps = self.cases.setdefault((person, head), [])
        for _ in range(self.dice.choice((1, 3, 6, 8))):
            last = steps[-1]["verb"] if steps else None
            likely = self.one(NEXT.get(last, NEXT[None]))
            self._step(
                person, head, likely if self.dice.random() < 0.85 else self.one(sorted({one for each in NEXT.values() for one in each}))
            )

    def _step(self, person: str, head: str, verb: str) -> None:
        steps = self.cases[person, head]
        step: dict[str, Any] = {"verb": verb, "on": self.day(-1, 0, 0, 0, 0, 0, 0, 0, 0, 1)}
        words: dict[str, Any] = {"person_id": person, "head_id": head, "on": step["on"]}
        match verb:
            case "give_notice":
                step["doubt"] = words["doubt"] = self.dice.random() < 0.3
            case "record_consent" | "record_refusal":
                reuse = not steps or steps[-1]["verb"] != "give_notice" or self.dice.random() < 0.1
                step["reuse"] = words["reuse"] = reuse
            case "record_own_investigation":
                words["ground"] = "work_of_the_organ_impeded"
            case "reuse_investigation":
                step["first"] = self.one(key for key, one in self.record.results.items() if one["person"] == person)
                words["result_id"] = self.now_id(step["first"])
                # By the Act itself, as things stand on that day.
                step["lawful"] = oracle.reusable(self.record, step["first"], head, step["on"])
            case "decide":
                gone = bool(steps) and steps[-1]["verb"] in {"record_refusal", "record_withdrawal"}
                step["outcome"] = words["outcome"] = "not_carried_out" if gone else self.one(("positive", "positive", "negative"))
            case _:
                pass
        self.done(getattr(assessment, verb), **words)
        self.told.append(f"{verb} {words} accepted")
        self.counted[f"step {verb}"] += 1
        steps.append(step)
        if step.get("doubt"):
            key = next(iter(set(self._rows("doubts", person)) - {self.now_id(one) for one in self.record.doubts}))
            self.record.doubts[key] = {"person": person, "head": head, "law": "iesi", "on": step["on"]}
        if verb == "notify_result":
            self._told(person, head, step["on"])

    def _told(self, person: str, head: str, on: date) -> None:
        """Remember the result where the Act was kept; where it was not, there is none, and no permit may follow."""
        found = oracle.assessed(self.cases[person, head])
        if found is None or on > self.today:
            return
        known = {self.now_id(one) for one in self.record.results}
        made = [row for row in self._rows("results", person) if row not in known]
        for row in made:
            self.record.results[row] = {"person": person, "head": head, "law": "iesi", "outcome": found["outcome"], "on": on} | {
                "own": found["own"],
                "first": found["first"],
            }

    def _rows(self, kind: str, person: str) -> list[str]:
        with read(self.site.engine) as session:
            at = day_start(self.today)
            if kind == "doubts":
                return [row.id for row in doubt_notices_of(session, person_id=person, at=at)]
            return [row.id for row in results_of(session, person_id=person, at=at) if row.outcome in {"positive", "negative"}]
