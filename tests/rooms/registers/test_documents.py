from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from service.designation import operations as designating
from service.designation import queries as designation
from service.designation.rules import DesignationRefusedError
from service.personnel.rules import AlreadyEndedError, AlreadyRecordedError, UnknownIdError
from service.registers import operations, queries
from service.registers.rules import RegisterRefusedError
from tests.builders.law import designated
from tests.builders.registers import ON, area, entered, operators_registers, organs_registers
from tests.builders.site import Site

LATER = ON + timedelta(days=10)
HERE = {"document_id": "doc-1", "organization_id": "meti"}
LOAN = HERE | {"on": ON, "due_on": LATER, "way": "carried", "person_id": "mori"}
CONSENT = {"consent_number": "府公第1号", "consent_on": ON}
DISPOSAL: dict[str, Any] = HERE | {
    "person_id": "mori",
    "witness_id": "kato",
    "method": "shredded",
    "substance": "paper",
    "on": ON,
}
EMERGENCY: dict[str, Any] = HERE | {"person_id": "kato", "method": "burnt", "prior": "no_time", "on": ON}
DELIVERY: dict[str, Any] = HERE | {"party_id": "mof", "signed_by": "財務 受子", "way": "carried", "on": ON}


def lend(site: Site, **facts: Any) -> str:
    return str(site.act(operations.lend_document, day=ON, **LOAN | facts))


def dispose(site: Site, **facts: Any) -> str:
    return str(site.act(operations.dispose_document, day=ON, **DISPOSAL | CONSENT | facts))


def state(site: Site, document_id: str = "doc-1", organization_id: str = "meti") -> str:
    return str(site.ask(queries.state_of, organization_id=organization_id, document_id=document_id))


def serials(site: Site, kind: str, organization_id: str = "meti") -> list[int]:
    with site.engine.connect() as connection:
        found = connection.execute(
            text("select serial from registers.lines where kind = :kind and organization_id = :org order by serial"),
            {"kind": kind, "org": organization_id},
        )
        return [row[0] for row in found]


# The ledger of documents: a number for each, in one series of the organization (NPSC Rule 24(2)).


def test_every_document_gets_the_next_number_of_its_organization(organ: Site) -> None:
    organs_registers(organ)
    assert serials(organ, "document") == [1, 2]
    made = organ.act(operations.make_copy, day=ON, **HERE, form="print", copies=3, purpose="会議の出席者に一部ずつ", on=ON, maker_id="mori")
    assert serials(organ, "document") == [1, 2, 3, 4, 5]
    assert len(set(made)) == 3
    for one in made:
        assert organ.ask(designation.informations_in, document_id=one, on=ON) == ["d1"]
        assert state(organ, one) == "held"


def test_a_document_has_one_number_at_one_place(organ: Site) -> None:
    organs_registers(organ)
    with pytest.raises(AlreadyRecordedError):
        entered(organ, "doc-1", "meti")


def test_a_number_is_never_given_twice_even_after_its_line_was_struck(organ: Site) -> None:
    organs_registers(organ)
    row = organ.ask(queries.life_of, organization_id="meti", document_id="doc-2")[0]
    organ.act(operations.strike_line, day=ON, line_id=row.id, slip="wrong_document", on=ON)
    assert state(organ, "doc-2") == "not_in_ledger"
    entered(organ, "doc-2", "meti")
    assert serials(organ, "document") == [1, 2, 3]


def test_a_line_on_which_others_rest_is_not_struck(organ: Site) -> None:
    organs_registers(organ)
    row = organ.ask(queries.life_of, organization_id="meti", document_id="doc-1")[0]
    lend(organ)
    with pytest.raises(RegisterRefusedError) as refused:
        organ.act(operations.strike_line, day=ON, line_id=row.id, slip="wrong_document", on=ON)
    assert refused.value.reason == "later_lines_rest_on_it"


def test_what_is_struck_is_a_line_no_more(organ: Site) -> None:
    organs_registers(organ)
    loan = lend(organ)
    organ.act(operations.strike_line, day=ON, line_id=loan, slip="entered_twice", on=ON)
    assert state(organ) == "held"
    with pytest.raises(UnknownIdError):
        organ.act(operations.strike_line, day=ON, line_id=loan, slip="entered_twice", on=ON)


