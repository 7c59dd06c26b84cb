"""A provider as the deployment's settings name it; the secret stays in its file."""

import os
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
LONGEST_SECRET = 4096

Word = Annotated[str, StringConstraints(min_length=1, max_length=255, pattern=r"^\S(.*\S)?$")]


class ProviderEntry(BaseModel):
    """One provider that people may sign in with."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$")]
    issuer: Word
    client_id: Word
    client_secret_file: Path
    """Read whenever it is used, so that it can be replaced."""
    name_ja: Word
    name_en: Word
    required_acr: tuple[Word, ...] = ()
    """Where given, a sign-in counts only with one of these."""
    private: bool = False
    """The provider stands in a network of one's own: its addresses may be private ones."""
    insecure_loopback: bool = False
    """For trying out on one machine: http, and nothing but loopback."""

    @model_validator(mode="after")
    def _issuer_is_an_address(self) -> Self:
        require_address(self.issuer, loopback=self.insecure_loopback)
        if urlsplit(self.issuer).query:
            message = f"the issuer {self.issuer!r} has a query"
            raise ValueError(message)
        return self

    def secret(self) -> str:
        """Return the client's secret. Raises ValueError where the file may be read by others or is empty."""
        with self.client_secret_file.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            if mode & 0o077:
                message = f"{self.client_secret_file} may be read by others (mode {mode:04o}); it must be 0600"
                raise ValueError(message)
            secret = file.read(LONGEST_SECRET).decode("ascii").strip()
        if not secret:
            message = f"{self.client_secret_file} is empty"
            raise ValueError(message)
        return secret


def read_entries(given: Iterable[Mapping[str, Any]]) -> dict[str, ProviderEntry]:
    """Return the providers of the settings by id. Raises ValueError for one that is malformed, doubled or has no usable secret."""
    entries = [ProviderEntry.model_validate(_with_types(one)) for one in given]
    by_id = {entry.id: entry for entry in entries}
    if len(by_id) != len(entries) or len({entry.issuer for entry in entries}) != len(entries):
        message = "two sign-in providers have the same id or issuer"
        raise ValueError(message)
    for entry in entries:
        try:
            entry.secret()
        except OSError as unreadable:
            message = f"the secret of the sign-in provider {entry.id!r} cannot be read: {unreadable.strerror}"
            raise ValueError(message) from unreadable
    return by_id


def require_address(address: str, *, loopback: bool) -> str:
    """Return an https address, or where `loopback` says so one of this machine. Raises ValueError for anything else."""
    if not address.isascii() or not address.isprintable() or " " in address:
        message = f"{address!r} is not an address"
        raise ValueError(message)
    parts = urlsplit(address)
    plain = parts.scheme == "http" and loopback and parts.hostname in LOOPBACK
    if not parts.hostname or parts.username is not None or parts.password is not None or "#" in address:
        message = f"{address!r} is not an address of a server"
        raise ValueError(message)
    if parts.scheme != "https" and not plain:
        message = f"{address!r} is not https"
        raise ValueError(message)
    return address


def _with_types(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what JSON says in the types that the entry has: a path, a tuple."""
    entry = dict(given)
    if isinstance(entry.get("client_secret_file"), str):
        entry["client_secret_file"] = Path(entry["client_secret_file"])
    if isinstance(entry.get("required_acr"), list):
        entry["required_acr"] = tuple(entry["required_acr"])
    return entry
