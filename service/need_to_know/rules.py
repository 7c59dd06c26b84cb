"""Who may be put on a scope or list (Act 5(1), 5(3), 6(3), 10(3)(i), 10(4)), over plain values."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from service.statute.citations import cite
from service.statute.refusals import Refusal

ACTIONS = ("read", "list", "make", "communicate", "transmit", "carry_out", "dispose", "return")


class ListingRefusedError(Refusal):
    """A listing that the Act, or the contract, does not allow."""

    slug = "listing-refused"


@dataclass(frozen=True, slots=True)
class Way:
    """One way in which the organization has the work done, with the head that counts.

    `cleared` is that head's clearance of the person listed (for a unit or a post, which
    brings nobody a clearance, it is not asked). `certified` and `contracted` are true
    where no contract is needed; `units` is the contract's limit, None for none.
    """

    head_id: str
    cleared: bool
    certified: bool = True
    contracted: bool = True
    units: Collection[str] | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A listing to be judged as of its day.

    `basis` is the article that keeps this organization's list; `person_units` the units
    in which the person holds a post there that day.
    """

    basis: str
    ways: Sequence[Way]
    in_force: bool
    person_id: str | None
    works_there: bool
    person_units: Collection[str]
    unit_id: str | None


def known_actions(actions: Collection[str] | None) -> list[str] | None:
    """Return the actions in their fixed order with `handle` read as `read`; None for all.

    Raises ValueError for an unknown action or an empty list.
    """
    if actions is None:
        return None
    wanted = {"read" if action == "handle" else action for action in actions}
    unknown = sorted(wanted - set(ACTIONS))
    if unknown or not wanted:
        msg = f"unknown action {unknown[0]!r}" if unknown else "a listing needs some action"
        raise ValueError(msg)
    return [action for action in ACTIONS if action in wanted]


def require_listable(asked: Asked) -> None:
    """Refuse a listing that does not stand on its day; one lawful way is enough.

    Raises ListingRefusedError: requirement_not_met, not_in_force, not_certified, no_contract,
    not_cleared or outside_contract_units, whichever the way that got furthest meets.
    """
    basis = cite(asked.basis)
    if not asked.ways or (asked.person_id is not None and not asked.works_there):
        raise ListingRefusedError(reason="requirement_not_met", basis=(basis,))
    if not asked.in_force:
        raise ListingRefusedError(reason="not_in_force", basis=(basis,))
    codes = [_objection(asked, way) for way in asked.ways]
    if None in codes:
        return
    order = list(_BASES)
    code = max((code for code in codes if code is not None), key=order.index)
    raise ListingRefusedError(reason=code, basis=(cite(_BASES[code]),))


_BASES = {
    "not_certified": "Act 10(1)",
    "no_contract": "Act 10(1)",
    "not_cleared": "Act 11(1)",
    "outside_contract_units": "Act 10(3)(i)",
}
"""The reasons of one way, in their order of precedence, with their basis."""


def _objection(asked: Asked, way: Way) -> str | None:
    named = asked.person_id is not None
    checks = (
        ("not_certified", not way.certified),
        ("no_contract", not way.contracted),
        ("not_cleared", named and not way.cleared),
        ("outside_contract_units", not _reaches(asked, way)),
    )
    return next((code for code, objected in checks if objected), None)


def _reaches(asked: Asked, way: Way) -> bool:
    """Tell whether the contract's units reach the line; a post is held in some unit, judged on the day."""
    if way.units is None:
        return True
    if asked.unit_id is not None:
        return asked.unit_id in way.units
    return asked.person_id is None or bool(set(way.units) & set(asked.person_units))
