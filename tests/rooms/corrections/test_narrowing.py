"""A correction that one person may make alone never lets anybody do more: tried on worlds made at random."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from service.clearance.model import DoubtNotice, Office, Result
from service.clearance.narrowing import counts_from, doubt_narrows, office_narrows, result_narrows
from service.database import Base
from service.decision.decide import Decider
from service.decision.policyset import PolicySet
from service.decision.world import World
from service.designation.model import Closing, Designation, Extension
from service.designation.narrowing import closing_narrows, designation_narrows, extension_narrows
from service.jobs.given import rows_of
from service.ledger.forms import row_form
from service.need_to_know.model import Listing
from service.need_to_know.narrowing import listing_narrows
from service.personnel.corrections import columns_of, replacing
from service.personnel.model import Post
from service.personnel.narrowing import post_narrows
from service.provision.model import Certification, Contract, ContractInformation, Provision
from service.provision.narrowing import certification_narrows, contract_narrows, provision_narrows
from service.statute.periods import day_start, instant_ms
from tests.builders.share import share_of

POLICIES = PolicySet.load()
DAYS = [
    date(2017, 6, 1),
    date(2018, 3, 1),
    date(2026, 1, 5),
    date(2026, 2, 10),
    date(2026, 5, 1),
    date(2027, 2, 1),
    date(2028, 7, 1),
    date(2031, 1, 4),
]
ON = date(2026, 6, 15)
AT = day_start(ON)
CHECKS = [ON, date(2027, 1, 15), date(2027, 9, 1), date(2028, 4, 1), date(2030, 1, 1), date(2031, 3, 1), date(2036, 3, 1)]
ORGANIZATIONS = ("meti", "mof", "denryoku")
day, some_day = st.sampled_from(DAYS), st.none() | st.sampled_from(DAYS)


@st.composite
def interval(draw: st.DrawFn) -> dict[str, Any]:
    first, last = draw(some_day), draw(some_day)
    if first is not None and last is not None and last < first:
        first, last = last, first
    return {name: value for name, value in (("from", first), ("to", last)) if value is not None}


def several(one: st.SearchStrategy[Any], *, least: int = 0) -> st.SearchStrategy[list[Any]]:
    return st.lists(one, min_size=least, max_size=2)


RESULTS = st.fixed_dictionaries(
    {
        "by": st.sampled_from(("meti", "mof")),
        "outcome": st.sampled_from(("positive", "positive", "negative", "refused")),
        "notified_on": day,
        "law": st.sampled_from(("iesi", "iesi", "sds")),
    }
)
DOUBTS = st.fixed_dictionaries({"by": st.sampled_from(("meti", "mof")), "notified_on": day, "law": st.sampled_from(("iesi", "sds"))})
ACTIONS = st.none() | st.lists(st.sampled_from(("read", "list", "return", "make")), min_size=1, max_size=2, unique=True)


@st.composite
def worlds(draw: st.DrawFn) -> list[Base]:
    """A person, two organs, an operator and an information, with whatever is recorded of them."""
    listings = draw(several(st.tuples(st.sampled_from(ORGANIZATIONS), interval(), ACTIONS), least=1))
    contracts = draw(several(st.tuples(interval(), some_day, st.sampled_from((None, ["a"], ["a", "b"])))))
    facts: dict[str, Any] = {
        "organizations": [{"id": "meti", "kind": "organ"}, {"id": "mof", "kind": "organ"}, {"id": "denryoku", "kind": "operator"}],
        "people": [
            {
                "id": "sato",
                "works_at": [{"at": each} for each in draw(st.lists(st.sampled_from(ORGANIZATIONS), unique=True))],
                "posts": [
                    {"at": at, "unit": unit, **days}
                    for at, unit, days in draw(several(st.tuples(st.sampled_from(ORGANIZATIONS), st.sampled_from("ab"), interval())))
                ],
            }
        ],
        "assessments": [{"id": f"a{place}", "person": "sato", **each} for place, each in enumerate(draw(several(RESULTS, least=1)))],
        "doubt_notices": [{"person": "sato", **each} for each in draw(several(DOUBTS))],
        "offices": [{"person": "sato", "office": "nra_member", **each} for each in draw(st.lists(interval(), max_size=1))],
        "designations": [
            {
                "id": "d1",
                "by": "meti",
                "on": draw(st.sampled_from(DAYS[:5])),
                "years": draw(st.integers(1, 5)),
                **draw(st.sampled_from(({}, {}, {"released_to": []}, {"released_to": ["meti", "denryoku"]}))),
                **draw(st.sampled_from(({}, {}, {"lifted_on": date(2031, 1, 4)}))),
                **draw(st.sampled_from(({}, {"closed_on": date(2027, 2, 1)}, {"closed_on": date(2031, 1, 4)}))),
            }
        ],
        "certifications": [{"operator": "denryoku", "by": "meti", "on": each} for each in draw(several(day, least=1))],
        "contracts": [
            {"id": f"c{place}", "operator": "denryoku", "organ": "meti", "information": ["d1"], "from": DAYS[0], "to": DAYS[-1], **days}
            | ({"return_by": max(by, days.get("to", DAYS[-1]))} if by else {})
            | ({"units": units} if units else {})
            for place, (days, by, units) in enumerate(contracts)
        ],
        "provisions": [
            {"information": "d1", "from": "meti", "to": to, "under": under, "on": on, "consented_by": ["meti"], "consulted_on": DAYS[0]}
            for to, under, on in draw(several(st.tuples(st.just("denryoku"), st.sampled_from(("Act 10(1)", "Act 10(2)")), day)))
            + draw(several(st.tuples(st.just("mof"), st.just("Act 6(1)"), day)))
        ],
        "handlers": [
            {"information": "d1", "person": "sato", "at": at, **days} | ({"actions": actions} if actions else {})
            for at, days, actions in listings
        ],
    }
    return rows_of(facts)


CHANGES: Mapping[type[Base], Mapping[str, st.SearchStrategy[Any]]] = {
    Post: {"from_on": some_day, "until_on": some_day, "title": st.just("課長")},
    Result: {
        "notified_on": day,
        "counted_on": day,
        "outcome": st.sampled_from(("positive", "negative", "refused")),
        "law": st.sampled_from(("iesi", "sds")),
    },
    DoubtNotice: {"notified_on": day, "law": st.sampled_from(("iesi", "sds"))},
    Office: {"from_on": some_day, "until_on": some_day},
    Designation: {
        "designated_on": day,
        "until_on": day,
        "lifted_on": some_day,
        "released_to": st.sampled_from((None, [], ["meti"], ["mof"])),
    },
    Extension: {"until_on": day, "document_number": st.just("1")},
    Closing: {"closed_on": day},
    Certification: {"certified_on": day, "ended_on": some_day},
    Contract: {"from_on": day, "until_on": day, "return_until_on": some_day, "units": st.sampled_from((None, ["a"], ["b"]))},
    Provision: {
        "provided_on": day,
        "returned_on": some_day,
        "consented_by": st.sampled_from(([], ["meti"])),
        "consulted_on": some_day,
        "under": st.sampled_from(("Act 10(1)", "Act 10(2)")),
    },
    Listing: {"from_on": some_day, "until_on": some_day, "actions": ACTIONS},
}
INTERVALS = (("from_on", "until_on"), ("designated_on", "until_on"), ("certified_on", "ended_on"), ("provided_on", "returned_on"))


def lawful(row: Mapping[str, Any]) -> bool:
    """Whether the database would take a row at all."""
    return all(row.get(first) is None or row.get(last) is None or row[first] <= row[last] for first, last in INTERVALS)


def narrows(row: Any, after: dict[str, Any] | None, rows: list[Base]) -> bool:
    """What the rooms' judgement says of a correction among these rows."""
    others = [columns_of(one) for one in rows if type(one) is type(row) and one is not row]  # type: ignore[arg-type]  # correctable
    covered = {"informations": ["d1"]}
    judged: Mapping[type[Base], Callable[[dict[str, Any]], bool]] = {
        Result: lambda was: result_narrows(was, after, on=ON, others=[one for one in others if one["head_id"] == row.head_id]),
        DoubtNotice: lambda was: doubt_narrows(was, after, on=ON),
        Office: lambda was: office_narrows(was, after),
        Designation: lambda was: designation_narrows(was, after, others=others),
        Extension: lambda was: extension_narrows(was, after),
        Closing: lambda was: closing_narrows(was, after, designated_on=[one.designated_on for one in rows if isinstance(one, Designation)]),
        Certification: lambda was: certification_narrows(was, after),
        Contract: lambda was: contract_narrows(was | covered, None if after is None else after | covered, others=others),
        Provision: lambda was: provision_narrows(was, after),
        Listing: lambda was: listing_narrows(was, after),
        Post: lambda was: post_narrows(was, after, others=[one for one in others if one["organization_id"] == row.organization_id]),
    }
    return judged[type(row)](columns_of(row))


