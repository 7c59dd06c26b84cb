"""Dates after a provision or certification: letters and receipts, what is to go back, readiness, changes (Act 10, Order 7 to 17)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from service.deadlines.rules import Deadline, Sort
from service.deadlines.sight import Sight, Source
from service.deadlines.sources.designations import designations_known
from service.personnel.model import Organization
from service.personnel.rules import first_recorded
from service.provision.model import Certification, CertifiedChange, Contract, ContractInformation, Message, Provision, Readiness
from service.provision.owed import of_events, to_be_returned, with_the_provision
from service.provision.rules import READINESS_ITEMS, Event, events_of
from service.statute.citations import cite
from service.statute.periods import days_after

KEEPING = ("information_manager", "custodian")
DECIDING = ("information_manager", "approver")
LETTER = Sort(
    "letter_owed",
    ("提供先への通知書", "A letter to a recipient is owed"),
    ("提供先が古い期間のまま扱う", "The recipient goes on by what no longer holds"),
    "title",
    KEEPING,
    "house",
)
RECEIPT = Sort(
    "receipt_missing",
    ("通知書の受領の確認", "The receipt of a letter is missing"),
    ("届いたかどうかが分からないままになる", "Nobody knows whether it arrived"),
    "title",
    KEEPING,
    "house",
)
RETURN = Sort(
    "to_be_returned",
    ("認定・契約の終了後の返却", "Something is to go back: certification or contract is over"),
    ("取り扱えないものを持ち続ける", "What may not be used any more is still held"),
    "title",
    KEEPING,
    "house",
)
REVIEW = Sort(
    "readiness_review",
    ("適合基準の点検", "An item of readiness is to be looked at again"),
    ("点検が遅れる", "The review is late"),
    "title",
    ("information_manager",),
    "house",
)
REPORT = Sort(
    "change_report_due",
    ("変更の事前報告", "A coming change is to be reported to the organ"),
    ("変更の後の報告になる", "It would be reported after the fact"),
    "title",
    DECIDING,
    "house",
)
SETTLE = Sort(
    "change_decision",
    ("報告された変更の判断", "A reported change is to be decided on"),
    ("判断のないまま変更される", "The change comes undecided"),
    "title",
    DECIDING,
    "house",
)


def find(session: Session, sight: Sight) -> Iterator[Deadline]:
    """Yield the days of letters, receipts, things to be given back, items of readiness and changes."""
    if sight.person_id is not None:
        return
    provisions = session.scalars(
        select(Provision).where(Provision.known(sight.at), Provision.provided_on <= sight.on).order_by(Provision.provided_on, Provision.id)
    ).all()
    yield from _letters(session, sight, provisions)
    yield from _returns(session, sight, provisions)
    yield from _readiness(session, sight)
    yield from _changes(session, sight)


def _letters(session: Session, sight: Sight, provisions: Sequence[Provision]) -> Iterator[Deadline]:
    kinds = {row.id: row.kind for row in session.scalars(select(Organization))}
    # Each seat keeps its own letters: an operator was told of the others, and keeps no count of what its organs owe.
    own = {one for one, kind in kinds.items() if (kind == "operator") == (sight.seat == "operator")}
    messages = [row for row in session.scalars(select(Message).order_by(Message.sent_on, Message.id)) if row.giver_id in own]
    given: dict[tuple[str, str], list[Provision]] = defaultdict(list)
    sent: dict[tuple[str, str], list[Message]] = defaultdict(list)
    provisions = [row for row in provisions if row.giver_id in own]
    for row in provisions:
        given[row.information_id, row.giver_id].append(row)
    for one in messages:
        sent[one.information_id, one.giver_id].append(one)
    events: dict[str, list[Event]] = defaultdict(list)
    for designated in designations_known(session, sight):
        events[designated.information_id] += events_of(designated, on=sight.on)
    owed = list(with_the_provision(session, provisions, messages))
    for (information, giver), rows in given.items():
        owed += of_events(rows, sent[information, giver], events[information], giver, kinds[giver])
    for each in owed:
        on = sight.house(days_after(each.since, sight.periods["letter_days"]))
        source = f"{each.provision_id}/{each.about}/{each.designator_id}/{each.since}/{each.last_day}"
        whose, information = frozenset((each.giver_id,)), each.information_id
        yield Deadline(LETTER, source, on, (each.citation,), whose, information_id=information, period="letter_days")
    for one in messages:
        if one.sent_on is not None and one.sent_on <= sight.on and (one.received_on is None or one.received_on > sight.on):
            on = sight.house(days_after(one.sent_on, sight.periods["receipt_days"]))
            whose, information = frozenset((one.giver_id,)), one.information_id
            yield Deadline(RECEIPT, one.id, on, (cite("Order 13"),), whose, information_id=information, period="receipt_days")


def _returns(session: Session, sight: Sight, provisions: Sequence[Provision]) -> Iterator[Deadline]:
    """Yield what an operator holds without certification or contract; where the contract sets a term, that is a date of its own."""
    held = [
        row for row in provisions if row.under in {"Act 10(1)", "Act 10(2)"} and (row.returned_on is None or row.returned_on > sight.on)
    ]
    certified, covered = _certified(session, sight), _covered(session, sight)
    lapsed = {
        row.receiver_id
        for row in held
        if (row.receiver_id, row.giver_id) not in certified or row.information_id not in covered[row.receiver_id, row.giver_id]
    }
    for operator in sorted(lapsed):
        for one in to_be_returned(session, operator_id=operator, on=sight.on, at=sight.at):
            if one.return_by is None:
                on = sight.house(days_after(one.since, sight.periods["return_days"]))
                yield Deadline(
                    RETURN,
                    one.provision_id,
                    on,
                    (cite("Act 10(3)"),),
                    frozenset((one.operator_id, one.organ_id)),
                    information_id=one.information_id,
                    contract_id=one.contract_id,
                    period="return_days",
                )


def _certified(session: Session, sight: Sight) -> set[tuple[str, str]]:
    found = select(Certification.operator_id, Certification.organ_id).where(
        Certification.certified_on <= sight.on,
        or_(Certification.ended_on.is_(None), Certification.ended_on > sight.on),
        Certification.known(sight.at),
    )
    return {(operator, organ) for operator, organ in session.execute(found)}


def _covered(session: Session, sight: Sight) -> Mapping[tuple[str, str], set[str]]:
    """Return the informations that live contracts cover, by operator and organ."""
    replaces = {row.id: row.replaces for row in session.execute(select(Contract.id, Contract.replaces))}
    live = select(Contract).where(
        Contract.from_on <= sight.on, or_(Contract.until_on.is_(None), Contract.until_on > sight.on), Contract.known(sight.at)
    )
    parties = {first_recorded(replaces, row.id): (row.operator_id, row.organ_id) for row in session.scalars(live)}
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for link in session.scalars(select(ContractInformation)):
        pair = parties.get(first_recorded(replaces, link.contract_id))
        if pair is not None:
            found[pair].add(link.information_id)
    return found


def _readiness(session: Session, sight: Sight) -> Iterator[Deadline]:
    citations: Mapping[str, str] = {str(item): citation for item, citation in READINESS_ITEMS.items()}
    newest: dict[tuple[str, str | None, bool, str], Readiness] = {}
    found = select(Readiness).where(Readiness.noted_on <= sight.on).order_by(Readiness.noted_on, Readiness.changed_index)
    for row in session.scalars(found):
        newest[row.operator_id, row.organ_id, row.examined, row.item] = row
    for row in newest.values():
        # An organ looks again at what it examined, an operator at its own.
        if row.review_on is not None and row.examined == (sight.seat == "organ"):
            whose = frozenset((row.organ_id if row.examined and row.organ_id is not None else row.operator_id,))
            yield Deadline(REVIEW, row.id, row.review_on, (cite(citations[row.item]),), whose)


def _changes(session: Session, sight: Sight) -> Iterator[Deadline]:
    """Yield when changes are to be reported, as long as they are not, and then by when the organ decides on them."""
    for row in session.scalars(select(CertifiedChange).order_by(CertifiedChange.id)):
        if row.reported_on is None or row.reported_on > sight.on:
            if sight.seat == "operator":
                yield Deadline(REPORT, row.id, row.due_on, (cite("Order 16"),), frozenset((row.operator_id,)))
        elif sight.seat == "organ" and (row.settled_on is None or row.settled_on > sight.on):
            yield Deadline(SETTLE, row.id, row.planned_on, (cite("Act 10(1)"),), frozenset((row.organ_id,)))


SOURCE = Source("provisions", (LETTER, RECEIPT, RETURN, REVIEW, REPORT, SETTLE), find)
