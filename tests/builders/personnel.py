"""Organizations and people."""

from datetime import date

from service.personnel import operations
from tests.builders.site import Site

FOUNDED = date(2025, 5, 16)


def organization(site: Site, organization_id: str, kind: str) -> str:
    """Register an organization under an id of the test's own."""
    return str(site.act(operations.register_organization, day=FOUNDED, kind=kind, name=organization_id, organization_id=organization_id))


def employee(site: Site, person_id: str, organization_id: str, *, unit_id: str | None = None) -> str:
    """Register a person who works at an organization, in a unit where one is named."""
    site.act(operations.register_person, day=FOUNDED, legal_name=f"{person_id} 花子", person_id=person_id)
    site.act(operations.take_post, day=FOUNDED, person_id=person_id, organization_id=organization_id, unit_id=unit_id)
    return person_id
