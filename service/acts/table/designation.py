"""Acts of Act 3 and 4, and on documents."""

from service.acts.table.known import APPROVAL, APPROVER, CUSTODIAN, MANAGER, Known
from service.ledger import Kind

ROOM = "designation.operations"
CORRECTING = "designation.correcting"

ACTS = (
    Known("designate", ROOM, Kind.INFORMATION_DESIGNATED, "organ", (MANAGER,), APPROVAL, own="organ_id", makes="designation_id"),
    Known("record_designation", ROOM, Kind.INFORMATION_DESIGNATED, "operator", (MANAGER,), APPROVAL, makes="designation_id"),
    Known("extend", ROOM, Kind.INFORMATION_EXTENDED, "organ", (MANAGER,), APPROVAL, own="organ_id", makes="extension_id"),
    Known("record_extension", ROOM, Kind.INFORMATION_EXTENDED, "operator", (MANAGER,), APPROVAL, makes="extension_id"),
    Known("lift", ROOM, Kind.INFORMATION_LIFTED, "organ", (MANAGER,), APPROVAL, own="organ_id"),
    Known("record_lifting", ROOM, Kind.INFORMATION_LIFTED, "operator", (MANAGER,), APPROVAL),
    Known("close", ROOM, Kind.INFORMATION_CLOSED, None, (MANAGER,), APPROVAL, own="organization_id", makes="closing_id"),
    Known(
        "register_document",
        ROOM,
        Kind.DOCUMENT_REGISTERED,
        None,
        (MANAGER, CUSTODIAN),
        (MANAGER, CUSTODIAN, APPROVER),
        own="organization_id",
        makes="document_id",
    ),
    Known("carry", ROOM, Kind.DOCUMENT_REGISTERED, roles=(MANAGER, CUSTODIAN)),
    Known("grant_resource_alias", ROOM, Kind.ALIAS_GRANTED, None, (MANAGER, CUSTODIAN), (MANAGER, CUSTODIAN, APPROVER), makes="alias_id"),
    Known("correct_designation", CORRECTING, Kind.DESIGNATION_CORRECTED, None, (MANAGER,), APPROVAL, judged_by="widens_designation"),
    Known("correct_extension", CORRECTING, Kind.EXTENSION_CORRECTED, None, (MANAGER,), APPROVAL, judged_by="widens_extension"),
    Known("correct_closing", CORRECTING, Kind.CLOSING_CORRECTED, None, (MANAGER,), APPROVAL, judged_by="widens_closing"),
)
