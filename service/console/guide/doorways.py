"""The pages of the guide."""

from service.console.doorway import Doorway
from service.console.guide.guide import first_day, index, law

DOORWAYS: tuple[Doorway, ...] = (
    Doorway("/guide", index, ("手引き", "Guide"), menu="help"),
    Doorway("/guide/law", law, ("法令と画面", "The law, page by page"), menu="help"),
    Doorway("/guide/first-day/{who}", first_day, ("はじめの一日", "A first day")),
)
