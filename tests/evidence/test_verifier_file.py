"""The verifier as one file: the same bytes each time, with nothing that it does not need, running where nothing else is installed."""

import io
import json
import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path
from string import Formatter

import pytest

from service.evidence.package.archive import modules, verifier_archive
from service.evidence.package.faults import Fault
from service.evidence.package.report_words import REPORT
from service.evidence.package.words import WORDS
from tests.builders.evidence_packages import KEY, make, small_log, vkey_of

BARE = """
import json, runpy, socket, sys
def closed(*_given, **_named):
    raise AssertionError("a verifier knows no network")
socket.socket = socket.create_connection = socket.getaddrinfo = closed
sys.path[:0] = [sys.argv.pop(1)]
program = sys.argv.pop(1)
sys.argv[:1] = [program]
try:
    runpy.run_path(program, run_name="__main__")
except SystemExit as ended:
    code = ended.code
print(json.dumps({"code": code, "modules": sorted(sys.modules)}))
"""
MAY_BE_LOADED = {"cryptography", "cffi", "_cffi_backend", "_openssl", "cedarpy", "service"}


def beside(folder: Path, *names: str) -> Path:
    """Return a folder that holds nothing but some installed packages."""
    folder.mkdir()
    for name in names:
        found = find_spec(name)
        assert found is not None
        assert found.origin is not None
        place = Path(found.origin).parent if found.submodule_search_locations else Path(found.origin)
        (folder / place.name).symlink_to(place)
    return folder


@pytest.mark.parametrize("engine", [False, True], ids=["without the engine", "with the engine"])
def test_it_runs_where_nothing_else_is_installed(tmp_path: Path, engine: bool) -> None:
    made = make(tmp_path / "made", small_log(40))
    program = tmp_path / "verify.pyz"
    program.write_bytes(verifier_archive())
    names = ("cryptography", "cffi", "_cffi_backend", *(("cedarpy",) if engine else ()))
    (tmp_path / "bare.py").write_text(BARE)
    arguments = [str(beside(tmp_path / "installed", *names)), str(program), str(made.root), "--json", "--no-state", "--key", vkey_of(KEY)]
    command = [str(Path(sys.executable).resolve()), "-I", "-S", str(tmp_path / "bare.py"), *arguments]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    told, _, last = ran.stdout.rstrip().rpartition("\n")
    assert last, ran.stderr
    report, loaded = json.loads(told), json.loads(last)
    assert (loaded["code"], report["verified"], report["engine"]) == (0, True, engine)
    assert (report["judged"]["rerun"] > 0) == engine == (report["judged"]["unjudged"] == 0)
    known = MAY_BE_LOADED | sys.stdlib_module_names | {"__main__", "__mp_main__"}
    tops = {name.split(".")[0] for name in loaded["modules"] if not name.startswith("_sysconfigdata")}
    assert tops <= known
    own = {name for name in loaded["modules"] if name.startswith("service.")}
    packages = {name.rpartition(".")[0] for name in modules()} | {"service.decision", "service.evidence", "service.ledger"}
    assert own - packages <= set(modules())


def test_it_is_the_same_bytes_and_holds_what_it_takes_alone() -> None:
    assert verifier_archive() == verifier_archive()
    with zipfile.ZipFile(io.BytesIO(verifier_archive())) as archive:
        held = {one.filename: archive.read(one) for one in archive.infolist()}
        assert {one.date_time for one in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.namelist() == sorted(archive.namelist())
    code = {name for name in held if not name.endswith("__init__.py") and name != "__main__.py"}
    assert code == {f"{name.replace('.', '/')}.py" for name in modules()}
    assert all(not raw for name, raw in held.items() if name.endswith("__init__.py")), "there are no doors in it"
    assert not any(word in raw for name, raw in held.items() for word in (b"import sqlalchemy", b"import msgspec", b"import psycopg"))


def test_every_fault_has_words_in_both_languages() -> None:
    assert set(WORDS) == set(Fault)
    assert all(ja and en and en.isascii() and not ja.isascii() for ja, en in WORDS.values())


def test_the_report_fills_the_same_places_in_both_languages() -> None:
    def places(sentence: str) -> set[str]:
        return {name for _text, name, _form, _kind in Formatter().parse(sentence) if name is not None}

    assert {name: (places(ja), places(en) - {"plural"}) for name, (ja, en) in REPORT.items() if places(ja) != places(en) - {"plural"}} == {}
    assert all(ja and en and not ja.isascii() for name, (ja, en) in REPORT.items() if name != "more")
