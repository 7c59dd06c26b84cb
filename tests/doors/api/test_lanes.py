"""Lanes under load: what widens is shed at once, what narrows is done."""

import asyncio
import threading
import time

import pytest

from service.api.lanes import Lanes, OverloadedError


def test_who_finds_no_place_to_wait_is_told_so_at_once() -> None:
    async def run() -> None:
        lanes = Lanes(at_once=2, waiting=3)
        go = asyncio.Event()
        done = []

        async def act(number: int) -> None:
            async with lanes.enter(narrowing=False):
                await go.wait()
                done.append(number)

        acts = [asyncio.create_task(act(number)) for number in range(5)]
        await asyncio.sleep(0.01)
        for _ in range(100):
            began = time.perf_counter()
            with pytest.raises(OverloadedError) as told:
                async with lanes.enter(narrowing=False):
                    pytest.fail("there was no place")
            assert time.perf_counter() - began < 0.01
            assert told.value.retry_after >= 1
        go.set()
        await asyncio.gather(*acts)
        assert done == [0, 1, 2, 3, 4]
        async with lanes.enter(narrowing=False):
            done.append(5)

    asyncio.run(run())


def test_a_narrowing_act_passes_a_lane_that_is_full_even_of_threads() -> None:
    async def run() -> None:
        lanes = Lanes(at_once=4, waiting=64)
        go = threading.Event()
        widening = [asyncio.create_task(lanes.run(go.wait, narrowing=False)) for _ in range(68)]
        await asyncio.sleep(0.05)
        with pytest.raises(OverloadedError):
            await lanes.run(go.wait, narrowing=False)
        times = []
        for _ in range(50):
            began = time.perf_counter()
            assert await lanes.run(lambda: "done", narrowing=True) == "done"
            times.append(time.perf_counter() - began)
        assert max(times) < 0.25
        go.set()
        assert all(await asyncio.gather(*widening))

    asyncio.run(run())


def test_under_a_steady_flood_every_narrowing_act_is_done_and_what_is_shed_was_not_begun() -> None:
    async def run() -> None:
        lanes = Lanes(at_once=2, waiting=4, reserved_at_once=2, reserved_waiting=64)
        begun = []
        shed = 0

        def act(number: int) -> int:
            begun.append(number)
            time.sleep(0.002)
            return number

        async def widen(number: int) -> None:
            nonlocal shed
            try:
                await lanes.run(lambda: act(number), narrowing=False)
            except OverloadedError:
                shed += 1

        async def narrow(number: int) -> float:
            began = time.perf_counter()
            await lanes.run(lambda: act(number), narrowing=True)
            return time.perf_counter() - began

        flood = [asyncio.create_task(widen(number)) for number in range(1_000)]
        took = await asyncio.gather(*(narrow(number) for number in range(2_000, 2_030)))
        await asyncio.gather(*flood)
        assert shed > 900
        assert len(begun) == 1_030 - shed
        assert max(took) < 0.5

    asyncio.run(run())


def test_an_act_that_fails_or_is_given_up_leaves_its_place() -> None:
    async def run() -> None:
        lanes = Lanes(at_once=1, waiting=1)
        for _ in range(3):
            with pytest.raises(ZeroDivisionError):
                await lanes.run(lambda: 1 // 0, narrowing=False)
        async with lanes.enter(narrowing=False):
            waiting = asyncio.create_task(lanes.run(lambda: None, narrowing=False))
            await asyncio.sleep(0.01)
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
            again = asyncio.create_task(lanes.run(lambda: "again", narrowing=False))
            await asyncio.sleep(0.01)
        assert await again == "again"

    asyncio.run(run())
