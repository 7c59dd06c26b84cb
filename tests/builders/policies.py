"""Sets of policies to propose: the shipped one with a house rule, or with something done to it."""

from collections.abc import Mapping
from pathlib import Path

from service.statute.policies import SCHEMA, PolicyTexts, read_policies

COPIES = """\
@id("house-copies")
@reason("house_no_copies")
@rank("80")
@concerns("organization")
@citation("Act 5(1)")
@ja("この施設では複製を作りません。")
@en("No copies are made on these premises.")
forbid (principal, action == Sekisho::Action::"make", resource);
"""
CLOSED = (
    COPIES.replace("house-copies", "house-closed")
    .replace("house_no_copies", "house_closed")
    .replace('== Sekisho::Action::"make"', 'in Sekisho::Action::"handling"')
)
"""A rule that lets nobody handle anything."""


def with_files(files: Mapping[str, str | None]) -> PolicyTexts:
    """The shipped set with files added, changed, or (None) left out."""
    shipped = read_policies()
    held = {**shipped.files, **files}
    return PolicyTexts(shipped.schema, {path: text for path, text in held.items() if text is not None})


def with_house(text: str, name: str = "copies") -> PolicyTexts:
    return with_files({f"house/{name}.cedar": text})


def written(texts: PolicyTexts, folder: Path) -> Path:
    for path, text in {**texts.files, SCHEMA: texts.schema}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8", newline="")
    return folder
