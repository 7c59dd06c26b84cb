"""How the holder of an account comes by their first credentials: two people each give them half of a code.

Neither half is of use alone, so nobody who opened an account can sign in as its holder. Who lost their factors goes the same
way; the old ones end when the new ones are made.
"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import update
from sqlalchemy.orm import Session

from service.identity.account_model import Account, Credential, Enrolment, SessionRow
from service.identity.accounts import live_account
from service.identity.credentials import keep, kept, value_of
from service.identity.factors import passkeys, recovery, totp
from service.identity.members import Member, member_of, require_whole
from service.identity.signing_in import account_named
from service.ledger import Draft, Kind, Log, begin_act, record
from service.statute.refusals import Conflict, Refusal

OPEN_FOR = timedelta(days=7)
MOST_FAILURES = 10
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
HALF = 12
GIVERS = frozenset({"administrator", "approver"})


class EnrolmentRefusedError(Refusal):
    """One person may not give both halves of a code, nor half of their own."""

    slug = "enrolment-refused"


class EnrolmentError(Conflict):
    """There is no such passkey of one's own."""

    slug = "enrolment"


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a holder chose: a password, and the secret of their device with a code that shows it works."""

    password: str
    secret: bytes
    code: str


def give_half(session: Session, *, log: Log, member: Member, at: datetime, account_id: str) -> str:
    """Return half of an account's code, shown this once. The second half takes another person.

    Raises EnrolmentRefusedError (not_a_giver, own_account, same_person), UnknownIdError.
    """
    begin_act(session)
    require_whole(session, log=log, account_id=member.account_id)
    now = member_of(session, account_id=member.account_id, at=at)
    if now is None:
        reason = "not_a_giver"
        raise EnrolmentRefusedError(reason)
    member = now
    if not GIVERS & member.role_names and not (member.profile == "small" and member.roles):
        reason = "not_a_giver"
        raise EnrolmentRefusedError(reason)
    account = live_account(session, account_id)
    if account.person_id == member.person_id:
        reason = "own_account"
        raise EnrolmentRefusedError(reason)
    half = "".join(secrets.choice(ALPHABET) for _ in range(HALF))
    row = session.get(Enrolment, account_id)
    over = row is None or row.used_at is not None or row.expires_at <= at or row.second_hash is not None
    if over:
        fresh = row or Enrolment(account_id=account_id)
        fresh.first_hash, fresh.first_by, fresh.second_hash, fresh.second_by = _hash(half), member.person_id, None, None
        fresh.expires_at, fresh.failures, fresh.used_at = at + OPEN_FOR, 0, None
        session.add(fresh)
    else:
        assert row is not None
        if row.first_by == member.person_id:
            reason = "same_person"
            raise EnrolmentRefusedError(reason)
        row.second_hash, row.second_by = _hash(half), member.person_id
    note = {"half": "first" if over else "second"}
    draft = Draft(kind=Kind.ACCOUNT_RENEWED, actor=member.actor, at=at, object=account_id, subject=account.person_id, note=note)
    record(session, log=log, draft=draft, rows=[])
    return "-".join((half[:4], half[4:8], half[8:]))


def _hash(half: str) -> bytes:
    plain = "".join(character for character in half.upper() if character.isalnum())
    return sha256(b"half of a code:" + plain.encode()).digest()


def check_halves(session: Session, *, at: datetime, name: str, halves: tuple[str, str]) -> Account | None:
    """Return the account whose two halves these are, or None; after ten failures with one right half the code is none.

    Who has neither half guesses one of 2^120 and is not counted: otherwise anybody could use up anybody's code.
    """
    account = account_named(session, name)
    row = None if account is None else session.get(Enrolment, account.id)
    if account is None or row is None or row.second_hash is None or row.used_at is not None or row.expires_at <= at:
        return None
    given = {_hash(half) for half in halves}
    right = all(any(hmac.compare_digest(one, stored) for one in given) for stored in (row.first_hash, row.second_hash))
    if right and row.failures < MOST_FAILURES:
        return account
    if given & {row.first_hash, row.second_hash}:
        row.failures += 1
    return None


def enrol(
    session: Session, *, log: Log, at: datetime, name: str, halves: tuple[str, str], chosen: Chosen, password_hash: str
) -> tuple[str, list[str]] | None:
    """Make the credentials of an account and return its id and the recovery codes, shown this once; None for a wrong code.

    `password_hash` is made before, outside the lock. Old credentials and sessions end.
    """
    begin_act(session)
    account = check_halves(session, at=at, name=name, halves=halves)
    step = totp.verify(chosen.secret, chosen.code, at=at, last_step=None)
    if account is None or step is None:
        # Nothing is raised: that the code was wrong is counted.
        return None
    row = session.get(Enrolment, account.id)
    assert row is not None
    row.used_at = at
    _end_all(session, account, at)
    codes = equip(session, log=log, account=account, at=at, chosen=chosen, password_hash=password_hash, step=step)
    member = member_of(session, account_id=account.id, at=at)
    assert member is not None
    draft = Draft(
        kind=Kind.FACTOR_ENROLLED,
        actor=member.actor,
        at=at,
        object=account.id,
        subject=account.person_id,
        note={"factors": ["pwd", "otp", "rec"]},
    )
    record(session, log=log, draft=draft, rows=[])
    return account.id, codes


def equip(session: Session, *, log: Log, account: Account, at: datetime, chosen: Chosen, password_hash: str, step: int) -> list[str]:
    """Give an account a password, a device and recovery codes, and return these."""
    codes = recovery.new_codes()
    keep(session, log=log, account=account, kind="password", value={"hash": password_hash}, at=at)
    keep(session, log=log, account=account, kind="totp", value={"secret": chosen.secret.hex()}, at=at, counter=step)
    keep(session, log=log, account=account, kind="recovery", value={"hashes": [recovery.hash_code(code).hex() for code in codes]}, at=at)
    return codes


def _end_all(session: Session, account: Account, at: datetime) -> None:
    session.execute(update(Credential).where(Credential.account_id == account.id, Credential.ended_at.is_(None)).values(ended_at=at))
    session.execute(update(SessionRow).where(SessionRow.account_id == account.id, SessionRow.ended_at.is_(None)).values(ended_at=at))


def add_passkey(session: Session, *, log: Log, member: Member, at: datetime, passkey: passkeys.Passkey) -> None:
    """Let a member sign in with a passkey from now on. One entry."""
    begin_act(session)
    account = live_account(session, member.account_id)
    value = {
        "id": passkey.id.hex(),
        "public_key": passkey.public_key.hex(),
        "aaguid": passkey.aaguid,
        "synced": passkey.synced,
        "transports": list(passkey.transports),
    }
    keep(session, log=log, account=account, kind="passkey", value=value, at=at, label=passkey.id.hex(), counter=passkey.sign_count)
    draft = Draft(
        kind=Kind.FACTOR_ENROLLED, actor=member.actor, at=at, object=account.id, subject=account.person_id, note={"factors": ["hwk"]}
    )
    record(session, log=log, draft=draft, rows=[])


def remove_factor(session: Session, *, log: Log, member: Member, at: datetime, credential_id: str) -> None:
    """End one of one's own passkeys at once. Raises EnrolmentError for anything else."""
    begin_act(session)
    row = session.get(Credential, credential_id)
    if row is None or row.account_id != member.account_id or row.kind != "passkey" or row.ended_at is not None:
        message = "you have no such passkey"
        raise EnrolmentError(message)
    row.ended_at = at
    draft = Draft(
        kind=Kind.FACTOR_REMOVED, actor=member.actor, at=at, object=member.account_id, subject=member.person_id, note={"factors": ["hwk"]}
    )
    record(session, log=log, draft=draft, rows=[])


def passkeys_of(session: Session, *, log: Log, member: Member) -> list[tuple[Credential, dict[str, object]]]:
    """Return a member's passkeys, each with what is kept of it."""
    account = live_account(session, member.account_id)
    return [
        (row, value_of(session, log=log, account=account, row=row)) for row in kept(session, account_id=account.id) if row.kind == "passkey"
    ]
