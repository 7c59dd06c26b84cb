"""Whose answers the last changes may have touched: the index of the newest one for each organization and application. Pure.

Where a row names the only organization whose answers it can touch, nobody else is told of it. Where that cannot be told
from the row alone, everybody is: asking again for nothing harms nobody, and not asking again would.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

Row = Mapping[str, Any]

_ORGANIZATION: Mapping[str, str] = {
    "personnel.posts": "organization_id",
    "provision.certifications": "operator_id",
    "provision.contracts": "operator_id",
    "need_to_know.listings": "organization_id",
    "need_to_know.exclusions": "organization_id",
    "registers.approval_rules": "organization_id",
    "registers.approvals": "organization_id",
    "registers.area_facts": "organization_id",
}
"""The tables whose rows are facts of one organization alone, and the column that names it; `decision.facts` selects by it."""
_APPLICATION: Mapping[str, str] = {"identity.applications": "id", "identity.api_keys": "application_id"}
"""The tables whose rows concern one application alone."""
NEVER = -1


class News:
    """The index of the newest change, by whom it may concern.

    INVARIANT: a change that may alter an answer to a caller is never behind what `newest` returns for that caller.
    """

    def __init__(self) -> None:
        """Begin knowing of nothing."""
        self._everybody = self._anybody = NEVER
        self._organizations: dict[str, int] = {}
        self._applications: dict[str, int] = {}

    def begin(self, index: int) -> None:
        """Take everything up to an index for a change that concerns everybody: what came before this process is not known."""
        self._everybody = max(self._everybody, index)

    def note(self, table: str, index: int, rows: Iterable[Row]) -> None:
        """Note that a change up to an index, never less than before, touched a row: given as it was and as it is."""
        for row in rows:
            if table in _ORGANIZATION:
                self._organizations[row[_ORGANIZATION[table]]] = index
                self._anybody = index
            elif table in _APPLICATION:
                self._applications[row[_APPLICATION[table]]] = index
            else:
                self._everybody = index

    def newest(self, application: str, organizations: Collection[str] | None) -> int:
        """Return the index of the newest change that may concern an application with this reach (None: any), -1 for none."""
        own = max(self._everybody, self._applications.get(application, NEVER))
        if organizations is None:
            return max(own, self._anybody)
        return max((own, *(self._organizations.get(one, NEVER) for one in organizations)))