def test_a_received_document_says_from_whom(operator: Site) -> None:
    operators_registers(operator)
    from service.designation import operations as documents

    operator.act(documents.register_document, day=ON, carries=["d1"], document_id="doc-3", organization_id="denryoku")
    words = {"document_id": "doc-3", "organization_id": "denryoku", "party_id": "meti", "on": ON}
    operator.act(operations.receive_document, day=ON, **words, opener_id="kato", paper="経産第12号")
    row = operator.ask(queries.life_of, organization_id="denryoku", document_id="doc-3")[0]
    assert (row.party_id, row.person_id, row.details["way"], row.serial) == ("meti", "kato", "received", 3)


def test_what_is_yet_to_come_is_in_no_register(organ: Site) -> None:
    organs_registers(organ)
    with pytest.raises(ValueError, match="yet to come"):
        lend(organ, on=LATER, due_on=LATER)


def test_only_who_handles_information_keeps_registers(organ: Site) -> None:
    organs_registers(organ)
    with pytest.raises(RegisterRefusedError) as refused:
        entered(organ, "doc-1", "chisai")
    assert refused.value.reason == "requirement_not_met"


@pytest.mark.parametrize("copies", [0, -1, 201])
def test_copies_are_counted(organ: Site, copies: int) -> None:
    organs_registers(organ)
    with pytest.raises(ValueError, match="copies"):
        organ.act(operations.make_copy, day=ON, **HERE, form="copy", copies=copies, purpose="x", on=ON)


# Storage and handling (NPSC Rule 35, 36).


def test_a_document_is_kept_in_one_place_at_a_time(organ: Site) -> None:
    organs_registers(organ)
    area(organ, "meti")
    area(organ, "meti", "safe-2")
    organ.act(operations.store_document, day=ON, **HERE, area_id="safe", on=ON)
    organ.act(operations.store_document, day=LATER, **HERE, area_id="safe-2", on=LATER)
    rows = organ.ask(queries.lines_of, organization_id="meti", kind="storage")
    assert [(row.of_id, row.begun_on, row.ended_on) for row in rows] == [("safe", ON, LATER), ("safe-2", LATER, None)]
    assert organ.ask(queries.kept_in, area_id="safe", on=ON) == {"d1"}
    assert organ.ask(queries.kept_in, area_id="safe", on=LATER) == frozenset()


def test_a_room_holds_what_the_containers_in_it_hold(organ: Site) -> None:
    organs_registers(organ)
    area(organ, "meti", "room", kind="room")
    words: dict[str, Any] = {"organization_id": "meti", "area": "container", "name": "金庫", "inside_id": "room", "on": ON}
    organ.act(operations.designate_area, day=ON, **words, area_id="safe")
    organ.act(operations.store_document, day=ON, **HERE, area_id="safe", on=ON)
    assert organ.ask(queries.kept_in, area_id="room", on=ON) == {"d1"}


def test_handling_is_recorded_of_people_of_the_organization(organ: Site) -> None:
    organs_registers(organ)
    organ.act(operations.record_handling, day=ON, **HERE, person_id="mori", use="read", on=ON)
    with pytest.raises(RegisterRefusedError) as refused:
        organ.act(operations.record_handling, day=ON, **HERE, person_id="tanin", use="read", on=ON)
    assert refused.value.reason == "not_of_the_organization"


def test_a_handling_by_somebody_on_no_list_is_recorded_and_found(organ: Site) -> None:
    from service.need_to_know.operations import Target, list_handler
    from service.statute.periods import day_start
    from tests.builders.law import cleared

    organs_registers(organ)
    cleared(organ, "mori")
    organ.act(list_handler, day=ON, information_id="d1", organization_id="meti", target=Target(person_id="mori"), from_on=ON)
    for person in ("mori", "ono"):
        organ.act(operations.record_handling, day=ON, **HERE, person_id=person, use="read", on=ON)
    found = organ.ask(queries.handled_unlisted, organization_id="meti", at=day_start(LATER))
    assert [row.person_id for row in found] == ["ono"]


# Loans (NPSC Rule 27).


def test_a_loan_has_a_day_of_return_and_ends_with_it(organ: Site) -> None:
    organs_registers(organ)
    loan = lend(organ)
    assert state(organ) == "on_loan"
    assert [row.id for row in organ.ask(queries.due_lines, organization_id="meti")] == [loan]
    organ.act(operations.return_loan, day=LATER + timedelta(days=1), loan_id=loan, on=LATER + timedelta(days=1))
    row = organ.ask(queries.line, line_id=loan)
    assert (state(organ), row.details["late"]) == ("held", True)
    with pytest.raises(AlreadyEndedError):
        organ.act(operations.return_loan, day=LATER, loan_id=loan, on=LATER)


