"""Several decisions in one entry: every single falsification is named, each is a row, and each counts by itself."""

import csv
import io
import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from service.evidence import rows
from service.evidence.columns import COLUMNS
from service.evidence.disclosures import Disclosures, Places, keyring_opener
from service.evidence.export import Format, export
from service.evidence.findings import Wrong
from service.ledger import canonical, leaf_hash, read_entry
from service.need_to_know.correcting import correct_listing
from tests.evidence.test_decisions import found, verified
from tests.evidence.test_effects import BECAUSE, at, effects, listing_of, recorded
from tests.evidence.world import BEGIN, Deciding

DAY = timedelta(days=1)
ASKED = (("sato", "d1"), ("mori", "d1"), ("sato", "d2"), ("kato", "d1"))
Forge = Callable[[list[dict[str, Any]]], None]


def test_an_honest_entry_of_several_decisions_verifies_and_each_is_judged(deciding: Deciding) -> None:
    deciding.ask_together(*ASKED, at=BEGIN + DAY)
    deciding.ask("sato", "d1", at=BEGIN + DAY)
    deciding.ask_together(*ASKED, ASKED[0], at=BEGIN + 2 * DAY, organization="denryoku")
    report = verified(deciding)
    assert report.findings.kept == []
    assert (report.counts.decisions, report.counts.answered, report.counts.not_rerun) == (10, 10, 0)


def dropped(checks: list[dict[str, Any]]) -> None:
    del checks[1]


def doubled(checks: list[dict[str, Any]]) -> None:
    checks.append(checks[0] | {"object": "d2"})


def turned(checks: list[dict[str, Any]]) -> None:
    checks[1]["out"] = "permit"


def refused(checks: list[dict[str, Any]]) -> None:
    checks[0]["out"] = "deny"


def exchanged(name: int) -> Forge:
    def forge(checks: list[dict[str, Any]]) -> None:
        first, second = checks[0]["_sd"], checks[1]["_sd"]
        first[name], second[name] = second[name], first[name]

    return forge


def swapped(word: str) -> Forge:
    def forge(checks: list[dict[str, Any]]) -> None:
        checks[0][word], checks[1][word] = checks[1][word], checks[0][word]

    return forge


def renamed(checks: list[dict[str, Any]]) -> None:
    checks[0]["object"] = "d2"


def otherwise(checks: list[dict[str, Any]]) -> None:
    checks[0]["action"] = "burn"


FORGED: tuple[tuple[Forge, Wrong], ...] = (
    (doubled, Wrong.DECISION_INCOMPLETE),
    (turned, Wrong.OUTCOME_DIFFERS),
    (refused, Wrong.OUTCOME_DIFFERS),
    (exchanged(0), Wrong.DECISION_INCOMPLETE),
    (exchanged(1), Wrong.ANSWER_DIFFERS),
    (swapped("person"), Wrong.DECISION_INCOMPLETE),
    (swapped("out"), Wrong.OUTCOME_DIFFERS),
    (swapped("_sd"), Wrong.DECISION_INCOMPLETE),
    (renamed, Wrong.DECISION_INCOMPLETE),
    (otherwise, Wrong.ANSWER_DIFFERS),
)


def test_a_forger_who_writes_the_chain_anew_is_still_found_out(deciding: Deciding) -> None:
    moment = timedelta(seconds=1)
    honest = deciding.ask_together(*ASKED, at=BEGIN + DAY)
    forged = {
        deciding.ask_together(*ASKED, at=BEGIN + DAY + place * moment, forge=forge): wrong for place, (forge, wrong) in enumerate(FORGED)
    }
    named: dict[int | None, set[Wrong]] = {}
    for one in verified(deciding).findings.kept:
        named.setdefault(one.index, set()).add(one.wrong)
    assert honest not in named
    assert named == {index: {wrong} for index, wrong in forged.items()}


def test_a_check_that_a_forger_leaves_out_leaves_its_disclosures_behind(deciding: Deciding) -> None:
    index = deciding.ask_together(*ASKED, at=BEGIN + DAY, forge=dropped)
    assert set(found(deciding)) == {(Wrong.DISCLOSURE_UNCLAIMED, index)}


def turned_order(checks: list[dict[str, Any]]) -> None:
    checks.reverse()


def test_whoever_changes_one_check_of_an_entry_breaks_its_hash(deciding: Deciding) -> None:
    index = deciding.ask_together(*ASKED, at=BEGIN + DAY)
    assert found(deciding) == []
    honest = deciding.site.body(index)
    for change in (dropped, turned, exchanged(0), swapped("person"), turned_order):
        entry = read_entry(honest)
        change(entry["checks"])
        deciding.site.attack(("update ledger.entries set body = %s where index = %s", (canonical(entry), index)))
        assert (Wrong.ENTRY_CHANGED, index) in found(deciding), change


