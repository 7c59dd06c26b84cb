"""People who sign in: a site that two founders opened, and everybody that they let in afterwards."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from sqlalchemy import Engine

from service import clock
from service.acts import asking, deciding
from service.acts.asking import Asked, Done, Waiting
from service.database import transaction
from service.decision.policies_in_force import activate_policies
from service.identity import ceremony, enrolling
from service.identity.account_model import Account
from service.identity.accounts import grant_role, open_account
from service.identity.enrolling import Chosen
from service.identity.factors import totp
from service.identity.members import Member, member_of
from service.identity.roles import Profile
from service.ledger import Log, Seat, load_log, open_log
from service.personnel.operations import register_person, take_post
from service.personnel.queries import organizations
from service.statute.periods import legal_day
from tests.builders.site import ACTOR
from tests.builders.worlds import World

PASSWORD = "harbour-lantern-42-quiet"
SECRET = bytes(range(20))


def hashed(password: str) -> str:
    """A quick hash of the form that argon2 gives, so that tests do not wait for the real one."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(password)


@dataclass
class Town:
    """A deployment with members, each known by a short name."""

    engine: Engine
    log: Log
    organization: str
    accounts: dict[str, str] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)
    ahead: timedelta = timedelta(0)

    def now(self) -> datetime:
        return clock.now() + self.ahead

    def today(self) -> date:
        return legal_day(self.now())

    def member(self, name: str, *, fresh: bool = True) -> Member:
        """Somebody as they stand now, signed in with two factors."""
        with transaction(self.engine) as session:
            found = member_of(
                session,
                account_id=self.accounts[name],
                at=self.now(),
                methods=("pwd", "otp"),
                auth_at=self.now() if fresh else self.now() - timedelta(hours=2),
            )
        assert found is not None
        return found

    def ask(self, name: str, verb: str, /, **words: object) -> Done | Waiting:
        return asking.ask(self.engine, log=self.log, member=self.member(name), at=self.now(), acts=[Asked(verb, words)])

    def digest(self, name: str, proposal: str) -> str:
        return deciding.show_proposal(self.engine, log=self.log, member=self.member(name), at=self.now(), proposal_id=proposal).digest

    def approve(self, name: str, proposal: str) -> deciding.Approved:
        digest = self.digest(name, proposal)
        return deciding.approve(self.engine, log=self.log, member=self.member(name), at=self.now(), proposal_id=proposal, digest=digest)

    def both(self, first: str, second: str, verb: str, /, **words: object) -> object:
        """Propose by one and approve by another; return what the act made."""
        waiting = self.ask(first, verb, **words)
        assert isinstance(waiting, Waiting), waiting
        return self.approve(second, waiting.proposal).made[0]

    def admit(self, name: str, /, *roles: str, **reach: Any) -> str:
        """Register a person, open an account for them and give them roles, as the founders would; without the waiting."""
        actor = self.member("admin").actor
        at = self.now()
        with transaction(self.engine) as session:
            person = register_person(session, log=self.log, actor=actor, at=at, legal_name=f"{name} 花子")
            take_post(session, log=self.log, actor=actor, at=at, person_id=person, organization_id=self.organization)
            self.people[name] = person
            self.accounts[name] = open_account(session, log=self.log, actor=actor, at=at, person_id=person, sign_in_name=name)
            for role in roles:
                given: dict[str, Any] = {"role": role, "organization_id": self.organization, "from_on": legal_day(at), "person_id": person}
                grant_role(session, log=self.log, actor=actor, at=at, **given | reach)
        return person

    def equip(self, name: str) -> None:
        """Give somebody the password and device of these tests."""
        with transaction(self.engine) as session:
            account = session.get(Account, self.accounts[name])
            assert account is not None
            enrolling.equip(
                session,
                log=self.log,
                account=account,
                at=self.now(),
                chosen=Chosen(PASSWORD, SECRET, ""),
                password_hash=hashed(PASSWORD),
                step=0,
            )

    def code(self) -> str:
        return totp.code_at(SECRET, totp.step_at(self.now()))


def found_town(engine: Engine, keys: Path, *, seat: Seat = "operator", profile: Profile = "standard") -> Town:
    """Open a log and hold the ceremony: `admin` and `boss`."""
    at = clock.now()
    with transaction(engine) as session:
        log = open_log(session, origin="test.example/town", seat=seat, at=at, keys=keys)
    with transaction(engine) as session:
        activate_policies(session, log=log, actor=ACTOR, at=clock.now())
    beside = ("auditor",) if profile == "small" else ()
    founders = tuple(
        ceremony.Founder(f"{name} 太郎", name, roles, Chosen(PASSWORD, SECRET, ""), hashed(PASSWORD), 0)
        for name, roles in (("admin", ("administrator", *beside)), ("boss", ("approver",)))
    )
    with transaction(engine) as session:
        told = ceremony.hold(
            session, log=log, at=clock.now(), organization_name="架空電力", founders=(founders[0], founders[1]), profile=profile
        )
        organization = organizations(session)[0].id
    town = Town(engine, log, organization)
    for name, (account, _codes) in zip(("admin", "boss"), told, strict=True):
        town.accounts[name] = account
        town.people[name] = town.member(name).person_id
    return town


@dataclass(frozen=True)
class Residents:
    """Who lives in a town: its organization, and by their short names their accounts and themselves."""

    organization: str
    accounts: dict[str, str]
    people: dict[str, str]


def town_world(settle: Callable[[Town], object], *, seat: Seat = "operator") -> World:
    """Return the world of a town in which a function has let people in."""

    def lay(engine: Engine, _url: str, folder: Path) -> Residents:
        town = found_town(engine, folder / "keys", seat=seat)
        settle(town)
        return Residents(town.organization, town.accounts, town.people)

    return World(f"{seat}: {settle.__module__}.{settle.__qualname__}", lay)


def return_to_town(engine: Engine, keys: Path, residents: Residents) -> Town:
    """Return a town that was founded before."""
    with transaction(engine) as session:
        log = load_log(session, keys=keys)
    return Town(engine, log, residents.organization, dict(residents.accounts), dict(residents.people))
