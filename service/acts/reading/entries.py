"""What entries withhold, opened for somebody as far as they are entitled; that they looked is an entry itself."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from service.acts.attempts import attempts_kept
from service.acts.concerning import Concern, OutsideError
from service.acts.reach import unreached
from service.acts.reports import reading_roles
from service.database import transaction
from service.evidence import lookups
from service.evidence.budget import spend_rows
from service.identity import entitlements
from service.identity.desk import Seated
from service.identity.entitlements import PURPOSES, TABLE
from service.identity.members import Held
from service.ledger import CHECKS, Kind, decisions_in
from service.personnel.queries import posts_of


@attempts_kept("entry")
def look_at(seated: Seated, *, index: int, purpose: str | None) -> tuple[int, list[dict[str, Any]]]:
    """Return the index of the entry that says that somebody looked, and what the looked at withholds, as far as they may see it.

    A disclosure is a digest, a name and a value; name and value are None where it is not for them, or gone. Where an entry
    holds several decisions, `check` says to which of them, counted from 1, it belongs; only those within reach are looked at.
    Raises OutsideError, PurposeNeededError, BudgetSpentError.
    """
    if purpose is not None and purpose not in PURPOSES:
        message = f"purpose: one of {', '.join(PURPOSES)}"
        raise entitlements.PurposeNeededError(message)
    with transaction(seated.desk.engine) as session:
        clear = lookups.entry(session, index=index) if 0 <= index < 2**53 else None
        held = set() if clear is None else _roles_reaching_any(session, seated, clear)
        if clear is not None and clear.get("kind") in {Kind.IMPROPER_REPORTED.value, Kind.IMPROPER_ANSWERED.value}:
            # Sealed to whoever it is about: to them, and to every other role, it is not there.
            held &= reading_roles(session, log=seated.desk.log, member=seated.member, clear=clear)
        if clear is None or not held:
            word = "index"
            raise OutsideError(word)
        if purpose is None and not any(way == "yes" for role in held for way in TABLE[role].values()):
            message = f"purpose: say what for, one of {', '.join(PURPOSES)}"
            raise entitlements.PurposeNeededError(message)
        several = _several(session, seated, clear)
        if several:
            return _look_at_each(session, seated, several, index=index, purpose=purpose)
        _spend(session, seated, held, 1)
        look = lookups.Look(seated.member.actor, held, index, purpose)
        made = lookups.record_look(session, log=seated.desk.log, at=seated.at, look=look, clear=clear)
        return made, _shown(session, seated, clear, held, purpose)


@dataclass(frozen=True, slots=True)
class _Reached:
    """One of several decisions of an entry: which of them, as if it stood alone, and in which roles somebody may look at it."""

    check: int
    clear: Mapping[str, Any]
    held: set[str]


def _several(session: Session, seated: Seated, clear: Mapping[str, Any]) -> list[_Reached]:
    """Return those of several decisions of an entry that somebody reaches; none where an entry has one, or is an act."""
    if CHECKS not in clear:
        return []
    found = [_Reached(place, one, roles_reaching(session, seated, one)) for place, one in enumerate(decisions_in(clear), 1)]
    return [one for one in found if one.held]


def _spend(session: Session, seated: Seated, held: Collection[str], looks: int) -> None:
    """Count looks against the day's budget; an auditor's are rows of theirs too, so that looking one by one opens no more."""
    if set(held) == {"auditor"}:
        spend_rows(session, person_id=seated.member.person_id, at=seated.at, rows=looks)
    lookups.spend_look(session, account_id=seated.member.account_id, at=seated.at, looks=looks)


def _look_at_each(
    session: Session, seated: Seated, several: Sequence[_Reached], *, index: int, purpose: str | None
) -> tuple[int, list[dict[str, Any]]]:
    """Look at several decisions of one entry as at as many entries: each counts, and stands on the record of whom it is about."""
    _spend(session, seated, set().union(*(one.held for one in several)), len(several))
    looks = [(lookups.Look(seated.member.actor, one.held, index, purpose), one.clear) for one in several]
    made = lookups.record_looks(session, log=seated.desk.log, at=seated.at, looks=looks)
    return made, [{"check": one.check, **shown} for one in several for shown in _shown(session, seated, one.clear, one.held, purpose)]


def _shown(session: Session, seated: Seated, clear: Mapping[str, Any], held: Collection[str], purpose: str | None) -> list[dict[str, Any]]:
    shown = []
    for one in lookups.opened(session, log=seated.desk.log, clear=clear):
        value = None if one.name is None else entitlements.seen(one.name, one.value, held, purpose=purpose)
        # Why nobody can read it is no secret: an entry says so in clear.
        gone = {"gone": one.gone} if one.gone is not None else {}
        shown.append({"digest": one.digest, "name": one.name if value is not None else None, "value": value, **gone})
    return shown


def _roles_reaching_any(session: Session, seated: Seated, clear: Mapping[str, Any]) -> set[str]:
    """Return the roles in which somebody may look at an entry, or at one of several decisions in it."""
    decisions = decisions_in(clear) if CHECKS in clear else (clear,)
    return set().union(*(roles_reaching(session, seated, one) for one in decisions))


def roles_reaching(session: Session, seated: Seated, clear: Mapping[str, Any]) -> set[str]:
    """Return the roles in which somebody may look at an entry; `person` where it is about themselves."""
    about = clear.get("person")
    if str(clear.get("kind")).startswith("clearance:"):
        about = about or lookups.sealed_for(session, clear=clear)
    found = {"person"} if about == seated.member.person_id else set()
    organization = clear.get("for")
    for held in seated.member.roles:
        concern = Concern(everywhere=held.role in {"auditor", "administrator"})
        concern.owners("for", {organization} if organization else ())
        if clear.get("person") and not concern.everywhere and not _reaches_person(session, held, clear["person"], seated):
            continue
        if unreached(session, held, concern) is None:
            found.add(held.role)
    return found


def _reaches_person(session: Session, held: Held, person_id: str, seated: Seated) -> bool:
    posts = posts_of(session, person_id=person_id, at=seated.at)
    return not posts or held.organization_id in {row.organization_id for row in posts}
