"""What may never open: information that is not designated yet, and information that became a secret of the other Act."""

from datetime import date, timedelta

import msgspec
import psycopg
import pytest
from psycopg.types.json import set_json_loads

from service.database import transaction
from service.decision.judge import Answer
from service.decision.policies_in_force import activate_policies
from service.decision.snapshot import REFRESH, Snapshot
from service.designation import operations, queries
from service.designation.operations import Formalities
from service.designation.rules import DesignationRefusedError
from service.ledger import RowSeals
from service.need_to_know.operations import Target, list_handler
from service.personnel.rules import AlreadyEndedError, AlreadyRecordedError
from service.statute.periods import day_start, instant_ms
from tests.builders.law import DESIGNATED_ON, cleared, designated, organizations
from tests.builders.personnel import employee
from tests.builders.site import ACTOR, OPENED_AT, Site, world_of

ON = date(2026, 7, 1)


def lay_site(organ: Site) -> None:
    with transaction(organ.engine) as session:
        activate_policies(session, log=organ.log, actor=ACTOR, at=OPENED_AT)
    organizations(organ)
    employee(organ, "abe", "meti")
    employee(organ, "baba", "meti")


@pytest.fixture
def site(organ: Site) -> Site:
    return organ


WORLDS = {"site": world_of("organ", lay_site)}


def answer(site: Site, url: str, person: str, *, on: date, resource: str = "d1", kind: str = "information") -> Answer:
    snapshot = Snapshot(RowSeals(site.log.keyring))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("set time zone 'UTC'")
        set_json_loads(msgspec.json.decode, connection)
        snapshot.take(connection.execute(REFRESH, {"since": snapshot.since}).fetchall())
    return snapshot.decider.decide(
        person=person, kind=kind, resource=resource, action="read", organization="meti", now_ms=instant_ms(day_start(on))
    ).answer


def begun(site: Site) -> None:
    site.act(operations.begin_care, day=ON, organ_id="meti", on=ON, title="甲", number="経保第9号", information_id="d1")


def test_what_is_to_be_designated_is_not_yet_designated_and_opens_to_nobody(site: Site, database_url: str) -> None:
    begun(site)
    before = answer(site, database_url, "abe", on=ON - timedelta(days=1))
    assert (before.decision, before.reason, before.api) == ("deny", "unknown_information", False)
    during = answer(site, database_url, "abe", on=ON)
    assert (during.decision, during.reason, during.api) == ("not_controlled", "not_yet_designated", False)
    assert during.basis == ("Act 3(1)", "NPSC Rule 8/2025 47")
    nobody = answer(site, database_url, "nobody", on=ON)
    assert (nobody.reason, nobody.api) == ("not_yet_designated", False)


def test_a_document_with_something_in_care_beside_something_permitted_stays_shut(site: Site, database_url: str) -> None:
    begun(site)
    designated(site, "d2", on=ON)
    cleared(site, "abe")
    site.act(list_handler, day=ON, information_id="d2", organization_id="meti", target=Target(person_id="abe"), from_on=ON)
    assert answer(site, database_url, "abe", on=ON, resource="d2").api
    site.act(operations.register_document, day=ON, carries=["d1", "d2"], document_id="doc")
    shut = answer(site, database_url, "abe", on=ON, resource="doc", kind="document")
    assert (shut.reason, shut.api) == ("not_yet_designated", False)


def test_care_ends_in_a_designation_or_by_itself(site: Site, database_url: str) -> None:
    begun(site)
    site.act(operations.designate, day=ON, organ_id="meti", on=ON, years=5, information_id="d1")
    assert answer(site, database_url, "abe", on=ON).reason == "no_assessment"
    with pytest.raises(AlreadyRecordedError, match="was designated"):
        site.act(operations.end_care, day=ON, information_id="d1", on=ON)
    site.act(operations.begin_care, day=ON, organ_id="meti", on=ON, information_id="d2")
    site.act(operations.end_care, day=ON, information_id="d2", on=ON)
    assert answer(site, database_url, "abe", on=ON, resource="d2").api is False
    with pytest.raises(AlreadyEndedError, match="no care"):
        site.act(operations.end_care, day=ON, information_id="d2", on=ON)


def test_only_an_organ_takes_care(site: Site) -> None:
    with pytest.raises(DesignationRefusedError, match="requirement_not_met"):
        site.act(operations.begin_care, day=ON, organ_id="denryoku", on=ON)


def handed_over(site: Site) -> None:
    designated(site)
    cleared(site, "abe")
    site.act(list_handler, day=ON, information_id="d1", organization_id="meti", target=Target(person_id="abe"), from_on=ON)
    site.act(operations.hand_over_as_sds, day=ON, information_id="d1", on=ON, sds_number="特秘第1号")


def test_a_secret_of_the_other_act_is_never_designated_here_again(site: Site) -> None:
    handed_over(site)
    later = ON + timedelta(days=30)
    with pytest.raises(DesignationRefusedError, match="is_sds"):
        site.act(operations.designate, day=later, organ_id="meti", on=later, years=1, information_id="d1")
    with pytest.raises(DesignationRefusedError, match="is_sds"):
        site.act(operations.designate, day=later, organ_id="mof", on=later, years=1, information_id="d1")
    (known,) = site.ask(queries.designations_of, information_id="d1", at=day_start(later))
    assert known.lifted_on == ON


def test_what_two_organs_designated_is_handed_over_when_one_designation_is_left(site: Site) -> None:
    designated(site)
    designated(site, organ_id="mof", on=DESIGNATED_ON)
    words = {"information_id": "d1", "on": ON, "organ_id": "meti", "sds_number": "特秘第1号"}
    with pytest.raises(DesignationRefusedError, match="designated_by mof"):
        site.act(operations.hand_over_as_sds, day=ON, **words)
    site.act(operations.lift, day=ON, information_id="d1", on=ON, organ_id="mof")
    site.act(operations.hand_over_as_sds, day=ON, **words)


def test_its_closing_opens_it_to_nobody_new(site: Site, database_url: str) -> None:
    handed_over(site)
    done = ON + timedelta(days=3)
    site.act(operations.close, day=done, information_id="d1", on=done, formalities=Formalities("lifted", 2, ["denryoku"], "経保第3号"))
    after = answer(site, database_url, "baba", on=done + timedelta(days=1))
    assert (after.reason, after.api) == ("designation_ended", False)
    assert answer(site, database_url, "abe", on=done + timedelta(days=1)).api is True
