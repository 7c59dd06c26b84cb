"""Exactly what a search of the log finds, written out in the columns of any export: JSON lines, CSV for Excel, or a workbook."""

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO

from sqlalchemy import text
from sqlalchemy.orm import Session

from service.actor import Actor
from service.evidence.chain import Row
from service.evidence.columns import Language
from service.evidence.disclosures import Opened
from service.evidence.export import beside
from service.evidence.form import DECIDED, EntryV1, decisions_of, digests_of, readable_entry
from service.evidence.gone import word_of
from service.evidence.naming import names_on_record
from service.evidence.rendering.known import NAMELESS, Names
from service.evidence.rendering.rows import rows_of
from service.evidence.view_files import FORMATS, Format, ViewFile, Written, told_of
from service.identity.members import said_of_profile
from service.ledger import DestroyedKeyError, DisclosureError, Draft, Kind, Log, begin_act, open_disclosure, record, ring_of, spill_key
from service.tlog.salted import encode

__all__ = [
    "FORMATS",
    "Answers",
    "Export",
    "ViewFormat",
    "answers_in",
    "answers_named",
    "names_in",
    "record_completed",
    "record_request",
    "written",
]
ViewFormat = Format
Wanted = Callable[[EntryV1], bool]
"""Which of several decisions in an entry are written out."""


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

    def destroyed_by(self, key_id: str) -> int | None:  # noqa: ARG002 - the form of what an export asks
        """Return None: by which entry is not looked up here."""
        return None


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


def names_in(session: Session, rows: Sequence[Row], wanted: Wanted) -> Names:
    """Return the names of things, and of the people whom the wanted decisions are about: that these are read was recorded."""
    read_ones = (readable_entry(body) for _index, body in rows)
    decisions = (one for entry in read_ones if entry is not None for one in decisions_of(entry))
    return names_on_record(session, people={one.person for one in decisions if one.person and wanted(one)})


def written(
    rows: Sequence[Row],
    answers: Answers,
    *,
    form: ViewFormat,
    language: Language,
    title: str,
    at: datetime,
    wanted: Wanted | None = None,
    names: Names = NAMELESS,
) -> tuple[bytes, Written]:
    """Return some entries as a file, and what was written: rows, bytes, digest.

    Of several decisions in an entry the `wanted` ones are written (None: all), each as a row.
    """
    out = BytesIO()
    with ViewFile(out, format_=form, language=language, title=title, made=at) as view:
        for index, body in rows:
            view.put(rows_of(index, body, beside(index, body, answers), names=names, places=_places(body, wanted)))
    return out.getvalue(), view.written


def _places(body: bytes, wanted: Wanted | None) -> set[int] | None:
    """Return which of several decisions in an entry are wanted, counted from 1."""
    entry = None if wanted is None else readable_entry(body)
    if entry is None or wanted is None:
        return None
    return {place for place, one in enumerate(decisions_of(entry), 1) if wanted(one)}


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
    note = {"view": export.view, "format": export.form, "roles": sorted(export.roles), "purpose": export.purpose} | said_of_profile(session)
    return record(session, log=log, draft=Draft(kind=Kind.EXPORT_REQUESTED, actor=export.actor, at=at, note=note), rows=[])


def record_completed(session: Session, *, log: Log, at: datetime, actor: Actor, requested: int, done: Written | None) -> int:
    """Record what was written, with the digest of the file, or that it broke off; return the index of that."""
    begin_act(session)
    note: dict[str, object] = {"requested": requested}
    if done is not None:
        note |= told_of(done)
    out = "refused" if done is None else "accepted"
    return record(session, log=log, draft=Draft(kind=Kind.EXPORT_COMPLETED, actor=actor, at=at, out=out, note=note), rows=[])
