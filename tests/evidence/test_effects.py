"""What a fact known late would have changed: the permits between its day and its entry that would not have been given."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import text

from service.actor import Actor
from service.clearance.correcting import correct_result
from service.clearance.operations import record_doubt_notice
from service.database import read, transaction
from service.designation.correcting_documents import correct_document
from service.designation.operations import register_document
from service.designation.operations.notice import Notice
from service.evidence.effects import Effects, NoFactError, effects_of
from service.ledger import read_head
from service.need_to_know.correcting import correct_listing
from service.personnel.corrections import Grounds
from service.provision.correcting import correct_contract
from tests.evidence.world import Deciding

OFFICER = Actor(id="officer", kind="person", name="試験 太郎")
BECAUSE = Grounds("mistyped", "経保第1号")
NOW = datetime(2026, 5, 20, 1, 0, tzinfo=UTC)


def at(day: int) -> datetime:
    return datetime(2026, 4, day, 3, 0, tzinfo=UTC)


def recorded(deciding: Deciding, verb: Any, **words: Any) -> int:
    with transaction(deciding.site.engine) as session:
        index = read_head(session).size
        verb(session, log=deciding.site.log, actor=OFFICER, at=NOW, **words)
    return index


def effects(deciding: Deciding, index: int) -> Effects:
    with read(deciding.site.engine) as session:
        return effects_of(session, log=deciding.site.log, index=index)


def listing_of(deciding: Deciding, person: str) -> str:
    with deciding.site.engine.connect() as connection:
        return str(connection.execute(text("select id from need_to_know.listings where person_id = :one"), {"one": person}).scalar_one())


def test_a_corrected_line_names_the_permits_before_its_true_beginning_and_no_others(deciding: Deciding) -> None:
    early = deciding.ask("sato", "d1", at=at(5), organization="denryoku")
    alone = deciding.ask("sato", "d1", at=at(6))
    denied = deciding.ask("mori", "d1", at=at(6), organization="denryoku")
    late = deciding.ask("sato", "d1", at=at(20), organization="denryoku")
    index = recorded(deciding, correct_listing, listing_id=listing_of(deciding, "sato"), grounds=BECAUSE, from_on=date(2026, 4, 15))
    found = effects(deciding, index)
    assert [(one.index, one.person, one.object, one.reason) for one in found.permits] == [
        (early, "sato", "d1", "not_a_handler"),
        (alone, "sato", "d1", "not_a_handler"),
    ]
    assert {denied, late}.isdisjoint({one.index for one in found.permits})
    assert (found.looked_at, found.more, found.kind) == (3, False, "need_to_know:handler:corrected")
    assert found.permits[0].basis == ("Act 10(4)",)


def test_a_result_that_was_negative_in_truth_names_every_permit_given_on_it(deciding: Deciding) -> None:
    given = [deciding.ask("sato", "d1", at=at(day), organization="denryoku") for day in (5, 6)]
    index = recorded(deciding, correct_result, result_id="a1", grounds=BECAUSE, outcome="negative")
    found = effects(deciding, index)
    assert [(one.index, one.reason) for one in found.permits] == [(each, "assessment_negative") for each in given]
    assert found.since == "2025-06-09T15:00:00Z"


def test_a_contract_that_ended_earlier_reaches_whoever_named_no_information_of_it(deciding: Deciding) -> None:
    deciding.ask("sato", "d1", at=at(5), organization="denryoku")
    over = deciding.ask("sato", "d1", at=at(20))
    index = recorded(deciding, correct_contract, contract_id="c1", grounds=BECAUSE, last_day=date(2026, 4, 10))
    assert [(one.index, one.reason) for one in effects(deciding, index).permits] == [(over, "no_contract")]


def test_a_notice_recorded_late_names_the_permits_since_its_day(deciding: Deciding) -> None:
    deciding.ask("sato", "d1", at=at(5), organization="denryoku")
    since = deciding.ask("sato", "d1", at=at(12), organization="denryoku")
    letter = Notice("経保第2号", date(2026, 4, 10), date(2026, 4, 11))
    words = {"person_id": "sato", "head_id": "meti", "notified_on": date(2026, 4, 10), "notice": letter}
    index = recorded(deciding, record_doubt_notice, **words)
    assert [(one.index, one.reason) for one in effects(deciding, index).permits] == [(since, "doubt_notice")]


def test_what_another_late_fact_took_away_is_not_told_of_this_one(deciding: Deciding) -> None:
    given = deciding.ask("sato", "d1", at=at(5), organization="denryoku")
    first = recorded(deciding, correct_listing, listing_id=listing_of(deciding, "sato"), grounds=BECAUSE, from_on=date(2026, 4, 15))
    second = recorded(deciding, correct_result, result_id="a1", grounds=BECAUSE, notified_on=date(2025, 6, 9))
    assert [one.index for one in effects(deciding, first).permits] == [given]
    assert effects(deciding, second).permits == ()


def test_an_entry_without_a_fact_has_no_effects(deciding: Deciding) -> None:
    asked = deciding.ask("sato", "d1", at=at(5), organization="denryoku")
    for index in (-1, 0, asked, 10_000):
        with pytest.raises(NoFactError):
            effects(deciding, index)


def document(deciding: Deciding, *carries: str) -> None:
    words = {"document_id": "doc", "title": "図面", "from_on": date(2026, 4, 1)}
    with transaction(deciding.site.engine) as session:
        register_document(session, log=deciding.site.log, actor=OFFICER, at=at(1), carries=carries, **words)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ({"carries": ["d2"]}, "not_a_handler"),
        ({"carries": ["d1", "d2"]}, "not_a_handler"),
        ({"never_was": True}, "unknown_information"),
    ],
)
def test_a_document_put_right_names_the_permits_on_what_it_was_taken_for(deciding: Deciding, words: dict[str, Any], reason: str) -> None:
    document(deciding, "d1")
    given = deciding.ask("sato", "doc", at=at(5), kind="document", organization="denryoku")
    index = recorded(deciding, correct_document, document_id="doc", grounds=BECAUSE, **words)
    assert [(one.index, one.object, one.reason) for one in effects(deciding, index).permits] == [(given, "doc", reason)]


def test_another_title_would_have_changed_nothing(deciding: Deciding) -> None:
    document(deciding, "d1")
    deciding.ask("sato", "doc", at=at(5), kind="document", organization="denryoku")
    recorded(
        deciding,
        record_doubt_notice,
        person_id="sato",
        head_id="meti",
        notified_on=date(2026, 4, 2),
        notice=Notice("経保第2号", date(2026, 4, 10), date(2026, 4, 11)),
    )
    index = recorded(deciding, correct_document, document_id="doc", grounds=BECAUSE, title="設計図")
    assert effects(deciding, index).permits == ()
