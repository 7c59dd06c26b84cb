"""Bringing a policy set into force: an act of its own, whose entry names the digest; its text is kept forever."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from service.actor import Actor
from service.decision.changes import Changes, changes_between
from service.decision.model import PolicySetRow
from service.decision.policyset import PolicySet
from service.decision.soundness import require_fit
from service.ledger import Draft, Kind, Log, begin_act, read_entry, record
from service.statute.policies import PolicyTexts, from_bundle, read_bundle, read_policies


def activate(session: Session, *, log: Log, actor: Actor, at: datetime, texts: PolicyTexts) -> str:
    """Bring a set into force and return its digest. Raises PolicyError for a set that cannot be loaded."""
    begin_act(session)
    policies = PolicySet.load(texts)
    changes = changes_between(texts_in_force(session), texts)
    row = session.get(PolicySetRow, policies.digest)
    if row is None:
        row = PolicySetRow(digest=policies.digest, text=texts.bundle(), activated_at=at)
    else:
        row.activated_at = at
    draft = Draft(kind=Kind.POLICY_ACTIVATED, actor=actor, at=at, object=policies.digest, note=changes.plain())
    record(session, log=log, draft=draft, rows=[row])
    return policies.digest


def activate_policies(session: Session, *, log: Log, actor: Actor, at: datetime, bundle: str | None = None) -> str:
    """Bring a set into force, the shipped one where none is given, and return its digest.

    `bundle` is a whole set as one text, as `sekisho policy bundle` writes it; what is approved is this text byte for byte.
    Raises ValueError, of which PolicyError names the file and what is wrong: what could not be loaded is refused already
    when it is proposed.
    """
    if bundle is None:
        return activate(session, log=log, actor=actor, at=at, texts=read_policies())
    try:
        texts = read_bundle(bundle)
        require_fit(texts)
    except ValueError as unfit:
        message = f"bundle: {unfit}"
        raise ValueError(message) from unfit
    return activate(session, log=log, actor=actor, at=at, texts=texts)


def texts_in_force(session: Session) -> PolicyTexts | None:
    """Return the set in force, None where none ever was."""
    newest = select(PolicySetRow.text).order_by(PolicySetRow.changed_index.desc()).limit(1)
    found = session.scalar(newest)
    return None if found is None else from_bundle(found)


def texts_of(session: Session, digest: str) -> PolicyTexts:
    """Return a set that is or was in force, by its digest or the beginning of it. Raises ValueError."""
    found = session.scalars(select(PolicySetRow).where(PolicySetRow.digest.startswith(digest, autoescape=True)).limit(2)).all()
    if len(found) != 1:
        message = f"{digest}: {'several sets begin so' if found else 'no set with this digest was ever in force'}"
        raise ValueError(message)
    return from_bundle(found[0].text)


@dataclass(frozen=True, slots=True)
class Activation:
    """One coming into force: its entry, the digest, who brought it about, and who approved it on what footing."""

    index: int
    at: str
    digest: str
    actor: str
    second: str | None
    footing: str | None
    proposal: str | None


def activations(session: Session) -> list[Activation]:
    """Return every coming into force, the newest first, as the ledger has them."""
    rows = session.execute(
        text("select index, body from ledger.entries where position(convert_to(:kind, 'UTF8') in body) > 0 order by index desc"),
        {"kind": f'"kind":"{Kind.POLICY_ACTIVATED.value}"'},
    )
    told = [(int(index), read_entry(bytes(body))) for index, body in rows]
    return [
        Activation(
            index=index,
            at=entry["at"],
            digest=str(entry.get("object")),
            actor=entry["actor"],
            second=entry.get("second"),
            footing=entry.get("footing"),
            proposal=entry.get("proposal"),
        )
        for index, entry in told
        if entry["kind"] == Kind.POLICY_ACTIVATED and entry["out"] == "accepted"
    ]


def changes_of(session: Session, texts: PolicyTexts) -> Changes:
    """Return what a set would change of the one in force."""
    return changes_between(texts_in_force(session), texts)
