"""Bodies and answers of the management API, in the form that its OpenAPI document shows."""

import types
import typing
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, create_model

from service.acts.sane import LONGEST, LONGEST_WORD
from service.acts.table import NEW, Known
from service.acts.words import words_of
from service.api.management.examples import ENROLMENT, ID, SIGN_IN, example_of

NO_NUL = r"^[^\x00]*$"
"""What no database takes stands in no text."""
Sentence = typing.Annotated[str, Field(max_length=2_000, pattern=NO_NUL)]
Short = typing.Annotated[str, Field(min_length=1, max_length=256, pattern=NO_NUL)]


ONE_ACT = {"verb": "register_person", "words": {"legal_name": "架空 花子"}}


def example(body: Mapping[str, Any]) -> ConfigDict:
    """Return what a form says of itself: an example of it."""
    return ConfigDict(extra="forbid", json_schema_extra={"examples": [dict(body)]})


class Form(BaseModel):
    """A body that takes nothing but its own members."""

    model_config = ConfigDict(extra="forbid", strict=False)


class SignIn(Form):
    """A sign-in name, a password, and a code from a device or a printed one."""

    model_config = example(SIGN_IN)

    name: Short
    password: typing.Annotated[str, Field(min_length=1, max_length=1_024)]
    code: Short


class Enrol(Form):
    """Both halves of a code, and what the holder chose."""

    model_config = example(ENROLMENT)

    name: Short
    first_half: Short
    second_half: Short
    password: typing.Annotated[str, Field(min_length=1, max_length=1_024)]
    secret: typing.Annotated[str, Field(pattern=r"^[A-Z2-7]{32}$", description="The device's secret, in base 32.")]
    code: Short


class Role(BaseModel):
    """A role that somebody holds."""

    role: str
    organization_id: str
    units: list[str]
    informations: list[str]
    contracts: list[str]
    footing: str


class Me(BaseModel):
    """Who is signed in, what they hold, and the token that comes with everything that changes something."""

    account_id: str
    person_id: str
    name: str
    roles: list[Role]
    profile: str
    methods: list[str]
    form_token: str


class OneAct(Form):
    """An act of a file: its verb and its words."""

    model_config = example(ONE_ACT)

    verb: Short
    words: dict[str, Any]


class ActFile(Form):
    """Several acts that happen all or not at all, and words to whoever decides."""

    model_config = example({"acts": [ONE_ACT], "words": "新しい従業者"})

    acts: typing.Annotated[list[OneAct], Field(min_length=1, max_length=500)]
    words: Sentence = ""


class Page(BaseModel):
    """A page of records; `next` is the cursor of the page behind it, null on the last."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [{"id": ID, "changed_index": 4711}], "next": None}]})

    items: list[dict[str, Any]]
    next: str | None


class Done(BaseModel):
    """Acts that were done: the index of the first entry, and what each made."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"first_index": 4711, "made": [ID]}]})

    first_index: int
    made: list[Any]


class Waiting(BaseModel):
    """Acts that wait for a second person, with what they would do."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"proposal": f"prop_{ID}", "foreseen": []}]})

    proposal: str
    foreseen: list[dict[str, Any]]


class Remark(BaseModel):
    """A line of a proposal's thread."""

    number: int
    step: str
    name: str
    at: str
    words: str


class ProposalLine(BaseModel):
    """A proposal in a list."""

    id: str
    verbs: list[str]
    state: str
    proposed_by: str
    proposed_at: str
    expires_at: str


class Proposals(BaseModel):
    """A page of proposals; `next` is the cursor of the page behind it, null on the last."""

    items: list[ProposalLine]
    next: str | None


class Proposal(ProposalLine):
    """A proposal: what was asked, what it would do now, and its thread; `digest` stands for exactly what is shown."""

    acts: list[dict[str, Any]]
    foreseen: list[dict[str, Any]]
    digest: str
    hindrance: str | None
    may_decide: bool
    decided_by: str | None
    decided_at: str | None
    footing: str | None
    in_name_of: str | None
    view_later: bool
    thread: list[Remark]


