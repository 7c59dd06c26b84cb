"""Where the walk through the console goes: what stands for each name in an address, and addresses that one page is worth opening at.

A doorway without a line here is opened once, at its path, with its names filled in by `FOUND`.
"""

import re
from collections.abc import Mapping

from service.console.doorway import Doorway

FOUND: Mapping[str, str] = {
    "person_id": "select person_id from need_to_know.listings where person_id is not null order by id limit 1",
    "information_id": "select information_id from designation.designations order by information_id limit 1",
    "document_id": "select id from designation.documents order by id limit 1",
    "contract_id": "select id from provision.contracts order by id limit 1",
    "certification_id": "select id from provision.certifications order by id limit 1",
    "organization_id": "select organization_id from identity.grants order by id limit 1",
    "proposal_id": "select id from proposals.proposals order by proposed_at desc limit 1",
    "account_id": "select id from identity.accounts order by id limit 1",
    "index": "select first_index from ledger.batches order by first_index desc offset 3 limit 1",
}
"""By the name in a path, what finds something for it in a demo's database."""
ADDRESSES: Mapping[str, tuple[tuple[str, str | None], ...]] = {
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
}
"""By the path of a doorway, addresses to open it at, each with who opens it (None: somebody who may)."""
LEFT_OUT = frozenset({"/passkeys/new", "/acts/{verb}/people"})
"""Doors that answer with no page."""
NAME = re.compile(r"\{(\w+)\}")


def addresses_of(doorway: Doorway, *, found: Mapping[str, str]) -> list[tuple[str, str | None]]:
    """Return where to open a doorway; nowhere where it is no page, or the demo has nothing that its path names."""
    if doorway.path in LEFT_OUT:
        return []
    listed = ADDRESSES.get(doorway.path, ((doorway.path, None),))
    filled = [(NAME.sub(lambda one: found.get(one[1], one[0]), path), member) for path, member in listed]
    return [(path, member) for path, member in filled if not NAME.search(path)]
