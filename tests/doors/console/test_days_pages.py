"""Deadlines as list, month, fiscal year and calendar file: what is counted is what is listed, and a file tells little."""

import re
from datetime import date, timedelta
from typing import Any

import httpx2
import pytest

from service.clearance.operations import record_office
from service.database import read, transaction
from service.designation.operations import Notice, Subject, record_designation
from service.ledger import log_size
from service.personnel.operations import register_organization
from service.provision.operations import Terms, record_certification, record_contract
from service.provision.rules import CONTRACT_ITEMS
from service.statute.fiscal import fiscal_year
from service.statute.periods import legal_day
from tests.builders.site import ACTOR
from tests.doors.console.test_people_pages import browser
from tests.doors.management.conftest import WORLDS as DESKS
from tests.doors.management.conftest import Desk, desk, desk_world

__all__ = ["desk"]

COUNT = re.compile(r'<li><a class="\w*" href="(/deadlines\?within=[^"]+)"[^>]*><span>[^<]+</span><b>(\d+)</b>')
LINE = re.compile(r'<td><span class="once">(\d{4}-\d{2}-\d{2}) \(R')
HOSTILE = "<script>END:VCALENDAR,;\\ 甲"


def given(desk: Desk, operation: Any, **words: Any) -> Any:
    with transaction(desk.town.engine) as session:
        return operation(session, log=desk.town.log, actor=ACTOR, at=desk.town.now(), **words)


def lay_dates(desk: Desk) -> None:
    """Dates that passed, that come this week, this month and later; and an office of somebody's that ends."""
    today = legal_day(desk.town.now())
    given(desk, register_organization, kind="organ", name="架空省", organization_id="sho")
    begun = today - timedelta(days=400)
    letter = Notice("第1号", begun, begun)
    for name, days in (("d1", 20), ("d2", 6), ("d3", 200)):
        words = {"organ_id": "sho", "on": begun, "until": today + timedelta(days=days), "notice": letter, "information_id": name}
        given(desk, record_designation, subject=Subject(number=f"{HOSTILE}{name}"), **words)
    parties = {"operator_id": desk.town.organization, "organ_id": "sho"}
    given(desk, record_certification, on=begun, notice=letter, **parties)
    for name, ends, back in (("c1", 5, 40), ("c2", -5, -1)):
        span = {"from_on": begun, "last_day": today + timedelta(days=ends), "return_by": today + timedelta(days=back)}
        terms = Terms(informations=["d1", "d2", "d3"], settled=tuple(CONTRACT_ITEMS), **span)
        given(desk, record_contract, terms=terms, contract_id=name, **parties)
    for name in ("nobody", "clerk"):
        words = {"person_id": desk.town.people[name], "office": "nra_member", "from_on": begun}
        given(desk, record_office, last_day=today + timedelta(days=3), **words)


WORLDS = {"works": desk_world(lay_dates), **DESKS}


@pytest.fixture
def works(desk: Desk) -> Desk:
    return desk


def days_in(page: httpx2.Response) -> list[date]:
    return [date.fromisoformat(one) for one in LINE.findall(page.text)]


def listed(client: httpx2.Client, path: str) -> list[date]:
    """Every day of a list, page by page."""
    found: list[date] = []
    while True:
        page = client.get(path)
        assert page.status_code == 200, page.text
        found += days_in(page)
        onward = re.search(r'href="(/deadlines\?[^"]*cursor=[^"]+)"', page.text)
        if onward is None:
            return found
        path = onward[1].replace("&amp;", "&")


@pytest.mark.parametrize("name", ["manager", "clerk", "nobody", "boss"])
def test_every_count_opens_a_list_of_exactly_that_length(works: Desk, name: str) -> None:
    client = browser(works, name)
    counts = COUNT.findall(client.get("/deadlines").text)
    assert len(counts) == 4
    for path, number in counts:
        assert len(listed(client, path.replace("&amp;", "&"))) == int(number), path
    if name == "manager":
        assert all(int(number) > 0 for _path, number in counts)


def test_counts_of_a_narrowed_list_count_what_is_narrowed(works: Desk) -> None:
    client = browser(works, "manager")
    page = client.get("/deadlines", params={"within": "all", "sort": "designation_ends"})
    counts = dict(COUNT.findall(page.text))
    assert sorted(counts.values()) == ["0", "1", "2", "3"]
    for path, number in counts.items():
        assert len(listed(client, path.replace("&amp;", "&"))) == int(number)


def test_spans_hold_the_days_that_they_say(works: Desk) -> None:
    client, today = browser(works, "manager"), legal_day(works.town.now())
    assert all(one < today for one in listed(client, "/deadlines?within=overdue"))
    assert all(today <= one <= today + timedelta(days=7) for one in listed(client, "/deadlines?within=7"))
    assert all(today <= one <= today + timedelta(days=30) for one in listed(client, "/deadlines?within=30"))
    # A word that is none asks for nothing.
    assert listed(client, "/deadlines?within=never&set_by=x&first=soon") == listed(client, "/deadlines")


