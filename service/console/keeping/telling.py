"""How these pages tell who set something, and which acts they offer."""

from collections.abc import Iterable, Mapping

from sqlalchemy.orm import Session

from service.acts.reading.accounts import Setting
from service.acts.table import ACTS
from service.console.dates import shown_moment
from service.console.labels import labels
from service.console.people_words import people_words
from service.console.visit import Visit


def is_offered(visit: Visit, verb: str) -> bool:
    """Say whether the visitor's roles may ask for an act at this seat."""
    known = ACTS[verb]
    return known.seat in (None, visit.desk.log.seat) and bool(visit.member.role_names & set(known.roles))


def names_of(session: Session, visit: Visit, told: Iterable[Setting | None]) -> dict[str, str]:
    """Return the names of those who set things, as far as the visitor sees names."""
    accounts = [one for setting in told if setting is not None for one in (setting.actor, setting.second)]
    return labels(session, accounts, roles=visit.member.role_names)


def told_by(visit: Visit, setting: Setting | None, names: Mapping[str, str]) -> str:
    """Return when something was set, and by whom: who asked for it, and who approved it."""
    if setting is None:
        return ""
    words = people_words(visit.language)
    actor = names.get(setting.actor or "", setting.actor or "")
    said = {"at": shown_moment(setting.at, visit.calendar), "actor": actor}
    if setting.second is None:
        return words["keep_set_by"].format(**said)
    return words["keep_set_by_two"].format(**said, second=names.get(setting.second, setting.second))
