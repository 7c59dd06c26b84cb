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
    extensions: list[tuple[str, date, date]] = field(default_factory=list)
    lifted: dict[str, date] = field(default_factory=dict)
    certifications: dict[str, Span] = field(default_factory=dict)
    contracts: dict[str, Span] = field(default_factory=dict)
    provisions: dict[str, Span] = field(default_factory=dict)
    results: list[dict[str, Any]] = field(default_factory=list)
    doubts: list[dict[str, Any]] = field(default_factory=list)
    offices: list[Span] = field(default_factory=list)
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
    for of, made_on, until in record.extensions:
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


def cleared(record: Record, person: str, head: str, day: date) -> bool:
    """Article 11(1) and (2)."""
    if any(one.what["person"] == person and one.runs(day) for one in record.offices):
        return True
    done = [one for one in record.results if (one["person"], one["head"]) == (person, head) and one["on"] <= day]
    own = max(
        (one for one in done if one["law"] == "iesi" and one["outcome"] in {"positive", "negative"}),
        key=lambda one: one["on"],
        default=None,
    )
    told = [one for one in record.doubts if (one["person"], one["head"]) == (person, head) and one["on"] <= day]
    within = own is not None and own["outcome"] == "positive" and day <= ten_years_end(own["on"], 10)
    if own is not None and within and not any(one["law"] == "iesi" and one["on"] >= own["on"] for one in told):
        return True
    sds = max(
        (one for one in done if one["law"] == "sds" and one["outcome"] in {"positive", "negative"}), key=lambda one: one["on"], default=None
    )
    if sds is None or sds["outcome"] != "positive" or day > ten_years_end(sds["on"], 5):
        return False
    if own is not None and own["on"] >= sds["on"]:
        return False
    return not any(one["on"] >= sds["on"] for one in told)


def listed(record: Record, person: str, information: str, organization: str, action: str, day: date) -> bool:
    """Articles 5(1), 6(3), 10(4): a line names the person, or a unit or post that they hold there on the day."""
    held = [one.what for one in record.posts.values() if one.what["person"] == person and one.what["at"] == organization and one.runs(day)]
    for one in record.listings.values():
        what = one.what
        if (what["information"], what["at"]) != (information, organization):
            continue
        # For bringing back, the list as it was on a contract's last day; a superset is enough here.
        if not one.runs(day) and action not in {"return", "dispose"}:
            continue
        if what["actions"] is not None and ("read" if action == "handle" else action) not in what["actions"]:
            continue
        if what.get("person") == person or any(
            (what.get("unit") is not None and what["unit"] == post["unit"])
            or (what.get("post") is not None and what["post"] == post["post"])
            for post in held
        ):
            return True
    return False


def allowed(record: Record, person: str, information: str, organization: str, action: str, day: date) -> bool:
    """Whether the Act lets somebody handle an information for an organization on a day."""
    works = any(one.what["person"] == person and one.what["at"] == organization and one.runs(day) for one in record.posts.values())
    return (
        works
        and bool(designated(record, information, day))
        and listed(record, person, information, organization, action, day)
        and any(cleared(record, person, head, day) for head in heads(record, information, organization, action, day))
    )
