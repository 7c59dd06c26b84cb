"""Follows acts and decisions in the order of the log: rebuilds the one, judges the other again."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from service.decision.judge import RECORD_MISMATCH
from service.evidence.disclosures import Disclosures, Opened
from service.evidence.findings import Findings, Wrong
from service.evidence.form import DECIDED, DESTROYING_KINDS, PERSON_ERASED, SEARCHED, EntryV1, decisions_of
from service.evidence.rebuild import DESTROYED_KEYS, Rebuild
from service.evidence.rerun import Rerun
from service.evidence.searched import SearchCheck
from service.ledger import PROPOSAL, subject_of

SETTLED = 65_536
"""Decisions remembered as settled, so that the same one is not judged again."""


@dataclass(frozen=True, slots=True)
class Settled:
    """A decision found right: until when its answer cannot flip, and what it rests on."""

    index: int
    until_ms: int
    concerns: tuple[str, ...]


class DecisionCheck:
    """Checks entry after entry (steps 7 and 8 of `verification`)."""

    def __init__(
        self,
        *,
        findings: Findings,
        disclosures: Disclosures,
        rebuild: Rebuild,
        rerun: Rerun,
        instead: Callable[[int], object] = lambda _index: None,
    ) -> None:
        """Start before entry 0; `instead` returns the changes that an entry tells in place of one that was sealed away."""
        self.findings = findings
        self.erased: dict[str, int] = {}
        self._instead = instead
        self.answered = 0
        self.not_rerun = 0
        self.absent = 0
        self.told: dict[str, tuple[Any, Any]] = {}
        self._disclosures = disclosures
        self._rebuild = rebuild
        self._rerun = rerun
        self._searches = SearchCheck(findings=findings, rebuild=rebuild, rerun=rerun)
        self._settled: OrderedDict[tuple[object, ...], Settled] = OrderedDict()
        self._traced: OrderedDict[str, int] = OrderedDict()

    def entry(self, index: int, entry: EntryV1) -> None:
        """Check one entry, each of its decisions by itself; entries come in order of their index."""
        if entry.kind == DECIDED:
            self._held(index, entry)
            for decision in decisions_of(entry):
                self._decision(index, decision)
        elif entry.kind == SEARCHED:
            self._search(index, entry)
        else:
            self._act(index, entry)

    def _search(self, index: int, entry: EntryV1) -> None:
        """Search again what a page searched."""
        opened = [self._find(index, name) for name in entry.sd or ()]
        present = [disclosure for disclosure in opened if disclosure is not None]
        ran = len(present) == len(opened) and self._searches.entry(index, entry, present, milliseconds(entry.at))
        self.answered += ran
        self.not_rerun += not ran

    def _held(self, index: int, entry: EntryV1) -> None:
        """Check that an entry says for how long its application may hold permits, as was granted (it widens what two people gave)."""
        row = None if self._rebuild.broken_at is not None else self._rebuild.world.rows["identity.applications"].get(entry.actor or "")
        granted = None if row is None else int(row.get("hold_seconds") or 0)
        if granted is not None and granted != (entry.hold or 0):
            self.findings.add(Wrong.DECISION_INCOMPLETE, index=index, detail=f"hold {entry.hold or 0}, not {granted}")

    def _act(self, index: int, entry: EntryV1) -> None:
        """Apply what an act changed to the rebuilt world."""
        if entry.kind == PERSON_ERASED and entry.out == "accepted" and entry.person is not None:
            self.erased[entry.person] = index
        for name in entry.sd or ():
            opened = self._find(index, name)
            if opened is None:
                self._lose(index, entry, name)
            elif opened.name == "facts":
                self._rebuild.apply(index=index, changes=opened.value)
                if entry.kind in DESTROYING_KINDS:
                    self._told(opened.value)

    def _lose(self, index: int, entry: EntryV1, name: str) -> None:
        """Go on without what an act changed: without one person, if that person's key was destroyed, else without all that follows."""
        key_id = self._disclosures.lost(name, index=index)
        subject = None if key_id is None else subject_of(key_id)[0]
        if self._disclosures.spilled_at(name) == index and key_id is not None:
            subject = self._disclosures.spills[index].subject
            changes = self._instead(index)
            if changes is not None:
                # An entry has a disclosure of facts and one of a note at most: told twice, the same is told.
                self._rebuild.apply(index=index, changes=changes)
                return
        if subject is not None and subject.startswith(PROPOSAL):
            # Steps of proposals change nothing that a decision rests on; what is lost of one is lost of that one alone.
            return
        if subject is not None and (subject == entry.person or subject in self._rebuild.lost_people):
            self._rebuild.lose_person(index, subject)
        else:
            self._rebuild.lose(index)

    def _told(self, changes: object) -> None:
        """Remember what the entry of a destruction says was lost; `apply` has named what cannot be read."""
        for change in changes if isinstance(changes, list) else ():
            row = change.get("row") if isinstance(change, dict) else None
            if isinstance(row, dict) and change.get("table") == DESTROYED_KEYS:
                self.told[str(row.get("id"))] = (row.get("disclosures"), row.get("digest"))

    def _decision(self, index: int, entry: EntryV1) -> None:
        """Judge a decision again, unless the same one is settled and nothing has changed."""
        now_ms = milliseconds(entry.at)
        same = (entry.policy, entry.out, entry.person, entry.object, entry.acting_for, entry.action, entry.sd)
        settled = self._settled.get(same)
        if settled is not None and now_ms < settled.until_ms and self._rebuild.touched(settled.concerns) <= settled.index:
            self.answered += 1
            return
        opened = [self._find(index, name) for name in entry.sd or ()]
        present = [disclosure for disclosure in opened if disclosure is not None]
        if len(present) < len(opened):
            self.not_rerun += 1
            return
        until_ms = self._judge(index, entry, present, now_ms)
        if until_ms is None:
            return
        self.answered += 1
        self._settled[same] = Settled(index, until_ms, concerns(entry, present))
        self._settled.move_to_end(same)
        if len(self._settled) > SETTLED:
            self._settled.popitem(last=False)

    def _judge(self, index: int, entry: EntryV1, present: list[Opened], now_ms: int) -> int | None:
        """Return until when the answer stands, or None with a finding."""
        facts = [opened.value for opened in present if opened.name == "facts" and isinstance(opened.value, dict)]
        answers = [opened.value for opened in present if opened.name == "answer"]
        asked = [opened.value for opened in present if opened.name == "asked"]
        if not facts or len(answers) != 1 or len(asked) > 1 or len(facts) + 1 + len(asked) != len(present):
            detail = f"{len(facts)} facts and {len(answers)} answers in {len(present)} disclosures"
            self.findings.add(Wrong.DECISION_INCOMPLETE, index=index, detail=detail)
            return None
        if answers[0] == RECORD_MISMATCH.disclosed():
            return self._denied(index, entry, now_ms)
        fault = self._rebuild.fault_of(entry=entry, facts=facts, asked=asked[0] if asked else None, now_ms=now_ms)
        if fault is not None:
            self.findings.add(Wrong.DECISION_INCOMPLETE, index=index, detail=fault)
            return None
        in_force = self._rebuild.policy_in_force()
        if in_force is not None and entry.policy != in_force:
            self.findings.add(Wrong.POLICY_NOT_IN_FORCE, index=index, detail=f"{entry.policy}, not {in_force}")
        names = [name for name, opened in zip(entry.sd or (), present, strict=True) if opened.name == "facts"]
        for name, each in zip(names, facts, strict=True):
            self._trace(index, name, each)
        return self._rerun.check(index=index, entry=entry, names=names, facts=facts, answer=answers[0], now_ms=now_ms)

    def _denied(self, index: int, entry: EntryV1, now_ms: int) -> int | None:
        """Return until when a denial stands that was given because a row was not as the service wrote it.

        It follows from no facts, and a denial is all that may be given for that reason.
        """
        if entry.out != "deny":
            self.findings.add(Wrong.OUTCOME_DIFFERS, index=index, detail=f"{entry.out}, answer record_mismatch")
            return None
        return now_ms + 1

    def _trace(self, index: int, name: str, facts: Mapping[str, Any]) -> None:
        """Check that facts follow from the entries, once until a change touches what they are about."""
        about = ids_of(facts)
        traced = self._traced.get(name)
        if traced is not None and self._rebuild.touched(about) <= traced:
            return
        self._rebuild.check_facts(index=index, facts=facts)
        self._traced[name] = index
        self._traced.move_to_end(name)
        if len(self._traced) > SETTLED:
            self._traced.popitem(last=False)

    def _find(self, index: int, name: str) -> Opened | None:
        """Return a disclosure that an entry names; name its absence, which nothing covers.

        One that stands at a later entry was moved there: it is made with the first that names it.
        """
        opened = self._disclosures.find(name)
        moved = opened is not None and opened.index > index
        gone = opened is None and not self._disclosures.present(name) and self._disclosures.lost(name, index=index) is None
        if moved or gone:
            self.absent += 1
            self.findings.add(Wrong.DISCLOSURE_ABSENT, index=index, place=name)
        return None if moved else opened


def milliseconds(at: str) -> int:
    """Return an entry's time as whole milliseconds since 1970, as the judge is told it."""
    moment = datetime.fromisoformat(at)
    return int(moment.timestamp()) * 1000 + moment.microsecond // 1000


def concerns(entry: EntryV1, present: list[Opened]) -> tuple[str, ...]:
    """Return the ids whose change would change the facts of a decision."""
    ids = {an_id for an_id in (entry.person, entry.object, entry.acting_for) if an_id}
    for opened in present:
        if opened.name == "facts" and isinstance(opened.value, dict):
            ids |= ids_of(opened.value)
    return tuple(ids)


def ids_of(facts: Mapping[str, Any]) -> set[str]:
    """Return the ids that facts are about."""
    named = (facts.get(name) for name in ("person", "information", "organization", "document", "area"))
    return {an_id for an_id in named if isinstance(an_id, str)}
