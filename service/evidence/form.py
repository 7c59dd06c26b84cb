"""The form of an entry: schema, canonical bytes, times that never run backwards, `seen`.

The verifier has its own reader of entries, apart from the code that writes them, so that a
fault of the writer cannot hide itself.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

import msgspec

from service.evidence.chain import Batch, Row
from service.evidence.findings import Findings, Wrong
from service.ledger import DESTROYING, Kind, is_change

DECIDED, SEARCHED = Kind.ACCESS_DECIDED.value, Kind.ACCESS_SEARCHED.value
DESTROYING_KINDS = frozenset(kind.value for kind in DESTROYING)
PERSON_ERASED = Kind.PERSON_ERASED.value
LOG_OPENED = Kind.LOG_OPENED.value
KINDS = frozenset(kind.value for kind in Kind)
_AT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)
_DIGEST = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
_POLICY = re.compile(r"[0-9a-f]{64}", re.ASCII)
_ACT_OUT = frozenset(("accepted", "refused"))
_DECISION_OUT = frozenset(("permit", "deny"))
FOOTINGS = frozenset(("head", "delegation", "standing", "absence", "resolution", "own"))
ENTRY_LIMIT = 65_535
"""Bytes; the limit of the tile format (C2SP tlog-tiles)."""
TOGETHER = 2
"""Checks that an entry of version 2 has at least: one alone is an entry of version 1."""
SHAPES = 16_384
"""Shapes of entries remembered as found right."""


class Check(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    forbid_unknown_fields=True,
    gc=False,
):
    """One of several checks of a decision's entry of version 2. Fields stand in the order of their canonical names."""

    sd: tuple[str, ...] = msgspec.field(name="_sd")
    action: str | None = None
    acting_for: str | None = msgspec.field(name="for", default=None)
    object: str | None = None
    out: str
    person: str | None = None
    ref: str | None = None


class EntryV1(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    forbid_unknown_fields=True,
    gc=False,
):
    """An entry of version 1; or of version 2, an act with a second person, a decision of several checks.

    Fields stand in the order of their canonical names.
    """

    sd: tuple[str, ...] | None = msgspec.field(name="_sd", default=None)
    sd_alg: str | None = msgspec.field(name="_sd_alg", default=None)
    action: str | None = None
    actor: str | None = None
    at: str
    checkpoint: str | None = None
    checks: tuple[Check, ...] | None = None
    footing: str | None = None
    acting_for: str | None = msgspec.field(name="for", default=None)
    hold: int | None = None
    kind: str
    lost: str | None = None
    object: str | None = None
    on: str | None = None
    out: str = ""
    """Empty alone where it is that of each check."""
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


def decisions_of(entry: EntryV1) -> Iterator[EntryV1]:
    """Yield each decision of an entry as an entry of version 1 would hold it, in the order of its checks; none for an act."""
    if entry.kind != DECIDED:
        return
    if entry.checks is None:
        yield entry
        return
    for check in entry.checks:
        yield EntryV1(
            sd=check.sd,
            sd_alg=entry.sd_alg,
            action=check.action,
            actor=entry.actor,
            at=entry.at,
            acting_for=check.acting_for or entry.acting_for,
            hold=entry.hold,
            kind=entry.kind,
            object=check.object,
            out=check.out,
            person=check.person,
            policy=entry.policy,
            ref=check.ref,
            req=entry.req,
            seen=entry.seen,
            v=1,
        )