def permitted(rows: list[Base]) -> set[tuple[str, date, str]]:
    """Whom a serving process would let do what, acting for whom, from the correction on."""
    world = World()
    for form in map(row_form, rows):
        world.apply(form["table"], form["row"] | {"changed_index": form["row"]["changed_index"] or 0})
    decider = Decider(world, POLICIES)
    return {
        (organization, on, action)
        for organization in ORGANIZATIONS
        for on in CHECKS
        for action in ("read", "return")
        if decider.decide(
            person="sato", kind="information", resource="d1", action=action, organization=organization, now_ms=instant_ms(day_start(on))
        ).answer.api
    }


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_what_is_said_to_narrow_turns_no_denial_into_a_permit(data: st.DataObject) -> None:
    require_nothing_opened(data)


@pytest.mark.long
@settings(max_examples=len(share_of(range(800))), deadline=None)
@given(st.data())
def test_the_same_of_many_corrections(data: st.DataObject) -> None:
    require_nothing_opened(data)


def require_nothing_opened(data: st.DataObject) -> None:
    """Correct a record of a drawn world; where that is said to narrow, nobody may do more than before."""
    rows = data.draw(worlds())
    chosen = data.draw(st.sampled_from([row for row in rows if type(row) in CHANGES]))
    strategies = CHANGES[type(chosen)]
    names = data.draw(st.sets(st.sampled_from(sorted(strategies)), max_size=2))
    changes = {name: data.draw(strategies[name]) for name in sorted(names)}
    after = columns_of(chosen, changes) if changes else None  # type: ignore[arg-type]  # every class of CHANGES is correctable
    if after is not None and (not lawful(after) or all(getattr(chosen, name) == value for name, value in changes.items())):
        return
    if not narrows(chosen, after, rows):
        event(f"{type(chosen).__name__} widens")
        return
    event(f"{type(chosen).__name__} narrows")
    before = permitted(rows)
    made: list[Base] = []
    if after is not None:
        made.append(replacing(chosen, at=AT, changes=changes))  # type: ignore[type-var]  # every class of CHANGES is correctable
        made[0].changed_index = 1  # type: ignore[attr-defined]  # the same
        if isinstance(chosen, Contract):
            made.append(ContractInformation(id="covered", contract_id=made[0].id, information_id="d1", changed_index=1))  # type: ignore[attr-defined]  # the same
    chosen.replaced_at = AT  # type: ignore[attr-defined]  # the same
    assert permitted([*rows, *made]) <= before


