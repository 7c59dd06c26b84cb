"""Home: today's work with counts that open what they count, what waits for the visitor, and how far the ledger is known to hold."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from starlette.responses import Response

from service.acts.reading.inbox import pile_of
from service.acts.reading.verifying import last_verified
from service.acts.table import ACTS
from service.console.act_words import VERBS, said
from service.console.acting.index import may, when
from service.console.approving.inbox import STALLED, lines_of
from service.console.days.deadlines import Near, at_home
from service.console.labels import labels
from service.console.people_words import people_words
from service.console.visit import Visit
from service.database import read
from service.identity.roles import name_of
from service.identity.verifications import VerificationRow
from service.ledger import log_size
from service.proposals.model import Proposal

AT_HOME, SHOWN = 8, 200
"""Proposals that stand on the page, and those that are counted at most."""
BEGUN_HERE = {
    "hr_officer": ("register_person", "take_post", "list_candidate", "record_result", "report_doubt", "sign_pledge"),
    "information_manager": ("record_designation", "designate", "list_handler", "remove_handler", "register_document", "record_contract"),
    "custodian": ("enter_document", "receive_document", "lend_document", "return_loan", "begin_inspection", "report_incident"),
    "administrator": ("open_account", "grant_role", "grant_application", "issue_key", "set_decision_rule"),
    "assessment_officer": ("give_notice", "record_consent", "request_investigation", "receive_opinion", "decide", "notify_result"),
    "complaint_officer": ("answer_complaint",),
}
"""By role, what somebody most often begins with; everything else is on the page of all acts."""


@dataclass(frozen=True, slots=True)
class Count:
    """A count, what it counts, how urgent that is, and the page that lists exactly that."""

    number: int
    name: str
    tone: str
    path: str


@dataclass(frozen=True, slots=True)
class Ledger:
    """The log: how many entries, up to which it is signed, and its last verification from a page, if there was one."""

    size: int
    signed: int
    verified: VerificationRow | None


def home(visit: Visit) -> Response:
    """GET of /home."""
    member = visit.member
    with read(visit.desk.engine) as session:
        reach = [[one.organization_id, *one.units, *one.informations, *one.contracts] for one in member.roles]
        called = labels(session, reach, roles=member.role_names | {"information_manager"})
    near = at_home(visit)
    waiting, _more = pile_of(visit.seated, pile="decide", limit=SHOWN)
    return visit.page(
        "home/home.html",
        roles=[(name_of(one.role, visit.language), one) for one in member.roles],
        called=called,
        counts=[one for one in (*_date_counts(visit, near), *_proposal_counts(visit, waiting)) if one.number],
        lines=lines_of(visit, waiting[:AT_HOME]),
        near=near,
        begun=_begun(visit),
        ledger=_ledger(visit),
    )


def _date_counts(visit: Visit, near: Near) -> list[Count]:
    """Return how many dates have passed or are near, each with the list that it counts."""
    told = people_words(visit.language)
    tones = {"overdue": "bad", "7": "warn", "30": "info"}
    return [Count(one.number, told[f"count_{one.within}"], tones[one.within], one.path) for one in near.counts if one.within in tones]


def _proposal_counts(visit: Visit, waiting: Sequence[Proposal]) -> list[Count]:
    """Return how many proposals wait for the visitor, how many of them too long, and what was sent back to them."""
    told = people_words(visit.language)
    back, _more = pile_of(visit.seated, pile="own", states=["sent_back"], limit=SHOWN)
    stalled = [row for row in waiting if visit.at - row.proposed_at >= STALLED]
    return [
        Count(len(waiting), told["count_waiting"], "info", "/proposals?pile=decide"),
        Count(len(stalled), told["count_stalled"], "warn", "/proposals?pile=decide&stalled=yes"),
        Count(len(back), told["count_sent_back"], "warn", "/proposals?pile=own&state=sent_back"),
    ]


def _begun(visit: Visit) -> list[tuple[str, str, str]]:
    """Return what somebody in these roles most often begins with: address, name, and when it happens."""
    verbs = dict.fromkeys(verb for role in visit.member.role_names for verb in BEGUN_HERE.get(role, ()))
    seat = visit.desk.log.seat
    return [
        (f"/acts/{verb}?back=/home", said(VERBS, verb, visit.language), when(ACTS[verb]))
        for verb in verbs
        if may(visit.member, ACTS[verb], seat=seat)
    ]


def _ledger(visit: Visit) -> Ledger:
    """Return how long the log is, how far it is signed, and when it was verified last and how far."""
    with read(visit.desk.engine) as session:
        signed = session.execute(text("select size from ledger.checkpoints order by size desc limit 1")).scalar()
        newest = next(iter(last_verified(session)), None)
        return Ledger(log_size(session), int(signed or 0), newest)
