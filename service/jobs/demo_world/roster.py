"""The staff of the demo's operator: a roster as a Japanese HR system exports it.

Every name is put together from lists of family and given names by the number of the
person, so that two machines write the same file. Nobody of these people exists.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from service.jobs.demo_world.names import FAMILIES, GIVEN

HEADERS = (
    "社員番号",
    "氏名",
    "氏名カナ",
    "生年月日",
    "部署",
    "役職",
    "入社日",
    "退職日",
    "雇用区分",
    "派遣元",
    "ID",
)
NUMBERS_FROM = 1001
"""The first employee number of the crowd; the speaking people have those below."""

OPERATOR_UNITS = (
    ("給電指令所", 40),
    ("系統運用部", 40),
    ("送配電部", 52),
    ("情報システム部", 39),
    ("セキュリティ統括部", 17),
    ("技術開発部", 32),
    ("資材部", 22),
    ("経営企画部", 18),
    ("人事部", 12),
    ("総務部", 16),
)
"""Name and head count of each unit of the operator, the speaking people not counted."""

ORGAN_UNITS = (
    ("大臣官房", 36),
    ("経済安全保障課", 30),
    ("会計課", 28),
    ("電力基盤課", 48),
    ("調査課", 44),
    ("地方局", 107),
)
"""The same of the organ."""

AGENCY_NAME = "架空人材派遣株式会社"
_POSTS = ("部長", "副部長", "課長", "係長", "主任")


@dataclass(frozen=True, slots=True)
class Employee:
    """One line of the roster; `left_on` is the last day of work, `id` blank for a new person."""

    number: str
    name: str
    kana: str
    birth_on: date
    unit: str
    post: str
    joined_on: date
    left_on: date | None = None
    employment: str = "正社員"
    agency: str = ""
    id: str = ""


def crowd(units: Sequence[tuple[str, int]], *, on: date) -> Iterator[Employee]:
    """Yield the staff of units beside the speaking people, as of a day; always the same people."""
    index = 0
    for unit, heads in units:
        for place in range(heads):
            yield _employee(index, place=place, unit=unit, on=on)
            index += 1


def _employee(index: int, *, place: int, unit: str, on: date) -> Employee:
    family, family_kana = FAMILIES[(index * 7) % len(FAMILIES)]
    given, given_kana = GIVEN[(index * 11 + index // len(FAMILIES)) % len(GIVEN)]
    agency = place > len(_POSTS) and index % 23 == 0
    # 23 to 58 years old, chiefs from 45 on, and here since some year after school.
    youngest = 45 if place < len(_POSTS) else 23
    age_days = youngest * 365 + (index * 2_741) % ((58 - youngest) * 365)
    service_days = 200 + (index * 1_093) % (age_days - 22 * 365)
    return Employee(
        number=f"{NUMBERS_FROM + index:06d}",
        name=f"{family} {given}",
        kana=f"{family_kana} {given_kana}",
        birth_on=on - timedelta(days=age_days),
        unit=unit,
        post=_POSTS[place] if place < len(_POSTS) else "",
        joined_on=on - timedelta(days=service_days),
        employment="派遣" if agency else "正社員",
        agency=AGENCY_NAME if agency else "",
    )


def roster_csv(employees: Iterable[Employee]) -> bytes:
    """Return the roster as a CSV file in UTF-8 with BOM, dates written the western way."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(HEADERS)
    for one in employees:
        writer.writerow(
            (
                one.number,
                one.name,
                one.kana,
                f"{one.birth_on:%Y/%m/%d}",
                one.unit,
                one.post,
                f"{one.joined_on:%Y/%m/%d}",
                f"{one.left_on:%Y/%m/%d}" if one.left_on else "",
                one.employment,
                one.agency,
                one.id,
            )
        )
    return text.getvalue().encode("utf-8-sig")
