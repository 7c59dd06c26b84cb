"""What a verifier has seen of a log must stay true: rollbacks, restored backups and forks are refused, and forks kept as evidence."""

import json
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from service.evidence.package.faults import Fault
from service.evidence.package.remembered import Remembered, StateError
from service.evidence.package.verifying import Asked, Report, verify_package
from service.tlog.notes import verify_note
from tests.builders.evidence_packages import FOREIGN, KEY, ORIGIN, SECOND_KEY, Log, key_of, make, small_log, vkey_of

W1, W2 = ("w1.example.jp/w", key_of("w1")), ("w2.example.jp/w", key_of("w2"))


def verified(root: Path, state: Path, *, trusted: tuple[str, ...] = (vkey_of(KEY),)) -> Report:
    return verify_package(root, Asked(trusted, Remembered.read(state), state.parent / "evidence"))


def codes(report: Report) -> set[Fault]:
    return set(report.faults.counts)


def cut(log: Log, size: int) -> Log:
    """Return the same log as it was at an earlier size, as a backup of that day holds it."""
    bodies = log.bodies[:size]
    changes = [index for index, body in enumerate(bodies) if b'"seen":' not in body]
    texts = {digest: made for digest, made in log.texts.items() if made[0] < size}
    held = {key: digest for key, digest in log._made.items() if digest in texts}
    return replace(log, random=Random(99), bodies=bodies, texts=texts, erased={}, last_change=changes[-1], _made=held)


def test_a_log_that_goes_on_is_followed_and_remembered(tmp_path: Path) -> None:
    log, state = small_log(60), tmp_path / "state" / "verified.json"
    assert verified(make(tmp_path / "1", log).root, state).continued == "first"
    first = log.size
    for _ in range(20):
        log.decide()
    log.append(kind="ledger:export:requested", out="accepted", actor="m_auditor")
    assert verified(make(tmp_path / "2", log, start=40).root, state).continued == "continues", "by the leaves alone"
    second = log.size
    for _ in range(700):
        log.act()
    log.append(kind="ledger:export:requested", out="accepted", actor="m_auditor")
    late = verified(make(tmp_path / "3", log, start=600).root, state)
    assert codes(late) == {Fault.NOT_CONTINUED}, "the leaves do not reach back"
    assert verified(make(tmp_path / "4", log, start=600, since=second).root, state).continued == "continues"
    assert verified(tmp_path / "1", state).continued == "seen", "what was accepted may be verified again"
    held = json.loads(state.read_text())["logs"][ORIGIN]
    assert verify_note(held["note"], vkey=vkey_of(KEY)).size == log.size > second > first


def test_a_tail_cut_off_with_an_older_valid_checkpoint_is_a_rollback(tmp_path: Path) -> None:
    log, state = small_log(60), tmp_path / "verified.json"
    older = cut(log, 50)
    assert verified(make(tmp_path / "1", log).root, state).intact
    report = verified(make(tmp_path / "2", older).root, state)
    assert codes(report) == {Fault.ROLLED_BACK}
    (fault,) = report.faults.kept
    assert (fault.index, fault.until) == (older.size, log.size)
    assert verify_package(tmp_path / "2", Asked([vkey_of(KEY)])).intact, "by itself nothing is wrong with it"


@pytest.mark.parametrize("more", [0, 30], ids=["of the same size", "grown beyond"])
def test_a_restored_backup_that_goes_on_is_a_fork_and_both_notes_are_kept(tmp_path: Path, more: int) -> None:
    log, state = small_log(60), tmp_path / "verified.json"
    assert verified(make(tmp_path / "1", log).root, state).intact
    other = cut(log, 40)
    while other.size < log.size - 1 + more:
        other.decide()
    report = verified(make(tmp_path / "2", other).root, state)
    assert codes(report) == {Fault.FORKED}
    (kept,) = (tmp_path / "evidence").iterdir()
    first, _, second = kept.read_text().partition("\n---\n\n")
    before, now = (verify_note(note, vkey=vkey_of(KEY)) for note in (first, second))
    assert (before.size, before.root != now.root) == (log.size, True)
    assert Remembered.read(state).last(ORIGIN) == (before, first), "the fork is not remembered"


def test_a_fork_is_seen_through_the_proof_of_consistency_too(tmp_path: Path) -> None:
    log, state = small_log(60), tmp_path / "verified.json"
    assert verified(make(tmp_path / "1", log).root, state).intact
    other, since = cut(log, 40), log.size
    while other.size < 700:
        other.act()
    assert codes(verified(make(tmp_path / "2", other, start=600, since=since).root, state)) == {Fault.FORKED}


