"""The life of documents and of duties: receipts, loans, copies, permits, inspections, training, incidents (Act 5, Order 11)."""
