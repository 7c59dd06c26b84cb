"""A person is erased by two when nothing keeps their record; the log stays whole, says what went, and notices what comes back."""

import json
import os
import shutil
from datetime import date, timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from service import clock
from service.acts.asking import Waiting
from service.acts.concerning import OutsideError
from service.acts.entitled import NotAllowedError, OwnRecordRefusedError
from service.acts.hindrances import REASONS
from service.database import read, transaction
from service.deadlines.operations import tell
from service.deadlines.queries import deadlines
from service.deadlines.sources.erasures import FOREVER, kept_until
from service.evidence import lookups, rows
from service.evidence.disclosures import keyring_opener
from service.evidence.findings import Wrong
from service.evidence.gone import Standing, standings
from service.evidence.report import Report, as_text
from service.evidence.verification import verify
from service.identity.accounts import open_account
from service.ledger import checkpoint_head, finish_destructions, load_log, log_size
from service.ledger.subject_secrets import SubjectSecrets
from service.personnel.model import Person
from service.personnel.operations import leave_post, register_person, take_post
from service.proposals.rules import ProposalRefusedError
from service.retention.queries import in_the_way
from service.retention.rules import BASES, ERASED, ErasureRefusedError, InTheWay, require_erasable
from service.statute.periods import after
from tests.acts.test_two_people import newest
from tests.builders.departed import MARKS, NAME, departed
from tests.builders.members import Town
from tests.builders.site import ACTOR
from tests.ledger.test_no_plaintext import dump, needle


@pytest.fixture
def gone(town: Town) -> str:
    """Somebody whose record nothing keeps any more."""
    return departed(town)


def verified(town: Town, url: str) -> Report:
    with transaction(town.engine) as session:
        checkpoint_head(session, log=town.log)
    with rows.snapshot(url) as connection:
        return verify(connection=connection, vkey=town.log.vkey, opener=lambda found: keyring_opener(found, town.log.keyring.scratch()))


def named(report: Report) -> list[tuple[Wrong, str, str]]:
    return [(one.wrong, one.place, one.detail) for one in report.findings.kept]


def test_two_people_erase_somebody_and_the_log_stays_whole(town: Town, gone: str, database_url: str) -> None:
    before = dump(database_url)
    assert all(needle(mark).search(before) for mark in MARKS), "the search finds what is to go"
    town.both("clerk", "boss", "erase_person", person_id=gone)
    entry = newest(town)
    assert (entry["kind"], entry["person"], entry["out"]) == ("retention:person:erased", gone, "accepted")
    assert (entry["actor"], entry["second"]) == (town.accounts["clerk"], town.accounts["boss"])
    after = dump(database_url)
    assert [mark for mark in MARKS if needle(mark).search(after)] == []
    report = verified(town, database_url)
    assert named(report) == []
    assert report.counts.untraced_from is None, "and the tables are compared all the same"
    assert report.counts.erased == [entry_index(town)]
    assert report.counts.keys_destroyed >= 3, "theirs, that of the proposal of their name, and that of the erasure"
    assert f"1 people were erased at the end of retention, each by its entry ({entry_index(town)})" in as_text(report, "en")
    assert "消去された人 1 人" in as_text(report, "ja")


def entry_index(town: Town) -> int:
    with read(town.engine) as session:
        return int(
            session.execute(
                text("select index from ledger.entries where position('person:erased' in encode(body, 'escape')) > 0")
            ).scalar_one()
        )


