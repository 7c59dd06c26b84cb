"""Decisions are judged again, and their facts traced to entries; every way to falsify them is named."""

from datetime import timedelta
from typing import Any

import pytest

from service.evidence import rows
from service.evidence.disclosures import keyring_opener
from service.evidence.findings import Wrong
from service.evidence.report import Report
from service.evidence.verification import verify
from tests.evidence.world import BEGIN, Deciding

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def verified(deciding: Deciding) -> Report:
    site = deciding.site
    with rows.snapshot(site.url) as connection:
        return verify(
            connection=connection,
            vkey=site.log.vkey,
            opener=lambda opened: keyring_opener(opened, site.log.keyring.scratch()),
        )


def found(deciding: Deciding) -> list[tuple[Wrong, int | None]]:
    return [(one.wrong, one.index) for one in verified(deciding).findings.in_order()]


def test_an_honest_log_of_decisions_verifies(deciding: Deciding) -> None:
    deciding.ask("sato", "d1", at=BEGIN + DAY)
    deciding.ask("mori", "d1", at=BEGIN + DAY)
    deciding.ask("sato", "d2", at=BEGIN + DAY)
    deciding.ask("kato", "d1", at=BEGIN + DAY, organization="meti")
    deciding.ask("sato", "d1", at=BEGIN + DAY + HOUR)
    deciding.ask("sato", "d1", at=BEGIN + 90 * DAY)
    deciding.site.sign()
    report = verified(deciding)
    assert report.findings.kept == []
    counts = report.counts
    assert (counts.decisions, counts.answered, counts.not_rerun) == (6, 6, 0)
    # The permit of an hour later is the same until midnight; after the contract's end it is judged anew.
    assert (counts.rerun, counts.traced) == (5, 4)
    assert counts.rows > 15


def test_a_decision_turned_round_with_its_leaves_does_not_fit_its_answer(deciding: Deciding) -> None:
    index = deciding.ask("mori", "d1", at=BEGIN + DAY, out="permit")
    assert found(deciding) == [(Wrong.OUTCOME_DIFFERS, index)]


def test_an_answer_that_does_not_follow_is_named(deciding: Deciding) -> None:
    right = deciding.ask("sato", "d1", at=BEGIN + DAY)
    lie = {"decision": "permit", "reason": "clearance_valid", "basis": ["Act 11(1)"], "api": True}
    index = deciding.ask("mori", "d1", at=BEGIN + DAY, out="permit", lie=lie)
    assert right < index
    assert found(deciding) == [(Wrong.ANSWER_DIFFERS, index)]


@pytest.mark.parametrize("lie", [{"reason": "no_contract"}, {"basis": ["Act 3(1)"]}, {"api": False}, {"note": "more"}])
def test_each_part_of_an_answer_is_compared(deciding: Deciding, lie: dict[str, Any]) -> None:
    assert found(deciding) == []
    index = deciding.ask("sato", "d1", at=BEGIN + DAY, lie=lie)
    assert found(deciding) == [(Wrong.ANSWER_DIFFERS, index)]


def test_an_answer_kept_beyond_its_horizon_is_named(deciding: Deciding) -> None:
    before = deciding.ask("sato", "d1", at=BEGIN + DAY)
    after_the_contract = BEGIN + 90 * DAY
    stale = {"decision": "permit", "reason": "clearance_valid", "basis": ["Act 11(1)"], "api": True}
    index = deciding.ask("sato", "d1", at=after_the_contract, out="permit", lie=stale)
    assert before < index
    assert found(deciding) == [(Wrong.ANSWER_DIFFERS, index)]


def facts_of(deciding: Deciding, person: str, information: str) -> dict[str, Any]:
    from service.decision.facts import facts_for

    return facts_for(deciding.world(), person=person, information=information, organization=None)


def test_facts_that_no_entry_tells_of_are_named(deciding: Deciding) -> None:
    borrowed = facts_of(deciding, "sato", "d1") | {"person": "mori"}
    answer = {"decision": "permit", "reason": "clearance_valid", "basis": ["Act 11(1)"], "api": True}
    index = deciding.ask("mori", "d1", at=BEGIN + DAY, facts=[borrowed], lie=answer, out="permit")
    assert found(deciding) == [(Wrong.FACTS_NOT_FROM_ENTRIES, index)]


