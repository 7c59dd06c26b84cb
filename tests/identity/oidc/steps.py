"""The steps of a sign-in, as tests take them."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from service.identity.oidc import Pending, Providers, SignedIn, SignInError
from tests.identity.oidc.hostile import AT

Entry = Callable[..., dict[str, Any]]


def begun(providers: Providers, **asked: Any) -> tuple[str, Pending]:
    return asyncio.run(providers.begin("house", at=AT, **asked))


def finished(providers: Providers, pending: Pending, query: dict[str, str], **told: Any) -> SignedIn:
    return asyncio.run(providers.finish(pending, query, **({"provider_id": "house", "at": AT} | told)))


def refused(providers: Providers, pending: Pending, query: dict[str, str], **told: Any) -> tuple[str, str]:
    """The code and the detail with which an answer is refused."""
    with pytest.raises(SignInError) as error:
        finished(providers, pending, query, **told)
    return error.value.code, error.value.detail
