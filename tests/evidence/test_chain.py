"""Every way to alter the log's rows is named by the first index that it touches."""

import psycopg
import pytest

from service.evidence import rows
from service.evidence.chain import ChainCheck
from service.evidence.findings import Findings, Wrong
from service.evidence.form import FormCheck
from service.evidence.report import Counts
from service.evidence.sequence import follow
from service.ledger import Frontier, canonical, leaf_hash
from service.ledger import read_entry as read_ledger_entry
from tests.evidence.site import Site


def checked(site: Site, *, vkey: str | None = None) -> tuple[Findings, Counts]:
    findings, counts = Findings(), Counts()
    with rows.snapshot(site.url) as connection:
        counts.entries = rows.log_size(connection)
        follow(connection, vkey or site.log.vkey, findings, counts, lambda *_: None)
    return findings, counts


def test_an_honest_log_has_no_finding(site: Site) -> None:
    findings, counts = checked(site)
    assert findings.kept == []
    assert (counts.entries, counts.intact, counts.batches, counts.checkpoints, counts.signed_size) == (12, 12, 6, 2, 12)


def codes(findings: Findings) -> set[Wrong]:
    return set(findings.counts)


def test_a_changed_entry_is_named(site: Site) -> None:
    body = site.body(4).replace(b'"gamma"', b'"ganna"').replace(b'"delta"', b'"delto"')
    site.attack(("update ledger.entries set body = %s where index = 4", (body,)))
    findings, counts = checked(site)
    assert (codes(findings), findings.first_index, counts.intact) == ({Wrong.ENTRY_CHANGED}, 4, 11)


@pytest.mark.parametrize("index", [0, 3, 11])
def test_a_deleted_entry_is_named(site: Site, index: int) -> None:
    site.attack(("delete from ledger.entries where index = %s", (index,)))
    findings, _ = checked(site)
    assert findings.first_index == index
    assert findings.kept[0].wrong == Wrong.ENTRY_MISSING


def test_two_swapped_entries_are_named_from_the_first(site: Site) -> None:
    second, third = site.body(2), site.body(3)
    site.attack(
        ("update ledger.entries set body = %s where index = 2", (third,)),
        ("update ledger.entries set body = %s where index = 3", (second,)),
    )
    findings, _ = checked(site)
    assert [(one.wrong, one.index) for one in findings.in_order()] == [(Wrong.ENTRY_CHANGED, 2), (Wrong.ENTRY_CHANGED, 3)]


def test_an_inserted_entry_is_named_where_it_pushes_the_others_on(site: Site) -> None:
    forged = site.body(5).replace(b"epsilon", b"epsilom")
    with psycopg.connect(site.url) as connection:
        connection.execute("set session_replication_role = replica")
        for index in range(11, 4, -1):
            connection.execute("update ledger.entries set index = index + 1 where index = %s", (index,))
        connection.execute("insert into ledger.entries (index, body) values (5, %s)", (forged,))
    findings, _ = checked(site)
    assert findings.first_index == 5
    assert {Wrong.ENTRY_CHANGED, Wrong.ENTRY_UNCLAIMED} <= codes(findings)


@pytest.mark.parametrize("index", [-1, 12, 40])
def test_an_entry_added_outside_the_batches_is_named(site: Site, index: int) -> None:
    site.attack(("insert into ledger.entries (index, body) values (%s, %s)", (index, site.body(1))))
    findings, _ = checked(site)
    assert [(one.wrong, one.index) for one in findings.kept] == [(Wrong.ENTRY_UNCLAIMED, index)]


def test_leaves_altered_along_with_their_entry_break_the_frontier_of_their_batch(site: Site) -> None:
    body = site.body(3).replace(b'"gamma"', b'"ganna"')
    site.attack(
        ("update ledger.entries set body = %s where index = 3", (body,)),
        ("update ledger.batches set leaves = overlay(leaves placing %s from 33) where first_index = 2", (leaf_hash(body),)),
    )
    findings, _ = checked(site)
    assert [(one.wrong, one.index, one.until) for one in findings.kept] == [(Wrong.FRONTIER_DIFFERS, 2, 5)]


