"""What an import is told and what it tells: options, the report, and what stays the same through one import."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Engine

from service.actor import Actor
from service.ledger import Log
from service.personnel.roster.rows import Rejection


@dataclass(frozen=True, slots=True)
class Options:
    """How a file is to be taken. `effective_on`: the day changes without a 発令日 take effect; default today in Japan."""

    organization: str | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)
    effective_on: date | None = None
    complete: bool = False
    blank_clears: bool = False
    dry_run: bool = False


@dataclass(slots=True)
class Report:
    """What became of a file's rows, or in a dry run what would."""

    file: str
    encoding: str
    dry_run: bool
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: list[Rejection] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    """Employee numbers that a file declared complete lacks: their end is proposed, never made."""
    new_units: list[str] = field(default_factory=list)
    new_agencies: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Import:
    """What stays the same through one import."""

    engine: Engine
    log: Log
    actor: Actor
    clock: Callable[[], datetime]
    organization: str
    on: date
    options: Options
