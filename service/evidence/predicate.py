"""The predicate of a query: which entries of the log it finds, as canonical JSON with a digest.

Version 1 is an object with these members; `v` is required, each other narrows:

    v                       1
    from_at, to_at          instants, half open: entries from the first on, before the second
    kinds, outcomes         any of; each kind is whole (`room:noun:verb`)
    actors                  any of; who acted, or who approved
    people, objects         any of; whom or what an entry names
    organizations           any of; acted for
    actions                 any of; what was asked to be done
    requests                any of; the number of a request, a reference or a proposal
    disclosed               {reasons, citations, purposes}: any of each

Where an entry holds several decisions (`checks`), one of them must satisfy all of it. What `disclosed` asks for is withheld
beside the log, so `matches` passes it over and `matches_disclosed` judges what was opened.

This module runs on the machine of whoever verifies an export: it imports the standard library alone, and no member of an entry,
of whatever type a forger gave it, makes it raise.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final, NoReturn

VERSION: Final = 1
MOST: Final = 1_000
"""Values that one member may list."""
LONGEST: Final = 128
"""Characters of a value."""
OUTCOMES: Final = ("accepted", "deny", "permit", "refused")
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")
_WORD = re.compile(r"[^\s\x00-\x1f\x7f-\xa0\ud800-\udfff]+")
"""No blank, no sign of control, no half of a character (a lone surrogate)."""
_KIND = re.compile(r"[a-z0-9_]+:[a-z0-9_]+:[a-z0-9_]+")
_BOUNDS = ("from_at", "to_at")
FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "kinds": ("kind",),
    "outcomes": ("out",),
    "actors": ("actor", "second"),
    "people": ("person",),
    "objects": ("object",),
    "organizations": ("for",),
    "actions": ("action",),
    "requests": ("req", "ref", "proposal"),
}
"""By member of the predicate the fields of an entry of which one must hold one of its values."""
_DISCLOSED = ("reasons", "citations", "purposes")
MEMBERS: Final = ("v", *_BOUNDS, *FIELDS, "disclosed")


class PredicateError(ValueError):
    """What was given is no predicate; `member` names where, the message says why."""

    def __init__(self, member: str, why: str) -> None:
        super().__init__(f"{member}: {why}" if member else why)
        self.member, self.why = member, why


@dataclass(frozen=True)
class Predicate:
    """A predicate as `read_predicate` found it right; `value` is its JSON object, each list in order and without repeats."""

    value: Mapping[str, Any]

    @property
    def canonical(self) -> bytes:
        """Return its RFC 8785 bytes, one form for all predicates that say the same."""
        return json.dumps(self.value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()

    @property
    def digest(self) -> str:
        """Return the SHA-256 of its canonical bytes, in hexadecimal."""
        return sha256(self.canonical).hexdigest()

    @property
    def asks_disclosed(self) -> bool:
        """Say whether it asks for something that entries do not tell in clear."""
        return "disclosed" in self.value

    def matches(self, entry: Mapping[str, Any]) -> bool:
        """Say whether the clear part of an entry (its JSON object) is found, whatever is `disclosed`.

        With several decisions in an entry, whether one of them is.
        """
        return any(self.holds(one) for one in parts_of(entry))

    def checks_found(self, entry: Mapping[str, Any]) -> list[int]:
        """Return which of an entry's decisions are found, counted from 1; for an entry that is one alone, 1 or nothing."""
        return [place for place, one in enumerate(parts_of(entry), 1) if self.holds(one)]

    def holds(self, part: Mapping[str, Any]) -> bool:
        """Say whether one part of an entry (`parts_of`) satisfies all conditions on what stands in clear."""
        at = part.get("at")
        if not isinstance(at, str):
            at = ""
        if at < self.value.get("from_at", "") or ("to_at" in self.value and not at < self.value["to_at"]):
            return False
        for member, names in FIELDS.items():
            wanted = self.value.get(member)
            if wanted is not None and not any(_text(part, name) in wanted for name in names):
                return False
        return True

    def matches_opened(self, opened: Mapping[str, Any]) -> bool:
        """Say whether the values of what was opened of a part, by the names of its disclosures, satisfy `disclosed`.

        What an act notes and what a search asks for stand where a decision has its answer.
        """
        said = next((opened[name] for name in ("answer", "note", "query") if name in opened), None)
        asked = opened.get("asked")
        return self.matches_disclosed(said if isinstance(said, Mapping) else {}, asked if isinstance(asked, Mapping) else None)

    def matches_disclosed(self, answer: Mapping[str, Any], asked: Mapping[str, Any] | None = None) -> bool:
        """Say whether what was opened satisfies `disclosed`; true where nothing is asked of it.

        `answer` is the value of a decision's `answer`, of an act's `note` or of a search's `query`; `asked` the value of `asked`, where
        there is one.
        A citation finds itself and what lies in it: `Act 1` finds `Act 1(1)`, and not `Act 11`.
        """
        wanted: Mapping[str, Any] = self.value.get("disclosed", {})
        if "reasons" in wanted and _text(answer, "reason") not in wanted["reasons"]:
            return False
        if "purposes" in wanted and not any(_text(one, "purpose") in wanted["purposes"] for one in (answer, asked or {})):
            return False
        if "citations" in wanted:
            basis = answer.get("basis")
            found = [one for one in basis if isinstance(one, str)] if isinstance(basis, (list, tuple)) else []
            return any(lies_in(one, citation) for one in found for citation in wanted["citations"])
        return True


