"""Acts on scopes and lists (Act 5, 10(3)(i), 10(4))."""

from service.acts.table.known import APPROVER, MANAGER, Known
from service.ledger import Kind

ROOM = "need_to_know.operations"
CORRECTING = "need_to_know.correcting"

ACTS = (
    Known("list_handler", ROOM, Kind.HANDLER_LISTED, None, (MANAGER,), (MANAGER, APPROVER), own="organization_id", makes="listing_id"),
    Known("remove_handler", ROOM, Kind.HANDLER_REMOVED, roles=(MANAGER,), own="organization_id"),
    Known("correct_listing", CORRECTING, Kind.HANDLER_CORRECTED, None, (MANAGER,), (MANAGER, APPROVER), judged_by="widens_listing"),
)
