"""A log is verified across changes of its keys and its end, from the first key that is trusted on, exact at each boundary."""

from datetime import timedelta

import pytest

from service.actor import SYSTEM
from service.database import read, transaction
from service.evidence import rows
from service.evidence.findings import Findings, Wrong
from service.evidence.keys import Trusted
from service.evidence.report import Counts
from service.evidence.sequence import follow
from service.ledger import Lost, add_signing_key, checkpoint_of, close_log, open_successor, prepare_signing_key, retire_signing_key
from tests.evidence.site import BEGIN, Site

LATER = BEGIN + timedelta(days=10)


def checked(site: Site, trusted: Trusted) -> tuple[list[tuple[Wrong, int | None]], Counts]:
    findings, counts = Findings(), Counts()
    with rows.snapshot(site.url) as connection:
        counts.entries = rows.log_size(connection)
        follow(connection, trusted, findings, counts, lambda *_: None)
    return [(one.wrong, one.index) for one in findings.in_order()], counts


def prepare(site: Site, origin: str | None = None) -> str:
    with read(site.engine) as session:
        return prepare_signing_key(session, log=site.log, origin=origin)


def rotate(site: Site) -> tuple[str, int]:
    """Change the key, a checkpoint at each boundary, and return the new key and the index at which it was added."""
    new, told = prepare(site), {"log": site.log, "actor": SYSTEM, "at": LATER}
    with transaction(site.engine) as session:
        added = add_signing_key(session, vkey=new, **told)
    site.sign()
    with transaction(site.engine) as session:
        retire_signing_key(session, vkey=site.log.vkey, **told)
    site.sign()
    return new, added


def succeed(site: Site, *, lost: Lost | None = None) -> str:
    told = {"log": site.log, "actor": SYSTEM, "at": LATER}
    successor = prepare(site, "example.jp/next")
    before = site.sign()
    with transaction(site.engine) as session:
        close_log(session, successor=successor, **told)
        if lost is not None:
            open_successor(session, checkpoint=before, lost=lost, **told)
    site.sign()
    if lost is None:
        with transaction(site.engine) as session:
            open_successor(session, **told)
        site.sign()
    return successor


def test_the_first_key_verifies_what_is_signed_before_during_and_after_a_change_of_keys(site: Site) -> None:
    rotate(site)
    found, counts = checked(site, site.log.vkey)
    assert (found, counts.checkpoints, counts.signed_size, counts.before_trust) == ([], 4, counts.entries, 0)


def test_a_later_key_alone_verifies_from_itself_on_and_says_how_much_was_before(site: Site) -> None:
    new, _added = rotate(site)
    found, counts = checked(site, new)
    assert (found, counts.checkpoints, counts.before_trust, counts.signed_size) == ([], 4, 2, counts.entries)


def test_a_key_that_is_nobody_s_verifies_nothing(site: Site) -> None:
    rotate(site)
    other = prepare(site)
    assert [wrong for wrong, _index in checked(site, other)[0]] == [Wrong.LOG_KEY_DIFFERS, *[Wrong.CHECKPOINT_UNSIGNED] * 4]


@pytest.mark.parametrize("line", [-1, -2])
def test_a_checkpoint_in_the_overlap_that_lacks_either_signature_is_named(site: Site, line: int) -> None:
    _new, added = rotate(site)
    with read(site.engine) as session:
        lines = (checkpoint_of(session, size=added + 1) or "").splitlines(keepends=True)
    del lines[line]
    site.attack(("update ledger.checkpoints set note = %s where size = %s", ("".join(lines), added + 1)))
    assert (Wrong.CHECKPOINT_UNSIGNED, None) in checked(site, site.log.vkey)[0]


def test_a_retired_key_signs_nothing_behind_its_end(site: Site) -> None:
    rotate(site)
    size = site.note("behind", at=LATER) + 1
    from service.ledger import Checkpoint, read_head, sign_checkpoint

    with transaction(site.engine) as session:
        root = read_head(session).frontier.root()
    note = sign_checkpoint(Checkpoint(site.log.origin, size, root), signer=site.log.signers.of(site.log.vkey))
    site.attack(("insert into ledger.checkpoints (size, note) values (%s, %s)", (size, note)))
    assert checked(site, site.log.vkey)[0] == [(Wrong.CHECKPOINT_UNSIGNED, None)]


def test_the_first_key_verifies_a_closed_log_and_its_successor(site: Site) -> None:
    successor = succeed(site)
    site.note("in the new one", at=LATER)
    site.sign()
    found, counts = checked(site, site.log.vkey)
    assert (found, counts.signed_size) == ([], counts.entries)
    assert checked(site, successor)[0] == []


def test_behind_a_declared_loss_the_successor_s_own_key_is_asked_for(site: Site) -> None:
    successor = succeed(site, lost=Lost(12, 20))
    assert {wrong for wrong, _index in checked(site, site.log.vkey)[0]} == {Wrong.CHECKPOINT_UNSIGNED}
    assert checked(site, (site.log.vkey, successor))[0] == []


def test_entries_that_were_forced_behind_a_closed_log_are_named(site: Site) -> None:
    with transaction(site.engine) as session:
        closed = close_log(session, log=site.log, actor=SYSTEM, at=LATER, successor=prepare(site, "example.jp/next"))
    site.sign()
    site.attack(("delete from ledger.closings", ()))
    site.note("behind", at=LATER)
    site.sign()
    assert (Wrong.LOG_KEY_DIFFERS, closed + 1) in checked(site, site.log.vkey)[0]


def test_a_key_named_by_an_entry_that_no_one_vouched_for_is_not_believed(site: Site) -> None:
    """Somebody who writes entries adds a key of their own and retires the real one in one go."""
    forged = prepare(site)
    told = {"log": site.log, "actor": SYSTEM, "at": LATER}
    with transaction(site.engine) as session:
        add_signing_key(session, vkey=forged, **told)
    with transaction(site.engine) as session, pytest.MonkeyPatch.context() as patched:
        patched.setattr("service.ledger.key_rotation.is_vouched_for", lambda *_, **__: True)
        retired = retire_signing_key(session, vkey=site.log.vkey, **told)
    site.sign()
    assert {(Wrong.LOG_KEY_DIFFERS, retired), (Wrong.CHECKPOINT_UNSIGNED, None)} == set(checked(site, site.log.vkey)[0])
