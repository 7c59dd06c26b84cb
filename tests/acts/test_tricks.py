"""Tricks by which one person, or somebody out of reach, might come by what takes two; each was open once."""

from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine

from service.acts.asking import Done, Waiting
from service.database import transaction
from service.designation.operations.notice import Notice
from service.need_to_know.operations import Target, list_handler, remove_handler
from service.provision.operations import Terms, record_contract, record_provision
from service.statute.periods import legal_day
from tests.acts.lone import Lone
from tests.builders.members import found_town
from tests.builders.site import ACTOR


def test_a_contract_ended_in_the_past_brings_nobody_back_who_was_removed(engine: Engine, database_url: str, tmp_path: Path) -> None:
    """After a contract's end its lists are read as of the last day: a day before a removal would undo the removal."""
    town = found_town(engine, tmp_path / "keys")
    town.admit("villain", "information_manager")
    lone = Lone(town, database_url, "villain", "contract")
    today, here = legal_day(town.now()), town.organization
    past = today - timedelta(days=50)
    with transaction(engine) as session:
        given = {"session": session, "log": town.log, "actor": ACTOR, "at": town.now()}
        last = today + timedelta(days=100)
        terms = Terms(informations=["d1"], from_on=past - timedelta(days=50), last_day=last, return_by=last + timedelta(days=100))
        record_contract(**given, operator_id=here, organ_id="keizai", terms=terms, contract_id="c1")
    _provide(lone)
    with transaction(engine) as session:
        given = {"session": session, "log": town.log, "actor": ACTOR, "at": town.now()}
        line = {"information_id": "d1", "organization_id": here, "target": Target(person_id="worker")}
        list_handler(**given, **line, from_on=past)
        remove_handler(**given, **line, on=today - timedelta(days=10))
    before = lone.permits()
    asked = town.ask("villain", "end_contract", contract_id="c1", last_day=(today - timedelta(days=20)).isoformat())
    assert lone.permits() <= before
    assert isinstance(asked, Waiting)
    assert isinstance(town.ask("villain", "end_contract", contract_id="c1", last_day=today.isoformat()), Done)


def _provide(lone: Lone) -> None:
    past = legal_day(lone.town.now()) - timedelta(days=100)
    words = {"information_id": "d1", "giver_id": "keizai", "receiver_id": lone.town.organization, "under": "Act 10(1)", "on": past}
    with transaction(lone.town.engine) as session:
        record_provision(session, log=lone.town.log, actor=ACTOR, at=lone.town.now(), **words, notice=Notice("経保第2号", past, past))
