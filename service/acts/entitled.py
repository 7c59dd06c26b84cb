"""Whether somebody may do an act: a role that may, its reach, separation, their own record, and how fresh their sign-in is."""

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from service.acts.concerning import Concern, OutsideError
from service.acts.reach import unreached
from service.acts.table import ASSESSOR, PERSON, Known
from service.assessment import queries, rules
from service.assessment.model import Complaint
from service.decision.policies_in_force import texts_in_force
from service.identity.account_model import Account, Grant
from service.identity.accounts import RoleRefusedError
from service.identity.members import Held, Member
from service.identity.roles import in_the_way
from service.ledger import Kind, Seat, entries, read_entry
from service.personnel.model import Post
from service.proposals.rules import UNKNOWN
from service.registers.rules import RegisterRefusedError
from service.statute.citations import cite
from service.statute.periods import legal_day
from service.statute.refusals import Refusal

FRESH = timedelta(minutes=15)
"""How long ago somebody may have proved who they are, for an approval and for sensitive acts."""
TWO_FACTORS = 2
_EVER = datetime.min.replace(tzinfo=UTC)
ON_ONE_SELF = frozenset(
    {
        "remove_handler",
        "end_acting_manager",
        "end_role",
        "end_account",
        "end_permit",
        "end_approval",
        "record_handling",
        "destroy_in_emergency",
        "report_emergency_destruction",
        "seal_spill",
    }
)
"""Acts that take something from whoever does them, or tell at once what they themselves did."""


class NotAllowedError(PermissionError):
    """No role of this person may do the act; `roles` are those that may, where any of some would do."""

    def __init__(self, message: str, *, roles: Collection[str] = ()) -> None:
        """Take what to say, and which roles it takes."""
        super().__init__(message)
        self.roles = frozenset(roles)


class StepUpError(PermissionError):
    """The act needs a fresh sign-in with two factors."""


class OwnRecordRefusedError(Refusal):
    """Nobody acts on their own record."""

    slug = "own-record"


def require_any_role(member: Member, roles: Collection[str]) -> None:
    """Refuse somebody who holds none of these roles anywhere. Raises NotAllowedError."""
    if PERSON not in roles and not member.role_names & set(roles):
        message = f"none of your roles may do this; it takes {' or '.join(sorted(roles))}"
        raise NotAllowedError(message, roles=roles)


def require_role(session: Session, member: Member, roles: Collection[str], concern: Concern, *, separated: bool = True) -> Held:
    """Return a role of the member that may act and reaches the concern.

    Raises NotAllowedError where no role may, OutsideError where none reaches, RoleRefusedError for roles kept apart.
    """
    require_any_role(member, roles)
    if not member.role_names & set(roles):
        # An act that everybody may do for themselves, asked about somebody else: nobody else is there. What is missing
        # beside oneself is told by its own word, as the act itself tells what is there and not theirs to name.
        absent = [part.word for part in concern.parts if part.missing] if concern.people == {member.person_id} else []
        raise OutsideError(next(iter(absent), "person_id"))
    fitting = [held for held in member.roles if held.role in roles]
    missed: list[str] = []
    for held in fitting:
        missing = unreached(session, held, concern)
        if missing is None:
            if separated:
                _require_separation(held, member)
            return held
        missed.append(missing)
    raise OutsideError(missed[0])


def for_oneself(member: Member, known: Known, concern: Concern) -> Held | None:
    """Return on what somebody stands who acts for themselves, where the act is one of the person's own; else None."""
    if PERSON not in known.roles or concern.people != {member.person_id} or any(part.missing for part in concern.parts):
        return None
    own = next((part.organizations for part in concern.parts if part.organizations), frozenset())
    nothing: frozenset[str] = frozenset()
    return Held("", PERSON, min(own, default=""), nothing, nothing, nothing, "own", None, None, _EVER)


def _require_separation(held: Held, member: Member) -> None:
    """Refuse to use a role that is kept apart from another of the same person's, however it came to that."""
    other = in_the_way(held.role, member.role_names, profile=member.profile)
    if other is not None:
        reason = "separated_roles"
        raise RoleRefusedError(reason, facts={"role": held.role, "held": other})


def require_not_one_s_own(member: Member, known: Known, concern: Concern) -> None:
    """Refuse an act on one's own record. Raises OwnRecordRefusedError."""
    if member.person_id in concern.people and known.verb not in ON_ONE_SELF:
        reason = "own_record"
        raise OwnRecordRefusedError(reason)


