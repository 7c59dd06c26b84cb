"""Deadlines as a calendar file (RFC 5545) for a program of the reader's own.

It leaves the service, so it holds less than the page: no person, no name of an information, and nothing that tells of a
clearance; each date leads back to the page that does. A purpose never opens more of it.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from starlette.responses import Response

from service.acts.reminded import Line, told_without_purpose
from service.console.days.deadlines import HORIZON
from service.console.people_words import people_words
from service.console.visit import Visit
from service.console.words import Language
from service.statute.periods import legal_day

TOLD = frozenset({"title", "listing"})
"""Classes of disclosure of which a date may stand in the file."""
LINE = 75
"""Octets of a line at most, its end not counted (RFC 5545, 3.1)."""


def calendar_file(visit: Visit) -> Response:
    """GET of /deadlines.ics."""
    until = legal_day(visit.at) + HORIZON
    lines, _more = told_without_purpose(visit.desk.engine, member=visit.member, at=visit.at, until=until)
    address = (visit.desk.public_url or str(visit.request.base_url)).rstrip("/")
    content = written(lines, at=visit.at, language=visit.language, address=address)
    told = {"content-disposition": 'attachment; filename="deadlines.ics"', "cache-control": "no-store"}
    return Response(content, media_type="text/calendar; charset=utf-8", headers=told)


def written(lines: Iterable[Line], *, at: datetime, language: Language, address: str) -> bytes:
    """Return deadlines as a calendar file; those that tell of somebody's clearance are left out."""
    rows = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Sekisho//Deadlines//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    for line in lines:
        if line.deadline.sort.shows in TOLD:
            rows += _event(line, at=at, language=language, address=address)
    rows.append("END:VCALENDAR")
    return b"".join(folded(row) for row in rows)


def _event(line: Line, *, at: datetime, language: Language, address: str) -> list[str]:
    one, place = line.deadline, 0 if language == "ja" else 1
    said = people_words(language)
    basis = ", ".join(citation.ja() if language == "ja" else str(citation) for citation in one.basis)
    told = "\n".join((one.sort.then[place], said[f"set_by_{one.sort.set_by}"], basis))
    return [
        "BEGIN:VEVENT",
        f"UID:{one.key}@sekisho",
        f"DTSTAMP:{at.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{one.on:%Y%m%d}",
        f"DTEND;VALUE=DATE:{one.on + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{escaped(one.sort.says[place])}",
        f"DESCRIPTION:{escaped(told)}",
        f"URL:{address}/deadlines?first={one.on}&last={one.on}",
        "CLASS:CONFIDENTIAL",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def escaped(words: str) -> str:
    """Return a text as a value may hold it (RFC 5545, 3.3.11)."""
    plain = words.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return plain.replace("\r\n", "\\n").replace("\r", "\\n").replace("\n", "\\n")


def folded(row: str) -> bytes:
    """Return a line with its end, folded so that no part is too long and no character is cut (RFC 5545, 3.1)."""
    parts, part = [], b""
    for character in row:
        octets = character.encode()
        if len(part) + len(octets) > LINE:
            parts.append(part)
            part = b" "
        part += octets
    return b"\r\n".join((*parts, part)) + b"\r\n"
