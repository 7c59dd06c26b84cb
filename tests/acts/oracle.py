"""Whom the Act lets handle an information, written from its Articles 4, 5, 10, 11 and 12 over a plain record of what was done.

Nothing here comes from the product but days and words: it is held against the product's answers.
"""

import calendar
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass
class Span:
    """A record that runs from a day to a last day, either open."""

    what: dict[str, Any]
    from_on: date | None = None
    last_day: date | None = None

    def runs(self, day: date) -> bool:
        return (self.from_on is None or self.from_on <= day) and (self.last_day is None or day <= self.last_day)


@dataclass
class Record:
    """What was done, kind by kind."""

    posts: dict[str, Span] = field(default_factory=dict)
    designations: dict[str, Span] = field(default_factory=dict)
    extensions: dict[str, tuple[str, date, date]] = field(default_factory=dict)
    lifted: dict[str, date] = field(default_factory=dict)
    certifications: dict[str, Span] = field(default_factory=dict)
    contracts: dict[str, Span] = field(default_factory=dict)
    provisions: dict[str, Span] = field(default_factory=dict)
    results: dict[str, dict[str, Any]] = field(default_factory=dict)
    doubts: dict[str, dict[str, Any]] = field(default_factory=dict)
    offices: dict[str, Span] = field(default_factory=dict)
    exclusions: dict[str, Span] = field(default_factory=dict)
    listings: dict[str, Span] = field(default_factory=dict)


def ten_years_end(notified: date, years: int) -> date:
    """Civil Code 140, 141, 143: the day of the notice does not count; the last day is that of the same number, or the month's last."""
    year = notified.year + years
    first = date.fromordinal(notified.toordinal() + 1)
    if first.month == 2 and first.day == 29 and not calendar.isleap(year):
        return date(year, 2, 28)
    return date.fromordinal(date(year, first.month, first.day).toordinal() - 1)


def stands(record: Record, designation_id: str, day: date) -> bool:
    """Article 4: from the day of the designation to the last day, extended by what was decided by then, and not lifted."""
    span = record.designations[designation_id]
    last = span.last_day
    for of, made_on, until in sorted(record.extensions.values(), key=lambda one: one[1:]):
        if of == designation_id and made_on <= day:
            last = until
    assert span.from_on is not None
    assert last is not None
    lifted = record.lifted.get(designation_id)
    return span.from_on <= day <= last and not (lifted is not None and lifted <= day)


def designated(record: Record, information: str, day: date) -> set[str]:
    """The organs whose designation stands."""
    return {
        span.what["organ"]
        for key, span in record.designations.items()
        if span.what["information"] == information and stands(record, key, day)
    }


def heads(record: Record, information: str, organization: str, action: str, day: date) -> set[str]:
    """The heads whose assessment counts: one's own as designator or borrower, the provider's at an operator (Act 11(1))."""
    found = {organization} & designated(record, information, day)
    for span in record.provisions.values():
        what = span.what
        if what["information"] != information or what["to"] != organization or not span.runs(day):
            continue
        if what["under"] == "Act 6(1)":
            found.add(organization)
        elif what["under"] == "Act 10(1)" and _served(record, information, what["from"], organization, action, day):
            found.add(what["from"])
    return found


def _served(record: Record, information: str, organ: str, operator: str, action: str, day: date) -> bool:
    """Article 10: the provider certified the operator and has a contract with it that covers the information."""
    certified = any(one.what == {"organ": organ, "operator": operator} and one.runs(day) for one in record.certifications.values())
    covered = False
    for one in record.contracts.values():
        if one.what["organ"] != organ or one.what["operator"] != operator or information not in one.what["informations"]:
            continue
        back = one.what.get("return_by")
        returning = action in {"return", "dispose"} and back is not None and one.last_day is not None and one.last_day < day <= back
        covered = covered or one.runs(day) or returning
    return certified and covered


def counted(record: Record, one: dict[str, Any]) -> date:
    """Article 12(8): a reused investigation counts as notified when the first result was; never later than its own notice."""
    on: date = one["on"]
    first = record.results.get(one.get("first") or "")
    days = [on, one.get("original"), None if first is None else counted(record, first)]
    return min(day for day in days if day is not None)


def _newest(record: Record, done: list[dict[str, Any]], law: str) -> dict[str, Any] | None:
    """The assessment carried out last. Of two of one day nobody knows which: nobody is let in on the better of them."""
    carried_out = [one for one in done if one["law"] == law and one["outcome"] in {"positive", "negative"}]
    last = [one for one in carried_out if one["on"] == max(each["on"] for each in carried_out)]
    return min(last, key=lambda one: (one["outcome"] == "positive", counted(record, one)), default=None)