def test_facts_older_than_the_last_change_are_named(deciding: Deciding) -> None:
    from service.actor import SYSTEM
    from service.database import transaction
    from service.ledger import Draft, Kind, begin_act, record
    from service.need_to_know.model import Listing

    old = facts_of(deciding, "sato", "d1")
    deciding.ask("sato", "d1", at=BEGIN + DAY)
    with transaction(deciding.site.engine) as session:
        begin_act(session)
        listing = session.query(Listing).filter_by(person_id="sato").one()
        listing.until_on = (BEGIN + DAY).date()
        draft = Draft(kind=Kind.HANDLER_REMOVED, actor=SYSTEM, at=BEGIN + DAY + HOUR, person="sato", subject="sato")
        record(session, log=deciding.site.log, draft=draft, rows=[listing])
    answer = {"decision": "permit", "reason": "clearance_valid", "basis": ["Act 11(1)"], "api": True}
    index = deciding.ask("sato", "d1", at=BEGIN + DAY + 2 * HOUR, facts=[old], lie=answer, out="permit")
    assert found(deciding) == [(Wrong.FACTS_NOT_FROM_ENTRIES, index)]
    again = deciding.ask("sato", "d1", at=BEGIN + DAY + 3 * HOUR)
    assert found(deciding) == [(Wrong.FACTS_NOT_FROM_ENTRIES, index)]
    assert again > index


def test_facts_of_somebody_else_are_named(deciding: Deciding) -> None:
    index = deciding.ask("mori", "d1", at=BEGIN + DAY, facts=[facts_of(deciding, "sato", "d1")])
    assert found(deciding) == [(Wrong.DECISION_INCOMPLETE, index)]


def test_facts_of_another_information_are_named(deciding: Deciding) -> None:
    index = deciding.ask("sato", "d2", at=BEGIN + DAY, facts=[facts_of(deciding, "sato", "d1")])
    assert found(deciding) == [(Wrong.DECISION_INCOMPLETE, index)]


def test_a_decision_without_facts_is_named(deciding: Deciding) -> None:
    index = deciding.ask("sato", "d1", at=BEGIN + DAY, facts=[])
    assert found(deciding) == [(Wrong.DECISION_INCOMPLETE, index)]


def test_a_decision_about_something_unknown_is_traced_too(deciding: Deciding) -> None:
    deciding.ask("sato", "nothing", at=BEGIN + DAY)
    deciding.ask("nobody", "d1", at=BEGIN + DAY)
    deciding.ask("sato", "no-document", kind="document", at=BEGIN + DAY)
    report = verified(deciding)
    assert report.findings.kept == []
    assert report.counts.answered == 3


def register_document(deciding: Deciding) -> None:
    from service.actor import SYSTEM
    from service.database import transaction
    from service.designation.model import Document, DocumentInformation
    from service.ledger import Draft, Kind, begin_act, record

    with transaction(deciding.site.engine) as session:
        begin_act(session)
        rows_made = [
            Document(id="doc", kind="document", title="図面"),
            *(DocumentInformation(id=f"doc-{one}", document_id="doc", information_id=one) for one in ("d1", "d2")),
        ]
        draft = Draft(kind=Kind.DOCUMENT_REGISTERED, actor=SYSTEM, at=BEGIN + 3 * HOUR, object="doc", subject="doc")
        record(session, log=deciding.site.log, draft=draft, rows=rows_made)


def test_a_document_is_judged_by_all_that_it_carries(deciding: Deciding) -> None:
    register_document(deciding)
    deciding.ask("sato", "doc", kind="document", at=BEGIN + DAY)
    assert found(deciding) == []
    permit = {"decision": "permit", "reason": "clearance_valid", "basis": ["Act 11(1)"], "api": True}
    index = deciding.ask("sato", "doc", kind="document", at=BEGIN + DAY, facts=[facts_of(deciding, "sato", "d1")], lie=permit, out="permit")
    assert found(deciding) == [(Wrong.DECISION_INCOMPLETE, index)]


