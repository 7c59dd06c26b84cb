"""A proposal that was sent back, changed by whoever made it and put before a second person again."""

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from service.acts import asking, deciding
from service.acts.asking import Asked
from service.acts.concerning import OutsideError
from service.console.acting.act import changed_form
from service.console.visit import Visit
from service.proposals.model import Proposal
from service.proposals.rules import ProposalStateError


def change(visit: Visit) -> Response:
    """GET of /proposals/{id}/again: the form of its act as it was filled in, to be changed."""
    row = _own(visit)
    if len(row.acts) != 1:
        message = "a file is proposed again as it is, or anew"
        raise ProposalStateError(message)
    act = row.acts[0]
    return changed_form(visit, act["verb"], _typed(act["words"]), again=row.id)


def propose_same(visit: Visit) -> Response:
    """POST of /proposals/{id}/again: all of its acts as they are, with other words. What they name was looked at before."""
    row = _own(visit)
    acts = [Asked(act["verb"], act["words"]) for act in row.acts]
    given: dict[str, Any] = {"log": visit.desk.log, "member": visit.member, "at": visit.at, "given": True}
    asking.ask(visit.desk.engine, **given, acts=acts, words=visit.one("words"), again=row.id)
    return visit.goes_to(f"/proposals/{row.id}")


def _own(visit: Visit) -> Proposal:
    """Return one's own proposal that was sent back. Raises OutsideError, ProposalStateError."""
    proposal_id = visit.request.path_params["proposal_id"]
    shown = deciding.show_proposal(visit.desk.engine, log=visit.desk.log, member=visit.member, at=visit.at, proposal_id=proposal_id)
    if shown.row.proposed_person != visit.member.person_id:
        word = "proposal"
        raise OutsideError(word)
    if shown.state != "sent_back":
        message = f"the proposal is {shown.state}, not sent back"
        raise ProposalStateError(message)
    return shown.row


def _typed(words: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the words of an act as a form has them."""
    return {name: [_text(one) for one in (value if isinstance(value, list) else [value])] for name, value in words.items()}


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
