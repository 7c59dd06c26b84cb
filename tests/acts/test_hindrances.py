"""Why an act is refused is said in both languages: every reason that the code raises, every kind of problem that a door answers."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from service.acts.hindrances import PROBLEMS, REASONS, told
from service.jobs.case_forms import REFUSALS
from service.statute.refusals import Conflict, Refusal

SERVICE = Path(__file__).parents[2] / "service"


@cache
def trees() -> dict[Path, ast.Module]:
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(SERVICE.rglob("*.py"))}


def below(base: type[Exception]) -> Iterator[type[Exception]]:
    yield base
    for one in base.__subclasses__():
        yield from below(one)


def given(tree: ast.AST, names: set[str]) -> list[ast.expr]:
    """What refusals are given as their reason, anywhere in a piece of code."""
    calls = [one for one in ast.walk(tree) if isinstance(one, ast.Call) and getattr(one.func, "attr", getattr(one.func, "id", "")) in names]
    return [value for one in calls for value in (*one.args[:1], *(word.value for word in one.keywords if word.arg == "reason"))]


def texts(tree: ast.AST) -> set[str]:
    return {one.value for one in ast.walk(tree) if isinstance(one, ast.Constant) and isinstance(one.value, str)}


def raised() -> set[str]:
    """The reasons that stand in the code: given to a refusal, or named `reason` in the function that gives it."""
    classes = {one.__name__ for one in below(Refusal)}
    found: set[str] = set()
    for path, tree in trees().items():
        names = classes | ({"_refuse"} if "assessment" in path.parts else set())
        found |= {one.value for one in given(tree, names) if isinstance(one, ast.Constant)}
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef) and any(getattr(one, "id", "") == "reason" for one in given(function, names)):
                named = [one for one in ast.walk(function) if isinstance(one, ast.Assign) and getattr(one.targets[0], "id", "") == "reason"]
                found |= {text for one in named for text in texts(one.value)}
    return found


def test_every_reason_that_is_raised_has_words_in_both_languages() -> None:
    from service.app import build  # every room is loaded

    assert build
    found = raised()
    assert len(found) > 30
    assert found - set(REASONS) == set()
    assert set(REFUSALS) - set(REASONS) == set()


def test_words_are_japanese_and_english_and_no_code_stands_for_them() -> None:
    for table in (REASONS, PROBLEMS):
        for code, (ja, en) in table.items():
            assert re.search("[ぁ-んァ-ヶ一-龠]", ja), code
            assert en.isascii(), code
            assert code not in {ja, en}


def test_every_kind_of_problem_is_explained() -> None:
    slugs = {one.slug for base in (Refusal, Conflict) for one in below(base)}  # type: ignore[attr-defined]  # both have one
    for tree in trees().values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "problem":
                slugs |= {one.value.value for one in node.keywords if one.arg == "slug" and isinstance(one.value, ast.Constant)}
    assert slugs - set(PROBLEMS) == set()


def test_a_reason_without_words_is_told_by_its_code() -> None:
    assert told(Refusal("quite_new"), "ja") == "quite_new"
    assert told(Refusal("no_contract"), "en") == REASONS["no_contract"][1]
