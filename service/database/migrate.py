"""Brings a database to a revision of the schema, from a checkout or from an installed package."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config

import migrations
from service.database import make_engine


@contextmanager
def configured(url: str) -> Iterator[Config]:
    """Yield Alembic's configuration for the database at a libpq address; its connections end with the block."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    engine = make_engine(url)
    config.attributes["engine"] = engine
    try:
        yield config
    finally:
        engine.dispose()


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database up to `revision`."""
    with configured(url) as config:
        command.upgrade(config, revision)


def downgrade(url: str, revision: str) -> None:
    """Bring the database down to `revision`; a ledger with entries refuses to go."""
    with configured(url) as config:
        command.downgrade(config, revision)


def check(url: str) -> None:
    """Return if the mapped classes equal the migrated schema; raise alembic.util.CommandError with the drift."""
    with configured(url) as config:
        command.check(config)
