"""The act of a case that puts a given fact right: correct."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.clearance.correcting import correct_doubt_notice, correct_result
from service.clearance.model import DoubtNotice, Result
from service.designation.correcting import correct_closing, correct_designation
from service.designation.model import Closing, Designation
from service.designation.operations import close
from service.jobs.case_acts.act import Act
from service.need_to_know.correcting import correct_listing
from service.need_to_know.model import Listing
from service.personnel.corrections import Grounds, newest
from service.provision.correcting import correct_contract, correct_provision
from service.provision.model import Contract, Provision
from service.statute.periods import ONE_DAY, counted_from

GROUNDS = Grounds("mistyped", "case")
FACTS: Mapping[str, tuple[str, Any, Callable[..., str], str, Mapping[str, str]]] = {
    "assessments": (
        "result_id",
        Result,
        correct_result,
        "assessment",
        {"notified_on": "notified_on", "outcome": "outcome", "by": "head_id", "law": "law", "investigated_by": "investigated_by"},
    ),
    "doubt_notices": (
        "doubt_notice_id",
        DoubtNotice,
        correct_doubt_notice,
        "doubt notice",
        {"notified_on": "notified_on", "by": "head_id", "law": "law"},
    ),
    "designations": (
        "designation_id",
        Designation,
        correct_designation,
        "designation",
        {
            "on": "on",
            "years": "years",
            "until": "until",
            "lifted_on": "lifted_on",
            "class": "information_class",
            "originator": "originator_id",
            "released_to": "released_to",
        },
    ),
    "contracts": (
        "contract_id",
        Contract,
        correct_contract,
        "contract",
        {"information": "informations", "from": "from_on", "to": "last_day", "units": "units", "return_by": "return_by"},
    ),
    "provisions": (
        "provision_id",
        Provision,
        correct_provision,
        "provision",
        {
            "under": "under",
            "on": "on",
            "returned_on": "returned_on",
            "consulted_on": "consulted_on",
            "consented_by": "consented_by",
            "equivalence": "equivalence",
            "safeguards": "safeguards",
        },
    ),
    "handlers": ("listing_id", Listing, correct_listing, "listing", {"from": "from_on", "to": "last_day", "actions": "actions"}),
}
"""By list of `given`: the word that names the fact, its row, the operation, its name, and the word of each key."""


def correct(act: Act) -> object:
    """Perform `correct`, on what counts now for the fact that was given under an id. Raises ValueError for an unknown fact or key."""
    listed = _listed(act)
    word, model, operation, name, keys = FACTS[listed]
    told: dict[str, Any] = dict(act.words["set"])
    closed_on = told.pop("closed_on", None) if listed == "designations" else None
    unknown = next((key for key in told if key not in keys), None)
    if unknown is not None:
        message = f"correct: {unknown} of a {name} is not put right"
        raise ValueError(message)
    row = newest(act.session, model, act.words["fact"], word=name)
    if listed == "designations":
        told = _validity(row, told)
    made: object = row.id
    if told:
        made = operation(act.session, **act.told, **{word: row.id}, grounds=GROUNDS, **{keys[key]: value for key, value in told.items()})
    if closed_on is not None:
        _close(act, row.information_id, row.organ_id, closed_on)
    return made


def _listed(act: Act) -> str:
    for listed in FACTS:
        if any(one.get("id") == act.words["fact"] for one in act.given.get(listed) or ()):
            return listed
    message = f"correct: no fact {act.words['fact']!r} is given"
    raise ValueError(message)


def _validity(row: Designation, told: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is put right with the validity said anew where the day is another: as many years, else the same last day."""
    if "on" not in told or "years" in told or "until" in told:
        return dict(told)
    last_day = row.until_on - ONE_DAY
    years = next((years for years in range(1, 6) if counted_from(row.designated_on, years=years) == last_day), None)
    return {**told, **({"until": last_day} if years is None else {"years": years})}


def _close(act: Act, information_id: str, organ_id: str, on: date) -> None:
    """Put the designator's closing right, or record it where none was given."""
    found = _closing(act.session, information_id, organ_id)
    if found is None:
        close(act.session, **act.told, information_id=information_id, organization_id=organ_id, on=on)
    else:
        correct_closing(act.session, **act.told, closing_id=found.id, grounds=GROUNDS, on=on)


def _closing(session: Session, information_id: str, organ_id: str) -> Closing | None:
    found = select(Closing).where(
        Closing.information_id == information_id, Closing.organization_id == organ_id, Closing.replaced_at.is_(None)
    )
    return session.scalars(found).first()


ACTS: Mapping[str, Callable[[Act], object]] = {"correct": correct}
