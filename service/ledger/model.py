"""The ledger's tables: appended to, never changed; keys alone are wrapped anew, and removed when they are destroyed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, DateTime, Index, LargeBinary, SmallInteger, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from service.database import Base

PARTITION = 1 << 24
"""Entries a partition: 256^3, so that a partition is whole tiles up to level 2."""


class LogRow(Base):
    """The log of a deployment: its name, its seat, the key it was opened with and how its clock is told.

    A closed log is followed by its successor, which has a name and keys of its own and goes on with the same tree; the one
    that was opened last is the log.
    """

    __tablename__ = "log"
    __table_args__ = (
        CheckConstraint("seat in ('organ', 'operator')", name="seat"),
        CheckConstraint("clock in ('wall', 'told')", name="clock"),
        {"schema": "ledger"},
    )

    origin: Mapped[str] = mapped_column(Text, primary_key=True)
    seat: Mapped[str] = mapped_column(Text)
    clock: Mapped[str] = mapped_column(Text)
    vkey: Mapped[str] = mapped_column(Text)
    opened_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    opened_index: Mapped[int] = mapped_column(BigInteger)


class BatchRow(Base):
    """What was appended at once. The newest row is the head; its primary key decides who appends.

    INVARIANT: each batch begins at the index where the one before ends.
    """

    __tablename__ = "batches"
    __table_args__ = (CheckConstraint("size > 0", name="size"), {"schema": "ledger"})

    first_index: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    size: Mapped[int] = mapped_column(BigInteger)
    leaves: Mapped[bytes] = mapped_column(LargeBinary)
    """The leaf hashes of this batch, 32 bytes each."""
    frontier: Mapped[bytes] = mapped_column(LargeBinary)
    """The Merkle frontier after this batch."""
    changed_index: Mapped[int] = mapped_column(BigInteger)
    """The index of the last entry, up to here, that changed what decisions rest on."""
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    last_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    """The time of the last entry of this batch."""
    batch_id: Mapped[UUID] = mapped_column(Uuid)
    """Random; by it a writer whose answer was lost finds out what became of its batch."""


class EntryRow(Base):
    """An entry: canonical JSON, at most 65,535 bytes."""

    __tablename__ = "entries"
    __table_args__ = ({"schema": "ledger", "postgresql_partition_by": "RANGE (index)"},)

    index: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    body: Mapped[bytes] = mapped_column(LargeBinary)


class DisclosureRow(Base):
    """A value whose digest stands in an entry, sealed under a key that can be destroyed."""

    __tablename__ = "disclosures"
    __table_args__ = (
        Index("ix_disclosures_key_id", "key_id"),
        {"schema": "ledger", "postgresql_partition_by": "RANGE (index)"},
    )

    index: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    key_id: Mapped[str] = mapped_column(Text)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class KeyRow(Base):
    """The key of one person, information or organization, wrapped by a master key and a secret outside the database."""

    __tablename__ = "keys"
    __table_args__ = ({"schema": "ledger"},)

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)


class DestroyedKeyRow(Base):
    """A key that was destroyed: nothing that it sealed can be read again, and it is never made anew."""

    __tablename__ = "destroyed_keys"
    __table_args__ = ({"schema": "ledger"},)

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    subject: Mapped[str] = mapped_column(Text)
    """Whose key it was; how many of its keys were destroyed says which one is in use."""
    place: Mapped[int] = mapped_column(BigInteger)
    """Where its secret lay, to be overwritten."""
    disclosures: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[str] = mapped_column(Text)
    """The SHA-256 of the digests of its disclosures, in the order of the log, in hexadecimal."""
    destroyed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    changed_index: Mapped[int] = mapped_column(BigInteger)
    seal: Mapped[bytes | None] = mapped_column(LargeBinary)


class SpillRow(Base):
    """A step of what was done about an entry whose disclosures held what should not stand there (秘の混入); the newest counts."""

    __tablename__ = "spills"
    __table_args__ = (
        CheckConstraint("state in ('sealed', 'unsealed', 'destroyed')", name="state_known"),
        {"schema": "ledger"},
    )

    entry_index: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    """The entry whose disclosures they are: all that were made with it."""
    changed_index: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    state: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    """Under whose key they lay."""
    disclosures: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[str] = mapped_column(Text)
    """The SHA-256 of their digests in order, in hexadecimal."""
    before: Mapped[bytes | None] = mapped_column(LargeBinary, info={"beside": True})
    """What stood in the tables before words were taken out of them, sealed under the same key."""


class MasterRow(Base):
    """A master key under which a rotation has wrapped all keys."""

    __tablename__ = "masters"
    __table_args__ = ({"schema": "ledger"},)

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    rotated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    changed_index: Mapped[int] = mapped_column(BigInteger)


class CheckpointRow(Base):
    """A signed checkpoint, byte for byte as it was signed first."""

    __tablename__ = "checkpoints"
    __table_args__ = ({"schema": "ledger"},)

    size: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    note: Mapped[str] = mapped_column(Text)


class SubtreeRow(Base):
    """The root of a complete subtree of 256^level entries, as tiles hold it; derivable, stored when a checkpoint is signed."""

    __tablename__ = "subtrees"
    __table_args__ = (CheckConstraint("level > 0 and octet_length(hash) = 32", name="form"), {"schema": "ledger"})

    level: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    index: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class SigningKeyRow(Base):
    """That a key began, or ceased, to sign the checkpoints of more entries than up to this change; the first key only ceases."""

    __tablename__ = "signing_keys"
    __table_args__ = (CheckConstraint("step in ('added', 'retired')", name="step"), {"schema": "ledger"})

    vkey: Mapped[str] = mapped_column(Text, primary_key=True)
    step: Mapped[str] = mapped_column(Text, primary_key=True)
    told_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    changed_index: Mapped[int] = mapped_column(BigInteger)


class ClosingRow(Base):
    """That a log was closed by the entry at `changed_index`, and the key of the log that follows it."""

    __tablename__ = "closings"
    __table_args__ = ({"schema": "ledger"},)

    origin: Mapped[str] = mapped_column(Text, primary_key=True)
    successor: Mapped[str] = mapped_column(Text)
    closed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    changed_index: Mapped[int] = mapped_column(BigInteger)


class RowAccountRow(Base):
    """The account of all rows that decisions rest on, after the change at an index (see `seals`)."""

    __tablename__ = "row_accounts"
    __table_args__ = ({"schema": "ledger"},)

    changed_index: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    account: Mapped[bytes] = mapped_column(LargeBinary)


class WitnessPolicyRow(Base):
    """Who witnesses the log from an entry on, as a policy in the form of C2SP tlog-policy, and whether publication waits for them."""

    __tablename__ = "witness_policies"
    __table_args__ = (CheckConstraint("publication in ('waits', 'goes_on')", name="publication"), {"schema": "ledger"})

    changed_index: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    policy: Mapped[str] = mapped_column(Text)
    publication: Mapped[str] = mapped_column(Text)
    set_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class ServiceRow(Base):
    """The service started or stopped in order at a place: a machine, folder and address, named by a keyed hash."""

    __tablename__ = "services"
    __table_args__ = (
        CheckConstraint("step in ('started', 'stopped')", name="step"),
        Index("ix_services_place", "place", "changed_index"),
        {"schema": "ledger"},
    )

    changed_index: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    place: Mapped[str] = mapped_column(Text)
    step: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class CosignatureRow(Base):
    """A witness's cosignature on the checkpoint of a size, as it came; checked before it was kept."""

    __tablename__ = "cosignatures"
    __table_args__ = (Index("ix_cosignatures_key_size", "key", "size"), {"schema": "ledger"})

    size: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    """The witness's vkey."""
    name: Mapped[str] = mapped_column(Text)
    line: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    """When the witness says it was, by its own clock."""


class LossRow(Base):
    """That after a declared loss everything that opens anything was ended: of the log that began at an index."""

    __tablename__ = "losses"
    __table_args__ = ({"schema": "ledger"},)

    opened_index: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    lost: Mapped[str] = mapped_column(Text)
    settled_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    changed_index: Mapped[int] = mapped_column(BigInteger)
