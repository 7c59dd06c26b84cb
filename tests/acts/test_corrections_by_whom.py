"""A correction that can let somebody do more waits for a second person; one that only narrows works at once."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from service.acts import asking
from service.acts.asking import Asked, Done, UnfitError, Waiting
from service.acts.concerning import OutsideError
from service.acts.entitled import NotAllowedError, OwnRecordRefusedError
from service.clearance.model import Result
from service.clearance.operations import record_result
from service.database import read, transaction
from service.designation.operations import record_designation
from service.designation.operations.notice import Notice
from service.personnel.operations import register_organization
from service.provision.operations import Terms, record_certification, record_contract
from service.provision.queries import corrected_contracts
from service.provision.rules import CONTRACT_ITEMS
from service.statute.periods import legal_day
from tests.builders.members import Town
from tests.builders.site import ACTOR

BECAUSE = {"why": "mistyped", "reference": "経保第1号"}


def result_of(town: Town, person: str, *, days_ago: int = 100) -> str:
    told = legal_day(town.now()) - timedelta(days=days_ago)
    with transaction(town.engine) as session:
        if days_ago == 100:
            register_organization(
                session, log=town.log, actor=ACTOR, at=town.now(), kind="organ", name="架空経済省", organization_id="keizai"
            )
        words: dict[str, Any] = {"person_id": person, "head_id": "keizai", "outcome": "positive", "notified_on": told}
        return record_result(session, log=town.log, actor=ACTOR, at=town.now(), **words, notice=Notice("経保第1号", told, told))


def test_an_earlier_day_narrows_and_works_at_once_a_later_one_waits(town: Town) -> None:
    row = result_of(town, town.admit("worker"))
    today = legal_day(town.now())
    earlier, later = (today - timedelta(days=200)).isoformat(), (today - timedelta(days=20)).isoformat()
    done = town.ask("clerk", "correct_result", result_id=row, notified_on=earlier, **BECAUSE)
    assert isinstance(done, Done)
    waiting = town.ask("clerk", "correct_result", result_id=done.made[0], notified_on=later, **BECAUSE)
    assert isinstance(waiting, Waiting)
    assert [one["table"] for one in waiting.foreseen[0]["rows"]] == ["clearance.results"] * 2
    assert town.approve("boss", waiting.proposal).made[0] != done.made[0]


def test_a_negative_outcome_works_at_once_and_never_back_again_alone(town: Town) -> None:
    row = result_of(town, town.admit("worker"))
    done = town.ask("clerk", "correct_result", result_id=row, outcome="negative", **BECAUSE)
    assert isinstance(done, Done)
    assert isinstance(town.ask("clerk", "correct_result", result_id=done.made[0], outcome="positive", **BECAUSE), Waiting)


def test_a_correction_that_waits_is_told_like_the_one_that_does_not_to_whoever_it_does_not_reach(town: Town) -> None:
    row = result_of(town, town.admit("worker"))
    with pytest.raises(NotAllowedError):
        town.ask("manager", "correct_result", result_id=row, outcome="negative", **BECAUSE)
    for outcome in ("negative", "positive"):
        with pytest.raises(OutsideError):
            town.ask("clerk", "correct_result", result_id="x", outcome=outcome, **BECAUSE)
    with transaction(town.engine) as session:
        elsewhere = register_organization(session, log=town.log, actor=ACTOR, at=town.now(), kind="operator", name="架空他社")
    town.admit("stranger", "hr_officer", organization_id=elsewhere)
    for outcome in ("negative", "refused"):
        with pytest.raises(OutsideError):
            town.ask("stranger", "correct_result", result_id=row, outcome=outcome, **BECAUSE)


def test_nobody_puts_their_own_record_right(town: Town) -> None:
    row = result_of(town, town.people["clerk"])
    with pytest.raises(OwnRecordRefusedError):
        town.ask("clerk", "correct_result", result_id=row, outcome="negative", **BECAUSE)


def test_a_day_that_another_result_has_is_never_sure_and_waits(town: Town) -> None:
    row = result_of(town, town.admit("worker"))
    result_of(town, town.people["worker"], days_ago=150)
    earlier = (legal_day(town.now()) - timedelta(days=150)).isoformat()
    assert isinstance(town.ask("clerk", "correct_result", result_id=row, notified_on=earlier, **BECAUSE), Waiting)


def test_what_cannot_be_told_to_narrow_goes_the_way_of_what_widens_and_is_refused_there(town: Town) -> None:
    row = result_of(town, town.admit("worker"))
    for words in ({}, {"notified_on": (legal_day(town.now()) - timedelta(days=100)).isoformat()}):
        with pytest.raises(UnfitError, match="nothing is put right"):
            town.ask("clerk", "correct_result", result_id=row, **words, **BECAUSE)


def test_a_result_of_somebody_else_never_was_of_this_person(town: Town) -> None:
    row = result_of(town, town.admit("worker"))
    done = town.ask("clerk", "correct_result", result_id=row, never_was="true", **(BECAUSE | {"why": "wrong_record"}))
    assert isinstance(done, Done)
    assert done.made == (row,)


def test_a_role_for_a_contract_reaches_what_puts_the_contract_right_and_only_what_it_covers_now(town: Town) -> None:
    today = legal_day(town.now())
    past, until = today - timedelta(days=100), today + timedelta(days=300)
    letter = Notice("経保第1号", past, past)
    told: dict[str, Any] = {"log": town.log, "actor": ACTOR, "at": town.now()}
    with transaction(town.engine) as session:
        register_organization(session, **told, kind="organ", name="架空経済省", organization_id="keizai")
        for information in ("d1", "d2"):
            record_designation(session, **told, organ_id="keizai", on=past, until=until, notice=letter, information_id=information)
        record_certification(session, **told, operator_id=town.organization, organ_id="keizai", on=past, notice=letter)
        terms = Terms(informations=["d1"], from_on=past, last_day=until, settled=tuple(CONTRACT_ITEMS))
        record_contract(session, **told, operator_id=town.organization, organ_id="keizai", terms=terms, contract_id="c1")
    town.admit("narrow", "information_manager", contracts=["c1"])
    second = str(town.both("manager", "boss", "correct_contract", contract_id="c1", informations="d2", **BECAUSE))
    with read(town.engine) as session:
        assert corrected_contracts(session, ["c1"]) == (frozenset({"c1", second}), frozenset({"d2"}))
    done = town.ask("narrow", "correct_contract", contract_id=second, last_day=(until - timedelta(days=1)).isoformat(), **BECAUSE)
    assert isinstance(done, Done)
    ended = town.ask("narrow", "end_contract", contract_id="c1", last_day=(until - timedelta(days=9)).isoformat())
    assert isinstance(ended, Done)
    assert ended.made == done.made


def test_each_correction_of_a_file_is_judged_behind_those_before_it_and_one_that_widens_makes_all_wait(town: Town) -> None:
    row = result_of(town, town.admit("worker"))
    other = result_of(town, town.people["worker"], days_ago=150)
    first, second = ((legal_day(town.now()) - timedelta(days=days)).isoformat() for days in (200, 160))
    # By itself each of the two narrows; the second comes to the day to which the first was put.
    acts = [Asked("correct_result", {"result_id": each, "notified_on": first, **BECAUSE}) for each in (other, row)]
    told: dict[str, Any] = {"log": town.log, "member": town.member("clerk"), "at": town.now()}
    assert isinstance(asking.ask(town.engine, **told, acts=acts), Waiting)
    with read(town.engine) as session:
        assert session.scalars(select(Result.id).where(Result.replaces.is_not(None))).all() == []
    acts[1] = Asked("correct_result", {"result_id": row, "notified_on": second, **BECAUSE})
    assert isinstance(asking.ask(town.engine, **told, acts=acts), Done)
