"""Every default that stands where no published rule sets a number, from the tables in the code.

.venv/bin/python -m tools.defaults > docs/defaults.md
"""

import sys
from collections.abc import Iterator

from service.assessment.rules import LINES
from service.console.act_words import CODES, VERBS
from service.deadlines.rules import PERIODS as HOUSE_PERIODS
from service.evidence.budget import ROWS_A_DAY
from service.evidence.lookups import LOOKS_A_DAY
from service.need_to_know.rules import DEFAULT_PURPOSES, HOUSE_NUMBERS
from service.provision.rules import DEFAULT_REPORT_DAYS
from service.registers.declared.forms import n8
from service.registers.events import EVENTS
from service.registers.periods import PERIODS as REGISTER_PERIODS

HEADER = """# Defaults of ours / 公表されていない定めに代わる既定値

The Operational Standards and the guidelines of the Act are not public in every detail. Where the Act, its Order and the
published Rule set no number, Sekisho ships one and says so. None of these is law. This page is made from the code by
`tools/defaults.py`; a test fails when it is stale.

運用基準などで公表されていない数値は、本ソフトウェアの既定値で補っています。いずれも法令の定めではありません。

| what 内容 | default 既定値 | set by 変更する行為 | modelled on 参考 |
|---|---|---|---|"""
REMOVALS = {
    "none": "lists stay 名簿はそのまま",
    "review": "lists are looked at 名簿を見直す",
    "at_once": "off the lists at once 直ちに名簿から外す",
    "from_that_day": "off the lists from that day その日から外す",
    "day_after": "off the lists from the day after 翌日から外す",
}
"""What a report does to somebody's lines, in words."""
KEPT = "a line in the code コード内の行"


def rows() -> Iterator[tuple[str, str, str, str]]:
    """Yield what a default is about, its value, how it is set, and what it is modelled on."""
    for house in HOUSE_PERIODS.values():
        ja, en = house.says
        yield f"{en}<br>{ja}", str(house.default), _act("set_period"), str(house.modelled_on or "")
    for name, number in HOUSE_NUMBERS.items():
        ja, en = CODES[name]
        yield f"{en}<br>{ja}", str(number.default), _act("set_list_number"), ""
    yield (
        "Days to report a change of what was certified<br>認定事項の変更の報告期限(日)",
        str(DEFAULT_REPORT_DAYS),
        _act("set_report_term"),
        "",
    )
    for register in REGISTER_PERIODS.values():
        ja, en = register.says
        yield f"{en}<br>{ja}", str(register.default), _act("set_register_period"), str(register.modelled_on)
    for event in EVENTS:
        ja, en = CODES[event.code]
        yield (
            f"Report: {en}<br>届出: {ja}",
            REMOVALS[event.removal],
            _act("set_event_rule"),
            "",
        )
    yield "Approvals of documents<br>文書等の承認", "not kept here ここには記録しない", _act("set_approval_rule"), str(n8("27(1)"))
    yield "Purposes of listings<br>登載の目的の区分", ", ".join(en for _ja, en in DEFAULT_PURPOSES.values()), _act("set_purpose"), ""
    yield "Entries of one assessment, blank ones added monthly<br>一件の適性評価の記録数(毎月補う空行を含む)", str(LINES), KEPT, ""
    yield (
        "Disclosed rows a day for an auditor<br>監査担当者が一日に開示できる行数",
        str(ROWS_A_DAY),
        _act("set_disclosure_budget"),
        "",
    )
    yield "Looks a day at what entries withhold<br>一日の閲覧件数の上限", str(LOOKS_A_DAY), KEPT, ""


def _act(verb: str) -> str:
    return f"`{verb}` {VERBS[verb][0]}"


def page() -> str:
    """Return the whole page."""
    return "\n".join([HEADER, *(f"| {' | '.join(row)} |" for row in rows())]) + "\n"


if __name__ == "__main__":
    sys.stdout.write(page())
