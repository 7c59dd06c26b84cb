"""The legal history of the demo, in the form of a case file, counted back from a day.

Everything is relative to the day of seeding, so that the demo does not age: what lapsed
has lapsed lately, and what stands will stand for a year and more.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from types import MappingProxyType

from service.jobs.demo_world.people import OPERATOR_SPEAKING, ORGAN_SPEAKING, Speaking

OPERATOR = "demo-denryoku"
ORGAN = "demo-keizai"
SECOND_ORGAN = "demo-kokudo"
AGENCY = "demo-haken"
FOREIGN = "demo-gaikoku"

ORGANIZATIONS = (
    (ORGAN, "organ", "架空経済省", "Ministry of Imaginary Economy"),
    (SECOND_ORGAN, "organ", "架空国土省", "Ministry of Imaginary Land"),
    (OPERATOR, "operator", "架空電力株式会社", "Kakuu Electric Power Co., Ltd."),
    (AGENCY, "dispatch_agency", "架空人材派遣株式会社", "Kakuu Staffing Co., Ltd."),
    (FOREIGN, "foreign_government", "架空連邦共和国政府", "Government of the Imaginary Federation"),
)
"""Id, kind, name, name in English."""

TITLES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "demo-info-1": ("給電に関する対策(第1号)", "架経保第1号"),
        "demo-info-2": ("給電に関する対策(第2号)", "架経保第2号"),
        "demo-info-3": ("系統の点検に関する評価", "架経保第3号"),
        "demo-info-4": ("系統の機器に関する評価", "架経保第4号"),
        "demo-info-5": ("部材の調達に関する評価", "架経保第5号"),
        "demo-info-6": ("共同研究の計画", "架経保第6号"),
        "demo-info-7": ("地域設備の対策(第1号)", "架国保第1号"),
        "demo-info-8": ("地域設備の対策(第2号)", "架国保第2号"),
        "demo-info-9": ("広域設備の調査", "架国保第3号"),
        "demo-info-10": ("沿岸設備の調査", "架国保第4号"),
        "demo-info-11": ("外国から得た評価", "架経保第7号"),
        "demo-info-12": ("旧設備の対策", "架経保第8号"),
    }
)
"""Title and number of each information; a title reveals nothing of the content."""

DOCUMENTS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("demo-doc-1", "給電対策書 第1分冊", ("demo-info-1",)),
    ("demo-doc-2", "給電対策書 第2分冊", ("demo-info-1", "demo-info-2")),
    ("demo-doc-3", "系統点検評価書", ("demo-info-3",)),
    ("demo-doc-4", "系統・地域合同評価書", ("demo-info-4", "demo-info-7")),
    ("demo-doc-5", "部材調達評価書", ("demo-info-5",)),
    ("demo-doc-6", "共同研究計画書", ("demo-info-6",)),
    ("demo-doc-7", "地域設備対策書 第1分冊", ("demo-info-7",)),
    ("demo-doc-8", "地域設備対策書 第2分冊", ("demo-info-8",)),
    ("demo-doc-9", "広域設備調査書", ("demo-info-9",)),
    ("demo-doc-10", "沿岸設備調査書", ("demo-info-10",)),
    ("demo-doc-11", "外国評価書(訳)", ("demo-info-11",)),
    ("demo-doc-12", "旧設備対策書", ("demo-info-12",)),
)
"""Id, title and informations of each document."""

_CLASSES = ("measures", "vulnerability", "measures", "vulnerability")
_KEIZAI = tuple(f"demo-info-{number}" for number in (1, 2, 3, 4, 5, 6))
_KOKUDO = ("demo-info-7", "demo-info-8", "demo-info-9")

Facts = dict[str, list[dict[str, object]]]


class _Days:
    """Days counted from the day of seeding, in the form of a case file."""

    def __init__(self, today: date) -> None:
        self.today = today

    def __call__(self, days: int) -> date:
        return self.today + timedelta(days=days)


def _organizations() -> list[dict[str, object]]:
    return [{"id": name, "kind": kind, "name": ja, "name_en": en} for name, kind, ja, en in ORGANIZATIONS]


def _people(speaking: Sequence[Speaking], *, on: date) -> list[dict[str, object]]:
    """Return the speaking people; where they work the roster says."""
    return [{"id": one.id, "name": one.name, "kana": one.kana, "birth_on": one.employee(on=on).birth_on} for one in speaking]


def operator_history(*, on: date) -> Facts:
    """Return what happened before a day as the operator's records tell it."""
    day = _Days(on)
    return {
        "organizations": _organizations(),
        "people": _people(OPERATOR_SPEAKING, on=on),
        "assessments": [
            *(_assessed(person, ORGAN, day(-420 + 3 * place)) for place, person in enumerate(_CLEARED)),
            _assessed("demo-other-organ", SECOND_ORGAN, day(-350)),
            _assessed("demo-two-organs", SECOND_ORGAN, day(-340)),
            _assessed("demo-expired", ORGAN, _years_before(on, 5, days=30), law="sds"),
            _assessed("demo-negative", ORGAN, day(-200), outcome="negative"),
            _assessed("demo-refused", ORGAN, day(-190), outcome="refused"),
        ],
        "doubt_notices": [{"person": "demo-doubt", "by": ORGAN, "notified_on": day(-7)}],
        "designations": _designations(day),
        "certifications": [
            {"operator": OPERATOR, "by": ORGAN, "on": day(-410)},
            {"operator": OPERATOR, "by": SECOND_ORGAN, "on": day(-380)},
        ],
        "contracts": _contracts(day),
        "provisions": _provisions(day),
        "handlers": _listed(day),
    }


