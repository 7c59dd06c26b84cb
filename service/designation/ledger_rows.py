"""The ledger of designations (指定管理簿) of one organ, in the order in which the Order names its fields (Act 3(2), Order 3, 6, 7, 8, 10).

What stands behind those is added by the house: number, sector, partial liftings, reviews, hand-over. These last are a
default, since the Operational Standards that add fields (Order 3(vi)) are not public in full.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.designation import queries
from service.designation.model import (
    CabinetRefusal,
    Designation,
    Extension,
    HandOver,
    Information,
    MarkingSwitch,
    PartialLifting,
    Review,
    Told,
)
from service.designation.rules import Designated
from service.statute.periods import ONE_DAY


@dataclass(frozen=True, slots=True)
class Column:
    """A field of the ledger: its name, what it is headed with, and the place that asks for it; None for the house's own."""

    name: str
    ja: str
    en: str
    citation: str | None = None


COLUMNS = (
    Column("designated_on", "指定年月日", "Designated on", "Order 3(i)"),
    Column("validity", "有効期間", "Validity", "Order 3(ii)"),
    Column("last_day", "有効期間の満了日", "Last day of validity", "Order 3(ii)"),
    Column("outline", "概要", "Outline", "Order 3(iii)"),
    Column("class", "法第2条第4項各号の別", "Class", "Order 3(iv)"),
    Column("marking", "表示・通知の別", "Marking or notice", "Order 3(v)"),
    Column("marked_on", "表示への切替日", "Marked in place of notice on", "Order 6"),
    Column("expired_on", "有効期間満了", "Expired after", "Order 7(1)"),
    Column("extended_on", "延長年月日", "Extended on", "Order 8"),
    Column("extended_validity", "延長後の有効期間", "Extended validity", "Order 8"),
    Column("extended_last_day", "延長後の満了日", "Last day as extended", "Order 8"),
    Column("cabinet_approved_on", "内閣の承認年月日", "Cabinet approval on", "Order 8"),
    Column("lifted_on", "解除年月日", "Lifted on", "Order 10(1)"),
    Column("number", "整理番号", "Number"),
    Column("sector", "分野", "Sector"),
    Column("item", "細目", "Sub-item"),
    Column("reasons_number", "指定書の番号", "Designation document"),
    Column("lifting_condition", "解除条件", "Lifting condition"),
    Column("lifted_in_part_on", "一部解除年月日", "Lifted in part on"),
    Column("cabinet_refused_on", "内閣の不承認年月日", "Cabinet approval refused on"),
    Column("handed_over_on", "特定秘密への引継年月日", "Handed over as a secret on"),
    Column("reviewed_on", "直近の理由点検日", "Reasons last reviewed on"),
)
"""The columns in their order."""

SEVERAL = "; "
"""Between values of a field that has several, the earliest first."""


def rows_of(session: Session, *, organ_id: str, on: date, at: datetime) -> Sequence[dict[str, str]]:
    """Return the ledger of one organ as it stood on a day, a row for each designation, the earliest first.

    Every value is a text; a field without a value is empty. Other organs' designations are not in it.
    """
    found = []
    rows = session.scalars(
        select(Designation)
        .where(Designation.organ_id == organ_id, Designation.known(at), Designation.designated_on <= on)
        .order_by(Designation.designated_on, Designation.id)
    ).all()
    for row in rows:
        states = queries.designations_of(session, information_id=row.information_id, at=at)
        found.append(_row(session, row, next(each for each in states if each.id == row.id), on=on))
    return found


def headings(language: str) -> Sequence[str]:
    """Return the headings in a language, in the order of the columns."""
    return [one.ja if language == "ja" else one.en for one in COLUMNS]


def table_of(session: Session, *, organ_id: str, on: date, at: datetime, language: str) -> Sequence[Sequence[str]]:
    """Return the ledger as a table with its headings first: for CSV or a spreadsheet."""
    rows = rows_of(session, organ_id=organ_id, on=on, at=at)
    return [headings(language), *([row[one.name] for one in COLUMNS] for row in rows)]


def _row(session: Session, row: Designation, state: Designated, *, on: date) -> dict[str, str]:
    ids = queries.same_designation(session, designation_id=row.id)
    extensions = session.scalars(
        select(Extension)
        .where(Extension.designation_id.in_(ids), Extension.extended_on <= on)
        .order_by(Extension.extended_on, Extension.until_on)
    ).all()
    information = session.get_one(Information, row.information_id)
    grounds = queries.grounds_of(session, designation_id=row.id)
    last_day = state.last_day_as_of(on)
    lifted = row.lifted_on if row.lifted_on is not None and row.lifted_on <= on else None

    def days(model: type[Told]) -> list[date]:
        return [each.on for each in queries.follow(session, model, designation_id=row.id) if each.on <= on]

    starts = [row.until_on, *(each.until_on for each in extensions)]
    reviewed = days(Review)[-1:]
    return {
        "designated_on": _text(row.designated_on),
        "validity": _period(row.designated_on, row.until_on),
        "last_day": _text(row.until_on - ONE_DAY),
        "outline": row.outline or "",
        "class": row.class_ or "",
        "marking": row.marking or "",
        "marked_on": _text(*days(MarkingSwitch)),
        "expired_on": _text(last_day) if last_day < on and lifted is None else "",
        "extended_on": _text(*(each.extended_on for each in extensions)),
        "extended_validity": SEVERAL.join(_period(start, each.until_on) for start, each in zip(starts, extensions, strict=False)),
        "extended_last_day": _text(*(each.until_on - ONE_DAY for each in extensions)),
        "cabinet_approved_on": _text(*(each.cabinet_approved_on for each in extensions if each.cabinet_approved_on is not None)),
        "lifted_on": _text(*([lifted] if lifted is not None else [])),
        "number": information.number or "",
        "sector": (grounds.sector if grounds else None) or "",
        "item": (grounds.item if grounds else None) or "",
        "reasons_number": grounds.reasons_number if grounds else "",
        "lifting_condition": (grounds.lifting_condition if grounds else None) or "",
        "lifted_in_part_on": _text(*days(PartialLifting)),
        "cabinet_refused_on": _text(*days(CabinetRefusal)),
        "handed_over_on": _text(*days(HandOver)),
        "reviewed_on": _text(*reviewed),
    }


def _text(*days: date) -> str:
    return SEVERAL.join(day.isoformat() for day in days)


def _period(start: date, until_on: date) -> str:
    """Write a validity by its first and last day, as the ledger shows it."""
    return f"{start.isoformat()}/{(until_on - ONE_DAY).isoformat()}"
