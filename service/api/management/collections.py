"""Doors to what is recorded: one for each kind of record, in pages, within reach and entitlement."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from service.acts.asking import UnfitError
from service.acts.reading.paging import opened
from service.acts.reading.records import COLLECTIONS, Collection, page_of, row_of
from service.api.management.acts import REFUSALS
from service.api.management.desk import TAGGED, At, tag
from service.api.management.forms import Page

Limit = Annotated[int, Query(ge=1, le=200, description="Rows on a page, at most.")]
Cursor = Annotated[str | None, Query(max_length=400, description="`next` of the page before.")]
Filter = Annotated[str | None, Query(max_length=256)]


def router() -> APIRouter:
    """Return the doors of all collections."""
    made = APIRouter(tags=["records"], responses=REFUSALS)
    for one in COLLECTIONS:
        made.add_api_route(f"/{one.name}", _page_door(one), methods=["GET"], response_model=Page, name=one.name, description=_told(one))
        # What a row alone tells of a person's clearance takes a purpose: its page is asked for, person by person.
        if [column.name for column in one.model.__table__.primary_key] == ["id"] and one.by != "person_id":
            made.add_api_route(
                f"/{one.name}/{{id}}",
                _row_door(one),
                methods=["GET"],
                name=f"{one.name}_one",
                summary=f"One of: {one.summary}",
                responses=TAGGED,
            )
    return made


def _told(one: Collection) -> str:
    return f"{one.summary}\nFilter by {', '.join(one.filters)}." if one.filters else one.summary


def _page_door(one: Collection) -> Callable[..., Page]:
    def door(
        seated: At,
        limit: Limit = 50,
        cursor: Cursor = None,
        person_id: Filter = None,
        organization_id: Filter = None,
        information_id: Filter = None,
        document_id: Filter = None,
        organ_id: Filter = None,
        operator_id: Filter = None,
        contract_id: Filter = None,
        designation_id: Filter = None,
        purpose: Annotated[
            str | None, Query(max_length=64, description="Coded; needed where the table of entitlements asks for it.")
        ] = None,
    ) -> Page:
        given = {"person_id": person_id, "organization_id": organization_id, "information_id": information_id, "document_id": document_id}
        given |= {"organ_id": organ_id, "operator_id": operator_id, "contract_id": contract_id, "designation_id": designation_id}
        asked = {name: value for name, value in given.items() if value is not None}
        unknown = next((name for name in asked if name not in one.filters), None)
        if unknown is not None:
            message = f"{unknown}: these records have none; filter by {', '.join(one.filters) or 'nothing'}"
            raise UnfitError(message)
        items, behind = page_of(seated, one, asked, after=opened(cursor), limit=limit, purpose=purpose)
        return Page(items=items, next=behind)

    return door


def _row_door(one: Collection) -> Callable[..., dict[str, Any]]:
    def door(seated: At, response: Response, id: str) -> dict[str, Any]:  # noqa: A002 - the name in the path
        shown, newest = row_of(seated, one, id)
        tag(response, newest)
        return shown

    return door
