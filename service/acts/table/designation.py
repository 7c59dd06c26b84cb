"""Acts of Act 3 and 4, and on documents."""

from service.acts.table.known import APPROVAL, APPROVER, COMPLAINTS, CUSTODIAN, MANAGER, PERSON, Known
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
    Known("begin_care", ROOM, Kind.CARE_BEGUN, "organ", (MANAGER, CUSTODIAN), own="organ_id", makes="information_id"),
    Known("end_care", ROOM, Kind.CARE_ENDED, "organ", (MANAGER,)),
    Known("record_grounds", ROOM, Kind.REASONS_RECORDED, "organ", (MANAGER,), own="organ_id"),
    Known("review_reasons", ROOM, Kind.REASONS_REVIEWED, "organ", (MANAGER,), own="organ_id", makes="review_id"),
    Known("doubt_designation", ROOM, Kind.DESIGNATION_DOUBTED, roles=(PERSON,), makes="doubt_id"),
    Known("answer_improper_report", ROOM, Kind.IMPROPER_ANSWERED, roles=(COMPLAINTS,)),
    Known("report_improper", ROOM, Kind.IMPROPER_REPORTED, roles=(PERSON,), makes="improper_report_id"),
    Known("switch_to_marking", ROOM, Kind.MARKING_SWITCHED, "organ", (MANAGER, CUSTODIAN), own="organ_id"),
    Known("record_marking_switch", ROOM, Kind.MARKING_SWITCHED, "operator", (MANAGER, CUSTODIAN)),
    Known("lift_in_part", ROOM, Kind.INFORMATION_LIFTED_IN_PART, "organ", (MANAGER,), APPROVAL, own="organ_id", makes="partial_lifting_id"),
    Known("record_partial_lifting", ROOM, Kind.INFORMATION_LIFTED_IN_PART, "operator", (MANAGER,), APPROVAL, makes="partial_lifting_id"),
    Known("record_cabinet_refusal", ROOM, Kind.APPROVAL_REFUSED, "organ", (MANAGER,), own="organ_id"),
    Known("hand_over_as_sds", ROOM, Kind.INFORMATION_HANDED_OVER, "organ", (MANAGER,), APPROVAL, own="organ_id"),
    Known("find_narrower", ROOM, Kind.DOCUMENT_NARROWED, None, (MANAGER, CUSTODIAN), (MANAGER, CUSTODIAN, APPROVER)),
    Known("carry", ROOM, Kind.DOCUMENT_REGISTERED, roles=(MANAGER, CUSTODIAN)),
    Known("grant_resource_alias", ROOM, Kind.ALIAS_GRANTED, None, (MANAGER, CUSTODIAN), (MANAGER, CUSTODIAN, APPROVER), makes="alias_id"),
    Known(
        "correct_document",
        "designation.correcting_documents",
        Kind.DOCUMENT_CORRECTED,
        None,
        (MANAGER, CUSTODIAN),
        (MANAGER, CUSTODIAN, APPROVER),
        judged_by="widens_document",
    ),
    Known("correct_designation", CORRECTING, Kind.DESIGNATION_CORRECTED, None, (MANAGER,), APPROVAL, judged_by="widens_designation"),
    Known("correct_extension", CORRECTING, Kind.EXTENSION_CORRECTED, None, (MANAGER,), APPROVAL, judged_by="widens_extension"),
    Known("correct_closing", CORRECTING, Kind.CLOSING_CORRECTED, None, (MANAGER,), APPROVAL, judged_by="widens_closing"),
)
