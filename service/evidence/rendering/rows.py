"""The rows of an entry: one for an act, one for each of its decisions, with what is disclosed of it; and their cells."""

import json
from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import Any

from service.evidence.rendering.clear import DECIDED, SEARCHED, Clear, parts_of, read_clear
from service.evidence.rendering.known import NAMELESS, Erased, Find, Known, Names, Opened, Withheld, nothing
from service.evidence.rendering.times import japanese_time, milliseconds
from service.tlog.tree import leaf_hash

UNREADABLE: Clear = {"at": "", "kind": "", "out": ""}
"""Stands for what is no entry; index and leaf hash alone are told of it."""
NOTES: Mapping[str, str] = {SEARCHED: "query"}
"""By kind the disclosure that says in words what it was about; of any other act it is the `note`."""


@dataclass(frozen=True, slots=True)
class Row:
    """What is rendered as one row: an act, a decision, or (`entry` None) what stands in an entry's place and is none."""

    index: int
    body: bytes
    entry: Clear | None
    part: Clear
    check: int | None
    """Which of several decisions of its entry it is, counted from 1; None where it is alone."""
    first: bool
    known: Mapping[str, Known | None]
    """What is known of each digest that the part names, in its order."""
    names: Names

    @property
    def leaf(self) -> bytes:
        """Return the leaf hash of the entry."""
        return leaf_hash(self.body)

    def opened(self, name: str, form: type = object) -> Opened | None:
        """Return the disclosure of a name and form, the last one that the part names, or None where none is opened."""
        for known in reversed(list(self.known.values())):
            if isinstance(known, Opened) and known.name == name and isinstance(known.value, form):
                return known
        return None

    @property
    def answer(self) -> Opened | None:
        """Return the opened answer of a decision; None for an act or where it is not disclosed."""
        return self.opened("answer", dict) if self.part["kind"] == DECIDED else None

    @property
    def gone(self) -> str | None:
        """Return the word for what the part names and nobody can read any more: erased, destroyed or sealed; None where nothing is so."""
        return next((known.word for known in self.known.values() if isinstance(known, Erased)), None)

    @property
    def erased_by(self) -> list[int]:
        """Return the entries that tell of the destruction of something that the part names."""
        return sorted({known.by for known in self.known.values() if isinstance(known, Erased) and known.by is not None})

    @property
    def withheld(self) -> list[str]:
        """Return why something that the part names is not for this reader."""
        return sorted({known.code for known in self.known.values() if isinstance(known, Withheld)})


def rows_of(
    index: int,
    body: bytes,
    find: Find = nothing,
    *,
    names: Names = NAMELESS,
    places: Container[int] | None = None,
) -> list[Row]:
    """Return the rows of an entry, in their order.

    `find` says what is known of a digest (the `get` of a mapping will do), `names` what ids are called, `places` which of several
    decisions in an entry are wanted, counted from 1 (None: all; one that is alone is always wanted).
    """
    entry = read_clear(body)
    rows: list[Row] = []
    for check, part in parts_of(UNREADABLE if entry is None else entry):
        if check is None or places is None or check in places:
            known = {digest: find(digest) for digest in part.get("_sd") or ()}
            rows.append(Row(index, body, entry, part, check, not rows, known, names))
    return rows


def cells(row: Row) -> tuple[str, ...]:
    """Return the cells of a row in the order of `COLUMNS`, not yet made safe for a spreadsheet."""
    part, names = row.part, row.names
    at, number = part["at"], _number(row.check)

    def text(name: str) -> str:
        return part.get(name) or ""

    return (
        str(row.index),
        at,
        japanese_time(at),
        text("on"),
        part["kind"],
        text("out"),
        *_answered(row),
        text("actor"),
        text("person"),
        text("for"),
        text("object"),
        text("action"),
        text("policy"),
        text("req"),
        text("ref"),
        _number(part.get("seen")),
        _undisclosed(row),
        row.leaf.hex(),
        number,
        at,
        names.name(text("actor")),
        names.name(text("person")),
        names.name(text("for")),
        names.name(text("object")),
        names.number(text("object")),
        text("second"),
        names.name(text("second")),
        text("footing"),
        text("proposal"),
        _number(part.get("hold")),
        _listed(row),
        purpose_of(row),
        _note(row),
        "; ".join(str(one) for one in row.erased_by),
        "; ".join(row.withheld),
        _number(None if row.entry is None else row.entry["v"]),
    )


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def _answered(row: Row) -> tuple[str, str, str]:
    """Return decision, reason and basis."""
    answer = row.answer
    if answer is None or not isinstance(answer.value, dict):
        return "", "", ""
    basis = answer.value.get("basis", ())
    citations = "; ".join(str(one) for one in basis) if isinstance(basis, list | tuple) else ""
    return str(answer.value.get("decision", "")), str(answer.value.get("reason", "")), citations


def _undisclosed(row: Row) -> str:
    """Say of a decision why its answer is not shown, empty where it is."""
    if row.part["kind"] != DECIDED or row.answer is not None:
        return ""
    return row.gone or "answer"


def _listed(row: Row) -> str:
    """Return the entries of the listings that counted for a decision at its instant, as its disclosed facts tell."""
    facts = row.opened("facts") if row.part["kind"] == DECIDED else None
    if facts is None or not isinstance(facts.value, dict):
        return ""
    now = milliseconds(row.part["at"])
    for segment in _objects(facts.value.get("segments")):
        end = segment.get("to")
        if end is None or (isinstance(end, int) and now < end):
            listings = (channel.get("listing") for channel in _objects(segment.get("channels")))
            found = {one["index"] for one in listings if isinstance(one, dict) and isinstance(one.get("index"), int)}
            return "; ".join(str(one) for one in sorted(found))
    return ""


def _objects(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def noted(row: Row) -> object:
    """Return what an act says beside its facts, or what a search asked; None where nothing of it is disclosed."""
    if row.part["kind"] == DECIDED:
        return None
    opened = row.opened(NOTES.get(row.part["kind"], "note"))
    return None if opened is None else opened.value


def purpose_of(row: Row) -> str:
    """Return what something was looked at or asked for, empty where nothing of it is disclosed."""
    asked = row.opened("asked") if row.part["kind"] == DECIDED else None
    said = noted(row) if asked is None else asked.value
    purpose = said.get("purpose") if isinstance(said, dict) else None
    return purpose if isinstance(purpose, str) else ""


def _note(row: Row) -> str:
    said = noted(row)
    return "" if said is None else compact(said)


def compact(value: object, *, sort: bool = False) -> str:
    """Return a value as JSON on one line, in letters where they can be written, else escaped."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=sort)
    # Half of a character (a lone surrogate) cannot be written.
    return text if _is_written(text) else json.dumps(value, separators=(",", ":"), sort_keys=sort)


def _is_written(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
