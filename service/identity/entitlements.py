"""The one table of entitlements: which role may see which class of disclosure. API, console, command line and exports read it.

`yes` is without more ado, `purpose` asks for a coded purpose first; each look is an entry. What is not in the table is not to be seen.
"""

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any, Literal

Class = Literal["name", "title", "listing", "clearance_state", "denial_reason", "free_text", "assessment_step", "report", "identity"]
Access = Literal["yes", "purpose"]

CLASSES: Mapping[Class, tuple[str, str]] = MappingProxyType(
    {
        "name": ("氏名・所属・別名", "Names, posts, aliases"),
        "title": ("情報・資料・提供・契約の名称", "Titles of information, documents, provisions, contracts"),
        "listing": ("取扱者の範囲・名簿", "Handler scopes and lists"),
        "clearance_state": ("取扱資格の状態", "State of clearances"),
        "denial_reason": ("不可の理由", "Reasons of denials"),
        "free_text": ("自由記述", "Free text"),
        "assessment_step": ("適性評価の手続", "Steps of assessments"),
        "report": ("本人の届出・本人に関する報告", "Reports by and about people"),
        "identity": ("アカウントと役割", "Accounts and roles"),
    }
)

TABLE: Mapping[str, Mapping[Class, Access]] = MappingProxyType(
    {
        "hr_officer": MappingProxyType({"name": "yes", "clearance_state": "purpose", "free_text": "purpose", "report": "purpose"}),
        "assessment_officer": MappingProxyType({"name": "yes", "assessment_step": "purpose", "clearance_state": "purpose"}),
        "information_manager": MappingProxyType(
            {
                "name": "yes",
                "title": "yes",
                "listing": "yes",
                "clearance_state": "purpose",
                "denial_reason": "purpose",
                "free_text": "purpose",
                "report": "purpose",
            }
        ),
        "custodian": MappingProxyType({"name": "yes", "title": "yes"}),
        "approver": MappingProxyType(
            {"name": "yes", "title": "yes", "listing": "yes", "clearance_state": "purpose", "free_text": "purpose", "identity": "yes"}
        ),
        "complaint_officer": MappingProxyType({"name": "yes", "assessment_step": "purpose", "free_text": "purpose"}),
        "auditor": MappingProxyType(
            {
                "name": "purpose",
                "title": "purpose",
                "listing": "purpose",
                "clearance_state": "purpose",
                "denial_reason": "purpose",
                "free_text": "purpose",
                "identity": "purpose",
            }
        ),
        "administrator": MappingProxyType({"identity": "yes", "name": "yes"}),
        "person": MappingProxyType({"name": "yes", "listing": "yes", "clearance_state": "yes", "denial_reason": "yes"}),
    }
)
"""By role, `person` being whoever it concerns."""

PURPOSES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "audit": ("監査", "Audit"),
        "inquiry": ("照会番号への回答", "Answering a reference"),
        "listing": ("名簿の作成・見直し", "Making or reviewing a list"),
        "incident": ("漏えい等の調査", "Investigating an incident"),
        "complaint": ("苦情への対応", "Dealing with a complaint"),
        "own_request": ("本人からの請求", "At the request of the person"),
    }
)
"""The coded purposes, each with its Japanese and English name."""

OF_TABLE: Mapping[str, Class] = MappingProxyType(
    {
        "personnel": "name",
        "designation": "title",
        "provision": "title",
        "need_to_know": "listing",
        "registers": "title",
        "clearance": "clearance_state",
        "assessment": "assessment_step",
        "deadlines": "clearance_state",
        "identity": "identity",
        "ledger": "identity",
        "proposals": "free_text",
        "decision": "title",
        "evidence": "free_text",
    }
)
"""The class of a row, by the schema of its table."""
OF_ONE_TABLE: Mapping[str, Class] = MappingProxyType(
    {
        "registers.trainings": "name",
        "registers.attendances": "clearance_state",
        "registers.pledges": "clearance_state",
        "registers.person_reports": "report",
        "registers.event_rules": "listing",
    }
)
"""The class of a row, by its table, where a schema holds several."""

OF_THE_CIRCLE = frozenset(
    {
        "list_candidate",
        "answer_listing",
        "strike_candidate",
        "tell_employer",
        "give_notice",
        "record_consent",
        "record_refusal",
        "record_withdrawal",
        "answer_inquiries",
        "waive_reasons",
        "request_investigation",
        "record_own_investigation",
        "reuse_investigation",
        "receive_opinion",
        "decide",
        "notify_result",
        "sign_pledge",
        "complain",
        "answer_complaint",
    }
)
"""Acts whose proposals say what only those who assess may know (Act 16)."""


TOLD = frozenset({"hr_officer", "assessment_officer", "complaint_officer", "person"})
"""Who may know how an assessment ended: the person, who assesses, and who is told the result (Act 13(1), 13(2))."""
REASON_OUTSIDE, BASIS_OUTSIDE = "not_cleared", "Act 11(1)"
"""What everybody else is told of any denial that lies in somebody's clearance."""
OF_CLEARANCE = frozenset(
    {
        "no_assessment",
        "assessment_negative",
        "assessment_refused",
        "clearance_expired",
        "sds_clearance_expired",
        "doubt_notice",
    }
)
"""Reasons of a denial that tell how an assessment ended, or that there was one."""
CLEARANCE_FACTS = frozenset({"assessment", "sds_assessment", "refusal", "doubt", "sds_doubt"})
"""What of the facts of a decision tells the same."""
NOT_CARRIED_OUT = frozenset({"refused", "withdrawn"})
_RESULTS = "clearance.results"
_ONLY_TOLD = frozenset({"clearance.doubt_notices", "clearance.passed_results"})


