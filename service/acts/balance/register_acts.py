"""Which acts a line of a register stands for, and whether it is on record already."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from service.acts.asking import Asked
from service.acts.balance.rows import Wrong
from service.designation.model import Document
from service.designation.queries import contents_of
from service.personnel.model import new_id
from service.registers import queries
from service.registers.model import Line
from service.registers.people_model import Attendance, Pledge, Training

Words = Mapping[str, Any]
_SEVERAL = Wrong(
    "同じ件名の文書等が複数登録されています。件名の欄に文書管理番号を書いてください",
    "several documents have this title; write the document's own number there",
)
_ELSEWHERE = Wrong("件名と登録番号が一致しません", "another document has this registration number")
_CARRIES = Wrong("登録されている情報と異なります", "the document is registered with other informations")
_KEEPER = Wrong("その場所の保全責任者と異なります", "somebody else is in charge of that place")
_ORIGIN = Wrong("指定に記録された提供元と異なります", "the designation names another originator")
_ONE = Wrong("情報を一件だけ書いてください", "name one information")
_WAY_IN = Wrong("作成年月日か受領年月日のどちらか一方を書いてください", "give the day of its making or that of its receipt, one of the two")
_FROM = Wrong("受領元を書いてください", "say from whom it was received")
_BORROWER = Wrong("貸与先か借受者のどちらか一方を書いてください", "name the organization or the person that borrows, one of the two")


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of a register of an organization, and where and when it is looked at."""

    session: Session
    kind: str
    words: Words
    at: Mapping[str, str]
    now: datetime


def acts_of_line(session: Session, kind: str, words: Words, *, organization: str, now: datetime) -> list[Asked]:
    """Return the acts of a line of a register of an organization, none where it is on record. Raises Wrong."""
    return _ACTS[kind](_Row(session, kind, words, {"organization_id": organization}, now))


def _given(words: Words, **named: str) -> dict[str, Any]:
    """Return the words of an act from those of a row: by each the column that it comes from."""
    return {word: words[column] for word, column in named.items() if words.get(column) is not None}


def _day(words: Words, column: str) -> date:
    return date.fromisoformat(words[column])


def _stands(session: Session, kind: str, at: Mapping[str, str], *conditions: ColumnElement[bool]) -> bool:
    found = select(Line.id).where(Line.kind == kind, Line.organization_id == at["organization_id"], Line.struck_on.is_(None), *conditions)
    return session.scalar(found.limit(1)) is not None


def _document(row: _Row) -> list[Asked]:
    """Return the entering of a document: one that is registered is found by its title or number, any other is registered first."""
    session, words, at = row.session, row.words, row.at
    if (words.get("made_on") is None) == (words.get("received_on") is None):
        raise _WAY_IN
    if words.get("received_on") is not None and words.get("party") is None:
        raise _FROM
    entered = queries.line_numbered(session, kind="document", serial=words["serial"], **at)
    if entered is not None and entered.struck_on is None and _is_called(session, entered.document_id, words["title"]):
        return []
    on = words.get("made_on") or words["received_on"]
    known = _registered(session, words, at)
    document = known or new_id()
    first = {"document_id": document, "title": words["title"], "carries": words["designation"], "from_on": on, **at}
    given = {"document_id": document, "on": on, "serial": words["serial"], **at, **_given(words, paper="paper", party_id="party")}
    verb = "enter_document" if words.get("made_on") is not None else "receive_document"
    if verb == "enter_document":
        given.pop("party_id", None)
    return [*([] if known else [Asked("register_document", first)]), Asked(verb, given)]


def _registered(session: Session, words: Words, at: Mapping[str, str]) -> str | None:
    """Return the document of a row that was registered before and has no number here yet. Raises Wrong."""
    title = words["title"]
    found = select(Document).where(
        (Document.id == title) | (Document.number == title) | (Document.title == title),
        Document.organization_id.is_(None) | (Document.organization_id == at["organization_id"]),
    )
    waiting = [row for row in session.scalars(found) if queries.state_of(session, document_id=row.id, **at) == "not_in_ledger"]
    if len(waiting) > 1:
        raise _SEVERAL
    for row in waiting:
        if {one.information_id for one in contents_of(session, document_id=row.id) if one.until_on is None} != set(words["designation"]):
            raise _CARRIES
    return waiting[0].id if waiting else None


def _is_called(session: Session, document_id: str | None, title: str) -> bool:
    row = session.get(Document, document_id)
    return row is not None and title in (row.title, row.number, row.id)


def _held(session: Session, words: Words) -> str:
    """Return the document under a registration number, which is also called what the row calls it. Raises Wrong."""
    document: str = words["registration"]
    if words.get("title") is not None and not _is_called(session, document, words["title"]):
        raise _ELSEWHERE
    return document


def _storage(row: _Row) -> list[Asked]:
    session, words, at = row.session, row.words, row.at
    document = _held(session, words)
    area = session.get_one(Line, words["area"])
    if words.get("keeper") not in (None, area.keeper_id):
        raise _KEEPER
    if _stands(session, "storage", at, Line.document_id == document, Line.of_id == area.id, Line.ended_on.is_(None)):
        return []
    return [Asked("store_document", {"document_id": document, "area_id": area.id, "on": words["begun_on"], **at})]


