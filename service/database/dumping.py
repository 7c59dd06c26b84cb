"""A backup of the database, in one snapshot, by PostgreSQL's own programs; and its return into an empty one."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from service.database.places import find_binaries

PLAIN = ("--no-owner", "--no-acl")
"""Owners and rights are the site's own: `sekisho database roles` gives them."""


class DumpError(RuntimeError):
    """A backup that could not be made or brought back; the message says why."""


def dump(url: str, file: Path) -> None:
    """Write a backup of the database to a file that must not be there yet: whole and on disk, or not at all. Raises DumpError."""
    if file.exists():
        message = f"{file} is there already; a backup never replaces another"
        raise DumpError(message)
    partial = file.with_name(f".{file.name}.partial")
    os.close(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    try:
        _run("pg_dump", url, ["--format=custom", f"--file={partial}"])
        with partial.open("rb") as written:
            os.fsync(written.fileno())
        partial.rename(file)
    finally:
        partial.unlink(missing_ok=True)


def bring_back(url: str, file: Path) -> None:
    """Bring a backup back into an empty database, all of it or nothing. Raises DumpError."""
    with psycopg.connect(url) as connection:
        held = connection.execute("select to_regclass('ledger.batches') is not null").fetchone()
    if held is None or held[0]:
        message = "this database holds a log already; a backup comes back into an empty database alone"
        raise DumpError(message)
    _run("pg_restore", url, ["--exit-on-error", "--single-transaction", str(file)])


def _run(program: str, url: str, options: Sequence[str]) -> None:
    parts = {name: str(value) for name, value in conninfo_to_dict(url).items()}
    # The list of processes would show a password; the environment shows it to this account alone.
    password = parts.pop("password", None)
    hidden = {} if password is None else {"PGPASSWORD": password}
    command = [_program(program, url), *PLAIN, *options, f"--dbname={make_conninfo('', **parts)}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | hidden)  # noqa: S603 - ours
    if done.returncode != 0:
        said = done.stderr.strip().splitlines()
        message = f"{program}: {said[0] if said else f'ended with {done.returncode}'}"
        raise DumpError(message)


def _program(name: str, url: str) -> str:
    """Return a program that is not older than the server: ours, or the machine's where the server is newer than that."""
    own = find_binaries() / name
    with psycopg.connect(url) as connection:
        server = connection.info.server_version // 10_000
    ours = subprocess.run([str(own), "--version"], capture_output=True, text=True, check=True).stdout.split()[2]  # noqa: S603 - ours
    return str(own) if int(ours.partition(".")[0]) >= server else shutil.which(name) or str(own)
