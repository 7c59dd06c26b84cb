"""Acts of the room registers."""

from service.acts.table.known import APPROVAL, APPROVER, HR, MANAGER, PERSON, Known
from service.ledger import Kind

DUTIES = "registers.duties.operations"
CORRECTING = "registers.duties.correcting"
STRICTER = ("removal", frozenset({"at_once"}))

ACTS: tuple[Known, ...] = (
    Known("record_training", DUTIES, Kind.TRAINING_GIVEN, roles=(HR, MANAGER), own="organization_id", makes="training_id"),
    Known("record_attendance", DUTIES, Kind.TRAINING_ATTENDED, roles=(HR, MANAGER), makes="attendance_id"),
    Known("record_pledge", DUTIES, Kind.PLEDGE_MADE, roles=(HR, MANAGER), own="organization_id", makes="pledge_id"),
    Known("correct_training", CORRECTING, Kind.TRAINING_CORRECTED, roles=(HR, MANAGER)),
    Known("correct_attendance", CORRECTING, Kind.ATTENDANCE_CORRECTED, roles=(HR, MANAGER)),
    Known("correct_pledge", CORRECTING, Kind.PLEDGE_CORRECTED, roles=(HR, MANAGER)),
    Known("report_event", DUTIES, Kind.PERSON_REPORTED, roles=(PERSON, HR, MANAGER), own="organization_id", makes="report_id"),
    Known("report_doubt", DUTIES, Kind.PERSON_REPORTED, roles=(HR, MANAGER), own="organization_id", makes="report_id"),
    Known("exclude_person", DUTIES, Kind.HANDLER_EXCLUDED, roles=(HR, MANAGER), own="organization_id", makes="exclusion_id"),
    Known("end_exclusion", DUTIES, Kind.EXCLUSION_ENDED, None, (MANAGER,), (MANAGER, APPROVER)),
    Known(
        "set_event_rule",
        DUTIES,
        Kind.EVENT_RULE_SET,
        None,
        (MANAGER,),
        APPROVAL,
        own="organization_id",
        narrow_when=STRICTER,
        makes="event_rule_id",
    ),
)
