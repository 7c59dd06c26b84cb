"""Asking Sekisho from Python: one file, the standard library alone, Python 3.9 or newer. Copy it into your application.

    sekisho = Sekisho("https://sekisho.example.jp", key=os.environ["SEKISHO_KEY"])
    answer = sekisho.check(person="employee:00123", document="dms:2026-0017")
    if not answer:
        return answer.message("ja")     # may be shown as it is

An answer is for now: ask at each opening. Whatever is not a permit opens nothing; `UnavailableError` is not a permit either.
"""

from __future__ import annotations

import json
import ssl
import threading
import urllib.parse
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any

__all__ = [
    "BadRequestError",
    "Check",
    "Denial",
    "NotAdmittedError",
    "Permit",
    "Sekisho",
    "SekishoError",
    "TooManyError",
    "UnavailableError",
]

OK, BAD, UNAUTHORIZED, FORBIDDEN, TOO_MANY, BROKEN = 200, 400, 401, 403, 429, 500
SECONDS = 2.0
"""How long an answer may take. Sekisho itself gives up after one second."""
Action = str
"""handle, read, make, communicate, transmit, carry_out, dispose, return or list."""


class SekishoError(Exception):
    """No answer. Nothing is permitted."""


class UnavailableError(SekishoError):
    """Nobody can answer now (503, a time-out, no connection). Open nothing; try again after `retry_after` seconds."""

    def __init__(self, message: str, retry_after: float = 1.0) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class NotAdmittedError(SekishoError):
    """The key or token is not valid (401), or may not do this (403). Asking again does not help."""


class BadRequestError(SekishoError):
    """The request is not of the form (400): a mistake in the program."""


class TooManyError(UnavailableError):
    """Too many unknown names, or too many requests (429)."""


@dataclass(frozen=True)
class Check:
    """One question. Name `information`, `document` or `area`; ids are Sekisho's, or `namespace:value` of yours.

    `purpose` says what for: a code of yours without blanks. It decides nothing and is recorded.
    """

    person: str
    information: str | None = None
    document: str | None = None
    action: Action = "read"
    area: str | None = None
    purpose: str | None = None

    def body(self, on_behalf_of: str | None = None) -> dict[str, Any]:
        """Return it as AuthZEN has it, asked for an organization. Raises ValueError where not one thing is named."""
        things = {"information": self.information, "document": self.document, "area": self.area}
        named = [(kind, name) for kind, name in things.items() if name is not None]
        if len(named) != 1:
            message = "name either an information, a document or an area"
            raise ValueError(message)
        ((kind, name),) = named
        body: dict[str, Any] = {
            "subject": {"type": "person", "id": self.person},
            "resource": {"type": kind, "id": name},
            "action": {"name": self.action},
        }
        told = {"on_behalf_of": on_behalf_of, "purpose": self.purpose}
        context = {word: value for word, value in told.items() if value is not None}
        return {**body, "context": context} if context else body


@dataclass(frozen=True)
class Permit:
    """It may be opened now. Show `mark` whenever the record is shown, and ask again at `recheck_at` what stays open."""

    ledger_index: int
    recheck_at: datetime
    mark: Mapping[str, Any] | None
    obligations: tuple[Any, ...] = ()
    hold_seconds: int = 0
    context: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def __bool__(self) -> bool:
        return True


@dataclass(frozen=True)
class Denial:
    """It may not be opened. Never ask again in the hope of another answer; show `message`, which has the reference in it."""

    code: str
    reference: str
    messages: Mapping[str, str]
    context: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def __bool__(self) -> bool:
        return False

    def message(self, language: str = "ja") -> str:
        """Return the sentence for whoever asked, in `ja` or `en`."""
        return self.messages.get(language) or self.messages.get("ja", "この操作は許可されていません。")


