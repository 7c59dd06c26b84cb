"""What may follow what in an assessment, over plain values (Act 12-16).

The steps of one assessment of one person by one head, numbered as they come; what is in brackets may be left out:

  1  notified     told in advance, in writing                                 Act 12(3), Order 19(1)
  2  consented    or refused; to a reused investigation without 1             Act 12(3), Order 19(2)
 [3] inquiries    separate answer to inquiries of offices and bodies          Act 12(6)
 [4] waived       the reasons of a negative result are not wanted             Act 13(4) proviso
  5  requested    investigation asked of the Prime Minister; or `own`, by the head itself; or `reused`   Act 12(4), 12(7)
  6  opinion      result and opinion received; not where the head investigated itself                    Act 12(5), 12(7)
  7  decided      by two people                                               Act 12(2)
  8  told         the person, and the operator the result alone               Act 13(1), 13(2), 13(4)
 [9] pledged      after a positive result
`withdrawn` may come after 2 and before 8. After `refused` or `withdrawn` it is established (7) and told (8) that the
assessment was not carried out (Act 13(2)), and nothing else may follow.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, NoReturn

from service.statute.citations import cite
from service.statute.numbers import number
from service.statute.periods import after
from service.statute.refusals import Refusal

Outcome = Literal["positive", "negative", "not_carried_out"]
Ground = Literal["work_of_the_organ_impeded"]
"""Why a head investigates itself (Act 12(4) proviso)."""

ComplaintOutcome = Literal["result_stands", "put_right", "reassessment"]
"""What a complaint came to (Act 14(2)): nothing to change, conduct put right while the result stands, or assessed anew."""

STEPS = (
    "notified",
    "consented",
    "refused",
    "inquiries",
    "waived",
    "requested",
    "own",
    "reused",
    "opinion",
    "decided",
    "told",
    "pledged",
    "withdrawn",
    "blank",
)
OUTCOMES: tuple[Outcome, ...] = ("positive", "negative", "not_carried_out")
COMPLAINT_OUTCOMES: tuple[ComplaintOutcome, ...] = ("result_stands", "put_right", "reassessment")
ANSWERS = ("agreed", "declined")
HEADS = frozenset({"organ", "police"})
LISTING = frozenset({"organ", "police", "operator"})
LINES = 12
"""The entries that every assessment leaves in the log in the end, however it went; a house rule, no rule of law."""


class AssessmentRefusedError(Refusal):
    """A step that the Act does not allow, or not yet."""

    slug = "assessment-refused"


@dataclass(frozen=True, slots=True)
class Done:
    """One step that was taken: `reuse` marks a consent to an assessment on a reused investigation."""

    step: str
    on: date | None = None
    reuse: bool = False
    outcome: str | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What has been done in an assessment, in its order; `doubt` where it re-assesses on doubt (Act 12(1)(iii))."""

    done: Sequence[Done] = ()
    doubt: bool = False

    def has(self, *steps: str) -> bool:
        """Say whether one of these steps was taken."""
        return any(one.step in steps for one in self.done)

    @property
    def not_carried_out(self) -> bool:
        """Say whether consent was refused or withdrawn: then it was not carried out (Act 13(2))."""
        return self.has("refused", "withdrawn")

    @property
    def over(self) -> bool:
        """Say whether the result was told: nothing but a pledge and a complaint follows."""
        return self.has("told")

    @property
    def running(self) -> bool:
        """Say whether an assessment is under way for which no other may be begun."""
        return bool(self.done) and not self.over and not self.not_carried_out

    @property
    def outcome(self) -> str | None:
        """Return what was decided, or None."""
        return next((one.outcome for one in reversed(self.done) if one.step == "decided"), None)

    @property
    def last_on(self) -> date | None:
        """Return the day of the last step."""
        return max((one.on for one in self.done if one.on is not None), default=None)

    def consent(self, *, reuse: bool) -> bool:
        """Say whether a consent stands that covers an investigation, or with `reuse` only one made elsewhere."""
        return not self.not_carried_out and any(one.step == "consented" and (reuse or not one.reuse) for one in self.done)


def _refuse(reason: str, *basis: str) -> NoReturn:
    raise AssessmentRefusedError(reason, basis=tuple(cite(one) for one in basis))


def require_head(*, kind: str) -> None:
    """Refuse somebody who assesses nobody. Raises AssessmentRefusedError: requirement_not_met."""
    if kind not in HEADS:
        _refuse("requirement_not_met", "Act 12(1)", "Act 15(1)")