def test_what_is_lent_is_not_lent_again_copied_stored_delivered_or_disposed_of(organ: Site) -> None:
    organs_registers(organ)
    area(organ, "meti")
    lend(organ)
    for operation, facts in (
        (operations.lend_document, LOAN),
        (operations.make_copy, HERE | {"form": "copy", "copies": 1, "purpose": "x", "on": ON}),
        (operations.store_document, HERE | {"area_id": "safe", "on": ON}),
        (operations.deliver_document, DELIVERY),
        (operations.dispose_document, DISPOSAL | CONSENT),
    ):
        with pytest.raises(RegisterRefusedError) as refused:
            organ.act(operation, day=ON, **facts)
        assert refused.value.reason == "on_loan", operation.__name__


def test_a_loan_that_is_due_before_it_begins_is_refused(organ: Site) -> None:
    organs_registers(organ)
    with pytest.raises(RegisterRefusedError) as refused:
        lend(organ, due_on=ON - timedelta(days=1))
    assert refused.value.reason == "due_before_lending"


@pytest.mark.parametrize("who", [{"person_id": None}, {"party_id": "mof"}])
def test_a_loan_has_one_borrower(organ: Site, who: dict[str, Any]) -> None:
    organs_registers(organ)
    with pytest.raises(ValueError, match="either"):
        lend(organ, **who)


def test_the_database_itself_knows_one_open_loan_and_one_end_of_a_document(organ: Site) -> None:
    organs_registers(organ)
    lend(organ)
    dispose(organ, document_id="doc-2")
    for kind in ("loan", "disposal"):
        statement = (
            "insert into registers.lines select (jsonb_populate_record(null::registers.lines, to_jsonb(l) ||"
            ' \'{"id": "x", "serial": 99}\')).* from registers.lines l where kind = \'' + kind + "'"
        )
        with pytest.raises(IntegrityError), organ.engine.begin() as connection:
            connection.execute(text(statement))


# Delivery (NPSC Rule 27, 29).


def test_what_was_delivered_is_held_no_more(organ: Site) -> None:
    organs_registers(organ)
    area(organ, "meti")
    organ.act(operations.store_document, day=ON, **HERE, area_id="safe", on=ON)
    organ.act(operations.deliver_document, day=ON, **DELIVERY)
    assert state(organ) == "no_longer_held"
    assert "doc-1" not in organ.ask(queries.held, organization_id="meti")
    assert organ.ask(queries.kept_in, area_id="safe", on=ON) == frozenset()
    with pytest.raises(RegisterRefusedError) as refused:
        lend(organ)
    assert refused.value.reason == "no_longer_held"


def test_a_delivery_to_whom_nothing_was_provided_warns_whoever_approves(operator: Site) -> None:
    operators_registers(operator)
    words = DELIVERY | {"organization_id": "denryoku"}
    operator.act(operations.deliver_document, day=ON, **words | {"party_id": "kinzoku"})
    operator.act(operations.deliver_document, day=ON, **words | {"party_id": "meti", "document_id": "doc-2"})
    rows = operator.ask(queries.lines_of, organization_id="denryoku", kind="delivery")
    assert [row.details.get("warnings") for row in rows] == [["not_provided"], None]


# Destruction (NPSC Rule 37, 38).


def test_nobody_witnesses_their_own_destruction(organ: Site) -> None:
    organs_registers(organ)
    with pytest.raises(RegisterRefusedError) as refused:
        dispose(organ, witness_id="mori")
    assert refused.value.reason == "witness_is_the_same"
    assert str(refused.value.basis[0]) == "NPSC Rule 8/2025 37(1)"


def test_the_database_itself_knows_no_witness_of_one_s_own(organ: Site) -> None:
    organs_registers(organ)
    dispose(organ)
    with pytest.raises(IntegrityError), organ.engine.begin() as connection:
        connection.execute(text("update registers.lines set witness_id = person_id where kind = 'disposal'"))


def test_a_witness_works_there(organ: Site) -> None:
    organs_registers(organ)
    with pytest.raises(RegisterRefusedError) as refused:
        dispose(organ, witness_id="tanin")
    assert refused.value.reason == "not_of_the_organization"


@pytest.mark.parametrize("missing", [{"consent_number": None}, {"consent_on": None}, {"consent_on": ON + timedelta(days=1)}])
def test_an_organ_s_records_need_consent_before(organ: Site, missing: dict[str, Any]) -> None:
    organs_registers(organ)
    with pytest.raises(RegisterRefusedError) as refused:
        dispose(organ, **missing)
    assert refused.value.reason == "consent_needed"


