"""Nothing personal, and nothing that people typed, stands in clear but where the list says so: every table, every leaf, every tile."""

from datetime import date
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import text

from service import clock
from service.acts import asking, deciding
from service.acts.asking import Asked, Done, Waiting
from service.database import transaction
from service.deadlines.model import MailWishRow
from service.designation.operations import record_designation
from service.designation.operations.designate import Subject
from service.designation.operations.notice import Notice
from service.evidence.predicate import read_predicate
from service.evidence.queries import save_query
from service.identity.accounts import open_account
from service.identity.drafts import keep_draft
from service.ledger import checkpoint_head
from service.ledger.publishing import publish
from service.personnel.operations import grant_alias, register_organization
from service.retention.clear import CLEAR
from tests.acts.test_spills import exported
from tests.builders.members import Town
from tests.builders.site import ACTOR
from tests.evidence.test_canaries import hits

WORDS_IN = ("text", "character varying", "ARRAY", "jsonb", "json", "bytea", "uuid", "name", "xml")
MARKS = {
    "name": "カナリア登録名太郎",
    "kana": "カナリアトウロクメイ",
    "renamed": "カナリア改名次郎",
    "post": "カナリア主任研究員",
    "number": "CANARYNUMBER-20261",
    "sign-in": "canarysignin2026",
    "address": "canary.person@example.jp",
    "remark": "カナリア起案の理由です",
    "answer": "カナリア決裁の意見です",
    "refused": "カナリア却下された語句",
    "title": "カナリア情報の件名",
    "outline": "カナリア情報の概要文",
    "draft": "カナリア下書きの語句",
    "query": "カナリア検索の名前",
}
"""What is typed in the course of a day: who somebody is, and words of people's own."""
MEANT = frozenset({"person", "free", "title"})
"""In which columns of the list any of it may stand; `organization` may not: none of it is said of one."""


def text_columns(url: str) -> dict[str, str]:
    """Every column of the database that can hold words, with its type."""
    query = (
        "select table_schema || '.' || table_name || '.' || column_name, data_type from information_schema.columns c"
        " join pg_class p on p.relname = c.table_name join pg_namespace n on n.oid = p.relnamespace and n.nspname = c.table_schema"
        " where table_schema not in ('pg_catalog', 'information_schema') and not p.relispartition"
    )
    with psycopg.connect(url) as connection:
        return {name: kind for name, kind in connection.execute(query).fetchall() if kind in WORDS_IN}


def test_every_column_that_can_hold_words_is_on_the_list(database_url: str) -> None:
    """Whoever adds a table says of each column what may stand in it in clear."""
    there = set(text_columns(database_url))
    assert sorted(there - set(CLEAR)) == []
    assert sorted(set(CLEAR) - there) == []


