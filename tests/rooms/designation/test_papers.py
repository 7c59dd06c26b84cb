"""Documents made from others carry all that those carry, until their custodian finds them narrower."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.designation import operations, queries
from service.personnel.rules import UnknownIdError
from tests.builders.law import designated, organizations
from tests.builders.site import Site, world_of

ON = date(2026, 9, 1)
INFORMATIONS = ("d1", "d2", "d3")


def lay_site(organ: Site) -> None:
    organizations(organ)
    for information_id in INFORMATIONS:
        designated(organ, information_id)


@pytest.fixture
def site(organ: Site) -> Site:
    return organ


WORLDS = {"site": world_of("organ", lay_site)}


def carried(site: Site, document_id: str) -> set[str]:
    return set(site.ask(queries.informations_in, document_id=document_id, on=ON))


def document(site: Site, document_id: str, *carries: str, **words: object) -> str:
    return str(site.act(operations.register_document, day=ON, carries=list(carries), document_id=document_id, **words))


def test_a_compilation_carries_everything_that_its_sources_carry(site: Site) -> None:
    document(site, "a", "d1")
    document(site, "b", "d2")
    document(site, "c", kind="compilation", made_from=["a", "b"])
    assert carried(site, "c") == {"d1", "d2"}
    assert site.ask(queries.made_from, document_id="c") == ["a", "b"]
    document(site, "e", "d3", kind="compilation", made_from=["c"])
    assert carried(site, "e") == {"d1", "d2", "d3"}


def test_a_copy_carries_what_its_original_carries_whatever_is_said(site: Site) -> None:
    document(site, "a", "d1", "d2")
    document(site, "copy", "d1", kind="copy", parent_id="a")
    assert carried(site, "copy") == {"d1", "d2"}


def test_what_a_source_is_found_to_carry_later_its_copies_carry_too(site: Site) -> None:
    document(site, "a", "d1")
    document(site, "copy", kind="copy", parent_id="a")
    document(site, "c", kind="compilation", made_from=["copy"])
    site.act(operations.carry, day=ON, document_id="a", information_id="d2")
    assert carried(site, "c") == carried(site, "copy") == {"d1", "d2"}


def test_a_narrower_finding_is_for_that_document_and_is_not_undone_by_what_its_source_carries(site: Site) -> None:
    document(site, "a", "d1", "d2")
    document(site, "c", kind="compilation", made_from=["a"])
    site.act(operations.find_narrower, day=ON, document_id="c", information_id="d2", finding="left_out", on=ON)
    assert carried(site, "a") == {"d1", "d2"}
    assert carried(site, "c") == {"d1"}
    site.act(operations.carry, day=ON, document_id="a", information_id="d3")
    assert carried(site, "c") == {"d1", "d3"}


def test_a_finding_stands_when_its_source_comes_to_carry_that_again(site: Site) -> None:
    document(site, "a", "d1", "d2")
    document(site, "c", kind="compilation", made_from=["a"])
    for each in ("c", "a"):
        site.act(operations.find_narrower, day=ON, document_id=each, information_id="d2", finding="left_out", on=ON)
    site.act(operations.carry, day=ON, document_id="a", information_id="d2")
    assert carried(site, "a") == {"d1", "d2"}
    assert carried(site, "c") == {"d1"}


def test_what_is_made_from_a_narrower_one_is_narrower(site: Site) -> None:
    document(site, "a", "d1", "d2")
    site.act(operations.find_narrower, day=ON, document_id="a", information_id="d2", finding="not_derivable", on=ON)
    document(site, "copy", kind="copy", parent_id="a")
    assert carried(site, "copy") == {"d1"}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ({"kind": "compilation"}, "names the documents"),
        ({"made_from": ["a"]}, "names the documents"),
        ({"kind": "copy"}, "names the document"),
        ({"kind": "scroll"}, "unknown kind"),
        ({}, "at least one information"),
    ],
)
def test_a_document_says_what_it_was_made_from(site: Site, words: dict[str, object], told: str) -> None:
    document(site, "a", "d1")
    with pytest.raises(ValueError, match=told):
        document(site, "x", **words)


def test_a_document_is_never_found_to_carry_nothing_or_what_it_does_not_carry(site: Site) -> None:
    document(site, "a", "d1")
    words = {"finding": "left_out", "on": ON}
    with pytest.raises(ValueError, match="would carry nothing"):
        site.act(operations.find_narrower, day=ON, document_id="a", information_id="d1", **words)
    with pytest.raises(ValueError, match="does not carry"):
        site.act(operations.find_narrower, day=ON, document_id="a", information_id="d2", **words)
    with pytest.raises(UnknownIdError, match="'x'"):
        document(site, "b", kind="compilation", made_from=["x"])


Step = st.one_of(
    st.tuples(st.just("carry"), st.integers(0, 9), st.sampled_from(INFORMATIONS)),
    st.tuples(st.just("compile"), st.integers(0, 9), st.integers(0, 9)),
    st.tuples(st.just("copy"), st.integers(0, 9), st.just(0)),
)
RUN = iter(range(10_000))


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(Step, max_size=7))
def test_without_a_finding_nothing_made_from_others_carries_less_than_they_do(site: Site, steps: list[tuple[str, int, object]]) -> None:
    run = next(RUN)
    names = [document(site, f"{run}-0", "d1"), document(site, f"{run}-1", "d2")]
    made: dict[str, list[str]] = {}
    for number, (step, first, second) in enumerate(steps):
        source, name = names[first % len(names)], f"{run}-{number + 2}"
        if step == "carry":
            if second not in carried(site, source):
                site.act(operations.carry, day=ON, document_id=source, information_id=second)
            continue
        made[name] = [source] if step == "copy" else sorted({source, names[int(str(second)) % len(names)]})
        words = {"kind": "copy", "parent_id": source} if step == "copy" else {"kind": "compilation", "made_from": made[name]}
        names.append(document(site, name, **words))
    for name, sources in made.items():
        assert carried(site, name) >= set().union(*(carried(site, source) for source in sources))
