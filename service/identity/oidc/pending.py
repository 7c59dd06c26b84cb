"""What a sign-in leaves behind while somebody is away at the provider, and what it comes to."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

import msgspec


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A sign-in that was begun. Whoever keeps it binds it to the browser and lets it be used once."""

    provider_id: str
    begun_at: datetime
    state: str = field(repr=False)
    nonce: str = field(repr=False)
    code_verifier: str = field(repr=False)
    max_age: int | None = None
    acr_values: tuple[str, ...] = ()

    def to_json(self) -> str:
        """Return it as text to keep."""
        return msgspec.json.encode(self).decode()

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return what was kept. Raises ValueError for a text of another form."""
        return msgspec.json.decode(text, type=cls)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """Whom the provider vouches for. Issuer and subject together name somebody; nothing else does."""

    issuer: str
    subject: str
    sid: str | None
    """The provider's own name of this sign-in, by which it may end it later."""
    acr: str | None
    acr_was_required: bool
    """Whether the provider's entry asks for one of several `acr`, and this is one of them."""
    amr: tuple[str, ...]
    auth_at: datetime | None
    """When the person proved who they are; None where the provider does not say."""
    provider_id: str
    id_token: str = field(repr=False)
    """For the hint when signing out; keep it no longer than that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedOut:
    """What the provider ended: one sign-in (`sid`), or all of a subject."""

    issuer: str
    subject: str | None
    sid: str | None
    jti: str
    """Names this message; whoever acts on it may remember it for a few minutes."""
