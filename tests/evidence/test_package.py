"""What an evidence package holds: all leaves, what may be known beside them, and nothing else."""

import base64
import csv
import json
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Engine

from service.actor import SYSTEM
from service.database import transaction
from service.evidence import rows
from service.evidence.export import Span
from service.evidence.package import views, writing
from service.evidence.package.asking import Asker, Wanted, ask
from service.evidence.package.command import main
from service.evidence.package.faults import Fault
from service.evidence.package.leaves import PackageFaultError
from service.evidence.package.order import ViewAsked
from service.evidence.package.proven import DivergedError
from service.evidence.package.verifying import Asked, verify_package
from service.evidence.package.writing import OvertakenError
from service.evidence.predicate import read_predicate
from service.evidence.rendering import workbooks
from service.evidence.rendering.columns import headings
from service.ledger import destroy_key, open_disclosure
from service.tlog.notes import Checkpoint, sign_checkpoint
from service.tlog.proofs import AddCheckpoint, unverified
from service.tlog.tree import leaf_hash, verify_consistency, verify_inclusion
from tests.evidence.packed import AUDITOR, NOBODY, Read, body_of, packed, writer
from tests.evidence.world import BEGIN, GIVEN, Deciding, deciding_site

LATER = BEGIN + timedelta(days=3)
VIEWS = tuple(ViewAsked(one, "ja") for one in ("csv/1", "cp932/1", "jsonl/1", "ocsf/1", "xlsx/1"))


def test_a_package_is_what_any_reader_of_the_specifications_can_check(deciding: Deciding, tmp_path: Path) -> None:
    deciding.ask("sato", "d1", at=BEGIN + timedelta(days=2))
    deciding.ask("mori", "d1", at=BEGIN + timedelta(days=2, hours=1))
    read, done = packed(deciding.site, tmp_path / "work", at=LATER, wanted=Wanted(views=VIEWS))
    read.require_sound(deciding.site.log.vkey)
    assert (read.manifest.start, read.manifest.end) == (0, read.manifest.size)
    assert read.manifest.requested == read.manifest.size - 1
    assert len(read.manifest.views) == 5
    assert done.counts["disclosed"] > 0
    assert len(read.bytes_of("view/records.csv").splitlines()) == 1 + done.rows


@pytest.mark.parametrize("fewer", [0, 1], ids=["the last is full", "one row is left over"])
def test_a_view_goes_on_in_a_next_workbook_when_one_is_full(
    deciding: Deciding, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fewer: int
) -> None:
    site, wanted = deciding.site, Wanted(views=(ViewAsked("xlsx/1", "ja"),))
    order = ask(site.engine, url=site.url, log=site.log, clock=lambda: LATER, asker=AUDITOR, wanted=wanted)
    writing.begin(tmp_path / "one", order)
    rows_there = writing.write(tmp_path / "one", writer(site)).rows
    most = rows_there - fewer
    monkeypatch.setattr(views, "Workbooks", partial(views.Workbooks, at_most=most))
    monkeypatch.setattr(workbooks, "ROWS_A_SHEET", most)
    writing.begin(tmp_path / "more", order)
    writing.write(tmp_path / "more", writer(site))
    read = Read(tmp_path / "more" / writing.FILES)
    books = [list(workbooks.cells_of(read.root / one.path)) for one in read.manifest.views]
    assert [len(cells) - 1 for cells in books] == [most, fewer][: 1 + fewer]
    assert {cells[0] for cells in books} == {headings("ja")}
    assert main([str(read.root), "--key", site.log.vkey, "--no-state"]) == 0, "the verifier makes the same of them"
    assert not [path for path in (tmp_path / "more").iterdir() if path.name.startswith("sekisho-")], "nothing is left beside"


