"""The first start, at which two people confirm each other, as they sit at the terminal."""

import io
import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from service import clock
from service.identity.factors import totp

PASSWORDS = ("a-lantern-on-the-quay-1", "seven-herons-in-the-mist")
SECRETS = (bytes(range(20)), bytes(range(20, 40)))

Held = Callable[..., Any]


def introduced(place: int, name: str, sign_in_name: str) -> list[str]:
    """What one of the two types: a password that is too short first."""
    code = totp.code_at(SECRETS[place], totp.step_at(clock.now()))
    return [name, sign_in_name, "short", PASSWORDS[place], PASSWORDS[place], "000000", code]


@pytest.fixture
def held(sekisho: Any, monkeypatch: pytest.MonkeyPatch) -> Held:
    """Hold the ceremony with the answers of two people."""

    def hold(*options: str, organization: bool = True, confirmed: tuple[str, ...] = PASSWORDS) -> Any:
        secrets = iter(SECRETS)
        monkeypatch.setattr(totp, "new_secret", lambda: next(secrets))
        lines = ["架空電力"] if organization else []
        lines += introduced(0, "架空 一子", "ichiko") + introduced(1, "架空 二郎", "jiro") + list(confirmed)
        monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(lines) + "\n"))
        return sekisho("init", *options)

    return hold


def test_two_people_confirm_each_other_and_the_ledger_begins_with_that(sekisho: Any, held: Held) -> None:
    told = held()
    assert "Done; it is in the ledger" in told.out
    assert len(re.findall(r"^  [0-9A-Z-]{19}$", told.out, re.MULTILINE)) == 20
    kinds = []
    for index in range(2, 13):
        entry = json.loads(sekisho("ledger", "show", str(index)).out)
        kinds.append(entry["kind"])
        assert entry["v"] == 2
        assert entry["proposal"] == "init"
        assert entry["second"] != entry["actor"]
    one = [
        "personnel:person:registered",
        "personnel:post:taken",
        "identity:account:opened",
        "identity:role:granted",
        "identity:factor:enrolled",
    ]
    assert kinds == ["personnel:organization:registered", *one, *one]
    assert sekisho("verify").code == 0
    again = sekisho("init")
    assert again.code == 2
    assert "already" in again.err


def test_a_wrong_password_confirms_nobody(sekisho: Any, held: Held) -> None:
    told = held(confirmed=("not the password",) * 3)
    assert told.code == 2
    assert "nothing was changed" in told.err
    assert sekisho("ledger", "show", "2").code != 0


def test_what_takes_two_people_is_not_done_by_one_at_the_command_line(sekisho: Any, held: Held) -> None:
    before = sekisho("act", "register_organization", "kind=organ", "name=架空経済省", "organization_id=keizai")
    assert before.code == 0
    assert held(organization=False).code == 0
    for command in (
        ("act", "register_organization", "kind=organ", "name=架空総務省"),
        ("application", "grant", "dms"),
        ("key", "issue", "dms"),
    ):
        told = sekisho(*command)
        assert told.code == 2, command
        assert "two people" in told.err
    assert sekisho("act", "register_person", "legal_name=架空 花子").code == 0


@pytest.mark.parametrize("profile", ["large", ""])
def test_an_unknown_profile_is_refused(sekisho: Any, profile: str) -> None:
    told = sekisho("init", "--profile", profile)
    assert told.code == 2
    assert "profile" in told.err


def test_an_export_of_one_person_at_the_command_line_withholds_what_entries_withhold(sekisho: Any, held: Held) -> None:
    assert sekisho("check", "somebody", "something").code == 1
    assert '"answer":{' in sekisho("export", "--format", "jsonl").out
    assert held().code == 0
    after = sekisho("export", "--format", "jsonl")
    assert after.code == 0
    assert '"answer"' not in after.out
    assert "without disclosures" in after.err
