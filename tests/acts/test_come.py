"""No act tells of what has not happened (Act 11(1), 12(3), 13(1)): at every door the day of what was done has come."""

from datetime import date, timedelta
from typing import Any

import pytest

from service.acts.asking import UnfitError
from service.acts.come import AHEAD, require_come
from service.acts.table import ACTS
from service.acts.words import words_of
from service.database import transaction
from service.personnel.operations import register_organization
from service.statute.periods import legal_day
from tests.builders.members import Town
from tests.builders.site import ACTOR

TODAY = date(2026, 8, 3)


def words(town: Town, verb: str, ahead: timedelta) -> dict[str, Any]:
    """What a member could say of the town's clerk, who is told of on a day some days ahead."""
    today = legal_day(town.now())
    day = (today + ahead).isoformat()
    letter = {"document_number": "経保第1号", "letter_on": today.isoformat(), "arrived_on": today.isoformat()}
    match verb:
        case "record_result":
            return {"person_id": town.people["eye"], "head_id": "sho", "outcome": "positive", "notified_on": day, **letter}
        case "record_doubt_notice":
            return {"person_id": town.people["eye"], "head_id": "sho", "notified_on": day, **letter}
        case "list_candidate":
            return {"person_id": town.people["eye"], "organization_id": town.organization, "on": day}
        case _:
            return {"organization_id": town.organization, "name": "初任", "on": day}


@pytest.mark.parametrize("verb", ["record_result", "record_doubt_notice", "list_candidate", "record_training"])
def test_what_is_told_of_a_day_to_come_is_refused_and_of_today_is_not(town: Town, verb: str) -> None:
    with transaction(town.engine) as session:
        register_organization(session, log=town.log, actor=ACTOR, at=town.now(), kind="organ", name="省", organization_id="sho")
    with pytest.raises(UnfitError, match="has not come yet"):
        town.ask("clerk", verb, **words(town, verb, timedelta(days=1)))
    town.ask("clerk", verb, **words(town, verb, timedelta(0)))


def test_a_list_cannot_be_confirmed_for_a_half_that_has_not_begun(town: Town) -> None:
    ahead = (legal_day(town.now()) + timedelta(days=184)).isoformat()
    with pytest.raises(UnfitError, match=r"on: .* has not come yet"):
        town.ask("manager", "confirm_listings", organization_id=town.organization, listings=["one"], on=ahead)


def test_only_what_takes_effect_on_a_day_may_name_one_to_come() -> None:
    takes_on = {verb for verb, known in ACTS.items() if "on" in words_of(known.operation())}
    assert takes_on >= AHEAD
    tomorrow = TODAY + timedelta(days=1)
    for verb in takes_on:
        try:
            require_come(ACTS[verb], {"on": tomorrow}, today=TODAY)
        except ValueError:
            assert verb not in AHEAD, verb
        else:
            assert verb in AHEAD, verb
