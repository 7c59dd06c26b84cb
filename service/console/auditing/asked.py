"""What a filter bar of the ledger asks for: words as they were typed, the search that they mean, and what is wrong beside a field."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.console.auditing.kind_words import KINDS, ROOMS
from service.evidence.moments import LONGEST, moment_of
from service.evidence.searches import Search
from service.identity.account_model import Account
from service.ledger import canonical

NAMES = ("who", "kind", "item", "outcome", "since", "until", "request")
"""The words of a filter, as they stand in an address."""
OUTCOMES = ("permit", "deny", "accepted", "refused")
_ID = re.compile(r"[^\s\x00-\x1f\x7f-\xa0]{1,128}")


@dataclass(frozen=True, slots=True)
class Asked:
    """A filter: its words as they were typed, its search, and by field what is wrong (a key of the words of these pages)."""

    words: Mapping[str, str]
    search: Search
    problems: Mapping[str, str] = field(default_factory=dict)

    def address(self, **changes: str) -> str:
        """Return the words of an address for this filter with some of its words changed; an empty one is left out."""
        wanted = {**self.words, **changes}
        return urlencode({name: value for name, value in wanted.items() if value})

    @property
    def is_empty(self) -> bool:
        """Whether nothing narrows."""
        return not any(self.words.values())


def asked_for(session: Session, given: Mapping[str, str]) -> Asked:
    """Return the filter that some words make; a word that is wrong narrows nothing and is told beside its field."""
    words = {name: str(given.get(name, "")).replace("\x00", "").strip() for name in NAMES}
    problems: dict[str, str] = {}
    for name in ("who", "item", "request"):
        if words[name] and not _is_id(words[name]):
            problems[name] = "audit_bad_id"
    if words["kind"] and words["kind"] not in KINDS and words["kind"].removesuffix(":") not in ROOMS:
        problems["kind"] = "audit_bad_choice"
    if words["outcome"] and words["outcome"] not in OUTCOMES:
        problems["outcome"] = "audit_bad_choice"
    since, until = (_moment(words[name], name, problems) for name in ("since", "until"))
    if since is not None and until is not None and until <= since:
        problems["until"] = "audit_bad_order"
    kept = {name: "" if name in problems else words[name] for name in words}
    search = Search(
        who=_accounts(session, kept["who"]),
        kind=kept["kind"] if kept["kind"] in KINDS or not kept["kind"] else f"{kept['kind'].removesuffix(':')}:",
        items=(kept["item"],) if kept["item"] else (),
        outcome=kept["outcome"],
        request=kept["request"],
        since=since,
        until=until if "until" not in problems else None,
    )
    return Asked({name: value[:LONGEST] for name, value in words.items()}, search, problems)


def _is_id(word: str) -> bool:
    if not _ID.fullmatch(word):
        return False
    try:
        canonical(word)
    except ValueError:
        return False
    return True


def _accounts(session: Session, word: str) -> tuple[str, ...]:
    """Return the ids that a word may stand for: itself, and the accounts that ever had it as their sign-in name."""
    if not word:
        return ()
    return (word, *session.scalars(select(Account.id).where(Account.sign_in_name == word).order_by(Account.id).limit(10)))


def _moment(word: str, name: str, problems: dict[str, str]) -> datetime | None:
    """Return the instant from which (`since`) or before which (`until`) a word bounds a time; None where it does not."""
    if not word:
        return None
    try:
        return moment_of(word, last=name == "until")
    except (ValueError, OverflowError):
        problems[name] = "audit_bad_day"
        return None
