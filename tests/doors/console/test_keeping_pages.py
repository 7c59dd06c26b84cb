"""The pages of whoever keeps the site, over HTTP as a browser sends it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from service.acts.table import ACTS
from service.console.act_words import VERBS
from service.database import read, transaction
from service.designation.model import Information
from service.evidence.lookups import looks_at
from service.identity.account_model import Grant
from service.identity.model import ApiKey
from service.identity.operations import grant_application, issue_key
from service.personnel.operations import grant_alias, take_post
from service.registers.operations import designate_area, grant_area_alias
from service.statute.periods import legal_day
from tests.doors.console.test_people_pages import WORLDS, browser, desk, token
from tests.doors.management.conftest import Desk

__all__ = ["WORLDS", "desk"]
HOSTILE = "<script>alert(1)</script>'\"><img src=x>"
TITLE = "架空の極秘の題名"
KEY = re.compile(r"sk_[A-Za-z0-9_-]{43}")
PAGES = ("/accounts", "/roles", "/applications", "/decision-rules", "/settings", "/system", "/aliases")
OPEN_TO = {
    "admin": {"/accounts", "/roles", "/applications", "/decision-rules", "/settings", "/system"},
    "boss": {"/accounts", "/roles", "/applications", "/decision-rules", "/settings", "/aliases"},
    "eye": {"/accounts", "/roles", "/applications", "/decision-rules", "/settings", "/system"},
    "clerk": {"/settings", "/aliases"},
    "manager": {"/settings", "/aliases"},
    "nobody": set[str](),
}


def by_admin(desk: Desk) -> dict[str, Any]:
    return {"log": desk.town.log, "actor": desk.town.member("admin").actor, "at": desk.town.now()}


def information(desk: Desk) -> str:
    with transaction(desk.town.engine) as session:
        session.add(Information(id="d1", title=TITLE, changed_index=0))
    return "d1"


def application(desk: Desk, name: str = "文書管理") -> str:
    with transaction(desk.town.engine) as session:
        return grant_application(session, **by_admin(desk), name=name, organization=desk.town.organization, namespaces=["dms"])


@pytest.mark.parametrize("who", OPEN_TO)
def test_each_page_is_there_for_whom_it_is_and_for_nobody_else(desk: Desk, who: str) -> None:
    client = browser(desk, who)
    for path in PAGES:
        page = client.get(path)
        assert page.status_code == (200 if path in OPEN_TO[who] else 403), f"{who} {path}"
        assert (f'href="{path}"' in client.get("/home").text) <= (path in OPEN_TO[who])


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_page_speaks_both_languages(desk: Desk, language: str) -> None:
    made = application(desk)
    for who in ("admin", "boss"):
        client = browser(desk, who)
        for path in (*sorted(OPEN_TO[who]), f"/applications/{made}"):
            page = client.get(path, params={"lang": language})
            assert page.status_code == 200
            assert f'<html lang="{language}"' in page.text
            assert page.text.count("<h1>") == 1


def test_an_account_tells_who_gets_in_by_what_and_holds_which_roles(desk: Desk) -> None:
    browser(desk, "clerk")
    page = browser(desk, "admin").get("/accounts", params={"q": "clerk"}).text
    row = re.search(r"<tbody>(.*?)</tbody>", page, re.DOTALL)
    assert row is not None
    assert row[1].count("<tr>") == 1
    assert "clerk 花子" in row[1]
    assert "人事担当者" in row[1]
    assert "認証アプリ" in row[1]
    assert "まだありません" not in row[1]
    assert f"/acts/end_account?account_id={desk.town.accounts['clerk']}" in row[1]
    assert "manager" not in row[1]


def test_a_list_of_accounts_goes_on_page_by_page(desk: Desk) -> None:
    for number in range(52):
        desk.town.admit(f"member{number:03d}")
    admin = browser(desk, "admin")
    first = admin.get("/accounts").text
    names = re.findall(r">(member\d{3})</td>", first)
    onward = re.search(r'href="(/accounts\?[^"]*cursor=[^"]+)"', first)
    assert onward is not None
    rest = admin.get(onward[1].replace("&amp;", "&")).text
    assert sorted(names + re.findall(r">(member\d{3})</td>", rest)) == [f"member{number:03d}" for number in range(52)]
    assert admin.get("/accounts?cursor=zzz").status_code == 422


def test_whoever_audits_sees_names_for_a_purpose_alone_and_each_person_may_know_it(desk: Desk) -> None:
    eye = browser(desk, "eye")
    for path in ("/accounts", "/roles"):
        closed = eye.get(path).text
        assert "花子" not in closed.replace("eye 花子", "")
        assert desk.town.people["clerk"] in closed
    assert "<tbody>" not in eye.get("/accounts", params={"q": "花子"}).text, "nobody is found by a name that is not to be seen"
    assert eye.get("/accounts", params={"purpose": "curiosity"}).status_code == 422
    with read(desk.town.engine) as session:
        assert looks_at(session, log=desk.town.log, person_id=desk.town.people["clerk"]) == []
    opened = eye.get("/accounts", params={"purpose": "audit"}).text
    assert "clerk 花子" in opened
    with read(desk.town.engine) as session:
        found = looks_at(session, log=desk.town.log, person_id=desk.town.people["clerk"])
    assert [(one.roles, one.purpose) for one in found] == [(("auditor",), "audit")]
    with transaction(desk.town.engine) as session:
        session.execute(text("update identity.look_counts set looks = 200"))
    spent = eye.get("/roles", params={"purpose": "audit"})
    assert spent.status_code == 403
    assert "clerk 花子" not in spent.text


def test_roles_that_are_kept_apart_stand_out_however_somebody_came_to_both(desk: Desk) -> None:
    with transaction(desk.town.engine) as session:
        person = {"person_id": desk.town.people["clerk"], "organization_id": desk.town.organization, "post": "監査室長"}
        take_post(session, **by_admin(desk), **person)
    admin = browser(desk, "admin")
    assert "兼ねられない役割" not in re.sub(r"<summary.*?</summary>", "", admin.get("/accounts?q=clerk").text)
    with transaction(desk.town.engine) as session:
        grant = Grant(
            id="grant_post",
            role="custodian",
            organization_id=desk.town.organization,
            post="監査室長",
            units=[],
            informations=[],
            contracts=[],
            footing="own",
            from_on=legal_day(desk.town.now()),
            granted_at=desk.town.now(),
            changed_index=0,
        )
        session.add(grant)
    for path in ("/accounts?q=clerk", "/roles?role=hr_officer"):
        page = admin.get(path).text
        assert "兼ねられない役割" in page
        assert "保全責任者" in page
    assert "監査室長" in admin.get("/roles?role=custodian").text


def test_an_administrator_sees_no_title_and_no_clearance_anywhere(desk: Desk) -> None:
    found = information(desk)
    desk.town.admit("keeper", "custodian", informations=[found])
    proposed = desk.town.ask("admin", "grant_role", **{**role_for(desk, "nobody"), "informations": [found]})
    made = application(desk)
    admin = browser(desk, "admin")
    proposal = getattr(proposed, "proposal", "")
    for path in (*sorted(OPEN_TO["admin"]), f"/applications/{made}", "/proposals", f"/proposals/{proposal}", f"/proposals/{proposal}/rows"):
        page = admin.get(path)
        assert page.status_code == 200
        assert TITLE not in page.text, path
        assert "適性評価" not in page.text or path in {"/decision-rules", "/settings", "/accounts", "/roles"}, path
    assert "情報 1件(名称は表示しません)" in admin.get("/roles?role=custodian").text
    assert TITLE in browser(desk, "boss").get("/roles?role=custodian").text


def role_for(desk: Desk, name: str) -> dict[str, Any]:
    return {
        "person_id": desk.town.people[name],
        "organization_id": desk.town.organization,
        "from_on": legal_day(desk.town.now()).isoformat(),
        "role": "custodian",
    }


def test_a_key_is_shown_once_as_it_is_issued_and_never_again(desk: Desk) -> None:
    made = application(desk)
    admin = browser(desk, "admin")
    form = admin.get(f"/acts/issue_key?application={made}&back=/applications/{made}")
    words = {"form_token": token(form), "application": made, "fixed-application": "yes", "back": f"/applications/{made}"}
    tried = admin.post("/acts/issue_key", data=words)
    assert KEY.search(tried.text) is None
    done = admin.post("/acts/issue_key", data=words | {"confirmed": "yes"})
    keys = set(KEY.findall(done.text))
    assert len(keys) == 1
    key = keys.pop()
    with read(desk.town.engine) as session:
        row = session.scalars(select(ApiKey).where(ApiKey.application_id == made)).one()
    page = admin.get(f"/applications/{made}").text
    assert row.id in page
    assert "admin 太郎" in page
    index = re.search(r"台帳の記録 (\d+)", done.text)
    assert index is not None
    for path in (f"/applications/{made}", f"/applications/{made}?done={index[1]}", "/applications", "/home", "/system"):
        text_of = admin.get(path).text
        assert key not in text_of
        assert row.hash.hex() not in text_of
    assert f"/acts/revoke_key?key_id={row.id}" in page
    assert "/acts/issue_key" not in browser(desk, "boss").get(f"/applications/{made}").text


def test_an_application_that_nobody_knows_is_not_there(desk: Desk) -> None:
    assert browser(desk, "admin").get("/applications/app_nothing").status_code == 404


def test_names_that_others_chose_stay_text(desk: Desk) -> None:
    made = application(desk, HOSTILE)
    with transaction(desk.town.engine) as session:
        issue_key(session, **by_admin(desk), application=made, expires_at=desk.town.now() + timedelta(days=9))
        named = {"namespace": "badge", "value": HOSTILE, "target_kind": "person", "target_id": desk.town.people["clerk"]}
        grant_alias(session, **by_admin(desk), **named)
    admin, clerk = browser(desk, "admin"), browser(desk, "clerk")
    for page in (admin.get("/applications"), admin.get(f"/applications/{made}"), clerk.get("/aliases"), clerk.get("/aliases?q=<script>")):
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "&lt;script&gt;alert" in page.text
    assert "あと8日" in admin.get("/system").text or "あと9日" in admin.get("/system").text


def test_aliases_are_found_by_how_they_begin_within_reach(desk: Desk) -> None:
    with transaction(desk.town.engine) as session:
        for value in ("00123", "00124", "9"):
            named = {"namespace": "employee", "value": value, "target_kind": "person", "target_id": desk.town.people["clerk"]}
            grant_alias(session, **by_admin(desk), **named)
    clerk = browser(desk, "clerk")
    found = clerk.get("/aliases?q=0012").text
    assert re.findall(r"employee:(\w+)</td>", found) == ["00123", "00124"]
    assert "<tbody>" not in clerk.get("/aliases?namespace=badge").text
    assert "<tbody>" not in clerk.get("/aliases?q=%25").text
    desk.town.admit("unitmanager", "information_manager", contracts=["contract_of_others"])
    desk.town.equip("unitmanager")
    assert "00123" not in browser(desk, "unitmanager").get("/aliases").text


def test_aliases_of_areas_are_found_by_whoever_keeps_them(desk: Desk) -> None:
    town = desk.town
    with transaction(town.engine) as session:
        given = {"organization_id": town.organization, "area": "room", "name": "金庫室", "on": legal_day(town.now()), "area_id": "vault"}
        designate_area(session, **by_admin(desk), **given)
    with transaction(town.engine) as session:
        grant_area_alias(session, **by_admin(desk), namespace="gate", value="7", area_id="vault")
    page = browser(desk, "manager").get("/aliases?namespace=gate&lang=ja").text
    assert "gate:7" in page
    assert "取扱区域等" in page
    assert "/acts/grant_area_alias" in page
    desk.town.admit("unitmanager", "information_manager", contracts=["contract_of_others"])
    desk.town.equip("unitmanager")
    assert "gate:7" not in browser(desk, "unitmanager").get("/aliases?namespace=gate").text


def test_every_act_that_takes_two_stands_in_the_decision_rules_with_what_the_site_set(desk: Desk) -> None:
    admin = browser(desk, "admin")
    page = admin.get("/decision-rules").text
    for known in ACTS.values():
        assert (f">{VERBS[known.verb][0]}<" in page) >= (bool(known.seconds) and known.seat in (None, "operator"))
    desk.town.both("admin", "boss", "set_decision_rule", verb="list_handler", seconds=["approver"])
    page = admin.get("/decision-rules").text
    row = re.search(r'<th scope="row">取扱者の範囲・名簿に載せる</th>(.*?)</tr>', page, re.DOTALL)
    assert row is not None
    assert "起案 admin 太郎、決裁 boss 太郎" in row[1]
    assert "/acts/set_decision_rule?verb=list_handler" in row[1]
    assert "/acts/set_decision_rule" not in browser(desk, "boss").get("/decision-rules").text
    audited = browser(desk, "eye").get("/decision-rules").text
    assert "太郎" not in audited


def test_a_setting_tells_its_default_its_value_and_who_changed_it(desk: Desk) -> None:
    manager = browser(desk, "manager")
    before = manager.get("/settings").text
    assert "既定のまま" in before
    today = legal_day(desk.town.now()).isoformat()
    desk.town.both("admin", "boss", "set_period", name="letter_days", value=10, from_on=today)
    given = {"organization_id": desk.town.organization, "setting": "listing_months", "amount": 24, "from_on": today}
    desk.town.both("manager", "boss", "set_list_number", **given)
    page = manager.get("/settings").text
    for name, value in (("提供先への通知書を送る日数", 10), ("登載の期間", 24)):
        row = re.search(rf'<th scope="row">[^<]*{name}.*?</tr>', page, re.DOTALL)
        assert row is not None
        assert f"<b>{value}</b>" in row[0]
        assert "決裁 boss 太郎" in row[0]
    assert "/acts/set_list_number" in page
    assert "/acts/set_period" not in page
    assert "/acts/set_period" in browser(desk, "admin").get("/settings").text


def test_the_state_of_the_system_is_what_is_looked_up(desk: Desk) -> None:
    admin = browser(desk, "admin")
    page = admin.get("/system").text
    assert desk.town.log.origin in page
    assert "PostgreSQL" in page
    assert "GB" in page
    assert "すべての行に封印があります" in page
    with transaction(desk.town.engine) as session:
        session.execute(text("update identity.grants set seal = null where person_id = :one"), {"one": desk.town.people["eye"]})
    assert "封印のない行が1件あります" in admin.get("/system").text
