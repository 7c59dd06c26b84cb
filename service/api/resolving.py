"""What the names in a check mean: ids as they are registered, aliases in the caller's own words; and the mark of what is permitted."""

from typing import Any

from service.decision.decide import Decision
from service.decision.world import World
from service.designation.marks import State, mark
from service.identity.callers import Caller

NOBODY = "?"
"""Stands for an organization that is not registered, or not the caller's to act for: it holds nothing."""


class Resolver:
    """Finds what is named, in the world as it is at an instant."""

    def __init__(self, world: World, now_ms: int) -> None:
        """Take the world and the instant, in milliseconds since 1970."""
        self.world, self.now_ms = world, now_ms

    def resolve(self, caller: Caller, name: str, kind: str, table: str) -> str | None:
        """Return an id as it is registered, or an alias in one of the caller's namespaces."""
        if table == "designation.designations":
            if name in self.world.by["designations by information"]:
                return name
        elif name in self.world.rows[table]:
            return name
        namespace, colon, value = name.partition(":")
        if not colon or (caller.namespaces is not None and namespace not in caller.namespaces):
            return None
        return self.world.resolve(namespace, value, kind=kind, now_ms=self.now_ms)

    def organization(self, caller: Caller, named: str | None) -> tuple[str | None, bool]:
        """Return the organization acted for: the one named, else the application's own; one it may not act for is nobody's."""
        if named is None:
            return caller.organization, False
        known = named in self.world.rows["personnel.organizations"]
        if not known or (caller.organizations and named not in caller.organizations):
            return NOBODY, True
        return named, False

    def mark(self, decision: Decision) -> dict[str, Any]:
        """Return the mark that must be seen whenever the record is shown (Order 4); after the end, the end mark (Order 7, 10)."""
        informations = [str(one.facts["information"]) for one in decision.known]
        ended = decision.answer.decision == "not_controlled"
        lifted = "Act 4(7)" in decision.answer.basis
        state: State = "designated" if not ended else "lifted" if lifted else "expired"
        organs = {row["organ_id"] for one in informations for row in self.world.of("designations by information", one)}
        names = sorted(str(self.world.rows["personnel.organizations"].get(organ, {}).get("name", organ)) for organ in organs)
        numbers = [self.world.rows["designation.information"].get(one, {}).get("number") for one in informations]
        return mark(state, number=[number for number in numbers if number], originator=names).plain()
