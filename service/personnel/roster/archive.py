"""Whether a workbook may be opened at all: every byte of the archive is unpacked and counted first, and none is kept.

What an archive says of itself is not believed: sizes are counted, places are compared, and the cells that a sheet names
are measured, for two cells in far corners are a table of seventeen thousand million.
"""

import io
import re
import stat
import zipfile
import zlib
from typing import NoReturn

MOST_ENTRIES = 1_000
LARGEST_RATIO = 20
NEVER_TOO_LARGE = 10 * 1024 * 1024
"""Bytes that any archive may unpack to: a small sheet of equal rows packs better than a large one."""
MOST_CELLS = 4_000_000
WIDEST = 1_024
STEP = 256 * 1024
LOCAL_HEADER = 30
LETTERS = 26
TOO_LARGE = f"it unpacks to more than {LARGEST_RATIO} times its size"
LONGEST_TAG = 1024 * 1024
NEEDED, OTHERS = "xl/workbook.xml", frozenset(("content.xml", "mimetype", "xl/workbook.bin"))
PLACE = re.compile(rb"""\br\s*=\s*["']\s*\$?([A-Za-z]*)\$?(\d+)""")
ROW = re.compile(rb"<(?:\w+:)?row[\s/>]")
CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
DECLARES = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


class ArchiveError(ValueError):
    """An archive that is not unpacked; the message says why."""


def require_harmless(raw: bytes) -> None:
    """Raise ArchiveError, or an error of zipfile or zlib, for an archive that is no plain workbook of a bearable size."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        members = archive.infolist()
    if len(members) > MOST_ENTRIES:
        _refuse(f"it holds more than {MOST_ENTRIES} files")
    names = [member.filename for member in members]
    if len(set(names)) != len(names):
        _refuse("it holds two files of one name")
    if NEEDED not in names or OTHERS & set(names):
        _refuse("it is no workbook of the form .xlsx")
    for member in members:
        _require_plain(member)
    allowed = max(LARGEST_RATIO * len(raw), NEVER_TOO_LARGE)
    taken = 0
    end = 0
    for member in sorted(members, key=lambda one: one.header_offset):
        if member.header_offset < end:
            _refuse("two of its files share bytes")
        size, end = _unpack(raw, member, allowed - taken)
        taken += size


def _refuse(words: str) -> NoReturn:
    raise ArchiveError(words)


def _require_plain(member: zipfile.ZipInfo) -> None:
    name = member.filename
    parts = name.split("/")
    if name.startswith("/") or "\\" in name or ":" in parts[0] or ".." in parts or not name.isprintable():
        _refuse("it holds a file whose name leads elsewhere")
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        _refuse("it holds a link or a device")
    if member.flag_bits & 0x1:
        _refuse("it is encrypted")
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        _refuse("it is packed in a way that workbooks are not")


def _unpack(raw: bytes, member: zipfile.ZipInfo, allowed: int) -> tuple[int, int]:
    """Return how much a file unpacks to, and where it ends; every byte is looked at and none is kept."""
    at = member.header_offset
    head = raw[at : at + LOCAL_HEADER]
    if len(head) < LOCAL_HEADER or head[:4] != b"PK\x03\x04":
        _refuse("a file in it does not begin where it is said to")
    begin = at + LOCAL_HEADER + int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
    end = begin + member.compress_size
    if end > len(raw):
        _refuse("a file in it ends beyond the archive")
    measure = _Measure()
    packed = memoryview(raw)[begin:end]
    if member.compress_type == zipfile.ZIP_STORED:
        if len(packed) > allowed:
            _refuse(TOO_LARGE)
        measure.take(bytes(packed))
        return len(packed), end
    taken = 0
    unpacking = zlib.decompressobj(-zlib.MAX_WBITS)
    left: bytes | memoryview = packed
    while left and not unpacking.eof:
        piece = unpacking.decompress(left, STEP)
        left = unpacking.unconsumed_tail
        taken += len(piece)
        if taken > allowed:
            _refuse(TOO_LARGE)
        measure.take(piece)
    if not unpacking.eof or taken != member.file_size:
        _refuse("a file in it is not as large as it is said to be")
    return taken, end


class _Measure:
    """How far the cells of a sheet reach; a row or a cell that does not say where it stands counts as one further."""

    def __init__(self) -> None:
        self.rows = self.columns = self.free_rows = self.free_cells = 0
        self._held = b""

    def take(self, piece: bytes) -> None:
        """Look at the next piece of a text. Raises ArchiveError for cells too far away, and for declarations."""
        whole, end, self._held = (self._held + piece).rpartition(b">")
        if len(self._held) > LONGEST_TAG:
            _refuse("a tag in it does not end")
        if DECLARES.search(whole):
            _refuse("it declares entities")
        if not end:
            return
        places = PLACE.findall(whole + end)
        for letters, digits in places:
            if len(letters) > 3 or len(digits) > 7:  # noqa: PLR2004 - XFD1048576 is the last cell that Excel has
                _refuse("a cell lies beyond the last one")
            self.rows = max(self.rows, int(digits))
            self.columns = max(self.columns, _column(letters))
        named = sum(1 for letters, _digits in places if letters)
        self.free_rows += max(0, len(ROW.findall(whole)) - (len(places) - named))
        self.free_cells += max(0, len(CELL.findall(whole)) - named)
        columns = self.columns + self.free_cells
        if (self.rows + self.free_rows) * columns > MOST_CELLS or columns > WIDEST:
            _refuse(f"its cells reach further than {MOST_CELLS} cells or {WIDEST} columns")


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * LETTERS + letter - 64
    return number
