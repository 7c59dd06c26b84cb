"""The log verified from a page: within a time, one at a time, beside the service; and when that was done last."""

from collections.abc import Sequence
from dataclasses import replace
from threading import Lock
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.acts.entitled import require_any_role
from service.database import transaction
from service.evidence.disclosures import keyring_opener
from service.evidence.findings import Finding, Wrong
from service.evidence.rows import address_of, opened_keys, snapshot
from service.evidence.verification import Within, verify_within
from service.identity.desk import Seated
from service.identity.verifications import VerificationRow

SECONDS = 8.0
"""How long a verification from a page may take."""
LAST = 5
_ONE = Lock()
_TELLING = frozenset({Wrong.ANSWER_DIFFERS, Wrong.OUTCOME_DIFFERS})
"""Findings whose detail tells a reason, which takes a look at the entry."""


class VerifyingError(RuntimeError):
    """Somebody else verifies already."""


def verify_now(seated: Seated, *, seconds: float = SECONDS) -> Within:
    """Verify the log as far as the time reaches and keep when that was. Raises NotAllowedError, VerifyingError."""
    require_any_role(seated.member, {"auditor"})
    log = seated.desk.log
    if not _ONE.acquire(blocking=False):
        message = "a verification is under way"
        raise VerifyingError(message)
    try:
        with snapshot(address_of(seated.desk.engine)) as connection:
            found = verify_within(
                connection=connection,
                vkey=opened_keys(connection),
                opener=lambda opened: keyring_opener(opened, log.keyring.scratch()),
                seconds=seconds,
            )
    finally:
        _ONE.release()
    counts = found.report.counts
    row = VerificationRow(
        id=uuid4().hex,
        account_id=seated.member.account_id,
        verified_at=seated.at,
        size=counts.entries,
        covered=found.done["chain"],
        findings=found.report.findings.total,
        whole=found.whole,
    )
    with transaction(seated.desk.engine) as session:
        session.add(row)
    return found


def last_verified(session: Session) -> Sequence[VerificationRow]:
    """Return the last verifications from pages, the newest first."""
    return session.scalars(select(VerificationRow).order_by(VerificationRow.verified_at.desc(), VerificationRow.id).limit(LAST)).all()


def told_of(finding: Finding) -> Finding:
    """Return a finding as somebody may read it who looked at no entry."""
    return replace(finding, detail="–") if finding.wrong in _TELLING else finding
