"""Official letters and lists as PDF: their content from what is recorded, set on paper, their digest in the ledger."""
