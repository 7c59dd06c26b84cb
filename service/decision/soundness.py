"""What is wrong with the texts of a policy set, file by file: what keeps it from being loaded, and what keeps it from force.

The two differ so that a set that was once in force can always be loaded again, under whatever version of Sekisho: decisions
that were made with it are judged again by it. What comes into force anew must be fit besides (`unfit`).

Everything here is judged on the tree that the engine reads, never on the text: a `permit` behind an annotation, a comment or
a line break is a `permit`.
"""

import dataclasses
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import cedarpy
from cedarpy import pst

from service.decision.annotations import PolicyError, annotated
from service.statute.policies import SCHEMA, PolicyTexts, read_policies

HOUSE, LAW = "house/", ("act/", "order/")
LARGEST_SET = 131_072
"""Bytes of a whole set; the shipped one has a fifth of them."""
HOUSE_RANK = 80
"""From which rank on reasons of the house stand: whatever the law says is said first."""
HOUSE_CONCERNS = ("organization", "person")
DAY_LONG = re.compile(r"\d{4}-\d{2}-\d{2}")
PATH = re.compile(r"(?:act|order|house)/[a-z0-9][a-z0-9-]{0,63}\.cedar")
ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
REASON = re.compile(r"[a-z][a-z0-9_]{0,63}")
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|//[^\n]*|;', re.DOTALL)
ACTION = re.compile(r" (?:in context )?for Sekisho::Action::\"\w+\"")
MOST_TOLD = 3
UNSEEN = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
"""Characters that a reader does not see, or sees as an end of line where the engine sees none."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in a file of a set, in Japanese and English."""

    file: str
    ja: str
    en: str

    def __str__(self) -> str:
        """Return the line in English, as errors tell it."""
        return f"{self.file}: {self.en}"


@dataclass(frozen=True, slots=True)
class Read:
    """A policy as its file has it."""

    file: str
    policy: pst.Template
    text: str

    @property
    def id(self) -> str:
        """What its `@id` says, or an empty text."""
        return str(dict(self.policy.annotations).get("id", ""))

    @property
    def notes(self) -> Mapping[str, str]:
        """Its annotations."""
        return dict(self.policy.annotations)


def read_all(texts: PolicyTexts) -> tuple[list[Read], list[Problem]]:
    """Return the policies of all files that can be read, each file by itself, and what is wrong with the others.

    A file that cannot be read alone is refused, so that no policy begins in one file and ends in another.
    """
    found: list[Read] = []
    problems: list[Problem] = []
    for path in sorted(texts.files):
        try:
            tree = cedarpy.PolicySet.from_str(texts.files[path]).to_pst()
        except ValueError as broken:
            problems.append(Problem(path, f"読み取れません ({broken})", f"cannot be read: {broken}"))
            continue
        if tree.templates:
            problems.append(
                Problem(path, "テンプレート(?principal、?resource)は使えません", "templates (?principal, ?resource) may not be used")
            )
        sources = _sources(texts.files[path])
        for name, policy in tree.static_policies.items():
            found.append(Read(path, policy, sources[int(name.removeprefix("policy"))]))
    return found, problems


def _sources(text: str) -> list[str]:
    """Return the text of each policy of a file: what ends with a semicolon outside of strings and comments."""
    found, start = [], 0
    for token in TOKEN.finditer(text):
        if token[0] == ";":
            found.append(text[start : token.end()].strip())
            start = token.end()
    return found


def nodes_of(node: Any) -> Iterator[Any]:
    """Yield a node of a policy's tree and all below it."""
    yield node
    if isinstance(node, Mapping):
        below: Iterator[Any] = iter(node.values())
    elif isinstance(node, tuple | list):
        below = iter(node)
    elif dataclasses.is_dataclass(node):
        below = (getattr(node, field.name) for field in dataclasses.fields(node))
    else:
        return
    for child in below:
        yield from nodes_of(child)


