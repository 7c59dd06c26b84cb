"""A package for an organ's inspector: the entries about what that organ provided, all others as bare hashes, and nothing left out."""

import json
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from service.evidence import rows
from service.evidence.export import Span
from service.evidence.package.asking import NoOrganError, Wanted, ask
from service.evidence.package.concerning import Statement, statements
from service.evidence.package.order import ViewAsked
from service.evidence.package.stating import state_counts
from service.statute.periods import legal_day
from service.tlog.tree import leaf_hash
from tests.evidence.packed import AUDITOR, NOBODY, body_of, packed
from tests.evidence.site import Site
from tests.evidence.world import BEGIN, Deciding

LATER = BEGIN + timedelta(days=4)
METI = Wanted(organ="meti", views=(ViewAsked("jsonl/1", "ja"),))


def stated(site: Site, organ: str = "meti") -> list[Statement]:
    with rows.snapshot(site.url) as connection:
        return statements(connection, keyring=site.log.keyring, size=rows.log_size(connection), organ=organ)


def test_the_statements_cover_the_log_without_a_gap_and_count_what_concerns_the_organ(deciding: Deciding) -> None:
    site = deciding.site
    indexes = [deciding.ask("sato", "d1", at=BEGIN + timedelta(days=1))]
    assert state_counts(site.engine, url=site.url, log=site.log, at=BEGIN + timedelta(days=1)) == 1
    indexes += [deciding.ask("mori", "d2", at=BEGIN + timedelta(days=2)), deciding.ask_together(("sato", "d1"), ("sato", "d9"), at=LATER)]
    assert state_counts(site.engine, url=site.url, log=site.log, at=LATER) == 1
    first, second = stated(site)
    assert (first.since, first.until, second.since) == (0, first.index, first.until)
    concerned = [json.loads(site.body(index)) for index in range(second.until)]
    found = [index for index, entry in enumerate(concerned) if objects_of(entry) & {"d1", "d2"}]
    assert set(indexes) <= set(found)
    assert first.entries + second.entries == len(found)
    later = [leaf_hash(site.body(index)) for index in found if index >= second.since]
    assert (second.entries, second.sha256) == (len(later), sha256(b"".join(later)).hexdigest())
    assert set(second.informations) == {"d1", "d2"}


def objects_of(entry: dict[str, object]) -> set[object]:
    checks = entry.get("checks", [entry])
    assert isinstance(checks, list)
    return {one.get("object") for one in checks}


def test_a_day_has_one_statement_and_a_quiet_one_has_one_too(deciding: Deciding) -> None:
    site = deciding.site
    for at, made in ((LATER, 1), (LATER + timedelta(hours=1), 0), (LATER + timedelta(days=1), 1)):
        assert state_counts(site.engine, url=site.url, log=site.log, at=at, on=legal_day(at)) == made
    assert stated(site)[-1].entries == 0


def test_the_inspector_is_given_what_concerns_the_organ_and_bare_hashes_of_the_rest(deciding: Deciding, tmp_path: Path) -> None:
    site = deciding.site
    mine = deciding.ask("sato", "d1", at=BEGIN + timedelta(days=1))
    other = deciding.ask("sato", "d9", at=BEGIN + timedelta(days=2))
    read, done = packed(site, tmp_path / "work", at=LATER, wanted=METI)
    read.require_sound(site.log.vkey)
    given = {line["index"]: body_of(line) for line in map(json.loads, read.bytes_of("entries.jsonl").splitlines())}
    assert mine in given
    assert other not in given
    assert not any(path.startswith("tile/entries") for path in read.files())
    hashes = dict(enumerate(read.leaves(), read.manifest.first))
    assert all(leaf_hash(body) == hashes[index] for index, body in given.items())
    assert (read.manifest.kind, read.manifest.organ) == ("inspector", "meti")
    assert json.loads(read.bytes_of("query.json")) == {"organ": "meti", "v": 1}
    assert done.rows == len(given)
    (told,) = [one for one in stated(site) if one.until > mine]
    assert told.index in given
    assert [index for index in sorted(given) if told.since <= index < told.until] == [
        index for index in range(told.since, told.until) if objects_of(json.loads(site.body(index))) & {"d1", "d2"}
    ]


def test_what_is_stated_is_told_to_whoever_has_no_entitlement(deciding: Deciding, tmp_path: Path) -> None:
    deciding.ask("sato", "d1", at=BEGIN + timedelta(days=1))
    read, _done = packed(deciding.site, tmp_path / "work", at=LATER, wanted=METI, asker=NOBODY)
    index = stated(deciding.site)[-1].index
    assert {line["index"] for line in read.lines if "text" in line} == {index}


def test_the_range_is_of_whole_statements(deciding: Deciding, tmp_path: Path) -> None:
    site = deciding.site
    for day in (1, 2, 3):
        deciding.ask("sato", "d1", at=BEGIN + timedelta(days=day))
        state_counts(site.engine, url=site.url, log=site.log, at=BEGIN + timedelta(days=day, hours=1))
    span = Span(BEGIN + timedelta(days=2, minutes=1), BEGIN + timedelta(days=2, minutes=2))
    read, _done = packed(site, tmp_path / "work", at=LATER, wanted=Wanted(organ="meti", span=span))
    bounds = {bound for one in stated(site) for bound in (one.since, one.until)}
    assert {read.manifest.start, read.manifest.end} <= bounds


def test_facts_with_the_clearance_of_another_organ_are_withheld(deciding: Deciding, tmp_path: Path) -> None:
    deciding.ask("sato", "d1", at=BEGIN + timedelta(days=1))
    read, _done = packed(deciding.site, tmp_path / "work", at=LATER, wanted=METI, asker=AUDITOR)
    assert "organ" not in {line.get("withheld") for line in read.lines}


@pytest.mark.parametrize("organ", ["nobody", "denryoku"])
def test_an_organ_that_provided_nothing_has_no_package(deciding: Deciding, organ: str) -> None:
    site = deciding.site
    with pytest.raises(NoOrganError):
        ask(site.engine, url=site.url, log=site.log, clock=lambda: LATER, asker=AUDITOR, wanted=Wanted(organ=organ))
