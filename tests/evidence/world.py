"""A small world with decisions in its log, written in the form that the service writes them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from service.actor import SYSTEM
from service.database import transaction
from service.decision.decide import Decider
from service.decision.policies_in_force import activate
from service.decision.policyset import PolicySet
from service.decision.world import FACT_TABLES, World
from service.evidence import rows
from service.jobs.history import load_history
from service.ledger import Disclosure, Kind, build, canonical, disclose, instant, open_log, read_head
from service.ledger.acts import _append, _seal
from service.statute.periods import instant_ms
from service.statute.policies import read_policies
from tests.evidence.site import Site

BEGIN = datetime(2026, 4, 1, 0, 0, tzinfo=UTC)
GIVEN: dict[str, list[dict[str, Any]]] = {
    "organizations": [{"id": "meti", "kind": "organ"}, {"id": "denryoku", "kind": "operator"}],
    "people": [{"id": "sato", "works_at": "denryoku"}, {"id": "mori", "works_at": "denryoku"}, {"id": "kato", "works_at": "meti"}],
    "assessments": [{"id": "a1", "person": "sato", "by": "meti", "outcome": "positive", "notified_on": date(2025, 6, 10)}],
    "designations": [
        {"id": "d1", "by": "meti", "on": date(2025, 10, 1), "years": 5},
        {"id": "d2", "by": "meti", "on": date(2025, 10, 1), "years": 5},
    ],
    "certifications": [{"operator": "denryoku", "by": "meti", "on": date(2025, 11, 1)}],
    "contracts": [
        {
            "id": "c1",
            "operator": "denryoku",
            "organ": "meti",
            "information": ["d1", "d2"],
            "from": date(2025, 12, 1),
            "to": date(2026, 5, 31),
        }
    ],
    "provisions": [
        {"information": "d1", "from": "meti", "to": "denryoku", "under": "Act 10(1)", "on": date(2025, 12, 1)},
        {"information": "d2", "from": "meti", "to": "denryoku", "under": "Act 10(1)", "on": date(2025, 12, 1)},
    ],
    "handlers": [
        {"information": "d1", "person": "sato", "at": "denryoku", "from": date(2025, 12, 1)},
        {"information": "d1", "person": "mori", "at": "denryoku", "from": date(2025, 12, 1)},
    ],
}


@dataclass
class Deciding:
    """Decides and records, one entry a batch, and makes each disclosure once."""

    site: Site
    policies: PolicySet
    made: dict[str, Disclosure] = field(default_factory=dict)

    def ask(
        self,
        person: str,
        resource: str,
        *,
        at: datetime,
        kind: str = "information",
        organization: str | None = None,
        out: str | None = None,
        lie: dict[str, Any] | None = None,
        facts: Sequence[dict[str, Any]] | None = None,
        policy: str | None = None,
        purpose: str | None = None,
    ) -> int:
        """Record a decision and return its index; `out`, `lie`, `facts` and `policy` make it a wrong one."""
        decider = Decider(self.world(), self.policies)
        now_ms = instant_ms(at)
        decision = decider.decide(person=person, kind=kind, resource=resource, action="read", organization=organization, now_ms=now_ms)
        told = decision.answer.disclosed() | (lie or {})
        rests_on = [known.facts for known in decision.known] if facts is None else facts
        fresh: list[Disclosure] = []
        disclosures = [self._once("facts", each, fresh) for each in rests_on] + [self._once("answer", told, fresh)]
        if purpose is not None:
            disclosures.append(self._once("asked", {"purpose": purpose}, fresh))
        with transaction(self.site.engine) as session:
            head = read_head(session)
            body = build(
                kind=Kind.ACCESS_DECIDED,
                at=at,
                out=out or ("permit" if decision.answer.api else "deny"),
                digests=[each.name for each in disclosures],
                actor="app-1",
                person=person,
                object=resource,
                for_=organization,
                action="read",
                req="r-1",
                seen=head.changed_index,
                policy=policy or self.policies.digest,
            )
            _append(session, head=head, at=at, bodies=[body], changed=[False])
            _seal(session, log=self.site.log, made=[(head.size, person, each) for each in fresh])
            return head.size

    def ask_together(
        self,
        *questions: tuple[str, str],
        at: datetime,
        organization: str | None = None,
        forge: Callable[[list[dict[str, Any]]], None] = lambda _checks: None,
    ) -> int:
        """Record decisions about people and informations in one entry and return its index; `forge` may change them before."""
        decider, fresh, checks = Decider(self.world(), self.policies), list[tuple[str, Disclosure]](), list[dict[str, Any]]()
        for person, resource in questions:
            made: list[Disclosure] = []
            words = {"person": person, "kind": "information", "resource": resource, "action": "read", "organization": organization}
            decision = decider.decide(**words, now_ms=instant_ms(at))  # type: ignore[arg-type]  # the words of a question
            told = [self._once("facts", known.facts, made) for known in decision.known]
            told.append(self._once("answer", decision.answer.disclosed(), made))
            out = "permit" if decision.answer.api else "deny"
            checks.append({"_sd": [one.name for one in told], "action": "read", "object": resource, "out": out, "person": person})
            checks[-1] |= {} if decision.answer.api else {"ref": f"REF{len(checks):05}"}
            fresh += [(person, one) for one in made]
        forge(checks)
        with transaction(self.site.engine) as session:
            head = read_head(session)
            common = {"_sd_alg": "sha-256", "actor": "app-1", "at": instant(at), "kind": Kind.ACCESS_DECIDED.value, "req": "r-1", "v": 2}
            common |= {"seen": head.changed_index, "policy": self.policies.digest} | ({"for": organization} if organization else {})
            _append(session, head=head, at=at, bodies=[canonical(common | {"checks": checks})], changed=[False])
            _seal(session, log=self.site.log, made=[(head.size, person, one) for person, one in fresh])
            return head.size

    def world(self) -> World:
        """Return the world as the tables have it."""
        world = World()
        with rows.snapshot(self.site.url) as connection:
            for table in FACT_TABLES:
                for row in rows.room_rows(connection, table):
                    world.apply(table, row)
        return world

    def _once(self, name: str, value: dict[str, Any], fresh: list[Disclosure]) -> Disclosure:
        key = f"{name}{value}"
        if key not in self.made:
            self.made[key] = disclose(name, value)
            fresh.append(self.made[key])
        return self.made[key]


def deciding_site(url: str, engine: Engine, keys: Path, *, given: Mapping[str, Any] = GIVEN) -> Deciding:
    """Return a deployment with the small world and the shipped policies in force."""
    with transaction(engine) as session:
        log = open_log(session, origin="example.jp/decisions", seat="operator", at=BEGIN, keys=keys, clock="told")
    texts = read_policies()
    with transaction(engine) as session:
        activate(session, log=log, actor=SYSTEM, at=BEGIN + timedelta(hours=1), texts=texts)
    with transaction(engine) as session:
        load_history(session, log=log, at=BEGIN + timedelta(hours=2), actor=SYSTEM, given=dict(given))
    return Deciding(Site(url, engine, log), PolicySet.load(texts))
