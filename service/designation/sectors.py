"""Which part of the critical economic base an information is about: a dated table, for filing and for counts.

Article 2(3) of the Act ties nothing to the lists of the Economic Security Promotion Act, so `other` is always there. The
lines follow those lists because organs file by them; they are a default, to be edited like any list of the house: a sector
that comes is a new line with its `since`, one that goes gets its `until`.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from service.statute.numbers import IN_FORCE

SectorCode = Literal[
    "electricity",
    "gas",
    "oil",
    "water",
    "railway",
    "trucking",
    "ocean_cargo",
    "port_transport",
    "aviation",
    "airports",
    "telecommunications",
    "broadcasting",
    "postal_service",
    "finance",
    "credit_cards",
    "antimicrobials",
    "fertilizer",
    "permanent_magnets",
    "machine_tools",
    "aircraft_parts",
    "semiconductors",
    "storage_batteries",
    "cloud_programs",
    "natural_gas",
    "critical_minerals",
    "ship_parts",
    "electronic_components",
    "ventilators",
    "drones",
    "satellites",
    "rocket_parts",
    "other",
]


@dataclass(frozen=True, slots=True)
class Sector:
    """One sector: an infrastructure service, a critical good, or neither. `until` is the first day without it."""

    code: SectorCode
    kind: Literal["service", "good", "other"]
    ja: str
    en: str
    since: date = IN_FORCE
    until: date | None = None


_FOUR_MORE = date(2025, 12, 24)

SECTORS = (
    Sector("electricity", "service", "電気", "Electricity"),
    Sector("gas", "service", "ガス", "Gas"),
    Sector("oil", "service", "石油", "Oil"),
    Sector("water", "service", "水道", "Water"),
    Sector("railway", "service", "鉄道", "Railways"),
    Sector("trucking", "service", "貨物自動車運送", "Road freight"),
    Sector("ocean_cargo", "service", "外航貨物", "Ocean freight"),
    Sector("port_transport", "service", "港湾運送", "Port transport"),
    Sector("aviation", "service", "航空", "Air transport"),
    Sector("airports", "service", "空港", "Airports"),
    Sector("telecommunications", "service", "電気通信", "Telecommunications"),
    Sector("broadcasting", "service", "放送", "Broadcasting"),
    Sector("postal_service", "service", "郵便", "Post"),
    Sector("finance", "service", "金融", "Finance"),
    Sector("credit_cards", "service", "クレジットカード", "Credit cards"),
    Sector("antimicrobials", "good", "抗菌性物質製剤", "Antimicrobials"),
    Sector("fertilizer", "good", "肥料", "Fertilizer"),
    Sector("permanent_magnets", "good", "永久磁石", "Permanent magnets"),
    Sector("machine_tools", "good", "工作機械・産業用ロボット", "Machine tools and industrial robots"),
    Sector("aircraft_parts", "good", "航空機の部品", "Aircraft parts"),
    Sector("semiconductors", "good", "半導体", "Semiconductors"),
    Sector("storage_batteries", "good", "蓄電池", "Storage batteries"),
    Sector("cloud_programs", "good", "クラウドプログラム", "Cloud programs"),
    Sector("natural_gas", "good", "天然ガス", "Natural gas"),
    Sector("critical_minerals", "good", "重要鉱物", "Critical minerals"),
    Sector("ship_parts", "good", "船舶の部品", "Ship parts"),
    Sector("electronic_components", "good", "先端電子部品", "Advanced electronic components"),
    Sector("ventilators", "good", "人工呼吸器", "Ventilators", since=_FOUR_MORE),
    Sector("drones", "good", "無人航空機", "Uncrewed aircraft", since=_FOUR_MORE),
    Sector("satellites", "good", "人工衛星", "Satellites", since=_FOUR_MORE),
    Sector("rocket_parts", "good", "ロケットの部品", "Rocket parts", since=_FOUR_MORE),
    Sector("other", "other", "その他", "Other"),
)


def sectors_on(day: date) -> tuple[Sector, ...]:
    """Return the sectors of a day in the order of the table."""
    return tuple(one for one in SECTORS if one.since <= day and (one.until is None or day < one.until))


def require_sector(code: str | None, *, on: date) -> None:
    """Raise ValueError for a sector that the table does not have on a day; None names none."""
    if code is not None and code not in {one.code for one in sectors_on(on)}:
        msg = f"there is no sector {code!r} on {on}"
        raise ValueError(msg)