def parts_of(entry: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield an entry, or each of its several decisions with what all have in common, in their order."""
    checks = entry.get("checks")
    if not isinstance(checks, list):
        yield entry
        return
    common = {name: value for name, value in entry.items() if name != "checks"}
    for check in checks:
        if isinstance(check, dict):
            yield {**common, **check}


def lies_in(citation: str, wider: str) -> bool:
    """Say whether a citation is another, or a paragraph or item of it: `Act 11(1)` lies in `Act 11`."""
    return citation == wider or citation.startswith((f"{wider}(", f"{wider} "))


def read_predicate(given: bytes | str | Mapping[str, Any]) -> Predicate:
    """Return the predicate of a JSON text or object, in its one form. Raises PredicateError.

    A member that version 1 does not know is refused: a verifier that passed over it would find more than was asked for.
    """
    value = _loaded(given) if isinstance(given, (bytes, str)) else given
    if not isinstance(value, Mapping):
        _refuse("a predicate is an object")
    for name in value:
        if name not in MEMBERS:
            _refuse("version 1 has no such member", at=str(name)[:LONGEST])
    if type(value.get("v")) is not int or value["v"] != VERSION:
        _refuse(f"the version is {VERSION}", at="v")
    read: dict[str, Any] = {"v": VERSION}
    read |= {name: _instant(name, value[name]) for name in _BOUNDS if name in value}
    if len(read) > len(_BOUNDS) and read["to_at"] <= read["from_at"]:
        _refuse("lies not behind from_at", at="to_at")
    read |= {name: _values(name, value[name]) for name in FIELDS if name in value}
    if "disclosed" in value:
        read["disclosed"] = _disclosed(value["disclosed"])
    return Predicate(read)


def read_canonical(text: bytes) -> Predicate:
    """Return the predicate of its canonical bytes alone, as a package carries it. Raises PredicateError for any other form."""
    predicate = read_predicate(text)
    if predicate.canonical != text:
        _refuse("the bytes are not its canonical form")
    return predicate


def _refuse(why: str, *, at: str = "") -> NoReturn:
    raise PredicateError(at, why) from None


def _loaded(text: bytes | str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_once)
    except PredicateError:
        raise
    except (ValueError, RecursionError):
        _refuse("it is no JSON")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object whose members stand once each: of two, readers differ which one they take."""
    read = dict(pairs)
    if len(read) != len(pairs):
        _refuse("a member stands twice")
    return read


def _instant(name: str, value: Any) -> str:
    if isinstance(value, str) and _INSTANT.fullmatch(value):
        try:
            datetime.strptime(value, "%Y-%m-%dT%H:%M:%S.%fZ")  # noqa: DTZ007 - read to see that the day exists; the text is kept
        except ValueError:
            _refuse("there is no such instant", at=name)
        return value
    _refuse("an instant is of UTC with six decimals, as 2026-11-24T03:00:00.000000Z", at=name)


def _values(name: str, value: Any) -> list[str]:
    if not isinstance(value, (list, tuple)) or not 0 < len(value) <= MOST:
        _refuse(f"a list of 1 to {MOST} values", at=name)
    for one in value:
        if not isinstance(one, str) or not _is_word(one, spaced=name == "citations"):
            _refuse(f"a value is 1 to {LONGEST} characters, without blanks or signs of control", at=name)
        if name == "kinds" and not _KIND.fullmatch(one):
            _refuse("a kind is room:noun:verb", at=name)
        if name == "outcomes" and one not in OUTCOMES:
            _refuse(f"one of {', '.join(OUTCOMES)}", at=name)
    return sorted(set(value))


def _disclosed(value: Any) -> dict[str, list[str]]:
    if not isinstance(value, Mapping) or not value:
        _refuse("an object with reasons, citations or purposes", at="disclosed")
    for name in value:
        if name not in _DISCLOSED:
            _refuse(f"one of {', '.join(_DISCLOSED)}", at="disclosed")
    return {name: _values(name, value[name]) for name in _DISCLOSED if name in value}


def _is_word(text: str, *, spaced: bool) -> bool:
    """Say whether a value is of a form that every reader takes alike; single blanks stand in citations alone."""
    words = text.split(" ") if spaced else [text]
    return 0 < len(text) <= LONGEST and all(_WORD.fullmatch(one) for one in words)


def _text(part: Mapping[str, Any], name: str) -> str:
    """Return a field that is a text, else what no value of a predicate is."""
    value = part.get(name)
    return value if isinstance(value, str) else ""
