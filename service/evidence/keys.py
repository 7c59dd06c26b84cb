"""Who may sign which checkpoint: the keys that are trusted, and those that entries name from there on (step 4 of `verification`).

Whoever trusts a later key alone cannot judge what was signed before it: such checkpoints are compared by their roots, which
a later one that is trusted covers, and counted.
"""

import json
from collections.abc import Iterable, Sequence

from service.evidence.findings import Findings, Wrong
from service.ledger import Checkpoint, NoteError
from service.tlog.log_keys import TOLD, LogKeys
from service.tlog.notes import parse_checkpoint, split_note

Trusted = str | Sequence[str]
"""One vkey, or several."""
_MARK = b'"kind":"ledger:'
KEPT = 20


def vkeys_of(trusted: Trusted) -> tuple[str, ...]:
    """Return the vkeys that are trusted, in the order given."""
    return (trusted,) if isinstance(trusted, str) else tuple(trusted)


class KeyCheck:
    """Follows the keys of a log along its entries and judges its checkpoints by them."""

    def __init__(self, findings: Findings, trusted: Trusted) -> None:
        """Start before entry 0. Raises NoteError for a bad vkey."""
        self.findings = findings
        self.before_trust = 0
        self._known = LogKeys(vkeys_of(trusted))
        self._trusted = frozenset(vkeys_of(trusted))
        self._told: list[tuple[int, str, str]] = []
        self._closed_at: int | None = None
        self._began = False
        """Whether a checkpoint was verified: from then on each must be."""
        self._early: list[tuple[int, str]] = []
        self._early_end = 0

    def hear(self, rows: Iterable[tuple[int, bytes]]) -> None:
        """Keep what entries tell of keys, until a checkpoint that covers them comes."""
        for index, body in rows:
            if _MARK in body and (told := _told(body)) is not None:
                self._told.append((index, *told))

    def verified(self, note: str, *, size: int) -> Checkpoint:
        """Return the checkpoint of a note; one older than any trusted key unverified. Raises NoteError."""
        self._tell(before=size)
        try:
            signed = self._known.verify(note)
        except NoteError as unsigned:
            if self._began or not self._may_be_early(note):
                raise
            self.before_trust += 1
            self._early_end = size
            if len(self._early) < KEPT:
                self._early.append((size, str(unsigned)))
            return parse_checkpoint(split_note(note)[0])
        if not self._began:
            self._began = True
            self._judge_early()
        return signed

    @property
    def has_begun(self) -> bool:
        """Whether a checkpoint bore a key that counts."""
        return self._began

    def finish(self, size: int) -> None:
        """Judge what was left open at the end of the log."""
        self._tell(before=size)
        if not self._began:
            self._judge_early()
        if self._known.is_closed and self._closed_at is not None and size > self._closed_at + 1:
            self.findings.add(Wrong.LOG_KEY_DIFFERS, index=self._closed_at + 1, detail="entries behind the end of a closed log")

    def _may_be_early(self, note: str) -> bool:
        try:
            parse_checkpoint(split_note(note)[0])
        except NoteError:
            return False
        return True

    def _judge_early(self) -> None:
        """Report what no trusted key signed, unless a trusted key was named by an entry behind all of it."""
        named = [index for vkey, index in self._known.named_from.items() if vkey in self._trusted]
        if self._early and min(named, default=-1) >= self._early_end:
            return
        for size, detail in self._early:
            self.findings.add(Wrong.CHECKPOINT_UNSIGNED, place=f"checkpoint {size}", detail=detail)
        for _more in range(self.before_trust - len(self._early)):
            self.findings.add(Wrong.CHECKPOINT_UNSIGNED, place="checkpoint")
        self.before_trust = 0

    def _tell(self, *, before: int) -> None:
        while self._told and self._told[0][0] < before:
            index, kind, told = self._told.pop(0)
            was_closed = self._known.is_closed
            fault = self._known.tell(index=index, kind=kind, told=told)
            if was_closed and self._closed_at is not None and index != self._closed_at + 1:
                fault = fault or "entries behind the end of a closed log"
            if self._known.is_closed and not was_closed:
                self._closed_at = index
            if fault is not None:
                self.findings.add(Wrong.LOG_KEY_DIFFERS, index=index, detail=fault)


def _told(body: bytes) -> tuple[str, str] | None:
    """Return kind and object of an entry that tells of keys; of the form of entries others judge."""
    try:
        entry = json.loads(body)
        kind, told, out = entry["kind"], entry["object"], entry["out"]
    except (ValueError, KeyError, TypeError):
        return None
    return (kind, str(told)) if kind in TOLD and out == "accepted" else None
