"""Acts on registers (Act 5, Order 11): documents, loans, destruction, areas, inspections, incidents, foreign origin."""

from service.acts.table.known import APPROVAL, APPROVER, CUSTODIAN, MANAGER, PERSON, Known
from service.ledger import Kind

ROOM = "registers.operations"
KEEPING = (CUSTODIAN, MANAGER)
MANAGED = (MANAGER, APPROVER)
"""Who approves what the custodian lets out, lets in or lets be destroyed (NPSC Rule 8/2025, 19(1), 27(1))."""
HERE = "organization_id"

ACTS = (
    Known("enter_document", ROOM, Kind.DOCUMENT_ENTERED, None, KEEPING, own=HERE, makes="line_id"),
    Known("receive_document", ROOM, Kind.DOCUMENT_RECEIVED, None, KEEPING, own=HERE, makes="line_id"),
    Known("store_document", ROOM, Kind.DOCUMENT_STORED, None, KEEPING, own=HERE),
    Known("record_handling", ROOM, Kind.DOCUMENT_HANDLED, None, KEEPING, own=HERE),
    Known("make_copy", ROOM, Kind.DOCUMENT_COPIED, None, KEEPING, own=HERE),
    Known("lend_document", ROOM, Kind.DOCUMENT_LENT, None, KEEPING, MANAGED, own=HERE),
    Known("return_loan", ROOM, Kind.LOAN_RETURNED, None, KEEPING),
    Known("deliver_document", ROOM, Kind.DOCUMENT_DELIVERED, None, KEEPING, MANAGED, own=HERE),
    Known("dispose_document", ROOM, Kind.DOCUMENT_DISPOSED, None, KEEPING, MANAGED, own=HERE),
    Known("destroy_in_emergency", ROOM, Kind.DOCUMENT_DESTROYED, None, KEEPING, own=HERE),
    Known("report_emergency_destruction", ROOM, Kind.DESTRUCTION_REPORTED, None, (MANAGER,)),
    Known("designate_area", ROOM, Kind.AREA_DESIGNATED, None, (MANAGER,), APPROVAL, own=HERE, makes="area_id"),
    Known("end_area", ROOM, Kind.AREA_ENDED, None, KEEPING),
    Known("permit_entry", ROOM, Kind.ENTRY_PERMITTED, None, KEEPING, MANAGED),
    Known("permit_device", ROOM, Kind.DEVICE_PERMITTED, None, KEEPING, MANAGED),
    Known("end_permit", ROOM, Kind.PERMIT_ENDED, None, KEEPING),
    Known("begin_inspection", ROOM, Kind.INSPECTION_BEGUN, None, (MANAGER,), own=HERE),
    Known("record_inspection", ROOM, Kind.INSPECTION_RECORDED, None, (MANAGER,)),
    Known("end_inspection", ROOM, Kind.INSPECTION_ENDED, None, (MANAGER,)),
    Known("report_incident", ROOM, Kind.INCIDENT_REPORTED, None, (CUSTODIAN, MANAGER, PERSON), own=HERE),
    Known("tell_head_of_incident", ROOM, Kind.INCIDENT_FOLLOWED, None, (MANAGER,)),
    Known("follow_treaty_procedure", ROOM, Kind.INCIDENT_FOLLOWED, None, (MANAGER,)),
    Known("close_incident", ROOM, Kind.INCIDENT_CLOSED, None, (MANAGER,), APPROVAL),
    Known("record_foreign_origin", ROOM, Kind.ORIGIN_RECORDED, None, KEEPING, own=HERE),
    Known("permit_other_use", ROOM, Kind.USE_PERMITTED, None, (MANAGER,), APPROVAL, own=HERE),
    Known("strike_line", ROOM, Kind.LINE_STRUCK, None, KEEPING, MANAGED),
from service.acts.table.known import APPROVAL, APPROVER, HR, MANAGER, PERSON, Known
from service.ledger import Kind

DUTIES = "registers.duties.operations"
STRICTER = ("removal", frozenset({"at_once"}))

ACTS: tuple[Known, ...] = (
    Known("record_training", DUTIES, Kind.TRAINING_GIVEN, roles=(HR, MANAGER), own="organization_id", makes="training_id"),
    Known("record_attendance", DUTIES, Kind.TRAINING_ATTENDED, roles=(HR, MANAGER), makes="attendance_id"),
    Known("record_pledge", DUTIES, Kind.PLEDGE_MADE, roles=(HR, MANAGER), own="organization_id", makes="pledge_id"),
    Known("report_event", DUTIES, Kind.PERSON_REPORTED, roles=(PERSON, HR, MANAGER), own="organization_id", makes="report_id"),
    Known("report_doubt", DUTIES, Kind.PERSON_REPORTED, roles=(HR, MANAGER), own="organization_id", makes="report_id"),
    Known("exclude_person", DUTIES, Kind.HANDLER_EXCLUDED, roles=(HR, MANAGER), own="organization_id", makes="exclusion_id"),
    Known("end_exclusion", DUTIES, Kind.EXCLUSION_ENDED, None, (MANAGER,), (MANAGER, APPROVER)),
    Known(
        "set_event_rule",
        DUTIES,
        Kind.EVENT_RULE_SET,
        None,
        (MANAGER,),
        APPROVAL,
        own="organization_id",
        narrow_when=STRICTER,
        makes="event_rule_id",
    ),
)
