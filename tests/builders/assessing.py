"""Assessments walked step by step, at the organ's seat."""

from datetime import date, timedelta

from service.assessment import operations
from tests.builders.site import Site

BEGUN = date(2026, 7, 1)


class Walk:
    """One person's assessment by one head; each step takes a day."""

    def __init__(self, site: Site, person_id: str, head_id: str = "meti", *, on: date = BEGUN) -> None:
        self.site, self.person_id, self.head_id, self.day = site, person_id, head_id, on

    def step(self, verb: str, **words: object) -> str:
        """Take one step, the day after the last."""
        self.day += timedelta(days=1)
        operation = getattr(operations, verb)
        return str(self.site.act(operation, day=self.day, person_id=self.person_id, head_id=self.head_id, on=self.day, **words))

    def consented(self) -> "Walk":
        self.step("give_notice")
        self.step("record_consent")
        return self

    def decided(self, outcome: str) -> "Walk":
        """Go all the way to the decision, investigated by the Prime Minister."""
        self.consented()
        self.step("request_investigation")
        self.step("receive_opinion")
        self.step("decide", outcome=outcome)
        return self

    def told(self, outcome: str) -> "Walk":
        """Go all the way to the end that `outcome` names: positive, negative, refused or withdrawn."""
        if outcome in {"positive", "negative"}:
            self.decided(outcome)
        elif outcome == "refused":
            self.step("give_notice")
            self.step("record_refusal")
            self.step("decide", outcome="not_carried_out")
        else:
            self.consented()
            self.step("request_investigation")
            self.step("record_withdrawal")
            self.step("decide", outcome="not_carried_out")
        self.step("notify_result")
        return self
