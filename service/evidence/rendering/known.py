"""What may be known of a digest that an entry names, and what ids are called; both are given by whoever renders."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Opened:
    """A disclosure that may be read. `text` (RFC 9901) opens the digest; None where the value was reduced for its reader."""

    name: str
    value: object
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Erased:
    """A disclosure that is gone: by which entry, with which key, and in which word, as far as that is told."""

    by: int | None = None
    key: str | None = None
    word: str = "destroyed"


@dataclass(frozen=True, slots=True)
class Withheld:
    """A disclosure that is not for this reader: `entitlement`, `sealed` or `organ`."""

    code: str


Known = Opened | Erased | Withheld
Find = Callable[[str], Known | None]
"""Says what is known of a digest (base64url); None where nothing stands beside the log. The `get` of a mapping is one."""


def nothing(_digest: str) -> None:
    """Know of no disclosure: the clear part alone."""


@dataclass(frozen=True, slots=True)
class Names:
    """What ids are called: names of people and things, numbers of designations, and whose an account is."""

    names: Mapping[str, str] = field(default_factory=dict)
    numbers: Mapping[str, str] = field(default_factory=dict)
    accounts: Mapping[str, str] = field(default_factory=dict)

    def name(self, id_: str) -> str:
        """Return what an id is called, empty where that is not known; an account has the name of its person."""
        return self.names.get(id_) or self.names.get(self.accounts.get(id_, ""), "")

    def number(self, id_: str) -> str:
        """Return the number of a designation, empty where that is not known."""
        return self.numbers.get(id_, "")


NAMELESS = Names()
NAMED: Mapping[str, str] = {
    "personnel.people": "legal_name",
    "personnel.organizations": "name",
    "designation.information": "title",
    "designation.documents": "title",
    "identity.applications": "name",
}
"""By table of the facts of acts the column that names its rows."""
NUMBERED = frozenset({"designation.information", "designation.documents"})
ACCOUNTS = "identity.accounts"


def names_of(facts: Iterable[object]) -> Names:
    """Return what the rows of disclosed `facts` of acts call their ids; of several, the last that says it counts.

    In a package that is every opened disclosure in the order of `disclosures.jsonl`. What is no list of rows is passed over.
    """
    names: dict[str, str] = {}
    numbers: dict[str, str] = {}
    accounts: dict[str, str] = {}
    for value in facts:
        for one in value if isinstance(value, list) else ():
            if not isinstance(one, dict) or not isinstance(one.get("row"), dict):
                continue
            table, row = one.get("table"), one["row"]
            id_ = row.get("id")
            if not isinstance(id_, str) or not isinstance(table, str):
                continue
            _keep(names, id_, row.get(NAMED.get(table, "")))
            _keep(numbers, id_, row.get("number") if table in NUMBERED else None)
            _keep(accounts, id_, row.get("person_id") if table == ACCOUNTS else None)
    return Names(names, numbers, accounts)


def _keep(said: dict[str, str], id_: str, word: object) -> None:
    if isinstance(word, str) and word:
        said[id_] = word


def opened_of(part: Mapping[str, Any], known: Find) -> dict[str, Any]:
    """Return the values of what is opened of a part of an entry, by the names of its disclosures."""
    return {one.name: one.value for name in part.get("_sd") or () if isinstance(one := known(name), Opened)}
