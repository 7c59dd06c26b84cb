"""Keys while checks are answered: a rotation loses nothing, a destroyed key seals nothing more."""

import asyncio

import pytest
from sqlalchemy import text

from service import clock
from service.actor import Actor
from service.api.gateway import Gateway
from service.api.preparing import Asked
from service.database import read, transaction
from service.evidence import rows
from service.evidence.disclosures import keyring_opener
from service.evidence.report import Report
from service.evidence.verification import verify
from service.identity.callers import hash_of
from service.ledger import Log, destroy_key, load_log, log_size, master_status, rotate_master
from service.personnel.operations import register_person, take_post
from tests.doors.api.conftest import World

ACTOR = Actor(id="a_test", kind="person")
ROTATIONS = 3


def process(world: World) -> tuple[Log, Gateway]:
    """A gateway with keys of its own, as another process has them."""
    with read(world.engine) as session:
        log = load_log(session, keys=world.settings.keys_dir)
    return log, Gateway(url=world.url, log=log, clock=clock.now)


def asked(world: World, person: str) -> Asked:
    return Asked(hash_of(world.key.encode()), "person", person, "information", "d1", "read")


def verified(world: World) -> Report:
    with rows.snapshot(world.url) as connection:
        return verify(connection=connection, vkey=world.log.vkey, opener=lambda opened: keyring_opener(opened, world.log.keyring.scratch()))


def enter(world: World, number: int) -> str:
    """Register somebody new, by an act that makes a key."""
    person = f"new-{number}"
    with transaction(world.engine) as session:
        register_person(session, log=world.log, actor=ACTOR, at=clock.now(), legal_name=person, person_id=person)
    with transaction(world.engine) as session:
        take_post(session, log=world.log, actor=ACTOR, at=clock.now(), person_id=person, organization_id="denryoku")
    return person


def test_a_rotation_under_checks_and_acts_loses_nothing(world: World) -> None:
    async def run() -> int:
        processes = [process(world) for _ in range(2)]
        for _log, gateway in processes:
            await gateway.start()
        going, answered = True, 0

        async def checks(gateway: Gateway, offset: int) -> None:
            nonlocal answered
            turn = offset
            while going:
                # People whom nobody knows are asked about too: their facts are sealed under the information's key.
                outcomes = await asyncio.gather(
                    *(gateway.check(asked(world, person)) for person in ("permit", "not-listed", f"nobody-{turn}", f"new-{turn % 9}"))
                )
                assert all(outcome is not None for outcome in outcomes)
                answered += len(outcomes)
                turn += 2

        async def acts() -> None:
            number = 0
            while going:
                await asyncio.to_thread(enter, world, number)
                number += 1

        load = [asyncio.create_task(checks(gateway, place)) for place, (_log, gateway) in enumerate(processes)]
        load.append(asyncio.create_task(acts()))
        for number in range(ROTATIONS):
            await asyncio.sleep(0.3)
            done = await asyncio.to_thread(rotate_master, world.engine, log=world.log, actor=ACTOR, clock=clock.now)
            assert (done.master, done.resumed) == (str(number + 2), False)
            with read(world.engine) as session:
                # Whoever comes now wraps under the new master key: none is ever left behind.
                assert set(master_status(session, log=world.log).keys) == {done.master}
        going = False
        await asyncio.gather(*load)
        for _log, gateway in processes:
            await gateway.stop()
        return answered

    answered = asyncio.run(run())
    assert answered > 20
    for number in range(1, ROTATIONS + 1):
        (world.settings.keys_dir / ("master.key" if number == 1 else f"master-{number}.key")).unlink()
    with read(world.engine) as session:
        fresh = load_log(session, keys=world.settings.keys_dir)
    report = verified(World(world.engine, fresh, world.settings, world.url, world.key, world.trial_key, world.application))
    assert report.findings.kept == []
    assert (report.counts.keys_absent, report.counts.not_rerun) == (0, 0)
    assert report.counts.decisions >= answered


def test_a_running_process_forgets_a_destroyed_key_and_seals_under_the_next(world: World) -> None:
    def key_ids(since: int) -> set[str]:
        with read(world.engine) as session:
            return set(session.execute(text("select key_id from ledger.disclosures where index >= :since"), {"since": since}).scalars())

    async def run() -> None:
        log, gateway = process(world)
        await gateway.start()
        assert await gateway.check(asked(world, "permit"))
        assert log.keyring.knows("permit")
        with transaction(world.engine) as session:
            index = destroy_key(session, log=world.log, actor=ACTOR, at=clock.now(), key_id="permit", reason="x")
        outcome = await gateway.check(asked(world, "permit"))
        assert outcome is not None
        assert outcome.answer.api, "a destroyed key takes no clearance away"
        assert not log.keyring.knows("permit")
        assert key_ids(index + 1) == {"permit#2"}
        assert await gateway.check(asked(world, "permit"))
        await gateway.stop()

    asyncio.run(run())
    report = verified(world)
    assert report.findings.kept == []
    assert report.counts.keys_destroyed == 1


def test_a_batch_prepared_before_a_destruction_does_not_go_in_behind_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def run() -> None:
        log, gateway = process(world)
        await gateway.start()
        honest = log.keyring.seal
        done: list[int] = []

        def between(key_id: str, disclosure: object) -> bytes:
            sealed = honest(key_id, disclosure)  # type: ignore[arg-type]
            if not done:
                with transaction(world.engine) as session:
                    done.append(destroy_key(session, log=world.log, actor=ACTOR, at=clock.now(), key_id="permit", reason="x"))
            return sealed

        monkeypatch.setattr(log.keyring, "seal", between)
        assert await gateway.check(asked(world, "permit"))
        await gateway.stop()
        with read(world.engine) as session:
            found = session.execute(text("select key_id from ledger.disclosures where index > :index"), {"index": done[0]}).scalars().all()
            assert set(found) == {"permit#2"}
            assert log_size(session) == done[0] + 2

    asyncio.run(run())
    assert verified(world).findings.kept == []
