"""Dates of open assessments and of complaints, for those alone who deal with them (Act 12-14, 16).

No source of `service.deadlines` knows them: what stands there is counted and told to the ledger, and that somebody is
being assessed or complains would be read off either. They are found here when somebody asks who may see them: open steps
for who assesses, a complaint for the complaint officer who took no part and for whoever complains. Nobody else waits
longer, or shorter, for an answer because there are any. The Act sets no number for any of them: each period is the house's.
"""

from collections.abc import Iterator, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.assessment.owed import Awaited, Next, awaited, unanswered
from service.assessment.queries import took_part
from service.clearance.queries import clearance_last_day
from service.deadlines.rules import Deadline, PeriodName, Sort
from service.deadlines.sight import Sight, Source
from service.identity.account_model import Account
from service.identity.members import Member
from service.statute.citations import cite
from service.statute.periods import days_after

ASSESSORS = ("assessment_officer",)
GOES_ON_OPEN = ("適性評価は終わらないままになる", "The assessment stays open")


def _step(code: str, ja: str, en: str) -> Sort:
    return Sort(code, (ja, en), GOES_ON_OPEN, "assessment_step", ASSESSORS, "house")


CONSENT = _step("assessment_unanswered", "適性評価の告知への回答がない", "A notice of assessment is not answered")
INVESTIGATION = _step("investigation_not_begun", "適性評価の調査が始まっていない", "The investigation of an assessment has not begun")
OPINION = _step("opinion_awaited", "調査結果と調査意見が届いていない", "Result and opinion of an investigation have not come")
DECISION = _step("assessment_undecided", "適性評価が決定されていない", "An assessment is not decided")
NOTICE = _step("result_not_notified", "適性評価の結果が通知されていない", "The result of an assessment is not notified")
IN_TIME = Sort(
    "reassessment_in_time",
    ("再評価の結果を出す期日（取扱資格の満了）", "The result of a re-assessment should be there: the clearance ends"),
    ("結果の通知まで取り扱うことができなくなる", "Until the result is notified the person may no longer handle anything by it"),
    "assessment_step",
    ASSESSORS,
    "law",
)
COMPLAINT = Sort(
    "complaint_unanswered",
    ("苦情の処理結果が通知されていない", "A complaint is not answered"),
    ("誠実な処理と結果の通知は引き続き必要", "It is still to be dealt with in good faith, and its outcome to be told"),
    "assessment_step",
    ("complaint_officer", "person"),
    "house",
)
SORTS = (CONSENT, INVESTIGATION, OPINION, DECISION, NOTICE, IN_TIME, COMPLAINT)
STEPS: Mapping[Next, tuple[Sort, PeriodName, str]] = {
    "consent": (CONSENT, "consent_days", "Act 12(3)"),
    "investigation": (INVESTIGATION, "step_days", "Act 12(4)"),
    "opinion": (OPINION, "opinion_days", "Act 12(5)"),
    "decision": (DECISION, "step_days", "Act 12(2)"),
    "notice": (NOTICE, "result_days", "Act 13(1)"),
}
"""What an assessment waits for: the sort of date, the period of the house behind it, and the place in the law."""


def is_told_quietly(role: str) -> bool:
    """Say whether a role is told of dates of this file about somebody else."""
    return any(role in sort.told for sort in SORTS)


def source_for(member: Member) -> Source:
    """Return where the dates come from that a member may be told of; it finds nothing for somebody who deals with none."""

    def find(session: Session, sight: Sight) -> Iterator[Deadline]:
        if not member.role_names.isdisjoint(told for sort in SORTS if sort is not COMPLAINT for told in sort.told):
            for one in awaited(session):
                yield from _of_assessment(session, one, sight)
        yield from _of_complaints(session, member, sight)

    return Source("assessments", SORTS, find)


def _of_assessment(session: Session, one: Awaited, sight: Sight) -> Iterator[Deadline]:
    """Yield the day to look at the next step, and of a re-assessment the last day of what it is to follow (Act 12(1)(ii))."""
    sort, period, place = STEPS[one.next]
    on = sight.house(days_after(one.since, sight.periods[period]))
    head = frozenset({one.head_id})
    yield Deadline(sort, one.case_id, on, (cite(place),), head, person_id=one.person_id, period=period)
    if one.running:
        ends = clearance_last_day(session, person_id=one.person_id, head_id=one.head_id, on=sight.on, at=sight.at)
        if ends is not None:
            yield Deadline(IN_TIME, one.case_id, ends, (cite("Act 12(1)(ii)"), cite("Act 11(1)")), head, person_id=one.person_id)


def _of_complaints(session: Session, member: Member, sight: Sight) -> Iterator[Deadline]:
    """Yield the day by which to answer each complaint that a member may know of: their own, and those they may answer."""
    answers = not member.role_names.isdisjoint(COMPLAINT.told)
    names = frozenset(session.scalars(select(Account.id).where(Account.person_id == member.person_id))) | {member.person_id}
    for row in unanswered(session, person_id=None if answers else member.person_id):
        own = row.person_id == member.person_id
        if own or (answers and names.isdisjoint(took_part(session, person_id=row.person_id, head_id=row.head_id))):
            on = sight.house(days_after(row.made_on, sight.periods["complaint_days"]))
            head = frozenset({row.head_id})
            yield Deadline(COMPLAINT, row.id, on, (cite("Act 14(2)"),), head, person_id=row.person_id, period="complaint_days")
