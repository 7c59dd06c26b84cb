"""Registers of one organization within reach, as their forms have them; that one was read is an entry itself."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.acts.asking import UnfitError
from service.acts.concerning import Concern, OutsideError
from service.acts.entitled import require_any_role
from service.acts.reach import unreached
from service.database import transaction
from service.evidence import lookups, registers
from service.evidence.columns import Language
from service.evidence.registers import Form
from service.evidence.sheets import Sheet
from service.identity import entitlements
from service.identity.desk import Seated
from service.identity.entitlements import PURPOSES

READERS = frozenset({"information_manager", "custodian", "auditor"})
"""Who may read registers; an auditor those of every organization, and says what for."""
KEEPERS = READERS | {"hr_officer"}
"""Of these, whoever may see what a register of people holds, reads it."""
Write = Callable[[Sheet], bytes]


@dataclass(frozen=True, slots=True)
class Read:
    """A register as it was read: its sheet, what was written of it (None: nothing), and the index of the entry that says so."""

    sheet: Sheet
    content: bytes | None
    index: int


def registers_for(seated: Seated) -> list[tuple[str, str, str]]:
    """Return the registers that somebody's roles may read: of each its kind and its names. Raises NotAllowedError for nobody's."""
    require_any_role(seated.member, KEEPERS)
    mine = seated.member.role_names
    return [(kind, ja, en) for kind, (ja, en) in registers.titles().items() if mine & readers_of(kind)]


def read_register(
    seated: Seated,
    *,
    kind: str,
    organization_id: str,
    form: Form = "json",
    language: Language = "ja",
    purpose: str | None = None,
    write: Write | None = None,
) -> Read:
    """Return a register of an organization, written out by `write` where it is given; nothing is told before the reading is recorded.

    Raises UnfitError for an unknown kind, NotAllowedError, OutsideError, PurposeNeededError, BudgetSpentError.
    """
    require_any_role(seated.member, KEEPERS)
    if kind not in registers.kinds():
        message = f"kind: one of {', '.join(registers.kinds())}"
        raise UnfitError(message)
    require_any_role(seated.member, readers_of(kind))
    with transaction(seated.desk.engine) as session:
        held = _roles_reaching(session, seated, organization_id, readers_of(kind))
        if not held:
            word = "organization"
            raise OutsideError(word)
        if not all(entitlements.may_see(held, one, purpose=purpose) for one in registers.classes_of(kind)):
            message = f"purpose: say what for, one of {', '.join(PURPOSES)}"
            raise entitlements.PurposeNeededError(message)
        lookups.spend_look(session, account_id=seated.member.account_id, at=seated.at)
        wanted = registers.Wanted(organization_id, seated.at, language, results=entitlements.is_told(held))
        one = registers.sheet(session, kind=kind, wanted=wanted)
    # Written out before the ledger is locked: that may take a while.
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


def readers_of(kind: str) -> frozenset[str]:
    """Return the roles that may read a register: those that may see everything that it holds."""
    classes = registers.classes_of(kind)
    asked = registers.reading_roles(kind) or (KEEPERS if kind in registers.OTHERS else READERS)
    return frozenset(role for role in asked if all(entitlements.access({role}, one) is not None for one in classes))


def _roles_reaching(session: Session, seated: Seated, organization_id: str, readers: frozenset[str]) -> set[str]:
    """Return the roles in which somebody may read the registers of an organization as a whole."""
    found = set()
    for held in seated.member.roles:
        concern = Concern(everywhere=held.role == "auditor")
        concern.owners("organization", {organization_id})
        if held.role in readers and unreached(session, held, concern) is None:
            found.add(held.role)
    return found
