"""Designation of information and what follows it (Act 3, Act 4, Order 3 to 10)."""
