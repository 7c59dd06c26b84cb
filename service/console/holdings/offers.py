"""The acts that a page leads to: those that the visitor's roles may do at this seat, each with its form filled in."""

from collections.abc import Sequence

from service.acts.table import ACTS
from service.console.act_words import VERBS, said
from service.console.acting.act import link
from service.console.visit import Visit

Offer = tuple[str, str, bool]
"""The address of a form, its name, and whether it is what one most likely came for."""


def may(visit: Visit, verb: str) -> bool:
    """Say whether the visitor's roles may do an act at this seat."""
    known = ACTS[verb]
    return known.seat in (None, visit.desk.log.seat) and bool(visit.member.role_names & set(known.roles))


def offers(visit: Visit, verbs: Sequence[str], *, back: str, main: str = "", **words: str | None) -> list[Offer]:
    """Return the forms of acts with words filled in, those that the visitor may do alone."""
    return [(link(verb, back=back, **words), said(VERBS, verb, visit.language), verb == main) for verb in verbs if may(visit, verb)]
