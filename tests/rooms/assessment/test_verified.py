"""A log with assessments in it is verified whole: each result is traced to the step that made it."""

from sqlalchemy import text

from tests.builders.crowd import crowd, evened
from tests.builders.site import Site
from tests.builders.verified import verified


def test_results_that_steps_made_are_traced_to_them(organ: Site, database_url: str) -> None:
    crowd(organ, cases=4)
    evened(organ)
    report = verified(organ, database_url)
    assert report.findings.total == 0, report
    with organ.engine.begin() as connection:
        connection.execute(text("update clearance.results set outcome = 'positive' where outcome = 'refused'"))
    assert verified(organ, database_url).findings.total > 0
