"""Erasing a person when nothing keeps their record any longer.

1. Nothing stands in the way: they are gone, hold nothing, are on no list, and every period has run.
2. The keys go: theirs, and those of proposals about them. What these sealed is unreadable here and in every backup.
3. The tables lose who they are; under their pseudonym all stays on which a decision rested.
4. One entry says so, and which keys went with how much; every hash and signature of the log stays as it was.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from service.actor import Actor
from service.database import Base
from service.deadlines.model import MailWishRow
from service.identity.account_model import Account, Credential, SessionRow
from service.identity.account_model import Draft as FormDraft
from service.ledger import Draft, Kind, Log, begin_act, condemn, key_ids_of, record
from service.ledger.acts import PREVIEW
from service.ledger.model import DestroyedKeyRow, KeyRow
from service.ledger.spills import sealed_of
from service.need_to_know.model import Listing, ListingRequest
from service.personnel import queries as personnel
from service.personnel.model import Alias, Person, Post
from service.personnel.rules import AlreadyEndedError, require_words
from service.proposals.model import Proposal, Remark
from service.retention.queries import in_the_way, proposals_about
from service.retention.rules import ERASED, InTheWay, require_erasable, words_in
from service.statute.periods import legal_day

VERB = "erase_person"
_IDS = ("_id", "_on", "_day")


def erase_person(session: Session, *, log: Log, actor: Actor, at: datetime, person_id: str, document_number: str | None = None) -> int:
    """Erase a person and return the index of the entry. At an organ it takes the number of the consent (公文書管理法8条2項).

    It needs two people, who are the caller's to ask, and neither is the person. The secrets of the keys are overwritten when
    the session's work has become durable. Raises ErasureRefusedError, UnknownIdError, AlreadyEndedError where it was done.
    """
    begin_act(session)
    require_words(document_number=document_number)
    person = personnel.require_known(session, Person, person_id, word="person")
    if personnel.is_erased(person):
        raise AlreadyEndedError(message=f"person {person_id!r} was erased", facts={"person": person_id})
    about = proposals_about(session, person_id=person_id)
    own = [row for row in about if is_erasure(row)]
    # (1) what stands in the way
    found = in_the_way(session, person_id=person_id, at=at, but={row.id for row in own})
    if actor.person_id == person_id:
        found = InTheWay(found.codes | {"own_record"}, found.period, found.until, found.basis)
    require_erasable(found, seat=log.seat, document_number=document_number)
    # (2) the keys
    gone = [row for row in about if row in own or _names(row, person)]
    subjects = [person_id, *(row.id for row in gone)]
    rows: list[Base] = [*condemn(session, log=log, at=at, key_ids=_keys(session, subjects))]
    draft = Draft(
        kind=Kind.PERSON_ERASED,
        actor=actor,
        at=at,
        on=legal_day(at),
        person=person_id,
        note=None if document_number is None else {"document_number": document_number},
    )
    if PREVIEW in session.info:
        # Who decides sees whom it is about where they stand now; what is shown here would outlast them.
        return record(session, log=log, draft=draft, rows=rows)
    # (3) the tables
    _empty_proposals(session, person=person, gone=gone)
    _empty_beside(session, person_id=person_id)
    rows += _emptied(session, person=person, at=at)
    # (4) the entry
    return record(session, log=log, draft=draft, rows=rows)


def is_erasure(row: Proposal) -> bool:
    """Say whether a proposal is one of an erasure."""
    return any(act.get("verb") == VERB for act in row.acts)


def _keys(session: Session, subjects: Sequence[str]) -> list[str]:
    """Return the keys in use of some subjects, and those of what was sealed away of them; earlier ones were destroyed before."""
    names = [*(key_ids_of(session, subject)[-1] for subject in subjects), *sealed_of(session, subjects)]
    there = set(session.scalars(select(KeyRow.id).where(KeyRow.id.in_(names))))
    destroyed = set(session.scalars(select(DestroyedKeyRow.id).where(DestroyedKeyRow.id.in_(names))))
    return [name for name in names if name in there - destroyed]


def _names(row: Proposal, person: Person) -> bool:
    """Say whether a proposal may say who somebody is: one about them alone, or one in whose acts about them words were typed."""
    return list(row.people) == [person.id] or any(words_in(act.get("words")) for act in row.acts if _is_about(act, person.id))


def _is_about(act: Mapping[str, Any], person_id: str) -> bool:
    words = act.get("words")
    return isinstance(words, Mapping) and person_id in words.values()


def _empty_proposals(session: Session, *, person: Person, gone: Sequence[Proposal]) -> None:
    """Take what was typed out of proposals about somebody, and their name out of those that they made or decided."""
    for row in gone:
        alone = list(row.people) == [person.id]
        if not is_erasure(row):
            row.acts = [_bare(act) if alone or _is_about(act, person.id) else act for act in row.acts]
            row.foreseen = []
        session.execute(update(Remark).where(Remark.proposal_id == row.id).values(words=""))
    accounts = session.scalars(select(Account.id).where(Account.person_id == person.id)).all()
    session.execute(update(Proposal).where(Proposal.proposed_person == person.id).values(proposed_name=ERASED))
    session.execute(update(Proposal).where(Proposal.decided_by.in_(accounts)).values(decided_name=ERASED))
    session.execute(update(Remark).where(Remark.by.in_(accounts)).values(name=ERASED))


def _bare(act: Mapping[str, Any]) -> dict[str, Any]:
    """Return an act with the words alone that name by ids and days."""
    words = act.get("words")
    kept = {name: value for name, value in words.items() if name.endswith(_IDS)} if isinstance(words, Mapping) else {}
    return {"verb": act.get("verb"), "words": kept}


def _empty_beside(session: Session, *, person_id: str) -> None:
    """Empty what no decision rests on and no entry is compared with."""
    mine = select(Account.id).where(Account.person_id == person_id).scalar_subquery()
    session.execute(update(MailWishRow).where(MailWishRow.person_id == person_id).values(address=None))
    session.execute(update(Credential).where(Credential.account_id.in_(mine)).values(label=None, sealed=b""))
    session.execute(update(SessionRow).where(SessionRow.account_id.in_(mine)).values(provider_session=None))
    session.execute(delete(FormDraft).where(FormDraft.account_id.in_(mine)))
    session.execute(update(ListingRequest).where(ListingRequest.person_id == person_id).values(task=None, reference=None, reason=None))


def _emptied(session: Session, *, person: Person, at: datetime) -> list[Base]:
    """Return the rows that decisions rest on with who somebody is taken out: ids, days and codes stay, and are recorded anew."""
    person.legal_name, person.kana, person.search_key, person.birth_on = ERASED, None, "", None
    rows: list[Base] = [person]
    worded = select(Post).where(Post.person_id == person.id, or_(Post.title.is_not(None), Post.employment.is_not(None)))
    for post in session.scalars(worded):
        post.title = post.employment = None
        rows.append(post)
    for alias in session.scalars(select(Alias).where(Alias.target_kind == "person", Alias.target_id == person.id)):
        alias.value = f"erased:{alias.id}"
        alias.until_on = alias.until_on or max(legal_day(at), alias.from_on or legal_day(at))
        rows.append(alias)
    worded_lines = or_(Listing.task.is_not(None), Listing.reference.is_not(None))
    for listing in session.scalars(select(Listing).where(Listing.person_id == person.id, worded_lines)):
        listing.task = listing.reference = None
        rows.append(listing)
    for account in session.scalars(select(Account).where(Account.person_id == person.id)):
        account.sign_in_name, account.issuer, account.subject = f"erased:{account.id}", None, None
        rows.append(account)
    return rows