def organ_history(*, on: date) -> Facts:
    """Return what happened before a day as the organ's records tell it."""
    day = _Days(on)
    people = ("demo-permit", "demo-not-listed", "demo-doubt", "demo-left")
    scopes = ("demo-info-1", "demo-info-2", "demo-info-3", "demo-info-4", "demo-info-11")
    return {
        "organizations": _organizations(),
        "people": _people(ORGAN_SPEAKING, on=on),
        "offices": [{"person": "demo-minister", "office": "minister_of_state", "from": day(-200)}],
        "assessments": [
            *(_assessed(person, ORGAN, day(-420 + 3 * place)) for place, person in enumerate(people)),
            _assessed("demo-expired", ORGAN, _years_before(on, 5, days=30), law="sds"),
        ],
        "doubt_notices": [{"person": "demo-doubt", "by": ORGAN, "notified_on": day(-7)}],
        "designations": _designations(day),
        "certifications": [{"operator": OPERATOR, "by": ORGAN, "on": day(-410)}],
        "contracts": _contracts(day)[:1],
        "provisions": [one for one in _provisions(day) if one["from"] == ORGAN],
        "handlers": [
            *({"information": information, "unit": "経済安全保障課", "at": ORGAN, "from": day(-380)} for information in scopes),
            {"information": "demo-info-1", "post": "大臣", "at": ORGAN, "from": day(-380)},
            {"information": "demo-info-1", "post": "課長", "at": ORGAN, "from": day(-380)},
        ],
    }


_CLEARED = (
    "demo-permit",
    "demo-not-listed",
    "demo-doubt",
    "demo-left",
    "demo-read-only",
    "demo-dispatched",
    "demo-two-organs",
)


def _years_before(on: date, years: int, *, days: int) -> date:
    earlier = on - timedelta(days=days)
    try:
        return earlier.replace(year=earlier.year - years)
    except ValueError:
        return earlier.replace(year=earlier.year - years, day=28)


def _assessed(person: str, head: str, notified_on: date, *, outcome: str = "positive", law: str = "iesi") -> dict[str, object]:
    name = f"demo-result-{person.removeprefix('demo-')}-{head.removeprefix('demo-')}"
    return {"id": name, "person": person, "by": head, "outcome": outcome, "law": law, "notified_on": notified_on}


def _information(name: str) -> dict[str, object]:
    title, number = TITLES[name]
    return {"id": name, "title": title, "number": number}