class Sekisho:
    """A client. It may be used by many threads at once, each on its own kept-alive connection."""

    def __init__(
        self,
        address: str,
        *,
        key: str | Callable[[], str],
        seconds: float = SECONDS,
        on_behalf_of: str | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """Take where Sekisho is, and an API key, or a function that returns a fresh access token for each request."""
        parts = urllib.parse.urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            message = f"not an address of a service: {address}"
            raise ValueError(message)
        self._parts, self._key, self._seconds, self._behalf = parts, key, seconds, on_behalf_of
        self._tls = tls or (ssl.create_default_context() if parts.scheme == "https" else None)
        self._lines = threading.local()

    def check(
        self,
        *,
        person: str,
        information: str | None = None,
        document: str | None = None,
        area: str | None = None,
        action: Action = "read",
        purpose: str | None = None,
        request_id: str | None = None,
    ) -> Permit | Denial:
        """Return a Permit or a Denial. Raises SekishoError: then nothing is permitted."""
        body = Check(person, information, document, action, area, purpose).body(self._behalf)
        return _answer(self._post("/access/v1/evaluation", body, request_id))

    def check_all(self, checks: Iterable[Check], *, until: str = "execute_all", request_id: str | None = None) -> list[Permit | Denial]:
        """Return an answer for each question, in order, from one request: fewer where `until` stops at the first denial or permit."""
        asked = [one.body(self._behalf) for one in checks]
        if not asked:
            return []
        body = {"evaluations": asked, "options": {"evaluations_semantic": until}}
        told = self._post("/access/v1/evaluations", body, request_id)
        answers = told.get("evaluations") if isinstance(told, dict) else None
        # Answers that are not as many as the questions could be taken for those of others.
        if not isinstance(answers, list) or len(answers) > len(asked) or (until == "execute_all" and len(answers) < len(asked)):
            message = "the answer is not understood"
            raise UnavailableError(message)
        return [_answer(one) for one in answers]

    def report(self, uses: Iterable[Mapping[str, Any]]) -> Any:
        """Tell what was done on permits. Raises SekishoError."""
        return self._post("/access/v1/uses", {"uses": list(uses)}, None)

    def changes(self, after: int) -> tuple[bool, int]:
        """Wait until something within your reach changed behind an index, or some seconds; return whether, and from where to go on."""
        told = self._send("GET", f"/access/v1/changes?after={after}", None, None, seconds=40)
        return bool(told["changed"]), int(told["index"])

    def self_test(self) -> Any:
        """Return what this application was granted, and which of its own names resolve."""
        return self._send("GET", "/access/v1/self-test", None, None)

    def _post(self, path: str, body: Any, request_id: str | None) -> Any:
        return self._send("POST", path, json.dumps(body).encode(), request_id)

    def _send(self, method: str, path: str, body: bytes | None, request_id: str | None, *, seconds: float | None = None) -> Any:
        key = self._key() if callable(self._key) else self._key
        headers = {"Authorization": f"Bearer {key}", "Accept": "application/json"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        if request_id is not None:
            headers["X-Request-ID"] = request_id
        line = self._line()
        line.timeout = seconds or self._seconds
        if line.sock is not None:
            line.sock.settimeout(line.timeout)
        try:
            line.request(method, self._parts.path.rstrip("/") + path, body=body, headers=headers)
            answer = line.getresponse()
            content = answer.read()
        except (OSError, HTTPException) as failed:
            # The connection is not used again: an answer that comes late must not be taken for that of the next question.
            line.close()
            message = f"no answer from {self._parts.hostname}: {failed}"
            raise UnavailableError(message) from failed
        return _opened(answer.status, answer.getheader("Retry-After"), content)

    def _line(self) -> HTTPConnection:
        line: HTTPConnection | None = getattr(self._lines, "line", None)
        if line is None:
            host, port = self._parts.hostname or "", self._parts.port
            if self._tls is None:
                line = HTTPConnection(host, port, timeout=self._seconds)
            else:
                line = HTTPSConnection(host, port, timeout=self._seconds, context=self._tls)
            self._lines.line = line
        return line


def _opened(status: int, retry_after: str | None, content: bytes) -> Any:
    try:
        body = json.loads(content) if content else {}
    except ValueError:
        body = {}
    if status == OK:
        return body
    told = body if isinstance(body, dict) else {}
    message = str(told.get("message") or told.get("detail") or f"answered with {status}")
    wait = float(retry_after) if retry_after and retry_after.isdigit() else 1.0
    if status == TOO_MANY:
        raise TooManyError(message, wait)
    if status in (UNAUTHORIZED, FORBIDDEN):
        raise NotAdmittedError(message)
    if BAD <= status < BROKEN:
        raise BadRequestError(message)
    raise UnavailableError(message, wait)


def _answer(body: Any) -> Permit | Denial:
    context = body.get("context") if isinstance(body, dict) else None
    if not isinstance(context, dict) or not isinstance(body.get("decision"), bool):
        message = "the answer is not understood"
        raise UnavailableError(message)
    if not body["decision"]:
        messages = context.get("message")
        told = messages if isinstance(messages, dict) else {}
        return Denial(str(context.get("code", "not_authorized")), str(context.get("reference", "")), told, context)
    try:
        # Python 3.9 reads no Z.
        recheck = datetime.fromisoformat(str(context["recheck_at"]).replace("Z", "+00:00"))  # noqa: FURB162
        obligations, held = tuple(context.get("obligations") or ()), int(context.get("hold_seconds") or 0)
        return Permit(int(context["ledger_index"]), recheck, context.get("mark"), obligations, held, context)
    except (KeyError, TypeError, ValueError) as unknown:
        message = "the answer is not understood"
        raise UnavailableError(message) from unknown
