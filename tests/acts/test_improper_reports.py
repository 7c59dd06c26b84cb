"""A report of improper designation has a route that its subject cannot see."""

import json
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from service.acts.asking import Done
from service.acts.concerning import OutsideError
from service.acts.entitled import NotAllowedError
from service.acts.reports import reading_roles, reported_by, reports_for
from service.database import read, transaction
from service.evidence.lookups import entry
from service.identity.accounts import grant_role
from service.personnel.rules import AlreadyEndedError
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
        clear = entry(session, index=index)
        assert clear is not None
        ways = {name: reading_roles(session, log=organ.log, member=organ.member(name), clear=clear) for name in organ.accounts}
    assert {name: set(roles) for name, roles in ways.items() if roles} == {"complaints": {"complaint_officer"}}


def test_a_report_is_made_for_oneself_and_says_nothing_of_what_there_is(organ: Town) -> None:
    with pytest.raises(OutsideError):
        report(organ, person_id=organ.people["manager"])
    assert len(report(organ, designation_number="there is none", against_person_id="nobody at all").made[0]) == 32


def answer(town: Town, name: str, report_id: str, finding: str = "not_in_order", **words: str) -> Done:
    given = {"improper_report_id": report_id, "finding": finding, "on": legal_day(town.now()).isoformat()}
    done = town.ask(name, "answer_improper_report", **given | words)
    assert isinstance(done, Done)
    return done


def test_a_complaint_officer_answers_and_whoever_reported_sees_what_was_found(organ: Town) -> None:
    designated(organ)
    made = report(organ, designation_number="経保第7号").made[0]
    answer(organ, "complaints", made, document_number="通報回答第1号")
    today = legal_day(organ.now())
    with read(organ.engine) as session:
        own = {name: reported_by(session, log=organ.log, person_id=organ.people[name]) for name in organ.people}
        (read_by_officer,) = reports_for(session, log=organ.log, member=organ.member("complaints"))
    assert {name: [(one.id, one.finding, one.answered_on) for one in found] for name, found in own.items() if found} == {
        "nobody": [(made, "not_in_order", today)]
    }
    assert (read_by_officer.finding, read_by_officer.answered_on) == ("not_in_order", today)
    with pytest.raises(AlreadyEndedError):
        answer(organ, "complaints", made, "in_order")


def test_an_answer_tells_in_clear_neither_who_gave_it_nor_what_was_found(organ: Town) -> None:
    made = report(organ).made[0]
    done = answer(organ, "complaints", made, document_number="通報回答第1号")
    with organ.engine.connect() as connection:
        body = bytes(connection.execute(text("select body from ledger.entries where index = :i"), {"i": done.first_index}).scalar_one())
        row = connection.execute(text("select * from designation.improper_answers")).one()
        keys = connection.execute(text("select distinct key_id from ledger.disclosures where index = :i"), {"i": done.first_index}).all()
    clear = json.loads(body)
    assert (clear["actor"], clear["object"], clear["kind"]) == (made, made, "designation:report:answered")
    for word in ("通報回答", *organ.people.values(), *organ.accounts.values()):
        assert word not in body.decode() + str(row)
    assert "not_in_order" not in body.decode()
    assert [one.key_id.split("#")[0] for one in keys] == [made]


def test_whoever_may_not_read_a_report_cannot_answer_it_and_is_told_that_there_is_none(organ: Town) -> None:
    organ.admit("second", "complaint_officer")
    made = report(organ, against_person_id=organ.people["complaints"]).made[0]
    size = entries_of(organ)
    told = []
    for one in (made, "0" * 32):
        with pytest.raises(OutsideError) as outside:
            answer(organ, "complaints", one)
        told.append((outside.value.word, str(outside.value)))
    assert told[0] == told[1]
    # An auditor reads and changes nothing; to nobody else the act is there at all.
    for name in ("eye", "manager", "nobody", "admin", "boss"):
        with pytest.raises(NotAllowedError):
            answer(organ, name, made)
    assert entries_of(organ) == size
    answer(organ, "second", made)


def test_nobody_answers_their_own_report(organ: Town) -> None:
    organ.admit("second", "complaint_officer")
    today = legal_day(organ.now()).isoformat()
    done = organ.ask("complaints", "report_improper", person_id=organ.people["complaints"], improper="other", on=today)
    assert isinstance(done, Done)
    size = entries_of(organ)
    with pytest.raises(OutsideError):
        answer(organ, "complaints", done.made[0])
    # What was refused is nowhere: the entry would tell who reported.
    assert entries_of(organ) == size
    answer(organ, "second", done.made[0])


def test_a_look_at_the_entry_of_an_answer_goes_the_way_of_its_report(organ: Town) -> None:
    made = report(organ, against_person_id=organ.people["eye"]).made[0]
    index = answer(organ, "complaints", made).first_index
    with read(organ.engine) as session:
        clear = entry(session, index=index)
        assert clear is not None
        ways = {name: reading_roles(session, log=organ.log, member=organ.member(name), clear=clear) for name in organ.accounts}
    assert {name: set(roles) for name, roles in ways.items() if roles} == {"complaints": {"complaint_officer"}}


def entries_of(town: Town) -> int:
    with town.engine.connect() as connection:
        return int(connection.execute(text("select count(*) from ledger.entries")).scalar_one())
