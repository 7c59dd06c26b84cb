"""What a deadline is, who is told of it, how far ahead, and the periods of the house, over plain values.

Legal deadlines are shown as they are. Only dates of the house, and the days of reminders, move off a holiday, and only to
an earlier day. What stands for a rule that is not published to us is a period of the house, marked as a default.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from types import MappingProxyType
from typing import Literal

from service.statute.citations import Citation, cite
from service.statute.holidays import Calendar
from service.statute.refusals import Refusal

Shows = Literal["title", "listing", "clearance_state", "assessment_step"]
"""The class of disclosure that a deadline tells something of; the table of entitlements says who may see it.

Of `assessment_step` no entry ever tells: that somebody is being assessed, or complains, would be read off their number.
"""
SetBy = Literal["law", "contract", "list", "house"]
Stage = Literal["later", "first", "second", "third", "last", "passed"]
STAGES: tuple[Stage, ...] = ("later", "first", "second", "third", "last", "passed")
REMINDERS: tuple[Stage, ...] = ("first", "second", "third", "last")
"""The steps of the ladder, the furthest first; each has a period of the house."""
PeriodName = Literal[
    "reassess_months",
    "provisional_days",
    "doubt_days",
    "extension_months",
    "reasons_review_months",
    "closing_days",
    "letter_days",
    "receipt_days",
    "return_days",
    "consent_days",
    "step_days",
    "opinion_days",
    "result_days",
    "complaint_days",
    "first_reminder_days",
    "second_reminder_days",
    "third_reminder_days",
    "last_reminder_days",
    "shown_days",
    "keep_person_years",
    "keep_clearance_years",
    "keep_assessment_years",
    "keep_handling_years",
]


class PeriodRefusedError(Refusal):
    """A period of the house that is out of its bounds."""

    slug = "period-refused"


@dataclass(frozen=True, slots=True)
class Period:
    """A duration that no law sets: its default, its bounds, what it is in words, and the rule that it is modelled on."""

    name: PeriodName
    default: int
    least: int
    most: int
    says: tuple[str, str]
    modelled_on: Citation | None = None


PERIODS: Mapping[str, Period] = MappingProxyType(
    {
        one.name: one
        for one in (
            Period("reassess_months", 12, 1, 36, ("再評価を始める時期（期間満了の何月前）", "Months before the end to re-assess at")),
            Period("provisional_days", 30, 1, 365, ("本人への通知日を確かめる日数", "Days to learn the day of the person's notice in")),
            Period("doubt_days", 30, 1, 365, ("再評価の状況を確かめる日数", "Days until an open re-assessment on doubt is looked at")),
            Period(
                "extension_months",
                3,
                1,
                24,
                ("延長の要否を決める時期（満了の何月前）", "Months before expiry to decide on an extension at"),
            ),
            Period(
                "reasons_review_months",
                12,
                1,
                12,
                ("指定の理由の点検の間隔（月）", "Months between reviews of the reasons for a designation"),
                cite("NPSC Rule 8/2025 13(1)"),
            ),
            Period("closing_days", 14, 1, 365, ("終了時の措置を終える日数", "Days in which to close after an end")),
            Period("letter_days", 14, 1, 365, ("提供先への通知書を送る日数", "Days in which to send a letter to a recipient")),
            Period("receipt_days", 30, 1, 365, ("受領の確認が届くまでの日数", "Days until the receipt of a letter should be there")),
            Period("return_days", 14, 1, 365, ("契約に定めのない返却の日数", "Days to give back in, where no contract says")),
            Period("consent_days", 14, 1, 365, ("適性評価の告知への回答を確かめる日数", "Days until an unanswered notice is looked at")),
            Period("step_days", 30, 1, 365, ("適性評価の次の手続に進む日数", "Days in which to take the next step of an assessment")),
            Period("opinion_days", 90, 1, 730, ("調査結果と調査意見が届くまでの日数", "Days until result and opinion should be there")),
            Period("result_days", 14, 1, 365, ("適性評価の結果を通知する日数", "Days in which to notify a result that was decided")),
            Period("complaint_days", 30, 1, 365, ("苦情の処理結果を通知する日数", "Days in which to answer a complaint")),
            Period("first_reminder_days", 180, 1, 400, ("最初のお知らせ（何日前）", "Days ahead of the first reminder")),
            Period("second_reminder_days", 90, 1, 400, ("二度目のお知らせ（何日前）", "Days ahead of the second reminder")),
            Period("third_reminder_days", 30, 1, 400, ("三度目のお知らせ（何日前）", "Days ahead of the third reminder")),
            Period("last_reminder_days", 7, 1, 400, ("最後のお知らせ（何日前）", "Days ahead of the last reminder")),
            Period("shown_days", 30, 1, 400, ("過ぎた期日を表示する日数", "Days for which a date that passed is still shown")),
            Period(
                "keep_person_years",
                5,
                1,
                60,
                ("在籍を終えた者の氏名等を保存する年数", "Years to keep names of people after they last worked here"),
            ),
            Period(
                "keep_clearance_years",
                10,
                10,
                60,
                ("適性評価の結果の通知から保存する年数", "Years to keep a record after the last result of an assessment"),
                cite("Act 11(1)"),
            ),
            Period(
                "keep_assessment_years",
                5,
                1,
                60,
                ("適性評価及び苦情の手続の終了から保存する年数", "Years to keep a record after the last assessment or complaint ended"),
            ),
            Period(
                "keep_handling_years",
                10,
                5,
                60,
                ("最後の登載・取扱い・貸与から保存する年数", "Years to keep a record after the last listing, handling or loan"),
            ),
        )
    }
)
"""Each with its Japanese and English words. The values are defaults of ours: no published rule sets them."""


def require_period(name: str, value: int) -> Period:
    """Return the period of a name. Raises PeriodRefusedError (out_of_bounds) and, for an unknown name, ValueError."""
    period = PERIODS.get(name)
    if period is None:
        message = f"name: {name!r} is none of {', '.join(PERIODS)}"
        raise ValueError(message)
    if not period.least <= value <= period.most:
        basis = () if period.modelled_on is None else (period.modelled_on,)
        facts = {"period": name, "least": period.least, "most": period.most}
        raise PeriodRefusedError(reason="out_of_bounds", basis=basis, facts=facts)
    return period


@dataclass(frozen=True, slots=True)
class Sort:
    """One sort of deadline: its words, what it shows, which roles are told, what happens when it passes.

    `person` among the roles is whoever it concerns. Where `lapses`, something ends by itself when the day is over; else
    somebody has to do something by that day.
    """

    code: str
    says: tuple[str, str]
    then: tuple[str, str]
    shows: Shows
    told: tuple[str, ...]
    set_by: SetBy
    lapses: bool = False


@dataclass(frozen=True, slots=True)
class Deadline:
    """One date: `on` is the last day in time. `period` names the period of the house that set it, where no law did.

    `silent` is a date that nobody is told of: it is kept so that the ledger says as much of a result that gives no
    clearance as of one that does.
    """

    sort: Sort
    source_id: str
    on: date
    basis: tuple[Citation, ...]
    organizations: frozenset[str] = frozenset()
    person_id: str | None = None
    information_id: str | None = None
    contract_id: str | None = None
    period: PeriodName | None = None
    provisional: bool = False
    silent: bool = False

    @property
    def key(self) -> str:
        """Return what names this date and no other; one that moved is another."""
        return sha256(f"{self.sort.code}\n{self.source_id}\n{self.on}".encode()).hexdigest()

    @property
    def order(self) -> tuple[date, str, str]:
        """Return its place in lists: by day."""
        return (self.on, self.sort.code, self.key)

    @property
    def kept_quiet(self) -> bool:
        """Say whether the ledger never tells of it: it is shown to who asks and may see it, and nothing else."""
        return self.sort.shows == "assessment_step"

    def told_on(self) -> date:
        """Return the day from which on the ledger tells of it: after the last day where something lapses, else the day itself."""
        return self.on + timedelta(days=1) if self.sort.lapses else self.on


def stage(on: date, *, today: date, periods: Mapping[str, int], calendar: Calendar) -> Stage:
    """Return which reminder a date has come to. A reminder that falls on a holiday is given on the working day before."""
    return reached(on, today=today, periods=periods, calendar=calendar)[0]


def reached(on: date, *, today: date, periods: Mapping[str, int], calendar: Calendar) -> tuple[Stage, date]:
    """Return which reminder a date has come to and the day on which it came to it; of one that is far off its own day."""
    if today > on:
        return "passed", on + timedelta(days=1)
    found: tuple[Stage, date] = ("later", on)
    for name in REMINDERS:
        told = calendar.working_day_until(on - timedelta(days=periods[f"{name}_reminder_days"]))
        if told <= today:
            found = (name, told)
    return found


def is_shown(deadline: Deadline, *, today: date, periods: Mapping[str, int]) -> bool:
    """Say whether a date still belongs in lists: what was to be done until it is done, what lapsed for some days more."""
    if deadline.silent:
        return False
    return not deadline.sort.lapses or today <= deadline.on + timedelta(days=periods["shown_days"])
