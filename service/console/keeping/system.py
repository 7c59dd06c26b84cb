"""The page of how the service is: only facts that were looked up."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from starlette.responses import Response

from service.acts.reading.system import READERS, System, system_of
from service.console.act_words import said
from service.console.area_words.keeping import GIGABYTES, SEATS
from service.console.dates import shown_moment
from service.console.people_words import people_words
from service.console.visit import Visit

__all__ = ["READERS", "system"]
GIGABYTE = 1_000_000_000
GRACE = timedelta(minutes=5)
"""How long entries may wait for witnesses before it is worth a look."""
SOON_DAYS = 30
"""Days before an end from which on it is worth a look."""
LEAST_FREE = 0.1
"""The part of a disk below which it is worth a look."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One line: what, its value, and, where it can be judged, whether all is well and why."""

    name: str
    value: str
    tone: Literal["", "good", "warn", "bad"] = ""
    verdict: str = ""


def system(visit: Visit) -> Response:
    """GET of /system."""
    found = system_of(visit.seated)
    told = people_words(visit.language)
    parts = [
        (told["keep_software"], _software(visit, found)),
        (told["keep_ledger"], _ledger(visit, found)),
        (told["keep_ends"], _ends(visit, found)),
    ]
    return visit.page("keeping/system.html", parts=parts)


def _software(visit: Visit, found: System) -> list[Fact]:
    told = people_words(visit.language)
    return [
        Fact(told["keep_version"], found.version or told["keep_unknown"]),
        Fact(told["keep_database"], told["keep_database_answers"].format(version=found.database), "good", told["keep_fine"]),
        Fact(told["keep_seat"], said(SEATS, found.seat, visit.language)),
        Fact(told["keep_provider"], told["yes" if found.by_provider else "no"]),
        _disk(visit, found),
    ]


def _disk(visit: Visit, found: System) -> Fact:
    told = people_words(visit.language)
    if found.disk_free is None or found.disk_whole is None:
        return Fact(told["keep_disk"], told["keep_unknown"])
    place = 0 if visit.language == "ja" else 1
    free, whole = (GIGABYTES[place].format(count=f"{size / GIGABYTE:,.1f}") for size in (found.disk_free, found.disk_whole))
    scarce = found.disk_free < LEAST_FREE * found.disk_whole
    verdict = told["keep_attention" if scarce else "keep_fine"]
    return Fact(told["keep_disk"], told["keep_disk_of"].format(free=free, whole=whole), "warn" if scarce else "good", verdict)


def _ledger(visit: Visit, found: System) -> list[Fact]:
    told = people_words(visit.language)
    sealed = found.unsealed == 0
    return [
        Fact(told["keep_origin"], found.origin),
        Fact(told["keep_size"], f"{found.size:,}"),
        Fact(told["keep_last_entry"], _moment(visit, found.last_at)),
        _signed(visit, found),
        _witnessed(visit, found),
        _floor(visit, found),
        Fact(
            told["keep_seals"],
            told["keep_seals_all"] if sealed else told["keep_seals_some"].format(count=f"{found.unsealed:,}"),
            "good" if sealed else "bad",
            told["keep_fine" if sealed else "keep_attention"],
        ),
        Fact(told["keep_told_at"], _moment(visit, found.told_at)),
    ]


def _signed(visit: Visit, found: System) -> Fact:
    told = people_words(visit.language)
    if found.signed is None:
        return Fact(told["keep_signed"], told["keep_signed_none"], "warn", told["keep_attention"])
    value = told["keep_signed_until"].format(size=f"{found.signed:,}", at=_moment(visit, found.signed_at))
    behind = found.size - found.signed
    verdict = told["keep_signed_behind"].format(count=f"{behind:,}") if behind else told["keep_signed_all"]
    return Fact(told["keep_signed"], value, "warn" if behind else "good", verdict)


def _witnessed(visit: Visit, found: System) -> Fact:
    told, published = people_words(visit.language), found.published
    if published is not None and not published.is_expected:
        return Fact(told["keep_witnessed"], told["keep_witnessed_nobody"])
    if published is None or not published.is_witnessed:
        size = "0" if published is None else f"{published.size:,}"
        return Fact(told["keep_witnessed"], told["keep_unwitnessed"].format(size=size), "bad", told["keep_attention"])
    value = told["keep_witnessed_until"].format(size=f"{published.size:,}", by=", ".join(published.by))
    if published.since is None:
        return Fact(told["keep_witnessed"], value, "good", told["keep_fine"])
    since = told["keep_witnessed_since"].format(at=_moment(visit, published.since), count=f"{published.signed - published.size:,}")
    return Fact(told["keep_witnessed"], value, "warn" if visit.at - published.since > GRACE else "good", since)


def _floor(visit: Visit, found: System) -> Fact:
    told = people_words(visit.language)
    if not found.floor_fits:
        return Fact(told["keep_floor"], "―" if found.floor is None else f"{found.floor:,}", "bad", told["keep_floor_unfit"])
    if found.floor is None:
        return Fact(told["keep_floor"], told["keep_floor_none"])
    return Fact(told["keep_floor"], f"{found.floor:,}", "good", told["keep_floor_fits"])


def _ends(visit: Visit, found: System) -> list[Fact]:
    told = people_words(visit.language)
    ends = [_end(visit, told["keep_certificate"].format(file=one.file), one.ends_at) for one in found.certificates]
    ends = ends or [Fact(told["keep_certificate"].format(file="").strip(), told["keep_certificate_none"])]
    keys = [] if found.key_ends_at is None else [_end(visit, told["keep_next_key"], found.key_ends_at)]
    return [*ends, *(keys or [Fact(told["keep_next_key"], told["keep_no_end"])])]


def _end(visit: Visit, name: str, at: datetime) -> Fact:
    told = people_words(visit.language)
    days = (at - visit.at).days
    left = told["keep_over"] if at <= visit.at else told["keep_days_left"].format(count=days)
    return Fact(name, _moment(visit, at), "bad" if at <= visit.at else "warn" if days < SOON_DAYS else "good", left)


def _moment(visit: Visit, at: datetime | None) -> str:
    return shown_moment(at, visit.calendar)
