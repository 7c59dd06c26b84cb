"""The console's doors: pages in Japanese and English that need no script."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from service.console import filters as filters
from service.console import passkey_pages, signing
from service.console.answering import Page, door, inner_door
from service.console.choices import Stories
from service.console.doors import DOORWAYS
from service.console.forms import FORM_LIMIT, MEGABYTE
from service.console.outside import page_outside
from service.console.pages import Ask, Asked, Console, Question, UnavailableError
from service.console.provider_pages import ProviderPages
from service.identity.desk import Desk

__all__ = ["Ask", "Asked", "Console", "Question", "Stories", "UnavailableError", "page_outside", "people_routes", "routes", "uploads"]


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


OPEN_TO_ALL: tuple[tuple[str, tuple[str, ...], Page], ...] = (
    ("/sign-in", ("GET", "POST"), signing.sign_in),
    ("/sign-in/demo", ("POST",), signing.demo_sign_in),
    ("/sign-in/passkey", ("GET",), passkey_pages.options),
    ("/sign-in/passkey", ("POST",), passkey_pages.sign_in),
    ("/enrol", ("GET", "POST"), signing.enrol),
)


def people_routes(desk: Desk) -> Sequence[BaseRoute]:
    """Return the pages of people who sign in."""
    opened = [Route(path, door(desk, page), methods=list(methods)) for path, methods, page in OPEN_TO_ALL]
    if desk.providers is not None:
        doors = ProviderPages(desk, desk.providers)
        opened += [
            Route("/sign-in/oidc/{provider_id}", doors.begin, methods=["GET"]),
            Route("/sign-in/oidc/{provider_id}/callback", doors.come_back, methods=["GET"]),
            Route("/sign-in/oidc/{provider_id}/back-channel-logout", doors.log_out, methods=["POST"]),
        ]
    return [*opened, *(Route(one.path, inner_door(desk, one, DOORWAYS), methods=list(one.methods)) for one in DOORWAYS)]


def uploads() -> dict[str, int]:
    """Return how many bytes of files may come to a form, by the part of its path before anything that is named."""
    return {one.path.partition("{")[0]: one.uploads * MEGABYTE + FORM_LIMIT for one in DOORWAYS if one.uploads}
