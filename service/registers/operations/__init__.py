"""Acts on registers (Act 5, Order 11): documents, loans, destruction, areas, inspections, incidents, foreign origin."""

from service.registers.house import set_register_period
from service.registers.operations.approvals import approve_document, end_approval, set_approval_rule
from service.registers.operations.areas import designate_area, end_area, end_permit, grant_area_alias, permit_device, permit_entry
from service.registers.operations.copies import make_copy
from service.registers.operations.disposal import destroy_in_emergency, dispose_document, report_emergency_destruction
from service.registers.operations.documents import enter_document, receive_document, record_handling, store_document
from service.registers.operations.foreign import permit_other_use, record_foreign_origin
from service.registers.operations.incidents import close_incident, follow_treaty_procedure, report_incident, tell_head_of_incident
from service.registers.operations.inspections import begin_inspection, end_inspection, record_earlier_inspection, record_inspection
from service.registers.operations.loans import deliver_document, lend_document, return_loan
from service.registers.operations.striking import strike_line

__all__ = [
    "approve_document",
    "begin_inspection",
    "close_incident",
    "deliver_document",
    "designate_area",
    "destroy_in_emergency",
    "dispose_document",
    "end_approval",
    "end_area",
    "end_inspection",
    "end_permit",
    "enter_document",
    "follow_treaty_procedure",
    "grant_area_alias",
    "lend_document",
    "make_copy",
    "permit_device",
    "permit_entry",
    "permit_other_use",
    "receive_document",
    "record_earlier_inspection",
    "record_foreign_origin",
    "record_handling",
    "record_inspection",
    "report_emergency_destruction",
    "report_incident",
    "return_loan",
    "set_approval_rule",
    "set_register_period",
    "store_document",
    "strike_line",
    "tell_head_of_incident",
]