def require_own_staff(*, kind: str, works_there: bool) -> None:
    """Refuse the police to assess anybody but its own staff (Act 15(1)). Raises AssessmentRefusedError: requirement_not_met."""
    if kind == "police" and not works_there:
        _refuse("requirement_not_met", "Act 15(1)")


def require_listing(*, kind: str, works_there: bool, consent: bool | None) -> None:
    """Refuse a candidate whom nobody may list, or who does not agree: requirement_not_met, no_consent."""
    if kind not in LISTING or not works_there:
        _refuse("requirement_not_met", "Act 12(1)")
    if consent is False:
        _refuse("no_consent", "Act 12(3)")


def require_doubtable(*, newest: Collection[str]) -> None:
    """Refuse a notice of doubt to somebody whom the head's newest assessment, of neither Act, found fit (Act 12(1)(iii)).

    Raises AssessmentRefusedError: requirement_not_met.
    """
    if "positive" not in newest:
        _refuse("requirement_not_met", "Act 12(1)(iii)")


def require_step(standing: Standing, step: str, *, on: date, reuse: bool = False, outcome: str | None = None) -> None:
    """Refuse a step that lacks what must come before it, or whose day lies before the last one's.

    Raises AssessmentRefusedError: no_notice, no_consent, wrong_step.
    """
    match step:
        case "consented" | "refused":
            _require_answerable(standing, reuse=reuse)
        case "decided":
            _require_decidable(standing, outcome)
        case _:
            _BEFORE[step](standing)
    if standing.last_on is not None and on < standing.last_on and (standing.running or step in {"told", "decided", "pledged"}):
        _refuse("wrong_step", "Act 12(3)")


def _require_notifiable(standing: Standing) -> None:
    """Refuse a second notice while an assessment is under way; one after a consent to reuse alone begins an investigation."""
    _require(not standing.running or not standing.has("notified", "requested", "own", "reused"), "Act 12(3)")


def _require_inquirable(standing: Standing) -> None:
    _require_consent(standing, reuse=False)
    _require(not standing.has("decided"), "Act 12(6)")


def _require_waivable(standing: Standing) -> None:
    _require(bool(standing.done) and not standing.over, "Act 13(4)")


def _require_investigable(standing: Standing) -> None:
    _require_consent(standing, reuse=False)
    _require(not standing.has("requested", "own", "reused"), "Act 12(4)")


def _require_reusable_now(standing: Standing) -> None:
    _require_consent(standing, reuse=True)
    _require(not standing.has("requested", "own", "reused"), "Act 12(7)")


def _require_awaited(standing: Standing) -> None:
    _require_consent(standing, reuse=True)
    _require(standing.has("requested", "reused") and not standing.has("opinion", "decided"), "Act 12(5)")


def _require_withdrawable(standing: Standing) -> None:
    _require(standing.consent(reuse=True) and not standing.over, "Act 12(3)")


def _require(allowed: bool, basis: str) -> None:
    if not allowed:
        _refuse("wrong_step", basis)


def _require_consent(standing: Standing, *, reuse: bool) -> None:
    """Refuse to go on without consent; a consent to reuse alone covers no investigation, for which notice is needed too."""
    if standing.over:
        _refuse("wrong_step", "Act 12(3)")
    if not standing.consent(reuse=reuse):
        if standing.consent(reuse=True) and not standing.has("notified"):
            _refuse("no_notice", "Act 12(3)")
        _refuse("no_consent", "Act 12(3)")


def _require_answerable(standing: Standing, *, reuse: bool) -> None:
    """Refuse an answer to what nobody was told of (Act 12(3)), but for a reused investigation (proviso), and a second one."""
    if not standing.running:
        if not reuse:
            _refuse("no_notice", "Act 12(3)")
        return
    if not reuse and not standing.has("notified"):
        _refuse("no_notice", "Act 12(3)")
    _require(not any(one.step == "consented" and one.reuse == reuse for one in standing.done), "Act 12(3)")
    _require(not standing.has("requested", "own", "reused", "decided"), "Act 12(3)")


def _require_decidable(standing: Standing, outcome: str | None) -> None:
    if outcome == "not_carried_out":
        _require(standing.not_carried_out and not standing.over and standing.outcome != "not_carried_out", "Act 13(2)")
        return
    _require_consent(standing, reuse=True)
    ready = standing.has("own") or (standing.has("requested", "reused") and standing.has("opinion"))
    _require(ready and not standing.has("decided"), "Act 12(5)" if standing.has("requested") else "Act 12(2)")


