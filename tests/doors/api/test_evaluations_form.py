"""The form of a batch: defaults that stand or fall as a whole, places that are kept, and a fast reading that is the strict one."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from service.api import evaluation_form, evaluations_form
from service.api.evaluation_form import BadRequestError, parse
from service.api.evaluations_form import Batch, batch_of, parse_batch
from service.api.preparing import STOPS, Asked, Semantic
from service.evidence.predicate import PredicateError, read_predicate

JSON = b"application/json"
names = st.one_of(st.sampled_from(["person", "p1", "d1", "read", ""]), st.text(max_size=6), st.just("x" * 257), st.integers(), st.none())
things = st.dictionaries(st.sampled_from(["type", "id", "properties"]), names, max_size=3)
whole_things = st.fixed_dictionaries({"type": st.sampled_from(["person", "information"]), "id": st.text("abcé\\", min_size=1, max_size=4)})
members = {
    "subject": st.one_of(whole_things, things),
    "resource": st.one_of(whole_things, things, names),
    "action": st.one_of(st.fixed_dictionaries({"name": st.just("read")}), st.dictionaries(st.just("name"), names)),
    "context": st.one_of(
        st.just({}),
        st.just({"on_behalf_of": "o1"}),
        st.dictionaries(st.sampled_from(["on_behalf_of", "purpose", "now"]), names),
        st.dictionaries(st.sampled_from(["on_behalf_of", "purpose"]), st.sampled_from(["o1", "a b", "x" * 129, "目的", "a\x7f"])),
        names,
    ),
}
items = st.one_of(st.fixed_dictionaries({}, optional=members), names)
bodies = st.fixed_dictionaries(
    {"evaluations": st.lists(items, max_size=4)},
    optional=members
    | {"options": st.one_of(st.fixed_dictionaries({"evaluations_semantic": st.sampled_from([*STOPS, "other"])}), names), "more": names},
)
plain_items = st.fixed_dictionaries(
    {},
    optional={
        "subject": st.fixed_dictionaries({"type": st.just("person"), "id": st.sampled_from(["a", "b"])}),
        "resource": st.fixed_dictionaries({"type": st.just("information"), "id": st.sampled_from(["c", "d"])}),
        "action": st.just({"name": "read"}),
        "context": st.dictionaries(st.sampled_from(["on_behalf_of", "purpose"]), st.sampled_from(["o", "p", "a b", ""]), max_size=2),
    },
)


def read(body: bytes) -> Any:
    """What a body is read as, in words that can be compared."""
    try:
        batch = parse_batch(body, content_type=JSON, key="k", request_id="r")
    except BadRequestError as bad:
        return str(bad)
    return [str(one) if isinstance(one, BadRequestError) else one for one in batch.items], batch.semantic, batch.single


def strictly(body: bytes) -> Any:
    """The same without the fast reading."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(evaluations_form, "_plain", lambda *_words: None)
        return read(body)


bodies_of_one = st.fixed_dictionaries(
    {"subject": whole_things, "resource": whole_things, "action": st.just({"name": "read"})}, optional={"context": members["context"]}
)


def one_read(body: bytes) -> Any:
    """What the body of a single check is read as, in words that can be compared."""
    try:
        return parse(body, content_type=JSON, key="k", request_id="r")
    except BadRequestError as bad:
        return str(bad)


