"""Signing in with what is kept here: a password and a second factor, or a passkey, which is two at once.

1. What is kept of the account is read. 2. The slow work (argon2) is done outside every lock, the same for a name that nobody
has. 3. In one short act the proof is used up and the session begun; or the failure is counted and recorded. Who asks is told
one thing, whatever was wrong.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from service.actor import SYSTEM
from service.identity.account_model import Account, Attempt, Credential
from service.identity.credentials import change, kept, value_of
from service.identity.factors import passkeys, passwords, recovery, totp
from service.identity.factors.lockout import FORGET_AFTER, PER_NAME, Row, must_wait, wait_until
from service.identity.members import member_of
from service.identity.sessions import begin_session
from service.ledger import LOG_SUBJECT, Draft, Kind, Log, begin_act, record

PASSKEY_METHODS = frozenset({"hwk", "user"})
"""A passkey proves the device and, by its finger or number, the person."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What somebody typed: a sign-in name, a password, a code from a device or a printed one; and where they called from."""

    name: str
    password: str
    code: str
    source: str


@dataclass(frozen=True, slots=True)
class Proof:
    """What came of the slow work, to be used up in the act that follows; `account` None for a failure."""

    account_id: str | None
    methods: frozenset[str] = frozenset()
    credential: str | None = None
    counter: int | None = None
    used_code: str | None = None
    rehashed: str | None = None


def account_named(session: Session, name: str) -> Account | None:
    """Return the live account of a sign-in name as typed, or None."""
    plain = name.strip().casefold().replace("\x00", "\ufffd")
    return session.scalars(select(Account).where(Account.sign_in_name == plain, Account.ended_at.is_(None))).first()


def prove(session: Session, *, log: Log, at: datetime, tried: Tried) -> Proof:
    """Return what a password and a code prove; reads alone. An unknown name costs the same work as a known one.

    A try that comes too early proves nothing and costs nothing.
    """
    if _too_early(_attempts(session, tried.name, tried.source), at):
        return Proof(None)
    account = account_named(session, tried.name)
    rows = (
        {} if account is None else {row.id: (row, value_of(session, log=log, account=account, row=row)) for row in _kept(session, account)}
    )
    password = next(((row, value) for row, value in rows.values() if row.kind == "password"), None)
    stored = None if password is None else str(password[1]["hash"])
    right = passwords.verify_password(stored, tried.password)
    if account is None or password is None or not right:
        return Proof(None)
    rehashed = passwords.hash_password(tried.password) if passwords.needs_rehash(str(stored)) else None
    for row, value in rows.values():
        if row.kind == "totp":
            step = totp.verify(bytes.fromhex(value["secret"]), tried.code, at=at, last_step=row.counter)
            if step is not None:
                return Proof(account.id, frozenset({"pwd", "otp"}), row.id, counter=step, rehashed=rehashed)
        elif row.kind == "recovery":
            found = recovery.matches(tried.code, [bytes.fromhex(one) for one in value["hashes"]])
            if found is not None:
                return Proof(account.id, frozenset({"pwd", "rec"}), row.id, used_code=found.hex(), rehashed=rehashed)
    return Proof(None)


def _kept(session: Session, account: Account) -> list[Credential]:
    return [row for row in kept(session, account_id=account.id) if row.kind != "passkey"]


def prove_passkey(session: Session, *, log: Log, answer: str, site: passkeys.Site, challenge: bytes) -> Proof:
    """Return what a passkey's answer proves; reads alone."""
    try:
        named = passkeys.passkey_named_in(answer).hex()
        row = session.scalars(
            select(Credential).where(Credential.kind == "passkey", Credential.label == named, Credential.ended_at.is_(None))
        ).first()
        account = None if row is None else session.get(Account, row.account_id)
        if row is None or account is None or account.ended_at is not None:
            return Proof(None)
        passkey = passkey_of(value_of(session, log=log, account=account, row=row), row.counter or 0)
        count = passkeys.finish_sign_in(answer, site=site, challenge=challenge, passkey=passkey, user_id=user_id_of(account))
    except passkeys.PasskeyError:
        return Proof(None)
    return Proof(account.id, PASSKEY_METHODS, row.id, counter=count)


def user_id_of(account: Account) -> bytes:
    """Return the bytes by which passkeys name an account; they say nothing about it."""
    return sha256(b"passkey:" + account.id.encode()).digest()


