"""What verification says of the log of a site."""

import psycopg

from service.evidence.disclosures import keyring_opener
from service.evidence.report import Report
from service.evidence.verification import verify
from service.ledger import Keyring, checkpoint_head
from tests.builders.site import Site


def verified(site: Site, url: str) -> Report:
    """Sign the head and verify the whole log with all that is disclosed."""
    site.ask(checkpoint_head, log=site.log)
    with psycopg.connect(url) as connection:
        return verify(
            connection=connection, vkey=site.log.vkey, opener=lambda opened: keyring_opener(opened, Keyring.scratch(site.log.keyring))
        )
