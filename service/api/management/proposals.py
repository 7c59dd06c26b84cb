"""Proposals: what waits, what each would do, and the steps of deciding it."""

import logging
from typing import Literal

from fastapi import APIRouter, Response
from sqlalchemy.exc import SQLAlchemyError

from service.acts import deciding
from service.acts.asking import UnfitError
from service.acts.concerning import OutsideError
from service.acts.entitled import NotAllowedError
from service.acts.once import FREE, Terms
from service.acts.reading.inbox import proposals_seen
from service.api.management.acts import CHANGED, REFUSALS, TERMS, asked
from service.api.management.collections import Cursor, Limit
from service.api.management.desk import TAGGED, Asking, At, tag
from service.api.management.forms import (
    ActFile,
    Approve,
    ApproveMany,
    Done,
    MaybeWords,
    Outcome,
    Proposal,
    ProposalLine,
    Proposals,
    Remark,
    Waiting,
    Words,
)
from service.identity.desk import Seated
from service.ledger import ClockUnsureError, RecordMismatchError, instant
from service.proposals.model import Proposal as Row
from service.proposals.rules import state_at
from service.statute.refusals import Conflict, Refusal

router = APIRouter(prefix="/proposals", tags=["proposals"], responses=REFUSALS)
logger = logging.getLogger(__name__)
State = Literal["open", "sent_back", "withdrawn", "rejected", "approved"]


@router.get("")
def list_proposals(seated: At, state: State | None = None, limit: Limit = 50, cursor: Cursor = None) -> Proposals:
    """List the proposals that you made or might decide, the newest first, page by page."""
    rows, onward = proposals_seen(seated, states=[state] if state else [], limit=limit, cursor=cursor)
    return Proposals(items=[_line(row, state_at(row.state, row.expires_at, seated.at)) for row in rows], next=onward)


def _line(row: Row, state: str) -> ProposalLine:
    return ProposalLine(
        id=row.id,
        verbs=[act["verb"] for act in row.acts],
        state=state,
        proposed_by=row.proposed_name,
        proposed_at=instant(row.proposed_at),
        expires_at=instant(row.expires_at),
    )


@router.get("/{proposal_id}", responses=TAGGED)
def show(seated: At, response: Response, proposal_id: str) -> Proposal:
    """Show a proposal with what it would do now: the entries to come, and each row before and after."""
    shown = deciding.show_proposal(seated.desk.engine, log=seated.desk.log, member=seated.member, at=seated.at, proposal_id=proposal_id)
    row = shown.row
    tag(response, row.changed_index)
    return Proposal(
        **_line(row, shown.state).model_dump(),
        acts=[dict(one) for one in shown.acts],
        foreseen=[dict(one) for one in shown.foreseen],
        digest=shown.digest,
        hindrance=shown.hindrance,
        may_decide=shown.may_decide,
        decided_by=row.decided_name,
        decided_at=None if row.decided_at is None else instant(row.decided_at),
        footing=row.footing,
        in_name_of=row.in_name_of,
        view_later=row.view_later,
        thread=[Remark(number=one.number, step=one.step, name=one.name, at=instant(one.at), words=one.words) for one in shown.thread],
    )


@router.post("/{proposal_id}/approve", openapi_extra=TERMS, responses=CHANGED)
def approve(seated: At, sent: Asking, proposal_id: str, body: Approve) -> Done:
    """Approve exactly what was shown under a digest; its acts happen now, in one transaction."""
    return _approve(seated, proposal_id, body, terms=sent.terms(seated))


def _approve(seated: Seated, proposal_id: str, body: Approve, *, terms: Terms) -> Done:
    done = deciding.approve(
        seated.desk.engine,
        log=seated.desk.log,
        member=seated.member,
        at=seated.at,
        proposal_id=proposal_id,
        digest=body.digest,
        words=body.words,
        terms=terms,
    )
    return Done(first_index=done.first_index, made=list(done.made))


@router.post("/approve")
def approve_many(seated: At, body: ApproveMany) -> list[Outcome]:
    """Approve many proposals as one file; each is an act of its own and tells its own outcome."""
    outcomes = []
    for one in body.proposals:
        try:
            done = _approve(seated, one.id, Approve(digest=one.digest, words=one.words), terms=FREE)
            outcomes.append(Outcome(id=one.id, first_index=done.first_index, problem=None))
        except (Refusal, Conflict, OutsideError, NotAllowedError, UnfitError, ClockUnsureError, RecordMismatchError) as problem:
            outcomes.append(Outcome(id=one.id, first_index=None, problem=str(problem)))
        except SQLAlchemyError:
            # What was approved before stays approved, and whoever did it must be told.
            logger.exception("one of many approvals failed")
            outcomes.append(Outcome(id=one.id, first_index=None, problem="nothing can be recorded at present; nothing was changed"))
    return outcomes


@router.post("/{proposal_id}/send-back", status_code=204)
def send_back(seated: At, proposal_id: str, body: Words) -> None:
    """Send a proposal back with what is to be put right."""
    deciding.send_back(
        seated.desk.engine, log=seated.desk.log, member=seated.member, at=seated.at, proposal_id=proposal_id, words=body.words
    )


@router.post("/{proposal_id}/reject", status_code=204)
def reject(seated: At, proposal_id: str, body: Words) -> None:
    """Decide against a proposal."""
    deciding.reject(seated.desk.engine, log=seated.desk.log, member=seated.member, at=seated.at, proposal_id=proposal_id, words=body.words)


@router.post("/{proposal_id}/withdraw", status_code=204)
def withdraw(seated: At, proposal_id: str, body: MaybeWords) -> None:
    """Take your own proposal back."""
    deciding.withdraw(
        seated.desk.engine, log=seated.desk.log, member=seated.member, at=seated.at, proposal_id=proposal_id, words=body.words
    )


@router.post("/{proposal_id}/again", openapi_extra=TERMS, responses=CHANGED)
def propose_again(seated: At, sent: Asking, proposal_id: str, body: ActFile) -> Waiting:
    """Put a proposal that was sent back before a second person again, with these acts."""
    outcome = asked(seated, body, terms=sent.terms(seated), again=proposal_id)
    foreseen = getattr(outcome, "foreseen", ())
    return Waiting(proposal=proposal_id, foreseen=[dict(one) for one in foreseen])


@router.post("/{proposal_id}/view", status_code=204)
def view(seated: At, proposal_id: str) -> None:
    """View what was approved in your absence."""
    deciding.view(seated.desk.engine, log=seated.desk.log, member=seated.member, at=seated.at, proposal_id=proposal_id)
