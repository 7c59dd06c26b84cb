"""Providers as settings name them: what could not be safe is refused before anybody signs in."""

import json
from pathlib import Path
from typing import Any

import pytest

from service.identity.oidc import Providers
from service.settings import Settings
from tests.identity.oidc.hostile import SECRET
from tests.identity.oidc.steps import Entry

PUBLIC = "https://sekisho.example.jp"


def test_providers_are_read_from_the_environment(entry: Entry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(
        "SEKISHO_PROVIDERS", json.dumps([entry(), entry(id="second", issuer="https://id.example.jp", required_acr=["gold"])])
    )
    providers = Providers(Settings().providers, public_url=PUBLIC + "/")
    assert [(one.id, one.name_ja, one.name_en) for one in providers.entries] == [
        ("house", "庁内認証", "House sign-in"),
        ("second", "庁内認証", "House sign-in"),
    ]
    assert providers.entries[1].required_acr == ("gold",)
    assert providers.redirect_address("second") == PUBLIC + "/sign-in/oidc/second/callback"


def test_a_site_without_providers_has_none() -> None:
    assert Providers(Settings().providers, public_url=PUBLIC).entries == ()


@pytest.mark.parametrize(
    "changed",
    [
        {"id": "House"},
        {"id": "../x"},
        {"id": ""},
        {"issuer": "http://id.example.jp"},
        {"issuer": "http://127.0.0.1.example.jp"},
        {"issuer": "https://id.example.jp/#x"},
        {"issuer": "https://id.example.jp/?x"},
        {"issuer": "https://user@id.example.jp"},
        {"insecure_loopback": False},
        {"insecure_loopback": "true"},
        {"client_id": ""},
        {"name_ja": " "},
        {"name_en": None},
        {"client_secret": "a-secret-in-the-settings"},
        {"client_secret_file": "missing"},
        {"required_acr": "gold"},
    ],
)
def test_an_entry_that_is_not_safe_is_refused(entry: Entry, changed: dict[str, Any]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 # of several kinds
        Providers([entry(**changed)], public_url=PUBLIC)


@pytest.mark.parametrize("changed", [{"id": "house", "issuer": "https://id.example.jp"}, {"id": "second"}])
def test_two_entries_are_two_providers(entry: Entry, changed: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="same id or issuer"):
        Providers([entry(), entry(**changed)], public_url=PUBLIC)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660])
def test_a_secret_that_others_may_read_is_refused(entry: Entry, secret_file: Path, mode: int) -> None:
    secret_file.chmod(mode)
    with pytest.raises(ValueError, match="may be read by others"):
        Providers([entry()], public_url=PUBLIC)


def test_an_empty_secret_is_refused_and_a_replaced_one_is_used(entry: Entry, secret_file: Path) -> None:
    [one] = Providers([entry()], public_url=PUBLIC).entries
    assert one.secret() == SECRET
    assert SECRET not in repr(one)
    secret_file.write_text("the-next\n", encoding="ascii")
    assert one.secret() == "the-next"
    secret_file.write_text("\n", encoding="ascii")
    with pytest.raises(ValueError, match="is empty"):
        Providers([entry()], public_url=PUBLIC)


@pytest.mark.parametrize("address", ["http://sekisho.example.jp", "sekisho.example.jp", "https://", "https://a b"])
def test_people_come_back_over_https_or_on_this_machine(entry: Entry, address: str) -> None:
    with pytest.raises(ValueError, match="is not"):
        Providers([entry()], public_url=address)
    assert Providers([entry()], public_url="http://127.0.0.1:8743").redirect_address("house").startswith("http://127.0.0.1:8743/")
