"""Letters, for whoever may make them: which there are for them, what one says, and that it was made.

Nobody makes a letter of what they may not see whole: one role must be for it, reach what it is about, and see all its classes.
Nothing is set on paper while the ledger is locked: the content is read, set, and then recorded, before anybody gets the bytes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.acts.concerning import Concern, OutsideError, Part, concern_of, concern_of_row
from service.acts.entitled import require_any_role
from service.acts.letters.candidates import candidate_list
from service.acts.letters.kinds import LETTERS, LISTS, LetterKind
from service.acts.reach import unreached
from service.acts.reading.circle import keep_look, reaches
from service.acts.reading.paging import CHUNK, MOST_SCANNED, closed
from service.acts.table import ACTS
from service.assessment.model import Candidate, Case
from service.assessment.queries import candidates
from service.database import read, transaction
from service.evidence import lookups
from service.evidence.letters import telling
from service.evidence.letters.lists import handler_list
from service.evidence.letters.paper import Letter
from service.evidence.letters.recording import Made, record_letter
from service.evidence.letters.typesetting import printed
from service.identity.desk import Seated
from service.identity.entitlements import PURPOSES, Class, PurposeNeededError, access, may_see
from service.identity.members import Held
from service.need_to_know.model import Listing

SEPARATOR = "~"


@dataclass(frozen=True, slots=True)
class Offered:
    """A letter that somebody may make now: its kind, what it is about, what it says; and by which roles and for what."""

    kind: str
    subject: str
    letter: Letter
    template: str
    held: tuple[Held, ...]
    purpose: str | None
    organization_id: str | None
    person_id: str | None = None


def kinds_for(seated: Seated) -> list[str]:
    """Return the kinds of letters and lists that somebody's roles make at this seat."""
    seat, held = seated.desk.log.seat, seated.member.role_names
    letters = [one.kind for one in LETTERS.values() if one.seat in (None, seat) and held & one.roles]
    return [*letters, *(kind for kind, (_says, roles, _classes, _basis) in LISTS.items() if held & roles)]


def needs_purpose(seated: Seated, kind: str) -> bool:
    """Say whether a kind of letter is shown to somebody only once they said what for."""
    _says, roles, classes, _basis = told_of(kind)
    mine = {one.role for one in seated.member.roles if one.role in roles}
    return bool(mine) and all(any(access({role}, some) == "purpose" for some in classes) for role in mine)


def told_of(kind: str) -> tuple[tuple[str, str], frozenset[str], tuple[Class, ...], tuple[str, ...]]:
    """Return a kind's names, the roles that make it, its classes and its citations. Raises OutsideError for one that there is not."""
    if kind in LISTS:
        return LISTS[kind]
    if kind not in LETTERS:
        word = "kind"
        raise OutsideError(word)
    one = LETTERS[kind]
    return one.says, one.roles, one.classes, one.basis


def letter_of(seated: Seated, *, kind: str, subject: str, purpose: str | None) -> Offered:
    """Return a letter as it would be made. Where it takes a purpose, that somebody looked is an entry before anything is told.

    Raises OutsideError where there is no such letter within reach, NotAllowedError, PurposeNeededError.
    """
    _says, roles, classes, _basis = told_of(kind)
    if kind not in kinds_for(seated):
        require_any_role(seated.member, roles)
        word = "kind"
        raise OutsideError(word)
    held = _seeing(seated, roles, classes, purpose)
    subject = subject.replace("\x00", "")
    if kind == "candidate_list":
        return _candidates(seated, held, subject, purpose)
    with transaction(seated.desk.engine) as session:
        found = (
            _handlers(session, seated, held, subject) if kind == "handler_list" else _about(session, seated, LETTERS[kind], held, subject)
        )
        if found.person_id is not None:
            keep_look(session, seated, list(found.held), "assessment", purpose=purpose or "", clear={"person": found.person_id})
    return Offered(kind, subject, found.letter, found.template, found.held, purpose, found.organization_id, found.person_id)


def make_letter(seated: Seated, offered: Offered, *, stand_in: bool = False, ours: bool = False) -> tuple[bytes, int]:
    """Return a letter on paper, and the index of the entry that it was made.

    Raises MissingGlyphsError where characters cannot be drawn and are not to be stood in for, TemplateTroubleError where
    the site's own template does not work and ours is not wanted, TypesettingError.
    """
    words = {"kind": offered.kind, "template": offered.template}
    content = printed(offered.letter, folder=seated.desk.letters, stand_in=stand_in, ours=ours, **words)
    return content, record_made(seated, offered, content)