def test_a_column_that_is_not_on_the_list_is_noticed(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        before = set(text_columns(database_url))
        connection.execute("create table personnel.nicknames (person_id text, nickname text, born_on date)")
    assert set(text_columns(database_url)) - before == {"personnel.nicknames.person_id", "personnel.nicknames.nickname"}


def where(url: str, marks: dict[str, str]) -> dict[str, set[str]]:
    """In which columns each of some words stands, in any dress."""
    found: dict[str, set[str]] = {}
    with psycopg.connect(url) as connection:
        for name in text_columns(url):
            schema, table, column = name.split(".")
            query = sql.SQL("select string_agg({}::text, E'\\n') from {}.{}").format(*map(sql.Identifier, (column, schema, table)))
            row = connection.execute(query).fetchone()
            for mark in hits(b"" if row is None or row[0] is None else str(row[0]).encode(), marks):
                found.setdefault(mark, set()).add(name)
    return found


@pytest.fixture
def told(town: Town) -> dict[str, str]:
    """A day on which every word is typed once, at the doors where people type it."""
    at = clock.now()
    with transaction(town.engine) as session:
        organ = register_organization(session, log=town.log, actor=ACTOR, at=at, kind="organ", name="架空省")
        record_designation(
            session,
            log=town.log,
            actor=ACTOR,
            at=at,
            organ_id=organ,
            on=date(2026, 1, 5),
            until=date(2030, 1, 4),
            notice=Notice("通知1号", date(2026, 1, 5), date(2026, 1, 6)),
            subject=Subject(title=MARKS["title"], outline=MARKS["outline"]),
        )
    worker = town.ask("clerk", "register_person", legal_name=MARKS["name"], kana=MARKS["kana"])
    assert isinstance(worker, Done)
    person = worker.made[0]
    for verb, words in (
        ("take_post", {"person_id": person, "organization_id": town.organization, "title": MARKS["post"]}),
        ("record_name", {"person_id": person, "legal_name": MARKS["renamed"]}),
    ):
        asked = asking.ask(
            town.engine, log=town.log, member=town.member("clerk"), at=town.now(), acts=[Asked(verb, words)], words=MARKS["remark"]
        )
        assert isinstance(asked, Waiting)
        digest = town.digest("boss", asked.proposal)
        deciding.approve(
            town.engine,
            log=town.log,
            member=town.member("boss"),
            at=town.now(),
            proposal_id=asked.proposal,
            digest=digest,
            words=MARKS["answer"],
        )
    with transaction(town.engine) as session:
        grant_alias(
            session,
            log=town.log,
            actor=ACTOR,
            at=clock.now(),
            namespace="employee",
            value=MARKS["number"],
            target_kind="person",
            target_id=person,
        )
        open_account(session, log=town.log, actor=ACTOR, at=clock.now(), person_id=person, sign_in_name=MARKS["sign-in"])
        session.add(MailWishRow(person_id=person, address=MARKS["address"], language="ja", wished_at=clock.now()))
        member = town.member("clerk")
        keep_draft(session, log=town.log, member=member, at=clock.now(), form="record_name", words={"legal_name": [MARKS["draft"]]})
        asked = {"name": MARKS["query"], "query": read_predicate({"v": 1}), "reason": MARKS["query"]}
        save_query(session, log=town.log, actor=town.member("eye").actor, at=clock.now(), **asked)
    # Refused by a rule: what was asked is kept, sealed.
    with pytest.raises(Exception, match=r"still_employed|retention"):
        asking.ask(
            town.engine,
            log=town.log,
            member=town.member("clerk"),
            at=town.now(),
            acts=[Asked("erase_person", {"person_id": person, "document_number": MARKS["refused"]})],
        )
    return MARKS


def test_words_stand_in_the_columns_that_the_list_means_and_in_no_other(town: Town, told: dict[str, str], database_url: str) -> None:
    assert town.log
    found = where(database_url, told)
    meant = {mark for mark in told if mark not in {"draft", "refused", "name"}}
    # The search works: what stands somewhere in clear is found there. (A name that was put right is nowhere any more.)
    assert meant <= set(found), meant - set(found)
    wrong = {(mark, column) for mark, columns in found.items() for column in columns if CLEAR[column] not in MEANT}
    assert wrong == set()
    assert set(found) & {"draft", "refused"} == set(), "these are sealed wherever they are"
    assert not any(column.startswith("ledger.") for columns in found.values() for column in columns)


def test_neither_leaves_nor_tiles_nor_exports_hold_any_of_it(
    town: Town, told: dict[str, str], database_url: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with transaction(town.engine) as session:
        checkpoint_head(session, log=town.log)
        bodies = b"\n".join(bytes(body) for body in session.scalars(text("select body from ledger.entries order by index")))
    publish(town.engine, tmp_path / "tiles")
    tiles = [one for one in (tmp_path / "tiles").rglob("*") if one.is_file()]
    assert len(tiles) > 3
    assert any(b'"kind"' in one.read_bytes() for one in tiles), "the bundles hold entries"
    for held in (bodies, *(one.read_bytes() for one in tiles), *(exported(town, database_url, form) for form in ("jsonl", "csv"))):
        assert hits(held, told) == []
    said = capfd.readouterr()
    assert hits((said.out + said.err).encode(), told) == []


def test_a_name_that_leaks_into_a_leaf_would_be_found(told: dict[str, str]) -> None:
    assert hits(f'{{"kind":"x","object":"{told["name"]}"}}'.encode(), told) == ["name"]
