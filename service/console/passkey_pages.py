"""Pages of passkeys: signing in with one, adding one, ending one."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete
from starlette.responses import JSONResponse, Response

from service.acts.entitled import require_fresh
from service.console.visit import Visit
from service.database import transaction
from service.identity import enrolling, signing_in
from service.identity.account_model import Account, PendingSignIn
from service.identity.factors import passkeys
from service.identity.factors.passkeys import NoPasskeysHereError, PasskeyError, Site

UNDER_WAY = timedelta(minutes=5)
COOKIE = "sekisho-challenge"


def site_of(visit: Visit) -> Site | None:
    """Return the site that passkeys are bound to here, or None where browsers know none."""
    own = str(visit.request.base_url).rstrip("/")
    try:
        return passkeys.site_at(visit.desk.public_url or own, title="Sekisho")
    except NoPasskeysHereError:
        return None


def options(visit: Visit) -> Response:
    """GET of /sign-in/passkey: a challenge for any passkey of this site."""
    site = site_of(visit)
    if site is None:
        return JSONResponse({}, status_code=404)
    challenge = passkeys.new_challenge()
    return _with_challenge(visit, passkeys.sign_in_options(site=site, challenge=challenge), challenge)


def sign_in(visit: Visit) -> Response:
    """POST of /sign-in/passkey."""
    site, challenge = site_of(visit), _challenge(visit)
    onward = visit.request.query_params.get("next", "/home")
    token = None
    if site is not None and challenge is not None:
        with transaction(visit.desk.engine) as session:
            proof = signing_in.prove_passkey(session, log=visit.desk.log, answer=visit.one("answer"), site=site, challenge=challenge)
        with transaction(visit.desk.engine) as session:
            token = signing_in.sign_in(session, log=visit.desk.log, at=visit.at, proof=proof, name="", source=visit.source)
    if token is None:
        return visit.goes_to("/sign-in")
    response = visit.goes_to(onward)
    visit.desk.give_cookie(visit.request, response, token)
    return response


def page(visit: Visit) -> Response:
    """GET and POST of /passkeys: one's own passkeys, and a further one."""
    problem = False
    if visit.request.method == "POST":
        # Here too: a challenge for signing in is one that anybody gets.
        require_fresh(visit.member, at=visit.at)
        site, challenge = site_of(visit), _challenge(visit)
        problem = site is None or challenge is None or not _added(visit, site, challenge)
        if not problem:
            return visit.goes_to("/passkeys")
    with transaction(visit.desk.engine) as session:
        rows = [(row.id, row.enrolled_at) for row, _value in enrolling.passkeys_of(session, log=visit.desk.log, member=visit.member)]
    return visit.page("passkeys.html", rows=rows, possible=site_of(visit) is not None, problem=problem, script=True)


def _added(visit: Visit, site: Site, challenge: bytes) -> bool:
    """Add the passkey that a browser made, and say whether it proved to be one."""
    try:
        made = passkeys.finish_registration(visit.one("answer"), site=site, challenge=challenge)
    except PasskeyError:
        return False
    with transaction(visit.desk.engine) as session:
        enrolling.add_passkey(session, log=visit.desk.log, member=visit.member, at=visit.at, passkey=made)
    return True


def new_options(visit: Visit) -> Response:
    """GET of /passkeys/new: what a browser needs to make one. The sign-in must be fresh."""
    require_fresh(visit.member, at=visit.at)
    site = site_of(visit)
    if site is None:
        return JSONResponse({}, status_code=404)
    challenge = passkeys.new_challenge()
    with transaction(visit.desk.engine) as session:
        account = session.get(Account, visit.member.account_id)
        assert account is not None
        existing = [
            signing_in.passkey_of(value, row.counter or 0)
            for row, value in enrolling.passkeys_of(session, log=visit.desk.log, member=visit.member)
        ]
        made = passkeys.registration_options(
            site=site,
            challenge=challenge,
            user_id=signing_in.user_id_of(account),
            user_name=account.sign_in_name,
            display_name=visit.member.name,
            existing=existing,
        )
    return _with_challenge(visit, made, challenge)


def remove(visit: Visit) -> Response:
    """POST of /passkeys/{id}/end."""
    with transaction(visit.desk.engine) as session:
        enrolling.remove_factor(
            session, log=visit.desk.log, member=visit.member, at=visit.at, credential_id=visit.request.path_params["credential_id"]
        )
    return visit.goes_to("/passkeys")


def _with_challenge(visit: Visit, made: str, challenge: bytes) -> Response:
    """Send options to a browser and remember its challenge for five minutes, bound to that browser."""
    token = secrets.token_urlsafe(24)
    with transaction(visit.desk.engine) as session:
        session.execute(delete(PendingSignIn).where(PendingSignIn.begun_at < visit.at - timedelta(hours=1)))
        session.add(PendingSignIn(id_hash=_hash(token), content=challenge.hex(), begun_at=visit.at))
    response = Response(made, media_type="application/json", headers={"cache-control": "no-store"})
    response.set_cookie(COOKIE, token, path="/", secure=visit.desk.secure(visit.request), httponly=True, samesite="strict", max_age=300)
    return response


def _challenge(visit: Visit) -> bytes | None:
    """Return this browser's challenge, used up by that."""
    token = visit.request.cookies.get(COOKIE, "")
    with transaction(visit.desk.engine) as session:
        row = session.get(PendingSignIn, _hash(token))
        if row is None:
            return None
        session.delete(row)
        return bytes.fromhex(row.content) if _young(row.begun_at, visit.at) else None


def _young(begun_at: datetime, at: datetime) -> bool:
    return at - begun_at <= UNDER_WAY


def _hash(token: str) -> bytes:
    return sha256(b"challenge:" + token.encode()).digest()
