"""Asking from the command line, with and without a policy in force, and the demo's own commands."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from service.cli.demo import DENIALS, KEYS_FILE, PERMIT
from service.cli.site import open_site
from service.database import read
from service.evidence import lookups
from service.ledger import entries, read_entry
from service.settings import Settings

Command = Callable[..., Any]


@pytest.fixture
def demo(unopened: Command) -> Command:
    """The command line of a seeded demo."""
    assert unopened("demo").code == 0
    return unopened


def test_a_demo_permits_one_and_denies_five_each_for_its_own_reason(demo: Command) -> None:
    permit = demo("check", *PERMIT, "--language", "en")
    assert permit.code == 0
    assert "clearance_valid" in permit.out
    assert "Act 11(1)" in permit.out
    reasons = set()
    for person, document in DENIALS:
        told = demo("check", person, document, "--on-behalf-of", "demo-denryoku", "--language", "ja")
        assert told.code == 1
        reasons.add((re.search(r"理由: (\w+)", told.out) or ["", ""])[1])
    assert reasons == {"sds_clearance_expired", "not_a_handler", "doubt_notice", "no_assessment"}
    assert demo("verify").code == 0


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("demo-permit", "demo-info-1"), 0, "clearance_valid"),
        (("employee:000001", "dms:2026-0001"), 0, "clearance_valid"),
        (("demo-permit", "demo-doc-2"), 0, "clearance_valid"),
        (("demo-permit", "demo-doc-3", "--action", "make"), 0, "clearance_valid"),
        (("demo-read-only", "demo-doc-1"), 0, "clearance_valid"),
        (("demo-read-only", "demo-doc-1", "--action", "make"), 1, "action_not_granted"),
        (("demo-dispatched", "demo-doc-1"), 0, "clearance_valid"),
        (("demo-other-organ", "demo-doc-1"), 1, "no_assessment"),
        (("demo-other-organ", "demo-doc-7"), 0, "clearance_valid"),
        (("demo-two-organs", "demo-doc-4"), 0, "clearance_valid"),
        (("demo-negative", "demo-doc-1"), 1, "assessment_negative"),
        (("demo-refused", "demo-doc-1"), 1, "assessment_refused"),
        (("demo-permit", "demo-doc-9"), 1, "not_provided"),
        (("demo-permit", "demo-doc-10"), 1, "no_contract"),
        (("demo-two-organs", "demo-doc-10", "--action", "return"), 0, "return_after_contract"),
        (("demo-permit", "demo-doc-11"), 1, "foreign_restriction"),
        (("demo-permit", "demo-doc-12"), 0, "designation_ended"),
        (("demo-not-listed", "demo-doc-12"), 1, "designation_ended"),
        (("nobody", "demo-doc-1"), 1, "unknown_person"),
        (("demo-permit", "nothing"), 1, "unknown_information"),
    ],
)
def test_each_story_of_the_demo_is_answered_as_it_is_told(demo_once: Command, words: tuple[str, ...], code: int, said: str) -> None:
    told = demo_once("check", *words, "--language", "en")
    assert (told.code, told.err) == (code, "")
    assert f"reason: {said}: " in told.out


def test_what_for_is_recorded_with_the_answer_and_is_a_code(demo_once: Command, demo_place: dict[str, str]) -> None:
    told = demo_once("check", *PERMIT, "--purpose", "assigned_work", "--language", "en")
    index = (re.search(r"entry: (\d+)", told.out) or ["", "none"])[1]
    site = open_site(settings=Settings(data_dir=Path(demo_place["SEKISHO_DATA_DIR"])))
    with site as opened, read(opened.engine) as session:
        body = next(entries(session, start=int(index), end=int(index) + 1))[1]
        found = lookups.opened(session, log=opened.log, clear=read_entry(body))
    assert {"purpose": "assigned_work"} in [one.value for one in found]
    sentence = demo_once("check", *PERMIT, "--purpose", "for my work")
    assert (sentence.code, sentence.out) == (2, "")
    assert "--purpose: a code of 1 to 128 characters, without blanks" in sentence.err


def test_a_second_demo_on_the_same_data_prints_the_same_keys_and_seeds_nothing(demo: Command, short_dir: Path) -> None:
    size = demo("ledger", "head").out
    keys = json.loads((short_dir / KEYS_FILE).read_text(encoding="ascii"))
    again = demo("demo")
    assert (again.code, again.err) == (0, "")
    assert keys["application"] in again.out
    assert demo("ledger", "head").out == size
    assert (short_dir / KEYS_FILE).stat().st_mode & 0o777 == 0o600


def test_a_demo_goes_into_no_real_deployment(sekisho: Command) -> None:
    told = sekisho("demo")
    assert told.code == 2
    assert sekisho("application", "grant", "文書管理", "--trial").code == 2
    assert "entries      2\n" in sekisho("ledger", "head").out


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("a", "b", "--action", "destroy"), "destroy"),
        (("a", "b", "--on-behalf-of", "nobody"), "nobody"),
        (("a", "b", "--language", "fr"), "fr"),
        (("a",), "resource"),
    ],
)
def test_a_question_that_cannot_be_asked_is_one_line_and_no_entry(sekisho: Command, words: tuple[str, ...], named: str) -> None:
    told = sekisho("check", *words)
    assert told.code == 2
    assert named in told.err
    assert told.err.count("\n") == 1
    assert "entries      2\n" in sekisho("ledger", "head").out


def test_an_application_gets_a_key_once_and_loses_it_at_once(sekisho: Command) -> None:
    assert sekisho("application", "grant", "文書管理", "--id", "dms", "--namespace", "employee").out == "dms\n"
    key = sekisho("key", "issue", "dms", "--days", "90").out.strip()
    assert re.fullmatch(r"sk_[A-Za-z0-9_-]{43}", key)
    listed = sekisho("key", "list", "dms").out
    assert key not in listed
    name = listed.split("\t")[0]
    assert sekisho("key", "revoke", name).out == f"revoked {name}\n"
    assert "revoked" in sekisho("key", "list", "dms").out
    assert sekisho("key", "revoke", name).code == 1
    assert sekisho("application", "end", "dms").code == 0
    assert sekisho("key", "issue", "dms").code == 1
    assert "文書管理" in sekisho("application", "list").out


@pytest.mark.parametrize(
    "words",
    [
        ("application", "grant", "x", "--organization", "nobody"),
        ("application", "grant", "x", "--resource-type", "car"),
        ("application", "grant", " "),
        ("key", "issue", "nobody"),
        ("key", "issue", "nobody", "--days", "0"),
        ("key", "revoke", "nothing"),
    ],
)
def test_a_grant_that_cannot_be_is_one_line(sekisho: Command, words: tuple[str, ...]) -> None:
    told = sekisho(*words)
    assert told.code in {1, 2}
    assert told.err.count("\n") == 1
