"""The end of an information, step by step: the end itself, everybody told, receipts, marks struck, closed, and who still has it."""

from typing import Any

from sqlalchemy.orm import Session
from starlette.responses import Response

from service.acts.concerning import OutsideError
from service.acts.reading.ending import Ending, Recipient, ending_of
from service.acts.reading.informations import InformationLine, information_of
from service.console.acting.act import link
from service.console.holdings.informations import TONES, path_of
from service.console.holdings.offers import may, offers
from service.console.labels import labels
from service.console.visit import Visit
from service.database import read
from service.statute.citations import cite


def page(visit: Visit) -> Response:
    """GET of /informations/{information_id}/closing: what its end requires of one organization, numbered, and what is done."""
    with read(visit.desk.engine) as session:
        line = information_of(session, visit.seated, information_id=visit.request.path_params["information_id"].replace("\x00", ""))
        place = visit.asked("organization") or line.mine[0]
        if place not in line.mine:
            word = "organization"
            raise OutsideError(word)
        ending = ending_of(session, visit.seated, line, organization_id=place)
        called = _called(session, visit, line, ending)
    back = f"{path_of(line.id)}/closing?organization={place}"
    return visit.page(
        "holdings/closing.html",
        line=line,
        tone=TONES[line.state],
        ending=ending,
        place=place,
        called=called,
        card=path_of(line.id),
        ends=offers(visit, ("lift", "record_lifting", "extend", "record_extension"), back=back, information_id=line.id),
        untold=[(one, _cited(visit, one), _tell(visit, one, line, back)) for one in ending.untold],
        told=[(one, _receipt(visit, one, back)) for one in ending.recipients if one.sent_on is not None],
        unreturned=[(row, _returning(visit, row.id, back)) for row in ending.unreturned],
        close=_close(visit, ending, line, back),
    )


def _called(session: Session, visit: Visit, line: InformationLine, ending: Ending) -> dict[str, str]:
    ids = [*line.mine, *(one.organization_id for one in ending.holders), *(one.receiver_id for one in ending.recipients)]
    ids += [each for row in ending.unreturned for each in (row.giver_id, row.receiver_id)] + [one.organ_id for one in line.shown]
    return labels(session, ids, roles=visit.member.role_names)


def _cited(visit: Visit, one: Recipient) -> str:
    return cite(one.citation).ja() if visit.language == "ja" else one.citation


def _tell(visit: Visit, one: Recipient, line: InformationLine, back: str) -> str:
    if not may(visit, "send_notice"):
        return ""
    return link("send_notice", back=back, information_id=line.id, giver_id=one.giver_id, receiver_id=one.receiver_id, about=one.about)


def _receipt(visit: Visit, one: Recipient, back: str) -> str:
    open_ = one.received_on is None and one.message_id is not None and may(visit, "record_receipt")
    return link("record_receipt", back=back, message_id=one.message_id) if open_ else ""


def _returning(visit: Visit, provision_id: str, back: str) -> str:
    return link("record_return", back=back, provision_id=provision_id) if may(visit, "record_return") else ""


def _close(visit: Visit, ending: Ending, line: InformationLine, back: str) -> str:
    """Return the form of the closing with what is known filled in, where the end has come and it was not closed here."""
    if not ending.ended or ending.closed_on is not None or not may(visit, "close"):
        return ""
    words: dict[str, Any] = {"information_id": line.id, "organization_id": ending.organization_id, "end_mark": ending.end_mark}
    told = dict.fromkeys(one.receiver_id for one in ending.recipients if one.sent_on is not None)
    address = link("close", back=back, documents_struck=str(ending.documents), **words)
    return address + "".join(f"&told={one}" for one in told)
