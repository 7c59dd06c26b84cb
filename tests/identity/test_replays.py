"""Proofs that were seen: by any process, also after the table was lost."""

import threading
from datetime import timedelta

from sqlalchemy import Engine, text

from service.database import transaction
from service.identity.dpop import AHEAD, PAST, Proof
from service.identity.replays import MARGIN, remember, sweep
from tests.builders.tokens import AT


def proof(jti: str, key: str = "k", at: timedelta = timedelta(0)) -> Proof:
    return Proof(jti, key, AT + at, AT + at + PAST)


def remembered(engine: Engine, *proofs: Proof) -> list[bool]:
    with transaction(engine) as session:
        return remember(session, proofs=proofs)


def test_a_proof_is_new_once_and_its_name_belongs_to_its_key(engine: Engine) -> None:
    assert remembered(engine, proof("a"), proof("b")) == [True, True]
    assert remembered(engine, proof("a"), proof("c"), proof("a", "other")) == [False, True, True]


def test_of_two_equal_proofs_in_one_batch_the_first_alone_is_new(engine: Engine) -> None:
    assert remembered(engine, proof("a"), proof("a"), proof("b"), proof("a")) == [True, False, True, False]


def test_of_many_processes_that_see_one_proof_at_once_one_accepts_it(engine: Engine) -> None:
    accepted: list[bool] = []

    def see() -> None:
        accepted.extend(remembered(engine, *(proof(str(number)) for number in range(20))))

    threads = [threading.Thread(target=see) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert accepted.count(True) == 20


def test_proofs_are_forgotten_only_when_no_process_could_accept_them_any_more(engine: Engine) -> None:
    remembered(engine, proof("a"))
    with transaction(engine) as session:
        assert sweep(session, at=AT + PAST + MARGIN) == 0
        assert sweep(session, at=AT + PAST + MARGIN + timedelta(seconds=1)) == 1
    assert remembered(engine, proof("b")) == [True]


def test_the_table_writes_no_log_and_when_it_was_lost_proofs_from_before_are_refused(engine: Engine) -> None:
    with transaction(engine) as session:
        persistence = session.execute(text("select relpersistence from pg_class where oid = 'identity.dpop_replays'::regclass"))
        assert persistence.scalar_one() in {"u", b"u"}
        # A crash of the database empties an unlogged table.
        session.execute(text("truncate identity.dpop_replays"))
        now = session.execute(text("select clock_timestamp()")).scalar_one()
    ages = [timedelta(seconds=-30), timedelta(0), AHEAD, AHEAD + timedelta(seconds=5)]
    proofs = [Proof(str(age), "k", now + age, now + age + PAST) for age in ages]
    assert remembered(engine, *proofs) == [False, False, False, True]
