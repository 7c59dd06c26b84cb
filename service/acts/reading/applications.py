"""Applications that may ask, and their keys: ids and days, never a key nor what it was made from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.acts.concerning import OutsideError
from service.acts.entitled import require_any_role
from service.acts.reading.accounts import KEEPERS, Setting, set_by
from service.acts.reading.paging import page_by_id
from service.database import read
from service.identity.desk import Seated
from service.identity.model import ApiKey, Application


@dataclass(frozen=True, slots=True)
class KeyLine:
    """A key by its id: by whom it was issued or ended last, when it expires, when it ended."""

    id: str
    expires_at: datetime | None
    ended_at: datetime | None
    changed: Setting | None

    def is_live(self, at: datetime) -> bool:
        """Say whether it opens anything at an instant."""
        return self.ended_at is None and (self.expires_at is None or self.expires_at > at)


@dataclass(frozen=True, slots=True)
class ApplicationLine:
    """An application with its keys."""

    row: Application
    keys: tuple[KeyLine, ...]


def applications_of(seated: Seated, *, limit: int, cursor: str | None) -> tuple[list[ApplicationLine], str | None]:
    """Return a page of the applications with their keys, and the cursor behind it. Raises NotAllowedError."""
    require_any_role(seated.member, KEEPERS)
    with read(seated.desk.engine) as session:
        rows, behind = page_by_id(session, Application, limit=limit, cursor=cursor)
        return [ApplicationLine(row, _keys(session, [row.id])) for row in rows], behind


def application_of(seated: Seated, *, application_id: str) -> ApplicationLine:
    """Return an application with its keys. Raises NotAllowedError, OutsideError."""
    require_any_role(seated.member, KEEPERS)
    with read(seated.desk.engine) as session:
        row = session.get(Application, application_id.replace("\x00", ""))
        if row is None:
            word = "application_id"
            raise OutsideError(word)
        return ApplicationLine(row, _keys(session, [row.id]))


def _keys(session: Session, applications: Sequence[str]) -> tuple[KeyLine, ...]:
    rows = session.scalars(select(ApiKey).where(ApiKey.application_id.in_(applications)).order_by(ApiKey.changed_index.desc()))
    return tuple(KeyLine(row.id, row.expires_at, row.ended_at, set_by(session, index=row.changed_index)) for row in rows)
