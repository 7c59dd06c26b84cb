"""`sekisho demo`: an invented world, seeded once, with lines to try it by."""

import asyncio
import json
import os
import shlex
import shutil
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from service.cli.check import ask_all
from service.cli.migrate import activate_shipped, bring_up, open_once, seal_older
from service.cli.site import Site, open_site
from service.jobs.demo import Keys, origin_of, require_demo, seed
from service.jobs.demo_world import STORIES
from service.ledger import Log, Seat
from service.settings import Settings

KEYS_FILE = "demo-keys.json"
PERMIT = ("demo-permit", "demo-doc-1")
DENIALS = (
    ("demo-expired", "demo-doc-1"),
    ("demo-not-listed", "demo-doc-1"),
    ("demo-doubt", "demo-doc-1"),
    ("demo-no-assessment", "demo-doc-1"),
    ("demo-left", "demo-doc-1"),
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo")(demo)


def demo(
    *,
    seat: Annotated[str, typer.Option(help="Whose side of the demo: operator or organ.")] = "operator",
    serve: Annotated[bool, typer.Option("--serve", help="Serve it then, until Ctrl-C.")] = False,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="The port to serve on.")] = None,
) -> None:
    """Seed an invented world in Japanese and print ready lines: one permit, five denials, an export."""
    side = _side(seat)
    settings = demo_settings(side, port)
    with open_site(log=False, settings=settings) as site:
        log, keys = prepare(site, side)
        tell(site.settings, log, keys)
        if serve:
            # Only a demo that is served needs the server's modules.
            from service.cli.serve import serve_site  # noqa: PLC0415

            host, at = site.settings.host, site.settings.port
            typer.echo(f"http://{host}:{at}/  (Ctrl-C: 終了 / stop)")
            serve_site(replace(site, opened=log), host=host, port=at, stories=STORIES)


def _side(word: str) -> Seat:
    if word == "operator":
        return "operator"
    if word == "organ":
        return "organ"
    message = f"--seat: {word} is neither operator nor organ"
    raise ValueError(message)


def demo_settings(seat: Seat, port: int | None) -> Settings:
    """Return the settings of a side of the demo; the organ's has a data directory of its own."""
    settings = Settings()
    if settings.host not in ("127.0.0.1", "::1", "localhost"):
        message = f"a demo is served on this machine alone, not on {settings.host}; leave SEKISHO_HOST unset"
        raise ValueError(message)
    changes: dict[str, object] = {}
    if port is not None:
        changes["port"] = port
    if seat == "organ" and settings.database_url is None and settings.data_dir.name != "organ":
        changes["data_dir"] = settings.data_dir / "organ"
    return settings.model_copy(update=changes)


def prepare(site: Site, seat: Seat) -> tuple[Log, Keys]:
    """Migrate, open the log and seed; what is there already stays."""
    bring_up(site)
    log = open_once(site, seat=seat, origin=origin_of(seat))
    require_demo(log)
    seal_older(site.engine, log)
    activate_shipped(site.engine, log, renew=True)
    known = (site.settings.data_dir / KEYS_FILE).exists()
    keys = seed(
        site.engine,
        log=log,
        keys_file=site.settings.data_dir / KEYS_FILE,
        say=lambda words: typer.echo(f"  {words}", err=True),
    )
    if not known:
        asyncio.run(ask_all(replace(site, opened=log), [PERMIT, *DENIALS], action="handle"))
    return log, keys


def curl(settings: Settings, key: str, person: str, document: str) -> str:
    """Return one line for a shell that asks whether a person may handle a document."""
    question = {
        "subject": {"type": "person", "id": person},
        "action": {"name": "handle"},
        "resource": {"type": "document", "id": document},
    }
    url = f"http://{settings.host}:{settings.port}/access/v1/evaluation"
    headers = f"-H 'Authorization: Bearer {key}' -H 'Content-Type: application/json'"
    return f"curl -s {url} {headers} -d {shlex.quote(json.dumps(question))}"


def command(settings: Settings) -> str:
    """Return how the command is called here for this side of the demo."""
    called = Path(sys.argv[0])
    if shutil.which("sekisho") == str(called):
        name = "sekisho"
    else:
        name = os.path.relpath(called) if called.is_relative_to(Path.cwd()) else str(called)
    default = settings.data_dir == Settings().data_dir
    return name if default else f"SEKISHO_DATA_DIR={shlex.quote(str(settings.data_dir))} {name}"


def tell(settings: Settings, log: Log, keys: Keys) -> None:
    """Print the lines to try the demo by."""
    typer.echo(f"\n架空のデモ / an invented demo: {log.origin}")
    for key, heading in (
        (keys.application, "アプリが受け取る答え / what an application is told"),
        (keys.trial, "試行キー:理由つき / with the trial key, why"),
    ):
        typer.echo(f"\n# {heading}")
        for person, document in (PERMIT, *DENIALS):
            ja, en = STORIES[person]
            typer.echo(f"# {person}: {ja} / {en}")
            typer.echo(curl(settings, key, person, document))
    typer.echo("\n# 台帳を書き出して検証する / export the ledger and verify it")
    typer.echo(f"{command(settings)} export --format jsonl --out ledger.jsonl")
    typer.echo(f"{command(settings)} verify\n")
