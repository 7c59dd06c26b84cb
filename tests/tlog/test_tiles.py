"""Tiles, bundles and proofs, held against the words of RFC 6962 and of the C2SP specifications and not against our own code."""

import base64
from collections import Counter
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.tlog.proofs import (
    AddCheckpoint,
    ProofError,
    TlogProof,
    consistency_path,
    inclusion_path,
    tree_root,
    unverified,
    verify_range,
)
from service.tlog.tiles import (
    ENTRIES,
    Tile,
    TileError,
    TileHashes,
    bundles_of,
    hashes_in,
    in_tree,
    pack_bundle,
    read_bundle,
)
from service.tlog.tree import verify_consistency, verify_inclusion
from tests.builders.proven import tiles_of

# What follows is written from the specifications' text alone; it imports nothing of ours.


def mth(entries: list[bytes]) -> bytes:
    """RFC 6962, 2.1."""
    if not entries:
        return sha256(b"").digest()
    if len(entries) == 1:
        return sha256(b"\x00" + entries[0]).digest()
    k = 1
    while 2 * k < len(entries):
        k *= 2
    return sha256(b"\x01" + mth(entries[:k]) + mth(entries[k:])).digest()


def path(m: int, entries: list[bytes]) -> list[bytes]:
    """RFC 6962, 2.1.1."""
    if len(entries) == 1:
        return []
    k = 1
    while 2 * k < len(entries):
        k *= 2
    if m < k:
        return [*path(m, entries[:k]), mth(entries[k:])]
    return [*path(m - k, entries[k:]), mth(entries[:k])]


def proof(m: int, entries: list[bytes]) -> list[bytes]:
    """RFC 6962, 2.1.2."""

    def subproof(m: int, d: list[bytes], *, b: bool) -> list[bytes]:
        n = len(d)
        if m == n:
            return [] if b else [mth(d)]
        k = 1
        while 2 * k < n:
            k *= 2
        if m <= k:
            return [*subproof(m, d[:k], b=b), mth(d[k:])]
        return [*subproof(m - k, d[k:], b=False), mth(d[:k])]

    return subproof(m, entries, b=True)


def tile_bytes(entries: list[bytes], level: int, n: int, width: int) -> bytes:
    """C2SP tlog-tiles: MTH(D[(n * 256 + i) * 256**l : (n * 256 + i + 1) * 256**l])."""
    return b"".join(mth(entries[(n * 256 + i) * 256**level : (n * 256 + i + 1) * 256**level]) for i in range(width))


# The test vectors of RFC 6962 that its own implementation publishes (certificate-transparency, merkle_tree_test).
RFC_6962 = [
    bytes.fromhex(one) for one in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
RFC_6962_ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    4: "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    6: "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}
RFC_6962_PATHS = {
    (0, 8): (
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ),
    (5, 8): (
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ),
    (1, 5): (
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ),
}
RFC_6962_CONSISTENCY = {
    (6, 8): (
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ),
    (2, 5): (
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ),
    (1, 8): (
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ),
}
# The example of the specification of witnesses (c2sp.org/tlog-witness) and that of proofs, their signatures left out.
SIGNED = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n\u2014 example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
ADD_CHECKPOINT = (
    "old 20852014\n"
    "PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n"
    "jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=\n"
    "5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=\n"
    "/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=\n"
    "\n" + SIGNED
)
NODE = base64.b64encode(bytes(range(32))).decode()


def served(entries: list[bytes]) -> TileHashes:
    """The hashes of a tree as a server of tiles gives them, worked out from the specification's formula."""
    return TileHashes(len(entries), lambda tile: tile_bytes(entries, tile.level, tile.index, tile.width))


@pytest.mark.parametrize("size", range(9))
def test_the_published_roots_of_rfc_6962(size: int) -> None:
    assert tree_root(served(RFC_6962[:size]), size).hex() == RFC_6962_ROOTS[size] == mth(RFC_6962[:size]).hex()


@pytest.mark.parametrize(("index", "size"), RFC_6962_PATHS)
def test_the_published_audit_paths_of_rfc_6962(index: int, size: int) -> None:
    found = inclusion_path(served(RFC_6962[:size]), index=index, size=size)
    assert tuple(one.hex() for one in found) == RFC_6962_PATHS[index, size]


