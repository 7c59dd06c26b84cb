"""Assessments through the doors: each step by whom it belongs to, the person for themselves, the decision by two."""

import json
import random
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from service.acts.asking import Done, NoSuchActError, UnfitError, Waiting
from service.acts.concerning import OutsideError
from service.acts.entitled import NotAllowedError, OwnRecordRefusedError
from service.acts.table import ACTS
from service.acts.words import words_of
from service.assessment.operations.evening import even_out
from service.assessment.queries import current_case, standing_of
from service.assessment.rules import LINES, AssessmentRefusedError
from service.clearance.queries import clearance_in_force
from service.database import read, transaction
from service.evidence.lookups import opened
from service.identity.entitlements import OF_THE_CIRCLE, TABLE, may_see, seen
from service.ledger import Kind, entries, read_entry
from service.personnel.operations import register_organization, register_person, take_post
from service.proposals.rules import ProposalRefusedError
from service.provision.operations import certify
from service.statute.refusals import Refusal
from tests.builders.members import Town, found_town, town_world
from tests.builders.site import ACTOR

STEP = Kind.ASSESSMENT_STEP.value
ENDS = ("positive", "negative", "refused", "withdrawn")


def settle(town: Town) -> None:
    """Let in an officer who assesses, one for complaints, and people who work there."""
    town.admit("assessor", "assessment_officer")
    town.admit("ear", "complaint_officer")
    town.admit("clerk", "hr_officer")
    town.admit("sato")


WORLDS = {"town": town_world(settle, seat="organ")}


def words(town: Town, person: str = "sato", **more: object) -> dict[str, object]:
    return {"person_id": town.people[person], "head_id": town.organization, "on": town.today().isoformat(), **more}


def cleared(town: Town, person: str = "sato") -> bool:
    with read(town.engine) as session:
        return clearance_in_force(session, person_id=town.people[person], head_id=town.organization, on=town.today(), at=town.now())


def walked(town: Town, end: str, person: str = "sato") -> None:
    """Go the whole way through the doors."""
    town.ask("assessor", "give_notice", **words(town, person))
    if end == "refused":
        town.ask(person, "record_refusal", **words(town, person))
    else:
        town.ask(person, "record_consent", **words(town, person))
        town.ask("assessor", "request_investigation", **words(town, person))
        town.ask("assessor", "receive_opinion", **words(town, person))
    if end == "withdrawn":
        town.ask(person, "record_withdrawal", **words(town, person))
    outcome = end if end in {"positive", "negative"} else "not_carried_out"
    town.both("assessor", "boss", "decide", **words(town, person, outcome=outcome))
    town.ask("assessor", "notify_result", **words(town, person))


def leaves(town: Town, *, start: int = 0) -> list[tuple[int, dict[str, object]]]:
    with read(town.engine) as session:
        end = session.execute(text("select count(*) from ledger.entries")).scalar_one()
        return [(index, read_entry(body)) for index, body in entries(session, start=start, end=end)]


def test_the_whole_way_takes_three_people_and_the_result_comes_with_its_notice(town: Town) -> None:
    town.ask("assessor", "give_notice", **words(town))
    town.ask("sato", "record_consent", **words(town))
    town.ask("assessor", "request_investigation", **words(town))
    town.ask("assessor", "receive_opinion", **words(town))
    waiting = town.ask("assessor", "decide", **words(town, outcome="positive"))
    assert isinstance(waiting, Waiting)
    with pytest.raises(AssessmentRefusedError, match="wrong_step"):
        town.ask("assessor", "notify_result", **words(town))
    town.approve("boss", waiting.proposal)
    assert not cleared(town)
    assert isinstance(town.ask("assessor", "notify_result", **words(town)), Done)
    assert cleared(town)


@pytest.mark.parametrize("verb", ["record_consent", "record_refusal", "record_withdrawal", "waive_reasons", "complain"])
def test_people_answer_for_themselves_and_for_nobody_else(town: Town, verb: str) -> None:
    town.admit("other")
    with pytest.raises((OutsideError, NotAllowedError)):
        town.ask("other", verb, **words(town))


def test_refusing_and_withdrawing_wait_for_nobody(town: Town) -> None:
    town.ask("assessor", "give_notice", **words(town))
    assert isinstance(town.ask("sato", "record_consent", **words(town)), Done)
    assert isinstance(town.ask("sato", "record_withdrawal", **words(town)), Done)
    town.ask("assessor", "give_notice", **words(town))
    assert isinstance(town.ask("sato", "record_refusal", **words(town)), Done)


