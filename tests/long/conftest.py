"""A world with many listed people, on a real server, as the long tests need it."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from service import clock
from service.database import transaction
from service.decision.policies_in_force import activate
from service.identity.operations import grant_application, issue_key
from service.jobs.history import load_history
from service.ledger import open_log
from service.settings import Settings
from service.statute.periods import legal_day
from service.statute.policies import read_policies
from tests.doors.api.conftest import ACTOR, World, small_world

MANY = 2_100


@pytest.fixture
def crowded(engine: Engine, database_url: str, tmp_path: Path) -> World:
    """2,100 people, each cleared and listed by name."""
    settings = Settings(data_dir=tmp_path)
    given = small_world()
    past = legal_day(clock.now()) - timedelta(days=300)
    people = [f"p{number}" for number in range(MANY)]
    given["people"] += [{"id": one, "works_at": "denryoku"} for one in people]
    given["assessments"] += [{"id": f"a-{one}", "person": one, "by": "meti", "outcome": "positive", "notified_on": past} for one in people]
    given["handlers"] += [{"information": "d1", "person": one, "at": "denryoku", "from": past} for one in people]
    with transaction(engine) as session:
        log = open_log(session, origin="test.example/sekisho", seat="operator", at=clock.now(), keys=settings.keys_dir)
    with transaction(engine) as session:
        load_history(session, log=log, at=clock.now(), actor=ACTOR, given=given)
    with transaction(engine) as session:
        activate(session, log=log, actor=ACTOR, at=clock.now(), texts=read_policies())
    with transaction(engine) as session:
        grant_application(session, log=log, actor=ACTOR, at=clock.now(), name="dms", application_id="dms")
    with transaction(engine) as session:
        key = issue_key(session, log=log, actor=ACTOR, at=clock.now(), application="dms")
    return World(engine, log, settings, database_url, key, key, "dms")