@pytest.mark.parametrize(("old", "size"), RFC_6962_CONSISTENCY)
def test_the_published_consistency_proofs_of_rfc_6962(old: int, size: int) -> None:
    found = consistency_path(served(RFC_6962[:size]), old=old, size=size)
    assert tuple(one.hex() for one in found) == RFC_6962_CONSISTENCY[old, size]


@given(st.data())
def test_proofs_from_tiles_are_those_of_the_rfc_s_own_words(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 600))
    entries = [b"%d" % at for at in range(size)]
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    hashes, root = served(entries), mth(entries)
    inclusion, consistency = inclusion_path(hashes, index=index, size=size), consistency_path(hashes, old=old, size=size)
    assert inclusion == path(index, entries)
    assert consistency == (proof(old, entries) if old < size else [])
    assert verify_inclusion(leaf=sha256(b"\x00" + entries[index]).digest(), index=index, size=size, path=inclusion, root=root)
    assert verify_consistency(old=old, old_root=mth(entries[:old]), size=size, root=root, path=consistency)


def test_a_proof_reads_a_few_tiles_however_large_the_tree() -> None:
    read: list[Tile] = []

    def fetch(tile: Tile) -> bytes:
        read.append(tile)
        return bytes(32 * tile.width)

    size = 10_000_000_123
    inclusion_path(TileHashes(size, fetch), index=size // 3, size=size)
    assert len(read) <= 2 * 5


def test_the_specification_s_example_of_70000_entries() -> None:
    found = Counter((tile.level, tile.is_full) for tile in tiles_of(70_000))
    assert found == {(0, True): 273, (0, False): 1, (1, True): 1, (1, False): 1, (2, False): 1}
    assert [tile.path() for tile in tiles_of(70_000) if not tile.is_full] == ["tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"]
    assert [tile.path() for tile in tiles_of(256)] == ["tile/0/000", "tile/1/000.p/1"]


@pytest.mark.parametrize(
    ("tile", "written"),
    [
        (Tile(0, 1234067), "tile/0/x001/x234/067"),
        (Tile(63, 0, 1), "tile/63/000.p/1"),
        (Tile(ENTRIES, 999), "tile/entries/999"),
        (Tile(ENTRIES, 1000, 255), "tile/entries/x001/000.p/255"),
        (Tile(1, 123), "tile/1/123"),
    ],
)
def test_paths_are_written_in_groups_of_three_digits(tile: Tile, written: str) -> None:
    assert tile.path() == written
    assert Tile.parse(written) == tile


@pytest.mark.parametrize(
    "wrong",
    [
        "tile/0/1",
        "tile/0/x000/001",
        "tile/00/001",
        "tile/64/001",
        "tile/0/001.p/0",
        "tile/0/001.p/256",
        "tile/0/001.p/01",
        "tile/0/x001",
        "tile/0/001/",
        "tile/0/001/002",
        "tile/0/x1/002",
        "tile/0/\uff10\uff10\uff11",
        "tile/entries/001.p/",
        "tile/entries",
        "tile/-1/000",
        "/tile/0/000",
        "tile/0/" + "x999/" * 40 + "999",
        "tile/0/../000",
    ],
)
def test_a_path_that_is_not_the_one_way_to_write_a_tile_is_none(wrong: str) -> None:
    with pytest.raises(TileError):
        Tile.parse(wrong)


@given(st.integers(0, 63), st.integers(0, 2**60), st.integers(1, 256))
def test_every_tile_is_read_from_its_path(level: int, index: int, width: int) -> None:
    tile = Tile(level, index, width)
    assert Tile.parse(tile.path()) == tile


@given(st.integers(0, 70_000), st.integers(0, 3000))
def test_what_is_new_is_what_the_larger_tree_has_and_the_smaller_had_not(old: int, more: int) -> None:
    size = old + more
    for all_of in (tiles_of, bundles_of):
        assert set(all_of(size)) - set(all_of(old)) == set(all_of(size, after=old))


@given(st.integers(1, 70_000), st.integers(0, 2), st.integers(0, 300), st.integers(1, 256))
def test_a_tile_is_of_a_tree_exactly_where_that_tree_has_all_its_entries(size: int, level: int, index: int, width: int) -> None:
    found = in_tree(Tile(level, index, width), size=size)
    assert (found is not None) == ((index * 256 + width) * 256**level <= size)
    assert found is None or found.width == min(256, size // 256**level - index * 256)


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=256))
def test_bundles_are_entries_behind_their_lengths(entries: list[bytes]) -> None:
    packed = pack_bundle(entries)
    assert packed == b"".join(bytes([len(one) // 256, len(one) % 256]) + one for one in entries)
    assert read_bundle(packed) == entries
    if len(packed) > 2:
        with pytest.raises(TileError):
            read_bundle(packed + b"\x00")


def test_a_bundle_of_the_longest_entries_is_read_and_a_longer_one_is_not_written() -> None:
    assert read_bundle(pack_bundle([b"x" * 65_535]))[0] == b"x" * 65_535
    for wrong in ([b"x" * 65_536], [], [b""] * 257):
        with pytest.raises(TileError):
            pack_bundle(wrong)
    for broken in (b"", b"\x00", b"\x00\x02x", b"\x00\x00" * 257):
        with pytest.raises(TileError):
            read_bundle(broken)


def test_a_partial_tile_is_read_from_the_full_one_and_never_from_a_shorter() -> None:
    full = bytes(range(256)) * 32
    assert hashes_in(full, tile=Tile(0, 0, 3)) == [full[at : at + 32] for at in (0, 32, 64)]
    for broken in (full[:64], full[:97], b""):
        with pytest.raises(TileError):
            hashes_in(broken, tile=Tile(0, 0, 3))


def test_a_range_of_leaves_is_proven_by_the_paths_of_its_ends_and_by_nothing_less() -> None:
    for size in range(1, 34):
        entries = [b"%d" % at for at in range(size)]
        leaves, root = [sha256(b"\x00" + one).digest() for one in entries], mth(entries)
        for start in range(size):
            for end in range(start + 1, size + 1):
                given = {
                    "start": start,
                    "end": end,
                    "size": size,
                    "first": path(start, entries),
                    "last": path(end - 1, entries),
                    "root": root,
                }
                within = leaves[start:end]
                assert verify_range(leaves=within, **given)
                spoilt = [within[:at] + within[at + 1 :] for at in range(len(within))]
                spoilt += [[*within, within[-1]], [within[0], *within], within[::-1] if len(within) > 1 else []]
                assert not any(verify_range(leaves=one, **given) for one in spoilt)


def test_the_specification_s_example_of_a_request_to_a_witness_is_read_and_written_byte_for_byte() -> None:
    asked = AddCheckpoint.parse(ADD_CHECKPOINT)
    assert (asked.old, len(asked.path), unverified(asked.note).size) == (20852014, 4, 20852163)
    assert asked.text() == ADD_CHECKPOINT


@pytest.mark.parametrize("extra", [None, b"", b"age-v1.2.1-darwin-arm64.tar.gz"])
def test_a_proof_file_is_written_and_read_byte_for_byte(extra: bytes | None) -> None:
    head = "c2sp.org/tlog-proof@v1\n" + (f"extra {base64.b64encode(extra).decode()}\n" if extra is not None else "")
    written = f"{head}index 73894\n{NODE}\n{NODE}\n\n{SIGNED}"
    read = TlogProof.parse(written)
    assert (read.index, read.path, read.note, read.extra) == (73894, (bytes(range(32)),) * 2, SIGNED, extra)
    assert read.text() == written


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "c2sp.org/tlog-proof@v2\nindex 1\n\n" + SIGNED,
        "c2sp.org/tlog-proof@v1\n\n" + SIGNED,
        "c2sp.org/tlog-proof@v1\nindex 01\n\n" + SIGNED,
        "c2sp.org/tlog-proof@v1\nindex -1\n\n" + SIGNED,
        "c2sp.org/tlog-proof@v1\nindex 1\nAAAA\n\n" + SIGNED,
        "c2sp.org/tlog-proof@v1\nindex 1\n" + f"{NODE}\n" * 64 + "\n" + SIGNED,
        "c2sp.org/tlog-proof@v1\nindex 1\n" + NODE[:-2] + "==\n\n" + SIGNED,
        "c2sp.org/tlog-proof@v1\nextra *\nindex 1\n\n" + SIGNED,
        "c2sp.org/tlog-proof@v1\nextra AA==\n\n" + SIGNED,
        "c2sp.org/tlog-proof@v1\nindex 1\n" + NODE,
        "c2sp.org/tlog-proof@v1\nindex " + "9" * 5000 + "\n\n" + SIGNED,
    ],
)
def test_what_is_no_proof_file_is_refused(wrong: str) -> None:
    with pytest.raises(ProofError):
        TlogProof.parse(wrong)
    with pytest.raises(ProofError):
        AddCheckpoint.parse(wrong)
