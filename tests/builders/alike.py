"""Four people who are alike but for their assessment: refused, withdrawn, negative and never listed; and who looks at them from outside."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

import httpx2
import pytest
from sqlalchemy import Engine, text

from service.acts import awaited
from service.assessment import operations as assessment
from service.clearance.operations import record_result
from service.database import transaction
from service.designation.operations.notice import Notice
from service.identity import entitlements
from service.identity.operations import grant_application, issue_key
from service.jobs.given import rows_of
from service.ledger import Draft, Kind, Seat, begin_act, record_many
from service.personnel.model import Organization, Person, Post
from service.personnel.operations import register_organization, register_person, register_unit, take_post
from service.statute.periods import legal_day
from tests.builders.members import Town
from tests.builders.site import ACTOR

REFUSED, WITHDRAWN, NEGATIVE, NEVER = ALIKE = ("person-a", "person-b", "person-c", "person-d")
CLEARED = "person-e"
"""Somebody with a positive result: what shows whether anything is shown at all."""
UNIT, OTHER_UNIT, INFORMATION, APPLICATION = "unit-1", "unit-2", "info-1", "dms"
HEAD = "keizai"
OUTSIDE = {
    "manager": ("information_manager", {}),
    "custodian": ("custodian", {}),
    "eye": ("auditor", {}),
    "registrar": ("administrator", {}),
    "second": ("approver", {}),
    "elsewhere": ("hr_officer", {"units": [OTHER_UNIT]}),
    "colleague": (None, {}),
}
"""Who is outside the protection circle, by their short name: role and reach. Inside are the person, who assesses, who answers
complaints, whoever decided that very proposal, and HR, who is told the result (Act 13(2))."""
TOLD_RESULTS = {"clerk": ("hr_officer", {})}
"""HR of the four's own place: told how an assessment ended, and of none that is open, nor of any complaint."""


def peopled(town: Town, engine: Engine, *, seat: Seat) -> str:
    """Bring the four, what they are listed for, and everybody outside into a town; return the head that assesses them."""
    today = legal_day(town.now())

    def does(operation: Callable[..., Any], **words: Any) -> Any:
        with transaction(engine) as session:
            return operation(session, log=town.log, actor=ACTOR, at=town.now(), **words)

    head = town.organization if seat == "organ" else HEAD
    if seat == "operator":
        does(register_organization, kind="organ", name="架空省", organization_id=HEAD)
    for unit in (UNIT, OTHER_UNIT):
        does(register_unit, organization_id=town.organization, unit_id=unit, name=unit)
    for person in (*ALIKE, CLEARED):
        does(register_person, legal_name=name_of(person), person_id=person)
        does(take_post, person_id=person, organization_id=town.organization, unit_id=UNIT, post="技官", post_id=f"post-{person}")
    for name, (role, reach) in (OUTSIDE | TOLD_RESULTS).items():
        town.admit(name, *([role] if role else []), **reach)
        town.equip(name)
    _provided(town, head, today, seat)
    with transaction(engine) as session:
        grant_application(
            session, log=town.log, actor=ACTOR, at=town.now(), name=APPLICATION, application_id=APPLICATION, organization=town.organization
        )
    begun = today - timedelta(days=30)
    for person, outcome in {REFUSED: "refused", WITHDRAWN: "withdrawn", NEGATIVE: "negative", CLEARED: "positive"}.items():
        if seat == "organ":
            _walked(does, person, town.organization, outcome, begun)
        else:
            does(assessment.list_candidate, person_id=person, organization_id=town.organization, head_id=HEAD, on=begun, consent=True)
            letter = Notice("経保第1号", today - timedelta(days=1), today)
            told = outcome if outcome in {"positive", "negative"} else "not_carried_out"
            does(record_result, person_id=person, head_id=HEAD, outcome=told, notified_on=None, notice=letter)
    if seat == "organ":
        _still_open(does, town.organization, today - timedelta(days=5))
    return head


def _still_open(does: Callable[..., Any], head: str, day: date) -> None:
    """Begin anew with two of the four, each at another step, and let the third complain: each has another open date (Act 12, 14)."""
    for verb, person in (("give_notice", REFUSED), ("give_notice", WITHDRAWN), ("record_consent", WITHDRAWN), ("complain", NEGATIVE)):
        does(getattr(assessment, verb), person_id=person, head_id=head, on=day)


