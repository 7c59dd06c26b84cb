"""Which letters there are and whose they are to make; and those about assessments, which nothing below may know (Act 16)."""
