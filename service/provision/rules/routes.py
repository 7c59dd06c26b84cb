"""Who may pass it on to whom, and on what conditions (Act 4(5), 5(2), 6 to 10, 18(4)).

One table says for each article who gives, who receives and what must be there first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from service.personnel.rules import require_words
from service.provision.rules.checklists import Safeguard, missing_safeguards
from service.statute.citations import cite
from service.statute.refusals import Refusal


class ProvisionRefusedError(Refusal):
    """A provision, contract or certification that the Act does not allow."""

    slug = "provision-refused"


@dataclass(frozen=True, slots=True)
class Route:
    """One article's way from a kind of giver to kinds of receivers.

    `by_designator`: only who designated it may go this way. `consent`: that of other
    organs that designated the same information. `contract`: certification and contract.
    """

    givers: frozenset[str]
    receivers: frozenset[str]
    by_designator: bool = False
    consent: bool = False
    consultation: bool = False
    equivalence: bool = False
    safeguards: bool = False
    contract: bool = False
    must_hold: bool = True


ORGAN = frozenset({"organ"})
_POLICE = frozenset({"police"})
_OPERATOR = frozenset({"operator"})
_ABROAD = frozenset({"foreign_government", "international_organization"})
PUBLIC_INTEREST = frozenset({"organ", "police", "diet", "court", "review_board"})
COURT = frozenset({"court"})
BOARD = frozenset({"review_board"})
# Showing to a court or a board is settled by its own procedure, not by Order 15.
_PROCEDURES = COURT | BOARD

ROUTES: dict[str, Route] = {
    "Act 4(5)": Route(ORGAN, frozenset({"cabinet"}), by_designator=True, safeguards=True),
    "Act 5(2)": Route(ORGAN, _POLICE, by_designator=True, must_hold=False),
    "Act 6(1)": Route(ORGAN, ORGAN, consent=True, consultation=True),
    "Act 7(1)": Route(ORGAN, _POLICE),
    "Act 7(3)": Route(_POLICE, ORGAN),
    "Act 8": Route(ORGAN, _ABROAD, consent=True, equivalence=True),
    "Act 9(1)(i)": Route(ORGAN, PUBLIC_INTEREST, safeguards=True),
    "Act 9(1)(ii)": Route(ORGAN, COURT),
    "Act 9(1)(iii)": Route(ORGAN, BOARD),
    "Act 9(1)(iv)": Route(ORGAN, BOARD),
    "Act 9(2)": Route(_POLICE, PUBLIC_INTEREST, safeguards=True),
    "Act 10(1)": Route(ORGAN, _OPERATOR, consent=True, contract=True),
    "Act 10(2)": Route(ORGAN, _OPERATOR, by_designator=True, contract=True, must_hold=False),
    "Act 18(4)": Route(ORGAN, ORGAN),
}

Under = Literal[
    "Act 4(5)",
    "Act 5(2)",
    "Act 6(1)",
    "Act 7(1)",
    "Act 7(3)",
    "Act 8",
    "Act 9(1)(i)",
    "Act 9(1)(ii)",
    "Act 9(1)(iii)",
    "Act 9(1)(iv)",
    "Act 9(2)",
    "Act 10(1)",
    "Act 10(2)",
    "Act 18(4)",
]
"""The articles under which an organ or the police provide."""

SET_APART = frozenset({"Act 4(5)", "Act 9(1)(i)", "Act 9(1)(ii)", "Act 9(1)(iii)", "Act 9(1)(iv)", "Act 9(2)", "Act 18(4)"})
"""Ways after which those who see it are no handlers (Act 23(2))."""
ARTICLES = (*ROUTES, "Act 10(5)")
"""Every way in which a provision may stand in the record; Act 10(5) is the operator's own."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """What was agreed, asked, found and put in place before a provision.

    `safeguards` are those that the receiver has in place, since `safeguards_on`. `instructed_on` is the day of the
    instruction to the police (Act 5(3), 7(2)), `papers` the register number of what proves all this. Raises ValueError
    for a blank number.
    """

    consulted_on: date | None = None
    consented_by: Sequence[str] = ()
    equivalence: bool = False
    safeguards: Sequence[Safeguard] = ()
    safeguards_on: date | None = None
    instructed_on: date | None = None
    papers: str | None = None

    def __post_init__(self) -> None:
        """Refuse a number that is blank."""
        require_words(papers=self.papers)


@dataclass(frozen=True, slots=True)
class Proposed:
    """A provision to be judged as of its day.

    `designated_by` are the organs that designated it by that day, `designators` those whose
    designation stands, `lent_to` those that got it from the giver under Act 6(1),
    `held_under` the articles by which the giver holds it, mapped to who gave it,
    `missing_items` what the contract should fix and does not (Act 10(3)).
    """

    under: str
    on: date
    giver_id: str
    giver_kind: str
    receiver_id: str
    receiver_kind: str
    designated_by: frozenset[str]
    designators: frozenset[str]
    in_force: bool
    lent_to: frozenset[str]
    giver_holds: bool
    held_under: dict[str, frozenset[str]]
    certified: bool
    contracted: bool
    conditions: Conditions
    missing_items: tuple[str, ...] = ()


def _needed_consents(proposed: Proposed, route: Route) -> frozenset[str]:
    """Return whose consent the article asks for.

    An organ that got it from the giver itself under Act 6(1) is not asked. The police ask
    the National Police Agency, from which they hold it, save for what they were given for
    an investigation in the first place (Act 9(2)).
    """
    if route.consent:
        return proposed.designators - {proposed.giver_id} - proposed.lent_to
    if proposed.under == "Act 9(2)" and proposed.receiver_kind not in _PROCEDURES:
        if "Act 9(1)(i)" in proposed.held_under:
            return frozenset()
        under = proposed.held_under
        return under.get("Act 5(2)", frozenset()) | under.get("Act 7(1)", frozenset())
    return frozenset()


def _meets_requirement(proposed: Proposed, route: Route) -> bool:
    """Tell whether giver, receiver and holding are what the article allows."""
    if proposed.giver_kind not in route.givers or proposed.receiver_kind not in route.receivers:
        return False
    if proposed.giver_id == proposed.receiver_id:
        return False
    if route.by_designator and proposed.giver_id not in proposed.designated_by:
        return False
    if proposed.under == "Act 10(2)" and proposed.giver_holds:
        return False
    if proposed.under == "Act 7(3)":
        return proposed.receiver_id in proposed.held_under.get("Act 5(2)", frozenset())
    return proposed.giver_holds or not route.must_hold


def _safeguards_missing(proposed: Proposed, route: Route) -> tuple[str, ...]:
    if not route.safeguards or (proposed.under == "Act 9(2)" and proposed.receiver_kind in _PROCEDURES):
        return ()
    given = proposed.conditions
    return missing_safeguards(
        under=proposed.under, receiver_kind=proposed.receiver_kind, there=given.safeguards, taken_on=given.safeguards_on, on=proposed.on
    )


def lacking(proposed: Proposed) -> str | None:
    """Return the code of what a provision lacks, in the order of law, or None.

    The codes are those of a refused act: requirement_not_met, not_in_force,
    consultation_missing, consent_of_designator_missing, equivalence_missing,
    safeguards_missing, not_certified, no_contract, contract_incomplete.
    """
    route = ROUTES.get(proposed.under)
    if route is None or not _meets_requirement(proposed, route):
        return "requirement_not_met"
    if not proposed.in_force:
        return "not_in_force"
    given = proposed.conditions
    consulted = given.consulted_on is not None and given.consulted_on <= proposed.on
    checks = (
        ("consultation_missing", route.consultation and not consulted),
        (
            "consent_of_designator_missing",
            not _needed_consents(proposed, route) <= set(given.consented_by),
        ),
        ("equivalence_missing", route.equivalence and not given.equivalence),
        ("safeguards_missing", bool(_safeguards_missing(proposed, route))),
        ("not_certified", route.contract and not proposed.certified),
        ("no_contract", route.contract and not proposed.contracted),
        ("contract_incomplete", route.contract and bool(proposed.missing_items)),
    )
    return next((code for code, missing in checks if missing), None)


def require_lawful(proposed: Proposed) -> None:
    """Refuse a provision that its article does not allow.

    Raises ProvisionRefusedError with the code of `lacking`; the basis names the article, and
    for a missing consultation Act 6(2), for an incomplete contract Act 10(3); the facts say what is missing.
    """
    code = lacking(proposed)
    if code is None:
        return
    basis = [cite(proposed.under)]
    if code == "consultation_missing":
        basis.append(cite("Act 6(2)"))
    facts: dict[str, object] = {"from": proposed.giver_id, "to": proposed.receiver_id, "on": proposed.on.isoformat()}
    if code == "contract_incomplete":
        basis += [cite("Act 10(3)"), cite("Order 17")]
        facts["missing"] = list(proposed.missing_items)
    if code == "safeguards_missing":
        facts["missing"] = list(_safeguards_missing(proposed, ROUTES[proposed.under]))
    raise ProvisionRefusedError(code, basis=tuple(basis), facts=facts)


def require_parties(*, operator_kind: str, organ_kind: str, basis: str = "Act 10(1)") -> None:
    """Refuse a certification or contract between others than an organ and an operator.

    Raises ProvisionRefusedError: requirement_not_met.
    """
    if operator_kind != "operator" or organ_kind != "organ":
        raise ProvisionRefusedError(
            reason="requirement_not_met",
            basis=(cite(basis),),
            facts={"operator": operator_kind, "organ": organ_kind},
        )


def require_certified(*, certified: bool) -> None:
    """Refuse a contract with an operator that the organ has not certified (Act 10(1)).

    Raises ProvisionRefusedError: not_certified.
    """
    if not certified:
        raise ProvisionRefusedError(reason="not_certified", basis=(cite("Act 10(1)"),))
