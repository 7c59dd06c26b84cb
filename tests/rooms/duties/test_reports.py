"""Reports end lists in their own act, and none tells from outside what it was about."""

from datetime import date
from typing import Any

import pytest

from service.acts.words import words_of
from service.clearance.queries import clearance_in_force
from service.ledger import entries, read_entry
from service.need_to_know import operations as need_to_know
from service.need_to_know import queries as lists
from service.need_to_know.operations import Target
from service.personnel import operations as personnel
from service.personnel.rules import AlreadyEndedError, AlreadyRecordedError, ConflictingPersonError, UnknownIdError
from service.registers import events
from service.registers.duties import operations, queries
from service.statute.periods import day_start
from tests.builders.law import cleared, designated, organizations
from tests.builders.personnel import employee
from tests.builders.site import Site
from tests.rooms.duties.conftest import LISTED_ON

AT = day_start(date(2030, 1, 1))
ON = date(2027, 2, 1)
TOLD = date(2027, 2, 3)
SATO: dict[str, Any] = {"person_id": "sato", "organization_id": "denryoku"}


def report(site: Site, code: str, *, on: date = ON, reported_on: date = TOLD, **words: Any) -> dict[str, Any]:
    done = site.act(operations.report_event, day=reported_on, code=code, on=on, reported_on=reported_on, **SATO | words)
    assert isinstance(done, dict)
    return done


def doubt(site: Site, head_id: str = "meti", **words: Any) -> dict[str, Any]:
    done = site.act(operations.report_doubt, day=TOLD, head_id=head_id, on=ON, reported_on=TOLD, **SATO | words)
    assert isinstance(done, dict)
    return done


def ends(site: Site, person_id: str = "sato") -> dict[str, date | None]:
    return {row.id: row.until_on for row in site.ask(lists.listings_naming, person_id=person_id, at=AT)}


def clear_of(site: Site, index: int) -> dict[str, Any]:
    (found,) = site.ask(lambda session: list(entries(session, start=index, end=index + 1)))
    return read_entry(found[1])


BOTH = ["line-d1", "line-d2"]
OPEN = date(2027, 7, 10)
"""The end that the house gives a line of which nobody said more: twelve months."""


@pytest.mark.parametrize("code", ["arrest", "discipline", "foreign_ties", "finances"])
def test_what_may_raise_a_doubt_takes_somebody_off_every_list_with_the_report(firm: Site, code: str) -> None:
    done = report(firm, code)
    assert (sorted(done["ended"]), done["remaining"], done["basis"]) == (BOTH, [], "default")
    assert ends(firm) == dict.fromkeys(BOTH, TOLD)


@pytest.mark.parametrize(
    ("code", "off"),
    [("transferred", date(2027, 2, 1)), ("on_leave", date(2027, 2, 1)), ("died", date(2027, 2, 1))],
)
def test_who_is_gone_from_a_day_is_listed_until_the_day_before(firm: Site, code: str, off: date) -> None:
    assert sorted(report(firm, code)["ended"]) == BOTH
    assert ends(firm) == dict.fromkeys(BOTH, off)


@pytest.mark.parametrize("code", ["resigned", "assignment_ended"])
def test_who_leaves_is_listed_to_the_last_day_also_when_told_before(firm: Site, code: str) -> None:
    last = date(2027, 3, 31)
    done = report(firm, code, on=last)
    assert (sorted(done["ended"]), done["basis"]) == (BOTH, "Act 10(4)")
    assert ends(firm) == dict.fromkeys(BOTH, date(2027, 4, 1))
    assert done["remaining"] == []


@pytest.mark.parametrize("code", ["name_changed", "address_changed", "nationality_changed", "marriage_or_cohabitant", "device_lost"])
def test_other_changes_leave_the_lists_to_be_looked_at(firm: Site, code: str) -> None:
    done = report(firm, code)
    assert (done["ended"], sorted(done["remaining"])) == ([], BOTH)
    assert ends(firm) == dict.fromkeys(BOTH, OPEN)


def test_a_list_that_ends_earlier_stays_as_it_was(firm: Site) -> None:
    line = {"information_id": "d1", "organization_id": "denryoku", "target": Target(person_id="sato")}
    firm.act(need_to_know.remove_handler, day=ON, on=date(2026, 12, 1), **line)
    assert report(firm, "arrest")["ended"] == ["line-d2"]
    assert ends(firm) == {"line-d1": date(2026, 12, 1), "line-d2": TOLD}