def result(notified_on: date | None, outcome: str = "positive", **more: Any) -> dict[str, Any]:
    row = {"person_id": "p", "head_id": "h", "law": "iesi", "outcome": outcome, "notified_on": notified_on, "counted_on": notified_on}
    return row | {"letter_on": None, "arrived_on": None} | more


@pytest.mark.parametrize(
    ("before", "after", "others", "narrow"),
    [
        (result(DAYS[3]), result(DAYS[2]), [], True),
        (result(DAYS[3]), result(DAYS[4]), [], False),
        (result(DAYS[3]), result(DAYS[3], "negative"), [], True),
        (result(DAYS[3]), result(DAYS[3], "refused"), [], False),
        (result(DAYS[3], "negative"), result(DAYS[3]), [], False),
        (result(DAYS[3], "negative"), result(DAYS[2], "negative"), [], False),
        (result(DAYS[3]), result(DAYS[3], counted_on=DAYS[1]), [], True),
        (result(DAYS[3], counted_on=DAYS[1]), result(DAYS[2], counted_on=DAYS[1]), [], False),
        (result(DAYS[6]), result(DAYS[2]), [], False),
        (result(DAYS[3]), result(DAYS[2]), [result(DAYS[2], "negative")], False),
        (result(DAYS[3]), None, [], True),
        (result(DAYS[3]), None, [result(DAYS[2])], False),
        (result(DAYS[3], "negative"), None, [], False),
        (result(DAYS[3]), result(DAYS[2], law="sds"), [], False),
    ],
)
def test_a_result_narrows_only_where_nothing_better_is_uncovered(
    before: dict[str, Any], after: dict[str, Any] | None, others: list[dict[str, Any]], narrow: bool
) -> None:
    assert result_narrows(before, after, on=ON, others=others) is narrow


def test_a_result_without_the_person_s_day_is_put_in_order_by_its_letter() -> None:
    assert counts_from(result(None, counted_on=DAYS[3], letter_on=DAYS[2])) == DAYS[2]
