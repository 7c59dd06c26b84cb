"""The conditions under which the Act lets somebody handle, each a function over plain values: written from the law.

Nothing here looks at a policy. A member that is absent is None; a record that is there is True. Intervals are half-open, and
what was told on one day as something else counts against the person.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.proofs.members import NOW, Path

ENDING: Path = ("ending",)
"""Whether giving back or disposing is asked about."""
ASKED: Path = ("asked",)
BY_APPROVAL: Path = ("by_approval",)
"""Whether something is asked about that is done with a document by approval."""


@dataclass(frozen=True)
class Condition:
    """A condition with its name and where its plain values stand."""

    name: str
    reads: Mapping[str, Path]
    holds: Callable[..., bool]

    @property
    def members(self) -> frozenset[Path]:
        """The members of facts that it reads, and the records that they stand in."""
        told = (path for path in self.reads.values() if path not in (NOW, ENDING, ASKED, BY_APPROVAL))
        return frozenset(path[:depth] for path in told for depth in range(1, len(path) + 1))


CONDITIONS: dict[str, Condition] = {}


def condition(**reads: str) -> Callable[[Callable[..., bool]], Callable[..., bool]]:
    def kept(holds: Callable[..., bool]) -> Callable[..., bool]:
        CONDITIONS[holds.__name__] = Condition(holds.__name__, {name: tuple(path.split(".")) for name, path in reads.items()}, holds)
        return holds

    return kept


@condition(known="person_known")
def the_person_is_known(known: bool) -> bool:
    """Nobody unknown handles anything, whatever has ended."""
    return known


@condition(designated="designation", begun="designation.from_at", now="now")
def the_designation_has_begun(designated: bool | None, begun: int, now: int) -> bool:
    """Act 3(1): there is a designation, and its first day has come."""
    return bool(designated) and begun <= now


@condition(care="care")
def the_information_is_not_only_expected_to_be_designated(care: bool | None) -> bool:
    """What is handled with equivalent care is no important economic security information yet."""
    return care is None


@condition(until="designation.until_at", lifted="designation.lifted_at", now="now")
def the_designation_stands(until: int | None, lifted: int | None, now: int) -> bool:
    """Act 4(1), (2), (7): neither its period nor its extension is over, and it is not lifted."""
    return until is not None and now < until and (lifted is None or now < lifted)


@condition(closed="designation.closed_at", now="now")
def its_closing_is_recorded(closed: int | None, now: int) -> bool:
    """Order 7, 10: marks struck and people told; read only where the designation stands no more."""
    return closed is not None and closed <= now


@condition(organization="organization")
def it_is_known_for_whom(organization: str | None) -> bool:
    """Act 11(1) speaks of the head whose assessment counts: it must be known whose."""
    return organization is not None


@condition(ambiguous="ambiguous")
def the_workplace_is_one(ambiguous: bool) -> bool:
    """Somebody with several workplaces says for which of them."""
    return not ambiguous


@condition(released="designation.released_to", organization="organization")
def the_originator_lets_them(released: tuple[str, ...] | None, organization: str | None) -> bool:
    """Act 5(1): a foreign originator's condition names who may have it."""
    return released is None or organization is None or organization in released


@condition(holding="holding")
def they_hold_it(holding: bool | None) -> bool:
    """Act 5, 6, 7, 10: by designating it or by being given it."""
    return bool(holding)


@condition(returned="holding.returned_at", now="now")
def they_did_not_give_it_back(returned: int | None, now: int) -> bool:
    """What was given back is held no more."""
    return returned is None or now < returned


@condition(held="holding.giver_holds", holding="holding")
def the_giver_held_it(held: bool | None, holding: bool | None) -> bool:
    """Act 6(1), 10(1): only who holds it can provide it."""
    return holding is None or bool(held)


@condition(under="holding.under", consulted="holding.consulted_at", given="holding.from_at")
def they_were_consulted_before(under: str | None, consulted: int | None, given: int | None) -> bool:
    """Act 6(2): between organs, by the day of the provision."""
    return under != "Act 6(1)" or (consulted is not None and given is not None and consulted <= given)


@condition(under="holding.under", designator="holding.designator", giver="holding.giver", consents="holding.consented_by")
def the_designating_head_consented(under: str | None, designator: str | None, giver: str | None, consents: tuple[str, ...] | None) -> bool:
    """Act 6(1), 10(1): where another head than the giver had designated it."""
    return under not in ("Act 6(1)", "Act 10(1)") or designator == giver or (consents is not None and designator in consents)


