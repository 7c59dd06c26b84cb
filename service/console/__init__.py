"""The console's doors: pages in Japanese and English that need no script."""

from collections.abc import Sequence
from pathlib import Path

from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from service.console.choices import Stories
from service.console.pages import Ask, Asked, Console, Question, UnavailableError

__all__ = ["Ask", "Asked", "Console", "Question", "Stories", "UnavailableError", "routes"]


def routes(console: Console) -> Sequence[BaseRoute]:
    """Return the console's routes, to be mounted at the root."""
    static = StaticFiles(directory=Path(__file__).with_name("static"))
    return (
        Route("/", console.first, methods=["GET", "POST"], name="first"),
        Mount("/static", static, name="static"),
    )
