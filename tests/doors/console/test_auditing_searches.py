"""Pages of searches as an auditor sees them: a sentence, and what was searched and found once they say what for."""

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import Engine

from service.app import build
from service.console.auditing.sentences import sentence
from service.identity.factors import passwords
from service.ledger import Kind
from service.settings import Settings
from tests.builders import alike
from tests.builders.alike import CLEARED, INFORMATION
from tests.builders.members import found_town
from tests.builders.served import serving
from tests.doors.console.test_auditing_ledger import of_ledger
from tests.doors.console.test_people_pages import browser, token
from tests.doors.management.conftest import Desk


@pytest.fixture
def searched(engine: Engine, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A town in which an application searched for what somebody may handle, and in vain for people."""
    monkeypatch.setattr(passwords, "needs_rehash", lambda _stored: False)
    settings = Settings(data_dir=tmp_path)
    town = found_town(engine, settings.keys_dir)
    alike.peopled(town, engine, seat="operator")
    headers = {"Authorization": f"Bearer {alike.key_for(town)}"}
    with serving(build(settings=settings, url=database_url, engine=engine, log=town.log)) as address:
        body = {
            "subject": {"type": "person", "id": CLEARED},
            "resource": {"type": "information", "id": INFORMATION},
            "action": {"name": "read"},
        }
        answers = {
            which: httpx2.post(f"{address}/access/v1/search/{which}", json=body, headers=headers) for which in ("resource", "subject")
        }
        assert answers["resource"].json()["results"] == [{"type": "information", "id": INFORMATION}]
        assert answers["subject"].status_code == 403
        desk = Desk(town, address)
        yield desk
        for client in desk.clients:
            client.close()


def test_a_search_is_told_as_a_sentence_and_opened_with_a_purpose(searched: Desk) -> None:
    eye = browser(searched, "eye")
    found, refused = [index for index, one in enumerate(of_ledger(searched)) if one["kind"] == Kind.ACCESS_SEARCHED]
    page = eye.get(f"/ledger/{found}")
    assert "検索に1ページの回答がされました" in page.text
    assert "検索が認められませんでした" in eye.get(f"/ledger/{refused}").text
    assert "回答したもの" not in page.text
    shown = eye.post(f"/ledger/{found}", data={"form_token": token(page), "purpose": "audit"}).text
    assert "回答したもの" in shown
    assert "判定した件数" in shown
    assert of_ledger(searched)[-1]["kind"] == Kind.DISCLOSURE_READ


@pytest.mark.parametrize(
    ("clear", "ja", "en"),
    [
        (
            {"object": "d1", "action": "read", "for": "o1", "out": "accepted"},
            "アプリケーション dms による、o1のための、d1 の「閲覧」のできる人の検索に1ページの回答がされました。",
            "A search by the application dms for who may do “reading” of d1 for o1 was answered with a page.",
        ),
        (
            {"person": "p1", "action": "read", "out": "accepted"},
            "アプリケーション dms による、ある人(p1)による「閲覧」の対象の検索に1ページの回答がされました。",
            "A search by the application dms for what is open to “reading” by a person (p1) was answered with a page.",
        ),
        (
            {"person": "p1", "object": "d1", "out": "accepted"},
            "アプリケーション dms による、ある人(p1)によるd1 の行為の可否の検索に1ページの回答がされました。",
            "A search by the application dms for what a person (p1) may do of d1 was answered with a page.",
        ),
        (
            {"action": "read", "out": "refused"},
            "アプリケーション dms による、「閲覧」のできる人の検索が認められませんでした。",
            "A search by the application dms for who may do “reading” was refused.",
        ),
    ],
)
def test_the_sentence_says_what_was_searched(clear: dict[str, str], ja: str, en: str) -> None:
    whole = {"kind": Kind.ACCESS_SEARCHED.value, "actor": "dms"} | clear
    assert (sentence(whole, "ja", {}), sentence(whole, "en", {})) == (ja, en)
