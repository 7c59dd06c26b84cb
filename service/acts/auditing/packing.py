"""Evidence packages for auditors: asked for at a door, made beside the service, taken away when they are whole.

Who asks without a purpose is given leaves, which no budget bounds; with one, what is disclosed counts against the day's budget
before anything is opened, and stands on the record of everybody whom it is about.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

from service.actor import Actor
from service.acts.asking import UnfitError
from service.acts.attempts import attempts_kept
from service.acts.auditing.asking import fitting, query_from
from service.acts.auditing.keeping import AUDITORS, auditing
from service.acts.concerning import OutsideError
from service.acts.reading.circle import roles_for
from service.database import read, transaction
from service.evidence import lookups, rows
from service.evidence.budget import spend_rows
from service.evidence.package import asking, shelf
from service.evidence.package.asking import EVERYTHING, VIEWS, Asker, Wanted
from service.evidence.package.leaves import Filter, clear_of
from service.evidence.package.order import Order, ViewAsked
from service.evidence.package.shelf import Owner, Shelved
from service.evidence.package.writing import Packed, Writer, filter_of
from service.evidence.predicate import parts_of
from service.identity.desk import Desk, Seated
from service.statute.refusals import Refusal

MOST = 5
"""Packages of one person that are kept at a time."""
AT_ONCE = 500
"""People who are told of a look in one transaction, so that acts of others wait for a moment at most."""
PATIENCE = 20
"""Seconds that the witnesses of the log are waited for at a door: an entry may be dated thirty seconds back at most."""
MOST_WAITING = 4
"""How many requests wait for witnesses at once; one more is answered at once, so that the doors stay free for others."""
_waiting = BoundedSemaphore(MOST_WAITING)
logger = logging.getLogger(__name__)


class ShelfFullError(UnfitError):
    """Somebody has as many packages under way or waiting as are kept."""

    def __init__(self) -> None:
        super().__init__(f"package: {MOST} of yours are kept already; take one away first")


@dataclass(frozen=True, slots=True)
class Wish:
    """What an auditor wishes: the words of a query or a saved one, or the organ that it is for; what for; a checkpoint; views."""

    words: Mapping[str, Any]
    query_id: str | None = None
    organ: str | None = None
    purpose: str | None = None
    since: str | None = None
    views: Sequence[str] = ()
    language: str = "ja"


@attempts_kept("package")
def ask_package(seated: Seated, *, wish: Wish) -> Shelved:
    """Ask for a package and return it as it stands: under way.

    Raises NotAllowedError, OutsideError, PurposeNeededError, UnfitError, UnknownIdError, DisclosureRefusedError, BudgetSpentError;
    UnwitnessedError where the site publishes nothing unwitnessed and the witnesses were waited for in vain.
    """
    auditing(seated)
    place = _shelf(seated.desk)
    _sweep(seated.desk, place)
    if len(shelf.all_of(place, seated.member.person_id)) >= MOST:
        raise ShelfFullError
    roles: frozenset[str] = frozenset()
    if wish.purpose is not None:
        roles = frozenset(one.role for one in roles_for(seated, AUDITORS, "denial_reason", wish.purpose))
    desk = seated.desk
    with fitting():
        wanted = _wanted(seated, wish)
        if roles:
            with transaction(desk.engine) as session:
                lookups.spend_look(session, account_id=seated.member.account_id, at=seated.at)
        with _patience() as seconds:
            asker = Asker(seated.member.actor, roles, wish.purpose, seconds)
            address = rows.address_of(desk.engine)
            order = asking.ask(desk.engine, url=address, log=desk.log, clock=desk.clock, asker=asker, wanted=wanted)
    try:
        _spend(seated, order)
    except Refusal:
        asking.completed(desk.engine, log=desk.log, at=desk.clock(), actor=seated.member.actor, order=order, packed=None)
        raise
    shelf.shelve(place, order, Owner(seated.member.account_id, seated.member.person_id, order.made))
    return _going(desk, _found(seated, order.id))


@contextmanager
def _patience() -> Iterator[int]:
    """Yield how long the witnesses may be waited for here and now."""
    free = _waiting.acquire(blocking=False)
    try:
        yield PATIENCE if free else 0
    finally:
        if free:
            _waiting.release()


def packages(seated: Seated) -> list[Shelved]:
    """Return one's own packages, the newest first; what nobody goes on with is gone on with."""
    auditing(seated)
    place = _shelf(seated.desk)
    _sweep(seated.desk, place)
    return [_going(seated.desk, one) for one in shelf.all_of(place, seated.member.person_id)]


def package(seated: Seated, *, package_id: str) -> Shelved:
    """Return a package of one's own. Raises OutsideError."""
    auditing(seated)
    _sweep(seated.desk, _shelf(seated.desk))
    return _going(seated.desk, _found(seated, package_id))


