"""Letters on paper: the same bytes for the same letter, PDF/A, every character that was recorded, and templates of a site's own."""

import subprocess
import sys
from dataclasses import replace
from datetime import date
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from service.acts.letters.kinds import LETTERS
from service.designation.rules import INFORMATION_CLASSES
from service.evidence.letters.coverage import coverage_of
from service.evidence.letters.naming import CLASSES, HEAD, ITEMS, MATTERS
from service.evidence.letters.paper import Letter, Slip
from service.evidence.letters.typesetting import (
    FONTS,
    MissingGlyphsError,
    TemplateTroubleError,
    TooLongError,
    TypesettingError,
    missing_from,
    printed,
)
from service.provision.rules import CHANGE_MATTERS, CONTRACT_ITEMS
from service.statute.citations import cite

LETTER = Letter(
    title="指定の有効期間の延長について（通知）",
    day=date(2026, 11, 28),
    to=("架空電力株式会社", "代表者　髙﨑 邉子"),
    sender=("架空省", "行政機関の長"),
    number="架経保第12号",
    on=date(2019, 5, 1),
    body=("下記のとおり通知します。",),
    items=(("件名", "辻󠄀の系統の点検"), ("備考", None)),
    notes=("注意事項。",),
    basis="施行令第8条",
)
MISSING = "𠮷"


