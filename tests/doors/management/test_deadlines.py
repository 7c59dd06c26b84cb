"""Deadlines, periods, holidays and the yearly report over HTTP, and deadlines on the pages of people."""

import re
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from service.clearance.operations import record_office, record_result
from service.database import read, transaction
from service.deadlines.rules import PERIODS
from service.designation.operations import Notice, record_designation
from service.jobs.tick import tick
from service.ledger import log_size
from service.personnel.operations import register_organization
from service.provision.operations import Terms, record_certification, record_contract
from service.provision.rules import CONTRACT_ITEMS
from service.statute.periods import legal_day
from tests.builders.members import PASSWORD
from tests.builders.site import ACTOR
from tests.doors.management.conftest import Desk


def given(desk: Desk, operation: Any, **words: Any) -> Any:
    with transaction(desk.town.engine) as session:
        return operation(session, log=desk.town.log, actor=ACTOR, at=desk.town.now(), **words)


def size(desk: Desk) -> int:
    with read(desk.town.engine) as session:
        return log_size(session)


@pytest.fixture
def works(desk: Desk) -> Desk:
    """A contract and three offices that end within weeks, a designation that ended and is not closed."""
    today = legal_day(desk.town.now())
    given(desk, register_organization, kind="organ", name="架空省", organization_id="sho")
    letter = Notice("第1号", today - timedelta(days=400), today - timedelta(days=400))
    begun = today - timedelta(days=400)
    given(desk, record_designation, organ_id="sho", on=begun, until=today + timedelta(days=20), notice=letter, information_id="d1")
    parties = {"operator_id": desk.town.organization, "organ_id": "sho"}
    given(desk, record_certification, on=begun, notice=letter, **parties)
    terms = Terms(
        informations=["d1"],
        settled=tuple(CONTRACT_ITEMS),
        from_on=begun,
        last_day=today + timedelta(days=5),
        return_by=today + timedelta(days=40),
    )
    given(desk, record_contract, terms=terms, contract_id="c1", **parties)
    for name in ("nobody", "clerk"):
        words = {"person_id": desk.town.people[name], "office": "nra_member", "from_on": begun}
        given(desk, record_office, last_day=today + timedelta(days=30), **words)
    return desk


def test_a_manager_s_deadlines_come_by_day_with_citation_and_what_follows(works: Desk) -> None:
    found = works.sign_in("manager").get("/api/v1/deadlines").json()
    assert [(one["sort"], one["stage"], one["set_by"], one["default"], one["basis"]) for one in found["items"]] == [
        ("contract_ends", "last", "contract", False, ["Act 10(1)"]),
        ("designation_ends", "third", "law", False, ["Act 4(1)"]),
        ("return_by", "second", "contract", False, ["Act 10(3)"]),
    ]
    assert all(one["says"]["ja"] and one["then"]["en"] for one in found["items"])
    assert found["purpose_opens_more"] is True


def test_pages_go_on_where_the_last_one_ended(works: Desk) -> None:
    manager = works.sign_in("manager")
    sorts: list[str] = []
    cursor: dict[str, str] = {}
    for _page in range(3):
        found = manager.get("/api/v1/deadlines", params={"limit": 1} | cursor).json()
        sorts += [one["sort"] for one in found["items"]]
        cursor = {"cursor": found["next"]}
    assert sorts == ["contract_ends", "designation_ends", "return_by"]
    assert found["next"] is None


def test_a_clerk_names_a_purpose_and_the_look_is_an_entry(works: Desk) -> None:
    clerk = works.sign_in("clerk")
    own = works.town.people["clerk"]
    assert [one["person_id"] for one in clerk.get("/api/v1/deadlines").json()["items"]] == [own]
    before = size(works)
    found = clerk.get("/api/v1/deadlines", params={"purpose": "listing"}).json()
    assert {one["person_id"] for one in found["items"]} == {own, works.town.people["nobody"]}
    assert size(works) == before + 1
    looks = works.sign_in("nobody").get("/api/v1/me/looks").json()["looks"]
    assert [(one["roles"], one["purpose"]) for one in looks] == [(["hr_officer"], "listing")]


def test_somebody_without_a_role_sees_their_own_alone(works: Desk) -> None:
    found = works.sign_in("nobody").get("/api/v1/deadlines", params={"purpose": "listing", "until": "2100-01-01"}).json()
    assert [(one["sort"], one["person_id"]) for one in found["items"]] == [("office_ends", works.town.people["nobody"])]


@pytest.mark.parametrize("outcome", ["negative", "not_carried_out", None])
def test_the_answer_is_the_same_bytes_whatever_kept_somebody_from_a_clearance(desk: Desk, outcome: str | None) -> None:
    today = legal_day(desk.town.now())
    given(desk, register_organization, kind="organ", name="架空省", organization_id="sho")
    if outcome is not None:
        letter = Notice("第1号", today, today)
        words = {"person_id": desk.town.people["nobody"], "head_id": "sho", "outcome": outcome, "notified_on": today}
        given(desk, record_result, notice=letter, **words)
    far = {"until": "2100-01-01", "purpose": "listing"}
    for name in ("nobody", "clerk", "manager", "eye"):
        assert desk.sign_in(name).get("/api/v1/deadlines", params=far).content == (
            b'{"items":[],"next":null,"purpose_opens_more":false}'
        ), name


