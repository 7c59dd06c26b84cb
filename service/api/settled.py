"""A question that is settled, and how it stands in the ledger: as a check of its own, or among those of one request."""

import os
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import msgspec

from service.decision.decide import Known
from service.decision.entries import Check, encode_entry, out_of, with_reference
from service.decision.judge import Answer

REFERENCE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
REFERENCE_LENGTH = 8
"""40 bits: letters that cannot be mistaken for one another when they are read out."""
DRAWN_AT_ONCE = 200
OF_BYTES = (REFERENCE_ALPHABET * (256 // len(REFERENCE_ALPHABET))).encode()
"""The letter of each byte: as many bytes for one as for any other."""
PREFERRED = 16_384
"""Bytes of checks behind which a request goes on in a further entry."""


class Settled(msgspec.Struct, frozen=True):
    """A question whose answer stands and whose disclosures are on record: until its horizon, or until a row changes."""

    answer: Answer
    names: tuple[str, ...]
    person: str | None
    resource: str | None
    organization: str | None
    action: str
    mark: dict[str, Any] | None
    check: bytes
    """As one check of an entry of several, without organization and reference."""
    code: str
    known: tuple[Known, ...]
    obligations: tuple[str, ...] = ()
    words: Mapping[str, str] = MappingProxyType({})
    """What of the question named nothing known; such a question is not remembered."""


def check_of(settled: Settled, *, organization: str) -> bytes:
    """Return a check of an entry of several that names its own organization."""
    check = Check(
        sd=settled.names,
        action=settled.action,
        acting_for=organization,
        object=settled.resource,
        out=out_of(settled.answer),
        person=settled.person,
    )
    return encode_entry(check)


class References:
    """References that nobody can guess, for denials. What they are made of is drawn for many at once: the system takes its time."""

    def __init__(self) -> None:
        self._drawn, self._used = "", 0

    def new(self) -> str:
        """Return a reference."""
        used = self._used
        if used >= len(self._drawn):
            self._drawn, used = os.urandom(REFERENCE_LENGTH * DRAWN_AT_ONCE).translate(OF_BYTES).decode("ascii"), 0
        self._used = used + REFERENCE_LENGTH
        return self._drawn[used : self._used]


new_reference = References().new


class Together:
    """An entry of several checks of a request that is under way; `own` says that not all name the same organization."""

    def __init__(self, request_id: str | None, *, own: bool) -> None:
        self.request_id, self.own = request_id, own
        self.checks: list[bytes] = []
        self.size = 0

    def add(self, settled: Settled, reference: str) -> bool:
        """Add a check unless the entry would become too long; say whether it was added."""
        check = settled.check
        if self.own and settled.organization is not None:
            check = check_of(settled, organization=settled.organization)
        if reference:
            check = with_reference(check, reference)
        self.size += len(check)
        if not self.checks:
            self.first = (settled, reference)
        elif self.size > PREFERRED:
            return False
        self.checks.append(check)
        return True
