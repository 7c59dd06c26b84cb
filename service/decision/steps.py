"""The steps that the Act asks of a permit, in its order: how each is fulfilled in the facts, and how it would lack.

Nothing here judges. A step is two ways of changing one channel of facts: so that the step is fulfilled, whatever the others
say, and so that it alone is not. What follows from either the policies say.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from service.decision.facts import ACTIONS
from service.decision.judge import ASKED

Channel = Mapping[str, Any]
FAR = 32_503_680_000_000
"""An instant that no period reaches, in milliseconds since 1970."""
SOMEWHERE = "?"
"""Stands for an organization that nobody named."""
ROUTES = {"organ": ("received", "Act 6(1)"), "police": ("police", "Act 5(2)"), "operator": ("operator", "Act 10(1)")}
"""By the kind of an organization the way in which it would be given something, and under what."""
AFTER_ORGANIZATION = ("holding", "certification", "contract", "clearance", "doubt", "unit", "listing", "action", "originator")


@dataclass(frozen=True, slots=True)
class Moment:
    """What the changes of a step need to know: the instant in milliseconds, the action, the kind of the organization."""

    now_ms: int
    action: str
    kind: str | None = None

    @property
    def asked(self) -> str:
        """The action as a listing names it."""
        return ASKED.get(self.action, self.action)


Change = Callable[[Channel, Moment], Channel]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that the law asks: its name, the statement that it holds, and what would have to change where it does not.

    `fulfil` and `lack` return a channel in which the step holds, and one in which it does not. `facts` are the records of a
    channel that it looks at.
    """

    name: str
    holds: tuple[str, str]
    change: tuple[str, str]
    facts: tuple[str, ...]
    fulfil: Change
    lack: Change


def _without(channel: Channel, *names: str) -> dict[str, Any]:
    return {name: value for name, value in channel.items() if name not in names}


def _with(channel: Channel, name: str, /, **values: Any) -> dict[str, Any]:
    """Return a channel in which a record has other values, None taking one away."""
    record = {**channel.get(name, {}), **values}
    return {**channel, name: {key: value for key, value in record.items() if value is not None}}


def _standing(channel: Channel, moment: Moment) -> dict[str, Any]:
    organ = channel.get("organization", SOMEWHERE)
    return {"organ": organ, "from_at": moment.now_ms, "until_at": FAR, "extended": False, "index": 0}


def _registered(channel: Channel, moment: Moment) -> Channel:
    if "designation" in channel or "care" in channel:
        return channel
    return {**channel, "designation": _standing(channel, moment)}


def _designated(channel: Channel, moment: Moment) -> Channel:
    if "care" in channel:
        return {**_without(channel, "care"), "designation": _standing(channel, moment)}
    if "designation" not in channel:
        return channel
    stands: dict[str, Any] = {"from_at": min(channel["designation"]["from_at"], moment.now_ms)}
    stands["until_at"] = max(channel["designation"]["until_at"], moment.now_ms + 1)
    if channel["designation"].get("lifted_at", FAR) <= moment.now_ms:
        stands["lifted_at"] = None
    return _with(channel, "designation", **stands)


def _over(channel: Channel, moment: Moment) -> Channel:
    return _with(channel, "designation", until_at=moment.now_ms) if "designation" in channel else channel


def _told_where(channel: Channel, _moment: Moment) -> Channel:
    if not channel["ambiguous"]:
        return channel
    return {**channel, "ambiguous": False, "organization": channel.get("organization", SOMEWHERE), "works_there": True}


def _working(channel: Channel, _moment: Moment) -> Channel:
    if channel["ambiguous"]:
        return channel
    return {**channel, "organization": channel.get("organization", SOMEWHERE), "works_there": True}


def _held(channel: Channel, moment: Moment) -> Channel:
    if "holding" not in channel:
        route, under = ROUTES.get(moment.kind or "", ROUTES["organ"])
        given = {"route": route, "under": under, "giver": SOMEWHERE, "designator": SOMEWHERE, "giver_holds": True, "index": 0}
        return {**channel, "holding": {**given, "consented_by": [], "from_at": moment.now_ms, "consulted_at": moment.now_ms}}
    holding = channel["holding"]
    lawful: dict[str, Any] = {"giver_holds": True, "consented_by": sorted({*holding["consented_by"], holding["designator"]})}
    if holding["under"] == "Act 6(1)":
        lawful["consulted_at"] = holding["from_at"]
    if holding.get("returned_at", FAR) <= moment.now_ms:
        lawful["returned_at"] = None
    return _with(channel, "holding", **lawful)


