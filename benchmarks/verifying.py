"""How fast the ledger is verified, on one core: the live log step by step, and an evidence package by its own verifier.

Seconds are the verifier's own, without what the database takes to hand over rows: that is another process on another core.
"""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median

import psycopg

from benchmarks.check_throughput import free_port
from benchmarks.contenders import wait_for
from benchmarks.laying import laid
from benchmarks.sections import Depth, Figure, checks, folder_for_sockets
from benchmarks.worlds import measured, serve, wait_until_compiled
from service.cli.site import Site, open_site
from service.evidence.disclosures import keyring_opener
from service.evidence.package.verifying import Asked, verify_package
from service.evidence.report import Counts
from service.evidence.rows import WINDOW, entries, log_size, opened_keys, snapshot
from service.evidence.verification import verify
from service.tlog.tree import leaf_hash, root_of

PEOPLE = 1_000
SECONDS = 5.0
"""Of checks, before it is looked again how long the log is."""


def verification(place: Path, depth: Depth) -> list[Figure]:
    """Verify a log of single decisions: hashes, order and signatures; forms; decisions judged again; then the same of a package."""
    site = laid(place / "verified", PEOPLE)
    with ExitStack() as stack:
        folder = stack.enter_context(folder_for_sockets())
        opened = stack.enter_context(open_site(settings=site.settings))
        process = serve(site.settings, free_port())
        stack.callback(process.end)
        wait_for(process)
        wait_until_compiled(process)
        asked = checks(site, folder)
        while _size(opened) < depth.many:
            measured(process.port, asked, connections=64, seconds=min(SECONDS, depth.seconds))
        size = _size(opened)
        live = [_live(opened) for _round in range(depth.rounds)]
        bare = median(_hashed(opened, size) for _round in range(depth.rounds))
        package = folder / "package"
        command = [sys.executable, "-m", "service", "export", "--package", str(package), "--view", "none"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=os.environ | {"SEKISHO_DATA_DIR": str(site.settings.data_dir)})
        packed = [verify_package(package, Asked()) for _round in range(depth.rounds)]
        if not all(report.intact for report in packed):
            message = "the package that was measured is not intact"
            raise RuntimeError(message)
    return _figures(size, live, bare, [report.counts.seconds["leaves"] for report in packed], whole=depth.rounds > 3)


def _figures(size: int, live: Sequence[Counts], bare: float, leaves: Sequence[float], *, whole: bool) -> list[Figure]:
    """Return rates a second of one core; only a whole measurement is held against the floors, which are no ratios."""
    chain, form = median(one.chain_seconds for one in live), median(one.form_seconds for one in live)
    judged, decisions = median(one.decisions_seconds for one in live), live[0].answered
    rate, again = size / chain, decisions / judged
    floors: tuple[float | None, ...] = (400_000, 600_000, 5_000, 20_000) if whole else (None,) * 4
    detail = f"{size:,} entries; bare hashing {size / bare:,.0f}/s, forms {size / form:,.0f}/s"
    return [
        Figure("entries verified a second: hashes, order, signatures", rate, floors[0], floors[1], unit="/s", detail=detail),
        Figure("hashes, order, signatures / bare hashing, in time", chain / bare, None, None, least=False),
        Figure("entries of a package verified a second, with their forms and files", size / median(leaves), None, None, unit="/s"),
        Figure("decisions opened and judged again a second", again, floors[2], floors[3], unit="/s", detail=f"{decisions:,} decisions"),
    ]


def _size(site: Site) -> int:
    with psycopg.connect(site.url) as connection:
        return log_size(connection)


def _live(site: Site) -> Counts:
    """Return what a verification of the whole log counted. Raises RuntimeError where something is wrong with it."""
    with snapshot(site.url) as connection:
        report = verify(
            connection=connection,
            vkey=opened_keys(connection),
            opener=lambda opened: keyring_opener(opened, site.log.keyring.scratch()),
        )
    if not report.intact:
        message = "the log that was measured is not intact"
        raise RuntimeError(message)
    return report.counts


def _hashed(site: Site, size: int) -> float:
    """Return the seconds that leaves and root take with nothing around them."""
    taken = 0.0
    leaves: list[bytes] = []
    with snapshot(site.url) as connection:
        for start in range(0, size, WINDOW):
            bodies = [body for _index, body in entries(connection, start=start, end=min(size, start + WINDOW))]
            began = time.perf_counter()
            leaves += [leaf_hash(body) for body in bodies]
            taken += time.perf_counter() - began
    began = time.perf_counter()
    root_of(leaves)
    return taken + time.perf_counter() - began