@pytest.mark.parametrize(
    "words", [{"cursor": "x"}, {"limit": "0"}, {"limit": "201"}, {"purpose": "curiosity"}, {"until": "soon"}, {"cursor": "あ"}]
)
def test_what_does_not_fit_is_told(works: Desk, words: dict[str, str]) -> None:
    answer = works.sign_in("manager").get("/api/v1/deadlines", params=words)
    assert answer.status_code == 422
    assert answer.json()["type"] == "/problems/malformed"


def test_periods_say_what_is_a_default_of_ours(works: Desk) -> None:
    admin = works.sign_in("nobody")
    found = {one["name"]: one for one in admin.get("/api/v1/periods").json()}
    assert set(found) == set(PERIODS)
    assert all(one["is_default"] and one["value"] == one["default"] for one in found.values())
    town = works.town
    town.both("admin", "boss", "set_period", name="closing_days", value="7", from_on=legal_day(town.now()).isoformat())
    found = {one["name"]: one for one in admin.get("/api/v1/periods").json()}
    assert (found["closing_days"]["value"], found["closing_days"]["is_default"], found["closing_days"]["default"]) == (7, False, 14)


def test_a_period_takes_two_people_and_its_bounds_are_kept(works: Desk) -> None:
    from service.acts.asking import Waiting
    from service.acts.entitled import NotAllowedError
    from service.deadlines.rules import PeriodRefusedError

    today = legal_day(works.town.now()).isoformat()
    assert isinstance(works.town.ask("admin", "set_period", name="reassess_months", value="24", from_on=today), Waiting)
    with pytest.raises(PeriodRefusedError):
        works.town.ask("admin", "set_period", name="reassess_months", value="37", from_on=today)
    with pytest.raises(NotAllowedError):
        works.town.ask("manager", "set_period", name="reassess_months", value="24", from_on=today)


def test_holidays_come_with_their_source_after_a_tick(works: Desk) -> None:
    manager = works.sign_in("manager")
    assert manager.get("/api/v1/holidays").json() == []
    tick(works.town.engine, log=works.town.log, clock=works.town.now)
    found = {one["on"]: one for one in manager.get("/api/v1/holidays").json()}
    assert found["2026-11-23"]["name"] == "勤労感謝の日"
    assert "第2条" in found["2026-11-23"]["source"]


def test_the_yearly_report_is_for_approvers_and_auditors_and_assessments_take_a_purpose(works: Desk) -> None:
    year = legal_day(works.town.now()).year - 1
    assert works.sign_in("manager").get(f"/api/v1/reports/{year}").status_code == 403
    eye = works.sign_in("eye")
    before = size(works)
    plain = eye.get(f"/api/v1/reports/{year}").json()
    assert plain["without"] == ["assessment"]
    assert {one["family"] for one in plain["counts"]} == {"designation", "certification"}
    whole = eye.get(f"/api/v1/reports/{year}", params={"purpose": "audit", "suppress_below": 5}).json()
    assert {one["count"] for one in whole["counts"] if one["family"] == "assessment"} == {"0-4"}
    assert {one["counter"]: one["count"] for one in whole["counts"]}["designated"] == "1"
    assert {one["organ"] for one in whole["counts"] if one["organ_id"] == "sho"} == {"架空省"}
    file = eye.get(f"/api/v1/reports/{year}", params={"purpose": "audit", "csv": "ja"})
    assert file.headers["content-type"] == "text/csv; charset=utf-8"
    assert [len(line.split(",")) for line in file.content.decode("utf-8-sig").splitlines()] == [9] * (len(whole["counts"]) + 1)
    assert size(works) == before + 3
    assert eye.get(f"/api/v1/reports/{year}", params={"purpose": "curiosity"}).status_code == 422


def test_a_role_for_a_part_counts_nothing(works: Desk) -> None:
    works.town.admit("part", "auditor", informations=["d1"])
    works.town.equip("part")
    assert works.sign_in("part").get("/api/v1/reports/2026").status_code == 403


def browser(desk: Desk, name: str) -> httpx2.Client:
    client = httpx2.Client(base_url=desk.address, timeout=30, follow_redirects=True)
    desk.clients.append(client)
    client.post("/sign-in?next=/home", data={"name": name, "password": PASSWORD, "code": desk.town.code()}).raise_for_status()
    return client


@pytest.mark.parametrize(("language", "words"), [("ja", "契約の期日"), ("en", "Set by contract")])
def test_home_and_the_page_show_them_in_both_languages(works: Desk, language: str, words: str) -> None:
    manager = browser(works, "manager")
    for path in ("/home", "/deadlines"):
        page = manager.get(path, params={"lang": language}).text
        assert words in page
        assert "nobody 花子" not in page


def test_the_page_asks_what_for_before_it_shows_somebody_s_dates(works: Desk) -> None:
    clerk = browser(works, "clerk")
    before = size(works)
    page = clerk.get("/deadlines")
    assert "nobody 花子" not in page.text
    assert "clerk 花子" in page.text
    assert size(works) == before
    choice = re.search(r'href="(/deadlines\?purpose=listing)"', page.text)
    assert choice is not None
    assert "nobody 花子" in clerk.get(choice[1]).text
    assert size(works) == before + 1


def test_home_of_somebody_without_a_role_shows_their_own(works: Desk) -> None:
    page = browser(works, "nobody").get("/home").text
    assert "適性評価を要しない職の終わり" in page
    assert "契約の終わり" not in page
