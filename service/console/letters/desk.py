"""Which letters can be written: those that are owed first, then every kind that one's roles make, and of each what it can be about."""

from typing import Any
from urllib.parse import quote

from starlette.responses import Response

from service.acts.entitled import NotAllowedError
from service.acts.letters.kinds import LETTERS, LISTS
from service.acts.reading.letters import kinds_for, list_subjects, needs_purpose, subjects_of, told_of
from service.acts.reading.owed import letters_owed
from service.acts.reading.paging import opened
from service.acts.reading.registers import KEEPERS
from service.acts.table import ACTS
from service.console.acting.act import link
from service.console.labels import labels
from service.console.people_words import people_words
from service.console.visit import Visit
from service.database import read
from service.evidence.letters.telling import owed_subject
from service.identity.entitlements import PURPOSES
from service.provision.owed import Owed

SHOWN = 50
HERE = "/letters"


def letters(visit: Visit) -> Response:
    """GET of /letters."""
    kinds = kinds_for(visit.seated)
    owed = _owed(visit) if "recipient_notice" in kinds else []
    start = _start(visit.asked("from"))
    page = owed[start : start + SHOWN]
    with read(visit.desk.engine) as session:
        called = labels(session, [[one.information_id, one.receiver_id] for one in page], roles=visit.member.role_names)
    return visit.page(
        "letters/letters.html",
        owed=[(one, address("recipient_notice", owed_subject(one)), _sending(visit, one)) for one in page],
        onward=str(start + SHOWN) if len(owed) > start + SHOWN else None,
        count=len(owed),
        kinds=[(f"{HERE}/{kind}", _says(kind, visit), _about(kind, visit)) for kind in kinds],
        called=called,
        registers=bool(KEEPERS & visit.member.role_names),
    )


LONGEST_NUMBER = 8


def _start(asked: str) -> int:
    """Return at which of the owed letters a page begins."""
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) <= LONGEST_NUMBER else 0


def address(kind: str, subject: str) -> str:
    """Return the address of a letter."""
    return f"{HERE}/{kind}/{quote(subject, safe='~')}"


def _owed(visit: Visit) -> list[Owed]:
    """Return the letters that one's organizations owe, the oldest first."""
    organizations = {one.organization_id for one in visit.member.roles if one.role in LETTERS["recipient_notice"].roles}
    found: list[Owed] = []
    with read(visit.desk.engine) as session:
        for organization in sorted(organizations):
            found += letters_owed(session, visit.seated, organization_id=organization)
    return sorted(found, key=lambda one: (one.since, one.information_id, one.receiver_id))


def _sending(visit: Visit, one: Owed) -> str:
    """Return the address of the act that records the sending; empty for whoever does not do it."""
    if not set(ACTS["send_notice"].roles) & visit.member.role_names:
        return ""
    words = {"information_id": one.information_id, "giver_id": one.giver_id, "receiver_id": one.receiver_id, "about": one.about}
    return link("send_notice", back=HERE, **words)


def _says(kind: str, visit: Visit) -> str:
    return told_of(kind)[0][0 if visit.language == "ja" else 1]


def _about(kind: str, visit: Visit) -> str:
    if kind in LISTS:
        return people_words(visit.language)[f"lt_about_{kind}"]
    return LETTERS[kind].about[0 if visit.language == "ja" else 1]


def of_kind(visit: Visit) -> Response:
    """GET of /letters/{kind}: what letters of a kind can be about now, page by page."""
    kind = visit.request.path_params["kind"]
    title = _says(kind, visit)
    if kind not in kinds_for(visit.seated):
        roles = told_of(kind)[1]
        message = f"it takes {' or '.join(sorted(roles))}"
        raise NotAllowedError(message, roles=roles)
    purpose = visit.asked("purpose") or None
    shown: dict[str, Any] = {"title": title, "about": _about(kind, visit), "kind": kind, "purpose": purpose, "purposes": tuple(PURPOSES)}
    if needs_purpose(visit.seated, kind) and purpose not in PURPOSES:
        return visit.page("letters/purpose.html", **shown, path=f"{HERE}/{kind}")
    tail = f"?purpose={purpose}" if purpose in PURPOSES else ""
    if kind in LISTS:
        return _lists(visit, kind, shown, tail)
    found, onward = subjects_of(visit.seated, kind=kind, limit=SHOWN, after=opened(visit.asked("cursor") or None), purpose=purpose)
    rows = [(one.letter, f"{address(kind, one.subject)}{tail}") for one in found]
    return visit.page("letters/kind.html", **shown, rows=rows, onward=onward, lists=None, called={})


def _lists(visit: Visit, kind: str, shown: dict[str, Any], tail: str) -> Response:
    found = list_subjects(visit.seated, kind=kind, purpose=shown["purpose"])
    after = visit.asked("after")
    rest = [one for one in found if one[0] > after] if after else found
    page = rest[:SHOWN]
    with read(visit.desk.engine) as session:
        called = labels(session, page, roles=visit.member.role_names)
    onward = page[-1][0] if len(rest) > SHOWN else None
    lists = [(organization, other, f"{address(kind, subject)}{tail}") for subject, organization, other in page]
    return visit.page("letters/kind.html", **shown, rows=[], onward=onward, lists=lists, called=called)
