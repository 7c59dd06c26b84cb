"""A package is asked for: an act with an entry of its own before the first byte, and another for what became of it.

What is asked becomes an order, pinned to one signed checkpoint in which the request itself stands.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from secrets import token_hex
from time import sleep
from typing import Any

import psycopg
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from service.actor import Actor
from service.database import read, transaction
from service.evidence import rows
from service.evidence.export import Span, index_range, written
from service.evidence.package.concerning import providing_organs, statements
from service.evidence.package.manifest import PackageKind
from service.evidence.package.order import Order, ViewAsked
from service.evidence.package.proven import DivergedError, consistency
from service.evidence.package.stating import state_counts
from service.evidence.package.writing import ORDER, Packed
from service.evidence.predicate import Predicate, read_predicate
from service.evidence.queries import last_exported, predicate_of, query_of, record_exported
from service.identity.members import profile_of
from service.ledger import (
    Draft,
    Kind,
    Log,
    begin_act,
    canonical,
    checkpoint_head,
    checkpoint_of,
    hashes_of,
    published_checkpoint,
    record,
    witnessing,
)
from service.tlog.notes import split_note, verify_note_by_any
from service.tlog.proofs import unverified
from service.tlog.trust import LogLine, Trust

EVERYTHING = read_predicate({"v": 1})
VIEWS = ("csv/1", "cp932/1", "jsonl/1", "ocsf/1", "xlsx/1")


class NoOrganError(ValueError):
    """A package for an organ is asked for where there is none: not at an operator, or the organ provided nothing."""


class UnwitnessedError(RuntimeError):
    """The log's witnesses have not cosigned yet, and nothing that they have not is published here."""

    def __init__(self) -> None:
        super().__init__("the witnesses of this log have not cosigned it yet, and nothing is given out before; try again when they have")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants: the filter and a time, or the organ whose inspector it is for; a checkpoint that they kept; views."""

    predicate: Predicate = EVERYTHING
    span: Span = field(default_factory=lambda: Span(None, None))
    organ: str | None = None
    saved: str | None = None
    since: str | None = None
    views: tuple[ViewAsked, ...] = ()
    wheel: str | None = None

    @property
    def kind(self) -> PackageKind:
        """The kind of the package."""
        return "full" if self.organ is None else "inspector"

    def query(self) -> bytes:
        """Return the filter's canonical text, the time asked for within it. Raises PredicateError for times that exclude each other."""
        if self.organ is not None:
            return canonical({"organ": self.organ, "v": 1})
        value = dict(self.predicate.value)
        for name, at, narrower in (("from_at", self.span.start, max), ("to_at", self.span.end, min)):
            if at is not None:
                value[name] = narrower(value.get(name, written(at)), written(at))
        return read_predicate(value).canonical

    def is_of(self, order: Order) -> bool:
        """Say whether an order is for what is wanted."""
        same = (order.query.encode(), order.organ, order.saved, order.views, order.wheel)
        since = None if self.since is None else split_note(self.since)[0]
        return same == (self.query(), self.organ, self.saved, self.views, self.wheel) and order.since == since


def unfinished(work: Path, wanted: Wanted) -> Order | None:
    """Return the order of a work folder that was left unfinished, or None. Raises ValueError for one of another package."""
    if not (work / ORDER).exists():
        if work.exists():
            shutil.rmtree(work)
        return None
    order = Order.read(work / ORDER)
    if not wanted.is_of(order):
        message = f"an unfinished package of other options lies in {work}: ask for the same, or remove that folder"
        raise ValueError(message)
    return order


