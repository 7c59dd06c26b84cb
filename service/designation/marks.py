"""The marks that are seen wherever the information is (Act 3(2)(i), Order 4, 7(2), 10(2); NPSC Rule 8/2025 8, 16, 17): text, HTML, values.

Three marks: of what is designated, of a validity that is over, of a designation that was lifted. The two end marks stand
beside the struck mark and are never taken for each other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Literal

State = Literal["designated", "expired", "lifted"]

TEXTS: Mapping[State, tuple[str, str]] = {
    "designated": ("重要経済安保情報", "Important economic security information"),
    "expired": ("重要経済安保情報指定有効期間満了", "Validity of the designation expired"),
    "lifted": ("重要経済安保情報指定解除", "Designation lifted"),
}
SIZES_MM: Mapping[State, tuple[int, int]] = {"designated": (12, 42), "expired": (18, 42), "lifted": (18, 42)}
"""Height and width. The Commission's standard, and a default for every other organ: its own rule may set another."""
COLOUR = "red"
"""Another colour only where red is not possible."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark as it is to be seen: its text in a frame, the number of the designation, and who gave it from abroad."""

    state: State
    text: str
    text_en: str
    number: tuple[str, ...] = ()
    originator: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    colour: str = COLOUR
    frame: bool = True

    @property
    def struck(self) -> str | None:
        """The text of the mark that is struck beneath an end mark; None while the designation stands."""
        return None if self.state == "designated" else TEXTS["designated"][0]

    def plain(self) -> dict[str, Any]:
        """Return the mark as an answer carries it."""
        return {
            "text": self.text,
            "text_en": self.text_en,
            "colour": self.colour,
            "frame": self.frame,
            "originator": list(self.originator),
            "number": list(self.number),
        }


def mark(state: State, *, number: Sequence[str] = (), originator: Sequence[str] = (), foreign: Sequence[str] = ()) -> Mark:
    """Return the mark of a state; `originator` names who designated, `foreign` the governments that gave it on agreements."""
    text, text_en = TEXTS[state]
    return Mark(state, text, text_en, tuple(number), tuple(originator), tuple(foreign))


def as_text(one: Mark) -> str:
    """Return a mark for paper that knows characters alone: framed, the struck mark first where it has ended."""
    lines = [*((f"== {one.struck} ==",) if one.struck else ()), one.text, one.text_en, *_beside(one)]
    # Japanese characters are two columns wide.
    width = max(_columns(line) for line in lines)
    framed = [f"| {line}{' ' * (width - _columns(line))} |" for line in lines]
    edge = "+" + "-" * (width + 2) + "+"
    return "\n".join([edge, *framed, edge])


def as_html(one: Mark) -> str:
    """Return a mark as a piece of HTML without scripts; every word in it is escaped."""
    height, width = SIZES_MM[one.state]
    struck = f'<s class="struck">{escape(one.struck)}</s>' if one.struck else ""
    beside = "".join(f'<span class="beside">{escape(line)}</span>' for line in _beside(one))
    style = f"color:{one.colour};border:0.5mm solid {one.colour};min-height:{height}mm;min-width:{width}mm;display:inline-block"
    return (
        f'<div class="mark mark-{one.state}" style="{style}">{struck}'
        f'<strong lang="ja">{escape(one.text)}</strong><span lang="en">{escape(one.text_en)}</span>{beside}</div>'
    )


def sheet(marks: Sequence[Mark], *, title: str) -> str:
    """Return a page to be printed, one mark below the other: for a cover, a container or a binder."""
    body = "".join(f"<p>{as_html(one)}</p>" for one in marks)
    return f'<!doctype html><html lang="ja"><head><meta charset="utf-8"><title>{escape(title)}</title></head><body>{body}</body></html>'


def _beside(one: Mark) -> list[str]:
    return [
        *(f"番号 No. {number}" for number in one.number),
        *(f"指定 {organ}" for organ in one.originator),
        *(f"提供元 {government}" for government in one.foreign),
    ]


def _columns(line: str) -> int:
    return sum(1 if ord(char) < ord("\u2e80") else 2 for char in line)