def record_made(seated: Seated, offered: Offered, content: bytes, *, form: str = "pdf") -> int:
    """Record that a letter was made and return the index of that."""
    roles = {one.role for one in offered.held}
    made = Made(
        seated.member.actor,
        roles,
        offered.purpose,
        offered.kind,
        offered.subject,
        organization_id=offered.organization_id,
        person_id=offered.person_id,
        form=form,
    )
    with transaction(seated.desk.engine) as session:
        return record_letter(session, log=seated.desk.log, at=seated.at, made=made, content=content)


def subjects_of(
    seated: Seated, *, kind: str, limit: int, after: str | None, purpose: str | None = None
) -> tuple[list[Offered], str | None]:
    """Return a page of the letters of a kind that somebody may make now, the newest first, and the cursor of the page behind it.

    Where they are about assessments, that somebody saw them is an entry on the record of each before anything is told.
    Raises NotAllowedError, PurposeNeededError.
    """
    one = LETTERS[kind]
    held = _seeing(seated, one.roles, one.classes, purpose)
    found: list[Offered] = []
    behind: str | None = None
    with read(seated.desk.engine) as session:
        last, scanned = after, 0
        for row in _rows(session, one, seated, after):
            if len(found) == limit or scanned == MOST_SCANNED:
                behind = closed(last)
                break
            last, scanned = f"{row.changed_index:020d}{SEPARATOR}{row.id}", scanned + 1
            reaching = _reaching(session, seated, one, held, row)
            letter = one.content(session, row.id, seated.at) if reaching else None
            if letter is not None:
                person = row.person_id if one.circle else None
                found.append(Offered(kind, row.id, letter, one.template, reaching, purpose, reaching[0].organization_id, person))
    people = sorted({one.person_id for one in found if one.person_id is not None})
    if people:
        _keep_list_look(seated, people, held, purpose)
    return found, behind


def _keep_list_look(seated: Seated, people: Sequence[str], held: Sequence[Held], purpose: str | None) -> None:
    with transaction(seated.desk.engine) as session:
        lookups.spend_look(session, account_id=seated.member.account_id, at=seated.at)
        roles = {one.role for one in held}
        lookups.record_list_look(
            session,
            log=seated.desk.log,
            at=seated.at,
            actor=seated.member.actor,
            roles=roles,
            purpose=purpose,
            people=people,
            of="assessment",
        )


def _rows(session: Session, one: LetterKind, seated: Seated, after: str | None) -> Iterator[Any]:
    """Yield the rows of a kind of letter behind a key, the last changed first."""
    key = _key(after)
    while True:
        wanted = select(one.model).where(*one.offered).order_by(one.model.changed_index.desc(), one.model.id.desc()).limit(CHUNK)
        if hasattr(one.model, "known"):
            wanted = wanted.where(one.model.known(seated.at))
        if key is not None:
            index, behind = key
            same = (one.model.changed_index == index) & (one.model.id < behind)
            wanted = wanted.where((one.model.changed_index < index) | same)
        chunk = session.scalars(wanted).all()
        yield from chunk
        if len(chunk) < CHUNK:
            return
        key = (chunk[-1].changed_index, chunk[-1].id)


def _key(after: str | None) -> tuple[int, str] | None:
    index, _separator, behind = (after or "").partition(SEPARATOR)
    return (int(index), behind) if index.isascii() and index.isdigit() and len(index) == INDEX_DIGITS else None


INDEX_DIGITS = 20


def _seeing(seated: Seated, roles: frozenset[str], classes: Sequence[Class], purpose: str | None) -> tuple[Held, ...]:
    """Return the roles of somebody that make a letter and see all its classes. Raises NotAllowedError, PurposeNeededError."""
    require_any_role(seated.member, roles)
    held = tuple(
        one for one in seated.member.roles if one.role in roles and all(may_see({one.role}, some, purpose=purpose) for some in classes)
    )
    if not held:
        message = f"purpose: say what for, one of {', '.join(PURPOSES)}"
        raise PurposeNeededError(message)
    return held


def _about(session: Session, seated: Seated, one: LetterKind, held: tuple[Held, ...], subject: str) -> Offered:
    """Return a letter about one row. Raises OutsideError where there is none that the roles reach."""
    row: Any = telling.provision_of(session, subject) if one.kind == "recipient_notice" else session.get(one.model, subject)
    replaced = getattr(row, "replaced_at", None)
    reaching = _reaching(session, seated, one, held, row) if row is not None and (replaced is None or replaced > seated.at) else ()
    letter = one.content(session, subject, seated.at) if reaching else None
    if letter is None:
        word = "subject_id"
        raise OutsideError(word)
    person = row.person_id if isinstance(row, Case) else None
    return Offered(one.kind, subject, letter, one.template, reaching, None, reaching[0].organization_id, person)


