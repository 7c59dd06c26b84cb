"""The body of a search, read strictly, and the tokens of its pages."""

import json
import os
from datetime import timedelta
from typing import Any

import pytest

from service import clock
from service.api.evaluation_form import BadRequestError
from service.api.search_form import Searched, SearchRequest, on_behalf_of, parse_search, search_body
from service.api.search_tokens import LIVES, Place, TokenRefusedError, Tokens

WHOLE: dict[str, Any] = {
    "subject": {"type": "person", "id": "p1"},
    "resource": {"type": "information", "id": "d1"},
    "action": {"name": "read"},
}


def parsed(body: Any, searched: Searched = "subject", content_type: bytes = b"application/json") -> SearchRequest:
    given = body if isinstance(body, bytes) else json.dumps(body).encode()
    return parse_search(given, content_type=content_type, searched=searched)


def test_the_id_of_what_is_searched_is_ignored_whatever_it_is() -> None:
    for given in ({"type": "person"}, {"type": "person", "id": "p1"}, {"type": "person", "id": 7}):
        assert parsed(WHOLE | {"subject": given}).subject.id is None
    assert parsed(WHOLE | {"resource": {"type": "document", "id": []}}, "resource").resource.id is None
    assert parsed(WHOLE, "resource").subject.id == "p1"


def test_an_action_search_ignores_an_action_and_needs_none() -> None:
    without = {name: value for name, value in WHOLE.items() if name != "action"}
    for body in (without, WHOLE, WHOLE | {"action": 7}):
        assert parsed(body, "action").action is None
    with pytest.raises(BadRequestError, match="action is missing"):
        parsed(without, "resource")


def test_properties_context_and_unknown_members_are_kept_or_ignored() -> None:
    subject = {"type": "user", "id": "alice", "properties": {"role": "admin"}}
    found = parsed(WHOLE | {"subject": subject, "context": {"on_behalf_of": "o", "time": 1}, "later": []}, "resource")
    assert (found.subject.properties, found.context) == ({"role": "admin"}, {"on_behalf_of": "o", "time": 1})
    assert (on_behalf_of(found), on_behalf_of(parsed(WHOLE))) == ("o", None)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "empty"),
        ([], "the body must be a JSON object"),
        (b'{"subject":{},"subject":{}}', "stands twice"),
        (b'{"subject":"\\ud800"}', "half a character"),
        ({"subject": WHOLE["subject"]}, "resource is missing"),
        (WHOLE | {"subject": "person"}, "subject must be an object"),
        (WHOLE | {"subject": {}}, "subject.type is missing"),
        (WHOLE | {"subject": {"type": 3}}, "subject.type must be a string"),
        (WHOLE | {"resource": {"type": "information"}}, "resource.id is missing"),
        (WHOLE | {"resource": {"type": "information", "id": ""}}, "1 to 256"),
        (WHOLE | {"resource": {"type": "information", "id": "d1", "properties": []}}, "resource.properties must be an object"),
        (WHOLE | {"action": {}}, "action.name is missing"),
        (WHOLE | {"context": None}, "context must be an object"),
        (WHOLE | {"page": 3}, "page must be an object"),
        (WHOLE | {"page": {"limit": 0}}, "page.limit"),
        (WHOLE | {"page": {"limit": True}}, "page.limit"),
        (WHOLE | {"page": {"limit": 1.5}}, "page.limit"),
        (WHOLE | {"page": {"limit": "10"}}, "page.limit"),
        (WHOLE | {"page": {"token": 3}}, "page.token must be a string"),
        (WHOLE | {"page": {"token": ""}}, "page.token must have"),
        (WHOLE | {"page": {"token": "x" * 3000}}, "page.token must have"),
    ],
)
def test_what_is_not_of_the_form_is_told_where(body: Any, says: str) -> None:
    with pytest.raises(BadRequestError, match=says):
        parsed(body)


def test_another_content_type_is_refused_and_one_with_a_charset_is_not() -> None:
    assert parsed(WHOLE, content_type=b"application/json; charset=utf-8").searched == "subject"
    with pytest.raises(BadRequestError, match="content type"):
        parsed(WHOLE, content_type=b"text/plain")


def test_the_digest_is_of_all_that_is_asked_and_of_no_page() -> None:
    whole = parsed(WHOLE | {"context": {"a": 1, "b": 2}}).digest()
    same = [
        WHOLE | {"context": {"b": 2, "a": 1}, "page": {"limit": 3, "token": "t"}},
        WHOLE | {"context": {"a": 1, "b": 2}, "subject": {"type": "person"}, "unknown": 1},
    ]
    assert {parsed(one).digest() for one in same} == {whole}
    others = [
        WHOLE,
        WHOLE | {"context": {"a": 1, "b": 3}},
        WHOLE | {"context": {"a": 1, "b": 2}, "resource": {"type": "document", "id": "d1"}},
        WHOLE | {"context": {"a": 1, "b": 2}, "action": {"name": "list"}},
        WHOLE | {"context": {"a": 1, "b": 2}, "subject": {"type": "person", "properties": {"x": 1}}},
    ]
    assert whole not in {parsed(one).digest() for one in others}
    assert len({parsed(WHOLE, searched).digest() for searched in ("subject", "resource", "action")}) == 3


def test_the_page_is_the_first_member_of_an_answer() -> None:
    body = search_body([{"name": "read"}], next_token="t")
    assert json.dumps(body) == '{"page": {"next_token": "t"}, "results": [{"name": "read"}]}'


def test_a_token_opens_for_its_caller_its_request_and_its_time_alone() -> None:
    at, key = clock.now(), os.urandom(32)
    token = Tokens(key).seal(Place("p7", 5), caller="dms", request="r", at=at)
    # Another process with the same key opens it: none remembers anything.
    assert Tokens(key).open(token, caller="dms", request="r", at=at + LIVES - timedelta(seconds=1)) == Place("p7", 5)
    wrong: list[tuple[Tokens, str, dict[str, Any]]] = [
        (Tokens(os.urandom(32)), token, {}),
        (Tokens(key), token, {"caller": "other"}),
        (Tokens(key), token, {"request": "s"}),
        (Tokens(key), token, {"at": at + LIVES}),
        (Tokens(key), token[:-1], {}),
        (Tokens(key), token + "A", {}),
        (Tokens(key), "", {}),
        (Tokens(key), "&", {}),
        (Tokens(key), "あ", {}),
        *(
            (Tokens(key), token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :], {})
            for place in range(0, len(token), 7)
        ),
    ]
    for tokens, given, changed in wrong:
        with pytest.raises(TokenRefusedError):
            tokens.open(given, **({"caller": "dms", "request": "r", "at": at} | changed))


def test_tokens_are_of_one_length_and_never_the_same_twice() -> None:
    tokens, at = Tokens(os.urandom(32)), clock.now()
    made = [tokens.seal(Place("p" * length, 5), caller="dms", request="r", at=at) for length in range(1, 60) for _ in range(2)]
    assert len({len(one) for one in made}) == 1
    assert len(set(made)) == len(made)
