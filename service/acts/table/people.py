"""Acts on people, names, posts, units and their aliases."""

from service.acts.table.known import APPROVER, CUSTODIAN, HR, MANAGER, Known
from service.ledger import Kind

ROOM = "personnel.operations"
CORRECTING = "personnel.correcting"
PERSON = ("target_kind", frozenset({"person"}))
"""Who keeps people names no information, no document and no area: those are `grant_resource_alias` and `grant_area_alias`."""

ACTS = (
    Known(
        "register_organization",
        ROOM,
        Kind.ORGANIZATION_REGISTERED,
        roles=(HR, MANAGER),
        seconds=(MANAGER, APPROVER),
        makes="organization_id",
    ),
    Known("register_unit", ROOM, Kind.UNIT_REGISTERED, roles=(HR,), own="organization_id", makes="unit_id"),
    Known("register_person", ROOM, Kind.PERSON_REGISTERED, roles=(HR,), makes="person_id"),
    Known("record_name", ROOM, Kind.PERSON_CHANGED, roles=(HR,), seconds=(HR, APPROVER)),
    Known("take_post", ROOM, Kind.POST_TAKEN, roles=(HR,), seconds=(HR, MANAGER, APPROVER), own="organization_id", makes="post_id"),
    Known("leave_post", ROOM, Kind.POST_LEFT, roles=(HR,)),
    Known("grant_alias", ROOM, Kind.ALIAS_GRANTED, roles=(HR,), seconds=(HR, MANAGER, APPROVER), only=PERSON, makes="alias_id"),
    Known("end_alias", ROOM, Kind.ALIAS_ENDED, roles=(HR, MANAGER, CUSTODIAN)),
    Known(
        "bring_forward",
        "personnel.bringing",
        Kind.BALANCE_BROUGHT,
        None,
        (HR, MANAGER, CUSTODIAN),
        (HR, MANAGER, CUSTODIAN, APPROVER),
    ),
    Known(
        "correct_organization",
        CORRECTING,
        Kind.ORGANIZATION_CORRECTED,
        roles=(HR, MANAGER),
        seconds=(MANAGER, APPROVER),
    ),
    Known("correct_unit", CORRECTING, Kind.UNIT_CORRECTED, roles=(HR,), own="organization_id"),
    Known("correct_post", CORRECTING, Kind.POST_CORRECTED, None, (HR,), (HR, MANAGER, APPROVER), judged_by="widens_post"),
)
