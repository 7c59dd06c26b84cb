"""Pages of rows: how many are looked at, and the cursor behind which the next page begins."""

import base64
import binascii
from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.acts.asking import UnfitError

Row = TypeVar("Row")

CHUNK = 200
MOST_SCANNED = 2_000
"""Rows that one page looks at: whoever reaches few of many is told to go on rather than kept waiting."""
LONGEST = 9
"""Digits of a place in rows that are all known."""


def page_by_id(session: Session, model: Any, *, limit: int, cursor: str | None) -> tuple[Sequence[Any], str | None]:
    """Return the rows of a page in the order of their ids, and the cursor of the page behind it."""
    after = opened(cursor)
    wanted = select(model).order_by(model.id).limit(limit + 1)
    rows = session.scalars(wanted if after is None else wanted.where(model.id > after)).all()
    return rows[:limit], closed(rows[limit - 1].id) if len(rows) > limit else None


def closed(key: str | None) -> str | None:
    """Return the cursor behind a key."""
    return None if key is None else base64.urlsafe_b64encode(key.encode()).decode().rstrip("=")


def opened(cursor: str | None) -> str | None:
    """Return the key behind which a page begins. Raises UnfitError for a cursor that came from elsewhere."""
    if cursor is None:
        return None
    try:
        return base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode().replace("\x00", "")
    except (binascii.Error, ValueError):
        message = "cursor: none that came from here"
        raise UnfitError(message) from None


def part_of(rows: Sequence[Row], *, limit: int, cursor: str | None) -> tuple[Sequence[Row], str | None]:
    """Return a page of rows that are all known, and the cursor of the page behind it. Raises UnfitError for a foreign cursor."""
    start = place_of(cursor)
    end = start + limit
    return rows[start:end], closed(str(end)) if len(rows) > end else None


def place_of(cursor: str | None) -> int:
    """Return the place in rows that are all known at which a page begins. Raises UnfitError for a foreign cursor."""
    start = opened(cursor) or "0"
    if not start.isascii() or not start.isdigit() or len(start) > LONGEST:
        message = "cursor: none that came from here"
        raise UnfitError(message)
    return int(start)
