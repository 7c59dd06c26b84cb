"""A fact is put right by a row that replaces it: before its day as recorded, from its day on as it was in truth."""

import json
from datetime import date
from typing import Any

import psycopg
import pytest
from sqlalchemy import select, text

from service.clearance import correcting as clearance
from service.clearance import operations as recording
from service.clearance.model import Result
from service.clearance.queries import doubt_notices_of, offices_of, results_of
from service.clearance.rules import ClearanceRefusedError
from service.database import read
from service.designation import correcting as designation
from service.designation import operations as designating
from service.designation.model import Designation
from service.designation.queries import designations_of, information_state
from service.designation.rules import DesignationRefusedError
from service.need_to_know import correcting as need_to_know
from service.need_to_know import operations as listing
from service.need_to_know.operations import Target
from service.need_to_know.queries import listings_of
from service.personnel import correcting as personnel
from service.personnel import operations as posts
from service.personnel.corrections import AlreadyCorrectedError, Grounds
from service.personnel.queries import posts_of
from service.personnel.rules import UnknownIdError
from service.provision import correcting as provision
from service.provision import operations as providing
from service.provision.model import Contract
from service.provision.queries import contracts_covering, is_certified
from service.statute.periods import day_start
from tests.builders.law import (
    CERTIFIED_ON,
    CONTRACT_FROM,
    CONTRACT_TO,
    PROVIDED_ON,
    cleared,
    contracted,
    designated,
    organizations,
    provided,
)
from tests.builders.personnel import employee
from tests.builders.site import Site, notice

BECAUSE = Grounds("mistyped", "経産第12号")
LATER = date(2027, 4, 1)
BEFORE, SINCE = day_start(date(2027, 3, 31)), day_start(date(2027, 4, 2))


@pytest.fixture
def ministry(organ: Site) -> Site:
    """An organ that designated d1, contracted with an operator, provided, and cleared sato of its own."""
    organizations(organ)
    designated(organ)
    contracted(organ)
    provided(organ)
    employee(organ, "sato", "meti")
    cleared(organ, "sato")
    return organ


def put_right(site: Site, verb: Any, /, **words: Any) -> str:
    return str(site.act(verb, day=LATER, grounds=BECAUSE, **words))


def newest_entry(site: Site) -> dict[str, Any]:
    with site.engine.connect() as connection:
        body = connection.execute(text("select body from ledger.entries order by index desc limit 1")).scalar_one()
    found: dict[str, Any] = json.loads(bytes(body))
    return found


def results(site: Site, at: Any, person: str = "sato") -> list[tuple[str, date | None, date]]:
    return [(row.id, row.notified_on, row.counted_on) for row in site.ask(results_of, person_id=person, at=at)]


def test_a_correction_leaves_one_entry_that_names_the_one_it_puts_right_and_keeps_both_rows(ministry: Site) -> None:
    (before,) = results(ministry, BEFORE)
    size = ministry.size()
    made = put_right(ministry, clearance.correct_result, result_id=before[0], notified_on=date(2026, 5, 15))
    assert ministry.size() == size + 1
    assert newest_entry(ministry)["kind"] == "clearance:result:corrected"
    assert results(ministry, BEFORE) == [before]
    assert results(ministry, SINCE) == [(made, date(2026, 5, 15), date(2026, 5, 15))]
    with read(ministry.engine) as session:
        old, new = session.get_one(Result, before[0]), session.get_one(Result, made)
        assert (old.notified_on, new.replaces, new.recorded_at, old.replaced_at) == (before[1], old.id, day_start(LATER), day_start(LATER))
        assert old.changed_index == new.changed_index == size


