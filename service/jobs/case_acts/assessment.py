"""Acts of a case on assessments: from the list of candidates to the complaint."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from service.assessment import operations, queries
from service.assessment.operations.complaining import bring_forward_officers
from service.jobs.case_acts.act import Act


def _words(act: Act) -> dict[str, Any]:
    """Return the keywords that most steps take, at an organ's seat: of an operator the law itself says that it assesses nobody."""
    return {**act.told, "log": replace(act.log, seat="organ"), "person_id": act.words["person"], "head_id": act.words["by"], "on": act.on}


def list_candidate(act: Act) -> object:
    """Perform `list_candidate`; what the person said was said on paper."""
    words = act.words
    person, place = words["person"], words["by"]
    return operations.list_candidate(
        act.session, **act.told, person_id=person, organization_id=place, on=act.on, consent=words.get("consent", True)
    )


def notify(act: Act) -> object:
    """Perform `notify`: the notice in advance."""
    return operations.give_notice(act.session, **_words(act), doubt=act.words.get("doubt", False))


def consent(act: Act) -> object:
    """Perform `consent`."""
    return operations.record_consent(act.session, **_words(act), reuse=act.words.get("reuse", False))


def refuse(act: Act) -> object:
    """Perform `refuse`."""
    return operations.record_refusal(act.session, **_words(act))


def withdraw(act: Act) -> object:
    """Perform `withdraw`."""
    return operations.record_withdrawal(act.session, **_words(act))


def investigate(act: Act) -> object:
    """Perform `investigate`, by the Prime Minister unless the case says that the organ did it itself."""
    more: dict[str, Any] = {"officer_id": act.words.get("officer")}
    if act.words.get("investigated_by") == "organ":
        return operations.record_own_investigation(act.session, **_words(act), ground="work_of_the_organ_impeded", **more)
    return operations.request_investigation(act.session, **_words(act), **more)


def reuse(act: Act) -> object:
    """Perform `reuse`."""
    return operations.reuse_investigation(act.session, **_words(act), result_id=act.words["of"])


def decide(act: Act) -> object:
    """Perform `decide`. A case has no act for the opinion's arrival: it came in time, where one was asked for."""
    words = _words(act)
    case = queries.current_case(act.session, person_id=words["person_id"], head_id=words["head_id"])
    standing = queries.standing_of(act.session, case)
    asked = standing.running and standing.has("requested", "reused") and not standing.has("opinion", "decided")
    if asked:
        operations.receive_opinion(act.session, **words)
    return operations.decide(act.session, **words, outcome=act.words["outcome"], officer_id=act.words.get("officer"))


def notify_result(act: Act) -> object:
    """Perform `notify_result`."""
    return operations.notify_result(act.session, **_words(act))


def complain(act: Act) -> object:
    """Perform `complain`: the complaint and its answer by whom the case names."""
    words = act.words
    officers = [
        officer
        for entry in act.given.get("assessments") or ()
        if (entry["person"], entry["by"]) == (words["person"], words["by"])
        for officer in entry.get("officers") or ()
    ]
    if officers:
        bring_forward_officers(act.session, log=act.log, at=act.at, person_id=words["person"], head_id=words["by"], officers=officers)
    made = operations.complain(act.session, **_words(act))
    answered_by = words.get("answered_by")
    if answered_by is not None:
        # A case names no outcome: whatever it is, nothing else follows from it (Act 14(3)).
        operations.answer_complaint(act.session, **act.told, complaint_id=made, outcome="result_stands", on=act.on, officer_id=answered_by)
    return made


ACTS: Mapping[str, Callable[[Act], object]] = {
    "list_candidate": list_candidate,
    "notify": notify,
    "consent": consent,
    "refuse": refuse,
    "withdraw": withdraw,
    "investigate": investigate,
    "reuse": reuse,
    "decide": decide,
    "notify_result": notify_result,
    "complain": complain,
}
