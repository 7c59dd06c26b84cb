"""Formats that others read too: RFC 8785, RFC 6962, C2SP notes, and disclosures that open in one place alone."""

import base64
from hashlib import sha256
from pathlib import Path

import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from service.ledger import (
    Checkpoint,
    DisclosureError,
    Frontier,
    Keyring,
    NotCanonicalError,
    NoteError,
    canonical,
    create_keys,
    disclose,
    leaf_hash,
    open_disclosure,
    sign_checkpoint,
    verify_consistency,
    verify_inclusion,
    verify_note,
)
from service.ledger.canonical import parse
from service.ledger.entries import EntryError, read
from service.ledger.masters import FolderMasterKeys
from service.ledger.subject_secrets import SubjectSecrets
from service.tlog.notes import key_id, verifier_key
from service.tlog.tree import Grown, root_of
from tests.builders.proven import consistency_proof, inclusion_proof

TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=20)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXT,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(alphabet=st.characters(max_codepoint=0xD7FF), max_size=8), inner, max_size=4)
    ),
    max_leaves=20,
)
SPECIMEN_V1 = (
    b'{"_sd":["47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"],"_sd_alg":"sha-256","action":"read","actor":"app","at":"2026-11-24T03:00:00.123456Z",'
    b'"for":"o_1","kind":"decision:access:decided","object":"i_1","out":"deny","person":"p_1","policy":"'
    + b"0" * 64
    + b'","ref":"23456789","req":"r-1","seen":41,"v":1}'
)


