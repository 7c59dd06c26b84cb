"""Acts on the periods of the house and on holidays: of the deployment, and of no organization."""

from service.acts.table.known import ADMINISTRATOR, APPROVAL, Known
from service.ledger import Kind

ROOM = "deadlines.operations"

ACTS = (
    Known("set_period", ROOM, Kind.PERIOD_SET, None, (ADMINISTRATOR,), APPROVAL),
    Known("record_holiday", ROOM, Kind.HOLIDAYS_CHANGED, roles=(ADMINISTRATOR,)),
    Known("strike_holiday", ROOM, Kind.HOLIDAYS_CHANGED, roles=(ADMINISTRATOR,)),
)
