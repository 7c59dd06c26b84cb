"""Whoever may take something away does so alone and at once: whatever is proposed about it, and though the contract has ended."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from service.acts.asking import Done, Waiting
from service.clearance.model import Result
from service.database import read, transaction
from service.need_to_know.correcting import correct_listing
from service.need_to_know.model import Listing
from service.personnel.corrections import Grounds
from service.personnel.queries import posts_of
from service.statute.periods import legal_day
from tests.acts.lone import Lone
from tests.builders.members import found_town
from tests.builders.site import ACTOR

ENDED = (False, True)


@pytest.fixture(params=ENDED, ids=["in its contract", "after its contract"])
def lone(request: pytest.FixtureRequest, engine: Engine, database_url: str, tmp_path: Path) -> Lone:
    """A worker who may handle something, and about whom a widening act is proposed and waits."""
    town = found_town(engine, tmp_path / "keys")
    town.admit("second", "information_manager")
    town.admit("clerk", "hr_officer")
    lone = Lone(town, database_url, "second", "nothing")
    today = legal_day(town.now())
    if request.param:
        # Ended yesterday, and on the list since long before: what is to be brought back is brought back by these.
        with transaction(town.engine) as session:
            told: dict[str, Any] = {"log": town.log, "actor": ACTOR, "at": town.now(), "grounds": Grounds("mistyped", "訂正3号")}
            correct_listing(session, listing_id=line_of(lone), from_on=today - timedelta(days=50), **told)
        ended = {"last_day": str(today - timedelta(days=1)), "return_by": str(today + timedelta(days=30))}
        town.both("second", "boss", "end_contract", contract_id="c1", **ended)
    later = {"listing_id": line_of(lone), "why": "mistyped", "reference": "訂正1号", "last_day": str(today + timedelta(days=500))}
    assert isinstance(town.ask("second", "correct_listing", **later), Waiting)
    return lone


def line_of(lone: Lone) -> str:
    with read(lone.town.engine) as session:
        return str(session.scalars(select(Listing.id).where(Listing.person_id == "worker", Listing.replaced_at.is_(None))).one())


def removals(lone: Lone) -> dict[str, tuple[str, dict[str, Any]]]:
    """By what each act takes away who does it, and with which words."""
    town = lone.town
    on, here = legal_day(town.now()).isoformat(), town.organization
    about = {"person_id": "worker", "organization_id": here}
    with read(town.engine) as session:
        post = next(row.id for row in posts_of(session, person_id="worker", at=town.now()))
        result = session.scalars(select(Result.id).where(Result.person_id == "worker")).one()
    reported = {"on": on, "reported_on": on, "reported_by": "superior"}
    letter = {"document_number": "経保第9号", "letter_on": on, "arrived_on": on}
    shown = {"why": "mistyped", "reference": "訂正2号"}
    assessed = {"person_id": "worker", "head_id": lone.ids["organizations"][1], "notified_on": on, **letter}
    return {
        "remove_handler": ("second", {**about, "information_id": "d1", "on": on}),
        "exclude_person": ("second", {**about, "on": on}),
        "report_event": ("clerk", {**about, "code": "arrest", **reported}),
        "report_doubt": ("clerk", {**about, "head_id": lone.ids["organizations"][1], **reported}),
        "correct_listing": ("second", {"listing_id": line_of(lone), "never_was": "true", **shown}),
        "correct_result": ("clerk", {"result_id": result, "outcome": "negative", **shown}),
        "correct_post": ("clerk", {"post_id": post, "last_day": str(legal_day(town.now()) - timedelta(days=2)), **shown}),
        "leave_post": ("clerk", {"post_id": post, "last_day": str(legal_day(town.now()) - timedelta(days=2))}),
        "record_doubt_notice": ("clerk", assessed),
        "record_result": ("clerk", {**assessed, "outcome": "negative"}),
        "end_certification": ("second", {"certification_id": "cert1", "on": on}),
        "record_return": ("second", {"provision_id": "p1", "on": on}),
    }


@pytest.mark.parametrize(
    "verb",
    [
        "remove_handler",
        "exclude_person",
        "report_event",
        "report_doubt",
        "correct_listing",
        "correct_result",
        "correct_post",
        "leave_post",
        "record_doubt_notice",
        "record_result",
        "end_certification",
        "record_return",
    ],
)
def test_one_person_takes_it_away_at_once(lone: Lone, verb: str) -> None:
    assert ("worker", "return") in lone.permits()
    who, words = removals(lone)[verb]
    assert isinstance(lone.town.ask(who, verb, **words), Done)
    assert not {permit for permit in lone.permits() if permit[0] == "worker"}


def test_that_no_assessment_was_carried_out_is_recorded_at_once(lone: Lone) -> None:
    who, words = removals(lone)["record_result"]
    assert isinstance(lone.town.ask(who, "record_result", **words | {"outcome": "not_carried_out"}), Done)