def leak(role: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tell a role of the open steps of assessments and of complaints, in each place that keeps them from it."""
    wider = {sort: replace(sort, told=(*sort.told, role)) for sort in awaited.SORTS}
    monkeypatch.setattr(awaited, "SORTS", tuple(wider.values()))
    monkeypatch.setattr(awaited, "STEPS", {step: (wider[sort], *rest) for step, (sort, *rest) in awaited.STEPS.items()})
    monkeypatch.setattr(awaited, "IN_TIME", wider[awaited.IN_TIME])
    monkeypatch.setattr(awaited, "COMPLAINT", wider[awaited.COMPLAINT])
    table = entitlements.TABLE | {role: MappingProxyType({**entitlements.TABLE[role], "assessment_step": "purpose"})}
    monkeypatch.setattr(entitlements, "TABLE", MappingProxyType(table))


def name_of(person: str) -> str:
    """Return the legal name of one of the four, all of one length."""
    return f"架空 {'甲乙丙丁戊'['abcde'.index(person[-1])]}子"


def _provided(town: Town, head: str, today: date, seat: Seat) -> None:
    past, future = today - timedelta(days=300), today + timedelta(days=300)
    here = town.organization
    given: dict[str, Any] = {
        "organizations": [{"id": one, "kind": "organ"} for one in {here, head}],
        "people": [{"id": one, "works_at": here} for one in (*ALIKE, CLEARED)],
        "designations": [{"id": INFORMATION, "by": head, "on": past, "until": future}],
        "handlers": [
            {"id": f"line-{one}", "information": INFORMATION, "person": one, "at": here, "from": past} for one in (*ALIKE, CLEARED)
        ],
    }
    if seat == "operator":
        given |= {
            "certifications": [{"operator": here, "by": head, "on": past}],
            "contracts": [
                {"id": "c1", "operator": here, "organ": head, "by": head, "information": [INFORMATION], "from": past, "to": future}
            ],
            "provisions": [{"information": INFORMATION, "from": head, "to": here, "under": "Act 10(1)", "on": past}],
        }
    rows = [row for row in rows_of(given, town.now()) if not isinstance(row, Organization | Person | Post)]
    with transaction(town.engine) as session:
        begin_act(session)
        for row in rows:
            draft = Draft(kind=Kind.HISTORY_RECORDED, actor=ACTOR, at=town.now(), subject=getattr(row, "person_id", None) or INFORMATION)
            record_many(session, log=town.log, drafts=[(draft, [row])])


def _walked(does: Callable[..., Any], person: str, head: str, outcome: str, day: date) -> None:
    """Walk an assessment by its real acts, a day for each step."""
    steps: dict[str, list[tuple[str, dict[str, Any]]]] = {
        "refused": [("record_refusal", {}), ("decide", {"outcome": "not_carried_out"})],
        "withdrawn": [
            ("record_consent", {}),
            ("request_investigation", {}),
            ("record_withdrawal", {}),
            ("decide", {"outcome": "not_carried_out"}),
        ],
    }
    through = [("record_consent", {}), ("request_investigation", {}), ("receive_opinion", {}), ("decide", {"outcome": outcome})]
    does(assessment.list_candidate, person_id=person, organization_id=head, on=day, consent=True)
    words = {"reasons_number": "理第1号"} if outcome == "negative" else {}
    for verb, said in [("give_notice", {}), *steps.get(outcome, through), ("notify_result", words)]:
        day += timedelta(days=1)
        does(getattr(assessment, verb), person_id=person, head_id=head, on=day, **said)


def key_for(town: Town) -> str:
    """Return a new key of the application."""
    with transaction(town.engine) as session:
        return issue_key(session, log=town.log, actor=ACTOR, at=town.now(), application=APPLICATION)


# ---------------------------------------------------------------- comparing

TOKENS = (
    (re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|\+\d\d:\d\d)"), "<instant>"),
    (re.compile(r'("(?:changed_index|recorded_as|index|first_index|seen)": ?)-?\d+'), r"\1<index>"),
    (re.compile(r'("object": ?)"\d+"'), r"\1<index>"),
    (re.compile(r"(?<![0-9a-f])(?:[0-9a-f]{32}){1,2}(?![0-9a-f])"), "<id>"),
    (re.compile(r'(?<=")[A-Za-z0-9_-]{43}(?=")'), "<digest>"),
    (re.compile(r"\b[2-9A-HJ-NP-Z]{8}\b"), "<reference>"),
    (re.compile(r'name="form_token" value="[^"]*"'), "<token>"),
    (re.compile(r'href="/ledger/\d+">\d+<'), "<entry>"),
    (re.compile(r"\((対象|object): \d+\)"), "<object>"),
    (re.compile(r"\d{4}-\d\d-\d\d \(R\d+\.\d+\.\d+\) \d\d:\d\d"), "<moment>"),
)
"""What differs between any two people or two requests: when, which entry, random ids and references."""


def neutral(told: str, person: str) -> str:
    """Return an answer without what names the person or only counts."""
    for token, instead in TOKENS:
        told = token.sub(instead, told)
    return told.replace(person, "<person>").replace(name_of(person), "<name>").replace(f"{name_of(person)[-2]}子", "<name>")


def mentions(told: Any, person: str) -> list[str]:
    """Return the least parts of an answer that name a person: members of lists, or all of it."""
    if isinstance(told, list):
        return sorted(found for one in told for found in mentions(one, person))
    if isinstance(told, dict) and any(isinstance(one, list | dict) for one in told.values()):
        inside = [found for one in told.values() if isinstance(one, list | dict) for found in mentions(one, person)]
        flat = {name: one for name, one in told.items() if not isinstance(one, list | dict)}
        if names(json.dumps(flat, ensure_ascii=False), person):
            return [neutral(json.dumps(told, ensure_ascii=False, sort_keys=True), person)]
        return sorted(inside)
    whole = told if isinstance(told, str) else json.dumps(told, ensure_ascii=False, sort_keys=True)
    return sorted(neutral(line, person) for line in whole.splitlines() if names(line, person))


CAPPED = frozenset({"/deadlines/month"})
"""Pages that show the first of several and count the others."""
PERSONAL = frozenset({"person_id", "acting_id", "officer_id", "result_id", "candidate_id", "doubt_notice_id", "complaint_id"})
PARTS = re.compile(r"(?=<(?:option|tr|li|p)\b)|(?<=</option>)|(?<=</tr>)|(?<=</li>)|(?<=</p>)")
ON_PAGES = re.compile(r"(台帳の記録 )\d+")


def page_told(told: str, person: str) -> str:
    """Return a page as it is about one of the four: without the lines of the others."""
    others = [one for one in ALIKE if one != person]
    parts = [part for part in PARTS.split(told) if not any(names(part, one) for one in others)]
    return "".join(sorted(neutral(ON_PAGES.sub(r"\1<index>", part), person) for part in parts))


def names(told: str, person: str) -> bool:
    """Say whether a text names a person."""
    return person in told or name_of(person) in told


@dataclass
class Difference:
    """Where two of the four were answered differently."""

    who: str
    what: str
    answers: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        """Return where and how."""
        told = list(self.answers.values())
        place = max(0, next((n for n, same in enumerate(zip(*told, strict=False)) if len(set(same)) > 1), min(map(len, told))) - 60)
        return f"{self.who} {self.what}\n" + "\n".join(f"    {person}: {one[place : place + 200]}" for person, one in self.answers.items())


def head_of(answer: httpx2.Response) -> str:
    """Return status and headers, without what says only when and for whom."""
    kept = {name: told for name, told in answer.headers.items() if name not in {"date", "set-cookie", "content-length"}}
    if "etag" in kept:
        kept["etag"] = re.sub(r"\d+", "<index>", kept["etag"])
    return f"{answer.status_code} {json.dumps(kept, sort_keys=True)}"


def about(answer: httpx2.Response, person: str) -> str:
    """Return an answer to a question about one person, so that it can be compared with that about another."""
    told = neutral(answer.text, person)
    size = len(answer.content)
    # The length too, but where an index or a random name has more digits.
    return f"{head_of(answer)} {size if told == answer.text else ''} {told}"


def compared(who: str, what: str, told: dict[str, str]) -> Iterator[Difference]:
    """Yield the difference where not all answers are one."""
    if len(set(told.values())) > 1:
        yield Difference(who, what, told)


def entries_of(town: Town) -> list[tuple[int, dict[str, Any]]]:
    """Return all entries, in clear."""
    with town.engine.connect() as connection:
        rows = connection.execute(text("select index, body from ledger.entries order by index")).all()
    return [(index, json.loads(bytes(body))) for index, body in rows]


# ---------------------------------------------------------------- asking


@dataclass
class Outsider:
    """Somebody signed in who is outside the circle."""

    name: str
    client: httpx2.Client


PURPOSES = (None, "audit")


@dataclass
class Alike:
    """The served town and what its doors are."""

    town: Town
    address: str
    document: dict[str, Any]
    pages: list[tuple[str, str]]
    head: str
    key: str
    decisions: dict[str, int] = field(default_factory=dict)
    results: dict[str, str] = field(default_factory=dict)

    def learned(self) -> None:
        """Ask about everybody as an application does, and keep which entries that made and which results there are."""
        for person in (*ALIKE, CLEARED):
            self.evaluated(person)
            self.decisions[person] = entries_of(self.town)[-1][0]
        with self.town.engine.connect() as connection:
            rows = connection.execute(text("select person_id, id from clearance.results"))
            self.results = {row.person_id: row.id for row in rows}

    def evaluated(self, person: str, action: str = "read") -> httpx2.Response:
        """Ask whether somebody may."""
        body = {
            "subject": {"type": "person", "id": person},
            "resource": {"type": "information", "id": INFORMATION},
            "action": {"name": action},
        }
        return httpx2.post(f"{self.address}/access/v1/evaluation", json=body, headers={"Authorization": f"Bearer {self.key}"})

    def applications(self) -> Iterator[Difference]:
        """Compare what an application is told."""
        for action in ("read", "make", "return"):
            yield from compared("application", action, {one: about(self.evaluated(one, action), one) for one in ALIKE})

    def reading(self, who: Outsider, *, only: tuple[str, ...] = ()) -> Iterator[Difference]:
        """Compare every GET of the API, with every filter and purpose, for each of the four; or of some paths only."""
        for path, methods in self.document["paths"].items():
            if "get" not in methods or (only and not path.endswith(only)):
                continue
            wanted = {one["name"]: one for one in methods["get"].get("parameters", ()) if one["in"] == "query"}
            for words in self._queries(wanted):
                yield from self._asked(who, path, words)

    def _queries(self, wanted: dict[str, Any]) -> Iterator[dict[str, str]]:
        fixed = {"q": "{name}", "organization": self.town.organization, "until": "2099-12-31"}
        base = {name: told for name, told in fixed.items() if name in wanted}
        for purpose in PURPOSES if "purpose" in wanted else (None,):
            said = base | ({"purpose": purpose} if purpose else {})
            yield said
            if "person_id" in wanted:
                yield said | {"person_id": "{person}"}
                yield said | {"person_id": "{person}", "limit": "1"}
                yield said | {"person_id": "{person}", "organization_id": self.town.organization, "information_id": INFORMATION}
            if "suppress_below" in wanted:
                yield said | {"suppress_below": "5"}
        if "q" in wanted:
            yield {"q": "{person}"}

    def _asked(self, who: Outsider, path: str, words: dict[str, str]) -> Iterator[Difference]:
        kinds = ["{kind}"]
        if "{kind}" in path:
            kinds = (
                [one["kind"] for one in who.client.get("/api/v1/registers").json()]
                if who.name in {"manager", "custodian", "eye"}
                else ["x"]
            )
        for kind in kinds:
            personal = any(word in path for word in ("{person_id}", "{id}", "{index}")) or any("{" in one for one in words.values())
            if not personal:
                answer = who.client.get(self._placed(path.replace("{kind}", kind), NEVER), params=words)
                assert answer.status_code < 500, (path, answer.text)
                yield from compared(who.name, f"GET {path} {kind} {words}", self._listed(who, answer))
                continue
            told = {}
            for person in ALIKE:
                address = self._placed(path, person)
                said = {name: one.format(person=person, name=name_of(person)) for name, one in words.items()}
                answer = who.client.get(address, params=said)
                assert answer.status_code < 500, (path, answer.text)
                told[person] = about(answer, person)
            yield from compared(who.name, f"GET {path} {kind} {words}", told)

    def _listed(self, who: Outsider, answer: httpx2.Response) -> dict[str, str]:
        """Return what a whole list says of each of the four, all its pages."""
        if "json" not in answer.headers["content-type"]:
            return {person: "\n".join(mentions(answer.text, person)) for person in ALIKE}
        body = answer.json()
        bodies = [body]
        while isinstance(body, dict) and body.get("next") is not None and body.get("entries", True):
            word = "after" if "entries" in body else "cursor"
            answer = who.client.get(str(answer.url.copy_set_param(word, body["next"])))
            body = answer.json()
            bodies.append(body)
        return {person: "\n".join(mentions(bodies, person)) for person in ALIKE}

    def _placed(self, path: str, person: str) -> str:
        named = {
            "person_id": person,
            "id": f"post-{person}",
            "index": str(self.decisions[person]),
            "year": "2026",
            "proposal_id": "none",
            "account_id": "none",
            "credential_id": "none",
            "step": "withdraw",
        }
        return re.sub(r"\{(\w+)\}", lambda found: named.get(found[1], found[0]), path)

    def looking(self, who: Outsider, *, kinds: tuple[str, ...] = ("",)) -> Iterator[Difference]:
        """Compare what the entries show of each of the four, each opened as far as somebody may."""
        for purpose in ("audit",):
            told: dict[str, list[str]] = {person: [] for person in ALIKE}
            for index, clear in entries_of(self.town):
                if not clear["kind"].startswith(kinds) or clear["kind"] == "evidence:disclosure:read":
                    continue
                answer = who.client.post(f"/api/v1/entries/{index}/look", json={"purpose": purpose})
                for person in ALIKE:
                    if clear.get("person") == person or names(answer.text, person):
                        told[person].append(f"{clear['kind']} {about(answer, person)}")
            yield from compared(who.name, f"look {purpose}", {person: "\n".join(sorted(one)) for person, one in told.items()})

    def looking_back(self, who: Outsider) -> Iterator[Difference]:
        """Compare every POST that is no act."""
        for path, methods in self.document["paths"].items():
            if "post" not in methods or "/acts" in path or path.endswith(("/session", "/enrolment")):
                continue
            for purpose in ("audit",):
                told = {}
                for person in ALIKE:
                    body = {"purpose": purpose}
                    if path.endswith("assessed-people"):
                        body |= {"organization_id": self.town.organization, "head_id": self.head}
                    answer = who.client.post(self._placed(path, person), json=body)
                    assert answer.status_code < 500, (path, answer.text)
                    personal = "{person_id}" in path or "{index}" in path
                    told[person] = about(answer, person) if personal else self._listed(who, answer)[person]
                yield from compared(who.name, f"POST {path} {purpose}", told)

    def acting(self, who: Outsider) -> Iterator[Difference]:
        """Compare every act, asked about each of the four in turn."""
        for path, methods in self.document["paths"].items():
            if "/acts/" not in path:
                continue
            schema = methods["post"]["requestBody"]["content"]["application/json"]["schema"]
            if PERSONAL.isdisjoint(self._resolved(schema).get("properties", {})):
                # About no person: what the first request did, the second finds done.
                continue
            for least in (True, False):
                told = {}
                for person in ALIKE:
                    answer = who.client.post(path, json=self._body(schema, person, least=least))
                    assert answer.status_code < 500, (path, answer.text)
                    told[person] = about(answer, person)
                yield from compared(who.name, f"POST {path} {'least' if least else 'all'}", told)

    def _body(self, schema: dict[str, Any], person: str, *, least: bool) -> dict[str, Any]:
        whole = self._resolved(schema)
        wanted = set(whole.get("required", ())) | {"person_id", "head_id"}
        return {
            name: self._word(name, part, person)
            for name, part in whole.get("properties", {}).items()
            if name in wanted or (not least and not name.endswith("_id"))
        }

    def _resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        if "$ref" in schema:
            return self._resolved(self.document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]])
        if "anyOf" in schema:
            return self._resolved(schema["anyOf"][0])
        return schema

    def _word(self, name: str, schema: dict[str, Any], person: str) -> Any:  # noqa: PLR0911 - a table
        today = legal_day(self.town.now())
        named = {
            "person_id": person,
            "organization_id": self.town.organization,
            "head_id": self.head,
            "organ_id": self.head,
            "operator_id": self.town.organization,
            "information_id": INFORMATION,
            "unit_id": UNIT,
            "officer_id": CLEARED,
            "acting_id": person,
            "result_id": self.results.get(person, "0" * 32),
            "consent": True,
            "agreed": True,
        }
        if name in named:
            return named[name]
        part = self._resolved(schema)
        if "enum" in part:
            return part["enum"][0]
        if "const" in part:
            return part["const"]
        match part.get("type"):
            case "object":
                return {
                    one: self._word(one, each, person)
                    for one, each in part.get("properties", {}).items()
                    if one in part.get("required", ())
                }
            case "array":
                return [self._word(name.rstrip("s"), part["items"], person)]
            case "integer":
                return 1
            case "boolean":
                return True
            case _ if part.get("format") == "date":
                last = any(word in name for word in ("last", "until", "end"))
                return (today + timedelta(days=20) if last else today).isoformat()
            case _:
                return person if "person" in name else "x"

    def turning_to(self, who: Outsider, *addresses: str) -> Iterator[Difference]:
        """Compare what some pages show of each of the four, for every purpose."""
        for address in addresses:
            for purpose in PURPOSES:
                answer = who.client.get(address, params={"purpose": purpose} if purpose else {})
                assert answer.status_code < 500, (address, answer.text)
                told = {person: page_told(answer.text, person) for person in ALIKE}
                yield from compared(who.name, f"page {address} {purpose}", told)

    def turning_pages(self, who: Outsider) -> Iterator[Difference]:
        """Compare every page of the console, and every form of an act sent about each of the four."""
        verbs = [path.rsplit("/", 1)[1] for path in self.document["paths"] if "/acts/" in path]
        for method, path in self.pages:
            if method != "GET" or "sign" in path or "{index}" in path:
                # One entry of the ledger concerns one person; what a reader finds of each is compared by looks.
                continue
            if "{person_id}" in path or path == "/ledger":
                # A page about one person, or the entries that name one: asked for each of the four. The newest entries of
                # the whole ledger are those of these very looks, and how many of each stand on one page is chance.
                address = f"{path}?who={{person_id}}" if path == "/ledger" else path
                asked = {one: who.client.get(self._placed(address, one), follow_redirects=False) for one in ALIKE}
                assert all(one.status_code < 500 for one in asked.values()), path
                yield from compared(who.name, f"page {path}", {one: about(answer, one) for one, answer in asked.items()})
                continue
            for address in [path.replace("{verb}", verb) for verb in verbs] if "{verb}" in path else [path]:
                answer = who.client.get(self._placed(address, NEVER), follow_redirects=False)
                assert answer.status_code < 500, (path, answer.text)
                told = {person: page_told(answer.text, person) for person in ALIKE}
                if path in CAPPED:
                    # What lies behind the first of a day is counted; the list of the same dates is compared whole.
                    told = {person: words for person, words in told.items() if names(answer.text, person)}
                yield from compared(who.name, f"page {address}", told)
        for verb in verbs:
            told = {}
            schema = self.document["paths"][f"/api/v1/acts/{verb}"]["post"]["requestBody"]["content"]["application/json"]["schema"]
            if PERSONAL.isdisjoint(self._resolved(schema).get("properties", {})):
                # About no person: what the first form did, the second finds done.
                continue
            for person in ALIKE:
                words = self._body(schema, person, least=True)
                form = {name: one for name, one in words.items() if isinstance(one, str)}
                form |= {name: "on" for name, one in words.items() if one is True}
                form["form_token"] = who.client.headers.get("X-CSRF-Token", "")
                answer = who.client.post(f"/acts/{verb}", data=form, follow_redirects=False)
                assert answer.status_code < 500, (verb, answer.text)
                told[person] = f"{answer.status_code} {page_told(answer.text, person)}"
            yield from compared(who.name, f"form {verb}", told)
