"""The realm for Keycloak and what the documents say about it: the settings that sign-in stands on, and no secret anywhere."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from service.identity.oidc import Providers

ROOT = Path(__file__).resolve().parents[3]
REALM = ROOT / "docker" / "keycloak" / "realm-sekisho.json"
DOCUMENTS = ("docs/sign-in.md", "docs/sign-in.ja.md")
PUBLIC = "${SEKISHO_PUBLIC_URL}"
SECRET_NAMES = re.compile(r"(?i)^(secret|credentials|password|client\.secret.*|privateKey|secretData|value)$")


@pytest.fixture
def realm() -> dict[str, Any]:
    return json.loads(REALM.read_text(encoding="utf-8"))


@pytest.fixture
def clients(realm: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {client["clientId"]: client for client in realm["clients"]}


@pytest.fixture
def compose() -> dict[str, Any]:
    return YAML(typ="safe").load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))


def names(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from names(one)


def test_the_realm_lets_nobody_register_guess_or_stay(realm: dict[str, Any]) -> None:
    assert (realm["realm"], realm["enabled"], realm["sslRequired"]) == ("sekisho", True, "external")
    assert not any(realm[name] for name in ("registrationAllowed", "resetPasswordAllowed", "editUsernameAllowed", "rememberMe"))
    assert realm["bruteForceProtected"]
    assert realm["revokeRefreshToken"]
    assert realm["accessCodeLifespan"] <= 60
    assert realm["accessTokenLifespan"] <= 300
    assert realm["defaultSignatureAlgorithm"] == "RS256"
    assert set(realm["supportedLocales"]) == {"ja", "en"}
    assert "clientScopes" not in realm  # the built-in ones, of which the clients name what they need, are made only then


def test_the_console_signs_in_by_code_with_pkce_and_nothing_else(clients: dict[str, Any]) -> None:
    console = clients["sekisho-console"]
    assert console["standardFlowEnabled"]
    off = ("publicClient", "implicitFlowEnabled", "directAccessGrantsEnabled", "serviceAccountsEnabled", "fullScopeAllowed")
    assert not any(console[name] for name in off)
    assert console["attributes"]["pkce.code.challenge.method"] == "S256"
    assert console["attributes"]["exclude.issuer.from.auth.response"] == "false"
    assert console["attributes"]["id.token.signed.response.alg"] == "RS256"
    assert set(console["defaultClientScopes"]) == {"basic", "acr"}
    assert console["webOrigins"] == []


def test_the_console_s_addresses_are_those_of_the_service(clients: dict[str, Any], tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.touch(mode=0o600)
    secret.write_text("s", encoding="ascii")
    [entry] = json.loads(blocks(DOCUMENTS[0], "json")[0])
    providers = Providers([entry | {"client_secret_file": str(secret)}], public_url="https://sekisho.example.jp")
    here = providers.redirect_address(entry["id"]).replace("https://sekisho.example.jp", PUBLIC)
    console = clients[entry["client_id"]]
    assert console["redirectUris"] == [here]
    assert console["attributes"]["post.logout.redirect.uris"] == PUBLIC + "/sign-in"
    assert console["attributes"]["backchannel.logout.url"] == here.replace("callback", "back-channel-logout")
    assert console["attributes"]["backchannel.logout.session.required"] == "true"
    assert not any("*" in address or "+" in address for address in [*console["redirectUris"], *console["attributes"].values()])


def test_a_program_has_a_token_for_this_service_with_its_roles(realm: dict[str, Any], clients: dict[str, Any]) -> None:
    program = clients["sekisho-application"]
    assert program["serviceAccountsEnabled"]
    off = ("publicClient", "standardFlowEnabled", "implicitFlowEnabled", "directAccessGrantsEnabled", "fullScopeAllowed")
    assert not any(program[name] for name in off)
    assert program["attributes"]["access.token.header.type.rfc9068"] == "true"
    mappers = {mapper["protocolMapper"]: mapper["config"] for mapper in program["protocolMappers"]}
    assert mappers["oidc-audience-mapper"]["included.custom.audience"] == PUBLIC
    assert mappers["oidc-audience-mapper"]["access.token.claim"] == "true"
    roles = mappers["oidc-usermodel-realm-role-mapper"]
    assert (roles["claim.name"], roles["multivalued"], roles["access.token.claim"]) == ("roles", "true", "true")
    granted = {role["name"] for role in realm["roles"]["realm"]}
    assert realm["scopeMappings"] == [{"client": "sekisho-application", "roles": sorted(granted)}]
    assert [(user["serviceAccountClientId"], user["realmRoles"]) for user in realm["users"]] == [("sekisho-application", sorted(granted))]


def test_there_is_no_secret_and_no_person_in_the_files(realm: dict[str, Any], compose: dict[str, Any]) -> None:
    assert [name for name in names(realm) if SECRET_NAMES.match(name)] == []
    assert all(user["username"].startswith("service-account-") for user in realm["users"])
    given = compose["services"]["keycloak"]["environment"]
    assert given["KC_BOOTSTRAP_ADMIN_USERNAME"] is None
    assert given["KC_BOOTSTRAP_ADMIN_PASSWORD"] is None
    assert compose["services"]["service"]["environment"]["SEKISHO_PROVIDERS"] is None


def test_keycloak_is_started_only_when_asked_for_and_from_this_realm(compose: dict[str, Any]) -> None:
    keycloak = compose["services"]["keycloak"]
    assert keycloak["profiles"] == ["keycloak"]
    assert re.fullmatch(r"quay\.io/keycloak/keycloak:\d+\.\d+", keycloak["image"])
    assert keycloak["command"] == ["start", "--import-realm"]
    assert all(port.startswith("127.0.0.1:") for port in keycloak["ports"])
    source, target, mode = keycloak["volumes"][0].split(":")
    assert (ROOT / source) == REALM
    assert (target, mode) == ("/opt/keycloak/data/import/realm-sekisho.json", "ro")
    placeholders = set(re.findall(r"\$\{(\w+)\}", REALM.read_text(encoding="utf-8")))
    assert placeholders <= set(keycloak["environment"])


def blocks(name: str, kind: str) -> list[str]:
    text = (ROOT / name).read_text(encoding="utf-8")
    return re.findall(rf"```{kind}\n(.*?)```", text, re.DOTALL)


def test_both_documents_have_the_same_parts_and_the_same_commands() -> None:
    texts = [(ROOT / name).read_text(encoding="utf-8") for name in DOCUMENTS]
    heads, tables, steps = ([re.findall(form, text, re.MULTILINE) for text in texts] for form in (r"^#+ ", r"^\| `\w+`", r"^\d\."))
    assert heads[0] == heads[1]
    assert tables[0] == tables[1]
    assert steps[0] == steps[1]
    for kind in ("json", "sh"):
        first, second = ([re.sub(r"#.*", "", block) for block in blocks(name, kind)] for name in DOCUMENTS)
        assert first == second


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_documents_name_what_is_there(name: str, compose: dict[str, Any]) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    for path in re.findall(r"`((?:docker|docs|service)/[^`\s]*)`", text):
        assert (ROOT / path).exists(), path
    known = set(compose["services"]["keycloak"]["environment"]) | set(compose["services"]["service"]["environment"])
    for variable in re.findall(r"\b(?:SEKISHO|KC)_\w+", text):
        assert variable in known | {"SEKISHO_KEYCLOAK_URL"}, variable