def test_every_digest_of_a_found_entry_has_one_line_in_order(deciding: Deciding, tmp_path: Path) -> None:
    deciding.ask("sato", "d1", at=BEGIN + timedelta(days=2))
    read, _done = packed(deciding.site, tmp_path / "work", at=LATER)
    named = {name for body in read.entries().values() for name in digests_of(body)}
    lines = read.lines
    assert {line["digest"] for line in lines} == named
    assert lines == sorted(lines, key=lambda line: (line["index"], line["digest"]))
    for line in lines:
        if "text" in line:
            open_disclosure(line["text"], digest=line["digest"])


def test_whoever_has_no_entitlement_gets_leaves_and_no_disclosures(deciding: Deciding, tmp_path: Path) -> None:
    deciding.ask("sato", "d1", at=BEGIN + timedelta(days=2))
    read, done = packed(deciding.site, tmp_path / "work", at=LATER, asker=NOBODY)
    read.require_sound(deciding.site.log.vkey)
    assert {line.get("withheld") for line in read.lines} == {"entitlement"}
    assert done.counts == {"disclosed": 0, "erased": 0, "withheld": len(read.lines)}
    assert "株式会社" not in "".join(map(str, read.lines))


def test_a_role_that_sees_nothing_of_the_ledger_is_given_what_it_sees(deciding: Deciding, tmp_path: Path) -> None:
    index = deciding.ask("sato", "d1", at=BEGIN + timedelta(days=2))
    custodian = Asker(AUDITOR.actor, frozenset({"custodian"}), "audit")
    read, _done = packed(deciding.site, tmp_path / "work", at=LATER, asker=custodian)
    assert {line.get("withheld") for line in read.lines if line["index"] == index} == {"entitlement"}


def test_without_a_purpose_an_auditor_is_given_nothing(deciding: Deciding, tmp_path: Path) -> None:
    deciding.ask("sato", "d1", at=BEGIN + timedelta(days=2))
    read, _done = packed(deciding.site, tmp_path / "work", at=LATER, asker=Asker(AUDITOR.actor, frozenset({"auditor"}), None))
    assert all(line.get("withheld") for line in read.lines)


def test_the_facts_of_a_decision_are_given_where_all_they_say_of_a_clearance_is_positive(deciding: Deciding, tmp_path: Path) -> None:
    positive = deciding.ask("sato", "d1", at=BEGIN + timedelta(days=2))
    without = deciding.ask("mori", "d1", at=BEGIN + timedelta(days=2, hours=1))
    read, _done = packed(deciding.site, tmp_path / "work", at=LATER)
    told = {index: sorted(opened_names(read, index)) for index in (positive, without)}
    assert told == {positive: ["answer", "facts"], without: []}
    assert {line.get("withheld") for line in read.lines if line["index"] == without} == {"entitlement"}


@pytest.mark.parametrize("outcome", ["negative", "refused", None])
def test_nobody_who_was_not_cleared_is_told_apart_from_another(
    database_url: str, engine: Engine, tmp_path: Path, outcome: str | None
) -> None:
    one = {"id": "a9", "person": "mori", "by": "meti", "outcome": outcome, "notified_on": date(2026, 3, 1)}
    given = GIVEN | ({"assessments": [*GIVEN["assessments"], one]} if outcome else {})
    deciding = deciding_site(database_url, engine, tmp_path / "keys", given=given)
    index = deciding.ask("mori", "d1", at=BEGIN + timedelta(days=2))
    read, _done = packed(deciding.site, tmp_path / "work", at=LATER)
    lines = [line for line in read.lines if line["index"] == index]
    assert [sorted(line) for line in lines] == [["digest", "index", "withheld"]] * len(lines)
    assert {line["withheld"] for line in lines} == {"entitlement"}
    assert not any(line.get("text") for line in read.lines if kind_of(read, line["index"]).startswith(("clearance:", "assessment:")))


