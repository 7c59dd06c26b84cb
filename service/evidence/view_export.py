"""Exactly what a search of the log finds, written out in the columns of any export: JSON lines, CSV for Excel, or a workbook."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Literal

from sqlalchemy import text
from sqlalchemy.orm import Session

from service.actor import Actor
from service.evidence.chain import Row
from service.evidence.columns import Language, csv_line, headings
from service.evidence.disclosures import Opened
from service.evidence.export import BOM, Wanted, Written, csv_row, every, jsonl_row, row_cells
from service.evidence.form import DECIDED, digests_of, readable_entry
from service.evidence.gone import word_of
from service.evidence.registers import as_xlsx
from service.evidence.sheets import Sheet
from service.ledger import DestroyedKeyError, DisclosureError, Draft, Kind, Log, begin_act, open_disclosure, record, ring_of, spill_key
from service.tlog.salted import encode

ViewFormat = Literal["jsonl", "csv", "xlsx"]
FORMATS: tuple[ViewFormat, ...] = ("xlsx", "csv", "jsonl")


@dataclass(slots=True)
class Answers:
    """The answers of decisions that an export shows, by digest; none where it shows the clear part alone."""

    found: dict[str, Opened] = field(default_factory=dict)
    destroyed: dict[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)

    def find(self, name: str) -> Opened | None:
        """Return the answer of a digest, or None where it is not shown."""
        return self.found.get(name)

    def lost(self, name: str, *, index: int) -> str | None:  # noqa: ARG002 - the form of what an export asks
        """Return the destroyed key of an answer, or None."""
        return self.destroyed.get(name)


def answers_in(session: Session, *, log: Log, rows: Sequence[Row]) -> Answers:
    """Return the answers of the decisions among some entries, opened; nothing is judged here."""
    wanted: set[bytes] = set()
    for _index, body in rows:
        entry = readable_entry(body)
        if entry is not None and entry.kind == DECIDED:
            wanted |= {base64.urlsafe_b64decode(f"{name}=") for name in digests_of(entry)}
    return answers_named(session, log=log, digests=wanted)


def answers_named(session: Session, *, log: Log, digests: set[bytes]) -> Answers:
    """Return the answers among the disclosures of some digests, found in one pass over them."""
    answers = Answers()
    if not digests:
        return answers
    answers.words = word_of(session.connection().connection.driver_connection)  # type: ignore[arg-type]  # psycopg's own
    query = text("select index, digest, key_id, sealed from ledger.disclosures where digest = any(:digests)")
    for index, digest, key_id, sealed in session.execute(query, {"digests": list(digests)}):
        name = encode(bytes(digest))
        try:
            ring = ring_of(session, log=log, key_id=key_id)
            opened = ring.open(key_id, digest=bytes(digest), sealed=bytes(sealed))
            said, value = open_disclosure(opened, digest=name)
        except DestroyedKeyError:
            answers.destroyed[name] = key_id
        except DisclosureError:
            if key_id == spill_key(index):
                answers.destroyed[name] = key_id
        else:
            if said == "answer":
                answers.found[name] = Opened(index, said, value, opened)
    return answers


def written(
    rows: Sequence[Row], answers: Answers, *, form: ViewFormat, language: Language, title: str, at: datetime, wanted: Wanted = every
) -> tuple[bytes, Written]:
    """Return some entries as a file, and what was written: rows, bytes, digest.

    Of several decisions in an entry the `wanted` ones are written, each as a row.
    """
    match form:
        case "jsonl":
            lines = [line for row in rows for line in jsonl_row(row, answers, wanted)]
            content, count = b"".join(lines), len(lines)
        case "csv":
            lines = [line for row in rows for line in csv_row(row, answers, wanted)]
            content, count = BOM + csv_line(headings(language)).encode() + b"".join(lines), len(lines)
        case "xlsx":
            filled = tuple(one for row in rows for one in row_cells(row, answers, wanted))
            content, count = as_xlsx(Sheet("ledger", title, None, None, headings(language), filled), at=at), len(filled)
    return content, Written(count, len(content), sha256(content).hexdigest())


@dataclass(frozen=True, slots=True)
class Export:
    """Who exports which view in which form, in which roles and what for (None: the clear part alone)."""

    actor: Actor
    roles: Sequence[str]
    view: dict[str, str]
    form: ViewFormat
    purpose: str | None


def record_request(session: Session, *, log: Log, at: datetime, export: Export) -> int:
    """Record that a view is to be exported, before a byte of it is written; return the index of that."""
    begin_act(session)
    note = {"view": export.view, "format": export.form, "roles": sorted(export.roles), "purpose": export.purpose}
    return record(session, log=log, draft=Draft(kind=Kind.EXPORT_REQUESTED, actor=export.actor, at=at, note=note), rows=[])


def record_completed(session: Session, *, log: Log, at: datetime, actor: Actor, requested: int, done: Written | None) -> int:
    """Record what was written, with the digest of the file, or that it broke off; return the index of that."""
    begin_act(session)
    note: dict[str, object] = {"requested": requested}
    if done is not None:
        note |= {"rows": done.rows, "bytes": done.size, "sha256": done.digest}
    out = "refused" if done is None else "accepted"
    return record(session, log=log, draft=Draft(kind=Kind.EXPORT_COMPLETED, actor=actor, at=at, out=out, note=note), rows=[])
