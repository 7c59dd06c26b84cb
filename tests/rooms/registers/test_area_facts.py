"""What decisions read of areas is what the lines of the registers say, whatever was done with them, and comes along from before."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import text

from service.jobs.area_facts import bring_area_facts
from service.registers import operations
from tests.builders.registers import ON, area, organs_registers
from tests.builders.site import OPENED_AT, Site

HERE = {"organization_id": "meti", "on": ON}
NEXT = ON + timedelta(days=1)
LINES = (
    "select id, kind, of_id, document_id, case when kind = 'entry' then person_id end, begun_on, case when struck_on is not null then"
    " begun_on else least(ended_on, case when kind = 'entry' then due_on + 1 end) end"
    " from registers.lines where kind in ('area', 'storage', 'entry') order by id"
)
FACTS = "select id, kind, area_id, document_id, person_id, from_on, until_on from registers.area_facts order by id"


def rows(site: Site, query: str) -> list[Any]:
    with site.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def test_every_act_on_an_area_changes_what_decisions_read_of_it(organ: Site) -> None:
    organs_registers(organ)
    for name in ("room", "other"):
        area(organ, "meti", name, kind="room")
    organ.act(operations.designate_area, day=ON, **HERE, area="container", name="safe", inside_id="room", area_id="safe")
    organ.act(operations.store_document, day=ON, **HERE, document_id="doc-1", area_id="safe")
    organ.act(operations.store_document, day=ON, **HERE, document_id="doc-2", area_id="room")
    days: dict[str, date] = {"from_on": ON, "last_day": ON + timedelta(days=9)}
    ended = organ.act(operations.permit_entry, day=ON, area_id="room", person_id="mori", **days)
    organ.act(operations.permit_entry, day=ON, area_id="other", person_id="ono", **days)
    struck = organ.act(operations.permit_entry, day=ON, area_id="room", person_id="ono", **days)
    assert rows(organ, FACTS) == rows(organ, LINES)
    moved = HERE | {"on": NEXT}
    organ.act(operations.store_document, day=NEXT, **moved, document_id="doc-1", area_id="room")
    organ.act(operations.end_permit, day=NEXT, permit_id=ended, on=NEXT)
    organ.act(operations.strike_line, day=NEXT, line_id=struck, slip="wrong_person", on=NEXT)
    organ.act(operations.end_area, day=NEXT, area_id="other", on=NEXT)
    organ.act(operations.deliver_document, day=NEXT, **moved, document_id="doc-2", party_id="mof", signed_by="受子", way="carried")
    assert rows(organ, FACTS) == rows(organ, LINES)
    assert len(rows(organ, FACTS)) == 9


def test_lines_of_before_come_to_the_knowledge_of_decisions_once(organ: Site) -> None:
    organs_registers(organ)
    area(organ, "meti", "room", kind="room")
    organ.act(operations.permit_entry, day=ON, area_id="room", person_id="mori", from_on=ON, last_day=ON)
    with organ.engine.begin() as connection:
        connection.execute(text("delete from registers.area_facts"))
    assert rows(organ, FACTS) == []
    assert bring_area_facts(organ.engine, log=organ.log, at=OPENED_AT + timedelta(days=900)) == 2
    assert rows(organ, FACTS) == rows(organ, LINES)
    assert bring_area_facts(organ.engine, log=organ.log, at=OPENED_AT + timedelta(days=900)) == 0