def test_a_disclosure_destroyed_with_one_check_is_named_and_the_others_are_judged(deciding: Deciding) -> None:
    index = deciding.ask_together(*ASKED[:3], at=BEGIN + DAY)
    deciding.site.attack(("delete from ledger.disclosures where index = %s and key_id = 'mori'", (index,)))
    report = verified(deciding)
    assert set(report.findings.counts) == {Wrong.DISCLOSURE_ABSENT}
    assert (report.counts.decisions, report.counts.answered, report.counts.not_rerun) == (3, 2, 1)


def exported(deciding: Deciding, form: Format, start: int) -> tuple[int, bytes]:
    out = io.BytesIO()
    site = deciding.site
    with rows.snapshot(site.url) as connection, Places() as places:
        disclosures = Disclosures(
            places=places,
            opener=keyring_opener(connection, site.log.keyring.scratch()),
            fetch=lambda index, digest: rows.sealed_row(connection, index=index, digest=digest),
        )
        end = rows.log_size(connection)
        written = export(connection=connection, start=start, end=end, disclosures=disclosures, format_=form, language="en", out=out)
    return written.rows, out.getvalue()


def test_each_decision_of_an_entry_is_a_row_for_spreadsheets(deciding: Deciding) -> None:
    before = deciding.ask("sato", "d1", at=BEGIN + DAY)
    index = deciding.ask_together(*ASKED, at=BEGIN + DAY, organization="denryoku")
    count, body = exported(deciding, "csv", before)
    lines = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")))
    assert count == len(lines) == 5
    assert [name for name, _ja in COLUMNS][20] == "check", "columns are only ever added at the end"
    assert [(line["index"], line["check"]) for line in lines] == [(str(before), ""), *((str(index), str(one)) for one in range(1, 5))]
    assert [(line["person_id"], line["object_id"], line["outcome"], line["decision"]) for line in lines[1:]] == [
        ("sato", "d1", "permit", "permit"),
        ("mori", "d1", "deny", "deny"),
        ("sato", "d2", "deny", "deny"),
        ("kato", "d1", "deny", "deny"),
    ]
    assert {line["on_behalf_of"] for line in lines[1:]} == {"denryoku"}
    assert [line["reference"] for line in lines[1:]] == ["", "REF00002", "REF00003", "REF00004"]
    assert {line["leaf_hash"] for line in lines[1:]} == {leaf_hash(deciding.site.body(index)).hex()}


def test_each_decision_of_an_entry_is_a_line_for_programs_and_the_first_has_the_bytes_of_the_log(deciding: Deciding) -> None:
    index = deciding.ask_together(*ASKED, at=BEGIN + DAY)
    _count, body = exported(deciding, "jsonl", index)
    lines = [json.loads(line) for line in body.splitlines()]
    assert [(line["index"], line["check"], "entry" in line) for line in lines] == [(index, one, one == 1) for one in range(1, 5)]
    assert deciding.site.body(index) in body.splitlines()[0]
    assert [(line["decision"]["person"], line["decision"]["out"], line["answer"]["api"]) for line in lines] == [
        (person, "permit" if (person, resource) == ("sato", "d1") else "deny", (person, resource) == ("sato", "d1"))
        for person, resource in ASKED
    ]


def test_an_entry_out_of_form_is_exported_as_what_stands_there(deciding: Deciding) -> None:
    index = deciding.ask_together(*ASKED, at=BEGIN + DAY)
    entry = read_entry(deciding.site.body(index))
    for forged in (entry | {"kind": "ledger:log:opened"}, entry | {"checks": []}):
        deciding.site.attack(("update ledger.entries set body = %s where index = %s", (canonical(forged), index)))
        count, body = exported(deciding, "jsonl", index)
        assert count == 1, "an export passes over nothing"
        assert canonical(forged) in body


def test_permits_among_several_are_named_where_a_late_fact_would_have_changed_them(deciding: Deciding) -> None:
    early = deciding.ask_together(("mori", "d1"), ("sato", "d1"), ("sato", "d2"), at=at(5), organization="denryoku")
    late = deciding.ask_together(("mori", "d1"), ("sato", "d1"), at=at(20))
    index = recorded(deciding, correct_listing, listing_id=listing_of(deciding, "sato"), grounds=BECAUSE, from_on=date(2026, 4, 15))
    told = effects(deciding, index)
    assert [(one.index, one.person, one.object, one.organization) for one in told.permits] == [(early, "sato", "d1", "denryoku")]
    assert told.looked_at == 2, f"the permit of {late} too"
