"""The lists of a case file's `given`, with what their entries need to know of each other."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

GivenFacts = Mapping[str, Any]
Entry = Mapping[str, Any]
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
"""The instant at which given facts became known: before anything that is asked."""


def known_code(value: str | None, codes: Iterable[str], word: str) -> str | None:
    """Return a code of a closed list, or None; raise ValueError naming any other."""
    if value is not None and value not in codes:
        message = f"unknown {word} {value!r}"
        raise ValueError(message)
    return value


class Given:
    """The given facts with what their rows need to know of each other."""

    def __init__(self, given: GivenFacts, at: datetime) -> None:
        self.given = given
        self.at = at
        self.organizations = {entry["id"] for entry in self.entries("organizations", "id", "kind")}
        self.people = {entry["id"] for entry in self.entries("people", "id")}
        self.assessments = {entry["id"]: entry for entry in self.entries("assessments", "id", "person", "by", "outcome", "notified_on")}

    def entries(self, name: str, *needed: str) -> Sequence[Entry]:
        """Return a list of the file, each entry having what it needs."""
        found: Sequence[Entry] = self.given.get(name) or ()
        counted = Counter(entry["id"] for entry in found if entry.get("id") is not None)
        twice = next((one for one, times in counted.items() if times > 1), None)
        if twice is not None:
            message = f"{name}: the id {twice!r} is given twice"
            raise ValueError(message)
        for place, entry in enumerate(found):
            missing = next((key for key in needed if entry.get(key) is None), None)
            if missing is not None:
                message = f"{name}[{place}]: {missing} is missing"
                raise ValueError(message)
        return found

    def organization(self, name: str) -> str:
        """Return an organization's id if the file has it."""
        if name not in self.organizations:
            message = f"no organization {name!r} is given"
            raise ValueError(message)
        return name

    def person(self, name: str) -> str:
        """Return a person's id if the file has it."""
        if name not in self.people:
            message = f"no person {name!r} is given"
            raise ValueError(message)
        return name

    def counted_on(self, entry: Entry) -> date:
        """Return the day from which an assessment's years run: for a reused one the first notice's (Act 12(8))."""
        seen = {entry["id"]}
        while entry.get("reuses") is not None:
            first = self.assessments.get(entry["reuses"])
            if first is None or first["id"] in seen:
                message = f"assessment {entry['id']!r} reuses {entry['reuses']!r}, which is not given"
                raise ValueError(message)
            seen.add(first["id"])
            entry = first
        counted: date = entry["notified_on"]
        return counted