def package_file(seated: Seated, *, package_id: str) -> Path:
    """Return the ZIP of a package of one's own that is ready. Raises OutsideError."""
    one = package(seated, package_id=package_id)
    if one.standing != "ready":
        word = "package_id"
        raise OutsideError(word)
    return one.file


def file_name(order: Order) -> str:
    """Return what a package is called where it is taken away: ASCII, without anybody's name."""
    slug = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in order.origin).strip("-")
    return f"sekisho_{slug}_{order.made[:10]}_{order.id}.zip"


def _found(seated: Seated, package_id: str) -> Shelved:
    known = package_id.isascii() and package_id.replace("_", "").isalnum()
    one = shelf.shelved(_shelf(seated.desk), package_id) if known else None
    if one is None or one.owner.person_id != seated.member.person_id:
        word = "package_id"
        raise OutsideError(word)
    return one


def _shelf(desk: Desk) -> Path:
    if desk.data_dir is None:
        message = "package: this service has no folder to make packages in"
        raise UnfitError(message)
    return shelf.open_shelf(desk.data_dir)


def _sweep(desk: Desk, place: Path) -> None:
    with rows.snapshot(rows.address_of(desk.engine)) as connection:
        shelf.sweep(place, connection, at=desk.clock())


def _wanted(seated: Seated, wish: Wish) -> Wanted:
    predicate, since = EVERYTHING, None
    filters = [bool(wish.words), wish.query_id is not None, wish.organ is not None]
    if sum(filters) > 1:
        message = "query: words, a saved query or an organ, one of them is the filter"
        raise UnfitError(message)
    with read(seated.desk.engine) as session:
        if wish.query_id is not None:
            predicate, since = asking.of_query(session, wish.query_id)
        elif wish.words:
            predicate = query_from(session, wish.words)
    newest = {one.partition("/")[0]: one for one in VIEWS}
    unknown = [one for one in wish.views if one not in newest]
    if unknown or wish.language not in {"ja", "en"}:
        message = f"views: any of {', '.join(newest)}, in ja or en"
        raise UnfitError(message)
    views = tuple(ViewAsked(newest[one], wish.language) for one in dict.fromkeys(wish.views))
    return Wanted(predicate, organ=wish.organ, saved=wish.query_id, since=wish.since or since, views=views)


def _spend(seated: Seated, order: Order) -> None:
    """Count what will be opened before anything is. Raises DisclosureRefusedError."""
    if not order.roles:
        return
    count = 0
    with rows.snapshot(rows.address_of(seated.desk.engine)) as connection:
        finds = filter_of(order, connection, seated.desk.log.keyring)
        for window in rows.windows(connection, start=order.start, end=order.end):
            count += sum(_opened(finds, index, body) for index, body in window)
    with transaction(seated.desk.engine) as session:
        spend_rows(session, person_id=seated.member.person_id, at=seated.at, rows=count, query_id=order.saved)


def _opened(finds: Filter, index: int, body: bytes) -> int:
    """Return in how many acts and decisions of an entry what is withheld will be opened."""
    entry = clear_of(body)
    places = () if entry is None else finds.found(index, entry)
    return 0 if entry is None or not places else sum(place in places and "_sd" in one for place, one in enumerate(parts_of(entry), 1))


@cache
def _workers() -> ThreadPoolExecutor:
    """Return what makes packages: one at a time, beside what the service answers."""
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="packages")


def take_up(desk: Desk) -> list[Future[None]]:
    """Go on with every package that was left unfinished, and take away what is over; return what is waited for.

    Nobody has to look. One that another process makes now is left to it.
    """
    if desk.data_dir is None or not (place := shelf.open_shelf(desk.data_dir)).is_dir():
        return []
    _sweep(desk, place)
    return [_workers().submit(_make, desk, one) for one in shelf.unfinished(place)]


def _going(desk: Desk, one: Shelved) -> Shelved:
    """Let a package that is under way be made, should nobody do so yet."""
    if one.standing == "under_way":
        _workers().submit(_make, desk, one)
    return one


def _make(desk: Desk, one: Shelved) -> None:
    actor, roles = Actor(one.order.by, "person"), frozenset(one.order.roles)

    def look(people: Sequence[str]) -> None:
        about = sorted(set(people) - {one.owner.person_id})
        for some in range(0, len(about), AT_ONCE):
            with transaction(desk.engine) as session:
                told: dict[str, Any] = {"people": about[some : some + AT_ONCE], "purpose": one.order.purpose, "of": "package"}
                lookups.record_list_look(session, log=desk.log, at=desk.clock(), actor=actor, roles=roles, **told)

    def tell(packed: Packed | None) -> None:
        asking.completed(desk.engine, log=desk.log, at=desk.clock(), actor=actor, order=one.order, packed=packed)

    try:
        shelf.make(one, Writer(desk.engine, rows.address_of(desk.engine), desk.log, look), tell)
    except Exception:
        # It is taken up again in a while; what happened is for whoever runs the service.
        logger.exception("a package was not finished")
