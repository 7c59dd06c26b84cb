"""Each act on registers leaves exactly one entry, of the kind that the table of acts says, and rows that name it."""

import json
from datetime import date, timedelta
from typing import Any

from sqlalchemy import text

from service.acts.table import ACTS
from service.designation import operations as designation
from service.registers import operations
from tests.builders.registers import ON, organs_registers
from tests.builders.site import Site

HERE = {"organization_id": "meti", "on": ON}
PERMIT: dict[str, Any] = {"person_id": "mori", "from_on": ON, "last_day": ON + timedelta(days=5)}
TABLES = {
    "set_register_period": "periods",
    "approve_document": "approvals",
    "end_approval": "approvals",
    "set_approval_rule": "approval_rules",
}
NAMING = {"grant_area_alias"}
"""What writes among the aliases of all things, as the other acts that name do: no organization's line."""
PURPOSE = {"information_id": "d9", "purpose": "共同訓練", "paper": "A-1"}


class Acting:
    """Performs acts and looks at what each wrote."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.done: set[str] = set()

    def __call__(self, verb: str, **words: Any) -> Any:
        before = self.site.size()
        made = self.site.act(getattr(operations, verb), day=ON, **words)
        assert self.site.size() == before + 1, verb
        table = TABLES.get(verb, "lines")
        with self.site.engine.connect() as connection:
            entry = json.loads(bytes(connection.execute(text("select body from ledger.entries order by index desc limit 1")).scalar_one()))
            rows = connection.execute(text(f"select count(*) from registers.{table} where changed_index = :i"), {"i": before}).scalar_one()
        assert entry["kind"] == ACTS[verb].kind.value, verb
        assert entry["for"] == "meti", verb
        assert "花子" not in json.dumps(entry, ensure_ascii=False)
        assert rows >= 1, verb
        self.done.add(verb)
        return made


def test_each_act_on_registers_leaves_one_entry_with_its_rows(organ: Site) -> None:
    organs_registers(organ)
    subject = designation.Subject(originator_id="alpha")
    organ.act(designation.designate, day=ON, organ_id="meti", on=date(2026, 6, 1), years=5, information_id="d9", subject=subject)
    for name in ("r1", "r2", "r3"):
        organ.act(designation.register_document, day=ON, carries=["d1", "d9"], document_id=name, organization_id="meti")
    act = Acting(organ)
    act("enter_document", **HERE, document_id="r1")
    act("receive_document", **HERE, document_id="r2", party_id="mof")
    act("enter_document", **HERE, document_id="r3")
    room = act("designate_area", **HERE, area="room", name="室")
    spare = act("designate_area", **HERE, area="room", name="別室")
    act("store_document", **HERE, document_id="r1", area_id=room)
    act("record_handling", **HERE, document_id="r1", person_id="mori", use="read")
    act("make_copy", **HERE, document_id="r1", form="copy", copies=2, purpose="会議")
    act("set_approval_rule", organization_id="meti", approvals="kept", from_on=ON)
    approved = act("approve_document", **PERMIT, organization_id="meti", document_id="r1", approved_actions=["make"], copies=2)
    act("end_approval", approval_id=approved, on=ON)
    loan = act("lend_document", **HERE, document_id="r1", due_on=ON, way="carried", person_id="mori")
    act("return_loan", loan_id=loan, on=ON)
    act("permit_entry", **PERMIT, area_id=room)
    device = act("permit_device", **PERMIT, area_id=room, device="録音機")
    act("end_permit", permit_id=device, on=ON)
    act("end_area", area_id=spare, on=ON)
    counts = {"expected": 2, "present": 1, "missing": 1}
    act("record_earlier_inspection", **HERE, person_id="kato", inspector_id="mori", occasion="regular", from_on=ON, **counts)
    inspection = act("begin_inspection", **HERE, person_id="kato", inspector_id="mori", occasion="regular")
    with organ.engine.connect() as connection:
        held = [row[0] for row in connection.execute(text("select document_id from registers.lines where kind = 'document'"))]
    for document in held:
        act("record_inspection", inspection_id=inspection, document_id=document, found="present", on=ON)
    act("end_inspection", inspection_id=inspection, on=ON)
    incident = act("report_incident", **HERE, person_id="ono", incident="damaged", document_id="r1")
    told = {"incident_id": incident, "paper": "報告1", "on": ON}
    act("tell_head_of_incident", **told)
    act("follow_treaty_procedure", **told)
    act("close_incident", **told, outcome="no_harm")
    disposal = {"person_id": "mori", "witness_id": "kato", "method": "shredded", "substance": "object"}
    act("dispose_document", **HERE, document_id="r1", **disposal)
    act("deliver_document", **HERE, document_id="r2", party_id="mof", signed_by="受子", way="carried")
    emergency = act("destroy_in_emergency", **HERE, document_id="r3", person_id="kato", method="burnt", prior="no_means")
    act("report_emergency_destruction", emergency_id=emergency, to="head", paper="報告2", on=ON)
    act("record_foreign_origin", **HERE, **PURPOSE)
    use = act("permit_other_use", organization_id="meti", **PURPOSE, approved_on=ON, from_on=ON, last_day=ON)
    act("strike_line", line_id=use, slip="wrong_words", on=ON)
    act("set_register_period", organization_id="meti", period="training_months", amount=6, from_on=ON)
    assert act.done == set(operations.__all__) - NAMING
