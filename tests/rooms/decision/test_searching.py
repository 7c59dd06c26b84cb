"""A search finds exactly what the single checks permit, whatever the world looks like, and its pages tell nothing more."""

from datetime import UTC, date, datetime
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from service.decision.decide import Decider
from service.decision.judge import ACTIONS
from service.decision.policyset import PolicySet
from service.decision.searching import Query, Searcher
from service.decision.world import World
from service.jobs.history import given_rows
from service.statute.periods import instant_ms
from service.statute.policies import read_policies

NOW = instant_ms(datetime(2026, 11, 20, 3, tzinfo=UTC))
POLICIES = PolicySet.load(read_policies())
PAST, ENDED, LATER = date(2025, 12, 1), date(2026, 6, 1), date(2030, 1, 1)
PEOPLE, INFORMATIONS = ("p1", "p2", "p3", "p4"), ("d1", "d2", "d3")
ORGANIZATIONS: tuple[str | None, ...] = (None, "denryoku", "meti")
DOCUMENTS = {"doc1": ("d1",), "doc2": ("d1", "d2"), "doc3": ("d3", "d2"), "doc4": ("d3",), "doc5": ()}
POSTS = (
    {"at": "denryoku"},
    {"at": "denryoku", "unit": "u1"},
    {"at": "denryoku", "post": "技師"},
    {"at": "meti", "unit": "u1"},
    {"at": "meti"},
)
STATES = ("positive", "negative", "none", "doubt", "office")
ENDS: tuple[dict[str, Any], ...] = (
    {"until": LATER},
    {"until": LATER},
    {"until": LATER, "lifted_on": ENDED},
    {"until": LATER, "lifted_on": ENDED, "closings": [{"at": "denryoku", "on": ENDED}]},
    {"until": ENDED, "closings": [{"at": "meti", "on": ENDED}]},
    {"until": LATER, "closings": [{"at": "denryoku", "on": ENDED}]},
)
LINES = ({"person": "p1"}, {"person": "p2"}, {"person": "p3"}, {"unit": "u1"}, {"post": "技師"})


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Return a world of one organ and one operator, in which people are listed and cleared or not, and informations stand or ended."""
    states = {person: draw(st.sampled_from(STATES)) for person in PEOPLE}
    people = [{"id": one, "works_at": draw(st.lists(st.sampled_from(POSTS), max_size=2))} for one in PEOPLE]
    lines = draw(
        st.lists(
            st.tuples(st.sampled_from(INFORMATIONS), st.sampled_from(("denryoku", "meti")), st.sampled_from(LINES), st.booleans()),
            max_size=8,
        )
    )
    facts: dict[str, Any] = {
        "organizations": [{"id": "meti", "kind": "organ"}, {"id": "denryoku", "kind": "operator"}],
        "people": people,
        "assessments": [
            {
                "id": f"a-{one}",
                "person": one,
                "by": "meti",
                "outcome": "negative" if state == "negative" else "positive",
                "notified_on": PAST,
            }
            for one, state in states.items()
            if state in {"positive", "negative", "doubt"}
        ],
        "doubt_notices": [{"person": one, "by": "meti", "notified_on": ENDED} for one, state in states.items() if state == "doubt"],
        "offices": [{"person": one, "office": "minister_of_state"} for one, state in states.items() if state == "office"],
        "designations": [{"id": one, "by": "meti", "on": PAST} | draw(st.sampled_from(ENDS)) for one in INFORMATIONS],
        "certifications": [{"operator": "denryoku", "by": "meti", "on": PAST}],
        "contracts": [
            {"id": "c", "operator": "denryoku", "organ": "meti", "information": ["d1", "d2", "d3"], "from": PAST}
            | draw(st.sampled_from(({"to": LATER}, {"to": ENDED, "return_by": LATER})))
        ],
        "provisions": [
            {"information": one, "from": "meti", "to": "denryoku", "under": "Act 10(1)", "on": PAST}
            for one in draw(st.sets(st.sampled_from(INFORMATIONS), min_size=1))
        ],
        "handlers": [
            {"information": information, "at": at, "from": PAST, "to": ENDED if over else None, "actions": ["handle"] if over else None}
            | line
            for information, at, line, over in lines
        ],
    }
    world = World()
    for table, row in given_rows(facts):
        world.apply(table, row)
    for document, carried in DOCUMENTS.items():
        world.apply("designation.documents", {"id": document, "changed_index": 0})
        for one in carried:
            row = {"id": f"{document}/{one}", "document_id": document, "information_id": one, "from_on": None, "until_on": None}
            world.apply("designation.document_information", {**row, "changed_index": 0})
    return world


def queries() -> list[tuple[Query, tuple[str, ...]]]:
    """Return searches of every sort, each with all that it could find."""
    things = {"information": (*INFORMATIONS, "d9"), "document": (*DOCUMENTS, "doc9")}
    found: list[tuple[Query, tuple[str, ...]]] = []
    for organization, (kind, names) in product(ORGANIZATIONS, things.items()):
        for action in ("read", "dispose"):
            found += [(Query("subject", None, kind, name, action, organization), PEOPLE) for name in names]
            found += [(Query("resource", person, kind, None, action, organization), names) for person in (*PEOPLE, "p9")]
        found += [
            (Query("action", person, kind, name, "", organization), tuple(sorted(ACTIONS))) for person, name in product(PEOPLE, names)
        ]
    return found


QUERIES = queries()


def singly(decider: Decider, query: Query, one: str) -> bool:
    """Return what the single check answers."""
    person = one if query.searched == "subject" else query.person
    decision = decider.decide(
        person=person,
        kind=query.kind,
        resource=one if query.searched == "resource" else query.resource,
        action=one if query.searched == "action" else query.action,
        organization=query.organization,
        now_ms=NOW,
    )
    return decision.answer.api


def paged(searcher: Searcher, query: Query, limit: int, **most: Any) -> list[tuple[str, ...]]:
    after, pages = "", []
    while True:
        page = searcher.find(query, after=after, limit=limit, now_ms=NOW, **most)
        pages.append(page.ids)
        if page.onward is None:
            return pages
        assert page.onward > after
        after = page.onward


@settings(max_examples=8, deadline=None, phases=(Phase.explicit, Phase.generate), suppress_health_check=list(HealthCheck))
@given(worlds(), st.data())
def test_a_search_finds_exactly_what_the_single_checks_permit(world: World, data: st.DataObject) -> None:
    decider = Decider(world, POLICIES)
    searcher = Searcher(decider)
    for query, names in data.draw(st.lists(st.sampled_from(QUERIES), min_size=20, max_size=20, unique_by=lambda one: one[0])):
        permitted = sorted(one for one in names if singly(decider, query, one))
        assert list(searcher.find(query, after="", limit=100, now_ms=NOW).ids) == permitted, query
        pages = paged(searcher, query, 2, asked=None)
        assert [one for page in pages for one in page] == permitted
        # Each page but the last is full and the last has something: no page tells of anybody who was denied.
        assert all(len(page) == 2 for page in pages[:-1])
        assert pages[-1] or pages == [()]
        # However early a page must end, nothing is lost and nothing comes twice.
        for most in ({"judged": 1}, {"asked": 1}):
            assert [one for page in paged(searcher, query, 2, **most) for one in page] == permitted


def lone(*, listed: int, cleared: int) -> World:
    """Return a world in which so many are listed for one information, the first of them cleared."""
    people = [f"p{place:03}" for place in range(listed)]
    facts: dict[str, Any] = {
        "organizations": [{"id": "meti", "kind": "organ"}],
        "people": [{"id": one, "works_at": "meti"} for one in people],
        "assessments": [
            {"id": f"a-{one}", "person": one, "by": "meti", "outcome": "positive", "notified_on": PAST} for one in people[:cleared]
        ],
        "designations": [{"id": "d1", "by": "meti", "on": PAST, "until": LATER}],
        "handlers": [{"information": "d1", "person": one, "at": "meti", "from": PAST} for one in people],
    }
    world = World()
    for table, row in given_rows(facts):
        world.apply(table, row)
    return world


QUERY = Query("subject", None, "information", "d1", "read", "meti")


@pytest.mark.parametrize("line", [{"unit": "u1"}, {"post": "技師"}, {"person": "p1"}])
def test_whoever_a_line_reaches_is_found_by_person_unit_and_post(line: dict[str, str]) -> None:
    held = {"p1": {"unit": "u1", "post": "技師"}, "p2": {"unit": "u2", "post": "係長"}}
    facts: dict[str, Any] = {
        "organizations": [{"id": "meti", "kind": "organ"}, {"id": "mofa", "kind": "organ"}],
        "people": [
            *({"id": one, "works_at": [{"at": "meti", **post}]} for one, post in held.items()),
            {"id": "p3", "works_at": [{"at": "mofa", **held["p1"]}]},
        ],
        "assessments": [
            {"id": one + by, "person": one, "by": by, "outcome": "positive", "notified_on": PAST}
            for one, by in product(("p1", "p2", "p3"), ("meti", "mofa"))
        ],
        "designations": [{"id": "d1", "by": "meti", "on": PAST, "until": LATER}],
        "handlers": [{"information": "d1", "at": "meti", "from": PAST} | line],
    }
    world = World()
    for table, row in given_rows(facts):
        world.apply(table, row)
    searcher = Searcher(Decider(world, POLICIES))
    for organization in ("meti", None):
        people = Query("subject", None, "information", "d1", "read", organization)
        assert searcher.find(people, after="", limit=9, now_ms=NOW).ids == ("p1",)
        for person in ("p1", "p2", "p3"):
            things = Query("resource", person, "information", None, "read", organization)
            assert searcher.find(things, after="", limit=9, now_ms=NOW).ids == (("d1",) if person == "p1" else ())


def test_nobody_beyond_the_lists_is_looked_at() -> None:
    world = lone(listed=3, cleared=3)
    for place in range(2_000):
        world.apply("personnel.people", {"id": f"q{place}", "changed_index": 0})
    found = Searcher(Decider(world, POLICIES)).find(QUERY, after="", limit=50, now_ms=NOW)
    assert (len(found.ids), found.judged, found.onward) == (3, 3, None)


def test_a_page_asks_the_policies_a_bounded_number_of_times_and_then_goes_on() -> None:
    searcher = Searcher(Decider(lone(listed=30, cleared=1), POLICIES))
    found = searcher.find(QUERY, after="", limit=50, now_ms=NOW, asked=4)
    assert (found.ids, found.judged, found.onward, found.slow) == (("p000",), 4, "p003", True)
    # Asked again, what is remembered costs nothing, and the page gets further.
    again = searcher.find(QUERY, after="", limit=50, now_ms=NOW, asked=4)
    assert (again.judged, again.slow) == (8, True)
    whole = searcher.find(QUERY, after="", limit=50, now_ms=NOW, asked=None)
    assert (whole.ids, whole.onward, whole.slow) == (("p000",), None, False)
    cut = searcher.find(QUERY, after="", limit=50, now_ms=NOW, judged=7)
    assert (cut.ids, cut.judged, cut.onward) == (("p000",), 7, "p006")


def test_whether_a_page_follows_tells_of_nobody_who_is_denied() -> None:
    alone, among = (Searcher(Decider(lone(listed=listed, cleared=1), POLICIES)) for listed in (1, 20))
    found, other = (one.find(QUERY, after="", limit=1, now_ms=NOW) for one in (alone, among))
    assert (found.ids, found.onward) == (other.ids, other.onward) == (("p000",), None)


def test_an_edited_row_denies_in_a_search_as_in_a_check() -> None:
    world = lone(listed=2, cleared=2)
    world.suspects["clearance.results"] = {"a-p000": frozenset({"p000"})}
    found = Searcher(Decider(world, POLICIES)).find(QUERY, after="", limit=50, now_ms=NOW)
    assert (found.ids, found.doubted) == (("p001",), ("p000",))


def test_what_was_ordered_is_ordered_anew_behind_a_change() -> None:
    world = lone(listed=1, cleared=1)
    decider = Decider(world, POLICIES)
    searcher = Searcher(decider)
    resources = Query("resource", "p000", "document", None, "read", "meti")
    assert searcher.find(resources, after="", limit=50, now_ms=NOW).ids == ()
    for document in ("doc2", "doc1"):
        world.apply("designation.documents", {"id": document, "changed_index": 1})
        row = {"id": document, "document_id": document, "information_id": "d1", "from_on": None, "until_on": None, "changed_index": 1}
        world.apply("designation.document_information", row)
        assert document in searcher.find(resources, after="", limit=50, now_ms=NOW).ids
    assert searcher.find(resources, after="", limit=50, now_ms=NOW).ids == ("doc1", "doc2")


@pytest.mark.parametrize("searched", ["subject", "resource", "action"])
def test_words_that_mean_nothing_find_nothing(searched: Any) -> None:
    query = Query(searched, "p000", "", "d1", "read", "meti")
    found = Searcher(Decider(lone(listed=1, cleared=1), POLICIES)).find(query, after="", limit=50, now_ms=NOW)
    assert (found.ids, found.judged, found.horizon_ms) == ((), 0, None)