def rewrite(site: Site, index: int, body: bytes) -> None:
    """Replace an entry and make every batch from there on fit it, as only a forger without the signing key would."""
    statements: list[tuple[str, tuple[object, ...]]] = [("update ledger.entries set body = %s where index = %s", (body, index))]
    frontier = Frontier()
    with psycopg.connect(site.url) as connection:
        batches = connection.execute("select first_index, size from ledger.batches order by 1").fetchall()
    for first, size in batches:
        leaves = [leaf_hash(body if at == index else site.body(at)) for at in range(first, first + size)]
        frontier.extend(leaves)
        statements.append(
            ("update ledger.batches set leaves = %s, frontier = %s where first_index = %s", (b"".join(leaves), frontier.to_bytes(), first))
        )
    site.attack(*statements)


@pytest.mark.parametrize(("index", "signed", "until"), [(1, 0, 5), (3, 0, 5), (5, 5, 12), (11, 5, 12)])
def test_a_log_rewritten_chain_and_all_disagrees_with_what_was_signed(site: Site, index: int, signed: int, until: int) -> None:
    entry = read_ledger_entry(site.body(index))
    rewrite(site, index, canonical(entry | {"actor": "somebody"}))
    findings, counts = checked(site)
    assert counts.intact == 12
    assert codes(findings) == {Wrong.CHECKPOINT_ROOT}
    assert (findings.kept[0].index, findings.kept[0].until) == (signed, until)


def test_a_checkpoint_signed_by_another_key_is_no_checkpoint(site: Site) -> None:
    site.attack(("update ledger.checkpoints set note = replace(note, E'\\n5\\n', E'\\n5\\n') || %s where size = 5", ("— x AAAAAAAA\n",)))
    assert checked(site)[0].kept == []
    site.attack(("update ledger.checkpoints set note = replace(note, 'example.jp/test', 'example.jp/tost') where size = 5", ()))
    findings, counts = checked(site)
    assert codes(findings) == {Wrong.CHECKPOINT_UNSIGNED}
    assert counts.signed_size == 12


def test_a_checkpoint_moved_to_another_size_is_named(site: Site) -> None:
    site.attack(("update ledger.checkpoints set size = 8 where size = 5", ()))
    assert codes(checked(site)[0]) == {Wrong.CHECKPOINT_UNREADABLE}


def test_entries_cut_off_the_end_are_missed_by_what_was_signed(site: Site) -> None:
    site.attack(
        ("delete from ledger.entries where index >= 9", ()),
        ("delete from ledger.batches where first_index >= 9", ()),
    )
    findings, _ = checked(site)
    assert [(one.wrong, one.index, one.until) for one in findings.kept] == [(Wrong.CHECKPOINT_BEYOND, 9, 12)]


def test_a_missing_batch_is_named_with_its_range_and_nothing_else(site: Site) -> None:
    site.attack(("delete from ledger.batches where first_index = 5", ()))
    findings, _ = checked(site)
    assert [(one.wrong, one.index, one.until) for one in findings.kept] == [(Wrong.BATCH_MISSING, 5, 8)]


def test_an_inserted_batch_is_named(site: Site) -> None:
    site.attack(
        (
            """insert into ledger.batches
            select 6, 1, substr(leaves, 1, 32), frontier, changed_index, changed_at, last_at, gen_random_uuid()
            from ledger.batches where first_index = 5""",
            (),
        )
    )
    findings, _ = checked(site)
    assert [(one.wrong, one.index) for one in findings.kept] == [(Wrong.BATCH_OVERLAPS, 6)]


def test_a_batch_with_too_few_leaves_is_named(site: Site) -> None:
    site.attack(("update ledger.batches set leaves = substr(leaves, 1, 64) where first_index = 5", ()))
    findings, _ = checked(site)
    assert [(one.wrong, one.index) for one in findings.kept] == [(Wrong.BATCH_SIZE, 5)]


@pytest.mark.parametrize("column", ["changed_index = 1", "last_at = last_at + interval '1 second'"])
def test_a_batch_that_misstates_its_end_is_named(site: Site, column: str) -> None:
    site.attack((f"update ledger.batches set {column} where first_index = 5", ()))
    findings, _ = checked(site)
    assert [(one.wrong, one.index) for one in findings.kept] == [(Wrong.BATCH_HEAD, 5)]


def test_a_log_key_exchanged_in_the_database_is_named(site: Site) -> None:
    other = site.log.vkey[:-4] + "AAA="
    with rows.snapshot(site.url) as connection:
        assert rows.opened_keys(connection) == (site.log.vkey,)
    site.attack(("update ledger.log set vkey = %s", (other,)))
    with rows.snapshot(site.url) as connection:
        assert rows.opened_keys(connection) == (other,)


