"""The pages of this part of the console."""

from service.console.doorway import Doorway
from service.console.oneself.me import me
from service.console.oneself.settings import settings

DOORWAYS: tuple[Doorway, ...] = (
    Doorway(
        "/me", me, ("わたしのページ", "My page"), menu="oneself", basis=("Act 11(1)", "Act 12(3)", "Act 13(1)", "Act 14(1)", "Act 14(3)")
    ),
    Doorway("/me/settings", settings, ("表示の設定", "Display"), methods=("GET", "POST"), menu="oneself"),
)
