"""The offices that need no assessment (Act 11(1) proviso, Order 18), each with the day since which the law names it."""

from collections.abc import Mapping
from datetime import date

from service.statute.numbers import IN_FORCE

ORDER_18: Mapping[str, date] = {
    "npsc_member": IN_FORCE,
    "cyber_commission_member": date(2026, 4, 1),
    "psec_member": IN_FORCE,
    "nra_member": IN_FORCE,
    "prefectural_psc_member": IN_FORCE,
}
NAMED_SINCE: Mapping[str, date] = {
    "head_of_organ": IN_FORCE,
    "minister_of_state": IN_FORCE,
    "deputy_chief_cabinet_secretary": IN_FORCE,
    "special_advisor_to_pm": IN_FORCE,
    "state_minister": IN_FORCE,
    "parliamentary_vice_minister": IN_FORCE,
    **ORDER_18,
}
