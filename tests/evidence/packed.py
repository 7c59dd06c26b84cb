"""Packages under test: asked for and written as the doors do it, and read again by the specifications alone."""

import base64
import json
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import text

from service.actor import Actor
from service.database import transaction
from service.evidence.package import writing
from service.evidence.package.asking import Asker, Wanted, ask
from service.evidence.package.manifest import Manifest
from service.evidence.package.writing import Packed, Writer
from service.ledger import WRITER_LOCK, Head, Kind, build, disclose, read_head
from service.ledger.acts import _append, _seal
from service.tlog.notes import verify_note
from service.tlog.proofs import TlogProof, verify_range
from service.tlog.tiles import Tile, read_bundle
from service.tlog.tree import leaf_hash
from tests.evidence.site import Site

AUDITOR = Asker(Actor("m_auditor", "person"), frozenset({"auditor"}), "audit")
NOBODY = Asker(Actor("account:root", "system"))


def packed(site: Site, work: Path, *, at: datetime, wanted: Wanted | None = None, asker: Asker = AUDITOR) -> tuple["Read", Packed]:
    """Ask for a package and write it; return it read again, and what is told of it."""
    order = ask(site.engine, url=site.url, log=site.log, clock=lambda: at, asker=asker, wanted=wanted or Wanted())
    writing.begin(work, order)
    done = writing.write(work, writer(site))
    return Read(work / writing.FILES), done


def writer(site: Site, **more: Any) -> Writer:
    """Return what writes packages of a site."""
    return Writer(site.engine, site.url, site.log, **more)


@dataclass(frozen=True)
class Read:
    """A package as a reader of the specifications finds it."""

    root: Path

    def bytes_of(self, path: str) -> bytes:
        return (self.root / path).read_bytes()

    @property
    def manifest(self) -> Manifest:
        return Manifest.parse(self.bytes_of("manifest.note").decode().rpartition("\n\n")[0] + "\n")

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.bytes_of("disclosures.jsonl").splitlines()]

    def files(self) -> dict[str, bytes]:
        return {path.relative_to(self.root).as_posix(): path.read_bytes() for path in self.root.rglob("*") if path.is_file()}

    def leaves(self) -> list[bytes]:
        """Return the leaf hashes of the tiles of level 0."""
        made = self.manifest
        places = range(made.first // 256, -(-made.last // 256))
        raw = b"".join(self.bytes_of(Tile(0, place, min(256, made.last - place * 256)).path()) for place in places)
        return [raw[at : at + 32] for at in range(0, len(raw), 32)]

    def entries(self) -> dict[int, bytes]:
        """Return the entries of the bundles by index."""
        made, found = self.manifest, list[bytes]()
        for place in range(made.first // 256, -(-made.last // 256)):
            found += read_bundle(self.bytes_of(Tile(-1, place, min(256, made.last - place * 256)).path()))
        return dict(enumerate(found, made.first))

    def require_sound(self, vkey: str) -> None:
        """Do by hand what any reader of RFC 6962 and C2SP can do."""
        made, files = self.manifest, self.files()
        assert {one.path: (one.digest, one.size) for one in made.files} == {
            path: (sha256(raw).hexdigest(), len(raw)) for path, raw in files.items() if path != "manifest.note"
        }
        checkpoint = verify_note(files["checkpoint"].decode(), vkey=vkey)
        assert (checkpoint.origin, checkpoint.size, checkpoint.root) == (made.origin, made.size, made.root)
        first, last, requested = (TlogProof.parse(files[f"{name}.tlog-proof"].decode()) for name in ("first", "last", "requested"))
        assert (first.index, last.index, requested.index) == (made.first, made.last - 1, made.requested)
        assert verify_range(
            leaves=self.leaves(), start=made.first, end=made.last, size=made.size, first=first.path, last=last.path, root=made.root
        )
        assert requested.proves(leaf_hash(files["requested.json"]), checkpoint=checkpoint)
        if made.kind == "full":
            assert [leaf_hash(body) for body in self.entries().values()] == self.leaves()
        assert made.query == sha256(files["query.json"]).hexdigest()


def body_of(line: dict[str, Any]) -> bytes:
    """Return the entry in a line of `entries.jsonl` or `erasures.jsonl`."""
    return base64.b64decode(line["body"])


def grow(site: Site, count: int, *, at: datetime, sealed: int = 0) -> None:
    """Append entries of one time by the thousand, as many of them as `sealed` says with a disclosure."""
    with transaction(site.engine) as session:
        left = count
        while left:
            number = min(5_000, left)
            session.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": WRITER_LOCK})
            head = read_head(session)
            made = [disclose("answer", {"decision": "permit", "place": place}) for place in range(min(number, sealed))]
            digests = [[one.name] for one in made] + [list[str]()] * (number - len(made))
            bodies = [_decision(head, place, at, names) for place, names in enumerate(digests)]
            _append(session, head=head, at=at, bodies=bodies, changed=[False] * number)
            _seal(session, log=site.log, made=[(head.size + place, "log", one) for place, one in enumerate(made)])
            left, sealed = left - number, sealed - len(made)


def _decision(head: Head, place: int, at: datetime, names: list[str]) -> bytes:
    return build(
        kind=Kind.ACCESS_DECIDED,
        at=at,
        out="permit",
        digests=names,
        actor="app-1",
        person="p_1",
        object="d1",
        action="read",
        req=f"r_{head.size + place}",
        seen=head.changed_index,
        policy="0" * 64,
    )
