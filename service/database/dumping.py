"""A backup of the database, in one snapshot, by PostgreSQL's own programs; and its return into an empty one."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from service.database.places import find_binaries

ADDRESS = "--dbname="
PLAIN = ("--no-owner", "--no-acl")
"""Owners and rights are the site's own: `sekisho database roles` gives them."""


class DumpError(RuntimeError):
    """A backup that could not be made or brought back; the message says why."""


def dump(url: str, file: Path, *, embedded: bool) -> None:
    """Write a backup of the database to a file that must not be there yet: whole and on disk, or not at all. Raises DumpError."""
    if file.exists():
        message = f"{file} is there already; a backup never replaces another"
        raise DumpError(message)
    partial = file.with_name(f".{file.name}.partial")
    os.close(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    try:
        _run("pg_dump", [*PLAIN, "--format=custom", f"--file={partial}", f"{ADDRESS}{url}"], embedded=embedded)
        with partial.open("rb") as written:
            os.fsync(written.fileno())
        partial.rename(file)
    finally:
        partial.unlink(missing_ok=True)


def bring_back(url: str, file: Path, *, embedded: bool) -> None:
    """Bring a backup back into an empty database, all of it or nothing. Raises DumpError."""
    with psycopg.connect(url) as connection:
        held = connection.execute("select to_regclass('ledger.batches') is not null").fetchone()
    if held is None or held[0]:
        message = "this database holds a log already; a backup comes back into an empty database alone"
        raise DumpError(message)
    _run("pg_restore", [*PLAIN, "--exit-on-error", "--single-transaction", f"{ADDRESS}{url}", str(file)], embedded=embedded)


def _run(program: str, options: Sequence[str], *, embedded: bool) -> None:
    own = find_binaries() / program
    found = str(own) if embedded else shutil.which(program) or str(own)
    # A password stands in the address, if anywhere; the list of processes would show it, so it goes by the environment.
    password = _password(options)
    hidden = {"PGPASSWORD": password} if password else {}
    shown = [_without_password(one) for one in options]
    done = subprocess.run([found, *shown], capture_output=True, text=True, check=False, env=os.environ | hidden)  # noqa: S603 - ours
    if done.returncode != 0:
        said = done.stderr.strip().splitlines()
        message = f"{program}: {said[-1] if said else f'ended with {done.returncode}'}"
        raise DumpError(message)


def _password(options: Sequence[str]) -> str:
    url = next(one.removeprefix(ADDRESS) for one in options if one.startswith(ADDRESS))
    return str(conninfo_to_dict(url).get("password") or "")


def _without_password(option: str) -> str:
    if not option.startswith(ADDRESS):
        return option
    parts = {name: str(value) for name, value in conninfo_to_dict(option.removeprefix(ADDRESS)).items() if name != "password"}
    return f"{ADDRESS}{make_conninfo('', **parts)}"
