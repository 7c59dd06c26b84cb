"""Acts on scopes and lists (Act 5, 10(3)(i), 10(4))."""

from service.acts.table.known import APPROVER, CUSTODIAN, HR, MANAGER, PERSON, Known
from service.ledger import Kind

ROOM = "need_to_know.operations"
TWO = (MANAGER, APPROVER)
CORRECTING = "need_to_know.correcting"

ACTS = (
    Known("list_handler", ROOM, Kind.HANDLER_LISTED, None, (MANAGER,), TWO, own="organization_id", makes="listing_id"),
    Known("remove_handler", ROOM, Kind.HANDLER_REMOVED, roles=(MANAGER,), own="organization_id"),
    Known("request_listing", ROOM, Kind.LISTING_REQUESTED, roles=(PERSON, HR, MANAGER), own="organization_id", makes="request_id"),
    Known("decline_request", ROOM, Kind.LISTING_DECLINED, roles=(MANAGER,)),
    Known("take_back_request", ROOM, Kind.LISTING_DECLINED, roles=(PERSON, HR, MANAGER)),
    Known("confirm_listings", ROOM, Kind.LISTINGS_CONFIRMED, roles=(MANAGER,), own="organization_id"),
    Known(
        "name_acting_manager",
        ROOM,
        Kind.ACTING_MANAGER_NAMED,
        roles=(MANAGER,),
        seconds=TWO,
        own="organization_id",
        makes="acting_id",
    ),
    Known("end_acting_manager", ROOM, Kind.ACTING_MANAGER_ENDED, roles=(MANAGER,)),
    # The one act that widens and needs nobody else: only for whoever two people named in advance, for hours, in the open.
    Known(
        "list_in_emergency",
        ROOM,
        Kind.HANDLER_LISTED_IN_EMERGENCY,
        roles=(MANAGER, CUSTODIAN),
        own="organization_id",
        step_up=True,
        makes="listing_id",
    ),
    Known("confirm_emergency", ROOM, Kind.EMERGENCY_CONFIRMED, roles=(MANAGER,), seconds=TWO),
    Known("set_list_number", ROOM, Kind.LIST_NUMBER_SET, roles=(MANAGER,), seconds=(APPROVER,), own="organization_id"),
    Known("set_purpose", ROOM, Kind.PURPOSE_SET, roles=(MANAGER,), own="organization_id"),
    Known("end_purpose", ROOM, Kind.PURPOSE_ENDED, roles=(MANAGER,), own="organization_id"),
    Known("correct_listing", CORRECTING, Kind.HANDLER_CORRECTED, None, (MANAGER,), (MANAGER, APPROVER), judged_by="widens_listing"),
)
