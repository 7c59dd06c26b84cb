"""For whom a proposal exists, and who might decide it: by the table of decision rules and by reach."""

from sqlalchemy.orm import Session

from service.acts.asking import Asked, made_before, values_of
from service.acts.concerning import OutsideError, concern_of
from service.acts.reach import unreached
from service.acts.table import ACTS, EVERYWHERE
from service.identity.account_model import Account
from service.identity.entitlements import OF_THE_CIRCLE
from service.identity.members import Held, Member, seconds_of
from service.proposals.model import Proposal


def visible(session: Session, row: Proposal, member: Member) -> bool:
    """Say whether a proposal exists for somebody: the proposer, or a role that might decide or audit it, in its organization."""
    # That an assessment goes on is nothing to audit from outside (Act 16).
    audited = "auditor" in member.role_names and not any(act["verb"] in OF_THE_CIRCLE for act in row.acts)
    return audited or is_in_full(session, row, member)


def is_in_full(session: Session, row: Proposal, member: Member) -> bool:
    """Say whether somebody may read all of a proposal: whoever made it, or who might decide it and reaches what it concerns."""
    if row.proposed_person == member.person_id:
        return True
    seconds = {role for act in row.acts for role in seconds_for(session, act["verb"])}
    return any(
        held.role in seconds
        and (_everywhere(row) or (row.organization_id in (None, held.organization_id) and (held.whole or _reached(session, row, held))))
        for held in member.roles
    )


def _reached(session: Session, row: Proposal, held: Held) -> bool:
    """Say whether a role for a part of an organization reaches every act of a proposal, as things were when it was made."""
    try:
        known = [ACTS[act["verb"]] for act in row.acts]
        values = [values_of(one, Asked(act["verb"], act["words"]), given=True) for one, act in zip(known, row.acts, strict=True)]
        for place, one in enumerate(known):
            made = made_before(known, values, before=place)
            concern = concern_of(session, one, values[place], at=row.proposed_at, made=made)
            if unreached(session, held, concern) is not None:
                return False
    except (OutsideError, ValueError):
        return False
    return True


def _everywhere(row: Proposal) -> bool:
    return all(ACTS[act["verb"]].room in EVERYWHERE for act in row.acts)


def could_decide(session: Session, row: Proposal, member: Member) -> bool:
    """Say whether somebody's roles might approve all of a proposal that is neither theirs nor about them.

    Whether the acts can happen now, and whether these roles are kept apart, is looked at when it is opened.
    """
    if member.person_id in {row.proposed_person, *row.people}:
        return False
    verbs = {act["verb"] for act in row.acts}
    return all(member.role_names & set(seconds_for(session, verb)) for verb in verbs) and is_in_full(session, row, member)


def could_view(session: Session, row: Proposal, member: Member) -> bool:
    """Say whether a proposal that was approved in absence waits to be viewed by somebody (後閲)."""
    return row.view_later and is_viewer(session, row, member)


def is_viewer(session: Session, row: Proposal, member: Member) -> bool:
    """Say whether somebody may view a proposal later: a role by right that might have approved it, and no part in it."""
    seconds = {role for act in row.acts for role in seconds_for(session, act["verb"])}
    fitting = any(held.role in seconds and held.footing != "absence" for held in member.roles)
    decided = None if row.decided_by is None else session.get(Account, row.decided_by)
    own = {row.proposed_person, None if decided is None else decided.person_id, *row.people}
    return fitting and member.person_id not in own


def seconds_of_all(session: Session, row: Proposal) -> tuple[str, ...]:
    """Return the roles that may approve every act of a proposal; those of its first act where none may approve all."""
    each = [seconds_for(session, verb) for verb in {act["verb"]: None for act in row.acts}]
    shared = tuple(role for role in each[0] if all(role in one for one in each))
    return shared or each[0]


def seconds_for(session: Session, verb: str) -> tuple[str, ...]:
    """Return the roles that may approve an act here: the site's own line, else the default."""
    return seconds_of(session, verb=verb) or ACTS[verb].seconds or ("approver",)
