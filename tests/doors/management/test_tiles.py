"""The log under /ledger/v1/, through a real server: for auditors of the whole deployment, and for nobody else."""

from datetime import UTC

import httpx2
import pytest

from service.database import read, transaction
from service.identity.accounts import grant_role
from service.ledger import checkpoint_head, leaf_hash, log_size, verify_note
from service.statute.periods import legal_day
from service.tlog.proofs import AddCheckpoint, TlogProof, tree_root
from service.tlog.tiles import Tile, TileHashes, read_bundle
from service.tlog.tree import verify_consistency
from tests.builders.members import Town
from tests.doors.management.conftest import Desk

P = "/ledger/v1"


def sign(town: Town) -> None:
    with transaction(town.engine) as session:
        checkpoint_head(session, log=town.log)


def tile(client: httpx2.Client, path: str) -> bytes:
    answer = client.get(f"{P}/{path}")
    assert answer.status_code == 200, (path, answer.text)
    return answer.content


def test_an_auditor_reads_the_whole_log_and_verifies_it_from_what_is_served_alone(desk: Desk) -> None:
    eye = desk.sign_in("eye")
    sign(desk.town)
    answer = eye.get(f"{P}/checkpoint")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/plain; charset=utf-8")
    assert "no-store" in answer.headers["cache-control"]
    checkpoint = verify_note(answer.text, vkey=desk.town.log.vkey)
    hashes = TileHashes(checkpoint.size, lambda one: tile(eye, one.path()))
    assert tree_root(hashes, checkpoint.size) == checkpoint.root
    width = checkpoint.size % 256
    bundle = eye.get(f"{P}/{Tile(-1, 0, width).path()}")
    assert (bundle.headers["content-type"], bundle.headers["cache-control"]) == (
        "application/octet-stream",
        "private, max-age=31536000, immutable",
    )
    assert "content-encoding" not in bundle.headers
    assert b"".join(map(leaf_hash, read_bundle(bundle.content))) == tile(eye, Tile(0, 0, width).path())
    proof = TlogProof.parse(eye.get(f"{P}/proof", params={"index": 3}).text)
    assert proof.proves(leaf_hash(read_bundle(bundle.content)[3]), checkpoint=verify_note(proof.note, vkey=desk.town.log.vkey))


def test_a_consistency_proof_leads_from_one_checkpoint_to_a_later_one(desk: Desk) -> None:
    sign(desk.town)
    eye = desk.sign_in("eye")
    old = verify_note(eye.get(f"{P}/checkpoint").text, vkey=desk.town.log.vkey)
    desk.town.admit("later")
    sign(desk.town)
    asked = AddCheckpoint.parse(eye.get(f"{P}/consistency", params={"old": old.size}).text)
    new = verify_note(asked.note, vkey=desk.town.log.vkey)
    assert new.size > old.size
    assert verify_consistency(old=old.size, old_root=old.root, size=new.size, root=new.root, path=asked.path)
    again = eye.get(f"{P}/proof", params={"index": 0, "size": old.size})
    assert verify_note(TlogProof.parse(again.text).note, vkey=desk.town.log.vkey) == old


def test_what_is_behind_the_published_checkpoint_or_is_no_tile_is_not_there(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    eye = desk.sign_in("eye")
    sign(desk.town)
    size = verify_note(eye.get(f"{P}/checkpoint").text, vkey=desk.town.log.vkey).size
    monkeypatch.setattr("service.app.checkpoint_head", lambda *_, **__: None)
    desk.town.admit("later")
    with read(desk.town.engine) as session:
        assert log_size(session) > size
    paths = [
        Tile(0, 0, size + 1).path(),
        Tile(-1, 0, size + 1).path(),
        "tile/0/000",
        "tile/1/000.p/1",
        "tile/0/1",
        "tile/x/000",
        "tile/entries",
    ]
    paths += [
        f"proof?index={size}",
        f"proof?index=0&size={size + 1}",
        "proof?index=0&size=1",
        f"consistency?old={size + 1}",
        "tile/0/000.p/0",
    ]
    answers = {eye.get(f"{P}/{path}").content for path in paths} | {eye.get(f"{P}/nothing").content}
    assert [eye.get(f"{P}/{path}").status_code for path in paths] == [404] * len(paths)
    assert len(answers) == 1


@pytest.mark.parametrize("query", ["", "index=x", "index=-1", "index=01", "index=1&index=2", "index=" + "9" * 30, "index=1&size="])
def test_a_proof_is_asked_for_by_one_plain_number(desk: Desk, query: str) -> None:
    eye = desk.sign_in("eye")
    sign(desk.town)
    assert eye.get(f"{P}/proof?{query}").status_code == 400


def test_to_everybody_else_there_is_no_log(desk: Desk) -> None:
    sign(desk.town)
    paths = ["checkpoint", "tile/0/000.p/1", "tile/entries/000.p/1", "proof?index=0", "proof?index=x", "consistency?old=1", "consistency"]
    for name in ("clerk", "manager", "nobody"):
        client = desk.sign_in(name)
        assert {client.get(f"{P}/{path}").content for path in paths} == {client.get(f"{P}/nothing").content}
    with httpx2.Client(base_url=desk.address) as stranger:
        assert {stranger.get(f"{P}/{path}").status_code for path in paths} == {401}


def test_an_auditor_of_one_unit_reads_no_log_of_all(desk: Desk) -> None:
    sign(desk.town)
    town, actor, at = desk.town, desk.town.member("admin").actor, desk.town.now()
    town.admit("part")
    town.equip("part")
    with transaction(town.engine) as session:
        grant_role(
            session,
            log=town.log,
            actor=actor,
            at=at,
            role="auditor",
            organization_id=town.organization,
            from_on=legal_day(at.astimezone(UTC)),
            person_id=town.people["part"],
            informations=["i_1"],
        )
    assert desk.sign_in("part").get(f"{P}/checkpoint").status_code == 404


def test_nothing_but_reading_is_done_there(desk: Desk) -> None:
    eye = desk.sign_in("eye")
    sign(desk.town)
    assert eye.post(f"{P}/checkpoint", json={}).status_code == 405
    assert eye.head(f"{P}/checkpoint").status_code == 200
