"""`sekisho policy`: validated line by line, compared for laymen, shown for ever, brought into force where nobody signs in yet."""

import json
from pathlib import Path
from typing import Any

import psycopg
import pytest

from service.cli.policy import CASES
from service.cli.site import Settings
from service.statute.policies import read_policies
from tests.builders.policies import COPIES, with_files, with_house, written
from tests.doors.cli.conftest import Command

SHIPPED = read_policies()
ARTICLE = "act/article-11.cedar"
FEW = ("--cases", str(CASES / "doubt.yaml"), "--cases", str(CASES / "clearance-leap-years.yaml"))


def entries() -> int:
    url = Settings().database_url
    assert url is not None
    with psycopg.connect(url) as connection:
        found = connection.execute("select count(*) from ledger.entries").fetchone()
    assert found is not None
    return int(found[0])


def test_a_sound_draft_passes_with_its_legal_cases(sekisho: Command, tmp_path: Path) -> None:
    told = sekisho("policy", "validate", str(written(with_house(COPIES), tmp_path / "p")), *FEW, "--language", "en")
    assert (told.code, told.err) == (0, "")
    assert told.out.startswith(f"nothing is wrong: {with_house(COPIES).digest}")


def test_every_problem_stands_on_a_line_with_its_file_in_both_languages(unopened: Command, tmp_path: Path) -> None:
    texts = with_files({"house/a.cedar": "permit(", "house/b.cedar": COPIES.replace('"80"', '"1"'), "act/article-05.cedar": None})
    folder = str(written(texts, tmp_path / "p"))
    for language in ("en", "ja"):
        told = unopened("policy", "validate", folder, "--language", language)
        lines = told.out.splitlines()
        assert told.code == 1
        assert [line.partition(":")[0] for line in lines[:-1]] == ["house/a.cedar", "act/article-05.cedar", "house/b.cedar"]
    assert lines[-1] == "3件の誤り"


def test_a_draft_that_contradicts_a_legal_case_is_told_with_the_case(unopened: Command, tmp_path: Path) -> None:
    old = 'context has assessment && context.assessment.outcome == "positive" && context.now >= context.assessment.ends_at }'
    article = SHIPPED.files[ARTICLE]
    assert old in article
    texts = with_files({ARTICLE: article.replace(old, "false }")})
    cases = ("--cases", str(CASES / "clearance-leap-years.yaml"))
    told = unopened("policy", "validate", str(written(texts, tmp_path / "p")), *cases)
    assert told.code == 1
    assert "FAILED  clearance-leap-years.yaml check" in told.out


@pytest.mark.parametrize("text", [b"\xff\xfe", None])
def test_a_folder_that_is_no_set_is_one_line(unopened: Command, tmp_path: Path, text: bytes | None) -> None:
    if text is not None:
        written(SHIPPED, tmp_path)
        (tmp_path / "house").mkdir()
        (tmp_path / "house" / "a.cedar").write_bytes(text)
    for command in ("validate", "diff", "bundle", "activate"):
        told = unopened("policy", command, str(tmp_path))
        assert (told.code, told.out) == (2, "")
        assert len(told.err.splitlines()) == 1
        assert str(tmp_path) in told.err


def test_a_file_that_is_left_out_for_its_name_is_told(unopened: Command, tmp_path: Path) -> None:
    folder = written(SHIPPED, tmp_path / "p")
    (folder / "house").mkdir()
    (folder / "house" / "a.cedar.bak").write_text("permit(principal, action, resource);")
    (folder / "house" / "README.md").write_text("house")
    told = unopened("policy", "validate", str(folder), *FEW, "--language", "en")
    assert told.code == 0
    assert told.err.splitlines() == ["house/a.cedar.bak: not read: it is no .cedar file"]


def test_two_folders_are_compared_without_a_deployment(unopened: Command, tmp_path: Path) -> None:
    old, new = str(written(SHIPPED, tmp_path / "old")), str(written(with_house(COPIES), tmp_path / "new"))
    told = unopened("policy", "diff", new, "--against", old, "--language", "en")
    assert told.code == 1
    assert "added  house-copies (house/copies.cedar)  forbids: No copies are made on these premises. [Act 5(1)]" in told.out
    assert "!!" not in told.out
    told = unopened("policy", "diff", new, "--against", old, "--language", "ja")
    assert "追加  house-copies (house/copies.cedar)  禁止: この施設では複製を作りません。 [法第5条第1項]" in told.out
    same = unopened("policy", "diff", old, "--against", old, "--language", "en")
    assert (same.code, same.out.splitlines()[-1]) == (0, "The two are the same; nothing changes.")


