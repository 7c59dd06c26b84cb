"""Seeding the demo: an invented operator or organ, through the doors that everybody uses.

What lies before today is loaded as recorded history and marked as such; what happens today
is done by the rooms' own operations and by the roster import, and is judged. Each step
finds out whether it was done, so that an interrupted seeding goes on where it stopped.
"""

import json
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from service import clock
from service.actor import Actor
from service.database import read, transaction
from service.designation.model import Document
from service.designation.operations import grant_resource_alias, register_document
from service.identity.account_model import Account
from service.identity.accounts import grant_role, open_account
from service.identity.model import ApiKey, Application
from service.identity.operations import grant_application, issue_key, key_hash
from service.identity.roles import ORGAN_ONLY
from service.jobs.demo_office import open_office
from service.jobs.demo_world import DOCUMENTS, ORIGIN, World, is_demo, world_of
from service.jobs.history import load_history
from service.ledger import Log, Seat, checkpoint_head
from service.need_to_know.operations import Target, list_handler
from service.personnel.model import Alias, Organization, RosterImport, Unit
from service.personnel.operations import register_person, register_unit, take_post
from service.personnel.roster import Options, import_people
from service.personnel.roster.reading import open_roster
from service.personnel.rules import AlreadyRecordedError
from service.statute.periods import legal_day

ACTOR = Actor(id="demo", kind="system", name="demo")
ROSTER_FILE = "demo-roster.csv"
"""Beside the keys, to be looked at and imported again."""
APPLICATION, TRIAL = "demo-app", "demo-trial"
NAMESPACES = ("dms", "employee")
LISTED_TODAY = ("demo-permit", "demo-info-1")
"""The listing that is made today by the operation itself: it is judged, and it stands."""

Say = Callable[[str], None]


class NotADemoError(ValueError):
    """The deployment is a real one; nothing invented goes into it."""


def require_demo(log: Log) -> None:
    """Raise NotADemoError unless the log is a demo's."""
    if not is_demo(log):
        message = f"the log {log.origin} is no demo; give the demo a data directory of its own (SEKISHO_DATA_DIR)"
        raise NotADemoError(message)


def origin_of(seat: Seat) -> str:
    """Return the name of a demo's log."""
    return f"{ORIGIN}{seat}"


@dataclass(frozen=True, slots=True)
class _Seeding:
    """One seeding: the world as of today, and where it goes."""

    engine: Engine
    log: Log
    world: World
    say: Say

    def act(self, operation: Callable[..., object], **words: object) -> None:
        """Perform one operation in its own transaction; one that was done before stays."""
        with suppress(AlreadyRecordedError), transaction(self.engine) as session:
            operation(session, log=self.log, actor=ACTOR, at=clock.now(), **words)

    def done(self, model: type, *conditions: object) -> bool:
        """Tell whether a step has left its last row."""
        with read(self.engine) as session:
            return session.scalars(select(model).where(*conditions).limit(1)).first() is not None  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Keys:
    """The two keys of a demo: an application's, and the trial key that is told why."""

    application: str
    trial: str


def seed(engine: Engine, *, log: Log, keys_file: Path, say: Say) -> Keys:
    """Seed the side of the demo that the log's seat asks for; what is there already stays.

    The keys are kept in `keys_file`, for the owner alone: they open nothing but this demo,
    and its next start prints them again. Raises NotADemoError for a log that is no demo's.
    """
    require_demo(log)
    kept = _kept_keys(engine, keys_file)
    if kept is not None:
        return kept
    world = world_of(log.seat, on=legal_day(clock.now()))
    seeding = _Seeding(engine, log, world, say)
    _history(seeding)
    _units(seeding)
    _documents(seeding)
    _roster(seeding, keys_file.with_name(ROSTER_FILE))
    _today(seeding)
    _members(seeding)
    say("今日の仕事 / a day's work")
    open_office(engine, log=log, organization=world.organization)
    return _issue_keys(seeding, keys_file)


def _kept_keys(engine: Engine, keys_file: Path) -> Keys | None:
    """Return the keys of a demo that was seeded whole: they are issued last of all."""
    try:
        keys = Keys(**json.loads(keys_file.read_text(encoding="ascii")))
    except (OSError, ValueError, TypeError):
        return None
    with read(engine) as session:
        known = select(ApiKey.id).where(ApiKey.hash == key_hash(keys.trial), ApiKey.ended_at.is_(None))
        return keys if session.scalars(known).first() is not None else None


def _history(seeding: _Seeding) -> None:
    if seeding.done(Organization):
        return
    seeding.say("過去の記録 / recorded history")

    def load(session: Session, **words: object) -> object:
        return load_history(session, given=seeding.world.history, **words)  # type: ignore[arg-type]

    seeding.act(load)


