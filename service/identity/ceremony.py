"""The first start: two people confirm each other, and the site has an administrator and an approver (`sekisho init`)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4

from sqlalchemy.orm import Session

from service.actor import Actor, Second
from service.identity.account_model import Account
from service.identity.accounts import grant_role, open_account, set_profile
from service.identity.enrolling import Chosen, equip
from service.identity.members import is_deserted, is_initialised
from service.identity.roles import Profile
from service.ledger import Draft, Kind, Log, begin_act, record
from service.personnel.operations import register_organization, register_person, take_post
from service.personnel.queries import organizations
from service.statute.periods import legal_day
from service.statute.refusals import Conflict

BY_THE_CEREMONY = "init"


class AlreadyHeldError(Conflict):
    """The ceremony was held; further people come in by proposals."""

    slug = "already-initialised"


@dataclass(frozen=True, slots=True)
class Founder:
    """One of the two: who they are, how they sign in, and which roles they take."""

    legal_name: str
    sign_in_name: str
    roles: tuple[str, ...]
    chosen: Chosen
    password_hash: str
    step: int
    kana: str | None = None


def hold(
    session: Session, *, log: Log, at: datetime, organization_name: str, founders: tuple[Founder, Founder], profile: Profile = "standard"
) -> tuple[tuple[str, Sequence[str]], tuple[str, Sequence[str]]]:
    """Hold the ceremony: for each founder return the account's id and the recovery codes. One entry for each thing done.

    Each founder's account and roles are entered by themselves and confirmed by the other. It is held again where no
    administrator or no approver is left. Raises AlreadyHeldError.
    """
    begin_act(session)
    if is_initialised(session) and not is_deserted(session, at=at):
        message = "the ceremony was held already: people can sign in; further ones are proposed by the administrator"
        raise AlreadyHeldError(message)
    accounts = tuple(f"acc_{uuid4().hex}" for _ in founders)
    actors = tuple(
        replace(Actor(own, "person", founder.legal_name), second=Second(other, "own", BY_THE_CEREMONY))
        for own, other, founder in zip(accounts, reversed(accounts), founders, strict=True)
    )
    there = organizations(session)
    organization = (
        there[0].id if there else register_organization(session, log=log, actor=actors[0], at=at, kind=log.seat, name=organization_name)
    )
    if profile != "standard":
        set_profile(session, log=log, actor=actors[0], at=at, profile=profile)
    told = [
        (account, _found(session, log, at, actor, founder, account, organization))
        for account, actor, founder in zip(accounts, actors, founders, strict=True)
    ]
    return told[0], told[1]


def _found(session: Session, log: Log, at: datetime, actor: Actor, founder: Founder, account_id: str, organization: str) -> list[str]:
    person = register_person(session, log=log, actor=actor, at=at, legal_name=founder.legal_name, kana=founder.kana)
    take_post(session, log=log, actor=actor, at=at, person_id=person, organization_id=organization)
    open_account(session, log=log, actor=actor, at=at, person_id=person, sign_in_name=founder.sign_in_name, account_id=account_id)
    for role in founder.roles:
        grant_role(session, log=log, actor=actor, at=at, role=role, organization_id=organization, from_on=legal_day(at), person_id=person)
    account = session.get(Account, account_id)
    assert account is not None  # it was opened above
    codes = equip(session, log=log, account=account, at=at, chosen=founder.chosen, password_hash=founder.password_hash, step=founder.step)
    note = {"factors": ["pwd", "otp", "rec"]}
    record(
        session, log=log, draft=Draft(kind=Kind.FACTOR_ENROLLED, actor=actor, at=at, object=account_id, subject=person, note=note), rows=[]
    )
    return codes
