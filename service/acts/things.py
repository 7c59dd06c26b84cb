"""What words of acts name by id: the row behind each, and the columns that say whose a row is."""

from collections.abc import Mapping
from typing import Any

from service.assessment.model import Candidate, Complaint
from service.clearance.model import DoubtNotice, Office, Result
from service.designation.model import Closing, Designation, Document, Extension, ImproperReport
from service.need_to_know.model import ActingManager, Exclusion, Listing, ListingRequest
from service.personnel.model import Alias, Post
from service.provision.model import Certification, CertifiedChange, Contract, Message, Provision
from service.registers.approval_model import DocumentApproval
from service.registers.model import Line
from service.registers.people_model import Attendance, Pledge, Training

THINGS: Mapping[str, Any] = {
    "post_id": Post,
    "alias_id": Alias,
    "document_id": Document,
    "contract_id": Contract,
    "certification_id": Certification,
    "provision_id": Provision,
    "message_id": Message,
    "change_id": CertifiedChange,
    "line_id": Line,
    "loan_id": Line,
    "emergency_id": Line,
    "area_id": Line,
    "inside_id": Line,
    "permit_id": Line,
    "inspection_id": Line,
    "incident_id": Line,
    "approval_id": DocumentApproval,
    "result_id": Result,
    "training_id": Training,
    "attendance_id": Attendance,
    "pledge_id": Pledge,
    "exclusion_id": Exclusion,
    "listing_id": Listing,
    "request_id": ListingRequest,
    "acting_id": ActingManager,
    "doubt_notice_id": DoubtNotice,
    "office_id": Office,
    "designation_id": Designation,
    "extension_id": Extension,
    "closing_id": Closing,
    "candidate_id": Candidate,
    "complaint_id": Complaint,
    "improper_report_id": ImproperReport,
}
"""By word the model of what it names. Its columns tell the rest; a line is all that another table takes."""
BESIDE = frozenset({"witness_id", "carrier_id", "opener_id", "maker_id", "keeper_id", "inspector_id"})
"""Words that name people whom an act is not about: within reach like all others, and the actor may be one of them."""
OWNERS = ("organization_id", "organ_id", "operator_id", "giver_id", "receiver_id", "head_id")
"""The columns by which a row says whose it is."""
BY_THE_DESIGNATOR = frozenset(
    {
        "lift",
        "extend",
        "close",
        "lift_in_part",
        "switch_to_marking",
        "record_cabinet_refusal",
        "hand_over_as_sds",
        "record_grounds",
        "review_reasons",
    }
)
"""Acts of whoever designated, where they name no organization."""
