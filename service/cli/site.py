"""The deployment that a command works on: settings, database, and the log once it is open."""

import getpass
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import psycopg
from sqlalchemy import Engine
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from service.actor import Actor
from service.database import make_engine, read, require_durable
from service.database.embedded import EmbeddedPostgres, ensure_database
from service.database.safety import is_our_socket, require_modest, require_secret
from service.identity.members import is_initialised
from service.jobs.demo_world import is_demo
from service.ledger import KmsCommand, Log, load_log
from service.ledger.floor import require_floor
from service.settings import Settings

DATABASE_NAME = "sekisho"


class SiteNotReadyError(Exception):
    """The deployment lacks something that the command needs; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Site:
    """An open deployment; `url` is the libpq address of its database."""

    settings: Settings
    url: str
    engine: Engine
    opened: Log | None = None

    @property
    def log(self) -> Log:
        """The deployment's log. Raises SiteNotReadyError where the site was opened without."""
        if self.opened is None:
            message = "this command opened its site without the log"
            raise SiteNotReadyError(message)
        return self.opened


@contextmanager
def open_site(*, log: bool = True, settings: Settings | None = None, below_floor: bool = False) -> Iterator[Site]:
    """Yield the deployment; start the embedded database first where no other is named.

    `log=False` leaves the log unread, for commands that run before it is opened, and alone
    may work as a role that owns the tables. Raises UnsafeAddressError for such a role, or a
    password that everybody knows, unless the database is our own embedded one or a demo's;
    UnsafeDatabaseError for a database that may lose acknowledged entries, LogError
    where no log was opened, SiteNotReadyError where the database has no tables, BelowFloorError where entries are missing that
    this server acknowledged: `below_floor=True` is for commands that look into it, or declare them lost.
    """
    settings = settings or Settings()
    with ExitStack() as stack:
        url = settings.database_url
        if url is None:
            server = EmbeddedPostgres(settings.data_dir)
            url = ensure_database(server.start(), DATABASE_NAME)
            stack.callback(server.stop)
        with psycopg.connect(url, autocommit=True) as connection:
            require_durable(connection)
        engine = make_engine(url)
        stack.callback(engine.dispose)
        opened = read_log(engine, settings) if log else None
        if opened is not None and settings.database_url is not None:
            require_safe(url, opened)
        if opened is not None and not below_floor:
            with read(engine) as session:
                require_floor(session, folder=settings.data_dir, origin=opened.origin)
        yield Site(settings=settings, url=url, engine=engine, opened=opened)


def require_safe(url: str, log: Log) -> None:
    """Return if the service may work through an address; a demo's, which keeps nothing, may be any. Raises UnsafeAddressError."""
    # A check on the server itself needs nothing of the demo.
    if is_demo(log):
        return
    require_secret(url)
    if not is_our_socket(url):
        with psycopg.connect(url, autocommit=True) as connection:
            require_modest(connection)


def read_log(engine: Engine, settings: Settings) -> Log:
    """Return the open log of a deployment. Raises LogError, SiteNotReadyError."""
    try:
        with read(engine) as session:
            return load_log(session, keys=settings.keys_dir, kms=kms_of(settings))
    except ProgrammingError as error:
        message = "the database has no tables yet; run: sekisho migrate"
        raise SiteNotReadyError(message) from error


def takes_two(session: Session, log: Log) -> bool:
    """Say whether people sign in here, so that whoever is at the command line may not do alone what takes two of them."""
    return is_initialised(session) and not is_demo(log)


def require_alone(session: Session, log: Log, what: str) -> None:
    """Refuse what takes two people once people sign in here. Raises SiteNotReadyError.

    Before `sekisho init` whoever may run commands on the server sets it up; in a demo nobody is anybody.
    """
    if takes_two(session, log):
        message = f"{what}: this takes two people; propose it in the console or over the API"
        raise SiteNotReadyError(message)


def kms_of(settings: Settings) -> KmsCommand | None:
    """Return the command that holds the master keys, None where they lie in files."""
    return None if settings.kms_command is None else KmsCommand(settings.kms_command)


def account() -> Actor:
    """Return the operating-system account as the actor of a command.

    Whoever may run commands on the server has its keys; the account's name is the one
    thing that the ledger can say of them until people sign in.
    """
    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        name = f"uid{os.getuid()}"
    return Actor(id=f"account:{name}", kind="system", name=name)
