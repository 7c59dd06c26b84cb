"""`sekisho witness`: the auditor's own machine watches that a log only grows. The room itself needs nothing of the service."""

import sys

import typer

from service import clock
from service.witness.commands import run as witness


def register(app: typer.Typer) -> None:
    """Add the command; what stands behind it, its help too, is the witness's own."""
    settings = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
    app.command("witness", context_settings=settings, add_help_option=False)(run)


def run(context: typer.Context) -> None:
    """Watch on a machine of one's own that a log only grows, and sign for it: init, add-log, serve, cosign, show."""
    try:
        code = witness(context.args, clock=clock.now)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 2
    sys.stdout.flush()
    raise typer.Exit(code)