def test_a_doubt_ends_the_lists_that_rest_on_the_organ_it_is_reported_to(firm: Site) -> None:
    done = doubt(firm)
    assert (done["ended"], done["remaining"], done["basis"]) == (["line-d1"], ["line-d2"], "Order 17(v)")
    assert done["tell"] == ["meti", "mof"]
    assert ends(firm) == {"line-d1": TOLD, "line-d2": OPEN}
    assert doubt(firm, "mof")["ended"] == ["line-d2"]


def test_a_doubt_is_no_notice_and_the_clearance_stands_in_law(firm: Site) -> None:
    doubt(firm)
    assert firm.ask(clearance_in_force, person_id="sato", head_id="meti", on=TOLD, at=AT)


def test_at_an_organ_a_doubt_ends_what_its_own_head_answers_for_and_names_the_scopes_that_remain(organ: Site) -> None:
    organizations(organ)
    organ.act(personnel.register_unit, day=ON, organization_id="meti", name="経済安保課", unit_id="anpo")
    employee(organ, "ueda", "meti", unit_id="anpo")
    designated(organ)
    cleared(organ, "ueda")
    words = {"information_id": "d1", "organization_id": "meti", "from_on": date(2026, 7, 10)}
    named = organ.act(need_to_know.list_handler, day=ON, target=Target(person_id="ueda"), **words)
    scope = organ.act(need_to_know.list_handler, day=ON, target=Target(unit_id="anpo"), **words)
    done = doubt(organ, person_id="ueda", organization_id="meti")
    assert (done["ended"], done["remaining"], done["basis"]) == ([named], [], "Act 12(1)(iii)")
    assert done["excluded"] is not None
    assert {row.id for row in organ.ask(lists.listings_of, information_id="d1", organization_id="meti", at=AT)} == {named, scope}


@pytest.fixture
def scoped(firm: Site) -> Site:
    """Sato holds a post in a unit that is in the scope for d1."""
    firm.act(personnel.register_unit, day=LISTED_ON, organization_id="denryoku", name="保安", unit_id="hoan")
    firm.act(personnel.take_post, day=LISTED_ON, person_id="sato", organization_id="denryoku", unit_id="hoan")
    words = {"information_id": "d1", "organization_id": "denryoku", "from_on": LISTED_ON}
    firm.act(need_to_know.list_handler, day=LISTED_ON, target=Target(unit_id="hoan"), listing_id="scope", **words)
    return firm


def test_what_reaches_somebody_by_unit_is_shut_off_where_the_report_takes_them_off_at_once(scoped: Site) -> None:
    waits = report(scoped, "device_lost")
    assert (waits["remaining"], waits["excluded"]) == ([*BOTH, "scope"], None)
    done = report(scoped, "arrest")
    assert (sorted(done["ended"]), done["remaining"]) == (BOTH, [])
    assert done["excluded"] is not None
    again = report(scoped, "finances")
    assert (again["ended"], again["excluded"]) == ([], None)


def test_an_exclusion_is_made_once_and_ended_once_and_never_for_a_day_that_is_past(firm: Site) -> None:
    words = {"person_id": "sato", "organization_id": "denryoku"}
    made = firm.act(operations.exclude_person, day=TOLD, on=TOLD, **words)
    with pytest.raises(AlreadyRecordedError, match="excluded already"):
        firm.act(operations.exclude_person, day=TOLD, on=TOLD, under_head_id="meti", **words)
    with pytest.raises(ValueError, match="2027-02-01 is past"):
        firm.act(operations.end_exclusion, day=TOLD, exclusion_id=made, on=ON)
    firm.act(operations.end_exclusion, day=TOLD, exclusion_id=made, on=TOLD)
    with pytest.raises(AlreadyEndedError):
        firm.act(operations.end_exclusion, day=TOLD, exclusion_id=made, on=TOLD)
    with pytest.raises(ValueError, match="has not come yet"):
        firm.act(operations.exclude_person, day=TOLD, on=date(2027, 2, 4), **words)
    with pytest.raises(ConflictingPersonError):
        firm.act(operations.exclude_person, day=TOLD, on=TOLD, person_id="mori", organization_id="denryoku")


