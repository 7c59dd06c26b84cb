"""What the page of verification tells a layman: of an intact log, of one that somebody edited, and of how far it came."""

import re
from threading import Lock

import httpx2
import pytest

from service.acts.reading import verifying
from tests.doors.console.test_auditing_decisions import asked
from tests.doors.console.test_auditing_ledger import of_ledger
from tests.doors.console.test_people_pages import browser, token
from tests.doors.management.conftest import WORLDS, Desk, desk

__all__ = ["WORLDS", "asked", "desk"]


def verified(client: httpx2.Client, language: str = "ja") -> str:
    form = token(client.get("/ledger/verification"))
    page = client.post("/ledger/verification", params={"lang": language}, data={"form_token": form})
    assert page.status_code == 200, page.text
    return page.text


def test_an_intact_log_is_told_in_one_sentence(asked: Desk) -> None:
    eye = browser(asked, "eye")
    size = len(of_ledger(asked))
    page = verified(eye)
    assert f"{size:,}件中{size:,}件が無傷です。" in page
    assert 'class="verdict-box good"' in page
    assert "判定: 3件のうち3件" in page
    assert f"{size:,} of {size:,} records are intact." in verified(eye, "en")
    assert asked.town.log.vkey.replace("+", "&#43;") in page or asked.town.log.vkey in page
    assert "誤りなし" in eye.get("/ledger/verification", params={"lang": "ja"}).text


@pytest.mark.parametrize(
    ("attack", "words"),
    [
        ("update personnel.people set legal_name = 'Somebody Else' where id = 'person-a'", "サービスを通さずに書き換えられています"),
        ("delete from need_to_know.listings where id = 'line-person-a'", "表から消えています"),
        (
            (
                "insert into identity.grants select 'forged', role, organization_id, person_id, post, units, informations, contracts, footing,"
                " in_name_of, from_on, until_on, granted_at, granted_by, ended_at, changed_index, seal from identity.grants limit 1"
            ),
            "サービスを通さずに追加されています",
        ),
        (
            (
                "alter table ledger.entries disable trigger all; update ledger.entries set body ="
                " convert_to(replace(convert_from(body, 'UTF8'), '\"out\":\"deny\"', '\"out\":\"permit\"'), 'UTF8')"
            ),
            "書き換えられています",
        ),
        ("alter table ledger.entries disable trigger all; delete from ledger.entries where index = 7", "番号 7 の記録が削除されています"),
        (
            "alter table ledger.checkpoints disable trigger all; insert into ledger.checkpoints values (3, 'forged')",
            "署名が正しくありません",
        ),
    ],
)
def test_an_attack_behind_the_doors_is_told_in_plain_words(asked: Desk, attack: str, words: str) -> None:
    eye = browser(asked, "eye")
    with asked.town.engine.begin() as connection:
        for statement in attack.split("; "):
            connection.exec_driver_sql(statement.replace("%", "%%"))
    page = verified(eye)
    assert 'class="verdict-box bad"' in page
    assert words in page
    assert "件が無傷です。</b>" not in page
    assert re.search(r"誤り \d+ 件", eye.get("/ledger/verification").text)


def test_a_finding_tells_no_reason_of_a_denial(asked: Desk) -> None:
    eye = browser(asked, "eye")
    with asked.town.engine.begin() as connection:
        connection.exec_driver_sql("alter table ledger.entries disable trigger all")
        connection.exec_driver_sql(
            "update ledger.entries set body = convert_to(replace(convert_from(body, 'UTF8'), '\"out\":\"deny\"', '\"out\":\"permit\"'), 'UTF8')"
        )
    page = verified(eye)
    assert "結果が、開示された回答と違います" in page
    assert "negative" not in page


def test_what_was_not_looked_at_in_the_time_is_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    eye = browser(desk, "eye")
    monkeypatch.setattr(verifying, "verify_now", verifying.verify_now)
    monkeypatch.setattr("service.console.auditing.verification.verify_now", lambda seated: verifying.verify_now(seated, seconds=0))
    page = verified(eye)
    assert 'class="state warn">一部' in page
    assert "台帳と突き合わせていません" in page


def test_two_do_not_verify_at_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    eye = browser(desk, "eye")
    held = Lock()
    held.acquire()
    monkeypatch.setattr(verifying, "_ONE", held)
    assert "ほかの人が検証しています" in verified(eye)
