"""The verifier as one file: a ZIP that Python runs, with the modules that verifying takes and nothing else, the same bytes each time."""

import ast
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
ENTRY = "service.evidence.package.command"
MAIN = 'import sys\n\nfrom service.evidence.package.command import main\n\nif __name__ == "__main__":\n    sys.exit(main())\n'
LONG_AGO = (1980, 1, 1, 0, 0, 0)


class ClosureError(RuntimeError):
    """A module that verifying takes cannot travel: it is a package with a door of its own, or is not there."""


def verifier_archive() -> bytes:
    """Return the file `verify.pyz`."""
    held = {f"{name.replace('.', '/')}.py": _source(name).encode() for name in modules()}
    for name in list(held):
        held |= {f"{folder.as_posix()}/__init__.py": b"" for folder in Path(name).parents if folder != Path()}
    held["__main__.py"] = MAIN.encode()
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(held):
            one = zipfile.ZipInfo(name, LONG_AGO)
            one.compress_type, one.external_attr, one.create_system = zipfile.ZIP_DEFLATED, 0o644 << 16, 3
            archive.writestr(one, held[name])
    return made.getvalue()


def modules() -> list[str]:
    """Return the modules of this service that verifying takes, in order: what is imported by name, wherever in a module.

    Raises ClosureError where something is imported from a package's door: in the file there are no doors.
    """
    found: set[str] = set()
    waiting = [ENTRY]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += _imported(name)
    return sorted(found)


def _imported(name: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(_source(name))):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names if one.name.startswith("service."))
        elif isinstance(node, ast.ImportFrom) and node.module is not None and node.module.split(".")[0] == "service":
            if _file(node.module).is_file():
                yield node.module
            else:
                yield from (f"{node.module}.{one.name}" for one in node.names)


def _file(name: str) -> Path:
    return ROOT / f"{name.replace('.', '/')}.py"


def _source(name: str) -> str:
    if not _file(name).is_file():
        message = f"{name} is no module of one file"
        raise ClosureError(message)
    return _file(name).read_text(encoding="utf-8")