def test_a_month_and_a_year_show_what_the_list_has(works: Desk) -> None:
    client, today = browser(works, "manager"), legal_day(works.town.now())
    end = today + timedelta(days=20)
    month = client.get("/deadlines/month", params={"on": f"{end:%Y-%m}"})
    assert f"/deadlines?first={end}&amp;last={end}" in month.text
    whole = listed(client, f"/deadlines?first={end:%Y-%m}-01&last={end:%Y-%m}-28")
    assert end in whole or end.day > 28
    year = client.get("/deadlines/year", params={"of": str(fiscal_year(end))})
    links = re.findall(r'<a href="(/deadlines\?first=[^"]+)">(\d+)</a>', year.text)
    assert links
    for path, number in links:
        assert len(listed(client, path.replace("&amp;", "&"))) == int(number), path
    for bad in ("/deadlines/month?on=soon", "/deadlines/month?on=9999-99", "/deadlines/year?of=x", "/deadlines/year?of=999999"):
        assert client.get(bad).status_code == 422, bad


def test_a_purpose_opens_clearances_in_the_list_alone_and_the_look_is_an_entry(works: Desk) -> None:
    clerk = browser(works, "clerk")
    plain = len(listed(clerk, "/deadlines"))
    with read(works.town.engine) as session:
        before = log_size(session)
    for path in ("/deadlines/month?purpose=listing", "/deadlines/year?purpose=listing", "/deadlines.ics?purpose=listing", "/notices"):
        assert clerk.get(path).status_code == 200
    with read(works.town.engine) as session:
        assert log_size(session) == before
    assert len(listed(clerk, "/deadlines?purpose=listing")) == plain + 1
    with read(works.town.engine) as session:
        assert log_size(session) == before + 1


# The calendar file.


def parsed(content: bytes) -> list[dict[str, str]]:
    """A strict reading of RFC 5545: the events of a calendar, each property once. Raises AssertionError for anything else."""
    assert content.endswith(b"\r\n")
    lines = content[:-2].split(b"\r\n")
    assert all(b"\r" not in line and b"\n" not in line for line in lines)
    assert all(len(line) <= 75 for line in lines)
    unfolded: list[str] = []
    for line in lines:
        text = line.decode("utf-8")
        if text.startswith(" "):
            unfolded[-1] += text[1:]
        else:
            unfolded.append(text)
    assert unfolded[0] == "BEGIN:VCALENDAR"
    assert unfolded[-1] == "END:VCALENDAR"
    events: list[dict[str, str]] = []
    open_event: dict[str, str] | None = None
    for line in unfolded[1:-1]:
        name, colon, value = line.partition(":")
        assert colon, line
        assert re.fullmatch(r"[A-Z-]+(;VALUE=DATE)?", name), line
        if line == "BEGIN:VEVENT":
            assert open_event is None
            open_event = {}
        elif line == "END:VEVENT":
            assert open_event is not None
            assert {"UID", "DTSTAMP", "DTSTART;VALUE=DATE", "SUMMARY"} <= set(open_event)
            events.append(open_event)
            open_event = None
        elif open_event is not None:
            assert name not in open_event
            open_event[name] = value
            if name in {"SUMMARY", "DESCRIPTION"}:
                assert not re.search(r"(?<!\\)(?:\\\\)*[,;]", value), value
    assert open_event is None
    return events


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_file_is_a_calendar_of_whole_days_under_ids_that_stay(works: Desk, language: str) -> None:
    client = browser(works, "manager")
    answer = client.get("/deadlines.ics", params={"lang": language})
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    events = parsed(answer.content)
    assert sorted(one["DTSTART;VALUE=DATE"] for one in events) == sorted(f"{day:%Y%m%d}" for day in listed(client, "/deadlines"))
    for one in events:
        assert re.fullmatch(r"\d{8}T\d{6}Z", one["DTSTAMP"])
        first, after = (date.fromisoformat(one[f"{name};VALUE=DATE"]) for name in ("DTSTART", "DTEND"))
        assert after - first == timedelta(days=1)
    again = parsed(client.get("/deadlines.ics", params={"lang": language}).content)
    assert [one["UID"] for one in again] == [one["UID"] for one in events]
    assert len({one["UID"] for one in events}) == len(events)


@pytest.mark.parametrize("name", ["manager", "clerk", "nobody"])
def test_the_file_tells_of_no_person_no_title_and_no_clearance(works: Desk, name: str) -> None:
    client = browser(works, name)
    content = client.get("/deadlines.ics", params={"purpose": "listing"}).content
    told = content.replace(b"\r\n ", b"").decode()
    for secret in (HOSTILE, "END:VCALENDAR\\,", "花子", "nobody", "甲", "適性評価", "資格", *works.town.people.values()):
        assert secret not in told, secret
    if name == "nobody":
        # Their own office ends within days; the page says so and the file does not.
        assert len(listed(client, "/deadlines")) == 1
        assert parsed(content) == []
