"""An application's own log, read from a file: CSV in UTF-8 or CP932, a workbook, or JSON lines. Pure: what it says, line by line.

Which column says what is told by its header, or by a mapping for headers that are not known.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from pathlib import Path
from typing import Any

from service.evidence.columns import Language
from service.evidence.own_workbook import own_workbook
from service.personnel.roster.headers import folded
from service.personnel.roster.reading import RosterFile, RosterFileError, roster_of

JAPAN = timezone(timedelta(hours=9))
HEADERS: Mapping[str, tuple[str, ...]] = {
    "time": ("日時", "時刻", "発生日時", "アクセス日時", "timestamp", "datetime", "at", "time"),
    "person": (
        "利用者",
        "利用者ID",
        "ユーザー",
        "ユーザーID",
        "社員番号",
        "職員番号",
        "氏名コード",
        "user",
        "user_id",
        "subject",
        "person",
    ),
    "resource": ("文書", "文書番号", "文書ID", "対象", "資源", "document", "document_id", "object", "resource"),
    "action": ("操作", "操作種別", "動作", "行為", "operation", "event", "use", "action"),
    "index": ("台帳番号", "許可番号", "記録番号", "permit", "index", "ledger_index"),
    "check": ("判定の順番", "check"),
    "reference": ("照会番号", "ref", "reference"),
    "outcome": ("結果", "可否", "result", "status", "outcome"),
}
"""Each field by the headers it goes under; the first is its Japanese name in reports and the last its English one."""
USES: Mapping[str, str] = {
    **dict.fromkeys(("opened", "open", "read", "view", "handle", "閲覧", "参照", "表示", "開く", "開封"), "opened"),
    **dict.fromkeys(("closed", "close", "終了", "閉じる"), "closed"),
    **dict.fromkeys(("printed", "print", "make", "印刷", "複写", "複製"), "printed"),
    **dict.fromkeys(("written", "write", "export", "download", "書出し", "書き出し", "保存", "ダウンロード"), "written"),
    **dict.fromkeys(("entered", "enter", "入室", "立入り", "立入"), "entered"),
    **dict.fromkeys(("left", "leave", "退室", "退出"), "left"),
}
"""What an action may be called, and which use it is."""
OUTCOMES: Mapping[str, bool] = {
    **dict.fromkeys(
        ("", "ok", "done", "success", "permit", "permitted", "allow", "allowed", "true", "1", "成功", "許可", "実行", "可"), True
    ),
    **dict.fromkeys(("ng", "denied", "deny", "refused", "failed", "error", "false", "0", "失敗", "拒否", "不許可", "不可"), False),
}
"""What an outcome may be called, and whether the thing was done; a line that says nothing was done."""
OTHER_TIMES = ("%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S")
NUMBER = re.compile(r"[0-9]{1,18}", re.ASCII)
LONGEST = 256
MOST_PROBLEMS = 20


class OwnLogError(ValueError):
    """A file that is no log; the message says what is wrong, and of a wrong line where."""


@dataclass(frozen=True, slots=True)
class OwnLine:
    """A line of an application's own log: what it says was done, when, by whom with what, on which answer of ours."""

    line: int
    at: datetime
    use: str
    done: bool
    person: str | None = None
    resource: str | None = None
    index: int | None = None
    check: int = 0
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class OwnLog:
    """A file's digest, and its lines in its own order."""

    digest: str
    lines: tuple[OwnLine, ...]


def own_log(path: Path, raw: bytes, *, mapping: Mapping[str, str], language: Language) -> OwnLog:
    """Return the log in bytes that came under a name. Raises OwnLogError: one line for each of the first wrong lines."""
    file = _file(path, raw)
    columns = _columns(file.headers, mapping)
    try:
        rows = list(file.rows())
    except RosterFileError as broken:
        raise OwnLogError(str(broken)) from broken
    lines, wrong = [], []
    # Of JSON lines no line holds headers, and each has the number that it has in the file.
    ahead = 1 if file.encoding == "jsonl" else 0
    for row, cells in rows:
        number = row - ahead
        told = {name: str(cells[place]).strip() if place < len(cells) else "" for name, place in columns.items()}
        try:
            lines.append(_line(number, told))
        except OwnLogError as broken:
            wrong.append(f"{path.name}:{number}: {broken}")
    if wrong:
        more = len(wrong) - MOST_PROBLEMS
        tail = [("ほか{}行", "and {} lines more")[language == "en"].format(more)] if more > 0 else []
        raise OwnLogError("; ".join([*wrong[:MOST_PROBLEMS], *tail]))
    if not lines:
        message = f"{path.name} has no lines"
        raise OwnLogError(message)
    return OwnLog(file.digest, tuple(lines))


def _file(path: Path, raw: bytes) -> RosterFile:
    """Return the file as headers and rows, workbooks and JSON lines too."""
    try:
        if raw[:4] == b"PK\x03\x04":
            return own_workbook(path, raw)
        if raw.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"{":
            return _json_lines(path, raw)
        return roster_of(path, raw)
    except RosterFileError as broken:
        raise OwnLogError(str(broken)) from broken


