"""How the service is: what it runs on, how far its log has come, what was signed and kept, and what runs out next.

Every fact is looked up at the moment; what nobody here can know is not told.
"""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from cryptography import x509
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from service.acts.entitled import require_any_role
from service.acts.reading.accounts import set_by
from service.database import read
from service.deadlines.model import ToldRow
from service.decision.world import FACT_TABLES
from service.identity.desk import Seated
from service.identity.model import ApiKey
from service.ledger import Published, Seat, latest_checkpoint, log_size, published_checkpoint
from service.ledger.floor import BelowFloorError, read_floor

READERS = frozenset({"administrator", "auditor"})
CERTIFICATES = ("server.crt", "ca.crt")


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate of the service's own folder and the instant at which it ends."""

    file: str
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class System:
    """The state of a deployment, as this process sees it.

    `signed` is how many entries the newest checkpoint covers, `signed_at` the time of the last of them. `floor` is how many
    entries this server has acknowledged outside the database; None where it keeps none. `unsealed` counts rows that decisions
    rest on and that carry no seal. `told_at` is when a date was last told to the ledger.
    `published` is the checkpoint that readers are given, and how it stands with witnesses.
    """

    version: str
    database: str
    origin: str
    seat: Seat
    size: int
    last_at: datetime | None
    signed: int | None
    signed_at: datetime | None
    floor: int | None
    floor_fits: bool
    unsealed: int
    told_at: datetime | None
    published: Published | None
    key_ends_at: datetime | None
    certificates: tuple[Certificate, ...]
    disk_free: int | None
    disk_whole: int | None
    by_provider: bool


def system_of(seated: Seated) -> System:
    """Return how the service is. Raises NotAllowedError."""
    require_any_role(seated.member, READERS)
    folder, log = seated.desk.data_dir, seated.desk.log
    with read(seated.desk.engine) as session:
        size = log_size(session)
        signed = latest_checkpoint(session)
        covered = None if signed is None else signed[0]
        floor, fits = _floor(folder, origin=log.origin, size=size)
        return System(
            version=_version(),
            database=str(session.execute(text("show server_version")).scalar_one()),
            origin=log.origin,
            seat=log.seat,
            size=size,
            last_at=_time_of(session, size - 1),
            signed=covered,
            signed_at=None if not covered else _time_of(session, covered - 1),
            floor=floor,
            floor_fits=fits,
            unsealed=sum(_unsealed(session, table) for table in FACT_TABLES),
            told_at=session.scalar(select(func.max(ToldRow.told_at))),
            published=published_checkpoint(session),
            key_ends_at=session.scalar(select(func.min(ApiKey.expires_at)).where(ApiKey.ended_at.is_(None), ApiKey.expires_at > seated.at)),
            certificates=tuple(_certificates(folder)),
            disk_free=None if folder is None or not folder.exists() else shutil.disk_usage(folder).free,
            disk_whole=None if folder is None or not folder.exists() else shutil.disk_usage(folder).total,
            by_provider=seated.desk.providers is not None,
        )


def _version() -> str:
    try:
        return version("sekisho")
    except PackageNotFoundError:
        return ""


def _time_of(session: Session, index: int) -> datetime | None:
    told = set_by(session, index=index) if index >= 0 else None
    return None if told is None or not told.at else datetime.fromisoformat(told.at)


def _floor(folder: Path | None, *, origin: str, size: int) -> tuple[int | None, bool]:
    """Return what was acknowledged outside the database, and whether the database shows as much."""
    try:
        kept = None if folder is None else read_floor(folder)
    except BelowFloorError:
        return None, False
    return (None, True) if kept is None or kept.origin != origin else (kept.size, kept.size <= size)


def _unsealed(session: Session, table: str) -> int:
    return int(session.execute(text(f"select count(*) from {table} where seal is null")).scalar_one())  # noqa: S608 - a table of ours


def _certificates(folder: Path | None) -> Sequence[Certificate]:
    found = []
    for name in CERTIFICATES if folder is not None else ():
        assert folder is not None  # said just above
        path = folder / "tls" / name
        try:
            ends = x509.load_pem_x509_certificates(path.read_bytes())[0].not_valid_after_utc
        except (OSError, ValueError):
            continue
        found.append(Certificate(name, ends.astimezone(UTC)))
    return found
