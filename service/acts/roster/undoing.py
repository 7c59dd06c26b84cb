"""Taking a whole import back: the opposite acts as one proposal, and what of it cannot be taken back, and why.

Nothing is removed. A post that an import began is put right as one that never was, an end that it gave is put right to what
stood there before, a number is ended. That somebody was registered stays, and so does what was changed since.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from service.acts import asking
from service.acts.asking import Asked, Done, UnfitError, Waiting
from service.acts.concerning import OutsideError
from service.acts.deciders import visible
from service.acts.entitled import require_any_role
from service.acts.table import HR
from service.database import read
from service.identity.desk import Seated
from service.identity.members import Member
from service.personnel.model import Alias, Person, Post
from service.proposals.model import Proposal
from service.statute.periods import ONE_DAY, legal_day

Why = Literal["stays", "changed_since", "was_empty"]
"""Why something is not taken back: a registration stays; it was changed since; what stood there before was nothing."""
KEPT = frozenset({"register_person", "register_unit", "register_organization"})
A_PAGE = 20


@dataclass(frozen=True, slots=True)
class Kept:
    """What an undoing leaves: the verb of the act, what it was about, and why."""

    verb: str
    about: str
    why: Why


@dataclass(slots=True)
class Undoing:
    """How an import would be taken back."""

    proposal: Proposal
    name: str
    acts: list[Asked] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)


def imports_of(session: Session, *, member: Member, after: datetime | None = None) -> tuple[Sequence[Proposal], datetime | None]:
    """Return rosters that were brought in by proposal, the newest first, as far as somebody may see them, and where older ones begin."""
    found = select(Proposal).where(
        Proposal.acts[0]["verb"].as_string() == "bring_forward", Proposal.acts[0]["words"]["sheet"].as_string() == "people"
    )
    if after is not None:
        found = found.where(Proposal.proposed_at < after)
    rows = session.scalars(found.order_by(Proposal.proposed_at.desc()).limit(A_PAGE + 1)).all()
    shown = [row for row in rows[:A_PAGE] if visible(session, row, member) and _of_theirs(row, member)]
    return shown, rows[A_PAGE - 1].proposed_at if len(rows) > A_PAGE else None


def undoing_of(seated: Seated, *, proposal_id: str) -> Undoing:
    """Return how an import would be taken back now. Raises OutsideError for one that there is not, or that was not approved."""
    require_any_role(seated.member, {HR})
    with read(seated.desk.engine) as session:
        row = session.get(Proposal, proposal_id)
        ours = row is not None and row.acts[0]["verb"] == "bring_forward" and row.acts[0]["words"].get("sheet") == "people"
        if row is None or not ours or row.state != "approved" or not _of_theirs(row, seated.member):
            word = "proposal"
            raise OutsideError(word)
        found = Undoing(row, str(row.acts[0]["words"]["file_name"]))
        before = _before(row)
        for act in reversed(row.acts[1:]):
            for one in _opposite(session, act["verb"], act["words"], before, on=legal_day(seated.at), shows=f"取消し: {found.name}"[:200]):
                if isinstance(one, Asked):
                    found.acts.append(one)
                else:
                    found.kept.append(one)
        session.expunge_all()
    return found


def take_back(engine: Engine, seated: Seated, *, undoing: Undoing) -> Done | Waiting:
    """Propose the opposite acts as one; done at once where all of them narrow. Raises as the acts do."""
    if not undoing.acts:
        message = "acts: nothing of this can be taken back"
        raise UnfitError(message)
    words = f"取込みの取消し / undo: {undoing.name}"
    return asking.ask(engine, log=seated.desk.log, member=seated.member, at=seated.at, acts=undoing.acts, words=words)


def _of_theirs(row: Proposal, member: Member) -> bool:
    """Say whether an import is of an organization for which somebody keeps people."""
    places = {one.organization_id for one in member.roles if one.role == HR and one.whole}
    return row.acts[0]["words"].get("organization_id") in places


def _before(row: Proposal) -> dict[tuple[str, str], Mapping[str, Any]]:
    """Return by table and id what rows said before the import changed them."""
    return {
        (change["table"], change["before"]["id"]): change["before"]
        for one in row.foreseen
        for change in one["rows"]
        if change["before"] and "id" in change["before"]
    }


def _opposite(
    session: Session, verb: str, words: Mapping[str, Any], before: Mapping[tuple[str, str], Mapping[str, Any]], *, on: date, shows: str
) -> Iterator[Asked | Kept]:
    """Yield what takes an act back, or why nothing does."""
    if verb in KEPT:
        yield Kept(verb, str(words.get("legal_name") or words.get("name")), "stays")
    elif verb == "grant_alias":
        alias = session.get(Alias, words["alias_id"])
        if alias is None or alias.until_on is not None:
            yield Kept(verb, str(words["value"]), "changed_since")
        else:
            yield Asked("end_alias", {"alias_id": alias.id, "on": on.isoformat()})
    elif verb == "record_name":
        yield from _names(session, words, before)
    else:
        yield from _post(session, verb, words, before, shows=shows)


def _names(session: Session, words: Mapping[str, Any], before: Mapping[tuple[str, str], Mapping[str, Any]]) -> Iterator[Asked | Kept]:
    """Yield what gives somebody back the name, reading or date of birth that they had."""
    person = session.get(Person, words["person_id"])
    old = before.get(("personnel.people", words["person_id"]))
    if person is None or old is None:
        return
    back: dict[str, Any] = {}
    for name in ("legal_name", "kana", "birth_on"):
        if name not in words:
            continue
        now = getattr(person, name)
        if (now.isoformat() if isinstance(now, date) else now) != words[name]:
            yield Kept("record_name", person.legal_name, "changed_since")
        elif old.get(name) is None:
            yield Kept("record_name", person.legal_name, "was_empty")
        else:
            back[name] = old[name]
    if back:
        yield Asked("record_name", {"person_id": person.id, **back})


def _post(
    session: Session, verb: str, words: Mapping[str, Any], before: Mapping[tuple[str, str], Mapping[str, Any]], *, shows: str
) -> Iterator[Asked | Kept]:
    """Yield what takes a post back that was begun, or gives one the end that it had."""
    grounds = {"why": "wrong_record", "reference": shows}
    post = session.get(Post, words["post_id"])
    about = str(words.get("unit_id") or words.get("post") or words["post_id"])
    if post is None:
        return
    if verb == "take_post":
        asked = words.get("last_day")
        same = post.until_on == (None if asked is None else date.fromisoformat(asked) + timedelta(days=1))
        if post.replaced_at is not None or not same:
            yield Kept(verb, about, "changed_since")
        else:
            yield Asked("correct_post", {"post_id": post.id, "never_was": True, **grounds})
        return
    old = before.get(("personnel.posts", post.id))
    following = session.scalar(select(Post).where(Post.replaces == post.id)) if verb == "correct_post" else post
    if old is None or following is None or following.replaced_at is not None or (verb == "leave_post" and not _ends_as(post, words)):
        yield Kept(verb, post.unit_id or post.post or post.id, "changed_since")
        return
    until = old.get("until_on")
    ends: dict[str, Any] = {"without": ["until_on"]} if until is None else {"last_day": _last(until)}
    yield Asked("correct_post", {"post_id": following.id, **grounds, **ends})


def _ends_as(post: Post, words: Mapping[str, Any]) -> bool:
    return post.until_on is not None and (post.until_on - ONE_DAY).isoformat() == words["last_day"]


def _last(until: str) -> str:
    return (date.fromisoformat(until) - ONE_DAY).isoformat()
