"""Cosignatures and policies as others write them, and what a reader must not believe."""

import base64
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from service.tlog.cosignatures import Cosigner, cosign, cosignatures, cosignatures_in, witness_key
from service.tlog.notes import Checkpoint, NoteError, sign_checkpoint, verifier_key, verify_note, verify_note_by_any
from service.tlog.trust import LogLine, PolicyError, Trust, WitnessLine, at_least, judge_note, parse_trust

ORIGIN = "example.jp/log"
AT = 1_679_315_147


def key(number: int) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32)


def public(number: int) -> bytes:
    return key(number).public_key().public_bytes_raw()


def log_vkey(number: int = 1, origin: str = ORIGIN) -> str:
    return verifier_key(origin, public(number))


def witness(number: int) -> Cosigner:
    return Cosigner(f"witness.example/w{number}", public(number))


def signed(size: int = 7, *, by: int = 1, origin: str = ORIGIN) -> str:
    return sign_checkpoint(Checkpoint(origin, size, bytes(32)), signer=key(by))


def text_of(note: str) -> str:
    return note.rpartition("\n\n")[0] + "\n"


def line(number: int, note: str, at: int = AT) -> str:
    return cosign(text_of(note), name=witness(number).name, signer=key(number), at=at)


def trust(quorum: int, *numbers: int) -> Trust:
    return at_least(quorum, logs=[LogLine(log_vkey())], witnesses=[WitnessLine(f"w{n}", witness(n).vkey) for n in numbers])


def test_the_specification_s_own_example_has_its_form() -> None:
    """C2SP tlog-cosignature prints this checkpoint; the keys behind it are not published, so its shape alone is read."""
    cosigned = "jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA=="
    raw = base64.b64decode(cosigned)
    assert len(raw) == 4 + 8 + 64
    assert int.from_bytes(raw[4:12], "big") == AT


def test_a_cosignature_is_over_its_time_and_the_whole_text() -> None:
    note = signed()
    made = line(5, note)
    raw = base64.b64decode(made.split(" ")[2])
    assert raw[:4] == sha256(b"witness.example/w5\n\x04" + public(5)).digest()[:4]
    assert raw[4:12] == AT.to_bytes(8, "big")
    key(5).public_key().verify(raw[12:], f"cosignature/v1\ntime {AT}\n{text_of(note)}".encode())
    (found,) = cosignatures(note + made, cosigners=[witness(5)])
    assert (found.name, found.at, found.line) == ("witness.example/w5", AT, made)
    assert Cosigner.parse(witness(5).vkey) == witness(5)


def forged(made: str, at: int = 20) -> str:
    dash, name, encoded = made.strip().split(" ")
    raw = bytearray(base64.b64decode(encoded))
    raw[at] ^= 1
    return f"{dash} {name} {base64.b64encode(bytes(raw)).decode()}\n"


def test_a_signature_of_a_known_key_that_fails_spoils_the_note_and_one_of_an_unknown_key_nothing() -> None:
    note = signed()
    spoilt = note + line(5, note) + forged(line(6, note))
    assert [one.name for one in cosignatures(spoilt, cosigners=[witness(5)])] == [witness(5).name]
    for known in ([witness(6)], [witness(5), witness(6)]):
        with pytest.raises(NoteError, match="does not fit"):
            cosignatures(spoilt, cosigners=known)
    with pytest.raises(NoteError):
        cosignatures(note + forged(line(5, note), at=8), cosigners=[witness(5)])  # another time
    same_name = Cosigner(witness(5).name, public(6))
    assert cosignatures(note + line(5, note), cosigners=[same_name]) == [], "the same name with another key is unknown"


def test_a_cosignature_is_no_signature_of_a_log_and_the_other_way_round() -> None:
    note = signed(by=5, origin=witness(5).name)
    assert cosignatures(note, cosigners=[witness(5)]) == []
    with pytest.raises(NoteError, match="no signature"):
        verify_note(text_of(note) + "\n" + line(5, note), vkey=log_vkey(5, witness(5).name))
    with pytest.raises(NoteError, match="witness"):
        Cosigner.parse(log_vkey())
    with pytest.raises(NoteError):
        verify_note(note, vkey=witness(5).vkey)


def test_a_cosignature_moves_to_no_other_checkpoint() -> None:
    with pytest.raises(NoteError):
        cosignatures(signed(8) + line(5, signed(7)), cosigners=[witness(5)])


def test_many_signatures_are_read_and_no_endless_number() -> None:
    note = signed() + "".join(line(number, signed()) for number in range(2, 22))
    assert verify_note(note, vkey=log_vkey()).size == 7
    assert len(cosignatures(note, cosigners=[witness(number) for number in range(2, 22)])) == 20
    with pytest.raises(NoteError, match="at most"):
        verify_note(signed() + line(5, signed()) * 70, vkey=log_vkey())


def test_either_key_of_a_log_counts_while_one_follows_the_other() -> None:
    old, new = signed(by=1), signed(by=2)
    both = old + new.rpartition("\n\n")[2]
    for note, known in ((old, (1, 2)), (new, (1, 2)), (both, (1,)), (both, (2,)), (both, (1, 2))):
        assert verify_note_by_any(note, vkeys=[log_vkey(number) for number in known]).size == 7
    for note, known in ((old, (2,)), (new, (1,)), (old, ())):
        with pytest.raises(NoteError):
            verify_note_by_any(note, vkeys=[log_vkey(number) for number in known])
    with pytest.raises(NoteError, match="does not fit"):
        verify_note_by_any(old + forged(new.rpartition("\n\n")[2]), vkeys=[log_vkey(1), log_vkey(2)])