def require_no_part(session: Session, member: Member, known: Known, values: Mapping[str, Any]) -> None:
    """Refuse to answer a complaint about what one took part in, by whatever account (Act 14(2)). Raises AssessmentRefusedError."""
    complaint = session.get(Complaint, values["complaint_id"]) if known.verb == "answer_complaint" else None
    if complaint is not None:
        # Whoever answers, and whoever writes down that they did.
        people: set[str] = {one for one in (member.person_id, values.get("officer_id")) if one is not None}
        accounts = session.scalars(select(Account.id).where(Account.person_id.in_(people)))
        took_part = queries.took_part(session, person_id=complaint.person_id, head_id=complaint.head_id)
        rules.require_no_part({*people, *accounts}, took_part)


def require_no_other_way(session: Session, known: Known, values: Mapping[str, Any], *, seat: Seat, at: datetime) -> None:
    """Refuse to record a result of a head whose officers assess here: it is told by the step that ends an assessment (Act 13(1)).

    Whether this person is or was assessed changes nothing, so that nobody learns it. Raises AssessmentRefusedError.
    """
    if seat != "organ" or known.verb != "record_result" or values.get("law", "iesi") != "iesi":
        return
    today = legal_day(at)
    officers = select(Grant.id).where(
        Grant.role == ASSESSOR,
        Grant.organization_id == values["head_id"],
        Grant.ended_at.is_(None),
        Grant.from_on <= today,
        or_(Grant.until_on.is_(None), Grant.until_on > today),
    )
    if session.scalars(officers.limit(1)).first() is not None:
        raise rules.AssessmentRefusedError(reason="told_by_its_step", basis=(cite("Act 13(1)"),))


def require_policies_that_ask(session: Session, known: Known, values: Mapping[str, Any]) -> None:
    """Refuse to keep approvals of documents while the policies in force do not ask for them. Raises RegisterRefusedError."""
    if known.verb != "set_approval_rule" or values["approvals"] != "kept":
        return
    texts = texts_in_force(session)
    if texts is None or ASKING not in texts.files:
        raise RegisterRefusedError(reason="policies_do_not_ask", basis=(cite("Order 11(1)(vii)"), cite("Order 11(1)(viii)")))


ASKING = "order/article-11.cedar"
"""The file of the policies that asks for approvals; a set made before there was one may still be in force."""


def came_by(session: Session, held: Held, *, person_id: str, at: datetime, since: datetime) -> frozenset[str]:
    """Return who, from an instant on, brought somebody to a role: by the grant, or by the post that it goes with; none if before.

    Somebody who has the post by several rows has it from the first.
    """
    grant = session.get(Grant, held.id)
    if grant is None:
        return frozenset()
    found = _who_recorded(session, grant.changed_index, Kind.ROLE_GRANTED) if grant.granted_at >= since else frozenset()
    if grant.post is None or found:
        return found
    posts = select(Post).where(Post.person_id == person_id, Post.organization_id == grant.organization_id, Post.post == grant.post)
    live = [row for row in session.scalars(posts.where(Post.known(at))) if _runs(row, legal_day(at))]
    if any(row.recorded_at < since for row in live):
        return frozenset()
    return frozenset().union(*(_who_recorded(session, row.changed_index, Kind.POST_TAKEN) for row in live))


def _who_recorded(session: Session, index: int, kind: Kind) -> frozenset[str]:
    """Return the people who proposed and approved what an entry tells; UNKNOWN where another entry came after it."""
    clear = next((read_entry(body) for _index, body in entries(session, start=index, end=index + 1)), {})
    if clear.get("kind") != kind.value:
        return frozenset({UNKNOWN})
    accounts = [clear[word] for word in ("actor", "second") if clear.get(word)]
    return frozenset(session.scalars(select(Account.person_id).where(Account.id.in_(accounts))))


def _runs(row: Post, on: date) -> bool:
    return (row.from_on is None or row.from_on <= on) and (row.until_on is None or on < row.until_on)


def require_fresh(member: Member, *, at: datetime) -> None:
    """Ask for a fresh sign-in with two factors. Raises StepUpError."""
    stale = member.auth_at is None or at - member.auth_at > FRESH
    if stale or len(member.methods) < TWO_FACTORS:
        message = "this needs a fresh sign-in with two factors"
        raise StepUpError(message)
