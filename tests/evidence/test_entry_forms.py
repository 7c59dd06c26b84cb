"""The quick way to read an entry accepts nothing that the exact one refuses, and both agree with the service's own readers."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from service.evidence.package import forms
from service.evidence.package.forms import EntryFormError, canonical, fault_of, order_of, orders_of, parse
from service.ledger.canonical import NotCanonicalError
from service.ledger.canonical import canonical as canonical_of_the_service
from service.ledger.entries import EntryError, read
from tests.builders.evidence_packages import small_log

BODIES = small_log(80).bodies
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


def exactly(body: bytes) -> bool:
    """Say whether bytes are an entry of its form, by the exact check alone."""
    entry = parse(body)
    return isinstance(entry, dict) and fault_of(entry) is None and canonical(entry) == body and len(body) <= forms.ENTRY_LIMIT


def quickly(body: bytes) -> bool:
    try:
        order_of(body)
    except EntryFormError:
        return False
    return True


@settings(max_examples=600, deadline=None)
@given(st.data())
def test_what_the_quick_way_accepts_is_of_its_form(data: st.DataObject) -> None:
    body = data.draw(st.sampled_from(BODIES))
    for _ in range(data.draw(st.integers(0, 3))):
        at = data.draw(st.integers(0, len(body) - 1))
        match data.draw(st.integers(0, 2)):
            case 0:
                body = body[:at] + bytes([data.draw(st.integers(0, 255))]) + body[at + 1 :]
            case 1:
                body = body[:at] + body[at + 1 :]
            case _:
                body = (
                    body[:at] + data.draw(st.sampled_from([b'"', b"\\", b",", b"\n", b'"x":"y",', b"\x7f", b"\xc3\xa9", b"1"])) + body[at:]
                )
    assert quickly(body) == exactly(body)
    together = orders_of([BODIES[0], body, BODIES[1]])
    assert together is None or exactly(body)


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(BODIES), st.sampled_from([*forms._KNOWN, "more"]), JSON)
def test_an_entry_with_any_other_value_is_judged_alike_by_the_service_and_here(body: bytes, member: str, value: Any) -> None:
    """Here is stricter: what the service's reader refuses is refused."""
    entry = {**json.loads(body), member: value}
    try:
        changed = canonical_of_the_service(entry)
    except NotCanonicalError:
        return
    if not quickly(changed):
        return
    try:
        read(changed)
    except EntryError as refused:
        message = f"{changed!r} is accepted here and refused there: {refused}"
        raise AssertionError(message) from refused


@settings(max_examples=300, deadline=None)
@given(JSON)
def test_canonical_bytes_are_those_of_the_service(value: Any) -> None:
    try:
        expected = canonical_of_the_service(value)
    except NotCanonicalError:
        return
    assert canonical(value) == expected
    assert parse(expected) == value


def test_every_entry_that_is_written_is_of_its_form() -> None:
    assert all(map(exactly, BODIES))
    assert all(map(quickly, BODIES))
