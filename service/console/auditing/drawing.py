"""Charts as shapes: bars stacked over time, and bars beside their names. The template draws them; each has a table beside it."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 520, 280, 64, 36, 12
STEPS = (1, 2, 5)
LABELS = 6
"""Labels along an axis of time, at most."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A part of a bar: where it stands, which of the series it is, and what it says."""

    x: float
    y: float
    width: float
    height: float
    series: int
    says: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart: its bars, the lines across it with their numbers, and the labels along its foot."""

    bars: list[Bar]
    lines: list[tuple[float, str]]
    labels: list[tuple[float, str]]


def stacked(columns: Sequence[tuple[str, Sequence[int]]], names: Sequence[str]) -> Chart:
    """Return a chart of columns, each with a label and a number for each series, stacked in their order."""
    most = max((sum(numbers) for _label, numbers in columns), default=0)
    top = ceiling(most)
    room, wide = HEIGHT - TOP - BOTTOM, (WIDTH - LEFT) / max(1, len(columns))
    bars: list[Bar] = []
    labels: list[tuple[float, str]] = []
    every = max(1, -(-len(columns) // LABELS))
    for place, (label, numbers) in enumerate(columns):
        foot, x = float(HEIGHT - BOTTOM), LEFT + place * wide
        for series, number in enumerate(numbers):
            height = room * number / top
            if number:
                bars.append(
                    Bar(
                        round(x + wide * 0.1, 2),
                        round(foot - height, 2),
                        round(wide * 0.8, 2),
                        round(height, 2),
                        series,
                        f"{label} {names[series]} {number:,}",
                    )
                )
            foot -= height
        if place % every == 0:
            labels.append((round(x + wide / 2, 2), label))
    lines = [(round(HEIGHT - BOTTOM - room * part / 4, 2), f"{top * part // 4:,}") for part in range(5)]
    return Chart(bars, lines, labels)


def ceiling(most: int) -> int:
    """Return a round number not below another, a multiple of four so that quarters are whole."""
    unit = 4
    while True:
        for step in STEPS:
            if unit * step >= most:
                return unit * step
        unit *= 10
