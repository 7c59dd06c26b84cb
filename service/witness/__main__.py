"""The witness alone, without the service: `python -m service.witness`."""

import sys

from service import clock
from service.witness.commands import run
from service.witness.keeping import WitnessError


def main() -> None:
    """Run one command; an error is one line."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # A console that cannot show a kanji shows its escape and not an error.
            stream.reconfigure(errors="backslashreplace")
    try:
        raise SystemExit(run(sys.argv[1:], clock=clock.now, program="python -m service.witness"))
    except (WitnessError, ValueError, OSError) as error:
        sys.stderr.write(f"Error: {error}\n")
        raise SystemExit(2) from None


if __name__ == "__main__":
    main()
