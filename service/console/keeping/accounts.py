"""Pages of accounts and roles: who is let in, who holds what, and half of a code for somebody new."""

from sqlalchemy import select
from starlette.responses import Response

from service.acts.entitled import NotAllowedError
from service.console.visit import Visit
from service.database import read, transaction
from service.identity import enrolling
from service.identity.account_model import Account, Grant
from service.identity.entitlements import access
from service.identity.roles import name_of
from service.personnel.model import Person

KEEPERS = frozenset({"administrator", "approver", "auditor"})
"""Roles that see accounts and roles."""


def accounts(visit: Visit) -> Response:
    """GET of /accounts."""
    return _page(visit)


def give_half(visit: Visit) -> Response:
    """POST of /accounts/{id}/half: half of the code, shown this once."""
    account_id = visit.request.path_params["account_id"]
    with transaction(visit.desk.engine) as session:
        half = enrolling.give_half(session, log=visit.desk.log, member=visit.member, at=visit.at, account_id=account_id)
    return _page(visit, half=half, given_for=account_id)


def _page(visit: Visit, *, half: str = "", given_for: str = "") -> Response:
    if not KEEPERS & visit.member.role_names and not half:
        message = f"it takes {' or '.join(sorted(KEEPERS))}"
        raise NotAllowedError(message)
    with read(visit.desk.engine) as session:
        named = session.execute(select(Person.id, Person.legal_name).join(Account, Account.person_id == Person.id))
        # Whoever sees names only for a purpose sees ids here.
        seen = access(visit.member.role_names, "name") == "yes"
        names = {person_id: name if seen else person_id for person_id, name in named}
        # Where three people run a site, an officer gives half of a code too; they see that account and no more.
        whole = bool(KEEPERS & visit.member.role_names)
        people = [
            (row.id, row.sign_in_name, names[row.person_id], row.ended_at is not None)
            for row in session.scalars(select(Account).order_by(Account.opened_at, Account.id))
            if whole or row.id == given_for
        ]
        rows = session.scalars(select(Grant).order_by(Grant.granted_at, Grant.id)).all() if whole else []
        roles = [
            (
                row.id,
                name_of(row.role, visit.language),
                names.get(row.person_id or "", row.post or row.person_id),
                row.organization_id,
                row.from_on,
                row.until_on,
                row.ended_at is not None,
            )
            for row in rows
        ]
    return visit.page("keeping/accounts.html", people=people, roles=roles, half=half, given_for=given_for)
