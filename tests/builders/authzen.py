"""What AuthZEN 1.0 asks of any decision point, as rules that are tried at whatever doors answer: the Act's or another regime's."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx2

EVALUATION, EVALUATIONS = "/access/v1/evaluation", "/access/v1/evaluations"
SEARCH = {one: f"/access/v1/search/{one}" for one in ("subject", "resource", "action")}
Body = Mapping[str, Any]


@dataclass(frozen=True)
class Point:
    """A decision point: its address, a key, a check that it permits and one that it denies, and the line to it."""

    address: str
    key: str
    permitted: Body
    denied: Body
    line: httpx2.Client

    def post(self, path: str, body: Any, **headers: str) -> httpx2.Response:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        told = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        return self.line.post(
            self.address + path, content=content, headers=told | {name.replace("_", "-"): one for name, one in headers.items()}
        )


def answered(answer: httpx2.Response) -> Any:
    """The body of an answer that must be a good one."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].split(";")[0] == "application/json"
    return answer.json()


def decided(body: Any) -> bool:
    """The decision of one answer, which has nothing but a decision and perhaps a context."""
    assert isinstance(body, dict)
    assert body.keys() <= {"decision", "context"}
    assert isinstance(body["decision"], bool)
    assert isinstance(body.get("context", {}), dict)
    return bool(body["decision"])


def decision(point: Point, body: Body) -> bool:
    return decided(answered(point.post(EVALUATION, body)))


def decisions(point: Point, body: Body) -> list[bool]:
    told = answered(point.post(EVALUATIONS, body))
    assert told.keys() == {"evaluations"}
    return [decided(one) for one in told["evaluations"]]


def incomplete(body: Body) -> Iterator[Body]:
    """The same check without one of the members that it needs, and with one of another type."""
    for name in ("subject", "action", "resource"):
        yield {other: value for other, value in body.items() if other != name}
        for wrong in ("alice", 7, None, [], True):
            yield {**body, name: wrong}
        for inner in body[name]:
            if inner != "properties":
                yield {**body, name: {other: value for other, value in body[name].items() if other != inner}}
                for wrong in (123, None, {}, [], True, ""):
                    yield {**body, name: {**body[name], inner: wrong}}
        yield {**body, name: {**body[name], "properties": "all"}}
    yield {**body, "context": "now"}


def malformed(body: Body) -> Iterator[bytes]:
    """Bodies that are no I-JSON object."""
    whole = json.dumps(body).encode()
    yield from (b"", b"{", b"[]", b"null", b'"text"', b"\xff", b"NaN", whole[:-1], whole + b"x", b"[" + whole + b"]")
    yield whole[:-1] + b',"subject":' + json.dumps(body["subject"]).encode() + b"}"
    yield whole[:-1] + b',"more":"\\ud800"}'
    yield whole[:-1] + b',"more":' + b"[" * 40 + b"]" * 40 + b"}"
    yield whole[:-1] + b',"more":' + b"9" * 5_000 + b"}"


def keeps_the_rules_of_one_check(point: Point) -> None:
    """Basic: what is accepted, what is refused, what is echoed (certification scenario, 2.2 to 2.6)."""
    for expected, body in ((True, point.permitted), (False, point.denied)):
        assert [decision(point, body) for _ in range(3)] == [expected] * 3
        assert decision(point, {**body, "context": {"time": "2025-06-27T18:03-07:00", "ip": "192.0.2.1"}}) is expected
        assert decision(point, {**body, "more": "x", "later": {"deep": [1, 2]}}) is expected
        assert decision(point, {**body, "action": {**body["action"], "properties": {"method": "GET"}}}) is expected
        assert decision(point, {**body, "subject": {**body["subject"], "properties": {"department": "x"}}}) is expected
    for wrong in (*incomplete(point.permitted), *malformed(point.permitted)):
        is_refused(point.post(EVALUATION, wrong, X_Request_ID="r-1"), wrong)
    refuses_at_the_door(point, EVALUATION, point.permitted)
    answer = point.post(EVALUATION, point.permitted, Content_Type="application/json; charset=utf-8", X_Request_ID="bfe9eb29-ab87-4ca3-be83")
    assert (answer.status_code, answer.headers["x-request-id"]) == (200, "bfe9eb29-ab87-4ca3-be83")


def keeps_the_rules_of_a_batch(point: Point) -> None:
    """Batch: defaults, places, semantics (certification scenario, 3.2 to 3.4; Authorization API, Access Evaluations)."""
    yes, no = point.permitted, point.denied
    assert decisions(point, {"evaluations": [yes, no]}) == [True, False]
    assert decisions(point, {**yes, "evaluations": [{}, no, {"context": {"source": "x"}}]}) == [True, False, True]
    assert (
        decisions(point, {**yes, "context": {"time": "x"}, "evaluations": [{}, {"resource": {"id": "x"}}, {"action": {}}, 3]})
        == [True] + [False] * 3
    )
    for semantic, length in (("execute_all", 3), ("deny_on_first_deny", 2), ("permit_on_first_permit", 1)):
        assert len(decisions(point, {"evaluations": [yes, no, yes], "options": {"evaluations_semantic": semantic}})) == length
    for alone in ({}, {"evaluations": []}):
        assert decided(answered(point.post(EVALUATIONS, {**yes, **alone}))) is True
        is_refused(point.post(EVALUATIONS, {**{name: yes[name] for name in ("subject", "action")}, **alone}, X_Request_ID="r-1"), alone)
    for wrong in malformed(yes):
        is_refused(point.post(EVALUATIONS, wrong, X_Request_ID="r-1"), wrong)
    for wrong_whole in (
        {"evaluations": {}},
        {"evaluations": [yes], "options": {"evaluations_semantic": "x"}},
        {"subject": 1, "evaluations": [yes]},
    ):
        is_refused(point.post(EVALUATIONS, wrong_whole, X_Request_ID="r-1"), wrong_whole)
    refuses_at_the_door(point, EVALUATIONS, {"evaluations": [yes]})


def refuses_at_the_door(point: Point, path: str, body: Body) -> None:
    """Content type, key and method, each with the caller's own request id on the answer."""
    is_refused(point.post(path, body, Content_Type="text/plain", X_Request_ID="r-1"), "text/plain")
    for credentials in ("Bearer sk_wrong", "Basic x", ""):
        answer = point.post(path, body, Authorization=credentials, X_Request_ID="r-1")
        is_refused(answer, credentials, status=401)
        assert answer.headers["www-authenticate"].startswith("Bearer")
    for method in ("GET", "PUT", "DELETE", "PATCH"):
        answer = point.line.request(method, point.address + path, headers={"Authorization": f"Bearer {point.key}", "X-Request-ID": "r-1"})
        is_refused(answer, method, status=405)
        assert answer.headers["allow"] == "POST"


def is_refused(answer: httpx2.Response, why: Any, *, status: int = 400) -> None:
    assert answer.status_code == status, (why, answer.text)
    assert answer.headers["x-request-id"] == "r-1"
    assert answer.json().keys() == {"message"}
    assert isinstance(answer.json()["message"], str)
