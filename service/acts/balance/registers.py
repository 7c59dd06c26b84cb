"""Which registers can be brought in, in the columns of their forms, how each cell is read, and why the others stay where they are; pure.

A file has the columns that `sekisho register KIND` writes. A line that ended before, or was struck, stays in the old register.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType

from service.acts.balance.sheets import Column, Form
from service.evidence.rolls import PLEDGES, TRAININGS
from service.personnel.roster.eras import parse_day
from service.personnel.roster.reading import Cell
from service.personnel.roster.rows import BLANKS
from service.registers.declared import CODES, register
from service.statute.numbers import IN_FORCE

FORMS: Mapping[str, Form] = MappingProxyType(
    {
        "designation": "informations",
        "registration": "registration",
        "party": "organization",
        "head": "organization",
        "person": "somebody",
        "witness": "somebody",
        "keeper": "somebody",
        "name": "somebody",
        "area": "area",
        "details.approved_on": "day",
        "details.expected": "count",
        "details.present": "count",
        "details.missing": "count",
    }
)
"""How the cells of a column are read, by where a register has its value from; days end in `_on`, all else is text."""
CODED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "details.area": ("room", "container", "computer"),
        "details.network": ("offline", "online", "overseas_urgent"),
        "details.occasion": ("regular", "special"),
        "details.way": ("carried", "encrypted_line", "overseas_urgent"),
    }
)
NEEDED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "document": ("designation", "title", "serial"),
        "storage": ("registration", "begun_on", "area"),
        "loan": ("registration", "begun_on", "due_on", "details.way"),
        "area": ("label", "details.area", "begun_on"),
        "entry": ("area", "person", "begun_on", "due_on"),
        "device": ("area", "person", "label", "begun_on", "due_on"),
        "inspection": ("details.occasion", "person", "witness", "begun_on", "ended_on", "details.expected", "details.present"),
        "origin": ("designation", "label", "begun_on", "paper"),
        "other_use": ("designation", "label", "details.approved_on", "paper", "begun_on", "due_on"),
        "trainings": ("held_on", "training"),
        "pledges": ("name", "head", "pledged_on"),
    }
)
"""By register that can be brought in the columns without which a row is none."""
ENDED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "document": ("delivered_to", "delivered_on", "disposed_on", "struck_on"),
        "inspection": ("struck_on",),
        "trainings": (),
        "pledges": (),
    }
)
"""The columns that say of a row that it ended; of the registers not named here the day of the end or of striking."""
BEHIND: Mapping[str, tuple[tuple[str, str, str], ...]] = MappingProxyType({"loan": (("details.way", "交付の方法", "Way"),)})
"""Columns behind those of the form, without which the act cannot be judged."""
STAY: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "handling": (
            "取扱簿は、以前の簿冊をその期間の記録として保存してください。ここでの取扱いは、ここでの判定に続けて記載します",
            "keep the old handling log as the log of its time: each handling here follows a decision that was made here",
        ),
        "passage": (
            "立入記録簿は、以前の記録簿をその期間の記録として保存してください。ここでは、アプリケーションの報告から記載します",
            "keep the old log of entries as the log of its time: the lines here come from what applications report",
        ),
        "copying": (
            "複製等で作成した文書等は、それぞれの登録番号で document として取り込んでください",
            "bring the copies themselves in, each under its registration number, with the register document",
        ),
        "delivery": (
            "交付済みの文書等は保有していません。以前の受領書を保存してください",
            "what was delivered is not held any more: keep its old receipts",
        ),
        "disposal": (
            "廃棄済みの文書等は保有していません。以前の廃棄記録簿を保存してください",
            "what was disposed of is not held any more: keep the old record",
        ),
        "emergency": (
            "緊急廃棄した文書等は保有していません。報告が済んでいなければ destroy_in_emergency で記録してください",
            "what was destroyed is not held any more; where a report is still owed, record it with destroy_in_emergency",
        ),
        "finding": (
            "照合の結果はその検査のものです。inspection を取り込み、照合表は保存してください",
            "findings belong to their inspection: bring the register inspection in and keep the old sheets",
        ),
        "incident": (
            "調査中の事故は report_incident で、その認知の日により報告し直してください。終わったものは以前の簿冊を保存してください",
            "report an incident that is still open anew, under its own day, with report_incident; keep the old record of the others",
        ),
        "designations": ("sekisho import designations で取り込んでください", "bring it in with sekisho import designations"),
        "handlers": ("sekisho import handlers で取り込んでください", "bring it in with sekisho import handlers"),
        "assessed": (
            "結果から作られます。sekisho import clearances で取り込んでください",
            "it is made from the results: bring those in with sekisho import clearances",
        ),
    }
)
"""Registers that are not brought in, and what to do instead, in Japanese and English."""


def columns_of_register(kind: str, *, organization_kind: str) -> tuple[Column, ...]:
    """Return the columns of a file of a register, in the order of its form. Raises ValueError for a register that stays."""
    if kind not in NEEDED:
        known = ", ".join(NEEDED)
        ja, en = STAY.get(kind, (f"取り込める簿冊は {known} です", f"no such register; there are {known}"))
        message = f"register: {kind[:64]}: {en} / {ja}"
        raise ValueError(message)
    return tuple(_column(kind, *named) for named in (*_named(kind, organization_kind), *BEHIND.get(kind, ())))


def _named(kind: str, organization_kind: str) -> Iterator[tuple[str, str, str]]:
    """Yield where each column of a register has its value from, and its headings."""
    if kind in ("trainings", "pledges"):
        yield from TRAININGS if kind == "trainings" else PLEDGES
    else:
        for column in register(kind, on=IN_FORCE).columns_of(organization_kind):
            yield column.source, column.ja, column.en


def _column(kind: str, source: str, ja: str, en: str) -> Column:
    form = FORMS.get(source, "day" if source.endswith("_on") else "text")
    if source == "serial":
        form = "count" if kind == "document" else "text"
    codes = {word.casefold(): code for code in CODED.get(source, ()) for word in (code, *CODES[code])} or None
    others = ("社員番号", "従業員番号", "職員番号") if form == "somebody" and source in ("person", "name") else ()
    return Column(source, ja, en, form, needed=source in NEEDED[kind], others=others, codes=codes)


def has_ended(kind: str, where: Mapping[Column, int], cells: Sequence[Cell], *, on: date) -> bool:
    """Say whether a row tells of something that is over: it stays in the old register, whatever else stands in it."""
    told = {column.word: cells[place] for column, place in where.items() if place < len(cells)}
    if any(_filled(told.get(word)) for word in ENDED.get(kind, ("ended_on", "struck_on"))):
        return True
    last = told.get("due_on") if kind in ("entry", "device", "other_use") else None
    try:
        return last is not None and _filled(last) and parse_day(last) < on
    except ValueError:
        # What is no day is told when the row is read.
        return False


def _filled(cell: Cell | None) -> bool:
    return cell is not None and (isinstance(cell, date) or bool(cell.strip(BLANKS)))
