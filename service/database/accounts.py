"""As whom PostgreSQL runs: it refuses root and accounts without a name."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Strategy = Literal["direct", "userns", "setuid"]
ADVICE = "give the address of a PostgreSQL 15 or newer in SEKISHO_DATABASE_URL"


class EmbeddedPostgresError(Exception):
    """The embedded server cannot run here; the message is one line with the reason and what to do."""


@dataclass(frozen=True, slots=True)
class Runner:
    """How PostgreSQL's programs are run on this machine: the prefix of their command and whose files they own."""

    strategy: Strategy
    prefix: tuple[str, ...]
    uid: int
    gid: int

    def can(self, path: Path, flag: str) -> bool:
        """Tell whether programs run this way may write (`-w`), execute or enter (`-x`) a path."""
        return subprocess.run([*self.prefix, "test", flag, str(path)], check=False).returncode == 0  # noqa: S603 - our own command

    def owns(self, path: Path) -> bool:
        """Tell whether a path, itself and no link, belongs to these programs."""
        return not path.is_symlink() and path.stat().st_uid == self.uid


def named_account() -> pwd.struct_passwd | None:
    """Return an ordinary account that the password database knows, `nobody` first; PostgreSQL wants its user named."""
    try:
        return pwd.getpwnam("nobody")
    except KeyError:
        return next((entry for entry in pwd.getpwall() if entry.pw_uid != 0), None)


def works(command: tuple[str, ...]) -> bool:
    """Tell whether a prefix of commands may be used here."""
    try:
        return subprocess.run([*command, "true"], capture_output=True, check=False, timeout=10).returncode == 0  # noqa: S603 - our own command
    except (OSError, subprocess.TimeoutExpired):
        return False


def choose_runner(forced: str | None = None) -> Runner:
    """Return how to run PostgreSQL here; `forced` names the one strategy to use. Raises EmbeddedPostgresError."""
    if forced not in (None, "direct", "userns", "setuid"):
        message = f"SEKISHO_EMBEDDED_STRATEGY is {forced}; it can be direct, userns or setuid"
        raise EmbeddedPostgresError(message)
    uid, gid = os.geteuid(), os.getegid()
    account = named_account()
    known = any(entry.pw_uid == uid for entry in pwd.getpwall())
    if uid != 0 and known and forced in (None, "direct"):
        return Runner("direct", (), uid, gid)
    if account is None:
        message = f"PostgreSQL needs a named account that is not root, and this machine has none; {ADVICE}"
        raise EmbeddedPostgresError(message)
    namespace = ("unshare", "-U", f"--map-user={account.pw_uid}", f"--map-group={account.pw_gid}")
    if forced in (None, "userns") and works(namespace):
        return Runner("userns", namespace, uid, gid)
    # The kernel forgets the wish to die with the parent when the account changes, so it is made anew behind the change.
    change = ("setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups", "--pdeathsig=INT")
    if uid == 0 and forced in (None, "setuid") and works(change):
        return Runner("setuid", change, account.pw_uid, account.pw_gid)
    message = f"PostgreSQL cannot be started: {_why_not(uid, forced)}; {ADVICE}"
    raise EmbeddedPostgresError(message)


def _why_not(uid: int, forced: str | None) -> str:
    if forced is not None:
        return f"SEKISHO_EMBEDDED_STRATEGY={forced} is not open to user id {uid} here"
    if uid == 0:
        return "root may neither open a user namespace nor change to another account"
    return f"user id {uid} has no name and may not open a user namespace"
