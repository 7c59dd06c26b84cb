"""A deployment under test, and the ways to attack it."""

from dataclasses import dataclass
from datetime import UTC, datetime

import psycopg
from sqlalchemy import Engine

from service.actor import SYSTEM
from service.database import transaction
from service.ledger import Draft, Kind, Log, begin_act, checkpoint_head, record, record_many
from service.personnel.model import Organization

BEGIN = datetime(2026, 4, 1, 0, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Site:
    """A deployment under test."""

    url: str
    engine: Engine
    log: Log

    def register(self, *names: str, at: datetime) -> list[int]:
        """Register organizations in one batch, an entry each."""
        drafts = [
            (
                Draft(kind=Kind.ORGANIZATION_REGISTERED, actor=SYSTEM, at=at, organization=name, subject=name),
                [Organization(id=name, kind="operator", name=f"株式会社{name}", name_en=None)],
            )
            for name in names
        ]
        with transaction(self.engine) as session:
            begin_act(session)
            return record_many(session, log=self.log, drafts=drafts)

    def note(self, words: str, *, at: datetime) -> int:
        """Record an act that changes no row."""
        draft = Draft(kind=Kind.EXPORT_REQUESTED, actor=SYSTEM, at=at, note={"words": words})
        with transaction(self.engine) as session:
            begin_act(session)
            return record(session, log=self.log, draft=draft, rows=[])

    def sign(self) -> str:
        """Sign the head."""
        with transaction(self.engine) as session:
            return checkpoint_head(session, log=self.log)

    def attack(self, *statements: tuple[str, tuple[object, ...]]) -> None:
        """Write behind the service's back: as superuser, past triggers and foreign keys."""
        with psycopg.connect(self.url) as connection:
            connection.execute("set session_replication_role = replica")
            for statement, values in statements:
                assert connection.execute(statement, values).rowcount > 0, statement

    def body(self, index: int) -> bytes:
        """Return the bytes of an entry."""
        with psycopg.connect(self.url) as connection:
            row = connection.execute("select body from ledger.entries where index = %s", (index,)).fetchone()
        assert row is not None
        return bytes(row[0])
