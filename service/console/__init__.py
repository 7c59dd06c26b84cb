"""The console's doors: pages in Japanese and English that need no script."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from service.console import acting, deciding, keeping, passkey_pages, reminding, signing
from service.console.choices import Stories
from service.console.pages import Ask, Asked, Console, Question, UnavailableError
from service.console.provider_pages import ProviderPages
from service.console.visit import Page, door
from service.identity.desk import Desk

__all__ = ["Ask", "Asked", "Console", "Question", "Stories", "UnavailableError", "people_routes", "routes"]


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
SIGNED_IN: tuple[tuple[str, tuple[str, ...], Page], ...] = (
    ("/home", ("GET",), acting.home),
    ("/confirm", ("GET", "POST"), signing.confirm),
    ("/sign-out", ("POST",), signing.sign_out),
    ("/acts/{verb}", ("GET", "POST"), acting.act),
    ("/proposals", ("GET",), deciding.listing),
    ("/proposals/{proposal_id}", ("GET",), deciding.show),
    ("/proposals/{proposal_id}/{step}", ("POST",), deciding.step),
    ("/deadlines", ("GET",), reminding.show),
    ("/accounts", ("GET",), keeping.accounts),
    ("/accounts/{account_id}/half", ("POST",), keeping.give_half),
    ("/passkeys", ("GET", "POST"), passkey_pages.page),
    ("/passkeys/new", ("GET",), passkey_pages.new_options),
    ("/passkeys/{credential_id}/end", ("POST",), passkey_pages.remove),
)


def people_routes(desk: Desk) -> Sequence[BaseRoute]:
    """Return the pages of people who sign in."""
    opened = [Route(path, door(desk, page, open_to_all=True), methods=list(methods)) for path, methods, page in OPEN_TO_ALL]
    if desk.providers is not None:
        doors = ProviderPages(desk, desk.providers)
        opened += [
            Route("/sign-in/oidc/{provider_id}", doors.begin, methods=["GET"]),
            Route("/sign-in/oidc/{provider_id}/callback", doors.come_back, methods=["GET"]),
            Route("/sign-in/oidc/{provider_id}/back-channel-logout", doors.log_out, methods=["POST"]),
        ]
    return [*opened, *(Route(path, door(desk, page), methods=list(methods)) for path, methods, page in SIGNED_IN)]
