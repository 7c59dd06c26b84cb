"""An entry names its second person in version 2, whole, and never the first; both readers hold to that."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from service.evidence.findings import Findings
from service.evidence.form import FormCheck
from service.ledger import EntryError, Kind, build, canonical, read_entry

AT = datetime(2026, 11, 26, tzinfo=UTC)
SPECIMEN = (
    b'{"actor":"acc_1","at":"2026-11-26T00:00:00.000000Z","footing":"standing","kind":"need_to_know:handler:listed",'
    b'"out":"accepted","proposal":"prop_1","second":"acc_2","v":2}'
)
"""A specimen of version 2; it is readable for ever."""


def body(**changes: Any) -> bytes:
    found = json.loads(SPECIMEN) | changes
    return canonical({name: value for name, value in found.items() if value is not None})


def faults(entry: bytes) -> int:
    findings = Findings()
    FormCheck(findings).window([(0, entry)])
    return findings.total


def test_the_specimen_of_version_two_is_what_is_written_and_is_read() -> None:
    written = build(kind=Kind.HANDLER_LISTED, at=AT, out="accepted", actor="acc_1", second="acc_2", footing="standing", proposal="prop_1")
    assert written == SPECIMEN
    assert read_entry(SPECIMEN)["second"] == "acc_2"
    assert faults(SPECIMEN) == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"second": None},
        {"footing": None},
        {"proposal": None},
        {"footing": "friendship"},
        {"second": "acc_1"},
        {"v": 1},
        {"v": 1, "second": None, "proposal": None},
        {"v": 3},
    ],
)
def test_both_readers_refuse_half_a_second_person(changes: dict[str, Any]) -> None:
    with pytest.raises(EntryError):
        read_entry(body(**changes))
    assert faults(body(**changes)) == 1