def test_a_filter_gives_its_own_disclosures_and_all_leaves(deciding: Deciding, tmp_path: Path) -> None:
    found = deciding.ask("sato", "d1", at=BEGIN + timedelta(days=2))
    deciding.ask("sato", "d2", at=BEGIN + timedelta(days=2, hours=1))
    wanted = Wanted(read_predicate({"v": 1, "objects": ["d1"], "kinds": ["decision:access:decided"]}), views=VIEWS)
    read, done = packed(deciding.site, tmp_path / "work", at=LATER, wanted=wanted)
    read.require_sound(deciding.site.log.vkey)
    assert {line["digest"] for line in read.lines} == set(digests_of(deciding.site.body(found)))
    assert done.rows == 1


def test_of_several_decisions_those_that_are_found_are_disclosed(deciding: Deciding, tmp_path: Path) -> None:
    index = deciding.ask_together(("sato", "d1"), ("sato", "d2"), at=BEGIN + timedelta(days=2))
    wanted = Wanted(read_predicate({"v": 1, "objects": ["d2"]}), views=(ViewAsked("jsonl/1", "en"),))
    read, done = packed(deciding.site, tmp_path / "work", at=LATER, wanted=wanted)
    second = json.loads(deciding.site.body(index))["checks"][1]["_sd"]
    assert {line["digest"] for line in read.lines if line["index"] == index} <= set(second)
    assert set(second) <= {line["digest"] for line in read.lines}
    assert done.rows == len(read.bytes_of("view/records.jsonl").splitlines())


def test_what_a_filter_asks_of_disclosures_narrows_views_and_not_what_can_be_checked(deciding: Deciding, tmp_path: Path) -> None:
    permitted = deciding.ask("sato", "d1", at=BEGIN + timedelta(days=2))
    denied = deciding.ask("sato", "d2", at=BEGIN + timedelta(days=2, hours=1))
    wanted = Wanted(
        read_predicate({"v": 1, "kinds": ["decision:access:decided"], "disclosed": {"reasons": ["not_a_handler"]}}),
        views=(ViewAsked("jsonl/1", "en"),),
    )
    read, done = packed(deciding.site, tmp_path / "work", at=LATER, wanted=wanted)
    assert [json.loads(line)["index"] for line in read.bytes_of("view/records.jsonl").splitlines()] == [denied]
    assert done.rows == 1
    assert permitted in {line["index"] for line in read.lines}


def test_what_an_application_asked_for_is_found_and_whoever_verifies_finds_the_same(deciding: Deciding, tmp_path: Path) -> None:
    for hour, purpose in enumerate(("assigned_work", "shift", None, "assigned_work")):
        deciding.ask("sato", "d1", at=BEGIN + timedelta(days=2, hours=hour), purpose=purpose)
    wanted = Wanted(read_predicate({"v": 1, "disclosed": {"purposes": ["assigned_work"]}}), views=VIEWS)
    read, done = packed(deciding.site, tmp_path / "work", at=LATER, wanted=wanted)
    told = [json.loads(line) for line in read.bytes_of("view/records.jsonl").splitlines()]
    assert [(one["purpose"], one["entry"]["out"]) for one in told] == [("assigned_work", "permit")] * 2
    table = list(csv.DictReader(read.bytes_of("view/records.csv").decode("utf-8-sig").splitlines()))
    assert [one["目的"] for one in table] == ["assigned_work"] * 2
    events = [json.loads(line) for line in read.bytes_of("view/records.ocsf.jsonl").splitlines()]
    assert [one["unmapped"]["purpose"] for one in events] == ["assigned_work"] * 2
    assert done.rows == 2
    assert not any(b"assigned_work" in body for body in read.entries().values())
    report = verify_package(read.root, Asked(trusted=(deciding.site.log.vkey,)))
    assert (report.faults.kept, report.counts.rows, report.counts.judged.differing) == ([], 2, 0)
    assert report.counts.judged.rerun == 4


