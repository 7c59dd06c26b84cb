"""A transfer to come, looked at before it is brought in."""

from typing import Any

import httpx2
import pytest
from sqlalchemy import text

from service.database import transaction
from service.designation.model import Information
from service.ledger import Draft, Kind, record
from service.need_to_know.model import Listing
from service.personnel.operations import register_organization, register_unit
from tests.builders.site import ACTOR
from tests.doors.console.test_people_pages import browser, token
from tests.doors.console.test_staff_people import does, worker
from tests.doors.management.conftest import WORLDS as DESKS
from tests.doors.management.conftest import Desk, desk, desk_world

__all__ = ["desk"]


def lays(desk: Desk, *rows: Any) -> None:
    """Put rows on record as a history would."""
    with transaction(desk.town.engine) as session:
        record(session, log=desk.town.log, draft=Draft(Kind.HANDLER_LISTED, ACTOR, desk.town.now()), rows=list(rows))


def lay_listed(desk: Desk) -> None:
    """Two people on lists: one by name for d1, one by unit for d2."""
    town = desk.town
    does(desk, register_organization, kind="organ", name="架空経済省", organization_id="keizai")
    for unit in ("給電", "開発"):
        does(desk, register_unit, organization_id=town.organization, name=unit, unit_id=unit)
    town.people["named"] = worker(desk, "架空 名指", "", "N1", unit="給電")
    town.people["scoped"] = worker(desk, "架空 範囲", "", "S1", unit="給電")
    worker(desk, "架空 同僚", "", "C1", unit="給電")
    town.people["stays"] = worker(desk, "架空 残留", "", "R1", unit="開発")
    lays(desk, Information(id="d1", title="架空情報一"), Information(id="d2", title="架空情報二"), Information(id="d3", title="架空情報三"))
    told: dict[str, Any] = {"organization_id": town.organization, "recorded_at": town.now()}
    lays(
        desk,
        Listing(id="l1", information_id="d1", person_id=town.people["named"], **told),
        Listing(id="l2", information_id="d2", unit_id="給電", **told),
        Listing(id="l3", information_id="d3", person_id=town.people["stays"], **told),
    )


WORLDS = {"listed": desk_world(lay_listed), **DESKS}


@pytest.fixture
def listed(desk: Desk) -> Desk:
    return desk


def look(page: httpx2.Client, content: str, **fields: str) -> httpx2.Response:
    form = {"form_token": token(page.get("/people/what-if")), **fields}
    return page.post("/people/what-if", data=form, files={"file": ("異動.csv", content.encode("cp932"), "text/csv")})


MOVES = "社員番号,部署,異動先,発令日,退職日\nN1,,,,2027-03-31\nS1,給電,開発,2027-04-01,\nR1,,,,\n"


def entries(desk: Desk) -> int:
    with desk.town.engine.connect() as connection:
        return int(connection.execute(text("select max(first_index + size) from ledger.batches")).scalar_one())


def test_whoever_keeps_lists_sees_who_loses_their_place_and_what_would_be_left_without_a_handler(listed: Desk) -> None:
    manager, before = browser(listed, "manager"), None
    manager.get("/people/what-if")
    before = entries(listed)
    shown = look(manager, MOVES).text
    assert entries(listed) == before, "nothing is recorded"
    deserted = shown.partition('id="deserted"')[2].partition("</section>")[0]
    assert "架空情報一" in deserted
    assert "架空情報二" not in deserted, "whoever else works in the unit stays"
    displaced = shown.partition('id="displaced"')[2].partition("</section>")[0]
    assert "架空 名指" in displaced
    assert "架空 範囲" in displaced
    assert "架空情報三" not in shown.partition('id="again"')[2].partition("</section>")[0]


def test_before_its_day_a_transfer_changes_nothing(listed: Desk) -> None:
    shown = look(browser(listed, "manager"), MOVES, on="2027-03-01").text
    assert "架空 名指" not in shown.partition('id="displaced"')[2]


def test_hr_learns_nothing_of_the_lists_and_nobody_else_opens_the_page(listed: Desk) -> None:
    shown = look(browser(listed, "clerk"), MOVES).text
    assert "架空情報" not in shown
    assert "取扱者名簿は情報管理者が確認できます" in shown
    for name in ("eye", "boss", "nobody"):
        assert browser(listed, name).get("/people/what-if").status_code == 403


def test_what_is_no_roster_or_no_day_is_said_beside_its_field(listed: Desk) -> None:
    manager = browser(listed, "manager")
    assert 'id="file-problem"' in look(manager, "a,b\n1,2\n").text
    assert 'id="on-problem"' in look(manager, MOVES, on="そのうち").text
