"""What auditors do beside reading: queries, notes and findings, and opening more than a day's budget; an auditor changes nothing else."""
