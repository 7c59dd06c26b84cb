"""Registers at the doors: who may, who must be two, and who may read what."""

import csv
import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest

from service.acts.asking import Done, Waiting
from service.acts.concerning import OutsideError
from service.acts.entitled import NotAllowedError, OwnRecordRefusedError
from service.acts.entrusting import EntrustingRefusedError
from service.acts.table import ACTS
from service.clearance.operations import record_result
from service.database import read, transaction
from service.designation.operations import Subject, record_designation, register_document
from service.designation.operations.notice import Notice
from service.identity.entitlements import PURPOSES, access, class_of, seen
from service.ledger import entries, log_size
from service.need_to_know.operations import Target, list_handler
from service.personnel.operations import register_organization, register_person, take_post
from service.provision.operations import record_certification, record_contract, record_provision
from service.provision.operations.contract import Terms
from service.provision.rules import CONTRACT_ITEMS
from service.registers import queries
from service.registers.duties.operations import exclude_person, record_attendance, record_training
from service.statute.periods import legal_day
from tests.builders.members import Town
from tests.builders.site import ACTOR
from tests.doors.management.conftest import Desk, desk

__all__ = ["desk"]

WIDE = {
    "lend_document",
    "deliver_document",
    "dispose_document",
    "designate_area",
    "grant_area_alias",
    "permit_entry",
    "permit_device",
    "permit_other_use",
    "close_incident",
    "set_register_period",
    "strike_line",
    "record_earlier_inspection",
    "approve_document",
    "set_approval_rule",
}


