"""Registers from the command line."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Command = Callable[..., Any]


@pytest.fixture
def kept(sekisho: Command) -> Command:
    """An operator with one document in its ledger."""
    for words in (
        ("register_organization", "kind=organ", "name=架空経済省", "organization_id=keizai"),
        ("register_organization", "kind=operator", "name=架空電力", "organization_id=denryoku"),
        (
            "record_designation",
            "organ_id=keizai",
            "information_id=d1",
            "on=2026-11-01",
            "until=2031-10-31",
            "document_number=経保第1号",
            "letter_on=2026-11-01",
            "arrived_on=2026-11-02",
        ),
        ("register_document", "carries=d1", "document_id=doc-1", "title==1+1", "organization_id=denryoku"),
        ("enter_document", "document_id=doc-1", "organization_id=denryoku", "on=2026-11-03"),
    ):
        told = sekisho("act", *words)
        assert told.code == 0, told.err
    return sekisho


def test_a_register_is_written_and_that_it_was_is_an_entry(kept: Command, tmp_path: Path) -> None:
    assert "重要経済安保情報文書等管理簿" in kept("register").out
    target = tmp_path / "ledger.csv"
    told = kept("register", "document", "--organization", "denryoku", "-o", str(target), "--language", "en")
    assert told.code == 0, told.err
    lines = target.read_bytes().decode("utf-8-sig").splitlines()
    assert lines[0].startswith('"Registration no.","Designation no.","Title"')
    assert lines[1].startswith('"1","d1","\'=1+1"')
    size = kept("ledger", "head").out
    last = int(next(line for line in size.splitlines() if line.startswith("entries")).split()[1]) - 1
    entry = json.loads(kept("ledger", "show", str(last)).out)
    assert (entry["kind"], entry["object"], entry["for"]) == ("registers:register:read", "document", "denryoku")
    book = tmp_path / "ledger.xlsx"
    assert kept("register", "document", "--organization", "denryoku", "-o", str(book)).code == 0
    assert book.read_bytes().startswith(b"PK")
    words = ("register", "document", "--organization", "denryoku", "--language", "en")
    lines = [json.loads(line) for line in kept(*words, "--format", "jsonl").out.splitlines()]
    assert (lines[0]["Registration no."], lines[0]["Title"]) == ("1", "=1+1")
    shift_jis = tmp_path / "ledger.cp932.csv"
    assert kept(*words[:-1], "ja", "--format", "cp932", "-o", str(shift_jis)).code == 0
    assert shift_jis.read_bytes().decode("cp932").startswith('"登録番号"')
    assert "csv, cp932, jsonl, xlsx" in kept(*words, "--format", "pdf").err


def test_every_register_is_written_in_every_form(kept: Command, tmp_path: Path) -> None:
    kinds = [line.split()[0] for line in kept("register").out.splitlines()]
    assert len(kinds) > 20
    for kind in kinds:
        for form in ("csv", "cp932", "jsonl", "xlsx"):
            told = kept("register", kind, "--organization", "denryoku", "--format", form, "-o", str(tmp_path / f"{kind}.{form}"))
            assert told.code == 0, (kind, form, told.err)


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("nothing", "--organization", "denryoku"), "nothing"),
        (("document",), "--organization"),
        (("document", "--organization", "x"), "'x'"),
    ],
)
def test_what_is_wrong_is_named(kept: Command, words: tuple[str, ...], named: str) -> None:
    told = kept("register", *words)
    assert told.code in {1, 2}
    assert named in told.err


def test_the_list_of_assessed_persons_is_written_where_nobody_signs_in_and_withheld_where_people_do(
    kept: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = ("document_number=経保第2号", "letter_on=2026-11-01", "arrived_on=2026-11-02")
    for words in (
        ("register_person", "legal_name=架空 花子", "person_id=hanako"),
        ("take_post", "person_id=hanako", "organization_id=denryoku"),
        ("record_result", "person_id=hanako", "head_id=keizai", "outcome=not_carried_out", "notified_on=2026-11-02", *letter),
    ):
        told = kept("act", *words)
        assert told.code == 0, told.err
    target = tmp_path / "assessed.csv"
    words = ("register", "assessed", "--organization", "denryoku", "--language", "en")
    assert kept(*words, "-o", str(target)).code == 0
    lines = target.read_bytes().decode("utf-8-sig").splitlines()
    assert lines[0].startswith('"Head","legal_name","outcome"')
    assert lines[1].startswith('"架空経済省","架空 花子","not_carried_out"')
    book = tmp_path / "assessed.xlsx"
    assert kept(*words, "-o", str(book)).code == 0
    assert book.read_bytes().startswith(b"PK")
    monkeypatch.setattr("service.cli.registers.must_withhold", lambda _site: True)
    told = kept(*words)
    assert told.code != 0
    assert "花子" not in told.out + told.err