CLEAR = ("v", "kind", "out", "actor", "person", "for", "on", "_sd_alg")


def test_no_report_can_be_told_from_another_by_its_entry(firm: Site) -> None:
    seen = set()
    for code in events.EVENT_CODES:
        before = firm.size()
        report(firm, code)
        assert firm.size() == before + 1
        entry = clear_of(firm, before)
        assert set(entry) - {"seen"} == {*CLEAR, "at", "_sd"}
        seen.add((tuple(entry[word] for word in CLEAR), len(entry["_sd"])))
    before = firm.size()
    doubt(firm)
    entry = clear_of(firm, before)
    seen.add((tuple(entry[word] for word in CLEAR), len(entry["_sd"])))
    assert len(seen) == 1


def test_a_report_has_no_word_for_what_happened() -> None:
    both = set(words_of(operations.report_event)) | set(words_of(operations.report_doubt))
    assert both == {
        "person_id",
        "organization_id",
        "head_id",
        "code",
        "on",
        "reported_on",
        "reported_by",
        "reference_number",
        "report_id",
    }


def test_of_the_reports_about_them_somebody_sees_their_own(firm: Site) -> None:
    report(firm, "arrest", reference_number="届第1号")
    report(firm, "discipline", reported_by="superior")
    doubt(firm)
    own = firm.ask(queries.reports_by_oneself, person_id="sato")
    assert [(row.code, row.reference_number) for row in own] == [("arrest", "届第1号")]
    assert len(firm.ask(queries.reports_about, person_id="sato", organization_id="denryoku")) == 3
    assert firm.ask(queries.reports_about, person_id="sato", organization_id="meti") == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ({"code": "arrest", "on": date(2027, 2, 4)}, "on: 2027-02-04 has not come yet"),
        ({"code": "died", "on": date(2027, 2, 4)}, "on: 2027-02-04 has not come yet"),
        ({"code": "gossip"}, "there is no event"),
        ({"code": "arrest", "reference_number": " "}, "reference_number is blank"),
    ],
)
def test_a_report_that_cannot_be_is_named(firm: Site, words: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        report(firm, **words)


def test_no_report_is_made_of_tomorrow(firm: Site) -> None:
    for operation, words in ((operations.report_event, {"code": "resigned"}), (operations.report_doubt, {"head_id": "meti"})):
        with pytest.raises(ValueError, match="has not come yet"):
            firm.act(operation, day=TOLD, on=ON, reported_on=date(2027, 2, 4), **SATO, **words)


def test_a_report_is_about_somebody_who_works_or_worked_there(firm: Site) -> None:
    wrong: tuple[dict[str, Any], ...] = ({"person_id": "mori"}, {"organization_id": "kinzoku"})
    for words in wrong:
        with pytest.raises(ConflictingPersonError, match="never worked at"):
            report(firm, "arrest", **words)
        with pytest.raises(ConflictingPersonError, match="never worked at"):
            doubt(firm, **words)
    with pytest.raises(UnknownIdError):
        report(firm, "arrest", person_id="nobody")
    with pytest.raises(UnknownIdError):
        doubt(firm, head_id="nobody")


def test_an_id_is_given_once(firm: Site) -> None:
    report(firm, "arrest", report_id="r1")
    with pytest.raises(AlreadyRecordedError, match="'r1'"):
        report(firm, "arrest", report_id="r1")


def test_the_house_may_choose_to_be_stricter_or_by_two_people_less_strict(firm: Site) -> None:
    place = {"organization_id": "denryoku"}
    firm.act(operations.set_event_rule, day=ON, code="finances", removal="review", from_on=ON, **place)
    firm.act(operations.set_event_rule, day=ON, code="address_changed", removal="at_once", from_on=TOLD, **place)
    assert report(firm, "finances")["ended"] == []
    assert report(firm, "address_changed", reported_on=date(2027, 2, 2))["ended"] == []
    done = report(firm, "address_changed")
    assert (sorted(done["ended"]), done["basis"]) == (BOTH, "default")


def test_the_law_leaves_the_house_no_choice_about_who_has_left(firm: Site) -> None:
    with pytest.raises(events.DutyRefusedError, match=r"set_by_law \(Act 10\(4\)\)"):
        firm.act(operations.set_event_rule, day=ON, organization_id="denryoku", code="resigned", removal="review", from_on=ON)
