"""Whatever an act says of a word that does not fit, a person reads in their own language."""

import ast
import re
from itertools import pairwise
from pathlib import Path

import pytest

from service.console.acting.unfit import IN_WORDS, said_plainly

SERVICE = Path(__file__).resolve().parents[3] / "service"
ROOMS = ("designation", "provision", "personnel", "clearance", "assessment", "need_to_know", "registers", "deadlines", "acts", "proposals")
ELSEWHERE = ("acts/balance", "acts/roster", "personnel/roster", "statute")
"""What is told of the lines of a file, and of our own declarations."""


def messages() -> list[str]:
    """The messages of every ValueError and UnfitError that the rooms raise, with what stands in braces as a sample."""
    found = []
    for room in ROOMS:
        for file in sorted((SERVICE / room).rglob("*.py")):
            if any(str(file.relative_to(SERVICE)).startswith(one) for one in ELSEWHERE):
                continue
            found += raised_in(ast.parse(file.read_text(encoding="utf-8")))
    return sorted(set(found))


def raised_in(tree: ast.Module) -> list[str]:
    found = []
    for block in ast.walk(tree):
        for body in (getattr(block, name, None) for name in ("body", "orelse", "finalbody")):
            if not isinstance(body, list):
                continue
            for before, after in pairwise(body):
                if isinstance(after, ast.Raise) and isinstance(before, ast.Assign) and named(after) in {"ValueError", "UnfitError"}:
                    found += [sample(before.value)] if isinstance(before.value, ast.Constant | ast.JoinedStr) else []
    return found


def named(raised: ast.Raise) -> str:
    made = raised.exc
    return made.func.id if isinstance(made, ast.Call) and isinstance(made.func, ast.Name) else ""


def sample(value: ast.expr) -> str:
    if isinstance(value, ast.Constant):
        return str(value.value)
    assert isinstance(value, ast.JoinedStr)
    return "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in value.values)


@pytest.mark.parametrize("message", messages())
def test_a_message_about_a_word_is_said_in_japanese(message: str) -> None:
    word, colon, rest = message.partition(": ")
    _word, said = said_plainly(f"on: {rest}" if colon and word == "7" else message, "ja")
    assert re.search(r"[぀-ヿ㐀-鿿]", said), message


def test_what_is_said_depends_on_the_form_and_the_word_is_found() -> None:
    assert said_plainly("on: 2031-01-01 has not come yet", "en") == (
        "on",
        "That day has not come yet; enter the day on which it happened.",
    )
    assert said_plainly("something else entirely", "ja") == ("", "something else entirely")
    assert all(ja and en for ja, en in IN_WORDS.values())
