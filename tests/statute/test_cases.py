"""The acceptance suite: every legal case, run whole in a database of its own."""

from pathlib import Path

import pytest

from service.jobs.case_format import CaseFormatError, read_case
from service.jobs.cases import case_files, run_case

FOLDER = Path(__file__).with_name("cases")
FILES = case_files([FOLDER])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_law_answers_as_the_case_says(path: Path, database_url: str) -> None:
    lines = run_case(path, url=database_url)
    assert lines
    assert [str(line) for line in lines if not line.ok] == []


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("title: x\nlaw: [Act 1]\nchecs: []\n", 3, "'checs'"),
        ("title: x\nlaw: [Art 1]\n", 2, "citations"),
        ("title: x\nlaw: [Act 1]\ngiven:\n  people:\n    - {id: a, works_in: b}\n", 5, "'works_in'"),
        ("title: x\nlaw: [Act 1]\ngiven:\n  organizations: [{id: a, kind: shop}]\n", 4, "'shop'"),
        (
            "title: x\nlaw: [Act 1]\ngiven:\n  assessments:\n    - {id: a, person: p, by: q, outcome: positive, notified_on: soon}\n",
            5,
            "a day is needed",
        ),
        (
            "title: x\nlaw: [Act 1]\nchecks:\n  - {person: a, information: d, at: 2026-01-01T00:00:00, decision: permit, reason: clearance_valid}\n",
            4,
            "offset",
        ),
        ("title: x\nlaw: [Act 1]\nchecks:\n  - {person: a, information: d}\n", 4, "'at' is missing"),
        (
            "title: x\nlaw: [Act 1]\nchecks:\n  - {person: a, information: d, at: 2026-01-01T00:00:00Z, decision: permit, reason: clearance_valid, action: eat}\n",
            4,
            "'eat'",
        ),
        ("title: x\nlaw: [Act 1]\nacts:\n  - {act: lift, information: d, on: 2026-01-01, result: accepted, by: x}\n", 4, "'by'"),
        ("title: x\nlaw: [Act 1]\nacts:\n  - {act: lift, on: 2026-01-01, result: accepted}\n", 4, "'information' is missing"),
        ("title: x\nlaw: [Act 1]\nacts:\n  - {act: lift, information: d, on: 2026-01-01, result: maybe}\n", 4, "'maybe'"),
        ("title: x\ntitle: y\nlaw: [Act 1]\n", 2, "duplicate"),
        ("title: [\n", 2, ""),
    ],
)
def test_a_file_out_of_form_is_named_with_its_line_and_key(tmp_path: Path, text: str, line: int, says: str) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(text)
    with pytest.raises(CaseFormatError) as wrong:
        read_case(path)
    assert str(wrong.value).startswith(f"{path}:{line}: ")
    assert says in str(wrong.value)
