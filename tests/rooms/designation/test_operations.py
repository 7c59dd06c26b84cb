from datetime import date

import pytest
from sqlalchemy import text

from service.designation import operations, queries
from service.designation.rules import DesignationRefusedError, WrongSeatError
from service.personnel.rules import AlreadyRecordedError, UnknownIdError
from service.statute.periods import day_start
from service.statute.refusals import Refusal
from tests.builders.law import DESIGNATED_ON, designated, operators_world, organizations
from tests.builders.site import Site, notice, world_of

AT = day_start(date(2031, 12, 31))


def lay_site(organ: Site) -> None:
    organizations(organ)


@pytest.fixture
def site(organ: Site) -> Site:
    return organ


WORLDS = {"site": world_of("organ", lay_site)}


def refusal(site: Site, operation: str, *, on: date, **facts: object) -> tuple[str, str]:
    entries = site.size()
    with pytest.raises(Refusal) as refused:
        site.act(getattr(operations, operation), day=on, on=on, **facts)
    assert site.size() == entries
    return refused.value.reason, str(refused.value.basis[0])


def test_a_validity_in_years_ends_with_the_day_before_the_corresponding_one(site: Site) -> None:
    designated(site, on=date(2025, 10, 1))
    (known,) = site.ask(queries.designations_of, information_id="d1", at=AT)
    assert known.last_day_as_of(date(2026, 1, 1)) == date(2030, 9, 30)


@pytest.mark.parametrize(
    ("organ_id", "subject", "until", "answer"),
    [
        ("meti", {}, date(2031, 10, 1), ("validity_over_five_years", "Act 4(1)")),
        ("meti", {"already_public": True}, date(2029, 9, 30), ("already_public", "Act 3(1)")),
        ("meti", {"also_sds": True}, date(2029, 9, 30), ("is_sds", "Act 3(1)")),
        ("keishicho", {}, date(2029, 9, 30), ("requirement_not_met", "Act 3(1)")),
        ("denryoku", {}, date(2029, 9, 30), ("requirement_not_met", "Act 3(1)")),
    ],
)
def test_what_may_not_be_designated_leaves_nothing(
    site: Site, organ_id: str, subject: dict[str, bool], until: date, answer: object
) -> None:
    asked = operations.Subject(information_class="measures", **subject)
    assert refusal(site, "designate", on=date(2026, 10, 1), organ_id=organ_id, until=until, subject=asked) == answer
    assert site.ask(queries.informations, at=AT) == []


def test_an_information_is_designated_once_at_a_time_by_one_organ(site: Site) -> None:
    designated(site, years=2)
    with pytest.raises(AlreadyRecordedError, match="already stands"):
        site.act(operations.designate, day=date(2027, 1, 1), organ_id="meti", on=date(2027, 1, 1), years=5, information_id="d1")
    site.act(operations.designate, day=date(2027, 1, 1), organ_id="mof", on=date(2027, 1, 1), years=5, information_id="d1")
    site.act(operations.designate, day=date(2028, 6, 1), organ_id="meti", on=date(2028, 6, 1), years=5, information_id="d1")
    assert len(site.ask(queries.designations_of, information_id="d1", at=AT)) == 3


def test_which_organs_designation_is_meant_is_not_guessed(site: Site) -> None:
    designated(site)
    designated(site, organ_id="mof", on=date(2026, 8, 1))
    on = date(2031, 5, 1)
    with pytest.raises(ValueError, match="say whose"):
        site.act(operations.extend, day=on, information_id="d1", until=date(2032, 1, 1), on=on)
    site.act(operations.extend, day=on, information_id="d1", until=date(2032, 1, 1), on=on, organ_id="meti")


def test_an_extension_is_measured_from_the_last_one(site: Site) -> None:
    designated(site)
    on = date(2031, 5, 1)
    assert refusal(site, "extend", on=on, information_id="d1", until=date(2036, 6, 1)) == ("extension_over_five_years", "Act 4(2)")
    site.act(operations.extend, day=on, information_id="d1", until=date(2036, 5, 31), on=on)
    later = date(2036, 5, 1)
    assert refusal(site, "extend", on=later, information_id="d1", until=date(2041, 6, 1)) == ("extension_over_five_years", "Act 4(2)")
    site.act(operations.extend, day=later, information_id="d1", until=date(2041, 5, 31), on=later)
    with pytest.raises(AlreadyRecordedError, match="later extension"):
        site.act(operations.extend, day=later, information_id="d1", until=date(2039, 5, 31), on=date(2036, 4, 1))


