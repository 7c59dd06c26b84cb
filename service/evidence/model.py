"""What auditors keep: queries with their runs, notes and findings with their steps, and how much withheld content was opened.

No decision rests on any of it. The words of notes, findings and answers stand in no row: they are disclosures beside their
entries, under the key of whom the entry in question is about, so that they can be sealed and destroyed like all others.
"""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Date, DateTime, ForeignKey, Index, Integer, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from service.database import Base
from service.personnel.model import Changed, Id, Instant, Words, one_of

SORTS, STEPS = ("note", "finding"), ("answered", "closed")
ANSWERERS = ("information_manager", "hr_officer")
"""Who answers a finding: whoever keeps the matter that was audited."""


class QueryRow(Changed, Base):
    """A query under a name: whose, why, and of which case. `predicate` has its canonical bytes, `digest` their SHA-256."""

    __tablename__ = "queries"
    __table_args__ = (
        Index("uq_queries_name", "account_id", "name", unique=True, postgresql_where=text("ended_at is null")),
        {"schema": "evidence"},
    )

    id: Mapped[Id]
    account_id: Mapped[Words] = mapped_column(ForeignKey("identity.accounts.id"), index=True)
    name: Mapped[Words]
    predicate: Mapped[Words]
    digest: Mapped[Words]
    reason: Mapped[Words]
    case_number: Mapped[Words | None]
    saved_at: Mapped[Instant]
    ended_at: Mapped[Instant | None]


class QueryRun(Changed, Base):
    """That a query was run: by whom, over how many entries of the log."""

    __tablename__ = "query_runs"
    __table_args__ = ({"schema": "evidence"},)

    id: Mapped[Id]
    query_id: Mapped[Words] = mapped_column(ForeignKey("evidence.queries.id"), index=True)
    account_id: Mapped[Words]
    size: Mapped[int] = mapped_column(BigInteger)
    run_at: Mapped[Instant]


class QueryExport(Base):
    """Which package of a query was finished at which size of the log, by the export's own entry; the newest is the last one."""

    __tablename__ = "query_exports"
    __table_args__ = ({"schema": "evidence"},)

    export_id: Mapped[Id]
    query_id: Mapped[Words] = mapped_column(ForeignKey("evidence.queries.id"), index=True)
    size: Mapped[int] = mapped_column(BigInteger)
    index: Mapped[int] = mapped_column(BigInteger)
    """The entry that says so."""


class Remark(Changed, Base):
    """A note on an entry, or a finding that somebody who keeps the matter is to answer. Its words lie beside its entry."""

    __tablename__ = "remarks"
    __table_args__ = (
        CheckConstraint(one_of("sort", SORTS), name="sort_known"),
        CheckConstraint(one_of("role", ANSWERERS), name="role_known"),
        CheckConstraint("(sort = 'note') = (organization_id is null) and (organization_id is null) = (role is null)", name="addressed"),
        {"schema": "evidence"},
    )

    id: Mapped[Id]
    sort: Mapped[Words]
    entry: Mapped[int] = mapped_column(BigInteger, index=True)
    query_id: Mapped[Words | None] = mapped_column(ForeignKey("evidence.queries.id"))
    account_id: Mapped[Words]
    organization_id: Mapped[Words | None] = mapped_column(ForeignKey("personnel.organizations.id"), index=True)
    role: Mapped[Words | None]
    made_at: Mapped[Instant]


class RemarkStep(Changed, Base):
    """A step of a finding: it was answered, it was closed."""

    __tablename__ = "remark_steps"
    __table_args__ = (
        CheckConstraint(one_of("step", STEPS), name="step_known"),
        Index("uq_remark_steps", "remark_id", "step", unique=True),
        {"schema": "evidence"},
    )

    id: Mapped[Id]
    remark_id: Mapped[Words] = mapped_column(ForeignKey("evidence.remarks.id"))
    step: Mapped[Words]
    account_id: Mapped[Words]
    made_at: Mapped[Instant]


class DisclosureBudget(Changed, Base):
    """How many rows with withheld content an auditor may open on a day, from a day on; the newest of a day counts."""

    __tablename__ = "budgets"
    __table_args__ = (CheckConstraint("rows >= 0", name="rows_counted"), {"schema": "evidence"})

    id: Mapped[Id]
    rows: Mapped[int] = mapped_column(Integer)
    from_on: Mapped[date] = mapped_column(Date, index=True)


class DisclosureRequest(Changed, Base):
    """That an auditor asks to open more, of one query on one day; it counts once somebody else confirmed it."""

    __tablename__ = "disclosure_requests"
    __table_args__ = (
        CheckConstraint("rows > 0", name="rows_counted"),
        CheckConstraint("(confirmed_by is null) = (confirmed_at is null)", name="confirmed_by_somebody"),
        {"schema": "evidence"},
    )

    id: Mapped[Id]
    query_id: Mapped[Words] = mapped_column(ForeignKey("evidence.queries.id"), index=True)
    account_id: Mapped[Words]
    person_id: Mapped[Words]
    rows: Mapped[int] = mapped_column(Integer)
    on: Mapped[date] = mapped_column(Date)
    asked_at: Mapped[Instant]
    confirmed_by: Mapped[Words | None]
    confirmed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class DisclosedCount(Base):
    """How many rows a person opened on a day: of the daily budget (`pool` empty), or beyond it for one query; or tried in vain."""

    __tablename__ = "disclosed_counts"
    __table_args__ = ({"schema": "evidence"},)

    person_id: Mapped[Id]
    on: Mapped[date] = mapped_column(Date, primary_key=True)
    pool: Mapped[str] = mapped_column(Text, primary_key=True)
    rows: Mapped[int] = mapped_column(Integer)
