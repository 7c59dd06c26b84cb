"""A hold on permits: granted by two, visible in every entry, and a log that says anything else does not verify."""

import json
from datetime import timedelta
from typing import Any

import pytest

from service.acts.table import ACTS
from service.database import read, transaction
from service.decision.entries import KIND, DecisionEntry, encode_entry
from service.evidence.findings import Findings, Wrong
from service.evidence.form import FormCheck, canonical_entry
from service.evidence.form import read_entry as read_again
from service.evidence.permits import decisions_at, decisions_of
from service.identity.operations import grant_application
from service.ledger import EntryError, canonical, read_entry
from service.registers.operations.reporting import Report, record_uses
from service.registers.reported import ReportedAs
from tests.evidence.test_decisions import found, verified
from tests.evidence.test_reconcile import act
from tests.evidence.world import BEGIN, Deciding

DAY = timedelta(days=1)
SPECIMEN = (
    b'{"_sd":["47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"],"_sd_alg":"sha-256","action":"read","actor":"app",'
    b'"at":"2026-11-29T03:00:00.123456Z","for":"o_1","hold":30,"kind":"decision:access:decided","object":"i_1","out":"permit",'
    b'"person":"p_1","policy":"' + b"0" * 64 + b'","req":"r-1","seen":41,"v":1}'
)
"""A specimen of version 1 with a hold; it is readable for ever."""


def changed(**members: Any) -> bytes:
    return canonical(json.loads(SPECIMEN) | members)


def faults(body: bytes) -> list[str]:
    check = FormCheck(findings := Findings())
    check.last_change = 41
    check.window([(42, body)])
    return [one.detail or "" for one in findings.kept]


def test_the_specimen_is_what_is_written_and_both_readers_read_it() -> None:
    members = json.loads(SPECIMEN)
    words = {name: members[name] for name in ("action", "actor", "at", "hold", "object", "out", "person", "policy", "req", "seen", "v")}
    written = DecisionEntry(sd=tuple(members["_sd"]), sd_alg="sha-256", acting_for="o_1", kind=KIND, **words)
    assert encode_entry(written) == SPECIMEN == canonical(read_entry(SPECIMEN)) == canonical_entry(read_again(SPECIMEN))
    assert faults(SPECIMEN) == []
    (decided,) = decisions_of(42, read_entry(SPECIMEN))
    assert (decided.hold_seconds, decided.permit, decided.application) == (30, True, "app")


@pytest.mark.parametrize("hold", [0, -1, True, "30", 1.5])
def test_a_hold_is_a_number_of_seconds_above_none(hold: Any) -> None:
    body = json.dumps(json.loads(SPECIMEN) | {"hold": hold}, separators=(",", ":"), sort_keys=True).encode()
    with pytest.raises(EntryError):
        read_entry(body)
    assert faults(body) != []


def test_an_act_holds_nothing() -> None:
    body = canonical({"at": "2026-11-29T03:00:00.123456Z", "hold": 30, "kind": "registers:use:reported", "out": "accepted", "v": 1})
    with pytest.raises(EntryError):
        read_entry(body)
    assert faults(body) == ["an act with `hold`"]


def test_an_entry_that_hides_the_hold_of_its_application_does_not_verify(deciding: Deciding) -> None:
    """The small world writes entries without a hold; before the application was granted one that was right."""
    deciding.ask("sato", "d1", at=BEGIN + DAY)
    assert found(deciding) == []
    act(deciding, grant_application, told=BEGIN + 2 * DAY, name="文書管理", application_id="app-1", hold_seconds=30)
    index = deciding.ask("sato", "d1", at=BEGIN + 3 * DAY)
    (wrong,) = verified(deciding).findings.in_order()
    assert (wrong.wrong, wrong.index, wrong.detail) == (Wrong.DECISION_INCOMPLETE, index, "hold 0, not 30")


def test_a_hold_takes_two_people() -> None:
    known = ACTS["grant_application"]
    assert known.widens({"name": "x", "hold_seconds": 30})
    assert known.seconds == ("approver",)


def test_a_log_with_reported_uses_verifies(deciding: Deciding) -> None:
    permit = deciding.ask("sato", "d1", at=BEGIN + DAY)
    use = ReportedAs(
        "u-1", b"1", "opened", BEGIN + DAY, "permitted", late=True, index=permit, check=0, person_id="sato", information_id="d1"
    )
    nobody = ReportedAs("u-2", b"2", "opened", BEGIN + DAY, "unknown_permit", late=False, index=10**9, check=0)
    with transaction(deciding.site.engine) as session:
        record_uses(session, log=deciding.site.log, at=BEGIN + 2 * DAY, reports=[Report("app-1", [use, nobody])])
    deciding.ask("sato", "d1", at=BEGIN + 2 * DAY)
    deciding.site.sign()
    assert verified(deciding).findings.kept == []


def test_each_check_of_a_request_is_found_by_its_place(deciding: Deciding) -> None:
    index = deciding.ask_together(("sato", "d1"), ("kato", "d1"), ("sato", "d2"), at=BEGIN + DAY)
    with read(deciding.site.engine) as session:
        decided = decisions_at(session, indexes={index, 0, 10**12, -1})
    assert {place: (one.person, one.object, one.permit) for place, one in decided.items()} == {
        (index, 0): ("sato", "d1", True),
        (index, 1): ("kato", "d1", decided[index, 1].permit),
        (index, 2): ("sato", "d2", decided[index, 2].permit),
    }
