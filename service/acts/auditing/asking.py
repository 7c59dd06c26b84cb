"""The query that some words make: who, what, which kind, when; days by western or Japanese year, accounts also by their sign-in name."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.acts.asking import UnfitError
from service.evidence.moments import moment_of
from service.evidence.predicate import Predicate, PredicateError, read_predicate
from service.identity.account_model import Account
from service.ledger import Kind, instant

LISTS: Mapping[str, str] = {
    "people": "people",
    "accounts": "actors",
    "applications": "actors",
    "informations": "objects",
    "documents": "objects",
    "objects": "objects",
    "organizations": "organizations",
    "kinds": "kinds",
    "outcomes": "outcomes",
    "actions": "actions",
    "requests": "requests",
}
"""Each list of words, and the member of the predicate that it goes into."""
WITHHELD = ("reasons", "citations", "purposes")
BOUNDS: Mapping[str, str] = {"since": "from_at", "until": "to_at"}
_KINDS = frozenset(kind.value for kind in Kind)


class QueryUnfitError(UnfitError):
    """A word of a query that asks for nothing there is; `word` names it."""

    def __init__(self, word: str, why: str) -> None:
        super().__init__(f"{word}: {why}")
        self.word = word


@contextmanager
def fitting() -> Iterator[None]:
    """Let words that do not fit be told as such (UnfitError), whoever found it out."""
    try:
        yield
    except UnfitError:
        raise
    except ValueError as unfit:
        raise UnfitError(str(unfit)) from unfit


def query_from(session: Session, words: Mapping[str, Any]) -> Predicate:
    """Return the query of some words: lists of ids and codes, and `since` and `until` as somebody writes them.

    Raises QueryUnfitError, which names the word.
    """
    value: dict[str, Any] = {"v": 1}
    for word, member in LISTS.items():
        found = _texts(word, words.get(word))
        if word == "kinds":
            found = _whole(word, found)
        if word == "accounts":
            found = _accounts(session, found)
        if found:
            _tried({"v": 1, member: found}, word)
            value.setdefault(member, []).extend(found)
    for word, member in BOUNDS.items():
        if words.get(word):
            value[member] = _bound(word, str(words[word]))
    if withheld := {word: found for word in WITHHELD if (found := _texts(word, words.get(word)))}:
        for word, found in withheld.items():
            _tried({"v": 1, "disclosed": {word: found}}, word)
        value["disclosed"] = withheld
    return _tried(value, "until" if "to_at" in value else "query")


def _tried(value: Mapping[str, Any], word: str) -> Predicate:
    try:
        return read_predicate(value)
    except PredicateError as unfit:
        raise QueryUnfitError(word, unfit.why) from unfit


def _texts(word: str, given: Any) -> list[str]:
    if given in (None, ""):
        return []
    if not isinstance(given, Sequence) or isinstance(given, str) or not all(isinstance(one, str) for one in given):
        raise QueryUnfitError(word, "a list of texts")
    return [one.strip() for one in given if one.strip()]


def _whole(word: str, kinds: Sequence[str]) -> list[str]:
    """Return kinds, a room (`identity:`) being all of its kinds that there are today."""
    found: list[str] = []
    for one in kinds:
        of_room = sorted(kind for kind in _KINDS if kind.startswith(one)) if one.endswith(":") else [one] * (one in _KINDS)
        if not of_room:
            raise QueryUnfitError(word, f"there is no kind {one[:128]}")
        found += of_room
    return found


def _accounts(session: Session, names: Sequence[str]) -> list[str]:
    """Return ids of accounts; of a sign-in name those of all accounts that ever had it."""
    found: list[str] = []
    for name in names:
        by_name = session.scalars(select(Account.id).where(Account.sign_in_name == name.replace("\x00", "")).order_by(Account.id).limit(10))
        found += list(by_name) or [name]
    return found


def _bound(word: str, text: str) -> str:
    try:
        return instant(moment_of(text.strip(), last=word == "until"))
    except (ValueError, OverflowError) as unfit:
        raise QueryUnfitError(word, "no day or minute that there is, by western or Japanese year") from unfit
