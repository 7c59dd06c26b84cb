"""Which keys speak for a log at which size, as its entries tell: added, retired, and handed on to a successor.

A reader starts from the keys that they trust. A key that an entry names counts from the first checkpoint on that covers this
entry and that a key bears which counts already; so nobody who can write entries, but has no key, can bring one in.
1. An entry at index i tells of checkpoints of more than i entries. 2. While two keys are live, both sign. 3. What is retired
counts no more. 4. A closed log is followed by the one whose key its last entry names, which goes on with the same tree.
"""

from collections.abc import Iterable

from service.tlog.notes import Checkpoint, NoteError, Verifier, parse_checkpoint, split_note

OPENED, CLOSED = "ledger:log:opened", "ledger:log:closed"
ADDED, RETIRED = "ledger:key:added", "ledger:key:retired"
TOLD = frozenset({OPENED, CLOSED, ADDED, RETIRED})
"""The kinds of entries that tell of keys; the object of each is a vkey, that of the first kind the log's name."""


class LogKeys:
    """The keys of one log and its successors, led along the entries in their order, each before the checkpoints that cover it."""

    def __init__(self, trusted: Iterable[str]) -> None:
        """Start before entry 0 with the vkeys that are trusted. Raises NoteError for what is none."""
        self._trusted = {vkey: Verifier.parse(vkey) for vkey in trusted}
        self.origin: str | None = None
        self.named_from: dict[str, int] = {}
        """From which index on a key counts, by its vkey; a key that no entry names is not here."""
        self._first: set[str] = set(self._trusted)
        """Trusted keys that no entry has named yet: any of them may be the one that the log was opened with."""
        self._live: dict[str, bool] = {}
        """Keys that entries named and that are not retired, each with whether it counts already."""
        self._successor: str | None = None
        self._is_vouched = False

    @property
    def vkeys(self) -> tuple[str, ...]:
        """The keys that count now, those of trusted keys first that no entry named."""
        return (*sorted(self._of_origin(self._first)), *(vkey for vkey, counts in self._live.items() if counts))

    @property
    def is_closed(self) -> bool:
        """Whether the log was closed and its successor has not begun."""
        return self._successor is not None

    def tell(self, *, index: int, kind: str, told: str) -> str | None:
        """Take an accepted entry of one of the kinds `TOLD` with its object; return what is wrong with it, or None."""
        match kind:
            case "ledger:log:opened":
                return self._opened(index, told)
            case "ledger:log:closed":
                return self._closed(index, told)
            case "ledger:key:added":
                return self._added(index, told)
            case "ledger:key:retired":
                return self._retired(told)
            case _:
                return f"{kind} tells of no key"

    def verify(self, note: str) -> Checkpoint:
        """Return the checkpoint of a note if all live keys signed it, one at least of which counts. Raises NoteError."""
        text, signatures = split_note(note)
        checkpoint = parse_checkpoint(text)
        if self.origin is not None and checkpoint.origin != self.origin:
            message = f"the checkpoint is of {checkpoint.origin}, not of {self.origin}"
            raise NoteError(message)
        missing = [vkey for vkey in self._live if not Verifier.parse(vkey).count(signatures, text)]
        if missing:
            message = f"the checkpoint bears no signature of the key {missing[0]}"
            raise NoteError(message)
        firsts = [self._trusted[vkey].count(signatures, text) for vkey in self._first if self._trusted[vkey].name == checkpoint.origin]
        if not any(firsts) and not any(self._live.values()):
            message = f"the checkpoint bears no signature of {checkpoint.origin} that counts"
            raise NoteError(message)
        self._live = dict.fromkeys(self._live, True)
        self._is_vouched = self._successor is not None
        return checkpoint

    def _of_origin(self, vkeys: Iterable[str]) -> set[str]:
        return {vkey for vkey in vkeys if self.origin is None or self._trusted[vkey].name == self.origin}

    def _opened(self, index: int, origin: str) -> str | None:
        if self.origin is None and index == 0:
            self.origin = origin
            return None
        if self._successor is None or Verifier.parse(self._successor).name != origin:
            return f"{origin} was opened, and no entry before names it as successor"
        self.origin = origin
        self._name(self._successor, index, counts=self._is_vouched)
        self._live = {self._successor: self._live[self._successor]}
        self._successor = None
        return None

    def _closed(self, _index: int, vkey: str) -> str | None:
        fault = _fault_of(vkey)
        if fault is None:
            self._successor, self._is_vouched = vkey, False
        return fault

    def _added(self, index: int, vkey: str) -> str | None:
        if (fault := _fault_of(vkey)) is not None:
            return fault
        if Verifier.parse(vkey).name != self.origin or vkey in self.named_from:
            return f"the key {vkey} is another log's, or was named before"
        self._name(vkey, index, counts=False)
        return None

    def _retired(self, vkey: str) -> str | None:
        if not any(counts for other, counts in self._live.items() if other != vkey):
            # Else whoever can write entries could take the last key that anybody trusts away.
            return f"the key {vkey} was retired before another counted"
        self._live.pop(vkey, None)
        self._first.discard(vkey)
        return None

    def _name(self, vkey: str, index: int, *, counts: bool) -> None:
        self._live[vkey] = counts or vkey in self._trusted
        self._first.discard(vkey)
        self.named_from[vkey] = index


def _fault_of(vkey: str) -> str | None:
    try:
        Verifier.parse(vkey)
    except NoteError as broken:
        return str(broken)
    return None