class Keeping:
    """A town with a custodian, two managers and a worker, and documents that carry d1."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.here = town.organization
        self.today = legal_day(town.now())
        for name, role in (("kato", "custodian"),):
            town.admit(name, role)
        past = self.today - timedelta(days=50)
        letter = Notice("経保第1号", past, past)
        self._given(register_organization, kind="organ", name="架空経済省", organization_id="keizai")
        self._given(register_organization, kind="operator", name="架空他社", organization_id="tasha")
        self._given(
            record_designation,
            organ_id="keizai",
            on=past,
            until=self.today + timedelta(days=900),
            notice=letter,
            information_id="d1",
            subject=Subject(number="経保1"),
        )
        for name, organization in (("worker", self.here), ("stranger", "tasha")):
            self._given(register_person, legal_name=f"{name} 花子", person_id=name)
            self._given(take_post, person_id=name, organization_id=organization)
        for name, organization in (("doc-1", self.here), ("doc-2", self.here), ("doc-9", "tasha")):
            self._given(register_document, carries=["d1"], document_id=name, title=name, organization_id=organization)
        self.town.ask("kato", "enter_document", document_id="doc-1", **self.words)

    @property
    def words(self) -> dict[str, Any]:
        return {"organization_id": self.here, "on": self.today.isoformat()}

    def _given(self, operation: Any, **words: Any) -> Any:
        with transaction(self.town.engine) as session:
            return operation(session, log=self.town.log, actor=ACTOR, at=self.town.now(), **words)

    def clears(self, person: str) -> None:
        """The organ found somebody fit, certified the organization, and provided d1 by contract."""
        past = self.today - timedelta(days=40)
        letter = Notice("経保第2号", past, past)
        parties = {"operator_id": self.here, "organ_id": "keizai"}
        self._given(record_certification, **parties, on=past, notice=letter)
        self._given(record_contract, **parties, terms=Terms(("d1",), past, settled=CONTRACT_ITEMS))
        given = {"information_id": "d1", "giver_id": "keizai", "receiver_id": self.here, "under": "Act 10(1)"}
        self._given(record_provision, **given, on=past, notice=letter)
        told = {"person_id": person, "head_id": "keizai", "outcome": "positive"}
        self._given(record_result, **told, notified_on=past, notice=letter)

    def lets_handle(self, person: str) -> None:
        """The same, and the organization put them on its list."""
        self.clears(person)
        place = {"information_id": "d1", "organization_id": self.here}
        self._given(list_handler, **place, target=Target(person_id=person), from_on=self.today)

    def state(self, document: str = "doc-1") -> str:
        with read(self.town.engine) as session:
            return queries.state_of(session, organization_id=self.here, document_id=document)

    def disposal(self, **words: Any) -> dict[str, Any]:
        found = {"document_id": "doc-1", "person_id": "worker", "witness_id": self.town.people["kato"]}
        return found | {"method": "shredded", "substance": "paper"} | self.words | words


@pytest.fixture
def keeping(desk: Desk) -> Keeping:
    return Keeping(desk.town)


def test_what_lets_out_lets_in_or_destroys_takes_two_and_everything_else_works_at_once() -> None:
    found = {verb for verb, known in ACTS.items() if known.room == "registers.operations" and known.seconds}
    assert found == WIDE


def test_a_disposal_waits_for_the_manager_and_the_custodian_may_be_its_witness(keeping: Keeping) -> None:
    waiting = keeping.town.ask("kato", "dispose_document", **keeping.disposal())
    assert isinstance(waiting, Waiting)
    assert keeping.state() == "held"
    keeping.town.approve("manager", waiting.proposal)
    assert keeping.state() == "no_longer_held"


def test_nobody_proposes_the_disposal_that_they_made(keeping: Keeping) -> None:
    own = keeping.disposal(person_id=keeping.town.people["kato"], witness_id="worker")
    with pytest.raises(OwnRecordRefusedError):
        keeping.town.ask("kato", "dispose_document", **own)
    waiting = keeping.town.ask("manager", "dispose_document", **own)
    assert isinstance(waiting, Waiting)


def test_in_an_emergency_nobody_waits_not_even_for_what_one_did_oneself(keeping: Keeping) -> None:
    words = {"document_id": "doc-1", "person_id": keeping.town.people["kato"], "method": "burnt", "prior": "no_time"} | keeping.words
    assert isinstance(keeping.town.ask("kato", "destroy_in_emergency", **words), Done)
    assert keeping.state() == "no_longer_held"


def test_everybody_may_report_an_incident_for_themselves_and_nobody_for_others(keeping: Keeping) -> None:
    town = keeping.town
    words = {"incident": "lost", "document_id": "doc-1"} | keeping.words
    done = town.ask("nobody", "report_incident", person_id=town.people["nobody"], **words)
    assert isinstance(done, Done)
    assert keeping.state() == "lost"
    with pytest.raises(OutsideError):
        town.ask("nobody", "report_incident", person_id="worker", **words)
    # What another organization keeps, and what nobody keeps, is told alike.
    told = []
    for document in ("doc-9", "doc-2", "no-such"):
        with pytest.raises(OutsideError) as outside:
            town.ask("nobody", "report_incident", person_id=town.people["nobody"], **words | {"document_id": document})
        told.append(str(outside.value))
    assert len(set(told)) == 1
    with pytest.raises(NotAllowedError):
        town.ask("nobody", "close_incident", incident_id=done.made[0], outcome="recovered", paper="x", on=keeping.today.isoformat())


def test_a_custodian_cannot_record_the_inspection_of_their_own_holdings(keeping: Keeping) -> None:
    town = keeping.town
    town.admit("second", "information_manager")
    words = {"inspector_id": town.people["manager"], "occasion": "regular"} | keeping.words
    done = town.ask("manager", "begin_inspection", person_id=town.people["second"], **words)
    assert isinstance(done, Done)
    found = {"inspection_id": done.made[0], "document_id": "doc-1", "found": "present", "on": keeping.today.isoformat()}
    with pytest.raises(OwnRecordRefusedError):
        town.ask("second", "record_inspection", **found)
    with pytest.raises(NotAllowedError):
        town.ask("kato", "record_inspection", **found)
    assert isinstance(town.ask("manager", "record_inspection", **found), Done)


def test_a_permit_takes_two_and_its_end_one_even_its_holder(keeping: Keeping) -> None:
    town = keeping.town
    area = town.both("manager", "boss", "designate_area", area="room", name="第一室", **keeping.words)
    span = {"from_on": keeping.today.isoformat(), "last_day": (keeping.today + timedelta(days=9)).isoformat()}
    words = {"area_id": area, "person_id": town.people["kato"], "device": "録音機"}
    with pytest.raises(OwnRecordRefusedError):
        town.ask("kato", "permit_device", **words, **span)
    permit = town.both("deputy", "manager", "permit_device", **words, **span)
    assert isinstance(town.ask("kato", "end_permit", permit_id=permit, on=keeping.today.isoformat()), Done)


def test_a_custodian_reaches_no_other_organization_s_registers(keeping: Keeping) -> None:
    for words in ({"document_id": "doc-9"}, {"document_id": "doc-2", "organization_id": "tasha"}, {"document_id": "no-such"}):
        with pytest.raises(OutsideError):
            keeping.town.ask("kato", "enter_document", **keeping.words | words)
    with pytest.raises(OutsideError):
        keeping.town.ask("kato", "dispose_document", **keeping.disposal(witness_id="stranger"))


def test_a_line_that_came_between_does_not_undo_what_was_looked_at(keeping: Keeping) -> None:
    town = keeping.town
    town.ask("kato", "enter_document", document_id="doc-2", **keeping.words)
    keeping.lets_handle("worker")
    words = keeping.words | {"due_on": keeping.today.isoformat(), "way": "carried", "person_id": "worker"}
    first = town.ask("kato", "lend_document", document_id="doc-1", **words)
    assert isinstance(first, Waiting)
    digest = town.digest("manager", first.proposal)
    town.both("kato", "deputy", "lend_document", document_id="doc-2", **words)
    assert town.digest("manager", first.proposal) == digest
    town.approve("manager", first.proposal)
    with read(town.engine) as session:
        assert [row.serial for row in queries.lines_of(session, organization_id=keeping.here, kind="loan")] == [1, 2]


def test_a_document_is_lent_to_nobody_and_sent_by_nobody_who_may_not_handle_it(keeping: Keeping) -> None:
    town = keeping.town
    loan = keeping.words | {"document_id": "doc-1", "due_on": keeping.today.isoformat(), "way": "carried"}

    def refused() -> set[str]:
        told = set()
        for hands in ({"person_id": "worker"}, {"party_id": "keizai", "carrier_id": "worker"}):
            with pytest.raises(EntrustingRefusedError) as no:
                town.ask("kato", "lend_document", **loan, **hands)
            told.add(str(no.value))
        return told

    stranger = refused()
    keeping.clears("worker")
    # Whether a clearance or the list lacks them is told alike.
    assert refused() == stranger == {"may_not_handle (Act 11(1), Order 11(1)(iv))"}
    place = {"information_id": "d1", "organization_id": keeping.here}
    keeping._given(list_handler, **place, target=Target(person_id="worker"), from_on=keeping.today)
    assert isinstance(town.ask("kato", "lend_document", **loan, person_id="worker"), Waiting)
    keeping._given(exclude_person, person_id="worker", organization_id=keeping.here, on=keeping.today)
    assert refused() == stranger


# Reading.


def test_a_register_is_read_by_those_entitled_and_each_reading_is_an_entry(keeping: Keeping, desk: Desk) -> None:
    manager = desk.sign_in("manager")
    path = "/api/v1/registers/document"
    answer = manager.get(path, params={"organization": keeping.here})
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["title"], told["citation"], told["form"]) == ("重要経済安保情報文書等管理簿", "NPSC Rule 8/2025 24(2)", 14)
    assert [row[told["columns"].index("件名")] for row in told["rows"]] == ["doc-1"]
    with read(desk.town.engine) as session:
        (line,) = queries.lines_of(session, organization_id=keeping.here, kind="document")
    assert told["lines"] == [{"id": line.id, "changed_index": line.changed_index}]
    with read(desk.town.engine) as session:
        entry = json.loads(next(body for _index, body in entries(session, start=told["recorded_as"], end=told["recorded_as"] + 1)))
    assert (entry["kind"], entry["object"], entry["for"]) == ("registers:register:read", "document", keeping.here)
    sheet = manager.get(path, params={"organization": keeping.here, "format": "csv", "language": "en"})
    assert sheet.headers["content-type"] == "text/csv; charset=utf-8"
    assert list(csv.reader(StringIO(sheet.content.decode("utf-8-sig"))))[1][2] == "doc-1"
    book = manager.get(path, params={"organization": keeping.here, "format": "xlsx"})
    assert book.content.startswith(b"PK")
    assert 'filename="document.xlsx"' in book.headers["content-disposition"]
    for form, name, kind in (
        ("cp932", "document.cp932.csv", "text/csv; charset=windows-31j"),
        ("jsonl", "document.jsonl", "application/jsonl"),
    ):
        file = manager.get(path, params={"organization": keeping.here, "format": form})
        assert (file.status_code, file.headers["content-type"]) == (200, kind)
        assert f'filename="{name}"' in file.headers["content-disposition"]
        assert "doc-1" in file.content.decode("cp932" if form == "cp932" else "utf-8")


def test_an_auditor_says_what_for_and_nobody_else_reads_registers(keeping: Keeping, desk: Desk) -> None:
    path, where = "/api/v1/registers/document", {"organization": keeping.here}
    eye = desk.sign_in("eye")
    assert eye.get(path, params=where).status_code == 422
    assert eye.get(path, params=where | {"purpose": "audit"}).status_code == 200
    for name in ("clerk", "nobody"):
        assert desk.sign_in(name).get(path, params=where).status_code == 403


def test_what_is_out_of_reach_and_what_is_nowhere_are_told_alike(keeping: Keeping, desk: Desk) -> None:
    manager = desk.sign_in("manager")
    with read(desk.town.engine) as session:
        before = log_size(session)
    told = [manager.get("/api/v1/registers/document", params={"organization": one}) for one in ("tasha", "no-such")]
    assert [answer.status_code for answer in told] == [404, 404]
    assert told[0].content == told[1].content
    assert manager.get("/api/v1/registers/nothing", params={"organization": keeping.here}).status_code == 422
    with read(desk.town.engine) as session:
        assert log_size(session) == before


ROLES = {"kato": "custodian", "manager": "information_manager", "clerk": "hr_officer"}
OPEN_TO = {
    "designations": {"custodian", "information_manager"},
    "handlers": {"information_manager"},
    "trainings": {"information_manager", "hr_officer"},
    "pledges": {"information_manager", "hr_officer"},
}


@pytest.mark.parametrize("kind", sorted(OPEN_TO))
def test_registers_of_other_rooms_open_to_whoever_may_see_all_that_they_hold(keeping: Keeping, desk: Desk, kind: str) -> None:
    keeping.town.equip("kato")
    for name, role in ROLES.items():
        told = desk.sign_in(name).get(
            f"/api/v1/registers/{kind}", params={"organization": keeping.here, "purpose": "listing", "format": "json"}
        )
        assert told.status_code == (200 if role in OPEN_TO[kind] else 403), (name, told.text)


def test_registers_about_people_take_a_purpose_and_are_an_entry_on_each_one_s_record(keeping: Keeping, desk: Desk) -> None:
    town = keeping.town
    keeping._given(record_training, organization_id=keeping.here, name="保護教育", on=keeping.today, training_id="t1")
    keeping._given(record_attendance, training_id="t1", person_id="worker")
    town.equip("kato")
    manager = desk.sign_in("manager")
    path, where = "/api/v1/registers/trainings", {"organization": keeping.here}
    assert manager.get(path, params=where).status_code == 422
    with read(town.engine) as session:
        before = log_size(session)
    told = manager.get(path, params=where | {"purpose": "audit"})
    assert len(told.json()["rows"]) == 1
    with read(town.engine) as session:
        new = [json.loads(bytes(body)) for _index, body in entries(session, start=before, end=log_size(session))]
    assert [one["kind"] for one in new if one["kind"] == "registers:register:read"] == ["registers:register:read"]
    assert len(new) > 1
    # What a custodian is shown of the list of registers has none about people.
    kinds = {one["kind"] for one in desk.sign_in("kato").get("/api/v1/registers").json()}
    assert "document" in kinds
    assert not kinds & {"handlers", "trainings", "pledges"}


def test_a_custodian_sees_nothing_of_people_s_reports_pledges_and_trainings(keeping: Keeping, desk: Desk) -> None:
    custodian = frozenset({"custodian"})
    for table in ("registers.person_reports", "registers.pledges", "registers.attendances"):
        assert access(custodian, class_of(table)) is None
        row = {"table": table, "row": {"id": "x", "person_id": "worker"}}
        for purpose in (None, *PURPOSES):
            assert seen("facts", [row], custodian, purpose=purpose) is None
    assert access(custodian, class_of("registers.lines")) == "yes"
    keeping.town.equip("kato")
    browser = desk.sign_in("kato")
    for path in ("pledges", "attendances", "results", "listings"):
        told = browser.get(f"/api/v1/{path}", params={"person_id": "worker", "purpose": "audit"})
        assert told.status_code == 403, path
    assert browser.post("/api/v1/people/worker/reports", json={"purpose": "audit"}).status_code == 403
