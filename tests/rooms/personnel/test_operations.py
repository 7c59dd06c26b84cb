from datetime import date

import pytest

from service.personnel import operations, queries
from service.personnel.model import Person
from service.personnel.rules import AlreadyEndedError, AlreadyRecordedError, UnknownIdError
from service.statute.periods import day_start
from tests.builders.personnel import employee, organization
from tests.builders.site import Site, world_of

DAY = date(2026, 4, 1)


def lay_site(operator: Site) -> None:
    organization(operator, "denryoku", "operator")
    organization(operator, "haken", "dispatch_agency")
    operator.act(operations.register_unit, day=DAY, organization_id="denryoku", name="保安技術部", unit_id="hoan")


@pytest.fixture
def site(operator: Site) -> Site:
    return operator


WORLDS = {"site": world_of("operator", lay_site)}


def found(site: Site, words: str) -> list[str]:
    return [person.id for person in site.ask(queries.find_people, words=words)]


def test_a_name_is_stored_exactly_as_entered(site: Site) -> None:
    name = "髙﨑 𠮷\U000e0100郎"
    person_id = site.act(operations.register_person, day=DAY, legal_name=name, kana="タカサキ ヨシロウ")
    assert site.ask(queries.person, person_id=person_id).legal_name == name


@pytest.mark.parametrize("words", ["高崎", "髙﨑", "タカサキ", "たかさき", "ﾀｶｻｷ", "吉郎", "たか さき", "0012"])
def test_people_are_found_by_kanji_old_or_new_by_either_kana_and_by_the_beginning_of_their_number(site: Site, words: str) -> None:
    person_id = site.act(operations.register_person, day=DAY, legal_name="髙﨑 𠮷\U000e0100郎", kana="タカサキ ヨシロウ")
    site.act(operations.grant_alias, day=DAY, namespace="employee", value="00123", target_kind="person", target_id=person_id)
    assert found(site, words) == [person_id]


@pytest.mark.parametrize("words", ["", "   ", "%", "_", "123", "\\"])
def test_a_search_for_nothing_or_for_a_pattern_finds_nobody(site: Site, words: str) -> None:
    employee(site, "sato", "denryoku")
    site.act(operations.grant_alias, day=DAY, namespace="employee", value="00123", target_kind="person", target_id="sato")
    assert found(site, words) == []


def test_a_changed_name_is_found_and_the_old_one_is_not(site: Site) -> None:
    site.act(operations.register_person, day=DAY, legal_name="佐藤 花", kana="サトウ ハナ", person_id="p1")
    site.act(operations.record_name, day=DAY, person_id="p1", legal_name="鈴木 花", kana="スズキ ハナ")
    assert found(site, "鈴木") == ["p1"]
    assert found(site, "佐藤") == []


def test_a_change_of_nothing_is_refused(site: Site) -> None:
    employee(site, "sato", "denryoku")
    with pytest.raises(ValueError, match="nothing changes"):
        site.act(operations.record_name, day=DAY, person_id="sato", legal_name="sato 花子")


def test_the_last_day_in_a_post_is_worked_and_the_next_is_not(site: Site) -> None:
    site.act(operations.register_person, day=DAY, legal_name="森", person_id="mori")
    post = site.act(
        operations.take_post,
        day=DAY,
        person_id="mori",
        organization_id="denryoku",
        unit_id="hoan",
        from_on=DAY,
        employer_id="haken",
        employment="派遣",
    )
    site.act(operations.leave_post, day=DAY, post_id=post, last_day=date(2027, 3, 31))
    for day, works in ((date(2026, 3, 31), False), (DAY, True), (date(2027, 3, 31), True), (date(2027, 4, 1), False)):
        place = site.ask(queries.workplace, person_id="mori", organization_id="denryoku", on=day, at=day_start(day))
        assert (place.works_there, "hoan" in place.units) == (works, works)


def test_who_has_a_post_somewhere_works_there_on_its_days_alone(site: Site) -> None:
    employee(site, "sato", "denryoku")
    site.act(operations.take_post, day=DAY, person_id="sato", organization_id="denryoku", unit_id="hoan", from_on=DAY)
    before = date(2026, 3, 1)
    place = site.ask(queries.workplace, person_id="sato", organization_id="denryoku", on=before, at=day_start(DAY))
    assert not place.works_there


def test_a_post_that_ended_is_not_made_longer_by_leaving_it_again(site: Site) -> None:
    employee(site, "sato", "denryoku")
    post = site.act(operations.take_post, day=DAY, person_id="sato", organization_id="denryoku", from_on=DAY, last_day=date(2026, 9, 30))
    for last_day in (date(2026, 9, 30), date(2026, 12, 31), date(2026, 3, 1)):
        with pytest.raises(AlreadyEndedError):
            site.act(operations.leave_post, day=DAY, post_id=post, last_day=last_day)


