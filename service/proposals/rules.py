"""Who may decide a proposal, and when; pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from service.statute.refusals import Conflict, Refusal

OPEN_FOR = timedelta(days=30)
"""How long a proposal may wait; after that it is proposed anew."""
UNKNOWN = "unknown"
"""Who gave a role where the entries no longer say."""
MOST_ACTS = 1_001
"""Acts in one proposal: one approval, one transaction. A whole file, and the act that names it."""


class ProposalStateError(Conflict):
    """A proposal that is no longer, or not yet, in the state that this step needs."""

    slug = "proposal-state"


class ProposalRefusedError(Refusal):
    """Somebody may not decide this proposal: the proposer, a person concerned, or one whom the proposer made an approver."""

    slug = "proposal-refused"


@dataclass(frozen=True, slots=True)
class Standing:
    """What of a proposal and of the one who decides the rules need."""

    state: str
    expires_at: datetime
    proposed_person: str
    proposed_at: datetime
    people: Collection[str]


def state_at(state: str, expires_at: datetime, at: datetime) -> str:
    """Return the state of a proposal at an instant; one that waits for too long has expired."""
    return "expired" if state in {"open", "sent_back"} and at >= expires_at else state


def require_state(standing: Standing, *wanted: str, at: datetime) -> None:
    """Refuse a step that the proposal's state does not allow. Raises ProposalStateError."""
    state = state_at(standing.state, standing.expires_at, at)
    if state not in wanted:
        message = f"the proposal is {state.replace('_', ' ')}, not {' or '.join(wanted).replace('_', ' ')}"
        raise ProposalStateError(message, facts={"state": state})


def require_proposer(standing: Standing, *, person: str) -> None:
    """Let only the proposer withdraw or propose again. Raises ProposalRefusedError."""
    if person != standing.proposed_person:
        reason = "not_the_proposer"
        raise ProposalRefusedError(reason)


def require_other_person(standing: Standing, *, person: str) -> None:
    """Refuse the proposer and whoever is concerned, whatever the account. Raises ProposalRefusedError."""
    if person == standing.proposed_person:
        reason = "own_proposal"
        raise ProposalRefusedError(reason)
    if person in standing.people:
        reason = "own_record"
        raise ProposalRefusedError(reason)


def require_role_before(standing: Standing, *, givers: Collection[str]) -> None:
    """Refuse a role that came by the proposer after proposing, or by nobody knows whom. Raises ProposalRefusedError."""
    if standing.proposed_person in givers or UNKNOWN in givers:
        reason = "role_given_by_the_proposer"
        raise ProposalRefusedError(reason)