def test_a_fact_is_put_right_once_and_its_correction_can_be_put_right_in_turn(ministry: Site) -> None:
    (first,) = results(ministry, BEFORE)
    second = put_right(ministry, clearance.correct_result, result_id=first[0], notified_on=date(2026, 5, 15))
    with pytest.raises(AlreadyCorrectedError) as already:
        put_right(ministry, clearance.correct_result, result_id=first[0], notified_on=date(2026, 5, 16))
    assert already.value.facts["instead"] == second
    third = put_right(ministry, clearance.correct_result, result_id=second, notified_on=date(2026, 5, 16))
    assert results(ministry, SINCE) == [(third, date(2026, 5, 16), date(2026, 5, 16))]


@pytest.mark.parametrize("words", [{}, {"notified_on": date(2026, 6, 15)}])
def test_a_correction_that_puts_nothing_right_is_refused(ministry: Site, words: dict[str, Any]) -> None:
    (row,) = results(ministry, BEFORE)
    size = ministry.size()
    with pytest.raises(ValueError, match="nothing is put right"):
        put_right(ministry, clearance.correct_result, result_id=row[0], **words)
    assert ministry.size() == size


def test_a_correction_that_nothing_shows_is_none() -> None:
    with pytest.raises(ValueError, match="reference"):
        Grounds("misread", " ")


def test_an_unknown_id_is_named(ministry: Site) -> None:
    with pytest.raises(UnknownIdError):
        put_right(ministry, need_to_know.correct_listing, listing_id="x", from_on=LATER)


def test_the_years_of_results_that_reuse_a_corrected_one_follow_it_in_the_same_entry(ministry: Site) -> None:
    (first,) = results(ministry, BEFORE)
    reuse = recording.Reuse(result_id=first[0])
    day = date(2027, 1, 20)
    ministry.act(recording.record_result, day=day, person_id="sato", head_id="mof", outcome="positive", notified_on=day, reuse=reuse)
    size = ministry.size()
    put_right(ministry, clearance.correct_result, result_id=first[0], notified_on=date(2026, 5, 15))
    assert ministry.size() == size + 1
    assert {counted for _id, _told, counted in results(ministry, SINCE)} == {date(2026, 5, 15)}
    assert {counted for _id, _told, counted in results(ministry, BEFORE)} == {date(2026, 6, 15)}
    # Who reuses what was put right reuses what counts now.
    ministry.act(recording.record_result, day=LATER, person_id="sato", head_id="npa", outcome="positive", notified_on=LATER, reuse=reuse)
    assert {counted for _id, _told, counted in results(ministry, day_start(date(2027, 4, 3)))} == {date(2026, 5, 15)}


def test_a_provisional_result_becomes_final_by_the_day_of_the_notice(operator: Site) -> None:
    organizations(operator)
    employee(operator, "sato", "denryoku")
    letter = notice(date(2026, 6, 20), date(2026, 6, 25))
    words = {"person_id": "sato", "head_id": "meti", "outcome": "positive", "notified_on": None, "notice": letter}
    row = operator.act(recording.record_result, day=date(2026, 6, 25), **words)
    put_right(operator, clearance.correct_result, result_id=row, notified_on=date(2026, 6, 22))
    (found,) = operator.ask(results_of, person_id="sato", at=SINCE)
    assert (found.counted_on, found.provisional, found.document_number) == (date(2026, 6, 22), False, letter.document_number)


def test_a_head_that_assesses_nobody_is_refused(ministry: Site) -> None:
    (row,) = results(ministry, BEFORE)
    with pytest.raises(ClearanceRefusedError, match="requirement_not_met"):
        put_right(ministry, clearance.correct_result, result_id=row[0], head_id="kinzoku")


