"""People or their superiors ask, a manager decides; nothing told depends on anybody's clearance."""

from datetime import date

import pytest

from service.need_to_know import operations, queries
from service.need_to_know.operations import Cause, Target
from service.need_to_know.rules import ListingRefusedError
from service.personnel.rules import AlreadyEndedError, UnknownIdError
from service.statute.periods import day_start
from tests.builders.site import Site
from tests.rooms.need_to_know.conftest import ON, put

LATER = day_start(date(2030, 1, 1))


def ask(site: Site, person_id: str = "sato", **facts: object) -> str:
    words: dict[str, object] = {"information_id": "d1", "organization_id": "meti", "purpose": "assigned_work", "on": ON}
    return str(site.act(operations.request_listing, day=ON, person_id=person_id, **words | facts))


def test_a_request_becomes_a_listing_that_says_who_asked(kept: Site) -> None:
    request = ask(kept, task="業-3", actions=["read"])
    assert [row.id for row in kept.ask(queries.open_requests, organization_id="meti")] == [request]
    put(kept, request_id=request, actions=["read"])
    (row,) = kept.ask(queries.listings_naming, person_id="sato", at=LATER)
    assert (row.requested_by, row.request_id, row.task, row.purpose) == ("officer-1", request, "業-3", "assigned_work")
    assert kept.ask(queries.open_requests, organization_id="meti") == []
    with pytest.raises(AlreadyEndedError):
        put(kept, request_id=request, actions=["read"], on=date(2026, 7, 11))


def test_the_manager_s_own_words_come_before_the_request_s(kept: Site) -> None:
    put(kept, request_id=ask(kept, task="業-3"), cause=Cause(task="業-4"))
    (row,) = kept.ask(queries.listings_naming, person_id="sato", at=LATER)
    assert (row.task, row.purpose) == ("業-4", "assigned_work")


def test_a_request_grants_nothing_and_a_listing_grants_no_more_than_was_asked(kept: Site) -> None:
    request = ask(kept, actions=["read"])
    assert kept.ask(queries.listings_naming, person_id="sato", at=LATER) == []
    for facts in ({}, {"actions": ["read", "make"]}):
        with pytest.raises(ValueError, match="more than was asked"):
            put(kept, request_id=request, **facts)
    with pytest.raises(ValueError, match="something else"):
        put(kept, "officer", request_id=request, actions=["read"])
    with pytest.raises(ValueError, match="something else"):
        kept.act(
            operations.list_handler,
            day=ON,
            information_id="d1",
            organization_id="meti",
            target=Target(post="kacho"),
            from_on=ON,
            actions=["read"],
            request_id=request,
        )


def test_whoever_is_not_cleared_asks_and_is_told_like_everybody_else(kept: Site) -> None:
    """Ito has no clearance: the request is as the cleared colleague's, the listing is refused to the manager alone."""
    theirs, other = ask(kept, "ito"), ask(kept, "sato")
    rows = {row.id: row for row in kept.ask(queries.open_requests, organization_id="meti")}
    told = [(rows[one].state, rows[one].reason, rows[one].decided_on) for one in (theirs, other)]
    assert told[0] == told[1]
    with pytest.raises(ListingRefusedError, match="not_cleared"):
        put(kept, "ito", request_id=theirs)
    for request in (theirs, other):
        kept.act(operations.decline_request, day=ON, request_id=request, reason="not_possible", on=ON)
    assert kept.ask(queries.open_requests, organization_id="meti") == []


def test_a_request_is_decided_once(kept: Site) -> None:
    request = ask(kept)
    kept.act(operations.take_back_request, day=ON, request_id=request, on=ON)
    for act, more in ((operations.decline_request, {"reason": "not_needed"}), (operations.take_back_request, {})):
        with pytest.raises(AlreadyEndedError):
            kept.act(act, day=ON, request_id=request, on=ON, **more)


@pytest.mark.parametrize(
    "facts",
    [
        {"information_id": "none"},
        {"organization_id": "mof"},
        {"organization_id": "kinzoku"},
        {"person_id": "moriya"},
        {"person_id": "none"},
        {"contract_id": "none"},
        {"contract_id": "c-denryoku"},
        {"organization_id": "none"},
    ],
)
def test_what_is_not_here_is_not_told_from_what_is_elsewhere(kept: Site, facts: dict[str, object]) -> None:
    with pytest.raises(UnknownIdError):
        ask(kept, **{"person_id": "sato"} | facts)


def test_an_unknown_purpose_is_no_request(kept: Site) -> None:
    with pytest.raises(ValueError, match="purpose"):
        ask(kept, purpose="curiosity")