def _require_tellable(standing: Standing) -> None:
    if standing.not_carried_out:
        _require(standing.outcome == "not_carried_out" and not standing.over, "Act 13(2)")
        return
    _require(standing.outcome in {"positive", "negative"} and not standing.over, "Act 13(1)")


def _require_pledgeable(standing: Standing) -> None:
    _require(standing.over and standing.outcome == "positive" and not standing.has("pledged"), "Act 13(1)")


_BEFORE: Mapping[str, Callable[[Standing], None]] = {
    "notified": _require_notifiable,
    "inquiries": _require_inquirable,
    "waived": _require_waivable,
    "requested": _require_investigable,
    "own": _require_investigable,
    "reused": _require_reusable_now,
    "opinion": _require_awaited,
    "withdrawn": _require_withdrawable,
    "told": _require_tellable,
    "pledged": _require_pledgeable,
}
"""What must come before each step that is no answer and no decision."""


def require_reasons(standing: Standing, *, number_given: bool) -> None:
    """Refuse reasons where there are none to give, or the person does not want them (Act 13(4)): requirement_not_met."""
    if number_given and (standing.outcome != "negative" or standing.has("waived")):
        _refuse("requirement_not_met", "Act 13(4)")


@dataclass(frozen=True, slots=True)
class Assessed:
    """A result of some head on the person, as far as reuse turns on it."""

    id: str
    head_id: str
    law: str
    outcome: str
    investigated_by: str
    reused: bool
    notified_on: date
    counted_on: date

    def portable(self, *, on: date) -> bool:
        """Say whether the Prime Minister investigated for it and ten years from its notice are not over (Act 12(7))."""
        carried_out = self.law == "iesi" and self.outcome in {"positive", "negative"}
        ten = after(self.counted_on, years=number("clearance_years", on=on))
        own = self.investigated_by == "prime_minister" and not self.reused
        return carried_out and own and self.notified_on <= on <= ten


def require_reusable(chosen: Assessed, results: Iterable[Assessed], *, head_id: str, on: date) -> None:
    """Refuse to reuse an investigation that Act 12(7) does not open to this head.

    The newest portable assessment of another head counts, it must be positive, and no assessment of this head may be later.
    Raises AssessmentRefusedError: not_reusable, own_later_assessment.
    """
    results = [one for one in results if one.law == "iesi" and one.outcome in {"positive", "negative"} and one.notified_on <= on]
    others = [one for one in results if one.head_id != head_id and one.portable(on=on)]
    newest = max((one.notified_on for one in others), default=None)
    # Of two of one day the narrower counts: an assessment of that day that was negative closes the way.
    latest = [one for one in others if one.notified_on == newest]
    if chosen not in latest or any(one.outcome != "positive" for one in latest):
        _refuse("not_reusable", "Act 12(7)")
    if any(one.head_id == head_id and one.notified_on >= chosen.notified_on for one in results):
        _refuse("own_later_assessment", "Act 12(7)")


def require_complaint(*, assessed: bool) -> None:
    """Refuse a complaint about what there is not: only who is or was assessed by this head complains (Act 14(1))."""
    if not assessed:
        _refuse("requirement_not_met", "Act 14(1)")


def require_no_part(officers: Collection[str], took_part: Collection[str]) -> None:
    """Refuse an answer by somebody who took part in the assessment (Act 14(2)). Raises AssessmentRefusedError: took_part."""
    if set(officers) & set(took_part):
        _refuse("took_part", "Act 14(2)")


def require_somebody_else(officer_id: str | None, *, person_id: str) -> None:
    """Refuse somebody as an officer of their own assessment or complaint (Act 12(2), 14(2)): requirement_not_met."""
    if officer_id == person_id:
        _refuse("requirement_not_met", "Act 12(2)", "Act 14(2)")


def require_after(on: date, *, since: date) -> None:
    """Refuse an answer of a day before the complaint (Act 14(2)). Raises AssessmentRefusedError: wrong_step."""
    if on < since:
        _refuse("wrong_step", "Act 14(2)")


def even_from(closed_on: date) -> date:
    """Return the day from which a closed assessment is filled up to LINES: the first of the second month after.

    All that ended in a month are filled at once, so that no one of them can be told by how much it lacked.
    """
    months = closed_on.year * 12 + closed_on.month + 1
    return date(months // 12, months % 12 + 1, 1)


def lacking(*, lines: int) -> int:
    """Return how many lines an assessment lacks to look like every other."""
    return max(0, LINES - lines)
