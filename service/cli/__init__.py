"""The command line: a file per family of commands, and one place that tells of errors.

Every command answers bad input with one line that names what is wrong and where. Exit
codes: 0 done or permitted, 1 refused, denied or not verified, 2 bad input or a site that
cannot be opened, 70 a defect of Sekisho itself, 130 stopped by the user.
"""

import os
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec

import psycopg
import typer
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from service.acts.hindrances import told as why
from service.cli.logs import visible
from service.cli.site import SiteNotReadyError
from service.database import UnsafeDatabaseError
from service.database.embedded import EmbeddedPostgresError
from service.database.safety import UnsafeAddressError
from service.ledger import ClockUnsureError, LogError
from service.statute.refusals import Conflict, Refusal

FAMILIES = {
    "serve": ("serve",),
    "check": ("check",),
    "explain": ("explain",),
    "act": ("act",),
    "imports": ("import",),
    "cases": ("cases",),
    "demo": ("demo",),
    "migrate": ("migrate",),
    "init": ("init",),
    "certificates": ("certificates",),
    "database": ("database",),
    "backup": ("backup", "restore"),
    "keys": ("application", "key"),
    "master": ("master",),
    "ledger": ("ledger",),
    "tick": ("tick",),
    "report": ("report",),
    "verify": ("verify",),
    "witness": ("witness",),
    "effects": ("correct-effects",),
    "export": ("export",),
    "registers": ("register",),
    "reconcile": ("reconcile",),
    "policy": ("policy",),
}
"""Each family's module and its commands, in the order in which the help shows them."""

KNOWN = (
    ValueError,
    OSError,
    RuntimeError,
    ClockUnsureError,
    LogError,
    SiteNotReadyError,
    UnsafeDatabaseError,
    UnsafeAddressError,
    EmbeddedPostgresError,
)
"""What a command may raise with a message that is written for its user."""

REFUSED, BAD_INPUT, DEFECT, STOPPED = 1, 2, 70, 130
TRACEBACK_VARIABLE = "SEKISHO_TRACEBACK"


def build(wanted: str | None = None) -> typer.Typer:
    """Return the command line: the family of the command `wanted` alone, else every family.

    One command loads only what it needs, so that a check on a slow machine is not slower
    for the commands that it is not.
    """
    app = typer.Typer(
        name="sekisho",
        help="May this person handle this information, for whom, now, and by what law?",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    # With a callback even one command is a command of a group, and keeps its name.
    app.callback()(lambda: None)
    for family in [one for one, commands in FAMILIES.items() if wanted in commands] or FAMILIES:
        name = f"{__name__}.{family}"
        if find_spec(name) is not None:
            import_module(name).register(app)
    return app


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code. No exception leaves this function.

    Set SEKISHO_TRACEBACK=1 to see where an error came from.
    """
    for stream in (sys.stdout, sys.stderr):
        # A console that cannot show a kanji shows its escape and not an error.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        given = list(sys.argv[1:] if arguments is None else arguments)
        code = build(given[0] if given else None)(given, prog_name="sekisho", standalone_mode=False)
    except Exception as error:  # noqa: BLE001 - the one place that tells of every error
        if os.environ.get(TRACEBACK_VARIABLE):
            traceback.print_exc()
        if _follows_ctrl_c(error):
            return STOPPED
        line, code = told(error)
        if line:
            sys.stderr.write(f"{line}\n")
        return code
    except KeyboardInterrupt:
        return STOPPED
    return code if isinstance(code, int) else 0


def _follows_ctrl_c(error: BaseException | None) -> bool:
    """Say whether an error came of tidying up behind a Ctrl-C, which its user knows of."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        if isinstance(error, KeyboardInterrupt):
            return True
        seen.add(id(error))
        error = error.__cause__ or error.__context__
    return False


def told(error: Exception) -> tuple[str, int]:  # noqa: PLR0911 - a table reads best flat
    """Return the one line that a user is told of an error, and the exit code."""
    if isinstance(error, typer.Exit):
        return "", error.exit_code
    if isinstance(error, typer.Abort):
        return "", STOPPED
    if isinstance(error, BrokenPipeError):
        # The reader of our output has gone; nothing more can be told to it.
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
        return "", 0
    if isinstance(error, Refusal):
        return f"Refused: {why(error, 'en')}: {_one_line(error)}", REFUSED
    if isinstance(error, Conflict):
        return f"Conflict: {_one_line(error)}", REFUSED
    if hasattr(error, "format_message"):
        return f"Error: {_one_line(error.format_message())} (see --help)", BAD_INPUT
    if isinstance(error, OSError) and error.filename is not None:
        return f"Error: {_one_line(error.filename)}: {error.strerror}", BAD_INPUT
    if isinstance(error, (OperationalError, InterfaceError, psycopg.OperationalError)):
        return f"Error: the database cannot be used: {_first_line(error)}", BAD_INPUT
    if isinstance(error, (DBAPIError, psycopg.Error)):
        return f"Error: the database refused: {_first_line(error)}", DEFECT
    if isinstance(error, KNOWN):
        return f"Error: {_one_line(error)}", BAD_INPUT
    hint = f"set {TRACEBACK_VARIABLE}=1 to see where"
    return f"Defect: {type(error).__name__}: {_one_line(error)} ({hint})", DEFECT


def _one_line(words: object) -> str:
    return visible(" ".join(str(words).split()))


def _first_line(error: Exception) -> str:
    cause = getattr(error, "orig", None) or error
    return visible(str(cause).strip().partition("\n")[0])
