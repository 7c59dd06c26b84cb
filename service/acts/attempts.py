"""Attempts to read that came to nothing are entries too: of the kind of the look, with the outcome `refused`.

What was tried and why it was refused stands beside the entry, sealed for the log: nobody's record tells them of a look that
showed nothing. An attempt is counted, and of a day's flood the first ones are written: a log that anybody can fill fills.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy.orm import Session

from service.actor import Actor
from service.acts.asking import UnfitError
from service.acts.concerning import OutsideError
from service.acts.entitled import NotAllowedError
from service.database import transaction
from service.evidence.budget import count
from service.identity.desk import Seated
from service.identity.entitlements import PurposeNeededError
from service.ledger import Draft, Kind, Log, begin_act, record
from service.statute.periods import legal_day
from service.statute.refusals import Refusal

WRITTEN_A_DAY = 200
"""Refused attempts of one person or application on a day in Japan that are written one by one; the last says that more are counted."""
POOL = "refused"
KEPT = "this attempt is an entry"
P = ParamSpec("P")
T = TypeVar("T")
Read = Callable[Concatenate[Seated, P], T]


def attempts_kept(what: str) -> Callable[[Read[P, T]], Read[P, T]]:
    """Let a refusal to read be an entry; `what` names the records, and an `index` among the words which one it was."""

    def kept(look: Read[P, T]) -> Read[P, T]:
        @wraps(look)
        def looked(seated: Seated, /, *args: P.args, **kwargs: P.kwargs) -> T:
            try:
                return look(seated, *args, **kwargs)
            except (NotAllowedError, OutsideError, PurposeNeededError, Refusal) as refused:
                index = kwargs.get("index")
                if KEPT not in getattr(refused, "__notes__", ()):
                    keep_attempt(seated, what if index is None else f"{what}:{index}", refused, purpose=kwargs.get("purpose"))
                raise

        return looked

    return kept


def keep_attempt(seated: Seated, what: str, refused: Exception, *, purpose: Any = None) -> None:
    """Write that somebody tried to read something and was refused, once for one refusal."""
    refused.add_note(KEPT)
    member = seated.member
    note = {"tried": what, "why": why_of(refused), "purpose": str(purpose) if purpose else None, "roles": sorted(member.role_names)}
    with transaction(seated.desk.engine) as session:
        draft = Draft(kind=Kind.DISCLOSURE_READ, actor=member.actor, at=seated.at, object=what[:128], out="refused", note=note)
        _write(session, seated.desk.log, draft, counted=member.person_id)


def keep_attempt_of_program(session: Session, *, log: Log, at: datetime, application: str, what: str) -> None:
    """Write that an application tried to read what it was not granted; of a day's flood the first ones, as of a person's."""
    note = {"tried": what, "why": "not_granted"}
    actor = Actor(id=application, kind="application")
    draft = Draft(kind=Kind.DISCLOSURE_READ, actor=actor, at=at, object=what[:128], out="refused", note=note)
    _write(session, log, draft, counted=application)


def _write(session: Session, log: Log, draft: Draft, *, counted: str) -> None:
    begin_act(session)
    tried = count(session, person_id=counted, on=legal_day(draft.at), pool=POOL, rows=1)
    if tried > WRITTEN_A_DAY:
        return
    if tried == WRITTEN_A_DAY:
        more = "further attempts of this day are counted, and not written one by one"
        draft = replace(draft, note={**(draft.note or {}), "more": more})
    record(session, log=log, draft=draft, rows=[])


def why_of(refused: Exception) -> str:
    """Return a code for why somebody may not read something."""
    match refused:
        case Refusal():
            return refused.reason
        case NotAllowedError():
            return "not_allowed"
        case PurposeNeededError():
            return "purpose_needed"
        case OutsideError() | UnfitError():
            return "outside"
        case _:
            return "refused"
