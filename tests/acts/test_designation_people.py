"""Which acts on designations wait for a second person, and which work at once."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from service.acts.asking import Done, Waiting
from service.acts.concerning import OutsideError
from service.acts.entitled import NotAllowedError
from service.acts.table import ACTS
from service.database import read
from service.identity.accounts import RoleRefusedError
from service.proposals.rules import ProposalRefusedError
from service.statute.periods import legal_day
from tests.builders.members import Town, found_town

WIDENING = {"lift_in_part", "record_partial_lifting", "hand_over_as_sds", "find_narrower"}
AT_ONCE = {
    *("begin_care", "end_care", "record_grounds", "review_reasons", "doubt_designation", "report_improper", "answer_improper_report"),
    *("switch_to_marking", "record_marking_switch", "record_cabinet_refusal"),
}
SEATS = {
    "organ": {
        *("begin_care", "end_care", "record_grounds", "review_reasons", "switch_to_marking", "lift_in_part"),
        *("record_cabinet_refusal", "hand_over_as_sds"),
    },
    "operator": {"record_marking_switch", "record_partial_lifting"},
    None: {"doubt_designation", "report_improper", "answer_improper_report", "find_narrower"},
}


@pytest.fixture
def organ(engine: Engine, tmp_path: Path) -> Town:
    town = found_town(engine, tmp_path / "keys", seat="organ")
    town.admit("manager", "information_manager")
    town.admit("keeper", "custodian")
    town.admit("nobody")
    return town


def today(town: Town) -> str:
    return legal_day(town.now()).isoformat()


def test_what_widens_has_a_second_person_and_what_does_not_has_none() -> None:
    assert {verb for verb in WIDENING | AT_ONCE if ACTS[verb].seconds} == WIDENING
    for seat, verbs in SEATS.items():
        assert {verb for verb in WIDENING | AT_ONCE if ACTS[verb].seat == seat} == verbs


def test_a_narrower_finding_waits_for_a_second_person(organ: Town) -> None:
    one = organ.both("manager", "boss", "designate", organ_id=organ.organization, on=today(organ), years="5")
    other = organ.both("manager", "boss", "designate", organ_id=organ.organization, on=today(organ), years="5")
    document = organ.both("keeper", "manager", "register_document", carries=[one, other], organization_id=organ.organization)
    words = {"document_id": document, "information_id": one, "finding": "left_out", "on": today(organ)}
    asked = organ.ask("keeper", "find_narrower", **words)
    assert isinstance(asked, Waiting)
    with read(organ.engine) as session:
        assert session.scalar(text("select count(*) from designation.findings")) == 0
    with pytest.raises((ProposalRefusedError, RoleRefusedError, NotAllowedError)):
        organ.approve("keeper", asked.proposal)
    organ.approve("manager", asked.proposal)
    with read(organ.engine) as session:
        assert session.scalar(text("select count(*) from designation.findings")) == 1
    with pytest.raises(NotAllowedError):
        organ.ask("nobody", "find_narrower", **words)


def test_care_begins_at_once_and_is_that_organs_own(organ: Town) -> None:
    begun = organ.ask("keeper", "begin_care", organ_id=organ.organization, on=today(organ), number="経保第1号")
    assert isinstance(begun, Done)
    with pytest.raises(OutsideError):
        organ.ask("keeper", "begin_care", organ_id="elsewhere", on=today(organ))
    assert isinstance(organ.ask("manager", "end_care", information_id=begun.made[0], on=today(organ)), Done)


def test_a_compilation_takes_the_reach_of_everything_that_it_is_made_from(organ: Town) -> None:
    one = organ.both("manager", "boss", "designate", organ_id=organ.organization, on=today(organ), years="5")
    document = organ.both("keeper", "manager", "register_document", carries=[one], organization_id=organ.organization)
    other = organ.both("manager", "boss", "designate", organ_id=organ.organization, on=today(organ), years="5")
    organ.admit("narrow", "custodian", informations=[str(other)])
    words = {"kind": "compilation", "organization_id": organ.organization}
    with pytest.raises(OutsideError):
        organ.ask("narrow", "register_document", made_from=[document], carries=[other], **words)
    with pytest.raises(OutsideError):
        organ.ask("keeper", "register_document", made_from=["nothing"], **words)
    made = organ.both("keeper", "manager", "register_document", made_from=[document], **words)
    with read(organ.engine) as session:
        found = session.scalars(text("select information_id from designation.document_information where document_id = :d"), {"d": made})
        assert found.all() == [one]


def test_staff_doubt_for_themselves_alone(organ: Town) -> None:
    words = {"designation_number": "経保第1号", "requirement": "secrecy", "on": today(organ)}
    assert isinstance(organ.ask("nobody", "doubt_designation", person_id=organ.people["nobody"], **words), Done)
    with pytest.raises(OutsideError):
        organ.ask("nobody", "doubt_designation", person_id=organ.people["manager"], **words)
