"""`sekisho tick`: each date that has come is told once, however often and by how many it is run."""

import threading
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select, text

from service.assessment.rules import LINES
from service.cli import tick as command
from service.database import read, transaction
from service.deadlines.model import ToldRow
from service.deadlines.sources import SOURCES
from service.designation import operations as designation
from service.designation.operations import record_grounds
from service.designation.reasons import Grounds
from service.jobs import tick as job
from service.jobs.tick import Ticked, tick
from service.ledger import Kind, entries, log_size, read_entry
from service.need_to_know import operations as need_to_know
from service.need_to_know.operations import Target
from service.need_to_know.queries import running
from service.statute.holidays import shipped_holidays
from service.statute.periods import day_start
from tests.builders import law
from tests.builders.assessing import Walk
from tests.builders.personnel import employee
from tests.builders.site import Site
from tests.rooms.conftest import operator, organ

__all__ = ["operator", "organ"]

D = date.fromisoformat


def run(site: Site, day: str) -> Ticked:
    return tick(site.engine, log=site.log, clock=lambda: day_start(D(day)))


def told(site: Site) -> list[ToldRow]:
    with transaction(site.engine) as session:
        return list(session.scalars(select(ToldRow).order_by(ToldRow.on, ToldRow.sort)))


def clear(site: Site) -> list[dict[str, Any]]:
    with read(site.engine) as session:
        found = [read_entry(body) for _index, body in entries(session, start=0, end=log_size(session))]
    return [one for one in found if one["kind"] == Kind.DEADLINE_TOLD.value]


@pytest.fixture
def ministry(organ: Site) -> Site:
    law.organizations(organ)
    law.designated(organ)
    reasons = Grounds("shows_a_weakness", "never_published", "helps_an_attack", "指定第1号")
    organ.act(record_grounds, day=law.DESIGNATED_ON, information_id="d1", on=law.DESIGNATED_ON, grounds=reasons)
    employee(organ, "ueda", "meti")
    law.cleared(organ, "ueda", on=D("2026-06-15"))
    return organ


def test_the_first_run_takes_the_holidays_in_and_later_runs_do_not(ministry: Site) -> None:
    first = run(ministry, "2026-07-01")
    assert (first.told, first.holidays) == (0, len(shipped_holidays()))
    size = ministry.size()
    assert run(ministry, "2026-07-01").holidays == 0
    assert ministry.size() == size


def test_a_validity_is_told_of_on_the_day_after_its_last_and_only_once(ministry: Site) -> None:
    run(ministry, "2031-05-31")
    assert "designation_ends" not in {row.sort for row in told(ministry)}
    run(ministry, "2031-06-01")
    assert [(row.on, row.information_id) for row in told(ministry) if row.sort == "designation_ends"] == [(D("2031-05-31"), "d1")]
    size = ministry.size()
    again = run(ministry, "2031-06-01")
    assert (again.told, ministry.size()) == (0, size)


def test_what_is_to_be_done_is_told_of_on_its_day(ministry: Site) -> None:
    run(ministry, "2031-02-27")
    assert "extension_decision" not in {row.sort for row in told(ministry)}
    run(ministry, "2031-02-28")
    assert "extension_decision" in {row.sort for row in told(ministry)}


def test_a_date_that_moved_is_told_of_again(ministry: Site) -> None:
    run(ministry, "2031-03-03")
    ministry.act(designation.extend, day=D("2031-04-01"), information_id="d1", until=D("2033-05-31"), on=D("2031-04-01"))
    run(ministry, "2033-06-01")
    assert [row.on for row in told(ministry) if row.sort == "extension_decision"] == [D("2031-02-28")]
    assert [row.on for row in told(ministry) if row.sort == "designation_ends"] == [D("2033-05-31")]


