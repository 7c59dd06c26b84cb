"""What the service itself records on its way of a check verifies: permits, denials, and what nobody knows."""

import asyncio

from msgspec.structs import replace

from service import clock
from service.api.gateway import Gateway
from service.api.preparing import Asked
from service.evidence import rows
from service.evidence.disclosures import keyring_opener
from service.evidence.verification import verify
from service.identity.callers import Caller
from tests.evidence.world import Deciding

CALLER = Caller(id="app-1", organization=None, namespaces=None, resource_types=frozenset(("information", "document")), trial=False)
PERMIT = Asked(
    key=None,
    subject_type="person",
    subject="kato",
    resource_type="information",
    resource="d1",
    action="read",
    organization="meti",
    request_id="r-1",
    caller=CALLER,
)
QUESTIONS = (
    PERMIT,
    replace(PERMIT, subject="sato", organization=None),
    replace(PERMIT, subject="sato", organization="denryoku", action="return"),
    replace(PERMIT, subject="spy"),
    replace(PERMIT, subject_type="robot"),
    replace(PERMIT, resource="nothing"),
    replace(PERMIT, resource_type="document"),
    replace(PERMIT, resource_type="area"),
    replace(PERMIT, action="burn"),
    replace(PERMIT, organization="nowhere"),
    replace(PERMIT, organization="nowhere", subject="spy", resource="nothing"),
)


async def ask(deciding: Deciding) -> list[int]:
    gateway = Gateway(url=deciding.site.url, log=deciding.site.log, clock=clock.now)
    await gateway.start()
    try:
        outcomes = [await gateway.check(asked) for _ in range(2) for asked in QUESTIONS]
        outcomes += await asyncio.gather(*(gateway.check(asked) for asked in QUESTIONS))
    finally:
        await gateway.stop()
    return [outcome.index for outcome in outcomes if outcome is not None]


def test_what_the_service_records_verifies(deciding: Deciding) -> None:
    indexes = asyncio.run(ask(deciding))
    assert len(indexes) == 3 * len(QUESTIONS)
    site = deciding.site
    with rows.snapshot(site.url) as connection:
        report = verify(
            connection=connection,
            vkey=site.log.vkey,
            opener=lambda opened: keyring_opener(opened, site.log.keyring.scratch()),
        )
    assert report.findings.kept == []
    assert (report.counts.decisions, report.counts.answered) == (len(indexes), len(indexes))
