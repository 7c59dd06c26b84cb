"""What follows a designation: marks, parts, refusals of the Cabinet, reasons, formalities."""

from datetime import date, timedelta
from typing import Any

import pytest

from service.designation import operations, queries
from service.designation.model import ClosingFormality, PartialLifting
from service.designation.operations import Formalities, Grounds, Subject
from service.designation.rules import DesignationRefusedError, WrongSeatError
from service.designation.sectors import SECTORS, sectors_on
from service.personnel.rules import AlreadyRecordedError, UnknownIdError
from service.statute.periods import day_start
from tests.builders.law import DESIGNATED_ON, designated, operators_world, organizations
from tests.builders.personnel import employee
from tests.builders.site import Site, notice, world_of

AT = day_start(date(2099, 1, 1))
ON = date(2026, 9, 1)
WHY = Grounds("shows_a_weakness", "never_published", "helps_an_attack", "経保第1号", sector="electricity")


def lay_site(organ: Site) -> None:
    organizations(organ)


@pytest.fixture
def site(organ: Site) -> Site:
    return organ


WORLDS = {"site": world_of("organ", lay_site)}


def by_notice(site: Site) -> None:
    site.act(
        operations.designate,
        day=DESIGNATED_ON,
        organ_id="meti",
        on=DESIGNATED_ON,
        years=5,
        subject=Subject(number="経保第7号", marking="notice"),
        information_id="d1",
        designation_id="des",
        grounds=WHY,
    )


def test_a_mark_takes_the_place_of_the_notice_once(site: Site) -> None:
    by_notice(site)
    site.act(operations.switch_to_marking, day=ON, information_id="d1", on=ON)
    assert site.ask(queries.marking_of, designation_id="des", on=ON - timedelta(days=1)) == "notice"
    assert site.ask(queries.marking_of, designation_id="des", on=ON) == "marking"
    with pytest.raises(DesignationRefusedError, match=r"requirement_not_met \(Act 3\(3\)\)"):
        site.act(operations.switch_to_marking, day=ON, information_id="d1", on=ON)
    with pytest.raises(DesignationRefusedError, match="not_in_force"):
        site.act(operations.switch_to_marking, day=ON, information_id="d1", on=date(2031, 6, 1))


def test_a_part_is_lifted_and_the_rest_stays_designated(site: Site) -> None:
    by_notice(site)
    site.act(operations.lift_in_part, day=ON, information_id="d1", part_number="第2部", on=ON)
    assert site.ask(queries.designators, information_id="d1", on=ON, at=AT) == {"meti"}
    with pytest.raises(AlreadyRecordedError, match="lifted already"):
        site.act(operations.lift_in_part, day=ON, information_id="d1", part_number="第2部", on=ON)
    site.act(operations.lift, day=ON, information_id="d1", on=ON)
    with pytest.raises(DesignationRefusedError, match=r"not_in_force \(Act 4\(7\)\)"):
        site.act(operations.lift_in_part, day=ON, information_id="d1", part_number="第3部", on=ON)


def test_an_operator_records_a_partial_lifting_and_a_switch_with_the_letter(operator: Site) -> None:
    operators_world(operator)
    letter = notice(ON, ON, "経産第5号")
    operator.act(operations.record_partial_lifting, day=ON, information_id="d1", part_number="2", on=ON, notice=letter)
    operator.act(operations.record_marking_switch, day=ON, information_id="d1", on=ON, notice=letter)
    (part,) = operator.ask(queries.follow, model=PartialLifting, designation_id="d1-meti")
    assert (part.document_number, part.letter_on, part.arrived_on) == ("経産第5号", ON, ON)


@pytest.mark.parametrize(
    ("verb", "words"),
    [
        ("begin_care", {"organ_id": "meti"}),
        ("end_care", {"information_id": "d1"}),
        ("record_grounds", {"information_id": "d1", "grounds": WHY}),
        ("review_reasons", {"information_id": "d1", "finding": "met"}),
        ("switch_to_marking", {"information_id": "d1"}),
        ("lift_in_part", {"information_id": "d1", "part_number": "1"}),
        ("record_cabinet_refusal", {"information_id": "d1"}),
        ("hand_over_as_sds", {"information_id": "d1", "sds_number": "1"}),
    ],
)
def test_an_organs_act_is_refused_at_an_operator(operator: Site, verb: str, words: dict[str, object]) -> None:
    operators_world(operator)
    entries = operator.size()
    with pytest.raises(WrongSeatError):
        operator.act(getattr(operations, verb), day=ON, on=ON, **words)
    assert operator.size() == entries


@pytest.mark.parametrize(("verb", "words"), [("record_marking_switch", {}), ("record_partial_lifting", {"part_number": "1"})])
def test_an_operators_record_is_refused_at_an_organ(site: Site, verb: str, words: dict[str, object]) -> None:
    by_notice(site)
    with pytest.raises(WrongSeatError):
        site.act(getattr(operations, verb), day=ON, information_id="d1", on=ON, notice=notice(ON), **words)


