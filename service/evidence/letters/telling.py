"""Letters about designations: to recipients (Order 7, 8, 10, 12 to 14, 17), to handlers (Order 5), and receipts for letters."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.designation.model import Closing, ClosingFormality, Designation, Extension
from service.evidence.letters import naming
from service.evidence.letters.paper import Letter, written_day
from service.personnel.model import Organization
from service.provision.model import Message, Provision
from service.provision.owed import Owed, messages_owed
from service.statute.periods import ONE_DAY, legal_day

TITLES = {
    "validity": "重要経済安保情報の提供に伴う指定の有効期間の通知",
    "extended": "指定の有効期間の延長について（通知）",
    "lifted": "指定の解除について（通知）",
    "expired": "指定の有効期間の満了について（通知）",
}
SAYS = {
    "validity": "重要経済安保情報の提供に当たり、当該情報に係る指定の有効期間が満了する年月日を、下記のとおり通知します。",
    "extended": "提供した重要経済安保情報について、下記のとおり指定の有効期間が延長されたので通知します。",
    "lifted": "提供した重要経済安保情報について、下記のとおり指定が解除されたので通知します。",
    "expired": "提供した重要経済安保情報について、下記のとおり指定の有効期間が満了したので通知します。",
}
ASKS = {
    "extended": "貴機関から更に提供等を受けた者がある場合は、これらの者への通知をお願いします。",
    "lifted": "旧重要経済安保情報文書等の表示を抹消した上で指定解除表示をし、更に提供等を受けた者への通知をお願いします。",
    "expired": "旧重要経済安保情報文書等の表示を抹消した上で指定有効期間満了表示をし、更に提供等を受けた者への通知をお願いします。",
}
SEPARATOR = "~"


def owed_subject(one: Owed) -> str:
    """Return by what a letter that is owed is named: the row that waits for it, or its provision, matter and day."""
    return one.message_id or SEPARATOR.join((one.provision_id, one.about, one.since.isoformat()))


def provision_of(session: Session, subject: str) -> Message | Provision | None:
    """Return the row that a letter to a recipient is about; None where there is none."""
    return session.get(Message, subject) or session.get(Provision, subject.partition(SEPARATOR)[0])


def to_recipient(session: Session, subject: str, at: datetime) -> Letter | None:
    """Return a letter to who got an information: as it went out, or as it is owed; None where it is neither."""
    row = session.get(Message, subject)
    if row is not None:
        given = session.get_one(Provision, row.provision_id)
        told = (row.about, row.event_on, row.last_day, row.designator_id)
        return _to_recipient(session, given, told, number=row.number, on=row.sent_on)
    given_to = session.get(Provision, subject.partition(SEPARATOR)[0])
    if given_to is None:
        return None
    kind = session.get_one(Organization, given_to.giver_id).kind
    words = {"information_id": given_to.information_id, "giver_id": given_to.giver_id, "giver_kind": kind}
    owed = messages_owed(session, on=legal_day(at), at=at, **words)
    due = next((one for one in owed if owed_subject(one) == subject), None)
    if due is None:
        return None
    return _to_recipient(session, given_to, (due.about, due.since, due.last_day, due.designator_id), number=None, on=None)


def _to_recipient(
    session: Session,
    given: Provision,
    told: tuple[str, date, date | None, str | None],
    *,
    number: str | None,
    on: date | None,
) -> Letter:
    about, event_on, last_day, designator = told
    items: list[tuple[str, str | None]] = [
        ("指定の整理番号", naming.information_number(session, given.information_id)),
        ("件名", naming.information_title(session, given.information_id)),
        ("提供の年月日", written_day(given.provided_on)),
    ]
    if designator is not None and designator != given.giver_id:
        items.append(("指定をした行政機関", naming.organization(session, designator)))
    match about:
        case "validity":
            items.append(("指定の有効期間が満了する年月日", written_day(last_day)))
        case "extended":
            items += [("延長の年月日", written_day(event_on)), ("延長後の有効期間が満了する年月日", written_day(last_day))]
        case "lifted":
            items.append(("指定を解除した年月日", written_day(event_on)))
        case _:
            items.append(("有効期間が満了した年月日", written_day(last_day)))
    return Letter(
        title=TITLES[about],
        day=on or event_on,
        to=naming.addressed(session, given.receiver_id),
        sender=naming.addressed(session, given.giver_id),
        number=number,
        on=on,
        body=(SAYS[about], *((ASKS[about],) if about in ASKS else ())),
        items=tuple(items),
        basis=_basis(session, about, given, designator),
    )


def _basis(session: Session, about: str, given: Provision, designator: str | None) -> str:
    """Return the article that asks for the letter: with a provision Order 13, later the designator's, or that of whoever passes it on."""
    if about == "validity":
        return {"Act 5(2)": "施行令第11条第3項", "Act 10(2)": "施行令第16条第2項"}.get(given.under, "施行令第13条")
    if designator in (None, given.giver_id):
        return {"extended": "施行令第8条", "lifted": "施行令第10条", "expired": "施行令第7条"}[about]
    kind = session.get_one(Organization, given.giver_id).kind
    return {"organ": "施行令第14条", "police": "施行令第12条", "operator": "施行令第17条"}.get(kind, "施行令第14条")


