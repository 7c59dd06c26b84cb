"""Which column says what: the headers that Japanese HR systems use, and a mapping for others."""

import json
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from service.personnel.roster.reading import REASONS, RosterFileError

FIELDS: Mapping[str, tuple[str, ...]] = {
    "number": ("社員番号", "従業員番号", "職員番号", "社員コード", "社員No", "社員ＮＯ", "employee_number"),
    "name": ("氏名", "名前", "社員名", "職員名", "name"),
    "kana": ("氏名カナ", "フリガナ", "ふりがな", "カナ氏名", "氏名（カナ）", "氏名(カナ)", "kana"),
    "birth": ("生年月日", "誕生日", "birth_date"),
    "unit": ("部署", "所属", "所属部署", "部署名", "所属名", "unit"),
    "post": ("役職", "役職名", "職位", "post"),
    "concurrent": ("兼務", "兼務先", "兼務部署", "concurrent_posts"),
    "joined": ("入社日", "入社年月日", "採用日", "採用年月日", "joined_on"),
    "left": ("退職日", "退職年月日", "left_on"),
    "effective": ("発令日", "発令年月日", "異動日", "effective_on"),
    "moved_to": ("異動先", "異動先部署", "新部署", "新所属", "moved_to"),
    "employment": ("雇用区分", "雇用形態", "社員区分", "employment"),
    "agency": ("派遣元", "派遣元会社", "派遣会社", "agency"),
    "id": ("ID", "id"),
}
"""Each field by the headers it goes under; the first is its name in reports."""
NEEDED = ("number",)


def folded(header: str) -> str:
    """Return a header as it is compared: whatever its width and case, and without blanks."""
    return "".join(unicodedata.normalize("NFKC", header).casefold().split())


_KNOWN = {folded(header): field for field, headers in FIELDS.items() for header in headers}


def name_of(field: str) -> str:
    """Return the header by which a field is named in reports."""
    return FIELDS[field][0]


def read_mapping(path: Path, *, field: Callable[[str], str | None] | None = None, example: str = "従業員CD: 社員番号") -> dict[str, str]:
    """Return a mapping file (YAML or JSON): the file's header to a known header or field. Raises RosterFileError.

    `field` says what a header stands for in a file of another kind than a roster.
    """
    try:
        text = path.read_text(encoding="utf-8")
        mapping = json.loads(text) if path.suffix == ".json" else YAML(typ="safe", pure=True).load(text)
    except (OSError, ValueError, YAMLError) as broken:
        message = f"{path} cannot be read as a mapping: {str(broken).splitlines()[0]}"
        raise RosterFileError(message) from broken
    if not isinstance(mapping, dict) or not all(isinstance(one, str) for pair in mapping.items() for one in pair):
        message = f"{path}: a mapping names for each header of the file a known one, such as {example}"
        raise RosterFileError(message)
    for header, known in mapping.items():
        if (field or field_of)(known) is None:
            message = f"{path}: {header!r} is mapped to {known!r}, which is no known header"
            raise RosterFileError(message)
    return mapping


def field_of(known: str) -> str | None:
    """Return the field that a header, or a field's own name, stands for; None for none."""
    return known if known in FIELDS else _KNOWN.get(folded(known))


def signature(headers: Sequence[str]) -> list[str]:
    """Return the headers by which a mapping is remembered: a corrected file of rejected rows has those of its roster."""
    return [header for header in headers if header not in REASONS]


def columns(headers: Sequence[str], mapping: Mapping[str, str]) -> dict[str, int]:
    """Return the column of each field. Raises RosterFileError for a field named twice or a needed one that is missing."""
    found: dict[str, int] = {}
    for place, header in enumerate(headers):
        known = mapping.get(header, header)
        field = field_of(known)
        if field is None:
            continue
        if field in found:
            message = f"the columns {headers[found[field]]!r} and {header!r} both say {name_of(field)}"
            raise RosterFileError(message)
        found[field] = place
    missing = [name_of(field) for field in NEEDED if field not in found]
    if missing:
        message = f"the header {missing[0]} is missing; found are {', '.join(headers)}; name the right one with --mapping"
        raise RosterFileError(message)
    return found
