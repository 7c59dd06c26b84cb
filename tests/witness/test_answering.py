"""What a witness cosigns and what it refuses, by attack (C2SP tlog-witness)."""

import base64
import errno
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from service.tlog.cosignatures import cosignatures, cosignatures_in
from service.tlog.loss import read_loss
from service.tlog.notes import NoteError, verify_note
from service.witness import durable, evidence
from service.witness.acts import attest, recover
from service.witness.answering import add_checkpoint
from service.witness.evidence import kept_evidence
from service.witness.keeping import KEYS, STATE, KnownLog, Witness, WitnessError
from tests.builders.witnessed import AT, ORIGIN, WatchedLog


@pytest.fixture
def log() -> WatchedLog:
    return WatchedLog().grow(5)


@pytest.fixture
def witness(tmp_path: Path, log: WatchedLog) -> Witness:
    made = Witness.begin(tmp_path / "w", name="witness.example/auditor")
    made.add_log(log.vkey)
    return made


def known(witness: Witness) -> KnownLog:
    found = witness.log(ORIGIN)
    assert found is not None
    return found


def size_kept(witness: Witness) -> int:
    newest = known(witness).newest()
    return newest.checkpoint.size if newest else 0


def test_a_log_that_only_grows_is_cosigned_each_time(witness: Witness, log: WatchedLog) -> None:
    for old, more in ((0, 0), (5, 1), (6, 70), (76, 0)):
        log.grow(more)
        answer = add_checkpoint(witness, log.request(old), at=AT + old)
        assert answer.status == 200
        (made,) = cosignatures(log.note() + answer.body, cosigners=[witness.cosigner])
        assert made.at == AT + old
        assert size_kept(witness) == len(log.leaves)
    newest = known(witness).newest()
    assert newest is not None
    assert verify_note(newest.note, vkey=log.vkey) == newest.checkpoint


def test_an_empty_log_may_be_cosigned_before_its_first_entry(witness: Witness) -> None:
    empty = WatchedLog()
    assert add_checkpoint(witness, empty.request(0), at=AT).status == 200
    assert add_checkpoint(witness, empty.grow(3).request(0), at=AT).status == 200


def test_the_size_that_was_cosigned_is_told_to_who_does_not_know_it(witness: Witness, log: WatchedLog) -> None:
    add_checkpoint(witness, log.request(0), at=AT)
    log.grow(4)
    for old in (0, 3, 9):
        answer = add_checkpoint(witness, log.request(old), at=AT)
        assert (answer.status, answer.body, answer.kind) == (409, "5\n", "text/x.tlog.size")
    assert add_checkpoint(witness, log.request(5), at=AT).status == 200


def test_a_rollback_is_refused(witness: Witness, log: WatchedLog) -> None:
    """A database that was restored from a backup, with the log's own key."""
    add_checkpoint(witness, log.grow(4).request(0), at=AT)
    restored = log.shortened(6)
    assert add_checkpoint(witness, restored.request(0), at=AT).status == 409
    assert add_checkpoint(witness, restored.request(6), at=AT).body == "9\n"
    assert "fewer than were cosigned" in add_checkpoint(witness, restored.request(6), at=AT).told
    assert add_checkpoint(witness, restored.request(9), at=AT).status == 400
    assert size_kept(witness) == 9


def test_a_restored_log_that_grew_past_what_was_cosigned_is_refused_and_kept_as_evidence(witness: Witness, log: WatchedLog) -> None:
    add_checkpoint(witness, log.grow(4).request(0), at=AT)
    grown = log.shortened(6).grow(8, "after the restore")
    answer = add_checkpoint(witness, grown.request(9), at=AT)
    assert answer.status == 422
    assert answer.alarm
    (folder,) = kept_evidence(known(witness))
    assert verify_note((folder / "submitted.note").read_text(), vkey=log.vkey).size == 14
    assert size_kept(witness) == 9