def of_query(session: Session, query_id: str) -> tuple[Predicate, str | None]:
    """Return what a saved query asks, and the checkpoint of its last package, from which the next one leads on. Raises UnknownIdError."""
    row, last = query_of(session, query_id), last_exported(session, query_id)
    return predicate_of(row), None if last is None else checkpoint_of(session, size=last.size)


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks: as whom, in which roles and what for; without roles nothing is opened."""

    actor: Actor
    roles: frozenset[str] = frozenset()
    purpose: str | None = None
    patience: int = 0
    """Seconds to wait for the witnesses of the log, where it has any."""


def ask(engine: Engine, *, url: str, log: Log, clock: Callable[[], datetime], asker: Asker, wanted: Wanted) -> Order:
    """Record that a package is asked for and return its order; whatever comes of waiting is dated when it comes.

    Raises PredicateError, NoOrganError, NoteError for a checkpoint that is not this log's, DivergedError for one that it does not continue,
    UnwitnessedError.
    """
    at = clock()
    query, since = wanted.query(), _since(engine, wanted.since)
    if wanted.organ is not None:
        if log.seat != "operator":
            message = "a package for an organ's inspector is made where information was provided to: at an operator"
            raise NoOrganError(message)
        with rows.snapshot(url) as connection:
            if wanted.organ not in providing_organs(connection):
                message = f"{wanted.organ} has provided nothing here"
                raise NoOrganError(message)
        state_counts(engine, url=url, log=log, at=at, organs=[wanted.organ])
    id_ = f"k_{token_hex(8)}"
    note = _told(id_, wanted, query) | {"roles": sorted(asker.roles), "purpose": asker.purpose}
    with transaction(engine) as session:
        begin_act(session)
        draft = Draft(kind=Kind.EXPORT_REQUESTED, actor=asker.actor, at=at, note=note)
        requested = record(session, log=log, draft=draft, rows=[])
        small = profile_of(session) == "small"
    checkpoint, trust, witnessed = _published(engine, log=log, clock=clock, asker=asker, requested=requested)
    with rows.snapshot(url) as connection:
        size = unverified(checkpoint).size
        start, end = _range(connection, wanted, query, size, log)
        if since is not None:
            _require_continued(engine, log=log, clock=clock, asker=asker, since=since, note=checkpoint, requested=requested)
    return Order(
        id=id_,
        kind=wanted.kind,
        origin=unverified(checkpoint).origin,
        start=start,
        end=end,
        size=size,
        root=unverified(checkpoint).root.hex(),
        note=checkpoint,
        policy=trust.text(),
        query=query.decode(),
        requested=requested,
        made=written(at),
        by=asker.actor.id,
        version=_version(),
        roles=tuple(sorted(asker.roles)),
        purpose=asker.purpose,
        organ=wanted.organ,
        saved=wanted.saved,
        since=since,
        small_site=small,
        unwitnessed=not witnessed,
        views=wanted.views,
        wheel=wanted.wheel,
    )


def completed(engine: Engine, *, log: Log, at: datetime, actor: Actor, order: Order, packed: Packed | None) -> int:
    """Record what was written, with the digest of the manifest, or that nothing came of it; return the index of that.

    The package of a saved query is the one that its next one will continue.
    """
    with transaction(engine) as session:
        index = _completed(session, log=log, at=at, actor=actor, requested=order.requested, packed=packed)
        if order.saved is not None and packed is not None:
            record_exported(session, order.saved, export_id=order.id, size=order.size, index=index)
    return index


def refused(engine: Engine, *, log: Log, at: datetime, actor: Actor, requested: int) -> None:
    """Record that nothing came of a request."""
    with transaction(engine) as session:
        _completed(session, log=log, at=at, actor=actor, requested=requested, packed=None)


def _completed(session: Session, *, log: Log, at: datetime, actor: Actor, requested: int, packed: Packed | None) -> int:
    begin_act(session)
    note: dict[str, Any] = {"requested": requested}
    if packed is not None:
        note |= {"rows": packed.rows, "leaves": packed.leaves, "bytes": packed.size, "sha256": packed.manifest, **packed.counts}
    out = "refused" if packed is None else "accepted"
    return record(session, log=log, draft=Draft(kind=Kind.EXPORT_COMPLETED, actor=actor, at=at, out=out, note=note), rows=[])


def _told(id_: str, wanted: Wanted, query: bytes) -> dict[str, Any]:
    """Return what the entry of the request says: which package, its kind, the filter and its digest."""
    return {
        "package": id_,
        "kind": wanted.kind,
        "query": read_predicate(query).digest if wanted.organ is None else None,
        "organ": wanted.organ,
        "from": None if wanted.span.start is None else written(wanted.span.start),
        "to": None if wanted.span.end is None else written(wanted.span.end),
        "saved": wanted.saved,
        "views": [one.format for one in wanted.views],
    }


def _published(engine: Engine, *, log: Log, clock: Callable[[], datetime], asker: Asker, requested: int) -> tuple[str, Trust, bool]:
    """Return a checkpoint behind the request with its cosignatures, whom it may be judged by, and whether witnesses saw it.

    Raises UnwitnessedError where the site publishes nothing that its witnesses have not cosigned, and they do not in time.
    """
    with transaction(engine) as session:
        signed = checkpoint_head(session, log=log)
    for patience in range(asker.patience, -1, -1):
        with read(engine) as session:
            how, found = witnessing(session), published_checkpoint(session)
            size = unverified(signed).size if found is None else max(found.size, unverified(signed).size)
            trust = replace(how.trust, logs=tuple(LogLine(vkey) for vkey in _keys(session, size=size)))
        if found is not None and found.size > requested and (found.is_witnessed or not how.is_expected or patience == 0):
            return found.note, trust, found.is_witnessed
        if patience:
            sleep(1)
    if how.publication == "goes_on":
        return signed, trust, False
    refused(engine, log=log, at=clock(), actor=asker.actor, requested=requested)
    raise UnwitnessedError


_OPENED = text("select vkey from ledger.log where opened_index < :size order by opened_index")
_ADDED = text("select vkey from ledger.signing_keys where step = 'added' and changed_index < :size order by changed_index")


def _keys(session: Session, *, size: int) -> list[str]:
    """Return the keys that ever signed for the log up to a size, from first to last."""
    found = (*session.scalars(_OPENED, {"size": size}), *session.scalars(_ADDED, {"size": size}))
    return list(dict.fromkeys(str(vkey) for vkey in found))


def _since(engine: Engine, note: str | None) -> str | None:
    """Return the text of a checkpoint that somebody kept. Raises NoteError for one that this log did not sign."""
    if note is None:
        return None
    with read(engine) as session:
        return verify_note_by_any(note, vkeys=_keys(session, size=2**53)).text()


def _range(connection: psycopg.Connection, wanted: Wanted, query: bytes, size: int, log: Log) -> tuple[int, int]:
    """Return the indexes of the range: of the times that are asked for; of a package for an organ, whole statements around them."""
    start, end = index_range(connection, asked=wanted.span, size=size)
    if wanted.organ is None:
        bounds = read_predicate(query).value
        start = rows.first_at_or_after(connection, at=bounds["from_at"], size=size) if "from_at" in bounds else 0
        end = rows.first_at_or_after(connection, at=bounds["to_at"], size=size) if "to_at" in bounds else size
        return start, max(start, end)
    stated = statements(connection, keyring=log.keyring, size=size, organ=wanted.organ)
    start = max((one.since for one in stated if one.since <= start), default=0)
    # The statements about the last entries come behind them.
    return start, min((one.until for one in stated if one.until >= end), default=size) if end < size else size


def _require_continued(
    engine: Engine, *, log: Log, clock: Callable[[], datetime], asker: Asker, since: str, note: str, requested: int
) -> None:
    try:
        with read(engine) as session:
            consistency(hashes_of(session, size=unverified(note).size), since=since, note=note)
    except DivergedError:
        refused(engine, log=log, at=clock(), actor=asker.actor, requested=requested)
        raise


def _version() -> str:
    try:
        return version("sekisho")
    except PackageNotFoundError:
        return "unknown"
