"""Setting a letter on paper: typst, PDF/A-2b, the same bytes for the same letter, and never a character less than was recorded.

A template sees the letter as data and nothing else: what it says stays text. Files of a site's own folder stand in for ours by
their names (`letter.typ`, `list.typ`, `layout.typ`, or a kind's own, as `result_notice.typ`); one that does not compile is left
aside as a whole and told of. Fonts in that folder are used beside ours, for names that ours cannot draw.
"""

import json
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any, Literal

import typst

from service.evidence.letters.coverage import Coverage, called, coverage_of, is_font
from service.evidence.letters.paper import Letter, as_plain

OWN = Path(__file__).parent
FONTS, TEMPLATES = OWN / "fonts", OWN / "templates"
STANDARD: Literal["a-2b"] = "a-2b"
FONT_FILES = frozenset({".ttf", ".otf"})
STAND_IN = "〓"
"""What printers set where a character is missing (げた)."""
_PACKAGE = re.compile(r"""["']@""")


class MissingGlyphsError(ValueError):
    """Characters of a letter that no font here can draw: of each the field it stands in, and what it is called."""

    def __init__(self, missing: tuple[tuple[str, str], ...]) -> None:
        super().__init__("; ".join(f"{field}: {called(one)}" for field, one in missing))
        self.missing = missing


class TypesettingError(RuntimeError):
    """A letter could not be set by our own templates."""


class TemplateTroubleError(ValueError):
    """The site's own template cannot be used as it stands; ours can. Nothing was made."""


class TooLongError(ValueError):
    """A list with more rows than go on paper; a workbook takes them all."""


MOST_ROWS = 5_000
"""Rows of a list that are set on paper: some hundred sheets, and half a minute."""


def printed(letter: Letter, *, kind: str, template: str, folder: Path | None = None, stand_in: bool = False, ours: bool = False) -> bytes:
    """Return a letter as PDF/A-2b, by the site's own templates where it has some, and with `ours` by ours all the same.

    With `stand_in` a character that cannot be drawn is set as 〓 and named at the foot. Raises MissingGlyphsError where
    there is one and it is not; TemplateTroubleError for a template of the site's that does not compile; TooLongError;
    TypesettingError.
    """
    if len(letter.rows) > MOST_ROWS:
        message = f"{len(letter.rows)} rows; at most {MOST_ROWS} go on paper"
        raise TooLongError(message)
    own = folder if folder is not None and folder.is_dir() else None
    missing = tuple(_missing(letter, _coverage(own)))
    if missing and not stand_in:
        raise MissingGlyphsError(missing)
    letter = _with_stand_ins(letter, missing)
    replaced = own is not None and not ours and any(own.glob("*.typ"))
    try:
        return _compiled(letter, kind, template, own, replaced=replaced)
    except (typst.TypstError, TemplateTroubleError, OSError, ValueError) as problem:
        told = str(getattr(problem, "message", problem))[:400]
        if replaced:
            raise TemplateTroubleError(told) from problem
        raise TypesettingError(told) from problem


def missing_from(letter: Letter, *, folder: Path | None = None) -> tuple[tuple[str, str], ...]:
    """Return the characters of a letter that cannot be drawn: of each the field it stands in, and itself."""
    return tuple(_missing(letter, _coverage(folder)))


def _compiled(letter: Letter, kind: str, template: str, own: Path | None, *, replaced: bool) -> bytes:
    """Return the bytes of a letter, compiled in a folder of its own in which there is nothing but its templates."""
    with tempfile.TemporaryDirectory(prefix="sekisho-letter-") as place:
        room = Path(place)
        for path in TEMPLATES.glob("*.typ"):
            shutil.copyfile(path, room / path.name)
        for path in sorted(own.glob("*.typ")) if own is not None and replaced else ():
            text = path.read_text(encoding="utf-8")
            if _PACKAGE.search(text):
                message = f"{path.name}: packages from elsewhere are not used here"
                raise TemplateTroubleError(message)
            (room / path.name).write_text(text, encoding="utf-8")
        main = room / (f"{kind}.typ" if (room / f"{kind}.typ").exists() else f"{template}.typ")
        compiler = typst.Compiler(
            str(main),
            root=str(room),
            font_paths=[str(one) for one in (FONTS, own) if one is not None],
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(as_plain(letter), ensure_ascii=False, sort_keys=True)},
            package_path=str(room),
            package_cache_path=str(room),
        )
        made = datetime.combine(letter.day, time(), UTC)
        content = compiler.compile(format="pdf", pdf_standards=STANDARD, timestamp=made)
    if not isinstance(content, bytes) or not content.startswith(b"%PDF"):
        message = "nothing was set"
        raise TypesettingError(message)
    return content


def _coverage(own: Path | None) -> Coverage:
    """Return what our fonts and the site's own can draw; a file that is no font counts for nothing, as it does in typesetting."""
    more = sorted(path for path in own.iterdir() if path.suffix.lower() in FONT_FILES) if own is not None and own.is_dir() else []
    return coverage_of((*sorted(FONTS.glob("*.ttf")), *(path for path in more if is_font(path))))


def _missing(letter: Letter, coverage: Coverage) -> Iterator[tuple[str, str]]:
    for field, text in _texts(letter):
        for one in coverage.missing(text):
            yield field, one


def _texts(letter: Letter) -> Iterator[tuple[str, str]]:
    """Yield every text of a letter with the name of its field: that of its row or column where it has one."""
    yield from (("title", letter.title), ("number", letter.number or ""), ("basis", letter.basis))
    yield from (("to", one) for one in letter.to)
    yield from (("sender", one) for one in letter.sender)
    yield from (("body", one) for one in (*letter.body, *letter.notes))
    for name, value in letter.items:
        yield name, f"{name}{value or ''}"
    yield from ((one, one) for one in letter.headings)
    for row in letter.rows:
        yield from zip(letter.headings, row, strict=True)
    yield from ((name, name) for name, _lines in letter.blanks)
    yield from ((one.title, text) for one in letter.slips for text in (one.title, one.to, one.body, *one.lines))


def _with_stand_ins(letter: Letter, missing: tuple[tuple[str, str], ...]) -> Letter:
    """Return a letter in which missing characters are stood in for, each named at the foot."""
    if not missing:
        return letter
    lacking = sorted({one for _field, one in missing}, key=len, reverse=True)

    def mended(value: Any) -> Any:
        if isinstance(value, str):
            for one in lacking:
                value = value.replace(one, STAND_IN)
            return value
        return tuple(mended(one) for one in value) if isinstance(value, tuple) else value

    parts = ("title", "number", "to", "sender", "body", "items", "headings", "rows", "blanks")
    changed = {name: mended(getattr(letter, name)) for name in parts}
    slips = tuple(replace(one, to=mended(one.to), body=mended(one.body)) for one in letter.slips)
    points = "、".join(f"{field}: {' '.join(f'U+{ord(part):04X}' for part in one)}" for field, one in missing)
    told = f"{STAND_IN}は書体にない文字です（{mended(points)}）。"
    return replace(letter, **changed, slips=slips, notes=(*mended(letter.notes), told))
