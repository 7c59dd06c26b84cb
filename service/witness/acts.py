"""What a witness's holder does beside serving: cosign a file, bring back what was lost, attest that a log lost entries."""

from service.tlog.loss import attest_loss
from service.tlog.notes import verify_note_by_any
from service.witness.durable import replace
from service.witness.keeping import CLOSED, KnownLog, Newest, Witness, WitnessError

CLOSED_WORDS = "a loss of this log was attested; nothing of it is cosigned any more\n"


def recover(witness: Witness, note: str) -> Newest:
    """Take a checkpoint that bears this witness's own cosignature for the newest one, forward alone; return it.

    For a disk that failed, or was restored: whoever has the newest cosigned checkpoint brings it (the service, an export, a
    print). Raises WitnessError, NoteError.
    """
    log = _known(witness, note.split("\n", 1)[0])
    verify_note_by_any(note, vkeys=log.vkeys)
    with log.own_turn():
        brought = log.own(note)
        try:
            held = log.newest()
        except WitnessError:
            held = None  # what cannot be read is what is being brought back
        if held is not None and held.checkpoint.size == brought.checkpoint.size and held.checkpoint.root != brought.checkpoint.root:
            message = (
                f"{log.origin}: this witness cosigned two roots of {held.checkpoint.size} entries; keep both, and ask who used its key"
            )
            raise WitnessError(message)
        if held is not None and held.checkpoint.size >= brought.checkpoint.size:
            message = f"{log.origin}: {held.checkpoint.size} entries are cosigned already; it never goes back to {brought.checkpoint.size}"
            raise WitnessError(message)
        log.keep(note)
    return brought


def attest(witness: Witness, origin: str, *, at: int) -> str:
    """Return the signed statement that a log lost entries, with the newest checkpoint cosigned; from then on none is cosigned.

    The log ends here for good, so that its operator can open a successor, and nobody goes on with the shorter one.
    Raises WitnessError.
    """
    log = _known(witness, origin)
    with log.own_turn():
        newest = log.newest()
        if newest is None:
            message = f"nothing of {origin} was cosigned yet, so there is nothing to attest"
            raise WitnessError(message)
        replace(log.folder / CLOSED, CLOSED_WORDS)
        return attest_loss(newest.note, name=witness.cosigner.name, signer=witness.signer, at=at)


def _known(witness: Witness, origin: str) -> KnownLog:
    log = witness.log(origin)
    if log is None:
        message = f"the log {origin!r} is not known here; add it by `witness add-log VKEY`"
        raise WitnessError(message)
    return log
