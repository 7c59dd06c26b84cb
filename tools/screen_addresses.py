"""Where the walk through the console goes: what stands for each name in an address, and addresses that one page is worth opening at.

A doorway without a line here is opened once, at its path, with its names filled in by `FOUND`.
"""

import re
from collections.abc import Mapping

from service.console.doorway import Doorway

FOUND: Mapping[str, str] = {
    "training_id": "select id from registers.trainings order by id limit 1",
    "person_id": "select person_id from need_to_know.listings where person_id is not null order by id limit 1",
    "information_id": "select information_id from designation.designations order by information_id limit 1",
    "ended_id": "select information_id from designation.designations"
    " where until_on <= current_date or lifted_on is not null order by id limit 1",
    "operator_id": "select operator_id from provision.certifications order by id limit 1",
    "document_id": "select id from designation.documents order by id limit 1",
    "contract_id": "select id from provision.contracts order by id limit 1",
    "certification_id": "select id from provision.certifications order by id limit 1",
    "organization_id": "select organization_id from identity.grants order by id limit 1",
    "designation_id": "select id from designation.designations where document_number is not null order by id limit 1",
    "disposal_id": "select id from registers.lines where kind in ('disposal', 'emergency') and struck_on is null order by id limit 1",
    "case_id": "select case_id from assessment.steps where step = 'decided' order by case_id limit 1",
    "proposal_id": "select id from proposals.proposals order by proposed_at desc limit 1",
    "application_id": "select id from identity.applications order by id limit 1",
    "account_id": "select id from identity.accounts order by id limit 1",
    "line_id": "select id from registers.lines where kind in ('loan', 'delivery') and struck_on is null order by id limit 1",
    "inspection_id": "select id from registers.lines where kind = 'inspection' and struck_on is null order by id limit 1",
    "index": "select first_index from ledger.batches order by first_index desc offset 3 limit 1",
}
"""By the name in a path, what finds something for it in a demo's database."""
ADDRESSES: Mapping[str, tuple[tuple[str, str | None], ...]] = {
    "/proposals": (("/proposals", "demo-approver"), ("/proposals?pile=own", "demo-hr"), ("/proposals?pile=others", "demo-auditor")),
    "/proposals/{proposal_id}": (("/proposals/{proposal_id}", "demo-approver"), ("/proposals/{proposal_id}", "demo-auditor")),
    "/accounts": (("/accounts", "demo-admin"), ("/accounts?purpose=audit", "demo-auditor")),
    "/roles": (("/roles", "demo-admin"), ("/roles", "demo-auditor")),
    "/aliases": (("/aliases", "demo-hr"), ("/aliases", "demo-manager")),
    "/settings": (("/settings", "demo-admin"), ("/settings", "demo-manager")),
    "/informations": (("/informations", "demo-manager"),),
    "/informations/{information_id}": (
        ("/informations/{information_id}", "demo-manager"),
        ("/informations/{information_id}?tab=documents", "demo-custodian"),
        ("/informations/{information_id}?tab=handlers", "demo-manager"),
        ("/informations/{information_id}?tab=provisions", "demo-manager"),
        ("/informations/{information_id}?tab=history", "demo-manager"),
    ),
    "/informations/{information_id}/closing": (("/informations/{ended_id}/closing", "demo-manager"),),
    "/lists": (("/lists", "demo-manager"),),
    "/operators/{organization_id}": (("/operators/{operator_id}", "demo-manager"),),
    "/letters/{kind}": (
        ("/letters/destruction_certificate", "demo-custodian"),
        ("/letters/handler_list", "demo-manager"),
        ("/letters/designation_receipt", "demo-manager"),
        ("/letters/candidate_list", "demo-hr"),
    ),
    "/letters/{kind}/{subject_id}": (
        ("/letters/designation_receipt/{designation_id}", "demo-manager"),
        ("/letters/handler_list/{organization_id}~{information_id}", "demo-manager"),
        ("/letters/destruction_certificate/{disposal_id}", "demo-custodian"),
        ("/letters/result_notice/{case_id}?purpose=inquiry", "demo-assessor"),
    ),
    "/letters/registers/{register}/{organization_id}": (("/letters/registers/document/{organization_id}", "demo-custodian"),),
    "/people/trainings/{training_id}": (("/people/trainings/{training_id}", "demo-manager"),),
    "/people": (("/people", "demo-hr"), ("/people?q=たかは", "demo-hr")),
    "/people/candidates": (("/people/candidates", "demo-hr"), ("/people/candidates?purpose=listing", "demo-hr")),
    "/people/{person_id}": (
        ("/people/{person_id}", "demo-manager"),
        ("/people/{person_id}?purpose=listing", "demo-manager"),
        ("/people/{person_id}?tab=clearance&purpose=listing", "demo-hr"),
        ("/people/{person_id}?tab=history&purpose=listing", "demo-manager"),
        ("/people/{person_id}?tab=handled", "demo-manager"),
    ),
    "/acts/{verb}": (("/acts/register_person", "demo-hr"), ("/acts/list_handler", "demo-manager"), ("/acts/grant_role", "demo-admin")),
    "/deadlines": (("/deadlines", "demo-manager"), ("/deadlines?within=30&own=yes", "demo-permit")),
    "/deadlines/month": (("/deadlines/month", "demo-manager"),),
    "/deadlines/year": (("/deadlines/year", "demo-manager"),),
    "/notices": (("/notices", "demo-manager"), ("/notices", "demo-hr")),
    "/notices/sheet": (("/notices/sheet", "demo-manager"),),
    "/desk": (("/desk", "demo-custodian"), ("/desk?code=1", "demo-custodian"), ("/desk?code={document_id}", "demo-custodian")),
    "/registers": (("/registers", "demo-custodian"), ("/registers", "demo-auditor")),
    "/registers/labels": (("/registers/labels?first=1&last=40", "demo-custodian"),),
    "/registers/{kind}": (
        ("/registers/document", "demo-custodian"),
        ("/registers/loan", "demo-manager"),
        ("/registers/area", "demo-auditor"),
    ),
    "/inspections": (("/inspections", "demo-manager"),),
    "/guide/first-day/{who}": (("/guide/first-day/hr", "demo-hr"), ("/guide/first-day/audit", "demo-auditor")),
    "/ledger": (("/ledger", None), ("/ledger?kind=decision%3A&outcome=deny", None)),
    "/ledger/sample": (("/ledger/sample?size=10&seed=demo", None),),
    "/ledger/{index}": (("/ledger/{index}", None), ("/ledger/3", None)),
}
"""By the path of a doorway, addresses to open it at, each with who opens it (None: somebody who may)."""
LEFT_OUT = frozenset(
    {
        "/passkeys/new",
        "/acts/{verb}/people",
        "/deadlines.ics",
        "/registers/{kind}/file",
        "/proposals/{proposal_id}/rows",
        "/proposals/{proposal_id}/again",
        "/people/import/{proposal_id}/undo",
    }
)
"""Doors that answer with no page, or with one for what the demo does not have."""
NAME = re.compile(r"\{(\w+)\}")


def addresses_of(doorway: Doorway, *, found: Mapping[str, str]) -> list[tuple[str, str | None]]:
    """Return where to open a doorway; nowhere where it is no page, or the demo has nothing that its path names."""
    if doorway.path in LEFT_OUT:
        return []
    listed = ADDRESSES.get(doorway.path, ((doorway.path, None),))
    filled = [(NAME.sub(lambda one: found.get(one[1], one[0]), path), member) for path, member in listed]
    return [(path, member) for path, member in filled if not NAME.search(path)]