def test_a_fork_is_refused_and_both_notes_are_proof_to_anybody(witness: Witness, log: WatchedLog) -> None:
    add_checkpoint(witness, log.request(0), at=AT)
    fork = log.rewritten(2)
    told = [add_checkpoint(witness, fork.request(old), at=AT) for old in (5, 5, 0)]
    assert [(one.status, one.body) for one in told[1:]] == [(422, "another root was cosigned for this size\n"), (409, "5\n")]
    assert all(one.alarm and "二つに分かれて" in one.told and "prove it to anybody" in one.told for one in told)
    (folder,) = kept_evidence(known(witness))
    one, other = ((folder / name).read_text() for name in ("cosigned.note", "submitted.note"))
    first, second = verify_note(one, vkey=log.vkey), verify_note(other, vkey=log.vkey)
    assert first.size == second.size
    assert first.root != second.root
    assert cosignatures(one, cosigners=[witness.cosigner])
    assert add_checkpoint(witness, log.grow(1).request(5), at=AT).status == 200, "the true history goes on"


def test_an_old_request_that_is_sent_again_changes_nothing(witness: Witness, log: WatchedLog) -> None:
    first = log.request(0)
    second = log.grow(3).request(5)
    third = log.grow(3).request(8)
    for body in (first, second, third):
        assert add_checkpoint(witness, body, at=AT).status == 200
    for body in (first, second):
        assert add_checkpoint(witness, body, at=AT).status == 409
    old_proof_with_the_right_size = second.replace(b"old 5", b"old 11")
    assert add_checkpoint(witness, old_proof_with_the_right_size, at=AT).status == 400
    assert size_kept(witness) == 11


@pytest.mark.parametrize("spoil", ["drop", "add", "swap", "bit", "empty"])
def test_a_proof_that_does_not_hold_is_refused(witness: Witness, log: WatchedLog, spoil: str) -> None:
    add_checkpoint(witness, log.request(0), at=AT)
    head, gap, note = log.grow(20).request(5).decode().partition("\n\n")
    old, *path = head.split("\n")
    changed = base64.b64encode(bytes(32)).decode()
    path = {
        "drop": path[:-1],
        "add": [*path, changed],
        "swap": [path[1], path[0], *path[2:]],
        "bit": [*path[:-1], changed],
        "empty": [],
    }[spoil]
    assert add_checkpoint(witness, ("\n".join([old, *path]) + gap + note).encode(), at=AT).status == 422
    assert size_kept(witness) == 5


def test_a_first_checkpoint_has_no_proof(witness: Witness, log: WatchedLog) -> None:
    body = log.request(0).replace(b"old 0\n", b"old 0\n" + base64.b64encode(bytes(32)) + b"\n")
    assert add_checkpoint(witness, body, at=AT).status == 422


def test_who_is_not_known_and_what_is_not_signed_is_refused(witness: Witness, log: WatchedLog) -> None:
    assert add_checkpoint(witness, WatchedLog("other.example/log").grow(1).request(0), at=AT).status == 404
    stranger = WatchedLog(ORIGIN, Ed25519PrivateKey.generate()).grow(5)
    assert add_checkpoint(witness, stranger.request(0), at=AT).status == 403
    forged = log.request(0).replace(b"\n5\n", b"\n6\n")
    assert add_checkpoint(witness, forged, at=AT).status == 403
    raw = log.request(0).decode()
    signature = raw.rpartition(" ")[2].strip()
    broken = base64.b64encode(base64.b64decode(signature)[:-1] + b"x").decode()
    assert add_checkpoint(witness, raw.replace(signature, broken).encode(), at=AT).status == 403
    assert size_kept(witness) == 0


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _body: b"",
        lambda body: b"\xff" + body,
        lambda body: body.replace(b"old 0", b"old 00"),
        lambda body: body.replace(b"old 0", b"old -1"),
        lambda body: body.replace(b"old 0", b"OLD 0"),
        lambda body: body.replace(b"old 0", b"old 0" + b"\n" + base64.b64encode(bytes(31))),
        lambda body: body.replace(b"old 0", b"old 0" + (b"\n" + base64.b64encode(bytes(32))) * 64),
        lambda body: body.replace(b"old 0\n\n", b"old 0\n"),
        lambda body: body.split(b"\n\n")[0] + b"\n\n",
    ],
)
def test_what_is_no_request_is_told_so(witness: Witness, log: WatchedLog, spoil: object) -> None:
    answer = add_checkpoint(witness, spoil(log.request(0)), at=AT)  # type: ignore[operator]
    assert answer.status in {400, 403}
    assert size_kept(witness) == 0


