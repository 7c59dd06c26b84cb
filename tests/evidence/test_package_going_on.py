"""A package that is interrupted goes on and ends with the same bytes; memory stays small; what is written meanwhile changes nothing."""

import os
import signal
import subprocess
import sys
import threading
import time
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest

from service.evidence.package import leaves, writing
from service.evidence.package.asking import Wanted, ask
from service.evidence.package.finishing import appear, whole_of, zip_folder
from service.evidence.package.order import Order, ViewAsked
from tests.builders.share import share_of
from tests.evidence.packed import AUDITOR, Read, grow, packed, writer
from tests.evidence.site import BEGIN, Site
from tests.long.fleet import report

LATER = BEGIN + timedelta(days=10)
VIEWS = tuple(ViewAsked(one, "en") for one in ("csv/1", "jsonl/1", "xlsx/1"))
WRITE = """
import sys, time
from pathlib import Path
from service.database import make_engine, read
from service.evidence.package import leaves, writing
from service.evidence.package.writing import Writer
from service.ledger import load_log

url, keys, work = sys.argv[1:]
engine = make_engine(url)
with read(engine) as session:
    log = load_log(session, keys=Path(keys))
leaves.CHUNK = 256

def slowly(step, done, whole):
    print(step, done, whole, flush=True)
    time.sleep(0.05)

writing.write(Path(work), Writer(engine, url, log, progress=slowly))
"""


class InterruptedHereError(Exception):
    """Stands for whatever ends a process."""


def asked(site: Site) -> Order:
    return ask(site.engine, url=site.url, log=site.log, clock=lambda: LATER, asker=AUDITOR, wanted=Wanted(views=VIEWS))


def uninterrupted(site: Site, order: Order, work: Path) -> dict[str, bytes]:
    writing.begin(work, order)
    writing.write(work, writer(site))
    return Read(work / writing.FILES).files()


def test_an_interrupted_package_goes_on_behind_its_last_whole_chunk(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leaves, "CHUNK", 256)
    grow(site, 1_500, at=BEGIN + timedelta(days=6), sealed=50)
    order = asked(site)
    whole = uninterrupted(site, order, tmp_path / "whole")
    work, windows = tmp_path / "work", list[int]()
    writing.begin(work, order)

    def interrupt(step: str, done: int, _whole: int) -> None:
        windows.append(done)
        if (step, done) == ("leaves", 1_024):
            raise InterruptedHereError

    with pytest.raises(InterruptedHereError):
        writing.write(work, writer(site, progress=interrupt))
    grow(site, 300, at=LATER + timedelta(days=1))
    written = (work / writing.FILES / "tile/0/000").stat().st_mtime_ns
    writing.write(work, writer(site))
    assert (work / writing.FILES / "tile/0/000").stat().st_mtime_ns == written
    assert Read(work / writing.FILES).files() == whole


def test_a_killed_process_leaves_nothing_under_the_name_and_is_gone_on_with(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leaves, "CHUNK", 256)
    grow(site, 2_000, at=BEGIN + timedelta(days=6), sealed=50)
    order = asked(site)
    whole = uninterrupted(site, order, tmp_path / "whole")
    work, target = tmp_path / "work", tmp_path / "package.zip"
    writing.begin(work, order)
    command = [sys.executable, "-c", WRITE, site.url, str(tmp_path / "keys"), str(work)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("leaves 1024"):
                process.send_signal(signal.SIGKILL)
                break
    assert process.wait() == -signal.SIGKILL
    assert not (work / writing.FILES / "manifest.note").exists()
    writing.write(work, writer(site))
    assert Read(work / writing.FILES).files() == whole
    appear(whole_of(work, zipped=True), target, work=work)
    with zipfile.ZipFile(target) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == whole
        assert archive.namelist()[0] == "manifest.note"
    assert not work.exists()


def test_the_same_folder_is_the_same_zip(site: Site, tmp_path: Path) -> None:
    packed(site, tmp_path / "work", at=LATER, wanted=Wanted(views=VIEWS))
    folder = tmp_path / "work" / writing.FILES
    zip_folder(folder, tmp_path / "one.zip")
    os.utime(folder / "checkpoint", (1, 1))
    zip_folder(folder, tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_a_package_written_while_the_log_grows_is_of_one_checkpoint(site: Site, tmp_path: Path) -> None:
    grow(site, 3_000, at=BEGIN + timedelta(days=6))
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            grow(site, 20, at=BEGIN + timedelta(days=6))

    thread = threading.Thread(target=write)
    thread.start()
    try:
        read, _done = packed(site, tmp_path / "work", at=BEGIN + timedelta(days=6))
    finally:
        stop.set()
        thread.join()
    read.require_sound(site.log.vkey)
    assert read.manifest.end == read.manifest.size


def most_memory(site: Site, work: Path, keys: Path) -> int:
    """Write a package in a process of its own and return the most memory that it held, in bytes."""
    writing.begin(work, ask(site.engine, url=site.url, log=site.log, clock=lambda: LATER, asker=AUDITOR, wanted=Wanted(views=VIEWS)))
    measured = WRITE.replace("leaves.CHUNK = 256", "").replace("time.sleep(0.05)", "pass")
    measured += "\nimport resource\nprint(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)\n"
    command = [sys.executable, "-c", measured, site.url, str(keys), str(work)]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    return int(subprocess.run(command, check=True, capture_output=True, text=True, env=env).stdout.splitlines()[-1]) * 1024


@pytest.mark.long
def test_ten_times_the_entries_take_no_more_memory(site: Site, tmp_path: Path) -> None:
    few = max(4_000, len(share_of(range(10_000))))
    grow(site, few, at=BEGIN + timedelta(days=6), sealed=few)
    small = most_memory(site, tmp_path / "small", tmp_path / "keys")
    grow(site, 9 * few, at=BEGIN + timedelta(days=6), sealed=9 * few)
    began = time.perf_counter()
    large = most_memory(site, tmp_path / "large", tmp_path / "keys")
    report(f"{small / 1e6:.0f} MB, {large / 1e6:.0f} MB, {10 * few / (time.perf_counter() - began):.0f} entries a second")
    assert large < small + 24_000_000