def problems_of(texts: PolicyTexts) -> list[Problem]:
    """Return what keeps a set from being loaded: none for one that the engine reads and that keeps to the rules of this house."""
    found, problems = read_all(texts)
    unread = {one.file for one in problems}
    for one in found:
        if one.file.startswith(HOUSE) and one.policy.effect != "forbid":
            problems.append(
                Problem(
                    one.file, f"{_named(one)}: 施設の規程は禁止(forbid)だけができます", f"{_named(one)}: a house policy may only forbid"
                )
            )
        try:
            annotated("@id", one.policy.effect, one.notes)
        except PolicyError as unannotated:
            problems.append(Problem(one.file, f"注釈がないか、形が違います ({unannotated})", str(unannotated)))
        if any(_counts_utc_days(node) for node in nodes_of(one.policy)):
            problems.append(
                Problem(
                    one.file,
                    f"{_named(one)}: 日は日本で数えるため、日付だけのdatetime、toDate、toTimeは使えません",
                    f"{_named(one)}: days are counted in Japan, so neither a date-only datetime nor toDate or toTime may be used",
                )
            )
    return problems + _twice(found) + _invalid(texts, unread)


def _named(one: Read) -> str:
    return repr(one.id) if one.id else "@id"


def _counts_utc_days(node: Any) -> bool:
    if not isinstance(node, pst.UnaryOp):
        return False
    dated = node.op == "datetime" and (not isinstance(node.arg, pst.StringLit) or DAY_LONG.fullmatch(node.arg.value) is not None)
    return node.op in {"to_date", "to_time"} or dated


def _twice(found: list[Read]) -> list[Problem]:
    first: dict[str, str] = {}
    problems = []
    for one in found:
        if one.id and one.id in first:
            problems.append(
                Problem(
                    one.file,
                    f"{one.id!r} は {first[one.id]} にもあります",
                    f"two policies have the id {one.id!r}, here and in {first[one.id]}",
                )
            )
        first.setdefault(one.id, one.file)
    return problems


def _invalid(texts: PolicyTexts, unread: set[str], *, schema: str | None = None) -> list[Problem]:
    """Return what the engine says of each file under a schema, the set's own where none is given."""
    try:
        known = cedarpy.Schema.from_str(texts.schema if schema is None else schema)
    except ValueError as broken:
        return [Problem(SCHEMA, f"読み取れません ({broken})", f"cannot be read: {broken}")]
    problems = []
    for path in sorted(set(texts.files) - unread):
        checked = cedarpy.validate_policies(texts.files[path], known)
        if checked.validation_passed:
            continue
        tree = cedarpy.policies_to_pst(texts.files[path])
        ids = {name: dict(policy.annotations).get("id", name) for name, policy in tree.static_policies.items()}
        said = sorted({(ids.get(error.policy_id, error.policy_id), _without_action(error.error)) for error in checked.errors})
        problems += [Problem(path, f"{an_id!r}: スキーマに合いません ({error})", f"{an_id!r}: {error}") for an_id, error in said]
    return problems


def _without_action(error: str) -> str:
    """Return an error once for all actions: the engine says it for each of them."""
    return ACTION.sub("", error.partition("`, ")[2] or error)


def unfit(texts: PolicyTexts, *, shipped: PolicyTexts | None = None) -> list[Problem]:
    """Return what keeps a set from coming into force as one of the Act's, besides what keeps it from being loaded.

    It holds every file of the law that this version (`shipped`) has, each with a policy; it is valid for the facts that this
    version makes; every character of it can be seen; house policies keep to their ranks and say nothing in the law's name.
    """
    shipped = shipped or read_policies()
    size = len(texts.bundle().encode("utf-8", "surrogatepass"))
    if size > LARGEST_SET:
        return [
            Problem("*", f"全体で{LARGEST_SET}バイトまでです({size}バイト)", f"a set has at most {LARGEST_SET} bytes, and this one {size}")
        ]
    found, _unread = read_all(texts)
    problems = [problem for path in sorted(texts.files) for problem in _form(path, texts.files[path])] + _form(SCHEMA, texts.schema)
    for path in sorted(shipped.files):
        if path.startswith(LAW) and not any(one.file == path for one in found):
            problems.append(
                Problem(
                    path,
                    "法令の規程がありません。ファイルごと外すことはできません",
                    "the policies of the law are missing; a file of theirs is never left out",
                )
            )
    problems += [problem for one in found for problem in _notes(one, found)]
    if texts.schema != shipped.schema:
        problems += _invalid(texts, {one.file for one in problems}, schema=shipped.schema)
    return problems


