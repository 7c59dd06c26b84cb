"""What a witness answers to a checkpoint, in the order of the specification (C2SP tlog-witness, add-checkpoint).

1. The body has the form. 2. The log is known. 3. One of its keys signed. 4. The old size is not above the new one. 5. It is
the size that was cosigned last. 6. The proof holds, or the roots are the same. 7. The new checkpoint is on disk. 8. The
cosignature goes out. Steps 5 to 7 are one turn: nobody else is between them.
"""

from dataclasses import dataclass, replace

from service.tlog.notes import Checkpoint, NoteError, Verifier, split_note, verify_note_by_any
from service.tlog.proofs import AddCheckpoint, ProofError, unverified
from service.tlog.tree import EMPTY_ROOT, verify_consistency
from service.witness.evidence import FORK, UNPROVEN, Contradiction, keep_evidence
from service.witness.keeping import KnownLog, Newest, Witness, WitnessError

LARGEST_BODY = 1 << 18
PLAIN, SIZE = "text/plain; charset=utf-8", "text/x.tlog.size"


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, and the line that whoever runs the witness reads of it; `alarm` where the log contradicts itself."""

    status: int
    body: str
    told: str
    kind: str = PLAIN
    alarm: bool = False


def add_checkpoint(witness: Witness, body: bytes, *, at: int) -> Answer:
    """Return the answer to a body, after all that it means is on disk. `at` is in seconds since 1970."""
    try:
        asked = AddCheckpoint.parse(body.decode())  # (1)
        origin = unverified(asked.note).origin
    except (UnicodeDecodeError, ProofError, NoteError) as broken:
        return _refused(400, f"not a request of the form: {broken}")
    log = witness.log(origin)  # (2)
    if log is None:
        return _refused(404, f"the log {origin!r} is not known here")
    try:
        checkpoint = verify_note_by_any(asked.note, vkeys=log.vkeys)  # (3)
    except NoteError as unsigned:
        return _refused(403, str(unsigned))
    if asked.old > checkpoint.size:  # (4)
        return _refused(400, f"the old size {asked.old} is above the checkpoint's {checkpoint.size}")
    try:
        with log.own_turn():
            return _in_turn(log, asked, checkpoint, body.decode(), at=at)
    except (WitnessError, OSError, NoteError) as failed:
        return Answer(500, "this witness cannot cosign now; its holder is told why\n", f"NOT COSIGNED: {failed}", alarm=True)


def _in_turn(log: KnownLog, asked: AddCheckpoint, checkpoint: Checkpoint, body: str, *, at: int) -> Answer:
    newest = log.newest()
    if log.is_closed:
        return _refused(403, f"{log.origin}: a loss of this log was attested; nothing of it is cosigned any more")
    size = newest.checkpoint.size if newest else 0
    if newest is not None and checkpoint.size == size and checkpoint.root != newest.checkpoint.root:
        # Whatever old size was asked from: these two are proof by themselves.
        refused = _contradicted(log, FORK, newest, asked, checkpoint, body)
        return refused if asked.old == size else replace(refused, status=409, body=f"{size}\n", kind=SIZE)
    if asked.old != size:  # (5)
        smaller = f"; it shows {checkpoint.size} entries, fewer than were cosigned" if checkpoint.size < size else ""
        return Answer(409, f"{size}\n", f"{log.origin}: asked from {asked.old}, but {size} were cosigned{smaller}", SIZE)
    if not _continues(newest, asked, checkpoint):  # (6)
        if newest is None:
            return _refused(422, f"{log.origin}: a first checkpoint has no proof, and an empty log the root of an empty tree")
        return _contradicted(log, UNPROVEN, newest, asked, checkpoint, body)
    text, _signatures = split_note(asked.note)
    line = log.witness.cosign(text, at=at)
    log.keep(f"{text}\n{_own_lines(log, asked.note)}{line}")  # (7)
    return Answer(200, line, f"{log.origin}: cosigned {checkpoint.size} entries")  # (8)


def _continues(newest: Newest | None, asked: AddCheckpoint, checkpoint: Checkpoint) -> bool:
    if newest is None or newest.checkpoint.size == 0:
        return not asked.path and (checkpoint.size > 0 or checkpoint.root == EMPTY_ROOT)
    before = newest.checkpoint
    return verify_consistency(old=before.size, old_root=before.root, size=checkpoint.size, root=checkpoint.root, path=asked.path)


def _own_lines(log: KnownLog, note: str) -> str:
    """Return those signature lines of a note that are of the log itself; strangers' lines are not kept."""
    text, signatures = split_note(note)
    verifiers = [Verifier.parse(vkey) for vkey in log.vkeys]
    return "".join(f"{one.line}\n" for one in signatures if any(verifier.count([one], text) for verifier in verifiers))


def _contradicted(log: KnownLog, sort: str, newest: Newest, asked: AddCheckpoint, checkpoint: Checkpoint, body: str) -> Answer:
    found = Contradiction(sort, newest, asked.note, checkpoint, body)
    try:
        folder = keep_evidence(log, found)
        kept = f"kept in {folder}" if folder else "too many are kept already"
    except OSError as failed:
        kept = f"NOT KEPT: {failed}"
    words = "the proof does not hold" if sort == UNPROVEN else "another root was cosigned for this size"
    return Answer(422, f"{words}\n", f"REFUSED: {found.told(0)} / {found.told(1)} ({kept})", alarm=True)


def _refused(status: int, why: str) -> Answer:
    return Answer(status, f"{why}\n", why)
