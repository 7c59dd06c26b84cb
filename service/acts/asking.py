"""The one way in for acts of people: judged as the law says, then done at once, or put before a second person.

1. The act lock. 2. Who asks, as their roles stand now. 3. Each act: its words, what it concerns, whether a role reaches it.
4. An act that only narrows is done at once. 5. With one that widens everything waits: it is tried, shown, and undone.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from service.actor import Actor
from service.acts.come import require_come
from service.acts.concerning import Concern, OutsideError, concern_of, flat
from service.acts.entitled import (
    for_oneself,
    require_any_role,
    require_fresh,
    require_no_other_way,
    require_no_part,
    require_not_one_s_own,
    require_policies_that_ask,
    require_role,
)
from service.acts.entrusting import require_entrustable
from service.acts.once import FREE, ChangedSinceError, Once, Terms, answered, keep_answer
from service.acts.reports import require_answerable
from service.acts.sane import require_sane
from service.acts.showing import show
from service.acts.table import ACTS, NEW, Known
from service.acts.words import typed
from service.assessment.operations.evening import keep_attempt
from service.database import read, transaction, trial
from service.identity.members import Held, Member, member_of, require_whole
from service.ledger import LOG_SUBJECT, Draft, Kind, Log, begin_act, end_preview, preview, read_head, record
from service.personnel.model import Person
from service.personnel.rules import UnknownIdError
from service.proposals.operations import Content, propose, propose_again
from service.proposals.queries import proposal
from service.statute.periods import legal_day
from service.statute.refusals import Refusal


@dataclass(frozen=True, slots=True)
class Asked:
    """An act as it was asked for: its verb and its words as typed."""

    verb: str
    words: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Done:
    """Acts that were done at once: the index of the first entry, and what each made."""

    first_index: int
    made: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """Acts that wait for a second person, with what they would do."""

    proposal: str
    foreseen: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """An act whose words, concern and role are known."""

    known: Known
    values: Mapping[str, Any]
    concern: Concern
    held: Held


class _Undo(Exception):  # noqa: N818 - a signal to the transaction, never seen outside
    """Ends a transaction or a savepoint without leaving anything."""


class UnfitError(ValueError):
    """The words of an act are not such as it takes; the message begins with the word that is wrong."""


class NoSuchActError(UnfitError):
    """A verb that this seat does not have."""


def known_act(verb: str, *, log: Log) -> Known:
    """Return an act of this seat. Raises NoSuchActError: acts of the other seat do not exist here."""
    known = ACTS.get(verb)
    if known is None or known.seat not in (None, log.seat):
        message = f"verb: there is no act {verb[:64]!r}"
        raise NoSuchActError(message)
    return known


def ask(
    engine: Engine,
    *,
    log: Log,
    member: Member,
    at: datetime,
    acts: Sequence[Asked],
    words: str = "",
    again: str | None = None,
    terms: Terms = FREE,
    given: bool = False,
) -> Done | Waiting:
    """Do acts at once, or propose them where one of them widens; `again` names a proposal that was sent back.

    `given` says that the service itself chose ids and numbers: no door does.

    A refusal of law is kept as an entry. Raises Refusal, Conflict, NotAllowedError, StepUpError, OutsideError, UnfitError,
    and on the `terms` KeyReusedError and ChangedSinceError.
    """
    known = [known_act(one.verb, log=log) for one in acts]
    if not known:
        message = "acts: there is nothing to do"
        raise UnfitError(message)
    for one in known:
        require_any_role(member, one.roles)
    values = [values_of(one, asked, given=given, today=legal_day(at)) for one, asked in zip(known, acts, strict=True)]
    wide = again is not None or any(
        one.widens(value, on=legal_day(at)) and one.judged_by is None for one, value in zip(known, values, strict=True)
    )
    try:
        done = None if wide else _done(engine, log, member, at, known, values, terms)
        if done is not None:
            return done
        with read(engine) as session:
            before = _before(session, terms, at=at)
        if before is not None:
            return before
        foreseen, judged = foresee(engine, log=log, member=member, at=at, known=known, values=values, terms=terms)
    except Refusal as refusal:
        keep_refusal(engine, log=log, actor=member.actor, at=at, known=known[0], acts=acts, refusal=refusal)
        raise
    people = {person for one in judged for person in one.concern.people}
    content = Content([{"verb": one.verb, "words": dict(one.words)} for one in acts], foreseen, people, judged[0].held.organization_id)
    with transaction(engine) as session:
        begin_act(session)
        before = _before(session, terms, at=at)
        return before or _proposed(session, log, member, at, content, words, again, terms.once)


def _before(session: Session, terms: Terms, *, at: datetime) -> Done | Waiting | None:
    """Return what the same request came to before, or None."""
    found = answered(session, terms.once, at=at)
    if found is None:
        return None
    if "proposal" not in found:
        return Done(found["first_index"], tuple(found["made"]))
    row = proposal(session, proposal_id=found["proposal"])
    return Waiting(found["proposal"], tuple(row.foreseen) if row is not None else ())


def _proposed(
    session: Session, log: Log, member: Member, at: datetime, content: Content, words: str, again: str | None, once: Once | None
) -> Waiting:
    told: dict[str, Any] = {"log": log, "actor": member.actor, "at": at, "person": member.person_id, "content": content, "words": words}
    if again is None:
        made = propose(session, **told)
    else:
        propose_again(session, proposal_id=again, **told)
        made = again
    keep_answer(session, once, {"proposal": made}, at=at)
    return Waiting(made, tuple(content.foreseen))


def values_of(known: Known, asked: Asked, *, given: bool = False, today: date | None = None) -> dict[str, Any]:
    """Return the typed words of an act. Raises UnfitError.

    Nobody who asks at a door chooses the ids and numbers of what is made; they are `given` where the service itself asks,
    and in a proposal, whose words were looked at as it was made. With `today` what the act tells of must have happened.
    """
    chosen = next((word for word in asked.words if (known.verb, word) in NEW), None)
    if not given and chosen is not None:
        message = f"{chosen}: unknown; ids are given here"
        raise UnfitError(message)
    try:
        values = typed(known.operation(), asked.words)
        for word, value in flat(values).items():
            require_sane(word, value)
        if today is not None:
            require_come(known, values, today=today)
        if known.only is not None and values.get(known.only[0]) not in known.only[1]:
            message = f"{known.only[0]}: here only {', '.join(sorted(known.only[1]))}"
            raise ValueError(message)  # noqa: TRY301 - told like every other word that does not fit
    except (ValueError, TypeError) as unfit:
        raise UnfitError(str(unfit)) from unfit
    return values


def judged_now(
    session: Session,
    *,
    log: Log,
    member: Member,
    at: datetime,
    known: Sequence[Known],
    values: Sequence[Mapping[str, Any]],
    wide: bool,
    terms: Terms = FREE,
    brought: bool = False,
) -> list[Judged]:
    """Return acts with the role that each stands on, as roles are now. Raises as `entitled` does, and ChangedSinceError.

    What is `brought` forward from before this record was not done here step by step.
    """
    fresh = _as_now(session, log, member, at)
    found: list[Judged] = []
    for one in known:
        # First of all, so that nobody without the role learns which ids there are.
        require_any_role(fresh, one.roles)
    for one, value in zip(known, values, strict=True):
        concern = concern_of(session, one, value, at=at, made=made_before(known, values, before=len(found)))
        held = for_oneself(fresh, one, concern)
        if held is None:
            held = require_role(session, fresh, one.roles, concern, separated=wide)
            require_not_one_s_own(fresh, one, concern)
        require_no_part(session, fresh, one, value)
        require_entrustable(session, one, value, at=at)
        if not brought and not any(each.verb == "bring_forward" for each in known):
            require_no_other_way(session, one, value, seat=log.seat, at=at)
            require_policies_that_ask(session, one, value)
        require_answerable(session, log=log, member=fresh, known=one, values=value)
        if one.step_up:
            require_fresh(fresh, at=at)
        if terms.unless_changed_after is not None and concern.newest > terms.unless_changed_after:
            message = f"what this is about has changed since: now at {concern.newest}"
            raise ChangedSinceError(message)
        found.append(Judged(one, value, concern, held))
    return found


def made_before(known: Sequence[Known], values: Sequence[Mapping[str, Any]], *, before: int) -> set[str]:
    """Return the ids, as given by the service, of what the first acts of several make: whoever may make it reaches it."""
    made = (value.get(one.makes) for one, value in zip(known[:before], values[:before], strict=True) if one.makes is not None)
    return {one for one in made if isinstance(one, str)}


def _as_now(session: Session, log: Log, member: Member, at: datetime) -> Member:
    require_whole(session, log=log, account_id=member.account_id)
    fresh = member_of(session, account_id=member.account_id, at=at)
    if fresh is None:
        word = "account_id"
        raise OutsideError(word)
    return replace(fresh, methods=member.methods, auth_at=member.auth_at)


def _done(
    engine: Engine, log: Log, member: Member, at: datetime, known: Sequence[Known], values: Sequence[Mapping[str, Any]], terms: Terms
) -> Done | Waiting | None:
    """Do acts that narrow; None, and nothing done, where one of them widens as things are recorded at its turn, under the lock."""
    try:
        with transaction(engine) as session:
            begin_act(session)
            before = _before(session, terms, at=at)
            if before is not None:
                return before
            judged = judged_now(session, log=log, member=member, at=at, known=known, values=values, wide=False, terms=terms)
            first = read_head(session).size
            made: list[Any] = []
            for one in judged:
                if one.known.widens_as_recorded(session, one.values, at=at):
                    raise _Undo  # noqa: TRY301 - the way to end a transaction without leaving anything
                made += perform(session, log=log, actor=member.actor, at=at, judged=[one])
            keep_answer(session, terms.once, {"first_index": first, "made": made}, at=at)
            return Done(first, tuple(made))
    except _Undo:
        return None


def perform(session: Session, *, log: Log, actor: Actor, at: datetime, judged: Sequence[Judged]) -> list[Any]:
    """Do acts one after the other in one transaction and return what each made. Raises OutsideError, UnfitError."""
    made = []
    for one in judged:
        operation: Callable[..., Any] = one.known.operation()
        try:
            made.append(operation(session, log=log, actor=actor, at=at, **one.values))
        except UnknownIdError as unknown:
            raise OutsideError(next(iter(unknown.facts), "words")) from unknown
        except ValueError as unfit:
            raise UnfitError(str(unfit)) from unfit
    return made


def foresee(
    engine: Engine,
    *,
    log: Log,
    member: Member,
    at: datetime,
    known: Sequence[Known],
    values: Sequence[Mapping[str, Any]],
    terms: Terms = FREE,
) -> tuple[list[dict[str, Any]], list[Judged]]:
    """Return what acts would do now, and who they stand on: tried in a transaction that is undone. Raises as the acts do."""
    with trial(engine) as session:
        begin_act(session)
        found = preview(session)
        judged = judged_now(session, log=log, member=member, at=at, known=known, values=values, wide=True, terms=terms)
        perform(session, log=log, actor=member.actor, at=at, judged=judged)
        return [show(one) for one in found], judged


def rehearsed(session: Session, *, log: Log, actor: Actor, at: datetime, judged: Sequence[Judged]) -> list[dict[str, Any]]:
    """Return what acts would do if they were done next in this transaction, which it leaves as it was. Raises as the acts do."""
    told: list[dict[str, Any]] = []
    try:
        with session.begin_nested():
            found = preview(session)
            perform(session, log=log, actor=actor, at=at, judged=judged)
            told += [show(one) for one in found]
            raise _Undo  # noqa: TRY301 - the way to end a savepoint without leaving anything
    except _Undo:
        return told
    finally:
        end_preview(session)


def keep_refusal(engine: Engine, *, log: Log, actor: Actor, at: datetime, known: Known, acts: Sequence[Asked], refusal: Refusal) -> int:
    """Write the entry of a refused act and return its index: what was asked is undone, that it was asked stays."""
    step = next((one for one in acts if one.verb in ACTS and ACTS[one.verb].kind is Kind.ASSESSMENT_STEP), None)
    if step is not None:
        with transaction(engine) as session:
            return keep_attempt(
                session, log=log, actor=actor, at=at, person_id=step.words.get("person_id"), verb=step.verb, reason=refusal.reason
            )
    note = {
        "acts": [{"act": one.verb, "asked": {key: str(value) for key, value in one.words.items()}} for one in acts],
        "reason": refusal.reason,
        "basis": [str(citation) for citation in refusal.basis],
    }
    with transaction(engine) as session:
        begin_act(session)
        # What was typed about somebody is theirs, and goes with them.
        named = next((one.words["person_id"] for one in acts if isinstance(one.words.get("person_id"), str)), None)
        subject = LOG_SUBJECT if named is None or session.get(Person, named) is None else named
        draft = Draft(kind=known.kind, actor=actor, at=at, out="refused", subject=subject, note=note)
        return record(session, log=log, draft=draft, rows=[])
