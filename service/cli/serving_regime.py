"""`sekisho serve --policies DIR --facts FILE`: another regime than the Act, without a database."""

import os
from pathlib import Path

import typer
import uvicorn

from service import clock
from service.api.limits import Limits
from service.api.line import OPTIONS
from service.api.regime import RegimeDoors
from service.cli.listening import Listening
from service.cli.logs import configure_log, forbid_core_dumps
from service.decision.regime import read_regime
from service.settings import Settings

KEY_VARIABLE = "SEKISHO_API_KEY"
SHORTEST_KEY = 16
PAGE_KEY_BYTES = 32


class RegimeOptionError(ValueError):
    """Options that do not go together; the message says which."""


def api_key(given: str | None, file: Path | None) -> str:
    """Return the API key: of the option, of the file, or of the environment. Raises RegimeOptionError, OSError."""
    if given is not None and file is not None:
        message = "give --api-key or --api-key-file, not both"
        raise RegimeOptionError(message)
    key = given if given is not None else file.read_text(encoding="utf-8").strip() if file is not None else os.environ.get(KEY_VARIABLE)
    if key is None:
        message = f"an API key is needed: --api-key-file, {KEY_VARIABLE}, or --api-key, which everybody on this machine can read"
        raise RegimeOptionError(message)
    if len(key) < SHORTEST_KEY or not key.isascii() or not key.isprintable() or " " in key:
        message = f"the API key must have at least {SHORTEST_KEY} characters, all ASCII, none a space"
        raise RegimeOptionError(message)
    return key


def serve_regime(settings: Settings, on: Listening, *, policies: Path, facts: Path, key: str) -> None:
    """Serve a regime until the process is told to stop. Raises RegimeError for policies or facts that cannot be served."""
    regime = read_regime(policies, facts)
    address = settings.public_url or on.url
    doors = RegimeDoors(regime, key=key, page_key=os.urandom(PAGE_KEY_BYTES), address=address, clock=clock.now)
    typer.echo(f"Sekisho serves the policies of {policies} at {on.url}; nothing is recorded", err=True)
    configure_log()
    forbid_core_dumps()
    tls = on.tls
    uvicorn.run(
        Limits(doors, own=doors.paths),
        host=on.host,
        port=on.port,
        ssl_context_factory=None if tls is None else lambda _config, _default: tls,
        proxy_headers=on.behind_proxy,
        timeout_graceful_shutdown=5,
        **OPTIONS,
    )
