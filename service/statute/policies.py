"""Policy texts: read from their folder, kept whole under one digest, so that any set can be used again as it was."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

SCHEMA = "schema.cedarschema"
SHIPPED = Path(__file__).resolve().parents[2] / "policies"


@dataclass(frozen=True, slots=True)
class PolicyTexts:
    """The schema and the policy files of a set, by their path in the folder."""

    schema: str
    files: Mapping[str, str]

    def bundle(self) -> str:
        """Return the one text that is kept: JSON with sorted keys, the same for the same set."""
        return json.dumps({"files": dict(self.files), "schema": self.schema}, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @property
    def digest(self) -> str:
        """The SHA-256 of the bundle in hexadecimal."""
        return sha256(self.bundle().encode()).hexdigest()

    def text(self) -> str:
        """Return all policies as one Cedar text, files in the order of their paths."""
        return "\n".join(self.files[path] for path in sorted(self.files))


def read_policies(folder: Path = SHIPPED) -> PolicyTexts:
    """Return the texts of a folder. Raises ValueError if it holds no schema or no policy, or a file that is not UTF-8."""
    schema = folder / SCHEMA
    if not schema.is_file():
        message = f"{folder} holds no {SCHEMA}"
        raise ValueError(message)
    files = {path.relative_to(folder).as_posix(): _read(path) for path in sorted(folder.rglob("*.cedar"))}
    if not files:
        message = f"{folder} holds no policy"
        raise ValueError(message)
    return PolicyTexts(_read(schema), files)


def _read(path: Path) -> str:
    try:
        # Ends of lines are \n wherever the file was edited, so that the same set has one digest.
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        message = f"{path}: not UTF-8"
        raise ValueError(message) from None


def read_bundle(bundle: str) -> PolicyTexts:
    """Return the texts of a bundle that somebody proposes. Raises ValueError for one that is not written as `bundle` writes it.

    Whatever two readers might read differently (a name twice, another order, white space) is refused, so that the digest of
    the text as it was typed is the digest of the set.
    """
    try:
        held = json.loads(bundle)
        texts = PolicyTexts(held["schema"], held["files"])
        sound = all(isinstance(one, str) for one in (texts.schema, *texts.files, *texts.files.values())) and texts.bundle() == bundle
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        sound = False
    if not sound:
        message = "not a set as `sekisho policy bundle` writes it"
        raise ValueError(message)
    return texts


def from_bundle(bundle: str) -> PolicyTexts:
    """Return the texts of a bundle that was kept. Raises ValueError if it is none."""
    try:
        held = json.loads(bundle)
        return PolicyTexts(held["schema"], held["files"])
    except (ValueError, KeyError, TypeError) as broken:
        message = "this is no policy bundle"
        raise ValueError(message) from broken