def test_a_key_speaks_for_the_log_of_its_name_alone() -> None:
    text = Checkpoint("other.jp/log", 9, bytes(32)).text()
    raw = base64.b64decode(signed().rpartition(" ")[2])[:4] + key(1).sign(text.encode())
    with pytest.raises(NoteError, match="another log"):
        verify_note(f"{text}\n\u2014 {ORIGIN} {base64.b64encode(raw).decode()}\n", vkey=log_vkey())


@pytest.mark.parametrize(
    "spoil",
    [
        lambda note: note.replace("\n", "\r\n"),
        lambda note: note[:-1],
        lambda note: note + "\n",
        lambda note: note.replace("\n7\n", "\n07\n"),
        lambda note: note.replace("\n7\n", "\n\u0667\n"),
        lambda note: note + "\u2014 bad+name " + base64.b64encode(bytes(68)).decode() + "\n",
        lambda note: note + "\u2014 short AAAA\n",
        lambda note: note + "\u2014 x \ud800\n",
        lambda note: note.replace("\u2014", "-"),
        lambda note: "x" * (1 << 19) + note,
    ],
)
def test_what_is_not_of_the_form_is_no_note(spoil: object) -> None:
    with pytest.raises(NoteError):
        verify_note(spoil(signed()), vkey=log_vkey())  # type: ignore[operator]


@given(st.text(max_size=200))
def test_no_text_makes_the_reader_stumble(text: str) -> None:
    for note in (text, signed() + text, text + signed()):
        try:
            verify_note(note, vkey=log_vkey())
        except NoteError:
            continue


def test_an_answer_of_a_witness_is_lines_of_its_key() -> None:
    note = signed()
    text = text_of(note)
    assert [one.line for one in cosignatures_in(line(9, note) + line(5, note), text=text, cosigners=[witness(5)])] == [line(5, note)]
    later = cosignatures_in(line(5, note, AT + 9) + line(5, note), text=text, cosigners=[witness(5)])
    assert [one.at for one in later] == [AT + 9]
    for answer in ("", "\n", "ok\n", line(5, note)[:-1], line(5, note) + "\n", text + "\n" + line(5, note)):
        with pytest.raises(NoteError):
            cosignatures_in(answer, text=text, cosigners=[witness(5)])


def test_a_quorum_is_so_many_different_witnesses() -> None:
    note = signed()
    two = trust(2, 5, 6, 7)
    assert not judge_note(note, trust=two).is_met
    assert not judge_note(note + line(5, note) + line(5, note, AT + 1), trust=two).is_met
    judged = judge_note(note + line(7, note) + line(5, note) + line(9, note), trust=two)
    assert judged.is_met
    assert sorted(judged.cosigned) == ["w5", "w7"]
    assert parse_trust(two.text()) == two
    with pytest.raises(NoteError):
        judge_note(signed(by=3), trust=two)
    for quorum in (-1, 4):
        with pytest.raises(PolicyError):
            trust(quorum, 5, 6, 7)


def test_groups_of_groups_are_read_as_the_specification_has_them() -> None:
    words = [f"witness {name}{n} {witness(number).vkey}" for number, (name, n) in enumerate([("X", 1), ("X", 2), ("X", 3), ("Y", 1)], 5)]
    text = "\n".join(
        [
            "# whom we trust",
            f"\tlog  {log_vkey()} https://example.jp/log ",
            *words,
            "group X-all 2 X1 X2 X3",
            "group Y-all any Y1",
            "",
            "group both all X-all Y-all",
            "quorum both",
        ]
    )
    read = parse_trust(text)
    assert read.logs[0].url == "https://example.jp/log"
    assert read.is_met(["X1", "X3", "Y1"])
    assert not read.is_met(["X1", "X2", "X3"])
    assert not read.is_met(["X1", "Y1"])
    assert parse_trust(read.text()) == read
    assert parse_trust("quorum none").is_met([])


@pytest.mark.parametrize(
    "lines",
    [
        [],
        ["quorum none", "quorum none"],
        ["quorum a"],
        ["witness none W5", "quorum none"],
        ["witness a W5", "witness a W6", "quorum a"],
        ["witness a W5", "witness b W5", "quorum a"],
        ["log L1", "log L1", "quorum none"],
        ["log W5", "quorum none"],
        ["witness a L1", "quorum a"],
        ["witness a W5", "group g 0 a", "quorum g"],
        ["witness a W5", "group g 2 a", "quorum g"],
        ["witness a W5", "group g 01 a", "quorum g"],
        ["witness a W5", "group g any", "quorum g"],
        ["witness a W5", "group g any a a", "quorum g"],
        ["witness a W5", "group g any a", "group h any a", "quorum g"],
        ["group g any a", "witness a W5", "quorum g"],
        ["group g any g", "quorum g"],
        ["witness a W5", "group g any none", "quorum g"],
        ["quorum g", "witness g W5"],
        ["witness a W5 https://x https://y", "quorum a"],
        ["trust a", "quorum none"],
        ["quorum none\r"],
    ],
)
def test_a_policy_that_contradicts_itself_is_refused(lines: list[str]) -> None:
    text = "\n".join(lines).replace("W5", witness(5).vkey).replace("W6", witness(6).vkey).replace("L1", log_vkey())
    with pytest.raises(PolicyError):
        parse_trust(text)


def test_a_vkey_names_its_own_key() -> None:
    assert witness_key("w", public(5)).split("+")[0] == "w"
    for broken in ("w", "w+0+AA==", witness(5).vkey.replace("w5+", "w6+"), witness(5).vkey[:-4] + "AAA="):
        with pytest.raises(NoteError):
            Cosigner.parse(broken)
