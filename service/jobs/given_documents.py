"""The documents of a case file's `given`, and what is approved of them, as rows; judges nothing."""

from collections.abc import Iterator

from service.database import Base
from service.designation.model import Document, DocumentInformation
from service.jobs.given_lists import Given
from service.personnel.rules import exclusive
from service.registers.approval_model import ApprovalRule, DocumentApproval


def documents_of(facts: Given) -> Iterator[Base]:
    """Yield documents with the informations that they carry, which organizations keep approvals, and the approvals."""
    for entry in facts.entries("documents", "id", "carries"):
        yield Document(id=entry["id"], kind="document")
        for information in entry["carries"]:
            yield DocumentInformation(
                id=f"{entry['id']}/{information}", document_id=entry["id"], information_id=information, recorded_at=facts.at
            )
    for place, entry in enumerate(facts.entries("approval_rules", "at", "from", "kept")):
        yield ApprovalRule(
            id=f"{entry['at']}/approvals/{place}",
            organization_id=facts.organization(entry["at"]),
            kept=entry["kept"],
            from_on=entry["from"],
            set_at=facts.at,
        )
    for place, entry in enumerate(facts.entries("approvals", "document", "at", "actions", "from", "to")):
        yield DocumentApproval(
            id=entry.get("id") or f"{entry['document']}/{entry['at']}/{place}",
            document_id=entry["document"],
            organization_id=facts.organization(entry["at"]),
            actions=sorted(entry["actions"]),
            person_id=None if entry.get("person") is None else facts.person(entry["person"]),
            from_on=entry["from"],
            until_on=exclusive(entry["to"]),
            approved_by="given",
        )
