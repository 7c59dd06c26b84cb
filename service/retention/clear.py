"""Which words stand in clear in the tables, column by column: a test finds every column that is not on this list.

Entries hold none of it; a dump of the database shows all of it. So the disk is encrypted, and backups are kept briefly.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

Clear = Literal["id", "code", "number", "organization", "title", "person", "free", "sealed", "hash", "technical"]
"""What a column holds.

id            random, and tells nothing of whom or what it names
code          one of a closed list, or a name of something within the software
number        a number of a paper, as it was typed
organization  names and words of organizations, units, contracts, applications
title         what an information or document is called, and why it was designated: metadata, never its content
person        who somebody is: emptied when that person is erased
free          what people typed: emptied with the person whom the row is about, sealed away where something slipped in
sealed        ciphertext
hash          digests
technical     what the software needs to run
"""

_COLUMNS: Mapping[str, Mapping[Clear, str]] = {
    "assessment.attempts": {"id": "id person_id actor_id", "code": "verb reason"},
    "assessment.candidates": {"id": "id person_id organization_id head_id employer_id actor_id", "code": "answer explanation"},
    "assessment.cases": {"id": "id person_id head_id"},
    "assessment.complaints": {
        "id": "id person_id head_id officer_id actor_id",
        "number": "document_number answer_number",
        "code": "outcome",
    },
    "assessment.participants": {"id": "id person_id head_id officer_id"},
    "assessment.steps": {
        "id": "id case_id result_id officer_id actor_id second_id",
        "code": "step outcome ground",
        "number": "document_number",
    },
    "clearance.doubt_notices": {"id": "id person_id head_id replaces", "code": "law", "number": "document_number", "hash": "seal"},
    "clearance.offices": {"id": "id person_id replaces", "code": "office", "hash": "seal"},
    "clearance.passed_results": {"id": "id result_id person_id organization_id employer_id", "number": "document_number"},
    "clearance.results": {
        "id": "id person_id head_id reuses replaces",
        "code": "law outcome investigated_by",
        "number": "document_number",
        "hash": "seal",
    },
    "deadlines.holidays": {"technical": "name source"},
    "deadlines.mail_wishes": {"id": "person_id", "person": "address", "code": "language"},
    "deadlines.mailed": {"id": "person_id"},
    "deadlines.periods": {"id": "id", "code": "name"},
    "deadlines.seen": {"id": "person_id"},
    "deadlines.told": {"id": "id person_id information_id contract_id", "code": "sort"},
    "decision.policy_sets": {"hash": "digest seal", "technical": "text"},
    "designation.cabinet_refusals": {"id": "id designation_id", "number": "document_number"},
    "designation.closing_formalities": {"id": "id closing_id", "code": "end_mark", "organization": "told", "number": "told_number"},
    "designation.closings": {"id": "id information_id organization_id replaces", "hash": "seal"},
    "designation.designations": {
        "id": "id information_id organ_id originator_id replaces",
        "code": "class",
        "organization": "released_to",
        "title": "marking outline",
        "number": "document_number lifting_document_number",
        "hash": "seal",
    },
    "designation.document_information": {"id": "id document_id information_id replaces", "hash": "seal"},
    "designation.documents": {"id": "id parent_id organization_id", "code": "kind", "title": "title", "number": "number", "hash": "seal"},
    "designation.doubts": {"id": "id person_id", "number": "number", "code": "requirement"},
    "designation.extensions": {"id": "id designation_id replaces", "code": "exception", "number": "document_number", "hash": "seal"},
    "designation.findings": {"id": "id document_id information_id", "code": "finding", "number": "finding_number"},
    "designation.grounds": {
        "id": "id designation_id",
        "title": "class_reason not_public_reason secrecy_reason lifting_condition",
        "code": "sector item",
        "number": "reasons_number",
    },
    "designation.hand_overs": {"id": "id designation_id", "number": "sds_number document_number"},
    "designation.improper_answers": {"id": "id report_id", "code": "finding"},
    "designation.improper_reports": {"id": "id"},
    "designation.information": {"id": "id care_organ_id", "title": "title", "number": "number", "hash": "seal"},
    "designation.marking_switches": {"id": "id designation_id", "number": "document_number"},
    "designation.partial_liftings": {"id": "id designation_id", "number": "part_number document_number"},
    "designation.reviews": {"id": "id designation_id", "code": "reviewer cause finding failed", "number": "document_number"},
    "designation.sources": {"id": "id document_id source_id"},
    "evidence.budgets": {"id": "id"},
    "evidence.disclosed_counts": {"id": "person_id", "code": "pool"},
    "evidence.disclosure_requests": {"id": "id query_id account_id person_id confirmed_by"},
    "evidence.queries": {"id": "id account_id", "free": "name predicate reason", "hash": "digest", "number": "case_number"},
    "evidence.query_exports": {"id": "export_id query_id"},
    "evidence.query_runs": {"id": "id query_id account_id"},
    "evidence.remark_steps": {"id": "id remark_id account_id", "code": "step"},
    "evidence.remarks": {"id": "id query_id account_id organization_id", "code": "sort role"},
    "identity.accounts": {"id": "id person_id", "person": "sign_in_name issuer subject", "hash": "seal"},
    "identity.answered_requests": {"id": "account_id", "technical": "key answer", "hash": "digest"},
    "identity.api_keys": {"id": "id application_id", "hash": "hash seal"},
    "identity.applications": {
        "id": "id organization_id client_id",
        "organization": "name organizations",
        "code": "namespaces resource_types issuer",
        "hash": "seal",
    },
    "identity.attempts": {"hash": "name_hash"},
    "identity.credentials": {"id": "id account_id", "code": "kind", "sealed": "sealed", "person": "label"},
    "identity.decision_rules": {"code": "verb seconds", "hash": "seal"},
    "identity.dpop_replays": {"hash": "proof jkt"},
    "identity.drafts": {"id": "account_id", "code": "form", "sealed": "sealed"},
    "identity.enrolments": {"id": "account_id first_by second_by", "hash": "first_hash second_hash"},
    "identity.grants": {
        "id": "id organization_id person_id post units informations contracts in_name_of granted_by",
        "code": "role footing",
        "hash": "seal",
    },
    "identity.look_counts": {"id": "account_id"},
    "identity.pending_sign_ins": {"hash": "id_hash", "technical": "content"},
    "identity.sessions": {"hash": "id_hash grants_hash", "id": "account_id", "code": "methods provider", "person": "provider_session"},
    "identity.site": {"id": "id", "code": "profile", "hash": "seal"},
    "identity.verifications": {"id": "id account_id"},
    "ledger.batches": {"hash": "leaves frontier", "id": "batch_id"},
    "ledger.checkpoints": {"technical": "note"},
    "ledger.closings": {"technical": "origin successor"},
    "ledger.cosignatures": {"technical": "key name line"},
    "ledger.destroyed_keys": {"id": "id subject", "hash": "digest seal"},
    "ledger.disclosures": {"hash": "digest", "id": "key_id", "sealed": "sealed"},
    "ledger.entries": {"technical": "body"},
    "ledger.keys": {"id": "id", "sealed": "wrapped"},
    "ledger.log": {"technical": "origin seat clock vkey"},
    "ledger.losses": {"technical": "lost"},
    "ledger.masters": {"id": "id"},
    "ledger.row_accounts": {"sealed": "account"},
    "ledger.services": {"id": "place", "code": "step"},
    "ledger.signing_keys": {"technical": "vkey", "code": "step"},
    "ledger.spills": {"id": "subject", "code": "state", "hash": "digest", "sealed": "before"},
    "ledger.subtrees": {"hash": "hash"},
    "ledger.witness_policies": {"technical": "policy publication"},
    "need_to_know.acting_managers": {"id": "id organization_id person_id", "hash": "seal"},
    "need_to_know.confirmations": {"id": "id listing_id organization_id confirmed_by"},
    "need_to_know.exclusions": {"id": "id person_id organization_id under_head_id", "hash": "seal"},
    "need_to_know.listings": {
        "id": "id information_id organization_id person_id unit_id post contract_id requested_by request_id acting_id replaces",
        "code": "actions purpose ground",
        "free": "task reference",
        "hash": "seal",
    },
    "need_to_know.numbers": {"id": "id organization_id", "code": "name"},
    "need_to_know.purposes": {"id": "id organization_id", "code": "code", "organization": "name name_en"},
    "need_to_know.requests": {
        "id": "id information_id organization_id person_id contract_id requested_by",
        "code": "actions purpose state",
        "free": "task reference reason",
    },
    "personnel.aliases": {"id": "id target_id", "code": "namespace target_kind", "person": "value", "hash": "seal"},
    "personnel.column_mappings": {"id": "id", "technical": "headers mapping"},
    "personnel.imports": {"id": "id", "hash": "file_digest", "free": "file_name", "code": "state", "technical": "options"},
    "personnel.organizations": {"id": "id", "code": "kind", "organization": "name name_en", "hash": "seal"},
    "personnel.people": {"id": "id", "person": "legal_name kana search_key", "hash": "seal"},
    "personnel.posts": {
        "id": "id person_id organization_id unit_id employer_id replaces",
        "organization": "post",
        "person": "title employment",
        "hash": "seal",
    },
    "personnel.units": {"id": "organization_id id parent_id", "organization": "name", "hash": "seal"},
    "proposals.proposals": {
        "id": "id organization_id people proposed_by proposed_person decided_by in_name_of",
        "free": "acts foreseen",
        "person": "proposed_name decided_name",
        "code": "state footing",
    },
    "proposals.remarks": {"id": "proposal_id by", "code": "step", "person": "name", "free": "words"},
    "provision.certification_refusals": {"id": "id operator_id organ_id", "number": "document_number"},
    "provision.certifications": {"id": "id operator_id organ_id replaces", "number": "document_number", "hash": "seal"},
    "provision.changes": {"id": "id operator_id organ_id", "code": "matter outcome", "number": "number report_number"},
    "provision.conditions": {"id": "id provision_id by_id", "code": "what", "number": "papers"},
    "provision.contract_information": {"id": "id contract_id information_id", "hash": "seal"},
    "provision.contract_items": {"id": "id contract_id", "code": "item", "organization": "clause"},
    "provision.contracts": {"id": "id operator_id organ_id units replaces", "number": "number", "hash": "seal"},
    "provision.demands": {"id": "id information_id organ_id operator_id", "number": "number"},
    "provision.messages": {
        "id": "id provision_id information_id giver_id receiver_id designator_id",
        "code": "about",
        "number": "number receipt_number",
    },
    "provision.provisions": {
        "id": "id information_id giver_id receiver_id consented_by replaces",
        "code": "under",
        "number": "document_number",
        "hash": "seal",
    },
    "provision.readiness": {"id": "id operator_id organ_id", "code": "item", "organization": "evidence owner"},
    "provision.report_terms": {"id": "id organ_id", "organization": "source"},
    "provision.returns": {"id": "id provision_id", "code": "how", "number": "number"},
    "public.alembic_version": {"technical": "version_num"},
    "registers.approval_rules": {"id": "id organization_id", "hash": "seal"},
    "registers.approvals": {
        "id": "id document_id organization_id person_id party_id approved_by",
        "code": "actions",
        "free": "destination",
        "number": "paper",
        "hash": "seal",
    },
    "registers.area_facts": {"id": "id organization_id area_id document_id person_id", "code": "kind", "hash": "seal"},
    "registers.attendances": {"id": "id training_id person_id replaces"},
    "registers.event_rules": {"id": "id organization_id", "code": "code removal"},
    "registers.lines": {
        "id": "id organization_id document_id information_id of_id person_id witness_id keeper_id party_id",
        "code": "kind",
        "free": "label details",
        "number": "paper",
    },
    "registers.periods": {"id": "id organization_id", "code": "name"},
    "registers.person_reports": {"id": "id person_id organization_id reported_by head_id", "code": "code", "number": "reference_number"},
    "registers.pledges": {"id": "id person_id organization_id head_id replaces", "number": "document_number"},
    "registers.trainings": {"id": "id organization_id", "organization": "name", "number": "reference_number"},
    "registers.uses": {
        "id": "id application_id organization_id person_id document_id information_id area_id line_id",
        "technical": "use_id",
        "hash": "digest",
        "code": "use standing medium",
    },
}

CLEAR: Mapping[str, Clear] = MappingProxyType(
    {f"{table}.{column}": kind for table, kinds in _COLUMNS.items() for kind, columns in kinds.items() for column in columns.split()}
)
"""What each column of words holds."""
TYPED: frozenset[Clear] = frozenset({"free", "title", "person"})
"""In what something may have slipped that is content of designated information."""


def typed_columns(table: str) -> frozenset[str]:
    """Return the columns of a table in which people typed words of their own."""
    start = f"{table}."
    return frozenset(name.removeprefix(start) for name, kind in CLEAR.items() if name.startswith(start) and kind in TYPED)
