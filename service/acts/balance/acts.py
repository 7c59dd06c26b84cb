"""Which acts a row of a spreadsheet stands for, in the form of the seat, and whether they are on record already."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.acts.asking import Asked
from service.clearance.model import Result
from service.designation.model import Document
from service.ledger import Seat
from service.personnel.model import new_id
from service.provision.model import Contract
from service.provision.queries import is_certified
from service.provision.rules import CONTRACT_ITEMS

Words = Mapping[str, Any]
LETTER = ("document_number", "letter_on", "arrived_on")


def acts_of(session: Session, sheet: str, words: Words, *, seat: Seat, organization: str | None, at: Any, made: set[str]) -> list[Asked]:
    """Return the acts of a row, none where all of it is on record; `made` holds what earlier rows of the file certify."""
    if _on_record(session, sheet, words, at=at):
        return []
    match sheet:
        case "clearances":
            return [Asked("record_result", _for_seat(words, seat))]
        case "handlers":
            return [Asked("list_handler", {"organization_id": organization, **words})]
        case "designations":
            return list(_designation(words, seat))
        case "contracts":
            return list(_contract(session, words, seat, at, made))
        case _:
            return [Asked("register_document", {"organization_id": organization, **words})]


def _for_seat(words: Words, seat: Seat) -> dict[str, Any]:
    """Return words as the seat's act takes them: an organ wrote the letter itself."""
    return {name: value for name, value in words.items() if seat == "operator" or name not in LETTER}


def _on_record(session: Session, sheet: str, words: Words, *, at: Any) -> bool:
    match sheet:
        case "clearances":
            found = select(Result.id).where(
                Result.person_id == words["person_id"],
                Result.head_id == words["head_id"],
                Result.outcome == words["outcome"],
                Result.law == words.get("law", "iesi"),
                Result.known(at),
            )
            told = words.get("notified_on")
            found = found.where(
                Result.notified_on == date.fromisoformat(told) if told else Result.document_number == words.get("document_number")
            )
        case "contracts":
            found = select(Contract.id).where(
                Contract.operator_id == words["operator_id"],
                Contract.organ_id == words["organ_id"],
                Contract.number == words["number"],
                Contract.known(at),
            )
        case "documents":
            found = select(Document.id).where(Document.number == words["number"])
        case _:
            return False
    return session.scalar(found.limit(1)) is not None


def _designation(words: Words, seat: Seat) -> Iterator[Asked]:
    first = {name: value for name, value in _for_seat(words, seat).items() if name not in ("extended_on", "extended_until")}
    information = new_id()
    yield Asked("record_designation" if seat == "operator" else "designate", {**first, "information_id": information})
    if words.get("extended_until") is not None:
        longer = {"information_id": information, "until": words["extended_until"], "on": words.get("extended_on", words["until"])}
        letter = {name: words[name] for name in LETTER if name in words} if seat == "operator" else {}
        yield Asked("record_extension" if seat == "operator" else "extend", {**longer, **letter, "organ_id": words["organ_id"]})


def _contract(session: Session, words: Words, seat: Seat, at: Any, made: set[str]) -> Iterator[Asked]:
    parties = {"operator_id": words["operator_id"], "organ_id": words["organ_id"]}
    letter = {name: words[name] for name in LETTER if name in words} if seat == "operator" else {}
    certified = words.get("certified_on")
    if (
        certified is not None
        and str(parties) not in made
        and not is_certified(session, **parties, on=date.fromisoformat(words["from_on"]), at=at)
    ):
        made.add(str(parties))
        yield Asked("record_certification" if seat == "operator" else "certify", {**parties, "on": certified, **letter})
    apart = {*LETTER, "certified_on", "provided_on"}
    terms = {name: value for name, value in words.items() if name not in apart}
    if words.get("provided_on") is not None:
        # What was provided before is brought forward with its contract: its contents were settled then.
        terms["settled"] = list(CONTRACT_ITEMS)
    yield Asked("record_contract" if seat == "operator" else "conclude_contract", terms)
    for information in words["informations"] if words.get("provided_on") is not None else ():
        given = {"information_id": information, "giver_id": words["organ_id"], "receiver_id": words["operator_id"]}
        verb = "record_provision" if seat == "operator" else "provide"
        yield Asked(verb, {**given, "under": "Act 10(1)", "on": words["provided_on"], **letter})
