"""What somebody with ill will sends to the management API: each of these once did something that it should not."""

import httpx2
import pytest

from tests.doors.management.conftest import Desk

ENROL = {"name": "clerk", "first_half": "a", "second_half": "b", "password": "a-password-of-my-own", "secret": "A" * 32, "code": "1"}
SIGN_IN = {"name": "clerk", "password": "x", "code": "1"}


@pytest.mark.parametrize(("path", "body"), [("/api/v1/session", SIGN_IN), ("/api/v1/enrolment", ENROL)])
def test_a_nul_in_a_name_is_malformed(desk: Desk, path: str, body: dict[str, str]) -> None:
    answer = httpx2.post(f"{desk.address}{path}", json=body | {"name": "cle\x00rk"})
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("/api/v1/acts", b'{"acts":[{"verb":"list_handler","words":{"\\ud800":"1"}}]}'),
        ("/api/v1/acts", b'{"acts":[{"verb":"list_handler","words":{"\\u0000":"1"}}],"words":"\\u0000"}'),
        ("/api/v1/proposals/x/send-back", b'{"words":"a\\u0000"}'),
        ("/api/v1/proposals/approve", b'{"proposals":[{"id":"\\u0000","digest":"' + b"0" * 64 + b'"}]}'),
    ],
)
def test_characters_that_are_none_are_malformed_wherever_they_stand(desk: Desk, path: str, content: bytes) -> None:
    manager = desk.sign_in("manager")
    answer = manager.post(path, content=content, headers={"content-type": "application/json"})
    assert answer.status_code == 422