def _certified(channel: Channel, moment: Moment) -> Channel:
    if channel.get("certification", {}).get("until_at", FAR) <= moment.now_ms or "certification" not in channel:
        return {**channel, "certification": {"index": 0}}
    return channel


def _contracted(channel: Channel, moment: Moment) -> Channel:
    contract = channel.get("contract", {"units": [], "index": 0})
    if contract.get("until_at", FAR) <= moment.now_ms:
        contract = _without(contract, "until_at", "return_until_at")
    return {**channel, "contract": contract}


def _cleared(channel: Channel, moment: Moment) -> Channel:
    """Let the newest assessment be positive and within its years; one that was positive keeps its day, so that a doubt since stays one."""
    assessment, other = channel.get("assessment"), channel.get("sds_assessment")
    if assessment is not None and assessment["outcome"] == "positive":
        return _with(channel, "assessment", ends_at=max(assessment["ends_at"], moment.now_ms + 1))
    if assessment is None and other is not None and other["outcome"] == "positive":
        return _with(channel, "sds_assessment", ends_at=max(other["ends_at"], moment.now_ms + 1))
    # Notified after any doubt of before: to whoever is assessed anew, that one is settled.
    known = {"outcome": "positive", "notified_at": moment.now_ms + 1, "ends_at": FAR, "index": 0}
    return {**_without(channel, "refusal"), "assessment": known}


def _doubted(channel: Channel, moment: Moment) -> Channel:
    return {**channel, "doubt": {"notified_at": moment.now_ms + 1, "index": 0}}


def _in_a_unit(channel: Channel, _moment: Moment) -> Channel:
    units = channel.get("contract", {}).get("units", ())
    return {**channel, "units": sorted({*channel["units"], *units})}


def _listed(channel: Channel, _moment: Moment) -> Channel:
    return channel if "listing" in channel else {**channel, "listing": {"actions": sorted(ACTIONS), "index": 0}}


def _granted(channel: Channel, moment: Moment) -> Channel:
    if "listing" not in channel:
        return channel
    return _with(channel, "listing", actions=sorted({*channel["listing"]["actions"], moment.asked}))


def _not_granted(channel: Channel, moment: Moment) -> Channel:
    if "listing" not in channel:
        return channel
    return _with(channel, "listing", actions=sorted({*channel["listing"]["actions"]} - {moment.asked}))


def _approved(channel: Channel, moment: Moment) -> Channel:
    if "approval" not in channel:
        return channel
    return _with(channel, "approval", actions=sorted({*channel["approval"]["actions"], moment.asked}))


def _not_approved(channel: Channel, _moment: Moment) -> Channel:
    return _with(channel, "approval", actions=[]) if "approval" in channel else channel


def _released(channel: Channel, _moment: Moment) -> Channel:
    released = channel.get("designation", {}).get("released_to")
    if released is None:
        return channel
    return _with(channel, "designation", released_to=sorted({*released, channel.get("organization", SOMEWHERE)}))


def _not_released(channel: Channel, _moment: Moment) -> Channel:
    return _with(channel, "designation", released_to=[]) if "released_to" in channel.get("designation", {}) else channel


