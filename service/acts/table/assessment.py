"""Acts of Act 12 to 16: the list of candidates at either seat, the steps of an assessment at the organ's alone.

The answers of the person are the person's own, or written down from paper by whoever assesses. Only the decision takes a
second person, whatever it is; what it opens is opened by the notice of the result, which says nothing else than it.
"""

from service.acts.table.known import APPROVAL, ASSESSOR, COMPLAINTS, HR, MANAGER, PERSON, Known
from service.ledger import Kind

ROOM = "assessment.operations"
STEP = Kind.ASSESSMENT_STEP
OWN = "head_id"
ANSWERED = (PERSON, ASSESSOR)
"""Who records what the person says: the person, or from paper the officer."""

ACTS = (
    Known("list_candidate", ROOM, STEP, roles=(HR, MANAGER)),
    Known("answer_listing", ROOM, STEP, roles=(PERSON,)),
    Known("strike_candidate", ROOM, STEP, roles=(HR, MANAGER)),
    Known("tell_employer", ROOM, STEP, roles=(HR, MANAGER)),
    Known("give_notice", ROOM, STEP, "organ", (ASSESSOR,), own=OWN),
    Known("record_consent", ROOM, STEP, "organ", ANSWERED, own=OWN),
    Known("record_refusal", ROOM, STEP, "organ", ANSWERED, own=OWN),
    Known("record_withdrawal", ROOM, STEP, "organ", ANSWERED, own=OWN),
    Known("answer_inquiries", ROOM, STEP, "organ", ANSWERED, own=OWN),
    Known("waive_reasons", ROOM, STEP, "organ", ANSWERED, own=OWN),
    Known("request_investigation", ROOM, STEP, "organ", (ASSESSOR,), own=OWN),
    Known("record_own_investigation", ROOM, STEP, "organ", (ASSESSOR,), own=OWN),
    Known("reuse_investigation", ROOM, STEP, "organ", (ASSESSOR,), own=OWN),
    Known("receive_opinion", ROOM, STEP, "organ", (ASSESSOR,), own=OWN),
    Known("decide", ROOM, STEP, "organ", (ASSESSOR,), APPROVAL, own=OWN),
    Known("notify_result", ROOM, STEP, "organ", (ASSESSOR,), own=OWN),
    Known("sign_pledge", ROOM, STEP, "organ", ANSWERED, own=OWN),
    Known("complain", ROOM, STEP, "organ", (PERSON, COMPLAINTS), own=OWN),
    Known("answer_complaint", ROOM, STEP, "organ", (COMPLAINTS,)),
)
