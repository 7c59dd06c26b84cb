"""Letters to who got it, down the chain, with receipts; what must come back after a contract."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from service.designation import operations as designation
from service.designation.rules import Designated, Extended
from service.personnel.corrections import Grounds
from service.personnel.rules import AlreadyEndedError, AlreadyRecordedError
from service.provision import operations, owed, queries
from service.provision.correcting_notices import correct_notice
from service.provision.model import Certification
from service.provision.rules import ALL_SAFEGUARDS, CONTRACT_ITEMS, TOLD, Conditions, events_of, owes
from service.statute.periods import day_start
from tests.builders.law import CONTRACT_FROM, contracted, designated, operators_world, organizations, provided
from tests.builders.site import Site, notice, world_of

LENT_ON = date(2026, 7, 6)
AT = day_start(date(2040, 1, 1))
LAST_DAY = date(2031, 5, 31)
KINDS = {"meti": "organ", "mof": "organ", "keishicho": "police", "denryoku": "operator"}


def lay_site(organ: Site) -> None:
    organizations(organ)
    designated(organ)
    contracted(organ, organ_id="mof")
    provide(organ, "meti", "mof", "Act 6(1)", "経産第5号", consulted_on=LENT_ON)
    provide(organ, "mof", "denryoku", "Act 10(1)", "財第2号", consented_by=["meti"])
    provide(organ, "meti", "keishicho", "Act 7(1)", "経産第6号")


@pytest.fixture
def site(organ: Site) -> Site:
    """METI designated d1 and lent it to MOF, which provided it to Denryoku; METI gave it to the police too."""
    return organ


WORLDS = {"site": world_of("organ", lay_site)}


def provide(site: Site, giver: str, receiver: str, under: str, number: str | None = None, *, on: date = LENT_ON, **met: Any) -> str:
    words = {"information_id": "d1", "giver_id": giver, "receiver_id": receiver, "under": under, "on": on}
    return str(site.act(operations.provide, day=on, **words, conditions=Conditions(**met), expiry_notice_number=number))


def given_to_denryoku(site: Site) -> str:
    return str(site.ask(queries.provisions_to, information_id="d1", receiver_id="denryoku", at=AT)[0].id)


def due(site: Site, giver: str, *, on: date) -> list[tuple[str, str, date, date | None, str]]:
    """Whom a giver still owes what, since when, with which last day and citation."""
    found = site.ask(owed.messages_owed, information_id="d1", giver_id=giver, giver_kind=KINDS[giver], on=on, at=AT)
    return [(one.receiver_id, one.about, one.since, one.last_day, str(one.citation)) for one in found]


def send(site: Site, giver: str, receiver: str, about: str, *, on: date, number: str = "第1号") -> str:
    words = {"information_id": "d1", "giver_id": giver, "receiver_id": receiver, "about": about, "on": on, "number": number}
    return str(site.act(operations.send_notice, day=on, **words))


def test_a_provision_with_its_letter_owes_nothing_and_without_it_owes_the_last_day_of_validity(site: Site) -> None:
    assert due(site, "meti", on=LENT_ON) == []
    provide(site, "meti", "chisai", "Act 9(1)(ii)")
    assert due(site, "meti", on=LENT_ON) == [("chisai", "validity", LENT_ON, LAST_DAY, "Order 13")]
    message = send(site, "meti", "chisai", "validity", on=LENT_ON)
    assert due(site, "meti", on=LENT_ON) == []
    assert [row.id for row in site.ask(owed.receipts_missing, giver_id="meti", on=LENT_ON)].count(message) == 1


@pytest.mark.parametrize(
    ("receiver", "under", "met", "citation"),
    [
        ("keishicho", "Act 5(2)", {}, "Order 11(3)"),
        ("alpha", "Act 8", {"equivalence": True}, "Order 13"),
        ("npa", "Act 9(1)(i)", {"safeguards": ALL_SAFEGUARDS}, "Order 13"),
        ("npa", "Act 18(4)", {}, "Order 13"),
        ("kakugi", "Act 4(5)", {"safeguards": ALL_SAFEGUARDS}, None),
    ],
)
def test_who_is_told_when_validity_ends_and_by_what_order(
    site: Site, receiver: str, under: str, met: dict[str, Any], citation: str | None
) -> None:
    provide(site, "meti", receiver, under, **met)
    assert [line[4] for line in due(site, "meti", on=LENT_ON)] == ([] if citation is None else [citation])


def test_lifting_is_told_down_the_chain_by_each_holder_to_its_own_recipients(site: Site) -> None:
    lifted = date(2027, 4, 1)
    site.act(designation.lift, day=lifted, information_id="d1", on=lifted)
    last = date(2027, 3, 31)
    assert due(site, "meti", on=date(2027, 3, 31)) == []
    assert due(site, "meti", on=lifted) == [("keishicho", "lifted", lifted, last, "Order 10"), ("mof", "lifted", lifted, last, "Order 10")]
    assert due(site, "mof", on=lifted) == [("denryoku", "lifted", lifted, last, "Order 14")]
    send(site, "meti", "mof", "lifted", on=lifted)
    assert [line[0] for line in due(site, "meti", on=lifted)] == ["keishicho"]
    # That METI told MOF does not tell Denryoku.
    assert [line[0] for line in due(site, "mof", on=lifted)] == ["denryoku"]


def test_an_extension_is_told_to_who_had_it_before_and_the_new_end_comes_with_what_is_provided_later(site: Site) -> None:
    extended, until = date(2031, 5, 1), date(2036, 5, 31)
    site.act(designation.extend, day=extended, information_id="d1", until=until, on=extended)
    provide(site, "meti", "npa", "Act 18(4)", on=extended)
    assert due(site, "meti", on=extended) == [
        ("keishicho", "extended", extended, until, "Order 8"),
        ("mof", "extended", extended, until, "Order 8"),
        ("npa", "validity", extended, until, "Order 13"),
    ]
    assert due(site, "mof", on=extended) == [("denryoku", "extended", extended, until, "Order 14")]


def test_expiry_is_told_from_the_day_after_the_last_one_also_to_who_gave_it_back(site: Site) -> None:
    assert due(site, "mof", on=LAST_DAY) == []
    site.act(operations.record_return, day=LAST_DAY, provision_id=given_to_denryoku(site), on=LAST_DAY)
    assert due(site, "mof", on=LAST_DAY + timedelta(days=1)) == [
        ("denryoku", "expired", date(2031, 6, 1), LAST_DAY, "Order 14"),
    ]


def test_the_police_and_an_operator_tell_those_who_got_it_from_them(site: Site) -> None:
    provide(site, "keishicho", "chisai", "Act 9(2)", "警第1号")
    expired = LAST_DAY + timedelta(days=1)
    assert due(site, "keishicho", on=expired) == [("chisai", "expired", expired, LAST_DAY, "Order 12")]
    assert due(site, "denryoku", on=expired) == []


def test_an_operator_owes_its_own_letters(operator: Site) -> None:
    operators_world(operator)
    on = date(2027, 1, 10)
    words = {"information_id": "d1", "operator_id": "denryoku", "receiver_id": "chisai", "under": "Act 9(1)(ii)", "on": on}
    operator.act(operations.disclose, day=on, **words)
    assert due(operator, "denryoku", on=on) == [("chisai", "validity", on, LAST_DAY, "Order 13")]
    send(operator, "denryoku", "chisai", "validity", on=on)
    lifted = date(2027, 4, 1)
    operator.act(designation.record_lifting, day=lifted, information_id="d1", on=lifted, notice=notice(lifted))
    assert due(operator, "denryoku", on=lifted) == [("chisai", "lifted", lifted, date(2027, 3, 31), "Order 17")]


def test_what_the_organ_s_letter_told_an_operator_needs_no_letter_more(operator: Site) -> None:
    operators_world(operator)
    assert due(operator, "meti", on=date(2027, 1, 1)) == []
    assert operator.ask(owed.receipts_missing, giver_id="meti", on=date(2027, 1, 1)) == []


def test_a_letter_is_sent_once_and_only_where_one_is_owed(site: Site) -> None:
    lifted = date(2027, 4, 1)
    with pytest.raises(AlreadyRecordedError, match="no letter of this kind"):
        send(site, "meti", "mof", "lifted", on=lifted)
    site.act(designation.lift, day=lifted, information_id="d1", on=lifted)
    send(site, "meti", "mof", "lifted", on=lifted)
    with pytest.raises(AlreadyRecordedError, match="no letter of this kind"):
        send(site, "meti", "mof", "lifted", on=lifted)
    with pytest.raises(AlreadyRecordedError, match="no letter of this kind"):
        send(site, "meti", "denryoku", "lifted", on=lifted)


def test_a_letter_without_receipt_stays_on_the_list_until_one_comes(site: Site) -> None:
    lifted = date(2027, 4, 1)
    site.act(designation.lift, day=lifted, information_id="d1", on=lifted)
    message = send(site, "meti", "mof", "lifted", on=lifted)
    with pytest.raises(AlreadyEndedError):
        site.act(operations.record_receipt, day=lifted, message_id=message, on=date(2027, 3, 31))
    came = date(2027, 4, 9)
    site.act(operations.record_receipt, day=came, message_id=message, on=came, number="受第3号")
    missing = [row.id for row in site.ask(owed.receipts_missing, giver_id="meti", on=date(2027, 4, 8))]
    assert message in missing
    assert message not in [row.id for row in site.ask(owed.receipts_missing, giver_id="meti", on=came)]
    with pytest.raises(AlreadyRecordedError):
        site.act(operations.record_receipt, day=came, message_id=message, on=came)


def test_a_letter_and_its_receipt_are_put_right_and_a_receipt_may_never_have_come(site: Site) -> None:
    lifted, came = date(2027, 4, 1), date(2027, 4, 9)
    site.act(designation.lift, day=lifted, information_id="d1", on=lifted)
    message = send(site, "meti", "mof", "lifted", on=lifted)
    words: dict[str, Any] = {"day": came, "message_id": message, "grounds": Grounds("misread", "受第3号")}
    site.act(operations.record_receipt, day=came, message_id=message, on=came, number="受第3号")
    with pytest.raises(ValueError, match="interval"):
        site.act(correct_notice, **words, received_on=date(2027, 3, 31))
    site.act(correct_notice, **words, received_on=date(2027, 4, 2), number="経保第30号")
    assert message not in [row.id for row in site.ask(owed.receipts_missing, giver_id="meti", on=date(2027, 4, 2))]
    site.act(correct_notice, **words, without=["received_on", "receipt_number"])
    assert message in [row.id for row in site.ask(owed.receipts_missing, giver_id="meti", on=came)]
    with pytest.raises(ValueError, match="nothing is put right"):
        site.act(correct_notice, **words, number="経保第30号")


spans = st.integers(min_value=0, max_value=3000)


@given(st.lists(spans, max_size=4, unique=True), st.none() | spans, spans, st.sampled_from(sorted(TOLD)))
def test_every_change_of_a_designation_is_told_exactly_once_and_none_before_its_day(
    extended: list[int], lifted: int | None, asked: int, under: str
) -> None:
    start = date(2026, 6, 1)
    on = start + timedelta(days=asked)
    steps = [
        Extended(on=start + timedelta(days=by), until_on=date(2031, 6, 1) + timedelta(days=365 * (n + 1)))
        for n, by in enumerate(sorted(extended))
    ]
    one = Designated("des", "d1", "meti", start, date(2031, 6, 1), steps, None if lifted is None else start + timedelta(days=lifted))
    events = events_of(one, on=on)
    assert all(event.on <= on for event in events)
    assert [event.about for event in events if event.about == "extended"] == ["extended"] * sum(step.on <= on for step in steps)
    ends = [event for event in events if event.about != "extended"]
    assert (not ends) == one.in_force(on)
    assert all(owes(event, under=under, provided_on=start - timedelta(days=1), receiver_id="mof") for event in events)
    assert not any(owes(event, under=under, provided_on=start, receiver_id="meti") for event in events)
    assert not any(owes(event, under=under, provided_on=event.on + timedelta(days=1), receiver_id="mof") for event in events)


def test_what_a_contract_s_end_asks_back_is_listed_until_it_is_returned_or_destroyed(organ: Site) -> None:
    organizations(organ)
    designated(organ)
    contract_id = contracted(organ)
    provision_id = provided(organ)
    last, term = date(2027, 3, 31), date(2027, 4, 28)

    def asked(on: date) -> list[tuple[str, date | None, bool]]:
        found = organ.ask(owed.to_be_returned, operator_id="denryoku", on=on, at=AT)
        return [(one.provision_id, one.return_by, one.overdue) for one in found]

    organ.act(operations.end_contract, day=last, contract_id=contract_id, last_day=last, return_by=term)
    assert asked(last) == []
    assert asked(date(2027, 4, 1)) == [(provision_id, term, False)]
    assert asked(term) == [(provision_id, term, False)]
    assert asked(date(2027, 4, 29)) == [(provision_id, term, True)]
    organ.act(operations.record_return, day=term, provision_id=provision_id, on=date(2027, 5, 6), how="destroyed", number="廃第2号")
    assert asked(date(2027, 5, 5)) == [(provision_id, term, True)]
    assert asked(date(2027, 5, 6)) == []


def test_what_another_live_contract_covers_is_not_asked_back(organ: Site) -> None:
    organizations(organ)
    designated(organ)
    contract_id = contracted(organ)
    provided(organ)
    last = date(2027, 3, 31)
    organ.act(operations.end_contract, day=last, contract_id=contract_id, last_day=last)
    terms = operations.Terms(informations=["d1"], from_on=CONTRACT_FROM, settled=tuple(CONTRACT_ITEMS), last_day=date(2028, 3, 31))
    organ.act(operations.conclude_contract, day=CONTRACT_FROM, operator_id="denryoku", organ_id="meti", terms=terms)
    asked = {"operator_id": "denryoku", "at": AT}
    assert organ.ask(owed.to_be_returned, on=date(2027, 4, 1), **asked) == []
    assert [one.return_by for one in organ.ask(owed.to_be_returned, on=date(2028, 4, 1), **asked)] == [None]


def test_a_certification_that_ends_asks_everything_back_at_once_whatever_the_contract_says(organ: Site) -> None:
    organizations(organ)
    designated(organ)
    contract_id = contracted(organ)
    provided(organ)
    lost = date(2027, 2, 1)
    certification = organ.ask(lambda session: session.scalars(select(Certification.id)).one())
    organ.act(operations.end_certification, day=lost, certification_id=certification, on=lost)
    asked = {"operator_id": "denryoku", "at": AT}
    assert organ.ask(owed.to_be_returned, on=date(2027, 1, 31), **asked) == []
    assert [(one.contract_id, one.since, one.return_by) for one in organ.ask(owed.to_be_returned, on=lost, **asked)] == [
        (contract_id, lost, None)
    ]
