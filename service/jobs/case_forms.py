"""What the acts of a case file may say: the keys of each, which of them it needs, and the reasons to refuse."""

from collections.abc import Mapping
from typing import Any

from service.decision.judge import ACTIONS
from service.designation.rules import EXTENSION_EXCEPTIONS, INFORMATION_CLASSES
from service.provision.rules import ARTICLES

DAY, INSTANT, TEXT, FLAG, NUMBER, CITED = "a day", "an instant with its offset", "a text", "true or false", "a number", "citations"
TEXTS = [TEXT]
REFUSALS = (
    "requirement_not_met",
    "already_public",
    "is_sds",
    "validity_over_five_years",
    "extension_over_five_years",
    "not_in_force",
    "cabinet_approval_needed",
    "over_sixty_years",
    "consent_of_designator_missing",
    "consultation_missing",
    "equivalence_missing",
    "safeguards_missing",
    "not_certified",
    "no_contract",
    "not_allowed_to_disclose",
    "no_consent",
    "no_notice",
    "not_reusable",
    "own_later_assessment",
    "wrong_step",
    "not_cleared",
    "outside_contract_units",
    "took_part",
)
COMMON: Mapping[str, Any] = {"act": TEXT, "on": DAY, "result": ("accepted", "refused"), "reason": REFUSALS, "basis": CITED}
OUTCOMES = ("positive", "negative")
INVESTIGATORS = ("prime_minister", "organ")
_PASSING_ON = {"consented_by": TEXTS, "consulted_on": DAY, "equivalence": FLAG, "safeguards": FLAG}
_ASSESSED = {"person": TEXT, "by": TEXT}
_LINE = {"information": TEXT, "at": TEXT, "person": TEXT, "unit": TEXT, "post": TEXT}

ACT_FORMS: Mapping[str, Mapping[str, Any]] = {
    "designate": {
        "id": TEXT,
        "by": TEXT,
        "years": NUMBER,
        "until": DAY,
        "class": tuple(INFORMATION_CLASSES),
        "public": FLAG,
        "also": ("sds",),
    },
    "extend": {"information": TEXT, "until": DAY, "cabinet_approved_on": DAY, "exception": tuple(EXTENSION_EXCEPTIONS)},
    "lift": {"information": TEXT},
    "close": {"information": TEXT, "at": TEXT},
    "provide": {"information": TEXT, "from": TEXT, "to": TEXT, "under": tuple(ARTICLES), **_PASSING_ON},
    "list_candidate": {**_ASSESSED, "consent": FLAG},
    "notify": {**_ASSESSED, "doubt": FLAG},
    "consent": {**_ASSESSED, "reuse": FLAG},
    "refuse": _ASSESSED,
    "withdraw": _ASSESSED,
    "investigate": {**_ASSESSED, "investigated_by": INVESTIGATORS, "officer": TEXT},
    "reuse": {**_ASSESSED, "of": TEXT},
    "decide": {**_ASSESSED, "outcome": OUTCOMES, "officer": TEXT},
    "notify_result": _ASSESSED,
    "add_handler": {**_LINE, "actions": [tuple(ACTIONS)]},
    "remove_handler": _LINE,
    "disclose": {"information": TEXT, "by": TEXT, "to": TEXT, "under": tuple(ARTICLES), "consented_by": TEXTS, "safeguards": FLAG},
    "complain": {**_ASSESSED, "answered_by": TEXT},
}
"""The keys of each act beside the common ones; `correct` takes those of the fact that it puts right."""
ACT_NEEDS: Mapping[str, tuple[str, ...]] = {
    "designate": ("id", "by"),
    "extend": ("information", "until"),
    "lift": ("information",),
    "close": ("information",),
    "provide": ("information", "from", "to", "under"),
    "reuse": ("person", "by", "of"),
    "decide": ("person", "by", "outcome"),
    "add_handler": ("information", "at"),
    "remove_handler": ("information", "at"),
    "disclose": ("information", "by", "to", "under"),
    "complain": ("person", "by", "answered_by"),
    "correct": ("fact", "set"),
}
"""What an act cannot do without, beside its day and its result; who is not here needs `person` and `by`."""
