"""The manifest is written in one way, and nothing but that way is read."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.evidence.package.manifest import Manifest, ManifestError, PackedFile, PackedView, is_path, leaves_around

DIGEST = "ab" * 32
ROOT = bytes(range(32))


def manifest(**changed: Any) -> Manifest:
    whole = {
        "origin": "example.go.jp/sekisho",
        "id": "k_1",
        "kind": "full",
        "start": 300,
        "end": 400,
        "first": 256,
        "last": 500,
        "size": 500,
        "root": ROOT,
        "query": DIGEST,
        "requested": 498,
        "made": "2026-11-29T03:00:00.000000Z",
        "by": "m_1",
        "version": "0.1.0",
        "views": (PackedView("view/records.csv", "csv/1", "ja"),),
        "files": (PackedFile("checkpoint", DIGEST, 12), PackedFile("view/records.csv", DIGEST, 0)),
    }
    return Manifest(**(whole | changed))


def test_what_is_written_is_read_again_with_every_line_that_may_be_missing() -> None:
    for changed in (
        {},
        {"kind": "inspector", "organ": "o_1"},
        {"saved": "q_1", "since": (12, ROOT), "small_site": True, "unwitnessed": True},
        {"views": (), "files": ()},
    ):
        one = manifest(**changed)
        assert one == Manifest.parse(one.text())


@given(st.data())
def test_a_changed_manifest_is_refused_or_says_something_else(data: st.DataObject) -> None:
    text = manifest(since=(12, ROOT), small_site=True).text()
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.characters(codec="ascii"))
    changed = text[:place] + other + text[place + 1 :]
    try:
        read = Manifest.parse(changed)
    except ManifestError:
        return
    assert read.text() == changed


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"end": 501, "last": 500}, "tree of 500"),
        ({"first": 255}, "around the range"),
        ({"requested": 500}, "request"),
        ({"organ": "o_1"}, "inspector"),
        ({"since": (501, ROOT)}, "larger"),
        ({"files": (PackedFile("view/records.csv", DIGEST, 0), PackedFile("checkpoint", DIGEST, 12))}, "sorted"),
        ({"files": (PackedFile("manifest.note", DIGEST, 0), PackedFile("view/records.csv", DIGEST, 0))}, "without the manifest"),
        ({"files": ()}, "none of the files"),
    ],
)
def test_a_manifest_that_contradicts_itself_is_refused(changed: dict[str, Any], said: str) -> None:
    with pytest.raises(ManifestError, match=said):
        Manifest.parse(manifest(**changed).text())


@given(size=st.integers(1, 5000), data=st.data())
def test_the_leaves_around_a_range_are_whole_tiles_and_never_none(size: int, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, size))
    end = data.draw(st.integers(start, size))
    first, last = leaves_around(start=start, end=end, size=size)
    assert 0 <= first < last <= size
    assert first % 256 == 0
    assert last % 256 == 0 or last == size
    assert start == end or first <= start <= end <= last


def test_no_path_leads_out_of_a_package() -> None:
    assert all(map(is_path, ("checkpoint", "tile/0/x001/234.p/5", "wheels/cedarpy-4.12.2+local-cp311.whl")))
    assert not any(map(is_path, ("", "/etc/passwd", "a/../b", "a//b", "a b", "..", ".hidden", "a\\b", "関所", "a/", "c:d")))
