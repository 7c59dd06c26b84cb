"""A log with assessments in it is verified whole: each result is traced to the step that made it."""

import psycopg
from sqlalchemy import text

from service.evidence.disclosures import keyring_opener
from service.evidence.report import Report
from service.evidence.verification import verify
from service.ledger import Keyring, checkpoint_head
from tests.builders.crowd import crowd, evened
from tests.builders.site import Site


def verified(site: Site, url: str) -> Report:
    with psycopg.connect(url) as connection:
        return verify(
            connection=connection, vkey=site.log.vkey, opener=lambda opened: keyring_opener(opened, Keyring.scratch(site.log.keyring))
        )


def test_results_that_steps_made_are_traced_to_them(organ: Site, database_url: str) -> None:
    crowd(organ, cases=4)
    evened(organ)
    organ.ask(checkpoint_head, log=organ.log)
    report = verified(organ, database_url)
    assert report.findings.total == 0, report
    with organ.engine.begin() as connection:
        connection.execute(text("update clearance.results set outcome = 'positive' where outcome = 'refused'"))
    assert verified(organ, database_url).findings.total > 0
