"""Whether a role reaches what an act concerns.

What is outside a reach does not exist for its holder: an id that nobody has and one that is out of reach are told alike.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from service.acts.concerning import Concern, Part, concern_of_word, subtree
from service.identity.members import Held
from service.provision.queries import corrected_contracts


def reaches(session: Session, held: Iterable[Held], word: str, value: str, *, at: datetime) -> bool:
    """Say whether one of some roles reaches what a word names."""
    concern = concern_of_word(session, word, value, at=at)
    return any(unreached(session, one, concern) is None for one in held)


def unreached(session: Session, held: Held, concern: Concern) -> str | None:
    """Return the first word that names what a role does not reach or what is not there, or None where it reaches everything.

    Word by word, so that whoever asks learns nothing from which of several words is told.
    """
    contracts, contracted = corrected_contracts(session, held.contracts)
    limits = _Limits(subtree(session, held.organization_id, held.units) if held.units else frozenset(), contracts, contracted)
    for part in concern.parts:
        if part.missing or not (concern.everywhere or _reaches(held, limits, part)):
            return part.word
    if concern.everywhere:
        # What concerns the deployment is nothing that a unit, an information or a contract holds.
        return None if held.whole else "reach"
    about = [
        (held.units, any(part.units for part in concern.parts), "unit_id"),
        (held.informations, any(part.informations for part in concern.parts), "information_id"),
        (held.contracts, any(part.informations or part.contracts for part in concern.parts), "contract_id"),
    ]
    return next((word for limited, named, word in about if limited and not named), None)


@dataclass(frozen=True, slots=True)
class _Limits:
    """A role's units with all below them, its contracts with their corrections, and the informations of these."""

    units: frozenset[str]
    contracts: frozenset[str]
    contracted: frozenset[str]


def _reaches(held: Held, limits: _Limits, part: Part) -> bool:
    return (
        (not part.organizations or held.organization_id in part.organizations)
        and (not held.units or part.units is None or bool(part.units & limits.units))
        and (not held.informations or part.informations <= held.informations)
        and (not held.contracts or (part.contracts <= limits.contracts and part.informations <= limits.contracted))
    )