def _designations(day: _Days) -> list[dict[str, object]]:
    ordinary = [
        {
            **_information(name),
            "by": ORGAN if name in _KEIZAI else SECOND_ORGAN,
            "on": day(-400 + 2 * place),
            "years": 5,
            "class": _CLASSES[place % len(_CLASSES)],
        }
        for place, name in enumerate((*_KEIZAI, *_KOKUDO, "demo-info-10"))
    ]
    foreign = {
        **_information("demo-info-11"),
        "by": ORGAN,
        "on": day(-370),
        "years": 3,
        "class": "foreign",
        "originator": FOREIGN,
        "released_to": [ORGAN],
    }
    lifted = {
        **_information("demo-info-12"),
        "by": ORGAN,
        "on": day(-395),
        "years": 5,
        "class": "measures",
        "lifted_on": day(-15),
    }
    return [*ordinary, foreign, lifted]


def _contracts(day: _Days) -> list[dict[str, object]]:
    return [
        {
            "id": "demo-contract-1",
            "operator": OPERATOR,
            "organ": ORGAN,
            "information": [*_KEIZAI, "demo-info-11", "demo-info-12"],
            "from": day(-360),
            "to": day(540),
        },
        {
            "id": "demo-contract-2",
            "operator": OPERATOR,
            "organ": SECOND_ORGAN,
            "information": ["demo-info-2", "demo-info-7", "demo-info-8"],
            "units": ["給電指令所", "系統運用部", "送配電部"],
            "from": day(-330),
            "to": day(400),
        },
        {
            "id": "demo-contract-3",
            "operator": OPERATOR,
            "organ": SECOND_ORGAN,
            "information": ["demo-info-10"],
            "from": day(-330),
            "to": day(-10),
            "return_by": day(60),
        },
    ]


def _provisions(day: _Days) -> list[dict[str, object]]:
    from_first = [_provided(name, ORGAN, OPERATOR, "Act 10(1)", day(-350)) for name in (*_KEIZAI, "demo-info-11", "demo-info-12")]
    from_second = [
        _provided(name, SECOND_ORGAN, OPERATOR, "Act 10(1)", day(-320)) for name in ("demo-info-7", "demo-info-8", "demo-info-10")
    ]
    # Both ministries provide the second information: either way in is enough.
    shared = [
        {**_provided("demo-info-2", ORGAN, SECOND_ORGAN, "Act 6(1)", day(-345)), "consulted_on": day(-348)},
        {**_provided("demo-info-2", SECOND_ORGAN, OPERATOR, "Act 10(1)", day(-310)), "consented_by": [ORGAN]},
    ]
    return [*from_first, *shared, *from_second]


def _provided(information: str, giver: str, receiver: str, under: str, on: date) -> dict[str, object]:
    return {"information": information, "from": giver, "to": receiver, "under": under, "on": on}


def _listed(day: _Days) -> list[dict[str, object]]:
    first = (
        "demo-expired",
        "demo-doubt",
        "demo-no-assessment",
        "demo-left",
        "demo-other-organ",
        "demo-dispatched",
        "demo-negative",
        "demo-refused",
        "demo-two-organs",
    )
    listed: list[dict[str, object]] = [_line("demo-info-1", person, day(-300)) for person in first]
    listed.append({**_line("demo-info-1", "demo-read-only", day(-300)), "actions": ["read", "list"]})
    for name in ("demo-info-2", "demo-info-3", "demo-info-10", "demo-info-11", "demo-info-12"):
        listed += [_line(name, person, day(-290)) for person in ("demo-permit", "demo-two-organs")]
    listed += [_line("demo-info-7", person, day(-280)) for person in ("demo-other-organ", "demo-two-organs")]
    listed += [_line(name, "demo-two-organs", day(-280)) for name in ("demo-info-4", "demo-info-8")]
    return listed


def _line(information: str, person: str, from_on: date) -> dict[str, object]:
    return {"information": information, "person": person, "at": OPERATOR, "from": from_on}
