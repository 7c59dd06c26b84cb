"""The OpenAPI document: every door is described, its examples are taken by the doors themselves, every refusal says by what."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import Engine

from service.acts.table import ACTS
from service.api.management.document import WITHOUT_SESSION, operations
from service.api.management.examples import ANOTHER, ID, OPERATOR, ORGAN
from service.app import build
from service.database import transaction
from service.designation.operations import designate, record_designation, register_document
from service.designation.operations.notice import Notice
from service.identity.accounts import grant_role
from service.ledger import Seat
from service.personnel.operations import register_organization, register_person, register_unit, take_post
from service.settings import Settings
from service.statute.periods import legal_day
from tests.builders.members import Town, found_town
from tests.builders.served import serving
from tests.builders.site import ACTOR
from tests.doors.management.conftest import Desk

ROLES = {
    "administrator": "admin",
    "approver": "boss",
    "hr_officer": "clerk",
    "information_manager": "manager",
    "custodian": "keeper",
    "complaint_officer": "listener",
    "assessment_officer": "assessor",
}
PROBLEM = "application/problem+json"


def world(town: Town, seat: Seat) -> None:
    """Lay down what the examples name, by their ids, and give everybody a role that reaches it."""
    past = legal_day(town.now()) - timedelta(days=50)
    told: dict[str, Any] = {"log": town.log, "actor": ACTOR, "at": town.now()}
    here = ORGAN if seat == "organ" else OPERATOR
    with transaction(town.engine) as session:
        for name, kind in ((ORGAN, "organ"), (OPERATOR, "operator"), (ID, seat)):
            register_organization(session, **told, kind=kind, name=f"架空 {name[:4]}", organization_id=name)
        register_unit(session, **told, organization_id=ID, name="架空課", unit_id=ID)
        for name in (ID, ANOTHER):
            register_person(session, **told, legal_name="架空 太郎", person_id=name)
            take_post(session, **told, person_id=name, organization_id=ID, unit_id=ID)
        for name in (ID, "another"):
            words: dict[str, Any] = {"organ_id": ORGAN, "on": past, "until": past + timedelta(days=400), "information_id": name}
            if seat == "operator":
                record_designation(session, **told, **words, notice=Notice("経保第1号", past, past))
            else:
                designate(session, **told, **words)
        register_document(session, **told, carries=[ID, "another"], document_id=ID, organization_id=here)
    for role, name in ROLES.items():
        if name not in town.accounts and (role, seat) != ("assessment_officer", "operator"):
            town.admit(name, role)
            town.equip(name)
        if name in town.people:
            with transaction(town.engine) as session:
                for place in (ID, ORGAN, OPERATOR):
                    grant_role(session, **told, role=role, organization_id=place, from_on=past, person_id=town.people[name])


@pytest.fixture
def served(engine: Engine, database_url: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Desk]:
    settings = Settings(data_dir=tmp_path)
    town = found_town(engine, settings.keys_dir, seat=request.param)
    world(town, request.param)
    with serving(build(settings=settings, url=database_url, engine=engine, log=town.log)) as address:
        desk = Desk(town, address)
        yield desk
        for client in desk.clients:
            client.close()


def document_of(desk: Desk) -> dict[str, Any]:
    return dict(httpx2.get(f"{desk.address}/api/v1/openapi.json", timeout=120).json())


def example_in(document: dict[str, Any], operation: dict[str, Any]) -> Any:
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    [example] = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]["examples"]
    return example


@pytest.mark.parametrize("served", ["operator", pytest.param("organ", marks=pytest.mark.long)], indirect=True)
def test_every_example_of_an_act_names_only_words_and_codes_that_the_act_takes(served: Desk) -> None:
    document = document_of(served)
    clients = {role: served.sign_in(name) for role, name in ROLES.items() if name in served.town.people}
    told = {}
    for path, _method, operation in operations(document):
        if path.startswith("/api/v1/acts/"):
            known = ACTS[path.rsplit("/", 1)[1]]
            client = next((clients[role] for role in known.roles if role in clients), clients["hr_officer"])
            answer = client.post(path, json=example_in(document, operation))
            told[known.verb] = (answer.status_code, answer.json().get("detail"), answer.json().get("citation"))
    assert {verb: one for verb, one in told.items() if one[0] not in {200, 202, 403, 404, 409}} == {}
    assert [verb for verb, one in told.items() if one[0] == 403 and not one[2]] == []
    # What rests on the world laid down above alone is done, or proposed.
    done = {verb for verb, one in told.items() if one[0] in {200, 202}}
    common = {"register_unit", "take_post", "record_name", "grant_alias", "register_document", "grant_role", "set_decision_rule"}
    assert common <= done, {verb: told[verb] for verb in common - done}


@pytest.mark.parametrize("served", ["operator", "organ"], indirect=True)
def test_every_door_is_described(served: Desk) -> None:
    document = document_of(served)
    assert {"session", "form"} == set(document["components"]["securitySchemes"])
    tags = {one["name"] for one in document["tags"]}
    ids = [operation["operationId"] for _path, _method, operation in operations(document)]
    assert len(ids) == len(set(ids))
    for path, method, operation in operations(document):
        where = f"{method} {path}"
        assert operation["summary"].endswith((".", ";")) or " " in operation["summary"], where
        if "requestBody" in operation:
            assert example_in(document, operation) is not None, where
        changes = any(one["name"] == "If-Match" for one in operation.get("parameters", ()))
        assert ("412" in operation["responses"]) == changes, where
        if path.startswith("/api/v1/"):
            assert set(operation["tags"]) <= tags, where
            told = {code for code, one in operation["responses"].items() if PROBLEM in one.get("content", {})}
            assert {"400", "401", "403", "404", "409", "422", "503"} <= told, where
        if (path, method) in WITHOUT_SESSION:
            assert operation["security"] == [], where
        else:
            assert operation["security"] == [{"session": []} if method == "get" else {"session": [], "form": []}], where


@pytest.mark.parametrize("served", ["operator"], indirect=True)
def test_whoever_lacks_a_role_or_a_fresh_sign_in_is_refused_by_the_house_and_told_so(served: Desk) -> None:
    lacking = served.sign_in("clerk").post(
        "/api/v1/acts/grant_role", json={"role": "auditor", "organization_id": ID, "from_on": "2026-11-24"}
    )
    assert (lacking.status_code, lacking.json()["citation"]) == (403, ["House rules"])


@pytest.mark.parametrize(
    ("path", "method", "kinds"),
    [
        ("/api/v1/reports/{year}", "get", {"application/json", "text/csv"}),
        ("/api/v1/assessed-people", "post", {"application/json", "text/csv"}),
        ("/api/v1/informations/{information_id}/label", "get", {"application/json", "application/rdf+xml", "text/html"}),
        ("/api/v1/documents/{document_id}/label", "get", {"application/json", "application/rdf+xml", "text/html"}),
        (
            "/api/v1/registers/{kind}",
            "get",
            {"application/json", "application/jsonl", "text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
        ),
    ],
)
def test_a_door_that_answers_with_files_says_of_which_kinds(desk: Desk, path: str, method: str, kinds: set[str]) -> None:
    document = httpx2.get(f"{desk.address}/api/v1/openapi.json", timeout=120).json()
    assert set(document["paths"][path][method]["responses"]["200"]["content"]) == kinds