STEPS: tuple[Step, ...] = (
    Step(
        "information",
        ("この情報は登録されています。", "The information is registered."),
        ("この情報が指定され、登録されること。", "The information is designated and registered."),
        (),
        _registered,
        lambda channel, _moment: _without(channel, "designation", "care"),
    ),
    Step(
        "designation",
        ("指定は効力を有しています。", "The designation stands."),
        ("指定が効力を有していること。", "The designation stands on that day."),
        ("designation", "care"),
        _designated,
        _over,
    ),
    Step(
        "person",
        ("この者は登録されています。", "The person is registered."),
        ("この者が登録されること。", "The person is registered."),
        ("person_known",),
        lambda channel, _moment: {**channel, "person_known": True},
        lambda channel, _moment: {**channel, "person_known": False},
    ),
    Step(
        "organization",
        ("どの機関等のための取扱いかが明らかです。", "It is clear for which organization this would be handled."),
        ("どの機関等のための取扱いかを示すこと。", "The request names the organization that it is for."),
        ("ambiguous",),
        _told_where,
        lambda channel, _moment: {**channel, "ambiguous": True},
    ),
    Step(
        "work",
        ("この者はこの機関等で従事しています。", "The person works at this organization."),
        ("この者がこの機関等で従事すること。", "The person works at this organization."),
        ("organization", "works_there"),
        _working,
        lambda channel, _moment: {**channel, "works_there": False},
    ),
    Step(
        "holding",
        ("この機関等はこの情報を保有し、又は提供を受けています。", "The organization holds the information or was provided with it."),
        ("この機関等がこの情報の提供を適法に受けること。", "The organization is lawfully provided with the information."),
        ("holding",),
        _held,
        lambda channel, _moment: _without(channel, "holding"),
    ),
    Step(
        "certification",
        ("提供した機関による適合事業者の認定があります。", "The operator is certified by the organ that provided it."),
        ("提供した機関による適合事業者の認定が効力を有していること。", "A certification by the organ that provided it stands."),
        ("certification",),
        _certified,
        lambda channel, _moment: _without(channel, "certification"),
    ),
    Step(
        "contract",
        ("この情報を対象とする契約があります。", "A contract with the organ that provided it covers the information."),
        ("この情報を対象とする契約が効力を有していること。", "A contract with the organ that provided it covers the information and runs."),
        ("contract",),
        _contracted,
        lambda channel, _moment: _without(channel, "contract"),
    ),
    Step(
        "clearance",
        ("基準となる機関の長による取扱資格があります。", "The person is cleared by the head that counts."),
        (
            "基準となる機関の長による直近の適性評価で取扱いが認められ、その通知から定められた年数を経過していないこと。",
            "The newest assessment by the head that counts is positive and within its years.",
        ),
        ("head", "office", "assessment", "sds_assessment", "refusal"),
        _cleared,
        lambda channel, _moment: _without(channel, "assessment", "sds_assessment", "refusal"),
    ),
    Step(
        "doubt",
        ("再評価の告知を受けていません。", "No re-assessment on doubt was announced since."),
        (
            "告知後に改めて実施された適性評価の結果が通知されること。",
            "A new assessment, made after the doubt notice, ends positively and is notified.",
        ),
        ("doubt", "sds_doubt"),
        lambda channel, _moment: _without(channel, "doubt", "sds_doubt"),
        _doubted,
    ),
    Step(
        "unit",
        ("この者は契約が定める部署に属しています。", "The person holds a post in the units that the contract names."),
        ("この者が契約の定める部署に属すること。", "The person holds a post in a unit that the contract names."),
        ("units",),
        _in_a_unit,
        lambda channel, _moment: {**channel, "units": []},
    ),
    Step(
        "listing",
        ("この者はこの情報の取扱者です。", "The person is a handler of this information."),
        ("この者がこの情報の取扱者の範囲又は名簿に含まれること。", "The person is put in the scope or on the list of its handlers."),
        ("listing",),
        _listed,
        lambda channel, _moment: _without(channel, "listing"),
    ),
    Step(
        "action",
        ("取扱者の指定はこの行為を含みます。", "The listing grants this action."),
        ("取扱者の指定がこの行為を含むこと。", "The listing grants this action."),
        ("listing",),
        _granted,
        _not_granted,
    ),
    Step(
        "approval",
        ("この文書等について、この行為の有効な承認があります。", "A live approval of this document covers the action."),
        ("この文書等について、この行為が承認されること。", "The action is approved for this document."),
        ("approval",),
        _approved,
        _not_approved,
    ),
    Step(
        "originator",
        ("提供元の条件は、この機関等での取扱いを妨げません。", "The originator's conditions allow this organization."),
        ("提供元の条件が、この機関等での取扱いを認めること。", "The originator releases the information to this organization."),
        ("designation",),
        _released,
        _not_released,
    ),
)
"""In the order in which reasons are told; `policies/` has the citations."""
BY_NAME: Mapping[str, Step] = {step.name: step for step in STEPS}


def open_steps(channel: Channel, kind: str | None) -> frozenset[str]:
    """Return the steps that cannot be judged on a channel, since what they would look at hangs on an earlier step that lacks.

    Who would provide something is not known before it does: neither is then which certification, contract and head would count.
    """
    if "designation" not in channel:
        return frozenset(AFTER_ORGANIZATION) | ({"designation"} if "care" not in channel else frozenset())
    if "organization" not in channel:
        return frozenset(AFTER_ORGANIZATION) - {"originator"}
    found: set[str] = set()
    if "holding" not in channel:
        found |= {"certification", "contract", "unit"}
        found |= set() if kind in {"organ", "police"} else {"clearance", "doubt"}
    if "listing" not in channel:
        found.add("action")
    return frozenset(found)
