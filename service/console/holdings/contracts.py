"""Contracts: which there are, what each must fix and does not, what it covers, and when what was given comes back."""

from starlette.responses import Response

from service.acts.reading.contracts import contract_of, contracts_page, covered_by, items_of
from service.acts.reading.paging import opened
from service.console.acting.act import link
from service.console.holdings.offers import may, offers
from service.console.labels import labels
from service.console.visit import Visit
from service.database import read
from service.statute.citations import cite

ON_THE_PAGE = 50
TONES = {"running": "good", "ending": "warn", "coming": "info", "over": "quiet"}
"""How the state of a contract is coloured; it stands in words beside."""


def listing(visit: Visit) -> Response:
    """GET of /contracts."""
    with read(visit.desk.engine) as session:
        lines, cursor = contracts_page(session, visit.seated, after=opened(visit.asked("cursor") or None), limit=ON_THE_PAGE)
        ids = [[one.row.operator_id, one.row.organ_id, one.row.id] for one in lines]
        called = labels(session, ids, roles=visit.member.role_names)
    main = "conclude_contract" if visit.desk.log.seat == "organ" else "record_contract"
    acts = offers(visit, ("conclude_contract", "record_contract"), back="/contracts", main=main)
    return visit.page("holdings/contracts.html", lines=lines, cursor=cursor, called=called, tones=TONES, actions=acts)


def card(visit: Visit) -> Response:
    """GET of /contracts/{contract_id}: its state, and the checklist of what it must fix."""
    with read(visit.desk.engine) as session:
        line = contract_of(session, visit.seated, contract_id=visit.request.path_params["contract_id"].replace("\x00", ""))
        items = items_of(session, line)
        covered = covered_by(session, line)
        ids = [line.row.operator_id, line.row.organ_id, line.row.id, *covered, *(line.row.units or ())]
        called = labels(session, ids, roles=visit.member.role_names)
    back = f"/contracts/{line.row.id}"
    completing = may(visit, "complete_contract_item")
    return visit.page(
        "holdings/contract.html",
        line=line,
        tone=TONES[line.state],
        items=[
            (
                item,
                cite(basis).ja() if visit.language == "ja" else basis,
                since,
                row,
                link("complete_contract_item", back=back, contract_id=line.row.id, item=item) if completing and since is None else "",
            )
            for item, basis, since, row in items
        ],
        covered=covered,
        called=called,
        actions=offers(visit, ("end_contract",), back=back, contract_id=line.row.id) if line.state != "over" else [],
        right=offers(visit, ("correct_contract",), back=back, contract_id=line.row.id),
    )