def _loan(row: _Row) -> list[Asked]:
    session, words, at = row.session, row.words, row.at
    document = _held(session, words)
    if (words.get("party") is None) == (words.get("person") is None):
        raise _BORROWER
    if _stands(session, "loan", at, Line.document_id == document, Line.begun_on == _day(words, "begun_on")):
        return []
    given = _given(words, on="begun_on", due_on="due_on", way="details.way", person_id="person", party_id="party", paper="paper")
    return [Asked("lend_document", {"document_id": document, **given, **at})]


def _area(row: _Row) -> list[Asked]:
    session, words, at = row.session, row.words, row.at
    inside = words.get("area")
    if _stands(session, "area", at, Line.label == words["label"], Line.of_id.is_not_distinct_from(inside), Line.ended_on.is_(None)):
        return []
    given = _given(words, name="label", area="details.area", on="begun_on", keeper_id="keeper", inside_id="area", network="details.network")
    return [Asked("designate_area", {"area_id": new_id(), **given, **at})]


def _permit(row: _Row) -> list[Asked]:
    session, words, at = row.session, row.words, row.at
    same = (Line.of_id == words["area"], Line.person_id == words["person"], Line.label.is_not_distinct_from(words.get("label")))
    if _stands(session, row.kind, at, *same, Line.begun_on == _day(words, "begun_on"), Line.due_on == _day(words, "due_on")):
        return []
    given = _given(words, area_id="area", person_id="person", device="label", from_on="begun_on", last_day="due_on", paper="paper")
    return [Asked(f"permit_{row.kind}", given)]


def _inspection(row: _Row) -> list[Asked]:
    session, words, at = row.session, row.words, row.at
    same = (Line.person_id == words["person"], Line.witness_id == words["witness"], Line.begun_on == _day(words, "begun_on"))
    if _stands(session, "inspection", at, *same):
        return []
    given = _given(words, person_id="person", inspector_id="witness", occasion="details.occasion", from_on="begun_on", on="ended_on")
    counts = _given(words, expected="details.expected", present="details.present", missing="details.missing")
    return [Asked("record_earlier_inspection", {**given, **counts, **at})]


def _foreign(row: _Row) -> list[Asked]:
    session, words, at = row.session, row.words, row.at
    if len(words["designation"]) != 1:
        raise _ONE
    information = words["designation"][0]
    if words.get("party") is not None and words["party"] not in queries.originators(session, informations=[information], at=row.now):
        raise _ORIGIN
    same = [Line.information_id == information, Line.label == words["label"]]
    if row.kind == "other_use":
        same.append(Line.begun_on == _day(words, "begun_on"))
    if _stands(session, row.kind, at, *same):
        return []
    given = {"information_id": information, **at, **_given(words, purpose="label", paper="paper")}
    if row.kind == "origin":
        return [Asked("record_foreign_origin", {**given, "on": words["begun_on"]})]
    return [Asked("permit_other_use", {**given, **_given(words, approved_on="details.approved_on", from_on="begun_on", last_day="due_on")})]


def _training(row: _Row) -> list[Asked]:
    """Return an attendance; the training, which has a line for each who attended it, is given once."""
    session, words, at = row.session, row.words, row.at
    found = select(Training.id).where(
        Training.organization_id == at["organization_id"], Training.name == words["training"], Training.held_on == _day(words, "held_on")
    )
    known = session.scalar(found)
    training = known or new_id()
    given = _given(words, name="training", on="held_on", reference_number="reference_number")
    acts = [] if known else [Asked("record_training", {"training_id": training, **given, **at})]
    person = words.get("name")
    same = (Attendance.training_id == training, Attendance.person_id == person, Attendance.replaced_at.is_(None))
    if person is None or session.scalar(select(Attendance.id).where(*same)) is not None:
        return acts
    return [*acts, Asked("record_attendance", {"training_id": training, "person_id": person, **_given(words, on="attended_on")})]


def _pledge(row: _Row) -> list[Asked]:
    session, words, at = row.session, row.words, row.at
    same = (Pledge.person_id == words["name"], Pledge.head_id == words["head"], Pledge.pledged_on == _day(words, "pledged_on"))
    here = (Pledge.organization_id == at["organization_id"], Pledge.replaced_at.is_(None))
    if session.scalar(select(Pledge.id).where(*same, *here)) is not None:
        return []
    given = _given(words, person_id="name", head_id="head", on="pledged_on", document_number="document_number")
    return [Asked("record_pledge", {**given, **at})]


_ACTS: Mapping[str, Callable[[_Row], list[Asked]]] = MappingProxyType(
    {
        "document": _document,
        "storage": _storage,
        "loan": _loan,
        "area": _area,
        "entry": _permit,
        "device": _permit,
        "inspection": _inspection,
        "origin": _foreign,
        "other_use": _foreign,
        "trainings": _training,
        "pledges": _pledge,
    }
)
"""By register what its lines stand for."""
