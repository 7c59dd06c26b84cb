"""What a row of a view says: the same columns for ever, what is disclosed, and what is not, with the reason."""

import csv
import io
import json
from collections.abc import Mapping
from hashlib import sha256

import pytest
from hypothesis import given

from service.evidence.rendering.columns import COLUMNS, headings
from service.evidence.rendering.formats import RENDERERS, rendered
from service.evidence.rendering.known import NAMELESS, Erased, Known, Names, Opened, names_of
from service.evidence.rendering.rows import Row, cells, rows_of
from service.tlog.tree import leaf_hash
from tests.evidence.rendering.entries import ACT, ANSWER, BODIES, DECISION, KNOWN, KNOWNS, NAMES, NAMINGS, SEARCH, body_of, one

FIRST = (
    "index event_time_utc event_time_jst event_day kind outcome decision reason_codes basis actor_id person_id on_behalf_of object_id"
    " action policy_digest request_id reference seen undisclosed leaf_hash check appended_time_utc actor_name person_name"
    " organization_name object_name object_designation_no approver_id approver_name footing proposal_id hold_seconds need_to_know_ref"
    " purpose note erased_by withheld version"
)
"""The columns of version 1; whatever comes later stands behind them."""


def told(row: Row) -> Mapping[str, str]:
    return {name: cell for name, cell in zip(headings("en"), cells(row), strict=True) if cell}


def test_the_columns_keep_their_order_and_their_names() -> None:
    assert headings("en")[: len(FIRST.split())] == tuple(FIRST.split())
    assert len(set(headings("ja"))) == len(set(headings("en"))) == len(COLUMNS)


def test_a_decision_tells_what_is_disclosed_and_how_its_ids_are_called() -> None:
    assert told(one(DECISION)) == {
        "index": "3",
        "event_time_utc": "2026-04-01T00:00:00.123456Z",
        "event_time_jst": "2026-04-01 09:00:00.123456+09:00",
        "kind": "decision:access:decided",
        "outcome": "deny",
        "decision": "deny",
        "reason_codes": "not_listed",
        "basis": "Act 11(1); Act 5(1)",
        "actor_id": "app",
        "person_id": "p",
        "on_behalf_of": "org",
        "object_id": "d",
        "action": "read",
        "policy_digest": "ab" * 32,
        "request_id": "R1",
        "reference": "X1",
        "seen": "5",
        "leaf_hash": leaf_hash(DECISION).hex(),
        "appended_time_utc": "2026-04-01T00:00:00.123456Z",
        "actor_name": "文書管理",
        "person_name": "髙橋 𠮷子",
        "organization_name": "架空電力",
        "object_name": "装置の設計",
        "object_designation_no": "経保-1",
        "hold_seconds": "30",
        "need_to_know_ref": "7",
        "version": "1",
    }


def test_an_act_tells_who_approved_it_on_what_footing_and_what_was_said() -> None:
    found = told(one(ACT))
    assert (found["approver_id"], found["approver_name"], found["footing"], found["proposal_id"]) == (
        "acc2",
        "架空 次郎",
        "standing",
        "pr1",
    )
    assert (found["actor_name"], found["event_day"], found["purpose"]) == ("髙橋 𠮷子", "2026-03-31", "audit")
    assert (found["note"], found["version"]) == ('{"purpose":"audit","words":"=確認"}', "2")


def test_a_search_tells_what_was_asked_where_that_is_disclosed() -> None:
    assert told(one(SEARCH))["note"] == '{"searched":"resource","count":2}'
    assert "note" not in told(one(SEARCH, {}))


@pytest.mark.parametrize(
    ("digests", "said"),
    [
        (["A"], {}),
        (["E"], {"undisclosed": "destroyed", "erased_by": "9"}),
        (["W"], {"undisclosed": "answer", "withheld": "entitlement"}),
        (["E", "W", "A"], {"erased_by": "9", "withheld": "entitlement"}),
        (["nobody has it"], {"undisclosed": "answer"}),
    ],
)
def test_what_is_not_shown_is_told_with_its_reason(digests: list[str], said: dict[str, str]) -> None:
    found = told(one(body_of(sd=digests)))
    assert {name: found[name] for name in ("undisclosed", "erased_by", "withheld") if name in found} == said


def test_what_is_gone_is_told_in_its_own_word() -> None:
    sealed: dict[str, Known] = {"E": Erased(None, None, "sealed")}
    row = one(body_of(sd=["E"]), sealed)
    assert told(row)["undisclosed"] == "sealed"
    assert json.loads(RENDERERS["jsonl/1"]("en").line(row))["sealed"] is True


