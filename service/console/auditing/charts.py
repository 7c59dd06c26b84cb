"""/auditing/charts: how much was decided and done, day by day or week by week, and for a purpose why it was denied.

The numbers are counted from the ledger itself; each chart has its table beside it.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from starlette.responses import Response

from service.acts.reading.denials import Denials, denials_by_code
from service.console.auditing.asked import asked_for
from service.console.auditing.drawing import HEIGHT, LEFT, WIDTH, stacked
from service.console.people_words import people_words
from service.console.visit import Visit
from service.console.words import reason_words
from service.database import read
from service.evidence import searches
from service.evidence.searches import Search
from service.identity.entitlements import PURPOSES
from service.ledger import Kind
from service.statute.periods import ONE_DAY, day_start, legal_day

DAYS, MOST_DAYS = 30, 366
MOST = 500_000
"""Entries that a chart counts, the newest of its time."""
BY_WEEK_FROM = 62


def charts(visit: Visit) -> Response:
    """GET and POST of /auditing/charts; the reasons of denials take a purpose, and the look is recorded before they are shown."""
    given = {name: visit.one(name) or visit.asked(name) for name in ("since", "until", "by")}
    with read(visit.desk.engine) as session:
        asked = asked_for(session, {name: given[name] for name in ("since", "until")})
        problems = dict(asked.problems)
        last = legal_day(visit.at) if asked.search.until is None else legal_day(asked.search.until - timedelta(microseconds=1))
        first = last - timedelta(days=DAYS - 1) if asked.search.since is None else legal_day(asked.search.since)
        if not problems and not 0 <= (last - first).days < MOST_DAYS:
            problems["since"] = "audit_too_long"
        if problems:
            return _page(visit, given, problems, status=422)
        span = Search(since=day_start(first), until=day_start(last + ONE_DAY))
        counts = searches.counts_of(session, span, most=MOST)
    by = given["by"] if given["by"] in {"day", "week"} else "week" if (last - first).days >= BY_WEEK_FROM else "day"
    columns = list(_columns(first, last, counts.daily, weekly=by == "week"))
    purpose = visit.one("purpose") or None
    denials = None
    if visit.request.method == "POST":
        wanted = replace(span, kind=Kind.ACCESS_DECIDED.value, outcome="deny")
        denials = denials_by_code(visit.seated, wanted, purpose=purpose, most=MOST)
    shown: dict[str, Any] = {"counts": counts, "columns": columns, "first": first, "last": last, "by": by, "purpose": purpose}
    return _page(visit, given, {}, **shown, **_drawn(visit, columns, denials))


def _columns(first: date, last: date, daily: Mapping[tuple[date, str], int], *, weekly: bool) -> Iterator[tuple[date, dict[str, int]]]:
    """Yield each day, or the Monday of each week, with its numbers by outcome; one without entries has none."""
    step = timedelta(days=7 if weekly else 1)
    day = first - timedelta(days=first.weekday()) if weekly else first
    while day <= last:
        inside = [(outcome, number) for (on, outcome), number in daily.items() if day <= on < day + step]
        counted: Counter[str] = Counter()
        for outcome, number in inside:
            counted[outcome] += number
        yield day, {outcome: counted[outcome] for outcome in ("permit", "deny", "accepted", "refused")}
        day += step


def _drawn(visit: Visit, columns: list[tuple[date, dict[str, int]]], denials: Denials | None) -> dict[str, Any]:
    told = people_words(visit.language)
    names = [told[f"audit_out_{one}"] for one in ("permit", "deny", "accepted", "refused")]
    decided = stacked([(f"{day:%m-%d}", (numbers["permit"], numbers["deny"])) for day, numbers in columns], names[:2])
    done = stacked([(f"{day:%m-%d}", (numbers["accepted"], numbers["refused"])) for day, numbers in columns], names[2:])
    reasons: list[tuple[str, str, int]] = []
    if denials is not None:
        reasons = [
            (code, reason_words(code, visit.language) if code else told["audit_not_told"], number)
            for code, number in denials.codes.most_common()
        ]
    most = max((number for _code, _says, number in reasons), default=1)
    bars = [(place * 34, round(number / most * 260, 2), code or "―", number) for place, (code, _says, number) in enumerate(reasons)]
    return {"decided": decided, "done": done, "names": names, "denials": denials, "reasons": reasons, "bars": bars}


def _page(visit: Visit, given: Mapping[str, str], problems: Mapping[str, str], *, status: int = 200, **shown: Any) -> Response:
    kept = {"counts": None, "denials": None, "purpose": None} | shown
    size = {"width": WIDTH, "height": HEIGHT, "left": LEFT}
    return visit.page("auditing/charts.html", status=status, given=given, problems=problems, purposes=PURPOSES, size=size, **kept)
