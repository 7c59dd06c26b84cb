"""Passwords: the same work for everybody, and what makes one good."""

import statistics
import threading
import time
import unicodedata
from typing import Any

import pytest
from argon2 import low_level
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from service.identity.factors import passwords
from service.identity.factors.passwords import WeakPasswordError, hash_password, needs_rehash, require_good_password, verify_password

GOOD = "四枚の紅葉が石段に落ちる"


@pytest.fixture(scope="module")
def stored() -> str:
    return hash_password(GOOD)


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The costs of every argon2 computation that verifies, in order."""
    done: list[str] = []
    verify = low_level.verify_secret

    def counted(encoded: bytes, secret: bytes, kind: Any) -> bool:
        done.append(encoded.decode().partition("$m=")[2].partition("$")[0])
        return verify(encoded, secret, kind)

    monkeypatch.setattr(low_level, "verify_secret", counted)
    return done


def test_a_password_is_known_again_and_no_other(stored: str) -> None:
    assert verify_password(stored, GOOD)
    assert not verify_password(stored, GOOD + "。")
    assert not verify_password(stored, "")


def test_the_hash_is_argon2id_with_more_than_owasp_asks(stored: str) -> None:
    assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=1$")
    assert passwords.MEMORY_KIB >= 19 * 1024
    assert passwords.PASSES >= 2
    assert hash_password(GOOD) != stored


def test_full_width_and_half_width_are_one_password() -> None:
    assert verify_password(hash_password("ｓｅｋｉ－ｎｏ－ｉｓｈｉ"), "seki-no-ishi")
    assert verify_password(hash_password("がぎぐげござじずぜぞだ"), unicodedata.normalize("NFD", "がぎぐげござじずぜぞだ"))


def test_an_unknown_name_costs_the_work_of_a_wrong_password(stored: str, work: list[str]) -> None:
    assert not verify_password(stored, "wrong password")
    assert not verify_password(None, "wrong password")
    assert len(work) == 2
    assert work[0] == work[1]


def test_an_unknown_name_takes_the_time_of_a_wrong_password(stored: str) -> None:
    taken: dict[str | None, list[float]] = {stored: [], None: []}
    for _ in range(7):
        for kept, times in taken.items():
            begun = time.perf_counter()
            verify_password(kept, "wrong password")
            times.append(time.perf_counter() - begun)
    known, unknown = min(taken[stored]), min(taken[None])
    assert 0.5 < unknown / known < 2, {name: statistics.median(times) for name, times in taken.items()}


@pytest.mark.parametrize(
    "damaged",
    [
        "",
        "x",
        "$argon2id$",
        "$argon2id$v=19$m=65536,t=3,p=1$",
        "$argon2id$v=19$m=65536,t=3,p=1$c2FsdHNhbHQ$*",
        "$2b$12$bcrypt",
        "$argon2id$é",
    ],
)
def test_a_damaged_hash_opens_nothing_and_costs_the_same(damaged: str, work: list[str]) -> None:
    assert not verify_password(damaged, "")
    assert not verify_password(damaged, GOOD)
    assert work[-1] == "65536,t=3,p=1"


def test_a_password_longer_than_any_is_not_read_and_costs_the_same(stored: str, work: list[str]) -> None:
    assert not verify_password(stored, "\ufdfa" * 2_000_000)
    assert not verify_password(hash_password("x" * 1025), "x" * 1025)
    assert work == ["65536,t=3,p=1"] * 2


def test_nobody_has_the_decoy_s_password() -> None:
    for guess in ("", "decoy", passwords._DECOY):
        assert not verify_password(None, guess)


def test_a_hash_of_other_costs_is_made_anew(stored: str) -> None:
    assert not needs_rehash(stored)
    weaker = low_level.hash_secret(GOOD.encode(), b"s" * 16, 2, 19 * 1024, 1, 32, low_level.Type.ID).decode()
    assert verify_password(weaker, GOOD)
    assert needs_rehash(weaker)
    assert needs_rehash(weaker.replace("argon2id", "argon2i"))
    assert needs_rehash("")


def test_a_flood_of_sign_ins_computes_a_few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    lock, now, most = threading.Lock(), [0], [0]

    def slow(_encoded: bytes, _secret: bytes, _kind: Any) -> bool:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        time.sleep(0.02)
        with lock:
            now[0] -= 1
        return True

    monkeypatch.setattr(low_level, "verify_secret", slow)
    threads = [threading.Thread(target=verify_password, args=(None, "x")) for _ in range(passwords.AT_ONCE + passwords.MOST_WAITING)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert 1 <= most[0] <= passwords.AT_ONCE


@pytest.mark.parametrize(
    "password",
    [
        GOOD,
        "correct horse battery staple",
        "xK9#mQ2$vL5n",
        "ひとつふたつみっつよっつ",
        "dragons ate my homework",
        "a" * 6 + "bcdefgh!",
        "z" * 11 + "éa",
    ],
)
def test_what_is_long_and_not_guessed_first_is_good(password: str) -> None:
    require_good_password(password, name="suzuki@example")


@pytest.mark.parametrize(
    ("password", "told"),
    [
        ("", passwords.TOO_SHORT),
        ("a-b-c-d-e-f", passwords.TOO_SHORT),
        ("e\u0301" * 11, passwords.TOO_SHORT),
        ("あ" * 400, passwords.TOO_LONG),
        ("\ufdfa" * 100, passwords.TOO_LONG),
        ("x" * 100_000, passwords.TOO_LONG),
        ("my name is suzuki", passwords.HAS_NAME),
        ("my name is ＳＵＺＵＫＩ", passwords.HAS_NAME),
        ("example-of-a-kind", passwords.HAS_NAME),
        ("aaaaaaaaaaaaaaa", passwords.GUESSED_FIRST),
        ("abcabcabcabcab", passwords.GUESSED_FIRST),
        ("password1234", passwords.GUESSED_FIRST),
        ("Password2026!", passwords.GUESSED_FIRST),
        ("PasswordPassword", passwords.GUESSED_FIRST),
        ("Ｐａｓｓｗｏｒｄ１２３４", passwords.GUESSED_FIRST),
        ("adminpassword1", passwords.GUESSED_FIRST),
        ("123456789012", passwords.GUESSED_FIRST),
        ("210987654321", passwords.GUESSED_FIRST),
        ("qwertyuiop[]", passwords.GUESSED_FIRST),
        ("qwertyuiopasdf", passwords.GUESSED_FIRST),
        ("1qaz2wsx3edc", passwords.GUESSED_FIRST),
        ("sekisho-2026-11", passwords.GUESSED_FIRST),
        ("関所管理者123456789", passwords.GUESSED_FIRST),
        ("correcthorsebatterystaple", passwords.GUESSED_FIRST),
        ("p@ssw0rd!!!!!!", passwords.GUESSED_FIRST),
    ],
)
def test_what_is_weak_is_refused_in_both_languages(password: str, told: object) -> None:
    with pytest.raises(WeakPasswordError) as caught:
        require_good_password(password, name="suzuki@example")
    assert caught.value.told == told
    assert " / " in str(caught.value)


def test_a_very_short_name_forbids_nothing() -> None:
    require_good_password(GOOD + " ab", name="ab")


@settings(max_examples=300, deadline=None)
@given(password=st.text(max_size=2000), name=st.text(max_size=40))
def test_every_text_is_either_good_or_weak(password: str, name: str) -> None:
    try:
        require_good_password(password, name=name)
    except WeakPasswordError:
        return
    assert 12 <= len(unicodedata.normalize("NFKC", password)) <= 1024


@settings(max_examples=8, deadline=None)
@given(password=st.text(max_size=40), other=st.text(max_size=40))
def test_whatever_is_hashed_verifies_and_nothing_else(password: str, other: str) -> None:
    assume(unicodedata.normalize("NFKC", password) != unicodedata.normalize("NFKC", other))
    kept = hash_password(password)
    assert verify_password(kept, password)
    assert not verify_password(kept, other)


def test_halves_of_characters_are_passwords_like_any_other() -> None:
    assert verify_password(hash_password("\ud800"), "\ud800")
    assert not verify_password(None, "\ud800")
