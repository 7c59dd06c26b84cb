"""What slipped into free text is read through no door once one person seals it; two destroy it, or put it back."""

import io
import json
import threading
from collections.abc import Callable

import psycopg
import pytest
from sqlalchemy import text

from service import clock
from service.acts import asking, deciding
from service.acts.asking import Asked, Done, Waiting
from service.acts.concerning import OutsideError
from service.acts.entitled import NotAllowedError
from service.database import read, transaction
from service.evidence import lookups, rows
from service.evidence.disclosures import Disclosures, Places, keyring_opener
from service.evidence.export import Format, export
from service.evidence.gone import spills, standings, word_of
from service.evidence.report import as_text
from service.ledger import DestroyedKeyError, Draft, Kind, SpillStateError, begin_act, record, ring_of
from service.proposals.rules import ProposalRefusedError
from service.retention.rules import SEALED, InTheWay, SpillRefusedError
from tests.acts.test_erasing import named, verified
from tests.acts.test_two_people import newest
from tests.builders.members import Town
from tests.builders.site import ACTOR
from tests.ledger.test_no_plaintext import dump, needle

SLIP = "極秘仕様 K-77 の推力表"
REMARK = f"至急。{SLIP} を参照"


@pytest.fixture
def slipped(town: Town) -> int:
    """Somebody took a post whose title says what it must not; so do the proposal and a remark on it. Returns the act's entry."""
    worker = town.ask("clerk", "register_person", legal_name="封印 花子")
    assert isinstance(worker, Done)
    town.people["worker"] = worker.made[0]
    asked = asking.ask(
        town.engine,
        log=town.log,
        member=town.member("clerk"),
        at=town.now(),
        acts=[Asked("take_post", {"person_id": worker.made[0], "organization_id": town.organization, "title": SLIP})],
        words=REMARK,
    )
    assert isinstance(asked, Waiting)
    digest = town.digest("manager", asked.proposal)
    done = deciding.approve(
        town.engine, log=town.log, member=town.member("manager"), at=town.now(), proposal_id=asked.proposal, digest=digest, words=REMARK
    )
    # A later entry tells the whole row again.
    town.ask("clerk", "leave_post", post_id=done.made[0], last_day=clock.now().date().isoformat())
    return done.first_index


def exported(town: Town, url: str, format_: Format) -> bytes:
    out = io.BytesIO()
    with rows.snapshot(url) as connection, Places() as places:
        disclosures = Disclosures(
            places=places,
            opener=keyring_opener(connection, town.log.keyring.scratch()),
            fetch=lambda index, digest: rows.sealed_row(connection, index=index, digest=digest),
            destroyed=rows.destroyed_keys(connection),
            spills=spills(connection),
            words=word_of(connection),
        )
        export(
            connection=connection, start=0, end=rows.log_size(connection), disclosures=disclosures, format_=format_, language="en", out=out
        )
    return out.getvalue()


def opened(town: Town, url: str) -> str:
    """Everything that any key in the database opens, as a door would open it, and every row of every table."""
    said = dump(url).decode()
    with read(town.engine) as session:
        for (body,) in session.execute(text("select body from ledger.entries order by index")).all():
            clear = json.loads(bytes(body))
            said += json.dumps([one.value for one in lookups.opened(session, log=town.log, clear=clear)], ensure_ascii=False)
    return said + exported(town, url, "jsonl").decode() + exported(town, url, "csv").decode("utf-8-sig")


def sealed_indexes(town: Town) -> list[int]:
    with read(town.engine) as session:
        query = text("select entry_index from ledger.spills where state = 'sealed' order by entry_index")
        return list(session.scalars(query))


def both_on_each(town: Town, verb: str, indexes: list[int]) -> None:
    for index in indexes:
        town.both("manager", "deputy", verb, index=index)


def test_one_person_seals_it_at_once_and_no_door_tells_it_any_more(town: Town, slipped: int, database_url: str) -> None:
    assert SLIP in opened(town, database_url)
    done = town.ask("clerk", "seal_spill", index=slipped)
    assert isinstance(done, Done), "at once, and by one"
    assert not needle(SLIP).search(opened(town, database_url).encode())
    with read(town.engine) as session:
        clear = lookups.entry(session, index=slipped)
        assert clear is not None
        assert {one.gone for one in lookups.opened(session, log=town.log, clear=clear)} == {"sealed"}
    assert len(sealed_indexes(town)) == 3, "the act, its proposal, and the later entry about the row"
    with psycopg.connect(database_url) as connection:
        digests = json.loads(body_at(connection, slipped))["_sd"]
        assert [standings(connection, digests)[one].state for one in digests] == ["sealed"] * len(digests)
    with read(town.engine) as session:
        assert session.scalars(text("select title from personnel.posts where person_id = :p"), {"p": town.people["worker"]}).all() == [
            SEALED
        ]
    report = verified(town, database_url)
    assert named(report) == []
    assert (report.counts.sealed_away > 2, report.counts.untraced_from) == (True, None)
    assert "sealed away because something slipped in" in as_text(report, "en")


