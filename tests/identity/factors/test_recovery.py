"""Recovery codes: long enough, readable, each known again however it is typed."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.identity.factors import recovery


def test_codes_have_eighty_bits_and_can_be_read() -> None:
    codes = recovery.new_codes()
    assert len(codes) == len(set(codes)) == 10
    assert all(re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}", code) for code in codes)
    assert recovery.CHARACTERS * math.log2(len(recovery.ALPHABET)) == 80
    assert len(recovery.new_codes(3)) == 3


def test_every_character_of_the_alphabet_comes() -> None:
    assert set("".join(recovery.new_codes(200))) == {*recovery.ALPHABET, "-"}


def test_a_code_belongs_to_one_hash_and_says_which() -> None:
    codes = recovery.new_codes()
    hashes = [recovery.hash_code(code) for code in codes]
    assert [recovery.matches(code, hashes) for code in codes] == hashes
    assert recovery.matches(recovery.new_codes(1)[0], hashes) is None
    # The caller gives the unused ones alone.
    assert recovery.matches(codes[0], hashes[1:]) is None
    assert recovery.matches(codes[0], []) is None


@pytest.mark.parametrize(
    "typed",
    [
        "0123-abcd-EFGH-JKMN",
        "0123ABCDEFGHJKMN",
        " 0123 abcd efgh jkmn ",
        "oi23‐ABCD—efghーjkmn",
        "０１２３－ＡＢＣＤ－ＥＦＧＨ－ＪＫＭＮ",
        "OL23_ABCD.EFGH.JKMN",
    ],
)
def test_however_it_is_typed_it_is_the_same_code(typed: str) -> None:
    assert recovery.hash_code(typed) == recovery.hash_code("0123-ABCD-EFGH-JKMN")


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "0123",
        "0123-ABCD-EFGH-JKM",
        "0123-ABCD-EFGH-JKMNP",
        "UUUU-ABCD-EFGH-JKMN",
        "あ" * 16,
        "0" * 100_000,
        "\ud800" * 16,
        "0123-ABCD-EFGH-JKMN" + " " * 100,
    ],
)
def test_what_is_no_code_matches_nothing(typed: str) -> None:
    assert recovery.matches(typed, [recovery.hash_code("0123-ABCD-EFGH-JKMN")]) is None
    with pytest.raises(ValueError, match="no recovery code"):
        recovery.hash_code(typed)


@given(typed=st.text(max_size=80))
def test_whatever_is_typed_is_no_error(typed: str) -> None:
    assert recovery.matches(typed, [b"x" * 32]) is None


def test_a_hash_says_what_it_is_for() -> None:
    import hashlib

    assert recovery.hash_code("0123-ABCD-EFGH-JKMN") != hashlib.sha256(b"0123ABCDEFGHJKMN").digest()
