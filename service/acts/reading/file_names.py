"""The names of files that leave the site; a site of the small profile says so in each, since there few people hold several roles."""

from sqlalchemy import Engine

from service.database import read
from service.identity.members import profile_of

SMALL = "small-site"


def file_name(engine: Engine, stem: str, ending: str) -> str:
    """Return `stem.ending`, or `stem-small-site.ending` at a site of the small profile."""
    with read(engine) as session:
        small = profile_of(session) == "small"
    return f"{stem}-{SMALL}.{ending}" if small else f"{stem}.{ending}"
