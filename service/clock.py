"""The only reader of the system clock. Everybody else is told the instant."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the present instant as an aware UTC datetime."""
    return datetime.now(UTC)