def one_strictly(body: bytes) -> Any:
    """The same without the fast reading."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(evaluation_form, "_plain", lambda _body: None)
        return one_read(body)


@given(bodies, st.booleans())
def test_the_fast_reading_is_the_strict_one(asked: dict[str, Any], compact: bool) -> None:
    body = json.dumps(asked, separators=(",", ":") if compact else None, ensure_ascii=compact).encode("utf-8", "surrogatepass")
    assert read(body) == strictly(body)


@given(st.lists(plain_items, min_size=1, max_size=4), plain_items, st.data())
def test_the_fast_reading_is_the_strict_one_for_what_is_nearly_plain(
    batch: list[dict[str, Any]], defaults: dict[str, Any], data: st.DataObject
) -> None:
    text = json.dumps({**defaults, "evaluations": batch})
    if data.draw(st.booleans()):
        # One piece of the text stands twice, or is gone: keys that stand twice, half objects.
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, len(text)))
        text = data.draw(st.sampled_from([text[:end] + text[start:], text[:start] + text[end:]]))
    assert read(text.encode()) == strictly(text.encode())


def test_a_plain_batch_takes_the_fast_way_and_one_with_a_key_that_stands_twice_does_not() -> None:
    plain = (
        b'{"subject":{"type":"person","id":"a"},"action":{"name":"read"},"evaluations":[{"resource":{"type":"information","id":"d"}},{}]}'
    )
    assert evaluations_form._plain(plain, "k", None) is not None
    assert evaluations_form._plain(plain.replace(b"{}", b'{"action":{"name":"a","name":"read"}}'), "k", None) is None
    assert "stands twice" in read(plain.replace(b"{}", b'{"action":{"name":"a","name":"read"}}'))


def test_a_member_of_an_item_stands_in_place_of_the_whole_default() -> None:
    body = {
        "subject": {"type": "person", "id": "a"},
        "resource": {"type": "information", "id": "d"},
        "action": {"name": "read"},
        "context": {"on_behalf_of": "o"},
        "evaluations": [{}, {"resource": {"id": "e"}}, {"subject": {"type": "person"}}, {"context": {}}, {"action": {}}],
    }
    found, _semantic, _single = read(json.dumps(body).encode())
    whole = Asked("k", "person", "a", "information", "d", "read", "o", "r")
    assert found[0] == whole
    assert found[1:3] == ["resource.type is missing", "subject.id is missing"]
    assert (found[3].organization, found[4]) == (None, "action.name is missing")


def test_a_default_that_is_incomplete_only_counts_where_it_is_used() -> None:
    whole = {"subject": {"type": "person", "id": "a"}, "action": {"name": "read"}, "resource": {"type": "information", "id": "d"}}
    assert len(read(json.dumps({"resource": {"type": "information"}, "evaluations": [whole]}).encode())[0]) == 1
    assert read(json.dumps({"resource": 7, "evaluations": [whole]}).encode()) == "resource must be an object"


@pytest.mark.parametrize(("rest", "single"), [({}, True), ({"evaluations": []}, True), ({"evaluations": [{}]}, False)])
def test_without_a_list_it_is_a_single_check(rest: dict[str, Any], single: bool) -> None:
    body = {"subject": {"type": "person", "id": "a"}, "action": {"name": "read"}, "resource": {"type": "information", "id": "d"}} | rest
    found = read(json.dumps(body).encode())
    assert found == (
        [parse(json.dumps({**body, "evaluations": []}).encode(), content_type=JSON, key="k", request_id="r")],
        "execute_all",
        single,
    )


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"evaluations": {}}, "evaluations must be an array"),
        ({"evaluations": None}, "evaluations must be an array"),
        ({"evaluations": [{}], "options": []}, "options must be an object"),
        (
            {"evaluations": [{}], "options": {"evaluations_semantic": "all"}},
            "options.evaluations_semantic must be one of execute_all, deny_on",
        ),
        ({"evaluations": [{}], "options": {"evaluations_semantic": ["execute_all"]}}, "options.evaluations_semantic must be one of"),
        ({"options": {"evaluations_semantic": "all"}}, "options.evaluations_semantic must be one of"),
        ({"evaluations": []}, "subject is missing"),
    ],
)
def test_what_is_wrong_with_all_of_it_is_said_once(body: dict[str, Any], says: str) -> None:
    assert says in read(json.dumps(body).encode())


decisions = st.lists(st.sampled_from([True, False, None]), min_size=1, max_size=8)
"""Of each item: permitted, denied, or not of the form."""


@given(decisions, st.sampled_from([*STOPS]))
def test_the_answer_ends_behind_the_first_that_the_semantic_names(given_items: list[bool | None], semantic: Semantic) -> None:
    batch = Batch([BadRequestError("bad") if one is None else one for one in given_items], semantic)
    stop = STOPS[semantic]
    # As the gateway answers: what is decidable, up to the first that ends it.
    answers = []
    for one in batch.decidable:
        answers.append((one, one))
        if one is stop:
            break
    found = [False if isinstance(one, BadRequestError) else one for one in batch.in_place(answers)]
    plain = [bool(one) for one in given_items]
    # Nothing behind the end is decided, for a decision is recorded.
    assert len(answers) == sum(one is not None for one in given_items[: len(found)])
    assert found == (plain if stop is None or stop not in plain else plain[: plain.index(stop) + 1])


values = st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just([1.5, {}])


@settings(max_examples=40)
@given(st.dictionaries(st.text(max_size=5), values, max_size=3))
def test_no_property_and_no_context_changes_what_is_asked_of_the_act(more: dict[str, Any]) -> None:
    """What is not asked cannot widen: a check is its names, whatever else its body holds."""
    body: dict[str, Any] = {
        "subject": {"type": "person", "id": "a"},
        "action": {"name": "read"},
        "resource": {"type": "information", "id": "d"},
    }
    told = {name: value | {"properties": more} for name, value in body.items()}
    context = {name: value for name, value in more.items() if name not in {"on_behalf_of", "purpose"}}
    plain = parse(json.dumps(body).encode(), content_type=JSON, key="k", request_id=None)
    for one, purpose in (
        (told, None),
        (body | {"context": context}, None),
        (told | {"context": context | {"purpose": "any", "now": "2020-01-01T00:00:00Z"}}, "any"),
        (more | body, None),
    ):
        text = json.dumps(one).encode("utf-8", "surrogatepass")
        # The purpose is on record; what is decided does not know it (`tests/doors/api/test_purposes.py`).
        assert parse(text, content_type=JSON, key="k", request_id=None) == replace(plain, purpose=purpose)
        batch = parse_batch(json.dumps(one | {"evaluations": [{}]}).encode(), content_type=JSON, key="k", request_id=None)
        assert batch.items == [replace(plain, purpose=purpose)]


@given(bodies_of_one, st.booleans())
def test_the_fast_reading_of_a_check_is_the_strict_one(asked: dict[str, Any], compact: bool) -> None:
    body = json.dumps(asked, separators=(",", ":") if compact else None, ensure_ascii=compact).encode("utf-8", "surrogatepass")
    assert one_read(body) == one_strictly(body)


@given(bodies_of_one, st.data())
def test_the_fast_reading_of_a_check_is_the_strict_one_for_what_is_nearly_plain(asked: dict[str, Any], data: st.DataObject) -> None:
    text = json.dumps(asked)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    text = data.draw(st.sampled_from([text[:end] + text[start:], text[:start] + text[end:]]))
    assert one_read(text.encode()) == one_strictly(text.encode())


def test_a_check_with_a_purpose_takes_the_fast_way() -> None:
    body = b'{"subject":{"type":"p","id":"a"},"resource":{"type":"i","id":"d"},"action":{"name":"r"},"context":{"purpose":"duty"}}'
    assert evaluation_form._plain(body) is not None
    for broken in (b'"duty","purpose":"duty"', b'"du ty"', b'""', b"null", b"7"):
        assert evaluation_form._plain(body.replace(b'"duty"', broken)) is None


@given(st.text(max_size=130) | st.sampled_from(["audit", "業務", "a b", " ", "x" * 128, "x" * 129, "a\u3000b", "\ud800"]))
def test_every_purpose_that_is_recorded_can_be_asked_for(purpose: str) -> None:
    try:
        read_predicate({"v": 1, "disclosed": {"purposes": [purpose]}})
    except PredicateError:
        found = False
    else:
        found = True
    assert evaluation_form.is_purpose(purpose) is found


def test_a_batch_of_questions_keeps_what_is_said_of_each() -> None:
    body = {
        "subject": {"type": "user", "id": "a", "properties": {"role": "x"}},
        "action": {"name": "read"},
        "evaluations": [
            {"resource": {"type": "record", "id": "1", "properties": {"status": "y"}}},
            {"subject": {"type": "user", "id": "b"}},
        ],
    }
    first, second = batch_of(body).items
    assert not isinstance(first, BadRequestError)
    assert (first.subject["properties"], first.resource["properties"]) == ({"role": "x"}, {"status": "y"})
    assert str(second) == "resource is missing"
