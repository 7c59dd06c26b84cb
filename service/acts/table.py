"""Which acts there are: each verb's operation, seat, entry, who does it, and who must approve it (決裁規程).

An act that widens what somebody may do waits for a second person; one that narrows it works at once. The second persons
given here are the defaults; a site sets its own lines with `set_decision_rule`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from typing import Any

from service.ledger import Kind, Seat

HR, MANAGER, CUSTODIAN, APPROVER, ADMINISTRATOR = "hr_officer", "information_manager", "custodian", "approver", "administrator"
APPROVAL = (APPROVER,)


@dataclass(frozen=True, slots=True)
class Known:
    """One act of a room.

    `seat` is None where both seats perform it alike. `roles` may do it. `seconds` may approve it: empty for an act that
    narrows. `narrow_when` names a word and the values with which a widening act narrows all the same, `wide_with` a word
    that makes a narrowing act widen, `wide_before` a day that does so when it lies in the past (after a contract's end its
    lists are read as of the last day). `own` is the word that names the organization whose act it is. `only` names a word and
    the values that it may have at a door.
    """

    verb: str
    room: str
    kind: Kind
    seat: Seat | None = None
    roles: tuple[str, ...] = ()
    seconds: tuple[str, ...] = ()
    own: str | None = None
    narrow_when: tuple[str, frozenset[str]] | None = None
    wide_with: str | None = None
    wide_before: str | None = None
    step_up: bool = False
    only: tuple[str, frozenset[str]] | None = None

    def operation(self) -> Callable[..., object]:
        """Return the operation of the room."""
        found: Callable[..., object] = getattr(import_module(f"service.{self.room}"), self.verb)
        return found

    def widens(self, values: Mapping[str, Any], *, on: date | None = None) -> bool:
        """Say whether the act, with these words and asked for on a day, lets somebody do more than before."""
        if self.wide_with is not None:
            day = None if self.wide_before is None or on is None else values.get(self.wide_before)
            return values.get(self.wide_with) is not None or (day is not None and on is not None and str(day) < on.isoformat())
        if self.narrow_when is not None and values.get(self.narrow_when[0]) in self.narrow_when[1]:
            return False
        return bool(self.seconds)


PEOPLE, OBJECTS, RECIPIENTS, RESULTS, LISTS = (
    "personnel.operations",
    "designation.operations",
    "provision.operations",
    "clearance.operations",
    "need_to_know.operations",
)
ACCOUNTS, APPLICATIONS = "identity.accounts", "identity.operations"
PERSON = ("target_kind", frozenset({"person"}))
"""Who keeps people names no information and no document: that is `grant_resource_alias`."""
NO_CLEARANCE = ("outcome", frozenset({"negative", "refused", "withdrawn"}))

ACTS = {
    known.verb: known
    for known in (
        Known("register_organization", PEOPLE, Kind.ORGANIZATION_REGISTERED, roles=(HR, MANAGER), seconds=(MANAGER, APPROVER)),
        Known("register_unit", PEOPLE, Kind.UNIT_REGISTERED, roles=(HR,), own="organization_id"),
        Known("register_person", PEOPLE, Kind.PERSON_REGISTERED, roles=(HR,)),
        Known("record_name", PEOPLE, Kind.PERSON_CHANGED, roles=(HR,), seconds=(HR, APPROVER)),
        Known("take_post", PEOPLE, Kind.POST_TAKEN, roles=(HR,), seconds=(HR, MANAGER, APPROVER), own="organization_id"),
        Known("leave_post", PEOPLE, Kind.POST_LEFT, roles=(HR,)),
        Known("grant_alias", PEOPLE, Kind.ALIAS_GRANTED, roles=(HR,), seconds=(HR, MANAGER, APPROVER), only=PERSON),
        Known("end_alias", PEOPLE, Kind.ALIAS_ENDED, roles=(HR, MANAGER, CUSTODIAN)),
        Known("designate", OBJECTS, Kind.INFORMATION_DESIGNATED, "organ", (MANAGER,), APPROVAL, own="organ_id"),
        Known("record_designation", OBJECTS, Kind.INFORMATION_DESIGNATED, "operator", (MANAGER,), APPROVAL),
        Known("extend", OBJECTS, Kind.INFORMATION_EXTENDED, "organ", (MANAGER,), APPROVAL, own="organ_id"),
        Known("record_extension", OBJECTS, Kind.INFORMATION_EXTENDED, "operator", (MANAGER,), APPROVAL),
        Known("lift", OBJECTS, Kind.INFORMATION_LIFTED, "organ", (MANAGER,), APPROVAL, own="organ_id"),
        Known("record_lifting", OBJECTS, Kind.INFORMATION_LIFTED, "operator", (MANAGER,), APPROVAL),
        Known("close", OBJECTS, Kind.INFORMATION_CLOSED, None, (MANAGER,), APPROVAL, own="organization_id"),
        Known(
            "register_document",
            OBJECTS,
            Kind.DOCUMENT_REGISTERED,
            None,
            (MANAGER, CUSTODIAN),
            (MANAGER, CUSTODIAN, APPROVER),
            own="organization_id",
        ),
        Known("carry", OBJECTS, Kind.DOCUMENT_REGISTERED, roles=(MANAGER, CUSTODIAN)),
        Known("grant_resource_alias", OBJECTS, Kind.ALIAS_GRANTED, None, (MANAGER, CUSTODIAN), (MANAGER, CUSTODIAN, APPROVER)),
        Known("certify", RECIPIENTS, Kind.OPERATOR_CERTIFIED, "organ", (MANAGER,), APPROVAL, own="organ_id"),
        Known("record_certification", RECIPIENTS, Kind.OPERATOR_CERTIFIED, "operator", (MANAGER,), APPROVAL, own="operator_id"),
        Known("end_certification", RECIPIENTS, Kind.CERTIFICATION_ENDED, roles=(MANAGER,)),
        Known("conclude_contract", RECIPIENTS, Kind.CONTRACT_CONCLUDED, "organ", (MANAGER,), APPROVAL, own="organ_id"),
        Known("record_contract", RECIPIENTS, Kind.CONTRACT_CONCLUDED, "operator", (MANAGER,), APPROVAL, own="operator_id"),
        Known("end_contract", RECIPIENTS, Kind.CONTRACT_ENDED, None, (MANAGER,), APPROVAL, wide_with="return_by", wide_before="last_day"),
        Known("provide", RECIPIENTS, Kind.INFORMATION_PROVIDED, "organ", (MANAGER,), APPROVAL, own="giver_id"),
        Known("record_provision", RECIPIENTS, Kind.INFORMATION_PROVIDED, "operator", (MANAGER,), APPROVAL, own="receiver_id"),
        Known("record_return", RECIPIENTS, Kind.INFORMATION_RETURNED, roles=(MANAGER,)),
        Known("record_result", RESULTS, Kind.RESULT_RECORDED, None, (HR,), APPROVAL, narrow_when=NO_CLEARANCE),
        Known("record_doubt_notice", RESULTS, Kind.DOUBT_NOTIFIED, roles=(HR,)),
        Known("record_office", RESULTS, Kind.OFFICE_HELD, None, (HR,), APPROVAL),
        Known("list_handler", LISTS, Kind.HANDLER_LISTED, None, (MANAGER,), (MANAGER, APPROVER), own="organization_id"),
        Known("remove_handler", LISTS, Kind.HANDLER_REMOVED, roles=(MANAGER,), own="organization_id"),
        Known("open_account", ACCOUNTS, Kind.ACCOUNT_OPENED, None, (ADMINISTRATOR,), APPROVAL),
        Known("end_account", ACCOUNTS, Kind.ACCOUNT_ENDED, roles=(ADMINISTRATOR, APPROVER)),
        Known("link_subject", ACCOUNTS, Kind.SUBJECT_LINKED, None, (ADMINISTRATOR,), APPROVAL),
        Known("grant_role", ACCOUNTS, Kind.ROLE_GRANTED, None, (ADMINISTRATOR,), APPROVAL),
        Known("end_role", ACCOUNTS, Kind.ROLE_ENDED, roles=(ADMINISTRATOR, APPROVER)),
        Known("set_decision_rule", ACCOUNTS, Kind.RULE_SET, None, (ADMINISTRATOR,), APPROVAL, step_up=True),
        Known("set_profile", ACCOUNTS, Kind.PROFILE_SET, None, (ADMINISTRATOR,), APPROVAL, step_up=True),
        Known("grant_application", APPLICATIONS, Kind.APPLICATION_GRANTED, None, (ADMINISTRATOR,), APPROVAL),
        Known("end_application", APPLICATIONS, Kind.APPLICATION_ENDED, roles=(ADMINISTRATOR, APPROVER)),
        Known("issue_key", APPLICATIONS, Kind.KEY_ISSUED, roles=(ADMINISTRATOR,), step_up=True),
        Known("revoke_key", APPLICATIONS, Kind.KEY_REVOKED, roles=(ADMINISTRATOR, APPROVER)),
        Known("activate_policies", "decision.policies_in_force", Kind.POLICY_ACTIVATED, None, (ADMINISTRATOR,), APPROVAL, step_up=True),
        Known("destroy_key", "ledger.destruction", Kind.KEY_DESTROYED, None, (ADMINISTRATOR,), APPROVAL, step_up=True),
    )
}
"""Every act by its verb; a test holds this list against the rooms."""
EVERYWHERE = frozenset({ACCOUNTS, APPLICATIONS, "decision.policies_in_force", "ledger.destruction"})
"""Rooms whose acts concern the deployment and not one organization."""