def is_told(roles: Collection[str]) -> bool:
    """Say whether somebody in these roles may know how an assessment ended, or only who is cleared."""
    return not TOLD.isdisjoint(roles)


def row_told(table: str, row: Mapping[str, Any], roles: Collection[str]) -> Mapping[str, Any] | None:
    """Return a row as somebody may see it, None where to them it is not there (Act 16).

    Whoever is not told results sees the positive ones alone, and nothing that leads to the entry of an assessment. HR is told
    of a refusal and a withdrawal only that nothing was carried out (Act 13(2)).
    """
    if not table.startswith("clearance."):
        return row
    if not is_told(roles):
        if table in _ONLY_TOLD or (table == _RESULTS and row["outcome"] != "positive"):
            return None
        return {name: value for name, value in row.items() if name != "changed_index"}
    if table == _RESULTS and row["outcome"] in NOT_CARRIED_OUT and {"assessment_officer", "complaint_officer", "person"}.isdisjoint(roles):
        return {**row, "outcome": "not_carried_out"}
    return row


def _answer_outside(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the answer of a decision for somebody who is not told results: any lack of a clearance is one."""
    return {**answer, "reason": REASON_OUTSIDE, "basis": [BASIS_OUTSIDE]} if answer.get("reason") in OF_CLEARANCE else answer


def _facts_outside(facts: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the facts of a decision without those of a clearance, nor the days on which they would change."""
    segments: list[dict[str, Any]] = []
    for one in facts["segments"]:
        channels = [{name: fact for name, fact in channel.items() if name not in CLEARANCE_FACTS} for channel in one["channels"]]
        if segments and segments[-1]["channels"] == channels:
            segments[-1]["to"] = one["to"]
        else:
            segments.append({**one, "channels": channels})
    return {**facts, "segments": segments}


def _class_of(row: Mapping[str, Any], *, circle: bool) -> Class:
    table = str(row["table"])
    return "assessment_step" if circle and table.partition(".")[0] in {"proposals", "clearance"} else class_of(table)


def _of_the_circle(row: Mapping[str, Any]) -> bool:
    """Say whether a row is a step, or a proposal of one; a result that was made by a step is told beside it."""
    acts = row["row"].get("acts") if row["table"] == "proposals.proposals" else None
    return row["table"].startswith("assessment.") or any(act.get("verb") in OF_THE_CIRCLE for act in acts or ())


_OF_NAME: Mapping[str, frozenset[Class]] = MappingProxyType(
    {
        "answer": frozenset({"denial_reason"}),
        "asked": frozenset({"name"}),
        "query": frozenset({"name"}),
        # Whoever was found is listed and cleared.
        "results": frozenset({"clearance_state", "listing"}),
        "note": frozenset({"free_text"}),
    }
)


class PurposeNeededError(ValueError):
    """What is asked for is shown only to somebody who says what for."""


def class_of(table: str) -> Class:
    """Return the class of the rows of a table. Raises KeyError for one that has none."""
    return OF_ONE_TABLE.get(table) or OF_TABLE[table.partition(".")[0]]


def access(roles: Collection[str], wanted: Class) -> Access | None:
    """Return how somebody with these roles may see a class: the easiest way that one of them gives."""
    ways = {TABLE[role].get(wanted) for role in roles if role in TABLE}
    return "yes" if "yes" in ways else "purpose" if "purpose" in ways else None


def may_see(roles: Collection[str], wanted: Class, *, purpose: str | None) -> bool:
    """Say whether somebody may see a class now, with the purpose that they gave."""
    way = access(roles, wanted)
    return way == "yes" or (way == "purpose" and purpose in PURPOSES)


def seen(name: str, value: Any, roles: Collection[str], *, purpose: str | None) -> Any | None:
    """Return what of a disclosure somebody may see, or None for nothing of it.

    Facts of an act are judged row by row; the facts of a decision take both the state of a clearance and the list.
    """
    if name == "facts" and isinstance(value, list):
        circle = any(_of_the_circle(row) for row in value)
        rows = [row for row in value if may_see(roles, _class_of(row, circle=circle), purpose=purpose)]
        told = [(row, row_told(str(row["table"]), row["row"], roles)) for row in rows]
        return [{**row, "row": shown} for row, shown in told if shown is not None] or None
    classes: frozenset[Class] = (
        frozenset({"clearance_state", "listing"}) if name == "facts" else _OF_NAME.get(name, frozenset({"free_text"}))
    )
    if not all(may_see(roles, one, purpose=purpose) for one in classes):
        return None
    if name in {"asked", "query"} and isinstance(value, Mapping) and not may_see(roles, "free_text", purpose=purpose):
        # What an application says it asks for is its own word, and may say something of content.
        value = {key: word for key, word in value.items() if key != "purpose"} or None
    if is_told(roles) or not isinstance(value, Mapping):
        return value
    outside = {"facts": _facts_outside, "answer": _answer_outside}.get(name)
    return value if outside is None else outside(value)


def asks_for_purpose(roles: Collection[str]) -> bool:
    """Say whether some class opens to these roles only with a purpose."""
    return any(access(roles, one) == "purpose" for one in CLASSES)
