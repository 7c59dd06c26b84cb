"""sekisho serve: the service on this machine."""

from pathlib import Path
from socket import gethostname
from typing import Annotated, Any

import typer
import uvicorn

from service import clock
from service.api.line import OPTIONS
from service.app import build
from service.cli.listening import Listening, listening
from service.cli.logs import configure_log, forbid_core_dumps
from service.cli.metrics import metrics_door
from service.cli.serving_regime import api_key as regime_key
from service.cli.serving_regime import serve_regime
from service.cli.site import Site, open_site
from service.cli.stopping import stoppable
from service.console.choices import Stories
from service.jobs.certificates import certificate_deadlines
from service.ledger import place_of
from service.settings import Settings


def serve_site(site: Site, *, host: str, port: int, stories: Stories | None = None, wrong_order: bool = False) -> None:
    """Serve an open site on this machine by plain HTTP until the process is told to stop."""
    serve_on(site, Listening(host, port), stories=stories, wrong_order=wrong_order)


def serve_on(site: Site, on: Listening, *, stories: Stories | None = None, wrong_order: bool = False, place: str | None = None) -> None:
    """Serve an open site until the process is told to stop; at a `place` that it starts and stops are entries."""
    opened: dict[str, Any] = {"settings": site.settings, "url": site.url, "engine": site.engine, "log": site.log}
    with metrics_door(site.settings) as watched_by:
        with stoppable():
            app = build(**opened, stories=stories, wrong_order=wrong_order, place=place, watched_by=watched_by)
        tls = on.tls
        configure_log()
        forbid_core_dumps()
        uvicorn.run(
            app,
            host=on.host,
            port=on.port,
            ssl_context_factory=None if tls is None else lambda _config, _default: tls,
            # Without a proxy nobody may say on whose behalf a request comes.
            proxy_headers=on.behind_proxy,
            timeout_graceful_shutdown=5,
            **OPTIONS,
        )


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def serve(
        host: Annotated[str | None, typer.Option(help="The address to listen on; default: SEKISHO_HOST.")] = None,
        port: Annotated[int | None, typer.Option(help="The port to listen on; default: SEKISHO_PORT.")] = None,
        *,
        tls_cert: Annotated[
            Path | None, typer.Option(help="A certificate in PEM form; default: tls/server.crt of the data folder.")
        ] = None,
        tls_key: Annotated[Path | None, typer.Option(help="The key of that certificate.")] = None,
        behind_proxy: Annotated[bool, typer.Option("--behind-proxy", help="A reverse proxy ends TLS before this service.")] = False,
        policies: Annotated[
            Path | None, typer.Option(help="Serve another regime than the Act: the Cedar policies of this folder; with --facts.")
        ] = None,
        facts: Annotated[Path | None, typer.Option(help="The regime's Cedar entities, a JSON file.")] = None,
        api_key_file: Annotated[
            Path | None, typer.Option(help="The file with the regime's API key; default: the environment variable SEKISHO_API_KEY.")
        ] = None,
        api_key: Annotated[
            str | None, typer.Option(help="The regime's API key itself. Everybody on this machine can see it: for trials alone.")
        ] = None,
    ) -> None:
        """Answer checks until stopped, by HTTPS where there is a certificate. Several processes may serve one database.

        With --policies and --facts: answer for another regime than the Act, without a database and without a ledger.
        """
        settings = Settings()
        # Before anything starts: an address that should not be listened on is refused at once.
        on = listening(settings, host=host, port=port, tls_cert=tls_cert, tls_key=tls_key, behind_proxy=behind_proxy)
        if policies is not None or facts is not None or api_key is not None or api_key_file is not None:
            if policies is None or facts is None:
                message = "--policies and --facts are given together; an API key goes with them"
                raise typer.BadParameter(message)
            serve_regime(settings, on, policies=policies, facts=facts, key=regime_key(api_key, api_key_file))
            return
        if tls_cert is None:
            warn_of_ends(settings)
        with open_site(settings=settings) as site:
            typer.echo(f"Sekisho serves {site.log.origin} at {on.url}", err=True)
            here = place_of(site.log, machine=gethostname(), folder=str(settings.data_dir.resolve()), address=on.url)
            serve_on(site, on, place=here)


def warn_of_ends(settings: Settings) -> None:
    """Say which of the site's own certificates end soon."""
    at = clock.now()
    for one in certificate_deadlines(settings.tls_dir, at):
        if at >= one.remind_at:
            typer.echo(f"証明書の残り日数 / days left of the {one.part}'s certificate: {one.days_left}", err=True)
