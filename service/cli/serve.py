"""sekisho serve: the service on this machine."""

from typing import Annotated

import typer
import uvicorn

from service.api.line import OPTIONS
from service.app import build
from service.cli.logs import configure_log, forbid_core_dumps
from service.cli.site import Site, open_site
from service.console.choices import Stories


def serve_site(site: Site, *, host: str, port: int, stories: Stories | None = None, wrong_order: bool = False) -> None:
    """Serve an open site until the process is told to stop."""
    app = build(settings=site.settings, url=site.url, engine=site.engine, log=site.log, stories=stories, wrong_order=wrong_order)
    configure_log()
    forbid_core_dumps()
    uvicorn.run(app, host=host, port=port, timeout_graceful_shutdown=5, **OPTIONS)


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def serve(
        host: Annotated[str | None, typer.Option(help="The address to listen on; default: SEKISHO_HOST.")] = None,
        port: Annotated[int | None, typer.Option(help="The port to listen on; default: SEKISHO_PORT.")] = None,
    ) -> None:
        """Answer checks until stopped. Several processes may serve one database."""
        with open_site() as site:
            where, at = host or site.settings.host, port or site.settings.port
            typer.echo(f"Sekisho serves {site.log.origin} at http://{where}:{at}", err=True)
            serve_site(site, host=where, port=at)