def _form(path: str, text: str) -> list[Problem]:
    problems = []
    if path != SCHEMA and not PATH.fullmatch(path):
        said = "act/、order/、house/ のいずれかに、英小文字・数字・ハイフンの名で置いてください"
        problems.append(
            Problem(visible_path(path), said, "files lie in act/, order/ or house/, with names of small letters, digits and hyphens")
        )
    for number, line in enumerate(text.split("\n"), 1):
        unseen = {f"U+{ord(one):04X}" for one in line.removesuffix("\r") if one != "\t" and unicodedata.category(one) in UNSEEN}
        if unseen:
            told = ", ".join(sorted(unseen))
            problems.append(
                Problem(path, f"{number}行目: 見えない文字があります({told})", f"line {number}: characters that nobody sees: {told}")
            )
    return problems


def visible_path(path: str) -> str:
    """Return a path that may hold anything as one may print it."""
    return path.encode("unicode_escape").decode()[:128]


def _notes(one: Read, all_of_them: list[Read]) -> Iterator[Problem]:
    notes = one.notes
    if not ID.fullmatch(one.id):
        yield Problem(
            one.file, f"{one.id!r}: @idは英小文字・数字・ハイフンです", f"{one.id!r}: an @id is of small letters, digits and hyphens"
        )
    if not REASON.fullmatch(notes.get("reason", "")):
        said = f"{_named(one)}: @reasonは英小文字・数字・下線です"
        yield Problem(one.file, said, f"{_named(one)}: a @reason is of small letters, digits and underscores")
    if not one.file.startswith(HOUSE):
        return
    rank = notes.get("rank", "")
    if not (rank.isascii() and rank.isdigit() and int(rank[:9]) >= HOUSE_RANK):
        yield Problem(
            one.file, f"{_named(one)}: @rankは{HOUSE_RANK}以上です", f"{_named(one)}: the @rank of a house policy is {HOUSE_RANK} or more"
        )
    if notes.get("concerns") not in HOUSE_CONCERNS:
        yield Problem(
            one.file,
            f"{_named(one)}: @concernsは organization か person です",
            f"{_named(one)}: the @concerns of a house policy is organization or person",
        )
    if "decision" in notes:
        # With it a forbid would answer as the law does after a designation's end, which is asked anew under other terms.
        yield Problem(one.file, f"{_named(one)}: 施設の規程に@decisionは使えません", f"{_named(one)}: a house policy has no @decision")
    if any(notes.get("reason") == other.notes.get("reason") for other in all_of_them if other.file.startswith(LAW)):
        said = f"{_named(one)}: @reasonは法令の規程のものと同じにできません"
        yield Problem(one.file, said, f"{_named(one)}: its @reason is one of the law's")


def require_sound(texts: PolicyTexts) -> None:
    """Raise PolicyError with the first things that keep a set from being loaded."""
    _require(problems_of(texts))


def require_fit(texts: PolicyTexts) -> None:
    """Raise PolicyError with the first things that keep a set from coming into force."""
    _require(problems_of(texts) + unfit(texts))


def _require(problems: list[Problem]) -> None:
    if problems:
        more = f" (and {len(problems) - MOST_TOLD} more)" if len(problems) > MOST_TOLD else ""
        raise PolicyError("; ".join(str(one) for one in problems[:MOST_TOLD]) + more)
