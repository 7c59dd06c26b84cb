"""What a letter is before it is set on paper: plain values, in the words that it will say."""

from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from typing import Any

from service.statute.eras import in_era


@dataclass(frozen=True, slots=True)
class Slip:
    """An answer to be cut off, signed and sent back: its title, what it says, and the lines to be filled in."""

    title: str
    to: str
    body: str
    lines: tuple[str, ...] = ("令和　　年　　月　　日", "氏名（自署）")


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter or list, whole.

    `day` is its own day, which stands in the file as when it was made. `number` and `on` are the document number and date as
    recorded; None leaves a space to be filled in. `to` are the lines of the addressee, the last with `honour` behind it. `items`
    stand below 記, a value of None being a space; `headings` and `rows` are a table. `blanks` are boxes to be filled in by
    hand, each with its number of lines. Slips share one page in equal parts.
    """

    title: str
    day: date
    to: tuple[str, ...] = ()
    sender: tuple[str, ...] = ()
    honour: str = "殿"
    number: str | None = None
    on: date | None = None
    dated: bool = True
    body: tuple[str, ...] = ()
    items: tuple[tuple[str, str | None], ...] = ()
    headings: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    blanks: tuple[tuple[str, int], ...] = ()
    notes: tuple[str, ...] = ()
    slips: tuple[Slip, ...] = ()
    basis: str = ""


UNDATED = "令和　　年　　月　　日"


def as_plain(letter: Letter) -> dict[str, Any]:
    """Return what a template is given: texts, lists of texts, and the date as it is written."""
    found: dict[str, Any] = {one.name: _plain(getattr(letter, one.name)) for one in fields(letter)}
    found["on"] = (in_era(letter.on) if letter.on is not None else UNDATED) if letter.dated else ""
    found["day"] = letter.day.isoformat()
    return found


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value if value is None or isinstance(value, bool | int) else str(value)


def written_day(day: date | None) -> str | None:
    """Return a day as letters write it (和暦); None where there is none."""
    return None if day is None else in_era(day)
