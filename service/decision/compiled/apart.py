"""An admission in a process of its own: whoever answers checks meanwhile has his interpreter to himself.

The texts go in, and what was compared comes out, a line each. Both processes compile the same texts, and the source that
each made shows that it is the same. One admission at a time; the process ends with the one that began it.
"""

import contextlib
import json
import logging
import os
import subprocess
import sys
import time
from pathlib import Path
from threading import Lock, Thread
from typing import Any

from service.decision.compiled.admission import Admission
from service.decision.policyset import PolicySet
from service.statute.policies import from_bundle

NICE = 5
"""By how much the comparison stands back behind the checks."""
TELL_EVERY = 500
"""Questions between two lines of how far it is."""
PAUSE_SECONDS = 30.0
"""How long to let be what could not be compared, such as where there is no room for another process."""
_UNDER_WAY: set[Admission] = set()
_CHANGING, _ONE = Lock(), Lock()
logger = logging.getLogger(__name__)


def compare_apart(admission: Admission) -> None:
    """Have an admission decided beside everything else, unless that is under way. What breaks is logged and tried again."""
    with _CHANGING:
        if admission not in _UNDER_WAY:
            _UNDER_WAY.add(admission)
            Thread(target=_decide, args=(admission,), name="admission", daemon=True).start()


def _decide(admission: Admission) -> None:
    try:
        with _ONE:
            _compare(admission)
    except Exception:
        # Whatever it is, the engine answers meanwhile; a defect is seen by where it lies.
        logger.warning("the policies in force could not be compared yet, the engine answers", exc_info=True)
        time.sleep(PAUSE_SECONDS)
    finally:
        with _CHANGING:
            _UNDER_WAY.discard(admission)


def _compare(admission: Admission) -> None:
    # What this process imports from, and nothing else: -P keeps the working directory out where it is not among that.
    path = os.pathsep.join(one or str(Path.cwd()) for one in sys.path)
    with subprocess.Popen(  # noqa: S603 - this interpreter and this very file
        [sys.executable, "-P", "-m", __name__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        # A group of its own: an interrupt at the terminal is for this process to answer.
        process_group=0,
        env={**os.environ, "PYTHONPATH": path},
    ) as process:
        try:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(json.dumps(admission.asking()) + "\n")
            process.stdin.close()
            for line in process.stdout:
                admission.hear(json.loads(line))
        finally:
            process.kill()
    if not admission.decided:
        message = "the comparison ended before its time"
        raise RuntimeError(message)


def _answer(told: dict[str, Any]) -> None:
    policies = PolicySet.load(from_bundle(told["bundle"]))
    admission = Admission(policies, now_ms=told["now_ms"], questions=told["questions"], seed=told["seed"])
    next_line = 0
    # Whoever is gone cannot be told any more, which ends this process with the next line.
    while not admission.step():
        if admission.compared.questions >= next_line:
            next_line += TELL_EVERY
            _say(admission)
    _say(admission)


def _say(admission: Admission) -> None:
    sys.stdout.write(json.dumps(admission.found()) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    os.nice(NICE)
    with contextlib.suppress(BrokenPipeError):
        _answer(json.loads(sys.stdin.readline()))
