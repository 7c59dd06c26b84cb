"""The documents of a case file's `given`, what is approved of them, and where they are kept, as rows; judges nothing."""

from collections.abc import Iterator

from service.database import Base
from service.designation.model import Document, DocumentInformation
from service.jobs.given_lists import Given
from service.personnel.rules import exclusive
from service.registers.approval_model import ApprovalRule, DocumentApproval
from service.registers.area_model import AreaFact


def documents_of(facts: Given) -> Iterator[Base]:
    """Yield documents with what they carry, which organizations keep approvals, the approvals, and the areas."""
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
    yield from _areas(facts)


def _areas(facts: Given) -> Iterator[Base]:
    """Yield areas, the outer before the inner as the file has them, what is kept in each, and whom a permit lets in."""
    for kind, name, needed, inside in (
        ("area", "areas", ("id",), "inside"),
        ("storage", "storages", ("document", "in"), "in"),
        ("entry", "entry_permits", ("person", "area", "to"), "area"),
    ):
        for place, entry in enumerate(facts.entries(name, "at", "from", *needed)):
            yield AreaFact(
                id=entry.get("id") or f"{name}/{place}",
                kind=kind,
                organization_id=facts.organization(entry["at"]),
                area_id=entry.get(inside),
                document_id=entry.get("document"),
                person_id=entry.get("person"),
                from_on=entry["from"],
                until_on=exclusive(entry.get("to")),
            )
