"""Home: today's work with counts that open what they count, what waits for the visitor, and how far the ledger is known to hold."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import text
from starlette.responses import Response

from service.acts import deciding
from service.acts.table import ACTS
from service.console.act_words import VERBS, said
from service.console.acting.index import may, when
from service.console.approving.inbox import waiting_lines
from service.console.days.deadlines import at_home
from service.console.labels import labels
from service.console.people_words import people_words
from service.console.visit import Visit
from service.database import read
from service.identity.roles import name_of
from service.ledger import log_size
from service.proposals.queries import proposals
from service.proposals.rules import state_at

STALLED = timedelta(days=7)
"""How long a proposal may wait before it counts as stalled."""
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


def home(visit: Visit) -> Response:
    """GET of /home."""
    member = visit.member
    with read(visit.desk.engine) as session:
        reach = [[one.organization_id, *one.units, *one.informations, *one.contracts] for one in member.roles]
        called = labels(session, reach, roles=member.role_names | {"information_manager"})
    dates, more_dates = at_home(visit)
    return visit.page(
        "home/home.html",
        roles=[(name_of(one.role, visit.language), one) for one in member.roles],
        called=called,
        counts=_proposal_counts(visit),
        lines=waiting_lines(visit, states=("open",))[:8],
        dates=dates,
        more_dates=more_dates,
        begun=_begun(visit),
        ledger=_ledger(visit),
    )


def _proposal_counts(visit: Visit) -> list[Count]:
    """Return how many proposals wait, and how many of them too long."""
    with read(visit.desk.engine) as session:
        found = [
            row
            for row in proposals(session, states=("open", "sent_back"))
            if deciding.visible(session, row, visit.member) and state_at(row.state, row.expires_at, visit.at) in {"open", "sent_back"}
        ]
    told = people_words(visit.language)
    waiting = [row for row in found if row.state == "open" and row.proposed_person != visit.member.person_id]
    back = [row for row in found if row.state == "sent_back" and row.proposed_person == visit.member.person_id]
    stalled = [row for row in found if row.state == "open" and visit.at - row.proposed_at > STALLED]
    counts = [
        Count(len(waiting), told["count_waiting"], "info", "/proposals?show=waiting"),
        Count(len(back), told["count_sent_back"], "warn", "/proposals?show=sent_back"),
        Count(len(stalled), told["count_stalled"], "warn", "/proposals?show=stalled"),
    ]
    return [one for one in counts if one.number]


def _begun(visit: Visit) -> list[tuple[str, str, str]]:
    """Return what somebody in these roles most often begins with: address, name, and when it happens."""
    verbs = dict.fromkeys(verb for role in visit.member.role_names for verb in BEGUN_HERE.get(role, ()))
    seat = visit.desk.log.seat
    return [
        (f"/acts/{verb}?back=/home", said(VERBS, verb, visit.language), when(ACTS[verb]))
        for verb in verbs
        if may(visit.member, ACTS[verb], seat=seat)
    ]


def _ledger(visit: Visit) -> tuple[int, int]:
    """Return how many entries there are, and up to where the log is signed."""
    with read(visit.desk.engine) as session:
        signed = session.execute(text("select size from ledger.checkpoints order by size desc limit 1")).scalar()
        return log_size(session), int(signed or 0)
