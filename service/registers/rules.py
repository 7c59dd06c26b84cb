"""What registers allow, over plain values (Act 5, Order 11).

The ways of handling are those of NPSC Rule 8/2025, the one organ's rule under Order 11(1) that is published; where
another organization's rule differs, its own rule goes before these defaults.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from service.statute.citations import cite
from service.statute.refusals import Refusal

RULE = "NPSC Rule 8/2025"
KEEPERS = ("organ", "operator", "police")
"""Kinds of organizations that keep registers here."""

Form = Literal["copy", "print", "translation", "extract", "removable_media"]
Use = Literal["read", "shown", "written", "carried", "checked", "other_use"]
Way = Literal["carried", "encrypted_line", "overseas_urgent"]
Substance = Literal["paper", "drawing", "electronic", "object"]
Method = Literal["burnt", "crushed", "shredded", "dissolved", "broken", "erased"]
Prior = Literal["approved", "no_means", "no_time"]
Told = Literal["head", "oversight"]
AreaKind = Literal["room", "container", "computer"]
Network = Literal["offline", "online", "overseas_urgent"]
Occasion = Literal["regular", "special"]
Found = Literal["present", "misplaced", "missing"]
Incident = Literal["lost", "leaked", "leak_feared", "seized", "damaged", "breached_rule"]
Outcome = Literal["recovered", "not_recovered", "no_harm"]
Slip = Literal["entered_twice", "wrong_document", "wrong_person", "wrong_day", "wrong_words"]
Approvable = Literal["make", "communicate", "transmit", "carry_out", "dispose", "return"]
APPROVABLE: tuple[str, ...] = get_args(Approvable)
"""What is done with a document by approval; to read it, being listed is enough."""

AREA_FACTS = ("area", "storage", "entry")
"""Kinds of lines that decisions read: which areas there are, what is kept there, who may enter."""
GONE = ("delivery", "disposal", "emergency")
"""Kinds of lines after which a document is no longer held."""


class RegisterRefusedError(Refusal):
    """Something done with a document, a place or a register that the rule of protection does not allow."""

    slug = "register-refused"


def refusal(*, reason: str, article: str, **facts: str | int) -> RegisterRefusedError:
    """Return a refusal that cites an article of the published rule."""
    return RegisterRefusedError(reason=reason, basis=(cite(f"{RULE} {article}"),), facts=facts)


@dataclass(frozen=True, slots=True)
class Step:
    """One line in the life of a document, in the order in which lines were entered; `found` where it says that it is there."""

    kind: str
    on: date
    ended_on: date | None = None
    found: bool | None = None


State = Literal["not_in_ledger", "held", "on_loan", "lost", "no_longer_held"]


def state_of(steps: Sequence[Step]) -> State:
    """Return what a document is at an organization by its lines."""
    if not any(step.kind == "document" for step in steps):
        return "not_in_ledger"
    if any(step.kind in GONE for step in steps):
        return "no_longer_held"
    if any(step.kind == "loan" and step.ended_on is None for step in steps):
        return "on_loan"
    seen = [step.found for step in steps if step.found is not None]
    return "lost" if seen and not seen[-1] else "held"


_BASES = {"not_in_ledger": "24(2)", "on_loan": "27(2)", "lost": "40(1)", "no_longer_held": "37(1)"}


def require_state(steps: Sequence[Step], *, states: Collection[State] = frozenset({"held"})) -> None:
    """Refuse an act on a document that is not there for it.

    Raises RegisterRefusedError: not_in_ledger, on_loan, lost or no_longer_held.
    """
    state = state_of(steps)
    if state not in states:
        raise refusal(reason="held_here" if state == "held" else state, article=_BASES.get(state, "24(2)"))


def require_not_yet(on: date, *, today: date) -> None:
    """Raise ValueError for the day of something done that lies in the future."""
    if on > today:
        msg = f"on: {on} is yet to come; a register tells of what was done"
        raise ValueError(msg)


def require_after(on: date, *, begun_on: date, word: str = "on") -> None:
    """Raise ValueError for an end before its beginning."""
    if on < begun_on:
        msg = f"{word}: {on} lies before {begun_on}, on which it began"
        raise ValueError(msg)


def require_number(serial: int) -> None:
    """Raise ValueError for what is no registration number."""
    if serial < 1:
        msg = f"serial: {serial} is no registration number"
        raise ValueError(msg)


def require_counted(*, expected: int, present: int, missing: int) -> None:
    """Raise ValueError for the counts of an inspection that do not add up: each line of the ledger was there or not."""
    if min(expected, present, missing) < 0 or present + missing != expected:
        msg = f"expected: {expected} in the ledger are not {present} present and {missing} missing"
        raise ValueError(msg)


def require_approvable(actions: Collection[str], *, copies: int | None, most: int, somewhere: bool) -> None:
    """Raise ValueError for an approval of nothing, of copies that are not made, or of something that goes nobody knows where."""
    if not actions or not set(actions) <= set(APPROVABLE):
        msg = f"approved_actions: one or more of {', '.join(APPROVABLE)}"
        raise ValueError(msg)
    if copies is not None and ("make" not in actions or not 1 <= copies <= most):
        msg = f"copies: of what is made alone, from 1 to {most}"
        raise ValueError(msg)
    if not somewhere and not {"carry_out", "transmit"}.isdisjoint(actions):
        msg = "destination: say where it is taken or sent, or party_id, to whom"
        raise ValueError(msg)


def require_due(*, on: date, due_on: date) -> None:
    """Refuse a loan that would be due before it begins (NPSC Rule 27(2) asks for a day of return)."""
    if due_on < on:
        raise refusal(reason="due_before_lending", article="27(2)", due=due_on.isoformat(), on=on.isoformat())


def require_witness(*, person_id: str, witness_id: str) -> None:
    """Refuse a destruction that nobody else watches. Raises RegisterRefusedError (witness_is_the_same)."""
    if person_id == witness_id:
        raise refusal(reason="witness_is_the_same", article="37(1)")


def require_consent(*, organization_kind: str, substance: str, on: date, consent_number: str | None, consent_on: date | None) -> None:
    """Refuse the disposal of an organ's records without the Prime Minister's prior consent; objects are no records.

    Raises RegisterRefusedError (consent_needed, NPSC Rule 37(1)).
    """
    if organization_kind != "organ" or substance == "object":
        return
    if consent_number is None or consent_on is None or consent_on > on:
        raise refusal(reason="consent_needed", article="37(1)")


def require_prior(*, prior: str, approval_number: str | None, approved_on: date | None, on: date) -> None:
    """Refuse an emergency destruction that says it was approved and does not say by what, before it (NPSC Rule 38(2))."""
    if prior == "approved" and (approval_number is None or approved_on is None or approved_on > on):
        raise refusal(reason="approval_needed", article="38(2)")


def require_offline(*, area: str, network: str | None) -> None:
    """Refuse a computer that is on the Internet, but for urgent overseas traffic (NPSC Rule 23(1)).

    Raises RegisterRefusedError (online_computer); ValueError where it is not said.
    """
    if area != "computer":
        return
    if network is None:
        msg = "network: say of a computer whether it is offline"
        raise ValueError(msg)
    if network == "online":
        raise refusal(reason="online_computer", article="23(1)")


def require_other_inspector(*, inspector_id: str, keepers: Collection[str]) -> None:
    """Refuse somebody who would inspect what they keep themselves. Raises RegisterRefusedError (own_holdings)."""
    if inspector_id in keepers:
        raise refusal(reason="own_holdings", article="39(3)")


def require_compared(*, expected: Collection[str], seen: Collection[str]) -> None:
    """Refuse to end an inspection while lines of the ledger were not compared with what is there (NPSC Rule 39(4))."""
    left = len(set(expected) - set(seen))
    if left:
        raise refusal(reason="not_all_compared", article="39(4)", left=left)


def require_prior_approval(*, approved_on: date | None, from_on: date) -> None:
    """Refuse another use without the originator's written approval before it (NPSC Rule 48)."""
    if approved_on is None or approved_on > from_on:
        raise refusal(reason="originator_approval_needed", article="48")


def require_closable(*, told: bool, foreign: bool, treaty: bool) -> None:
    """Refuse to close an incident that the head, or the originator's procedure, does not know of (NPSC Rule 40(1)(iii), 40(2)).

    Raises RegisterRefusedError: head_not_told or treaty_procedure_open.
    """
    if not told:
        raise refusal(reason="head_not_told", article="40(1)(iii)")
    if foreign and not treaty:
        raise refusal(reason="treaty_procedure_open", article="40(1)(iii)")


FISCAL_MONTH = 4


def fiscal_year(on: date) -> int:
    """Return the fiscal year (4月から翌年3月) of a day, by the year in which it begins."""
    return on.year if on.month >= FISCAL_MONTH else on.year - 1


def fiscal_days(year: int) -> tuple[date, date]:
    """Return the first day of a fiscal year and the first day after it."""
    return date(year, FISCAL_MONTH, 1), date(year + 1, FISCAL_MONTH, 1)
