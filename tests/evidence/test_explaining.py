"""Explaining from the log: a decision from the facts it was made on, a day in both forms, and the past rebuilt as it was known."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from service.actor import SYSTEM, Actor
from service.clearance.correcting import correct_result
from service.clearance.operations import record_doubt_notice
from service.database import read, transaction
from service.decision.policies_in_force import activate
from service.decision.world import Row, row_key
from service.designation import operations as designation
from service.designation.correcting import correct_extension
from service.designation.correcting_documents import correct_document
from service.designation.operations import register_document
from service.designation.operations.notice import Notice
from service.evidence.explaining import (
    Difference,
    Explained,
    NoDecisionError,
    Question,
    When,
    decision_at,
    decision_named,
    explain_decision,
    explain_question,
)
from service.evidence.past import _WHERE, Concerned, past_of, policies_at
from service.evidence.who_could import Asked, Could, who_could
from service.ledger import DISCLOSED, Seat, destroy_key, read_head, rows_recorded
from service.need_to_know.correcting import correct_listing
from service.personnel.corrections import Grounds
from service.statute.policies import PolicyTexts, read_policies
from tests.acts.machine import INFORMATIONS, PEOPLE, PLACES
from tests.acts.machine_more import Further
from tests.acts.test_act_11 import OF_SEAT, STEPS
from tests.builders import law
from tests.builders.share import share_of
from tests.builders.site import open_site
from tests.evidence.world import Deciding

OFFICER = Actor(id="officer", kind="person", name="試験 太郎")
BECAUSE = Grounds("mistyped", "経保第1号")
NOW = datetime(2026, 5, 20, 1, 0, tzinfo=UTC)
DAY = date(2026, 4, 10)


def at(day: int) -> datetime:
    return datetime(2026, 4, day, 3, 0, tzinfo=UTC)


def recorded(deciding: Deciding, verb: Any, *, when: datetime = NOW, **words: Any) -> int:
    with transaction(deciding.site.engine) as session:
        index = read_head(session).size
        verb(session, log=deciding.site.log, actor=OFFICER, at=when, **words)
    return index


def listing_of(deciding: Deciding, person: str) -> str:
    with deciding.site.engine.connect() as connection:
        found = "select id from need_to_know.listings where person_id = :one and replaced_at is null"
        return str(connection.execute(text(found), {"one": person}).scalar_one())


def decided(deciding: Deciding, index: int) -> Explained:
    with read(deciding.site.engine) as session:
        return explain_decision(session, log=deciding.site.log, decided=decision_at(session, index=index))


def asked(deciding: Deciding, person: str = "sato", *, on: date | None = DAY, known_on: date | None = None, **words: Any) -> Any:
    question = Question(person, **({"resource": "d1", "organization": "denryoku"} | words))
    with read(deciding.site.engine) as session:
        found: tuple[list[Explained], list[Difference]] = explain_question(
            session, log=deciding.site.log, question=question, when=When(on, known_on), at=NOW
        )
    return found


def reasons(forms: list[Explained]) -> dict[str, str]:
    return {one.form: one.answer.reason for one in forms if one.answer is not None}


def test_a_decision_is_explained_from_the_facts_that_it_was_made_on_whatever_came_after(deciding: Deciding) -> None:
    index = deciding.ask("sato", "d1", at=at(10), organization="denryoku")
    recorded(deciding, correct_result, result_id="a1", grounds=BECAUSE, outcome="negative")
    found = decided(deciding, index)
    assert found.answer is not None
    assert (found.answer.reason, found.agrees, found.policy) == ("clearance_valid", True, deciding.policies.digest)
    assert found.why[0].channels[0].changes == ()


def test_a_decision_about_a_document_is_explained_for_each_information_that_it_carries(deciding: Deciding) -> None:
    with transaction(deciding.site.engine) as session:
        register_document(
            session, log=deciding.site.log, actor=OFFICER, at=at(1), carries=["d1", "d2"], document_id="doc", title="図面", from_on=DAY
        )
    found = decided(deciding, deciding.ask("sato", "doc", at=at(12), kind="document", organization="denryoku"))
    assert found.answer is not None
    assert (found.answer.reason, found.agrees) == ("not_a_handler", True)
    assert {one.information: one.channels[0].changes for one in found.why} == {"d1": (), "d2": ("listing",)}


def test_one_of_several_decisions_in_an_entry_is_found_by_its_place_or_its_reference(deciding: Deciding) -> None:
    index = deciding.ask_together(("sato", "d1"), ("mori", "d1"), ("sato", "d2"), at=at(10), organization="denryoku")
    with read(deciding.site.engine) as session:
        ones = [decision_at(session, index=index, place=place) for place in (1, 2, 3)]
        assert decision_named(session, "ref00003") == ones[2]
        with pytest.raises(NoDecisionError):
            decision_at(session, index=index, place=4)
        found = [explain_decision(session, log=deciding.site.log, decided=one) for one in ones]
    assert [one.answer.reason for one in found if one.answer] == ["clearance_valid", "no_assessment", "not_a_handler"]
    assert all(one.agrees for one in found)


def test_a_recorded_answer_that_does_not_follow_is_told_as_such(deciding: Deciding) -> None:
    lie = {"reason": "no_contract", "decision": "deny", "api": False}
    assert not decided(deciding, deciding.ask("sato", "d1", at=at(10), organization="denryoku", lie=lie, out="deny")).agrees


def test_what_is_no_decision_is_not_explained(deciding: Deciding) -> None:
    index = deciding.ask("sato", "d1", at=at(10))
    with read(deciding.site.engine) as session:
        for wrong, place in ((-1, 1), (0, 1), (index, 0), (index, 2), (10_000, 1), (2**60, 1)):
            with pytest.raises(NoDecisionError):
                decision_at(session, index=wrong, place=place)
        with pytest.raises(NoDecisionError):
            decision_named(session, "ABCDEFGH")


def test_then_somebody_could_and_as_known_today_they_could_not(deciding: Deciding) -> None:
    index = recorded(deciding, correct_listing, listing_id=listing_of(deciding, "sato"), grounds=BECAUSE, from_on=date(2026, 4, 15))
    forms, differences = asked(deciding)
    assert reasons(forms) == {"known_today": "not_a_handler", "known_then": "clearance_valid"}
    assert [(one.index, one.answer.reason, one.kind) for one in differences] == [(index, "not_a_handler", "need_to_know:handler:corrected")]
    assert datetime.fromisoformat(differences[0].at) == NOW
    # As known after the correction both are one.
    forms, differences = asked(deciding, known_on=date(2026, 5, 20))
    assert reasons(forms) == {"known_today": "not_a_handler", "known_then": "not_a_handler"}
    assert differences == []


def test_a_notice_that_became_known_late_counts_from_its_day_as_known_today(deciding: Deciding) -> None:
    letter = Notice("経保第2号", date(2026, 4, 9), date(2026, 4, 20))
    index = recorded(deciding, record_doubt_notice, person_id="sato", head_id="meti", notified_on=date(2026, 4, 9), notice=letter)
    forms, differences = asked(deciding)
    assert reasons(forms) == {"known_today": "doubt_notice", "known_then": "clearance_valid"}
    assert [one.index for one in differences] == [index]


def test_each_entry_that_turned_the_answer_is_named_in_its_order(deciding: Deciding) -> None:
    first = recorded(deciding, correct_listing, listing_id=listing_of(deciding, "sato"), grounds=BECAUSE, from_on=date(2026, 4, 15))
    second = recorded(
        deciding,
        correct_listing,
        when=NOW + timedelta(hours=1),
        listing_id=listing_of(deciding, "sato"),
        grounds=BECAUSE,
        from_on=date(2026, 4, 2),
    )
    recorded(
        deciding, correct_listing, when=NOW + timedelta(hours=2), listing_id=listing_of(deciding, "mori"), grounds=BECAUSE, from_on=DAY
    )
    forms, differences = asked(deciding)
    assert reasons(forms) == {"known_today": "clearance_valid", "known_then": "clearance_valid"}
    assert [(one.index, one.answer.reason) for one in differences] == [(first, "not_a_handler"), (second, "clearance_valid")]


def test_a_day_before_the_log_was_known_to_nobody_then(deciding: Deciding) -> None:
    forms, differences = asked(deciding, on=date(2026, 1, 10))
    assert reasons(forms) == {"known_today": "clearance_valid", "known_then": "unknown_information"}
    assert differences[-1].answer.reason == "clearance_valid"


def test_a_rule_of_the_house_that_came_later_is_not_laid_on_an_earlier_day(deciding: Deciding) -> None:
    shipped = read_policies()
    rule = '@id("house-all") @reason("house_rule") @rank("90") @citation("Act 5(1)") @ja("停止中です。") @en("Stopped.")\n'
    texts = PolicyTexts(shipped.schema, {**shipped.files, "house/all.cedar": rule + "forbid (principal, action, resource);"})
    with transaction(deciding.site.engine) as session:
        activate(session, log=deciding.site.log, actor=SYSTEM, at=NOW, texts=texts)
    assert reasons(asked(deciding)[0]) == {"known_today": "clearance_valid", "known_then": "clearance_valid"}
    assert reasons(asked(deciding, on=None)[0]) == {"now": "house_rule"}
    # Put back into force the first set has a new index; on the day between it was the other that counted.
    with transaction(deciding.site.engine) as session:
        activate(session, log=deciding.site.log, actor=SYSTEM, at=NOW + timedelta(days=2), texts=shipped)
        between = read_head(session).size - 1
        assert policies_at(session, between).digest == texts.digest
        assert policies_at(session, None).digest == shipped.digest
    assert reasons(asked(deciding, on=date(2026, 5, 21))[0])["known_today"] == "house_rule"


def test_what_nobody_can_read_any_more_is_said(deciding: Deciding) -> None:
    recorded(deciding, correct_listing, listing_id=listing_of(deciding, "sato"), grounds=BECAUSE, from_on=date(2026, 4, 15))
    assert not any(one.unread for one in asked(deciding)[0])
    index = deciding.ask("sato", "d1", at=NOW, organization="denryoku")
    with transaction(deciding.site.engine) as session:
        destroy_key(session, log=deciding.site.log, actor=SYSTEM, at=NOW + timedelta(days=1), key_id="sato", reason="退職後の消去")
    assert [one.unread for one in asked(deciding)[0]] == [False, True]
    gone = decided(deciding, index)
    assert (gone.answer, gone.why, gone.unread) == (None, (), True)


def test_a_row_that_was_edited_is_answered_as_a_mismatch_and_explained_by_nothing(deciding: Deciding) -> None:
    with deciding.site.engine.begin() as connection:
        connection.execute(text("update need_to_know.listings set from_on = '2026-01-01' where person_id = 'mori'"))
    (now,), _none = asked(deciding, on=None)
    assert (now.answer.reason, now.why) == ("record_mismatch", ())


def could(deciding: Deciding, **words: Any) -> dict[str, Could]:
    with read(deciding.site.engine) as session:
        wanted = Asked(**({"information": "d1", "organization": "denryoku", "on": DAY} | words))
        return {one.person: one for one in who_could(session, log=deciding.site.log, asked=wanted, after="", scanned=100).found}


def test_who_could_handle_something_is_told_in_both_forms_with_the_entries_it_rests_on(deciding: Deciding) -> None:
    assert list(could(deciding)) == ["sato"]
    assert could(deciding, information="d2") == {}
    assert could(deciding, organization="meti") == {}
    recorded(deciding, correct_listing, listing_id=listing_of(deciding, "sato"), grounds=BECAUSE, from_on=date(2026, 4, 15))
    found = could(deciding)["sato"]
    assert (found.today.answer.reason, found.then.answer.reason) == ("not_a_handler", "clearance_valid")
    assert set(found.then.facts) == {"holding", "certification", "contract", "listing", "assessment"}
    assert found.today.facts == {}
    assert could(deciding, on=date(2026, 4, 16))["sato"].today.answer.api


def test_a_document_is_explained_by_what_it_carried_as_it_was_known(deciding: Deciding) -> None:
    with transaction(deciding.site.engine) as session:
        register_document(
            session,
            log=deciding.site.log,
            actor=OFFICER,
            at=at(1),
            carries=["d1"],
            document_id="doc",
            title="図面",
            from_on=date(2026, 4, 1),
        )
    words = {"resource": "doc", "kind": "document"}
    assert reasons(asked(deciding, **words)[0]) == {"known_today": "clearance_valid", "known_then": "clearance_valid"}
    index = recorded(deciding, correct_document, document_id="doc", grounds=BECAUSE, carries=["d2"])
    forms, differences = asked(deciding, **words)
    assert reasons(forms) == {"known_today": "not_a_handler", "known_then": "clearance_valid"}
    assert [one.index for one in differences] == [index]


def replayed(engine: Engine, log: Any) -> dict[tuple[str, str], list[tuple[int, Row]]]:
    """Every state of every row, by every disclosure of the log in its order."""
    states: dict[tuple[str, str], dict[int, Row]] = {}
    with read(engine) as session:
        indexes = list(session.scalars(text("select index from ledger.entries order by index")))
        driver: Any = session.connection().connection.driver_connection
        for table, row in rows_recorded(log.keyring, driver.execute(DISCLOSED, {"indexes": indexes}).fetchall()):
            if table in _WHERE:
                states.setdefault((table, row_key(table, row)), {})[row["changed_index"]] = row
    return {place: sorted(found.items()) for place, found in states.items()}


def questions() -> Iterator[Concerned]:
    for person in PEOPLE:
        for information in INFORMATIONS:
            for organization in PLACES:
                yield Concerned(people=[person], informations=[information], organizations=[organization])


def require_rebuilt(machine: Further) -> int:
    """Hold the past of each question, found under the keys of whom it names, against a replay of everything."""
    whole = replayed(machine.site.engine, machine.site.log)
    several = 0
    # Whose keys are looked under hangs on what changed since: the fewer rows, the less is found by the way.
    newest = {table: max(states[-1][0] for (named, _key), states in whole.items() if named == table) for table, _key in whole}
    for since in sorted({0, *newest.values()}):
        for concerned in questions():
            with read(machine.site.engine) as session:
                past = past_of(session, log=machine.site.log, concerned=concerned, since=since)
            assert past.whole
            assert not past.unread
            for place, states in past.states.items():
                if states[-1][0] < since:
                    continue
                assert [index for index, _row in states] == [index for index, _row in whole[place]], (since, place)
                assert [row for _index, row in states[:-1]] == [row for _index, row in whole[place][:-1]]
                several += len(states) > 1
    return several


def searched(engine: Engine, url: str, folder: Path, *, seed: int, steps: int, seat: Seat) -> Further:
    machine = Further(open_site(engine, folder / "keys", seat), url, random.Random(seed), seat=seat)
    for _ in range(steps):
        machine.step(STEPS | OF_SEAT[seat])
    return machine


def test_the_past_of_a_question_is_what_a_replay_of_the_whole_log_gives(engine: Engine, database_url: str, tmp_path: Path) -> None:
    assert require_rebuilt(searched(engine, database_url, tmp_path, seed=11, steps=60, seat="organ")) > 0


def test_an_extension_is_found_under_the_information_that_its_designation_names(engine: Engine, tmp_path: Path) -> None:
    """An extension names neither an information nor whoever's key its entry was sealed under."""
    ministry = open_site(engine, tmp_path / "keys", "organ")
    law.organizations(ministry)
    law.designated(ministry)
    row = ministry.act(designation.extend, day=date(2031, 4, 1), information_id="d1", until=date(2033, 5, 31), on=date(2031, 4, 1))
    since = ministry.size()
    words = {"extension_id": row, "grounds": BECAUSE, "until": date(2032, 5, 31)}
    ministry.act(correct_extension, day=date(2031, 4, 3), **words)
    with read(engine) as session:
        past = past_of(session, log=ministry.log, concerned=Concerned(informations=["d1"]), since=since)
    assert not past.unread
    ends = [
        [one["until_on"] for one in world.rows["designation.extensions"].values() if one["replaced_at"] is None]
        for world in (past.world(since), past.world())
    ]
    assert ends == [["2033-06-01"], ["2032-06-01"]]


@pytest.mark.long
@pytest.mark.parametrize("seed", share_of(range(20)))
def test_the_same_after_many_acts(engine: Engine, database_url: str, tmp_path: Path, seed: int) -> None:
    seat: Seat = "organ" if seed % 2 else "operator"
    assert require_rebuilt(searched(engine, database_url, tmp_path, seed=seed, steps=300, seat=seat)) > 0
