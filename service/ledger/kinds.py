"""The closed list of what an entry can record, `room:noun:verb`."""

from enum import StrEnum


class Kind(StrEnum):
    """What happened. A refused act has the kind of the act and `out` says `refused`."""

    ACCESS_DECIDED = "decision:access:decided"
    ACCOUNT_ENDED = "identity:account:ended"
    ACCOUNT_OPENED = "identity:account:opened"
    ACCOUNT_RENEWED = "identity:account:renewed"
    ALIAS_ENDED = "personnel:alias:ended"
    ALIAS_GRANTED = "personnel:alias:granted"
    APPLICATION_ENDED = "identity:application:ended"
    APPLICATION_GRANTED = "identity:application:granted"
    ASSESSMENT_STEP = "assessment:step:recorded"
    CERTIFICATION_ENDED = "provision:certification:ended"
    CONTRACT_CONCLUDED = "provision:contract:concluded"
    CONTRACT_ENDED = "provision:contract:ended"
    DISCLOSURE_READ = "evidence:disclosure:read"
    DOCUMENT_REGISTERED = "designation:document:registered"
    DOUBT_NOTIFIED = "clearance:doubt:notified"
    EXPORT_COMPLETED = "ledger:export:completed"
    EXPORT_REQUESTED = "ledger:export:requested"
    FACTOR_ENROLLED = "identity:factor:enrolled"
    FACTOR_REMOVED = "identity:factor:removed"
    HANDLER_LISTED = "need_to_know:handler:listed"
    HANDLER_REMOVED = "need_to_know:handler:removed"
    HISTORY_RECORDED = "personnel:history:recorded"
    IMPORT_BEGUN = "personnel:import:begun"
    IMPORT_ENDED = "personnel:import:ended"
    INFORMATION_CLOSED = "designation:information:closed"
    INFORMATION_DESIGNATED = "designation:information:designated"
    INFORMATION_EXTENDED = "designation:information:extended"
    INFORMATION_LIFTED = "designation:information:lifted"
    INFORMATION_PROVIDED = "provision:information:provided"
    INFORMATION_RETURNED = "provision:information:returned"
    KEY_DESTROYED = "ledger:key:destroyed"
    KEY_ISSUED = "identity:key:issued"
    KEY_REVOKED = "identity:key:revoked"
    LOG_OPENED = "ledger:log:opened"
    MASTER_ROTATED = "ledger:master:rotated"
    OFFICE_HELD = "clearance:office:held"
    OPERATOR_CERTIFIED = "provision:operator:certified"
    ORGANIZATION_REGISTERED = "personnel:organization:registered"
    PERSON_CHANGED = "personnel:person:changed"
    PERSON_REGISTERED = "personnel:person:registered"
    POLICY_ACTIVATED = "decision:policy:activated"
    POST_LEFT = "personnel:post:left"
    POST_TAKEN = "personnel:post:taken"
    PROFILE_SET = "identity:profile:set"
    PROPOSAL_DECIDED = "proposals:proposal:decided"
    PROPOSAL_MADE = "proposals:proposal:made"
    RESULT_RECORDED = "clearance:result:recorded"
    ROLE_ENDED = "identity:role:ended"
    ROLE_GRANTED = "identity:role:granted"
    RULE_SET = "identity:rule:set"
    SESSION_BEGUN = "identity:session:begun"
    SESSION_ENDED = "identity:session:ended"
    SIGN_IN_REFUSED = "identity:sign_in:refused"
    SUBJECT_LINKED = "identity:subject:linked"
    UNIT_REGISTERED = "personnel:unit:registered"


def is_change(kind: str) -> bool:
    """Say whether an entry counts as a change for the decisions behind it: every entry but a decision does.

    Some acts (an export, a refused act) change nothing that decisions rest on; counting them too keeps the rule one
    that a verifier can apply to the clear part of any entry, of whatever kind later versions add.
    """
    return kind != Kind.ACCESS_DECIDED
