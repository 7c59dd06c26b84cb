"""What words of acts name by id: the row behind each, and the columns that say whose a row is."""

from collections.abc import Mapping
from typing import Any

from service.assessment.model import Candidate, Complaint
from service.designation.model import Document
from service.personnel.model import Alias, Post
from service.provision.model import Certification, Contract, Provision

THINGS: Mapping[str, Any] = {
    "post_id": Post,
    "alias_id": Alias,
    "document_id": Document,
    "contract_id": Contract,
    "certification_id": Certification,
    "provision_id": Provision,
    "candidate_id": Candidate,
    "complaint_id": Complaint,
}
"""By word the model of what it names. Its columns tell the rest; a line is all that another table takes."""
OWNERS = ("organization_id", "organ_id", "operator_id", "giver_id", "receiver_id", "head_id")
"""The columns by which a row says whose it is."""