# The Cabinet (Act 4(4), 4(6)).


def thirty_years(site: Site) -> None:
    by_notice(site)
    for years in range(5, 30, 5):
        on, until = date(2026 + years, 5, 1), date(2026 + years + 5, 5, 31)
        site.act(operations.extend, day=on, information_id="d1", until=until, on=on)


def test_an_approval_of_before_a_refusal_no_longer_extends(site: Site) -> None:
    thirty_years(site)
    refused_on, on = date(2056, 4, 1), date(2056, 5, 1)
    site.act(operations.record_cabinet_refusal, day=refused_on, information_id="d1", on=refused_on, cabinet_number="閣第1号")
    words: dict[str, Any] = {"information_id": "d1", "until": date(2060, 5, 31), "on": on}
    for approved in (date(2056, 3, 1), refused_on):
        with pytest.raises(DesignationRefusedError, match=r"cabinet_approval_needed \(Act 4\(4\), Act 4\(6\)\)"):
            site.act(operations.extend, day=on, cabinet_approved_on=approved, **words)
    site.act(operations.extend, day=on, cabinet_approved_on=refused_on + timedelta(days=1), **words)


def test_a_refusal_keeps_the_files_for_the_archives(site: Site) -> None:
    by_notice(site)
    designated(site, "d2")
    site.act(operations.register_document, day=ON, carries=["d1", "d2"], document_id="both")
    site.act(operations.register_document, day=ON, carries=["d2"], document_id="other")
    site.act(operations.record_cabinet_refusal, day=ON, information_id="d1", on=ON)
    with pytest.raises(DesignationRefusedError, match=r"Act 4\(6\)"):
        site.ask(queries.require_document_disposable, document_id="both")
    site.ask(queries.require_document_disposable, document_id="other")
    # What it carried counts, whatever was found of it since: the file is still the one.
    site.act(operations.find_narrower, day=ON, document_id="both", information_id="d1", finding="left_out", on=ON)
    with pytest.raises(DesignationRefusedError):
        site.ask(queries.require_document_disposable, document_id="both")


def test_within_thirty_years_nobody_asks_the_cabinet(site: Site) -> None:
    by_notice(site)
    site.act(operations.record_cabinet_refusal, day=ON, information_id="d1", on=ON)
    site.act(operations.extend, day=ON, information_id="d1", until=date(2036, 5, 31), on=ON)


@pytest.mark.parametrize("exception", ["negotiation", "methods", "human_source", "foreign_condition"])
def test_beyond_sixty_years_only_what_the_act_excepts_and_with_the_cabinet(site: Site, exception: str) -> None:
    thirty_years(site)
    for years in range(30, 60, 5):
        on, until = date(2026 + years, 5, 1), date(2026 + years + 5, 5, 31)
        site.act(operations.extend, day=on, information_id="d1", until=until, on=on, cabinet_approved_on=on)
    on = date(2086, 5, 1)
    words: dict[str, Any] = {"information_id": "d1", "until": date(2086, 6, 1), "on": on}
    with pytest.raises(DesignationRefusedError, match="over_sixty_years"):
        site.act(operations.extend, day=on, cabinet_approved_on=on, **words)
    with pytest.raises(DesignationRefusedError, match="cabinet_approval_needed"):
        site.act(operations.extend, day=on, exception=exception, **words)
    site.act(operations.extend, day=on, exception=exception, cabinet_approved_on=on, **words)


# Reasons and their review.


def test_the_three_requirements_are_recorded_by_codes_and_once(site: Site) -> None:
    by_notice(site)
    why = site.ask(queries.grounds_of, designation_id="des")
    assert (why.class_reason, why.not_public_reason, why.secrecy_reason) == ("shows_a_weakness", "never_published", "helps_an_attack")
    assert (why.reasons_number, why.sector) == ("経保第1号", "electricity")
    with pytest.raises(AlreadyRecordedError, match="reasons"):
        site.act(operations.record_grounds, day=ON, information_id="d1", on=ON, grounds=WHY)


def test_reasons_of_what_was_designated_without_them_are_recorded_later(site: Site) -> None:
    designated(site)
    site.act(operations.record_grounds, day=ON, information_id="d1", on=ON, grounds=WHY)
    assert site.ask(queries.grounds_of, designation_id="d1-meti").sector == "electricity"


def test_a_sector_is_of_its_day(site: Site) -> None:
    drones = Grounds("innovative_technology", "known_to_few", "weakens_a_position", "経保第2号", sector="drones")
    early = date(2025, 12, 23)
    with pytest.raises(ValueError, match="no sector 'drones' on 2025-12-23"):
        site.act(operations.designate, day=early, organ_id="meti", on=early, years=1, grounds=drones)
    late = early + timedelta(days=1)
    site.act(operations.designate, day=late, organ_id="meti", on=late, years=1, grounds=drones)


