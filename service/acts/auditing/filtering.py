"""What a filter of the ledger's page asks, in the words of a query of auditors, so that it can be saved as one."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.acts.auditing.asking import QueryUnfitError
from service.identity.account_model import Account
from service.identity.model import Application
from service.personnel.model import Organization, Person

ALIKE: Mapping[str, str] = {"outcome": "outcomes", "request": "requests"}
"""Words of a filter that a query has under another name."""


def words_of_filter(session: Session, given: Mapping[str, str]) -> dict[str, Any]:
    """Return the words of the query that finds what a filter finds.

    Raises QueryUnfitError where none does: a filter looks for somebody among those who act and those whom an entry names at once,
    and for an organization also where an entry is about it; a query asks for one or the other.
    """
    words: dict[str, Any] = {name: [given[word]] for word, name in ALIKE.items() if given.get(word)}
    words |= {name: given[name] for name in ("since", "until") if given.get(name)}
    if kind := given.get("kind"):
        words["kinds"] = [kind if kind.count(":") > 1 else f"{kind.removesuffix(':')}:"]
    if who := given.get("who"):
        words[_member_of(session, who)] = [who]
    if item := given.get("item"):
        if session.get(Organization, item) is not None:
            word, why = "item", "an organization is what an entry is about, or whom it is for; a query asks for one of both"
            raise QueryUnfitError(word, why)
        words["objects"] = [item]
    return words


def _member_of(session: Session, who: str) -> str:
    """Return whether an id is of a person, or of who acts."""
    accounts = select(Account.id).where((Account.id == who) | (Account.sign_in_name == who)).limit(1)
    found = {
        "people": session.get(Person, who) is not None,
        "accounts": session.scalar(accounts) is not None,
        "applications": session.get(Application, who) is not None,
    }
    there = [name for name, known in found.items() if known]
    if len(there) != 1:
        word = "who"
        raise QueryUnfitError(word, "neither a person's id alone, nor an account's, nor an application's")
    return there[0]
