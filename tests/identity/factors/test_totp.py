"""Codes of thirty seconds: the vectors of the RFCs, one use each, and a picture that a strict page shows."""

import base64
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, unquote, urlsplit
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.identity.factors import totp

SECRET = b"12345678901234567890"
NOON = datetime(2026, 11, 24, 3, tzinfo=UTC)
INSTANTS = st.datetimes(min_value=datetime(1970, 1, 1, 0, 1), max_value=datetime(2400, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("seconds", "code"),
    # RFC 6238 appendix B, SHA-1, the last six of its eight digits.
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_the_vectors_of_rfc_6238(seconds: int, code: str) -> None:
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    assert totp.verify(SECRET, code, at=at, last_step=None) == seconds // 30


def test_the_vectors_of_rfc_4226() -> None:
    codes = ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"]
    assert [totp.code_at(SECRET, step) for step in range(10)] == codes


@pytest.mark.parametrize(("steps_off", "counts"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_one_step_off_and_no_more(steps_off: int, *, counts: bool) -> None:
    step = totp.step_at(NOON) + steps_off
    assert totp.verify(SECRET, totp.code_at(SECRET, step), at=NOON, last_step=None) == (step if counts else None)


@given(at=INSTANTS, secret=st.binary(min_size=20, max_size=20), later=st.integers(0, 120))
def test_no_step_counts_twice(at: datetime, secret: bytes, later: int) -> None:
    code = totp.code_at(secret, totp.step_at(at))
    used = totp.verify(secret, code, at=at, last_step=None)
    assert used is not None
    again = totp.verify(secret, code, at=at + timedelta(seconds=later), last_step=used)
    # The same digits may be the code of a later step too, once in a million.
    assert again is None or again > used


def test_an_older_code_is_spent_by_a_newer_one() -> None:
    step = totp.step_at(NOON)
    assert totp.verify(SECRET, totp.code_at(SECRET, step - 1), at=NOON, last_step=step) is None
    assert totp.verify(SECRET, totp.code_at(SECRET, step + 1), at=NOON, last_step=step) == step + 1


def test_of_two_steps_with_one_code_the_later_is_spent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(totp, "code_at", lambda _secret, _step: "000000")
    assert totp.verify(SECRET, "000000", at=NOON, last_step=None) == totp.step_at(NOON) + 1


@pytest.mark.parametrize("form", ["{0}", " {0}\n", "{1} {2}", "\u3000{3}"])
def test_digits_are_read_in_full_width_and_in_groups(form: str) -> None:
    code = totp.code_at(SECRET, totp.step_at(NOON))
    wide = code.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    assert totp.verify(SECRET, form.format(code, code[:3], code[3:], wide), at=NOON, last_step=None) == totp.step_at(NOON)


@given(code=st.text(max_size=40))
def test_whatever_is_typed_is_no_error(code: str) -> None:
    found = totp.verify(SECRET, code, at=NOON, last_step=None)
    assert found is None or abs(found - totp.step_at(NOON)) <= 1


def test_secrets_are_long_and_differ() -> None:
    assert len({totp.new_secret() for _ in range(100)}) == 100
    assert len(totp.new_secret()) == 20


@given(account=st.text(min_size=1, max_size=40), issuer=st.text(min_size=1, max_size=40))
def test_the_address_says_the_secret_and_both_names(account: str, issuer: str) -> None:
    told = urlsplit(totp.uri(SECRET, account=account, issuer=issuer))
    assert (told.scheme, told.netloc) == ("otpauth", "totp")
    label = told.path.removeprefix("/")
    assert label.count(":") == 1
    assert [unquote(part) for part in label.split(":")] == [words.replace(":", "-").strip() for words in (issuer, account)]
    fields = parse_qs(told.query, keep_blank_values=True)
    assert base64.b32decode(fields["secret"][0]) == SECRET
    assert (fields["algorithm"], fields["digits"], fields["period"]) == (["SHA1"], ["6"], ["30"])


def test_the_picture_needs_no_style_and_no_script() -> None:
    address = totp.uri(SECRET, account="鈴木@example", issuer="関所 <script>")
    drawn = totp.qr_svg(address)
    assert not re.search(r"style|script|<\?xml|<!|href|on\w+=", drawn.replace("description", ""))
    root = ET.fromstring(drawn)
    assert root.tag.endswith("svg")
    assert root.attrib["viewBox"]
    title = root.find("{http://www.w3.org/2000/svg}title")
    assert title is not None
    assert "QR" in (title.text or "")
    assert totp.written(SECRET) not in drawn
