"""Which acts a line of a roster stands for. Nothing of it is new law: each is an act that an officer could do by hand."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from service.acts.asking import Asked
from service.personnel.model import new_id
from service.personnel.roster.comparing import AGENCY
from service.personnel.roster.plan import Change, Held, NewPost
from service.personnel.roster.recorded import NAMESPACE
from service.statute.periods import ONE_DAY

DETAILS = {"name": "legal_name", "kana": "kana", "birth": "birth_on"}
"""The details of a line by the words of `record_name`."""


def acts_of_new(*, organization: str, units: list[str], agencies: Mapping[str, str]) -> list[Asked]:
    """Return the acts that register what a roster names for the first time; `agencies` are ids by name."""
    made = [Asked("register_unit", {"organization_id": organization, "name": one, "unit_id": one}) for one in units]
    return made + [Asked("register_organization", {"kind": AGENCY, "name": name, "organization_id": one}) for name, one in agencies.items()]


def acts_of(change: Change, *, organization: str, why: str) -> list[Asked]:
    """Return the acts of one line; `why` is the file, as what shows a correction."""
    if change.person is None:
        person = change.record.id or new_id()
        details = {"legal_name": change.record.name, "kana": change.record.kana, "birth_on": _day(change.record.birth)}
        made = [Asked("register_person", {"person_id": person, **_given(details)})]
    else:
        person = change.person.id
        details = {DETAILS[name]: _day(value) if isinstance(value, date) else value for name, value in change.details.items()}
        made = [Asked("record_name", {"person_id": person, **_given(details)})] if _given(details) else []
    if change.person is None or not change.person.numbered:
        named = {"namespace": NAMESPACE, "value": change.record.number, "target_kind": "person", "target_id": person}
        made.append(Asked("grant_alias", {**named, "alias_id": new_id()}))
    held = {} if change.person is None else {one.id: one for one in change.person.posts}
    made += _ends(change, held, why)
    return made + [_begin(one, person=person, organization=organization) for one in change.begins]


def _ends(change: Change, held: Mapping[str, Held], why: str) -> Iterator[Asked]:
    for post_id, day in change.ends:
        post = held[post_id]
        grounds = {"post_id": post_id, "why": "source_corrected", "reference": why}
        if post.from_on is not None and day <= post.from_on:
            # Called off before it began: nobody ever held it.
            yield Asked("correct_post", {**grounds, "never_was": True})
        elif post.until_on is not None and post.until_on < day:
            # A last day that was put off.
            yield Asked("correct_post", {**grounds, "last_day": _day(day - ONE_DAY)})
        else:
            yield Asked("leave_post", {"post_id": post_id, "last_day": _day(day - ONE_DAY)})


def _begin(new: NewPost, *, person: str, organization: str) -> Asked:
    words = {
        "person_id": person,
        "organization_id": organization,
        "unit_id": new.unit,
        "post": new.post,
        "title": new.title,
        "employment": new.employment,
        "employer_id": new.employer or None,
        "from_on": _day(new.from_on),
        "last_day": None if new.until_on is None else _day(new.until_on - ONE_DAY),
        "post_id": new_id(),
    }
    return Asked("take_post", _given(words))


def _given(words: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in words.items() if value is not None}


def _day(value: date | None) -> str | None:
    return None if value is None else value.isoformat()