def text_of(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


def of(letter: Letter, **words: object) -> bytes:
    return printed(letter, kind="extension", template="letter", **words)  # type: ignore[arg-type]


def test_the_same_letter_has_the_same_bytes_here_and_in_another_process() -> None:
    here = sha256(of(LETTER)).hexdigest()
    assert here == sha256(of(replace(LETTER))).hexdigest()
    there = subprocess.run(
        [sys.executable, "-c", "from tests.evidence.test_letters import LETTER, of, sha256; print(sha256(of(LETTER)).hexdigest())"],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
        env={"PATH": "/usr/bin:/bin", "TZ": "America/Los_Angeles", "LANG": "C", "SOURCE_DATE_EPOCH": "1"},
    )
    assert there.stdout.strip() == here
    assert sha256(of(replace(LETTER, number="架経保第13号"))).hexdigest() != here


def test_a_letter_is_pdf_a_2b_dated_by_its_own_day_with_all_fonts_inside() -> None:
    content = of(LETTER)
    assert b"<pdfaid:part>2</pdfaid:part>" in content
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in content
    told = PdfReader(BytesIO(content)).metadata
    assert told is not None
    assert (told["/CreationDate"], told.title) == ("D:20261128000000Z", LETTER.title)


def test_what_was_recorded_is_what_the_paper_says_to_the_last_variant_of_a_character() -> None:
    text = text_of(of(LETTER))
    for words in (
        "架経保第12号",
        "令和元年5月1日",
        "架空電力株式会社",
        "代表者　髙﨑 邉子 殿",
        "辻󠄀の系統の点検",
        "記",
        "以上",
        "根拠：施行令第8条",
        "1 / 1",
    ):
        assert words in text, words


def test_where_nothing_is_recorded_there_is_room_to_write() -> None:
    text = text_of(of(replace(LETTER, number=None, on=None)))
    assert "令和　　年　　月　　日" in text
    assert "第" in text.splitlines()[0]


@pytest.mark.parametrize(
    "words", ['#set text(red) #read("/etc/passwd")', "*強調* _斜体_", "$x^2$", "= 見出し", '#import "@preview/x:1.0.0"', "\\ `a` <b> @c"]
)
def test_what_was_typed_stays_text(words: str) -> None:
    text = text_of(of(replace(LETTER, title=words, items=((words, words),), body=(words,)))).replace("\n", "")
    assert text.count(words) >= 3, text


def test_a_character_that_no_font_has_is_named_with_its_field_and_no_letter_is_made() -> None:
    letter = replace(LETTER, to=(f"{MISSING}田 花子",), items=(("氏名", f"{MISSING}川"), ("件名", "邉󠄁")))
    with pytest.raises(MissingGlyphsError) as raised:
        of(letter)
    assert raised.value.missing == (("to", MISSING), ("氏名", MISSING), ("件名", "邉󠄁"))
    assert "U+20BB7" in str(raised.value)


def test_without_that_check_the_letter_could_not_be_made_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.evidence.letters.typesetting._missing", lambda *_words: ())
    with pytest.raises(TypesettingError):
        of(replace(LETTER, to=(f"{MISSING}田 花子",)))


def test_a_missing_character_can_be_stood_in_for_and_its_code_is_at_the_foot() -> None:
    text = text_of(of(replace(LETTER, to=(f"{MISSING}田 花子",)), stand_in=True))
    assert "〓田 花子 殿" in text
    assert "U+20BB7" in text


def test_what_is_called_drawable_is_drawn() -> None:
    """Each name of a list of hard ones either compiles and says itself, or is named as missing."""
    fonts = coverage_of(tuple(sorted(FONTS.glob("*.ttf"))))
    for name in ("髙﨑", "德永", "濵田", "邊見", "栁沢", "㐂一", "神（神）", "葛󠄀城", "祇󠄀園", "ｱｲｳ", "Ångström", "①㈱㍿"):
        missing = fonts.missing(name)
        letter = replace(LETTER, items=(("氏名", name),))
        if missing:
            assert missing_from(letter) == tuple(("氏名", one) for one in missing)
        else:
            assert name in text_of(of(letter)), name


def test_a_list_of_many_rows_goes_over_pages_with_its_headings_on_each() -> None:
    rows = tuple((str(number), f"架空 {number}号") for number in range(1, 201))
    content = printed(replace(LETTER, items=(), headings=("番号", "氏名"), rows=rows), kind="x", template="list")
    pages = PdfReader(BytesIO(content)).pages
    assert len(pages) > 2
    assert all("番号" in page.extract_text() for page in pages)
    assert "架空 200号" in pages[-1].extract_text()


def test_a_list_that_no_binder_holds_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.evidence.letters.typesetting.MOST_ROWS", 2)
    long = replace(LETTER, headings=("番号",), rows=(("1",), ("2",), ("3",)))
    with pytest.raises(TooLongError):
        of(long)
    assert of(replace(long, rows=long.rows[:2])).startswith(b"%PDF")


def test_two_slips_stand_on_one_page_with_the_same_room() -> None:
    slips = (Slip("同意書", "架空省　殿", "同意します。"), Slip("不同意書", "架空省　殿", "同意しません。"))
    reader = PdfReader(BytesIO(of(replace(LETTER, slips=slips))))
    heights: dict[str, list[float]] = {}

    def note(text: str, _cm: object, tm: list[float], _font: object, size: float) -> None:
        for one in slips:
            if text.strip() == one.title:
                heights[one.title] = [tm[5], size]

    reader.pages[-1].extract_text(visitor_text=note)
    assert set(heights) == {"同意書", "不同意書"}
    assert heights["同意書"][1] == heights["不同意書"][1]


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return tmp_path


def test_a_site_s_own_template_stands_in_by_its_name_for_all_letters_or_one_kind(own: Path) -> None:
    template = '#let letter = json(bytes(sys.inputs.data))\n#set text(font: "BIZ UDMincho")\n{words} #letter.title'
    (own / "letter.typ").write_text(template.replace("{words}", "わが社の様式"), encoding="utf-8")
    assert "わが社の様式" in text_of(of(LETTER, folder=own))
    (own / "extension.typ").write_text(template.replace("{words}", "延長だけの様式"), encoding="utf-8")
    assert "延長だけの様式" in text_of(of(LETTER, folder=own))
    assert "わが社の様式" in text_of(printed(LETTER, kind="other", template="letter", folder=own))
    assert "わが社の様式" not in text_of(of(LETTER, folder=own, ours=True))


@pytest.mark.parametrize(
    "broken", ["#let x = ", '#import "@preview/cetz:0.3.0": *', '#read("/etc/hostname")', '#read("../../etc/hostname")', "\udcff"]
)
def test_a_broken_template_is_told_of_and_makes_no_letter_until_ours_is_chosen(own: Path, broken: str) -> None:
    (own / "letter.typ").write_bytes(broken.encode("utf-8", "surrogateescape"))
    with pytest.raises(TemplateTroubleError):
        of(LETTER, folder=own)
    assert of(LETTER, folder=own, ours=True) == of(LETTER)


def test_a_file_of_the_site_s_that_is_no_font_counts_for_nothing(own: Path) -> None:
    (own / "broken.ttf").write_bytes(b"\x00\x01\x00\x00\x00\x01nothing")
    assert of(LETTER, folder=own) == of(LETTER)
    with pytest.raises(MissingGlyphsError):
        of(replace(LETTER, to=(MISSING,)), folder=own)


def test_every_code_has_words_and_every_citation_is_one() -> None:
    assert set(CLASSES) == set(INFORMATION_CLASSES)
    assert set(MATTERS) == set(CHANGE_MATTERS)
    assert set(ITEMS) == set(CONTRACT_ITEMS)
    assert {"organ", "police", "operator"} == set(HEAD)
    for one in LETTERS.values():
        assert all(cite(basis) for basis in one.basis)
