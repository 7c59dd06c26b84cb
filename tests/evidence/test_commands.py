"""`sekisho verify` and `sekisho export` as their users meet them."""

import csv
import io
import json
from hashlib import sha256
from pathlib import Path

import pytest

from service import cli
from service.cli import export as export_command
from service.ledger import read_entry
from tests.evidence.site import Site


def size(site: Site) -> int:
    from service.database import read
    from service.ledger import log_size

    with read(site.engine) as session:
        return log_size(session)


def test_an_export_is_a_file_and_two_entries(opened: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "log.csv"
    assert cli.run(["export", "--to", "2026-04-03", "--out", str(out)]) == 0
    body = out.read_bytes()
    said = capsys.readouterr()
    assert sha256(body).hexdigest() in said.err
    assert said.out == ""
    assert len(list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))) == 6
    kinds = [(read_entry(opened.body(index))["kind"], read_entry(opened.body(index))["out"]) for index in (12, 13)]
    assert kinds == [("ledger:export:requested", "accepted"), ("ledger:export:completed", "accepted")]
    assert [path.name for path in tmp_path.iterdir() if path.name != "keys"] == ["log.csv"]


def test_an_export_to_standard_output_is_the_bytes_alone(opened: Site, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert cli.run(["export", "--format", "jsonl"]) == 0
    lines = capfdbinary.readouterr().out.splitlines()
    assert [json.loads(line)["index"] for line in lines] == list(range(13))
    assert size(opened) == 14


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--from", "someday"], "--from 'someday'"),
        (["--from", "2026-04-09", "--to", "2026-04-08"], "does not lie after"),
        (["--format", "pdf"], "--format: pdf"),
        (["--language", "fr"], "--language: fr"),
        (["--out", "/nowhere/log.csv"], "/nowhere/log.csv: No such file or directory"),
        (["--out", "/"], "/: Is a directory"),
    ],
)
def test_bad_input_is_one_line_and_leaves_no_entry(
    opened: Site, arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["export", *arguments]) == 2
    said = capsys.readouterr()
    assert words in said.err
    assert said.err.count("\n") == 1
    assert size(opened) == 12


def test_an_export_that_breaks_off_leaves_no_file_and_says_so_in_the_log(
    opened: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device", str(tmp_path / "log.csv"))

    monkeypatch.setattr(export_command, "export_log", full)
    (tmp_path / "log.csv").write_text("an older export")
    assert cli.run(["export", "--out", str(tmp_path / "log.csv")]) == 2
    assert "No space left on device" in capsys.readouterr().err
    assert (tmp_path / "log.csv").read_text() == "an older export"
    assert [path.name for path in tmp_path.iterdir() if path.name != "keys"] == ["log.csv"]
    assert read_entry(opened.body(13))["out"] == "refused"
