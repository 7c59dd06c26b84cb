"""Exports the log of a time: an act of its own, streamed, with a digest of every byte.

Each decision and each act is a row, so that an entry of several decisions is several rows.
The entry `ledger:export:requested` stands before the first byte is written, and
`ledger:export:completed` tells digest and number of rows. Memory is constant at any size.
"""

import base64
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from typing import BinaryIO, Literal, Protocol

import psycopg

from service.evidence import rows
from service.evidence.chain import Row
from service.evidence.columns import JAPAN, Disclosed, Language, answer_of, cells, csv_line, headings
from service.evidence.disclosures import Disclosures, Opened
from service.evidence.form import DECIDED, EntryV1, canonical_entry, decisions_of, readable_entry
from service.identity.entitlements import seen
from service.ledger import leaf_hash

Format = Literal["csv", "jsonl"]
BOM = b"\xef\xbb\xbf"
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


@dataclass(frozen=True, slots=True)
class Span:
    """The time that is asked for: from an instant to before another; None is open."""

    start: datetime | None
    end: datetime | None


@dataclass(frozen=True, slots=True)
class Written:
    """What an export wrote: rows, bytes, and the SHA-256 of the bytes."""

    rows: int
    size: int
    digest: str


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
    progress: Callable[[int, int], None] = lambda _done, _whole: None,
) -> Written:
    """Write the entries from `start` to before `end`; return what was written.

    What stands in an entry's place without being one (a fault that `verify` names) is
    exported as its leaf hash alone: an export passes over nothing.
    """
    digest, size, count = sha256(), 0, 0

    def put(chunk: bytes) -> None:
        nonlocal size
        digest.update(chunk)
        out.write(chunk)
        size += len(chunk)

    if format_ == "csv":
        put(BOM + csv_line(headings(language)).encode())
    line = csv_row if format_ == "csv" else jsonl_row
    placed = 0
    for low in range(start, end, rows.WINDOW):
        high = min(low + rows.WINDOW, end)
        for places in rows.places(connection, start=placed, end=high):
            disclosures.place(places)
        placed = high
        found = rows.entries(connection, start=low, end=high)
        for row in found:
            lines = line(row, disclosures)
            put(b"".join(lines))
            count += len(lines)
        progress(high - start, end - start)
    return Written(count, size, digest.hexdigest())


class Beside(Protocol):
    """What stands beside the log: finds the disclosure of a digest, and says by which destroyed key one is lost."""

    def find(self, name: str) -> Opened | None:
        """Return the disclosure of a digest, or None where none opens."""
        ...

    def lost(self, name: str, *, index: int) -> str | None:
        """Return the key that sealed a disclosure and is gone, or None."""
        ...

    @property
    def words(self) -> Mapping[str, str]:
        """Return for keys that are gone the word for what lay under them, where it is another than `destroyed`."""
        ...


def gone(index: int, entry: EntryV1, disclosures: Beside) -> str | None:
    """Return the word for what an entry names and nobody can read any more: erased, destroyed or sealed; None where nothing is so."""
    keys = [key_id for name in entry.sd or () if (key_id := disclosures.lost(name, index=index)) is not None]
    return disclosures.words.get(keys[0], "destroyed") if keys else None


Wanted = Callable[[EntryV1], bool]
"""Which of several decisions in an entry are written out."""


def every(_decision: EntryV1) -> bool:
    """Want all of them."""
    return True


def row_cells(row: Row, disclosures: Beside, wanted: Wanted = every) -> list[tuple[str, ...]]:
    """Return the cells of an entry, a row for each of its decisions, not yet made safe; a body that cannot be read leaves them empty."""
    index, body = row
    leaf = leaf_hash(body)
    return [
        cells(index=index, entry=entry, disclosed=_disclosed(index, entry, disclosures), leaf=leaf, check=check)
        for check, entry in _parts(readable_entry(body) or UNREADABLE, wanted)
    ]


