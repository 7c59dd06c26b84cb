"""Brings a database to a revision of the schema, from a checkout or from an installed package."""

from pathlib import Path

from alembic import command
from alembic.config import Config

import migrations
from service.database import make_engine


def configuration(url: str) -> Config:
    """Return Alembic's configuration for the database at a libpq address."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    config.set_main_option("path_separator", "os")
    config.set_main_option("file_template", "%%(year)d-%%(month).2d-%%(day).2d-%%(hour).2d%%(minute).2d_%%(slug)s")
    config.attributes["engine"] = make_engine(url)
    return config


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database up to `revision`."""
    config = configuration(url)
    command.upgrade(config, revision)
    config.attributes["engine"].dispose()


def downgrade(url: str, revision: str) -> None:
    """Bring the database down to `revision`; a ledger with entries refuses to go."""
    config = configuration(url)
    command.downgrade(config, revision)
    config.attributes["engine"].dispose()


def check(url: str) -> None:
    """Return if the mapped classes equal the migrated schema; raise alembic.util.CommandError with the drift."""
    config = configuration(url)
    command.check(config)
    config.attributes["engine"].dispose()
