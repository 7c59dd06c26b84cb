"""Mails that tell people that something waits for them: one a day at most, and nothing of what it is.

A mail crosses networks and mailboxes that this service knows nothing of. It holds a number and an address; never a name, a
title, a state or a reason. No mail server that fails stops anything else.
"""

import contextlib
import logging
import smtplib
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from service.acts.reading.notices import notices_for, seen_up_to
from service.acts.told_by_mail import is_allowed, keep_sent, last_mail, take_day, wishes
from service.database import read, transaction
from service.deadlines.model import MailWishRow
from service.identity.account_model import Account
from service.identity.desk import Desk
from service.identity.members import Member, member_of
from service.ledger import Log
from service.settings import Settings
from service.statute.periods import legal_day

logger = logging.getLogger(__name__)
SECONDS = 20
"""How long the mail server may take for an answer."""
SUBJECT = {"ja": "関所: お知らせがあります", "en": "Sekisho: something waits for you"}
TEXT = {
    "ja": (
        "あなたを待っている事項が {number} 件あります。\n{address}/notices\n\n"
        "内容はこのメールには書かれていません。サインインしてご確認ください。\nこのメールには返信できません。\n"
    ),
    "en": (
        "{number} things wait for you at\n{address}/notices\n\n"
        "This mail does not say what they are; please sign in to see.\nNobody reads answers to this mail.\n"
    ),
}


@dataclass(frozen=True, slots=True)
class Mailed:
    """How many mails were given to the mail server, and whether it was reached where there was something to send."""

    sent: int = 0
    reached: bool = True


@dataclass(frozen=True, slots=True)
class Due:
    """Somebody to be written to: where, in which language, and how many things wait for them."""

    person_id: str
    address: str
    language: str
    number: int


def send_mails(engine: Engine, *, log: Log, settings: Settings, clock: Callable[[], datetime]) -> Mailed:
    """Write to everybody who wishes it and for whom something new waits; once a day, however often and wherever it is run."""
    if not settings.sends_mail:
        return Mailed()
    at = clock()
    due = _due(Desk(engine, log, clock, mail_domains=settings.mail_domains), at=at)
    if not due:
        return Mailed()
    sent = 0
    try:
        with _connected(settings) as server:
            for one in due:
                sent += _send(engine, server, one, settings=settings, at=at)
    except (OSError, smtplib.SMTPException) as failed:
        # What the server says may repeat an address; the kind of the failure is enough to look for it.
        logger.warning("the mail server did not take mails: %s", type(failed).__name__)
        return Mailed(sent, reached=False)
    return Mailed(sent)


def _due(desk: Desk, *, at: datetime) -> list[Due]:
    """Return who is to be written to now."""
    with read(desk.engine) as session:
        rows = list(wishes(session))
        session.expunge_all()
    found = []
    for row in rows:
        number = _number(desk, row, at=at)
        if number and row.address is not None and is_allowed(row.address, domains=desk.mail_domains or ()):
            found.append(Due(row.person_id, row.address, row.language, number))
    return found


def _number(desk: Desk, row: MailWishRow, *, at: datetime) -> int:
    """Return how many things wait for somebody; none where nothing is new since they looked, or since the last mail."""
    with read(desk.engine) as session:
        member = _member(session, row.person_id, at)
        seen = seen_up_to(session, person_id=row.person_id)
        mailed = last_mail(session, person_id=row.person_id)
    if member is None or (mailed is not None and legal_day(mailed) == legal_day(at)):
        return 0
    notices = notices_for(desk, member, at=at)
    since = max((one for one in (seen, mailed) if one is not None), default=None)
    if not any(one.is_new(since) for one in notices):
        return 0
    return sum(one.waits or one.is_new(seen) for one in notices)


def _member(session: Session, person_id: str, at: datetime) -> Member | None:
    """Return somebody with an account as they stand now, or None."""
    ids = session.scalars(select(Account.id).where(Account.person_id == person_id, Account.ended_at.is_(None)).order_by(Account.id))
    return next((found for one in ids.all() if (found := member_of(session, account_id=one, at=at)) is not None), None)


@contextlib.contextmanager
def _connected(settings: Settings) -> Iterator[smtplib.SMTP]:
    """Yield the mail server. Raises OSError, SMTPException."""
    host, port = settings.mail_host or "", settings.mail_port
    if settings.mail_security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=ssl.create_default_context())
    else:
        server = smtplib.SMTP(host, port, timeout=SECONDS)
    with server:
        if settings.mail_security == "starttls":
            server.starttls(context=ssl.create_default_context())
        if settings.mail_user is not None and settings.mail_password_file is not None:
            server.login(settings.mail_user, settings.mail_password_file.read_text().strip())
        yield server


def _send(engine: Engine, server: smtplib.SMTP, due: Due, *, settings: Settings, at: datetime) -> int:
    """Send somebody the mail of the day unless it was taken; return 1 where the server took it.

    The day is taken before anything is sent: a mail that failed half-way is not sent twice.
    """
    on: date = legal_day(at)
    with transaction(engine) as session:
        if not take_day(session, person_id=due.person_id, on=on, at=at):
            return 0
    try:
        server.send_message(message_for(due, settings=settings, at=at))
    except smtplib.SMTPResponseException as refused:
        logger.warning("a mail was not taken: %s", refused.smtp_code)
        return 0
    except smtplib.SMTPRecipientsRefused:
        logger.warning("a mail was not taken: its recipient was refused")
        return 0
    with transaction(engine) as session:
        keep_sent(session, person_id=due.person_id, on=on, at=at)
    return 1


def message_for(due: Due, *, settings: Settings, at: datetime) -> EmailMessage:
    """Return a mail: text alone, how many things wait, and where."""
    languages = ("ja", "en") if due.language == "both" else (due.language,)
    message = EmailMessage()
    message["Subject"] = " / ".join(SUBJECT[one] for one in languages)
    message["From"] = settings.mail_from
    message["To"] = due.address
    message["Date"] = format_datetime(at)
    message["Message-ID"] = make_msgid(domain=(settings.mail_from or "").rpartition("@")[2] or None)
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    said = (TEXT[one].format(number=due.number, address=settings.public_address) for one in languages)
    message.set_content("\n".join(said))
    return message
