"""Where deadlines come from, a file for each room. A further room is a line in SOURCES.

A source of the room assessment is handed to the engine by a door: nothing here may import that room (Act 16).
"""

from service.deadlines.sight import Source
from service.deadlines.sources import clearances, contracts, designations, duties, lists, provisions, registers

SOURCES: tuple[Source, ...] = (
    clearances.SOURCE,
    designations.SOURCE,
    contracts.SOURCE,
    lists.SOURCE,
    provisions.SOURCE,
    registers.SOURCE,
    duties.SOURCE,
)
