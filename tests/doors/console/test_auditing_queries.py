"""The pages of queries, notes and findings, requests and gaps, as people click through them."""

import re

import pytest
from sqlalchemy import select

from service.database import read, transaction
from service.evidence import budget
from service.evidence.queries import predicate_of, queries_of, query_of
from service.personnel.model import Organization
from service.statute.periods import legal_day
from tests.builders import alike
from tests.builders.site import ACTOR
from tests.doors.console.test_auditing_decisions import ASKED, asked
from tests.doors.console.test_auditing_ledger import of_ledger, walked
from tests.doors.console.test_people_pages import browser, token
from tests.doors.management.conftest import WORLDS, Desk, desk

__all__ = ["ASKED", "WORLDS", "asked", "desk"]


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_query_is_saved_run_sampled_exported_and_ended_by_pages(asked: Desk, language: str) -> None:
    eye = browser(asked, "eye")
    form = eye.get("/auditing/queries", params={"lang": language})
    assert ("新しい検索" if language == "ja" else "A new query") in form.text
    words = {"form_token": token(form), "name": "拒否", "reason": "定期監査", "case_number": "監-1", "since": "令和8年1月1日"}
    saved = eye.post("/auditing/queries", data=words | {"kinds": "decision:", "outcomes": "deny"})
    assert saved.status_code == 200, saved.text
    assert saved.url.path.startswith("/auditing/queries/")
    with read(asked.town.engine) as session:
        (row,) = queries_of(session)
    assert row.digest in saved.text
    path = f"/auditing/queries/{row.id}"
    send = {"form_token": token(saved)}
    ran = eye.post(f"{path}/run", data=send)
    assert ran.status_code == 200, ran.text
    denied = [index for index, one in enumerate(of_ledger(asked)) if one["kind"] == "decision:access:decided" and one.get("out") == "deny"]
    assert all(f'href="/ledger/{index}"' in ran.text for index in denied)
    opened = eye.post(f"{path}/run", data=send | {"purpose": "audit"})
    assert ("開きました" if language == "ja" else "Opened") in opened.text
    drawn = eye.post(f"{path}/sample", data=send | {"size": "2", "seed": "kansa"})
    assert "kansa" in drawn.text
    file = eye.post(f"{path}/export", data=send | {"format": "jsonl", "purpose": ""})
    assert file.headers["content-type"].startswith("application/jsonl")
    assert len(file.content.splitlines()) == len(denied)
    assert eye.post(f"{path}/export", data=send | {"format": "pdf"}).status_code == 422
    ended = eye.post(f"{path}/end", data=send)
    assert ("まだありません" if language == "ja" else "No query was saved yet") in ended.text


HIDDEN = re.compile(r'<input type="hidden" name="([a-z]+)" value="([^"]*)">')


def kept_by_form(page: str) -> dict[str, list[str]]:
    """What the form that saves the filter of the ledger's page sends along."""
    _before, _is, form = page.partition('action="/auditing/queries" class="filters">')
    fields: dict[str, list[str]] = {}
    for name, value in HIDDEN.findall(form.partition("</form>")[0]):
        fields.setdefault(name, []).append(value)
    return fields


def test_a_filter_of_the_ledger_is_saved_as_a_query_that_finds_the_same(asked: Desk) -> None:
    town, eye = asked.town, browser(asked, "eye")
    request = next(one[name] for one in of_ledger(asked) for name in ("req", "ref", "proposal") if one.get(name))
    filters: list[dict[str, str]] = [
        {"kind": "identity:", "outcome": "accepted"},
        {"kind": "decision:access:decided", "since": "令和8年1月1日", "until": "2099-01-01"},
        {"who": alike.CLEARED},
        *({"who": town.people[name]} for name in ("clerk", "manager")),
        *({"who": town.accounts[name]} for name in ("admin", "boss")),
        {"who": "admin"},
        {"item": alike.INFORMATION},
        {"request": request},
    ]
    for number, given in enumerate(filters):
        found, entries = walked(eye, **given), of_ledger(asked)
        page = eye.get("/ledger", params=given)
        words = kept_by_form(page.text)
        assert words, given
        saved = eye.post("/auditing/queries", data=words | {"name": f"<b>{number}", "reason": "月次", "form_token": token(page)})
        assert saved.url.path.startswith("/auditing/queries/"), saved.text
        with read(town.engine) as session:
            query = predicate_of(query_of(session, saved.url.path.rpartition("/")[2]))
        assert found == [index for index, entry in reversed([*enumerate(entries)]) if query.matches(entry)], given
        assert found, given


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_filter_that_no_query_says_is_told_so_and_offers_no_form(asked: Desk, language: str) -> None:
    eye = browser(asked, "eye")
    told = "この条件はこのままでは保存できません" if language == "ja" else "This filter cannot be saved as it is"
    with read(asked.town.engine) as session:
        organization = session.scalars(select(Organization.id)).first()
    for given in ({"item": organization}, {"who": "nobody-of-ours"}):
        page = eye.get("/ledger", params=given | {"lang": language})
        assert told in page.text
        assert not kept_by_form(page.text)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_purpose_of_applications_is_typed_and_asked_for_with_those_of_looks(desk: Desk, language: str) -> None:
    eye = browser(desk, "eye")
    form = eye.get("/auditing/queries", params={"lang": language})
    label = "アプリケーションが示した目的" if language == "ja" else "Purposes that applications named"
    assert re.search(rf'<label for="named_purposes">{label}</label>', form.text)
    words = {"form_token": token(form), "name": "目的", "reason": "定期監査", "purposes": "audit"}
    page = eye.post("/auditing/queries", data=words | {"named_purposes": "assigned_work、業務"})
    assert page.status_code == 200, page.text
    with read(desk.town.engine) as session:
        (row,) = queries_of(session)
        assert predicate_of(row).value["disclosed"] == {"purposes": ["assigned_work", "audit", "業務"]}
    assert "assigned_work" in page.text
    wrong = eye.post("/auditing/queries", data=words | {"name": "二", "named_purposes": "two words"})
    assert wrong.status_code == 422


