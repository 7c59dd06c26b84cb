"""The mapped classes and the migrated schema are one."""

from service.database.migrate import check


def test_the_models_equal_what_the_migrations_build(database_url: str) -> None:
    check(database_url)
