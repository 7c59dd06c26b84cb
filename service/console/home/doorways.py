"""The first page of whoever signs in."""

from service.console.doorway import Doorway
from service.console.home.home import home

DOORWAYS: tuple[Doorway, ...] = (Doorway("/home", home, ("ホーム", "Home"), menu="today"),)
