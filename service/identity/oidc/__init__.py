"""Sign-in by OpenID Connect: authorization code with PKCE, several providers, each with a redirect address of its own."""

from service.identity.oidc.entries import ProviderEntry
from service.identity.oidc.pending import LoggedOut, Pending, SignedIn
from service.identity.oidc.providers import Providers
from service.identity.oidc.refusals import WORDS, Code, SignInError

__all__ = ["WORDS", "Code", "LoggedOut", "Pending", "ProviderEntry", "Providers", "SignInError", "SignedIn"]
