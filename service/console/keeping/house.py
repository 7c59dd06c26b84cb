"""Pages of what the house has set: its decision rules, and every number with its default, its history and who set it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from starlette.responses import Response

from service.acts.reading.accounts import Setting, rules_of_deciding
from service.acts.reading.house import READERS, House, Number, house_of
from service.acts.table import ACTS
from service.console.act_words import CODES, VERBS, said
from service.console.area_words.keeping import PROFILE
from service.console.filters import HOLDERS
from service.console.keeping.telling import is_offered, names_of, told_by
from service.console.labels import labels
from service.console.visit import Visit
from service.database import read
from service.registers.periods import PERIODS as REGISTER_PERIODS
from service.statute.citations import cite

__all__ = ["READERS", "decision_rules", "settings"]


@dataclass(frozen=True, slots=True)
class NumberLine:
    """A number as it is shown: its words, the value, its default, since when, its history in words, what it is modelled on."""

    name: str
    says: str
    value: object
    default: object
    since: date | None
    history: tuple[tuple[object, date, str], ...]
    modelled_on: str


def decision_rules(visit: Visit) -> Response:
    """GET of /decision-rules: per act its default and the site's own line."""
    own = rules_of_deciding(visit.seated)
    seat = visit.desk.log.seat
    shown = [known for known in ACTS.values() if known.seat in (None, seat) and (known.seconds or known.verb in own)]
    with read(visit.desk.engine) as session:
        names = names_of(session, visit, [setting for _seconds, setting in own.values()])
    lines = [
        {
            "verb": known.verb,
            "says": said(VERBS, known.verb, visit.language),
            "roles": [_role(visit, one) for one in known.roles],
            "default": [_role(visit, one) for one in known.seconds],
            "own": [_role(visit, one) for one in own[known.verb][0]] if known.verb in own else [],
            "told": told_by(visit, own[known.verb][1], names) if known.verb in own else "",
        }
        for known in shown
    ]
    return visit.page("keeping/rules.html", lines=lines, offered=is_offered(visit, "set_decision_rule"))


def _role(visit: Visit, role: str) -> str:
    """Return a role's name; `person` is whoever an act is about."""
    return said(HOLDERS, role, visit.language)


def settings(visit: Visit) -> Response:
    """GET of /settings."""
    house = house_of(visit.seated)
    with read(visit.desk.engine) as session:
        names = names_of(session, visit, _told(house))
        ids = [[one.organization_id for one in house.organizations], [organ for organ, _number in house.terms]]
        called = labels(session, ids, roles=visit.member.role_names)
    return visit.page(
        "keeping/settings.html",
        profile=said(PROFILE, house.profile, visit.language),
        profile_told=told_by(visit, house.profile_told, names),
        periods=[_line(visit, one, names) for one in house.periods],
        terms=[(called.get(organ, organ), organ, _line(visit, one, names)) for organ, one in house.terms],
        organizations=[
            {
                "id": one.organization_id,
                "name": called.get(one.organization_id, one.organization_id),
                "lists": [_line(visit, number, names) for number in one.lists],
                "registers": [_line(visit, number, names) for number in one.registers],
                "purposes": [(line.code, line.name if visit.language == "ja" else line.name_en, line.is_default) for line in one.purposes],
                "purposes_set": [(change.value, change.from_on, told_by(visit, change.told, names)) for change in one.purposes_set],
            }
            for one in house.organizations
        ],
        offered={verb: is_offered(visit, verb) for verb in _OFFERED},
    )


_OFFERED = (
    "set_profile",
    "set_disclosure_budget",
    "set_period",
    "set_list_number",
    "set_register_period",
    "set_report_term",
    "set_purpose",
    "end_purpose",
)


def _told(house: House) -> list[Setting | None]:
    numbers = [*house.periods, *(number for _organ, number in house.terms)]
    numbers += [number for one in house.organizations for number in (*one.lists, *one.registers)]
    changes = [change for number in numbers for change in number.changes]
    changes += [change for one in house.organizations for change in one.purposes_set]
    return [house.profile_told, *(change.told for change in changes)]


def _line(visit: Visit, number: Number, names: Mapping[str, str]) -> NumberLine:
    place = 0 if visit.language == "ja" else 1
    own = REGISTER_PERIODS.get(number.name)
    cited = "" if number.modelled_on is None else cite(number.modelled_on).ja() if visit.language == "ja" else number.modelled_on
    return NumberLine(
        number.name,
        own.says[place] if own is not None else said(CODES, number.name, visit.language),
        number.value,
        number.default,
        number.since,
        tuple((one.value, one.from_on, told_by(visit, one.told, names)) for one in reversed(number.changes)),
        cited,
    )
