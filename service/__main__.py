"""The command `sekisho`."""

from service.cli import run


def main() -> None:
    """Run the command that was asked for and exit with its code."""
    raise SystemExit(run())


if __name__ == "__main__":
    main()
