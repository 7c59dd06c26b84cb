"""Rosters as Japanese HR systems export them: read, compared with what is recorded, and brought in as one bulk act."""

from service.personnel.roster.importing import import_people
from service.personnel.roster.options import Options, Report

__all__ = ["Options", "Report", "import_people"]
