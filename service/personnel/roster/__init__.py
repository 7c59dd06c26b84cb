"""Rosters as Japanese HR systems export them: read, compared with what is recorded, and brought in as one bulk act."""

from service.personnel.roster.importing import Options, Report, import_people

__all__ = ["Options", "Report", "import_people"]
