"""The timed door that signs: what keeps it from signing once does not end it."""

import asyncio
import logging
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from service import app, clock
from service.database import read, transaction
from service.ledger import LogError, TileMissingError, open_log
from service.settings import Settings


class Unheard:
    """A gateway that has acknowledged nothing."""

    floor = None


@pytest.mark.parametrize("failure", [LogError("the signing key is not here"), TileMissingError("the tiles do not lead there")])
def test_a_head_that_could_not_be_signed_is_told_and_signed_later(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, failure: Exception
) -> None:
    settings = Settings(data_dir=tmp_path)
    with transaction(engine) as session:
        log = open_log(session, origin="test.example/signing", seat="operator", at=clock.now(), keys=settings.keys_dir)
    real, tries = app.checkpoint_head, 0

    def sometimes(session: Any, **words: Any) -> str:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise failure
        return real(session, **words)

    monkeypatch.setattr(app, "checkpoint_head", sometimes)
    monkeypatch.setattr(app, "CHECKPOINT_SECONDS", 0.01)

    async def run() -> None:
        signing = asyncio.create_task(app._sign(Unheard(), engine, log, settings))
        while not signing.done():
            await asyncio.sleep(0.01)
            if await asyncio.to_thread(signed):
                break
        signing.cancel()
        await asyncio.gather(signing, return_exceptions=True)

    def signed() -> int:
        with read(engine) as session:
            return int(session.execute(text("select count(*) from ledger.checkpoints")).scalar_one())

    with caplog.at_level(logging.ERROR):
        asyncio.run(asyncio.wait_for(run(), 60))
    assert (signed(), str(failure) in caplog.text) == (1, True)
