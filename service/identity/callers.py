"""Who calls, from the key that was sent and the world as it is known: a revoked key is nobody's at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Protocol

Row = Mapping[str, Any]


class Rows(Protocol):
    """What is known of applications and keys, wherever it is held."""

    rows: dict[str, dict[str, Row]]

    def of(self, name: str, key: str) -> Iterable[Row]:
        """Return the rows of an index under a key."""
        ...


@dataclass(frozen=True, slots=True)
class Caller:
    """An application at the door, as far as answering it needs."""

    id: str
    organization: str | None
    namespaces: frozenset[str] | None
    """The namespaces of aliases it may use; None: all (a command on the server itself)."""
    resource_types: frozenset[str]
    trial: bool
    expires_at: datetime | None = None


def caller_of(world: Rows, *, key_hash: str, at: datetime) -> Caller | None:
    """Return the live application whose live key has this hash (as `hash_of` gives it), or None."""
    for key in world.of("keys by hash", key_hash):
        application = world.rows["identity.applications"].get(key["application_id"])
        ended = application is None or application["ended_at"] is not None or key["ended_at"] is not None
        expires_at = None if key["expires_at"] is None else datetime.fromisoformat(key["expires_at"])
        if ended or application is None or (expires_at is not None and expires_at <= at):
            return None
        return Caller(
            application["id"],
            application["organization_id"],
            frozenset(application["namespaces"]),
            frozenset(application["resource_types"]),
            bool(application["trial"]),
            expires_at,
        )
    return None


def hash_of(key: bytes) -> str:
    """Return the form in which rows carry the hash of a key."""
    return "\\x" + sha256(key).hexdigest()


def local_caller(account: str) -> Caller:
    """Return the caller of a command on the server itself, who may see why."""
    return Caller(account, None, None, frozenset({"information", "document"}), trial=True)
