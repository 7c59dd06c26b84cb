"""Opening more than a day's budget: an auditor asks for one query and one day, a second auditor or the approver confirms.

Never oneself, by whatever account, and never the audited: whoever the query names, and whoever acted or is spoken of in what it
finds. What auditors leave by auditing (their looks, exports and sign-ins) does not make them the audited, unless the query asks
for just that.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.acts.auditing.asking import fitting
from service.acts.auditing.keeping import auditing
from service.acts.concerning import OutsideError
from service.acts.entitled import require_any_role, require_fresh
from service.acts.reading.auditors import everywhere
from service.database import read, transaction
from service.evidence import budget, queries, searches
from service.evidence.budget import DisclosureRefusedError
from service.evidence.model import DisclosureRequest
from service.identity.account_model import Account
from service.identity.desk import Seated
from service.ledger import begin_act
from service.statute.periods import legal_day

CONFIRMERS = frozenset({"auditor", "approver"})
LOOKED_THROUGH = 2_000_000
"""Entries of a query's time among which the confirmer is looked for; of a longer one nobody can say, and nobody confirms."""
BY_AUDITING = ("evidence:", "ledger:export:", "identity:session:")


def ask_for_more(seated: Seated, *, query_id: str, rows: int, on: date | None, reason: str) -> str:
    """Ask to open more rows of a query on a day (None: today) and return the request's id. Raises UnknownIdError, ValueError."""
    auditing(seated)
    with fitting(), transaction(seated.desk.engine) as session:
        queries.query_of(session, query_id)
        return budget.request_disclosures(
            session,
            log=seated.desk.log,
            actor=seated.member.actor,
            at=seated.at,
            person_id=seated.member.person_id,
            query_id=query_id,
            rows=rows,
            on=on or legal_day(seated.at),
            reason=reason,
        )


def confirm(seated: Seated, *, request_id: str) -> int:
    """Confirm somebody's request and return the index of the entry; it takes a fresh sign-in with two factors.

    Raises NotAllowedError, OutsideError, StepUpError, DisclosureRefusedError (confirms_oneself, confirmed_by_audited,
    too_long_to_tell), UnknownIdError, AlreadyEndedError.
    """
    require_any_role(seated.member, CONFIRMERS)
    require_fresh(seated.member, at=seated.at)
    # The log is looked through before any lock is taken.
    with read(seated.desk.engine) as session:
        if not everywhere(session, [one for one in seated.member.roles if one.role in CONFIRMERS]):
            word = "request_id"
            raise OutsideError(word)
        row = budget.open_request(session, request_id)
        if row.person_id != seated.member.person_id:
            _require_not_audited(session, seated, row)
    with transaction(seated.desk.engine) as session:
        begin_act(session)
        row = budget.open_request(session, request_id)
        return budget.confirm_disclosures(
            session, log=seated.desk.log, actor=seated.member.actor, at=seated.at, row=row, person_id=seated.member.person_id
        )


def asked_for(seated: Seated) -> Sequence[DisclosureRequest]:
    """Return the requests for today and later, for those who may confirm them. Raises NotAllowedError."""
    require_any_role(seated.member, CONFIRMERS)
    with read(seated.desk.engine) as session:
        return budget.requests_from(session, on=legal_day(seated.at))


def _require_not_audited(session: Session, seated: Seated, row: DisclosureRequest) -> None:
    """Refuse whoever the query is about. Raises DisclosureRefusedError."""
    person = seated.member.person_id
    themselves = {person, *session.scalars(select(Account.id).where(Account.person_id == person))}
    query = queries.predicate_of(queries.query_of(session, row.query_id))
    named = {*query.value.get("people", ()), *query.value.get("actors", ())}
    search = replace(searches.search_of(query), who=tuple(sorted(themselves)))
    counts = searches.counts_of(session, search, most=LOOKED_THROUGH)
    kinds = set(counts.kinds) if "kinds" in query.value else {kind for kind in counts.kinds if not kind.startswith(BY_AUDITING)}
    if themselves & named or kinds:
        reason = "confirmed_by_audited"
        raise DisclosureRefusedError(reason)
    if not counts.whole:
        reason = "too_long_to_tell"
        raise DisclosureRefusedError(reason)
