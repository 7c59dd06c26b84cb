"""Which acts there are: each verb's room, seat and kind of entry."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from service.ledger import Kind, Seat


@dataclass(frozen=True, slots=True)
class Known:
    """One act of a room; `seat` is None where both seats perform it alike."""

    verb: str
    room: str
    kind: Kind
    seat: Seat | None = None

    def operation(self) -> Callable[..., object]:
        """Return the operation of the room."""
        found: Callable[..., object] = getattr(import_module(f"service.{self.room}.operations"), self.verb)
        return found


ACTS = {
    known.verb: known
    for known in (
        Known("register_organization", "personnel", Kind.ORGANIZATION_REGISTERED),
        Known("register_unit", "personnel", Kind.UNIT_REGISTERED),
        Known("register_person", "personnel", Kind.PERSON_REGISTERED),
        Known("record_name", "personnel", Kind.PERSON_CHANGED),
        Known("take_post", "personnel", Kind.POST_TAKEN),
        Known("leave_post", "personnel", Kind.POST_LEFT),
        Known("grant_alias", "personnel", Kind.ALIAS_GRANTED),
        Known("end_alias", "personnel", Kind.ALIAS_ENDED),
        Known("designate", "designation", Kind.INFORMATION_DESIGNATED, "organ"),
        Known("record_designation", "designation", Kind.INFORMATION_DESIGNATED, "operator"),
        Known("extend", "designation", Kind.INFORMATION_EXTENDED, "organ"),
        Known("record_extension", "designation", Kind.INFORMATION_EXTENDED, "operator"),
        Known("lift", "designation", Kind.INFORMATION_LIFTED, "organ"),
        Known("record_lifting", "designation", Kind.INFORMATION_LIFTED, "operator"),
        Known("close", "designation", Kind.INFORMATION_CLOSED),
        Known("register_document", "designation", Kind.DOCUMENT_REGISTERED),
        Known("carry", "designation", Kind.DOCUMENT_REGISTERED),
        Known("grant_resource_alias", "designation", Kind.ALIAS_GRANTED),
        Known("certify", "provision", Kind.OPERATOR_CERTIFIED, "organ"),
        Known("record_certification", "provision", Kind.OPERATOR_CERTIFIED, "operator"),
        Known("end_certification", "provision", Kind.CERTIFICATION_ENDED),
        Known("conclude_contract", "provision", Kind.CONTRACT_CONCLUDED, "organ"),
        Known("record_contract", "provision", Kind.CONTRACT_CONCLUDED, "operator"),
        Known("end_contract", "provision", Kind.CONTRACT_ENDED),
        Known("provide", "provision", Kind.INFORMATION_PROVIDED, "organ"),
        Known("record_provision", "provision", Kind.INFORMATION_PROVIDED, "operator"),
        Known("record_return", "provision", Kind.INFORMATION_RETURNED),
        Known("record_result", "clearance", Kind.RESULT_RECORDED),
        Known("record_doubt_notice", "clearance", Kind.DOUBT_NOTIFIED),
        Known("record_office", "clearance", Kind.OFFICE_HELD),
        Known("list_handler", "need_to_know", Kind.HANDLER_LISTED),
        Known("remove_handler", "need_to_know", Kind.HANDLER_REMOVED),
    )
}
"""Every act by its verb; a test holds this list against the rooms."""