@condition(route="holding.route", certified="certification", ended="certification.until_at", now="now")
def an_operator_is_certified(route: str | None, certified: bool | None, ended: int | None, now: int) -> bool:
    """Act 10(1): by the organ that provides it; what has ended counts for nobody."""
    return (bool(certified) or route != "operator") and (ended is None or now < ended)


@condition(
    route="holding.route",
    contract="contract",
    until="contract.until_at",
    giving_back="contract.return_until_at",
    ending="ending",
    now="now",
)
def an_operator_has_a_contract(
    route: str | None, contract: bool | None, until: int | None, giving_back: int | None, ending: bool, now: int
) -> bool:
    """Act 10(1), (3): it runs. The one exception: after its end, giving back and disposing until the day that it names."""
    if contract is None:
        return route != "operator"
    return until is None or now < until or (ending and giving_back is not None and now < giving_back)


@condition(contract="contract", named="contract.units", units="units")
def the_person_is_of_the_contract_s_units(contract: bool | None, named: tuple[str, ...] | None, units: tuple[str, ...]) -> bool:
    """Act 10(3)(i): where the contract names units."""
    return contract is None or not named or bool(set(named) & set(units))


@condition(listed="listing", holding="holding")
def the_person_is_listed(listed: bool | None, holding: bool | None) -> bool:
    """Act 5(1), 5(3), 6(3), 10(4): in the scope of handlers, or on the handler list, of this information."""
    return holding is None or bool(listed)


@condition(works="works_there", holding="holding")
def the_person_works_there(works: bool, holding: bool | None) -> bool:
    """A listing is of one's own people."""
    return holding is None or works


@condition(listed="listing", granted="listing.actions", asked="asked", holding="holding")
def the_listing_grants_it(listed: bool | None, granted: tuple[str, ...] | None, asked: str, holding: bool | None) -> bool:
    """The listing says which acts."""
    return holding is None or listed is None or (granted is not None and asked in granted)


@condition(kept="approval", approved="approval.actions", asked="asked", by_approval="by_approval")
def the_document_is_approved_for_it(kept: bool | None, approved: tuple[str, ...] | None, asked: str, by_approval: bool) -> bool:
    """Order 11(1)(vii), (viii): where approvals are kept here, a live one covers what is done; to read takes none."""
    return not by_approval or kept is None or (approved is not None and asked in approved)


@condition(
    office="office",
    ours="assessment",
    outcome="assessment.outcome",
    told="assessment.notified_at",
    ends="assessment.ends_at",
    other="sds_assessment",
    other_outcome="sds_assessment.outcome",
    other_told="sds_assessment.notified_at",
    other_ends="sds_assessment.ends_at",
    doubt="doubt.notified_at",
    other_doubt="sds_doubt.notified_at",
    now="now",
)
def the_person_is_cleared_or_exempt(
    office: bool | None,
    ours: bool | None,
    outcome: str | None,
    told: int,
    ends: int,
    other: bool | None,
    other_outcome: str | None,
    other_told: int,
    other_ends: int,
    doubt: int | None,
    other_doubt: int | None,
    now: int,
) -> bool:
    """Act 11(1), (2); Order 18. Who holds an office of the list needs no assessment.

    First way: the newest assessment by the head that counts is positive and within ten years of its notice, and no doubt was
    told since. Second way: the newest one under the other Act is positive and within five years, no assessment under this Act
    came after it, whatever its outcome, and no doubt was told since under either Act.
    """
    first = bool(ours) and outcome == "positive" and now < ends and not (doubt is not None and doubt >= told)
    displaced = bool(ours) and bool(other) and told >= other_told
    doubted = bool(other) and any(one is not None and one >= other_told for one in (doubt, other_doubt))
    second = bool(other) and other_outcome == "positive" and now < other_ends and not displaced and not doubted
    return office is not None or first or second


STANDS, CLOSED = "the_designation_stands", "its_closing_is_recorded"
OPENED = frozenset({"the_person_is_known", "the_designation_has_begun", "the_information_is_not_only_expected_to_be_designated"})
"""What remains to be asked for once a designation has ended and its closing is recorded."""


def is_opened(lacking: frozenset[str]) -> bool:
    """Tell, from the conditions that do not hold, whether the Act restricts nobody any more who is known."""
    return STANDS in lacking and CLOSED not in lacking


def needed(*, opened: bool) -> frozenset[str]:
    """Return the conditions of a permit: all of them, also where a designation has ended and the closing is not recorded."""
    return OPENED if opened else frozenset(CONDITIONS) - {STANDS, CLOSED}