def test_there_are_fifteen_services_sixteen_goods_and_others() -> None:
    kinds = [one.kind for one in sectors_on(ON)]
    assert (kinds.count("service"), kinds.count("good"), kinds.count("other")) == (15, 16, 1)
    assert len({one.code for one in SECTORS}) == len(SECTORS)


def test_a_review_is_due_a_year_after_the_designation_and_after_each_review(site: Site) -> None:
    by_notice(site)
    (due,) = site.ask(queries.reviews_due, organ_id="meti", on=ON, at=AT)
    assert (due.last_on, due.due_on) == (DESIGNATED_ON, date(2027, 6, 1))
    site.act(operations.review_reasons, day=ON, information_id="d1", on=ON, finding="met", review_number="点検第1号")
    (due,) = site.ask(queries.reviews_due, organ_id="meti", on=ON, at=AT)
    assert (due.last_on, due.due_on) == (ON, date(2027, 9, 1))
    assert site.ask(queries.reviews_due, organ_id="mof", on=ON, at=AT) == []
    site.act(operations.lift, day=ON, information_id="d1", on=ON)
    assert site.ask(queries.reviews_due, organ_id="meti", on=ON, at=AT) == []


@pytest.mark.parametrize(("finding", "failed"), [("met", ["secrecy"]), ("not_met", []), ("met_in_part", [])])
def test_a_finding_names_what_fails_and_nothing_else(site: Site, finding: str, failed: list[str]) -> None:
    by_notice(site)
    with pytest.raises(ValueError, match="a review finds"):
        site.act(operations.review_reasons, day=ON, information_id="d1", on=ON, finding=finding, failed=failed)


def test_a_review_that_finds_a_requirement_gone_lifts_nothing_by_itself(site: Site) -> None:
    by_notice(site)
    site.act(operations.review_reasons, day=ON, information_id="d1", on=ON, finding="not_met", failed=["not_public"])
    assert site.ask(queries.designators, information_id="d1", on=ON, at=AT) == {"meti"}


def test_staff_report_a_doubt_by_the_number_on_the_mark_and_learn_nothing(site: Site) -> None:
    by_notice(site)
    employee(site, "abe", "meti")
    for number in ("経保第7号", "経保第999号"):
        words = {"person_id": "abe", "designation_number": number, "requirement": "not_public", "on": ON}
        assert len(site.act(operations.doubt_designation, day=ON, **words)) == 32
    (doubt,) = site.ask(queries.doubts_of, information_id="d1")
    assert (doubt.person_id, doubt.requirement) == ("abe", "not_public")
    with pytest.raises(UnknownIdError):
        site.act(operations.doubt_designation, day=ON, person_id="x", designation_number="1", requirement="secrecy", on=ON)


# Formalities.


def formality(site: Site) -> ClosingFormality:
    def only(session: Any) -> ClosingFormality:
        (row,) = session.query(ClosingFormality).all()
        session.expunge(row)
        found: ClosingFormality = row
        return found

    found: ClosingFormality = site.ask(only)
    return found


def test_a_closing_says_what_was_struck_and_who_was_told(site: Site) -> None:
    by_notice(site)
    site.act(operations.lift, day=ON, information_id="d1", on=ON)
    done = Formalities("lifted", 3, ["denryoku", "mof"], "経保第8号")
    site.act(operations.close, day=ON, information_id="d1", on=ON, formalities=done)
    row = formality(site)
    assert (row.end_mark, row.documents_struck, row.told, row.told_number) == ("lifted", 3, ["denryoku", "mof"], "経保第8号")


@pytest.mark.parametrize(("lifted", "wrong", "right"), [(True, "expired", "lifted"), (False, "lifted", "expired")])
def test_the_two_end_marks_are_not_taken_for_each_other(site: Site, *, lifted: bool, wrong: str, right: str) -> None:
    by_notice(site)
    on = date(2031, 6, 1)
    if lifted:
        site.act(operations.lift, day=ON, information_id="d1", on=ON)
    with pytest.raises(DesignationRefusedError, match=r"Order 7\(2\), Order 10\(2\)"):
        site.act(operations.close, day=on, information_id="d1", on=on, formalities=Formalities(wrong, 1))  # type: ignore[arg-type]
    site.act(operations.close, day=on, information_id="d1", on=on, formalities=Formalities(right, 1))  # type: ignore[arg-type]


def test_whom_an_organization_told_is_known_here(site: Site) -> None:
    by_notice(site)
    site.act(operations.lift, day=ON, information_id="d1", on=ON)
    with pytest.raises(UnknownIdError, match="'x'"):
        site.act(operations.close, day=ON, information_id="d1", on=ON, formalities=Formalities("lifted", 1, ["x"]))
    with pytest.raises(ValueError, match="no document or on some"):
        Formalities("lifted", -1)
