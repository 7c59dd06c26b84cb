"""The statutory steps of an assessment, by legal act; every one leaves an entry of one kind (Act 12-16)."""

from service.assessment.operations.answering import (
    answer_inquiries,
    give_notice,
    record_consent,
    record_refusal,
    record_withdrawal,
    waive_reasons,
)
from service.assessment.operations.complaining import answer_complaint, complain
from service.assessment.operations.deciding import decide, notify_result, sign_pledge
from service.assessment.operations.investigating import (
    receive_opinion,
    record_own_investigation,
    request_investigation,
    reuse_investigation,
)
from service.assessment.operations.listing import answer_listing, list_candidate, strike_candidate, tell_employer

__all__ = [
    "answer_complaint",
    "answer_inquiries",
    "answer_listing",
    "complain",
    "decide",
    "give_notice",
    "list_candidate",
    "notify_result",
    "receive_opinion",
    "record_consent",
    "record_own_investigation",
    "record_refusal",
    "record_withdrawal",
    "request_investigation",
    "reuse_investigation",
    "sign_pledge",
    "strike_candidate",
    "tell_employer",
    "waive_reasons",
]