def test_nobody_assesses_themselves_nor_lists_themselves(town: Town) -> None:
    with pytest.raises(OwnRecordRefusedError):
        town.ask("assessor", "give_notice", **words(town, "assessor"))
    with pytest.raises(OwnRecordRefusedError):
        town.ask("clerk", "list_candidate", person_id=town.people["clerk"], organization_id=town.organization, on=town.today().isoformat())


def test_whoever_took_part_answers_no_complaint_by_whatever_account(town: Town) -> None:
    walked(town, "negative")
    made = town.ask("sato", "complain", **words(town, document_number="苦情1号"))
    assert isinstance(made, Done)
    answer = {"complaint_id": made.made[0], "outcome": "put_right", "on": town.today().isoformat()}
    # Whoever assessed may not hold this role; came they to it all the same, they are told no.
    town.admit("second", "complaint_officer")
    with town.engine.begin() as connection:
        connection.execute(text("update assessment.steps set actor_id = :who where step = 'opinion'"), {"who": town.accounts["second"]})
    with pytest.raises(AssessmentRefusedError, match="took_part"):
        town.ask("second", "answer_complaint", **answer, officer_id=town.people["ear"])
    assert isinstance(town.ask("ear", "answer_complaint", **answer), Done)
    assert not cleared(town)


def test_however_it_went_the_log_holds_the_same_kinds_of_entries_in_the_end(town: Town) -> None:
    told = {}
    for end in ENDS:
        town.admit(f"p-{end}")
        start = len(leaves(town))
        walked(town, end, f"p-{end}")
        told[end] = sorted((str(leaf["kind"]), leaf["v"], frozenset(leaf)) for _index, leaf in leaves(town, start=start))
    with transaction(town.engine) as session:
        even_out(session, log=town.log, at=town.now(), on=town.today() + timedelta(days=100))
    with read(town.engine) as session:
        for end in ENDS:
            case = current_case(session, person_id=town.people[f"p-{end}"], head_id=town.organization)
            assert case is not None
            assert case.lines == LINES
            lacking = LINES - len(standing_of(session, case).done)
            told[end] += [next(one for one in told[end] if one[0] == STEP)] * lacking
    assert len({tuple(sorted(one, key=str)) for one in told.values()}) == 1
    step = next(one for one in told["positive"] if one[0] == STEP)
    assert step[1] == 1
    assert not step[2] & {"person", "second", "proposal", "on"}


def test_a_refused_step_tells_in_clear_neither_who_nor_what(town: Town) -> None:
    start = len(leaves(town))
    with pytest.raises(AssessmentRefusedError, match="no_notice"):
        town.ask("sato", "record_consent", **words(town))
    ((index, leaf),) = leaves(town, start=start)
    assert (leaf["kind"], leaf["out"], leaf["actor"]) == (STEP, "refused", "assessment")
    assert not set(leaf) & {"person", "on", "for"}
    with read(town.engine) as session:
        (found,) = opened(session, log=town.log, clear=dict(leaf))
    assert found.name == "facts"
    assert json.dumps(found.value).count("record_consent") == 1
    for role in set(TABLE) - {"assessment_officer", "complaint_officer"}:
        assert seen(found.name, found.value, [role], purpose="audit") is None, (role, index)


def test_only_those_who_assess_or_hear_complaints_open_a_step_or_its_proposal_and_what_it_made(town: Town) -> None:
    start = len(leaves(town))
    walked(town, "refused")
    shown = 0
    with read(town.engine) as session:
        for _index, leaf in leaves(town, start=start):
            if leaf["kind"] in {STEP, Kind.PROPOSAL_MADE.value}:
                for one in opened(session, log=town.log, clear=dict(leaf)):
                    shown += 1
                    assert one.name is not None
                    readers = {role for role in TABLE if seen(one.name, one.value, [role], purpose="audit") is not None}
                    assert readers == {role for role in TABLE if may_see([role], "assessment_step", purpose="audit")}
    assert shown == 5
    assert {verb for verb, known in ACTS.items() if known.kind is Kind.ASSESSMENT_STEP} == OF_THE_CIRCLE


def test_an_officer_reaches_the_employees_of_those_whom_the_organ_certified_and_nobody_elses(town: Town) -> None:
    told: dict[str, Any] = {"log": town.log, "actor": ACTOR, "at": town.now()}
    with transaction(town.engine) as session:
        for operator in ("denryoku", "tasha"):
            register_organization(session, **told, kind="operator", name=operator, organization_id=operator)
            register_person(session, **told, legal_name=operator, person_id=f"of-{operator}")
            take_post(session, **told, person_id=f"of-{operator}", organization_id=operator)
        certify(session, **told, operator_id="denryoku", organ_id=town.organization, on=town.today())
    notice = {"head_id": town.organization, "on": town.today().isoformat()}
    assert isinstance(town.ask("assessor", "give_notice", person_id="of-denryoku", **notice), Done)
    with pytest.raises(OutsideError) as outside:
        town.ask("assessor", "give_notice", person_id="of-tasha", **notice)
    with pytest.raises(OutsideError) as unknown:
        town.ask("assessor", "give_notice", person_id="nobody", **notice)
    assert str(outside.value) == str(unknown.value)