def _json_lines(path: Path, raw: bytes) -> RosterFile:
    headers: dict[str, int] = {}
    rows: list[tuple[str, ...]] = []
    for number, words in enumerate(_text(path, raw).splitlines(), 1):
        if not words.strip():
            rows.append(())
            continue
        value = _object(path, number, words)
        for name in value:
            headers.setdefault(name, len(headers))
        rows.append(tuple(_cell(value.get(name)) for name in headers))
    return RosterFile(path.name, sha256(raw).hexdigest(), "jsonl", tuple(headers), None, (tuple(headers), *rows))


def _text(path: Path, raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as broken:
        message = f"{path.name} is no text: byte {broken.start + 1} is not UTF-8"
        raise OwnLogError(message) from broken


def _object(path: Path, number: int, words: str) -> Mapping[str, Any]:
    try:
        value = json.loads(words)
    except (ValueError, RecursionError) as broken:
        message = f"{path.name}:{number}: this is not JSON"
        raise OwnLogError(message) from broken
    if not isinstance(value, dict):
        message = f"{path.name}:{number}: a line is an object"
        raise OwnLogError(message)
    return value


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _columns(headers: Sequence[str], mapping: Mapping[str, str]) -> dict[str, int]:
    """Return the column of each field. Raises OwnLogError for a field that is named twice, and for what is missing."""
    found: dict[str, int] = {}
    for place, header in enumerate(headers):
        field = field_of(mapping.get(header, header))
        if field is None:
            continue
        if field in found:
            message = f"the columns {headers[found[field]]!r} and {header!r} both say {field}"
            raise OwnLogError(message)
        found[field] = place
    missing = [name for name in ("time", "action") if name not in found]
    if not missing and "index" not in found and not {"person", "resource"} <= set(found):
        missing = ["index, or person and resource"]
    if missing:
        message = f"no column says {missing[0]}; found are {', '.join(headers)}; name the right one with --mapping"
        raise OwnLogError(message)
    return found


_KNOWN = {folded(header): field for field, headers in HEADERS.items() for header in headers}


def field_of(header: str) -> str | None:
    """Return the field that a header stands for, None for none."""
    return _KNOWN.get(folded(header))


def _line(number: int, told: Mapping[str, str]) -> OwnLine:
    use = USES.get(told["action"].casefold())
    if use is None:
        message = f"the action {told['action'][:LONGEST]!r} is not known; known are {', '.join(sorted(USES))}"
        raise OwnLogError(message)
    done = OUTCOMES.get(told.get("outcome", "").casefold())
    if done is None:
        message = f"the outcome {told['outcome'][:LONGEST]!r} is not known; known are {', '.join(sorted(filter(None, OUTCOMES)))}"
        raise OwnLogError(message)
    long = next((name for name in ("person", "resource", "reference") if len(told.get(name, "")) > LONGEST), None)
    if long is not None:
        message = f"{long} is longer than {LONGEST} characters"
        raise OwnLogError(message)
    index = _number(told, "index")
    if index is None and done and not (told.get("person") and told.get("resource")) and not told.get("reference"):
        message = "neither index nor person and resource are given"
        raise OwnLogError(message)
    names = {name: told.get(name) or None for name in ("person", "resource", "reference")}
    return OwnLine(number, _instant(told["time"]), use, done, index=index, check=_number(told, "check") or 0, **names)


def _number(told: Mapping[str, str], name: str) -> int | None:
    words = told.get(name, "")
    if not words:
        return None
    if not NUMBER.fullmatch(words):
        message = f"{name} {words[:LONGEST]!r} is no number"
        raise OwnLogError(message)
    return int(words)


def _instant(words: str) -> datetime:
    """Return a time as an instant; one without an offset is Japan's."""
    for read in (datetime.fromisoformat, *(_as(form) for form in OTHER_TIMES)):
        try:
            found: datetime = read(words)
        except ValueError:
            continue
        if len(words) <= len("2026-11-29"):
            break
        try:
            return (found if found.tzinfo else found.replace(tzinfo=JAPAN)).astimezone(UTC)
        except OverflowError:
            break
    message = f"the time {words[:LONGEST]!r} is none; write it like 2026-11-29 09:30:00"
    raise OwnLogError(message)


def _as(form: str) -> Any:
    return lambda words: datetime.strptime(words, form)  # noqa: DTZ007 - what it lacks is added where it is used


def spans(lines: Sequence[OwnLine]) -> tuple[datetime, datetime]:
    """Return the first and the last instant of some lines."""
    return min(line.at for line in lines), max(line.at for line in lines)


def words_of(lines: Sequence[OwnLine]) -> Iterator[str]:
    """Yield every name of somebody or something that lines use."""
    for line in lines:
        yield from (word for word in (line.person, line.resource) if word is not None)
