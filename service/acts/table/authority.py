"""Acts on accounts, roles, applications, policies and keys: those of the deployment and not of one organization."""

from service.acts.table.known import ADMINISTRATOR, APPROVAL, APPROVER, Known
from service.ledger import Kind

ACCOUNTS, APPLICATIONS = "identity.accounts", "identity.operations"

ACTS = (
    Known("open_account", ACCOUNTS, Kind.ACCOUNT_OPENED, None, (ADMINISTRATOR,), APPROVAL, makes="account_id"),
    Known("end_account", ACCOUNTS, Kind.ACCOUNT_ENDED, roles=(ADMINISTRATOR, APPROVER)),
    Known("link_subject", ACCOUNTS, Kind.SUBJECT_LINKED, None, (ADMINISTRATOR,), APPROVAL),
    Known("grant_role", ACCOUNTS, Kind.ROLE_GRANTED, None, (ADMINISTRATOR,), APPROVAL, makes="grant_id"),
    Known("end_role", ACCOUNTS, Kind.ROLE_ENDED, roles=(ADMINISTRATOR, APPROVER)),
    Known("set_decision_rule", ACCOUNTS, Kind.RULE_SET, None, (ADMINISTRATOR,), APPROVAL, step_up=True),
    Known("set_profile", ACCOUNTS, Kind.PROFILE_SET, None, (ADMINISTRATOR,), APPROVAL, step_up=True),
    Known("grant_application", APPLICATIONS, Kind.APPLICATION_GRANTED, None, (ADMINISTRATOR,), APPROVAL, makes="application_id"),
    Known("end_application", APPLICATIONS, Kind.APPLICATION_ENDED, roles=(ADMINISTRATOR, APPROVER)),
    Known("issue_key", APPLICATIONS, Kind.KEY_ISSUED, roles=(ADMINISTRATOR,), step_up=True),
    Known("revoke_key", APPLICATIONS, Kind.KEY_REVOKED, roles=(ADMINISTRATOR, APPROVER)),
    Known("set_disclosure_budget", "evidence.budget", Kind.DISCLOSURE_BUDGET_SET, None, (ADMINISTRATOR,), APPROVAL),
    Known("activate_policies", "decision.policies_in_force", Kind.POLICY_ACTIVATED, None, (ADMINISTRATOR,), APPROVAL, step_up=True),
    Known("add_signing_key", "ledger.key_rotation", Kind.SIGNING_KEY_ADDED, None, (ADMINISTRATOR,), APPROVAL, step_up=True),
    Known("retire_signing_key", "ledger.key_rotation", Kind.SIGNING_KEY_RETIRED, None, (ADMINISTRATOR,), APPROVAL, step_up=True),
    Known("close_log", "ledger.succession", Kind.LOG_CLOSED, None, (ADMINISTRATOR,), APPROVAL, step_up=True),
    Known("destroy_key", "ledger.destruction", Kind.KEY_DESTROYED, None, (ADMINISTRATOR,), APPROVAL, step_up=True),
    Known("set_witnesses", "ledger.witnesses", Kind.WITNESSES_SET, None, (ADMINISTRATOR,), APPROVAL, step_up=True),
)
