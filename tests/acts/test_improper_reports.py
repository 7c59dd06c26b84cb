"""A report of improper designation has a route that its subject cannot see."""

import json
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from service.acts.asking import Done
from service.acts.concerning import OutsideError
from service.acts.reports import reading_roles, reports_for
from service.database import read, transaction
from service.identity.accounts import grant_role
from service.statute.periods import legal_day
from tests.builders.members import Town, found_town


@pytest.fixture
def organ(engine: Engine, tmp_path: Path) -> Town:
    town = found_town(engine, tmp_path / "keys", seat="organ")
    town.admit("manager", "information_manager")
    town.admit("complaints", "complaint_officer")
    town.admit("eye", "auditor")
    town.admit("nobody")
    return town


def designated(town: Town, proposer: str = "manager") -> None:
    today = legal_day(town.now()).isoformat()
    town.both(proposer, "boss", "designate", organ_id=town.organization, on=today, years="5", number="経保第7号")


def report(town: Town, **words: str) -> Done:
    given = {"person_id": town.people["nobody"], "improper": "hides_wrongdoing", "on": legal_day(town.now()).isoformat()}
    done = town.ask("nobody", "report_improper", **given | words)
    assert isinstance(done, Done)
    return done


def readers(town: Town) -> set[str]:
    found = set()
    for name in town.accounts:
        member = town.member(name)
        with read(town.engine) as session:
            if reports_for(session, log=town.log, member=member):
                found.add(name)
    return found


def test_anybody_reports_and_only_complaint_officer_and_auditor_read(organ: Town) -> None:
    designated(organ)
    done = report(organ, designation_number="経保第7号")
    assert readers(organ) == {"complaints", "eye"}
    with read(organ.engine) as session:
        (one,) = reports_for(session, log=organ.log, member=organ.member("complaints"))
    assert (one.id, one.index) == (done.made[0], done.first_index)
    assert (one.said["person_id"], one.said["improper"]) == (organ.people["nobody"], "hides_wrongdoing")


def test_the_entry_and_the_row_tell_neither_who_reported_nor_of_what(organ: Town) -> None:
    designated(organ)
    done = report(organ, designation_number="経保第7号", against_person_id=organ.people["manager"])
    with organ.engine.connect() as connection:
        body = bytes(connection.execute(text("select body from ledger.entries where index = :i"), {"i": done.first_index}).scalar_one())
        row = connection.execute(text("select * from designation.improper_reports")).one()
        key = connection.execute(text("select distinct key_id from ledger.disclosures where index = :i"), {"i": done.first_index}).all()
    clear = json.loads(body)
    assert set(clear) == {"_sd", "_sd_alg", "actor", "at", "kind", "object", "on", "out", "salt", "v"} & set(clear)
    assert (clear["actor"], clear["object"]) == (done.made[0], done.made[0])
    told = body.decode() + str(row)
    for word in ("経保", "hides", *organ.people.values(), *organ.accounts.values()):
        assert word not in told
    assert [one.key_id.split("#")[0] for one in key] == [done.made[0]]


def test_whoever_designated_it_or_approved_that_does_not_read_it(organ: Town) -> None:
    organ.admit("turncoat", "information_manager")
    designated(organ, "turncoat")
    # Later somebody else lifts it, and the one who designated it becomes an auditor.
    with read(organ.engine) as session:
        (information_id,) = session.scalars(text("select id from designation.information")).all()  # type: ignore[call-overload]
    today = legal_day(organ.now())
    with transaction(organ.engine) as session:
        grants = (
            session.execute(text("select id from identity.grants where person_id = :p"), {"p": organ.people["turncoat"]}).scalars().all()
        )
    for grant_id in grants:
        organ.ask("admin", "end_role", grant_id=grant_id)
    organ.both("manager", "boss", "lift", information_id=information_id, on=today.isoformat())
    _become_auditor(organ, "turncoat", by="admin")
    report(organ, designation_number="経保第7号")
    assert readers(organ) == {"complaints", "eye"}
    report(organ)
    assert "turncoat" in readers(organ)


def _become_auditor(town: Town, name: str, *, by: str) -> None:
    at = town.now()
    with transaction(town.engine) as session:
        grant_role(
            session,
            log=town.log,
            actor=town.member(by).actor,
            at=at,
            role="auditor",
            organization_id=town.organization,
            from_on=legal_day(at),
            person_id=town.people[name],
        )


def test_whom_it_names_does_not_read_it_nor_whoever_has_the_role_from_them(organ: Town) -> None:
    report(organ, against_person_id=organ.people["eye"])
    assert readers(organ) == {"complaints"}
    # Everybody here has their role from the administrator.
    report(organ, against_person_id=organ.people["admin"])
    member = organ.member("complaints")
    with read(organ.engine) as session:
        assert len(reports_for(session, log=organ.log, member=member)) == 1


def test_a_look_at_the_entry_goes_the_same_way(organ: Town) -> None:
    index = report(organ, against_person_id=organ.people["eye"]).first_index
    with read(organ.engine) as session:
        ways = {name: reading_roles(session, log=organ.log, member=organ.member(name), index=index) for name in organ.accounts}
    assert {name: set(roles) for name, roles in ways.items() if roles} == {"complaints": {"complaint_officer"}}


def test_a_report_is_made_for_oneself_and_says_nothing_of_what_there_is(organ: Town) -> None:
    with pytest.raises(OutsideError):
        report(organ, person_id=organ.people["manager"])
    assert len(report(organ, designation_number="there is none", against_person_id="nobody at all").made[0]) == 32
