"""Certification, contract and provision (Act 6 to Act 10, Order 13 to 17)."""
