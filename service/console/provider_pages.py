"""Signing in at an OpenID provider: there, back, and out again when the provider says so.

The way there is kept in a row that is used once, bound to the browser by a cookie of its own. The way back ends on a small page
of ours: the session's cookie is for our own pages alone, and a browser that comes from elsewhere does not send it yet.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl, quote

from sqlalchemy import select
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from service.actor import SYSTEM
from service.console.forms import FormTooLargeError, read_form
from service.console.visit import LANGUAGE_COOKIE, Visit, own_path
from service.console.words import language_of
from service.database import transaction
from service.identity.account_model import Account, PendingSignIn
from service.identity.desk import Desk
from service.identity.members import member_of
from service.identity.oidc import WORDS, Code, LoggedOut, Pending, Providers, SignedIn, SignInError
from service.identity.sessions import begin_session, end_provider_sessions
from service.identity.under_way import keep_under_way
from service.ledger import Draft, Kind, begin_act, record

COOKIE = "sekisho-way"
WAY_SECONDS = 600
LONG_AGO = timedelta(days=1)
SEVERAL = frozenset({"mfa", "otp", "hwk", "swk", "sc", "fpt", "face", "iris", "pop"})
"""Ways of proving oneself (RFC 8176) that are more than a password."""


@dataclass(frozen=True, slots=True)
class ProviderPages:
    """The doors of the providers of a deployment."""

    desk: Desk
    providers: Providers

    async def begin(self, request: Request) -> Response:
        """GET of /sign-in/oidc/{id}: on to the provider; with `fresh=1` the person proves themselves anew."""
        at = self.desk.clock()
        fresh = request.query_params.get("fresh") == "1"
        try:
            address, pending = await self.providers.begin(request.path_params["provider_id"], at=at, max_age=0 if fresh else None)
        except SignInError as error:
            return self._told(request, error)
        token = secrets.token_urlsafe(24)
        kept = json.dumps({"pending": pending.to_json(), "next": own_path(request.query_params.get("next", "/home"))})
        await run_in_threadpool(self._keep, token, kept)
        response = RedirectResponse(address, status_code=303)
        response.set_cookie(
            COOKIE, token, path="/sign-in/oidc", secure=self.desk.secure(request), httponly=True, samesite="lax", max_age=WAY_SECONDS
        )
        return response

    async def come_back(self, request: Request) -> Response:
        """GET of /sign-in/oidc/{id}/callback."""
        pairs = parse_qsl(request.url.query, keep_blank_values=True)
        query = dict(pairs)
        kept = await run_in_threadpool(self._taken, request.cookies.get(COOKIE, ""))
        if kept is None or len(query) != len(pairs):
            return self._told(request, SignInError(Code.NOT_OURS, "no way of this browser, or doubled parameters"))
        at = self.desk.clock()
        try:
            signed = await self.providers.finish(
                Pending.from_json(kept["pending"]), query, provider_id=request.path_params["provider_id"], at=at
            )
            token = await run_in_threadpool(self._begin_session, signed)
        except SignInError as error:
            return self._told(request, error)
        visit = self._visit(request)
        response = visit.page("arrived.html", onward=kept["next"])
        self.desk.give_cookie(request, response, token)
        response.delete_cookie(COOKIE, path="/sign-in/oidc")
        return response

    async def log_out(self, request: Request) -> Response:
        """POST of /sign-in/oidc/{id}/back-channel-logout (OpenID Connect Back-Channel Logout 1.0)."""
        headers = {"cache-control": "no-store"}
        provider_id = request.path_params["provider_id"]
        try:
            form = await read_form(request)
            out = await self.providers.verify_logout_token(provider_id, form.get("logout_token", [""])[0], at=self.desk.clock())
        except (SignInError, FormTooLargeError):
            return JSONResponse({"error": "invalid_request"}, status_code=400, headers=headers)
        await run_in_threadpool(self._end, provider_id, out)
        return Response(status_code=200, headers=headers)

    def _keep(self, token: str, content: str) -> None:
        at = self.desk.clock()
        with transaction(self.desk.engine) as session:
            keep_under_way(session, id_hash=_hash(token), content=content, at=at)

    def _taken(self, token: str) -> Mapping[str, Any] | None:
        """Return what was kept for a browser, used up by that."""
        if not token:
            return None
        with transaction(self.desk.engine) as session:
            row = session.get(PendingSignIn, _hash(token), with_for_update=True)
            if row is None:
                return None
            session.delete(row)
            found: Mapping[str, Any] = json.loads(row.content)
            return found

    def _begin_session(self, signed: SignedIn) -> str:
        """Return a new session of the account that a provider's subject has here. Raises SignInError."""
        at = self.desk.clock()
        methods = frozenset({"oidc", "mfa"} if signed.acr_was_required or SEVERAL & set(signed.amr) else {"oidc"})
        with transaction(self.desk.engine) as session:
            begin_act(session)
            found = select(Account).where(Account.issuer == signed.issuer, Account.subject == signed.subject, Account.ended_at.is_(None))
            account = session.scalars(found).first()
            member = None if account is None else member_of(session, account_id=account.id, at=at)
            if member is not None:
                return begin_session(
                    session,
                    log=self.desk.log,
                    member=member,
                    at=at,
                    methods=methods,
                    auth_at=min(signed.auth_at, at) if signed.auth_at else at - LONG_AGO,
                    provider=signed.provider_id,
                    provider_session=signed.sid,
                )
            draft = Draft(
                kind=Kind.SIGN_IN_REFUSED, actor=SYSTEM, at=at, out="refused", note={"issuer": signed.issuer, "subject": signed.subject}
            )
            record(session, log=self.desk.log, draft=draft, rows=[])
        raise SignInError(Code.NO_ACCOUNT)

    def _end(self, provider_id: str, out: LoggedOut) -> None:
        at = self.desk.clock()
        with transaction(self.desk.engine) as session:
            if session.get(PendingSignIn, _hash(f"out:{provider_id}:{out.jti}")) is not None:
                return
            keep_under_way(session, id_hash=_hash(f"out:{provider_id}:{out.jti}"), content="out", at=at)
            accounts = select(Account.id).where(Account.issuer == out.issuer, Account.subject == out.subject)
            ids = [] if out.subject is None else list(session.scalars(accounts))
            if out.subject is None or ids:
                end_provider_sessions(session, provider=provider_id, account_ids=ids, provider_session=out.sid, at=at)

    def _visit(self, request: Request) -> Visit:
        language = language_of(request.query_params.get("lang") or request.cookies.get(LANGUAGE_COOKIE))
        return Visit(request, self.desk, self.desk.clock(), language, None)

    def _told(self, request: Request, error: SignInError) -> Response:
        visit = self._visit(request)
        words = WORDS[error.code][0 if visit.language == "ja" else 1]
        response = visit.page("provider_trouble.html", status=401, text=words)
        response.delete_cookie(COOKIE, path="/sign-in/oidc")
        return response


def _hash(token: str) -> bytes:
    return sha256(b"way:" + token.encode()).digest()


def again_at(provider_id: str, onward: str) -> str:
    """Return where somebody who signed in at a provider proves themselves anew."""
    return f"/sign-in/oidc/{quote(provider_id)}?fresh=1&next={quote(onward)}"
