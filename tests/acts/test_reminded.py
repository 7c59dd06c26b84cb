"""Who is told of which deadline: within reach and entitlement, one's own always, and nothing of anybody's refusal."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.acts.asking import UnfitError
from service.acts.reminded import Line, Page, Within, between, is_within, number_within, page_of
from service.clearance.operations import record_doubt_notice, record_result
from service.database import read, transaction
from service.deadlines.rules import Deadline
from service.deadlines.sources import SOURCES
from service.designation.operations import Notice, record_designation
from service.evidence.lookups import entry, looks_at
from service.identity.entitlements import PurposeNeededError
from service.ledger import log_size, read_entry
from service.need_to_know.operations import Target, list_handler
from service.personnel.operations import register_organization, register_person, register_unit, take_post
from service.provision.operations import Terms, record_certification, record_contract, record_provision
from service.provision.rules import CONTRACT_ITEMS
from service.statute.periods import legal_day
from tests.builders.members import Town, found_town
from tests.builders.site import ACTOR

YEARS = timedelta(days=3_900)


class Works:
    """An operator whose designation, contract, listing and clearances all end within some years."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.today = legal_day(town.now())
        self.given(register_organization, kind="organ", name="架空省", organization_id="sho")
        self.given(register_organization, kind="operator", name="よその会社", organization_id="yoso")
        letter = Notice("第1号", self.today, self.today)
        last = self.today + timedelta(days=600)
        self.given(record_designation, organ_id="sho", on=self.today, until=last, notice=letter, information_id="d1")
        parties = {"operator_id": town.organization, "organ_id": "sho"}
        self.given(record_certification, on=self.today, notice=letter, **parties)
        terms = Terms(informations=["d1"], settled=tuple(CONTRACT_ITEMS), from_on=self.today, last_day=self.today + timedelta(days=300))
        self.given(record_contract, terms=terms, contract_id="c1", **parties)
        words = {"information_id": "d1", "giver_id": "sho", "receiver_id": town.organization, "under": "Act 10(1)"}
        self.given(record_provision, on=self.today, notice=letter, **words)

    def given(self, operation: Any, **words: Any) -> Any:
        with transaction(self.town.engine) as session:
            return operation(session, log=self.town.log, actor=ACTOR, at=self.town.now(), **words)

    def worker(self, name: str, outcome: str | None, *, organization: str | None = None, unit: str | None = None) -> str:
        person = self.given(register_person, legal_name=f"{name} 花子")
        self.given(take_post, person_id=person, organization_id=organization or self.town.organization, unit_id=unit)
        if outcome is not None:
            letter = Notice("第2号", self.today, self.today)
            self.given(record_result, person_id=person, head_id="sho", outcome=outcome, notified_on=self.today, notice=letter)
        return str(person)

    def page(self, name: str, **words: Any) -> Page:
        at = self.town.now()
        given = {"until": legal_day(at) + YEARS} | words
        return page_of(self.town.engine, log=self.town.log, member=self.town.member(name), at=at, **given)

    def told(self, name: str, **words: Any) -> set[tuple[str, str | None]]:
        return {(line.deadline.sort.code, line.deadline.person_id) for line in self.page(name, limit=200, **words).lines}

    def size(self) -> int:
        with read(self.town.engine) as session:
            return log_size(session)


@pytest.fixture
def works(engine: Any, tmp_path: Any) -> Works:
    town = found_town(engine, tmp_path / "keys")
    town.admit("clerk", "hr_officer")
    town.admit("manager", "information_manager")
    town.admit("eye", "auditor")
    town.admit("nobody")
    return Works(town)


def test_each_role_is_told_of_its_own_sorts(works: Works) -> None:
    titles = {"designation_ends", "contract_ends"}
    assert {sort for sort, _person in works.told("manager")} == titles
    assert {sort for sort, _person in works.told("boss")} == titles
    for name in ("clerk", "eye", "nobody", "admin"):
        assert works.told(name) == set(), name


def test_what_concerns_a_clearance_takes_a_purpose_and_stands_on_the_person_s_record(works: Works) -> None:
    person = works.worker("tanaka", "positive")
    before = works.size()
    assert works.told("clerk") == set()
    assert works.page("clerk").purpose_opens_more
    assert works.size() == before
    assert works.told("clerk", purpose="listing") == {("clearance_ends", person), ("reassessment_begins", person)}
    assert works.size() == before + 1
    with transaction(works.town.engine) as session:
        (look,) = looks_at(session, log=works.town.log, person_id=person)
        clear = entry(session, index=before)
    assert (look.roles, look.purpose) == (("hr_officer",), "listing")
    # Whoever is in such a list has a clearance: the log says in clear only that a list was read.
    assert clear is not None
    assert person not in str(clear)


@pytest.mark.parametrize("outcome", ["negative", "not_carried_out", None])
def test_people_without_a_clearance_are_in_nobody_s_list(works: Works, outcome: str | None) -> None:
    works.worker("tanaka", outcome)
    for name in ("clerk", "manager", "boss", "eye", "nobody"):
        assert not [one for one in works.told(name, purpose="listing") if one[1] is not None], name
        assert not works.page(name).purpose_opens_more


def test_everybody_sees_their_own_and_nobody_else_s(works: Works) -> None:
    person = works.town.people["nobody"]
    other = works.worker("tanaka", "positive")
    letter = Notice("第2号", works.today, works.today)
    works.given(record_result, person_id=person, head_id="sho", outcome="positive", notified_on=works.today, notice=letter)
    works.given(
        list_handler,
        information_id="d1",
        organization_id=works.town.organization,
        target=Target(person_id=person),
        from_on=works.today,
        last_day=works.today + timedelta(days=200),
    )
    before = works.size()
    seen = works.told("nobody")
    owed = {("training_due", person), ("pledge_missing", person)}
    assert seen == owed | {("clearance_ends", person), ("reassessment_begins", person), ("listing_ends", person)}
    assert other not in {one for _sort, one in seen}
    assert works.size() == before


