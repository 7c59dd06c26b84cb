"""The ledger: one totally ordered, append-only record of every change and every decision.

RFC 6962 for the tree, C2SP signed-note and tlog-checkpoint for what is signed, RFC 9901 for what may be withheld.
"""

from service.ledger.acts import ClockUnsureError, Draft, Head, begin_act, read_head, record, record_many
from service.ledger.canonical import NotCanonicalError, canonical
from service.ledger.checkpoint import Checkpoint, NoteError, Verifier, sign_checkpoint, verify_note
from service.ledger.disclosures import Disclosure, DisclosureError, Keyring, disclose, open_disclosure
from service.ledger.entries import EntryError, build, instant
from service.ledger.entries import read as read_entry
from service.ledger.forms import row_form
from service.ledger.kinds import Kind, is_change
from service.ledger.locks import ACT_LOCK, WRITER_LOCK
from service.ledger.log import Log, LogError, Seat, create_keys, load_log, open_log
from service.ledger.reading import entries, index_range, leaves, log_size
from service.ledger.recorded import DISCLOSED, rows_recorded
from service.ledger.seals import RecordMismatchError, RowSeals, Seal
from service.ledger.signing import checkpoint_head, latest_checkpoint
from service.ledger.tree import Frontier, inclusion_proof, leaf_hash, verify_consistency, verify_inclusion

__all__ = [
    "ACT_LOCK",
    "DISCLOSED",
    "WRITER_LOCK",
    "Checkpoint",
    "ClockUnsureError",
    "Disclosure",
    "DisclosureError",
    "Draft",
    "EntryError",
    "Frontier",
    "Head",
    "Keyring",
    "Kind",
    "Log",
    "LogError",
    "NotCanonicalError",
    "NoteError",
    "RecordMismatchError",
    "RowSeals",
    "Seal",
    "Seat",
    "Verifier",
    "begin_act",
    "build",
    "canonical",
    "checkpoint_head",
    "create_keys",
    "disclose",
    "entries",
    "inclusion_proof",
    "index_range",
    "instant",
    "is_change",
    "latest_checkpoint",
    "leaf_hash",
    "leaves",
    "load_log",
    "log_size",
    "open_disclosure",
    "open_log",
    "read_entry",
    "read_head",
    "record",
    "record_many",
    "row_form",
    "rows_recorded",
    "sign_checkpoint",
    "verify_consistency",
    "verify_inclusion",
    "verify_note",
]