@pytest.mark.parametrize("outcome", ["positive", "negative", "refused", "withdrawn"])
def test_the_log_says_as_much_of_each_result_and_names_nobody(organ: Site, outcome: str) -> None:
    law.organizations(organ)
    employee(organ, "mori", "meti")
    law.cleared(organ, "mori", on=D("2026-06-15"), outcome=outcome)
    run(organ, "2036-06-16")
    found = clear(organ)
    assert len(found) == 2
    assert all(not one.get("person") and not one.get("on") and not one.get("object") for one in found)
    assert [(row.person_id, row.on) for row in told(organ)] == [("mori", D("2035-06-15")), ("mori", D("2036-06-15"))]


def test_many_dates_are_told_of_in_chunks(organ: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job, "CHUNK", 3)
    law.organizations(organ)
    for number in range(5):
        employee(organ, f"ueda{number}", "meti")
        law.cleared(organ, f"ueda{number}")
    assert run(organ, "2036-06-16").told == 10
    assert len(told(organ)) == 10
    with organ.engine.connect() as connection:
        at_once = connection.execute(text("select max(size) from ledger.batches where first_index > 0")).scalar_one()
    assert at_once <= 3


def test_two_processes_at_once_tell_of_each_date_once(ministry: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    run(ministry, "2026-07-01")
    before = ministry.size()
    together, waited = threading.Barrier(2), set[int]()
    real = job.untold

    def at_once(*given: Any, **words: Any) -> Any:
        found = real(*given, **words)
        if threading.get_ident() not in waited:
            # Both have found the same dates before either of them tells.
            waited.add(threading.get_ident())
            together.wait(timeout=60)
        return found

    monkeypatch.setattr(job, "untold", at_once)
    counts: list[int] = []
    threads = [threading.Thread(target=lambda: counts.append(run(ministry, "2036-06-16").told)) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    rows = told(ministry)
    assert sum(counts) == len(rows) == ministry.size() - before > 0


def test_what_changed_meanwhile_is_found_anew(ministry: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    run(ministry, "2031-03-03")
    real = job.untold
    done: list[str] = []

    def late(*given: Any, **words: Any) -> Any:
        found = real(*given, **words)
        if not done:
            done.append("extended")
            # Legal on its day and known late: the validity had not ended after all.
            ministry.act(designation.extend, day=D("2031-06-01"), information_id="d1", until=D("2033-05-31"), on=D("2031-05-30"))
        return found

    monkeypatch.setattr(job, "untold", late)
    run(ministry, "2031-06-01")
    assert done
    assert "designation_ends" not in {row.sort for row in told(ministry)}


def test_somebody_who_is_always_too_late_tells_under_the_lock(ministry: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    real, busy = job.untold, []

    def disturbed(session: Any, found: Sequence[Any], **words: Any) -> Any:
        if len(busy) < job.TRIES + 1:
            busy.append(1)
            employee(ministry, f"mori{len(busy)}", "meti")
        return real(session, found, **words)

    monkeypatch.setattr(job, "untold", disturbed)
    assert run(ministry, "2031-06-01").told > 0
    assert "designation_ends" in {row.sort for row in told(ministry)}


def test_the_counts_are_told_in_both_languages_and_those_of_clearances_withheld(ministry: Site) -> None:
    done = run(ministry, "2036-06-10")
    for language, words in (("ja", "取扱資格の期間の満了: 間近 1"), ("en", "A clearance ends: close 1")):
        lines = command.told(done, language, withhold=False)  # type: ignore[arg-type]  # both languages
        assert words in lines
        withheld = command.told(done, language, withhold=True)  # type: ignore[arg-type]  # the same
        assert not any(sort.says[place] in line for line in withheld for place in (0, 1) for sort in _of_clearances())
    assert any("内規" in line for line in command.told(done, "ja", withhold=False))


def _of_clearances() -> list[Any]:
    return [sort for source in SOURCES for sort in source.sorts if sort.shows == "clearance_state"]


def test_the_command_s_sorts_are_all_sorts() -> None:
    assert set(command.SORTS) == {sort.code for source in SOURCES for sort in source.sorts}


def test_a_source_that_a_door_brings_along_is_told_too(ministry: Site, engine: Engine) -> None:
    from service.deadlines.rules import Deadline, Sort
    from service.deadlines.sight import Source

    sort = Sort("complaint_answer", ("苦情への回答", "A complaint is to be answered"), ("遅れる", "It is late"), "title", (), "house")
    source = Source("complaints", (sort,), lambda _session, sight: [Deadline(sort, "k1", sight.on, ())])
    clock = lambda: day_start(D("2026-07-01")) + timedelta(hours=9)  # noqa: E731 - an instant of the day
    assert isinstance(clock(), datetime)
    assert tick(engine, log=ministry.log, clock=clock, sources=[source]).told == 1
    assert tick(engine, log=ministry.log, clock=clock, sources=[source]).told == 0


def test_a_log_with_ticks_in_it_verifies(ministry: Site, database_url: str) -> None:
    from service.evidence import rows
    from service.evidence.disclosures import keyring_opener
    from service.evidence.verification import verify

    run(ministry, "2036-06-16")
    assert told(ministry)
    with rows.snapshot(database_url) as connection:
        ring = ministry.log.keyring.scratch()
        report = verify(connection=connection, vkey=ministry.log.vkey, opener=lambda opened: keyring_opener(opened, ring))
    assert report.counts.entries == ministry.size()
    assert report.findings.total == 0


def lines(site: Site, kind: Kind) -> int:
    with read(site.engine) as session:
        found = [read_entry(body) for _index, body in entries(session, start=0, end=log_size(session))]
    return sum(one["kind"] == kind.value for one in found)


@pytest.fixture
def listed(ministry: Site) -> Site:
    words = {"information_id": "d1", "organization_id": "meti", "target": Target(person_id="ueda"), "from_on": D("2026-07-01")}
    ministry.act(need_to_know.list_handler, day=D("2026-07-01"), last_day=D("2030-06-30"), **words)
    return ministry


def test_a_line_that_nobody_confirmed_lapses_once_and_loudly(listed: Site) -> None:
    # The 180th day of the half from 1 October is 29 March.
    assert run(listed, "2027-03-29").lapsed == 0
    assert run(listed, "2027-03-30").lapsed == 1
    size = listed.size()
    assert run(listed, "2027-03-30").lapsed == 0
    assert listed.size() == size
    assert lines(listed, Kind.HANDLER_LAPSED) == 1
    assert listed.ask(running, organization_id="meti", on=D("2027-03-30"), at=day_start(D("2027-03-30"))) == []


def test_assessments_are_made_equally_long_once_a_month_and_nothing_of_it_is_told(ministry: Site) -> None:
    for person in ("mori", "sato"):
        employee(ministry, person, "meti")
    Walk(ministry, "mori").told("refused")
    Walk(ministry, "sato").told("positive")
    before = lines(ministry, Kind.ASSESSMENT_STEP)
    run(ministry, "2026-08-31")
    assert lines(ministry, Kind.ASSESSMENT_STEP) == before
    done = run(ministry, "2026-09-01")
    assert lines(ministry, Kind.ASSESSMENT_STEP) == 2 * LINES > before
    size = ministry.size()
    assert run(ministry, "2026-09-01").told == 0
    assert ministry.size() == size
    for language in ("ja", "en"):
        words = command.told(done, language, withhold=True)  # type: ignore[arg-type]  # both languages
        assert not any(str(2 * LINES - before) in line for line in words)


def test_two_runs_at_once_end_a_line_once_and_fill_up_once(listed: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    employee(listed, "mori", "meti")
    Walk(listed, "mori").told("refused")
    run(listed, "2026-08-01")
    together, waited = threading.Barrier(2), set[int]()
    done: list[int] = []
    begun = job.begin_act

    def begin(session: Any) -> None:
        # Both have found something to do before either of them does it.
        if threading.get_ident() not in waited:
            waited.add(threading.get_ident())
            together.wait(timeout=60)
        begun(session)

    monkeypatch.setattr(job, "begin_act", begin)
    threads = [threading.Thread(target=lambda: done.append(run(listed, "2027-03-30").lapsed)) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(done) == [0, 1]
    assert lines(listed, Kind.HANDLER_LAPSED) == 1
    assert lines(listed, Kind.ASSESSMENT_STEP) == LINES