def passkey_of(value: dict[str, object], count: int) -> passkeys.Passkey:
    """Return a passkey from what is kept of it."""
    transports = value["transports"]
    assert isinstance(transports, list)
    return passkeys.Passkey(
        bytes.fromhex(str(value["id"])),
        bytes.fromhex(str(value["public_key"])),
        count,
        str(value["aaguid"]),
        bool(value["synced"]),
        tuple(str(one) for one in transports),
    )


def sign_in(session: Session, *, log: Log, at: datetime, proof: Proof, name: str, source: str) -> str | None:
    """Use a proof up and return the id of a new session; or count and record the failure and return None.

    A try that comes too early fails like any other and is neither counted nor recorded.
    """
    begin_act(session)
    rows = _attempts(session, name, source)
    # A passkey's answer cannot be guessed: who gave a right one never waits for the failures of others.
    early = proof.methods != PASSKEY_METHODS and _too_early(rows, at)
    account = None if proof.account_id is None or early else session.get(Account, proof.account_id)
    if account is None or not _use_up(session, log, account, proof):
        if not early:
            _count(session, rows, name, source, at)
            # A name that somebody has or had goes with them; what else was typed is nobody's, and may be a password.
            known = session.scalars(select(Account.person_id).where(Account.sign_in_name == name).limit(1)).first()
            note = {"name": name[:64], "source": source}
            draft = Draft(kind=Kind.SIGN_IN_REFUSED, actor=SYSTEM, at=at, out="refused", subject=known or LOG_SUBJECT, note=note)
            record(session, log=log, draft=draft, rows=[])
        return None
    session.execute(delete(Attempt).where(Attempt.name_hash == _key("source", name, source)))
    member = member_of(session, account_id=account.id, at=at)
    if member is None:
        return None
    return begin_session(session, log=log, member=member, at=at, methods=proof.methods)


def _use_up(session: Session, log: Log, account: Account, proof: Proof) -> bool:
    """Use a code or a count up; what another sign-in used meanwhile proves nothing any more."""
    row = session.get(Credential, proof.credential)
    if account.ended_at is not None or row is None or row.ended_at is not None:
        return False
    if proof.counter is not None:
        if row.kind == "totp" and row.counter is not None and proof.counter <= row.counter:
            return False
        row.counter = proof.counter
    if proof.used_code is not None:
        value = value_of(session, log=log, account=account, row=row)
        if proof.used_code not in value["hashes"]:
            return False
        change(session, log=log, account=account, row=row, value={"hashes": [one for one in value["hashes"] if one != proof.used_code]})
    if proof.rehashed is not None:
        for other in kept(session, account_id=account.id):
            if other.kind == "password":
                change(session, log=log, account=account, row=other, value={"hash": proof.rehashed})
    return True


def _key(kind: str, name: str, source: str) -> bytes:
    told = {"source": [name.strip().casefold(), source], "name": [name.strip().casefold()], "address": [source]}[kind]
    return sha256(json.dumps([kind, *told]).encode()).digest()


def _attempts(session: Session, name: str, source: str) -> dict[str, Attempt | None]:
    """Return the rows of failures that a try meets; one with a passkey has no name."""
    return {kind: session.get(Attempt, _key(kind, name, source)) for kind in (("source", "name", "address") if name else ("address",))}


def _too_early(rows: Mapping[str, Attempt | None], at: datetime) -> bool:
    waits = must_wait(source=_row(rows.get("source")), name=_row(rows.get("name")), known_source=False, at=at)
    return waits or _address_waits(rows["address"], at)


def _row(attempt: Attempt | None) -> Row:
    return Row() if attempt is None else Row(attempt.failures, attempt.last_failed_at)


def _address_waits(attempt: Attempt | None, at: datetime) -> bool:
    until = None if attempt is None else wait_until(attempt.failures, attempt.last_failed_at, rule=PER_NAME)
    return until is not None and at < until


def _count(session: Session, rows: dict[str, Attempt | None], name: str, source: str, at: datetime) -> None:
    for kind, attempt in rows.items():
        grown = _row(attempt).and_one_more(at=at)
        if attempt is None:
            session.add(Attempt(name_hash=_key(kind, name, source), failures=grown.failures, last_failed_at=at))
        else:
            attempt.failures, attempt.last_failed_at = grown.failures, at
    session.execute(delete(Attempt).where(Attempt.last_failed_at < at - FORGET_AFTER))
