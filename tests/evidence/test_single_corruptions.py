"""Each single corruption of a package is caught and located: generated, and counted."""

from pathlib import Path
from random import Random
from shutil import rmtree

import pytest

from service.decision.policyset import PolicySet
from service.evidence.package.faults import Found
from service.evidence.package.opening import PackageError
from service.evidence.package.verifying import Asked, verify_package
from tests.builders.evidence_packages import KEY, Made, make, shipped, small_log, vkey_of
from tests.builders.share import share_of
from tests.evidence.corruptions import Corruption, copied, corruptions

LEAST = 170
"""Of each package: over 4,000 in the whole long form."""
TRUSTED = Asked(trusted=[vkey_of(KEY)])


@pytest.fixture(autouse=True)
def _one_set_of_policies(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is judged by is parsed once for all packages."""
    monkeypatch.setattr(PolicySet, "from_bundle", lambda text: shipped() if text == shipped().texts.bundle() else PolicySet.load())


def is_located(one: Corruption, found: list[Found]) -> bool:
    """Say whether a fault names the entry or the file that was touched; of neither it is about the package as a whole."""
    if one.index is None and one.file is None:
        return bool(found)
    at_entry = any(_meets(one, fault) for fault in found)
    return at_entry or any(fault.file == one.file for fault in found if one.file is not None)


def _meets(one: Corruption, fault: Found) -> bool:
    if one.index is None or fault.index is None:
        return False
    return fault.index < (one.until or one.index + 1) and one.index < (fault.until or fault.index + 1)


def escaped(made: Made, work: Path, random: Random) -> tuple[int, list[str]]:
    """Do every corruption to a copy of its own; return how many, and which were not caught or not located."""
    count, missed = 0, list[str]()
    for one in corruptions(made, random):
        copy = copied(made, work / "copy")
        try:
            one.do(copy)
            if one.again:
                copy.sign()
            if {path: path.read_bytes() for path in copy.root.rglob("*") if path.is_file()} == {
                copy.root / path.relative_to(made.root): path.read_bytes() for path in made.root.rglob("*") if path.is_file()
            }:
                continue
            count += 1
            report = verify_package(copy.root, TRUSTED)
            if report.intact:
                missed.append(f"{one.name}: not caught")
            elif not is_located(one, report.faults.kept):
                missed.append(
                    f"{one.name}: not located, {[(fault.fault.value, fault.index, fault.until, fault.file) for fault in report.faults.kept]}"
                )
        except PackageError:
            pass  # said to be unreadable, as a whole
        finally:
            rmtree(copy.root)
    return count, missed


def test_every_single_corruption_is_caught_and_located(tmp_path: Path) -> None:
    made = make(tmp_path / "made", small_log(60))
    assert verify_package(made.root, TRUSTED).intact
    count, missed = escaped(made, tmp_path, Random(1))
    assert not missed, "\n".join(missed)
    assert count > 150


@pytest.mark.long
@pytest.mark.parametrize("seed", share_of(range(24)))
def test_thousands_of_single_corruptions_are_caught_and_located(short_dir: Path, seed: int) -> None:
    random = Random(seed)
    log = small_log(random.choice((40, 40, 40, 60, 300, 600)), seed)
    made = make(short_dir / "made", log, start=random.randrange(0, 20), end=log.size - random.randrange(0, 9))
    count, missed = escaped(made, short_dir, random)
    assert not missed, "\n".join(missed)
    assert count > LEAST
