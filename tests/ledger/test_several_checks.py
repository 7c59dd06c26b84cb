"""An entry of several decisions: its bytes are canonical, both readers hold to its form, and each decision is read as if alone."""

import json
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from service.decision.entries import KIND, Check, TogetherEntry, encode_entry, joined, with_reference
from service.evidence.findings import Findings
from service.evidence.form import FormCheck, canonical_entry, decisions_of, digests_of
from service.evidence.form import read_entry as read_again
from service.ledger import EntryError, canonical, decisions_in, digests_in, read_entry

SPECIMEN = (
    b'{"_sd_alg":"sha-256","actor":"app","at":"2026-11-29T03:00:00.123456Z","checks":['
    b'{"_sd":["47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"],"action":"read","object":"i_1","out":"permit","person":"p_1"},'
    b'{"_sd":["47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU","2jmj7l5rSw0yVb_vlWAYkK_YBwk1XC_ABhAVD5_0KTE"],"action":"read",'
    b'"out":"deny","person":"p_2","ref":"23456789"}],"for":"o_1","kind":"decision:access:decided","policy":"'
    + b"0" * 64
    + b'","req":"r-1","seen":41,"v":2}'
)
"""A specimen of version 2; it is readable for ever."""
ALONE = (
    b'{"_sd":["47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"],"_sd_alg":"sha-256","action":"read","actor":"app",'
    b'"at":"2026-11-29T03:00:00.123456Z","for":"o_1","kind":"decision:access:decided","object":"i_1","out":"permit","person":"p_1","policy":"'
    + b"0" * 64
    + b'","req":"r-1","seen":41,"v":1}'
)
"""The first of its decisions, had it been asked alone."""
TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
CHECKS = st.builds(
    Check,
    sd=st.lists(TEXT, min_size=1, max_size=3).map(tuple),
    action=TEXT,
    acting_for=st.none() | TEXT,
    object=st.none() | TEXT,
    out=st.sampled_from(["permit", "deny"]),
    person=st.none() | TEXT,
)
ENTRIES = st.fixed_dictionaries(
    {"actor": TEXT, "at": TEXT, "acting_for": st.none() | TEXT, "policy": TEXT, "req": st.none() | TEXT, "seen": st.integers(0, 2**53 - 1)}
)


def faults(body: bytes) -> int:
    findings = Findings()
    check = FormCheck(findings)
    check.last_change = 41
    check.window([(42, body)])
    return findings.total


@given(st.lists(CHECKS, min_size=2, max_size=4), ENTRIES)
def test_what_is_written_is_canonical_whatever_is_in_it(checks: list[Check], common: dict[str, Any]) -> None:
    encoded = [encode_entry(checks[0]), *(with_reference(encode_entry(one), "23456789") for one in checks[1:])]
    body = encode_entry(TogetherEntry(sd_alg="sha-256", checks=joined(encoded), kind=KIND, v=2, **common))
    assert body == rfc8785.dumps(json.loads(body)) == canonical(json.loads(body))
    assert json.loads(body)["checks"][1]["ref"] == "23456789"
    assert canonical_entry(read_again(body)) == body, "the verifier's reader writes the same bytes"


def test_the_specimen_is_read_by_both_readers_decision_by_decision() -> None:
    assert faults(SPECIMEN) == 0
    first, second = decisions_in(read_entry(SPECIMEN))
    assert (first["out"], first["person"], first["for"], first["seen"], first["req"]) == ("permit", "p_1", "o_1", 41, "r-1")
    assert (second["out"], second["ref"], "object" in second) == ("deny", "23456789", False)
    assert "checks" not in first
    assert digests_in(read_entry(SPECIMEN)) == list(dict.fromkeys(digests_of(read_again(SPECIMEN))))


def test_a_decision_among_several_is_read_as_if_it_were_alone() -> None:
    assert next(iter(decisions_of(read_again(SPECIMEN)))) == read_again(ALONE)
    assert {**next(iter(decisions_in(read_entry(SPECIMEN)))), "v": 1} == read_entry(ALONE)
    assert list(decisions_in(read_entry(ALONE))) == [read_entry(ALONE)]
    assert list(decisions_of(read_again(ALONE))) == [read_again(ALONE)]


def test_an_act_holds_no_decision() -> None:
    act = canonical({"v": 1, "kind": "ledger:log:opened", "at": "2026-04-01T00:00:00.000000Z", "out": "accepted"})
    assert list(decisions_in(read_entry(act))) == []
    assert list(decisions_of(read_again(act))) == []


def changed(**changes: Any) -> bytes:
    found = json.loads(SPECIMEN) | changes
    return canonical({name: value for name, value in found.items() if value is not None})


def with_check(**changes: Any) -> bytes:
    checks = json.loads(SPECIMEN)["checks"]
    first = {name: value for name, value in (checks[0] | changes).items() if value is not None}
    return changed(checks=[first, *checks[1:]])


@pytest.mark.parametrize(
    "body",
    [
        changed(v=1),
        changed(v=3),
        changed(kind="decision:access:dreamt"),
        changed(kind="ledger:log:opened"),
        changed(checks=None),
        changed(checks=[]),
        changed(checks=json.loads(SPECIMEN)["checks"][:1]),
        changed(checks="many"),
        changed(_sd_alg=None),
        changed(_sd_alg="md5"),
        changed(_sd=["47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"]),
        changed(out="permit"),
        changed(person="p_1"),
        changed(ref="23456789"),
        changed(second="acc_2", footing="standing", proposal="prop_1"),
        changed(x=1),
        changed(seen="41"),
        with_check(out="accepted"),
        with_check(out=None),
        with_check(_sd=None),
        with_check(_sd=[]),
        with_check(**{"for": "o_1"}),
        with_check(actor="app"),
        with_check(policy="0" * 64),
        with_check(person=5),
        with_check(checks=[]),
    ],
)
def test_both_readers_refuse_what_is_out_of_form(body: bytes) -> None:
    with pytest.raises(EntryError):
        read_entry(body)
    assert faults(body) > 0


def test_an_organization_of_its_own_is_read_where_there_is_none_of_all() -> None:
    checks = json.loads(SPECIMEN)["checks"]
    body = canonical({**json.loads(SPECIMEN), "checks": [checks[0] | {"for": "o_2"}, checks[1]], "for": "o_1"})
    assert faults(body) > 0
    own = canonical({name: value for name, value in json.loads(body).items() if name != "for"})
    assert faults(own) == 0
    assert (
        [one.get("for") for one in decisions_in(read_entry(own))]
        == [one.acting_for for one in decisions_of(read_again(own))]
        == ["o_2", None]
    )
