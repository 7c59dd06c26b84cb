"""A site whose custodian keeps documents: at an organ, which designated, or at an operator, which received."""

from datetime import date
from typing import Any

from service.designation import operations as designation
from service.registers import operations as registers
from tests.builders.law import designated, operators_world, organizations
from tests.builders.personnel import employee
from tests.builders.site import Site

ON = date(2026, 8, 3)


def documents(site: Site, organization_id: str, *names: str) -> None:
    """Register documents that carry d1, and give each its number in the ledger."""
    for name in names:
        site.act(designation.register_document, day=ON, carries=["d1"], document_id=name, title=name, organization_id=organization_id)
        entered(site, name, organization_id)


def entered(site: Site, document_id: str, organization_id: str, **facts: Any) -> str:
    """Give a document its number."""
    return str(site.act(registers.enter_document, day=ON, document_id=document_id, organization_id=organization_id, on=ON, **facts))


def organs_registers(site: Site) -> None:
    """At METI: d1 is designated, doc-1 and doc-2 have their numbers, and kato (custodian), mori and ono work there."""
    organizations(site)
    for person in ("kato", "mori", "ono"):
        employee(site, person, "meti")
    employee(site, "tanin", "mof")
    designated(site)
    documents(site, "meti", "doc-1", "doc-2")


def operators_registers(site: Site) -> None:
    """At an operator: d1 was provided, doc-1 and doc-2 have their numbers, and kato (custodian), mori and ono work there."""
    operators_world(site)
    for person in ("kato", "mori", "ono"):
        employee(site, person, "denryoku")
    documents(site, "denryoku", "doc-1", "doc-2")


def area(site: Site, organization_id: str, area_id: str = "safe", *, kind: str = "container", keeper_id: str | None = "kato") -> str:
    """Set an area apart."""
    words = {"area": kind, "name": area_id, "keeper_id": keeper_id, "network": "offline" if kind == "computer" else None}
    return str(site.act(registers.designate_area, day=ON, organization_id=organization_id, on=ON, area_id=area_id, **words))