def test_a_change_of_the_law_s_own_files_is_told_first_and_loud(unopened: Command, tmp_path: Path) -> None:
    article = SHIPPED.files[ARTICLE].replace('context has assessment && context.assessment.outcome == "negative" }', "false }", 1)
    new = str(written(with_files({ARTICLE: article, "house/copies.cedar": COPIES}), tmp_path / "new"))
    told = unopened("policy", "diff", new, "--against", str(written(SHIPPED, tmp_path / "old")), "--language", "en").out
    assert told.index("!! Policies of the law itself") < told.index("act-11-1-negative") < told.index("house-copies")
    assert "What differs: when it applies" in told
    assert "+ when { false }" in told


def test_what_is_in_force_is_compared_shown_and_changed_where_nobody_signs_in_yet(sekisho: Command, tmp_path: Path) -> None:
    texts = with_house(COPIES)
    folder = str(written(texts, tmp_path / "p"))
    assert "added  house-copies" in sekisho("policy", "diff", folder, "--language", "en").out
    told = sekisho("policy", "activate", folder, "--language", "en")
    assert told.code == 0
    assert told.out.splitlines()[-1] == f"in force: {texts.digest}"
    assert sekisho("policy", "diff", folder).code == 0
    shown = sekisho("policy", "show", "--language", "en").out
    assert texts.digest in shown
    assert "alone (before people signed in)" in shown
    assert "house-copies (house/copies.cedar)  forbids" in shown
    before = sekisho("policy", "show", SHIPPED.digest[:12], "--out", str(tmp_path / "back"), "--language", "en").out
    assert "house-copies" not in before
    assert "in force\n" not in before
    assert read_policies(tmp_path / "back").digest == SHIPPED.digest
    assert sekisho("policy", "diff", folder, "--against", SHIPPED.digest[:12]).code == 1
    assert sekisho("policy", "show", "f" * 64).code == 2
    assert sekisho("policy", "show", "", "--language", "en").code == 2


def test_a_set_that_is_unfit_does_not_come_into_force_and_leaves_no_entry(sekisho: Command, tmp_path: Path) -> None:
    before = entries()
    told = sekisho("policy", "activate", str(written(with_house(COPIES.replace("forbid", "permit")), tmp_path / "p")))
    assert told.code == 2
    assert "house/copies.cedar" in told.err
    assert entries() == before


def test_where_people_sign_in_one_person_activates_nothing(sekisho: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from service.cli import site

    monkeypatch.setattr(site, "takes_two", lambda _session, _log: True)
    folder = str(written(with_house(COPIES), tmp_path / "p"))
    before = entries()
    told = sekisho("policy", "activate", folder)
    assert told.code == 2
    assert "this takes two people" in told.err
    assert f"sekisho policy bundle {folder}" in told.err
    assert entries() == before
    bundle = sekisho("policy", "bundle", folder)
    assert bundle.code == 0
    assert json.loads(bundle.out)["files"]["house/copies.cedar"] == COPIES
    assert bundle.out.strip() == with_house(COPIES).bundle()
    assert with_house(COPIES).digest in bundle.err


def test_an_upgrade_changes_no_answer_by_itself_and_can_bring_its_own_set(sekisho: Command, tmp_path: Path) -> None:
    texts = with_house(COPIES)
    assert sekisho("policy", "activate", str(written(texts, tmp_path / "p"))).code == 0
    assert f"Policies in force: {texts.digest}" in sekisho("migrate").out
    assert f"Policies in force: {SHIPPED.digest}" in sekisho("migrate", "--activate-policies").out


def test_a_set_of_the_ledger_never_writes_outside_of_its_folder(sekisho: Command, tmp_path: Path) -> None:
    from service.cli import policy

    with pytest.raises(ValueError, match="leads out of the folder"):
        policy._write(with_files({"house/../../evil.cedar": COPIES}), tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert sekisho("policy", "show", "--out", str(tmp_path)).code == 2


def test_an_old_set_is_told_with_visible_characters_alone(sekisho: Command, tmp_path: Path) -> None:
    texts: Any = with_house(COPIES.replace("No copies", "\x1b[31mNo copies"))
    old = str(written(SHIPPED, tmp_path / "old"))
    told = sekisho("policy", "diff", str(written(texts, tmp_path / "new")), "--against", old, "--language", "en")
    assert "\x1b" not in told.out
