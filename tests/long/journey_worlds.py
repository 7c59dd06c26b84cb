"""What a journey begins with: what was done before, by somebody else, elsewhere."""

from datetime import timedelta
from typing import Any

from service.database import transaction
from service.designation.operations import Notice, Subject, record_designation
from service.identity.operations import grant_application, issue_key
from service.personnel.operations import register_organization
from service.provision.operations import Terms, record_certification, record_contract, record_provision
from service.provision.rules import CONTRACT_ITEMS
from service.provision.rules.routes import Conditions
from service.statute.periods import legal_day
from tests.builders.members import Town
from tests.builders.site import ACTOR


def provided_to_the_town(town: Town) -> str:
    """An organ designated d1, certified the town, contracted and provided it; an application of the town's got a key, which is returned."""
    begun = legal_day(town.now()) - timedelta(days=60)
    here = {"operator_id": town.organization, "organ_id": "keizai"}

    def given(operation: Any, **words: Any) -> Any:
        with transaction(town.engine) as session:
            return operation(session, log=town.log, actor=ACTOR, at=town.now(), **words)

    notice = Notice("経保第1号", begun, begun)
    given(register_organization, kind="organ", name="架空経済省", organization_id="keizai")
    subject = Subject(title="架空の件名", number="経保1")
    until = legal_day(town.now()) + timedelta(days=700)
    given(record_designation, organ_id="keizai", on=begun, until=until, notice=notice, subject=subject, information_id="d1")
    given(record_certification, on=begun, notice=notice, **here)
    given(record_contract, terms=Terms(informations=["d1"], from_on=begun, settled=tuple(CONTRACT_ITEMS)), contract_id="c1", **here)
    words = {"information_id": "d1", "giver_id": "keizai", "receiver_id": town.organization, "under": "Act 10(1)"}
    given(record_provision, on=begun, conditions=Conditions(), notice=notice, **words)
    application = given(grant_application, name="文書管理", organization=town.organization)
    key: str = given(issue_key, application=application)
    return key