def test_a_new_key_of_a_log_counts_from_when_it_was_added(witness: Witness, log: WatchedLog) -> None:
    add_checkpoint(witness, log.request(0), at=AT)
    follower = WatchedLog(ORIGIN, Ed25519PrivateKey.generate(), list(log.leaves)).grow(1)
    assert add_checkpoint(witness, follower.request(5), at=AT).status == 403
    witness.add_log(follower.vkey)
    witness.add_log(follower.vkey)
    assert len(known(witness).vkeys) == 2
    assert add_checkpoint(witness, follower.request(5), at=AT).status == 200


def test_many_at_once_are_cosigned_one_after_the_other(witness: Witness, log: WatchedLog) -> None:
    """Of all that ask from one size exactly one wins; nothing ever goes back."""
    add_checkpoint(witness, log.request(0), at=AT)
    log.grow(12)
    bodies = [log.request(5, size) for size in range(6, 18)]
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda body: add_checkpoint(witness, body, at=AT), bodies))
    won = [place for place, one in enumerate(answers) if one.status == 200]
    assert len(won) == 1
    assert {one.status for one in answers} == {200, 409}
    assert size_kept(witness) == 6 + won[0]


@pytest.mark.parametrize("left", [0, 1, 40, -1])
def test_what_is_kept_and_was_cut_off_is_not_taken_for_nothing(witness: Witness, log: WatchedLog, left: int) -> None:
    add_checkpoint(witness, log.request(0), at=AT)
    state = known(witness).folder / STATE
    whole = state.read_bytes()
    for damage in (lambda: state.write_bytes(whole[:left]), state.unlink):
        damage()
        answer = add_checkpoint(witness, log.request(0), at=AT)
        assert answer.status == 500
        assert "witness recover" in answer.told
        assert ORIGIN not in answer.body
    recover(witness, whole.decode())
    assert add_checkpoint(witness, log.grow(1).request(5), at=AT).status == 200


def test_what_is_kept_is_believed_only_with_the_witness_s_own_cosignature(witness: Witness, log: WatchedLog, tmp_path: Path) -> None:
    add_checkpoint(witness, log.grow(4).request(0), at=AT)
    other = Witness.begin(tmp_path / "other", name="witness.example/other")
    other.add_log(log.vkey)
    add_checkpoint(other, log.shortened(6).request(0), at=AT)
    foreign = (other.log(ORIGIN).folder / STATE).read_text()  # type: ignore[union-attr]  # it was added
    (known(witness).folder / STATE).write_text(foreign)
    assert add_checkpoint(witness, log.shortened(7).request(6), at=AT).status == 500


def test_a_restored_state_is_brought_forward_by_the_newest_cosignature_and_never_back(witness: Witness, log: WatchedLog) -> None:
    add_checkpoint(witness, log.request(0), at=AT)
    backup = (known(witness).folder / STATE).read_text()
    add_checkpoint(witness, log.grow(6).request(5), at=AT)
    newest = (known(witness).folder / STATE).read_text()
    (known(witness).folder / STATE).write_text(backup)  # the PC was restored
    recover(witness, newest)
    assert size_kept(witness) == 11
    fork = log.rewritten(7).request(5)
    assert add_checkpoint(witness, fork, at=AT).status == 409
    for older in (backup, newest):
        with pytest.raises(WitnessError):
            recover(witness, older)
    with pytest.raises(NoteError):
        recover(witness, log.grow(1).note())  # nobody cosigned it


def test_two_cosigned_roots_of_one_size_are_noticed_when_one_is_brought(witness: Witness, log: WatchedLog, tmp_path: Path) -> None:
    twin = Witness.begin(tmp_path / "twin", name="witness.example/auditor")
    (twin.folder / "witness.key").write_bytes((witness.folder / "witness.key").read_bytes())
    twin = Witness.open(twin.folder)
    twin.add_log(log.vkey)
    add_checkpoint(witness, log.request(0), at=AT)
    add_checkpoint(twin, log.rewritten(1).request(0), at=AT)
    with pytest.raises(WitnessError, match="two roots"):
        recover(witness, (twin.log(ORIGIN).folder / STATE).read_text())  # type: ignore[union-attr]


