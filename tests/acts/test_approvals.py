"""To keep approvals of documents here takes one manager and policies that ask for them; to keep them no more takes two."""

import pytest

from service.acts.asking import Done, Waiting
from service.database import transaction
from service.decision.policies_in_force import activate
from service.registers.rules import RegisterRefusedError
from service.statute.periods import legal_day
from service.statute.policies import PolicyTexts, read_policies
from tests.builders.members import ACTOR, Town


def rule(town: Town, approvals: str) -> dict[str, str]:
    return {"organization_id": town.organization, "approvals": approvals, "from_on": legal_day(town.now()).isoformat()}


def test_one_manager_begins_to_keep_approvals_and_a_second_person_lets_it_end(town: Town) -> None:
    assert isinstance(town.ask("manager", "set_approval_rule", **rule(town, "kept")), Done)
    assert isinstance(town.ask("manager", "set_approval_rule", **rule(town, "not_kept")), Waiting)


def test_nobody_begins_to_keep_approvals_that_the_policies_in_force_do_not_ask_for(town: Town) -> None:
    shipped = read_policies()
    older = PolicyTexts(shipped.schema, {path: text for path, text in shipped.files.items() if path != "order/article-11.cedar"})
    with transaction(town.engine) as session:
        activate(session, log=town.log, actor=ACTOR, at=town.now(), texts=older)
    with pytest.raises(RegisterRefusedError, match="policies_do_not_ask"):
        town.ask("manager", "set_approval_rule", **rule(town, "kept"))
