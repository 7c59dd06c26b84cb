"""Every route of API and console against every role and nobody: the golden matrix. A new route without a row fails.

`-` nobody is let in without a session; `no` the role is missing; `in` the request got past the role (whatever came of it).
Write it anew with SEKISHO_WRITE_MATRIX=1 and read the difference.
"""

import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import Engine
from starlette.routing import Route

from service.acts.table import ACTS, PERSON
from service.app import build
from service.identity.roles import ROLES
from service.settings import Settings
from tests.builders.members import found_town
from tests.builders.served import serving
from tests.doors.management.conftest import Desk

GOLDEN = Path(__file__).with_name("matrix.json")
OPEN = {"/health", "/api/v1/openapi.json", "/", "/static", "/docs/oauth2-redirect"}
NO_ROLE = ("役割がありません", "渡せる役割ではありません")
SEATS = ("operator", "organ")


def sample(schema: dict[str, Any], root: dict[str, Any]) -> Any:  # noqa: PLR0911 - a table
    """The least body of a schema."""
    if "$ref" in schema:
        return sample(root["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]], root)
    if "anyOf" in schema:
        return sample(schema["anyOf"][0], root)
    if "const" in schema or "enum" in schema:
        return schema["const"] if "const" in schema else schema["enum"][0]
    match schema.get("type"):
        case "object":
            wanted = schema.get("required", [])
            return {name: sample(part, root) for name, part in schema.get("properties", {}).items() if name in wanted}
        case "array":
            return [sample(schema["items"], root)] * max(1, schema.get("minItems", 0))
        case "integer":
            return 1
        case "boolean":
            return False
        case _ if schema.get("format") == "date":
            return "2026-01-01"
        case _ if schema.get("pattern", "").startswith("^[0-9a-f]"):
            return "0" * 64
        case _ if schema.get("pattern", "").startswith("^[A-Z2-7]"):
            return "A" * 32
        case _:
            return "x"


def routes(app: Any, document: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Method, path and kind of every route for people: what the API's document shows, and every page.

    What takes an application's key has tests of its own.
    """
    for path, methods in document["paths"].items():
        yield from ((method.upper(), path, "api") for method in sorted(methods))
    for route in app.router.routes:
        if isinstance(route, Route) and not route.path.startswith("/access/") and route.path not in {*OPEN, *document["paths"]}:
            yield from ((method, route.path, "page") for method in sorted((route.methods or set()) - {"HEAD"}))


def outcome(answer: httpx2.Response, kind: str) -> str:
    assert answer.status_code < 500, answer.text
    # Who is not let in and tries again is told to wait, if it was not long ago: how long ago it was is nothing to hold.
    if answer.status_code in {401, 429}:
        return "-"
    if kind == "page":
        if answer.status_code == 303 and answer.headers["location"].startswith("/sign-in?"):
            return "-"
        return "no" if answer.status_code == 403 and any(words in answer.text for words in NO_ROLE) else "in"
    said = answer.json() if answer.status_code == 403 else {}
    return "no" if said.get("type") == "/problems/not-allowed" or said.get("reason") == "not_a_giver" else "in"


def call(client: httpx2.Client, method: str, path: str, kind: str, document: dict[str, Any]) -> httpx2.Response:
    address = path
    for name in ("proposal_id", "account_id", "person_id", "credential_id"):
        address = address.replace(f"{{{name}}}", "x")
    address = address.replace("{index}", "0").replace("{step}", "withdraw").replace("{verb}", "register_person").replace("{year}", "2026")
    if kind == "page":
        return client.request(method, address, data={"form_token": client.headers.get("X-CSRF-Token", "")}, follow_redirects=False)
    operation = document["paths"][path][method.lower()]
    body = operation.get("requestBody")
    params = {one["name"]: "x" for one in operation.get("parameters", ()) if one["in"] == "query" and one.get("required")}
    given = sample(body["content"]["application/json"]["schema"], document) if body else None
    return client.request(method, address, json=given, params=params)


FEW = ("nobody", "person", "auditor")
"""Who tries every door always; the other roles do so in the long form."""


def test_every_route_lets_in_few_as_the_matrix_says(engine: Engine, database_url: str, tmp_path: Path) -> None:
    tried = outcomes(engine, database_url, tmp_path, seat="operator", of=FEW)
    golden = json.loads(GOLDEN.read_text())["operator"]
    assert tried == {door: {role: told for role, told in found.items() if role in FEW} for door, found in golden.items()}


@pytest.mark.long
@pytest.mark.parametrize("seat", ["operator", "organ"])
def test_every_route_lets_in_whom_the_matrix_says_and_nobody_else(engine: Engine, database_url: str, tmp_path: Path, seat: Any) -> None:
    found = outcomes(engine, database_url, tmp_path, seat=seat)
    golden = json.loads(GOLDEN.read_text()) if GOLDEN.exists() else {}
    if os.environ.get("SEKISHO_WRITE_MATRIX"):
        GOLDEN.write_text(json.dumps({**golden, seat: found}, indent=1, sort_keys=True) + "\n")
    assert found == golden.get(seat)


def outcomes(engine: Engine, database_url: str, tmp_path: Path, *, seat: Any, of: Sequence[str] | None = None) -> dict[str, dict[str, str]]:
    """Knock at every door as every role, or as some, and return how each was answered."""
    settings = Settings(data_dir=tmp_path)
    town = found_town(engine, settings.keys_dir, seat=seat)
    roles = [role for role in ROLES if role not in {"administrator", "approver"} and (seat == "organ" or role != "assessment_officer")]
    for role in roles:
        town.admit(role, role)
        town.equip(role)
    town.admit("person")
    town.equip("person")
    app = build(settings=settings, url=database_url, engine=engine, log=town.log)
    with serving(app) as address:
        desk = Desk(town, address)
        document = httpx2.get(f"{address}/api/v1/openapi.json", timeout=120).json()
        clients = {"nobody": httpx2.Client(base_url=address, timeout=120)}
        names = {"administrator": "admin", "approver": "boss"}
        for role in (*roles, "administrator", "approver", "person"):
            if of is not None and role not in of:
                continue
            clients[role] = desk.sign_in(names.get(role, role))
        found = {
            f"{method} {path}": {
                role: outcome(call(client, method, path, kind, document), kind)
                for role, client in clients.items()
                if path not in {"/sign-out", "/api/v1/session"} or method == "GET" or role == "nobody"
            }
            for method, path, kind in routes(app._app._rest, document)  # type: ignore[attr-defined]  # the doors behind the hot one
        }
        for client in clients.values():
            client.close()
    return found


def test_nobody_without_a_session_is_let_in_anywhere_but_to_sign_in() -> None:
    golden = json.loads(GOLDEN.read_text())
    open_doors = {
        "/health",
        "/problems/{slug}",
        "/sign-in",
        "/sign-in/demo",
        "/sign-in/passkey",
        "/enrol",
        "/api/v1/session",
        "/api/v1/enrolment",
    }
    for seat in SEATS:
        let_in = {route.split()[1] for route, row in golden[seat].items() if row["nobody"] == "in"}
        assert let_in <= open_doors, let_in - open_doors


def test_an_auditor_changes_nothing_and_an_administrator_does_no_domain_act() -> None:
    golden = json.loads(GOLDEN.read_text())
    kept = {"open_account", "end_account", "link_subject", "grant_role", "end_role", "set_decision_rule", "set_profile"}
    kept |= {"grant_application", "end_application", "issue_key", "revoke_key", "activate_policies", "destroy_key", "set_witnesses"}
    kept |= {"add_signing_key", "retire_signing_key", "close_log"}
    kept |= {"set_period", "record_holiday", "strike_holiday", "set_disclosure_budget"}
    for seat in SEATS:
        for route, row in golden[seat].items():
            if route.startswith("POST /api/v1/acts/"):
                verb = route.rsplit("/", 1)[1]
                # What everybody may do for themselves stops behind the role, at whoever it is about.
                own = PERSON in ACTS[verb].roles
                assert (row["auditor"] == "in", row["person"] == "in") == (own, own), route
                assert (row["administrator"] == "in") == (own or verb in kept), route
