"""Certifying, contracting and providing (Act 6 to Act 10)."""

from service.provision.operations.certify import certify, end_certification, record_certification
from service.provision.operations.contract import Terms, conclude_contract, end_contract, record_contract
from service.provision.operations.provide import provide, record_provision, record_return

__all__ = [
    "Terms",
    "certify",
    "conclude_contract",
    "end_certification",
    "end_contract",
    "provide",
    "record_certification",
    "record_contract",
    "record_provision",
    "record_return",
]
