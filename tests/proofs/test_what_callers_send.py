"""What a caller sends besides the names of its question reaches no decision, so it cannot widen one.

A decision is made on `Asked` alone, and `Asked` holds the names that the question names and who asks. Shown here: bodies with
the same names ask the same, whatever else they hold.
"""

import ast
import inspect
import json
from typing import Any

import msgspec
import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

from service.api import evaluation_form, evaluations_form, preparing, resolving, searching
from service.api.evaluation_form import parse
from service.api.evaluations_form import parse_batch
from service.api.preparing import Asked
from service.decision.decide import Decider

Body = dict[str, Any]
NAMED = {"subject": ("type", "id"), "resource": ("type", "id"), "action": ("name",), "context": ("on_behalf_of",)}
WORDS = st.sampled_from(
    ["properties", "role", "clearance", "organization", "person", "now", "time", "actions", "on_behalf_of", "listing", "id", "x"]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.sampled_from(["positive", "person-b", "org-b", "dispose", ""]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(WORDS, inner, max_size=2),
    max_leaves=5,
)
NAMES = st.sampled_from(["person", "person-a", "information", "info-1", "read", "org-a"])


@st.composite
def checks(draw: st.DrawFn) -> tuple[Body, Body]:
    """A check of names alone, and the same with anything else in every place that has room for it."""
    plain: Body = {}
    for holder, members in NAMED.items():
        if holder != "context" or draw(st.booleans()):
            plain[holder] = {name: draw(NAMES) for name in members}
    more: Body = {name: value for name, value in draw(st.dictionaries(WORDS, VALUES, max_size=2)).items() if name not in NAMED}
    for holder, members in NAMED.items():
        extra = {name: value for name, value in draw(st.dictionaries(WORDS, VALUES, max_size=3)).items() if name not in members}
        extra.pop("properties", None)
        if holder != "context" and draw(st.booleans()):
            extra["properties"] = draw(st.dictionaries(WORDS, VALUES, max_size=3))
        if holder in plain or extra:
            more[holder] = {**extra, **plain.get(holder, {})}
    return plain, more


def one(body: Body) -> Asked:
    return parse(json.dumps(body).encode(), content_type=b"application/json", key="k", request_id=None)


@given(checks())
def test_two_checks_with_the_same_names_ask_the_same(pair: tuple[Body, Body]) -> None:
    plain, more = pair
    assert one(more) == one(plain)


@given(checks(), st.lists(checks(), min_size=1, max_size=3), st.dictionaries(WORDS, VALUES, max_size=2))
def test_two_batches_with_the_same_names_ask_the_same(whole: tuple[Body, Body], items: list[tuple[Body, Body]], extra: Body) -> None:
    def asked(which: int, besides: Body) -> Any:
        # An item without a context takes the default's, so each states one, if only an empty one.
        stated = [{"context": {}, **item[which]} for item in items]
        body = {**besides, **whole[which], "evaluations": stated}
        return parse_batch(json.dumps(body).encode(), content_type=b"application/json", key="k", request_id=None)

    besides = {name: value for name, value in extra.items() if name not in ("evaluations", "options", *NAMED)}
    assert asked(1, besides) == asked(0, {})


def property_chooses(body: bytes, **words: Any) -> Asked:
    asked = evaluation_form.parse(body, **words)
    return msgspec.structs.replace(asked, organization="org-b") if json.loads(body)["subject"].get("properties") else asked


def test_a_door_that_let_a_property_choose_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "parse", property_chooses)
    plain, more = find(checks(), lambda pair: one(pair[1]) != one(pair[0]), settings=settings(database=None))
    assert more["subject"]["properties"]
    assert "properties" not in plain["subject"]


def test_what_is_asked_holds_names_and_who_asks_and_nothing_else() -> None:
    names = ("subject_type", "subject", "resource_type", "resource", "action", "organization")
    assert Asked.__struct_fields__ == ("key", *names, "request_id", "purpose", "caller", "client", "until")
    assert list(inspect.signature(Decider.decide).parameters) == [
        "self",
        *("person", "kind", "resource", "action", "organization", "now_ms", "asker"),
    ]


@pytest.mark.parametrize("module", [preparing, resolving, searching, evaluations_form, evaluation_form], ids=lambda one: one.__name__)
def test_nothing_between_the_door_and_the_decision_reads_a_property(module: Any) -> None:
    tree = ast.parse(inspect.getsource(module))
    read = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert "properties" not in read
    if module in {preparing, resolving, searching}:
        assert "context" not in read
