"""GET /api/v1/registers/{kind}: a register of one organization as its form has it; that it was read is an entry itself."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response

from service.acts.asking import UnfitError
from service.acts.concerning import Concern, OutsideError
from service.acts.entitled import require_any_role
from service.acts.reach import unreached
from service.api.management.acts import REFUSALS, files
from service.api.management.desk import At
from service.database import transaction
from service.evidence import lookups, registers
from service.identity import entitlements
from service.identity.desk import Seated
from service.identity.entitlements import PURPOSES

router = APIRouter(tags=["registers"], responses=REFUSALS)
READERS = frozenset({"information_manager", "custodian", "auditor"})
"""Who may read registers; an auditor those of every organization, and says what for."""
KEEPERS = READERS | {"hr_officer"}
"""Of these, whoever may see what a register of people holds, reads it."""
TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
Name = Annotated[str, Query(min_length=1, max_length=256, pattern=r"^[^\x00]*$")]


@router.get("/registers")
def all_registers(seated: At) -> list[dict[str, Any]]:
    """List the registers that your roles may read."""
    require_any_role(seated.member, KEEPERS)
    mine = seated.member.role_names
    return [{"kind": kind, "ja": ja, "en": en} for kind, (ja, en) in registers.titles().items() if mine & _readers(kind)]


@router.get("/registers/{kind}", responses=files(*TYPES.values()))
def register(
    seated: At,
    kind: str,
    organization: Name,
    form: Annotated[Literal["json", "csv", "xlsx"], Query(alias="format")] = "json",
    language: Literal["ja", "en"] = "ja",
    purpose: Annotated[str | None, Query(max_length=64)] = None,
) -> Any:
    """Read a register of one organization within your reach, in the column order of its form; `lines` name by id what acts take."""
    require_any_role(seated.member, KEEPERS)
    if kind not in registers.kinds():
        message = f"kind: one of {', '.join(registers.kinds())}"
        raise UnfitError(message)
    require_any_role(seated.member, _readers(kind))
    with transaction(seated.desk.engine) as session:
        held = _roles_reaching(session, seated, organization, _readers(kind))
        if not held:
            word = "organization"
            raise OutsideError(word)
        if not all(entitlements.may_see(held, one, purpose=purpose) for one in registers.classes_of(kind)):
            message = f"purpose: say what for, one of {', '.join(PURPOSES)}"
            raise entitlements.PurposeNeededError(message)
        lookups.spend_look(session, account_id=seated.member.account_id, at=seated.at)
        wanted = registers.Wanted(organization, seated.at, language, results=entitlements.is_told(held))
        one = registers.sheet(session, kind=kind, wanted=wanted)
        about = sorted(one.people - {seated.member.person_id or ""})
        if about:
            actor, roles = seated.member.actor, frozenset(held)
            lookups.record_list_look(
                session, log=seated.desk.log, at=seated.at, actor=actor, roles=roles, purpose=purpose, people=about, of=kind
            )
        content = None if form == "json" else registers.written(one, form, at=seated.at)
        reading = registers.Reading(seated.member.actor, held, purpose, form)
        index = registers.record_reading(session, log=seated.desk.log, wanted=wanted, one=one, reading=reading, content=content)
    if content is not None:
        name = f'attachment; filename="{kind}.{form}"'
        return Response(content, media_type=TYPES[form], headers={"Content-Disposition": name})
    return {
        "kind": one.kind,
        "title": one.title,
        "citation": None if one.basis is None else str(one.basis),
        "form": one.form,
        "default": one.form is None,
        "columns": list(one.headings),
        "rows": [list(row) for row in one.rows],
        "lines": [{"id": line, "changed_index": index} for line, index in one.lines],
        "recorded_as": index,
    }


def _readers(kind: str) -> frozenset[str]:
    """Return the roles that may read a register: those that may see everything that it holds."""
    classes = registers.classes_of(kind)
    asked = registers.reading_roles(kind) or (KEEPERS if kind in registers.OTHERS else READERS)
    return frozenset(role for role in asked if all(entitlements.access({role}, one) is not None for one in classes))


def _roles_reaching(session: Any, seated: Seated, organization_id: str, readers: frozenset[str]) -> set[str]:
    """Return the roles in which somebody may read the registers of an organization as a whole."""
    found = set()
    for held in seated.member.roles:
        concern = Concern(everywhere=held.role == "auditor")
        concern.owners("organization", {organization_id})
        if held.role in readers and unreached(session, held, concern) is None:
            found.add(held.role)
    return found