def _reaching(session: Session, seated: Seated, one: LetterKind, held: Sequence[Held], row: Any) -> tuple[Held, ...]:
    """Return the roles that reach what a letter is about, in the organization whose letter it is; none for one's own assessment."""
    if one.own is not None:
        held = [some for some in held if some.organization_id == getattr(row, one.own)]
    if not isinstance(row, Case):
        concern = concern_of_row(session, row, by=one.by, at=seated.at)
        return tuple(some for some in held if unreached(session, some, concern) is None)
    if row.person_id == seated.member.person_id:
        return ()
    concern = concern_of(session, ACTS["give_notice"], {"person_id": row.person_id, "head_id": row.head_id}, at=seated.at)
    heads = [some for some in held if not some.informations and not some.contracts]
    return tuple(some for some in heads if unreached(session, some, concern) is None)


def _handlers(session: Session, seated: Seated, held: tuple[Held, ...], subject: str) -> Offered:
    """Return the list of handlers of an organization for one information, where a role reaches all of it. Raises OutsideError."""
    organization, _separator, information = subject.partition(SEPARATOR)
    part = Part("information_id", frozenset({organization}), informations=frozenset({information}))
    listed = select(Listing.id).where(Listing.information_id == information, Listing.organization_id == organization).limit(1)
    lines = session.scalars(listed).first()
    # A role for some units sees some of the lines: it makes no list that others take for the whole.
    reaching = tuple(one for one in held if not one.units and unreached(session, one, Concern([part])) is None)
    if not reaching or lines is None:
        word = "subject_id"
        raise OutsideError(word)
    letter = handler_list(session, organization, information, seated.at)
    return Offered("handler_list", subject, letter, "list", reaching, None, organization)


def _candidates(seated: Seated, held: tuple[Held, ...], subject: str, purpose: str | None) -> Offered:
    """Return the list of candidates of an organization for a head: of those who agreed, as far as HR reaches them. Raises OutsideError."""
    organization, _separator, head = subject.partition(SEPARATOR)
    mine = tuple(one for one in held if one.organization_id == organization and not one.informations and not one.contracts)
    with transaction(seated.desk.engine) as session:
        rows = candidates_seen(session, seated, mine, organization_id=organization, head_id=head)
        if not rows:
            word = "subject_id"
            raise OutsideError(word)
        keep_look(session, seated, list(mine), "candidates", purpose=purpose or "", clear={"for": organization})
        letter = candidate_list(session, rows, organization_id=organization, head_id=head, at=seated.at)
    return Offered("candidate_list", subject, letter, "list", mine, purpose, organization)


def candidates_seen(session: Session, seated: Seated, held: Sequence[Held], *, organization_id: str, head_id: str) -> Sequence[Candidate]:
    """Return who agreed to stand on an organization's list for a head, as far as roles reach them; never oneself."""
    rows = candidates(session, organization_id=organization_id, head_id=head_id)
    others = [row for row in rows if row.person_id != seated.member.person_id]
    return [row for row in others if any(reaches(session, one, row.person_id, seated) for one in held)]


def list_subjects(seated: Seated, *, kind: str, purpose: str | None) -> list[tuple[str, str, str]]:
    """Return what lists of a kind can be made of: the id of each, its organization, and the information or head that it is for.

    Raises NotAllowedError, PurposeNeededError.
    """
    _says, roles, classes, _basis = LISTS[kind]
    held = _seeing(seated, roles, classes, purpose)
    organizations = sorted({one.organization_id for one in held})
    found = []
    with read(seated.desk.engine) as session:
        for organization in organizations:
            if kind == "candidate_list":
                mine = [one for one in held if one.organization_id == organization and not one.informations and not one.contracts]
                heads = {row.head_id for row in candidates(session, organization_id=organization) if row.head_id is not None}
                seen = {head for head in heads if candidates_seen(session, seated, mine, organization_id=organization, head_id=head)}
                found += [(f"{organization}{SEPARATOR}{head}", organization, head) for head in sorted(seen)]
                continue
            listed = select(Listing.information_id).where(Listing.organization_id == organization, Listing.known(seated.at)).distinct()
            for information in session.scalars(listed.order_by(Listing.information_id)):
                part = Part("information_id", frozenset({organization}), informations=frozenset({information}))
                if any(not one.units and unreached(session, one, Concern([part])) is None for one in held):
                    found.append((f"{organization}{SEPARATOR}{information}", organization, information))
    return found