def test_objects_are_no_records_and_need_none(organ: Site) -> None:
    organs_registers(organ)
    organ.act(operations.dispose_document, day=ON, **DISPOSAL | {"substance": "object", "method": "broken"})
    assert state(organ) == "no_longer_held"


def test_what_goes_to_the_national_archives_is_never_destroyed(organ: Site) -> None:
    """Act 4(6): without the Cabinet's approval an organ's files are transferred when their time is over."""
    organs_registers(organ)
    designated(organ, "d2")
    organ.act(designating.carry, day=ON, document_id="doc-2", information_id="d2")
    organ.act(designating.record_cabinet_refusal, day=ON, information_id="d2", on=ON)
    with pytest.raises(DesignationRefusedError, match=r"requirement_not_met \(Act 4\(6\)\)"):
        dispose(organ, document_id="doc-2")
    assert state(organ, "doc-2") == "held"
    dispose(organ)
    assert state(organ) == "no_longer_held"
    organ.act(operations.dispose_document, day=ON, **DISPOSAL | {"document_id": "doc-2", "substance": "object", "method": "broken"})
    assert state(organ, "doc-2") == "no_longer_held", "objects are no files"


def test_an_operator_needs_no_consent_of_the_prime_minister(operator: Site) -> None:
    operators_registers(operator)
    operator.act(operations.dispose_document, day=ON, **DISPOSAL | {"organization_id": "denryoku"})
    assert state(operator, organization_id="denryoku") == "no_longer_held"


@pytest.mark.parametrize("how", ["disposal", "emergency", "delivery"])
def test_nothing_is_destroyed_twice_or_lent_afterwards(organ: Site, how: str) -> None:
    organs_registers(organ)
    first = {
        "disposal": lambda: dispose(organ),
        "emergency": lambda: organ.act(operations.destroy_in_emergency, day=ON, **EMERGENCY),
        "delivery": lambda: organ.act(operations.deliver_document, day=ON, **DELIVERY),
    }
    first[how]()
    for operation, facts in (
        (operations.dispose_document, DISPOSAL | CONSENT),
        (operations.destroy_in_emergency, EMERGENCY),
        (operations.lend_document, LOAN),
        (operations.record_handling, HERE | {"person_id": "mori", "use": "read", "on": ON}),
    ):
        with pytest.raises(RegisterRefusedError) as refused:
            organ.act(operation, day=ON, **facts)
        assert refused.value.reason == "no_longer_held", operation.__name__


def test_an_emergency_destruction_is_reported_to_the_head_and_then_to_oversight(organ: Site) -> None:
    organs_registers(organ)
    loan = lend(organ)
    line = organ.act(operations.destroy_in_emergency, day=ON, **EMERGENCY)
    assert organ.ask(queries.line, line_id=loan).ended_on == ON
    report = {"emergency_id": line, "paper": "報告第1号", "on": ON + timedelta(days=1)}
    with pytest.raises(RegisterRefusedError) as refused:
        organ.act(operations.report_emergency_destruction, day=LATER, **report, to="oversight")
    assert refused.value.reason == "head_not_told"
    organ.act(operations.report_emergency_destruction, day=LATER, **report, to="head")
    assert organ.ask(queries.line, line_id=line).ended_on is None
    with pytest.raises(AlreadyRecordedError):
        organ.act(operations.report_emergency_destruction, day=LATER, **report, to="head")
    organ.act(operations.report_emergency_destruction, day=LATER, **report, to="oversight")
    assert organ.ask(queries.line, line_id=line).ended_on == ON + timedelta(days=1)


def test_an_operator_reports_to_its_head_alone(operator: Site) -> None:
    operators_registers(operator)
    line = operator.act(operations.destroy_in_emergency, day=ON, **EMERGENCY | {"organization_id": "denryoku"})
    report = {"emergency_id": line, "paper": "報告第1号", "on": ON}
    with pytest.raises(RegisterRefusedError):
        operator.act(operations.report_emergency_destruction, day=ON, **report, to="oversight")
    operator.act(operations.report_emergency_destruction, day=ON, **report, to="head")
    assert operator.ask(queries.line, line_id=line).ended_on == ON


@pytest.mark.parametrize("missing", [{}, {"approval_number": "承認1"}, {"approval_number": "承認1", "approved_on": date(2026, 8, 4)}])
def test_what_was_approved_beforehand_says_by_what(organ: Site, missing: dict[str, Any]) -> None:
    organs_registers(organ)
    with pytest.raises(RegisterRefusedError) as refused:
        organ.act(operations.destroy_in_emergency, day=LATER, **EMERGENCY | {"prior": "approved"} | missing)
    assert refused.value.reason == "approval_needed"
