"""Packages made to harm whoever opens them: nothing is unpacked, nothing outside is read, and memory stays small."""

import os
import stat
import tracemalloc
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from service.evidence.package.command import main
from service.evidence.package.faults import Fault
from service.evidence.package.opening import PackageError, open_package
from service.evidence.package.verifying import Asked, Report, verify_package
from tests.builders.evidence_packages import KEY, Made, make, small_log, vkey_of, written

TRUSTED = Asked([vkey_of(KEY)])


@pytest.fixture
def made(tmp_path: Path) -> Made:
    return make(tmp_path / "made", small_log(40))


def zipped(
    made: Made, path: Path, *, compression: int = zipfile.ZIP_DEFLATED, more: Callable[[zipfile.ZipFile], None] | None = None
) -> Path:
    with warnings.catch_warnings(), zipfile.ZipFile(path, "w", compression) as archive:
        warnings.simplefilter("ignore")
        for file in sorted(made.root.rglob("*")):
            if file.is_file():
                archive.write(file, file.relative_to(made.root).as_posix())
        if more is not None:
            more(archive)
    return path


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_zip_is_the_same_package(made: Made, tmp_path: Path, compression: int) -> None:
    assert verify_package(zipped(made, tmp_path / "p.zip", compression=compression), TRUSTED).intact


@pytest.mark.parametrize(
    "name",
    [
        "checkpoint",
        "../evil",
        "/etc/passwd",
        "a/../../b",
        "view\\x",
        "C:evil",
        "関所.txt",
        ".hidden",
        "view/",
        "view/a\0b",
        "x" * 300,
        "a//b",
    ],
)
def test_a_name_that_is_none_or_stands_twice_makes_a_zip_unreadable(made: Made, tmp_path: Path, name: str) -> None:
    path = zipped(made, tmp_path / "p.zip", more=lambda archive: archive.writestr(_named(name), b"x"))
    with pytest.raises(PackageError):
        verify_package(path, TRUSTED)


