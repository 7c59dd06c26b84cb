"""The first page of whoever signs in."""

from service.console.doorway import Doorway
from service.console.home.home import home
from service.console.home.search import search

DOORWAYS: tuple[Doorway, ...] = (
    Doorway("/home", home, ("ホーム", "Home"), menu="today"),
    Doorway("/search", search, ("検索結果", "Search")),
)