def test_a_bad_day_of_an_era_is_told_and_saves_nothing(desk: Desk) -> None:
    eye = browser(desk, "eye")
    form = token(eye.get("/auditing/queries"))
    for since in ("令和8年13月1日", "昭和70年1月1日", "いつか"):
        answer = eye.post("/auditing/queries", data={"form_token": form, "name": "x", "reason": "y", "since": since})
        assert answer.status_code == 422, since
    with read(desk.town.engine) as session:
        assert queries_of(session) == []


def test_a_finding_goes_from_the_entry_to_whoever_keeps_the_matter_and_back(desk: Desk) -> None:
    eye, manager = browser(desk, "eye"), browser(desk, "manager")
    page = eye.get("/ledger/3")
    words = {"form_token": token(page), "words": "確認されたい <b>", "role": "information_manager"}
    stated = eye.post("/ledger/3/remarks", data=words | {"organization_id": desk.town.organization})
    assert "確認されたい &lt;b&gt;" in stated.text
    list_ = manager.get("/auditing/findings")
    answer = re.search(r'action="(/auditing/findings/[^"]+/answer)"', list_.text)
    assert answer is not None
    assert "確認されたい" in list_.text
    answered = manager.post(answer[1], data={"form_token": token(list_), "words": "確認済み"})
    assert "確認済み" in answered.text
    back = eye.get("/ledger/3")
    close = re.search(r'action="(/auditing/findings/[^"]+/close)"', back.text)
    assert close is not None
    closed = eye.post(close[1], data={"form_token": token(back), "words": "了"})
    assert "終結" in closed.text
    assert browser(desk, "clerk").get("/auditing/findings").text.count("確認されたい") == 0


def test_more_than_the_budget_is_asked_for_by_one_and_confirmed_by_another(asked: Desk) -> None:
    town = asked.town
    with transaction(town.engine) as session:
        budget.set_disclosure_budget(session, log=town.log, actor=ACTOR, at=town.now(), rows=0, from_on=legal_day(town.now()))
    eye, boss = browser(asked, "eye"), browser(asked, "boss")
    send = {"form_token": token(eye.get("/auditing/queries"))}
    saved = eye.post("/auditing/queries", data=send | {"name": "q", "reason": "調査", "kinds": "decision:access:decided"})
    path = saved.url.path
    refused = eye.post(f"{path}/run", data=send | {"purpose": "audit"})
    assert refused.status_code == 403
    assert "行数に達しました" in refused.text
    assert eye.post(f"{path}/export", data=send | {"purpose": "audit", "format": "csv"}).status_code == 403
    waiting = eye.post(f"{path}/more", data=send | {"rows": "50", "reason": "漏えいの調査"})
    confirm = re.search(r'action="(/auditing/requests/[^"]+/confirm)"', waiting.text)
    assert confirm is not None
    assert eye.post(confirm[1], data=send).status_code == 403
    done = boss.post(confirm[1], data={"form_token": token(boss.get("/auditing/requests"))})
    assert done.status_code == 200, done.text
    assert "確認済み" in done.text
    assert eye.post(f"{path}/run", data=send | {"purpose": "audit"}).status_code == 200


def test_gaps_are_shown_for_days_of_either_calendar(desk: Desk) -> None:
    eye = browser(desk, "eye")
    page = eye.get("/auditing/gaps", params={"since": "R8.1.1", "minutes": "30"})
    assert page.status_code == 200, page.text
    assert "まだない" in page.text
    assert eye.get("/auditing/gaps", params={"minutes": "x"}).status_code == 422
    assert eye.get("/auditing/gaps", params={"since": "R8.2.30"}).status_code == 422
