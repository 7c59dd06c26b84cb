"""POST /api/v1/explanations: why a decision came out as it did, what the law answers and why, who could handle something on a day."""

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from service.acts.asking import UnfitError
from service.acts.reading import explaining
from service.api.management.acts import REFUSALS
from service.api.management.desk import At
from service.api.management.examples import ID
from service.api.management.forms import Form, Short, example
from service.evidence.explaining import Question, Thing, When
from service.evidence.who_could import Asked

router = APIRouter(prefix="/explanations", tags=["explanations"], responses=REFUSALS)
INDEX = 2**53 - 1
Action = Literal["handle", "read", "list", "make", "communicate", "transmit", "carry_out", "dispose", "return"]


class DecisionLook(Form):
    """Which decision, by its entry or by the reference that its denial showed, which of several in the entry, and what for."""

    model_config = example({"reference": "7KQ2M9XH", "purpose": "inquiry"})

    index: Annotated[int, Field(ge=0, le=INDEX)] | None = None
    reference: Annotated[str, Field(min_length=8, max_length=8, pattern=r"^[0-9A-Za-z]+$")] | None = None
    place: Annotated[int, Field(ge=1, le=500)] = 1
    purpose: Short | None = None


class QuestionLook(Form):
    """Who, what (an information, a document or an area), for which organization, which action; now, or on a day; and what for.

    `known_on` bounds by the end of which day something must have been known in the second form; left out, the day itself.
    """

    model_config = example(
        {"person_id": ID, "information_id": ID, "organization_id": ID, "action": "read", "on": "2026-06-01", "purpose": "inquiry"}
    )

    person_id: Short
    information_id: Short | None = None
    document_id: Short | None = None
    area_id: Short | None = None
    organization_id: Short | None = None
    action: Action = "handle"
    on: date | None = None
    known_on: date | None = None
    purpose: Short | None = None


class HandlersLook(Form):
    """Which information, for which organization, on which day, which action, and what for; a page of them."""

    model_config = example({"information_id": ID, "organization_id": ID, "on": "2026-06-01", "purpose": "audit"})

    information_id: Short
    organization_id: Short
    on: date
    action: Action = "handle"
    purpose: Short | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Annotated[str, Field(max_length=400, pattern=r"^[A-Za-z0-9_-]*$")] | None = None


class Cited(BaseModel):
    """A place in a law, as it is written in English and in Japanese."""

    en: str
    ja: str


class AnswerTold(BaseModel):
    """What the law answers, and why, as far as you may know it; `permit` is what an application hears."""

    permit: bool
    decision: str
    reason: str | None
    basis: list[Cited]
    ja: str | None
    en: str | None


class Step(BaseModel):
    """One thing that the law asks: whether it holds, which policies decide that, and on what facts.

    `holds`, `missing`; `open` where it hangs on an earlier step; `not_asked`; `ended` of a designation that restricts no longer.
    """

    step: str
    state: Literal["holds", "missing", "open", "not_asked", "ended"]
    policies: list[str]
    basis: list[Cited]
    ja: str
    en: str
    facts: dict[str, Any]


class Change(BaseModel):
    """Something that would have to change for a permit."""

    step: str
    basis: list[Cited]
    ja: str
    en: str


class Channel(BaseModel):
    """One way in which the organization may hold the information: one that permits is enough."""

    answered: bool
    permit: bool
    steps: list[Step]
    changes: list[Change]


class OfInformation(BaseModel):
    """The trace for one information, or for an area itself; of a document all must permit, of an area and what is kept there one."""

    information_id: str | None
    area_id: str | None
    channels: list[Channel]


class AnswerWhy(BaseModel):
    """An answer in one form with its trace: at which instant, knowing the entries before which index (null: all), under which policies."""

    form: Literal["decided", "now", "known_today", "known_then"]
    at: str
    known_before: int | None
    policy: str
    agrees: bool
    unread: bool
    answer: AnswerTold | None
    informations: list[OfInformation]


class Difference(BaseModel):
    """An entry that made the answer another one, and from when on it was known; null where it is not yours to know."""

    index: int | None
    at: str | None
    kind: str | None
    answer: AnswerTold


class Explanation(BaseModel):
    """Why, step by step in the order of the law; a day is told in both forms. The look is an entry itself."""

    index: int | None
    place: int | None
    person_id: str | None
    resource_id: str | None
    organization_id: str | None
    action: str
    answers: list[AnswerWhy]
    differences: list[Difference]
    recorded_as: int


class Stood(AnswerTold):
    """How somebody stood on a day in one form; `grounds` are the facts that a permit rests on, each with its entry."""

    grounds: dict[str, Any]


class Could(BaseModel):
    """Somebody who could handle it: what held then, as known today, and what was known then."""

    person_id: str
    legal_name: str | None
    known_today: Stood
    known_then: Stood


class Handlers(BaseModel):
    """A page of who could; the page behind it is recorded as the same look. A page may be empty and another follow."""

    items: list[Could]
    next: str | None
    unread: bool
    recorded_as: int


@router.post("/decision", response_model=Explanation)
def decision(seated: At, body: DecisionLook) -> Any:
    """Explain a decision: each thing that the law asked, what decided it, and what would have to change for a permit.

    It is judged again by the engine, from the facts that it was made on. Your own need no role.
    """
    return explaining.explain_one(seated, index=body.index, reference=body.reference, place=body.place, purpose=body.purpose)


@router.post("/question", response_model=Explanation)
def question(seated: At, body: QuestionLook) -> Any:
    """Explain what the law answers now, or on a day: as known today and as it was known then, and which entries differ.

    No check is recorded and nothing is permitted by it. Of yourself you may ask about whatever lists you stand on.
    """
    things: dict[Thing, str | None] = {"information": body.information_id, "document": body.document_id, "area": body.area_id}
    named = [(kind, value) for kind, value in things.items() if value is not None]
    if len(named) != 1:
        message = "information_id, document_id or area_id: one of the three"
        raise UnfitError(message)
    kind, resource = named[0]
    asked = Question(body.person_id, resource, kind, body.organization_id, body.action)
    return explaining.explain_asked(seated, question=asked, when=When(body.on, body.known_on), purpose=body.purpose)


@router.post("/handlers", response_model=Handlers)
def handlers(seated: At, body: HandlersLook) -> Any:
    """List who could handle an information on a day for an organization, and why, in both forms, page by page."""
    asked = Asked(body.information_id, body.organization_id, body.on, body.action)
    page = explaining.Page(body.limit, body.cursor)
    return explaining.explain_handlers(seated, asked=asked, page=page, purpose=body.purpose)