def _named(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo("x")
    info.filename = name
    return info


def test_what_a_zip_does_not_list_makes_it_unreadable(made: Made, tmp_path: Path) -> None:
    raw = zipped(made, tmp_path / "p.zip").read_bytes()
    directory = int.from_bytes(raw[-6:-2], "little")
    hidden = {
        "in front": b"MZ" + raw,
        "behind": raw + b"\0",
        "before the list": raw[:directory] + b"hidden" + raw[directory:-6] + (directory + 6).to_bytes(4, "little") + raw[-2:],
        "cut off": raw[:-30],
        "nothing": b"",
        "no zip": b"PK\x03\x04" * 9,
    }
    for name, changed in hidden.items():
        (tmp_path / "q.zip").write_bytes(changed)
        with pytest.raises(PackageError):
            verify_package(tmp_path / "q.zip", TRUSTED)
            pytest.fail(name)


def test_a_file_that_says_another_name_before_its_bytes_makes_a_zip_unreadable(made: Made, tmp_path: Path) -> None:
    raw = zipped(made, tmp_path / "p.zip").read_bytes()
    (tmp_path / "q.zip").write_bytes(raw.replace(b"checkpoint", b"checkpoinT", 1))
    with pytest.raises(PackageError):
        verify_package(tmp_path / "q.zip", TRUSTED)


def test_a_link_in_a_zip_is_no_file(made: Made, tmp_path: Path) -> None:
    def link(archive: zipfile.ZipFile) -> None:
        info = zipfile.ZipInfo("view/link")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")

    with pytest.raises(PackageError):
        verify_package(zipped(made, tmp_path / "p.zip", more=link), TRUSTED)


def test_links_pipes_and_hidden_names_in_a_folder_make_it_unreadable(made: Made) -> None:
    for do in (lambda at: at.symlink_to("/etc/passwd"), lambda at: at.symlink_to(made.root), os.mkfifo):
        odd = made.root / "view" / "odd"
        do(odd)
        with pytest.raises(PackageError):
            open_package(made.root)
        odd.unlink()
    (made.root / ".hidden").write_bytes(b"")
    with pytest.raises(PackageError):
        open_package(made.root)


@pytest.mark.parametrize("file", ["view/records.csv", "disclosures.jsonl", "query.json", "tile/entries/000.p/41", "policy.txt"])
def test_a_bomb_takes_no_memory(made: Made, tmp_path: Path, file: str) -> None:
    made.put(file, b"")
    (made.root / file).write_bytes(b"\0" * 100_000_000 if file != "disclosures.jsonl" else b"x" * 100_000_000)
    made.sign()
    path = zipped(made, tmp_path / "p.zip")
    (made.root / file).unlink()
    assert path.stat().st_size < 3_000_000
    tracemalloc.start()
    report = verify_package(path, TRUSTED)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert not report.intact
    assert peak < 100_000_000


def test_a_zip_that_says_less_than_it_holds_is_not_read_on(made: Made, tmp_path: Path) -> None:
    path = zipped(made, tmp_path / "p.zip")
    raw = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        size = archive.getinfo("disclosures.jsonl").file_size
    raw = bytearray(bytes(raw).replace(size.to_bytes(4, "little"), (size - 10).to_bytes(4, "little")))
    (tmp_path / "q.zip").write_bytes(raw)
    assert not verify_package(tmp_path / "q.zip", TRUSTED).intact


HOSTILE = {
    "deep": b"[" * 200_000,
    "deep objects": b'{"digest":' * 100_000,
    "a huge number": b'{"digest":"' + b"A" * 43 + b'","index":' + b"9" * 100_000 + b',"withheld":"sealed"}',
    "a number beyond": b'{"digest":"' + b"A" * 43 + b'","index":9007199254740993,"withheld":"sealed"}',
    "a fraction": b'{"digest":"' + b"A" * 43 + b'","index":1.0,"withheld":"sealed"}',
    "no number": b'{"digest":"' + b"A" * 43 + b'","index":NaN,"withheld":"sealed"}',
    "a name twice": b'{"digest":"' + b"A" * 43 + b'","digest":"' + b"B" * 43 + b'","index":1,"withheld":"sealed"}',
    "a list for a word": b'{"digest":"' + b"A" * 43 + b'","index":1,"withheld":[]}',
    "no text": b"\xff\xfe",
    "nothing": b"",
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("file", ["disclosures.jsonl", "query.json", "erasures.jsonl", "requested.json", "policy.txt", "checkpoint"])
def test_hostile_text_is_a_fault_with_a_place(made: Made, file: str, name: str) -> None:
    made.put(file, HOSTILE[name] + b"\n")
    made.sign()
    report = verify_package(made.root, TRUSTED)
    assert not report.intact
    assert any(one.file in (file, "requested.tlog-proof") for one in report.faults.kept)


def test_hostile_values_in_disclosures_are_faults_with_places(tmp_path: Path) -> None:
    """What the tree protects and a faulty writer wrote: facts of any form are no crash."""
    for value in (None, 7, [], {"segments": 7}, {"segments": [{}]}, {"segments": [{"to": "x", "channels": 1}]}, {"segments": []}, "x" * 10):
        log = small_log(40)
        told = {"api": True, "basis": [], "decision": "permit", "reason": "x"}
        facts = {"person": "p_1", "organization": None, "information": "i_1", **value} if isinstance(value, dict) else value
        digests = [log.disclose("facts", facts), log.disclose("answer", told)]
        from tests.builders.evidence_packages import shipped

        index = log.append(_sd=digests, kind="decision:access:decided", out="permit", person="p_1", object="i_1", policy=shipped().digest)
        report = verify_package(make(tmp_path / f"made{value!s:.20}".replace("/", "_"), log).root, TRUSTED)
        assert {one.index for one in report.faults.kept} == {index}
        assert set(report.faults.counts) <= {Fault.ANSWER_DIFFERS, Fault.DECISION_INCOMPLETE}


def test_entries_out_of_form_time_and_order_are_named(tmp_path: Path) -> None:
    def of(report: Report) -> set[tuple[Fault, int | None]]:
        return {(one.fault, one.index) for one in report.faults.kept}

    log = small_log(40)
    unknown = log.append(kind="room:noun:unknown", out="accepted", actor="m_1")
    early = log.append(kind="personnel:person:changed", out="accepted", at="2020-01-01T00:00:00.000000Z")
    log.last_change -= 1
    blind = log.decide()
    log.last_change = early
    log.bodies.append(b'{"at": "2026-04-01T00:00:43.000301Z"}')
    spaced = log.size - 1
    log.last_change = spaced
    report = verify_package(make(tmp_path / "1", log, views=()).root, TRUSTED)
    assert of(report) == {
        (Fault.ENTRY_FORM, unknown),
        (Fault.TIME_BACKWARDS, early),
        (Fault.SEEN, blind),
        (Fault.ENTRY_FORM, spaced),
    }


def test_the_command_tells_by_its_code_what_it_found(made: Made, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--no-state", "--language", "en", "--jobs", "1", "--key", vkey_of(KEY)]
    assert main([str(made.root), *arguments]) == 0
    assert "Verified: nothing is wrong." in capsys.readouterr().out
    made.put("query.json", written({"v": 1, "people": ["x"]}))
    assert main([str(made.root), *arguments, "--json"]) == 1
    assert '"verified": false' in capsys.readouterr().out
    assert main([str(tmp_path / "nothing"), *arguments]) == 2
    assert main([str(made.root), *arguments[:-1], "no-file"]) == 2
    assert "cannot be read" in capsys.readouterr().err
