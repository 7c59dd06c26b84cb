"""What of a list is different between two days: what came, what went, and what changed, as far as the list may be seen.

What holds on a day is told as known today or, where rows say when they were recorded, as it was known at the end of that day.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from service.clearance.model import Result
from service.clearance.queries import known_on
from service.designation.model import Document, DocumentInformation
from service.identity.account_model import Account, Grant
from service.identity.entitlements import Class
from service.ledger import plain
from service.need_to_know.model import Listing
from service.statute.numbers import number
from service.statute.periods import ONE_DAY, after, day_start

MOST = 20_000
"""Rows that a list may have on a day."""


class TooManyError(ValueError):
    """A list with more rows than can be compared at once."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which day, how known, and of which information or organization (empty: of all)."""

    on: date
    at: datetime
    """The instant as of which rows count: what is known today, or was known at the end of the day."""
    item: str = ""
    then: bool = False
    """Whether what was recorded later is left out."""


Row = Mapping[str, Any]
Rows = dict[tuple[Any, ...], Row]


@dataclass(frozen=True, slots=True)
class Roll:
    """A list that can be compared: its name in Japanese and English, the class of disclosure that it is, its rows on a day.

    `then` says whether it can be told as it was known then.
    """

    says: tuple[str, str]
    wanted: tuple[Class, ...]
    rows: Callable[[Session, Asked], Rows]
    then: bool


@dataclass(slots=True)
class Difference:
    """Rows that came, rows that went, and rows that are there on both days with other words: before and after."""

    added: list[Row] = field(default_factory=list)
    removed: list[Row] = field(default_factory=list)
    changed: list[tuple[Row, Row]] = field(default_factory=list)
    same: int = 0


def difference(before: Rows, after_: Rows) -> Difference:
    """Return what is different between the rows of two days."""
    found = Difference()
    for key in sorted({*before, *after_}, key=repr):
        one, other = before.get(key), after_.get(key)
        if one is None and other is not None:
            found.added.append(other)
        elif other is None and one is not None:
            found.removed.append(one)
        elif one is not None and other is not None:
            if one == other:
                found.same += 1
            else:
                found.changed.append((one, other))
    return found


def _handlers(session: Session, asked: Asked) -> Rows:
    found = select(Listing).where(_known(Listing, asked), _runs(Listing, asked.on))
    found = found.where(or_(Listing.removed_on.is_(None), Listing.removed_on > asked.on))
    found = found.where(or_(Listing.until_at.is_(None), Listing.until_at > day_start(asked.on)))
    if asked.item:
        found = found.where(or_(Listing.information_id == asked.item, Listing.organization_id == asked.item))
    names = ("information_id", "organization_id", "person_id", "unit_id", "post", "actions", "from_on", "until_on")
    return _keyed(session, found, ("information_id", "organization_id", "person_id", "unit_id", "post"), names)


def _accounts(session: Session, asked: Asked) -> Rows:
    end = day_start(asked.on + ONE_DAY)
    found = select(Account).where(Account.opened_at < end, or_(Account.ended_at.is_(None), Account.ended_at >= end))
    return _keyed(session, found, ("id",), ("sign_in_name", "person_id"))


def _roles(session: Session, asked: Asked) -> Rows:
    end = day_start(asked.on + ONE_DAY)
    found = select(Grant).where(Grant.granted_at < end, or_(Grant.ended_at.is_(None), Grant.ended_at >= end), _runs(Grant, asked.on))
    if asked.item:
        found = found.where(Grant.organization_id == asked.item)
    names = ("role", "person_id", "post", "organization_id", "units", "informations", "contracts", "from_on", "until_on")
    return _keyed(session, found, ("role", "person_id", "post", "organization_id"), names)


def _clearances(session: Session, asked: Asked) -> Rows:
    """Return the positive results whose own years run: that another result stands behind one is told to nobody here (Act 16)."""
    found = select(Result).where(_known(Result, asked), Result.outcome == "positive")
    if asked.item:
        found = found.where(Result.head_id == asked.item)
    rows = session.scalars(found.order_by(Result.id).limit(MOST + 1)).all()
    _require_few(len(rows))
    years = {"iesi": "clearance_years", "sds": "sds_clearance_years"}
    held: Rows = {}
    for row in sorted(rows, key=known_on):
        ends = after(row.counted_on, years=number(years[row.law], on=row.counted_on))
        if known_on(row) <= asked.on <= ends:
            held[row.person_id, row.head_id, row.law] = {
                "person_id": row.person_id,
                "head_id": row.head_id,
                "law": row.law,
                "counted_on": plain(row.counted_on),
                "until_on": plain(ends),
            }
    return held


def _documents(session: Session, asked: Asked) -> Rows:
    found = select(DocumentInformation).where(_known(DocumentInformation, asked), _runs(DocumentInformation, asked.on))
    if asked.item:
        of = select(Document.id).where(Document.organization_id == asked.item)
        found = found.where(or_(DocumentInformation.information_id == asked.item, DocumentInformation.document_id.in_(of)))
    names = ("document_id", "information_id", "from_on", "until_on")
    return _keyed(session, found, ("document_id", "information_id"), names)


def _known(model: Any, asked: Asked) -> Any:
    known = model.known(asked.at)
    return known & or_(model.recorded_at.is_(None), model.recorded_at <= asked.at) if asked.then else known


def _runs(model: Any, on: date) -> Any:
    return or_(model.from_on.is_(None), model.from_on <= on) & or_(model.until_on.is_(None), model.until_on > on)


def _keyed(session: Session, found: Any, key: tuple[str, ...], names: tuple[str, ...]) -> Rows:
    rows = session.scalars(found.limit(MOST + 1)).all()
    _require_few(len(rows))
    keyed: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        keyed.setdefault(tuple(getattr(row, name) for name in key), []).append({name: plain(getattr(row, name)) for name in names})
    # Several rows of one key (two listings of one person) are told apart by their place in a fixed order.
    return {(*one, place): row for one, some in keyed.items() for place, row in enumerate(sorted(some, key=repr))}


def _require_few(rows: int) -> None:
    if rows > MOST:
        message = f"item: more than {MOST} rows; name an information or an organization"
        raise TooManyError(message)


ROLLS: Mapping[str, Roll] = MappingProxyType(
    {
        "handlers": Roll(("取扱者の範囲・名簿", "Handler scopes and lists"), ("listing",), _handlers, then=True),
        "documents": Roll(("文書等と、そこに含まれる情報", "Documents and what they carry"), ("title",), _documents, then=True),
        "clearances": Roll(("有効な適性評価の結果", "Positive results in their years"), ("clearance_state",), _clearances, then=True),
        "accounts": Roll(("アカウント", "Accounts"), ("identity",), _accounts, then=False),
        "roles": Roll(("役割", "Roles"), ("identity",), _roles, then=False),
    }
)
"""Each list that can be compared."""
