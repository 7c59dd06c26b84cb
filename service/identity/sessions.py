"""Who is signed in: an opaque id in a cookie, its hash in the database, an idle and an absolute limit.

The id is new at each sign-in and whenever the roles of its holder have changed; ending it works at once.
"""

import base64
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.identity.account_model import SessionRow
from service.identity.members import Held, Member, member_of
from service.ledger import Draft, Kind, Log, begin_act, record

IDLE, ABSOLUTE = timedelta(minutes=30), timedelta(hours=10)
SEEN_EVERY = timedelta(seconds=60)
AT_ONCE = 3
"""Sessions of one account at a time; a further one ends the oldest."""


class SignedOutError(PermissionError):
    """Nobody is signed in with this request, or it was not sent by the page that it claims."""


@dataclass(frozen=True, slots=True)
class Found:
    """A live session: its member, and a new id where it had to change."""

    member: Member
    token: str
    renewed: bool
    provider: str | None = None


def id_hash(token: str) -> bytes:
    """Return the only form in which a session's id is kept."""
    return sha256(b"session:" + token.encode()).digest()


def form_token(token: str) -> str:
    """Return what forms and scripts send along with the cookie, so that no other site can send them."""
    return base64.urlsafe_b64encode(sha256(b"form:" + token.encode()).digest()).rstrip(b"=").decode()


def is_form_token(token: str, given: str) -> bool:
    """Say whether a form was made for the sign-in of this id."""
    return hmac.compare_digest(form_token(token).encode(), given.encode())


def begin_session(
    session: Session,
    *,
    log: Log,
    member: Member,
    at: datetime,
    methods: frozenset[str],
    auth_at: datetime | None = None,
    provider: str | None = None,
    provider_session: str | None = None,
) -> str:
    """Sign a member in and return the new id for their cookie; it is kept nowhere. One entry."""
    token = secrets.token_urlsafe(32)
    session.add(_row(token, member, at=at, methods=methods, auth_at=auth_at or at, provider=provider, provider_session=provider_session))
    live = select(SessionRow).where(SessionRow.account_id == member.account_id, SessionRow.ended_at.is_(None))
    older = session.scalars(live.order_by(SessionRow.begun_at.desc()).offset(AT_ONCE)).all()
    for row in older:
        row.ended_at = at
    note = {"methods": sorted(methods)} | ({"provider": provider} if provider else {})
    draft = Draft(kind=Kind.SESSION_BEGUN, actor=member.actor, at=at, object=member.account_id, subject=member.person_id, note=note)
    record(session, log=log, draft=draft, rows=[])
    return token


def _row(
    token: str,
    member: Member,
    *,
    at: datetime,
    methods: frozenset[str],
    auth_at: datetime,
    provider: str | None,
    provider_session: str | None,
    begun_at: datetime | None = None,
) -> SessionRow:
    return SessionRow(
        id_hash=id_hash(token),
        account_id=member.account_id,
        begun_at=begun_at or at,
        seen_at=at,
        auth_at=auth_at,
        methods=sorted(methods),
        grants_hash=_grants_hash(member.roles),
        provider=provider,
        provider_session=provider_session,
        ended_at=None,
    )


def _grants_hash(roles: tuple[Held, ...]) -> bytes:
    return sha256("\n".join(held.id for held in roles).encode()).digest()


def session_of(session: Session, *, token: str, at: datetime) -> Found | None:
    """Return the live session of a cookie's id, or None; gives a new id where the roles have changed."""
    row = session.get(SessionRow, id_hash(token))
    if row is None or row.ended_at is not None or at - row.seen_at > IDLE or at - row.begun_at > ABSOLUTE:
        return None
    member = member_of(session, account_id=row.account_id, at=at, methods=row.methods, auth_at=row.auth_at)
    if member is None:
        return None
    if hmac.compare_digest(row.grants_hash, _grants_hash(member.roles)):
        if at - row.seen_at > SEEN_EVERY:
            row.seen_at = at
        return Found(member, token, renewed=False, provider=row.provider)
    fresh = secrets.token_urlsafe(32)
    row.ended_at = at
    session.add(
        _row(
            fresh,
            member,
            at=at,
            methods=frozenset(row.methods),
            auth_at=row.auth_at,
            provider=row.provider,
            provider_session=row.provider_session,
            begun_at=row.begun_at,
        )
    )
    return Found(member, fresh, renewed=True, provider=row.provider)


def end_session(session: Session, *, log: Log, member: Member, at: datetime, token: str) -> None:
    """Sign out: the id is nobody's from now on. One entry; nothing where it has ended."""
    begin_act(session)
    row = session.get(SessionRow, id_hash(token))
    if row is None or row.ended_at is not None:
        return
    row.ended_at = at
    draft = Draft(kind=Kind.SESSION_ENDED, actor=member.actor, at=at, object=member.account_id, subject=member.person_id)
    record(session, log=log, draft=draft, rows=[])


def end_provider_sessions(session: Session, *, provider: str, account_ids: list[str], provider_session: str | None, at: datetime) -> int:
    """End what a provider says has ended (back-channel logout), and return how many sessions that were."""
    found = update(SessionRow).where(SessionRow.provider == provider, SessionRow.ended_at.is_(None))
    found = found.where(SessionRow.provider_session == provider_session) if provider_session else found
    found = found.where(SessionRow.account_id.in_(account_ids)) if account_ids else found
    if not provider_session and not account_ids:
        return 0
    done = session.execute(found.values(ended_at=at))
    return int(done.rowcount)  # type: ignore[attr-defined]  # an UPDATE counts its rows
