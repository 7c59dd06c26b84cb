"""What stands beside the entries of a package: each digest that the filter's entries name has a line, opened, erased or withheld.

What was made with an entry is found with it; facts may have been made long before, and are looked for backwards, a chunk at a time.
"""

import base64
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import psycopg

from service.evidence import rows
from service.evidence.disclosures import Opener
from service.evidence.package.entitled import Context, Entitlement, Withheld
from service.evidence.package.state import State
from service.evidence.rows import SealedRow
from service.ledger import DisclosureError, open_disclosure, spill_key
from service.tlog.salted import decode

BACKWARDS = 1 << 18
"""Indexes among which disclosures made earlier are looked for at once."""
AT_ONCE = 20_000
"""Digests that are looked for at once."""
PROPOSALS = "proposals:"


@dataclass(slots=True)
class Beside:
    """Finds, judges and keeps the disclosures of a package, a chunk of leaves at a time."""

    connection: psycopg.Connection
    state: State
    entitlement: Entitlement
    opener: Opener
    destroyed: Mapping[str, int]
    _missing: dict[str, Context] = field(default_factory=dict)

    def found(self, named: Mapping[str, Context], *, start: int, end: int) -> None:
        """Take the digests that entries from `start` to before `end` name, and keep the lines of those made with them."""
        wanted = {name: named[name] for name in self.state.unresolved(named)}
        if not wanted:
            return
        here = [row for row in rows.sealed_rows(self.connection, start=start, end=end) if row.name in wanted]
        self._keep(here, wanted)
        found = {row.name for row in here}
        self._missing |= {name: context for name, context in wanted.items() if name not in found}

    def look_back(self, *, before: int) -> None:
        """Find what was made before an index and is named behind it, and keep its lines; what is nowhere has none."""
        while self._missing:
            names = list(self._missing)[:AT_ONCE]
            missing = {name: self._missing.pop(name) for name in names}
            for high in range(before, 0, -BACKWARDS):
                if not missing:
                    break
                found = self._between(max(0, high - BACKWARDS), high, missing)
                self._keep(found, missing)
                for row in found:
                    del missing[row.name]

    def _between(self, start: int, end: int, wanted: Iterable[str]) -> list[SealedRow]:
        query = "select index, digest, key_id, sealed from ledger.disclosures where index >= %s and index < %s and digest = any(%s)"
        digests = [decode(name) for name in wanted]
        found = [SealedRow(*row) for row in self.connection.cursor(binary=True).execute(query, (start, end, digests))]
        # One that was made twice stands where it was made first.
        return list({row.name: row for row in sorted(found, key=lambda row: -row.index)}.values())

    def _keep(self, found: Sequence[SealedRow], contexts: Mapping[str, Context]) -> None:
        lines: list[tuple[str, int, str]] = []
        for _index, group in groupby(sorted(found, key=lambda row: row.index), key=lambda row: row.index):
            judged = [(row, line) for row in group if (line := self._judged(row, contexts[row.name])) is not None]
            withheld = next((line["withheld"] for _row, line in judged if "withheld" in line), None)
            for row, line in judged:
                if withheld and "text" in line and contexts[row.name].kind.startswith(PROPOSALS):
                    # What of a proposal is for others says what the rest of it is about.
                    del line["text"]
                    line["withheld"] = withheld
                lines.append((row.name, row.index, text_of({"digest": row.name, "index": row.index} | line)))
                if "erased" in line:
                    self.state.put_erasures([line["erased"]])
        self.state.put_lines(lines)

    def _judged(self, row: SealedRow, context: Context) -> dict[str, Any] | None:
        """Return what a line says of a disclosure beside its digest and index; None where it is faulty, which a verifier names."""
        erased, alone = self.destroyed.get(row.key_id), row.key_id == spill_key(row.index)
        if erased is not None and row.index < erased:
            reason = self.entitlement.of_entry(context) if alone else self.entitlement.of_erased(context, row.key_id)
            told = {"erased": erased} if alone else {"erased": erased, "key": row.key_id}
            return told if reason is None else {"withheld": reason}
        reason = "sealed" if alone else self.entitlement.of_entry(context)
        if reason is not None:
            return {"withheld": reason}
        return self._opened(row, context)

    def _opened(self, row: SealedRow, context: Context) -> dict[str, Any] | None:
        try:
            text = self.opener(row)
            if text is None:
                return None
            name, value = open_disclosure(text, digest=row.name)
        except DisclosureError:
            return None
        reason: Withheld | None = self.entitlement.of_value(context, name, value)
        return {"text": text} if reason is None else {"withheld": reason}


def text_of(line: Mapping[str, Any]) -> str:
    """Return a line of the disclosures, canonical, without its end."""
    return json.dumps(line, separators=(",", ":"), sort_keys=True)


def named_in(part: Mapping[str, Any], kind: str) -> Iterator[tuple[str, Context]]:
    """Yield the digests that an entry, or a decision of several in one, names, each with what names it."""
    named = frozenset(value for name in ("person", "object", "for") if isinstance(value := part.get(name), str))
    context = Context(kind, named)
    for name in part.get("_sd") or ():
        if isinstance(name, str):
            yield name, context


def erasure_line(*, index: int, body: bytes, proof: Sequence[bytes]) -> bytes:
    """Return the line of an entry outside of the range that tells of an erasure."""
    shown = {"body": _base64(body), "index": index, "proof": [_base64(node) for node in proof]}
    return json.dumps(shown, separators=(",", ":"), sort_keys=True).encode() + b"\n"


def entry_line(*, index: int, body: bytes) -> bytes:
    """Return the line of an entry in a package for an organ."""
    return json.dumps({"body": _base64(body), "index": index}, separators=(",", ":"), sort_keys=True).encode() + b"\n"


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
