"""Where deadlines come from, a file for each room. A further room is a line in SOURCES.

Dates of open assessments and complaints are no line of it: nothing here may import their room (Act 16), and what is in
SOURCES is told to the ledger and counted. `service.acts.awaited` finds them for those alone who deal with them.
"""

from service.deadlines.sight import Source
from service.deadlines.sources import clearances, contracts, designations, duties, erasures, lists, provisions, registers

SOURCES: tuple[Source, ...] = (
    clearances.SOURCE,
    designations.SOURCE,
    contracts.SOURCE,
    lists.SOURCE,
    provisions.SOURCE,
    registers.SOURCE,
    duties.SOURCE,
    erasures.SOURCE,
)