def test_a_full_disk_cosigns_nothing_and_loses_nothing(witness: Witness, log: WatchedLog, monkeypatch: pytest.MonkeyPatch) -> None:
    add_checkpoint(witness, log.request(0), at=AT)
    before = (known(witness).folder / STATE).read_bytes()

    def full(_number: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    log.grow(2)
    with monkeypatch.context() as patch:
        patch.setattr(durable.os, "fsync", full)
        answer = add_checkpoint(witness, log.request(5), at=AT)
        assert answer.status == 500
        assert "No space left" in answer.told
        fork = add_checkpoint(witness, log.shortened(5).rewritten(1).request(5), at=AT)
        assert fork.status == 422, "what contradicts is refused all the same"
        assert "NOT KEPT" in fork.told
    assert (known(witness).folder / STATE).read_bytes() == before
    assert sorted(path.name for path in known(witness).folder.iterdir()) == ["evidence", KEYS, "lock", STATE]
    assert add_checkpoint(witness, log.request(5), at=AT).status == 200


def test_nothing_is_answered_before_it_is_on_disk(witness: Witness, log: WatchedLog, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    true = os.fsync
    monkeypatch.setattr(durable.os, "fsync", lambda number: (synced.append(number), true(number)))
    assert add_checkpoint(witness, log.request(0), at=AT).status == 200
    assert len(synced) == 2, "the file and its folder"


def test_refusals_do_not_fill_the_disk_and_a_fork_is_kept_even_then(
    witness: Witness, log: WatchedLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    most = 4
    monkeypatch.setattr(evidence, "MOST", most)
    add_checkpoint(witness, log.request(0), at=AT)
    for number in range(most + 3):
        assert add_checkpoint(witness, log.rewritten(0, f"{number}").grow(1).request(5), at=AT).status == 422
    assert len(kept_evidence(known(witness))) == most
    add_checkpoint(witness, log.rewritten(0).request(5), at=AT)
    assert len(kept_evidence(known(witness))) == most + 1


def test_strangers_signatures_are_not_kept(witness: Witness, log: WatchedLog) -> None:
    line = "\u2014 stranger " + base64.b64encode(bytes(90)).decode() + "\n"
    assert add_checkpoint(witness, log.request(0) + line.encode(), at=AT).status == 200
    assert "stranger" not in (known(witness).folder / STATE).read_text()


def test_an_attested_loss_ends_the_log_for_good(witness: Witness, log: WatchedLog) -> None:
    with pytest.raises(WitnessError, match="nothing"):
        attest(witness, ORIGIN, at=AT)
    add_checkpoint(witness, log.request(0), at=AT)
    statement = attest(witness, ORIGIN, at=AT + 5)
    read = read_loss(statement, cosigner=witness.cosigner, vkeys=(log.vkey,))
    assert (read.checkpoint.size, read.at, read.witness) == (5, AT + 5, "witness.example/auditor")
    assert add_checkpoint(witness, log.grow(1).request(5), at=AT).status == 403
    assert attest(witness, ORIGIN, at=AT + 9).startswith("sekisho-loss/v1\n")
    other = Witness.begin(witness.folder.parent / "other", name="witness.example/other")
    for spoilt in (statement.replace("\n5\n", "\n4\n"), statement.replace(f"time {AT + 5}", f"time {AT}"), log.note()):
        with pytest.raises(NoteError):
            read_loss(spoilt, cosigner=witness.cosigner, vkeys=(log.vkey,))
    with pytest.raises(NoteError):
        read_loss(statement, cosigner=other.cosigner, vkeys=(log.vkey,))
    with pytest.raises(NoteError):
        read_loss(statement, cosigner=witness.cosigner, vkeys=(WatchedLog(signer=Ed25519PrivateKey.generate()).vkey,))
    with pytest.raises(NoteError):
        cosignatures_in(statement.rpartition("\n\n")[2], text=log.note(5).rpartition("\n\n")[0] + "\n", cosigners=[]) or verify_note(
            statement, vkey=log.vkey
        )


def test_a_witness_never_takes_another_key_under_its_name(witness: Witness) -> None:
    with pytest.raises(WitnessError, match="already"):
        Witness.begin(witness.folder, name="witness.example/auditor")
    (witness.folder / "witness.key").chmod(0o644)
    with pytest.raises(WitnessError, match="others can read"):
        Witness.open(witness.folder)
    with pytest.raises(NoteError):
        Witness.begin(witness.folder.parent / "x", name="two words")