def body_at(connection: psycopg.Connection, index: int) -> bytes:
    row = connection.execute("select body from ledger.entries where index = %s", (index,)).fetchone()
    assert row is not None
    return bytes(row[0])


def test_the_entry_of_a_sealing_names_the_other_in_clear(town: Town, slipped: int) -> None:
    town.ask("manager", "seal_spill", index=slipped)
    with read(town.engine) as session:
        found = session.scalars(text("select body from ledger.entries order by index desc limit 3")).all()
    clear = [json.loads(bytes(body)) for body in found]
    assert {one["kind"] for one in clear} == {"ledger:spill:sealed"}
    assert str(slipped) in {one["object"] for one in clear}


def test_a_mistake_is_put_back_by_two_word_for_word(town: Town, slipped: int, database_url: str) -> None:
    before = dump_of(database_url, "personnel.posts", "proposals.proposals")
    town.ask("clerk", "seal_spill", index=slipped)
    assert dump_of(database_url, "personnel.posts", "proposals.proposals") != before
    both_on_each(town, "unseal_spill", sealed_indexes(town))
    with read(town.engine) as session:
        query = text("select title from personnel.posts where person_id = :p")
        assert session.scalars(query, {"p": town.people["worker"]}).all() == [SLIP]
    assert SLIP in opened(town, database_url)
    assert named(verified(town, database_url)) == []
    # And what was put back can be sealed away again.
    town.ask("clerk", "seal_spill", index=slipped)
    assert not needle(SLIP).search(opened(town, database_url).encode())
    assert named(verified(town, database_url)) == []


def dump_of(url: str, *tables: str) -> list[object]:
    with psycopg.connect(url) as connection:
        return [connection.execute(f"select to_jsonb(t) - 'changed_index' - 'seal' from {one} t order by 1").fetchall() for one in tables]


def test_two_destroy_it_and_nothing_else_of_the_same_person_is_lost(town: Town, slipped: int, database_url: str) -> None:
    town.ask("clerk", "seal_spill", index=slipped)
    indexes = sealed_indexes(town)
    both_on_each(town, "destroy_spill", indexes)
    assert (newest(town)["kind"], newest(town)["out"]) == ("ledger:spill:destroyed", "accepted")
    assert not needle(SLIP).search(opened(town, database_url).encode())
    report = verified(town, database_url)
    assert named(report) == []
    assert (report.counts.keys_destroyed, report.counts.untraced_from) == (len(indexes), None)
    with read(town.engine) as session:
        # The key of the person lives, and opens what it opened.
        assert ring_of(session, log=town.log, key_id=town.people["worker"])
        with pytest.raises(DestroyedKeyError):
            ring_of(session, log=town.log, key_id=f"spill:{slipped}")
    with psycopg.connect(database_url) as connection:
        digests = json.loads(body_at(connection, slipped))["_sd"]
        found = standings(connection, digests)
        assert {one.state for one in found.values()} == {"destroyed"}
        assert all(one.by is not None and one.index == slipped for one in found.values())
        rest = connection.execute("select count(*) from ledger.disclosures where key_id = %s", (town.people["worker"],)).fetchone()
    assert rest is not None
    assert rest[0] > 1
    with pytest.raises(SpillStateError):
        town.ask("manager", "unseal_spill", index=slipped)
    with pytest.raises(SpillStateError):
        town.ask("clerk", "seal_spill", index=slipped)


def test_nobody_unseals_or_destroys_alone(town: Town, slipped: int) -> None:
    town.ask("manager", "seal_spill", index=slipped)
    for verb in ("unseal_spill", "destroy_spill"):
        asked = town.ask("manager", verb, index=slipped)
        assert isinstance(asked, Waiting)
        with pytest.raises((ProposalRefusedError, OutsideError, NotAllowedError)):
            town.approve("manager", asked.proposal)
    with pytest.raises(NotAllowedError):
        town.ask("clerk", "unseal_spill", index=slipped)
    with pytest.raises(NotAllowedError):
        town.ask("eye", "seal_spill", index=slipped)


def test_what_tells_of_the_log_itself_is_not_sealed_away(town: Town, slipped: int) -> None:
    done = town.ask("clerk", "seal_spill", index=slipped)
    assert isinstance(done, Done)
    with pytest.raises(SpillRefusedError):
        town.ask("clerk", "seal_spill", index=done.first_index)
    with pytest.raises(OutsideError):
        town.ask("clerk", "seal_spill", index=10_000_000)


