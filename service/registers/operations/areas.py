"""Rooms, containers and computers where information is handled, and who may enter them with what (NPSC Rule 18 to 23)."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from service.actor import Actor
from service.ledger import Kind, Log, begin_act
from service.personnel import operations as personnel_operations
from service.personnel import queries as personnel
from service.personnel.rules import AlreadyEndedError, AlreadyRecordedError, UnknownIdError
from service.registers import queries, rules
from service.registers.declared import PERMITS
from service.registers.model import Line
from service.registers.operations.entering import Act, enter, keeping, line, staff


def designate_area(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    organization_id: str,
    area: rules.AreaKind,
    name: str,
    on: date,
    keeper_id: str | None = None,
    inside_id: str | None = None,
    network: rules.Network | None = None,
    area_id: str | None = None,
) -> str:
    """Set a room, container or computer apart for the work (NPSC Rule 19 to 23) and return its id.

    Entry and devices are banned there but for permits. `keeper_id` has charge of it, `inside_id` is the room in which it
    stands. Raises UnknownIdError; RegisterRefusedError (online_computer, not_of_the_organization); ValueError;
    AlreadyRecordedError for an id that is taken.
    """
    begin_act(session)
    act = Act(session, log, actor, at, on)
    keeping(act, organization_id)
    rules.require_offline(area=area, network=network)
    staff(act, organization_id, keeper_id=keeper_id)
    if inside_id is not None:
        _open_area(act, organization_id, inside_id, word="inside_id")
    row = line(
        act,
        "area",
        organization_id,
        label=name,
        of_id=inside_id,
        keeper_id=keeper_id,
        details={"area": area, "network": network},
        line_id=area_id,
    )
    if session.get(Line, row.id) is not None:
        raise AlreadyRecordedError(message=f"there is already a line {row.id!r}", facts={"area": row.id})
    enter(act, Kind.AREA_DESIGNATED, [row])
    return row.id


def _open_area(act: Act, organization_id: str, area_id: str, *, word: str = "area_id") -> Line:
    row = queries.line(act.session, line_id=area_id, kinds=("area",), word=word)
    if row.organization_id != organization_id:
        raise UnknownIdError(message=f"there is no area {area_id!r}", facts={word: area_id})
    if row.ended_on is not None or act.on < row.begun_on:
        raise rules.refusal(reason="area_ended", article="19(1)")
    return row


def end_area(session: Session, *, log: Log, actor: Actor, at: datetime, area_id: str, on: date) -> str:
    """End an area and every permit for it; return its id.

    Raises UnknownIdError; AlreadyEndedError; RegisterRefusedError (something_is_kept_there); ValueError.
    """
    begin_act(session)
    act = Act(session, log, actor, at, on)
    area = queries.line(session, line_id=area_id, kinds=("area",), word="area_id")
    keeping(act, area.organization_id)
    if area.ended_on is not None:
        raise AlreadyEndedError(message=f"the area {area_id!r} has ended", facts={"area": area_id})
    rules.require_after(on, begun_on=area.begun_on)
    open_lines = queries.open_of(session, of_id=area_id)
    if any(row.kind in {"storage", "area"} for row in open_lines):
        raise rules.refusal(reason="something_is_kept_there", article="21(1)")
    area.ended_on = on
    permits = [row for row in open_lines if row.kind in PERMITS]
    for row in permits:
        row.ended_on = max(on, row.begun_on)
    enter(act, Kind.AREA_ENDED, [area, *permits])
    return area.id


def grant_area_alias(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    namespace: str,
    value: str,
    area_id: str,
    from_on: date | None = None,
    alias_id: str | None = None,
) -> str:
    """Let an area be named `namespace:value`, as doors and gates name it; return the alias's id.

    Raises UnknownIdError for what is no area, and as `personnel.operations.grant_alias` does.
    """
    queries.line(session, line_id=area_id, kinds=("area",), word="area_id")
    return personnel_operations.grant_alias(
        session,
        log=log,
        actor=actor,
        at=at,
        namespace=namespace,
        value=value,
        target_kind="area",
        target_id=area_id,
        from_on=from_on,
        alias_id=alias_id,
    )


def permit_entry(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    area_id: str,
    person_id: str,
    from_on: date,
    last_day: date,
    paper: str | None = None,
) -> str:
    """Let somebody into an area from a day to a last one (NPSC Rule 19(1)); return the permit's id.

    Raises UnknownIdError; AlreadyRecordedError where such a permit runs; RegisterRefusedError (area_ended); ValueError.
    """
    begin_act(session)
    act = Act(session, log, actor, at, from_on)
    return _permitted(act, "entry", Kind.ENTRY_PERMITTED, area_id, person_id=person_id, last_day=last_day, paper=paper)


def permit_device(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    area_id: str,
    person_id: str,
    device: str,
    from_on: date,
    last_day: date,
    paper: str | None = None,
) -> str:
    """Let one person bring one device into an area: both are permitted (NPSC Rule 20(2)); return the permit's id.

    Raises as `permit_entry` does.
    """
    begin_act(session)
    act = Act(session, log, actor, at, from_on)
    return _permitted(act, "device", Kind.DEVICE_PERMITTED, area_id, person_id=person_id, last_day=last_day, paper=paper, device=device)


def _permitted(
    act: Act, kind: str, entry: Kind, area_id: str, *, person_id: str, last_day: date, paper: str | None, device: str | None = None
) -> str:
    area = queries.line(act.session, line_id=area_id, kinds=("area",), word="area_id")
    keeping(act, area.organization_id, done=False)
    rules.require_after(last_day, begun_on=act.on, word="last_day")
    _open_area(act, area.organization_id, area_id)
    # A visitor works elsewhere: anybody who is registered may be let in.
    personnel.person(act.session, person_id=person_id)
    running = queries.permits_of(act.session, kind=kind, of_id=area_id, person_id=person_id, on=act.on)
    if any(row.label == device and row.due_on is not None and row.due_on >= last_day for row in running):
        raise AlreadyRecordedError(message="such a permit runs already", facts={"area": area_id})
    row = line(
        act,
        kind,
        area.organization_id,
        of_id=area_id,
        person_id=person_id,
        label=device,
        paper=paper,
        due_on=last_day,
    )
    enter(act, entry, [row], person=person_id)
    return row.id


def end_permit(session: Session, *, log: Log, actor: Actor, at: datetime, permit_id: str, on: date) -> str:
    """End a permit from a day on; return its id. Nothing is judged: narrowing is always lawful.

    Raises UnknownIdError; AlreadyEndedError.
    """
    begin_act(session)
    act = Act(session, log, actor, at, on)
    row = queries.line(session, line_id=permit_id, kinds=PERMITS, word="permit_id")
    if row.ended_on is not None:
        raise AlreadyEndedError(message=f"the permit {permit_id!r} has ended", facts={"permit": permit_id})
    # A permit that would have begun later ends on the day of its beginning: it never counts.
    row.ended_on = max(on, row.begun_on)
    enter(act, Kind.PERMIT_ENDED, [row], person=row.person_id)
    return row.id