def test_nothing_is_remembered_of_a_package_with_a_fault(tmp_path: Path) -> None:
    made = make(tmp_path / "1", small_log(40))
    made.put("view/records.csv", b"edited")
    assert not verified(made.root, tmp_path / "verified.json").intact
    assert not (tmp_path / "verified.json").exists()


def test_a_state_that_cannot_be_read_is_not_taken_for_none(tmp_path: Path) -> None:
    for held in ("", "[]", '{"v":1,"logs":{"a":{}}}', '{"v":2,"logs":{}}', "[" * 100_000):
        (tmp_path / "verified.json").write_text(held)
        with pytest.raises(StateError):
            Remembered.read(tmp_path / "verified.json")


def test_packages_verify_across_a_change_of_keys_both_ways(tmp_path: Path) -> None:
    log, state = small_log(40), tmp_path / "verified.json"
    both = (KEY, SECOND_KEY)
    old = make(tmp_path / "old", log)
    log.append(kind="ledger:export:requested", out="accepted", actor="m_auditor")
    overlap = make(tmp_path / "overlap", log, keys=both, named=both)
    log.append(kind="ledger:export:requested", out="accepted", actor="m_auditor")
    new = make(tmp_path / "new", log, keys=(SECOND_KEY,), named=both)
    for made in (old, overlap, new):
        assert verified(made.root, state, trusted=()).intact, "whom the first keys trusted is trusted"
    assert verify_package(old.root, Asked([vkey_of(KEY), vkey_of(SECOND_KEY)])).intact
    assert verify_package(new.root, Asked([vkey_of(KEY), vkey_of(SECOND_KEY)])).intact
    late = verify_package(new.root, Asked([vkey_of(KEY)]))
    assert codes(late) == {Fault.MANIFEST_UNSIGNED}, "nothing that the first key signed speaks for the second here"


def test_a_key_that_came_with_the_package_is_not_a_confirmed_one(tmp_path: Path) -> None:
    made, state = make(tmp_path / "1", small_log(40)), tmp_path / "verified.json"
    assert not verified(made.root, state, trusted=()).signed.confirmed
    assert not verified(made.root, state, trusted=()).signed.confirmed
    assert verified(made.root, state).signed.confirmed
    assert verified(made.root, state, trusted=()).signed.confirmed
    forged = make(tmp_path / "2", small_log(40), keys=(FOREIGN,), named=(FOREIGN,))
    assert Fault.MANIFEST_UNSIGNED in codes(verified(forged.root, state, trusted=()))


def test_a_key_that_came_with_a_forged_package_is_not_trusted_once_another_key_is_confirmed(tmp_path: Path) -> None:
    state = tmp_path / "verified.json"
    forged = make(tmp_path / "forged", small_log(40), keys=(FOREIGN,), named=(FOREIGN,))
    assert not verified(forged.root, state, trusted=()).signed.confirmed, "nothing is wrong with it but its key, which is printed"
    real = make(tmp_path / "real", small_log(40))
    assert verified(real.root, state).signed.confirmed
    assert verified(real.root, state, trusted=()).intact
    assert Fault.MANIFEST_UNSIGNED in codes(verified(forged.root, state, trusted=()))


def test_what_an_unconfirmed_package_named_beside_a_key_is_not_trusted_with_it(tmp_path: Path) -> None:
    log, state = small_log(40), tmp_path / "verified.json"
    assert verified(make(tmp_path / "1", log, keys=(FOREIGN,), named=(KEY, FOREIGN)).root, state, trusted=()).intact
    log.append(kind="ledger:export:requested", out="accepted", actor="m_auditor")
    later = make(tmp_path / "2", log, keys=(FOREIGN,), named=(KEY, FOREIGN))
    assert Fault.MANIFEST_UNSIGNED in codes(verified(later.root, state))


def test_too_few_witnesses_are_told_and_may_not_be_hidden(tmp_path: Path) -> None:
    log, trusted = small_log(40), Asked([vkey_of(KEY)])
    make(tmp_path / "met", log, witnesses=(W1, W2), quorum=2, cosigned=2)
    make(tmp_path / "hidden", log, witnesses=(W1, W2), quorum=2, cosigned=1)
    make(tmp_path / "told", log, witnesses=(W1, W2), quorum=2, cosigned=1, unwitnessed=True)
    met, hidden, told = (verify_package(tmp_path / name, trusted) for name in ("met", "hidden", "told"))
    assert met.intact
    assert codes(hidden) == {Fault.QUORUM_HIDDEN}
    assert told.intact
    assert told.signed.judged is not None
    assert not told.signed.judged.is_met
