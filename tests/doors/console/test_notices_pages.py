"""The inbox of whoever is signed in, and the mail that says that something is in it and nothing more."""

import email
import email.policy
import re
import socket
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from service.acts.asking import Waiting
from service.acts.told_by_mail import is_allowed, keep_wish, take_day
from service.database import read, transaction
from service.deadlines.model import MailedRow
from service.designation.operations import Notice, Subject, record_designation
from service.identity.desk import Desk as Place
from service.jobs.mailing import SUBJECT, TEXT, Mailed, send_mails
from service.ledger import log_size
from service.personnel.operations import register_organization, register_person
from service.provision.operations import Terms, record_certification, record_contract
from service.provision.rules import CONTRACT_ITEMS
from service.settings import Settings
from service.statute.periods import legal_day
from tests.builders.served import free_port
from tests.builders.site import ACTOR
from tests.doors.console.test_people_pages import browser, token
from tests.doors.management.conftest import WORLDS, Desk, desk

__all__ = ["WORLDS", "desk"]

HOSTILE = "架空 秘密{number}%s<b>Bcc: x@example.jp"


def given(desk: Desk, operation: Any, **words: Any) -> Any:
    with transaction(desk.town.engine) as session:
        return operation(session, log=desk.town.log, actor=ACTOR, at=desk.town.now(), **words)


def propose(desk: Desk) -> str:
    person = given(desk, register_person, legal_name=HOSTILE)
    waiting = desk.town.ask("clerk", "take_post", person_id=person, organization_id=desk.town.organization)
    assert isinstance(waiting, Waiting)
    return waiting.proposal


# The inbox.


def test_a_proposal_waits_for_those_who_may_decide_it_and_for_nobody_else(desk: Desk) -> None:
    proposal = propose(desk)
    told = {name: f"/proposals/{proposal}" in browser(desk, name).get("/notices").text for name in ("manager", "clerk", "eye", "nobody")}
    assert told == {"manager": True, "clerk": False, "eye": False, "nobody": False}


def test_whoever_proposed_is_told_what_became_of_it(desk: Desk) -> None:
    proposal = propose(desk)
    manager, clerk = browser(desk, "manager"), browser(desk, "clerk")
    page = manager.get(f"/proposals/{proposal}")
    manager.post(f"/proposals/{proposal}/send-back", data={"form_token": token(page), "words": "理由の秘密"})
    inbox = clerk.get("/notices").text
    assert "差し戻された起案" in inbox
    assert f"/proposals/{proposal}" in inbox
    assert "理由の秘密" not in inbox
    assert f"/proposals/{proposal}" not in manager.get("/notices").text
    again = propose(desk)
    desk.town.approve("manager", again)
    inbox = clerk.get("/notices").text
    assert "決裁されました" in inbox


def test_what_was_seen_is_new_no_more_and_stays_there(desk: Desk) -> None:
    proposal = propose(desk)
    manager = browser(desk, "manager")
    page = manager.get("/notices")
    assert "新着" in page.text
    with read(desk.town.engine) as session:
        before = log_size(session)
    seen = manager.post("/notices/seen", data={"form_token": token(page)})
    assert "新着" not in seen.text
    assert f"/proposals/{proposal}" in seen.text
    with read(desk.town.engine) as session:
        assert log_size(session) == before
    # What somebody saw is theirs: the others' notices are as new as before.
    assert "新着" in browser(desk, "deputy").get("/notices").text


