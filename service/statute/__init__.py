"""The law as it stands: citations, its two ways of counting periods, its dated numbers, and the policy texts."""
