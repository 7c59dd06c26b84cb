"""GET /ledger/sample: some entries of a filter, drawn by chance and yet so that anybody who has the seed draws the same ones."""

import re
from secrets import token_hex
from typing import Any

from starlette.responses import Response

from service.console.auditing.asked import NAMES, asked_for
from service.console.auditing.explorer import in_utc, readable, told
from service.console.labels import labels
from service.console.people_words import people_words
from service.console.visit import LONGEST_INDEX, Visit
from service.database import read
from service.evidence import searches
from service.ledger import log_size

LARGEST, USUAL, POPULATION = 200, 25, 1_000_000
_SEED = re.compile(r"[0-9A-Za-z-]{1,40}")


def sample(visit: Visit) -> Response:
    """GET of /ledger/sample: without a seed one is drawn, and the end of the log kept, so that the address draws the same again."""
    words = people_words(visit.language)
    with read(visit.desk.engine) as session:
        asked = asked_for(session, {name: visit.asked(name) for name in NAMES})
        size, seed = _number(visit.asked("size") or str(USUAL)), visit.asked("seed")
        upto = _number(visit.asked("upto")) if visit.asked("upto") else log_size(session)
        if asked.problems or size is None or not 0 < size <= LARGEST or upto is None or (seed and not _SEED.fullmatch(seed)):
            return visit.page("trouble.html", status=422, title=words["malformed"], text=words["audit_sample_bad"], citations=[])
        if not seed or not visit.asked("upto"):
            return visit.goes_to(f"/ledger/sample?{asked.address(size=str(size), seed=seed or token_hex(6), upto=str(upto))}")
        population = searches.indexes_of(session, asked.search, before=upto, most=POPULATION)
        if population is None:
            text = words["audit_sample_large"].format(most=f"{POPULATION:,}")
            return visit.page("trouble.html", status=422, title=words["malformed"], text=text, citations=[])
        rows = searches.rows_at(session, searches.sample_of(population, seed=seed, size=size))
        shown = told(rows, visit, labels(session, list(readable(rows)), roles=visit.member.role_names))
    again = asked.address(size=str(size), upto=str(upto))
    drawn: dict[str, Any] = {"seed": seed, "upto": upto, "size": size, "population": len(population), "again": again}
    return visit.page("auditing/sample.html", rows=shown, asked=asked, in_utc=in_utc, utc=False, **drawn)


def _number(word: str) -> int | None:
    return int(word) if word.isascii() and word.isdigit() and len(word) <= LONGEST_INDEX else None
