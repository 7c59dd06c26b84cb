"""The page about uses names every code, and its examples are of the form, in both languages."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from service.api.uses_form import MEMBERS, parse_uses
from service.evidence.own_log import HEADERS, USES, field_of
from service.evidence.reconciling import SORTS
from service.registers.reported import ACTIONS, MEDIA, REPORTED, STANDINGS
from service.settings import Settings

PAGES = [Path(__file__).parents[2] / "docs" / name for name in ("uses.md", "uses.ja.md")]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_page_names_every_code_and_no_other(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    actions = {action for some in ACTIONS.values() for action in some}
    for code in (*REPORTED, *MEDIA, *STANDINGS, *SORTS, *HEADERS, *MEMBERS, *actions):
        assert f"`{code}`" in text, code
    assert str(Settings.model_fields["use_late_seconds"].default) in text
    assert {field_of(word) for word in ("日時", "操作", "利用者", "文書", "台帳番号", "照会番号", "結果", "timestamp", "ref")} <= set(
        HEADERS
    )
    assert {"open", "閲覧", "print", "印刷", "write", "close"} <= set(USES)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_example_is_a_report(page: Path) -> None:
    (example,) = re.findall(r"```json\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    told = parse_uses(example.encode(), content_type=b"application/json", at=datetime(2026, 11, 30, tzinfo=UTC))
    assert [one.use for one in told] == [one["use"] for one in json.loads(example)["uses"]]
