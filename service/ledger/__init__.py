"""The ledger: one totally ordered, append-only record of every change and every decision.

RFC 6962 for the tree, C2SP signed-note and tlog-checkpoint for what is signed, RFC 9901 for what may be withheld.
"""

from service.ledger.acts import (
    ClockUnsureError,
    Draft,
    Foreseen,
    Head,
    LogClosedError,
    begin_act,
    end_preview,
    preview,
    read_head,
    record,
    record_many,
)
from service.ledger.canonical import NotCanonicalError, canonical
from service.ledger.cosigning import Published, keep_cosignatures, known_size, published_checkpoint, submission
from service.ledger.decided import CHECKS, decisions_in, digests_in
from service.ledger.destruction import PROPOSAL, KeyNotDestroyableError, condemn, destroy_key, finish_destructions, tells_of, unfinished
from service.ledger.disclosures import Disclosure, disclose
from service.ledger.entries import EntryError, build, instant
from service.ledger.entries import read as read_entry
from service.ledger.forms import plain, row_form
from service.ledger.key_files import LogError
from service.ledger.key_rotation import SigningKeyError, add_signing_key, prepare_signing_key, retire_signing_key
from service.ledger.keyring import Keyring
from service.ledger.kinds import DESTROYING, Kind, is_change
from service.ledger.locks import ACT_LOCK, WRITER_LOCK
from service.ledger.log import Log, Seat, create_keys, load_log, open_log
from service.ledger.losses import Loss, LossError, declare_loss, judge_loss, require_settled, settle_loss, unsettled_loss
from service.ledger.masters import KmsCommand
from service.ledger.publishing import Brought, PublishError, publish
from service.ledger.reading import entries, index_range, leaves, log_size, opened_at
from service.ledger.recorded import DISCLOSED, rows_recorded
from service.ledger.rotation import master_status, rotate_master
from service.ledger.sealed import open_text, seal_text
from service.ledger.seals import RecordMismatchError, RowSeals, Seal
from service.ledger.services import Ended, Step, place_of, silence_began, tell_of_service
from service.ledger.signers import LogKey, SignedBy, live_keys, log_keys, signed_by
from service.ledger.signing import checkpoint_head, checkpoint_of, latest_checkpoint
from service.ledger.spills import SpillStateError, spill_key
from service.ledger.subject_keys import LOG_SUBJECT, key_id_of, key_ids_of, keys_of, ring_of, subject_of
from service.ledger.subject_secrets import DestroyedKeyError
from service.ledger.succession import Lost, SuccessionError, close_log, open_successor
from service.ledger.tiles import TileMissingError, hashes_of, tile_of
from service.ledger.witnesses import PUBLICATIONS, Witnessing, set_witnesses, witnessing
from service.tlog.notes import Checkpoint, NoteError, Verifier, sign_checkpoint, verify_note
from service.tlog.salted import DisclosureError, open_disclosure
from service.tlog.tree import Frontier, leaf_hash, verify_consistency, verify_inclusion

__all__ = [
    "ACT_LOCK",
    "CHECKS",
    "DESTROYING",
    "DISCLOSED",
    "LOG_SUBJECT",
    "PROPOSAL",
    "PUBLICATIONS",
    "WRITER_LOCK",
    "Brought",
    "Checkpoint",
    "ClockUnsureError",
    "DestroyedKeyError",
    "Disclosure",
    "DisclosureError",
    "Draft",
    "Ended",
    "EntryError",
    "Foreseen",
    "Frontier",
    "Head",
    "KeyNotDestroyableError",
    "Keyring",
    "Kind",
    "KmsCommand",
    "Log",
    "LogClosedError",
    "LogError",
    "LogKey",
    "Loss",
    "LossError",
    "Lost",
    "NotCanonicalError",
    "NoteError",
    "PublishError",
    "Published",
    "RecordMismatchError",
    "RowSeals",
    "Seal",
    "Seat",
    "SignedBy",
    "SigningKeyError",
    "SpillStateError",
    "Step",
    "SuccessionError",
    "TileMissingError",
    "Verifier",
    "Witnessing",
    "add_signing_key",
    "begin_act",
    "build",
    "canonical",
    "checkpoint_head",
    "checkpoint_of",
    "close_log",
    "condemn",
    "create_keys",
    "decisions_in",
    "declare_loss",
    "destroy_key",
    "digests_in",
    "disclose",
    "end_preview",
    "entries",
    "finish_destructions",
    "hashes_of",
    "index_range",
    "instant",
    "is_change",
    "judge_loss",
    "keep_cosignatures",
    "key_id_of",
    "key_ids_of",
    "keys_of",
    "known_size",
    "latest_checkpoint",
    "leaf_hash",
    "leaves",
    "live_keys",
    "load_log",
    "log_keys",
    "log_size",
    "master_status",
    "open_disclosure",
    "open_log",
    "open_successor",
    "open_text",
    "opened_at",
    "place_of",
    "plain",
    "prepare_signing_key",
    "preview",
    "publish",
    "published_checkpoint",
    "read_entry",
    "read_head",
    "record",
    "record_many",
    "require_settled",
    "retire_signing_key",
    "ring_of",
    "rotate_master",
    "row_form",
    "rows_recorded",
    "seal_text",
    "set_witnesses",
    "settle_loss",
    "sign_checkpoint",
    "signed_by",
    "silence_began",
    "spill_key",
    "subject_of",
    "submission",
    "tell_of_service",
    "tells_of",
    "tile_of",
    "unfinished",
    "unsettled_loss",
    "verify_consistency",
    "verify_inclusion",
    "verify_note",
    "witnessing",
]
