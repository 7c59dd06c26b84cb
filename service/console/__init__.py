"""The console's doors: pages in Japanese and English that need no script."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from service.console.choices import Stories
from service.console.pages import Ask, Asked, Console, Question, UnavailableError

__all__ = ["Ask", "Asked", "Console", "Question", "Stories", "UnavailableError", "routes"]


class _Static(StaticFiles):
    """Our own files, which a browser takes for nothing else."""

    def file_response(self, *arguments: Any, **words: Any) -> Response:
        """Return a file with headers that keep it a file."""
        response = super().file_response(*arguments, **words)
        response.headers.update({"content-security-policy": "default-src 'none'", "x-content-type-options": "nosniff"})
        return response


def routes(console: Console) -> Sequence[BaseRoute]:
    """Return the console's routes, to be mounted at the root."""
    static = _Static(directory=Path(__file__).with_name("static"))
    return (
        Route("/", console.first, methods=["GET", "POST"], name="first"),
        Mount("/static", static, name="static"),
    )