def cleared(record: Record, person: str, head: str, day: date) -> bool:
    """Article 11(1) and (2)."""
    if any(one.what["person"] == person and one.runs(day) for one in record.offices.values()):
        return True
    done = [one for one in record.results.values() if (one["person"], one["head"]) == (person, head) and one["on"] <= day]
    told = [one for one in record.doubts.values() if (one["person"], one["head"]) == (person, head) and one["on"] <= day]
    own = _newest(record, done, "iesi")
    within = own is not None and own["outcome"] == "positive" and day <= ten_years_end(counted(record, own), 10)
    if own is not None and within and not any(one["law"] == "iesi" and one["on"] >= own["on"] for one in told):
        return True
    sds = _newest(record, done, "sds")
    if sds is None or sds["outcome"] != "positive" or day > ten_years_end(counted(record, sds), 5):
        return False
    if own is not None and own["on"] >= sds["on"]:
        return False
    return not any(one["on"] >= sds["on"] for one in told)


def reusable(record: Record, key: str, head: str, day: date) -> bool:
    """Article 12(7): the newest of other heads, positive, investigated by the Prime Minister for it, within ten years, none own later."""
    one = record.results[key]
    by_person = [
        each for each in record.results.values() if each["person"] == one["person"] and each["law"] == "iesi" and each["on"] <= day
    ]
    carried_out = [each for each in by_person if each["outcome"] in {"positive", "negative"}]
    others = [
        each
        for each in carried_out
        if each["head"] != head
        and not each["own"]
        and not each.get("first")
        and not each.get("original")
        and day <= ten_years_end(each["on"], 10)
    ]
    newest = [each for each in others if each["on"] == max(each["on"] for each in others)]
    return (
        one in newest
        and all(each["outcome"] == "positive" for each in newest)
        and not any(each["head"] == head and each["on"] >= one["on"] for each in carried_out)
    )


def assessed(steps: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Articles 12(3) to (7), 13(1): what an assessment came to whose steps are these, the notice of the result last; None for nothing lawful."""
    begun = max((place for place, one in enumerate(steps[:-1]) if one["verb"] == "notify_result" or one.get("doubt")), default=-1)
    own = steps[begun if begun >= 0 and steps[begun].get("doubt") else begun + 1 :]
    gone = max((place for place, one in enumerate(own) if one["verb"] in {"record_refusal", "record_withdrawal"}), default=-1)
    own = own[gone + 1 :]
    days = [one["on"] for one in own]
    if days != sorted(days):
        return None
    verbs = [one["verb"] for one in own]
    decided = next((one["outcome"] for one in own if one["verb"] == "decide"), None)
    investigation = next(
        (one for one in own if one["verb"] in {"request_investigation", "record_own_investigation", "reuse_investigation"}), None
    )
    if decided not in {"positive", "negative"} or investigation is None:
        return None
    place = own.index(investigation)
    consents = [one for one in own[:place] if one["verb"] == "record_consent"]
    reused = investigation["verb"] == "reuse_investigation"
    noticed = "give_notice" in verbs[:place] and verbs.index("give_notice") < max(
        (spot for spot, one in enumerate(own[:place]) if one["verb"] == "record_consent" and not one["reuse"]), default=-1
    )
    lawful = bool(consents) and (reused or noticed) and (not reused or investigation["lawful"])
    answered = investigation["verb"] == "record_own_investigation" or "receive_opinion" in verbs[place : verbs.index("decide")]
    if not lawful or not answered or verbs.index("decide") < place:
        return None
    return {"outcome": decided, "own": investigation["verb"] == "record_own_investigation", "first": investigation.get("first")}


def listed(record: Record, person: str, information: str, organization: str, action: str, day: date) -> bool:
    """Articles 5(1), 6(3), 10(4): a line names the person, or a unit or post that they hold there on the day."""
    held = [one.what for one in record.posts.values() if one.what["person"] == person and one.what["at"] == organization and one.runs(day)]
    for one in record.listings.values():
        what = one.what
        if (what["information"], what["at"]) != (information, organization):
            continue
        if what.get("removed") is not None and what["removed"] <= day:
            continue
        # For bringing back, the list as it was on a contract's last day; a superset is enough here.
        if not one.runs(day) and action not in {"return", "dispose"}:
            continue
        if what["actions"] is not None and ("read" if action == "handle" else action) not in what["actions"]:
            continue
        if what.get("person") == person or any(names(what, post) for post in held):
            return True
    return False


def names(line: dict[str, Any], post: dict[str, Any]) -> bool:
    """Whether a line names somebody by the unit or the post that they hold."""
    by_unit = line.get("unit") is not None and line["unit"] == post["unit"]
    return by_unit or (line.get("post") is not None and line["post"] == post["post"])


def excluded(record: Record, person: str, organization: str, head: str, day: date) -> bool:
    """Whether the organization took somebody out of all lists, for what a head answers for or for everything."""
    return any(
        (one.what["person"], one.what["at"]) == (person, organization) and one.what["head"] in {None, head} and one.runs(day)
        for one in record.exclusions.values()
    )


def allowed(record: Record, person: str, information: str, organization: str, action: str, day: date) -> bool:
    """Whether the Act lets somebody handle an information for an organization on a day."""
    works = any(one.what["person"] == person and one.what["at"] == organization and one.runs(day) for one in record.posts.values())
    return (
        works
        and bool(designated(record, information, day))
        and listed(record, person, information, organization, action, day)
        and any(
            cleared(record, person, head, day) and not excluded(record, person, organization, head, day)
            for head in heads(record, information, organization, action, day)
        )
    )
