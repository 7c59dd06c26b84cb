"""The result of an assessment alone: whose, by which head, counted from when (Act 11)."""