def test_extensions_stay_with_a_designation_however_often_it_is_put_right(ministry: Site) -> None:
    day = date(2027, 1, 15)
    ministry.act(designating.extend, day=day, information_id="d1", until=date(2036, 5, 31), on=day)
    second = put_right(ministry, designation.correct_designation, designation_id="d1-meti", years=4)
    third = put_right(ministry, designation.correct_designation, designation_id=second, on=date(2026, 5, 20), years=5)
    (before,), (since,) = (ministry.ask(designations_of, information_id="d1", at=at) for at in (BEFORE, SINCE))
    assert (before.id, before.on, before.last_day_as_of(LATER)) == ("d1-meti", date(2026, 6, 1), date(2036, 5, 31))
    assert (since.id, since.on, since.until_on, since.last_day_as_of(LATER)) == (
        third,
        date(2026, 5, 20),
        date(2031, 5, 20),
        date(2036, 5, 31),
    )


@pytest.mark.parametrize("words", [{"years": 6}, {"until": date(2031, 6, 1)}])
def test_a_validity_of_more_than_five_years_is_no_correction_either(ministry: Site, words: dict[str, Any]) -> None:
    with pytest.raises(DesignationRefusedError, match="validity_over_five_years"):
        put_right(ministry, designation.correct_designation, designation_id="d1-meti", **words)


@pytest.mark.parametrize("words", [{"on": date(2026, 5, 1)}, {"years": 3, "until": date(2029, 1, 1)}, {"years": 0}])
def test_the_day_of_a_designation_comes_with_its_validity_said_one_way(ministry: Site, words: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="validity"):
        put_right(ministry, designation.correct_designation, designation_id="d1-meti", **words)


def test_an_extension_is_judged_as_when_it_was_made(ministry: Site) -> None:
    day = date(2027, 1, 15)
    row = ministry.act(designating.extend, day=day, information_id="d1", until=date(2036, 5, 31), on=day)
    with pytest.raises(DesignationRefusedError, match="extension_over_five_years"):
        put_right(ministry, designation.correct_extension, extension_id=row, until=date(2036, 6, 1))
    made = put_right(ministry, designation.correct_extension, extension_id=row, until=date(2035, 5, 31))
    (since,) = ministry.ask(designations_of, information_id="d1", at=SINCE)
    assert since.last_day_as_of(LATER) == date(2035, 5, 31)
    put_right(ministry, designation.correct_extension, extension_id=made, never_was=True)
    (since,) = ministry.ask(designations_of, information_id="d1", at=SINCE)
    assert since.extensions == ()


def test_a_closing_that_never_was_closes_nothing_and_can_be_made_again(ministry: Site) -> None:
    ministry.act(designating.lift, day=date(2027, 1, 10), information_id="d1", on=date(2027, 1, 10))
    row = ministry.act(designating.close, day=date(2027, 1, 11), information_id="d1", on=date(2027, 1, 11))
    with pytest.raises(DesignationRefusedError, match="requirement_not_met"):
        put_right(ministry, designation.correct_closing, closing_id=row, on=date(2027, 1, 9))
    put_right(ministry, designation.correct_closing, closing_id=row, never_was=True)
    assert ministry.ask(information_state, information_id="d1", at=SINCE).closed_on == {}
    with pytest.raises(AlreadyCorrectedError):
        put_right(ministry, designation.correct_closing, closing_id=row, on=date(2027, 1, 12))
    ministry.act(designating.close, day=date(2027, 4, 2), information_id="d1", on=date(2027, 4, 2))


def test_a_corrected_contract_says_anew_what_it_covers_and_ends_by_its_first_id(ministry: Site) -> None:
    designated(ministry, "d2")
    made = put_right(ministry, provision.correct_contract, contract_id="c-denryoku", informations=["d1", "d2"], last_day=date(2028, 6, 30))

    def covering(information: str, at: Any) -> list[str]:
        words = {"operator_id": "denryoku", "information_id": information, "on": LATER, "at": at}
        return [row.id for row in ministry.ask(contracts_covering, **words)]

    assert [covering(each, BEFORE) for each in ("d1", "d2")] == [["c-denryoku"], []]
    assert [covering(each, SINCE) for each in ("d1", "d2")] == [[made], [made]]
    ended = ministry.act(providing.end_contract, day=date(2027, 4, 2), contract_id="c-denryoku", last_day=date(2027, 4, 5))
    assert ended == made
    with read(ministry.engine) as session:
        assert session.get_one(Contract, made).until_on == date(2027, 4, 6)
        assert session.get_one(Contract, "c-denryoku").until_on != date(2027, 4, 6)