def test_an_altered_disclosure_is_named(deciding: Deciding) -> None:
    index = deciding.ask("sato", "d1", at=BEGIN + DAY)
    deciding.site.attack(("update ledger.disclosures set sealed = sealed || '\\x00' where index = %s", (index,)))
    assert set(found(deciding)) == {(Wrong.DISCLOSURE_ALTERED, index)}


def test_exchanged_disclosures_are_named(deciding: Deciding) -> None:
    index = deciding.ask("sato", "d1", at=BEGIN + DAY)
    deciding.site.attack(
        (
            """update ledger.disclosures d set sealed = other.sealed from ledger.disclosures other
            where d.index = %s and other.index = d.index and other.digest <> d.digest""",
            (index,),
        )
    )
    assert set(found(deciding)) == {(Wrong.DISCLOSURE_ALTERED, index)}


def test_a_disclosure_moved_to_another_entry_is_named(deciding: Deciding) -> None:
    index = deciding.ask("sato", "d1", at=BEGIN + DAY)
    later = deciding.ask("sato", "d1", at=BEGIN + DAY + HOUR)
    # The later entry names the same disclosures: they are found there, but not where they were made.
    deciding.site.attack(("update ledger.disclosures set index = %s where index = %s", (later, index)))
    assert {(Wrong.DISCLOSURE_ABSENT, index)} == {one for one in found(deciding) if one[1] == index}
    deciding.site.attack(("update ledger.disclosures set index = 1 where index = %s", (later,)))
    assert (Wrong.DISCLOSURE_UNCLAIMED, 1) in found(deciding)


def test_a_disclosure_beyond_the_log_is_named(deciding: Deciding) -> None:
    index = deciding.ask("sato", "d1", at=BEGIN + DAY)
    deciding.site.attack(
        ("insert into ledger.disclosures select 5000, digest, key_id, sealed from ledger.disclosures where index = %s limit 1", (index,))
    )
    assert found(deciding) == [(Wrong.DISCLOSURE_UNCLAIMED, 5000)]


def test_an_absent_disclosure_is_counted_and_named(deciding: Deciding) -> None:
    index = deciding.ask("sato", "d1", at=BEGIN + DAY)
    deciding.site.attack(("delete from ledger.disclosures where index = %s", (index,)))
    report = verified(deciding)
    assert set(report.findings.counts) == {Wrong.DISCLOSURE_ABSENT}
    assert report.findings.first_index == index
    assert (report.counts.disclosures_absent, report.counts.not_rerun, report.counts.intact) == (2, 1, report.counts.entries)


def test_an_absent_key_is_counted_and_named(deciding: Deciding) -> None:
    deciding.ask("sato", "d1", at=BEGIN + DAY)
    deciding.site.attack(("delete from ledger.keys where id = 'sato'", ()))
    report = verified(deciding)
    assert set(report.findings.counts) == {Wrong.DISCLOSURE_ABSENT}
    assert report.counts.keys_absent > 0
    assert report.counts.untraced_from is not None


@pytest.mark.parametrize(
    ("statement", "wrong", "place"),
    [
        ("update personnel.people set legal_name = 'X' where id = 'sato'", Wrong.ROW_DIFFERS, "personnel.people sato"),
        ("update clearance.results set outcome = 'negative'", Wrong.ROW_DIFFERS, "clearance.results a1"),
        ("update clearance.results set changed_index = 3", Wrong.ROW_DIFFERS, "clearance.results a1"),
        ("delete from clearance.results", Wrong.ROW_MISSING, "clearance.results a1"),
        (
            """insert into personnel.people
            select 'spy', legal_name, kana, search_key, birth_on, changed_index from personnel.people limit 1""",
            Wrong.ROW_UNRECORDED,
            "personnel.people spy",
        ),
    ],
)
def test_a_row_edited_behind_the_service_is_named(deciding: Deciding, statement: str, wrong: Wrong, place: str) -> None:
    deciding.site.attack((statement, ()))
    report = verified(deciding)
    assert [(one.wrong, one.place) for one in report.findings.kept] == [(wrong, place)]


