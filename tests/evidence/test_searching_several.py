"""Searches find a decision among several exactly where it has all that is looked for, and count each by itself."""

import random
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from service.database import read, transaction
from service.evidence import searches
from service.evidence.form import EntryV1, decisions_of
from service.evidence.form import read_entry as read_again
from service.evidence.predicate import Predicate, read_predicate
from service.evidence.searches import Search
from service.ledger import Kind, canonical, instant, open_log, read_entry, read_head
from service.ledger.acts import _append
from tests.evidence.site import BEGIN

PEOPLE = ["p1", "p2", 'p","out":"deny', '甲},{"_sd":[']
THINGS = ["i1", "i2", '},{"_sd":["x', 'x}],"for":"o1']
PLACES = [None, "o1", "o2", '}],"for":"o1']
ACTORS = ["a1", "a2"]
REQUESTS = [None, "r1", "r2"]


def check(chance: random.Random, *, organization: str | None) -> dict[str, Any]:
    out = chance.choice(["permit", "deny"])
    one = {
        "_sd": [f"{chance.randrange(5)}" * 43],
        "action": "read",
        "for": organization,
        "object": chance.choice([None, *THINGS]),
        "out": out,
        "person": chance.choice([None, *PEOPLE]),
        "ref": None if out == "permit" else f"REF{chance.randrange(20)}",
    }
    return {name: value for name, value in one.items() if value is not None}


def body(chance: random.Random, at: str) -> bytes:
    """A decision, some decisions of one request, or an act, with what one searches for and what looks like it."""
    common = {"actor": chance.choice(ACTORS), "at": at, "kind": Kind.ACCESS_DECIDED.value, "req": chance.choice(REQUESTS), "seen": 0}
    common |= {"policy": "0" * 64, "_sd_alg": "sha-256"}
    sort = chance.choice(["act", "one", "several", "several"])
    if sort == "act":
        told = {"v": 1, "kind": Kind.EXPORT_REQUESTED.value, "at": at, "out": "accepted", "actor": "a1", "for": chance.choice(PLACES)}
        return canonical({name: value for name, value in told.items() if value is not None})
    if sort == "one":
        told = common | check(chance, organization=chance.choice(PLACES)) | {"v": 1}
    else:
        alike = chance.random() < 0.5
        shared = chance.choice(PLACES) if alike else None
        checks = [check(chance, organization=None if alike else chance.choice(PLACES)) for _ in range(chance.randrange(2, 6))]
        told = common | {"v": 2, "checks": checks, "for": shared}
    return canonical({name: value for name, value in told.items() if value is not None})


@pytest.fixture
def filled(engine: Engine, tmp_path: Path) -> list[tuple[int, bytes]]:
    """A log of 300 entries drawn by chance, over three days."""
    chance = random.Random(20261129)
    with transaction(engine) as session:
        open_log(session, origin="example.jp/searching", seat="operator", at=BEGIN, keys=tmp_path / "keys", clock="told")
    found = []
    for day in range(3):
        at = BEGIN + timedelta(days=day, hours=14, minutes=30)
        bodies = [body(chance, instant(at)) for _ in range(100)]
        with transaction(engine) as session:
            head = read_head(session)
            _append(session, head=head, at=at, bodies=bodies, changed=[False] * len(bodies))
        found += [(head.size + place, one) for place, one in enumerate(bodies)]
    for _index, one in found:
        read_entry(one)
    return found


def parts(one: bytes) -> list[EntryV1]:
    entry = read_again(one)
    return list(decisions_of(entry)) or [entry]


def plainly(rows: Sequence[tuple[int, bytes]], search: Search) -> list[tuple[int, EntryV1]]:
    """The reference: every act and decision, looked at one by one, by what it says."""
    fits = []
    for index, one in rows:
        for part in parts(one):
            who, items, request = (part.actor, part.second, part.person), (part.object, part.acting_for), (part.req, part.ref)
            if (
                (not search.who or set(search.who) & set(who))
                and (not search.items or set(search.items) & set(items))
                and (not search.request or search.request in request)
                and (not search.outcome or search.outcome == part.out)
                and (not search.kind or search.kind == part.kind or (search.kind[-1] == ":" and part.kind.startswith(search.kind)))
            ):
                fits.append((index, part))
    return fits


def drawn(chance: random.Random) -> Search:
    return Search(
        who=tuple(chance.sample([*PEOPLE, *ACTORS], chance.choice([0, 1, 1, 2]))),
        items=tuple(chance.sample([*THINGS, "o1", "o2", '}],"for":"o1'], chance.choice([0, 0, 1, 2]))),
        outcome=chance.choice(["", "", "permit", "deny"]),
        request=chance.choice(["", "", "", "r1", "REF3"]),
        kind=chance.choice(["", "", "decision:", Kind.ACCESS_DECIDED.value]),
    )


def walked(session: Session, search: Search) -> list[int]:
    found: list[int] = []
    before: int | None = None
    while True:
        page = searches.page_of(session, search, before=before, limit=20)
        found += [index for index, _body in page.rows]
        if page.onward is None:
            return found
        before = page.onward