ATTACKS: dict[str, Callable[[psycopg.Connection, int], object]] = {
    "the old disclosure put back from a backup": lambda c, _i: c.execute(
        "update ledger.disclosures d set key_id = o.key_id, sealed = o.sealed from old o where o.index = d.index and o.digest = d.digest"
    ),
    "a disclosure hidden as if it were sealed": lambda c, i: c.execute(
        "update ledger.disclosures set key_id = 'spill:' || index where index = (select max(index) from ledger.disclosures where index < %s"
        " and key_id not like 'spill:%%')",
        (i,),
    ),
    "the row of the sealing taken away": lambda c, _i: c.execute("delete from ledger.spills"),
    "words put back into the table": lambda c, _i: c.execute("update personnel.posts set title = %s", (SLIP,)),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_each_attack_on_a_sealing_is_noticed(town: Town, slipped: int, database_url: str, attack: str) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("create table public.old as select * from ledger.disclosures")
    town.ask("clerk", "seal_spill", index=slipped)
    with psycopg.connect(database_url) as connection:
        connection.execute("set session_replication_role = replica")
        ATTACKS[attack](connection, slipped)
    assert named(verified(town, database_url)) != []


@pytest.mark.usefixtures("town")
def test_whoever_serves_changes_no_disclosure_but_as_a_row_tells(slipped: int, database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        if connection.execute("select 1 from pg_roles where rolname = 'sekisho_service'").fetchone() is None:
            pytest.skip("this server's role may not create roles")
    for statement in (
        "update ledger.disclosures set sealed = 'x'",
        f"select ledger.reseal(index, digest, 'spill:' || index, 'x') from ledger.disclosures where index = {slipped}",
        f"select ledger.reseal(index, digest, 'p_1', 'x') from ledger.disclosures where index = {slipped}",
        "delete from ledger.spills",
    ):
        with psycopg.connect(database_url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("set role sekisho_service")
            connection.execute(statement)


def test_it_is_sealed_while_others_write(town: Town, slipped: int, database_url: str) -> None:
    """Decisions and acts go on; the sealing takes its turn among them, and nothing is lost of either."""
    stop, written, failures = threading.Event(), [0], list[Exception]()

    def write() -> None:
        while not stop.is_set():
            try:
                with transaction(town.engine) as session:
                    begin_act(session)
                    worker = town.people["worker"]
                    draft = Draft(Kind.EXPORT_REQUESTED, ACTOR, clock.now(), person=worker, subject=worker, note={"words": "別の話"})
                    record(session, log=town.log, draft=draft, rows=[])
                written[0] += 1
            except Exception as error:  # noqa: BLE001 - told by the test
                failures.append(error)
                return

    writers = [threading.Thread(target=write) for _ in range(3)]
    for one in writers:
        one.start()
    try:
        before = written[0]
        town.ask("clerk", "seal_spill", index=slipped)
        both_on_each(town, "destroy_spill", sealed_indexes(town))
        assert written[0] > before
    finally:
        stop.set()
        for one in writers:
            one.join()
    assert failures == []
    assert not needle(SLIP).search(opened(town, database_url).encode())
    assert named(verified(town, database_url)) == []


def test_a_sealing_is_undone_whole_where_it_fails_half_way(
    town: Town, slipped: int, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_words: object) -> None:
        message = "half way"
        raise RuntimeError(message)

    with monkeypatch.context() as patch:
        patch.setattr("service.retention.spilling.seal_away", fail)
        with pytest.raises(RuntimeError):
            town.ask("clerk", "seal_spill", index=slipped)
    assert sealed_indexes(town) == []
    assert SLIP in opened(town, database_url)
    assert named(verified(town, database_url)) == []


def test_whoever_is_erased_takes_along_what_was_sealed_of_them(town: Town, slipped: int, database_url: str) -> None:
    town.ask("clerk", "seal_spill", index=slipped)
    worker = town.people["worker"]
    with pytest.MonkeyPatch.context() as patch:
        # As if years had gone by.
        patch.setattr("service.retention.erasing.in_the_way", lambda *_args, **_words: InTheWay(frozenset()))
        town.both("clerk", "boss", "erase_person", person_id=worker)
    report = verified(town, database_url)
    assert named(report) == []
    assert (len(report.counts.erased), report.counts.untraced_from) == (1, None)
    with pytest.raises(SpillStateError):
        town.ask("manager", "unseal_spill", index=slipped)
    assert not needle("封印 花子").search(opened(town, database_url).encode())
