from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text

from service.database import transaction
from service.jobs.history import given_rows, load_history
from service.ledger import row_form
from tests.builders.site import ACTOR, OPENED_AT, Site

GIVEN = {
    "organizations": [
        {"id": "meti", "kind": "organ"},
        {"id": "mof", "kind": "organ"},
        {"id": "denryoku", "kind": "operator"},
        {"id": "haken", "kind": "dispatch_agency"},
    ],
    "people": [
        {"id": "sato", "works_at": "denryoku", "to": date(2027, 3, 31)},
        {"id": "mori", "works_at": "denryoku", "employed_by": "haken"},
        {"id": "ueda", "works_at": [{"at": "denryoku", "to": date(2027, 3, 31)}, {"at": "meti", "from": date(2027, 4, 1)}]},
        {"id": "kuno", "posts": [{"at": "meti", "unit": "keizai-anpo", "post": "kacho"}, {"at": "meti", "unit": "boeki"}]},
    ],
    "offices": [{"person": "kuno", "office": "minister_of_state", "from": date(2025, 10, 1), "to": date(2026, 9, 30)}],
    "assessments": [
        {"id": "a1", "person": "sato", "by": "meti", "outcome": "positive", "notified_on": date(2025, 9, 12), "officers": ["kuno"]},
        {"id": "a2", "person": "sato", "by": "mof", "outcome": "positive", "notified_on": date(2028, 1, 17), "reuses": "a1"},
    ],
    "doubt_notices": [{"person": "sato", "by": "meti", "notified_on": date(2027, 1, 15)}],
    "designations": [
        {
            "id": "d1",
            "by": "meti",
            "on": date(2025, 10, 1),
            "years": 5,
            "extensions": [{"on": date(2030, 9, 1), "until": date(2035, 9, 30)}],
            "closed_on": date(2035, 10, 8),
            "closings": [{"at": "denryoku", "on": date(2035, 10, 10)}],
        },
        {"id": "d2", "by": "meti", "on": date(2025, 10, 1), "until": date(2026, 9, 30), "lifted_on": date(2026, 1, 5)},
    ],
    "certifications": [{"operator": "denryoku", "by": "meti", "on": date(2025, 11, 1)}],
    "contracts": [
        {
            "id": "c1",
            "operator": "denryoku",
            "organ": "meti",
            "information": ["d1", "n1"],
            "units": ["hoan"],
            "from": date(2025, 12, 1),
            "to": date(2027, 3, 31),
            "return_by": date(2027, 4, 30),
        },
    ],
    "provisions": [
        {"information": "d1", "from": "meti", "to": "denryoku", "under": "Act 10(1)", "on": date(2025, 12, 1)},
        {"information": "d2", "from": "meti", "to": "denryoku", "under": "Act 10(2)", "on": date(2025, 12, 1)},
    ],
    "handlers": [
        {"information": "d1", "person": "sato", "at": "denryoku", "from": date(2025, 12, 1), "actions": ["handle", "make"]},
        {"information": "d1", "unit": "keizai-anpo", "at": "meti", "from": date(2025, 12, 1), "to": date(2026, 1, 31)},
    ],
}


def row(table: str, row_id: str) -> dict[str, object]:
    return next(row for name, row in given_rows(GIVEN) if name == table and row["id"] == row_id)


def test_the_last_day_of_a_fact_becomes_the_first_day_that_it_does_not_reach() -> None:
    assert row("personnel.posts", "sato/denryoku/0")["until_on"] == "2027-04-01"
    assert row("designation.designations", "d1")["until_on"] == "2030-10-01"
    assert row("designation.designations", "d2")["until_on"] == "2026-10-01"
    assert row("designation.extensions", "d1/extension/0")["until_on"] == "2035-10-01"
    assert row("provision.contracts", "c1")["until_on"] == "2027-04-01"
    assert row("provision.contracts", "c1")["return_until_on"] == "2027-05-01"