def test_facts_made_before_the_range_are_found(deciding: Deciding, tmp_path: Path) -> None:
    before = deciding.ask("sato", "d1", at=BEGIN + timedelta(days=2))
    again = deciding.ask("sato", "d1", at=BEGIN + timedelta(days=3))
    span = Span(BEGIN + timedelta(days=3), None)
    read, _done = packed(deciding.site, tmp_path / "work", at=BEGIN + timedelta(days=4), wanted=Wanted(span=span))
    assert read.manifest.start == again
    assert "facts" in opened_names(read, before)
    assert json.loads(read.bytes_of("query.json"))["from_at"] == "2026-04-04T00:00:00.000000Z"


def test_an_empty_time_is_a_package_too(deciding: Deciding, tmp_path: Path) -> None:
    span = Span(BEGIN + timedelta(days=900), BEGIN + timedelta(days=901))
    read, done = packed(deciding.site, tmp_path / "work", at=LATER, wanted=Wanted(span=span, views=VIEWS))
    read.require_sound(deciding.site.log.vkey)
    assert (done.rows, read.lines) == (0, [])
    assert read.manifest.start == read.manifest.end


def test_what_was_destroyed_is_told_with_the_entry_that_says_so(deciding: Deciding, tmp_path: Path) -> None:
    decided = deciding.ask("sato", "d1", at=BEGIN + timedelta(days=2))
    with transaction(deciding.site.engine) as session:
        gone = destroy_key(
            session, log=deciding.site.log, actor=SYSTEM, at=BEGIN + timedelta(days=2, hours=1), key_id="sato", reason="retention"
        )
    wanted = Wanted(read_predicate({"v": 1, "kinds": ["decision:access:decided"]}), Span(None, BEGIN + timedelta(days=2, minutes=1)))
    read, _done = packed(deciding.site, tmp_path / "work", at=LATER, wanted=wanted)
    read.require_sound(deciding.site.log.vkey)
    assert {(line["erased"], line["key"]) for line in read.lines if line["index"] == decided} == {(gone, "sato")}
    (erasure,) = [json.loads(line) for line in read.bytes_of("erasures.jsonl").splitlines()]
    path = [base64.b64decode(node) for node in erasure["proof"]]
    made = read.manifest
    assert erasure["index"] == gone
    assert verify_inclusion(leaf=leaf_hash(body_of(erasure)), index=gone, size=made.size, path=path, root=made.root)


def test_what_is_called_erased_is_no_more_than_the_destruction_states(deciding: Deciding, tmp_path: Path) -> None:
    """Who holds the key of the log hides a disclosure behind a destruction that never reached it."""
    decided = deciding.ask("sato", "d1", at=BEGIN + timedelta(days=2))
    deciding.site.attack(("update ledger.disclosures set key_id = 'mori' where index = %s", (decided,)))
    with transaction(deciding.site.engine) as session:
        at = BEGIN + timedelta(days=2, hours=1)
        gone = destroy_key(session, log=deciding.site.log, actor=SYSTEM, at=at, key_id="sato", reason="retention")
    deciding.site.attack(("update ledger.disclosures set key_id = 'sato' where index = %s", (decided,)))
    packed(deciding.site, tmp_path / "work", at=LATER)
    found = verify_package(tmp_path / "work" / "package", Asked([deciding.site.log.vkey])).faults
    assert [one.index for one in found.kept if one.fault is Fault.ERASURE_DIFFERS] == [gone]


def test_a_destruction_does_not_tell_whom_an_entry_is_about_that_names_nobody(deciding: Deciding, tmp_path: Path) -> None:
    with transaction(deciding.site.engine) as session:
        destroy_key(session, log=deciding.site.log, actor=SYSTEM, at=BEGIN + timedelta(days=2), key_id="sato", reason="retention")
    read, _done = packed(deciding.site, tmp_path / "work", at=LATER)
    unnamed = [line for line in read.lines if line.get("key") == "sato" and '"sato"' not in read.entries()[line["index"]].decode()]
    assert unnamed == []


