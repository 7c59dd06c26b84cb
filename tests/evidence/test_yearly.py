"""The yearly report counts what the ledger disclosed, by organ, and never what stands in the tables."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from service import cli
from service.assessment import operations as assessment
from service.clearance import operations as clearance
from service.cli import report as command
from service.cli.site import Site as OpenSite
from service.database import read, transaction
from service.designation import operations as designation
from service.evidence.counters import Told
from service.evidence.yearly import COUNTERS, PEOPLE, Yearly, cells, yearly
from service.ledger import read_entry
from service.ledger.destruction import destroy_key
from service.provision import operations as provision
from service.registers.duties import reports as duties
from service.settings import Settings
from service.statute.periods import day_start
from tests.builders import law
from tests.builders.assessing import Walk
from tests.builders.personnel import employee
from tests.builders.site import ACTOR, Site
from tests.rooms.conftest import organ

__all__ = ["organ"]

D = date.fromisoformat


def count(site: Site, year: int, on: str = "2099-12-31", **words: Any) -> Yearly:
    with read(site.engine) as session:
        return yearly(session, log=site.log, year=year, on=D(on), **words)


def found(site: Site, year: int, on: str = "2099-12-31") -> dict[tuple[str, str], int]:
    """The counts that are not nothing, by counter and organ."""
    counted: dict[tuple[str, str], int] = {}
    for line in count(site, year, on).lines:
        if line.count:
            key = (line.counter.code, line.organ)
            counted[key] = counted.get(key, 0) + line.count
    return counted


@pytest.fixture
def ministry(organ: Site) -> Site:
    law.organizations(organ)
    return organ


def test_designations_extensions_expiries_and_liftings_are_counted_in_the_year_of_their_day(ministry: Site) -> None:
    law.designated(ministry, "d1", years=1)  # 2026-06-01 to 2027-05-31
    law.designated(ministry, "d2", years=1)
    law.designated(ministry, "d3", organ_id="mof", years=1)
    ministry.act(designation.extend, day=D("2027-05-01"), information_id="d1", until=D("2028-05-31"), on=D("2027-05-01"))
    ministry.act(designation.lift, day=D("2027-03-01"), information_id="d2", on=D("2027-03-01"))
    assert found(ministry, 2026) == {("designated", "meti"): 2, ("designated", "mof"): 1}
    assert found(ministry, 2027) == {("extended", "meti"): 1, ("lifted", "meti"): 1, ("expired", "mof"): 1}
    assert found(ministry, 2028) == {("expired", "meti"): 1}
    assert found(ministry, 2025) == {}


def test_a_validity_has_expired_when_its_last_day_is_over(ministry: Site) -> None:
    law.designated(ministry, "d1", years=1)
    assert found(ministry, 2027, on="2027-05-31") == {}
    assert found(ministry, 2027, on="2027-06-01") == {("expired", "meti"): 1}


def test_an_extension_beyond_thirty_years_is_counted_beside(ministry: Site) -> None:
    law.designated(ministry, "d1")
    until = 2031
    while until < 2061:
        on = D(f"{until}-05-01")
        words = {"cabinet_approved_on": on} if until >= 2056 else {}
        ministry.act(designation.extend, day=on, information_id="d1", until=D(f"{until + 5}-05-31"), on=on, **words)
        until += 5
    assert found(ministry, 2051) == {("extended", "meti"): 1}
    assert found(ministry, 2056) == {("extended", "meti"): 1, ("extended_over_thirty", "meti"): 1}


def test_results_are_counted_by_outcome_investigator_and_where_people_work(ministry: Site) -> None:
    for person, place, outcome in (
        ("ueda", "meti", "positive"),
        ("mori", "meti", "negative"),
        ("sato", "denryoku", "positive"),
        ("kuno", "denryoku", "refused"),
        ("abe", "denryoku", "withdrawn"),
    ):
        employee(ministry, person, place)
        law.cleared(ministry, person, outcome=outcome)
    words = {"head_id": "meti", "outcome": "positive", "notified_on": D("2026-06-16")}
    employee(ministry, "ito", "meti")
    ministry.act(clearance.record_result, day=D("2026-06-16"), person_id="ito", investigated_by="organ", **words)
    ministry.act(clearance.record_doubt_notice, day=D("2026-11-02"), person_id="ito", head_id="meti", notified_on=D("2026-11-02"))
    assert found(ministry, 2026) == {
        ("positive", "meti"): 3,
        ("negative", "meti"): 1,
        ("refused", "meti"): 1,
        ("withdrawn", "meti"): 1,
        ("investigated", "meti"): 3,
        ("self_investigated", "meti"): 1,
        ("doubted", "meti"): 1,
    }
    sides = {(line.counter.code, line.side): line.count for line in count(ministry, 2026).lines if line.counter.code == "positive"}
    assert sides == {("positive", "organ"): 2, ("positive", "operator"): 1}


def test_another_law_s_assessments_are_not_of_this_report(ministry: Site) -> None:
    employee(ministry, "ueda", "meti")
    words = {"person_id": "ueda", "head_id": "meti", "outcome": "positive", "notified_on": D("2026-06-15")}
    ministry.act(clearance.record_result, day=D("2026-06-15"), law="sds", **words)
    assert found(ministry, 2026) == {}


def test_certifications_and_their_ends_are_counted(ministry: Site) -> None:
    words = {"operator_id": "denryoku", "organ_id": "meti"}
    ministry.act(provision.certify, day=D("2026-06-20"), on=D("2026-06-20"), certification_id="cert-1", **words)
    ministry.act(provision.end_certification, day=D("2027-02-01"), certification_id="cert-1", on=D("2027-02-01"))
    assert found(ministry, 2026) == {("certified", "meti"): 1}
    assert found(ministry, 2027) == {("certification_lost", "meti"): 1}


def test_applications_that_were_not_granted_are_counted(ministry: Site) -> None:
    words = {"operator_id": "denryoku", "organ_id": "meti", "document_number": "認第3号"}
    ministry.act(provision.refuse_certification, day=D("2026-06-20"), on=D("2026-06-20"), **words)
    ministry.act(provision.refuse_certification, day=D("2027-02-03"), on=D("2027-02-01"), **words)
    assert found(ministry, 2026) == {("certification_refused", "meti"): 1}
    assert found(ministry, 2027) == {("certification_refused", "meti"): 1}
    rows = cells(count(ministry, 2026), "ja", below=5)
    assert ("2026", "meti", "適合事業者の認定", "certification_refused", "認定しなかったもの", "", "", "1") in {row[:8] for row in rows}


def test_complaints_are_counted_by_what_they_came_to_and_an_answer_without_an_outcome_by_none(ministry: Site) -> None:
    employee(ministry, "ueda", "meti")
    employee(ministry, "abe", "meti")
    Walk(ministry, "ueda").told("negative")
    for day, outcome in ((20, "result_stands"), (21, "result_stands"), (22, "put_right")):
        on = D(f"2026-08-{day}")
        made = ministry.act(assessment.complain, day=on, person_id="ueda", head_id="meti", on=on)
        ministry.act(assessment.answer_complaint, day=on, complaint_id=made, outcome=outcome, on=on, officer_id="abe")
    counted = found(ministry, 2026)
    assert (counted["complaint_result_stands", "meti"], counted["complaint_put_right", "meti"]) == (2, 1)
    assert ("complaint_reassessment", "meti") not in counted
    (counter,) = [one for one in COUNTERS if one.code == "complaint_result_stands"]
    assert not counter.counts({"answered_on": "2026-08-20"}, Told(D("2026-12-31")))
    banded = {row[3]: row[7] for row in cells(count(ministry, 2026), "en", below=5)[1:]}
    assert {banded[f"complaint_{one}"] for one in ("result_stands", "put_right", "reassessment")} == {"0-4"}


def test_what_was_known_late_counts_in_the_year_in_which_it_happened(ministry: Site) -> None:
    employee(ministry, "ueda", "meti")
    words = {"person_id": "ueda", "head_id": "meti", "outcome": "positive", "notified_on": D("2026-12-28")}
    ministry.act(clearance.record_result, day=D("2027-01-12"), **words)
    assert ("positive", "meti") in found(ministry, 2026)
    assert found(ministry, 2027) == {}


def test_a_fact_that_was_put_right_counts_as_corrected(ministry: Site) -> None:
    from service.clearance.model import Result
    from service.ledger import Draft, Kind, begin_act, record

    employee(ministry, "ueda", "meti")
    first = law.cleared(ministry, "ueda", on=D("2026-12-28"))
    with transaction(ministry.engine) as session:
        begin_act(session)
        old = session.get_one(Result, first)
        old.replaced_at = day_start(D("2027-02-01"))
        new = Result(
            id="right",
            person_id="ueda",
            head_id="meti",
            law="iesi",
            outcome="positive",
            investigated_by="prime_minister",
            notified_on=D("2027-01-05"),
            counted_on=D("2027-01-05"),
            provisional=False,
            recorded_at=day_start(D("2027-02-01")),
            replaces=first,
        )
        draft = Draft(kind=Kind.RESULT_RECORDED, actor=ACTOR, at=day_start(D("2027-02-01")), subject="ueda")
        record(session, log=ministry.log, draft=draft, rows=[old, new])
    assert found(ministry, 2026) == {}
    assert found(ministry, 2027) == {("positive", "meti"): 1, ("investigated", "meti"): 1}


def test_a_row_that_was_edited_behind_the_service_changes_no_count(ministry: Site) -> None:
    law.designated(ministry, "d1")
    with ministry.engine.begin() as connection:
        connection.exec_driver_sql("update designation.designations set designated_on = '2025-08-01', organ_id = 'mof'")
        connection.exec_driver_sql("delete from provision.certifications")
    assert found(ministry, 2026) == {("designated", "meti"): 1}
    assert found(ministry, 2025) == {}


def test_a_refused_act_counts_nothing(ministry: Site) -> None:
    from service.designation.rules import DesignationRefusedError

    with pytest.raises(DesignationRefusedError):
        law.designated(ministry, "d1", years=6)
    assert found(ministry, 2026) == {}


def test_what_was_destroyed_is_said_to_be_missing(ministry: Site) -> None:
    from service.ledger import key_id_of

    employee(ministry, "ueda", "meti")
    law.cleared(ministry, "ueda")
    assert count(ministry, 2026).destroyed == 0
    key_id = key_id_of("ueda", 1)
    ministry.act(destroy_key, day=D("2037-01-05"), key_id=key_id, reason="erasure")
    counted = count(ministry, 2026)
    assert counted.destroyed >= 1
    assert not [line for line in counted.lines if line.count]


def test_every_organ_that_has_any_count_has_every_counter(ministry: Site) -> None:
    law.designated(ministry, "d1")
    law.designated(ministry, "d2", organ_id="mof")
    lines = count(ministry, 2026).lines
    for name in ("meti", "mof"):
        assert [line.counter for line in lines if line.organ == name] == list(COUNTERS)
    only = count(ministry, 2026, organization_id="mof").lines
    assert {line.organ for line in only} == {"mof"}


def test_for_publishing_numbers_of_people_come_in_bands_and_nothing_can_be_subtracted(ministry: Site) -> None:
    for number, outcome in enumerate(["positive"] * 6 + ["negative"]):
        employee(ministry, f"ueda{number}", "meti")
        law.cleared(ministry, f"ueda{number}", outcome=outcome)
    law.designated(ministry, "d1")
    rows = cells(count(ministry, 2026), "en", below=5)[1:]
    told = {row[3]: row[7] for row in rows}
    assert told["positive"] == "5-9"
    assert told["negative"] == told["refused"] == told["withdrawn"] == "0-4"
    assert told["investigated"] == "5-9"
    assert told["designated"] == "1"
    with pytest.raises(ValueError, match="at least 2"):
        cells(count(ministry, 2026), "en", below=1)


def test_in_japanese_nothing_but_ids_and_codes_of_counters_is_a_code(ministry: Site) -> None:
    employee(ministry, "ueda", "meti")
    law.cleared(ministry, "ueda")
    counted = count(ministry, 2026)
    told = [row for row in cells(counted, "ja", below=None)[1:] if row[7] != "0"]
    assert ("適性評価", "新規", "行政機関") in {(row[2], row[5], row[6]) for row in told}
    assert {word for row in told for word in (row[2], row[5], row[6]) if word.isascii() and word} == set()


def test_every_counter_has_words_in_both_languages() -> None:
    assert len({counter.code for counter in COUNTERS}) == len(COUNTERS)
    for counter in COUNTERS:
        ja, en = counter.says
        assert en.isascii()
        assert not ja.isascii()


@pytest.fixture
def opened(ministry: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    @contextmanager
    def open_site() -> Iterator[OpenSite]:
        yield OpenSite(settings=Settings(), url="", engine=ministry.engine, opened=ministry.log)

    monkeypatch.setattr(command, "open_site", open_site)
    return ministry


def test_the_command_prints_a_table_writes_a_file_and_leaves_an_entry(
    opened: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    law.designated(opened, "d1")
    size, out = opened.size(), tmp_path / "2026.csv"
    assert cli.run(["report", "2026", "--csv", str(out), "--language", "ja"]) == 0
    assert "指定" in capsys.readouterr().out
    body = out.read_bytes()
    assert body.startswith("\ufeff".encode())
    rows = list(csv.reader(body.decode("utf-8-sig").splitlines()))
    assert rows[0] == ["年", "行政機関ID", "区分", "項目コード", "項目", "契機", "対象者の所属", "件数", "行政機関"]
    assert ["2026", "meti", "指定", "designated", "指定", "", "", "1", "meti"] in rows
    assert opened.size() == size + 1
    with read(opened.engine) as session:
        from service.ledger import entries

        (body,) = [one for _index, one in entries(session, start=size, end=size + 1)]
    assert read_entry(body)["kind"] == "ledger:export:requested"


def test_at_the_command_line_of_people_who_sign_in_assessments_are_left_out(
    opened: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    employee(opened, "ueda", "meti")
    law.cleared(opened, "ueda")
    monkeypatch.setattr(command, "must_withhold", lambda _site: True)
    out = tmp_path / "2026.csv"
    law.designated(opened, "d1")
    assert cli.run(["report", "2026", "--csv", str(out), "--language", "en"]) == 0
    said = capsys.readouterr()
    for told in (said.out, out.read_text(encoding="utf-8-sig")):
        assert "Designations" in told
        assert "assessment" not in told
        assert "Positive" not in told
    assert "without assessments" in said.err
    shown = cells(count(opened, 2026), "en", below=None, without=PEOPLE)
    assert not any("assessment" in row for row in shown)


@pytest.mark.parametrize("arguments", [["2024"], ["2026", "--suppress-below", "1"], ["year"], ["2026", "--language", "fr"]])
def test_bad_input_is_told_and_leaves_no_entry(opened: Site, arguments: list[str]) -> None:
    size = opened.size()
    assert cli.run(["report", *arguments]) == 2
    assert opened.size() == size


def test_a_year_with_one_of_everything_else_that_is_reported(ministry: Site) -> None:
    for name in ("d1", "d2", "d3"):
        law.designated(ministry, name)
    with_notice = {"information_id": "d2", "on": D("2026-08-03")}
    ministry.act(designation.lift_in_part, day=D("2026-08-03"), information_id="d1", part_number="第1号-2", on=D("2026-08-03"))
    ministry.act(designation.review_reasons, day=D("2026-08-03"), information_id="d1", on=D("2026-08-03"), finding="met")
    ministry.act(designation.hand_over_as_sds, day=D("2026-08-03"), sds_number="特第1号", **with_notice)
    for person in ("ueda", "mori", "kuno", "ito", "abe"):
        employee(ministry, person, "meti")
    Walk(ministry, "ueda").told("negative")
    Walk(ministry, "mori").told("refused")
    Walk(ministry, "kuno").told("withdrawn")
    own = Walk(ministry, "ito").consented()
    own.step("record_own_investigation", ground="work_of_the_organ_impeded")
    complaint = ministry.act(assessment.complain, day=D("2026-08-20"), person_id="ueda", head_id="meti", on=D("2026-08-20"))
    ministry.act(
        assessment.answer_complaint,
        day=D("2026-09-10"),
        complaint_id=complaint,
        outcome="reassessment",
        on=D("2026-09-10"),
        officer_id="abe",
    )
    law.cleared(ministry, "abe")
    words = {"organization_id": "meti", "head_id": "meti", "on": D("2026-10-01"), "reported_on": D("2026-10-01")}
    ministry.act(duties.report_doubt, day=D("2026-10-01"), person_id="abe", **words)
    tip = {"person_id": "abe", "improper": "other", "on": D("2026-10-02")}
    tipped = ministry.act(designation.report_improper, day=D("2026-10-02"), **tip)
    found_so = {"improper_report_id": tipped, "finding": "not_in_order", "on": D("2026-11-02")}
    ministry.act(designation.answer_improper_report, day=D("2026-11-02"), **found_so)
    doubt = {"person_id": "abe", "designation_number": "第9号", "requirement": "secrecy", "on": D("2026-10-02")}
    ministry.act(designation.doubt_designation, day=D("2026-10-02"), **doubt)
    assert found(ministry, 2026) == {
        ("designated", "meti"): 3,
        ("lifted", "meti"): 1,
        ("lifted_in_part", "meti"): 1,
        ("handed_over_as_sds", "meti"): 1,
        ("reviewed", "meti"): 1,
        ("doubted_by_staff", ""): 1,
        ("improper_reported", ""): 1,
        ("improper_answered", ""): 1,
        ("improper_found", ""): 1,
        ("positive", "meti"): 1,
        ("negative", "meti"): 1,
        ("investigated", "meti"): 2,
        ("notified", "meti"): 4,
        ("requested", "meti"): 2,
        ("own_begun", "meti"): 1,
        ("refused", "meti"): 1,
        ("withdrawn", "meti"): 1,
        ("not_carried_out", "meti"): 2,
        ("complained", "meti"): 1,
        ("complaint_answered", "meti"): 1,
        ("complaint_reassessment", "meti"): 1,
        ("doubt_reported", "meti"): 1,
    }
    hidden = cells(count(ministry, 2026), "en", below=None, without=PEOPLE)
    assert not {"complained", "complaint_reassessment", "complaint_result_stands", "requested", "refused", "doubt_reported"} & {
        row[3] for row in hidden
    }


def test_an_assessment_is_counted_by_what_it_was_made_for(ministry: Site) -> None:
    employee(ministry, "ueda", "meti")
    law.cleared(ministry, "ueda", on=D("2026-06-15"))
    law.cleared(ministry, "ueda", on=D("2026-12-01"))
    words = {"person_id": "ueda", "head_id": "meti", "notified_on": D("2026-12-10")}
    ministry.act(clearance.record_doubt_notice, day=D("2026-12-10"), **words)
    law.cleared(ministry, "ueda", on=D("2026-12-20"))
    triggers = {line.trigger: line.count for line in count(ministry, 2026).lines if line.counter.code == "positive"}
    assert triggers == {"first": 1, "renewal": 1, "doubt": 1}


def test_reports_that_name_no_organ_stand_by_themselves(ministry: Site) -> None:
    law.designated(ministry, "d1")
    employee(ministry, "abe", "meti")
    tip = {"person_id": "abe", "improper": "other", "on": D("2026-10-02")}
    report_id = ministry.act(designation.report_improper, day=D("2026-10-02"), **tip)
    lines = count(ministry, 2026).lines
    assert [line.counter.code for line in lines if not line.organ] == ["improper_reported"]
    words = {"improper_report_id": report_id, "finding": "in_order", "on": D("2027-01-05")}
    ministry.act(designation.answer_improper_report, day=D("2027-01-05"), **words)
    assert [line.counter.code for line in count(ministry, 2027).lines if not line.organ] == ["improper_answered"]
    rows = cells(count(ministry, 2027), "ja", below=None)
    assert not {"abe", "other", report_id} & {cell for row in rows for cell in row}
    assert {line.organ for line in count(ministry, 2026, organization_id="meti").lines} == {"meti"}
