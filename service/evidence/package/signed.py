"""What a package says of itself, and who signed it: manifest, keys and checkpoint (steps 1 and 2 of `verifying`)."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from service.evidence.package.faults import Fault, Faults
from service.evidence.package.manifest import ALIGNED, NAME, Manifest, ManifestError
from service.evidence.package.opening import Package, PackageError
from service.tlog.notes import Checkpoint, NoteError, Verifier, read_signature
from service.tlog.proofs import unverified
from service.tlog.tiles import ENTRIES, Tile
from service.tlog.trust import Judged, PolicyError, Trust, judge_note, parse_trust

MOST_MANIFEST, MOST_NOTE = 1 << 28, 1 << 18
MOST_SIGNATURES = 64
CHECKPOINT, POLICY, SINCE, DISCLOSURES = "checkpoint", "policy.txt", "consistency.req", "disclosures.jsonl"
FIRST, LAST, REQUESTED, REQUEST = "first.tlog-proof", "last.tlog-proof", "requested.tlog-proof", "requested.json"
ERASURES, ENTRIES_OF_ORGAN, QUERY, UNENCODABLE = "erasures.jsonl", "entries.jsonl", "query.json", "view/unencodable.json"
ALWAYS = (CHECKPOINT, DISCLOSURES, FIRST, LAST, POLICY, QUERY, REQUEST, REQUESTED)
MAYBE = frozenset((ERASURES, UNENCODABLE, "VERIFY.en.md", "VERIFY.ja.md", "verify.pyz"))
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Signed:
    """What was read and is believed as far as its signatures go; `judged` is None where no known key signed the checkpoint."""

    manifest: Manifest
    trust: Trust
    checkpoint: Checkpoint
    note: str
    judged: Judged | None
    confirmed: bool
    """Whether a key that did not come with the package signed the manifest."""


def read_signed(package: Package, faults: Faults, *, trusted: Sequence[str], sure: bool = True) -> Signed:
    """Return manifest, keys and checkpoint; `sure` says that what is trusted did not come with a package.

    Raises PackageError where there is nothing to go on with.
    """
    manifest, text, lines = _manifest(package)
    trust = _kept(lambda: parse_trust(_text(package, POLICY)), faults, Fault.POLICY_FORM, POLICY) or Trust()
    keys = tuple(one.vkey for one in trust.logs)
    note = _kept(lambda: _text(package, CHECKPOINT), faults, Fault.CHECKPOINT_UNSIGNED, CHECKPOINT) or ""
    confirmed = _sign_manifest(manifest, text, lines, trusted or keys, faults)  # (1)
    try:
        judged = judge_note(note, trust=trust)  # (2)
        checkpoint = judged.checkpoint
    except NoteError as wrong:
        faults.add(Fault.CHECKPOINT_UNSIGNED, file=CHECKPOINT, detail=str(wrong))
        judged, checkpoint = None, _claimed(note, manifest)
    if (checkpoint.origin, checkpoint.size, checkpoint.root) != (manifest.origin, manifest.size, manifest.root):
        faults.add(Fault.CHECKPOINT_OTHER, file=CHECKPOINT, detail=f"{checkpoint.origin} {checkpoint.size}")
        checkpoint = Checkpoint(manifest.origin, manifest.size, manifest.root)
    if judged is not None and not judged.is_met and not manifest.unwitnessed:
        faults.add(Fault.QUORUM_HIDDEN, file=CHECKPOINT, detail=f"{len(judged.cosigned)} of {len(trust.witnesses)} witnesses")
    return Signed(manifest, trust, checkpoint, note, judged, confirmed and sure and bool(trusted))


def files_expected(manifest: Manifest) -> Iterator[str]:
    """Yield the files that a package of this manifest has in any case."""
    yield from ALWAYS
    if manifest.since is not None:
        yield SINCE
    if manifest.kind == "inspector":
        yield ENTRIES_OF_ORGAN
    for tile in tiles_expected(manifest):
        yield tile.path()
        if manifest.kind == "full":
            yield Tile(ENTRIES, tile.index, tile.width).path()


def tiles_expected(manifest: Manifest) -> Iterator[Tile]:
    """Yield the tiles of level 0 that hold the leaves, in their order."""
    for place in range(manifest.first // ALIGNED, -(-manifest.last // ALIGNED)):
        yield Tile(0, place, min(ALIGNED, manifest.last - place * ALIGNED))


def check_files(package: Package, manifest: Manifest, faults: Faults) -> None:
    """Compare names, sizes and digests of all files but the tiles, whose digests are compared where they are read (step 1)."""
    named = {one.path for one in manifest.files}
    expected = frozenset(files_expected(manifest))
    views = {one.path for one in manifest.views}
    for path in sorted(package.sizes.keys() - named - {NAME}):
        faults.add(Fault.FILE_UNNAMED, file=path)
    for path in sorted(expected - named):
        faults.add(Fault.FILE_MISSING, file=path, detail="the manifest does not name it")
    for one in manifest.files:
        known = one.path in expected or one.path in MAYBE or one.path in views or one.path.startswith(("policies/", "wheels/"))
        if not known:
            faults.add(Fault.FILE_UNKNOWN, file=one.path)
        if one.path not in package.sizes:
            faults.add(Fault.FILE_MISSING, file=one.path)
        elif package.sizes[one.path] != one.size or (not one.path.startswith("tile/") and _digest(package, one.path) != one.digest):
            faults.add(Fault.FILE_ALTERED, file=one.path)


def _digest(package: Package, path: str) -> str:
    try:
        return package.digest(path)
    except PackageError as broken:
        return str(broken)


def _manifest(package: Package) -> tuple[Manifest, str, list[str]]:
    if NAME not in package.sizes:
        message = f"{package.path.name} holds no {NAME}"
        raise PackageError(message)
    text, separator, signed = _decoded(package).rpartition("\n\n")
    if not separator or not signed.endswith("\n"):
        message = f"{NAME} is no signed note"
        raise PackageError(message)
    try:
        return Manifest.parse(f"{text}\n"), f"{text}\n", signed[:-1].split("\n")
    except ManifestError as wrong:
        raise PackageError(str(wrong)) from wrong


def _decoded(package: Package) -> str:
    try:
        return package.read(NAME, most=MOST_MANIFEST).decode()
    except UnicodeDecodeError as broken:
        message = f"{NAME} is no text"
        raise PackageError(message) from broken


def _sign_manifest(manifest: Manifest, text: str, lines: Sequence[str], keys: Sequence[str], faults: Faults) -> bool:
    """Say whether one of the keys signed the manifest; none, a foreign one or one that does not fit is a fault."""
    try:
        signatures = [read_signature(line) for line in lines[:MOST_SIGNATURES]]
        verifiers = [Verifier.parse(key) for key in keys]
        signers = [one.name for one in verifiers if one.count(signatures, text)]
        fault = None if manifest.origin in signers and len(lines) <= MOST_SIGNATURES else "no signature of a key that is trusted"
    except NoteError as wrong:
        fault = str(wrong)
    if fault is not None:
        faults.add(Fault.MANIFEST_UNSIGNED, file=NAME, detail=fault)
    return fault is None


def _claimed(note: str, manifest: Manifest) -> Checkpoint:
    try:
        return unverified(note)
    except NoteError:
        return Checkpoint(manifest.origin, manifest.size, manifest.root)


def _text(package: Package, name: str) -> str:
    if name not in package.sizes:
        message = f"{name} is missing"
        raise PackageError(message)
    return package.read(name, most=MOST_NOTE).decode()


def _kept(read: Callable[[], T], faults: Faults, fault: Fault, file: str) -> T | None:
    try:
        return read()
    except (PackageError, PolicyError, NoteError, UnicodeDecodeError) as wrong:
        faults.add(fault, file=file, detail=str(wrong))
        return None
