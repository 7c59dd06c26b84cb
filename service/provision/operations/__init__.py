"""Certifying, contracting, providing and what follows (Act 6 to Act 10, Order 12 to 17)."""

from service.provision.operations.certify import (
    certify,
    end_certification,
    record_certification,
    record_certification_refusal,
    refuse_certification,
)
from service.provision.operations.change import plan_change, receive_change, report_change, set_report_term, settle_change
from service.provision.operations.contract import Terms, complete_contract_item, conclude_contract, end_contract, record_contract
from service.provision.operations.disclose import demand_handover, disclose, record_demand, record_handover
from service.provision.operations.provide import provide, record_provision, record_return
from service.provision.operations.ready import examine_readiness, record_readiness
from service.provision.operations.tell import record_receipt, send_notice

__all__ = [
    "Terms",
    "certify",
    "complete_contract_item",
    "conclude_contract",
    "demand_handover",
    "disclose",
    "end_certification",
    "end_contract",
    "examine_readiness",
    "plan_change",
    "provide",
    "receive_change",
    "record_certification",
    "record_certification_refusal",
    "record_contract",
    "record_demand",
    "record_handover",
    "record_provision",
    "record_readiness",
    "record_receipt",
    "record_return",
    "refuse_certification",
    "report_change",
    "send_notice",
    "set_report_term",
    "settle_change",
]