def test_an_alias_names_one_thing_at_a_time(site: Site) -> None:
    employee(site, "sato", "denryoku")
    employee(site, "suzuki", "denryoku")
    badge = {"namespace": "badge", "value": "04A2", "target_kind": "person"}
    alias = site.act(operations.grant_alias, day=DAY, **badge, target_id="sato", from_on=DAY)
    with pytest.raises(AlreadyRecordedError, match="badge:04A2"):
        site.act(operations.grant_alias, day=DAY, **badge, target_id="suzuki")
    site.act(operations.end_alias, day=DAY, alias_id=alias, on=date(2026, 5, 1))
    site.act(operations.grant_alias, day=DAY, **badge, target_id="suzuki", from_on=date(2026, 5, 1))
    with pytest.raises(AlreadyEndedError):
        site.act(operations.end_alias, day=DAY, alias_id=alias, on=date(2026, 6, 1))


@pytest.mark.parametrize(
    ("verb", "facts", "told"),
    [
        ("register_unit", {"organization_id": "nowhere", "name": "課"}, "there is no organization 'nowhere'"),
        ("register_unit", {"organization_id": "denryoku", "name": "課", "parent_id": "bu"}, "there is no unit 'bu'"),
        ("record_name", {"person_id": "nobody", "legal_name": "誰"}, "there is no person 'nobody'"),
        ("take_post", {"person_id": "sato", "organization_id": "denryoku", "unit_id": "eigyo"}, "there is no unit 'eigyo'"),
        ("take_post", {"person_id": "sato", "organization_id": "denryoku", "employer_id": "x"}, "there is no organization 'x'"),
        ("leave_post", {"post_id": "p9", "last_day": DAY}, "there is no post 'p9'"),
        (
            "grant_alias",
            {"namespace": "badge", "value": "1", "target_kind": "person", "target_id": "nobody"},
            "there is no person 'nobody'",
        ),
        ("end_alias", {"alias_id": "a9", "on": DAY}, "there is no alias 'a9'"),
    ],
)
def test_an_unknown_id_is_named(site: Site, verb: str, facts: dict[str, object], told: str) -> None:
    employee(site, "sato", "denryoku")
    entries = site.size()
    with pytest.raises(UnknownIdError, match=told):
        site.act(getattr(operations, verb), day=DAY, **facts)
    assert site.size() == entries


@pytest.mark.parametrize(
    ("verb", "facts"),
    [
        ("register_organization", {"kind": "bank", "name": "銀行"}),
        ("register_organization", {"kind": "organ", "name": " "}),
        ("register_person", {"legal_name": "佐藤\x00"}),
        ("register_person", {"legal_name": "\ud842"}),
        ("take_post", {"person_id": "sato", "organization_id": "denryoku", "from_on": DAY, "last_day": date(2026, 3, 30)}),
        ("grant_alias", {"namespace": "a:b", "value": "1", "target_kind": "person", "target_id": "sato"}),
        ("grant_alias", {"namespace": "a", "value": "1", "target_kind": "post", "target_id": "sato"}),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_written(site: Site, verb: str, facts: dict[str, object]) -> None:
    employee(site, "sato", "denryoku")
    entries = site.size()
    with pytest.raises(ValueError):  # noqa: PT011 - each says something else
        site.act(getattr(operations, verb), day=DAY, **facts)
    assert site.size() == entries


def test_an_id_is_given_once(site: Site) -> None:
    employee(site, "sato", "denryoku")
    with pytest.raises(AlreadyRecordedError, match="'sato'"):
        site.act(operations.register_person, day=DAY, legal_name="佐藤", person_id="sato")


def test_no_name_stands_in_the_clear_part_of_an_entry(site: Site) -> None:
    from sqlalchemy import text

    site.act(operations.register_person, day=DAY, legal_name="佐藤 花", kana="サトウ ハナ", birth_on=date(1990, 1, 2))
    with site.engine.connect() as connection:
        bodies = connection.execute(text("select body from ledger.entries")).scalars().all()
        sealed = connection.execute(text("select sealed from ledger.disclosures")).scalars().all()
    for blob in (*bodies, *sealed):
        assert "佐藤".encode() not in bytes(blob)
        assert b"\\u4f50" not in bytes(blob)
        assert b"1990-01-02" not in bytes(blob)
    assert site.ask(lambda session: session.query(Person).count()) == 1
