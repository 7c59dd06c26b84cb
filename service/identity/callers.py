"""Who calls, from the key or token that was sent and the world as it is known: a revoked key is nobody's at once."""

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
class Client:
    """An application as an issuer of tokens names it."""

    issuer: str
    client_id: str

    @property
    def name(self) -> str:
        """One word for both, never that of another client and never the hash of a key: an issuer has no spaces."""
        return f"{self.issuer} {self.client_id}"


@dataclass(frozen=True, slots=True)
class Named:
    """How a caller names itself: by a key, of which this is the hash, or by a token of a client, until the token ends."""

    key_hash: str | None
    client: Client | None = None
    until: datetime | None = None

    @property
    def key(self) -> str:
        """The one word that stands for it, among keys and clients."""
        return self.client.name if self.client is not None else self.key_hash or ""


@dataclass(frozen=True, slots=True)
class Caller:
    """An application at the door, as far as answering it needs."""

    id: str
    organization: str | None
    """The one it asks for where it names none."""
    namespaces: frozenset[str] | None
    """The namespaces of aliases it may use; None: all (a command on the server itself)."""
    resource_types: frozenset[str]
    trial: bool
    expires_at: datetime | None = None
    organizations: frozenset[str] = frozenset()
    """Those it may ask for; empty: any."""
    may_search: bool = False
    may_read_ledger: bool = False
    batch_limit: int = 50
    hold_seconds: int = 0


def caller_of(world: Rows, *, key_hash: str, at: datetime) -> Caller | None:
    """Return the live application whose live key has this hash (as `hash_of` gives it), or None."""
    for key in world.of("keys by hash", key_hash):
        application = world.rows["identity.applications"].get(key["application_id"])
        ended = application is None or application["ended_at"] is not None or key["ended_at"] is not None
        expires_at = None if key["expires_at"] is None else datetime.fromisoformat(key["expires_at"])
        if ended or application is None or (expires_at is not None and expires_at <= at):
            return None
        return _caller(application, expires_at)
    return None


def caller_of_client(world: Rows, *, client: Client) -> Caller | None:
    """Return the live application that comes with the tokens of this client, or None."""
    for application in world.of("applications by client", client.client_id):
        if application["issuer"] == client.issuer and application["client_id"] == client.client_id and application["ended_at"] is None:
            return _caller(application, None)
    return None


def caller_named(world: Rows, *, named: Named, at: datetime) -> Caller | None:
    """Return the live application that names itself so, or None: also once its token has ended."""
    if named.client is not None:
        return None if named.until is not None and named.until <= at else caller_of_client(world, client=named.client)
    return None if named.key_hash is None else caller_of(world, key_hash=named.key_hash, at=at)


def _caller(application: Row, expires_at: datetime | None) -> Caller:
    # Entries from before tokens hold rows without the later columns.
    own = application["organization_id"]
    others = application.get("organizations", ())
    return Caller(
        application["id"],
        own,
        frozenset(application["namespaces"]),
        frozenset(application["resource_types"]),
        bool(application["trial"]),
        expires_at,
        frozenset(others if own is None else (own, *others)),
        bool(application.get("may_search", False)),
        bool(application.get("may_read_ledger")),
        int(application.get("batch_limit", 50)),
        int(application.get("hold_seconds", 0)),
    )


def hash_of(key: bytes) -> str:
    """Return the form in which rows carry the hash of a key."""
    return "\\x" + sha256(key).hexdigest()


def local_caller(account: str) -> Caller:
    """Return the caller of a command on the server itself, who may see why."""
    return Caller(account, None, None, frozenset({"information", "document"}), trial=True)
