"""What the site and its organizations have set, each number with its default, its history and who set it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.acts.entitled import require_any_role
from service.acts.reading.accounts import Setting, set_by
from service.database import read
from service.deadlines.queries import periods_set
from service.deadlines.rules import PERIODS
from service.identity.account_model import SiteRow
from service.identity.desk import Seated
from service.identity.members import profile_of
from service.need_to_know.model import HouseNumberRow, Purpose
from service.need_to_know.queries.house import PurposeLine, purpose_lines
from service.need_to_know.rules import HOUSE_NUMBERS
from service.provision.model import ReportTerm
from service.registers.model import RegisterPeriod
from service.registers.periods import PERIODS as REGISTER_PERIODS
from service.statute.periods import legal_day

READERS = frozenset({"administrator", "approver", "auditor", "information_manager", "custodian", "hr_officer"})
"""Who sees what the house has set; nothing of it is about a person."""


@dataclass(frozen=True, slots=True)
class Change:
    """A value from a day on, and by which entry it was set."""

    value: int | str
    from_on: date
    told: Setting | None


@dataclass(frozen=True, slots=True)
class Number:
    """A number of the house as it stands today: its default, the changes there were, the newest last, and what it is modelled on."""

    name: str
    value: int | str
    default: int | str | None
    since: date | None
    changes: tuple[Change, ...]
    modelled_on: str | None = None

    @property
    def coming(self) -> tuple[Change, ...]:
        """Changes that are set and do not hold yet."""
        return tuple(one for one in self.changes if self.since is None or one.from_on > self.since)


@dataclass(frozen=True, slots=True)
class OfOrganization:
    """What one organization set: its lists, its registers, its purposes."""

    organization_id: str
    lists: tuple[Number, ...]
    registers: tuple[Number, ...]
    purposes: tuple[PurposeLine, ...]
    purposes_set: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class House:
    """Everything that is set: the profile, the periods of the house, terms of reports by organ, and each organization's own."""

    profile: str
    profile_told: Setting | None
    periods: tuple[Number, ...]
    terms: tuple[tuple[str, Number], ...]
    organizations: tuple[OfOrganization, ...]


def house_of(seated: Seated) -> House:
    """Return what the site has set, and the organizations in which somebody holds a role. Raises NotAllowedError."""
    require_any_role(seated.member, READERS)
    on = legal_day(seated.at)
    with read(seated.desk.engine) as session:
        site = session.get(SiteRow, "site")
        organizations = dict.fromkeys(one.organization_id for one in seated.member.roles if one.role in READERS)
        return House(
            profile=profile_of(session),
            profile_told=None if site is None else set_by(session, index=site.changed_index),
            periods=_periods(session, on),
            terms=_terms(session, on),
            organizations=tuple(_of_organization(session, one, on) for one in organizations),
        )


def _periods(session: Session, on: date) -> tuple[Number, ...]:
    rows = _by_name(periods_set(session))
    return tuple(
        _number(session, name, period.default, rows.get(name, ()), on, modelled_on=_cited(period.modelled_on))
        for name, period in PERIODS.items()
    )


def _terms(session: Session, on: date) -> tuple[tuple[str, Number], ...]:
    rows: dict[str, list[ReportTerm]] = {}
    for row in session.scalars(select(ReportTerm).order_by(ReportTerm.from_on, ReportTerm.changed_index)):
        rows.setdefault(row.organ_id, []).append(row)
    return tuple((organ, _number(session, "report_term", None, found, on, column="days")) for organ, found in rows.items())


def _of_organization(session: Session, organization_id: str, on: date) -> OfOrganization:
    lists = select(HouseNumberRow).where(HouseNumberRow.organization_id == organization_id).order_by(HouseNumberRow.from_on)
    registers = select(RegisterPeriod).where(RegisterPeriod.organization_id == organization_id).order_by(RegisterPeriod.from_on)
    own = select(Purpose).where(Purpose.organization_id == organization_id).order_by(Purpose.from_on, Purpose.changed_index)
    of_lists, of_registers = _by_name(session.scalars(lists).all()), _by_name(session.scalars(registers).all())
    return OfOrganization(
        organization_id,
        tuple(_number(session, name, one.default, of_lists.get(name, ()), on) for name, one in HOUSE_NUMBERS.items()),
        tuple(
            _number(session, name, one.default, of_registers.get(name, ()), on, modelled_on=_cited(one.modelled_on))
            for name, one in REGISTER_PERIODS.items()
        ),
        tuple(purpose_lines(session, organization_id=organization_id, on=on)),
        tuple(Change(row.name, row.from_on, set_by(session, index=row.changed_index)) for row in session.scalars(own)),
    )


def _by_name(rows: Sequence[Any]) -> Mapping[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(row.name, []).append(row)
    return found


def _number(
    session: Session,
    name: str,
    default: int | None,
    rows: Sequence[Any],
    on: date,
    *,
    column: str = "value",
    modelled_on: str | None = None,
) -> Number:
    changes = tuple(Change(getattr(row, column), row.from_on, set_by(session, index=row.changed_index)) for row in rows)
    begun = [one for one in changes if one.from_on <= on]
    value = begun[-1].value if begun else default
    return Number(name, "" if value is None else value, default, begun[-1].from_on if begun else None, changes, modelled_on)


def _cited(citation: object) -> str | None:
    return None if citation is None else str(citation)
