"""Opening balances and late facts from the command line."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from service.acts.balance.sheets import SHEETS

Command = Callable[..., Any]
LETTER = ("document_number=経保第1号", "letter_on=2026-06-01", "arrived_on=2026-06-02")


@pytest.fixture
def people(sekisho: Command) -> Command:
    acts = (
        ("register_organization", "kind=organ", "name=架空経済省", "organization_id=keizai"),
        ("register_organization", "kind=operator", "name=架空電力", "organization_id=denryoku"),
        ("register_person", "legal_name=架空 花子", "person_id=hanako"),
        ("grant_alias", "namespace=employee", "value=00001", "target_kind=person", "target_id=hanako"),
    )
    for words in acts:
        assert sekisho("act", *words).code == 0
    return sekisho


@pytest.mark.parametrize("sheet", SHEETS)
def test_a_template_is_one_line_of_headers(sekisho: Command, sheet: str) -> None:
    for language in ("ja", "en"):
        told = sekisho("import", sheet, "--template", "--language", language)
        assert (told.code, told.out.count("\n")) == (0, 1)


def test_a_file_is_only_tried_until_it_is_told_to_be_brought_in_and_then_once(people: Command, tmp_path: Path) -> None:
    file = tmp_path / "results.csv"
    headers = people("import", "clearances", "--template", "--language", "ja").out
    file.write_text(headers + "00001,架空経済省,適,R8.6.1,経保第1号,2026-05-28,2026-06-02,,\n", encoding="utf-8-sig")
    before = people("ledger", "head").out
    tried = people("import", "clearances", str(file), "--language", "en")
    assert (tried.code, "1 acts to record" in tried.out, "dry run" in tried.out) == (0, True, True)
    assert people("ledger", "head").out == before
    done = people("import", "clearances", str(file), "--bring-in", "--as-of", "令和8年11月1日", "--language", "en")
    assert (done.code, "recorded as entries" in done.out) == (0, True)
    again = people("import", "clearances", str(file), "--bring-in", "--language", "en")
    assert (again.code, "this very file was brought in by entry" in again.out) == (0, True)


def test_a_wrong_row_is_told_by_line_and_column_and_nothing_is_brought_in(people: Command, tmp_path: Path) -> None:
    file = tmp_path / "results.csv"
    file.write_text(
        "社員番号,評価した行政機関,結果,文書番号,文書の日付,到達日\n00002,架空経済省,適,1,2026-05-28,いつか\n", encoding="cp932"
    )
    told = people("import", "clearances", str(file), "--bring-in", "--language", "ja")
    assert (told.code, "2行目 社員番号: 該当するものがありません" in told.out) == (1, True)


@pytest.mark.parametrize("words", [("clearances",), ("clearances", "/nonexistent.csv")])
def test_what_is_no_file_is_one_line(people: Command, words: tuple[str, ...]) -> None:
    told = people("import", *words)
    assert (told.code, told.err.count("\n")) == (2, 1)


def test_a_correction_at_the_command_line_has_its_effects_told(people: Command) -> None:
    recorded = ("person_id=hanako", "head_id=keizai", "outcome=positive", "notified_on=2026-06-01", "result_id=r1", *LETTER)
    assert people("act", "record_result", *recorded).code == 0
    corrected = people("act", "correct_result", "result_id=r1", "outcome=negative", "why=mistyped", "reference=経保第1号")
    index = corrected.out.rsplit("entry ", 1)[1].strip()
    told = people("correct-effects", index, "--language", "en")
    assert (told.code, "0 permits looked at again" in told.out) == (0, True)
    none = people("correct-effects", "0")
    assert (none.code, none.err.count("\n")) == (2, 1)


def test_a_register_is_brought_in_as_it_is_written_and_one_that_stays_says_why(people: Command, tmp_path: Path) -> None:
    letter = (*LETTER, "on=2026-06-01", "until=2030-05-31", "number=重経-1", "information_id=d1")
    assert people("act", "record_designation", "organ_id=keizai", *letter).code == 0
    headers = people("import", "registers", "--kind", "document", "--template", "--language", "ja").out
    assert headers.startswith('"登録番号","指定の整理番号","件名","受領元"')
    file = tmp_path / "管理簿.csv"
    rows = "7,重経-1,仕様書,架空経済省,R8.6.3,,,,,,\n8,重経-1,設計図,架空経済省,R8.6.3,,,,R8.7.1,,\n"
    file.write_text(headers + rows, encoding="utf-8-sig")
    words = ("import", "registers", str(file), "--kind", "document", "--organization", "denryoku", "--language", "en")
    tried = people(*words)
    assert (tried.code, "2 acts to record" in tried.out, "1 rows that ended" in tried.out) == (0, True, True)
    assert "recorded as entries" in people(*words, "--bring-in").out
    told = people("import", "registers", "--language", "ja").out
    assert ("取り込みません" in told, "文書等管理簿" in told) == (True, True)
    stays = people("import", "registers", str(file), "--kind", "handling")
    assert (stays.code, stays.err.count("\n"), "keep the old handling log" in stays.err) == (2, 1, True)
