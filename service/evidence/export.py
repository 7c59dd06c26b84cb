"""Exports the log of a time: an act of its own, streamed, with a digest of every byte.

Each decision and each act is a row, so that an entry of several decisions is several rows.
The entry `ledger:export:requested` stands before the first byte is written, and
`ledger:export:completed` tells digest and number of rows. Memory is constant at any size.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import BinaryIO, Protocol

import psycopg

from service.evidence import rows
from service.evidence.columns import JAPAN, Language
from service.evidence.disclosures import Disclosures, Opened
from service.evidence.rendering import known
from service.evidence.rendering.clear import DECIDED
from service.evidence.rendering.known import NAMELESS, Find, Known, Names
from service.evidence.rendering.rows import rows_of
from service.evidence.view_files import Format, ViewFile, Written
from service.identity.entitlements import seen
from service.ledger import subject_of

__all__ = ["Beside", "Format", "Span", "Written", "beside", "export", "index_range", "span", "written"]
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


@dataclass(frozen=True, slots=True)
class Span:
    """The time that is asked for: from an instant to before another; None is open."""

    start: datetime | None
    end: datetime | None


def span(*, from_: str | None, to: str | None) -> Span:
    """Return the time between two days (Japan, both whole) or instants (the end is not included).

    Raises ValueError that names the option, for what is neither, and for a reversed range.
    """
    start = None if from_ is None else _moment(from_, option="--from", last=False)
    end = None if to is None else _moment(to, option="--to", last=True)
    if start is not None and end is not None and end <= start:
        message = f"--to {to} does not lie after --from {from_}"
        raise ValueError(message)
    return Span(start, end)


def _moment(text: str, *, option: str, last: bool) -> datetime:
    """Return where a day begins (or ends, for the last one), or the instant itself, in UTC."""
    try:
        if _DAY.fullmatch(text):
            day = date.fromisoformat(text) + timedelta(days=last)
            return datetime.combine(day, time(), JAPAN).astimezone(UTC)
        moment = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        moment = None
    if moment is None or moment.tzinfo is None:
        message = f"{option} {text!r} is neither a day (2026-11-24, of Japan) nor an instant with its offset (2026-11-24T12:00:00+09:00)"
        raise ValueError(message)
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        message = f"{option} {text!r} lies outside the calendar"
        raise ValueError(message) from error


def index_range(connection: psycopg.Connection, *, asked: Span, size: int) -> tuple[int, int]:
    """Return first index and end of the entries of a time, below `size`."""
    low = 0 if asked.start is None else rows.first_at_or_after(connection, at=written(asked.start), size=size)
    high = size if asked.end is None else rows.first_at_or_after(connection, at=written(asked.end), size=size)
    return low, high


def written(at: datetime) -> str:
    """Return an instant as entries write it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ").rjust(27, "0")


def export(
    *,
    connection: psycopg.Connection,
    start: int,
    end: int,
    disclosures: Disclosures,
    format_: Format,
    language: Language,
    out: BinaryIO,
    names: Names = NAMELESS,
    progress: Callable[[int, int], None] = lambda _done, _whole: None,
) -> Written:
    """Write the entries from `start` to before `end`; return what was written.

    What stands in an entry's place without being one (a fault that `verify` names) is
    exported as its leaf hash alone: an export passes over nothing.
    """
    with ViewFile(out, format_=format_, language=language) as view:
        placed = 0
        for low in range(start, end, rows.WINDOW):
            high = min(low + rows.WINDOW, end)
            for places in rows.places(connection, start=placed, end=high):
                disclosures.place(places)
            placed = high
            for index, body in rows.entries(connection, start=low, end=high):
                view.put(rows_of(index, body, beside(index, body, disclosures), names=names))
            progress(high - start, end - start)
    return view.written


class Beside(Protocol):
    """What stands beside the log: finds the disclosure of a digest, and says by which destroyed key one is lost."""

    @property
    def words(self) -> Mapping[str, str]:
        """Return for keys that are gone the word for what lay under them, where it is another than `destroyed`."""
        ...

    def find(self, name: str) -> Opened | None:
        """Return the disclosure of a digest, or None where none opens."""
        ...

    def lost(self, name: str, *, index: int) -> str | None:
        """Return the key that sealed a disclosure and is gone, or None."""
        ...

    def destroyed_by(self, key_id: str) -> int | None:
        """Return the entry that tells that a key was destroyed, or None where that is not known."""
        ...


_OF_A_DECISION = b'"kind":"%s"' % DECIDED.encode()


def beside(index: int, body: bytes, disclosures: Beside) -> Find:
    """Return what says of the digests of an entry what may be known of them outside of the circle (Act 16): the answers of decisions.

    Where the reason of a denial is one that only those may know who are told results, the answer says less and has no text. Which
    entry tells of a destruction is told where the entry names in clear whose key it was: otherwise it would say whom it is about.
    """
    decided = _OF_A_DECISION in body

    def find(name: str) -> Known | None:
        opened = disclosures.find(name) if decided else None
        if opened is None:
            key = disclosures.lost(name, index=index)
            if key is None:
                return None
            named = b'"%s"' % subject_of(key)[0].encode() in body
            by = disclosures.destroyed_by(key) if named else None
            return known.Erased(by, key, disclosures.words.get(key, "destroyed"))
        if opened.name != "answer":
            return None
        shown = seen("answer", opened.value, {"auditor"}, purpose="audit")
        return known.Opened("answer", shown, opened.text if shown == opened.value else None)

    return find