def designation_notice(session: Session, subject: str, _at: datetime) -> Letter | None:
    """Return the notice of a designation to those who handle the information where a mark is impractical (Act 3(2)(ii), Order 5)."""
    row = session.get(Designation, subject)
    if row is None:
        return None
    return Letter(
        title="重要経済安保情報の指定について（通知）",
        day=row.designated_on,
        to=("",),
        sender=naming.addressed(session, row.organ_id),
        number=row.document_number,
        body=(
            "下記のとおり重要経済安保情報の指定をしたので、重要経済安保情報の保護及び活用に関する法律第３条第２項第２号の規定により通知します。",
        ),
        items=(
            ("指定の整理番号", naming.information_number(session, row.information_id)),
            ("件名", naming.information_title(session, row.information_id)),
            ("指定に係る情報の概要", row.outline),
            ("該当する情報の区分", naming.CLASSES.get(row.class_ or "")),
            ("指定の年月日", written_day(row.designated_on)),
            ("指定の有効期間が満了する年月日", written_day(row.until_on - ONE_DAY)),
        ),
        basis="法第3条第2項第2号、施行令第5条",
    )


def _receipt(letter: Letter, *, what: str, from_: str, number: str | None, letter_on: date | None, arrived_on: date | None) -> Letter:
    dated = f"{written_day(letter_on) or '令和　　年　　月　　日'}付け{number or '第　　　号'}"
    body = f"{from_}からの{dated}「{what}」を、下記のとおり受領しました。"
    return Letter(
        title="受領書",
        day=arrived_on or letter_on or letter.day,
        to=letter.to,
        sender=letter.sender,
        body=(body,),
        items=(("受領の年月日", written_day(arrived_on)), *letter.items, ("受領者（職・氏名）", None)),
        basis=letter.basis,
    )


def receipt_of_designation(session: Session, subject: str, at: datetime) -> Letter | None:
    """Return the receipt for the letter by which a designation was told; None for one that was made here."""
    row = session.get(Designation, subject)
    if row is None or (row.letter_on is None and row.document_number is None):
        return None
    notice = designation_notice(session, subject, at)
    assert notice is not None
    seed = _answering(session, row, notice.items, day=row.designated_on, at=at)
    return _receipt(
        seed,
        what="重要経済安保情報の指定について",
        from_=naming.organization(session, row.organ_id),
        number=row.document_number,
        letter_on=row.letter_on,
        arrived_on=row.arrived_on,
    )


def receipt_of_lifting(session: Session, subject: str, at: datetime) -> Letter | None:
    """Return the receipt for the letter by which a lifting was told; None where none was."""
    row = session.get(Designation, subject)
    if row is None or row.lifted_on is None or (row.lifting_letter_on is None and row.lifting_document_number is None):
        return None
    items = (*_named(session, row.information_id), ("指定を解除した年月日", written_day(row.lifted_on)))
    return _receipt(
        _answering(session, row, items, day=row.lifted_on, at=at),
        what="指定の解除について",
        from_=naming.organization(session, row.organ_id),
        number=row.lifting_document_number,
        letter_on=row.lifting_letter_on,
        arrived_on=row.lifting_arrived_on,
    )


def receipt_of_extension(session: Session, subject: str, at: datetime) -> Letter | None:
    """Return the receipt for the letter by which an extension was told; None for one that was made here."""
    row = session.get(Extension, subject)
    if row is None or (row.letter_on is None and row.document_number is None):
        return None
    designation = session.get_one(Designation, row.designation_id)
    items = (
        *_named(session, designation.information_id),
        ("延長の年月日", written_day(row.extended_on)),
        ("延長後の有効期間が満了する年月日", written_day(row.until_on - ONE_DAY)),
    )
    return _receipt(
        _answering(session, designation, items, day=row.extended_on, at=at),
        what="指定の有効期間の延長について",
        from_=naming.organization(session, designation.organ_id),
        number=row.document_number,
        letter_on=row.letter_on,
        arrived_on=row.arrived_on,
    )


def _named(session: Session, information_id: str) -> tuple[tuple[str, str | None], ...]:
    return (
        ("指定の整理番号", naming.information_number(session, information_id)),
        ("件名", naming.information_title(session, information_id)),
    )


def _answering(session: Session, row: Designation, items: tuple[tuple[str, str | None], ...], *, day: date, at: datetime) -> Letter:
    """Return whom a receipt goes to and who sends it: the giver of the information and its one receiver here, as provided."""
    found = select(Provision).where(Provision.information_id == row.information_id, Provision.known(at))
    given = session.scalars(found.order_by(Provision.provided_on, Provision.id)).all()
    receivers = {one.receiver_id for one in given}
    sender = naming.addressed(session, receivers.pop()) if len(receivers) == 1 else ("",)
    giver = given[0].giver_id if given else row.organ_id
    return Letter(title="", day=day, to=naming.addressed(session, giver), sender=sender, items=items, basis="")


def closing_message(session: Session, subject: str, _at: datetime) -> Letter | None:
    """Return the message with which an organization tells of its closing: marks struck, end marks made, whom it told."""
    row = session.get(Closing, subject)
    if row is None:
        return None
    formality = session.scalars(select(ClosingFormality).where(ClosingFormality.closing_id == row.id)).first()
    marks = {"expired": "指定有効期間満了表示", "lifted": "指定解除表示"}
    told = [] if formality is None else [naming.organization(session, one) or one for one in formality.told]
    return Letter(
        title="重要経済安保情報に係る終了措置の完了について",
        day=row.closed_on,
        to=("",),
        sender=naming.addressed(session, row.organization_id),
        number=None if formality is None else formality.told_number,
        on=row.closed_on,
        body=("下記の重要経済安保情報について、表示の抹消その他の終了に伴う措置を完了したので、お知らせします。",),
        items=(
            *_named(session, row.information_id),
            ("措置を完了した年月日", written_day(row.closed_on)),
            ("付した表示", None if formality is None else marks[formality.end_mark]),
            ("表示を抹消した文書等の件数", None if formality is None else f"{formality.documents_struck}件"),
            ("通知をした相手", "、".join(told) if told else "なし" if formality is not None else None),
        ),
        basis="施行令第7条、第10条、第14条、第17条",
    )
