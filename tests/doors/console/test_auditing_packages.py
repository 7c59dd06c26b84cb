"""The page of evidence packages: asked for with a form, told how they stand, taken away by a link; in both languages."""

import re
import time
import zipfile
from io import BytesIO

import httpx2
import pytest

from tests.doors.console.test_auditing_decisions import asked
from tests.doors.console.test_auditing_ledger import of_ledger
from tests.doors.console.test_people_pages import browser, token
from tests.doors.management.conftest import WORLDS, Desk, desk

__all__ = ["WORLDS", "asked", "desk"]
PATH = "/ledger/packages"


def sent(client: httpx2.Client, **words: object) -> httpx2.Response:
    form = {"form_token": token(client.get(PATH)), "filter": "", "purpose": "", "checkpoint": "", "views": ["csv"]} | words
    return client.post(PATH, data=form, follow_redirects=True)


def taken(client: httpx2.Client) -> bytes:
    for _try in range(600):
        found = re.search(r'href="(/ledger/packages/k_[0-9a-f]+/file)"', client.get(PATH).text)
        if found:
            answer = client.get(found[1])
            assert answer.status_code == 200
            return answer.content
        time.sleep(0.1)
    pytest.fail("the package was not made in time")


def test_an_auditor_asks_with_a_form_and_takes_the_package_away(asked: Desk) -> None:
    eye = browser(asked, "eye")
    page = eye.get(PATH, params={"lang": "ja"})
    assert "証拠パッケージ" in page.text
    assert "まだありません。" in page.text
    answer = sent(eye, purpose="audit", views=["csv", "xlsx"])
    assert answer.status_code == 200, answer.text
    with zipfile.ZipFile(BytesIO(taken(eye))) as archive:
        names = archive.namelist()
        assert {"manifest.note", "view/records.csv", "view/records-1.xlsx", "VERIFY.ja.md", "verify.pyz"} <= set(names)
        assert "番号" in archive.read("view/records.csv").decode("utf-8-sig").splitlines()[0]
    assert "完成" in eye.get(PATH, params={"lang": "ja"}).text
    assert "Take away" in eye.get(PATH, params={"lang": "en"}).text
    kinds = [clear["kind"] for clear in of_ledger(asked)]
    assert kinds.count("ledger:export:requested") == kinds.count("ledger:export:completed") == 1


def test_a_pasted_checkpoint_is_continued_and_a_wrong_one_is_told(asked: Desk) -> None:
    eye = browser(asked, "eye")
    sent(eye)
    with zipfile.ZipFile(BytesIO(taken(eye))) as archive:
        kept = archive.read("checkpoint").decode()
    assert sent(eye, checkpoint=kept.replace("\n", "\r\n")).status_code == 200
    wrong = sent(eye, checkpoint="nothing")
    assert wrong.status_code == 422
    assert 'role="alert"' in wrong.text


def test_nobody_else_finds_the_page(asked: Desk) -> None:
    assert browser(asked, "clerk").get(PATH).status_code in {403, 404}
