"""What the forms offer: the purposes of whose lists somebody keeps, and what waits for them."""

from datetime import date

from service.console.acting.list_choices import list_choices
from service.need_to_know import operations
from service.statute.periods import day_start
from tests.builders.site import Site
from tests.rooms.need_to_know.conftest import ON


def test_a_form_offers_purposes_and_requests_by_name_only_to_whom_names_are_told(kept: Site) -> None:
    words: dict[str, object] = {"information_id": "d1", "organization_id": "meti", "purpose": "custody", "on": ON}
    request = kept.act(operations.request_listing, day=ON, person_id="sato", **words)
    told = {"at": day_start(date(2026, 7, 11)), "language": "ja"}
    named = kept.ask(list_choices, organizations=["meti"], person_id="officer", names=True, **told)
    assert ("custody", "保管・管理") in named["purpose"]
    assert named["request_id"] == ((request, "sato 花子 / d1"),)
    unnamed = kept.ask(list_choices, organizations=["meti"], person_id="officer", names=False, **told)
    assert unnamed["request_id"] == ((request, "sato / d1"),)
    # Who asks for themselves sees the purposes of where they work, and nobody's requests.
    assert set(kept.ask(list_choices, organizations=[], person_id="ito", names=False, **told)) == {"purpose"}
