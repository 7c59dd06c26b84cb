"""What entries withhold, as people read it once they may: rows as tables, reasons and facts of decisions in words."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from service.console.act_words import said
from service.console.auditing.fact_words import fact_lines
from service.console.auditing.sentences import ACTIONS
from service.console.dates import short_day, shown_day, shown_moment
from service.console.visit import Visit
from service.console.words import reason_words
from service.decision.facts import segment_at
from service.identity.roles import ROLES
from service.statute.citations import cite
from service.statute.periods import instant_ms, legal_day

UNTOLD = frozenset({"id", "changed_index", "seal", "search_key"})


@dataclass(frozen=True, slots=True)
class Opened:
    """A disclosure as it is shown. `sort`: rows, facts, answer, search, note, words, or hidden for what is not to be seen (or gone)."""

    sort: str
    digest: str
    rows: list[tuple[str, list[tuple[str, Any]]]] = field(default_factory=list)
    """Table and columns, of what an act changed."""
    channels: list[list[tuple[str, str, int | None]]] = field(default_factory=list)
    """Facts of a decision, by channel."""
    pairs: list[tuple[str, Any]] = field(default_factory=list)
    check: int | None = None
    """To which of several decisions it belongs, counted from 1."""
    gone: str | None = None
    """Why nobody can read it: erased, destroyed or sealed, as an entry tells."""


def opened(shown: list[dict[str, Any]], visit: Visit, *, at: str, called: Mapping[str, str]) -> list[Opened]:
    """Return disclosures, as `look_at` gives them, of an entry made at an instant, with what their ids are called."""
    found = ((one, _opened(one["name"], one["value"], one["digest"], visit, at, called)) for one in shown)
    return [replace(made, check=one.get("check"), gone=one.get("gone")) for one, made in found]


def _opened(name: str | None, value: Any, digest: str, visit: Visit, at: str, called: Mapping[str, str]) -> Opened:
    match name, value:
        case None, _:
            return Opened("hidden", digest)
        case "facts", _:
            return _facts(value, digest, visit, at, called)
        case "answer", Mapping():
            return Opened("answer", digest, pairs=_answer(value, visit))
        case "query" | "results", _:
            return Opened("search", digest, pairs=_search(name, value))
        case _, Mapping():
            return Opened("note", digest, pairs=[(key, each) for key, each in value.items() if each is not None])
        case _:
            return Opened("words", digest, pairs=[(str(name), value)])


def _facts(value: Any, digest: str, visit: Visit, at: str, called: Mapping[str, str]) -> Opened:
    if isinstance(value, list):
        return Opened("rows", digest, rows=[(change["table"], columns(change["row"], visit)) for change in value])
    return Opened("facts", digest, channels=_channels(value, visit, at, called))


def _search(name: str | None, value: Any) -> list[tuple[str, Any]]:
    """Return what was searched and how far the page came, or what was found."""
    if name == "results":
        return [("audit_search_results", value)]
    return [(f"audit_search_{key}", each) for key, each in value.items() if each not in (None, "", [], {})]


def columns(row: Mapping[str, Any], visit: Visit) -> list[tuple[str, Any]]:
    """Return the columns of a row that hold something, days and instants as the reader wants them, what is granted in words."""
    told = ((name, value) for name, value in row.items() if value is not None and value != [] and name not in UNTOLD)
    return [(name, _written(name, value, visit)) for name, value in told]


def _written(name: str, value: Any, visit: Visit) -> Any:
    if name.endswith("_on") and isinstance(value, str):
        return short_day(value, visit.calendar)
    if name.endswith("_at") and isinstance(value, str):
        return shown_moment(value, visit.calendar)
    if name == "actions" and isinstance(value, list):
        return [said(ACTIONS, str(one), visit.language) for one in value]
    if name == "role":
        return said(ROLES, str(value), visit.language)
    return value


def _channels(facts: Mapping[str, Any], visit: Visit, at: str, called: Mapping[str, str]) -> list[list[tuple[str, str, int | None]]]:
    segment = segment_at(facts, instant_ms(datetime.fromisoformat(at)))

    def day(moment: datetime) -> str:
        return shown_day(legal_day(moment), visit.language, visit.calendar)

    return [list(fact_lines(channel, visit.language, called, day)) for channel in segment["channels"]]


def _answer(value: Mapping[str, Any], visit: Visit) -> list[tuple[str, Any]]:
    cited = [cite(str(one)) for one in value.get("basis", ())]
    basis = ("、" if visit.language == "ja" else ", ").join(one.ja() if visit.language == "ja" else str(one) for one in cited)
    return [("audit_answer_reason", reason_words(str(value.get("reason", "")), visit.language)), ("audit_answer_basis", basis)]
