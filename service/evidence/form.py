"""The form of an entry: schema, canonical bytes, times that never run backwards, `seen`.

The verifier has its own reader of entries, apart from the code that writes them, so that a
fault of the writer cannot hide itself.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence

import msgspec

from service.evidence.chain import Batch, Row
from service.evidence.findings import Findings, Wrong
from service.ledger import Kind, is_change

DECIDED = Kind.ACCESS_DECIDED.value
KEY_DESTROYED = Kind.KEY_DESTROYED.value
KINDS = frozenset(kind.value for kind in Kind)
_AT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)
_DIGEST = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
_POLICY = re.compile(r"[0-9a-f]{64}", re.ASCII)
_ACT_OUT = frozenset(("accepted", "refused"))
_DECISION_OUT = frozenset(("permit", "deny"))
FOOTINGS = frozenset(("head", "delegation", "standing", "absence", "resolution", "own"))
ENTRY_LIMIT = 65_535
"""Bytes; the limit of the tile format (C2SP tlog-tiles)."""
SHAPES = 16_384
"""Shapes of entries remembered as found right."""


class EntryV1(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    forbid_unknown_fields=True,
    gc=False,
):
    """An entry of version 1, or of version 2 with a second person. Fields stand in the order of their canonical names."""

    sd: tuple[str, ...] | None = msgspec.field(name="_sd", default=None)
    sd_alg: str | None = msgspec.field(name="_sd_alg", default=None)
    action: str | None = None
    actor: str | None = None
    at: str
    footing: str | None = None
    acting_for: str | None = msgspec.field(name="for", default=None)
    kind: str
    object: str | None = None
    on: str | None = None
    out: str
    person: str | None = None
    policy: str | None = None
    proposal: str | None = None
    ref: str | None = None
    req: str | None = None
    second: str | None = None
    seen: int | None = None
    v: int


read_entry = msgspec.json.Decoder(EntryV1).decode
canonical_entry = msgspec.json.Encoder().encode


def readable_entry(body: bytes) -> EntryV1 | None:
    """Return the entry, or None where it cannot be read (which `FormCheck` names)."""
    try:
        return read_entry(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


class FormCheck:
    """Checks entry after entry in the order of the log (step 5 of `verification`)."""

    def __init__(self, findings: Findings) -> None:
        """Start before entry 0."""
        self.findings = findings
        self.last_at = ""
        self.last_change = -1
        self.decisions = 0
        self._shapes: set[tuple[object, ...]] = set()

    def follow(self, rows: Sequence[Row], batches: Sequence[Batch], *, faulty: Sequence[int]) -> None:
        """Check the rows of adjoining batches, and what each batch says of its own end.

        A batch with an entry among the `faulty` is believed, so that one fault is one finding.
        """
        start = 0
        for batch in batches:
            end = bisect_left(rows, (batch.end,), lo=start)
            self.window(rows[start:end])
            start = end
            if (batch.changed_index, batch.last_at) == (self.last_change, self.last_at):
                continue
            at = bisect_left(faulty, batch.first_index)
            if at == len(faulty) or faulty[at] >= batch.end:
                detail = f"{batch.changed_index} {batch.last_at}, not {self.last_change} {self.last_at}"
                self.findings.add(Wrong.BATCH_HEAD, index=batch.first_index, until=batch.end, detail=detail)
            else:
                self.last_change, self.last_at = batch.changed_index, batch.last_at

    def window(self, rows: Sequence[Row]) -> None:
        """Check rows that are given in order of their index."""
        for index, body in rows:
            try:
                entry = read_entry(body)
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                self.findings.add(Wrong.FORM, index=index, detail=str(error))
                continue
            if canonical_entry(entry) != body:
                self.findings.add(Wrong.FORM, index=index, detail="not canonical JSON")
            elif len(body) > ENTRY_LIMIT:
                self.findings.add(Wrong.FORM, index=index, detail=f"{len(body)} bytes")
            elif (entry.at != self.last_at or not entry.at) and not _AT.fullmatch(entry.at):
                self.findings.add(Wrong.FORM, index=index, detail="`at` is no instant of UTC with six decimals")
            else:
                self._shape(index, entry)
            self._order(index, entry)

    def _shape(self, index: int, entry: EntryV1) -> None:
        """Check what entries of one answer have in common, once for all of them."""
        two = (
            None
            if entry.v == 1 and (entry.second or entry.footing or entry.proposal) is None
            else (entry.actor, entry.second, entry.footing, entry.proposal)
        )
        shape = (entry.kind, entry.out, entry.policy, entry.sd, entry.sd_alg, entry.v, entry.seen is None, two)
        if shape in self._shapes:
            return
        if (fault := _fault(entry)) is not None:
            self.findings.add(Wrong.FORM, index=index, detail=fault)
            return
        if len(self._shapes) >= SHAPES:
            self._shapes.clear()
        self._shapes.add(shape)

    def _order(self, index: int, entry: EntryV1) -> None:
        """Check the time and `seen`; go on from what the entry says, so that one fault is one."""
        if entry.at < self.last_at:
            self.findings.add(Wrong.TIME_BACKWARDS, index=index, detail=f"{entry.at} < {self.last_at}")
        self.last_at = entry.at
        if is_change(entry.kind):
            self.last_change = index
            return
        self.decisions += 1
        if entry.seen != self.last_change:
            self.findings.add(Wrong.SEEN, index=index, detail=f"{entry.seen}, not {self.last_change}")
            if entry.seen is not None and self.last_change < entry.seen < index:
                self.last_change = entry.seen


def _fault(entry: EntryV1) -> str | None:
    """Say what an entry lacks or has too much, or None."""
    if (version := _version_fault(entry)) is not None:
        return version
    if entry.kind not in KINDS:
        return f"unknown kind {entry.kind}"
    digests = entry.sd or ()
    if bool(digests) != (entry.sd_alg == "sha-256"):
        return "_sd_alg"
    for digest in digests:
        if not _DIGEST.fullmatch(digest):
            return "_sd digest"
    return _decision_fault(entry) if entry.kind == DECIDED else _act_fault(entry)


def _version_fault(entry: EntryV1) -> str | None:
    """Say in what an entry does not fit its version: a second person, all of it and not the first, in version 2 alone."""
    second = (entry.second, entry.footing, entry.proposal)
    match entry.v:
        case 1:
            return "a second person in version 1" if any(second) else None
        case 2:
            whole = all(second) and entry.footing in FOOTINGS and entry.second != entry.actor
            return None if whole else "no second person in version 2, or the first again"
        case _:
            return f"unknown version {entry.v}"


def _decision_fault(entry: EntryV1) -> str | None:
    """Say what a decision's entry lacks, or None."""
    if entry.out not in _DECISION_OUT:
        return f"out {entry.out}"
    if entry.policy is None or not _POLICY.fullmatch(entry.policy):
        return "a decision without the digest of its policy"
    if entry.seen is None:
        return "a decision without `seen`"
    if not entry.sd:
        return "a decision without disclosures"
    return None


def _act_fault(entry: EntryV1) -> str | None:
    """Say what the entry of an act lacks or has too much, or None."""
    if entry.out not in _ACT_OUT:
        return f"out {entry.out}"
    if entry.seen is not None:
        return "an act with `seen`"
    return None
