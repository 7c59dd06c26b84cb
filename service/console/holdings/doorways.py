"""The pages of this part of the console."""

from service.console.doorway import Doorway

DOORWAYS: tuple[Doorway, ...] = ()
