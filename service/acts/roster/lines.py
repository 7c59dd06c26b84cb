"""Acts of many lines, tried one line behind the other for whoever asks: which of them could not be done, and why."""

from collections.abc import Sequence

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from service.acts.asking import Asked, UnfitError, judged_now, known_act, values_of
from service.acts.balance.bringing import Who
from service.acts.balance.rows import NOTHING
from service.acts.concerning import OutsideError
from service.acts.entitled import NotAllowedError
from service.acts.hindrances import told as why
from service.database import trial
from service.ledger import begin_act, preview
from service.personnel.roster.rows import Rejection
from service.personnel.rules import UnknownIdError
from service.statute.periods import legal_day
from service.statute.refusals import Conflict, Refusal


def rejected_lines(
    engine: Engine, *, who: Who, lines: Sequence[tuple[int, Sequence[Asked]]], first: Sequence[Asked] = ()
) -> list[Rejection]:
    """Return why some of these lines cannot be taken; each is tried behind those before it, and nothing is kept.

    `first` are acts that all lines rest on. Raises UnfitError where these lie outside of a reach.
    """
    rejected: list[Rejection] = []
    with trial(engine) as session:
        begin_act(session)
        preview(session)
        for line, acts in ((0, first), *lines):
            wrong = _tried(session, who, line, acts)
            if wrong is not None and not line:
                message = f"file: {wrong.en}"
                raise UnfitError(message)
            rejected += [wrong] if wrong is not None else []
    return rejected


def _tried(session: Session, who: Who, line: int, acts: Sequence[Asked]) -> Rejection | None:
    """Do the acts of a line for those behind it to see, or return why it cannot be taken."""
    try:
        with session.begin_nested():
            for act in acts:
                _perform(session, who, act)
    except (OutsideError, UnknownIdError):
        # As for somebody whom nobody has: what is out of reach is not there.
        ja, en = NOTHING.ja, NOTHING.en
    except Refusal as refusal:
        ja, en = why(refusal, "ja"), why(refusal, "en")
    except NotAllowedError as wrong:
        ja, en = f"この記録を行う役割がありません({wrong})", str(wrong)
    except (Conflict, ValueError) as wrong:
        ja, en = f"記録と合いません({wrong})", str(wrong)
    else:
        return None
    return Rejection(line, "-", ja, en)


def _perform(session: Session, who: Who, act: Asked) -> None:
    known = known_act(act.verb, log=who.log)
    values = values_of(known, act, given=True, today=legal_day(who.at))
    if who.member is not None:
        judged_now(session, log=who.log, member=who.member, at=who.at, known=[known], values=[values], wide=True)
    known.operation()(session, log=who.log, actor=who.actor, at=who.at, **values)
