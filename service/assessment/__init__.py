"""Assessment: from the list of candidates to the result and the complaint (Act 12-16)."""
