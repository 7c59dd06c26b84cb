"""Which acts there are, room by room; a test holds this list against the rooms."""

from service.acts.table import (
    assessment,
    authority,
    clearance,
    deadlines,
    designation,
    duties,
    need_to_know,
    people,
    privacy,
    provision,
    registers,
)
from service.acts.table.known import ADMINISTRATOR, APPROVAL, APPROVER, ASSESSOR, COMPLAINTS, CUSTODIAN, HR, MANAGER, PERSON, Known

__all__ = [
    "ACTS",
    "ADMINISTRATOR",
    "APPROVAL",
    "APPROVER",
    "ASSESSOR",
    "COMPLAINTS",
    "CUSTODIAN",
    "EVERYWHERE",
    "HR",
    "MANAGER",
    "NEW",
    "PERSON",
    "Known",
]

ACTS: dict[str, Known] = {
    known.verb: known
    for room in (people, designation, provision, clearance, assessment, need_to_know, registers, duties, deadlines, authority, privacy)
    for known in room.ACTS
}
"""Every act by its verb."""
EVERYWHERE: frozenset[str] = frozenset(known.room for known in authority.ACTS)
"""Rooms whose acts concern the deployment and not one organization."""
NUMBERED = frozenset({("enter_document", "serial"), ("receive_document", "serial")})
"""The words for a number that stands on a paper already: an opening balance alone says it."""
NEW = frozenset((known.verb, known.makes) for known in ACTS.values() if known.makes is not None) | NUMBERED
"""The words by which an act may name what it makes; all other ids name what is there already."""
