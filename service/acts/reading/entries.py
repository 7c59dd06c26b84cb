"""What entries withhold, opened for somebody as far as they are entitled; that they looked is an entry itself."""

from typing import Any

from sqlalchemy.orm import Session

from service.acts.concerning import Concern, OutsideError
from service.acts.reach import unreached
from service.acts.reports import reading_roles
from service.database import transaction
from service.evidence import lookups
from service.identity import entitlements
from service.identity.desk import Seated
from service.identity.entitlements import PURPOSES, TABLE
from service.identity.members import Held
from service.ledger import Kind
from service.personnel.queries import posts_of


def look_at(seated: Seated, *, index: int, purpose: str | None) -> tuple[int, list[dict[str, Any]]]:
    """Return the index of the entry that says that somebody looked, and what the looked at withholds, as far as they may see it.

    A disclosure is a digest, a name and a value; name and value are None where it is not for them, or gone.
    Raises OutsideError, PurposeNeededError, BudgetSpentError.
    """
    if purpose is not None and purpose not in PURPOSES:
        message = f"purpose: one of {', '.join(PURPOSES)}"
        raise entitlements.PurposeNeededError(message)
    with transaction(seated.desk.engine) as session:
        clear = lookups.entry(session, index=index) if 0 <= index < 2**53 else None
        held = set() if clear is None else _roles_reaching(session, seated, clear)
        if clear is not None and clear.get("kind") in {Kind.IMPROPER_REPORTED.value, Kind.IMPROPER_ANSWERED.value}:
            # Sealed to whoever it is about: to them, and to every other role, it is not there.
            held &= reading_roles(session, log=seated.desk.log, member=seated.member, clear=clear)
        if clear is None or not held:
            word = "index"
            raise OutsideError(word)
        if purpose is None and not any(way == "yes" for role in held for way in TABLE[role].values()):
            message = f"purpose: say what for, one of {', '.join(PURPOSES)}"
            raise entitlements.PurposeNeededError(message)
        lookups.spend_look(session, account_id=seated.member.account_id, at=seated.at)
        look = lookups.Look(seated.member.actor, held, index, purpose)
        made = lookups.record_look(session, log=seated.desk.log, at=seated.at, look=look, clear=clear)
        shown = []
        for one in lookups.opened(session, log=seated.desk.log, clear=clear):
            value = None if one.name is None else entitlements.seen(one.name, one.value, held, purpose=purpose)
            shown.append({"digest": one.digest, "name": one.name if value is not None else None, "value": value})
    return made, shown


def _roles_reaching(session: Session, seated: Seated, clear: dict[str, Any]) -> set[str]:
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
