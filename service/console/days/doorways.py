"""The pages of dates."""

from service.console.days.deadlines import show
from service.console.doorway import Doorway

DOORWAYS: tuple[Doorway, ...] = (Doorway("/deadlines", show, ("期日", "Deadlines"), menu="today"),)
