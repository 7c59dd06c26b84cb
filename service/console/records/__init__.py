"""Registers and what fills them: receipts, loans, copies, areas, inspections."""