@pytest.mark.parametrize(
    "words", [{"last_day": CONTRACT_FROM.replace(year=2025)}, {"return_by": date(2029, 1, 1)}, {"informations": []}, {"units": []}]
)
def test_terms_that_cannot_be_are_no_correction(ministry: Site, words: dict[str, Any]) -> None:
    assert date(2029, 1, 1) < CONTRACT_TO
    with pytest.raises(ValueError, match=r"interval|return_by|informations|units"):
        put_right(ministry, provision.correct_contract, contract_id="c-denryoku", **words)


def test_certification_and_provision_are_put_right(ministry: Site) -> None:
    with ministry.engine.connect() as connection:
        row = connection.execute(text("select id from provision.certifications")).scalar_one()
    put_right(ministry, provision.correct_certification, certification_id=row, ended_on=date(2027, 2, 1))
    asked = {"operator_id": "denryoku", "organ_id": "meti", "on": LATER}
    assert (ministry.ask(is_certified, **asked, at=BEFORE), ministry.ask(is_certified, **asked, at=SINCE)) == (True, False)
    made = put_right(ministry, provision.correct_provision, provision_id="p-denryoku", on=PROVIDED_ON.replace(day=4), consented_by=["mof"])
    assert ministry.act(providing.record_return, day=SINCE.date(), provision_id="p-denryoku", on=date(2027, 4, 2)) == made
    assert CERTIFIED_ON < PROVIDED_ON


def test_post_listing_doubt_and_office_are_put_right(ministry: Site) -> None:
    day = date(2026, 7, 1)
    line = ministry.act(
        listing.list_handler, day=day, information_id="d1", organization_id="meti", target=Target(person_id="sato"), from_on=day
    )
    put_right(ministry, need_to_know.correct_listing, listing_id=line, from_on=date(2026, 8, 1), actions=["handle"])
    (found,) = ministry.ask(listings_of, information_id="d1", organization_id="meti", at=SINCE)
    assert (found.from_on, found.actions, found.person_id) == (date(2026, 8, 1), ["read"], "sato")
    doubt = ministry.act(recording.record_doubt_notice, day=day, person_id="sato", head_id="meti", notified_on=day)
    put_right(ministry, clearance.correct_doubt_notice, doubt_notice_id=doubt, never_was=True)
    assert (
        len(ministry.ask(doubt_notices_of, person_id="sato", at=BEFORE)),
        ministry.ask(doubt_notices_of, person_id="sato", at=SINCE),
    ) == (1, [])
    office = ministry.act(recording.record_office, day=day, person_id="sato", office="nra_member", from_on=day, last_day=LATER)
    put_right(ministry, clearance.correct_office, office_id=office, without=["until_on"])
    (held,) = ministry.ask(offices_of, person_id="sato", at=SINCE)
    assert held.until_on is None
    (post,) = ministry.ask(posts_of, person_id="sato", at=BEFORE)
    made = put_right(ministry, personnel.correct_post, post_id=post.id, last_day=date(2027, 5, 1), title="課長")
    assert ministry.act(posts.leave_post, day=date(2027, 4, 2), post_id=post.id, last_day=date(2027, 4, 10)) == made


def test_the_row_that_was_put_right_is_sealed_like_every_other(ministry: Site, database_url: str) -> None:
    put_right(ministry, designation.correct_designation, designation_id="d1-meti", years=4)
    with psycopg.connect(database_url) as connection:
        assert connection.execute("select count(*) from designation.designations where seal is null").fetchone() == (0,)
    with read(ministry.engine) as session:
        assert len(session.scalars(select(Designation)).all()) == 2
