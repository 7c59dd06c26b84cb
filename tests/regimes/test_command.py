"""`sekisho serve --policies DIR --facts FILE`: the real command, and what it refuses before it listens."""

import json
import os
import re
import shlex
import subprocess
import sys
import time
from pathlib import Path

import httpx2
import pytest

from service import cli
from service.cli import serving_regime
from service.cli.serving_regime import RegimeOptionError, api_key
from tests.builders.authzen import Point, decision
from tests.builders.served import free_port
from tests.regimes.conftest import EXAMPLE, KEY, READ, WRITE

ROOT = EXAMPLE.parents[1]
POLICIES, FACTS = ("--policies", str(EXAMPLE / "policies")), ("--facts", str(EXAMPLE / "facts.json"))


def documented(name: str) -> list[str]:
    """The words of the command that a document starts a regime with, behind its key."""
    told = re.search(
        r"^export SEKISHO_API_KEY=\$\(.*\)\nsekisho (serve .*)$", (ROOT / "docs" / name).read_text(encoding="utf-8"), re.MULTILINE
    )
    assert told is not None
    return shlex.split(told[1])


def test_the_documented_command_serves_a_regime_on_the_loopback_with_no_database(tmp_path: Path) -> None:
    port = free_port()
    words = documented("regimes.md")
    assert words == documented("regimes.ja.md")
    words[words.index("--port") + 1] = str(port)
    told = {name: value for name, value in os.environ.items() if not name.startswith("SEKISHO_")}
    # An address of a database at which nobody is: it is never asked.
    told |= {"SEKISHO_DATA_DIR": str(tmp_path), "SEKISHO_DATABASE_URL": "postgresql://127.0.0.1:1/none", "SEKISHO_API_KEY": KEY}
    command = [sys.executable, "-m", "service", *words]
    with subprocess.Popen(command, cwd=ROOT, env=told, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        try:
            with httpx2.Client() as line:
                deadline = time.monotonic() + 120
                while True:
                    try:
                        found = line.get(f"http://127.0.0.1:{port}/.well-known/authzen-configuration")
                        break
                    except httpx2.TransportError:
                        assert process.poll() is None
                        assert time.monotonic() < deadline
                        time.sleep(0.1)
                assert found.json()["policy_decision_point"] == f"http://127.0.0.1:{port}"
                point = Point(f"http://127.0.0.1:{port}", KEY, READ, WRITE, line)
                assert (decision(point, READ), decision(point, WRITE)) == (True, False)
        finally:
            process.terminate()
            said = process.communicate(timeout=60)[1]
    assert "nothing is recorded" in said
    assert KEY not in said
    assert list(tmp_path.iterdir()) == []


def refused(*options: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert cli.run(["serve", "--port", str(free_port()), *options]) == 2
    said = capsys.readouterr().err
    assert len(said.splitlines()) == 1
    return said


def test_options_that_do_not_go_together_are_named_before_anything_is_served(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("SEKISHO_API_KEY", raising=False)
    monkeypatch.setenv("SEKISHO_DATA_DIR", str(tmp_path))
    assert "--policies and --facts are given together" in refused(*POLICIES, capsys=capsys)
    assert "--policies and --facts are given together" in refused("--api-key", KEY, capsys=capsys)
    assert "an API key is needed" in refused(*POLICIES, *FACTS, capsys=capsys)
    assert "not both" in refused(*POLICIES, *FACTS, "--api-key", KEY, "--api-key-file", "x", capsys=capsys)
    assert "at least 16 characters" in refused(*POLICIES, *FACTS, "--api-key", "short", capsys=capsys)
    assert "others can reach 192.0.2.1" in refused(*POLICIES, *FACTS, "--api-key", KEY, "--host", "192.0.2.1", capsys=capsys)
    assert "none.json" in refused(*POLICIES, "--facts", "none.json", "--api-key", KEY, capsys=capsys)
    assert "holds no policy" in refused("--policies", str(tmp_path), *FACTS, "--api-key", KEY, capsys=capsys)
    (tmp_path / "broken.cedar").write_text("permit (principal", encoding="utf-8")
    assert "broken.cedar" in refused("--policies", str(tmp_path), *FACTS, "--api-key", KEY, capsys=capsys)


def test_the_key_comes_from_the_option_the_file_or_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(serving_regime.KEY_VARIABLE, "of-the-environment")
    file = tmp_path / "key"
    file.write_text("of-the-file-itself\n", encoding="utf-8")
    assert api_key("of-the-option-itself", None) == "of-the-option-itself"
    assert api_key(None, file) == "of-the-file-itself"
    assert api_key(None, None) == "of-the-environment"
    for bad in ("", "鍵" * 16, "with a space in it"):
        with pytest.raises(RegimeOptionError, match="at least 16"):
            api_key(bad, None)


def test_the_help_says_who_can_see_a_key_of_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["serve", "--help"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "Everybody on this machine can see it" in said


def test_the_example_is_what_it_says() -> None:
    held = json.loads((EXAMPLE / "facts.json").read_text(encoding="utf-8"))
    assert {one["uid"]["type"] for one in held} == {"user", "group", "record", "Action"}
