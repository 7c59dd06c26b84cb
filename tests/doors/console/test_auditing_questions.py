"""An auditor's questions beside the ledger: users, differences between days, charts. Each takes a purpose, and each look is kept."""

import re
from datetime import timedelta

import httpx2
import pytest
from sqlalchemy import text

from service.console.auditing.drawing import ceiling, stacked
from service.database import read, transaction
from service.identity.accounts import end_account, grant_role
from service.ledger import Kind
from service.need_to_know.model import Listing
from service.statute.periods import legal_day
from tests.builders.alike import ALIKE, CLEARED, INFORMATION
from tests.builders.site import ACTOR
from tests.doors.console.test_auditing_decisions import ASKED, asked
from tests.doors.console.test_auditing_ledger import of_ledger, walked
from tests.doors.console.test_people_pages import browser, token
from tests.doors.management.conftest import WORLDS, Desk, desk

__all__ = ["WORLDS", "asked", "desk"]


def test_users_take_a_purpose_of_an_auditor_and_none_of_an_approver(desk: Desk) -> None:
    eye, boss = browser(desk, "eye"), browser(desk, "boss")
    before = len(of_ledger(desk))
    closed = eye.get("/auditing/users")
    assert "manager" not in closed.text
    assert eye.post("/auditing/users", data={"form_token": token(closed), "purpose": "x"}).status_code == 422
    assert [(one["kind"], one["out"]) for one in of_ledger(desk)[before:]] == [(Kind.DISCLOSURE_READ.value, "refused")]
    before += 1
    shown = eye.post("/auditing/users", data={"form_token": token(closed), "purpose": "audit"})
    assert "manager 花子" in shown.text
    assert [one["kind"] for one in of_ledger(desk)[before:]] == [Kind.DISCLOSURE_READ.value]
    assert "boss 太郎" in boss.get("/auditing/users").text
    assert len(of_ledger(desk)) == before + 1


def test_users_tell_the_last_sign_in_and_what_does_not_fit(desk: Desk) -> None:
    town = desk.town
    today = legal_day(town.now())
    with transaction(town.engine) as session:
        given = {"organization_id": town.organization, "from_on": today}
        grant_role(session, log=town.log, actor=ACTOR, at=town.now(), role="custodian", person_id=town.people["nobody"], **given)
        grant_role(session, log=town.log, actor=ACTOR, at=town.now(), role="custodian", post="架空の役職", **given)
        end_account(session, log=town.log, actor=ACTOR, at=town.now(), account_id=town.accounts["nobody"])
    with town.engine.begin() as connection:
        # Two roles in one hand come about only behind the doors, or by a change of posts.
        connection.execute(
            text(
                "insert into identity.grants select 'both', 'custodian', organization_id, person_id, post, units, informations, contracts,"
                " footing, in_name_of, from_on, until_on, granted_at, granted_by, ended_at, changed_index, seal from identity.grants"
                " where person_id = :person limit 1"
            ),
            {"person": town.people["manager"]},
        )
    page = browser(desk, "boss").get("/auditing/users").text
    assert "manager 花子: 保全責任者 / 情報管理者" in page
    assert "nobody 花子: 保全責任者" in page
    assert "架空の役職: 保全責任者" in page
    line = page.split('<th scope="row">boss</th>')[1].split("</tr>")[0]
    assert re.search(r"\d{4}-\d\d-\d\d \(R\d+\.\d+\.\d+\) \d\d:\d\d", line)
    assert "なし" in page.split('<th scope="row">clerk</th>')[1].split("</tr>")[0]


def compared(desk: Desk, eye: httpx2.Client, **words: str) -> str:
    today = legal_day(desk.town.now())
    given = {"since": (today - timedelta(days=400)).isoformat(), "until": today.isoformat(), "purpose": "audit", "known": "now"}
    page = eye.post("/auditing/differences", data={"form_token": token(eye.get("/auditing/differences"))} | given | words)
    return page.text


