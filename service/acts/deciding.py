"""The second person: what a proposal would do now, and its approval, in which its acts happen.

1. The act lock. 2. The proposal, open and not one's own. 3. Each act as it stands now: the proposer's role, then the approver's, by
the table of decision rules. 4. What would happen is what was shown. 5. The acts, in the proposer's name, with the second person.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from service.actor import Footing, Second
from service.acts.as_proposed import require_as_proposed
from service.acts.asking import Asked, Judged, foresee, judged_now, keep_refusal, known_act, perform, rehearsed, values_of
from service.acts.concerning import OutsideError
from service.acts.deciders import is_in_full, is_viewer, seconds_for, visible
from service.acts.entitled import NotAllowedError, came_by, require_fresh, require_not_one_s_own, require_role
from service.acts.once import FREE, ChangedSinceError, Terms, answered, keep_answer
from service.acts.showing import digest_of
from service.acts.table import Known
from service.database import read, transaction
from service.identity.members import Held, Member, member_of, require_whole
from service.ledger import Log, begin_act, read_head
from service.proposals import operations as proposals
from service.proposals.model import Proposal
from service.proposals.queries import proposal, standing_of, thread
from service.proposals.rules import ProposalStateError, require_other_person, require_role_before, require_state, state_at
from service.statute.refusals import Conflict, Refusal

CHANGED = "what would happen has changed since it was shown; look at it again"


@dataclass(frozen=True, slots=True)
class Shown:
    """A proposal as it stands: what it would do now, and the digest of that; or why it cannot be done.

    To whoever only audits, `acts` have no words and `foreseen` no rows: names and texts are shown them entry by entry, for a purpose.
    """

    row: Proposal
    acts: Sequence[Mapping[str, Any]]
    state: str
    thread: Sequence[Any]
    foreseen: Sequence[Mapping[str, Any]]
    digest: str
    hindrance: str | None
    may_decide: bool
    held: Held | None = None
    """The role on which whoever looks would approve it: its footing, and in whose name."""
    barred: str | None = None
    """Why whoever looks may not approve it, as the code of a refusal; `no_role` and `out_of_reach` where no role serves."""
    in_the_way: Exception | None = None
    """What keeps its acts from happening now."""
    changed: bool = False
    """Whether what it would do is no longer what was shown when it was proposed."""


@dataclass(frozen=True, slots=True)
class Approved:
    """What an approval did: the index of the first entry and what each act made."""

    proposal: str
    first_index: int
    made: tuple[Any, ...]


def show_proposal(engine: Engine, *, log: Log, member: Member, at: datetime, proposal_id: str) -> Shown:
    """Return a proposal with what it would do now. Raises OutsideError for one that is unknown or not theirs to see."""
    with read(engine) as session:
        row = _visible_row(session, member, proposal_id)
        said = thread(session, proposal_id=proposal_id)
        state = state_at(row.state, row.expires_at, at)
        proposer = member_of(session, account_id=row.proposed_by, at=at)
        audited = not is_in_full(session, row, member)
        session.expunge_all()
    if audited:
        acts = [{"verb": act["verb"], "words": {}} for act in row.acts]
        return Shown(row, acts, state, (), [{**one, "rows": []} for one in row.foreseen], "", None, may_decide=False)
    if state not in {"open", "sent_back"}:
        return Shown(row, row.acts, state, said, row.foreseen, "", None, may_decide=False)
    try:
        foreseen, judged = _now(engine, log, row, proposer, at)
    except (Refusal, Conflict, OutsideError, NotAllowedError, ValueError) as hindrance:
        with read(engine) as session:
            # What it would do is hindered; whoever may decide it may send it back or reject it all the same.
            held, barred = _may_decide(session, row, member, at=at, log=log) if state == "open" else (None, None)
        may = held is not None
        return Shown(row, row.acts, state, said, row.foreseen, "", str(hindrance), may_decide=may, barred=barred, in_the_way=hindrance)
    digest = digest_of(foreseen, row.acts)
    changed = digest_of(row.foreseen, row.acts) != digest
    with read(engine) as session:
        held, barred = _stands_on(session, row, member, judged, at=at) if state == "open" else (None, None)
    if held is not None:
        # The entries to come name their second person: whoever looks, if they approve.
        second = {"v": 2, "second": member.account_id, "footing": held.footing, "proposal": proposal_id}
        foreseen = [{**one, "entry": {**one["entry"], **second}} for one in foreseen]
    return Shown(row, row.acts, state, said, foreseen, digest, None, may_decide=held is not None, held=held, barred=barred, changed=changed)


def waits_for(session: Session, row: Proposal, member: Member, *, at: datetime, log: Log) -> bool:
    """Say whether an open proposal waits for somebody: they see it, and may approve it as things stand."""
    return is_in_full(session, row, member) and _may_decide(session, row, member, at=at, log=log)[0] is not None


def _visible_row(session: Session, member: Member, proposal_id: str) -> Proposal:
    row = proposal(session, proposal_id=proposal_id)
    if row is None or not visible(session, row, member):
        word = "proposal"
        raise OutsideError(word)
    return row


def _now(engine: Engine, log: Log, row: Proposal, proposer: Member | None, at: datetime) -> tuple[list[dict[str, Any]], list[Judged]]:
    known, values = _acts(row, log)
    return foresee(engine, log=log, member=_as_proposed(proposer, at), at=at, known=known, values=values)


def _acts(row: Proposal, log: Log) -> tuple[list[Known], list[dict[str, Any]]]:
    known = [known_act(act["verb"], log=log) for act in row.acts]
    return known, [values_of(one, Asked(act["verb"], act["words"]), given=True) for one, act in zip(known, row.acts, strict=True)]


def _may_decide(session: Session, row: Proposal, member: Member, *, at: datetime, log: Log) -> tuple[Held | None, str | None]:
    """Return the role on which somebody may decide a proposal, or None and what of them stands against it."""
    if member.person_id == row.proposed_person:
        return None, "own_proposal"
    try:
        known, values = _acts(row, log)
        proposer = _proposer(session, row, at)
        judged = judged_now(session, log=log, member=proposer, at=at, known=known, values=values, wide=True)
    except (Refusal, Conflict, OutsideError, NotAllowedError, ValueError):
        return None, "own_record" if member.person_id in row.people else None
    return _stands_on(session, row, member, judged, at=at)


def _stands_on(
    session: Session, row: Proposal, member: Member, judged: Sequence[Judged], *, at: datetime
) -> tuple[Held | None, str | None]:
    """Return the role on which somebody may approve acts that were judged, or None and what of them stands against it."""
    try:
        return _second(session, row, member, judged, at=at), None
    except Refusal as refusal:
        return None, refusal.reason
    except NotAllowedError:
        return None, "no_role"
    except (OutsideError, ProposalStateError):
        return None, "out_of_reach"


def _proposer(session: Session, row: Proposal, at: datetime) -> Member:
    return _as_proposed(member_of(session, account_id=row.proposed_by, at=at), at)


def _as_proposed(proposer: Member | None, at: datetime) -> Member:
    """Return the proposer as if freshly signed in: a step-up made when proposing need not be made again. Raises NotAllowedError."""
    if proposer is None:
        message = "the proposer has no account any more"
        raise NotAllowedError(message)
    return replace(proposer, methods=frozenset({"proposed", "before"}), auth_at=at)


def _second(session: Session, row: Proposal, member: Member, judged: Sequence[Judged], *, at: datetime) -> Held:
    """Return the role on which somebody may approve all acts of a proposal. Raises as the rules do."""
    standing = standing_of(row)
    require_state(standing, "open", at=at)
    require_other_person(standing, person=member.person_id)
    held: Held | None = None
    roles: dict[str, Held] = {}
    for one in judged:
        held = require_role(session, member, seconds_for(session, one.known.verb), one.concern)
        require_not_one_s_own(member, one.known, one.concern)
        roles[held.id] = held
    for role in roles.values():
        require_role_before(standing, givers=came_by(session, role, person_id=member.person_id, at=at, since=standing.proposed_at))
    assert held is not None  # a proposal has an act
    return held


def approve(
    engine: Engine, *, log: Log, member: Member, at: datetime, proposal_id: str, digest: str, words: str = "", terms: Terms = FREE
) -> Approved:
    """Approve what was shown under `digest`, and let it happen; under the same key once, however often it is sent.

    Raises OutsideError, StepUpError, ProposalRefusedError, ProposalStateError (also where what would happen has changed since it
    was shown), on the `terms` KeyReusedError and ChangedSinceError, and whatever the acts raise; a refusal of law is kept as an
    entry and the proposal stays open.
    """
    require_fresh(member, at=at)
    with read(engine) as session:
        acts = [Asked(act["verb"], act["words"]) for act in _visible_row(session, member, proposal_id).acts]
    try:
        with transaction(engine) as session:
            begin_act(session)
            before = answered(session, terms.once, at=at)
            if before is not None:
                return Approved(proposal_id, before["first_index"], tuple(before["made"]))
            _require_unchanged(_visible_row(session, member, proposal_id), terms)
            done = _approved(session, log=log, member=member, at=at, proposal_id=proposal_id, shown=(digest, words))
            keep_answer(session, terms.once, {"first_index": done.first_index, "made": list(done.made)}, at=at)
            return done
    except Refusal as refusal:
        known = known_act(acts[0].verb, log=log)
        keep_refusal(engine, log=log, actor=member.actor, at=at, known=known, acts=acts, refusal=refusal)
        raise


def _require_unchanged(row: Proposal, terms: Terms) -> None:
    if terms.unless_changed_after is not None and row.changed_index > terms.unless_changed_after:
        message = f"the proposal has changed since: now at {row.changed_index}"
        raise ChangedSinceError(message)


def _approved(session: Session, *, log: Log, member: Member, at: datetime, proposal_id: str, shown: tuple[str, str]) -> Approved:
    digest, words = shown
    row = _visible_row(session, member, proposal_id)
    require_whole(session, log=log, account_id=member.account_id)
    approver = member_of(session, account_id=member.account_id, at=at)
    if approver is None:
        word = "account_id"
        raise OutsideError(word)
    require_other_person(standing_of(row), person=approver.person_id)
    proposer = _proposer(session, row, at)
    known, values = _acts(row, log)
    judged = judged_now(session, log=log, member=proposer, at=at, known=known, values=values, wide=True)
    held = _second(session, row, approver, judged, at=at)
    require_as_proposed(session, log=log, row=row)
    # Under the lock, so that nothing comes between what is compared and what is done.
    if digest_of(rehearsed(session, log=log, actor=proposer.actor, at=at, judged=judged), row.acts) != digest:
        raise ProposalStateError(CHANGED)
    first = read_head(session).size
    approval = proposals.Approval(approver.person_id, approver.name, approver.account_id, held.footing, held.in_name_of, words)
    proposals.approve(session, at=at, proposal_id=proposal_id, approval=approval, first_index=first)
    footing: Footing = held.footing  # type: ignore[assignment]  # the column is one of them
    actor = replace(proposer.actor, second=Second(approver.account_id, footing, proposal_id))
    return Approved(proposal_id, first, tuple(perform(session, log=log, actor=actor, at=at, judged=judged)))


def send_back(engine: Engine, *, log: Log, member: Member, at: datetime, proposal_id: str, words: str) -> None:
    """Send a proposal back with what is to be put right. Raises OutsideError, ProposalRefusedError, ProposalStateError."""
    with transaction(engine) as session:
        begin_act(session)
        _require_decider(session, member, proposal_id, at=at)
        proposals.send_back(session, log=log, actor=member.actor, at=at, person=member.person_id, proposal_id=proposal_id, words=words)


def reject(engine: Engine, *, log: Log, member: Member, at: datetime, proposal_id: str, words: str) -> None:
    """Decide against a proposal. Raises as `send_back` does."""
    with transaction(engine) as session:
        begin_act(session)
        _require_decider(session, member, proposal_id, at=at)
        proposals.reject(session, log=log, actor=member.actor, at=at, person=member.person_id, proposal_id=proposal_id, words=words)


def withdraw(engine: Engine, *, log: Log, member: Member, at: datetime, proposal_id: str, words: str = "") -> None:
    """Take one's own proposal back. Raises OutsideError, ProposalRefusedError, ProposalStateError."""
    with transaction(engine) as session:
        begin_act(session)
        _visible_row(session, member, proposal_id)
        proposals.withdraw(session, log=log, actor=member.actor, at=at, person=member.person_id, proposal_id=proposal_id, words=words)


def view(engine: Engine, *, log: Log, member: Member, at: datetime, proposal_id: str) -> None:
    """View what was approved in one's absence (後閲): by somebody who holds the role by right, not in another's absence."""
    with transaction(engine) as session:
        begin_act(session)
        row = _visible_row(session, member, proposal_id)
        if not is_viewer(session, row, member):
            message = "only whoever was absent views it"
            raise NotAllowedError(message)
        proposals.view(session, log=log, actor=member.actor, at=at, proposal_id=proposal_id)


def _require_decider(session: Session, member: Member, proposal_id: str, *, at: datetime) -> None:
    """Let those decide against a proposal who have a role that might approve it; the acts themselves may fail."""
    row = _visible_row(session, member, proposal_id)
    require_state(standing_of(row), "open", at=at)
    require_other_person(standing_of(row), person=member.person_id)
    fresh = member_of(session, account_id=member.account_id, at=at)
    seconds = {role for act in row.acts for role in seconds_for(session, act["verb"])}
    if fresh is None or not seconds & fresh.role_names:
        message = f"none of your roles may decide this; it takes {' or '.join(sorted(seconds))}"
        raise NotAllowedError(message, roles=seconds)