def _parts(entry: EntryV1, wanted: Wanted) -> list[tuple[int | None, EntryV1]]:
    """Return an entry, or the wanted ones of its several decisions with their places, counted from 1."""
    if not entry.checks or entry.kind != DECIDED:
        return [(None, entry)]
    return [(place, one) for place, one in enumerate(decisions_of(entry), 1) if wanted(one)]


def csv_row(row: Row, disclosures: Beside, wanted: Wanted = every) -> list[bytes]:
    """Return an entry as lines of CSV, one for each of its decisions."""
    return [csv_line(one).encode() for one in row_cells(row, disclosures, wanted)]


def jsonl_row(row: Row, disclosures: Beside, wanted: Wanted = every) -> list[bytes]:
    """Return an entry as lines of JSON: its own canonical bytes, its hash, and what is disclosed; one for each of its decisions.

    The bytes of `entry` are those of the log, so the hash can be recomputed from the line; where an entry holds several
    decisions they stand in the first of its lines, and each line has `check`, which it is, and that `decision` by itself.
    Each text in `disclosures` gives one of the digests in `_sd` (RFC 9901); where the reason is one that only
    those may know who are told results, the answer says so little that there is no such text. `destroyed` says that
    a key was destroyed under which some of it lay, `erased` that it went with the person, `sealed` that it was sealed away.
    """
    index, body = row
    whole = readable_entry(body)
    leaf = leaf_hash(body).hex().encode()
    if whole is None:
        unreadable = base64.b64encode(body)
        return [b'{"index":%d,"leaf_hash":"%s","entry":null,"body":"%s"}\n' % (index, leaf, unreadable)]
    lines: list[bytes] = []
    for check, entry in _parts(whole, wanted):
        line = b'{"index":%d,"leaf_hash":"%s"' % (index, leaf)
        if not lines:
            line += b',"entry":%s' % body
        if check is not None:
            line += b',"check":%d,"decision":%s' % (check, canonical_entry(entry))
        lines.append(line + _jsonl_answer(index, entry, disclosures) + b"}\n")
    return lines


def _jsonl_answer(index: int, entry: EntryV1, disclosures: Beside) -> bytes:
    answer = _answer(entry, disclosures)
    if answer is None:
        word = gone(index, entry, disclosures)
        return b"" if word is None else b',"%s":true' % word.encode()
    shown = _outside(answer.value)
    value = json.dumps(shown, ensure_ascii=False, separators=(",", ":"))
    text = b',"disclosures":["%s"]' % answer.text.encode() if shown == answer.value else b""
    return b',"answer":%s%s' % (value.encode(), text)


def _outside(value: object) -> object:
    """Return an answer as those who get an export may read it: they are not told how anybody's assessment ended (Act 16)."""
    return seen("answer", value, {"auditor"}, purpose="audit")


UNREADABLE = EntryV1(at="", kind="", out="", v=0)
"""Stands in a CSV for what is no entry; index and leaf hash alone are told of it."""


def _answer(entry: EntryV1, disclosures: Beside) -> Opened | None:
    """Return the opened answer of a decision, None for an act or where it is not disclosed."""
    if entry.kind != DECIDED:
        return None
    # The answer is named last; the facts before it are not for an export of records.
    for name in reversed(entry.sd or ()):
        opened = disclosures.find(name)
        if opened is not None and opened.name == "answer" and isinstance(opened.value, dict):
            return opened
    return None


def _disclosed(index: int, entry: EntryV1, disclosures: Beside) -> Disclosed:
    """Return what the columns show of a decision's answer."""
    if entry.kind != DECIDED:
        return Disclosed()
    answer = _answer(entry, disclosures)
    if answer is None or not isinstance(answer.value, dict):
        return Disclosed(undisclosed=gone(index, entry, disclosures) or "answer")
    shown = _outside(answer.value)
    return answer_of(shown) if isinstance(shown, dict) else Disclosed()
