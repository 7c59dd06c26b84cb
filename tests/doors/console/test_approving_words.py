"""Every table and column that an act can write has its words in both languages."""

import pkgutil
from importlib import import_module

import pytest
from sqlalchemy import DateTime
from sqlalchemy.sql.schema import Column

import service
from service.acts.showing import BY_THIS_ACT, ENDS, TOLD_BY_THE_CLOCK
from service.console.act_words import COLUMNS, FIELDS, TABLES
from service.console.act_words.tables import TECHNICAL, UNWRITTEN
from service.console.pages import TEMPLATES
from service.database import Base


@pytest.fixture(autouse=True)
def _every_table_is_known() -> None:
    for found in pkgutil.walk_packages(service.__path__, "service."):
        if found.name.endswith("model"):
            import_module(found.name)


def test_every_table_that_an_act_can_write_has_its_words() -> None:
    assert set(TABLES) | UNWRITTEN == set(Base.metadata.tables)
    assert not set(TABLES) & UNWRITTEN
    assert all(ja and en for ja, en in TABLES.values())


def test_every_column_of_these_tables_has_its_words_once() -> None:
    columns = {column.name for name in TABLES for column in Base.metadata.tables[name].columns}
    assert columns - set(FIELDS) == set(COLUMNS)
    assert columns >= TECHNICAL


CHOSEN = {"expires_at": "how long a key of an application lives", "until_at": "until when an urgent listing holds"}
"""Instants in the tables that an act can write which people choose, so that whoever approves approves them."""
ON_THE_WAY = {"proposals.proposals", "proposals.remarks", "assessment.attempts", "ledger.services"}
"""Tables that tell how an act came about, or how the service ran, and that no act itself writes."""


def test_an_instant_that_an_act_takes_from_the_clock_does_not_hinder_its_approval() -> None:
    """Told anew at the approval, it would be another than the one that was shown, and nobody could approve the act."""
    columns = [column for name in TABLES.keys() - ON_THE_WAY for column in Base.metadata.tables[name].columns]
    of_the_clock = {column.name for column in columns if is_instant(column)} - set(CHOSEN)
    assert of_the_clock <= TOLD_BY_THE_CLOCK | set(ENDS), of_the_clock - TOLD_BY_THE_CLOCK - set(ENDS)


def is_instant(column: "Column[object]") -> bool:
    return isinstance(getattr(column.type, "impl", column.type), DateTime)


def changes(**change: object) -> str:
    source = '{% from "parts/changes.html" import changes with context %}{{ changes(foreseen, {}) }}'
    said = {
        "column": "項目",
        "before": "前",
        "after": "後",
        "new_row": "新しい行",
        "entry_to_come": "記録",
        "row_gives_way": "置き換わります",
        "row_ends": "時点で終了します",
    }
    given = {"foreseen": [{"entry": {}, "rows": [change]}], "said": said, "lang": "ja", "calendar": "era"}
    return TEMPLATES.from_string(source).render(**given)


def test_a_change_is_told_in_words_and_days_of_the_reader_s_calendar() -> None:
    row = {"id": "a" * 32, "legal_name": "open", "from_on": "2026-04-01", "provisional": True, "seal": None, "replaced_at": None}
    page = changes(table="personnel.posts", before=None, after=row)
    assert "所属・役職" in page
    assert "R8.4.1" in page
    assert "2026-04-01" not in page
    assert "暫定" in page
    assert ">open<" in page, "a name that happens to be a code stays a name"
    assert "a" * 32 not in page


def test_a_row_that_gives_way_to_its_correction_says_so() -> None:
    before = {"id": "a" * 32, "title": "課長", "replaced_at": None}
    assert "置き換わります" in changes(table="personnel.posts", before=before, after=before | {"replaced_at": BY_THIS_ACT})
    assert "置き換わります" not in changes(table="personnel.posts", before=before, after=before | {"title": "部長"})


def test_a_row_that_ends_says_so_and_names_no_moment_that_is_not_known_yet() -> None:
    before = {"id": "a" * 32, "role": "auditor", "ended_at": None}
    page = changes(table="identity.grants", before=before, after=before | {"ended_at": BY_THIS_ACT})
    assert "時点で終了します" in page
    assert BY_THIS_ACT not in page
    assert "時点で終了します" not in changes(table="identity.grants", before=before, after=before | {"role": "approver"})