def test_a_date_that_came_near_waits_and_one_far_off_does_not(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    today = legal_day(desk.town.now())
    begun = today - timedelta(days=400)
    given(desk, register_organization, kind="organ", name="架空省", organization_id="sho")
    for name, days in (("soon", 5), ("ahead", 120), ("far", 390)):
        words = {"organ_id": "sho", "on": begun, "until": today + timedelta(days=days), "notice": Notice("第1号", begun, begun)}
        given(desk, record_designation, information_id=name, subject=Subject(number=f"番号{name}"), **words)

    parties = {"operator_id": desk.town.organization, "organ_id": "sho"}
    given(desk, record_certification, on=begun, notice=Notice("第1号", begun, begun), **parties)
    terms = Terms(informations=["soon", "ahead", "far"], settled=tuple(CONTRACT_ITEMS), from_on=begun)
    given(desk, record_contract, terms=terms, **parties)
    client = browser(desk, "manager")
    page = client.get("/notices").text
    waiting, _heading, others = page.partition('id="told"')
    assert "番号soon" in waiting
    assert "番号ahead" not in waiting
    assert "番号ahead" in others
    assert "番号far" not in page
    sheet = client.get("/notices/sheet").text
    assert "番号soon" in sheet
    assert "data-print" in sheet
    monkeypatch.setattr("service.console.days.notices.ON_PAPER", 1)
    short = client.get("/notices/sheet").text
    assert "番号soon" in short
    assert "番号ahead" not in short
    assert "ほか 1 件は、この用紙に載せていません" in short
    # Only what is shown is spelled out; the rest is counted and lies behind.
    monkeypatch.setattr("service.console.days.notices.ON_THE_PAGE", 1)
    page = client.get("/notices").text
    assert "番号soon" in page
    assert "番号ahead" not in page
    assert "番号ahead" in client.get("/notices?cursor=1").text


def test_no_reason_stands_in_the_answer_to_a_request(desk: Desk) -> None:
    page = browser(desk, "nobody").get("/notices", params={"lang": "en"})
    assert page.status_code == 200
    assert "Nothing waits for you now." in page.text


# Mail.


class Inbox:
    """What a mail server took."""

    def __init__(self) -> None:
        self.taken: list[tuple[list[str], EmailMessage, bytes]] = []
        self.refuses = False

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - the name that the server calls
        if self.refuses:
            return "451 not now"
        content = bytes(envelope.content or b"")
        self.taken.append((envelope.rcpt_tos, email.message_from_bytes(content, policy=email.policy.default), content))  # type: ignore[arg-type]
        return "250 taken"


@pytest.fixture
def inbox() -> Iterator[tuple[Inbox, int]]:
    taken, port = Inbox(), free_port()
    server = Controller(taken, hostname="127.0.0.1", port=port)
    server.start()
    yield taken, port
    server.stop()


def settings(port: int, **more: Any) -> Settings:
    given = {"mail_host": "127.0.0.1", "mail_port": port, "mail_security": "none", "mail_from": "sekisho@example.jp"}
    return Settings(**(given | {"public_url": "https://sekisho.example.jp"} | more))


def mail(desk: Desk, port: int, **more: Any) -> Mailed:
    return send_mails(desk.town.engine, log=desk.town.log, settings=settings(port, **more), clock=desk.town.now)


def wished(desk: Desk, name: str, address: str, language: str = "both") -> None:

    place = Place(desk.town.engine, desk.town.log, desk.town.now, mail_domains=())
    keep_wish(place, desk.town.member(name), at=desk.town.now(), address=address, language=language)


@pytest.mark.parametrize("language", ["ja", "en", "both"])
def test_a_mail_says_how_many_things_wait_and_where_and_nothing_else(desk: Desk, inbox: tuple[Inbox, int], language: str) -> None:
    taken, port = inbox
    proposal = propose(desk)
    wished(desk, "manager", "manager@example.jp", language)
    assert mail(desk, port) == Mailed(1)
    ((recipients, message, content),) = taken.taken
    assert recipients == ["manager@example.jp"]
    body = message.get_content()
    assert "https://sekisho.example.jp/notices" in body
    assert ("1 件" in body, "1 things" in body) == (language != "en", language != "ja")
    assert message.get_content_type() == "text/plain"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Bcc"] is None
    shown = f"{body}\n{message['Subject']}\n{content.decode('ascii', 'replace')}"
    for secret in (
        HOSTILE,
        "架空",
        "秘密",
        "花子",
        "take_post",
        "配属",
        "起案",
        proposal,
        *desk.town.people.values(),
        *desk.town.accounts.values(),
    ):
        assert secret not in shown, secret


def test_nobody_gets_two_mails_a_day_however_often_it_is_run_and_what_else_comes(desk: Desk, inbox: tuple[Inbox, int]) -> None:
    taken, port = inbox
    propose(desk)
    wished(desk, "manager", "manager@example.jp")
    assert [mail(desk, port).sent for _run in range(3)] == [1, 0, 0]
    propose(desk)
    assert mail(desk, port).sent == 0
    assert len(taken.taken) == 1
    # The next day tells of what came since; the day after that nothing is new, and nobody is written to again.
    desk.town.ahead = timedelta(days=1)
    assert mail(desk, port).sent == 1
    desk.town.ahead = timedelta(days=2)
    assert mail(desk, port).sent == 0


def test_a_day_that_another_process_took_is_taken(desk: Desk) -> None:

    words = {"person_id": desk.town.people["manager"], "on": legal_day(desk.town.now()), "at": desk.town.now()}
    with transaction(desk.town.engine) as session:
        assert take_day(session, **words)
    with transaction(desk.town.engine) as session:
        assert not take_day(session, **words)


def test_nobody_is_written_to_who_has_nothing_new_or_no_account_or_no_wish(desk: Desk, inbox: tuple[Inbox, int]) -> None:
    taken, port = inbox
    wished(desk, "nobody", "nobody@example.jp")
    wished(desk, "manager", "manager@example.jp")
    assert mail(desk, port) == Mailed(0)
    propose(desk)
    manager = browser(desk, "manager")
    manager.post("/notices/seen", data={"form_token": token(manager.get("/notices"))})
    assert mail(desk, port) == Mailed(0)
    wished(desk, "manager", "")
    propose(desk)
    assert mail(desk, port) == Mailed(0)
    assert taken.taken == []


def test_a_mail_server_that_fails_stops_nothing_and_tells_nobody_s_address(
    desk: Desk, inbox: tuple[Inbox, int], caplog: pytest.LogCaptureFixture
) -> None:
    taken, port = inbox
    propose(desk)
    wished(desk, "manager", "manager@example.jp")
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        assert mail(desk, closed.getsockname()[1]) == Mailed(0, reached=False)
    # Nothing was taken by that: the mail of the day may still go.
    with read(desk.town.engine) as session:
        assert session.query(MailedRow).count() == 0
    assert mail(desk, port, mail_security="starttls") == Mailed(0, reached=False)
    taken.refuses = True
    assert mail(desk, port) == Mailed(0)
    assert "manager@" not in caplog.text
    assert "花子" not in caplog.text


def test_without_a_server_nobody_is_written_to_and_the_page_asks_for_no_address(desk: Desk) -> None:
    propose(desk)
    wished(desk, "manager", "manager@example.jp")
    assert send_mails(desk.town.engine, log=desk.town.log, settings=Settings(), clock=desk.town.now) == Mailed()
    client = browser(desk, "manager")
    assert 'name="address"' not in client.get("/notices").text
    form = {"form_token": token(client.get("/home")), "address": "other@example.jp", "language": "ja"}
    assert client.post("/notices/mail", data=form).status_code == 422


def test_an_address_is_one_of_the_house_and_nothing_that_a_mail_takes_for_more() -> None:
    assert is_allowed("hanako@example.jp", domains=["EXAMPLE.jp"])
    assert is_allowed("hanako@mail.local", domains=[])
    for bad in (
        "hanako@example.com",
        "hanako",
        "a@example.jp\nBcc: b@example.jp",
        "a@example.jp,b@example.jp",
        "a b@example.jp",
        "@example.jp",
    ):
        assert not is_allowed(bad, domains=["example.jp"]), bad


def test_the_words_of_mails_hold_a_number_and_an_address_alone() -> None:

    for text in TEXT.values():
        assert set(re.findall(r"\{(\w+)\}", text)) == {"number", "address"}
    assert not any("{" in subject for subject in SUBJECT.values())


@pytest.fixture
def mail_site(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the served application is told of a mail server; asked for before the desk."""
    monkeypatch.setenv("SEKISHO_MAIL_HOST", "127.0.0.1")
    monkeypatch.setenv("SEKISHO_MAIL_FROM", "sekisho@example.jp")
    monkeypatch.setenv("SEKISHO_MAIL_DOMAINS", '["example.jp"]')


@pytest.mark.usefixtures("mail_site")
def test_everybody_chooses_their_own_address_within_the_house(desk: Desk) -> None:
    client = browser(desk, "nobody")
    page = client.get("/notices")
    form = {"form_token": token(page), "language": "en"}
    outside = client.post("/notices/mail", data=form | {"address": "me@elsewhere.example"})
    assert outside.status_code == 422
    assert 'aria-describedby="address-problem"' in outside.text
    assert "me@elsewhere.example" in outside.text
    kept = client.post("/notices/mail", data=form | {"address": "nobody@example.jp"})
    assert 'value="nobody@example.jp"' in kept.text
    assert "nobody@example.jp" not in browser(desk, "admin").get("/notices").text
    # Without its token no form is taken.
    assert client.post("/notices/mail", data={"address": "x@example.jp", "language": "ja"}, follow_redirects=False).status_code == 303
    assert 'value="nobody@example.jp"' in client.get("/notices").text
    ended = client.post("/notices/mail", data=form | {"address": ""})
    assert "nobody@example.jp" not in ended.text
