"""The operator's only ways to pass on what it holds (Act 10(5), (6)); everything else is banned (Act 10(7))."""

from service.provision.rules.checklists import missing_safeguards
from service.provision.rules.routes import BOARD, COURT, ORGAN, PUBLIC_INTEREST, Proposed, ProvisionRefusedError
from service.statute.citations import cite

HAND_OVER = "Act 10(5)"
WAYS = {"Act 9(1)(i)": PUBLIC_INTEREST, "Act 9(1)(ii)": COURT, "Act 9(1)(iii)": BOARD, HAND_OVER: ORGAN}
"""The articles open to an operator, with the kinds of receivers. The board of Act 9(1)(iv) is none of them."""


def _meets_requirement(proposed: Proposed) -> bool:
    if proposed.giver_kind != "operator" or not proposed.giver_holds or proposed.giver_id == proposed.receiver_id:
        return False
    receivers = WAYS.get(proposed.under)
    if receivers is None:
        return True
    if proposed.under == HAND_OVER and proposed.receiver_id not in proposed.held_under.get("Act 10(2)", frozenset()):
        return False
    return proposed.receiver_kind in receivers


def lacking_to_disclose(proposed: Proposed) -> str | None:
    """Return the code of what an operator's disclosure lacks, or None.

    requirement_not_met, not_in_force, not_allowed_to_disclose, consent_of_designator_missing (of every head whose
    designation stands, whoever provided it), safeguards_missing.
    """
    if not _meets_requirement(proposed):
        return "requirement_not_met"
    if not proposed.in_force:
        return "not_in_force"
    if proposed.under not in WAYS:
        return "not_allowed_to_disclose"
    if proposed.under != "Act 9(1)(i)":
        return None
    given = proposed.conditions
    if not proposed.designators <= set(given.consented_by):
        return "consent_of_designator_missing"
    return "safeguards_missing" if safeguards_missing_from(proposed) else None


def safeguards_missing_from(proposed: Proposed) -> tuple[str, ...]:
    """Return the safeguards that a disclosure under Act 9(1)(i) lacks; the head who consents has found that no harm is to be feared."""
    given = proposed.conditions
    missing = missing_safeguards(
        under=proposed.under, receiver_kind=proposed.receiver_kind, there=given.safeguards, taken_on=given.safeguards_on, on=proposed.on
    )
    return tuple(code for code in missing if code != "no_grave_harm")


def require_disclosable(proposed: Proposed) -> None:
    """Refuse what an operator may not disclose.

    Raises ProvisionRefusedError with the code of `lacking_to_disclose`; the basis names the article, and for what is
    banned Act 10(7).
    """
    code = lacking_to_disclose(proposed)
    if code is None:
        return
    named = cite(proposed.under)
    facts: dict[str, object] = {"from": proposed.giver_id, "to": proposed.receiver_id, "on": proposed.on.isoformat()}
    if code == "safeguards_missing":
        facts["missing"] = list(safeguards_missing_from(proposed))
    way = "Act 10(7)" if code == "not_allowed_to_disclose" else HAND_OVER if proposed.under == HAND_OVER else "Act 10(6)"
    basis = tuple(dict.fromkeys((named, cite(way))))
    raise ProvisionRefusedError(code, basis=basis, facts=facts)
