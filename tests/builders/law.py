"""A lawful small world in each seat: an organ that designates, an operator that receives."""

from datetime import date

from service.clearance import operations as clearance
from service.designation import operations as designation
from service.provision import operations as provision
from service.provision.rules import CONTRACT_ITEMS
from tests.builders.personnel import employee, organization
from tests.builders.site import Site, notice

DESIGNATED_ON = date(2026, 6, 1)
CERTIFIED_ON = date(2026, 6, 20)
CONTRACT_FROM = date(2026, 7, 1)
CONTRACT_TO = date(2029, 6, 30)
PROVIDED_ON = date(2026, 7, 3)


def organizations(site: Site) -> None:
    """Register the organizations that the tests speak of."""
    for organization_id, kind in (
        ("meti", "organ"),
        ("mof", "organ"),
        ("npa", "organ"),
        ("keishicho", "police"),
        ("denryoku", "operator"),
        ("kinzoku", "operator"),
        ("alpha", "foreign_government"),
        ("chisai", "court"),
        ("kakugi", "cabinet"),
    ):
        organization(site, organization_id, kind)


def designated(site: Site, information_id: str = "d1", *, organ_id: str = "meti", on: date = DESIGNATED_ON, years: int = 5) -> str:
    """Designate at the organ's seat."""
    return str(
        site.act(
            designation.designate,
            day=on,
            organ_id=organ_id,
            on=on,
            years=years,
            information_id=information_id,
            designation_id=f"{information_id}-{organ_id}",
        )
    )


def contracted(site: Site, *, organ_id: str = "meti", operator_id: str = "denryoku", units: list[str] | None = None) -> str:
    """Certify an operator and conclude a contract over d1."""
    site.act(provision.certify, day=CERTIFIED_ON, operator_id=operator_id, organ_id=organ_id, on=CERTIFIED_ON)
    terms = provision.Terms(informations=["d1"], from_on=CONTRACT_FROM, last_day=CONTRACT_TO, units=units, settled=tuple(CONTRACT_ITEMS))
    return str(
        site.act(
            provision.conclude_contract,
            day=CONTRACT_FROM,
            operator_id=operator_id,
            organ_id=organ_id,
            terms=terms,
            contract_id=f"c-{operator_id}",
        )
    )


def provided(site: Site, *, operator_id: str = "denryoku") -> str:
    """Provide d1 from METI to an operator."""
    return str(
        site.act(
            provision.provide,
            day=PROVIDED_ON,
            information_id="d1",
            giver_id="meti",
            receiver_id=operator_id,
            under="Act 10(1)",
            on=PROVIDED_ON,
            provision_id=f"p-{operator_id}",
        )
    )


def cleared(site: Site, person_id: str, *, head_id: str = "meti", on: date = date(2026, 6, 15), outcome: str = "positive") -> str:
    """Record a result at the organ's seat."""
    return str(site.act(clearance.record_result, day=on, person_id=person_id, head_id=head_id, outcome=outcome, notified_on=on))


def operators_world(site: Site) -> None:
    """At an operator's seat: a designation, certification, contract and provision, all recorded, and one employee."""
    organizations(site)
    employee(site, "sato", "denryoku")
    letter = notice(DESIGNATED_ON)
    site.act(
        designation.record_designation,
        day=DESIGNATED_ON,
        organ_id="meti",
        on=DESIGNATED_ON,
        until=date(2031, 5, 31),
        notice=letter,
        information_id="d1",
        designation_id="d1-meti",
    )
    site.act(
        provision.record_certification,
        day=CERTIFIED_ON,
        operator_id="denryoku",
        organ_id="meti",
        on=CERTIFIED_ON,
        notice=notice(CERTIFIED_ON),
    )
    terms = provision.Terms(informations=["d1"], from_on=CONTRACT_FROM, last_day=CONTRACT_TO, settled=tuple(CONTRACT_ITEMS))
    site.act(provision.record_contract, day=CONTRACT_FROM, operator_id="denryoku", organ_id="meti", terms=terms, contract_id="c1")
    site.act(
        provision.record_provision,
        day=PROVIDED_ON,
        information_id="d1",
        giver_id="meti",
        receiver_id="denryoku",
        under="Act 10(1)",
        on=PROVIDED_ON,
        notice=notice(PROVIDED_ON),
        provision_id="p1",
    )