class Approve(Form):
    """Which sight of a proposal is approved, and words for the thread."""

    model_config = example({"digest": "0" * 64, "words": "確認しました"})

    digest: typing.Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    words: Sentence = ""


class ApproveOne(Approve):
    """One of many."""

    model_config = example({"id": f"prop_{ID}", "digest": "0" * 64})

    id: Short


class ApproveMany(Form):
    """Many proposals approved as one file, each in an act of its own."""

    model_config = example({"proposals": [{"id": f"prop_{ID}", "digest": "0" * 64}]})

    proposals: typing.Annotated[list[ApproveOne], Field(min_length=1, max_length=500)]


class Outcome(BaseModel):
    """What came of one of many."""

    id: str
    first_index: int | None
    problem: str | None


class Words(Form):
    """Words for a proposal's thread."""

    model_config = example({"words": "部署を確かめてください"})

    words: typing.Annotated[str, Field(min_length=1, max_length=2_000, pattern=NO_NUL)]


class MaybeWords(Form):
    """The same, where there need be none."""

    model_config = example({"words": "誤って起案しました"})

    words: Sentence = ""


class Half(BaseModel):
    """Half of an account's code, shown this once."""

    half: str


class Codes(BaseModel):
    """The printed codes of a new enrolment, shown this once."""

    account_id: str
    recovery_codes: list[str]


class Problem(BaseModel):
    """RFC 9457."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "examples": [
                {
                    "type": "/problems/provision-refused",
                    "title": "Refused by law",
                    "status": 403,
                    "detail": "No contract in force covers it",
                    "reason": "no_contract",
                    "citation": ["Act 10(1)"],
                }
            ]
        },
    )

    type: str
    title: str
    status: int
    detail: str = Field(description="What is wrong, for a reader; a refusal in Japanese where Accept-Language prefers it.")
    reason: str | None = Field(None, description="The code of a refusal, for programs.")
    citation: list[str] | None = Field(None, description="What says no: places in a law, or the house's own rules. On every refusal.")
    errors: list[dict[str, str]] | None = Field(None, description="Which member of the request is wrong, and why.")


def body_of(known: Known) -> type[BaseModel]:
    """Return the body of an act: its words with their kinds, needed or not."""
    fields: dict[str, Any] = {}
    for name, word in words_of(known.operation()).items():
        if (known.verb, name) not in NEW:
            kind = _kind(word.kind, longest=LONGEST.get(name, LONGEST_WORD))
            fields[name] = (kind, ...) if word.needed else (kind | None, None)
    model: type[BaseModel] = create_model(f"Words of {known.verb}", __base__=Form, __doc__=f"Words of {known.verb}.", **fields)
    model.model_config["json_schema_extra"] = {"examples": [example_of(known)]}
    model.model_rebuild(force=True)
    return model


def _kind(kind: object, *, longest: int = LONGEST_WORD) -> Any:
    options = [option for option in typing.get_args(kind) if option is not type(None)] if _is_union(kind) else [kind]
    found = options[0]
    origin = typing.get_origin(found)
    if origin is typing.Literal:
        return found
    if found is date:
        return date
    if found in (bool, int):
        return found
    if isinstance(origin, type) and issubclass(origin, Collection):
        return list[typing.Annotated[str, Field(min_length=1, max_length=256)]]
    # What characters a word may have, the act itself says.
    return typing.Annotated[str, Field(max_length=longest)]


def _is_union(kind: object) -> bool:
    return typing.get_origin(kind) in (typing.Union, types.UnionType)


def words_in(body: BaseModel) -> Mapping[str, Any]:
    """Return the words that were given, as they would be typed."""
    return body.model_dump(mode="json", exclude_unset=True)