ENTRY = {
    "v": 1,
    "kind": "decision:access:decided",
    "at": "2026-04-02T00:00:00.000000Z",
    "out": "permit",
    "seen": 0,
    "policy": "a" * 64,
    "_sd": ["b" * 43],
    "_sd_alg": "sha-256",
}
ACT = {"v": 1, "kind": "ledger:log:opened", "at": "2026-04-01T00:00:00.000000Z", "out": "accepted"}


def formed(*bodies: bytes) -> list[tuple[Wrong, int | None]]:
    findings = Findings()
    FormCheck(findings).window(list(enumerate(bodies)))
    return [(one.wrong, one.index) for one in findings.kept]


def test_a_decision_after_its_change_is_of_the_form() -> None:
    assert formed(canonical(ACT), canonical(ENTRY), canonical(ENTRY)) == []


@pytest.mark.parametrize(
    "change",
    [
        {"v": 2},
        {"kind": "decision:access:guessed"},
        {"at": "2026-04-02 00:00:00"},
        {"out": "accepted"},
        {"policy": "A" * 64},
        {"_sd": ["b" * 42]},
        {"_sd_alg": "md5"},
        {"colour": "red"},
        {"person": 5},
        {"ref": "x" * 70_000},
    ],
)
def test_an_entry_outside_its_schema_is_named(change: dict[str, object]) -> None:
    assert formed(canonical(ACT), canonical(ENTRY | change))[0] == (Wrong.FORM, 1)


@pytest.mark.parametrize("body", [b"", b"{}", b"\xff", b"[1]", b'{"v": 1}', canonical(ENTRY).replace(b",", b", ", 1)])
def test_bytes_that_are_no_canonical_entry_are_named(body: bytes) -> None:
    assert formed(canonical(ACT), body)[0] == (Wrong.FORM, 1)


def test_a_decision_that_misses_a_change_below_it_is_named() -> None:
    later = ACT | {"at": "2026-04-01T12:00:00.000000Z"}
    assert formed(canonical(ACT), canonical(later), canonical(ENTRY)) == [(Wrong.SEEN, 2)]


def test_a_decision_that_claims_a_change_above_it_is_named() -> None:
    assert formed(canonical(ACT), canonical(ENTRY | {"seen": 1})) == [(Wrong.SEEN, 1)]


def test_a_time_that_runs_backwards_is_named() -> None:
    early = ENTRY | {"at": "2026-03-31T23:59:59.999999Z"}
    assert formed(canonical(ACT), canonical(early)) == [(Wrong.TIME_BACKWARDS, 1)]


def test_findings_are_counted_without_end_and_kept_within_bounds() -> None:
    findings = Findings()
    for index in range(10_000):
        findings.add(Wrong.ENTRY_CHANGED, index=index)
    findings.add(Wrong.SEEN, index=7)
    assert (findings.total, len(findings.kept), findings.first_index) == (10_001, 51, 0)


def test_the_first_finding_is_the_lowest_index_even_when_found_last() -> None:
    findings = Findings()
    findings.add(Wrong.SEEN, index=9)
    findings.add(Wrong.ENTRY_CHANGED, index=2)
    assert [one.index for one in findings.in_order()] == [2, 9]


def test_a_checkpoint_inside_a_batch_is_checked_there() -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from service.evidence.chain import Batch, StoredCheckpoint
    from service.ledger import Checkpoint, sign_checkpoint
    from service.tlog.notes import verifier_key

    signer = Ed25519PrivateKey.generate()
    vkey = verifier_key("o", signer.public_key().public_bytes_raw())
    leaves = [leaf_hash(bytes([at])) for at in range(7)]
    stored, whole = [], Frontier()
    for size in (0, 3, 4, 7):
        whole = Frontier()
        whole.extend(leaves[:size])
        stored.append(StoredCheckpoint(size, sign_checkpoint(Checkpoint("o", size, whole.root()), signer=signer)))
    batch = Batch(0, 7, b"".join(leaves), whole.to_bytes(), 0, "")
    findings = Findings()
    chain = ChainCheck(findings=findings, checkpoints=iter(stored), vkey=vkey, subtrees=iter(()))
    assert chain.admit(batch)
    chain.frontier(batch)
    chain.finish()
    assert (findings.kept, chain.checkpoints, chain.signed_size) == ([], 4, 7)
