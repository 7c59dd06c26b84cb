"""What a register is as a sheet: headings and rows, of one organization at a time."""

from dataclasses import dataclass
from datetime import datetime

from service.evidence.columns import Language
from service.statute.citations import Citation

WITHHELD = {"ja": "（開示なし）", "en": "(withheld)"}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A register of an organization: its name, what asks for it, whose form it follows, headings and rows.

    `people` are those whose clearance something in it tells of: that it was read is an entry on the record of each. `lines` name
    the line behind each row and the entry that last changed it, where a row is a line. Of a `hushed` one neither the number of
    its rows nor a digest is kept, and no entry for each: from these, read beside the list of who is cleared, one could count,
    or try, who was assessed and is not.
    """

    kind: str
    title: str
    basis: Citation | None
    form: int | None
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    people: frozenset[str] = frozenset()
    lines: tuple[tuple[str, int], ...] = ()
    hushed: bool = False
    onward: int | None = None
    """Behind which number of its series, or which row, the next part begins; None where this is the last or the whole."""


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a register: at most so many rows behind a number of its series, or behind so many rows where it has no series."""

    after: int
    limit: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which sheet: of which organization, at which instant, in which language, with names or without.

    `results` says whether whoever reads it is told how assessments ended (Act 13(2)), or only who is cleared.
    """

    organization_id: str
    at: datetime
    language: Language = "ja"
    named: bool = True
    results: bool = True
