"""Signing in and out over the API, and enrolling with both halves of a code."""

import base64

from fastapi import APIRouter, Request, Response

from service.api.management.acts import REFUSALS
from service.api.management.desk import At, desk_of
from service.api.management.forms import Codes, Enrol, Half, Me, Role, SignIn
from service.database import transaction
from service.identity import enrolling, signing_in
from service.identity.desk import Seated, from_here
from service.identity.factors import passwords
from service.identity.members import Member
from service.identity.sessions import SignedOutError, end_session, form_token, session_of

router = APIRouter(tags=["session"], responses=REFUSALS)


def me_of(member: Member, token: str) -> Me:
    """Return who is signed in."""
    roles = [
        Role(
            role=held.role,
            organization_id=held.organization_id,
            units=sorted(held.units),
            informations=sorted(held.informations),
            contracts=sorted(held.contracts),
            footing=held.footing,
        )
        for held in member.roles
    ]
    return Me(
        account_id=member.account_id,
        person_id=member.person_id,
        name=member.name,
        roles=roles,
        profile=member.profile,
        methods=sorted(member.methods),
        form_token=form_token(token),
    )


def source_of(request: Request) -> str:
    """Return where a request came from, as the server saw it."""
    return request.client.host if request.client is not None else "unknown"


@router.post("/session", status_code=201)
def sign_in(request: Request, response: Response, body: SignIn) -> Me:
    """Sign in with a password and a second factor; whatever is wrong is told alike."""
    desk = desk_of(request)
    if not from_here(request):
        message = "a sign-in is sent by our own page"
        raise SignedOutError(message)
    at = desk.clock()
    tried = signing_in.Tried(body.name, body.password, body.code, source_of(request))
    with transaction(desk.engine) as session:
        proof = signing_in.prove(session, log=desk.log, at=at, tried=tried)
    with transaction(desk.engine) as session:
        token = signing_in.sign_in(session, log=desk.log, at=at, proof=proof, name=body.name, source=tried.source)
    if token is None:
        message = "name, password or code is not right, or it is too early to try again"
        raise SignedOutError(message)
    with transaction(desk.engine) as session:
        found = session_of(session, token=token, at=at)
    assert found is not None  # it was begun at this instant
    desk.give_cookie(request, response, token)
    return me_of(found.member, token)


@router.get("/session")
def who(seated: At) -> Me:
    """Say who is signed in."""
    return me_of(seated.member, seated.token)


@router.delete("/session", status_code=204)
def sign_out(request: Request, response: Response, seated: At) -> None:
    """Sign out: the id in the cookie is nobody's from now on."""
    sign_out_of(seated)
    seated.desk.take_cookie(request, response)


def sign_out_of(seated: Seated) -> None:
    """End a session."""
    with transaction(seated.desk.engine) as session:
        end_session(session, log=seated.desk.log, member=seated.member, at=seated.at, token=seated.token)


@router.post("/accounts/{account_id}/half")
def give_half(seated: At, account_id: str) -> Half:
    """Give out half of an account's code; the other half takes another person."""
    with transaction(seated.desk.engine) as session:
        half = enrolling.give_half(session, log=seated.desk.log, member=seated.member, at=seated.at, account_id=account_id)
    return Half(half=half)


@router.post("/enrolment", status_code=201)
def enrol(request: Request, body: Enrol) -> Codes:
    """Make one's first credentials, or new ones, with both halves of a code."""
    desk = desk_of(request)
    if not from_here(request):
        message = "an enrolment is sent by our own page"
        raise SignedOutError(message)
    at = desk.clock()
    halves = (body.first_half, body.second_half)
    passwords.require_good_password(body.password, name=body.name)
    with transaction(desk.engine) as session:
        known = enrolling.check_halves(session, at=at, name=body.name, halves=halves) is not None
    done = None
    if known:
        chosen = enrolling.Chosen(body.password, base64.b32decode(body.secret), body.code)
        hashed = passwords.hash_password(body.password)
        with transaction(desk.engine) as session:
            done = enrolling.enrol(session, log=desk.log, at=at, name=body.name, halves=halves, chosen=chosen, password_hash=hashed)
    if done is None:
        message = "the code is not right, or is none any more"
        raise SignedOutError(message)
    return Codes(account_id=done[0], recovery_codes=done[1])