def test_what_lay_under_their_keys_is_said_to_be_erased_and_by_which_entry(town: Town, gone: str, database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        query = "select e.body, e.index from ledger.entries e where e.index = (select min(index) from ledger.disclosures where key_id = %s)"
        row = connection.execute(query, (gone,)).fetchone()
        assert row is not None
        digest = json.loads(bytes(row[0]))["_sd"][0]
        assert standings(connection, [digest])[digest] == Standing("open", row[1])
        town.both("clerk", "boss", "erase_person", person_id=gone)
        assert standings(connection, [digest])[digest] == Standing("erased", row[1], entry_index(town))
        with read(town.engine) as session:
            clear = lookups.entry(session, index=row[1])
            assert clear is not None
            assert [one.gone for one in lookups.opened(session, log=town.log, clear=clear)] == ["erased"] * len(clear["_sd"])
        assert standings(connection, ["A" * 43])["A" * 43] == Standing("absent")


def test_nobody_erases_alone_nor_by_another_account_of_their_own(town: Town, gone: str) -> None:
    asked = town.ask("clerk", "erase_person", person_id=gone)
    assert isinstance(asked, Waiting)
    with transaction(town.engine) as session:
        other = open_account(session, log=town.log, actor=ACTOR, at=clock.now(), person_id=town.people["clerk"], sign_in_name="clerk-too")
    town.accounts["clerk too"] = other
    for name in ("clerk", "clerk too"):
        with pytest.raises((ProposalRefusedError, OutsideError, NotAllowedError)):
            town.approve(name, asked.proposal)
    with read(town.engine) as session:
        assert session.get_one(Person, gone).legal_name == NAME


def test_nobody_proposes_or_approves_their_own_erasure(town: Town) -> None:
    with pytest.raises(OwnRecordRefusedError):
        town.ask("clerk", "erase_person", person_id=town.people["clerk"])


@pytest.mark.parametrize("name", ["eye", "manager", "admin"])
def test_no_other_role_proposes_it(town: Town, gone: str, name: str) -> None:
    with pytest.raises(NotAllowedError):
        town.ask(name, "erase_person", person_id=gone)


def test_whoever_still_works_here_is_not_erased_and_all_that_stands_in_the_way_is_told(town: Town) -> None:
    with pytest.raises(ErasureRefusedError) as refused:
        town.ask("clerk", "erase_person", person_id=town.people["deputy"])
    assert refused.value.reason == "still_employed"
    assert set(refused.value.facts["in_the_way"]) == {"still_employed", "role_held", "account_open"}


def test_a_period_that_still_runs_is_named_with_its_last_day(town: Town, gone: str) -> None:
    at = clock.now()
    with transaction(town.engine) as session:
        late = register_person(session, log=town.log, actor=ACTOR, at=at, legal_name="消去 未満")
        took = take_post(
            session, log=town.log, actor=ACTOR, at=at, person_id=late, organization_id=town.organization, from_on=at.date().replace(2001)
        )
        leave_post(session, log=town.log, actor=ACTOR, at=at, post_id=took, last_day=at.date() - timedelta(days=400))
    with pytest.raises(ErasureRefusedError) as refused:
        town.ask("clerk", "erase_person", person_id=late)
    assert (refused.value.reason, refused.value.facts["period"]) == ("retention_runs", "keep_person_years")
    # A shorter period of the house, set by two, from today on: a new line, and the old one stays.
    town.both("admin", "boss", "set_period", name="keep_person_years", value=1, from_on=at.date().isoformat())
    assert isinstance(town.ask("clerk", "erase_person", person_id=late), Waiting)
    # One that is longer again holds what was possible before.
    town.both("admin", "boss", "set_period", name="keep_person_years", value=60, from_on=at.date().isoformat())
    with read(town.engine) as session:
        assert in_the_way(session, person_id=gone, at=clock.now()).codes >= {"retention_runs"}


def test_a_kill_between_entry_and_secret_is_made_good_at_the_next_start(
    town: Town, gone: str, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = town.ask("clerk", "erase_person", person_id=gone)
    assert isinstance(asked, Waiting)
    town.engine.dispose()
    child = os.fork()
    if child == 0:  # the process that dies once the entry is durable and before any secret is overwritten
        monkeypatch.setattr(SubjectSecrets, "destroy", lambda *_: os._exit(9))
        try:
            town.approve("boss", asked.proposal)
        finally:
            os._exit(1)
    _pid, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 9
    assert newest(town)["kind"] == "retention:person:erased"
    with transaction(town.engine) as session:
        assert gone in finish_destructions(session, log=town.log)
        assert finish_destructions(session, log=town.log) == []
    assert named(verified(town, database_url)) == []


def test_a_key_put_back_from_a_backup_is_noticed_and_destroyed_again_at_the_next_start(
    town: Town, gone: str, database_url: str, tmp_path: Path
) -> None:
    with psycopg.connect(database_url) as connection:
        kept = connection.execute("select id, wrapped from ledger.keys where id = %s", (gone,)).fetchone()
    shutil.copy(tmp_path / "keys" / "subject-secrets", tmp_path / "old-secrets")
    town.both("clerk", "boss", "erase_person", person_id=gone)
    grown = (tmp_path / "keys" / "subject-secrets").read_bytes()
    old = (tmp_path / "old-secrets").read_bytes()
    (tmp_path / "keys" / "subject-secrets").write_bytes(old + grown[len(old) :])
    with psycopg.connect(database_url) as connection:
        connection.execute("set session_replication_role = replica")
        connection.execute("insert into ledger.keys values (%s, %s)", kept)
    found = named(verified(town, database_url))
    assert {wrong for wrong, _place, _detail in found} == {Wrong.GONE_READABLE}
    with transaction(town.engine) as session:
        again = load_log(session, keys=tmp_path / "keys")
        assert gone in finish_destructions(session, log=again)
    assert named(verified(Town(town.engine, again, town.organization), database_url)) == []


@pytest.mark.parametrize(
    "attack",
    [
        "update personnel.people set legal_name = '消去 対象之助', search_key = 'x' where id = %s",
        "update proposals.proposals set proposed_name = '消去 対象之助' where %s <> ''",
        "update identity.credentials set sealed = 'x' where %s <> ''",
        "update personnel.aliases set value = 'E-778201' where target_id = %s",
        "update personnel.posts set title = 'x' where person_id = %s",
    ],
)
def test_words_put_back_into_the_tables_are_noticed(town: Town, database_url: str, gone: str, attack: str) -> None:
    town.both("clerk", "boss", "erase_person", person_id=gone)
    with psycopg.connect(database_url) as connection:
        connection.execute("set session_replication_role = replica")
        if "credentials" in attack:
            account = connection.execute("select id from identity.accounts where person_id = %s", (gone,)).fetchone()
            assert account is not None
            connection.execute(
                "insert into identity.credentials (id, account_id, kind, sealed, enrolled_at) values ('c', %s, 'totp', '', now())", account
            )
        if "proposals" in attack:
            connection.execute("update proposals.proposals set proposed_person = %s", (gone,))
        connection.execute(attack, (gone,))
    assert {wrong for wrong, _place, _detail in named(verified(town, database_url))} <= {Wrong.ROW_DIFFERS, Wrong.ERASED_LEFT}
    assert named(verified(town, database_url)) != []


def test_nothing_more_is_recorded_about_somebody_who_was_erased(town: Town, gone: str) -> None:
    town.both("clerk", "boss", "erase_person", person_id=gone)
    size = 0
    with read(town.engine) as session:
        size = log_size(session)
        assert session.get_one(Person, gone).legal_name == ERASED
    for verb, words in (
        ("record_name", {"legal_name": "別名 一郎"}),
        ("take_post", {"organization_id": town.organization}),
        ("erase_person", {}),
    ):
        with pytest.raises(Exception, match=r"person|erased"):
            town.ask("clerk", verb, person_id=gone, **words)
    with read(town.engine) as session:
        assert log_size(session) == size


def test_what_is_due_is_a_date_that_is_told_and_nothing_goes_by_itself(town: Town, gone: str) -> None:
    at = clock.now()
    with read(town.engine) as session:
        due = [one for one in deadlines(session, at=at, until=at.date()) if one.sort.code == "erasure_due"]
        assert [(one.person_id, one.period, one.organizations) for one in due] == [
            (gone, "keep_person_years", frozenset({town.organization}))
        ]
        assert due[0].on == at.date().replace(year=2010) + timedelta(days=1)
    with transaction(town.engine) as session:
        assert tell(session, log=town.log, actor=ACTOR, at=at, found=due) == 1
    told = newest(town)
    assert (told["kind"], "person" in told, "on" in told, "object" in told) == ("deadlines:deadline:told", False, False, False)
    with read(town.engine) as session:
        assert session.get_one(Person, gone).legal_name == NAME
    town.both("clerk", "boss", "erase_person", person_id=gone)
    with read(town.engine) as session:
        assert [one for one in deadlines(session, at=clock.now(), until=at.date()) if one.sort.code == "erasure_due"] == []


@pytest.mark.parametrize("on", [date(2004, 2, 29), date(2010, 12, 31), date(2026, 11, 29)])
@pytest.mark.parametrize("years", [1, 5, 60])
def test_a_record_is_kept_by_what_keeps_it_longest(on: date, years: int) -> None:
    periods = {"keep_person_years": years, "keep_handling_years": 10, "keep_clearance_years": 10, "keep_assessment_years": 5}
    kept = kept_until({"keep_person_years": on, "keep_handling_years": on}, periods)
    assert kept == max(("keep_person_years", after(on, years=years)), ("keep_handling_years", after(on, years=10)), key=lambda one: one[1])
    assert kept_until({"keep_person_years": FOREVER, "keep_handling_years": on}, periods) == ("keep_person_years", FOREVER)
    assert kept_until({}, periods) is None


def test_an_organ_erases_with_a_consent_alone() -> None:
    nothing = InTheWay(frozenset())
    require_erasable(nothing, seat="operator", document_number=None)
    require_erasable(nothing, seat="organ", document_number="公文第1号")
    with pytest.raises(ErasureRefusedError, match="consent_missing") as refused:
        require_erasable(nothing, seat="organ", document_number=None)
    assert [str(one) for one in refused.value.basis] == ["NPSC Rule 8/2025 37(1)"]
    assert set(BASES) <= set(REASONS)
