"""Every speed that this project speaks of, measured side by side: `./dev bench [--quick] [--write]`.

    python -m benchmarks.bench [--quick] [--only NAME ...] [--keep DIR] [--write]

Contenders of one table run turn by turn in rounds; what is told are medians, and ratios of the medians of one run. The load
comes from a process of its own on the same cores. `--quick` measures little, checks that each ratio keeps a loose limit, and is
what a change must pass; `--write` renews docs/performance.md and its picture.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.compiled import policies_compiled
from benchmarks.machine import machine
from benchmarks.report import write_report
from benchmarks.sections import SERVING, Depth, Figure
from benchmarks.verifying import verification

SECTIONS = {**SERVING, "policies": policies_compiled, "verification": verification}
LOOSE = 0.4
"""Of a floor: what a loaded machine of unknown kind must still reach."""
QUICK = Depth(rounds=3, seconds=1.0, people=1_000, many=3_000, requests=5_000, open_seconds=4.0)
WHOLE = Depth(rounds=5, seconds=4.0, people=10_000, many=100_000, requests=100_000, open_seconds=600.0)


def main() -> None:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="little, with loose limits; ends with 1 where one is not kept")
    parser.add_argument("--write", action="store_true", help="renew docs/performance.md")
    parser.add_argument("--only", action="append", choices=sorted(SECTIONS), help="this table alone; may be repeated")
    parser.add_argument("--keep", type=Path, help="a folder in which deployments are laid, or lie already")
    parser.add_argument("--open-seconds", type=float, help="how long a snapshot stays open before it is measured")
    told = parser.parse_args()
    depth = QUICK if told.quick else WHOLE
    if told.open_seconds is not None:
        depth = depth.opened_for(told.open_seconds)
    with tempfile.TemporaryDirectory(prefix="sk-", dir="/tmp") as folder:  # sockets want short paths
        place = told.keep or Path(folder)
        chosen = [section for name, section in SECTIONS.items() if not told.only or name in told.only]
        figures = [figure for section in chosen for figure in _of(section, place, depth)]
    here = machine()
    print(json.dumps([figure.plain() for figure in figures], ensure_ascii=False, indent=1))
    for figure in figures:
        print(figure.line())
    if told.write:
        write_report(figures, here, depth)
    slow = [figure for figure in figures if told.quick and not figure.keeps(LOOSE)]
    if slow:
        sys.exit("slower than it may be: " + "; ".join(figure.line() for figure in slow))


def _of(section: Callable[[Path, Depth], list[Figure]], place: Path, depth: Depth) -> list[Figure]:
    name = section.__name__
    print(f"{name} ...", file=sys.stderr, flush=True)
    return section(place, depth)


if __name__ == "__main__":
    main()
