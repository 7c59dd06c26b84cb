"""What renders views imports the standard library, itself and the formats of logs alone, so that it runs on an auditor's machine."""

import subprocess
import sys

NAMES = """
import importlib, pkgutil, sys
before = set(sys.modules)
import service.evidence.rendering as room
for one in pkgutil.iter_modules(room.__path__, room.__name__ + "."):
    importlib.import_module(one.name)
print("\\n".join(sorted(set(sys.modules) - before)))
"""
OURS = ("service", "service.evidence", "service.evidence.rendering", "service.tlog", "service.tlog.tree")


def is_pure(name: str) -> bool:
    return name.partition(".")[0] in sys.stdlib_module_names or name in OURS or name.startswith("service.evidence.rendering.")


def test_rendering_needs_nothing_but_the_standard_library() -> None:
    run = subprocess.run([sys.executable, "-c", NAMES], capture_output=True, text=True, check=True)
    loaded = run.stdout.split()
    assert "service.evidence.rendering.formats" in loaded
    assert "service.evidence.rendering.workbooks" in loaded
    assert [name for name in loaded if not is_pure(name)] == []
