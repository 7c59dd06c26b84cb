"""Stored hashes over many entries, from which tiles and proofs are made, are held against the entries themselves."""

from datetime import timedelta
from hashlib import sha256

import pytest

from service.evidence import rows
from service.evidence.disclosures import keyring_opener
from service.evidence.findings import Findings, Wrong
from service.evidence.report import Report, as_text
from service.evidence.subtrees import StoredSubtree, SubtreeCheck
from service.evidence.verification import verify
from service.tlog.tree import Frontier
from tests.evidence.packed import grow
from tests.evidence.site import BEGIN, Site
from tests.evidence.test_chain import checked

LATER = BEGIN + timedelta(days=10)


@pytest.fixture
def long(site: Site) -> Site:
    """A log in which two roots of 256 entries are stored."""
    grow(site, 700, at=LATER)
    site.sign()
    return site


def verified(site: Site) -> Report:
    with rows.snapshot(site.url) as connection:
        return verify(connection=connection, vkey=site.log.vkey, opener=lambda on: keyring_opener(on, site.log.keyring.scratch()))


def named(site: Site) -> list[str]:
    return [one.place or one.wrong.value for one in checked(site)[0].kept if one.wrong is not Wrong.FORM]


def test_an_honest_log_s_roots_are_those_of_its_entries(long: Site) -> None:
    assert named(long) == []


def test_a_root_that_was_altered_is_named_with_its_entries(long: Site) -> None:
    long.attack(('update ledger.subtrees set hash = sha256(hash) where level = 1 and "index" = 1', ()))
    report = verified(long)
    found = [one for one in report.findings.kept if one.wrong is Wrong.SUBTREE_DIFFERS]
    assert [(one.index, one.until, one.place) for one in found] == [(256, 512, "subtree 1/1")]
    assert named(long) == ["subtree 1/1"]
    assert "entries 256-511 (subtree 1/1)" in as_text(report, "en")
    assert "subtree 1/1" in as_text(report, "ja")


@pytest.mark.parametrize(("level", "index"), [(1, 2), (2, 0), (1, -1), (9, 0)])
def test_a_root_of_entries_that_are_not_there_is_named(long: Site, level: int, index: int) -> None:
    """It would stand for theirs once they come: no checkpoint could be signed, and nobody would know why."""
    long.attack(("insert into ledger.subtrees values (%s, %s, %s)", (level, index, bytes(32))))
    assert named(long) == [f"subtree {level}/{index}"]


def test_one_altered_batch_stays_one_finding(long: Site) -> None:
    long.attack(("update ledger.batches set leaves = overlay(leaves placing %s from 1) where first_index = 12", (bytes(32),)))
    assert named(long) == ["entry_changed", "frontier_differs"]


LEAVES = [sha256(b"\x00%d" % at).digest() for at in range(256 * 256 + 300)]


def mth(hashes: list[bytes]) -> bytes:
    """RFC 6962, 2.1, over a power of two of leaf hashes."""
    while len(hashes) > 1:
        hashes = [sha256(b"\x01" + hashes[at] + hashes[at + 1]).digest() for at in range(0, len(hashes), 2)]
    return hashes[0]


def stored(*altered: tuple[int, int]) -> list[StoredSubtree]:
    """The roots of the leaves in the log's order, some of them another's."""
    found = [StoredSubtree(1, at, mth(LEAVES[at * 256 : at * 256 + 256])) for at in range(257)]
    found.insert(256, StoredSubtree(2, 0, mth(LEAVES[: 256 * 256])))
    return [StoredSubtree(one.level, one.index, bytes(32)) if (one.level, one.index) in altered else one for one in found]


@pytest.mark.parametrize("batch", [1, 97, 256, 5_000, len(LEAVES)])
def test_the_roots_of_every_level_are_computed_whatever_the_batches(batch: int) -> None:
    findings = Findings()
    check, frontier = SubtreeCheck(findings, iter(stored((1, 0), (2, 0), (1, 256)))), Frontier()
    for start in range(0, len(LEAVES), batch):
        frontier.extend(LEAVES[start : start + batch], tell=check.hear)
        check.settle(led=True)
    check.finish(len(LEAVES))
    assert [one.place for one in findings.kept] == ["subtree 1/0", "subtree 2/0", "subtree 1/256"]


def test_of_roots_that_leaves_of_another_frontier_complete_nothing_is_said_and_of_the_next_ones_all() -> None:
    findings = Findings()
    check, frontier = SubtreeCheck(findings, iter(stored((1, 0), (1, 1), (1, 2), (2, 0), (1, 255)))), Frontier()
    for start, end in ((0, 300), (300, 600), (600, len(LEAVES))):
        frontier.extend(LEAVES[start:end], tell=check.hear)
        check.settle(led=start != 300)
    check.finish(len(LEAVES))
    assert [one.place for one in findings.kept] == ["subtree 1/0", "subtree 1/2", "subtree 1/255", "subtree 2/0"]