def test_the_years_of_a_reused_assessment_run_from_the_first_notice() -> None:
    assert row("clearance.results", "a2")["counted_on"] == "2025-09-12"
    assert row("clearance.results", "a2")["notified_on"] == "2028-01-17"


def test_a_dispatched_worker_works_where_the_work_is_done_and_is_employed_elsewhere() -> None:
    post = row("personnel.posts", "mori/denryoku/0")
    assert (post["organization_id"], post["employer_id"]) == ("denryoku", "haken")


def test_to_handle_is_to_read() -> None:
    assert row("need_to_know.listings", "d1/denryoku/0")["actions"] == ["read", "make"]


def test_an_information_that_a_contract_names_before_its_designation_is_there() -> None:
    assert row("designation.information", "n1")["title"] is None


def test_history_is_loaded_as_it_is_with_entries_that_say_that_nobody_judged_it(operator: Site) -> None:
    with transaction(operator.engine) as session:
        indexes = load_history(session, log=operator.log, at=OPENED_AT, actor=ACTOR, given=GIVEN)
    assert indexes == list(range(1, operator.size()))
    with operator.engine.connect() as connection:
        bodies = [bytes(body) for body in connection.execute(text("select body from ledger.entries where index > 0")).scalars()]
        for table in ("designation.closings", "clearance.results", "need_to_know.listings", "provision.provisions"):
            assert connection.execute(text(f"select count(*) from {table}")).scalar_one() == 2
    assert all(b'"kind":"personnel:history:recorded"' in body for body in bodies)


def test_the_rows_in_the_database_are_the_rows_that_the_given_facts_make(operator: Site) -> None:
    from service.database import Base

    with transaction(operator.engine) as session:
        load_history(session, log=operator.log, at=OPENED_AT, actor=ACTOR, given=GIVEN)
    with transaction(operator.engine) as session:
        stored = [
            row_form(row)
            for mapper in Base.registry.mappers
            if mapper.local_table.schema in {"personnel", "designation", "provision", "clearance", "need_to_know"}
            for row in session.query(mapper.class_)
        ]
    loaded = sorted((form["table"], form["row"]["id"], str(form["row"] | {"changed_index": 0})) for form in stored)
    assert loaded == sorted((table, row["id"], str(row)) for table, row in given_rows(GIVEN))


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"organizations": [{"id": "x", "kind": "bank"}]}, "unknown kind of organization 'bank'"),
        ({"people": [{"id": "p", "works_at": "nowhere"}]}, "no organization 'nowhere' is given"),
        ({"people": [{"id": "p"}, {"id": "p"}]}, "people: the id 'p' is given twice"),
        ({"people": [{"works_at": "x"}]}, r"people\[0\]: id is missing"),
        (GIVEN | {"designations": [{"id": "d1", "by": "meti", "on": date(2026, 1, 1)}]}, "give years or until"),
        (GIVEN | {"doubt_notices": [{"person": "nobody", "by": "meti", "notified_on": date(2026, 1, 1)}]}, "no person 'nobody'"),
        (GIVEN | {"offices": [{"person": "kuno", "office": "king"}]}, "unknown office 'king'"),
        (
            GIVEN
            | {"handlers": [{"information": "d1", "person": "sato", "at": "denryoku", "from": date(2026, 2, 1), "to": date(2026, 1, 1)}]},
            "handlers: what begins on 2026-02-01 ends before",
        ),
    ],
)
def test_given_facts_that_cannot_be_are_refused_by_name(given: dict[str, object], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        given_rows(given)


def test_every_case_file_has_given_facts_that_make_rows() -> None:
    from ruamel.yaml import YAML

    for number, path in enumerate(sorted((Path(__file__).parents[1] / "statute" / "cases").glob("*.yaml"))):
        given = YAML(typ="safe").load(path)["given"]
        assert given_rows(given), number
