"""After a destruction everything else still verifies, what was lost is told, and nothing hides behind it."""

import io
import json
from datetime import timedelta

import psycopg
import pytest

from service.actor import SYSTEM
from service.database import transaction
from service.evidence import rows
from service.evidence.disclosures import Disclosures, Places, keyring_opener
from service.evidence.export import Format, export
from service.evidence.findings import Wrong
from service.evidence.report import Report, as_json, as_text
from service.ledger import destroy_key
from tests.evidence.test_decisions import found, verified
from tests.evidence.world import BEGIN, Deciding

DAY = timedelta(days=1)


@pytest.fixture
def destroyed(deciding: Deciding) -> Deciding:
    """Sato was decided about, Sato's key was destroyed, and life goes on."""
    deciding.ask("sato", "d1", at=BEGIN + DAY)
    deciding.ask("mori", "d1", at=BEGIN + DAY)
    destroy(deciding, "sato")
    deciding.made.clear()
    deciding.ask("mori", "d1", at=BEGIN + 3 * DAY)
    deciding.ask("sato", "d1", at=BEGIN + 3 * DAY)
    deciding.site.sign()
    return deciding


def destroy(deciding: Deciding, key_id: str) -> int:
    with transaction(deciding.site.engine) as session:
        return destroy_key(session, log=deciding.site.log, actor=SYSTEM, at=BEGIN + 2 * DAY, key_id=key_id, reason="退職後の消去")


def exported(deciding: Deciding, format_: Format) -> bytes:
    out = io.BytesIO()
    with rows.snapshot(deciding.site.url) as connection, Places() as places:
        disclosures = Disclosures(
            places=places,
            opener=keyring_opener(connection, deciding.site.log.keyring.scratch()),
            fetch=lambda index, digest: rows.sealed_row(connection, index=index, digest=digest),
            destroyed=rows.destroyed_keys(connection),
        )
        size = rows.log_size(connection)
        export(connection=connection, start=0, end=size, disclosures=disclosures, format_=format_, language="en", out=out)
    return out.getvalue()


def test_all_that_is_left_verifies_and_what_was_lost_is_counted(destroyed: Deciding) -> None:
    report: Report = verified(destroyed)
    assert report.findings.kept == []
    counts = report.counts
    assert (counts.keys_destroyed, counts.keys_absent, counts.untraced_from) == (1, 0, None)
    assert counts.disclosures_destroyed > 2
    assert counts.rows_destroyed > 0
    # Mori's two decisions and Sato's later one are judged again; Sato's first can not be.
    assert (counts.decisions, counts.answered, counts.not_rerun) == (4, 3, 1)
    assert counts.rows > 15, "the tables are compared all the same"
    assert "1 keys were destroyed" in as_text(report, "en")
    assert "廃棄された鍵 1 件" in as_text(report, "ja")
    assert as_json(report)["keys_destroyed"] == 1


def test_an_export_says_destroyed_and_not_merely_undisclosed(destroyed: Deciding) -> None:
    lines = [json.loads(line) for line in exported(destroyed, "jsonl").splitlines()]
    decided = [line for line in lines if line["entry"]["kind"] == "decision:access:decided"]
    assert [("destroyed" in line, "answer" in line) for line in decided] == [(True, False), (False, True), (False, True), (False, True)]
    csv_lines = exported(destroyed, "csv").decode("utf-8-sig").splitlines()
    assert sum('"destroyed"' in line for line in csv_lines) == 1


def test_a_key_that_is_gone_without_an_entry_is_not_excused(destroyed: Deciding) -> None:
    destroyed.site.attack(("delete from ledger.keys where id = %s", ("mori",)))
    assert Wrong.DISCLOSURE_ABSENT in {wrong for wrong, _index in found(destroyed)}


def test_a_forged_row_of_destruction_excuses_nothing(destroyed: Deciding) -> None:
    destroyed.site.attack(
        ("delete from ledger.keys where id = %s", ("mori",)),
        (
            "insert into ledger.destroyed_keys select 'mori', 'mori', 0, 1, 'x', now(), changed_index from ledger.destroyed_keys where id = %s",
            ("sato",),
        ),
    )
    with rows.snapshot(destroyed.site.url) as connection:
        assert list(rows.destroyed_keys(connection)) == ["sato"]
    assert {Wrong.DISCLOSURE_ABSENT} <= {wrong for wrong, _index in found(destroyed)}


def test_nothing_is_hidden_under_the_name_of_a_destroyed_key(destroyed: Deciding) -> None:
    with psycopg.connect(destroyed.site.url) as connection:
        row = connection.execute("select index, digest from ledger.disclosures where key_id = 'mori' order by index limit 1").fetchone()
    assert row is not None
    destroyed.site.attack(("update ledger.disclosures set key_id = 'sato' where index = %s and digest = %s", row))
    named = {wrong for wrong, _index in found(destroyed)}
    assert Wrong.DESTRUCTION_DIFFERS in named


def test_a_destroyed_disclosure_that_is_taken_away_is_missed(destroyed: Deciding) -> None:
    destroyed.site.attack(("delete from ledger.disclosures where key_id = %s", ("sato",)))
    assert {Wrong.DESTRUCTION_DIFFERS, Wrong.DISCLOSURE_ABSENT} <= {wrong for wrong, _index in found(destroyed)}


def test_rows_of_others_are_still_held_against_their_entries(destroyed: Deciding) -> None:
    with psycopg.connect(destroyed.site.url) as connection:
        row = connection.execute("select changed_index from personnel.people where id = 'sato'").fetchone()
    assert row is not None
    destroyed.site.attack(
        ("update personnel.posts set organization_id = 'meti' where person_id = %s", ("mori",)),
        ("update personnel.people set changed_index = %s where id = 'mori'", row),
    )
    assert [wrong for wrong, _index in found(destroyed)].count(Wrong.ROW_DIFFERS) == 2


def test_the_key_of_an_information_can_go_too_and_what_follows_is_told_as_unknown(deciding: Deciding) -> None:
    deciding.ask("mori", "d1", at=BEGIN + DAY)
    destroy(deciding, "d1")
    report = verified(deciding)
    assert report.findings.kept == []
    assert report.counts.untraced_from is not None
