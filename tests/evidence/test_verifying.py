"""Packages as they are written, verified as whoever takes them away does."""

from datetime import timedelta
from pathlib import Path

from service.evidence.package.asking import Wanted
from service.evidence.package.faults import Fault
from service.evidence.package.order import ViewAsked
from service.evidence.package.telling import as_text
from service.evidence.package.verifying import Asked, verify_package
from tests.evidence.packed import packed
from tests.evidence.world import BEGIN, Deciding

LATER = BEGIN + timedelta(days=3)
VIEWS = tuple(ViewAsked(one, "ja") for one in ("csv/1", "cp932/1", "jsonl/1", "ocsf/1", "xlsx/1"))


def test_what_is_written_verifies(deciding: Deciding, tmp_path: Path) -> None:
    deciding.ask("sato", "d1", at=BEGIN + timedelta(days=2))
    deciding.ask("mori", "d1", at=BEGIN + timedelta(days=2, hours=1))
    read, _done = packed(deciding.site, tmp_path / "work", at=LATER, wanted=Wanted(views=VIEWS))
    report = verify_package(read.root, Asked(trusted=[deciding.site.log.vkey]))
    told = as_text(report, "en")
    assert report.intact, told
    assert f"{report.counts.leaves} of {report.counts.leaves} entries intact." in told
    assert "1 of 2 decisions re-run, all equal; 1 withheld." in told
    assert "nothing that matches the filter is missing" in told


def test_a_package_for_an_organ_verifies_and_an_entry_left_out_of_it_is_missed(deciding: Deciding, tmp_path: Path) -> None:
    site = deciding.site
    mine = deciding.ask("sato", "d1", at=BEGIN + timedelta(days=1))
    deciding.ask("sato", "d9", at=BEGIN + timedelta(days=2))
    read, _done = packed(site, tmp_path / "work", at=LATER, wanted=Wanted(organ="meti", views=(ViewAsked("jsonl/1", "ja"),)))
    trusted = Asked(trusted=[site.log.vkey])
    report = verify_package(read.root, trusted)
    assert report.intact, as_text(report, "en")
    assert report.counts.covered is not None
    assert report.counts.covered[0] <= mine < report.counts.covered[1]
    assert "none is missing" in as_text(report, "en")
    lines = read.bytes_of("entries.jsonl").splitlines(keepends=True)
    (read.root / "entries.jsonl").write_bytes(b"".join(line for line in lines if f'"index":{mine}}}'.encode() not in line))
    left_out = verify_package(read.root, trusted).faults
    assert Fault.ORGAN_COUNT_DIFFERS in left_out.counts, "it is missed by the count, whoever signs the manifest"
    assert any(
        one.fault is Fault.ORGAN_COUNT_DIFFERS and one.index is not None and one.index <= mine < (one.until or 0) for one in left_out.kept
    )
