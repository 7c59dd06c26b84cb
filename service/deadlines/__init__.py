"""Every date that the law, a contract or the house sets (Act 3 to 6, 10 to 12), and what happens when it passes."""
