"""Every kind of taking a right away that decisions rest on, by the acts themselves, and how to undo each for the next one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service import clock
from service.actor import Actor
from service.clearance.model import DoubtNotice
from service.clearance.operations import record_doubt_notice
from service.database import Base
from service.decision.policies_in_force import activate
from service.designation.operations.notice import Notice
from service.identity.account_model import Grant
from service.identity.accounts import end_role
from service.identity.model import ApiKey
from service.identity.operations import revoke_key
from service.ledger import Draft, Kind, Log, begin_act, record
from service.need_to_know.model import Listing
from service.need_to_know.operations import Target, remove_handler
from service.provision.model import Certification, Contract
from service.provision.operations import end_certification, end_contract
from service.statute.periods import legal_day
from service.statute.policies import read_policies

ACTOR = Actor(id="revoking", kind="person")
CLOSED_HOUSE = """
@id("house-closed")
@reason("house_rule")
@rank("99")
@concerns("organization")
@citation("Act 10(4)")
@ja("本日は取り扱えません。")
@en("Nothing is handled today.")
forbid (principal, action in Sekisho::Action::"handling", resource);
"""


@dataclass(frozen=True)
class Place:
    """What is taken away: who may handle what, where, by whose notice, on which contract; a key and a role beside it."""

    log: Log
    person: str
    information: str
    operator: str
    organ: str
    contract: str
    key_hash: bytes
    grant: str
    before: dict[str, Any] = field(default_factory=dict)

    @property
    def words(self) -> dict[str, Any]:
        """Who does it, where and when."""
        return {"log": self.log, "actor": ACTOR, "at": clock.now()}

    def about(self, person: str, information: str) -> "Place":
        """The same for somebody else."""
        return replace(self, person=person, information=information, before={})


Act = Callable[[Session, Place], None]


def _put_back(session: Session, place: Place, row: Base, **columns: Any) -> None:
    """Bring a row to what it was, by an entry, as nobody is judged here."""
    begin_act(session)
    for name, value in columns.items():
        setattr(row, name, value)
    record(session, log=place.log, draft=Draft(kind=Kind.HISTORY_RECORDED, actor=ACTOR, at=clock.now()), rows=[row])


def _end_listing(session: Session, place: Place) -> None:
    words = {"information_id": place.information, "organization_id": place.operator, "target": Target(person_id=place.person)}
    remove_handler(session, on=legal_day(clock.now()), **words, **place.words)


def _list_again(session: Session, place: Place) -> None:
    wanted = {"person_id": place.person, "information_id": place.information}
    row = session.scalars(select(Listing).filter_by(**wanted)).one()
    _put_back(session, place, row, until_on=None, removed_on=None)


def _end_contract(session: Session, place: Place) -> None:
    place.before["until_on"] = session.get_one(Contract, place.contract).until_on
    end_contract(session, contract_id=place.contract, last_day=legal_day(clock.now()) - timedelta(days=1), **place.words)


def _conclude_again(session: Session, place: Place) -> None:
    _put_back(session, place, session.get_one(Contract, place.contract), until_on=place.before["until_on"])


def _certification(session: Session, place: Place) -> Certification:
    return session.scalars(select(Certification).filter_by(operator_id=place.operator)).one()


def _end_certification(session: Session, place: Place) -> None:
    row = _certification(session, place)
    end_certification(session, certification_id=row.id, on=legal_day(clock.now()), **place.words)


def _certify_again(session: Session, place: Place) -> None:
    _put_back(session, place, _certification(session, place), ended_on=None)


def _doubt(session: Session, place: Place) -> None:
    today = legal_day(clock.now())
    words = {"person_id": place.person, "head_id": place.organ, "notified_on": today, "notice": Notice("架空第1号", today, today)}
    place.before["id"] = record_doubt_notice(session, **words, **place.words)


def _doubt_no_more(session: Session, place: Place) -> None:
    _put_back(session, place, session.get_one(DoubtNotice, place.before["id"]), replaced_at=clock.now())


def _close_the_house(session: Session, place: Place) -> None:
    shipped = read_policies()
    activate(session, texts=replace(shipped, files={**shipped.files, "house/closed.cedar": CLOSED_HOUSE}), **place.words)


def _open_the_house(session: Session, place: Place) -> None:
    activate(session, texts=read_policies(), **place.words)


def _key(session: Session, place: Place) -> ApiKey:
    return session.scalars(select(ApiKey).filter_by(hash=place.key_hash)).one()


def _revoke_key(session: Session, place: Place) -> None:
    revoke_key(session, key_id=_key(session, place).id, **place.words)


def _key_again(session: Session, place: Place) -> None:
    _put_back(session, place, _key(session, place), ended_at=None)


def _end_role(session: Session, place: Place) -> None:
    end_role(session, grant_id=place.grant, **place.words)


def _role_again(session: Session, place: Place) -> None:
    _put_back(session, place, session.get_one(Grant, place.grant), ended_at=None)


REVOCATIONS: Mapping[str, tuple[Act, Act]] = MappingProxyType(
    {
        "listing": (_end_listing, _list_again),
        "contract": (_end_contract, _conclude_again),
        "certification": (_end_certification, _certify_again),
        "doubt": (_doubt, _doubt_no_more),
        "policy": (_close_the_house, _open_the_house),
        "key": (_revoke_key, _key_again),
        "role": (_end_role, _role_again),
    }
)
"""By kind, the act that takes away and what undoes it."""
