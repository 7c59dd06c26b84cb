"""Aliases within somebody's reach, found by namespace and by how their value begins."""

from sqlalchemy import select, tuple_

from service.acts.concerning import concern_of_row
from service.acts.entitled import require_any_role
from service.acts.reach import unreached
from service.acts.reading.paging import CHUNK, MOST_SCANNED, closed, opened
from service.database import read
from service.identity.desk import Seated
from service.personnel.model import Alias

READERS = frozenset({"hr_officer", "information_manager", "custodian", "approver"})
"""Who may look for aliases: whoever keeps people, informations, documents or areas, and whoever approves that."""


def found_aliases(
    seated: Seated, *, namespace: str, words: str, live: bool, limit: int, cursor: str | None
) -> tuple[list[Alias], str | None]:
    """Return a page of aliases by namespace and value, and the cursor behind it. Raises NotAllowedError."""
    require_any_role(seated.member, READERS)
    held = [one for one in seated.member.roles if one.role in READERS]
    found: list[Alias] = []
    behind = opened(cursor)
    with read(seated.desk.engine) as session:
        for _ in range(MOST_SCANNED // CHUNK):
            wanted = select(Alias).order_by(Alias.namespace, Alias.value, Alias.id).limit(CHUNK)
            if namespace:
                wanted = wanted.where(Alias.namespace == namespace)
            if words:
                wanted = wanted.where(Alias.value.startswith(words, autoescape=True))
            if live:
                wanted = wanted.where(Alias.until_on.is_(None))
            if behind is not None:
                wanted = wanted.where(tuple_(Alias.namespace, Alias.value, Alias.id) > tuple_(*_parts(behind)))
            rows = session.scalars(wanted).all()
            for row in rows:
                if len(found) == limit:
                    return found, closed(behind)
                behind = f"{row.namespace}\n{row.value}\n{row.id}"
                concern = concern_of_row(session, row, by=None, at=seated.at)
                if any(unreached(session, one, concern) is None for one in held):
                    found.append(row)
            if len(rows) < CHUNK:
                return found, None
    return found, closed(behind)


def _parts(key: str) -> tuple[str, str, str]:
    namespace, _, rest = key.partition("\n")
    value, _, alias_id = rest.rpartition("\n")
    return namespace, value, alias_id
