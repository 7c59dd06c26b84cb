"""Writes an evidence package: streamed, pinned to one checkpoint, resumable by chunks, and nowhere half-done under its final name.

It grows in a work folder: the order, how far it came, and the files. Whatever is interrupted goes on from there and ends with the
same bytes. At the end the manifest is signed, and the whole appears under its name at once.
"""

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from service.database import read
from service.evidence import rows
from service.evidence.disclosures import keyring_opener
from service.evidence.package.archive import verifier_archive
from service.evidence.package.beside import Beside
from service.evidence.package.concerning import ByOrgan, statements
from service.evidence.package.enclosed import enclose
from service.evidence.package.entitled import Entitlement
from service.evidence.package.folder import Folder
from service.evidence.package.leaves import ByPredicate, Filter, Leaves, PackageFaultError, chunks_of
from service.evidence.package.manifest import NAME, Manifest, PackedView, leaves_around
from service.evidence.package.order import Order
from service.evidence.package.proven import DivergedError, Proven
from service.evidence.package.state import State
from service.evidence.package.views import Views
from service.evidence.predicate import read_canonical
from service.ledger import Keyring, Log, hashes_of, signed_by
from service.tlog.notes import sign_note

ORDER, STATE, FILES = "order.json", "state.sqlite", "package"
Progress = Callable[[str, int, int], None]
"""Told of each step's name, what is done and the whole."""


class OvertakenError(RuntimeError):
    """Something was destroyed or sealed away while the package was written: it may not be given, and no entry of this tree says so."""

    def __init__(self) -> None:
        super().__init__("something was destroyed or sealed away meanwhile; what was written is removed, ask for the package again")


GIVEN_UP = (OvertakenError, PackageFaultError, DivergedError)


@dataclass(frozen=True, slots=True)
class Packed:
    """A package that is whole: leaves, rows of its views, files and their bytes, the SHA-256 of its manifest.

    `counts` says how many disclosures are opened, erased and withheld.
    """

    id: str
    leaves: int
    rows: int
    files: int
    size: int
    manifest: str
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class Writer:
    """What writing takes beside the order: the database, the log's keys, and who is told of whom it is about."""

    engine: Engine
    url: str
    log: Log
    look: Callable[[Sequence[str]], None] = lambda _people: None
    progress: Progress = lambda _step, _done, _whole: None


def begin(work: Path, order: Order) -> None:
    """Keep an order in a new work folder."""
    work.mkdir(mode=0o700, parents=True)
    (work / FILES).mkdir(mode=0o700)
    partial = work / f"{ORDER}.new"
    partial.write_text(order.text(), encoding="utf-8")
    partial.replace(work / ORDER)


def write(work: Path, writer: Writer) -> Packed:
    """Write the package of a work folder, from where it stands, and sign its manifest.

    Raises what is in `GIVEN_UP`, after which the work folder is gone: OvertakenError; PackageFaultError where the log is not what
    its checkpoint says; DivergedError where it does not continue the checkpoint that came with the order. Whatever else ends it,
    it can be gone on with.
    """
    order = Order.read(work / ORDER)
    try:
        with State(work / STATE) as state, rows.snapshot(writer.url) as connection, read(writer.engine) as session:
            require_not_overtaken(connection, order)
            folder = Folder(work / FILES, state)
            packed = _written(order, connection, session, folder, writer)
        with rows.snapshot(writer.url) as later:
            require_not_overtaken(later, order)
    except GIVEN_UP:
        shutil.rmtree(work)
        raise
    return packed


def require_not_overtaken(connection: psycopg.Connection, order: Order) -> None:
    """Refuse to go on where something was destroyed or sealed away behind the checkpoint. Raises OvertakenError."""
    destroyed = any(index >= order.size for index in rows.destroyed_keys(connection).values())
    sealed = connection.execute("select exists (select from ledger.spills where changed_index >= %s)", (order.size,)).fetchone()
    if destroyed or sealed == (True,):
        raise OvertakenError


def _written(order: Order, connection: psycopg.Connection, session: Session, folder: Folder, writer: Writer) -> Packed:
    predicate = None if order.kind == "inspector" else read_canonical(order.query.encode())
    finds = filter_of(order, connection, writer.log.keyring)
    entitlement = Entitlement(frozenset(order.roles), order.purpose, order.organ)
    opener = keyring_opener(connection, writer.log.keyring.scratch())
    beside = Beside(connection, folder.state, entitlement, opener, rows.destroyed_keys(connection))
    leaves = Leaves(order, connection, folder, beside, finds, writer.look)
    first, last = leaves_around(start=order.start, end=order.end, size=order.size)
    for low, high in chunks_of(first, last):
        leaves.chunk(low, high, progress=lambda done: writer.progress("leaves", done - first, last - first))
    if order.kind == "inspector":
        folder.put("entries.jsonl", _joined(folder, first, last))
    proven = Proven(order, connection, folder, hashes_of(session, size=order.size))
    proven.write()
    folder.put("query.json", [order.query.encode()])
    folder.put("disclosures.jsonl", (f"{line}\n".encode() for line in folder.state.lines()))
    if folder.state.erasures():
        folder.put("erasures.jsonl", proven.erasures())
    for digest in folder.state.policies():
        text = rows.policy_text(connection, digest)
        if text is not None:
            folder.put(f"policies/{digest}.txt", [text.encode()])
    views, count = Views(order, connection, folder, finds, predicate).write(lambda done, whole: writer.progress("views", done, whole))
    enclose(order, folder, verifier_archive())
    signers = [writer.log.signers.of(vkey) for vkey in signed_by(session, size=order.size).vkeys]
    return _signed(order, folder, proven, views, count, signers)


def filter_of(order: Order, connection: psycopg.Connection, keyring: Keyring) -> Filter:
    """Return what finds the entries of a package: its predicate, or what was stated of its organ."""
    if order.organ is None:
        return ByPredicate(read_canonical(order.query.encode()), order.start, order.end)
    stated = statements(connection, keyring=keyring, size=order.size, organ=order.organ)
    return ByOrgan.by(stated, organ=order.organ, start=order.start, end=order.end)


def _joined(folder: Folder, first: int, last: int) -> Iterator[bytes]:
    for low, _high in chunks_of(first, last):
        yield folder.place_aside(str(low)).read_bytes()


def _signed(
    order: Order, folder: Folder, proven: Proven, views: Sequence[PackedView], count: int, signers: Sequence[Ed25519PrivateKey]
) -> Packed:
    first, last = leaves_around(start=order.start, end=order.end, size=order.size)
    since = proven.since
    manifest = Manifest(
        origin=order.origin,
        id=order.id,
        kind=order.kind,
        start=order.start,
        end=order.end,
        first=first,
        last=last,
        size=order.size,
        root=proven.checkpoint.root,
        query=sha256(order.query.encode()).hexdigest(),
        requested=order.requested,
        made=order.made,
        by=order.by,
        version=order.version,
        organ=order.organ,
        saved=order.saved,
        since=None if since is None else (since.size, since.root),
        small_site=order.small_site,
        unwitnessed=order.unwitnessed,
        views=tuple(views),
        files=tuple(folder.state.files()),
    )
    note = sign_note(manifest.text(), name=order.origin, signers=signers).encode()
    (folder.root / NAME).write_bytes(note)
    size = len(note) + sum(one.size for one in manifest.files)
    return Packed(order.id, last - first, count, 1 + len(manifest.files), size, sha256(note).hexdigest(), folder.state.counts())
