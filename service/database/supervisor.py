"""Keeps one embedded PostgreSQL alive for as long as somebody holds the lock file, then stops it.

Run as a script: `python -I -S supervisor.py LOCK_FILE GUARD COMMAND...`, GUARD being the number of an open file whose
lock all of the server's processes inherit: it is free again when the last of them has gone. Every process that uses
the server holds the lock file shared; the kernel releases it however that process dies. The supervisor waits for it
exclusively: when it gets it, nobody is left. Should the supervisor itself be killed, its child receives SIGINT
(PostgreSQL's fast shutdown).
"""

import ctypes
import fcntl
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """Ask the kernel to send SIGINT to this process when its parent dies (Linux; elsewhere nothing happens)."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGINT)


def supervise(lock_file: Path, guard: int, command: list[str]) -> int:
    """Run `command` until nobody holds `lock_file` any more, and return its exit status."""
    # Single-threaded here, so that work between fork and exec is safe.
    server = subprocess.Popen(command, preexec_fn=die_with_parent, stdin=subprocess.DEVNULL, pass_fds=(guard,))  # noqa: S603, PLW1509
    with lock_file.open("rb") as lock:

        def stop_when_unused() -> None:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if server.poll() is None:
                server.send_signal(signal.SIGINT)

        threading.Thread(target=stop_when_unused, daemon=True).start()
        # INVARIANT: the lock, once held exclusively, is released only after the server is gone.
        return server.wait()


if __name__ == "__main__":
    # The exit skips the interpreter's wait for the thread that may still stand before the lock.
    os._exit(supervise(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]))