def test_several_extensions_decided_ahead_reach_no_further_than_one(site: Site) -> None:
    designated(site)
    on = date(2031, 5, 1)
    site.act(operations.extend, day=on, information_id="d1", until=date(2033, 5, 31), on=on)
    beyond = ("extension_over_five_years", "Act 4(2)")
    for asked_on in (on, date(2031, 5, 31)):
        assert refusal(site, "extend", on=asked_on, information_id="d1", until=date(2036, 6, 1)) == beyond
    # What the first extension left of the five years may still be decided, and once it has begun it is measured from its own end.
    site.act(operations.extend, day=on, information_id="d1", until=date(2036, 5, 31), on=on)
    begun = date(2031, 6, 1)
    site.act(operations.extend, day=begun, information_id="d1", until=date(2038, 5, 31), on=begun)


def test_a_lifted_designation_is_neither_lifted_nor_extended_again(site: Site) -> None:
    designated(site)
    on = date(2028, 5, 15)
    site.act(operations.lift, day=on, information_id="d1", on=on)
    assert refusal(site, "extend", on=date(2031, 5, 1), information_id="d1", until=date(2036, 5, 31)) == ("not_in_force", "Act 4(7)")
    assert refusal(site, "lift", on=on, information_id="d1") == ("not_in_force", "Act 4(7)")


def test_marks_are_struck_after_the_end_and_once_at_each_organization(site: Site) -> None:
    designated(site)
    assert refusal(site, "close", on=date(2031, 5, 31), information_id="d1") == ("requirement_not_met", "Order 7")
    site.act(operations.close, day=date(2031, 6, 5), information_id="d1", on=date(2031, 6, 5))
    site.act(operations.close, day=date(2031, 7, 5), information_id="d1", on=date(2031, 7, 5), organization_id="denryoku")
    state = site.ask(queries.information_state, information_id="d1", at=AT)
    assert state.closed_on == {"meti": date(2031, 6, 5), "denryoku": date(2031, 7, 5)}
    with pytest.raises(AlreadyRecordedError, match="already closed"):
        site.act(operations.close, day=date(2031, 8, 5), information_id="d1", on=date(2031, 8, 5))


def test_a_document_carries_several_informations_and_a_copy_names_its_original(site: Site) -> None:
    designated(site)
    designated(site, "d2")
    whole = site.act(operations.register_document, day=DESIGNATED_ON, carries=["d2", "d1"], title="調査報告書", document_id="doc-1")
    site.act(operations.register_document, day=DESIGNATED_ON, kind="copy", carries=["d1"], parent_id=whole, document_id="doc-1-copy")
    assert site.ask(queries.informations_in, document_id=whole, on=DESIGNATED_ON) == ["d1", "d2"]
    assert [each.id for each in site.ask(queries.documents_of, information_id="d1", on=DESIGNATED_ON)] == ["doc-1", "doc-1-copy"]
    with pytest.raises(AlreadyRecordedError, match="already carries"):
        site.act(operations.carry, day=DESIGNATED_ON, document_id=whole, information_id="d1")


def test_a_document_has_a_callers_own_name(site: Site) -> None:
    designated(site)
    site.act(operations.register_document, day=DESIGNATED_ON, carries=["d1"], document_id="doc-1")
    name = {"namespace": "dms", "value": "2026-0017", "target_kind": "document"}
    site.act(operations.grant_resource_alias, day=DESIGNATED_ON, **name, target_id="doc-1")
    with site.engine.connect() as connection:
        query = text("select value from personnel.aliases where target_kind = 'document' and target_id = 'doc-1'")
        assert connection.execute(query).scalars().all() == ["2026-0017"]
    with pytest.raises(UnknownIdError, match="'doc-9'"):
        site.act(operations.grant_resource_alias, day=DESIGNATED_ON, **name | {"value": "x"}, target_id="doc-9")


