"""What of the disclosures somebody may take away: whole, as its text, or withheld for a reason that is told.

A disclosure of RFC 9901 is all or nothing. One of which somebody may see a part alone is withheld, and nothing that is withheld
may tell by that alone how an assessment ended (Act 16): what is positive and what says nothing are told apart from nothing else.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from service.identity.entitlements import CLEARANCE_FACTS, is_told, may_see, seen
from service.ledger import Kind, subject_of
from service.ledger.destruction import PROPOSAL

Withheld = Literal["entitlement", "sealed", "organ"]
SEALED = frozenset({Kind.IMPROPER_REPORTED.value, Kind.IMPROPER_ANSWERED.value})
"""Reports that are sealed to whoever they are about; how many there are is told, and nothing else."""
FOR_EVERYBODY = frozenset({Kind.COUNTS_STATED.value})
"""Entries that speak of no person: without what they say an organ could not tell that it was given everything."""
OF_THE_CIRCLE = ("assessment:", "clearance:")
"""Entries of assessments and of their results: what they withhold is for those who are told results alone."""


@dataclass(frozen=True, slots=True)
class Context:
    """The entry, or the decision in it, that names a disclosure: its kind, and whom or what it names in clear."""

    kind: str
    named: frozenset[str]


@dataclass(frozen=True, slots=True)
class Entitlement:
    """The roles in which somebody asks, what for, and for which organ; no roles: nothing is opened."""

    roles: frozenset[str] = frozenset()
    purpose: str | None = None
    organ: str | None = None

    @property
    def opens(self) -> bool:
        """Say whether anything can be opened at all."""
        return bool(self.roles)

    def of_entry(self, context: Context) -> Withheld | None:
        """Return for what reason all that an entry withholds stays withheld, or None where each disclosure is judged."""
        if context.kind in FOR_EVERYBODY:
            return None
        if context.kind in SEALED:
            return "sealed"
        if not self.opens or (context.kind.startswith(OF_THE_CIRCLE) and not is_told(self.roles)):
            return "entitlement"
        return None

    def of_erased(self, context: Context, key_id: str) -> Withheld | None:
        """Return the reason not to tell that a key was destroyed: an entry that does not name whose it is stays silent.

        That of a proposal goes with whoever the proposal is about, whom its entries need not name.
        """
        named = subject_of(key_id)[0] in context.named and not key_id.startswith(PROPOSAL)
        return self.of_entry(context) or (None if named else "entitlement")

    def of_value(self, context: Context, name: str, value: Any) -> Withheld | None:
        """Return the reason to withhold a disclosure, by its name and value, or None where it is given whole."""
        if context.kind in FOR_EVERYBODY:
            return None
        if name == "facts" and isinstance(value, Mapping):
            return self._of_facts(value)
        try:
            shown = seen(name, value, self.roles, purpose=self.purpose)
        except KeyError:
            # A row of a class that the table of entitlements does not know is for nobody.
            return "entitlement"
        return None if shown is not None and shown == value else "entitlement"

    def _of_facts(self, facts: Mapping[str, Any]) -> Withheld | None:
        """Judge the facts of a decision: with a clearance in them they are told where all that they say of it is positive.

        Whoever may see the state of clearances sees who is cleared; facts without any clearance are withheld like those with
        a negative one, or being withheld would tell them apart.
        """
        if not all(may_see(self.roles, one, purpose=self.purpose) for one in ("clearance_state", "listing")):
            return "entitlement"
        channels = list(_channels(facts))
        if not is_told(self.roles) and not _all_positive(channels):
            return "entitlement"
        if self.organ is not None and any(channel.get("head") not in (None, self.organ) for channel in channels if _cleared(channel)):
            # How another organ assessed somebody is nothing that this one may be given (Act 16(1)).
            return "organ"
        return None


def _channels(facts: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    return (channel for segment in facts["segments"] for channel in segment["channels"])


def _cleared(channel: Mapping[str, Any]) -> bool:
    return not CLEARANCE_FACTS.isdisjoint(channel)


def _all_positive(channels: Collection[Mapping[str, Any]]) -> bool:
    """Say whether facts hold clearances, and positive ones alone."""
    told = [(name, channel[name]) for channel in channels for name in sorted(CLEARANCE_FACTS & channel.keys())]
    return bool(told) and all(name.endswith("assessment") and fact.get("outcome") == "positive" for name, fact in told)
