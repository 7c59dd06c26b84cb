"""What this verifier accepted before: the last checkpoint of each log, and the keys that spoke for it (step 4 of `verifying`).

A log that shows less than it showed, or another tree, is refused; of a fork both signed notes are kept, for together they prove it.
"""

import json
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from service.evidence.package.faults import Fault, Faults
from service.evidence.package.opening import Package, PackageError
from service.evidence.package.signed import MOST_NOTE, SINCE, Signed
from service.tlog.notes import Checkpoint, NoteError, parse_checkpoint
from service.tlog.proofs import AddCheckpoint, ProofError
from service.tlog.tree import EMPTY_ROOT, verify_consistency

VERSION = 1
MOST_SEEN = 1_000
"""Trees of one log that are remembered, so that a package can be verified again after a later one."""


class StateError(ValueError):
    """A file of what was accepted before that cannot be read; the message says which."""


@dataclass(slots=True)
class Remembered:
    """What was accepted of each log: its last checkpoint as a signed note, its keys, and the texts of the trees seen before."""

    path: Path | None
    logs: dict[str, dict[str, Any]] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path | None) -> "Remembered":
        """Return what a file remembers, nothing where there is none. Raises StateError."""
        if path is None or not path.exists():
            return cls(path)
        try:
            held = json.loads(path.read_text(encoding="utf-8"))
            logs = held["logs"]
            for one in logs.values():
                parse_checkpoint(one["note"].partition("\n\n")[0] + "\n")
                _require_texts([*one["keys"], *one["seen"]])
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as broken:
            message = f"{path} is no state of this verifier: {broken}"
            raise StateError(message) from broken
        if held.get("v") != VERSION:
            message = f"{path} is of version {held.get('v')}, not {VERSION}"
            raise StateError(message)
        return cls(path, logs)

    def keys(self, origin: str) -> tuple[str, ...]:
        """Return the keys of a log that an accepted package named."""
        return tuple(self.logs.get(origin, {}).get("keys", ()))

    def following(self, origin: str, keys: Sequence[str]) -> tuple[str, ...]:
        """Return the keys that followed one of these in packages that were accepted, where those rest on a key from elsewhere.

        What is older than all of them is not among them: whoever names the newer key trusts it alone.
        """
        known = self.keys(origin) if self.confirmed(origin) else ()
        return known[min((known.index(key) for key in keys if key in known), default=len(known)) :]

    def confirmed(self, origin: str) -> bool:
        """Say whether those keys rest on one that did not come with a package."""
        return self.logs.get(origin, {}).get("confirmed") is True

    def last(self, origin: str) -> tuple[Checkpoint, str] | None:
        """Return the last checkpoint of a log that was accepted, and its note."""
        note = self.logs.get(origin, {}).get("note")
        return None if note is None else (parse_checkpoint(note.partition("\n\n")[0] + "\n"), note)

    def knows(self, checkpoint: Checkpoint) -> bool:
        """Say whether just this tree was accepted before."""
        return checkpoint.text() in self.logs.get(checkpoint.origin, {}).get("seen", ())

    def accept(self, signed: Signed) -> None:
        """Remember a checkpoint; the file is replaced at once, and only when all of it is on the disk. Raises OSError."""
        checkpoint, known = signed.checkpoint, self.logs.get(signed.checkpoint.origin, {})
        last = self.last(checkpoint.origin)
        seen = [one for one in known.get("seen", ()) if one != checkpoint.text()]
        newest = last is None or last[0].size <= checkpoint.size
        # What came with a package that nothing spoke for is not trusted because something speaks for this one.
        rest = () if signed.confirmed and not known.get("confirmed") else known.get("keys", ())
        keys = dict.fromkeys([*rest, *(one.vkey for one in signed.trust.logs)])
        self.logs[checkpoint.origin] = {
            "note": signed.note if newest or last is None else last[1],
            "keys": list(keys),
            "confirmed": signed.confirmed,
            "seen": [*seen, checkpoint.text()][-MOST_SEEN:],
        }
        if self.path is not None:
            _write(self.path, json.dumps({"v": VERSION, "logs": self.logs}, ensure_ascii=False, indent=1, sort_keys=True))


def default_state() -> Path:
    """Return where a verifier of this user remembers what it accepted."""
    base = os.environ.get("APPDATA") if os.name == "nt" else os.environ.get("XDG_CONFIG_HOME")
    return (Path(base) if base else Path.home() / ".config") / "sekisho" / "verified.json"


def check_continued(
    package: Package,
    signed: Signed,
    remembered: Remembered,
    faults: Faults,
    *,
    root_at: Callable[[int], bytes | None],
    evidence: Path | None,
) -> None:
    """Demand that this tree continues the last one; `root_at` returns what the leaves say of an earlier size."""
    now, since = signed.checkpoint, _since(package, signed, faults)
    before = remembered.last(now.origin)
    if before is None or remembered.knows(now):
        return
    last, note = before
    if now.size < last.size:
        faults.add(Fault.ROLLED_BACK, index=now.size, until=last.size, detail=f"{now.size} entries, {last.size} were seen")
        return
    if now.size == last.size:
        root: bytes | None = now.root
    elif since is not None and since.size == last.size:
        root = since.root
    else:
        root = EMPTY_ROOT if not last.size else root_at(last.size)
    if root is None:
        faults.add(Fault.NOT_CONTINUED, index=last.size, detail=f"nothing leads from the tree of {last.size} entries to this one")
    elif root != last.root:
        place = "" if evidence is None else str(_keep(evidence, note, signed.note, last, now))
        faults.add(Fault.FORKED, index=min(last.size, now.size), file=place, detail=f"at {last.size} entries the log was another")


def _since(package: Package, signed: Signed, faults: Faults) -> Checkpoint | None:
    """Return the earlier checkpoint from which the package itself proves that it continues, or None."""
    manifest, now = signed.manifest, signed.checkpoint
    if manifest.since is None or SINCE not in package.sizes:
        return None
    size, root = manifest.since
    try:
        asked = AddCheckpoint.parse(package.read(SINCE, most=MOST_NOTE).decode())
        fault = None if asked.note == signed.note and asked.old == size else "it is of another checkpoint"
    except (ProofError, NoteError, PackageError, UnicodeDecodeError) as wrong:
        faults.add(Fault.PROOF_FORM, file=SINCE, detail=str(wrong))
        return None
    if fault is not None:
        faults.add(Fault.PROOF_FORM, file=SINCE, detail=fault)
        return None
    proven = (not size and not asked.path) or verify_consistency(old=size, old_root=root, size=now.size, root=now.root, path=asked.path)
    if not proven:
        faults.add(Fault.PROOF_FAILS, index=size, file=SINCE)
        return None
    return Checkpoint(now.origin, size, root)


def _keep(folder: Path, before: str, now: str, last: Checkpoint, newest: Checkpoint) -> Path:
    """Keep both signed notes of a fork; return the file."""
    origin = re.sub(r"[^A-Za-z0-9.-]+", "-", last.origin)[:64]
    path = folder / f"fork-{origin}-{last.size}-{newest.size}-{newest.root.hex()[:8]}.txt"
    _write(path, f"{before}\n---\n\n{now}")
    return path


def _require_texts(words: Sequence[object]) -> None:
    if not all(isinstance(one, str) for one in words):
        message = "keys and trees are texts"
        raise TypeError(message)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        with partial.open("x", encoding="utf-8", newline="\n") as opened:
            opened.write(text)
            opened.flush()
            os.fsync(opened.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
