"""Registers as people read them: who may read which, of which organization, and the entry that each reading is."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.acts.asking import UnfitError
from service.acts.concerning import Concern, OutsideError
from service.acts.entitled import require_any_role
from service.acts.reach import unreached
from service.database import read, transaction
from service.evidence import lookups, registers
from service.evidence.tables import FORMS
from service.identity import entitlements
from service.identity.desk import Seated
from service.identity.entitlements import PURPOSES
from service.personnel.model import Organization
from service.registers.rules import KEEPERS as KEEPING

READERS = frozenset({"information_manager", "custodian", "auditor"})
"""Who may read registers; an auditor those of every organization, and says what for."""
KEEPERS = READERS | {"hr_officer"}
"""Of these, whoever may see what a register of people holds, reads it."""
Language = Literal["ja", "en"]
Write = Callable[[registers.Sheet], bytes]


@dataclass(frozen=True, slots=True)
class Read:
    """A register as it was read: its sheet, the file where one was asked for, and the index of the entry that says so."""

    sheet: registers.Sheet
    content: bytes | None
    index: int


def readers_of(kind: str) -> frozenset[str]:
    """Return the roles that may read a register: those that may see everything that it holds."""
    classes = registers.classes_of(kind)
    asked = registers.reading_roles(kind) or (KEEPERS if kind in registers.OTHERS else READERS)
    return frozenset(role for role in asked if all(entitlements.access({role}, one) is not None for one in classes))


def open_registers(seated: Seated) -> dict[str, tuple[str, str]]:
    """Return the registers that somebody's roles may read, with their names. Raises NotAllowedError."""
    require_any_role(seated.member, KEEPERS)
    mine = seated.member.role_names
    return {kind: says for kind, says in registers.titles().items() if mine & readers_of(kind)}


def places_of(seated: Seated, *, roles: Collection[str] = KEEPERS) -> list[tuple[str, str]]:
    """Return the organizations whose registers somebody may read in some roles, by name."""
    with read(seated.desk.engine) as session:
        rows = session.scalars(select(Organization).where(Organization.kind.in_(KEEPING)).order_by(Organization.name, Organization.id))
        return [(row.id, row.name) for row in rows if roles_reaching(session, seated, row.id, roles)]


def roles_reaching(session: Session, seated: Seated, organization_id: str, readers: Collection[str]) -> set[str]:
    """Return the roles in which somebody may read the registers of an organization as a whole."""
    found = set()
    for held in seated.member.roles:
        concern = Concern(everywhere=held.role == "auditor")
        concern.owners("organization", {organization_id})
        if held.role in readers and unreached(session, held, concern) is None:
            found.add(held.role)
    return found


def needs_purpose(seated: Seated, *, kind: str, organization_id: str) -> bool:
    """Say whether somebody reads a register of an organization only for a purpose. Raises as `read_register` does."""
    with read(seated.desk.engine) as session:
        held = _entitled(session, seated, kind, organization_id)
        return not all(entitlements.may_see(held, one, purpose=None) for one in registers.classes_of(kind))


def read_register(
    seated: Seated,
    *,
    kind: str,
    organization_id: str,
    form: registers.Form = "json",
    language: Language = "ja",
    purpose: str | None = None,
    part: registers.Span | None = None,
    write: Write | None = None,
) -> Read:
    """Read a register of one organization, or a part of it, in the column order of its form, written out by `write` where it is given.

    Nothing is told before the entry that says that it was read.

    Raises NotAllowedError, UnfitError for what is no register, OutsideError, PurposeNeededError, BudgetSpentError.
    """
    with transaction(seated.desk.engine) as session:
        held = _entitled(session, seated, kind, organization_id)
        if not all(entitlements.may_see(held, one, purpose=purpose) for one in registers.classes_of(kind)):
            message = f"purpose: say what for, one of {', '.join(PURPOSES)}"
            raise entitlements.PurposeNeededError(message)
        lookups.spend_look(session, account_id=seated.member.account_id, at=seated.at)
        wanted = registers.Wanted(organization_id, seated.at, language, results=entitlements.is_told(held))
        one = registers.sheet(session, kind=kind, wanted=wanted, part=part)
    # Written out before the ledger is locked: that may take a while.
    if write is None and form in FORMS:
        content: bytes | None = registers.as_file(one, form, at=seated.at)
    else:
        content = None if write is None else write(one)
    with transaction(seated.desk.engine) as session:
        about = sorted(one.people - {seated.member.person_id or ""})
        if about:
            actor, roles = seated.member.actor, frozenset(held)
            lookups.record_list_look(
                session, log=seated.desk.log, at=seated.at, actor=actor, roles=roles, purpose=purpose, people=about, of=kind
            )
        reading = registers.Reading(seated.member.actor, held, purpose, form)
        index = registers.record_reading(session, log=seated.desk.log, wanted=wanted, one=one, reading=reading, content=content)
    return Read(one, content, index)


def _entitled(session: Session, seated: Seated, kind: str, organization_id: str) -> set[str]:
    """Return the roles in which somebody may read a register of an organization. Raises NotAllowedError, UnfitError, OutsideError."""
    require_any_role(seated.member, KEEPERS)
    if kind not in registers.kinds():
        message = f"kind: one of {', '.join(registers.kinds())}"
        raise UnfitError(message)
    require_any_role(seated.member, readers_of(kind))
    held = roles_reaching(session, seated, organization_id, readers_of(kind))
    if not held:
        word = "organization"
        raise OutsideError(word)
    return held