def test_a_candidate_answers_and_whoever_asked_sees_only_who_agreed(town: Town) -> None:
    asked = town.ask(
        "clerk", "list_candidate", person_id=town.people["sato"], organization_id=town.organization, on=town.today().isoformat()
    )
    assert isinstance(asked, Done)
    answer = {"candidate_id": asked.made[0], "agreed": "true", "on": town.today().isoformat()}
    for somebody in ("clerk", "assessor"):
        with pytest.raises((OutsideError, NotAllowedError)):
            town.ask(somebody, "answer_listing", **answer)
    assert isinstance(town.ask("sato", "answer_listing", **answer), Done)


def test_at_an_operator_there_is_only_the_list_of_candidates(engine: Engine, tmp_path: Path) -> None:
    town = found_town(engine, tmp_path / "operator", seat="operator")
    town.admit("clerk", "hr_officer")
    town.admit("sato")
    with pytest.raises(NoSuchActError):
        town.ask("clerk", "give_notice", **words(town))
    listed = town.ask(
        "clerk",
        "list_candidate",
        person_id=town.people["sato"],
        organization_id=town.organization,
        on=town.today().isoformat(),
        consent="true",
    )
    assert isinstance(listed, Done)
    seats = {known.seat for known in ACTS.values() if known.kind is Kind.ASSESSMENT_STEP and known.seat != "organ"}
    assert seats == {None}
    both = {verb for verb, known in ACTS.items() if known.kind is Kind.ASSESSMENT_STEP and known.seat is None}
    assert both == {"list_candidate", "answer_listing", "strike_candidate", "tell_employer"}


def test_a_result_of_a_head_whose_officers_assess_here_is_told_by_its_step_alone_whoever_it_is_about(town: Town) -> None:
    walked(town, "negative")
    for person in ("sato", "ear"):
        for outcome in ("positive", "negative"):
            given = {
                "person_id": town.people[person],
                "head_id": town.organization,
                "outcome": outcome,
                "notified_on": town.today().isoformat(),
            }
            with pytest.raises(AssessmentRefusedError) as refused:
                town.ask("clerk", "record_result", **given)
            assert str(refused.value) == "told_by_its_step (Act 13(1))"
    assert not cleared(town)
    # What another head found, or the same one under the other Act, has no step here.
    given = {"person_id": town.people["sato"], "head_id": town.organization, "outcome": "positive", "notified_on": town.today().isoformat()}
    assert isinstance(town.ask("clerk", "record_result", **given, law="sds"), Waiting)
    with transaction(town.engine) as session:
        register_organization(session, log=town.log, actor=ACTOR, at=town.now(), kind="organ", name="他省", organization_id="other")
    assert isinstance(town.ask("clerk", "record_result", **given | {"head_id": "other"}), Waiting)


@pytest.mark.parametrize("seed", range(2))
def test_whoever_assesses_alone_clears_nobody(town: Town, seed: int) -> None:
    """Whatever they try, in whatever order and with whatever words, and though they approve what they proposed themselves."""
    dice = random.Random(seed)
    mine = sorted(verb for verb, known in ACTS.items() if "assessment_officer" in known.roles)
    days = [(town.today() + timedelta(days=by)).isoformat() for by in (-1, 0, 0, 0, 0, 1)]
    likely = ("give_notice", "record_consent", "request_investigation", "receive_opinion", "decide", "notify_result")
    for step in range(60):
        verb = likely[step % 6] if dice.random() < 0.6 else dice.choice(mine)
        said = {"outcome": "positive", "agreed": "true", "ground": "work_of_the_organ_impeded", "result_id": "none", "reuse": "true"}
        taken = {name: said[name] for name, word in words_of(ACTS[verb].operation()).items() if name in said and word.needed}
        asked = words(town, **taken) | {"on": dice.choice(days)}
        try:
            done = town.ask("assessor", verb, **asked)
            if isinstance(done, Waiting):
                with pytest.raises(ProposalRefusedError, match="own_proposal"):
                    town.approve("assessor", done.proposal)
        except (Refusal, OutsideError, UnfitError):
            continue
    assert not cleared(town)
