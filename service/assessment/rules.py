"""What may follow what in an assessment, over plain values (Act 12-16)."""