@pytest.mark.parametrize(
    ("verb", "facts", "told"),
    [
        ("designate", {"organ_id": "nowhere", "on": DESIGNATED_ON, "years": 1}, "there is no organization 'nowhere'"),
        ("extend", {"information_id": "d9", "until": DESIGNATED_ON, "on": DESIGNATED_ON}, "there is no information 'd9'"),
        ("lift", {"information_id": "d9", "on": DESIGNATED_ON}, "there is no information 'd9'"),
        ("close", {"information_id": "d9", "on": DESIGNATED_ON}, "there is no information 'd9'"),
        ("close", {"information_id": "d1", "on": DESIGNATED_ON, "organization_id": "x"}, "there is no organization 'x'"),
        ("register_document", {"carries": ["d9"]}, "there is no information 'd9'"),
        ("register_document", {"carries": ["d1"], "kind": "part", "parent_id": "doc-9"}, "there is no document 'doc-9'"),
    ],
)
def test_an_unknown_id_is_named(site: Site, verb: str, facts: dict[str, object], told: str) -> None:
    designated(site)
    with pytest.raises(UnknownIdError, match=told):
        site.act(getattr(operations, verb), day=DESIGNATED_ON, **facts)


def test_an_operator_records_what_the_organ_gave_notice_of_with_the_letter(operator: Site) -> None:
    operators_world(operator)
    letter = notice(date(2031, 5, 10), date(2031, 5, 14), "経産第99号")
    on = date(2031, 5, 8)
    operator.act(operations.record_extension, day=date(2031, 5, 14), information_id="d1", until=date(2036, 5, 31), on=on, notice=letter)
    operator.act(
        operations.record_lifting, day=date(2032, 2, 1), information_id="d1", on=date(2032, 1, 20), notice=notice(date(2032, 1, 21))
    )
    (known,) = operator.ask(queries.designations_of, information_id="d1", at=day_start(date(2032, 2, 2)))
    assert known.last_day_as_of(date(2032, 1, 1)) == date(2036, 5, 31)
    assert known.lifted_on == date(2032, 1, 20)


def test_a_letter_does_not_arrive_before_its_own_date() -> None:
    with pytest.raises(ValueError, match="cannot have arrived"):
        notice(date(2026, 5, 2), date(2026, 5, 1))


@pytest.mark.parametrize(
    ("verb", "facts"),
    [
        ("designate", {"organ_id": "meti", "years": 1}),
        ("extend", {"information_id": "d1", "until": date(2036, 5, 31)}),
        ("lift", {"information_id": "d1"}),
    ],
)
def test_an_organs_act_is_not_an_operators(operator: Site, verb: str, facts: dict[str, object]) -> None:
    operators_world(operator)
    with pytest.raises(WrongSeatError) as refused:
        operator.act(getattr(operations, verb), day=DESIGNATED_ON, on=DESIGNATED_ON, **facts)
    assert refused.value.reason == "wrong_seat"


def test_an_organ_records_no_notice_of_its_own_acts(site: Site) -> None:
    designated(site)
    with pytest.raises(WrongSeatError):
        site.act(operations.record_lifting, day=DESIGNATED_ON, information_id="d1", on=DESIGNATED_ON, notice=notice(DESIGNATED_ON))


def test_a_validity_is_said_in_one_way(site: Site) -> None:
    for facts in ({}, {"years": 1, "until": date(2027, 1, 1)}, {"years": 0}, {"until": date(2026, 1, 1)}):
        with pytest.raises(ValueError, match="validity"):
            site.act(operations.designate, day=DESIGNATED_ON, organ_id="meti", on=DESIGNATED_ON, **facts)


def test_a_refusal_says_what_it_turned_on(site: Site) -> None:
    with pytest.raises(DesignationRefusedError, match=r"validity_over_five_years \(Act 4\(1\)\).*latest 2031-05-31"):
        site.act(operations.designate, day=DESIGNATED_ON, organ_id="meti", on=DESIGNATED_ON, until=date(2031, 6, 1))
