"""Dates of designations: validity, extension, thirty and sixty years, review of reasons, closings (Act 3 to 5, Order 7 to 17)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.deadlines.rules import Deadline, Sort
from service.deadlines.sight import Sight, Source
from service.designation.model import Closing, Designation, DesignationGrounds, Extension, Review
from service.designation.rules import Designated, Extended
from service.personnel.model import Organization
from service.personnel.rules import first_recorded
from service.provision.model import Contract, ContractInformation, Provision
from service.statute.citations import Citation, cite
from service.statute.numbers import number
from service.statute.periods import ONE_DAY, after, counted_from, days_after, months_before

MANAGERS = ("information_manager", "approver")
ENDS = Sort(
    "designation_ends",
    ("指定の有効期間の満了", "The validity of a designation ends"),
    ("指定が失効し、終了時の措置が必要になる", "The designation ends, and closing is owed"),
    "title",
    (*MANAGERS, "custodian"),
    "law",
    lapses=True,
)
EXTENSION = Sort(
    "extension_decision",
    ("延長の要否の判断", "An extension is to be decided on"),
    ("判断が有効期間の満了に間に合わないおそれがある", "The decision may come after the validity has ended"),
    "title",
    MANAGERS,
    "house",
)
THIRTY = Sort(
    "thirty_years",
    ("通算30年", "Thirty years in all"),
    ("内閣の承認なしには延長できない", "No extension beyond it without the approval of the Cabinet"),
    "title",
    MANAGERS,
    "law",
    lapses=True,
)
SIXTY = Sort(
    "sixty_years",
    ("通算60年", "Sixty years in all"),
    ("法第4条第4項各号の情報のほかは延長できない", "No extension beyond it but for the exceptions of Act 4(4)"),
    "title",
    MANAGERS,
    "law",
    lapses=True,
)
GROUNDS = Sort(
    "grounds_missing",
    ("指定の要件に当たる理由の記録", "The reasons for the three requirements are to be recorded"),
    ("指定の理由が記録に残らない", "Nothing on record says why it was designated"),
    "title",
    ("information_manager",),
    "law",
)
REVIEW = Sort(
    "reasons_review",
    ("指定の理由の点検", "The reasons for a designation are to be reviewed"),
    ("点検が遅れる", "The review is late"),
    "title",
    ("information_manager",),
    "house",
)
CLOSING = Sort(
    "closing_owed",
    ("終了時の措置", "Closing is owed"),
    ("旧表示が残り、関係者に通知されないままになる", "Old marks stay, and people go on untold"),
    "title",
    ("information_manager", "custodian"),
    "house",
)
OWING = frozenset({"organ", "police", "operator"})
"""Kinds of organization that close; courts and the like have rules of their own."""
RECIPIENTS: Mapping[str, tuple[Citation, ...]] = {
    "police": (cite("Order 12"),),
    "organ": (cite("Order 14"),),
    "operator": (cite("Order 17"),),
}


def find(session: Session, sight: Sight) -> Iterator[Deadline]:
    """Yield the dates of every designation, and the closings that are owed."""
    if sight.person_id is not None:
        return
    known = designations_known(session, sight)
    receivers, contracted = _receivers(session, sight), _contracted(session, sight)
    reviewed, grounded = _reviewed(session, sight), _grounded(session)
    for designated in known:
        if designated.lifted_on is None or designated.lifted_on > sight.on:
            others = [found.get(designated.information_id, frozenset()) for found in (receivers, contracted)]
            yield from _of_validity(designated, sight, frozenset().union(*others))
            yield from _of_reasons(designated, sight, reviewed.get(designated.id), grounded=designated.id in grounded)
    yield from _closings(session, sight, known, receivers)


def _of_validity(designated: Designated, sight: Sight, others: frozenset[str]) -> Iterator[Deadline]:
    last = designated.last_day_as_of(sight.on)
    extended = any(extension.on <= sight.on for extension in designated.extensions)
    whose, information = frozenset((designated.organ_id,)), designated.information_id
    basis = cite("Act 4(2)") if extended else cite("Act 4(1)")
    yield Deadline(ENDS, designated.id, last, (basis,), whose | others, information_id=information)
    if sight.seat != "organ" or last < sight.on:
        return
    decide = sight.house(months_before(last, sight.periods["extension_months"]))
    yield Deadline(EXTENSION, designated.id, decide, (cite("Act 4(2)"),), whose, information_id=information, period="extension_months")
    for sort, name, citation in ((THIRTY, "designation_total_years", "Act 4(3)"), (SIXTY, "designation_longest_years", "Act 4(4)")):
        cap = counted_from(designated.on, years=number(name, on=sight.on))
        if last <= cap:
            yield Deadline(sort, designated.id, cap, (cite(citation),), whose, information_id=information)


def _of_reasons(designated: Designated, sight: Sight, reviewed: date | None, *, grounded: bool) -> Iterator[Deadline]:
    """Yield what the reasons lack: their record from the first day on, and the next review, counted from the last one."""
    if sight.seat == "organ" and designated.in_force(sight.on):
        on = sight.house(after(reviewed or designated.on, months=sight.periods["reasons_review_months"]))
        whose, rule = frozenset((designated.organ_id,)), (cite("NPSC Rule 8/2025 13(1)"), cite("Act 4(7)"))
        information = designated.information_id
        if not grounded:
            yield Deadline(GROUNDS, designated.id, designated.on, (cite("Act 3(1)"),), whose, information_id=information)
        yield Deadline(REVIEW, designated.id, on, rule, whose, information_id=information, period="reasons_review_months")


def _reviewed(session: Session, sight: Sight) -> dict[str, date]:
    """Return when the reasons of each designation were last reviewed, under the id that counts now and every one before it."""
    replaces = {row.id: row.replaces for row in session.execute(select(Designation.id, Designation.replaces))}
    newest: dict[str, date] = {}
    for designation_id, on in session.execute(select(Review.designation_id, Review.on).where(Review.on <= sight.on)):
        first = first_recorded(replaces, designation_id)
        newest[first] = max(on, newest.get(first, on))
    return {one: newest[first] for one in replaces if (first := first_recorded(replaces, one)) in newest}


def _grounded(session: Session) -> frozenset[str]:
    """Return the designations whose reasons are on record, under the id that counts now and every one before it."""
    replaces = {row.id: row.replaces for row in session.execute(select(Designation.id, Designation.replaces))}
    firsts = {first_recorded(replaces, one) for one in session.scalars(select(DesignationGrounds.designation_id))}
    return frozenset(one for one in replaces if first_recorded(replaces, one) in firsts)


def _closings(session: Session, sight: Sight, known: list[Designated], receivers: Mapping[str, frozenset[str]]) -> Iterator[Deadline]:
    """Yield what each holder owes after the end: only once no designation of the information stands any more."""
    of_information: dict[str, list[Designated]] = defaultdict(list)
    for designated in known:
        of_information[designated.information_id].append(designated)
    kinds = {row.id: row.kind for row in session.scalars(select(Organization))}
    done: dict[tuple[str, str], date] = {}
    for row in session.scalars(select(Closing)):
        key = (row.information_id, row.organization_id)
        done[key] = max(row.closed_on, done.get(key, row.closed_on))
    for information, designations in of_information.items():
        begun = [one for one in designations if one.on <= sight.on]
        if not begun or any(one.in_force(sight.on) for one in designations):
            continue
        ended, lifted = max(_ended(one, sight) for one in begun)
        for holder in sorted({one.organ_id for one in begun} | receivers.get(information, frozenset())):
            closed = done.get((information, holder))
            if kinds[holder] in OWING and (closed is None or closed < max(one.on for one in begun)):
                own = (cite("Order 10" if lifted else "Order 7"),)
                basis = own if any(one.organ_id == holder for one in begun) else RECIPIENTS[kinds[holder]]
                on = sight.house(days_after(ended, sight.periods["closing_days"]))
                source = f"{information}/{holder}/{ended}"
                whose = frozenset((holder,))
                yield Deadline(CLOSING, source, on, basis, whose, information_id=information, period="closing_days")


def _ended(designated: Designated, sight: Sight) -> tuple[date, bool]:
    """Return the last day on which a designation stood, and whether it was lifted."""
    last = designated.last_day_as_of(sight.on)
    if designated.lifted_on is not None and designated.lifted_on <= min(last, sight.on):
        return designated.lifted_on - ONE_DAY, True
    return last, False


def designations_known(session: Session, sight: Sight) -> list[Designated]:
    """Return every designation that counts at the instant, with its extensions."""
    rows = session.scalars(select(Designation).order_by(Designation.id)).all()
    replaces = {row.id: row.replaces for row in rows}
    counting = set(session.scalars(select(Designation.id).where(Designation.known(sight.at))))
    extensions: dict[str, list[Extended]] = defaultdict(list)
    for each in session.scalars(select(Extension).order_by(Extension.extended_on, Extension.until_on)):
        extensions[first_recorded(replaces, each.designation_id)].append(Extended(each.extended_on, each.until_on))
    return [
        Designated(
            id=row.id,
            information_id=row.information_id,
            organ_id=row.organ_id,
            on=row.designated_on,
            until_on=row.until_on,
            extensions=tuple(extensions[first_recorded(replaces, row.id)]),
            lifted_on=row.lifted_on,
        )
        for row in rows
        if row.id in counting
    ]


def _receivers(session: Session, sight: Sight) -> dict[str, frozenset[str]]:
    """Return who received each information and has not returned it."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in session.scalars(select(Provision).where(Provision.known(sight.at), Provision.provided_on <= sight.on)):
        if row.returned_on is None or row.returned_on > sight.on:
            found[row.information_id].add(row.receiver_id)
    return {information: frozenset(receivers) for information, receivers in found.items()}


def _contracted(session: Session, sight: Sight) -> dict[str, frozenset[str]]:
    """Return which operators have a contract for each information, whether or not anything was provided yet."""
    rows = session.scalars(select(Contract)).all()
    replaces = {row.id: row.replaces for row in rows}
    live = {
        first_recorded(replaces, row.id): row.operator_id
        for row in session.scalars(select(Contract).where(Contract.known(sight.at), Contract.from_on <= sight.on))
        if row.until_on is None or row.until_on > sight.on
    }
    found: dict[str, set[str]] = defaultdict(set)
    for link in session.scalars(select(ContractInformation)):
        operator_id = live.get(first_recorded(replaces, link.contract_id))
        if operator_id is not None:
            found[link.information_id].add(operator_id)
    return {information: frozenset(operators) for information, operators in found.items()}


SOURCE = Source("designations", (ENDS, EXTENSION, THIRTY, SIXTY, GROUNDS, REVIEW, CLOSING), find)