def mth(leaves: list[bytes]) -> bytes:
    """RFC 6962, 2.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1 << ((len(leaves) - 1).bit_length() - 1)
    return sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()


@given(VALUES)
def test_canonical_bytes_are_those_of_rfc_8785(value: object) -> None:
    assert canonical(value) == rfc8785.dumps(value)  # type: ignore[arg-type]  # hypothesis builds JSON
    assert parse(canonical(value)) == value


@pytest.mark.parametrize("value", [1.5, 2**53, "\ud800", {1: 2}, {"\ud7ff\ue000": 1}, b"x"])
def test_what_has_no_canonical_form_is_refused_wherever_it_stands(value: object) -> None:
    for place in (value, [value], {"a": value}, {"a": [{"b": value}]}):
        with pytest.raises(NotCanonicalError):
            canonical(place)


def test_an_entry_of_the_first_version_reads_as_it_was_written() -> None:
    assert read(SPECIMEN_V1)["seen"] == 41


@pytest.mark.parametrize(
    "body",
    [
        SPECIMEN_V1.replace(b'"v":1', b'"v":2'),
        SPECIMEN_V1.replace(b'"seen":41', b'"seen": 41'),
        SPECIMEN_V1.replace(b"decided", b"dreamt"),
        SPECIMEN_V1[:-1] + b',"x":1}',
        b"[]",
        b"",
    ],
)
def test_an_entry_out_of_form_is_refused(body: bytes) -> None:
    with pytest.raises(EntryError):
        read(body)


def test_roots_and_proofs_hold_for_every_size_and_index() -> None:
    leaves = [leaf_hash(str(number).encode()) for number in range(40)]
    frontier = Frontier()
    for size in range(1, len(leaves) + 1):
        frontier.append(leaves[size - 1])
        some = leaves[:size]
        assert frontier.root() == mth(some) == root_of(some)
        assert Frontier.from_bytes(frontier.to_bytes(), size=size).root() == frontier.root()
        for index in range(size):
            path = inclusion_proof(some, index)
            assert verify_inclusion(leaf=leaves[index], index=index, size=size, path=path, root=frontier.root())
            assert not verify_inclusion(leaf=leaves[(index + 1) % 40], index=index, size=size, path=path, root=frontier.root())
        for old in range(1, size + 1):
            path = consistency_proof(some, old)
            assert verify_consistency(old=old, old_root=mth(leaves[:old]), size=size, root=frontier.root(), path=path)
            assert not verify_consistency(old=old, old_root=leaf_hash(b"other"), size=size, root=frontier.root(), path=path)


def test_leaves_that_are_added_together_lead_where_one_by_one_they_do() -> None:
    leaves = [leaf_hash(str(number).encode()) for number in range(70)]
    for size in range(33):
        for end in (size, size + 1, size + 2, size + 7, size + 32, 70):
            together, alone = Frontier(), Frontier()
            together.extend(leaves[:size])
            together.extend(leaves[size:end])
            for leaf in leaves[:end]:
                alone.append(leaf)
            assert (together.size, together.hashes) == (alone.size, alone.hashes)


def test_a_checkpoint_is_a_signed_note_of_three_lines() -> None:
    signer = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    public = signer.public_key().public_bytes_raw()
    note = sign_checkpoint(Checkpoint("example.jp/log", 7, bytes(32)), signer=signer)
    assert note.startswith("example.jp/log\n7\n" + base64.b64encode(bytes(32)).decode() + "\n\n\u2014 example.jp/log ")
    assert key_id("example.jp/log", public) == sha256(b"example.jp/log\n\x01" + public).digest()[:4]
    vkey = verifier_key("example.jp/log", public)
    assert verify_note(note, vkey=vkey).size == 7
    assert verify_note(note + "\u2014 witness.example " + base64.b64encode(b"abcd" + bytes(64)).decode() + "\n", vkey=vkey).size == 7
    for broken in (
        note.replace("\n7\n", "\n8\n"),
        note.replace("\u2014", "-"),
        note.split("\n\n")[0],
        note.replace("example.jp/log ", "other.jp/log "),
    ):
        with pytest.raises(NoteError):
            verify_note(broken, vkey=vkey)


def keyring_in(folder: Path) -> Keyring:
    create_keys(folder)
    return Keyring(FolderMasterKeys(folder), SubjectSecrets(folder))


def test_a_disclosure_opens_under_its_key_and_in_its_place_alone(tmp_path: Path) -> None:
    ring, other = keyring_in(tmp_path / "one"), keyring_in(tmp_path / "two")
    one, two = disclose("name", "甲"), disclose("name", "甲")
    assert one.digest != two.digest, "each has a salt of its own"
    for key_id_ in ("p_1", "p_2"):
        ring.unwrap(key_id_, ring.make(key_id_))
    sealed = ring.seal("p_1", one)
    assert open_disclosure(ring.open("p_1", digest=one.digest, sealed=sealed), digest=one.name) == ("name", "甲")
    for key, digest in (("p_2", one.digest), ("p_1", two.digest)):
        with pytest.raises(DisclosureError):
            ring.open(key, digest=digest, sealed=sealed)
    with pytest.raises(DisclosureError):
        other.unwrap("p_1", ring.make("p_1"))
    with pytest.raises(DisclosureError):
        ring.scratch().unwrap("p_2", ring.make("p_1"))
    with pytest.raises(DisclosureError):
        open_disclosure(one.text, digest=two.name)


@given(st.integers(0, 300), st.lists(st.integers(1, 40), min_size=1, max_size=12))
def test_every_state_of_a_frontier_that_grew_at_once_is_as_it_grew_step_by_step(before: int, steps: list[int]) -> None:
    leaves = [leaf_hash(b"%d" % number) for number in range(before + sum(steps))]
    step_by_step = Frontier()
    step_by_step.extend(leaves[:before])
    at_once = Grown(step_by_step.copy(), leaves[before:])
    heard, told = set[tuple[int, int, bytes]](), set[tuple[int, int, bytes]]()
    at_once.tell(lambda height, first, roots: heard.update((height, first + place, root) for place, root in enumerate(roots)))
    assert at_once.at(before) == step_by_step.to_bytes()
    for step in steps:
        size = step_by_step.size
        step_by_step.extend(
            leaves[size : size + step],
            tell=lambda height, first, roots: told.update((height, first + place, root) for place, root in enumerate(roots)),
        )
        assert at_once.at(step_by_step.size) == step_by_step.to_bytes()
    assert at_once.size == step_by_step.size
    assert heard == told