def test_a_key_destroyed_meanwhile_ends_the_package(deciding: Deciding, tmp_path: Path) -> None:
    deciding.ask("sato", "d1", at=BEGIN + timedelta(days=2))
    site, work = deciding.site, tmp_path / "work"
    order = ask(site.engine, url=site.url, log=site.log, clock=lambda: LATER, asker=AUDITOR, wanted=Wanted())
    writing.begin(work, order)
    with transaction(site.engine) as session:
        destroy_key(session, log=site.log, actor=SYSTEM, at=LATER, key_id="sato", reason="retention")
    with pytest.raises(OvertakenError):
        writing.write(work, writer(site))
    assert not work.exists()


def test_a_package_leads_on_from_a_checkpoint_that_was_kept(deciding: Deciding, tmp_path: Path) -> None:
    kept = deciding.site.sign()
    deciding.ask("sato", "d1", at=BEGIN + timedelta(days=2))
    read, _done = packed(deciding.site, tmp_path / "work", at=LATER, wanted=Wanted(since=kept))
    request = AddCheckpoint.parse(read.bytes_of("consistency.req").decode())
    before = unverified(kept)
    assert read.manifest.since == (before.size, before.root)
    assert request.note == read.bytes_of("checkpoint").decode()
    assert verify_consistency(old=before.size, old_root=before.root, size=read.manifest.size, root=read.manifest.root, path=request.path)


def test_a_checkpoint_that_the_log_does_not_continue_is_refused_and_that_is_on_record(deciding: Deciding) -> None:
    site = deciding.site
    other = sign_checkpoint(Checkpoint(site.log.origin, 3, bytes(32)), signer=site.log.signers.first())
    with pytest.raises(DivergedError, match="evidence"):
        ask(site.engine, url=site.url, log=site.log, clock=lambda: LATER, asker=AUDITOR, wanted=Wanted(since=other))
    with rows.snapshot(site.url) as connection:
        last = rows.log_size(connection) - 1
    assert [json.loads(site.body(index))["out"] for index in (last - 1, last)] == ["accepted", "refused"]


def test_a_log_that_is_not_what_its_batches_say_makes_no_package(deciding: Deciding, tmp_path: Path) -> None:
    site = deciding.site
    site.attack(("update ledger.entries set body = %s where index = 2", (b"{}",)))
    with pytest.raises(PackageFaultError):
        packed(site, tmp_path / "work", at=LATER)
    assert not (tmp_path / "work").exists()


def test_whom_a_disclosed_decision_is_about_is_told_of_once(deciding: Deciding, tmp_path: Path) -> None:
    for hour in range(3):
        deciding.ask("sato", "d1", at=BEGIN + timedelta(days=2, hours=hour))
    site, told = deciding.site, list[str]()
    writing.begin(tmp_path / "work", ask(site.engine, url=site.url, log=site.log, clock=lambda: LATER, asker=AUDITOR, wanted=Wanted()))
    writing.write(tmp_path / "work", writer(site, look=told.extend))
    assert told == ["sato"]


def digests_of(body: bytes) -> list[str]:
    entry = json.loads(body)
    return [*entry.get("_sd", []), *(name for check in entry.get("checks", []) for name in check["_sd"])]


def opened_names(read: Read, index: int) -> list[str]:
    return [open_disclosure(line["text"], digest=line["digest"])[0] for line in read.lines if line["index"] == index and "text" in line]


def kind_of(read: Read, index: int) -> str:
    return str(json.loads(read.entries()[index])["kind"])


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_verifier_finds_a_package_right(deciding: Deciding, tmp_path: Path, language: str, capsys: pytest.CaptureFixture[str]) -> None:
    deciding.ask("sato", "d1", at=BEGIN + timedelta(days=2))
    deciding.ask_together(("sato", "d1"), ("mori", "d2"), at=BEGIN + timedelta(days=2, hours=1))
    packed(deciding.site, tmp_path / "work", at=LATER, wanted=Wanted(views=VIEWS))
    arguments = [str(tmp_path / "work" / "package"), "--key", deciding.site.log.vkey, "--no-state", "--jobs", "1", "--language", language]
    status = main(arguments)
    report = capsys.readouterr().out
    assert status == 0, report
