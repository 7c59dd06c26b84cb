"""What one policy set changes of another: which policies are added, removed or changed, for readers who need not read Cedar."""

import dataclasses
import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from cedarpy import pst

from service.decision.soundness import HOUSE, Read, read_all
from service.statute.policies import PolicyTexts

Sort = Literal["added", "removed", "changed"]
CONDITION = "condition"
WORDS = ("rank", "reason", "citation", "decision", "concerns", "ja", "en")
"""Annotations whose change is told by name."""


@dataclass(frozen=True, slots=True)
class Change:
    """One policy that is added, removed or changed.

    `effect`, `citations`, `ja` and `en` are those that will be in force, or were, where it is removed. `differs` names what
    of it is another: `condition` for whom or when it applies, `effect`, `file`, or an annotation. `lines` are the lines of its
    text that go (`-`) and come (`+`).
    """

    sort: Sort
    id: str
    file: str
    effect: str
    citations: tuple[str, ...]
    ja: str
    en: str
    differs: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    moved_from: str | None = None

    @property
    def is_of_law(self) -> bool:
        """Whether it stands, or stood, among the articles of the law, and not among the rules of the house."""
        return not all(one.startswith(HOUSE) for one in (self.file, self.moved_from) if one is not None)


@dataclass(frozen=True, slots=True)
class Changes:
    """All that one set changes of another, the law first.

    `against` is the digest of the other, None where there is none. `schema` says whether the schema differs, `reworded` names
    files whose comments or layout alone differ.
    """

    against: str | None
    digest: str
    schema: bool
    policies: tuple[Change, ...]
    reworded: tuple[str, ...]
    schema_lines: tuple[str, ...] = ()

    @property
    def of_law(self) -> bool:
        """Whether anything of the law's own files, or the schema, changes: to be looked at first of all."""
        return self.schema or any(one.is_of_law for one in self.policies)

    def plain(self) -> dict[str, Any]:
        """Return it as JSON has it, for a proposal and its entry."""
        return {
            "against": self.against,
            "digest": self.digest,
            "of_law": self.of_law,
            "policies": [{**dataclasses.asdict(one), **_lists(one)} for one in self.policies],
            "reworded": list(self.reworded),
            "schema": self.schema,
            "schema_lines": list(self.schema_lines),
        }


def _lists(one: Change) -> Mapping[str, list[str]]:
    return {"citations": list(one.citations), "differs": list(one.differs), "lines": list(one.lines)}


def changes_between(before: PolicyTexts | None, after: PolicyTexts) -> Changes:
    """Return what `after` changes of `before`, of nothing where that is None. Files that cannot be read are compared as texts."""
    old, new = ({} if texts is None else _by_id(texts) for texts in (before, after))
    # Of what there was nothing before, the text is the whole set; it need not be said twice.
    found = [*_compared(old, new)] if before is not None else [_change("added", an_id, one) for an_id, one in new.items()]
    told = {one.file for one in found} | {old[one.id].file for one in found if one.id in old}
    files = {} if before is None else before.files
    reworded = sorted(path for path in {*files, *after.files} if files.get(path) != after.files.get(path) and path not in told)
    return Changes(
        against=None if before is None else before.digest,
        digest=after.digest,
        schema=before is not None and before.schema != after.schema,
        schema_lines=() if before is None else tuple(_lines(before.schema, after.schema)),
        policies=tuple(sorted(found, key=lambda one: (not one.is_of_law, one.file, one.id))),
        reworded=() if before is None else tuple(reworded),
    )


def _by_id(texts: PolicyTexts) -> dict[str, Read]:
    found: dict[str, Read] = {}
    for place, one in enumerate(read_all(texts)[0]):
        # One without an id, or with another's, is told by its place: a set that was never valid may be compared as well.
        found[one.id if one.id and one.id not in found else f"{one.id}#{place}"] = one
    return found


def _compared(old: Mapping[str, Read], new: Mapping[str, Read]) -> Iterator[Change]:
    for an_id, one in new.items():
        before = old.get(an_id)
        if before is None:
            yield _change("added", an_id, one, lines=tuple(f"+ {line}" for line in one.text.splitlines()))
        elif differs := tuple(_differs(before, one)):
            moved = before.file if before.file != one.file else None
            changed = _change("changed", an_id, one, differs=differs, lines=tuple(_lines(before.text, one.text)))
            yield dataclasses.replace(changed, moved_from=moved)
    for an_id, one in old.items():
        if an_id not in new:
            yield _change("removed", an_id, one, lines=tuple(f"- {line}" for line in one.text.splitlines()))


def _change(sort: Sort, an_id: str, one: Read, *, differs: tuple[str, ...] = (), lines: tuple[str, ...] = ()) -> Change:
    notes = one.notes
    citations = tuple(part.strip() for part in notes.get("citation", "").split(";") if part.strip())
    return Change(sort, an_id, one.file, one.policy.effect, citations, notes.get("ja", ""), notes.get("en", ""), differs, lines)


def _differs(before: Read, after: Read) -> Iterator[str]:
    if before.policy.effect != after.policy.effect:
        yield "effect"
    if _bare(before.policy) != _bare(after.policy):
        yield CONDITION
    yield from (name for name in WORDS if before.notes.get(name) != after.notes.get(name))
    if {name: value for name, value in before.notes.items() if name not in WORDS} != {
        name: value for name, value in after.notes.items() if name not in WORDS
    }:
        yield "annotations"
    if before.file != after.file:
        yield "file"


def _bare(policy: pst.Template) -> pst.Template:
    """Return whom and when a policy is about, and nothing else."""
    return dataclasses.replace(policy, id="", effect="forbid", annotations=pst.FrozenMap())


def _lines(before: str, after: str) -> Iterator[str]:
    """Yield the lines that go and come, in order."""
    for line in difflib.ndiff(before.splitlines(), after.splitlines()):
        if line[:2] in {"- ", "+ "}:
            yield line
