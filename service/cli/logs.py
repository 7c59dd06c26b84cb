"""The log of a serving process: a line of JSON for each event, whatever stands in its fields, and nothing that was given in confidence.

Errors of the database carry the values of rows in their words; of these, only what kind of error it was is written.
"""

import ctypes
import json
import logging
import re
import resource
import sys
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime

UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]")
"""What breaks a line, moves a cursor, turns the direction of a text, or is not to be seen at all."""
LONGEST_FIELD = 2_000
TRACE = "Traceback (most recent call last):"
FRAME = re.compile(r'^  File ("[^"\n]*", line \d+, in \S+)|^(\w[\w.]*(?:Error|Exception|Exit))\b', re.MULTILINE)
PR_SET_DUMPABLE = 4


def visible(text: str) -> str:
    """Return a text in which whatever would break or hide a line is written as its escape."""
    return UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


class Lines(logging.Formatter):
    """One line of JSON for each record; it can be read back, and it ends where it ends."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": _message(record)[:LONGEST_FIELD],
        }
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = [error_words(error) for error in _chain(record.exc_info[1])]
            frames = traceback.extract_tb(record.exc_info[2])
            line["frames"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames][-12:]
        # Inside a JSON text the same characters are escapes of JSON, so that a reader gets back what was there.
        return visible(json.dumps(line, ensure_ascii=False))


def _message(record: logging.LogRecord) -> str:
    """Return the words of a record; a traceback that a library wrote into them loses what its errors said."""
    words = _words(record)
    head, found, trace = words.partition(TRACE)
    return head + found + " ".join(place or kind for place, kind in [("", ""), *FRAME.findall(trace)]) if found else words


def _words(record: logging.LogRecord) -> str:
    """Return the words of a record as they were given, with its errors told as `error_words` tells them."""
    if isinstance(record.args, tuple):
        safe = tuple(error_words(one) if isinstance(one, BaseException) else one for one in record.args)
        try:
            return str(record.msg) % safe if safe else str(record.msg)
        except (TypeError, ValueError):
            return str(record.msg)
    return record.getMessage()


def error_words(error: BaseException) -> str:
    """Return what may be written of an error: its kind, and its words where they are our own."""
    kind = type(error)
    name = f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins.")
    if kind.__module__.partition(".")[0] == "service":
        return f"{name}: {str(error)[:LONGEST_FIELD]}"
    state = getattr(error, "sqlstate", None) or getattr(getattr(error, "orig", None), "sqlstate", None)
    if state is not None:
        return f"{name}: SQLSTATE {state}"
    if isinstance(error, OSError) and error.strerror is not None:
        return f"{name}: {error.strerror}"
    return name


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    following: BaseException | None = error
    while following is not None and id(following) not in seen:
        seen.add(id(following))
        yield following
        following = following.__cause__ or (None if following.__suppress_context__ else following.__context__)


def configure_log() -> None:
    """Let every record of this process, of whatever library, leave as a safe line on standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Lines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers[:] = []
        logger.propagate = True


def forbid_core_dumps() -> None:
    """Keep keys and names out of files of a crash: no core dump, neither as a file nor through a pipe."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
