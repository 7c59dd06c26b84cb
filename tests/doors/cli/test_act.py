"""Acts from the command line: the words of law in, an entry or a refusal with its citation out."""

import json
import re
from collections.abc import Callable
from inspect import getmembers, getsource, isfunction, signature
from pathlib import Path
from typing import Any

import pytest

from service.acts.table import ACTS
from service.acts.words import GIVEN_BY_THE_DOOR, value_of, words_of

ROOMS = ("personnel", "designation", "provision", "clearance", "need_to_know", "assessment", "registers", "registers.duties")
LETTER = ("document_number=経保第1号", "letter_on=2026-11-01", "arrived_on=2026-11-02")

Command = Callable[..., Any]


def operations(room: str) -> set[str]:
    module = __import__(f"service.{room}.operations", fromlist=["x"])
    return {
        name
        for name, member in getmembers(module, isfunction)
        if not name.startswith("_")
        and member.__module__.startswith(f"service.{room}.")
        and signature(member).parameters.keys() >= GIVEN_BY_THE_DOOR
    }


def test_every_act_of_every_room_can_be_performed_from_the_command_line() -> None:
    # A correction names a fact of any kind, and comes with its own command.
    known = {verb for verb, act in ACTS.items()}
    for room in ROOMS:
        assert operations(room) - {"correct"} <= known | {"correct"}, room


@pytest.mark.parametrize("verb", sorted(ACTS))
def test_the_list_of_acts_gives_each_the_seat_that_its_operation_asks_for(verb: str) -> None:
    asked = re.findall(r"require_seat\(log\.seat, \"(\w+)\"", getsource(ACTS[verb].operation()))
    assert asked == ([] if ACTS[verb].seat is None else [ACTS[verb].seat])


def test_an_act_prints_its_entry_and_the_entry_says_who_did_what(sekisho: Command) -> None:
    told = sekisho("act", "register_organization", "kind=organ", "name=架空経済省", "organization_id=keizai")
    assert (told.code, told.out) == (0, "register_organization keizai: entry 2\n")
    shown = sekisho("ledger", "show", "2")
    entry = json.loads(shown.out)
    assert entry["kind"] == "personnel:organization:registered"
    assert entry["actor"].startswith("account:")
    assert "架空経済省" not in shown.out
    assert "in the tree of 3: yes" in shown.err


def test_a_refused_act_names_its_citation_and_stays_in_the_ledger(sekisho: Command) -> None:
    sekisho("act", "register_organization", "kind=organ", "name=架空経済省", "organization_id=keizai")
    told = sekisho("act", "record_designation", "organ_id=keizai", "on=2026-11-01", "until=2031-11-01", *LETTER)
    assert told.code == 1
    assert "Act 4(1)" in told.err
    entry = json.loads(sekisho("ledger", "show", "3").out)
    assert (entry["kind"], entry["out"]) == ("designation:information:designated", "refused")


def test_an_act_of_the_other_seat_is_in_no_list_and_is_refused(sekisho: Command) -> None:
    assert "\ndesignate\n" not in sekisho("act").out
    assert "\nrecord_designation\n" in sekisho("act").out
    told = sekisho("act", "designate", "organ_id=keizai", "on=2026-11-01", "years=5")
    assert told.code == 1
    assert "wrong_seat" in told.err


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("nonsense",), "nonsense"),
        (("register_unit",), "organization_id"),
        (("register_unit", "organization_id"), "organization_id"),
        (("register_unit", "organization_id=a", "organization_id=b"), "organization_id"),
        (("register_unit", "organization_id=a", "name=b", "colour=red"), "colour"),
        (("leave_post", "post_id=a", "last_day=31.2.2026"), "31.2.2026"),
        (("register_organization", "kind=shop", "name=b"), "shop"),
        (("list_handler", "information_id=a", "organization_id=b", "from_on=2026-11-24"), "person"),
        (("--file", "/nonexistent.yaml"), "/nonexistent.yaml"),
    ],
)
def test_bad_input_is_one_line_that_names_what_is_wrong(sekisho: Command, words: tuple[str, ...], named: str) -> None:
    told = sekisho("act", *words)
    assert told.code == 2
    assert told.err.count("\n") == 1
    assert named in told.err
    assert sekisho("ledger", "head").out.count("entries      2\n") == 1


def test_a_file_of_acts_is_read_whole_before_the_first_is_performed(sekisho: Command, tmp_path: Path) -> None:
    file = tmp_path / "acts.yaml"
    file.write_text(
        "- {act: register_organization, kind: organ, name: 架空経済省, organization_id: keizai}\n"
        "- {act: register_unit, organization_id: keizai, name: 課, form_on: 2026-11-24}\n",
        encoding="utf-8",
    )
    told = sekisho("act", "--file", str(file))
    assert told.code == 2
    assert "act 2" in told.err
    assert "form_on" in told.err
    assert "entries      2\n" in sekisho("ledger", "head").out


def test_a_file_of_acts_is_performed_in_its_order(sekisho: Command, tmp_path: Path) -> None:
    file = tmp_path / "acts.yaml"
    file.write_text(
        "- {act: register_organization, kind: organ, name: 架空経済省, organization_id: keizai}\n"
        "- {act: register_unit, organization_id: keizai, name: 課, unit_id: ka, from_on: 2026-11-24}\n",
        encoding="utf-8",
    )
    told = sekisho("act", "--file", str(file))
    assert told.out == "register_organization keizai: entry 2\nregister_unit ka: entry 3\n"


@pytest.mark.parametrize("text", ["- {act: close, a", "close", "- 1", "- {information_id: x}"])
def test_a_file_that_is_no_list_of_acts_is_one_line(sekisho: Command, tmp_path: Path, text: str) -> None:
    file = tmp_path / "acts.yaml"
    file.write_text(text, encoding="utf-8")
    told = sekisho("act", "--file", str(file))
    assert told.code == 2
    assert told.err.count("\n") == 1
    assert str(file) in told.err


@pytest.mark.parametrize(
    ("verb", "word"), [("list_handler", "actions"), ("record_contract", "informations"), ("correct_contract", "units")]
)
def test_several_values_are_written_with_commas_whatever_kind_of_list_an_act_takes(verb: str, word: str) -> None:
    kind = words_of(ACTS[verb].operation())[word].kind
    assert value_of(word, "read, make", kind) == ["read", "make"]
