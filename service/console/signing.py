"""Pages of signing in and out, changing the user, proving oneself anew, and setting up one's factors."""

import base64
import binascii

from starlette.responses import Response

from service.console.pages import from_this_machine
from service.console.passkey_pages import site_of
from service.console.people_words import people_words
from service.console.provider_pages import again_at
from service.console.visit import Visit
from service.database import read, transaction
from service.identity import enrolling, signing_in
from service.identity.account_model import Account
from service.identity.factors import passwords, totp
from service.identity.members import member_of
from service.identity.sessions import begin_session, end_session
from service.ledger import begin_act

DEMO_METHODS = frozenset({"demo", "click"})


def sign_in(visit: Visit) -> Response:
    """GET and POST of /sign-in."""
    onward = visit.request.query_params.get("next", "/home")
    if visit.request.method != "POST":
        return _sign_in_page(visit, onward)
    tried = signing_in.Tried(visit.one("name"), visit.one("password"), visit.one("code"), visit.source)
    token = _tried(visit, tried)
    return _sign_in_page(visit, onward, failed=True) if token is None else visit.signed_in(token, onward)


def _tried(visit: Visit, tried: signing_in.Tried) -> str | None:
    desk = visit.desk
    with transaction(desk.engine) as session:
        proof = signing_in.prove(session, log=desk.log, at=visit.at, tried=tried)
    with transaction(desk.engine) as session:
        return signing_in.sign_in(session, log=desk.log, at=visit.at, proof=proof, name=tried.name, source=tried.source)


def _sign_in_page(visit: Visit, onward: str, *, failed: bool = False) -> Response:
    demo = []
    if visit.desk.demo and from_this_machine(visit.request):
        with read(visit.desk.engine) as session:
            rows = (
                session.query(Account)
                .where(Account.id.like("acc-demo-%"), Account.ended_at.is_(None))
                .order_by(Account.opened_at, Account.id)
            )
            demo = [(row.id, member_of(session, account_id=row.id, at=visit.at)) for row in rows]
    offered = visit.desk.providers.entries if visit.desk.providers is not None else ()
    return visit.page(
        "sign_in.html",
        providers=offered,
        status=401 if failed else 200,
        script=True,
        possible=site_of(visit) is not None,
        onward=onward,
        failed=failed,
        demo_members=demo,
    )


def demo_sign_in(visit: Visit) -> Response:
    """POST of /sign-in/demo: an invented person, on the loopback of a demo alone."""
    account = visit.one("account")
    if not (visit.desk.demo and from_this_machine(visit.request) and account.startswith("acc-demo-")):
        return _sign_in_page(visit, "/home", failed=True)
    with transaction(visit.desk.engine) as session:
        begin_act(session)
        member = member_of(session, account_id=account, at=visit.at)
        if member is None:
            return _sign_in_page(visit, "/home", failed=True)
        token = begin_session(session, log=visit.desk.log, member=member, at=visit.at, methods=DEMO_METHODS)
    return visit.signed_in(token, visit.request.query_params.get("next", "/home"))


def sign_out(visit: Visit) -> Response:
    """POST of /sign-out, and of /switch: the session ends; the next person signs in."""
    assert visit.found is not None  # the door saw to it
    with transaction(visit.desk.engine) as session:
        end_session(session, log=visit.desk.log, member=visit.member, at=visit.at, token=visit.found.token)
    response = visit.goes_to("/sign-in")
    visit.desk.take_cookie(visit.request, response)
    response.headers["clear-site-data"] = '"cache", "storage"'
    return response


def confirm(visit: Visit) -> Response:
    """GET and POST of /confirm: the same person proves themselves anew, in a new session."""
    onward = visit.request.query_params.get("next", "/home")
    provider = visit.found.provider if visit.found is not None else None
    if provider is not None:
        return visit.goes_to(again_at(provider, onward))
    if visit.request.method != "POST":
        return visit.page("confirm.html", onward=onward, failed=False)
    member = visit.member
    with read(visit.desk.engine) as session:
        account = session.get(Account, member.account_id)
        name = "" if account is None else account.sign_in_name
    if visit.desk.demo and member.account_id.startswith("acc-demo-") and from_this_machine(visit.request):
        with transaction(visit.desk.engine) as session:
            begin_act(session)
            fresh = begin_session(session, log=visit.desk.log, member=member, at=visit.at, methods=DEMO_METHODS)
        return visit.signed_in(fresh, onward)
    token = _tried(visit, signing_in.Tried(name, visit.one("password"), visit.one("code"), visit.source))
    return visit.page("confirm.html", status=401, onward=onward, failed=True) if token is None else visit.signed_in(token, onward)


def enrol(visit: Visit) -> Response:
    """GET and POST of /enrol: both halves of a code first, then a device and a password."""
    if visit.request.method != "POST":
        return visit.page("enrol.html", failed=False)
    name, halves = visit.one("name"), (visit.one("first_half"), visit.one("second_half"))
    with transaction(visit.desk.engine) as session:
        account = enrolling.check_halves(session, at=visit.at, name=name, halves=halves)
    if account is None:
        return visit.page("enrol.html", status=401, failed=True)
    if "secret" not in visit.form:
        return _device_page(visit, name, halves, totp.new_secret(), "")
    try:
        secret = base64.b32decode(visit.one("secret"))
    except binascii.Error:
        return visit.page("enrol.html", status=401, failed=True)
    weakness = _weakness(visit, name)
    if weakness is not None:
        return _device_page(visit, name, halves, secret, weakness)
    chosen = enrolling.Chosen(visit.one("password"), secret, visit.one("code"))
    hashed = passwords.hash_password(chosen.password)
    with transaction(visit.desk.engine) as session:
        done = enrolling.enrol(session, log=visit.desk.log, at=visit.at, name=name, halves=halves, chosen=chosen, password_hash=hashed)
    failed = people_words(visit.language)["enrol_failed"]
    return _device_page(visit, name, halves, secret, failed) if done is None else visit.page("codes.html", codes=done[1])


def _weakness(visit: Visit, name: str) -> str | None:
    """Return what is wrong with the password that was chosen, or None."""
    if visit.one("password") != visit.one("again"):
        return people_words(visit.language)["differ"]
    try:
        passwords.require_good_password(visit.one("password"), name=name)
    except passwords.WeakPasswordError as weak:
        return str(weak)
    return None


def _device_page(visit: Visit, name: str, halves: tuple[str, str], secret: bytes, problem: str) -> Response:
    address = totp.uri(secret, account=name, issuer=f"Sekisho {visit.desk.log.origin}")
    return visit.page(
        "enrol_device.html",
        status=422 if problem else 200,
        name=name,
        halves=halves,
        secret=totp.written(secret),
        qr=totp.qr_svg(address),
        problem=problem,
    )