def test_a_list_is_compared_between_two_days(asked: Desk) -> None:
    eye = browser(asked, "eye")
    page = compared(asked, eye, roll="handlers", item=INFORMATION)
    assert "加わった 5 件" in page
    assert "外れた 0 件" in page
    today = legal_day(asked.town.now())
    assert "違いはありません" in compared(asked, eye, roll="handlers", since=(today - timedelta(days=1)).isoformat(), item=INFORMATION)
    assert "加わった 0 件" in compared(asked, eye, roll="handlers", item="nothing")
    with read(asked.town.engine) as session:
        lines = session.query(Listing).count()
    assert lines == len((*ALIKE, CLEARED))
    assert "加わった 1 件" in compared(asked, eye, roll="clearances")
    assert "eye" in compared(asked, eye, roll="accounts")


def test_as_known_then_leaves_out_what_was_recorded_later(asked: Desk) -> None:
    eye = browser(asked, "eye")
    today = legal_day(asked.town.now())
    yesterday = (today - timedelta(days=1)).isoformat()
    assert "加わった 0 件" in compared(asked, eye, roll="handlers", since=yesterday, known="now")
    assert "加わった 5 件" in compared(asked, eye, roll="handlers", since=yesterday, known="then")


def test_who_is_in_a_list_of_clearances_is_told_that_somebody_looked(asked: Desk) -> None:
    eye = browser(asked, "eye")
    before = len(of_ledger(asked))
    compared(asked, eye, roll="clearances")
    looks = [one for one in of_ledger(asked)[before:] if one["kind"] == Kind.DISCLOSURE_READ]
    assert [one["object"] for one in looks] == ["differences: clearances", "clearances"]


@pytest.mark.parametrize(
    "words",
    [{"roll": "x"}, {"roll": "handlers", "since": "x"}, {"roll": "handlers", "purpose": ""}, {"roll": "handlers", "until": "1999-01-01"}],
)
def test_a_comparison_that_makes_no_sense_records_and_shows_nothing(asked: Desk, words: dict[str, str]) -> None:
    eye = browser(asked, "eye")
    before = sum(one["kind"] == Kind.DISCLOSURE_READ for one in of_ledger(asked))
    page = compared(asked, eye, **words)
    assert page.count('role="alert"') == 1
    assert "件</span>" not in page
    assert sum(one["kind"] == Kind.DISCLOSURE_READ for one in of_ledger(asked)) == before


def test_charts_count_what_the_list_holds(asked: Desk) -> None:
    eye = browser(asked, "eye")
    page = eye.get("/auditing/charts").text
    today = legal_day(asked.town.now()).isoformat()
    number = len(walked(eye, kind=Kind.ACCESS_DECIDED.value, outcome="permit", since=today))
    assert number == ASKED.count(CLEARED)
    decided = page.split('id="decided">')[1].split("</section>")[0]
    assert re.findall(r"<td>([\d,]+)</td>", decided) == ["2", "1"]
    assert decided.count("<title") == 1 + 2
    assert "style=" not in page
    assert "not_cleared" not in page


def test_reasons_of_denials_take_a_purpose_and_tell_no_assessment(asked: Desk) -> None:
    eye = browser(asked, "eye")
    before = len(of_ledger(asked))
    form = token(eye.get("/auditing/charts"))
    assert eye.post("/auditing/charts", data={"form_token": form}).status_code == 422
    assert [one["out"] for one in of_ledger(asked)[before:]] == ["refused"], "the attempt is an entry"
    before += 1
    page = eye.post("/auditing/charts", data={"form_token": form, "purpose": "audit"}).text
    assert "not_cleared" in page
    assert "assessment_negative" not in page
    assert [one["object"] for one in of_ledger(asked)[before:]] == ["denials"]


@pytest.mark.parametrize("words", [{"since": "x"}, {"since": "2020-01-01"}, {"since": "2026-11-28", "until": "2026-11-01"}])
def test_a_time_that_makes_no_sense_draws_nothing(asked: Desk, words: dict[str, str]) -> None:
    page = browser(asked, "eye").get("/auditing/charts", params=words)
    assert page.status_code == 422
    assert "<svg class" not in page.text


def test_the_top_of_a_chart_is_round_and_holds_every_bar() -> None:
    for most in (0, 1, 3, 4, 5, 9, 41, 799, 12345):
        assert ceiling(most) >= most
        assert ceiling(most) % 4 == 0
    chart = stacked([("a", (3, 2)), ("b", (0, 0)), ("c", (8, 0))], ("x", "y"))
    assert [(one.series, one.says) for one in chart.bars] == [(0, "a x 3"), (1, "a y 2"), (0, "c x 8")]
    assert all(one.y >= 12 for one in chart.bars)