def test_each_of_several_decisions_is_a_row_and_the_wanted_ones_alone_where_some_are_wanted() -> None:
    checks = [{"_sd": ["A"], "out": "deny", "person": "p", "for": "own"}, {"_sd": ["E"], "out": "permit", "person": "q"}]
    body = body_of(v=2, checks=checks, for_="org", actor="app")
    rows = rows_of(3, body, KNOWN.get, names=NAMES)
    assert [(row.check, row.part["person"], row.part["for"], row.first) for row in rows] == [(1, "p", "own", True), (2, "q", "org", False)]
    assert [row.check for row in rows_of(3, body, places={2})] == [2]
    first, second = (json.loads(RENDERERS["jsonl/1"]("en").line(row)) for row in rows)
    assert (first["answer"], first["disclosures"], "entry" in first, "entry" in second) == (ANSWER, ["YW5zd2Vy"], True, False)
    assert second["decision"]["out"] == "permit"


@pytest.mark.parametrize("body", [b"", b"=nothing", b"[1]", b'{"v":1}', b'{"at":"x","kind":"y","v":1,\n"out":"z"}', b"\xff", b"[" * 9999])
def test_what_is_no_entry_is_told_as_its_leaf_hash_alone(body: bytes) -> None:
    (row,) = rows_of(4, body)
    assert told(row) == {"index": "4", "leaf_hash": leaf_hash(body).hex()}
    assert RENDERERS["jsonl/1"]("en").line(row).count(b"\n") == 1


def test_an_entry_is_never_altered_in_lines_of_json() -> None:
    line = RENDERERS["jsonl/1"]("en").line(one(DECISION))
    assert DECISION in line
    assert json.loads(line)["names"] == {"app": "文書管理", "p": "髙橋 𠮷子", "org": "架空電力", "d": "装置の設計"}


def test_names_are_those_of_the_facts_that_are_disclosed_the_last_one_counts() -> None:
    facts = [
        [{"table": "personnel.people", "row": {"id": "p", "legal_name": "旧姓"}}, {"table": "identity.accounts", "row": {"id": "a", "person_id": "p"}}],
        [{"table": "personnel.people", "row": {"id": "p", "legal_name": "新姓"}}],
        [{"table": "designation.information", "row": {"id": "i", "title": "題名", "number": "1号"}}, {"table": "x"}, 7, {"row": {"id": 1}}],
        {"person": "p"},
        None,
    ]  # fmt: skip
    names = names_of(facts)
    assert (names.name("p"), names.name("a"), names.name("i"), names.number("i"), names.name("?")) == ("新姓", "新姓", "題名", "1号", "")


GOLDEN = {
    ("csv/1", "en"): "3d86cf46f127d7c9",
    ("csv/1", "ja"): "1e4947d56558550a",
    ("cp932/1", "ja"): "72fa2e0f90ce6ae1",
    ("jsonl/1", "ja"): "0cea085b288e6931",
    ("ocsf/1", "ja"): "f91ea67231f5e3b1",
}


@pytest.mark.parametrize(("format_", "language"), GOLDEN)
def test_what_a_version_of_a_format_writes_never_changes(format_: str, language: str) -> None:
    """A package of an earlier release verifies with a later one only if the bytes are the same."""
    rows = [row for index, body in enumerate((DECISION, ACT, SEARCH, b"=nothing")) for row in rows_of(index, body, KNOWN.get, names=NAMES)]
    view = b"".join(rendered(rows, format_=format_, language="ja" if language == "ja" else "en"))
    assert sha256(view).hexdigest()[:16] == GOLDEN[format_, language]


@given(BODIES, KNOWNS, NAMINGS)
def test_whatever_a_forger_writes_is_rendered_in_every_format_and_twice_the_same(
    body: bytes, known: dict[str, Known], names: Names
) -> None:
    for format_ in RENDERERS:
        for language in ("ja", "en"):
            first, second = (
                b"".join(rendered(rows_of(1, body, known.get, names=names), format_=format_, language=language)) for _ in range(2)
            )
            assert first == second


@given(BODIES, KNOWNS)
def test_every_row_of_csv_has_every_column(body: bytes, known: dict[str, Known]) -> None:
    rows = rows_of(1, body, known.get)
    view = b"".join(rendered(rows, format_="csv/1", language="en")).decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(view, newline=""), strict=True))
    assert [len(line) for line in lines] == [len(COLUMNS)] * (1 + len(rows))


def test_a_reduced_answer_has_no_text_that_would_open_its_digest() -> None:
    reduced: dict[str, Known] = {"A": Opened("answer", ANSWER | {"reason": "not_cleared"})}
    line = json.loads(RENDERERS["jsonl/1"]("en").line(one(body_of(sd=["A"]), reduced)))
    assert (line["answer"]["reason"], "disclosures" in line) == ("not_cleared", False)


def test_without_names_nothing_is_named() -> None:
    (row,) = rows_of(3, DECISION, KNOWN.get, names=NAMELESS)
    assert {"actor_name", "person_name", "object_name"}.isdisjoint(told(row))