def digests_of(entry: EntryV1) -> tuple[str, ...]:
    """Return the digests of the disclosures that an entry names, those of its checks too."""
    own = entry.sd or ()
    return own if entry.checks is None else (*own, *(digest for check in entry.checks for digest in check.sd))


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
        fault = self._fault_of_one(entry) if entry.checks is None else self._fault_of_checks(entry, entry.checks)
        if fault is not None:
            self.findings.add(Wrong.FORM, index=index, detail=fault)

    def _fault_of_one(self, entry: EntryV1) -> str | None:
        two = (
            None
            if entry.v == 1 and (entry.second or entry.footing or entry.proposal) is None
            else (entry.actor, entry.second, entry.footing, entry.proposal)
        )
        former = (entry.checkpoint or entry.lost) is not None
        shape = (entry.kind, entry.out, entry.policy, entry.sd, entry.sd_alg, entry.v, entry.seen is None, entry.hold, two, former)
        return None if shape in self._shapes else self._unless(_fault(entry), shape)

    def _fault_of_checks(self, entry: EntryV1, checks: Sequence[Check]) -> str | None:
        fault = _together_fault(entry, checks)
        for check in checks if fault is None else ():
            shape = (check.out, check.sd)
            if shape not in self._shapes:
                fault = fault or self._unless(_digest_fault(check.sd) or _out_fault(check.out), shape)
        return fault

    def _unless(self, fault: str | None, shape: tuple[object, ...]) -> str | None:
        """Return a fault, or remember the shape that has none."""
        if fault is None:
            if len(self._shapes) >= SHAPES:
                self._shapes.clear()
            self._shapes.add(shape)
        return fault

    def _order(self, index: int, entry: EntryV1) -> None:
        """Check the time and `seen`; go on from what the entry says, so that one fault is one."""
        if entry.at < self.last_at:
            self.findings.add(Wrong.TIME_BACKWARDS, index=index, detail=f"{entry.at} < {self.last_at}")
        self.last_at = entry.at
        if is_change(entry.kind):
            self.last_change = index
            return
        self.decisions += 1 if entry.checks is None else len(entry.checks)
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
    if (entry.checkpoint or entry.lost) is not None and entry.kind != LOG_OPENED:
        return "a former log in another entry than the first of its successor"
    if bool(entry.sd) != (entry.sd_alg == "sha-256"):
        return "_sd_alg"
    fault = {DECIDED: _decision_fault, SEARCHED: _search_fault}.get(entry.kind, _act_fault)
    return _digest_fault(entry.sd or ()) or fault(entry)


def _digest_fault(digests: Sequence[str]) -> str | None:
    return None if all(_DIGEST.fullmatch(digest) for digest in digests) else "_sd digest"


def _out_fault(out: str) -> str | None:
    return None if out in _DECISION_OUT else f"out {out}"


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


def _together_fault(entry: EntryV1, checks: Sequence[Check]) -> str | None:
    """Say in what an entry of several checks is not of its form, its checks aside, or None."""
    if (entry.kind, entry.v, entry.sd_alg) != (DECIDED, 2, "sha-256"):
        return f"checks in version {entry.v} of {entry.kind}"
    if len(checks) < TOGETHER:
        return f"{len(checks)} checks, not several"
    of_one = (entry.sd, entry.action, entry.object, entry.on, entry.person, entry.ref, entry.second, entry.footing, entry.proposal)
    if entry.out or (entry.checkpoint or entry.lost) is not None or any(one is not None for one in of_one):
        return "outside of the checks what is each one's own"
    if entry.acting_for is not None and any(check.acting_for is not None for check in checks):
        return "an organization of all and of one"
    if not all(check.sd for check in checks):
        return "a decision without disclosures"
    return _basis_fault(entry)


def _decision_fault(entry: EntryV1) -> str | None:
    """Say what a decision's entry lacks, or None."""
    if not entry.sd:
        return "a decision without disclosures"
    return _out_fault(entry.out) or _basis_fault(entry)


def _search_fault(entry: EntryV1) -> str | None:
    """Say what the entry of a page of a search lacks, or None."""
    if not entry.sd:
        return "a search without disclosures"
    return f"out {entry.out}" if entry.out not in _ACT_OUT else _basis_fault(entry)


def _basis_fault(entry: EntryV1) -> str | None:
    if entry.policy is None or not _POLICY.fullmatch(entry.policy):
        return "a decision without the digest of its policy"
    if entry.seen is None:
        return "a decision without `seen`"
    if entry.hold is not None and entry.hold < 1:
        return f"hold {entry.hold}"
    return None


def _act_fault(entry: EntryV1) -> str | None:
    """Say what the entry of an act lacks or has too much, or None."""
    if entry.out not in _ACT_OUT:
        return f"out {entry.out}"
    if entry.seen is not None:
        return "an act with `seen`"
    if entry.hold is not None:
        return "an act with `hold`"
    return None