def test_somebody_who_was_refused_sees_no_date_of_their_own(works: Works) -> None:
    letter = Notice("第2号", works.today, works.today)
    person = works.town.people["nobody"]
    works.given(record_result, person_id=person, head_id="sho", outcome="not_carried_out", notified_on=works.today, notice=letter)
    assert works.told("nobody") == set()


def test_an_outstanding_doubt_is_told_to_those_who_deal_with_it(works: Works) -> None:
    person = works.worker("tanaka", "positive")
    letter = Notice("第3号", works.today, works.today)
    works.given(record_doubt_notice, person_id=person, head_id="sho", notified_on=works.today, notice=letter)
    assert ("doubt_outstanding", person) in works.told("clerk", purpose="listing")
    assert "doubt_outstanding" not in {sort for sort, _person in works.told("boss", purpose="listing")}


def test_a_role_is_told_of_what_it_reaches_and_nothing_else(works: Works) -> None:
    works.given(register_unit, organization_id=works.town.organization, name="第一", unit_id="one")
    works.given(register_unit, organization_id=works.town.organization, name="第二", unit_id="two")
    inside, outside = works.worker("uchi", "positive", unit="one"), works.worker("soto", "positive", unit="two")
    elsewhere = works.worker("yoso", "positive", organization="yoso")
    works.town.admit("deputy", "hr_officer", units=["one"])
    works.town.admit("away", "hr_officer", organization_id="yoso")
    works.town.admit("other", "information_manager", informations=["d2"])
    assert {person for _sort, person in works.told("deputy", purpose="listing")} == {inside}
    assert {person for _sort, person in works.told("away", purpose="listing")} == {elsewhere}
    assert {person for _sort, person in works.told("clerk", purpose="listing")} == {inside, outside}
    assert works.told("other", purpose="listing") == set()


def test_pages_follow_one_another_without_gap_or_repetition(works: Works) -> None:
    for number in range(5):
        works.worker(f"tanaka{number}", "positive")
    whole = [line.deadline.key for line in works.page("manager", purpose="listing", limit=200).lines]
    assert len(whole) == 12
    found: list[str] = []
    cursor = None
    while True:
        page = works.page("manager", purpose="listing", limit=5, cursor=cursor)
        found += [line.deadline.key for line in page.lines]
        cursor = page.next
        if cursor is None:
            break
    assert found == whole


@pytest.mark.parametrize("cursor", ["", "x", "AAAA", "MjAyNi0wMS0wMQ==", "\u3042", "MjAyNi0wMS0wMQoK" * 4])
def test_a_cursor_that_was_not_given_here_does_not_fit(works: Works, cursor: str) -> None:
    with pytest.raises(UnfitError, match="cursor"):
        works.page("manager", cursor=cursor)


def test_a_purpose_that_is_none_is_refused(works: Works) -> None:
    with pytest.raises(PurposeNeededError, match="purpose"):
        works.page("clerk", purpose="curiosity")


def test_a_date_that_lapsed_is_shown_for_some_days_and_what_is_owed_until_it_is_done(works: Works) -> None:
    works.town.ahead = timedelta(0)
    ended = works.today + timedelta(days=600)

    def on(day: date) -> set[str]:
        at = works.town.now() + (day - works.today)
        page = page_of(works.town.engine, log=works.town.log, member=works.town.member("manager"), at=at, limit=200)
        return {line.deadline.sort.code for line in page.lines}

    assert "designation_ends" in on(ended + timedelta(days=30))
    assert "designation_ends" not in on(ended + timedelta(days=31))
    assert "closing_owed" in on(ended + timedelta(days=400))


def test_the_ledger_names_nobody_in_clear_who_was_looked_at(works: Works) -> None:
    people = {works.worker(f"tanaka{number}", "positive") for number in range(3)}
    before = works.size()
    works.told("clerk", purpose="audit")
    with read(works.town.engine) as session:
        from service.ledger import entries

        bodies = [read_entry(body) for _index, body in entries(session, start=before, end=log_size(session))]
    assert len(bodies) == 3
    assert all("person" not in body or body["person"] is None for body in bodies)
    assert not any(person in str(body) for person in people for body in bodies)


@given(st.lists(st.integers(-60, 60)), st.sampled_from(["overdue", "7", "30", "all"]))
def test_a_count_by_halving_is_the_count_one_by_one(away: list[int], within: Within) -> None:
    today = date(2026, 4, 1)
    sort = next(sort for source in SOURCES for sort in source.sorts)
    days = [today + timedelta(days=one) for one in sorted(away)]
    lines = [Line(Deadline(sort, str(n), on, ()), "later", on, frozenset(), asked_for=False) for n, on in enumerate(days)]
    assert number_within(lines, within, today=today) == sum(is_within(on, within, today=today) for on in days)


@given(st.lists(st.integers(0, 20)), st.integers(0, 20), st.integers(0, 20))
def test_what_lies_between_two_days_is_what_is_neither_before_the_first_nor_behind_the_last(days: list[int], first: int, last: int) -> None:
    begin = date(2026, 11, 1)
    lines: Any = [SimpleNamespace(deadline=SimpleNamespace(on=begin + timedelta(days=one))) for one in sorted(days)]
    found = [line.deadline.on for line in between(lines, begin + timedelta(days=first), begin + timedelta(days=last))]
    assert found == [begin + timedelta(days=one) for one in sorted(days) if first <= one <= last]
