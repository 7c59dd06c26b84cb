"""Acts on what is kept of people: erasure at the end of retention, and slips of secret content (秘の混入)."""

from service.acts.table.known import APPROVAL, APPROVER, CUSTODIAN, HR, MANAGER, Known
from service.ledger import Kind

SPILLS = "retention.spilling"
TWO = (MANAGER, APPROVER)

ACTS = (
    Known("erase_person", "retention.erasing", Kind.PERSON_ERASED, None, (HR,), APPROVAL, step_up=True),
    # What should not be read is sealed away by whoever of these sees it first; it goes for good, or comes back, by two.
    Known("seal_spill", SPILLS, Kind.SPILL_SEALED, roles=(HR, MANAGER, CUSTODIAN)),
    Known("unseal_spill", SPILLS, Kind.SPILL_UNSEALED, None, (MANAGER,), TWO),
    Known("destroy_spill", SPILLS, Kind.SPILL_DESTROYED, None, (MANAGER,), TWO, step_up=True),
)
