"""The report says in both languages what was looked at and what is wrong."""

import json
from pathlib import Path

import pytest

from service import cli
from service.evidence.columns import Language
from service.evidence.findings import Finding, Findings, Wrong
from service.evidence.report import WORDS, Counts, Report, as_json, as_text, sentence
from tests.evidence.site import Site


def report(findings: Findings) -> Report:
    counts = Counts(entries=1204, intact=1204, batches=300, checkpoints=3, signed_size=1200, decisions=310, answered=310, rerun=12)
    return Report(origin="example.jp/main", root="00" * 32, counts=counts, findings=findings)


@pytest.mark.parametrize("wrong", list(Wrong))
@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_finding_has_a_sentence_without_gaps(wrong: Wrong, language: Language) -> None:
    words = sentence(Finding(wrong, 4, 9, "somewhere", "so"), language)
    assert "{" not in words
    assert words.endswith(("。", "."))


def test_every_code_has_words() -> None:
    assert set(WORDS) == set(Wrong)


def test_an_intact_log_is_said_to_be_intact() -> None:
    words = as_text(report(Findings()), "en")
    assert "1,204 of 1,204 entries intact" in words
    assert "310 of 310 decisions re-run and equal" in words
    assert words.endswith("Verified: nothing is wrong.")
    assert "記録 1,204 件中 1,204 件" in as_text(report(Findings()), "ja")


def test_what_is_wrong_is_said_with_the_first_index() -> None:
    findings = Findings()
    for index in range(90, 30, -1):
        findings.add(Wrong.ENTRY_CHANGED, index=index)
    words = as_text(report(findings), "en")
    assert "NOT VERIFIED: 60 findings. The first is at entry 41." in words
    assert words.endswith("… and 10 more")
    assert "最初の箇所は番号 41 です" in as_text(report(findings), "ja")


def test_programs_get_codes_and_words() -> None:
    findings = Findings()
    findings.add(Wrong.ROW_DIFFERS, index=4, place="personnel.people sato")
    told = json.loads(json.dumps(as_json(report(findings))))
    assert (told["verified"], told["first_index"], told["findings"][0]["code"]) == (False, 4, "row_differs")


def test_an_intact_log_verifies_by_command(opened: Site, capsys: pytest.CaptureFixture[str]) -> None:
    assert opened.log.origin
    assert cli.run(["verify", "--language", "en"]) == 0
    assert "12 of 12 entries intact" in capsys.readouterr().out
    assert cli.run(["verify", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["verified"] is True


def test_a_tampered_log_fails_by_command_and_names_the_index(opened: Site, capsys: pytest.CaptureFixture[str]) -> None:
    opened.attack(("delete from ledger.entries where index = 7", ()))
    assert cli.run(["verify", "--language", "ja"]) == 1
    assert "番号 7 の記録が削除されています" in capsys.readouterr().out


def test_a_key_given_from_outside_is_the_one_that_is_trusted(opened: Site, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "log.vkey").write_text(f"{opened.log.vkey}\n")
    assert cli.run(["verify", "--key", str(tmp_path / "log.vkey")]) == 0
    other = "example.jp/test+98e7a1a5+AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    assert cli.run(["verify", "--key", other]) == 2
    assert cli.run(["verify", "--key", "/nowhere"]) == 2
    assert cli.run(["verify", "--language", "de"]) == 2
    assert capsys.readouterr().err.count("\n") == 3
