"""The columns of an exported log, and how a cell is made safe for a spreadsheet.

Order and names are a contract with those who read exports by program: columns are only ever
added at the end.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from typing import Literal

from service.evidence.form import EntryV1

Language = Literal["ja", "en"]

COLUMNS: tuple[tuple[str, str], ...] = (
    ("index", "番号"),
    ("event_time_utc", "日時（UTC）"),
    ("event_time_jst", "日時（日本時間）"),
    ("event_day", "行為の日"),
    ("kind", "種別"),
    ("outcome", "結果"),
    ("decision", "判定"),
    ("reason_codes", "理由コード"),
    ("basis", "根拠条文"),
    ("actor_id", "行為者"),
    ("person_id", "対象者"),
    ("on_behalf_of", "所属機関"),
    ("object_id", "対象情報"),
    ("action", "操作"),
    ("policy_digest", "ポリシーのダイジェスト"),
    ("request_id", "リクエスト番号"),
    ("reference", "照会番号"),
    ("seen", "考慮済みの番号"),
    ("undisclosed", "開示なし"),
    ("leaf_hash", "リーフハッシュ"),
    ("check", "問合せ内の順"),
)
"""Machine name (also the English heading) and Japanese heading of each column."""

JAPAN = timezone(timedelta(hours=9))
FORMULA_STARTS = frozenset("=+-@\t\0\r\n\u2212")
"""What makes a spreadsheet read a cell as a formula (ASVS 1.2.10, OWASP), beside what NFKC makes of other forms of these."""
QUOTE = "'"
_UNSEEN = frozenset(("Zs", "Zl", "Zp", "Cf", "Cc"))


@dataclass(frozen=True, slots=True)
class Disclosed:
    """What the answer's disclosure says of one decision; empty for an act."""

    decision: str = ""
    reason: str = ""
    basis: tuple[str, ...] = ()
    undisclosed: str = ""


def headings(language: Language) -> tuple[str, ...]:
    """Return the header row: machine names, or Japanese headings."""
    return tuple(ja if language == "ja" else name for name, ja in COLUMNS)


def cells(*, index: int, entry: EntryV1, disclosed: Disclosed, leaf: bytes, check: int | None = None) -> tuple[str, ...]:
    """Return the cells of one entry in the order of `COLUMNS`, not yet made safe.

    Of several decisions in an entry each has a row; `check` then says which it is, counted from 1.
    """
    return (
        str(index),
        entry.at,
        japanese_time(entry.at),
        entry.on or "",
        entry.kind,
        entry.out,
        disclosed.decision,
        disclosed.reason,
        "; ".join(disclosed.basis),
        entry.actor or "",
        entry.person or "",
        entry.acting_for or "",
        entry.object or "",
        entry.action or "",
        entry.policy or "",
        entry.req or "",
        entry.ref or "",
        "" if entry.seen is None else str(entry.seen),
        disclosed.undisclosed,
        leaf.hex(),
        "" if check is None else str(check),
    )


@lru_cache(maxsize=4096)
def japanese_time(at: str) -> str:
    """Return an entry's instant as Japan's clocks showed it, with the offset."""
    try:
        there = datetime.fromisoformat(at).astimezone(JAPAN)
    except ValueError:
        return ""
    return there.isoformat(sep=" ", timespec="microseconds")


def safe_cell(text: str) -> str:
    """Return the text such that no spreadsheet runs it; `plain_cell` gives it back.

    A cell that already begins with the quote gets one more, so that this can be undone.
    """
    if text[:1].isalnum() or not text:
        return text
    return QUOTE + text if text.startswith(QUOTE) or _may_be_formula(text) else text


def _may_be_formula(text: str) -> bool:
    """Say whether a text begins as a formula does, in any width of its signs and behind whatever is not to be seen."""
    for character in text:
        form = unicodedata.normalize("NFKC", character)[:1]
        if character in FORMULA_STARTS or form in FORMULA_STARTS:
            return True
        if unicodedata.category(character) not in _UNSEEN:
            return False
    return False


def plain_cell(cell: str) -> str:
    """Return the text that `safe_cell` made safe."""
    return cell.removeprefix(QUOTE)


def csv_line(values: Sequence[str]) -> str:
    """Return one line of RFC 4180: every field quoted, CRLF at the end."""
    fields = (safe_cell(value).replace('"', '""') for value in values)
    return '"' + '","'.join(fields) + '"\r\n'


def answer_of(value: Mapping[str, object]) -> Disclosed:
    """Return what an `answer` disclosure says, as columns show it."""
    basis = value.get("basis", ())
    return Disclosed(
        decision=str(value.get("decision", "")),
        reason=str(value.get("reason", "")),
        basis=tuple(str(citation) for citation in basis) if isinstance(basis, list | tuple) else (),
    )
