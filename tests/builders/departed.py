"""Somebody who left long ago, so that nothing keeps their record any more."""

from service import clock
from service.database import transaction
from service.identity.accounts import end_account, open_account
from service.personnel.operations import end_alias, grant_alias, leave_post, register_person, take_post
from tests.builders.members import Town
from tests.builders.site import ACTOR

NAME, KANA, NUMBER, SIGN_IN, TITLE = "消去 対象之助", "ショウキョ タイショウノスケ", "E-778201", "taishonosuke", "主任研究員(材料)"
MARKS = (NAME, KANA, NUMBER, SIGN_IN, TITLE)


def departed(town: Town) -> str:
    """Return the id of somebody who worked here from 2001 to 2005, as this record was told: with a number, an account, and a name that was put right."""
    at = clock.now()
    day = at.date()
    with transaction(town.engine) as session:
        person = register_person(session, log=town.log, actor=ACTOR, at=at, legal_name="消去 対象", kana=KANA, birth_on=day.replace(1960))
        post = take_post(
            session,
            log=town.log,
            actor=ACTOR,
            at=at,
            person_id=person,
            organization_id=town.organization,
            title=TITLE,
            from_on=day.replace(2001),
        )
        account = open_account(session, log=town.log, actor=ACTOR, at=at, person_id=person, sign_in_name=SIGN_IN)
        end_account(session, log=town.log, actor=ACTOR, at=at, account_id=account)
        alias = grant_alias(
            session, log=town.log, actor=ACTOR, at=at, namespace="employee", value=NUMBER, target_kind="person", target_id=person
        )
        end_alias(session, log=town.log, actor=ACTOR, at=at, alias_id=alias, on=day)
    # By two, and with a proposal, whose words say the name too.
    town.both("clerk", "boss", "record_name", person_id=person, legal_name=NAME)
    with transaction(town.engine) as session:
        leave_post(session, log=town.log, actor=ACTOR, at=clock.now(), post_id=post, last_day=day.replace(2005))
    town.people["gone"] = person
    return person