def _units(seeding: _Seeding) -> None:
    """Register the units that the recorded history did not name; their ids are their names."""
    for name in seeding.world.units:
        if not seeding.done(Unit, Unit.organization_id == seeding.world.organization, Unit.id == name):
            seeding.act(register_unit, organization_id=seeding.world.organization, name=name, unit_id=name)


def _documents(seeding: _Seeding) -> None:
    if seeding.done(Alias, Alias.namespace == "dms", Alias.target_id == DOCUMENTS[-1][0]):
        return
    seeding.say("資料 / documents")
    for place, (name, title, carries) in enumerate(DOCUMENTS, start=1):
        if not seeding.done(Document, Document.id == name):
            seeding.act(
                register_document,
                document_id=name,
                title=title,
                number=f"登録第{place}号",
                carries=carries,
                organization_id=seeding.world.organization,
            )
        seeding.act(
            grant_resource_alias,
            namespace="dms",
            value=f"2026-{place:04d}",
            target_kind="document",
            target_id=name,
        )


def _roster(seeding: _Seeding, file: Path) -> None:
    """Bring the staff in from the file of their personnel system, as an officer would."""
    if seeding.done(RosterImport, RosterImport.state == "ended"):
        return
    seeding.say("従業者名簿の取込み / roster import")
    file.write_bytes(seeding.world.roster)
    import_people(
        seeding.engine,
        log=seeding.log,
        actor=ACTOR,
        clock=clock.now,
        roster=open_roster(file),
        options=Options(organization=seeding.world.organization),
    )


def _today(seeding: _Seeding) -> None:
    """List a handler today, by the operation that judges it."""
    if seeding.world.seat == "operator":
        person, information = LISTED_TODAY
        seeding.act(
            list_handler,
            information_id=information,
            organization_id=seeding.world.organization,
            target=Target(person_id=person),
            from_on=legal_day(clock.now()),
        )


MEMBERS = (
    ("demo-admin", "架空 管理", "administrator"),
    ("demo-approver", "架空 決裁", "approver"),
    ("demo-hr", "架空 人事", "hr_officer"),
    ("demo-manager", "架空 保全", "information_manager"),
    ("demo-deputy", "架空 副", "information_manager"),
    ("demo-custodian", "架空 書庫", "custodian"),
    ("demo-complaints", "架空 相談", "complaint_officer"),
    ("demo-assessor", "架空 評価", "assessment_officer"),
    ("demo-auditor", "架空 監査", "auditor"),
)
"""Who signs in at a demo with a click: on the loopback alone, without any secret."""


def _members(seeding: _Seeding) -> None:
    """Let the officers of the demo sign in, and one of its employees."""
    organization = seeding.world.organization
    for person, name, role in MEMBERS:
        if seeding.done(Account, Account.id == f"acc-{person}") or (role in ORGAN_ONLY and seeding.log.seat != "organ"):
            continue
        seeding.act(register_person, legal_name=name, person_id=person)
        seeding.act(take_post, person_id=person, organization_id=organization, post_id=f"post-{person}")
        seeding.act(
            grant_role,
            role=role,
            organization_id=organization,
            from_on=legal_day(clock.now()),
            person_id=person,
            grant_id=f"grant-{person}",
        )
        seeding.act(open_account, person_id=person, sign_in_name=person, account_id=f"acc-{person}")
    employee = seeding.world.speaking[0].id
    if not seeding.done(Account, Account.id == f"acc-{employee}"):
        seeding.act(open_account, person_id=employee, sign_in_name=employee, account_id=f"acc-{employee}")


def _issue_keys(seeding: _Seeding, keys_file: Path) -> Keys:
    """Grant the two applications of the demo and issue a key to each."""
    organization = seeding.world.organization
    for name, words, trial in ((APPLICATION, "文書管理システム", False), (TRIAL, "試行", True)):
        if not seeding.done(Application, Application.id == name):
            seeding.act(
                grant_application,
                application_id=name,
                name=words,
                organization=organization,
                namespaces=NAMESPACES,
                trial=trial,
            )
    keys = Keys(application=_issue(seeding, APPLICATION), trial=_issue(seeding, TRIAL))
    with transaction(seeding.engine) as session:
        checkpoint_head(session, log=seeding.log)
    handle = os.open(keys_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        json.dump({"application": keys.application, "trial": keys.trial}, file)
    return keys


def _issue(seeding: _Seeding, application: str) -> str:
    with transaction(seeding.engine) as session:
        return issue_key(session, log=seeding.log, actor=ACTOR, at=clock.now(), application=application)