def test_an_altered_policy_is_named_where_it_was_used(deciding: Deciding) -> None:
    index = deciding.ask("sato", "d1", at=BEGIN + DAY)
    deciding.site.attack(("update decision.policy_sets set text = text || ' '", ()))
    report = verified(deciding)
    assert {(one.wrong, one.index) for one in report.findings.kept} == {(Wrong.POLICY_ALTERED, index), (Wrong.ROW_DIFFERS, 1)}


def test_a_decision_under_a_policy_that_was_not_in_force_is_named(deciding: Deciding) -> None:
    index = deciding.ask("sato", "d1", at=BEGIN + DAY, policy="0" * 64)
    assert set(found(deciding)) == {(Wrong.POLICY_ABSENT, index), (Wrong.POLICY_NOT_IN_FORCE, index)}


def act_that_says(deciding: Deciding, facts: object, *, at: timedelta = DAY) -> int:
    """Record an act with any facts at all, as a fault of the service might."""
    from service.actor import SYSTEM
    from service.database import transaction
    from service.ledger import Kind, build, disclose, read_head
    from service.ledger.acts import _append, _seal

    made = disclose("facts", facts)
    with transaction(deciding.site.engine) as session:
        head = read_head(session)
        body = build(kind=Kind.PERSON_CHANGED, at=BEGIN + at, out="accepted", digests=[made.name], actor=SYSTEM.id)
        _append(session, head=head, at=BEGIN + at, bodies=[body], changed=[True])
        _seal(session, log=deciding.site.log, made=[(head.size, "log", made)])
        return head.size


@pytest.mark.parametrize(
    "facts",
    [
        "nothing",
        ["nothing"],
        [{"table": "personnel.people"}],
        [{"table": "personnel.secrets", "row": {"id": "x"}}],
        [{"table": "personnel.people", "row": {}}],
    ],
)
def test_an_act_whose_facts_cannot_be_read_is_named(deciding: Deciding, facts: object) -> None:
    index = act_that_says(deciding, facts)
    report = verified(deciding)
    assert [(one.wrong, one.index) for one in report.findings.kept] == [(Wrong.ROW_FORM, index)]
    assert report.counts.untraced_from == index


def test_a_row_that_names_another_entry_than_its_own_is_named(deciding: Deciding) -> None:
    index = act_that_says(deciding, [{"table": "personnel.people", "row": {"id": "x", "changed_index": 1}}])
    assert found(deciding) == [(Wrong.ROW_FORM, index)]


def test_a_decision_under_a_policy_that_was_replaced_is_named(deciding: Deciding) -> None:
    from service.actor import SYSTEM
    from service.database import transaction
    from service.decision.policies_in_force import activate
    from service.statute.policies import PolicyTexts, read_policies

    deciding.ask("sato", "d1", at=BEGIN + DAY)
    shipped = read_policies()
    newer = PolicyTexts(shipped.schema, {path: f"{text}\n// amended\n" for path, text in shipped.files.items()})
    with transaction(deciding.site.engine) as session:
        activate(session, log=deciding.site.log, actor=SYSTEM, at=BEGIN + DAY + HOUR, texts=newer)
    # Word for word the decision before the activation, which was right then.
    index = deciding.ask("sato", "d1", at=BEGIN + DAY + 2 * HOUR)
    assert found(deciding) == [(Wrong.POLICY_NOT_IN_FORCE, index)]


def test_a_log_under_another_key_than_the_trusted_one_is_named(deciding: Deciding) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from service.tlog.notes import verifier_key

    deciding.site.sign()
    site = deciding.site
    other = verifier_key(site.log.origin, Ed25519PrivateKey.generate().public_key().public_bytes_raw())
    with rows.snapshot(site.url) as connection:
        report = verify(connection=connection, vkey=other, opener=lambda opened: keyring_opener(opened, site.log.keyring.scratch()))
    assert set(report.findings.counts) == {Wrong.LOG_KEY_DIFFERS, Wrong.CHECKPOINT_UNSIGNED}
    assert report.counts.signed_size == 0