def test_every_search_finds_and_counts_as_looking_at_each_one_does(engine: Engine, filled: list[tuple[int, bytes]]) -> None:
    chance = random.Random(29)
    numbers = Counter[bool]()
    with read(engine) as session:
        for search in [Search(outcome="deny"), *(drawn(chance) for _ in range(60))]:
            expected = [one for one in plainly(filled, search) if one[0] > 0]
            indexes = sorted({index for index, _part in expected})
            opening = {0} if searches.holds(search, read_again(OPENING)) else set()
            assert set(walked(session, search)) - opening == set(indexes), search
            counts = searches.counts_of(session, search)
            assert counts.total - len(opening) == len(expected), search
            assert counts.outcomes["deny"] == sum(part.out == "deny" for _index, part in expected), search
            organizations = Counter(part.acting_for for _index, part in expected if part.acting_for and '"' not in part.acting_for)
            assert {name: counts.organizations[name] for name in organizations} == organizations, search
            assert set(searches.indexes_of(session, search, before=10_000, most=10_000) or ()) - opening == set(indexes)
            assert all(searches.holds(search, part) for _index, part in expected)
            numbers[bool(expected)] += 1
    assert numbers[True] > 25, numbers


def predicate_drawn(chance: random.Random) -> Predicate:
    value: dict[str, Any] = {"v": 1}
    for member, some in {
        "kinds": [Kind.ACCESS_DECIDED.value, Kind.EXPORT_REQUESTED.value],
        "outcomes": ["permit", "deny"],
        "actors": ACTORS,
        "people": PEOPLE,
        "objects": THINGS,
        "organizations": ["o1", "o2", '}],"for":"o1'],
        "requests": ["r1", "REF3", "REF4"],
    }.items():
        if chance.random() < 0.3:
            value[member] = chance.sample(some, chance.randrange(1, len(some) + 1))
    if chance.random() < 0.3:
        value["from_at"] = instant(BEGIN + timedelta(days=1))
    if chance.random() < 0.3:
        value["to_at"] = instant(BEGIN + timedelta(days=2))
    return read_predicate(value)


def test_the_database_finds_what_a_verifier_finds_by_the_same_predicate(engine: Engine, filled: list[tuple[int, bytes]]) -> None:
    """A package shows that nothing is missing only if both sides mean the same, also of several decisions in an entry."""
    chance = random.Random(30)
    found_some = 0
    with read(engine) as session:
        for query in [read_predicate({"v": 1}), *(predicate_drawn(chance) for _ in range(80))]:
            expected = [index for index, one in filled if query.matches(read_entry(one))]
            search = searches.search_of(query)
            assert [index for index in walked(session, search)[::-1] if index > 0] == expected, query.canonical
            number = sum(len(query.checks_found(read_entry(one))) for _index, one in filled)
            counts = searches.counts_of(session, search)
            assert counts.total - query.matches(read_entry(OPENING)) == number, query.canonical
            held = [searches.holds(search, part) for _index, one in filled for part in parts(one)]
            assert sum(held) == number, query.canonical
            found_some += 0 < len(expected) < len(filled)
    assert found_some > 30, found_some


OPENING = canonical({"v": 1, "kind": "ledger:log:opened", "at": instant(BEGIN), "out": "accepted", "actor": "system"})


def test_denials_are_counted_by_what_each_withholds(engine: Engine, filled: list[tuple[int, bytes]]) -> None:
    search = Search(kind=Kind.ACCESS_DECIDED.value, outcome="deny")
    with read(engine) as session:
        told = searches.answers_of(session, search, most=10_000)
    counted = Counter({(day, digests): number for day, digests, number in told})
    expected = Counter((day_of(part.at), canonical(list(part.sd or ())).decode()) for _index, part in plainly(filled, search))
    assert counted == expected


def day_of(at: str) -> date:
    """The day in Japan: half past 14 in UTC is the same day, half an hour before its end."""
    return date.fromisoformat(at[:10])


def test_a_view_is_bounded_by_the_decisions_in_it(engine: Engine, filled: list[tuple[int, bytes]]) -> None:
    search = Search(kind=Kind.ACCESS_DECIDED.value)
    number = sum(len(parts(one)) for _index, one in filled if read_again(one).kind == Kind.ACCESS_DECIDED)
    with read(engine) as session:
        assert searches.all_of(session, search, most=number - 1, scanned=10_000) is None
        found = searches.all_of(session, search, most=number, scanned=10_000)
    assert found is not None
    assert [index for index, _body in found] == sorted({index for index, _part in plainly(filled, search)}, reverse=True)


def test_long_entries_count_for_more_where_what_is_looked_through_is_bounded(
    engine: Engine, filled: list[tuple[int, bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searches, "WEIGHT", "1 + octet_length(body) / 100")
    monkeypatch.setattr(searches, "SCANNED", 200)
    nothing = Search(who=("nobody-at-all",))
    weights = {index: 1 + len(one) // 100 for index, one in filled}
    with read(engine) as session:
        page = searches.page_of(session, nothing, before=None, limit=20)
        looked = [weights[index] for index, _body in filled if index >= page.looked_from]
        assert sum(looked[1:]) < 200 <= sum(looked), "until as much was looked through, and not an entry more"
        assert page.onward == page.looked_from
        assert walked(session, nothing) == []
        counts = searches.counts_of(session, Search(), most=200)
    counted = sum(weights[index] for index, _body in filled if index >= counts.start)
    assert counted <= 200 < counted + weights[counts.start - 1]
    assert not counts.whole
    monkeypatch.setattr(searches, "SCANNED", 1)
    with read(engine) as session:
        page = searches.page_of(session, nothing, before=None, limit=20)
    assert page.onward == filled[-1][0], "one entry at least is looked at, however long"
