"""What an evidence package holds: all leaves, what may be known beside them, and nothing else."""

from datetime import timedelta
from pathlib import Path

from service.evidence.package.asking import Wanted
from service.evidence.package.order import ViewAsked
from service.evidence.predicate import read_predicate
from tests.evidence.packed import AUDITOR, NOBODY, packed
from tests.evidence.world import BEGIN, Deciding

LATER = BEGIN + timedelta(days=3)
VIEWS = tuple(ViewAsked(one, "ja") for one in ("csv/1", "cp932/1", "jsonl/1", "ocsf/1", "xlsx/1"))


def test_a_package_is_what_any_reader_of_the_specifications_can_check(deciding: Deciding, tmp_path: Path) -> None:
    deciding.ask("sato", "d1", at=BEGIN + timedelta(days=2))
    deciding.ask("mori", "d1", at=BEGIN + timedelta(days=2, hours=1))
    read, done = packed(deciding.site, tmp_path / "work", at=LATER, wanted=Wanted(views=VIEWS))
    read.require_sound(deciding.site.log.vkey)
    assert (read.manifest.start, read.manifest.end) == (0, read.manifest.size)
    assert read.manifest.requested == read.manifest.size - 1
    assert len(read.manifest.views) == 5
    assert done.counts["disclosed"] > 0
    assert len(read.bytes_of("view/records.csv").splitlines()) == 1 + done.rows
