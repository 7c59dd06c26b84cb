"""The columns of an exported log and its cells, as the rooms of the service know them; `rendering` has them."""

from service.evidence.rendering.cells import FORMULA_STARTS, QUOTE, csv_line, plain_cell, safe_cell
from service.evidence.rendering.columns import COLUMNS, Language, headings
from service.evidence.rendering.times import JAPAN, japanese_time

__all__ = [
    "COLUMNS",
    "FORMULA_STARTS",
    "JAPAN",
    "QUOTE",
    "Language",
    "csv_line",
    "headings",
    "japanese_time",
    "plain_cell",
    "safe_cell",
]
