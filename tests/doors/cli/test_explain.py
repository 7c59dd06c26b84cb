"""Explaining from the command line: a decision, a question, a day in both forms, and who could handle something."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from service import clock
from service.cli import explain
from service.statute.periods import legal_day

Command = Callable[..., Any]


ROOT = Path(__file__).resolve().parents[3]
SNIPPETS = [
    line.split()[1:]
    for name in ("explain.md", "explain.ja.md")
    for block in re.findall(r"```sh\n(.*?)```", (ROOT / "docs" / name).read_text(encoding="utf-8"), re.DOTALL)
    for line in block.splitlines()
]


def entry_of(said: str) -> str:
    found = re.search(r"^entry: (\d+)$", said, re.MULTILINE)
    assert found is not None
    return found[1]


def steps(told: dict[str, Any]) -> dict[str, str]:
    return {step["step"]: step["state"] for step in told["answers"][0]["informations"][0]["channels"][0]["steps"]}


def test_a_decision_is_explained_by_its_entry_in_both_languages(demo_once: Command) -> None:
    index = entry_of(demo_once("check", "demo-negative", "demo-doc-1", "--language", "en").out)
    told = demo_once("explain", index, "--lang", "en")
    assert (told.code, told.err) == (1, "")
    assert "deny: assessment_negative" in told.out
    assert re.search(r"missing .* \[Act 11\(1\)\] <act-11-1-negative>", told.out)
    assert "for a permit this would have to change" in told.out
    japanese = demo_once("explain", index, "--lang", "ja")
    assert "取り扱えません: assessment_negative" in japanese.out
    assert "法第11条第1項" in japanese.out
    assert "許可には次の変更が必要です" in japanese.out


def test_a_denial_is_explained_by_the_reference_that_it_showed(demo_once: Command, demo_place: dict[str, str]) -> None:
    index = int(entry_of(demo_once("check", "demo-not-listed", "demo-doc-1", "--language", "en").out))
    with psycopg.connect(demo_place["SEKISHO_DATABASE_URL"]) as connection:
        (body,) = connection.execute("select body from ledger.entries where index = %s", (index,)).fetchone() or (b"",)
    told = json.loads(demo_once("explain", "--reference", json.loads(bytes(body))["ref"].lower(), "--json").out)
    assert told["index"] == index


def test_an_area_is_explained_in_steps_in_both_languages(demo_once: Command, demo_place: dict[str, str]) -> None:
    with psycopg.connect(demo_place["SEKISHO_DATABASE_URL"]) as connection:
        (area,) = connection.execute("select id from registers.area_facts where kind = 'area' order by id").fetchone() or ("",)
    told = demo_once("explain", "--person", "demo-not-listed", "--area", area, "--lang", "en")
    assert (told.code, told.err) == (1, "")
    assert re.search(r"holds There is such an area\. \[Order 11\(1\)\(v\)\] <order-11-1-no-area>", told.out)
    assert "- The person is permitted to enter this area, or may handle something that is kept there." in told.out
    japanese = demo_once("explain", "--person", "demo-not-listed", "--area", area, "--lang", "ja")
    assert "この場所への立入りが許可されること" in japanese.out
    assert "--area: nothing here is called 'gate:7'" in demo_once("explain", "--person", "demo-permit", "--area", "gate:7").err
    assert "--information, --document or --area" in demo_once("explain", "--area", area).err


@pytest.mark.parametrize("words", SNIPPETS, ids=" ".join)
def test_every_command_of_the_page_runs(demo_once: Command, words: list[str]) -> None:
    told = demo_once(*words)
    assert (told.code in {0, 1}, told.err, bool(told.out)) == (True, "", True)


def test_where_people_sign_in_the_server_itself_explains_nothing(demo_once: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explain, "takes_two", lambda _session, _log: True)
    told = demo_once("explain", "--person", "demo-permit", "--information", "demo-info-1")
    assert (told.code, told.out) == (2, "")
    assert "POST /api/v1/explanations" in told.err


def test_a_question_is_explained_and_recorded_as_a_look_and_not_as_a_check(demo_once: Command) -> None:
    told = demo_once("explain", "--person", "employee:000001", "--document", "dms:2026-0001", "--purpose", "inquiry", "--json")
    assert told.code == 0
    found = json.loads(told.out)
    assert found["answers"][0]["form"] == "now"
    assert steps(found)["listing"] == "holds"
    again = demo_once("explain", str(found["recorded_as"]))
    assert (again.code, again.err) == (2, f"Error: entry {found['recorded_as']} holds no decision 1\n")


def test_a_day_is_told_in_both_forms(demo_once: Command) -> None:
    day = legal_day(clock.now()).isoformat()
    told = json.loads(demo_once("explain", "--person", "demo-permit", "--information", "demo-info-1", "--on", day, "--json").out)
    assert [one["form"] for one in told["answers"]] == ["known_today", "known_then"]
    assert [one["answer"]["permit"] for one in told["answers"]] == [True, True]
    long_ago = demo_once("explain", "--person", "demo-permit", "--information", "demo-info-1", "--on", "2025-06-01", "--lang", "en")
    assert long_ago.code == 1
    assert "what was known then" in long_ago.out


def test_who_could_handle_something_is_one_question(demo_once: Command) -> None:
    day = legal_day(clock.now()).isoformat()
    asked = ("explain", "--information", "demo-info-1", "--organization", "demo-denryoku", "--on", day)
    told = json.loads(demo_once(*asked, "--json").out)
    people = {one["person_id"]: one for one in told["items"]}
    assert {"demo-permit", "demo-read-only"} <= set(people)
    assert {"demo-negative", "demo-not-listed"}.isdisjoint(people)
    assert set(people["demo-permit"]["known_today"]["grounds"]) >= {"holding", "certification", "contract", "listing", "assessment"}
    assert "demo-permit" in demo_once(*asked, "--lang", "ja").out


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ((), "give INDEX"),
        (("0",), "entry 0 holds no decision 1"),
        (("99999999",), "entry 99999999 holds no decision 1"),
        (("--reference", "ZZZZZZZZ"), "no denial"),
        (("--person", "demo-permit"), "give INDEX"),
        (("--person", "nobody", "--information", "demo-info-1"), "--person: nothing here is called 'nobody'"),
        (("--person", "demo-permit", "--information", "nothing"), "--information: nothing"),
        (("--person", "demo-permit", "--information", "demo-info-1", "--action", "eat"), "action: one of"),
        (("--person", "demo-permit", "--information", "demo-info-1", "--on", "tomorrow"), "--on: a day is written"),
        (("--person", "demo-permit", "--information", "demo-info-1", "--on", "2999-01-01"), "a day that has come"),
        (("--person", "demo-permit", "--information", "demo-info-1", "--known-on", "2026-01-01"), "known_on: only for a day"),
        (("--information", "demo-info-1", "--on", "2026-01-01"), "--organization, --on"),
        (("5", "--purpose", "idle"), "--purpose: one of"),
    ],
)
def test_what_cannot_be_explained_is_one_line(demo_once: Command, words: tuple[str, ...], named: str) -> None:
    told = demo_once("explain", *words)
    assert told.code == 2
    assert named in told.err
    assert told.err.count("\n") == 1
